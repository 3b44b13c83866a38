"""The tests that carry each rule, as pytest itself collects them. A mark on one case of several counts as that case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from enum import IntEnum
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

from domain.kernel import Value
from tests.rules.places import ROOT

RETOLD = "over-http"
"""The parameter of a test whose stories are told again over HTTP (`tests/http_stories.py`)."""
SERVED = frozenset({"address", "module_address", "teller", "world"})
"""The fixtures that serve HTTP."""
_DECIDING = ("domain.act", "domain.case", "domain.ledgers", "fhir_profiles", "projections")


class Level(IntEnum):
    """The place from which a test looks at a rule. The outermost is where users stand."""

    TEXT = 1
    """It asks an agreement's text."""
    DECISION = 2
    """It asks a decision, or a fold of what was decided."""
    SERVICE = 3
    """It asks the service's own parts, with a database."""
    HTTP = 4
    """It asks a server over HTTP, as users do."""

    @property
    def label(self) -> str:
        """The level as it is printed."""
        return "HTTP" if self is Level.HTTP else self.name.lower()


class Mark(Value):
    """A test that carries a rule, by its node id."""

    test: str
    level: Level


Marks = Mapping[str, tuple[Mark, ...]]
"""The tests that carry a rule, by rule."""


def level_of(item: pytest.Item) -> Level:
    """Return the level of a test, by its fixtures and by what its module imports.

    A test over HTTP that no server answers fails (`tests/conftest.py`), so that a fixture alone is no proof.
    """
    if is_retold(item) or SERVED.intersection(getattr(item, "fixturenames", ())):
        return Level.HTTP
    if item.get_closest_marker("database") is not None:
        return Level.SERVICE
    names = vars(item.module).values() if isinstance(item, pytest.Function) else ()
    return Level.DECISION if _decides(names) else Level.TEXT


def is_retold(item: pytest.Item) -> bool:
    """Return True if the stories of the test are told again over HTTP."""
    return (
        isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and item.callspec.params.get("audience") == RETOLD
    )


def _decides(names: Iterable[object]) -> bool:
    modules = (name.__name__ if isinstance(name, ModuleType) else getattr(name, "__module__", None) for name in names)
    return any(str(module).startswith(_DECIDING) or module == "tests.scenario" for module in modules)


class NotCollected(Exception):
    """Pytest could not collect the tests."""


class _Collector:
    def __init__(self) -> None:
        self.found: dict[str, list[Mark]] = defaultdict(list)
        self.faults: list[str] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        for mark in item.iter_markers("rule"):
            for rule in mark.args:
                self.found[rule].append(Mark(test=item.nodeid, level=level_of(item)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.faults.append(report.longreprtext)


def collect(folder: Path = ROOT / "tests") -> Marks:
    """Collect the tests of a folder by the rules that they carry. Raises NotCollected with pytest's message."""
    collector = _Collector()
    only: list[str] = ["--collect-only", "-qq", "-p", "no:cacheprovider", f"--rootdir={ROOT}", str(folder)]
    with redirect_stdout(StringIO()):
        exit_code = pytest.main(only, plugins=[collector])
    if exit_code != pytest.ExitCode.OK:
        raise NotCollected("\n".join(collector.faults) or "pytest collected nothing")
    return {rule: tuple(dict.fromkeys(tests)) for rule, tests in collector.found.items()}


def count_cases(tests: Iterable[Mark]) -> Mapping[Mark, int]:
    """Return the test functions among the marks, at each level, each with the number of its cases."""
    cases: dict[Mark, int] = defaultdict(int)
    for mark in tests:
        cases[Mark(test=mark.test.partition("[")[0], level=mark.level)] += 1
    return cases
