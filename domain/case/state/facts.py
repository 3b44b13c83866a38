"""The facts about a person that a case keeps: statements, words about circumstances, and moves."""

from datetime import date
from uuid import UUID

from domain.case.events.care_plan import FieldValue
from domain.case.events.case import StatementRecorded
from domain.kernel import HsaId, Instant, Party, Slug, Value


class RecordedStatement(Value):
    """A statement on record."""

    id: UUID
    kind: Slug
    party: Party
    principal: HsaId
    by: HsaId
    fields: dict[Slug, FieldValue]
    intervention: Slug | None
    person: HsaId | None
    occurred_at: Instant


class Word(Value):
    """The word that a circumstance holds or no longer does, and the time from which it says so."""

    at: Instant
    holds: bool


class Move(Value):
    """A move on record: its day, the time from which it counts, and where it led."""

    on: date
    at: Instant
    to: Slug
    municipality: HsaId | None


def keep_statement(event: StatementRecorded) -> RecordedStatement:
    """Return the statement that an event has recorded."""
    return RecordedStatement(
        id=event.statement_id,
        kind=event.kind,
        party=event.party,
        principal=event.actor.principal,
        by=event.actor.person,
        fields=event.fields,
        intervention=event.intervention,
        person=event.person,
        occurred_at=event.occurred_at,
    )
