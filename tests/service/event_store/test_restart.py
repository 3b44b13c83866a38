"""Restarts of the database: acknowledged acts stay, and none is recorded twice."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.schema import migrate
from service.record.event_store import committer
from service.record.event_store.application import EventStore
from service.record.event_store.committer import StoreUnavailable
from tests.service.event_store.acts import act, open_store


def test_acts_continue_after_a_restart_of_the_server(passable_folder: Path) -> None:
    embedded = EmbeddedPostgres(passable_folder / "restarted")
    with embedded:
        migrate(embedded.owner_dsn)
        store = open_store(embedded.service_dsn)
        callers = ThreadPoolExecutor(4)
        futures = [callers.submit(_write, store, 50) for _ in range(2)]
        while store.max_position() < 20:
            continue
    with embedded, callers, store:
        futures += [callers.submit(_write, store, 50) for _ in range(2)]
        acknowledged = [position for future in futures for position in future.result()]

        assert sorted(acknowledged) == list(range(1, 201))
        assert len(store.recorder.select_notifications(None, 300)) == 200


def test_a_caller_soon_learns_that_there_is_no_database(passable_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded = EmbeddedPostgres(passable_folder / "stopped")
    with embedded:
        migrate(embedded.owner_dsn)
        store = open_store(embedded.service_dsn)
    monkeypatch.setattr(committer, "PATIENCE", 0.3)

    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        store.submit(act(uuid4()))
    store.close()


def test_repeated_losses_of_the_connection_lose_no_act_and_record_none_twice(store: EventStore, database: Dsns) -> None:
    cuts = 0
    with psycopg.connect(database.service, autocommit=True) as cutter, ThreadPoolExecutor(4) as callers:
        futures = [callers.submit(_write, store, 100) for _ in range(4)]
        while not all(future.done() for future in futures):
            position = store.max_position()
            row = cutter.execute(
                """
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'kvittens-committer'
                """
            ).fetchone()
            assert row is not None
            cuts += row[0]
            while store.max_position() == position and not all(future.done() for future in futures):
                continue
        acknowledged = [position for future in futures for position in future.result()]

    assert cuts > 10
    assert sorted(acknowledged) == list(range(1, 401))
    assert store.max_position() == 400


def _write(store: EventStore, acts: int) -> list[int]:
    return [position for _ in range(acts) for position in store.submit(act(uuid4())).positions]
