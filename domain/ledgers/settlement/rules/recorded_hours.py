"""The hours of a month, read from the events of the cases and from nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from domain.case.events.case import CircumstanceRecorded, HoursRecorded
from domain.case.events.disagreement import DisagreementResolved
from domain.case.events.referral import (
    CareLevelEstablished,
    CareLevelReassessed,
    CriteriaAnswered,
    CriteriaEvaluated,
    NeedRaised,
)
from domain.intervention import CareLevel
from domain.kernel import Day, Event, HsaId, Party, Slug, Value, legal_day
from domain.money import NotNegative

E = TypeVar("E", bound=Event)


class CareHours(Value):
    """Hours of one individual's care, as an event of the individual's case records them."""

    event: UUID
    """The event of the case that records them."""
    day: Day
    """The Swedish legal day of the care."""
    hours: NotNegative
    performed: bool
    """False if the care is only planned."""
    kind: Slug
    """The kind of work, in the version's words."""
    treatment_level: Slug
    """The level of care that held treatment responsibility, as the municipality says."""
    circumstances: dict[Slug, UUID] = {}
    """The circumstances that the region says hold on the day, each with the event that says so."""
    levels: dict[Slug, UUID] = {}
    """The care levels that stand established on the day, each with the event that established it."""


class CriterionResult(Value):
    """The result of a criterion for an individual, as an event of the individual's case records it."""

    event: UUID
    criterion: Slug
    met: bool


class IndividualMonth(Value):
    """One individual's month, read from the individual's case."""

    case: UUID
    patient_id: UUID
    """The opaque id. Nothing here names anyone."""
    criteria: tuple[CriterionResult, ...] = ()
    """The latest result of each criterion by the end of the month, or else the first one after it."""
    hours: tuple[CareHours, ...]


def valid_hours(history: Sequence[Event], municipality: HsaId) -> Iterator[HoursRecorded]:
    """Yield the hours recorded by the municipality's staff, without those that a later event corrects."""
    recorded = [event for event in history if isinstance(event, HoursRecorded)]
    corrected = {event.corrects for event in recorded}
    return (event for event in recorded if event.actor.principal == municipality and event.id not in corrected)


def read_months(
    histories: Iterable[Sequence[Event]], *, municipality: HsaId, first: date, last: date
) -> list[IndividualMonth]:
    """Read the whole histories of cases; return the individuals with hours from the first to the last day."""
    months = (_read_month(history, municipality, first, last) for history in histories)
    return [month for month in months if month.hours]


def _read_month(history: Sequence[Event], municipality: HsaId, first: date, last: date) -> IndividualMonth:
    (opened,) = (event for event in history if isinstance(event, NeedRaised))
    counted = [event for event in valid_hours(history, municipality) if first <= event.day <= last]
    days = {event.day for event in counted}
    words = _by_time(event for event in history if isinstance(event, CircumstanceRecorded))
    decisions = _by_time(event for event in history if _find_established_level(event) is not None)
    circumstances = {day: _list_circumstances(words, day) for day in days}
    levels = {day: _list_levels(decisions, day) for day in days}
    hours = (
        CareHours(
            event=event.id,
            day=event.day,
            hours=event.hours,
            performed=event.performed,
            kind=event.kind,
            treatment_level=event.treatment_level,
            circumstances=circumstances[event.day],
            levels=levels[event.day],
        )
        for event in counted
    )
    return IndividualMonth(
        case=opened.case_id, patient_id=opened.patient_id, criteria=_read_criteria(history, last), hours=tuple(hours)
    )


def _by_time(events: Iterable[E]) -> list[E]:
    return sorted(events, key=lambda event: event.occurred_at)


def _list_circumstances(words: Iterable[CircumstanceRecorded], day: date) -> dict[Slug, UUID]:
    """List what holds at any time of the day by the region, which alone can say that it treats."""
    found: dict[Slug, UUID] = {}
    for event in words:
        if event.party is not Party.REGION or legal_day(event.occurred_at) > day:
            continue
        if event.holds:
            found[event.circumstance] = event.id
        elif legal_day(event.occurred_at) < day:
            found.pop(event.circumstance, None)
    return found


def _list_levels(decisions: Iterable[Event], day: date) -> dict[Slug, UUID]:
    """List the levels that stand established at any time of the day."""
    found: dict[Slug, UUID] = {}
    for event in decisions:
        level = _find_established_level(event)
        if level is not None and legal_day(event.occurred_at) <= day:
            found = {**(found if legal_day(event.occurred_at) == day else {}), level: event.id}
    return found


def _find_established_level(event: Event) -> CareLevel | None:
    match event:
        case CareLevelEstablished() | CareLevelReassessed():
            return event.level
        case DisagreementResolved():
            return event.resolution.level
        case _:
            return None


def _read_criteria(history: Sequence[Event], last: date) -> tuple[CriterionResult, ...]:
    """Return each criterion as it stood when the last day ended, or else as it was first evaluated after that.

    Each party's evaluation stands as its own. If they differ, the criterion is not met.
    """
    evaluations = _by_time(event for event in history if isinstance(event, CriteriaEvaluated | CriteriaAnswered))
    results: dict[tuple[str, Party], CriterionResult] = {}
    for evaluation in evaluations:
        party = evaluation.party if isinstance(evaluation, CriteriaAnswered) else evaluation.actor.party
        for verdict in evaluation.verdicts:
            own = verdict.criterion, party
            if legal_day(evaluation.occurred_at) <= last or own not in results:
                results[own] = CriterionResult(event=evaluation.id, criterion=verdict.criterion, met=verdict.met)
    counted: dict[str, CriterionResult] = {}
    for result in results.values():
        if result.criterion not in counted or counted[result.criterion].met:
            counted[result.criterion] = result
    return tuple(counted.values())
