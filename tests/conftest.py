"""A real PostgreSQL server for the whole run, and migrated databases for the tests that need them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from service.bootstrap import Services
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.schema import migrate
from tests.live import open_demonstration, serve

MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 4 * 1024**3
"""The free bytes in memory that the servers need to keep their files there."""
OPENERS = frozenset({"server", "passable_folder"})
"""The fixtures of every test with a database, directly or through other fixtures."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that need a database, by their fixtures."""
    if OPENERS.intersection(getattr(item, "fixturenames", ())):
        item.add_marker("database")


@pytest.fixture(autouse=True)
def _only_marked_tests_have_a_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        pytest.fail(
            f"{request.node.nodeid} opens a database, but has none of the fixtures {', '.join(sorted(OPENERS))}"
        )

    if request.node.get_closest_marker("database") is None:
        monkeypatch.setattr(EmbeddedPostgres, "__init__", refuse)


@pytest.fixture(scope="session")
def passable_folder() -> Iterator[Path]:
    """A temporary folder that the server's account may enter if root runs the tests. It may not enter pytest's own.

    The folder lies in memory if there is room, because a database is copied there ten times faster than on most disks.
    """
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY
    with tempfile.TemporaryDirectory(prefix="kvittens-test-", dir=MEMORY if in_memory else None) as path:
        folder = Path(path)
        folder.chmod(0o711)
        yield folder


@pytest.fixture(scope="session")
def server(passable_folder: Path) -> Iterator[EmbeddedPostgres]:
    """The server that the tests share."""
    with EmbeddedPostgres(passable_folder / "session") as running:
        yield running


@pytest.fixture(scope="session")
def migrated(server: EmbeddedPostgres) -> str:
    """The name of a migrated database that others are copied from."""
    template = server.create_database("migrated")
    assert template.owner
    migrate(template.owner)
    return "migrated"


@pytest.fixture
def database(server: EmbeddedPostgres, migrated: str) -> Iterator[Dsns]:
    """A freshly migrated database for one test."""
    name = f"test_{uuid4().hex}"
    yield server.create_database(name, template=migrated)
    server.drop_database(name)


@pytest.fixture(scope="module")
def module_database(server: EmbeddedPostgres, migrated: str) -> Iterator[Dsns]:
    """A freshly migrated database that the tests of one module share."""
    name = f"module_{uuid4().hex}"
    yield server.create_database(name, template=migrated)
    server.drop_database(name)


@pytest.fixture
def services(database: Dsns, tmp_path: Path) -> Iterator[Services]:
    """The demonstration's services on a database of their own."""
    with open_demonstration(database, tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module")
def module_services(module_database: Dsns, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The demonstration's services, shared by the tests of one module."""
    with open_demonstration(module_database, tmp_path_factory.mktemp("services")) as opened:
        yield opened


@pytest.fixture
def address(services: Services) -> Iterator[str]:
    """The address of a real server for `services`."""
    with serve(services) as base_address:
        yield base_address


@pytest.fixture(scope="module")
def module_address(module_services: Services) -> Iterator[str]:
    """The address of a real server for `module_services`."""
    with serve(module_services) as base_address:
        yield base_address
