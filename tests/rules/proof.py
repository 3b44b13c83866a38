"""The proof of a rule: its tests run against texts in which it is broken, and must fail.

A rule's tests run in a process of their own, forked before anything of ours that holds a text is imported. Only texts
are broken here: a rule that no entry of a text stands on is told apart, and is neither proven nor disproven.
"""

import importlib
import os
import sys
from collections.abc import Collection, Iterator, Mapping
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
from tests.rules.breaking import broken, parsed, text_of
from tests.rules.enforced import ROOT, TEXTS, texts
from tests.rules.marks import Marks

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


class Breaking(Value):
    """The content of the texts without a rule."""

    rule: str
    widely: bool
    """True if every entry that cites the rule is broken, and not only those that name it first."""
    texts: Mapping[bytes, Agreement | Background]
    """By the text as it stands."""
    entries: tuple[str, ...]


class Proof(Value):
    """A rule, the entries that were broken, and what its tests said."""

    rule: str
    verdict: Verdict
    widely: bool = False
    """True if every entry that cites the rule had to be broken; those may stand on other rules as well."""
    broken: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    """The tests that passed all the same, of those that ran."""
    failed: tuple[str, ...] = ()


def prove(marks: Marks, rules: Collection[str], *, to_the_end: bool = False) -> Iterator[Proof]:
    """Prove each rule, and yield the proofs as they come. `to_the_end` runs all tests, not only until one fails."""
    for module in _SLOW_TO_IMPORT:
        importlib.import_module(module)
    forking = get_context("fork")
    waiting, running = [(rule, False) for rule in rules], dict[connection.Connection, Breaking]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            rule, widely = waiting.pop(0)
            breaking = breaking_of(rule, widely=widely)
            if not breaking.entries:
                if widely:
                    yield Proof(rule=rule, verdict=Verdict.NO_ENTRY)
                else:  # no entry that names it first can be without it: then one that cites it may
                    waiting.insert(0, (rule, True))
                continue
            ours, theirs = forking.Pipe(duplex=False)
            forking.Process(target=_prove, args=(theirs, breaking, marks[rule], to_the_end)).start()
            theirs.close()
            running[ours] = breaking
        for ready in connection.wait(list(running)):
            assert isinstance(ready, connection.Connection)
            proof = _received(ready, running.pop(ready))
            more = not proof.widely and breaking_of(proof.rule, widely=True).entries != proof.broken
            if proof.verdict is Verdict.NOT_PROVEN and more:
                waiting.insert(0, (proof.rule, True))
            else:
                yield proof


def _received(ready: connection.Connection, breaking: Breaking) -> Proof:
    try:
        proof = ready.recv()
    except EOFError:
        return Proof(rule=breaking.rule, verdict=Verdict.NOT_RUN, widely=breaking.widely, broken=breaking.entries)
    assert isinstance(proof, Proof)
    return proof


def breaking_of(rule: str, *, widely: bool) -> Breaking:
    """Return every text that can break the rule, without it."""
    found: dict[bytes, Agreement | Background] = {}
    entries: list[str] = []
    for path in texts():
        text = path.read_bytes()
        if rule.encode() not in text:
            continue
        data, places = broken(parsed(text), rule, widely=widely)
        if places:
            found[text] = text_of(data)
            entries.extend(f"{_name(path)}: {'.'.join(map(str, place))}" for place in places)
    return Breaking(rule=rule, widely=widely, texts=found, entries=tuple(entries))


def _name(path: Path) -> str:
    return path.relative_to(TEXTS).as_posix()


class _Outcomes:
    """The outcomes of the tests; stops at the first that fails, unless all are to run."""

    def __init__(self, tests: Collection[str], to_the_end: bool) -> None:
        self.tests = frozenset(tests)
        self.to_the_end = to_the_end
        self.failed: list[str] = []
        self.ran: list[str] = []
        self.unread = False
        self.session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.session = session

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if item.nodeid in self.tests]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.unread |= report.failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.ran.append(report.nodeid)
        if report.failed:
            self.failed.append(report.nodeid)
            if self.session is not None and not self.to_the_end:
                self.session.shouldstop = "one that fails is enough"

    @property
    def verdict(self) -> Verdict:
        if self.failed:
            return Verdict.PROVEN
        return Verdict.NOT_RUN if self.unread or not self.ran else Verdict.NOT_PROVEN


def _prove(answer: connection.Connection, breaking: Breaking, tests: tuple[str, ...], to_the_end: bool) -> None:
    assert "domain.authoring.publication" not in sys.modules, "a text has been read before it was broken"
    _let_broken_texts_be_read(breaking)
    os.chdir(ROOT)
    files = sorted({test.partition("::")[0] for test in tests}, key=_soon)
    outcomes = _Outcomes(tests, to_the_end)
    quiet = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        pytest.main([*quiet, "--continue-on-collection-errors", *files], plugins=[outcomes])
    answer.send(
        Proof(
            rule=breaking.rule,
            verdict=outcomes.verdict,
            widely=breaking.widely,
            broken=breaking.entries,
            passed=tuple(test for test in outcomes.ran if test not in outcomes.failed),
            failed=tuple(dict.fromkeys(outcomes.failed)),
        )
    )


def _let_broken_texts_be_read(breaking: Breaking) -> None:
    whole, whole_background = validation.read, background.load

    def read(text: bytes) -> Agreement | tuple[TextFault, ...]:
        broken_text = breaking.texts.get(text)
        if isinstance(broken_text, Agreement):
            return background.complete(broken_text, background.load_national())
        return whole(text)

    def load(text: bytes) -> Background:
        broken_text = breaking.texts.get(text)
        return broken_text if isinstance(broken_text, Background) else whole_background(text)

    validation.read, background.load = read, load


def _soon(test: str) -> int:
    return next((place for place, folder in enumerate(_SOONEST) if test.startswith(folder)), len(_SOONEST))
