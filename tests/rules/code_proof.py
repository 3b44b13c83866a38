"""The proof of the code: each check of the domain is switched off in turn, and a test of a rule must fail.

All tests are collected once. Each broken check is tried in a fork, in which the function that holds it gets other code,
so that a try costs no import. It runs the tests of rules that reach the check's lines, until one fails. They are those
that need no database: a story that is told over HTTP is told by the decisions too. If all pass, it runs the other tests
of the domain and of what is made of it, which may find a check broken that stands on no rule of the documents. The slow
tests, which draw whole lives at random, are asked last: most checks are found broken without them.
"""

import gc
import importlib
import os
import pickle
import resource
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from enum import StrEnum
from functools import _lru_cache_wrapper, cached_property, partial
from io import StringIO
from multiprocessing import connection, get_context
from pathlib import Path
from time import monotonic
from types import CodeType, FunctionType
from typing import Any, NamedTuple, NoReturn

import coverage
import pytest
from _pytest.runner import runtestprotocol
from pluggy import PluggyTeardownRaisedWarning

from domain.kernel import Value
from tests.rules.broken_code import BrokenCheck, break_check
from tests.rules.places import ROOT

AT_ONCE = 2
"""The number of checks that are tried at the same time."""
SLOW = 2.0
"""The seconds, while lines are noted, from which a test is slow."""
LONGEST = 60
"""The seconds of processor time after which a test that goes on for ever counts as failed."""
MOST_MEMORY = 4 * 1024**3
"""The bytes of address space after which a test that collects for ever fails."""
UNMARKED = ("tests/domain/", "tests/agreements/", "tests/projections/", "tests/fhir/")
"""The folders whose tests may find a check broken without carrying a rule."""


class Outcome(StrEnum):
    """The outcome of the tests with one check broken."""

    CAUGHT = "caught"
    """A test of a rule failed."""
    GUARDED = "guarded"
    """Every quick test of a rule passed, and a test failed that carries none."""
    SURVIVED = "survived"
    """Every test passed that reaches the check."""
    UNREACHED = "unreached"
    """No test reaches the check."""
    NOT_BROKEN = "not broken"
    """The function that holds the check could not be given other code."""


class Try(Value):
    """A broken check, and its outcome."""

    check: BrokenCheck
    outcome: Outcome
    tests: int = 0
    """The number of tests that reach the check."""


class _Reach(NamedTuple):
    """The tests that reach each line of each file, by place in the session; the seconds of each; those of rules."""

    lines: Mapping[str, Mapping[int, Sequence[int]]]
    seconds: Mapping[int, float]
    ruled: frozenset[int]


class _Verdict(NamedTuple):
    """The outcome of a try, and the test that failed, by its place in the session."""

    outcome: Outcome
    failed: int | None = None


def try_checks(checks: Sequence[BrokenCheck], heard: Callable[[Try], None], *, until: float | None = None) -> None:
    """Try the checks in their order, until a moment of the monotonic clock, and tell each outcome as it comes."""
    trial = _Trial(checks, heard, until)
    os.chdir(ROOT)
    with redirect_stdout(StringIO()) as said:
        ended = pytest.main(["-q", "-s", "-p", "no:cacheprovider", "tests"], plugins=[trial])
    if ended != pytest.ExitCode.OK:
        why = "the tests of rules do not pass as things stand, so that they prove nothing"
        raise RuntimeError(f"{why}:\n{said.getvalue()[-1000:]}")


