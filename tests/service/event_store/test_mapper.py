"""The mapper between events and rows, for the current and every older shape of an event."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar
from uuid import uuid4

import orjson
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel import AgreementRef, Basis, Event
from service.record.event_store.mapper import (
    EventMapper,
    RecordedEvent,
    StateUnreadable,
    TopicsBroken,
    UnknownTopic,
    Upcaster,
)
from tests.service.event_store.acts import NOON, NURSE, NoteStruck, NoteWritten, notes, upcasters

MAPPER = EventMapper([NoteWritten, NoteStruck], upcasters())

moments = st.builds(
    lambda seconds, micros, hours: datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours))).replace(
        microsecond=micros
    ),
    st.integers(-2_000_000_000, 7_000_000_000),
    st.integers(0, 999_999),
    st.integers(-12, 14),
)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Nd"]), min_size=1, max_size=200).filter(
    lambda text: text.strip()
)
bases = st.builds(
    Basis,
    agreement=st.none() | st.builds(AgreementRef, id=texts, version=texts),
    clauses=st.lists(texts, max_size=3).map(tuple),
    not_regulated=st.lists(texts, max_size=3).map(tuple),
)
written_notes = st.builds(
    NoteWritten,
    originator_id=st.uuids(),
    originator_version=st.integers(1, 2**63 - 1),
    case_id=st.uuids(),
    occurred_at=moments,
    actor=st.just(NURSE),
    basis=bases,
    causation_id=st.uuids(),
    text=texts,
    pages=st.integers(0, 2**53),
)


@given(event=written_notes, recorded_at=moments)
def test_every_event_is_read_back_as_it_was_stored(event: NoteWritten, recorded_at: datetime) -> None:
    stored = MAPPER.to_stored_event(event)

    assert MAPPER.to_domain_event(stored) == event
    assert MAPPER.to_domain_event(row(stored, recorded_at)) == event.model_copy(
        update={"recorded_at": recorded_at.astimezone(UTC)}
    )


def row(stored: StoredEvent, recorded_at: datetime) -> RecordedEvent:
    return RecordedEvent(
        **vars(stored),
        id=1,
        case_id=uuid4(),
        county="orebro",
        occurred_at=NOON,
        recorded_at=recorded_at,
        command_id=uuid4(),
    )


def test_a_stored_event_has_its_class_topic_and_a_state_without_the_columns() -> None:
    stored = MAPPER.to_stored_event(notes(uuid4())[0])

    assert stored.topic == "note.written.v2"
    assert orjson.loads(stored.state).keys() & {"originator_id", "originator_version", "recorded_at"} == set()


def test_an_old_shape_is_read_as_the_current_shape() -> None:
    event = notes(uuid4())[0]
    stored = MAPPER.to_stored_event(event)
    state = orjson.loads(stored.state)
    del state["pages"]

    old = StoredEvent(stored.originator_id, stored.originator_version, "note.written.v1", orjson.dumps(state))

    assert MAPPER.to_domain_event(old) == event


def test_an_unknown_topic_is_refused_by_name() -> None:
    with pytest.raises(UnknownTopic, match=r"note\.lost\.v1"):
        MAPPER.to_domain_event(StoredEvent(uuid4(), 1, "note.lost.v1", b'{"case_id":1}'))


@pytest.mark.parametrize("state", [b"", b"{", b'{"case_id":"not one"}', b"[]"])
def test_an_unreadable_state_is_refused_with_its_event(state: bytes) -> None:
    aggregate = uuid4()

    for topic in ("note.struck.v1", "note.written.v1"):
        with pytest.raises(StateUnreadable, match=f"{topic}, version 7 of {aggregate}"):
            MAPPER.to_domain_event(StoredEvent(aggregate, 7, topic, state))


def test_an_event_that_cannot_be_read_back_is_not_stored() -> None:
    with pytest.raises(UnknownTopic, match="NoteWritten"):
        EventMapper([NoteStruck]).to_stored_event(notes(uuid4())[0])


class NoteStruckTwice(Event):
    """Another class with the same topic."""

    TOPIC: ClassVar[str] = "note.struck.v1"


class Unnamed(Event):
    """An event without a topic."""


class Misnamed(Event):
    """An event whose topic has no version."""

    TOPIC: ClassVar[str] = "note.misnamed"


def keep_state(state: dict[str, Any]) -> dict[str, Any]:
    return state


@pytest.mark.parametrize(
    ("classes", "steps", "fault"),
    [
        ([NoteStruck, NoteStruckTwice], [], "same topic 'note.struck.v1'"),
        ([Unnamed], [], "Unnamed has no TOPIC"),
        ([Misnamed], [], "Misnamed has no TOPIC"),
        ([NoteWritten], [], "nothing reads 'note.written.v1'"),
        ([NoteStruck], [("note.struck.v1", "note.struck.v2")], "has an upcaster, but is the topic of NoteStruck"),
        ([NoteStruck], [("note.torn.v1", "note.torn.v2")], "note.torn.v1 -> note.torn.v2"),
        ([NoteStruck], [("note.a.v1", "note.b.v1"), ("note.b.v1", "note.a.v1")], "circle: note.a.v1 -> note.b.v1"),
        ([NoteStruck], [("note.a.v1", "note.struck.v1"), ("note.a.v1", "note.struck.v1")], "two upcasters"),
        ([NoteStruck], [("note", "note.struck.v1")], "source 'note'"),
    ],
)
def test_incomplete_or_conflicting_topics_are_refused_at_start(
    classes: list[type[Event]], steps: list[tuple[str, str]], fault: str
) -> None:
    with pytest.raises(TopicsBroken, match=fault):
        EventMapper(classes, [Upcaster(source, target, keep_state) for source, target in steps])


def test_a_topic_can_have_several_upcasters_and_change_its_name() -> None:
    EventMapper(
        [NoteStruck],
        [Upcaster("page.torn.v1", "page.torn.v2", keep_state), Upcaster("page.torn.v2", "note.struck.v1", keep_state)],
    )
