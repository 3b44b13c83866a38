"""The fold that answers: what has happened in a case or a ledger, in the order in which it was recorded?"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.case.events.case import CorrectionReason, FactCorrected
from domain.kernel import Actor, Event, Instant, Value


class TimelineEntry(Value):
    """An event as a reader sees it."""

    event_id: UUID
    ordinal: int
    """The place of the event in the history, from 1."""
    topic: str
    occurred_at: Instant
    recorded_at: Instant
    actor: Actor
    agreement: str | None
    clauses: tuple[str, ...]
    not_regulated: tuple[str, ...]
    by_analogy: tuple[str, ...] = ()
    """The clauses that are written for another track."""
    breaches: tuple[str, ...] = ()
    """The clauses that the act broke. It was recorded all the same."""
    subordinate: dict[str, str] = {}
    """The subordinate agreements in force beside the agreement, by the first letters of their rules."""
    content: dict[str, Any]
    """The event's own content."""
    corrected: CorrectionReason | None = None
    """The reason why the event no longer counts, if a later one has corrected it."""


_ENVELOPE = set(Event.model_fields)


def list_entries(before: int, events: Sequence[Event]) -> tuple[TimelineEntry, ...]:
    """List the entries of recorded events, which follow after `before` earlier events."""
    return tuple(_entry(before + place, event) for place, event in enumerate(events, start=1))


def mark_corrected(entries: Sequence[TimelineEntry]) -> tuple[TimelineEntry, ...]:
    """Mark the entries of each act that a later entry corrects. The content of one about somebody else is left out.

    The events of an act have one time of recording, which no other act of the case has.
    """
    recorded = {str(entry.event_id): entry.recorded_at for entry in entries}
    corrections = [entry.content for entry in entries if entry.topic == FactCorrected.TOPIC]
    reasons = {recorded[each["corrects"]]: CorrectionReason(each["reason"]) for each in corrections}
    return tuple(_mark(entry, reasons.get(entry.recorded_at)) for entry in entries)


def _mark(entry: TimelineEntry, reason: CorrectionReason | None) -> TimelineEntry:
    if reason is None:
        return entry
    content = {} if reason is CorrectionReason.WRONG_PERSON else entry.content
    return entry.model_copy(update={"corrected": reason, "content": content})


def _entry(ordinal: int, event: Event) -> TimelineEntry:
    if event.recorded_at is None:
        raise ValueError("only a recorded event has a place in the timeline")
    return TimelineEntry(
        event_id=event.id,
        ordinal=ordinal,
        topic=event.TOPIC,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        actor=event.actor,
        agreement=str(event.basis.agreement) if event.basis.agreement else None,
        clauses=event.basis.clauses,
        not_regulated=event.basis.not_regulated,
        by_analogy=event.basis.by_analogy,
        breaches=event.basis.breaches,
        subordinate={letters: str(ref) for letters, ref in event.basis.subordinate.items()},
        content=event.model_dump(mode="json", exclude=_ENVELOPE),
    )
