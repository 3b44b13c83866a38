"""Open items of the questions between the parties: to answer, and to open an answer."""

from collections.abc import Iterator

from domain.agreements.model import ActName
from domain.case.state.case import Case
from projections.worklist.open_items import OpenItem, by


def find_question_items(case: Case) -> Iterator[OpenItem]:
    """Find the questions that wait for an answer, and the answers that whoever asked has not opened.

    A municipality that has returned the request since it asked opens no answer.
    """
    for question in case.questions:
        answer = question.answer
        if question.is_open:
            deeds, to = by(ActName.ANSWER_QUESTION), question.party.other
            yield OpenItem(f"answer-question:{question.id}", to, question.asked_at, deeds, rule="SYS-8")
        elif answer is not None and answer.opened is None and question.principal == case.principal(question.party):
            deeds, unit = by(ActName.OPEN_ANSWER), question.unit
            yield OpenItem(
                f"open-answer:{question.id}", question.party, answer.answered_at, deeds, unit=unit, rule="SYS-8"
            )
