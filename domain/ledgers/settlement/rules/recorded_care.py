"""The care that a municipality's staff have given, read from the events of the individual's case alone."""

from collections.abc import Sequence
from uuid import UUID

from domain.case.events.case import CircumstanceRecorded, HomeVisitRecorded, HoursRecorded, MoveRecorded
from domain.case.events.enrolment import InterventionPerformed
from domain.kernel import Day, Event, HsaId, Slug, Value, legal_day
from domain.ledgers.settlement.rules.recorded_hours import valid_hours


class GivenCare(Value):
    """Care that was given, as an event of the individual's case records it."""

    event: UUID
    day: Day
    """The Swedish legal day of the care."""
    circumstances: frozenset[Slug]
    """The circumstances of the individual that hold when the day ends, by either party's word."""
    moved_here: bool
    """True if the individual's latest move by then led to a municipality of the county."""


def read_given_care(history: Sequence[Event], municipality: HsaId) -> tuple[GivenCare, ...]:
    """Return the care that the municipality's staff have given: visits, interventions, and hours that count."""
    facts = sorted(
        (event for event in history if isinstance(event, CircumstanceRecorded | MoveRecorded)),
        key=lambda event: event.occurred_at,
    )
    hours = {event.id for event in valid_hours(history, municipality) if event.performed}
    given = (
        event
        for event in history
        if event.id in hours
        or (isinstance(event, InterventionPerformed | HomeVisitRecorded) and event.actor.principal == municipality)
    )
    return tuple(_describe(event, facts) for event in given)


def _describe(event: Event, facts: Sequence[CircumstanceRecorded | MoveRecorded]) -> GivenCare:
    day = event.day if isinstance(event, HoursRecorded) else legal_day(event.occurred_at)
    words = (fact for fact in facts if isinstance(fact, CircumstanceRecorded) and legal_day(fact.occurred_at) <= day)
    latest = {word.circumstance: word.holds for word in words}
    moves = [fact for fact in facts if isinstance(fact, MoveRecorded) and fact.moved_on <= day]
    move = max(moves, key=lambda move: (move.moved_on, move.occurred_at), default=None)
    return GivenCare(
        event=event.id,
        day=day,
        circumstances=frozenset(circumstance for circumstance, holds in latest.items() if holds),
        moved_here=move is not None and move.municipality is not None,
    )