class _Trial:
    """The run of pytest in which the checks are tried."""

    def __init__(self, checks: Sequence[BrokenCheck], heard: Callable[[Try], None], until: float | None) -> None:
        self._checks = checks
        self._heard = heard
        self._until = until

    def pytest_configure(self) -> None:
        """Let no drawn test that failed look for its smallest example: that it failed is all that is asked."""
        from hypothesis import Phase, settings  # Its plugin, which pytest loads, may not be imported before.

        settings.register_profile("broken", settings(), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("broken")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that need no database and do not run the suite: those of rules, and those near the domain."""
        items[:] = [
            item
            for item in items
            if (_carries_rule(item) or item.nodeid.startswith(UNMARKED))
            and not any(map(item.get_closest_marker, ("database", "suite")))
        ]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find the tests that reach each line, and then try every check, instead of running the tests."""
        reach = _measure_reach(session.items)
        telling = Counter[tuple[str, int]]()
        gc.freeze()  # so that a collection in a fork copies no page of what is here
        running: dict[connection.Connection, tuple[BrokenCheck, list[int]]] = {}
        waiting = list(reversed(self._checks))
        while running or (waiting and (self._until is None or monotonic() < self._until)):
            in_time = self._until is None or monotonic() < self._until
            while waiting and in_time and len(running) < AT_ONCE:
                check = waiting.pop()
                tests = _find_tests(check, reach, telling)
                if not tests:
                    self._heard(Try(check=check, outcome=Outcome.UNREACHED))
                    continue
                work = partial(_try, check, {test: session.items[test] for test in tests})
                running[_fork(work)] = (check, tests)
            for ready in connection.wait(list(running)):
                assert isinstance(ready, connection.Connection)
                check, tests = running.pop(ready)
                outcome, failed = _receive(ready)
                if failed is not None:
                    telling[check.file, failed] += 1
                self._heard(Try(check=check, outcome=outcome, tests=len(tests)))
        return True


def _carries_rule(item: pytest.Item) -> bool:
    return item.get_closest_marker("rule") is not None


def _fork(work: Callable[[], object]) -> connection.Connection:
    """Do work in a fork of this process, and return the connection on which it answers."""
    forking = get_context("fork")
    ours, theirs = forking.Pipe(duplex=False)

    def do() -> NoReturn:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        try:
            theirs.send(work())
        except Exception as error:
            theirs.send(f"{type(error).__name__}: {error}")
        os._exit(0)

    process = forking.Process(target=do)
    process.start()
    theirs.close()
    return ours


def _receive(ready: connection.Connection) -> _Verdict:
    try:
        answer = ready.recv()
        if isinstance(answer, str):
            raise RuntimeError(answer)
        verdict = _Verdict(*answer)
    except EOFError:  # It ended by the timer, or its stack overflowed.
        verdict = _Verdict(Outcome.CAUGHT)
    ready.close()
    return verdict


def _measure_reach(items: Sequence[pytest.Item]) -> _Reach:
    """Run every test once, a share of them in each of some forks, and note the lines that each reaches."""
    shares = [range(first, len(items), AT_ONCE) for first in range(AT_ONCE)]
    with tempfile.TemporaryDirectory() as folder:
        found = [Path(folder) / f"reach-{share.start}" for share in shares]
        works = [partial(_write_reach, items, share, path) for share, path in zip(shares, found, strict=True)]
        faults = [answer.recv() for answer in [_fork(work) for work in works]]
        for fault in faults:
            if isinstance(fault, str):
                raise RuntimeError(fault)
        parts: list[_Reach] = [pickle.loads(path.read_bytes()) for path in found]
    lines: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for part in parts:
        for file, reached in part.lines.items():
            for line, tests in reached.items():
                lines[file][line].extend(tests)
    seconds = {test: taken for part in parts for test, taken in part.seconds.items()}
    return _Reach(lines, seconds, frozenset().union(*(part.ruled for part in parts)))


def _write_reach(items: Sequence[pytest.Item], share: range, path: Path) -> None:
    path.write_bytes(pickle.dumps(_run_measured({place: items[place] for place in share}, f"{path}.data")))


def _run_measured(items: Mapping[int, pytest.Item], data_file: str) -> _Reach:
    """Run each test with nothing left over from the others, and note the lines that it reaches."""
    measured = coverage.Coverage(source=[str(ROOT / "domain")], data_file=data_file, config_file=False)
    stories = [
        one
        for name, module in list(sys.modules.items())
        if name.startswith("tests.")
        for one in vars(module).values()
        if isinstance(one, _lru_cache_wrapper) and one.__module__.startswith("tests.")
    ]
    seconds = {}
    measured.start()
    for (place, item), following in zip(items.items(), [*list(items.values())[1:], None], strict=True):
        for story in stories:
            story.cache_clear()
        measured.switch_context(str(place))
        began = monotonic()
        _refuse_failure(item, following)
        seconds[place] = monotonic() - began
    measured.stop()
    data = measured.get_data()
    lines = {
        Path(file).relative_to(ROOT).as_posix(): {
            line: [int(context) for context in contexts if context]
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    return _Reach(lines, seconds, frozenset(place for place, item in items.items() if _carries_rule(item)))


def _refuse_failure(item: pytest.Item, following: pytest.Item | None) -> None:
    if _fails(item, following):
        raise RuntimeError(f"{item.nodeid} fails as things stand")


def _fails(item: pytest.Item, following: pytest.Item | None) -> bool:
    return any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _find_tests(check: BrokenCheck, reach: _Reach, telling: Counter[tuple[str, int]]) -> list[int]:
    """Return the tests that reach the check: the slow ones last, those of rules first, and the most telling first."""
    lines = reach.lines.get(check.file, {})
    tests = {test for line in range(check.line, check.last_line + 1) for test in lines.get(line, ())}

    def order(test: int) -> tuple[bool, bool, int, float]:
        seconds = reach.seconds[test]
        return seconds >= SLOW, test not in reach.ruled, -telling[check.file, test], seconds

    return sorted(tests, key=order)


def _try(check: BrokenCheck, tests: Mapping[int, pytest.Item]) -> _Verdict:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        _swap_code(check)
    except (AttributeError, ValueError):
        return _Verdict(Outcome.NOT_BROKEN)
    failed = find_failing(list(tests.values()))
    if failed is None:
        return _Verdict(Outcome.SURVIVED)
    test, item = list(tests.items())[failed]
    return _Verdict(Outcome.CAUGHT if _carries_rule(item) else Outcome.GUARDED, test)


def find_failing(tests: Sequence[pytest.Item]) -> int | None:
    """Run the tests until one fails, and return its place. Return None if none does, also if there is none."""
    pairs = enumerate(zip(tests, [*tests[1:], None], strict=False))
    return next((place for place, (item, following) in pairs if _fails_in_time(item, following)), None)


def _fails_in_time(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Return True if the test fails. The timer ends this process, which counts as a failure too.

    It counts the process's own time, since by the wall clock a slow test on a busy machine would count as failed. The
    want of memory may end pytest's own code, not the test's.
    """
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        return _fails(item, following)
    except (MemoryError, PluggyTeardownRaisedWarning):
        return True


def _swap_code(check: BrokenCheck) -> None:
    """Give the function that holds the check the code in which it is broken."""
    module = importlib.import_module(check.file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    steps = check.within.split(".")
    held: Any = module
    code: CodeType = compile(break_check(check), str(ROOT / check.file), "exec", dont_inherit=True)
    for step in steps:
        code = next(one for one in _codes(code) if one.co_name == step)
        held = vars(held)[step]
        if isinstance(function := _function_of(held), FunctionType):
            function.__code__ = code
            return
    raise AttributeError(check.within)


def _codes(code: CodeType) -> Iterator[CodeType]:
    return (one for one in code.co_consts if isinstance(one, CodeType))


def _function_of(held: Any) -> Any:
    match held:
        case property():
            held = held.fget
        case cached_property():
            held = held.func
        case classmethod() | staticmethod():
            held = held.__func__
    while hasattr(held, "__wrapped__"):
        held = held.__wrapped__
    return held
