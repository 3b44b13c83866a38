"""Replay: a case as it was known at a moment, or as is known now about a moment (SYS-6)."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import orjson

from domain.agreements.publication import Catalogue
from domain.case import Case
from domain.kernel import Event, Value
from projections import responsibility
from projections.responsibility import Intervals
from projections.timeline import Entry
from projections.view import View, history
from projections.worklist import Item


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
