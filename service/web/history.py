"""The history on a case's page: the events that a reader has chosen, by day, with the older days folded."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from domain.case.events.case import CircumstanceRecorded, StatementRecorded
from domain.kernel import Party, legal_day
from service.web.page_values import PageEvent

_UNFOLDED = 12
"""The number of events from which on the days before are folded."""


class EventKind(StrEnum):
    """A kind of events, by what they are about."""

    REQUEST = "request"
    PLAN = "plan"
    ENROLMENT = "enrolment"
    DISAGREEMENT = "disagreement"
    QUESTION = "question"
    STATEMENT = "statement"
    OTHER = "other"


_KINDS: Mapping[str, EventKind] = {
    "referral": EventKind.REQUEST,
    "care-plan": EventKind.PLAN,
    "enrolment": EventKind.ENROLMENT,
    "disagreement": EventKind.DISAGREEMENT,
    "question": EventKind.QUESTION,
}
"""The kinds by the subject with which a topic begins."""
_STATEMENTS = {StatementRecorded.TOPIC, CircumstanceRecorded.TOPIC}


@dataclass(frozen=True)
class HistoryFilter:
    """The events that a reader has chosen. None: those of both parties, or of every kind."""

    party: Party | None = None
    kind: EventKind | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters of an address that choose the same."""
        chosen = {"party": self.party, "kind": self.kind}
        return {name: str(value) for name, value in chosen.items() if value is not None}

    def keeps(self, event: PageEvent) -> bool:
        """Return True if the reader has chosen the event."""
        return self.party in (None, event.who.party) and self.kind in (None, find_kind(event.topic))


@dataclass(frozen=True)
class HistoryDay:
    """The events that were recorded on one Swedish legal day, the latest first."""

    day: date
    events: tuple[PageEvent, ...]
    is_open: bool
    """False if the day is folded."""


def find_kind(topic: str) -> EventKind:
    """Find the kind of an event by its topic."""
    if topic in _STATEMENTS:
        return EventKind.STATEMENT
    return _KINDS.get(topic.partition(".")[0], EventKind.OTHER)


def group_by_day(events: Sequence[PageEvent]) -> Iterator[HistoryDay]:
    """Yield the days of a history, which has the latest event first."""
    shown = 0
    for day, group in groupby(events, lambda event: legal_day(event.recorded_at)):
        of_day = tuple(group)
        yield HistoryDay(day, of_day, is_open=shown < _UNFOLDED)
        shown += len(of_day)
