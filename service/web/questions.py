"""The questions between the parties, as the page of a case shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.agreements.model import Agreement
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.case.state.question import Opening, PartyQuestion
from domain.directory import Directory
from domain.kernel import HsaId
from service.web import swedish
from service.web.narration import Narrator
from service.web.page_values import PageForm, PageQuestion, PageWords


def describe_questions(
    narrator: Narrator,
    case: Case | None,
    forms: Mapping[str, Sequence[PageForm]],
    titles: Mapping[UUID, str],
) -> list[PageQuestion]:
    """Describe the questions of a case, each with its forms. A case as it was before has none: nobody acts on it."""
    if case is None:
        return []
    return [_describe(narrator, question, titles, forms.get(str(question.id), ())) for question in case.questions]


def name_plans(agreement: Agreement | None, case: Case, directory: Directory) -> dict[UUID, str]:
    """Return the titles of the plans of a case, by id. If some are alike, each says when and by whom it began."""
    rules = {plan.id: agreement.plans.get(plan.kind) if agreement else None for plan in case.plans.values()}
    titles = {id: rule.title if rule else "Plan" for id, rule in rules.items()}
    times = Counter(titles.values())
    return {
        id: title if times[title] == 1 else f"{title}, {_begin(case.plans[id], directory)}"
        for id, title in titles.items()
    }


def _begin(plan: CarePlan, directory: Directory) -> str:
    author = directory.name_of(plan.author) or plan.author
    return f"påbörjad {swedish.format_moment(plan.initiated_at)} av {author}"


def _describe(
    narrator: Narrator, question: PartyQuestion, titles: Mapping[UUID, str], forms: Sequence[PageForm]
) -> PageQuestion:
    answer = question.answer
    return PageQuestion(
        id=question.id,
        title=_name(question, titles),
        status=swedish.STATUSES["question"][question.status],
        ended_at=answer.answered_at if answer is not None else question.ended_at,
        words=_words(narrator, question.text, question.person, question.unit, question.asked_at, question.opened),
        answer=_words(narrator, answer.text, answer.person, answer.unit, answer.answered_at, answer.opened)
        if answer is not None
        else None,
        forms=forms,
    )


def _name(question: PartyQuestion, titles: Mapping[UUID, str]) -> str:
    """Return the heading of a question: whom it was for, and the plan that it is about."""
    asked = swedish.ASKED[question.party.other]
    return asked if question.plan is None else f"{asked} om {swedish.decapitalise(titles[question.plan])}"


def _words(
    narrator: Narrator, text: str, person: HsaId, unit: HsaId, at: datetime, opened: Opening | None
) -> PageWords:
    return PageWords(
        text=text,
        name=narrator.name_of(person),
        unit=narrator.name_of(unit),
        at=at,
        opened=f"{narrator.name_of(opened.person)}, {narrator.name_of(opened.unit)}" if opened is not None else None,
        opened_at=opened.at if opened is not None else None,
    )
