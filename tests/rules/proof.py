"""The proof of a rule: its tests run against texts in which it is broken, and must fail.

A rule's tests run in a process of their own, which is forked before any module that holds a text is imported. Only
texts are broken. A rule that no entry of a text stands on is neither proven nor disproven.
"""

import importlib
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from enum import StrEnum
from multiprocessing import connection, get_context
from pathlib import Path

import pytest

from domain.agreements.model import Agreement
from domain.authoring import background, validation
from domain.authoring.background import Background
from domain.authoring.faults import TextFault
from domain.kernel import Value
from tests.rules.broken_texts import break_rule, parse, validate_text
from tests.rules.marks import Marks, is_retold
from tests.rules.places import ROOT, TEXTS, list_texts

AT_ONCE = 2
"""The number of rules that are tried at the same time."""

_SLOW_TO_IMPORT = ("cel", "eventsourcing.domain", "fastapi", "fhir.resources", "psycopg", "uvicorn")
_SOONEST = ("tests/agreements", "tests/domain", "tests/projections", "tests/fhir")


class Verdict(StrEnum):
    """The outcome of a rule's tests when the rule was broken."""

    PROVEN = "proven"
    """A test failed."""
    NOT_PROVEN = "not proven"
    """Every test still passed."""
    NO_ENTRY = "no data entry"
    """No entry of a text stands on the rule, so no text can break it."""
    NOT_RUN = "not run"
    """The tests could not be collected against the broken text."""


class BrokenTexts(Value):
    """The texts in which a rule is broken."""

    rule: str
    widely: bool
    """True if every entry that cites the rule is broken, and not only those that name it first."""
    texts: Mapping[bytes, Agreement | Background]
    """The content of each broken text, by the text as it stands."""
    entries: tuple[str, ...]


class Proof(Value):
    """A rule, the entries that were broken, and the outcome of its tests."""

    rule: str
    verdict: Verdict
    widely: bool = False
    """True if every entry that cites the rule had to be broken. Those entries may stand on other rules as well."""
    broken: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    """The tests that ran and passed all the same."""
    failed: tuple[str, ...] = ()


def prove(marks: Marks, rules: Collection[str], *, to_the_end: bool = False) -> Iterator[Proof]:
    """Prove each rule, and yield the proofs as they come. `to_the_end` runs all tests, not only until one fails."""
    for module in _SLOW_TO_IMPORT:
        importlib.import_module(module)
    forking = get_context("fork")
    waiting, running = [(rule, False) for rule in rules], dict[connection.Connection, BrokenTexts]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            rule, widely = waiting.pop(0)
            broken = break_texts(rule, widely=widely)
            if not broken.entries:
                if widely:
                    yield Proof(rule=rule, verdict=Verdict.NO_ENTRY)
                else:  # No entry that names it first can be broken. One that cites it may be.
                    waiting.insert(0, (rule, True))
                continue
            ours, theirs = forking.Pipe(duplex=False)
            forking.Process(
                target=_prove, args=(theirs, broken, tuple(mark.test for mark in marks[rule]), to_the_end)
            ).start()
            theirs.close()
            running[ours] = broken
        for ready in connection.wait(list(running)) if running else ():
            assert isinstance(ready, connection.Connection)
            proof = _receive(ready, running.pop(ready))
            more = not proof.widely and break_texts(proof.rule, widely=True).entries != proof.broken
            if proof.verdict is Verdict.NOT_PROVEN and more:
                waiting.insert(0, (proof.rule, True))
            else:
                yield proof


def _receive(ready: connection.Connection, broken: BrokenTexts) -> Proof:
    try:
        proof = ready.recv()
    except EOFError:
        return Proof(rule=broken.rule, verdict=Verdict.NOT_RUN, widely=broken.widely, broken=broken.entries)
    assert isinstance(proof, Proof)
    return proof


def break_texts(rule: str, *, widely: bool) -> BrokenTexts:
    """Return the texts that can break the rule, with the rule broken in each."""
    contents: dict[bytes, Agreement | Background] = {}
    entries: list[str] = []
    for path in list_texts():
        text = path.read_bytes()
        if rule.encode() not in text:
            continue
        data, places = break_rule(parse(text), rule, widely=widely)
        if places:
            contents[text] = validate_text(data)
            entries.extend(f"{_name(path)}: {'.'.join(map(str, place))}" for place in places)
    return BrokenTexts(rule=rule, widely=widely, texts=contents, entries=tuple(entries))


def _name(path: Path) -> str:
    return path.relative_to(TEXTS).as_posix()


class _Outcomes:
    """The outcomes of the tests. The run stops at the first failure, unless all tests are to run."""

    def __init__(self, tests: Collection[str], to_the_end: bool) -> None:
        self.tests = frozenset(tests)
        self.to_the_end = to_the_end
        self.failed: list[str] = []
        self.ran: list[str] = []
        self.is_uncollected = False
        self.session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.session = session

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        chosen = [item for item in items if item.nodeid in self.tests and not is_retold(item)]
        items[:] = sorted(chosen, key=lambda item: item.get_closest_marker("database") is not None)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.is_uncollected |= report.failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.ran.append(report.nodeid)
        if report.failed:
            self.failed.append(report.nodeid)
            if self.session is not None and not self.to_the_end:
                self.session.shouldstop = "one failed test is enough"

    @property
    def verdict(self) -> Verdict:
        if self.failed:
            return Verdict.PROVEN
        return Verdict.NOT_RUN if self.is_uncollected or not self.ran else Verdict.NOT_PROVEN


def _prove(answer: connection.Connection, broken: BrokenTexts, tests: tuple[str, ...], to_the_end: bool) -> None:
    assert "domain.authoring.publication" not in sys.modules, "a text has been read before it was broken"
    _replace_texts(broken)
    os.chdir(ROOT)
    files = sorted({test.partition("::")[0] for test in tests}, key=_soon)
    outcomes = _Outcomes(tests, to_the_end)
    quiet = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        pytest.main([*quiet, "--continue-on-collection-errors", *files], plugins=[outcomes])
    answer.send(
        Proof(
            rule=broken.rule,
            verdict=outcomes.verdict,
            widely=broken.widely,
            broken=broken.entries,
            passed=tuple(test for test in outcomes.ran if test not in outcomes.failed),
            failed=tuple(dict.fromkeys(outcomes.failed)),
        )
    )


def _replace_texts(broken: BrokenTexts) -> None:
    whole, whole_background = validation.read, background.load

    def read(text: bytes, *, accepted: bool = False, beside: Iterable[bytes] = ()) -> Agreement | tuple[TextFault, ...]:
        content = broken.texts.get(text)
        if isinstance(content, Agreement):
            return background.complete(content, background.load_national())
        return whole(text, accepted=accepted, beside=beside)

    def load(text: bytes) -> Background:
        content = broken.texts.get(text)
        return content if isinstance(content, Background) else whole_background(text)

    validation.read, background.load = read, load


def _soon(test: str) -> int:
    return next((place for place, folder in enumerate(_SOONEST) if test.startswith(folder)), len(_SOONEST))
