"""A process that freezes while it holds the lock. It stops others only briefly."""

import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from service.bootstrap import open_pool
from service.database.dsns import Dsns
from service.reads.queries import Queries
from service.record.event_store.application import EventStore
from tests.service.event_store.acts import act
from tests.service.event_store.writers import freeze


@pytest.mark.parametrize(("halfway", "state"), [(False, "idle in transaction"), (True, "active")])
def test_other_processes_act_and_read_again_after_a_frozen_process_held_the_lock(
    store: EventStore, database: Dsns, halfway: bool, state: str
) -> None:
    process = multiprocessing.get_context("spawn").Process(target=freeze, args=(database.service, halfway))
    process.start()
    assert process.pid
    try:
        assert os.WIFSTOPPED(os.waitpid(process.pid, os.WUNTRACED)[1])
        with psycopg.connect(database.service) as observer:
            states = observer.execute(
                "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
                " AND application_name = 'kvittens-committer'"
            ).fetchall()
        with open_pool(database.service) as pool:
            Queries(pool).wait_for_commits(datetime.now(UTC) + timedelta(days=1))
        assert list(store.submit(act(uuid4())).positions) == [1]
    finally:
        process.kill()
        process.join()
    assert states == [(state,)]
