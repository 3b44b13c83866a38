"""Replay: a case as it was known at a moment, or as it is known now about a moment (SYS-6)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

import orjson

from domain.case.state.case import Case, fold
from domain.kernel import Actor, Event, Value
from domain.versions.catalogue import Catalogue
from projections import responsibility
from projections.case import find_listing_version, fold_case, project_history
from projections.responsibility import Intervals
from projections.timeline import TimelineEntry, mark_corrected
from projections.worklist.items import WorklistItem
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.reads.queries import Queries
from service.record.event_store.application import EventStore


class Mode(StrEnum):
    """One of the two questions about a moment."""

    AS_KNOWN_AT = "as-known-at"
    """The case by the events that had been recorded at the moment."""
    AS_KNOWN_NOW = "as-known-now"
    """The case by the events that had occurred at the moment, also those recorded since."""


class Replay(Value):
    """A case at a moment. `case` is None if nothing had occurred, or was known, at that moment."""

    case_id: UUID
    mode: Mode
    moment: datetime
    case: Case | None
    responsible: Intervals
    """The responsibility for each intervention at the moment, with its grounds."""
    intervals: Intervals
    """The responsibility over all time, as known in this mode."""
    entries: tuple[TimelineEntry, ...]
    items: tuple[WorklistItem, ...]
    resources: tuple[bytes, ...]
    """The FHIR resources at the moment, as JSON."""

    def to_json(self) -> bytes:
        """Return the replay as JSON, with each resource as exactly the bytes that were answered."""
        content = self.model_dump(mode="json", exclude={"resources"})
        content["resources"] = [orjson.Fragment(body) for body in self.resources]
        return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def select_events(events: Sequence[Event], mode: Mode, moment: datetime) -> list[Event]:
    """Select the events of a history that answer the question."""
    if mode is Mode.AS_KNOWN_AT:
        return [event for event in events if event.recorded_at is not None and event.recorded_at <= moment]
    return [event for event in events if event.occurred_at <= moment]


class Replays:
    """The replays of the record's cases."""

    def __init__(self, store: EventStore, queries: Queries, versions: LiveCatalogue) -> None:
        self._store = store
        self._queries = queries
        self._versions = versions

    def load_events(self, actor: Actor, case_id: UUID) -> list[Event]:
        """Load the whole history of a case. Raises CaseUnknown if the actor's principal may not read it."""
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        return self._store.load_case(case_id)

    def read_case(self, actor: Actor, case_id: UUID) -> Case:
        """Read a case as it stands. Raises CaseUnknown if the actor's principal may not read it."""
        case = fold(self.load_events(actor, case_id))
        if case is None:
            raise CaseUnknown
        return case

    def replay(self, actor: Actor, case_id: UUID, mode: Mode, moment: datetime) -> Replay:
        """Replay a case that the actor's principal may read, at a moment. Raises CaseUnknown and MomentInFuture."""
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        return self.replay_any(case_id, mode, moment)

    def find_responsible(self, actor: Actor, case_id: UUID, mode: Mode, moment: datetime) -> Intervals:
        """Find the responsibility for each intervention at a moment, without rendering anything.

        Raises CaseUnknown if the actor's principal may not read the case, and MomentInFuture.
        """
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        known = _select_known(self._load(case_id, mode, moment), mode, moment)
        return responsibility.find_at(_fold_intervals(known), moment)

    def load_known(self, actor: Actor, case_id: UUID, mode: Mode, moment: datetime) -> list[Event]:
        """Load the events of a case that answer a question about a moment. Raises CaseUnknown and MomentInFuture."""
        if not self._queries.may_read(actor, case_id):
            raise CaseUnknown
        return select_events(self._load(case_id, mode, moment), mode, moment)

    def read_catalogue(self, mode: Mode, moment: datetime) -> Catalogue:
        """Read the agreement versions as they were known at a moment, or as they are known now."""
        known_at = mode is Mode.AS_KNOWN_AT
        return self._versions.read_as_known_at(moment) if known_at else self._versions.read_catalogue()

    def replay_any(self, case_id: UUID, mode: Mode, moment: datetime) -> Replay:
        """Replay any case at a moment, for the person who runs the service. Raises MomentInFuture."""
        events = self._load(case_id, mode, moment)
        return replay(case_id, events, mode=mode, moment=moment, catalogue=self.read_catalogue(mode, moment))

    def _load(self, case_id: UUID, mode: Mode, moment: datetime) -> list[Event]:
        """Load the history of a case once every commit that concerns the moment is done. Raises MomentInFuture."""
        if mode is Mode.AS_KNOWN_AT:
            self._queries.refuse_future(moment, where="at")
        else:
            self._queries.wait_for_commits(moment)
        return self._store.load_case(case_id)


def replay(case_id: UUID, events: Sequence[Event], *, mode: Mode, moment: datetime, catalogue: Catalogue) -> Replay:
    """Replay a case at a moment, with the same fold that makes the current state."""
    selected = select_events(events, mode, moment)
    find_version = partial(find_listing_version, catalogue=catalogue, at=moment)
    history = project_history(selected, find_version) if selected else None
    known = _select_known(events, mode, moment)
    intervals = history.intervals if history and len(known) == len(selected) else _fold_intervals(known)
    return Replay(
        case_id=case_id,
        mode=mode,
        moment=moment,
        case=history.case if history else None,
        responsible=responsibility.find_at(intervals, moment),
        intervals=intervals,
        entries=mark_corrected(history.entries) if history else (),
        items=history.worklist if history else (),
        resources=tuple(resource.body for resource in history.resources.values()) if history else (),
    )


def _select_known(events: Sequence[Event], mode: Mode, moment: datetime) -> Sequence[Event]:
    """Select what tells of responsibility over all time: what was known at the moment, or all that is known now."""
    return select_events(events, mode, moment) if mode is Mode.AS_KNOWN_AT else events


def _fold_intervals(events: Sequence[Event]) -> Intervals:
    state = fold_case(None, events)
    return state.intervals if state is not None else ()
