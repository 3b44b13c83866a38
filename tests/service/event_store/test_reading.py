"""Reads of the record: by case, by aggregate, by position, and through the library."""

from collections.abc import Iterable
from uuid import uuid4

import pytest
from eventsourcing.application import AggregateNotFoundError
from eventsourcing.persistence import NotSupportedError

from domain.kernel import Aggregate
from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from service.record.event_store.recorder import UnsafeFunctionMode
from tests.service.event_store.acts import NoteWritten, act, notes, open_store


class Notebook(Aggregate):
    """All notes of one aggregate."""

    texts: tuple[str, ...] = ()


def read_notes(notebook: Notebook | None, events: Iterable[NoteWritten]) -> Notebook | None:
    for event in events:
        notebook = notebook or Notebook(id=event.originator_id, version=0)
        notebook = notebook.after(event, texts=(*notebook.texts, event.text))
    return notebook


def test_a_case_is_loaded_in_the_records_order_and_an_unknown_case_is_empty(store: EventStore) -> None:
    case, other = uuid4(), uuid4()
    store.submit(act(case, count=2))
    store.submit(act(other))
    store.submit(act(case, expected_version=2))

    assert [event.originator_version for event in store.load_case(case)] == [1, 2, 3]
    assert all(event.recorded_at for event in store.load_case(case))
    assert store.load_case(uuid4()) == []


def test_the_stream_can_be_read_by_position_and_topic(store: EventStore) -> None:
    store.submit(act(uuid4(), count=9))

    def read(
        start: int | None, limit: int, stop: int | None, *, inclusive: bool = True, topics: tuple[str, ...] = ()
    ) -> list[int]:
        events = store.recorder.select_notifications(start, limit, stop, topics, inclusive_of_start=inclusive)
        return [event.id for event in events]

    assert read(None, 3, None) == [1, 2, 3]
    assert read(4, 3, None) == [4, 5, 6]
    assert read(4, 3, None, inclusive=False) == [5, 6, 7]
    assert read(8, 9, 8) == [8]
    assert read(8, 9, None, topics=("note.written.v2",)) == [8, 9]
    assert read(8, 9, None, topics=("note.struck.v1",)) == []


def test_the_librarys_repository_folds_an_aggregate_at_any_version(store: EventStore) -> None:
    case = uuid4()
    store.submit(act(case, count=3))
    notebook = notes(case)[0].originator_id

    assert store.repository.get(notebook, projector_func=read_notes).texts == ("Note 1", "Note 2", "Note 3")
    assert store.repository.get(notebook, version=2, projector_func=read_notes).version == 2
    with pytest.raises(AggregateNotFoundError):
        store.repository.get(uuid4(), projector_func=read_notes)


def test_the_librarys_event_store_records_through_the_same_commits(store: EventStore) -> None:
    save = act(uuid4(), count=2)

    recordings = store.events.put(save.events, save=save)

    assert [recording.notification.id for recording in recordings] == [1, 2]
    assert store.submit(save).repeated
    with pytest.raises(TypeError, match="only as a Save"):
        store.events.put(save.events)


def test_the_librarys_subscription_is_refused_because_it_can_stall(store: EventStore) -> None:
    with pytest.raises(NotSupportedError, match="polling"):
        store.recorder.subscribe()


def test_reads_continue_after_a_lost_connection(store: EventStore, database: Dsns) -> None:
    case = uuid4()
    store.submit(act(case))
    store.load_case(case)
    with store.recorder.datastore.get_connection() as connection:
        connection.close()

    assert len(store.load_case(case)) == 1


@pytest.mark.parametrize("name", ["POSTGRES_ENABLE_DB_FUNCTIONS", "KVITTENS_POSTGRES_ENABLE_DB_FUNCTIONS"])
def test_the_store_does_not_open_in_the_librarys_unsafe_function_mode(
    database: Dsns, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "yes")

    with pytest.raises(UnsafeFunctionMode, match="POSTGRES_ENABLE_DB_FUNCTIONS"):
        open_store(database.service)
