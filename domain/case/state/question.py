"""Questions between the parties and their answers, folded from their events."""

from enum import StrEnum
from typing import assert_never
from uuid import UUID

from domain.case.events.question import (
    AnswerOpened,
    QuestionAnswered,
    QuestionEvent,
    QuestionOpened,
    QuestionSent,
    QuestionWithdrawn,
)
from domain.kernel import Aggregate, Event, HistoryBroken, HsaId, Instant, Party, Text, Value


class QuestionStatus(StrEnum):
    """The status of a question."""

    OPEN = "open"
    """It waits for an answer."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    """The party that asked withdrew it."""
    RETURNED = "returned"
    """The municipality returned the request before the answer."""


class Opening(Value):
    """The first opening of a question or of an answer by the party that it was for."""

    person: HsaId
    unit: HsaId
    at: Instant


class PartyAnswer(Value):
    """The answer to a question."""

    id: UUID
    text: Text
    person: HsaId
    unit: HsaId
    answered_at: Instant
    opened: Opening | None = None
    """The opening by the party that asked."""


class PartyQuestion(Aggregate):
    """A question that a party asked the other, and its answer."""

    party: Party
    """The party that asked."""
    principal: HsaId
    """The principal that asked."""
    receiver: HsaId
    """The principal that was asked. Another municipality may have the request since."""
    person: HsaId
    unit: HsaId
    asked_at: Instant
    text: Text
    plan: UUID | None = None
    """The plan that it is about. None if it is about the request."""
    opened: Opening | None = None
    """The opening by the party that was asked."""
    answer: PartyAnswer | None = None
    ended_at: Instant | None = None
    """The time at which it was withdrawn, or at which the municipality returned the request instead of an answer."""
    status: QuestionStatus = QuestionStatus.OPEN

    @property
    def is_open(self) -> bool:
        """True if the question waits for an answer."""
        return self.status is QuestionStatus.OPEN

    @property
    def since(self) -> Instant:
        """The time at which it was last opened, answered or asked. What follows on it is not dated before that."""
        if self.answer is not None:
            return self.answer.answered_at
        return self.opened.at if self.opened is not None else self.asked_at


Questions = tuple[PartyQuestion, ...]


def evolve(questions: Questions, event: QuestionEvent) -> Questions:
    """Return the case's questions after the event."""
    if isinstance(event, QuestionSent):
        return (*questions, _ask(event))
    before = next((question for question in questions if question.id == event.originator_id), None)
    if before is None:
        raise HistoryBroken(event)
    after = _evolve(before, event)
    return tuple(after if question.id == after.id else question for question in questions)


def end_unanswered(questions: Questions, at: Instant) -> Questions:
    """Return the questions when the municipality has returned the request: nobody answers those that are open."""
    ended = {"status": QuestionStatus.RETURNED, "ended_at": at}
    return tuple(question.model_copy(update=ended) if question.is_open else question for question in questions)


def _ask(event: QuestionSent) -> PartyQuestion:
    return PartyQuestion(
        id=event.originator_id,
        version=event.originator_version,
        party=event.party,
        principal=event.actor.principal,
        receiver=event.receiver,
        person=event.actor.person,
        unit=event.actor.unit,
        asked_at=event.occurred_at,
        text=event.text,
        plan=event.plan,
    )


def _evolve(
    question: PartyQuestion, event: QuestionOpened | QuestionAnswered | AnswerOpened | QuestionWithdrawn
) -> PartyQuestion:
    match event:
        case QuestionOpened():
            return question.after(event, opened=_open(event))
        case QuestionAnswered():
            answer = PartyAnswer(
                id=event.answer_id,
                text=event.text,
                person=event.actor.person,
                unit=event.actor.unit,
                answered_at=event.occurred_at,
            )
            opened = question.opened or _open(event)
            return question.after(event, status=QuestionStatus.ANSWERED, answer=answer, opened=opened)
        case AnswerOpened():
            if question.answer is None:
                raise HistoryBroken(event)
            answer = question.answer.model_copy(update={"opened": _open(event)})
            return question.after(event, answer=answer)
        case QuestionWithdrawn():
            return question.after(event, status=QuestionStatus.WITHDRAWN, ended_at=event.occurred_at)
        case _:
            assert_never(event)


def _open(event: Event) -> Opening:
    return Opening(person=event.actor.person, unit=event.actor.unit, at=event.occurred_at)
