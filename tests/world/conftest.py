"""A small world for tests: grown once by the run itself, and then copied for each module that names it."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from psycopg.conninfo import make_conninfo

from service.bootstrap import Services
from service.database.account import choose_account
from service.database.binaries import find_programs
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.places import SHARED
from tests.live import open_demonstration, serve
from tests.world.sweeps.scene import Scene
from world.counties import DIRECTORIES
from world.growth import Growth
from world.life import Answer, LifeStep
from world.plan import Size, World
from world.stage import Stage

SMALL = World(Size.S, 1, date(2026, 10, 31))
"""The world of the tests. Its last day is fixed, so that each run has the same record."""

EXAMPLES = "examples.json"
"""The file that keeps a content of each act that the world was grown with."""


LONGEST = 1_000
"""The bytes of JSON that the content of an example has at most, if an act has one that is as short."""


class _ListeningStage(Stage):
    """A stage that keeps the fullest content of each act that was accepted, if it is short enough to be read."""

    def __init__(self, services: Services, prefix: str) -> None:
        super().__init__(services, prefix)
        self._contents: dict[str, bytes] = {}

    def perform(self, step: LifeStep, life: str, number: int) -> Answer:
        answer = super().perform(step, life, number)
        if step.refused is None:
            content, known = orjson.dumps(step.content, default=str), self._contents.get(step.act)
            if known is None or len(known) < len(content) <= LONGEST:
                self._contents[str(step.act)] = content
        return answer

    def write_contents(self) -> bytes:
        return orjson.dumps({act: orjson.loads(content) for act, content in self._contents.items()})


@dataclass(frozen=True)
class GrownWorld:
    """A world that has been grown: its services, and the address of a server."""

    world: World
    services: Services
    address: str


@pytest.fixture(scope="session")
def grown(server: EmbeddedPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the world. The first process of the run grows it, and the others restore its dump."""
    folder, shared = tmp_path_factory.getbasetemp(), find_shared_folder(tmp_path_factory)
    dump, name = shared / "world.dump", "grown"
    with (shared / "world.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if dump.exists():
            database = server.create_database(name)
            _run(server, "pg_restore", "--exit-on-error", f"--dbname={_superuser(server, name)}", str(dump))
        else:
            database = server.create_database(name, template=migrated)
            with open_demonstration(database, folder / "grown", directory=DIRECTORIES) as services:
                growth = Growth(services, SMALL)
                growth.stage = stage = _ListeningStage(services, SMALL.name)
                growth.grow()
            (shared / EXAMPLES).write_bytes(stage.write_contents())
            _run(server, "pg_dump", "--format=custom", "--compress=0", f"--file={dump}", _superuser(server, name))
    return name


def find_shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the processes of a test run share."""
    folder = factory.getbasetemp()
    return folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder


@pytest.fixture
def contents(grown: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A content of each act with which the world was grown, and which the service accepted."""
    found: dict[str, Any] = orjson.loads((find_shared_folder(tmp_path_factory) / EXAMPLES).read_bytes())
    return found


def _superuser(server: EmbeddedPostgres, database: str) -> str:
    return make_conninfo(server.superuser_dsn, dbname=database)


def _run(server: EmbeddedPostgres, program: str, *arguments: str) -> None:
    programs = find_programs(choose_account(), copies=SHARED)
    subprocess.run([programs / program, *arguments], check=True)


@pytest.fixture(scope="module")
def grown_database(server: EmbeddedPostgres, grown: str) -> Iterator[Dsns]:
    """A copy of the world's database, which the tests of one module share."""
    name = f"world_{uuid4().hex}"
    yield server.create_database(name, template=grown)
    server.drop_database(name)


@pytest.fixture(scope="module")
def world(grown_database: Dsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GrownWorld]:
    """The world, served. The tests of one module share it."""
    folder = tmp_path_factory.mktemp("world")
    with (
        open_demonstration(grown_database, folder, directory=DIRECTORIES) as services,
        serve(services) as address,
    ):
        yield GrownWorld(SMALL, services, address)


@pytest.fixture(scope="module")
def scene(world: GrownWorld) -> Iterator[Scene]:
    """The world with its callers, and moments chosen by a fixed seed."""
    scene = Scene(world.services, world.address, "1")
    yield scene
    scene.close()
