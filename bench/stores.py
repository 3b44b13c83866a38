"""The stores that growth is measured in: two of different sizes, and one with a long case for each length.

The stores of two sizes are copies of lives (tests/copies.py), or of two worlds that `make world` has grown.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from bench.cases import MeasuredCase
from play.server import environment_with
from service.bootstrap import claim_purpose, open_services
from service.commands.demonstration import register_persons
from service.database.dsns import Dsns
from service.database.embedded import DATABASE, EmbeddedPostgres
from service.database.schema import migrate
from service.record.rebuild import rebuild
from service.settings import Settings
from tests.copies import copy_lives
from world.counties import DIRECTORIES, MARK

CASES = (60, 2000)
LIVES = 6
"""The cases that acts make. The others are copies of them."""
EVENTS = 40
"""The events of a case in the stores of two sizes."""


@dataclass(frozen=True)
class MeasuredStore:
    """A store to measure in, with its number of cases, the environment of a server on it, and cases to measure."""

    cases: int
    environment: Mapping[str, str]
    measured: Sequence[MeasuredCase]


@contextmanager
def open_copies(server: EmbeddedPostgres, folder: Path) -> Iterator[list[MeasuredStore]]:
    """Open two stores of copied lives, with the same case in each. `folder` is for their services' files."""
    lives = _create_database(server, "lives")
    with _open_store(lives, folder / "lives", lengths=[EVENTS] * LIVES):
        pass
    with ExitStack() as stack:
        yield [stack.enter_context(_open_copy(server, folder, cases)) for cases in CASES]


@contextmanager
def _open_copy(server: EmbeddedPostgres, folder: Path, cases: int) -> Iterator[MeasuredStore]:
    database = server.create_database(f"cases_{cases}", template="lives")
    assert database.owner
    copy_lives(database.owner, copies=cases // LIVES - 1)
    with _open_store(database, folder / str(cases), lengths=[EVENTS]) as store:
        yield store


@contextmanager
def open_worlds(folder: Path, worlds: Sequence[Path]) -> Iterator[list[MeasuredStore]]:
    """Open copies of worlds, from their data folders, with the same case in each. The worlds stay as they are."""
    with ExitStack() as stack:
        yield [stack.enter_context(_open_world(world, folder / world.name)) for world in worlds]


@contextmanager
def _open_world(world: Path, folder: Path) -> Iterator[MeasuredStore]:
    folder.mkdir()
    shutil.copy(world / MARK, folder / MARK)
    with EmbeddedPostgres(world) as server:
        database = server.create_database("bench", template=DATABASE)
        try:
            with _open_store(database, folder, lengths=[EVENTS], directory=DIRECTORIES) as store:
                yield store
        finally:
            server.drop_database("bench")


@contextmanager
def open_lengths(server: EmbeddedPostgres, folder: Path, lengths: Sequence[int]) -> Iterator[MeasuredStore]:
    """Open a store with a case of each length."""
    with _open_store(_create_database(server, "lengths"), folder / "lengths", lengths=lengths) as store:
        yield store


def _create_database(server: EmbeddedPostgres, name: str) -> Dsns:
    database = server.create_database(name)
    assert database.owner
    migrate(database.owner)
    return database


@contextmanager
def _open_store(
    database: Dsns, folder: Path, *, lengths: Sequence[int], directory: Path | None = None
) -> Iterator[MeasuredStore]:
    """Open a store, and make cases in it with these numbers of events."""
    assert database.owner
    settings = Settings(
        data=folder,
        demonstration=True,
        directory=directory,
        database_url=SecretStr(database.service),
        owner_database_url=SecretStr(database.owner),
    )
    environment = environment_with(data=folder, database_url=database.service, owner_database_url=database.owner)
    with open_services(settings) as services:
        claim_purpose(services)
        register_persons(services)
        measured = [MeasuredCase(services) for _ in lengths]
        for case, length in zip(measured, lengths, strict=True):
            case.complete(events=EVENTS)
            case.lengthen(events=length)
        if max(lengths) > EVENTS:
            rebuild(services, replace=True, progress=lambda _: None)
        yield MeasuredStore(_count_cases(database.owner), environment, measured)


def _count_cases(dsn: str) -> int:
    """Count the cases of a store, and let it count its rows for the planner, as it does by itself in time."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")
        row = connection.execute("SELECT count(*) FROM case_head WHERE patient_id IS NOT NULL").fetchone()
    assert row is not None
    return int(row[0])
