"""The tests that carry each rule, as pytest itself collects them. A mark on one case of several counts as that case."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from tests.rules.places import ROOT

Marks = Mapping[str, tuple[str, ...]]
"""The node ids of the tests that carry a rule, by rule."""


class NotCollected(Exception):
    """Pytest could not collect the tests."""


class _Collector:
    def __init__(self) -> None:
        self.found: dict[str, list[str]] = defaultdict(list)
        self.faults: list[str] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        for mark in item.iter_markers("rule"):
            for rule in mark.args:
                self.found[rule].append(item.nodeid)

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


def count_cases(tests: tuple[str, ...]) -> Mapping[str, int]:
    """Return the test functions among node ids, each with the number of its cases."""
    cases: dict[str, int] = defaultdict(int)
    for test in tests:
        cases[test.partition("[")[0]] += 1
    return cases
