"""Responsibility over time: who answers for each intervention, from when to when, and on which ground."""

from datetime import datetime
from uuid import UUID

from domain.kernel import Allocation, Event, HsaId, Instant, Slug, Value


class Interval(Value):
    """A half-open period in which one intervention is answered for in one way.

    A principal that is None is not regulated by the version in force (SYS-7), unless a guardian answers instead.
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
    """True if a child's guardian answers for it, and no principal."""

    def covers(self, at: datetime) -> bool:
        """Return True if the moment is in the period."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


Intervals = tuple[Interval, ...]


def project(intervals: Intervals, event: Event) -> Intervals:
    """Return the periods after the event: an allocation holds from its moment on, over what was said before."""
    after: list[Interval | None] = list(intervals)
    places: dict[Slug, list[int]] = {}
    named = {allocation.intervention for allocation in event.allocations}
    for place, interval in enumerate(intervals):
        if interval.intervention in named:
            places.setdefault(interval.intervention, []).append(place)
    for allocation in event.allocations:
        earlier = places.setdefault(allocation.intervention, [])
        for place in earlier:
            held = after[place]
            after[place] = None if held is None else _until(held, allocation.effective_from)
        earlier.append(len(after))
        after.append(_begun(allocation, event))
    return tuple(interval for interval in after if interval is not None)


def _until(interval: Interval, moment: datetime) -> Interval | None:
    """Return the rest of a period when another begins at the moment."""
    if interval.valid_to is not None and interval.valid_to <= moment:
        return interval
    if interval.valid_from < moment:
        return interval.model_copy(update={"valid_to": moment})
    return None


def _begun(allocation: Allocation, event: Event) -> Interval:
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
    )


def find_at(intervals: Intervals, moment: datetime) -> Intervals:
    """Return who answers for each intervention at one moment."""
    return tuple(interval for interval in intervals if interval.covers(moment))
