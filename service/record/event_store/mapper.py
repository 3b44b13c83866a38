"""The mapping between an event and its row: explicit topics, JSON state, and upcasters for old shapes.

A topic is the `TOPIC` of its class ("referral.acknowledged.v1") and never a Python path, so that a class may move. The
state leaves out what the row's own columns hold: the aggregate's id and version, and the time of recording.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Mapper, Notification, StoredEvent
from pydantic import ValidationError

from domain.kernel import Event

_TOPIC = re.compile(r"(?P<name>[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+)\.v(?P<number>[1-9][0-9]*)")
_COLUMNS = {"originator_id", "originator_version", "recorded_at"}


class TopicsBroken(Exception):
    """A fault in the code: the event classes and upcasters do not cover every shape that may be stored."""


class UnknownTopic(Exception):
    """A topic, of an event or a stored row, that the program was not started with."""


class StateUnreadable(Exception):
    """The state of a stored event that does not fit its topic's class."""


@dataclass(frozen=True)
class Upcaster:
    """The step from the state of one topic to that of the next. `change` gets a dict of its own and returns one."""

    source: str
    target: str
    change: Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class RecordedEvent(Notification):
    """A row of the record, with every column that an event is looked up by. `id` is its position."""

    case_id: UUID
    county: str
    occurred_at: datetime
    recorded_at: datetime
    command_id: UUID


class EventMapper(Mapper[UUID]):
    """The mapper of the given event classes to rows and back."""

    def __init__(self, event_classes: Iterable[type[Event]], upcasters: Iterable[Upcaster] = ()) -> None:
        self._classes = _by_topic(event_classes)
        self._upcasters = _by_source(upcasters)
        _check_chains(self._classes, self._upcasters)

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        """Return the row of an event. Raises UnknownTopic for an event that could not be read back."""
        event = domain_event
        if not isinstance(event, Event) or self._classes.get(event.TOPIC) is not type(event):
            raise UnknownTopic(f"{type(event).__qualname__} is not an event class that the store was opened with")
        return StoredEvent(
            originator_id=event.originator_id,
            originator_version=event.originator_version,
            topic=event.TOPIC,
            state=event.model_dump_json(exclude=_COLUMNS).encode(),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Event:
        """Return the event of a row, in its current shape, with `recorded_at` if the row has it.

        Raises UnknownTopic and StateUnreadable.
        """
        if stored_event.topic not in self._classes and stored_event.topic not in self._upcasters:
            raise UnknownTopic(f"the stored topic {stored_event.topic!r} has no event class and no upcaster")
        row = {"originator_id": str(stored_event.originator_id), "originator_version": stored_event.originator_version}
        if isinstance(stored_event, RecordedEvent):
            row["recorded_at"] = stored_event.recorded_at.astimezone(UTC).isoformat()
        try:
            topic, state = self._upcast(stored_event.topic, stored_event.state)
            # The state is a JSON object with at least one member. Of two equal members the last one counts: the row's.
            return self._classes[topic].model_validate_json(state.rstrip()[:-1] + b"," + orjson.dumps(row)[1:])
        except Exception as error:
            place = f"version {stored_event.originator_version} of {stored_event.originator_id}"
            raise StateUnreadable(f"{stored_event.topic}, {place}: {_describe(error)}") from None

    def _upcast(self, topic: str, state: bytes) -> tuple[str, bytes]:
        if topic in self._classes:
            return topic, state
        content = orjson.loads(state)
        while topic not in self._classes:
            upcaster = self._upcasters[topic]
            topic, content = upcaster.target, upcaster.change(content)
        return topic, orjson.dumps(content)


def _describe(error: Exception) -> str:
    """Describe the faults of a state with their places, for a log, and leave out its content."""
    if not isinstance(error, ValidationError):
        return type(error).__name__
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)


def _by_topic(event_classes: Iterable[type[Event]]) -> dict[str, type[Event]]:
    classes: dict[str, type[Event]] = {}
    for cls in event_classes:
        if not _TOPIC.fullmatch(getattr(cls, "TOPIC", "")):
            raise TopicsBroken(f"{cls.__qualname__} has no TOPIC of the form 'referral.acknowledged.v1'")
        if (other := classes.setdefault(cls.TOPIC, cls)) is not cls:
            raise TopicsBroken(f"{cls.__qualname__} and {other.__qualname__} have the same topic {cls.TOPIC!r}")
    return classes


def _by_source(upcasters: Iterable[Upcaster]) -> dict[str, Upcaster]:
    sources: dict[str, Upcaster] = {}
    for upcaster in upcasters:
        if not _TOPIC.fullmatch(upcaster.source):
            raise TopicsBroken(
                f"the upcaster's source {upcaster.source!r} is not of the form 'referral.acknowledged.v1'"
            )
        if sources.setdefault(upcaster.source, upcaster) is not upcaster:
            raise TopicsBroken(f"two upcasters start from {upcaster.source!r}")
    return sources


def _check_chains(classes: dict[str, type[Event]], upcasters: dict[str, Upcaster]) -> None:
    for source in upcasters:
        if source in classes:
            raise TopicsBroken(f"{source!r} has an upcaster, but is the topic of {classes[source].__qualname__}")
        path: list[str] = []
        topic = source
        while topic in upcasters:
            if topic in path:
                raise TopicsBroken(f"upcasters go in a circle: {_arrows([*path, topic])}")
            path.append(topic)
            topic = upcasters[topic].target
        if topic not in classes:
            raise TopicsBroken(f"upcasters end at a topic that no event class has: {_arrows([*path, topic])}")
    for topic in classes:
        for older in _older_topics(topic):
            if older not in upcasters and older not in classes:
                raise TopicsBroken(f"nothing reads {older!r}, which came before {topic!r}: an upcaster is missing")


def _older_topics(topic: str) -> Sequence[str]:
    match = _TOPIC.fullmatch(topic)
    assert match is not None, topic
    return [f"{match['name']}.v{number}" for number in range(1, int(match["number"]))]


def _arrows(topics: Sequence[str]) -> str:
    return " -> ".join(topics)
