"""Events of a question that one party asks the other in a case (fråga), and of its answer."""

from typing import ClassVar
from uuid import UUID

from domain.kernel import Event, HsaId, Party, Text


class QuestionSent(Event):
    """A party asked the other a question (SYS-8). It changes no responsibility and starts no time limit."""

    TOPIC: ClassVar[str] = "question.sent.v1"
    question_id: UUID
    party: Party
    receiver: HsaId
    """The principal that is asked."""
    text: Text
    plan: UUID | None = None
    """The plan that the question is about. None if it is about the request."""


class QuestionOpened(Event):
    """Somebody of the party that was asked opened the question."""

    TOPIC: ClassVar[str] = "question.opened.v1"
    question_id: UUID


class QuestionAnswered(Event):
    """The party that was asked answered the question. Whoever answers a question has opened it."""

    TOPIC: ClassVar[str] = "question.answered.v1"
    question_id: UUID
    answer_id: UUID
    party: Party
    text: Text


class AnswerOpened(Event):
    """Somebody of the party that asked opened the answer."""

    TOPIC: ClassVar[str] = "question.answer-opened.v1"
    question_id: UUID


class QuestionWithdrawn(Event):
    """The party that asked withdrew the question before it was answered."""

    TOPIC: ClassVar[str] = "question.withdrawn.v1"
    question_id: UUID


QuestionEvent = QuestionSent | QuestionOpened | QuestionAnswered | AnswerOpened | QuestionWithdrawn
