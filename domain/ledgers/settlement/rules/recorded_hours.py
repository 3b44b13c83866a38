"""A month's hours out of the record: what the cases' own events say, and nothing that anybody says of them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from domain.case.events.case import HoursRecorded
from domain.case.events.referral import CriteriaEvaluated, NeedRaised
from domain.kernel import Event, HsaId, legal_day
from domain.ledgers.settlement.values import Hours, Individual, Weighed


def standing(history: Sequence[Event], municipality: HsaId) -> Iterator[HoursRecorded]:
    """The hours that the municipality's staff have recorded; those that a later event corrects count no more."""
    recorded = [event for event in history if isinstance(event, HoursRecorded)]
    corrected = {event.corrects for event in recorded}
    return (one for one in recorded if one.actor.principal == municipality and one.id not in corrected)


def individuals(cases: Iterable[Sequence[Event]], *, municipality: HsaId, first: date, last: date) -> list[Individual]:
    """Whose hours the municipality has recorded from the first to the last day, out of the cases' whole histories."""
    found = (_individual(history, municipality, first, last) for history in cases)
    return [one for one in found if one.hours]


def _individual(history: Sequence[Event], municipality: HsaId, first: date, last: date) -> Individual:
    (opened,) = (event for event in history if isinstance(event, NeedRaised))
    hours = (
        Hours(
            event=one.id,
            day=one.day,
            hours=one.hours,
            performed=one.performed,
            kind=one.kind,
            treatment_level=one.treatment_level,
        )
        for one in standing(history, municipality)
        if first <= one.day <= last
    )
    return Individual(
        case=opened.case_id, patient_id=opened.patient_id, weighed=_weighed(history, last), hours=tuple(hours)
    )


def _weighed(history: Sequence[Event], last: date) -> tuple[Weighed, ...]:
    """Each criterion as it stood when the last day ended; one that had not been weighed by then, as it first was."""
    evaluations = sorted(
        (one for one in history if isinstance(one, CriteriaEvaluated)), key=lambda one: one.occurred_at
    )
    found: dict[str, Weighed] = {}
    for one in evaluations:
        for verdict in one.verdicts:
            if legal_day(one.occurred_at) <= last or verdict.criterion not in found:
                found[verdict.criterion] = Weighed(event=one.id, criterion=verdict.criterion, met=verdict.met)
    return tuple(found.values())
