"""The fold that answers: who is responsible for each intervention, from when to when, and on which ground?"""

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import Literal
from uuid import UUID

from pydantic import Field, computed_field

from domain.case.events.case import FactCorrected
from domain.kernel import Allocation, Event, HsaId, Instant, Keeper, Slug, Value


class Interval(Value):
    """A half-open interval in which the responsibility for an intervention does not change.

    A principal is None if the version in force does not regulate it (SYS-7), if a guardian answers instead, or if it is
    a municipality's and none knows of the case.
    """

    intervention: Slug
    valid_from: Instant
    valid_to: Instant | None
    treatment: HsaId | None
    performer: HsaId | None
    shared: bool
    clauses: tuple[str, ...]
    derived: bool
    agreement: str | None
    event_id: UUID
    guardian: bool = False
    """True if a child's guardian answers for the intervention, and no principal."""
    kept_by: Keeper | None = None
    """The ground that keeps this answer, if the agreement's matrix would give another one."""
    employer: HsaId | None = None
    """The principal that employs the staff who perform."""
    employer_clauses: tuple[str, ...] = ()
    """The rules that say so: the answer's own if they name an employer, or else the one about own staff (SKR-7-2)."""
    subordinate: dict[str, str] = {}
    """The subordinate agreements in force beside the agreement, by the first letters of their rules."""

    medical: HsaId | None = Field(default=None, exclude_if=lambda medical: medical is None)
    """The principal with the medical responsibility, if the version says it apart from the principal's."""

    @computed_field  # type: ignore[prop-decorator]  # mypy knows no decorator on a property
    @property
    def not_regulated(self) -> tuple[Literal["treatment", "performer", "employer"], ...]:
        """The holders that no rule of the version names (SYS-7)."""
        if self.guardian or self.kept_by is Keeper.NOT_SENT:
            return ()
        return (
            *(("treatment",) if self.treatment is None else ()),
            *(("performer",) if self.performer is None else ()),
            *(("employer",) if self.employer is None else ()),
        )

    def covers(self, at: datetime) -> bool:
        """Return True if the moment is in the interval."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


Intervals = tuple[Interval, ...]


def project(intervals: Intervals, event: Event) -> Intervals:
    """Return the intervals after an event. Each of its allocations replaces earlier ones from its own time on."""
    after: list[Interval | None] = list(
        _end_unasked(intervals, event) if isinstance(event, FactCorrected) else intervals
    )
    places: dict[Slug, list[int]] = {}
    named = {allocation.intervention for allocation in event.allocations}
    for place, interval in enumerate(after):
        if interval is not None and interval.intervention in named:
            places.setdefault(interval.intervention, []).append(place)
    for allocation in event.allocations:
        earlier = places.setdefault(allocation.intervention, [])
        for place in earlier:
            before = after[place]
            after[place] = None if before is None else _cut(before, allocation.effective_from)
        earlier.append(len(after))
        after.append(_begin(allocation, event))
    return tuple(interval for interval in after if interval is not None)


def _end_unasked(intervals: Intervals, event: FactCorrected) -> Iterator[Interval]:
    """Yield the intervals without those that had an answer because of a fact that is corrected."""
    for interval in intervals:
        kept = _cut(interval, event.occurred_at) if interval.intervention in event.without_answer else interval
        if kept is not None:
            yield kept


def _cut(interval: Interval, moment: datetime) -> Interval | None:
    """Return the part of the interval before the moment; None if there is none."""
    if interval.valid_to is not None and interval.valid_to <= moment:
        return interval
    if interval.valid_from < moment:
        return interval.model_copy(update={"valid_to": moment})
    return None


def _begin(allocation: Allocation, event: Event) -> Interval:
    employer, employer_clauses = allocation.employment
    return Interval(
        intervention=allocation.intervention,
        valid_from=allocation.effective_from,
        valid_to=None,
        treatment=allocation.treatment,
        performer=allocation.performer,
        shared=allocation.shared,
        clauses=allocation.clauses,
        derived=allocation.derived,
        agreement=str(event.basis.agreement) if event.basis.agreement else None,
        event_id=event.id,
        guardian=allocation.guardian,
        kept_by=allocation.kept_by,
        employer=employer,
        employer_clauses=employer_clauses,
        subordinate={letters: str(ref) for letters, ref in event.basis.subordinate.items()},
        medical=allocation.medical,
    )


def find_at(intervals: Intervals, moment: datetime) -> Intervals:
    """Return the intervals that cover the moment, at most one for each intervention, in the order of interventions."""
    return tuple(sorted((each for each in intervals if each.covers(moment)), key=attrgetter("intervention")))
