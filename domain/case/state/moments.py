"""A case as it is known now about one moment after another, each folded from where the moment before it differs."""

from collections.abc import Iterable

from domain.case.state.case import Case, evolve
from domain.kernel import Event, Instant


class CaseAtMoments:
    """The events of a case, and the case at moments that are asked about in order.

    An event that was recorded late stands among the events of its own time, at its place in the record. Between two
    moments the fold goes back to the first event in the record that only the later one has.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = list(events)
        self._later = sorted(range(len(self._events)), key=lambda place: self._events[place].occurred_at, reverse=True)
        self._folded: list[tuple[int, Case]] = []
        """The place of each event that has been folded, and the case after it."""

    def at(self, moment: Instant) -> Case:
        """Return the case by the events that had occurred by a moment, no earlier than the one asked about before."""
        new: set[int] = set()
        while self._later and self._events[self._later[-1]].occurred_at <= moment:
            new.add(self._later.pop())
        first = min(new, default=len(self._events))
        while self._folded and self._folded[-1][0] > first:
            new.add(self._folded.pop()[0])
        for place in sorted(new):
            self._fold(place)
        if not self._folded:
            raise ValueError("the case had not been opened")
        return self._folded[-1][1]

    def add(self, event: Event) -> None:
        """Add an event to the end of the record. It occurred at the moment that was last asked about."""
        self._events.append(event)
        self._fold(len(self._events) - 1)

    def _fold(self, place: int) -> None:
        before = self._folded[-1][1] if self._folded else None
        self._folded.append((place, evolve(before, self._events[place])))
