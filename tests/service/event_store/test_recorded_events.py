"""The JSON files in tests/recorded/: each released shape of an event has a file, which must always load.

A file is named by its topic and holds the event as it was released, without `recorded_at`.
"""

from pathlib import Path

import orjson
import pytest
from eventsourcing.persistence import StoredEvent

from domain.kernel import Event
from service.record.event_classes import EVENT_CLASSES
from service.record.event_store.mapper import EventMapper
from service.record.event_store.upcasters import UPCASTERS

RECORDED = Path(__file__).parents[2] / "recorded"
MAPPER = EventMapper(EVENT_CLASSES, UPCASTERS)


def read_stored_event(topic: str) -> StoredEvent:
    state = orjson.loads((RECORDED / f"{topic}.json").read_bytes())
    return StoredEvent(state.pop("originator_id"), state.pop("originator_version"), topic, orjson.dumps(state))


@pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda cls: str(cls.TOPIC))
def test_every_event_class_loads_its_recorded_shape_without_loss(event_class: type[Event]) -> None:
    stored_event = read_stored_event(event_class.TOPIC)

    event = MAPPER.to_domain_event(stored_event)
    restored = MAPPER.to_stored_event(event)

    assert type(event) is event_class
    assert contains(orjson.loads(restored.state), orjson.loads(stored_event.state))
    assert MAPPER.to_domain_event(restored) == event


def contains(whole: object, part: object) -> bool:
    """Return True if the whole contains everything in the part. The whole may have newer members."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(contains, whole, part))
    return whole == part


def test_every_released_shape_has_a_file_that_loads() -> None:
    topics = {cls.TOPIC for cls in EVENT_CLASSES} | {upcaster.source for upcaster in UPCASTERS}

    assert {file.name for file in RECORDED.glob("*.json")} == {f"{topic}.json" for topic in topics}
    for topic in topics:
        MAPPER.to_domain_event(read_stored_event(topic))
