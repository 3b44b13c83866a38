"""A real PostgreSQL server for the whole run, and migrated databases for the tests that need them."""

import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from types import FunctionType
from uuid import uuid4

import pytest
from hypothesis import settings

from service.bootstrap import Services
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.schema import migrate
from tests.http_stories import Teller, write_directories
from tests.live import ANSWERED, open_demonstration, serve
from tests.projections.open_items import items_of
from tests.rules.marks import RETOLD, Level, is_retold, level_of
from tests.scenario import AUDIENCE, given

# An example that takes long on a busy machine is not wrong.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 4 * 1024**3
"""The free bytes in memory that the servers need to keep their files there."""
OPENERS = frozenset({"server", "passable_folder"})
"""The fixtures of every test with a database, directly or through other fixtures."""


_HEARD = frozenset({"given", "items_of"})
"""The functions that tell the listeners of a story what came of it."""
_ANSWERED = pytest.StashKey[int]()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark the tests that need a database, by their fixtures."""
    if OPENERS.intersection(getattr(item, "fixturenames", ())) or is_retold(item):
        item.add_marker("database")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of a rule that tells a story twice: with the decisions alone, and over HTTP as well."""
    if (
        _tells(metafunc.function)
        and _carries_rule(metafunc.definition)
        and metafunc.definition.get_closest_marker("untold") is None
    ):
        metafunc.parametrize("audience", ["", RETOLD], indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Remember how many requests had been answered before the module's first test and its fixtures."""
    if item.parent is not None:
        item.parent.stash.setdefault(_ANSWERED, ANSWERED.total())
    yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test that shows a rule over HTTP, if no server has answered it or its module's fixtures."""
    yield
    shows = item.get_closest_marker("rule") is not None and level_of(item) is Level.HTTP
    if shows and item.parent is not None and item.parent.stash[_ANSWERED] == ANSWERED.total():
        pytest.fail("The test carries a rule and names a server, but no server has answered a request")


def _tells(function: FunctionType) -> bool:
    """Return True if the function tells a story with `given`, or calls a function of its module that does."""
    module = function.__globals__
    heard = module.get("given") is given or module.get("items_of") is items_of
    called = [module.get(name) for name in function.__code__.co_names if heard]
    own = [one for one in called if isinstance(one, FunctionType) and one.__globals__ is module]
    return given in called or items_of in called or any(_HEARD.intersection(one.__code__.co_names) for one in own)


def _carries_rule(test: pytest.Function) -> bool:
    cases = [case for mark in test.iter_markers("parametrize") for case in mark.args[1]]
    marks = [mark for case in cases for mark in getattr(case, "marks", ())]
    return test.get_closest_marker("rule") is not None or any(mark.name == "rule" for mark in marks)


@pytest.fixture(autouse=True)
def audience(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the teller hear the test, if its stories are to be told again over HTTP."""
    AUDIENCE[:] = [request.getfixturevalue("teller")] if is_retold(request.node) else []
    yield
    AUDIENCE.clear()


@pytest.fixture(scope="session")
def teller(server: EmbeddedPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Teller]:
    """The teller of stories over HTTP to a server that the whole run shares."""
    database = server.create_database("stories", template=migrated)
    folder = tmp_path_factory.mktemp("stories")
    with (
        open_demonstration(database, folder, directory=write_directories(folder)) as services,
        serve(services) as address,
    ):
        found = Teller(services, address)
        yield found
        found.close()


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
