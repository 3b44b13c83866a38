"""Replay: a case as it was known at a moment, or as is known now about a moment (SYS-6)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import orjson

from domain.case.state.case import Case
from domain.kernel import Actor, Event, Refusal, RefusalKind, Value
from domain.versions.catalogue import Catalogue
from projections import responsibility
from projections.case import View, history
from projections.responsibility import Intervals
from projections.timeline import Entry
from projections.worklist.items import Item
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.reads.queries import Queries
from service.record.event_store.application import EventStore


class Mode(StrEnum):
    """Which of the two questions is asked."""

    AS_KNOWN_AT = "as-known-at"
    """What had been recorded at the moment."""
    AS_KNOWN_NOW = "as-known-now"
    """What had happened at the moment, by all that has been recorded since."""


class Replay(Value):
    """A case at a moment. `case` is None when nothing had happened, or was known, by then."""

    case_id: UUID
    mode: Mode
    moment: datetime
    case: Case | None
    responsible: Intervals
    """Who answered for each intervention at the moment, and on what ground."""
    intervals: Intervals
    """The same over all time, as far as is known in this mode."""
    entries: tuple[Entry, ...]
    items: tuple[Item, ...]
    resources: tuple[bytes, ...]
    """The FHIR resources as they stood, as JSON."""

    def to_json(self) -> bytes:
        """The replay as JSON, each resource as the very bytes that stood."""
        said = self.model_dump(mode="json", exclude={"resources"})
        said["resources"] = [orjson.Fragment(body) for body in self.resources]
        return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def known(events: Sequence[Event], mode: Mode, moment: datetime) -> list[Event]:
    """The part of a history that answers the question."""
    if mode is Mode.AS_KNOWN_AT:
        return [event for event in events if event.recorded_at is not None and event.recorded_at <= moment]
    return [event for event in events if event.occurred_at <= moment]


class MomentInFuture(Refusal):
    """What will be known at a future moment cannot be told: the answer would change."""

    code = "MOMENT_IN_FUTURE"
    kind = RefusalKind.VALUE


class Replays:
    """Replays of the record's cases."""

    def __init__(self, store: EventStore, queries: Queries, catalogue: LiveCatalogue) -> None:
        self._store = store
        self._queries = queries
        self._catalogue = catalogue

    def events(self, actor: Actor, case_id: UUID) -> list[Event]:
        """The whole history of a case. Raises CaseUnknown where the actor's principal may not read it."""
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        return self._store.load_case(case_id)

    def of(self, actor: Actor, case_id: UUID, mode: Mode, moment: datetime) -> Replay:
        """The case at the moment. Raises CaseUnknown where the actor's principal may not read it, MomentInFuture."""
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        return self.unguarded(case_id, mode, moment)

    def unguarded(self, case_id: UUID, mode: Mode, moment: datetime) -> Replay:
        """The case at the moment, for whoever runs the service. Raises MomentInFuture."""
        now = self._queries.settle(moment)
        if mode is Mode.AS_KNOWN_AT and moment > now:
            raise MomentInFuture(
                "What will be known at a future moment cannot be told",
                rule="SYS-6",
                remedy="give a moment up to now, or ask as-known-now",
                where=("at",),
            )
        events = self._store.load_case(case_id)
        return replay(case_id, events, mode=mode, moment=moment, catalogue=self._catalogue.now())


def replay(case_id: UUID, events: Sequence[Event], *, mode: Mode, moment: datetime, catalogue: Catalogue) -> Replay:
    """The case at the moment, by the same fold that made the live state."""
    views: tuple[View, ...] = history(known(events, mode, moment), catalogue)
    last = views[-1] if views else None
    return Replay(
        case_id=case_id,
        mode=mode,
        moment=moment,
        case=last.standing.case if last else None,
        responsible=responsibility.at(last.standing.intervals, moment) if last else (),
        intervals=last.standing.intervals if last else (),
        entries=tuple(entry for view in views for entry in view.entries),
        items=last.items if last else (),
        resources=tuple(one.body for one in last.current.values()) if last else (),
    )
