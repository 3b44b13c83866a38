"""The order of the record: a follower misses no event while many processes write."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from uuid import uuid4

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.types.composite import CompositeInfo, register_composite

from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from tests.service.event_store.writers import Follower, write

_WRITERS = 3
_ACTS = 25


def test_a_follower_sees_every_event_of_several_writing_processes_once_and_in_order(
    store: EventStore, database: Dsns
) -> None:
    follower = Follower(lambda after: [event.id for event in store.recorder.select_notifications(after + 1, 20)])

    with ProcessPoolExecutor(_WRITERS, multiprocessing.get_context("spawn")) as processes:
        futures = [processes.submit(write, database.service, _ACTS) for _ in range(_WRITERS)]
        while wait(futures, timeout=0).not_done:
            follower.catch_up()
            assert follower.positions == list(range(1, len(follower.positions) + 1))
        acknowledged = [position for future in futures for position in future.result()]
    follower.catch_up()

    assert sorted(acknowledged) == follower.positions == list(range(1, store.max_position() + 1))
    assert len(acknowledged) > _WRITERS * 4 * _ACTS


def test_the_follower_misses_an_event_in_the_librarys_function_mode(database: Dsns) -> None:
    assert database.owner
    login = conninfo_to_dict(database.owner)
    library = PostgresDatastore(
        str(login["dbname"]),
        str(login["host"]),
        str(login.get("port", 5432)),
        str(login["user"]),
        str(login["password"]),
        enable_db_functions=True,
    )
    with library, psycopg.connect(database.owner) as slow, psycopg.connect(database.owner) as quick:
        recorder = PostgresApplicationRecorder(library, events_table_name="library_events")
        recorder.create_table()
        follower = Follower(lambda after: [event.id for event in recorder.select_notifications(after + 1, 20)])

        assert _insert_by_function(slow, recorder) == [1]
        assert _insert_by_function(quick, recorder) == [2]
        quick.commit()
        follower.catch_up()
        slow.commit()
        follower.catch_up()

        assert [event.id for event in recorder.select_notifications(None, 20)] == [1, 2]
        assert follower.positions == [2]


def _insert_by_function(
    connection: psycopg.Connection[tuple[int]], recorder: PostgresApplicationRecorder
) -> Sequence[int]:
    """Insert an event as the library's `insert_events` does in that mode, without the commit."""
    info = CompositeInfo.fetch(connection, recorder.stored_event_type_name)
    assert info is not None
    register_composite(info, connection)
    event = StoredEvent(uuid4(), 1, "note.written.v2", b"{}")
    value = recorder.construct_pg_stored_event(event.originator_id, event.originator_version, event.topic, event.state)
    return [row[0] for row in connection.execute(recorder.sql_invoke_pg_function_insert_events, ([value],)).fetchall()]
