"""The rate of whole acts and of a rebuild of the record, and the time of a replay."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from uuid import UUID

from bench.cases import MeasuredCase
from bench.results import Row
from service.bootstrap import Services
from service.reads.replay import Mode, replay
from service.record.rebuild import rebuild

CALLERS = (1, 4, 16)
ACTS = 4
"""Acts in the first day of a request."""


def measure_acts(services: Services, *, cases: int, rounds: int) -> list[Row]:
    """Measure acts a second by 1, 4 and 16 callers, with projections and commit."""
    rates: dict[int, list[float]] = {callers: [] for callers in CALLERS}
    for _ in range(rounds):
        for callers in CALLERS:
            rates[callers].append(_measure_rate(services, callers, cases // callers or 1))
    return [Row(f"Whole act, {name_callers(callers)}", median(values), "acts/s") for callers, values in rates.items()]


def name_callers(callers: int) -> str:
    """Return the number of callers in words."""
    return "1 caller" if callers == 1 else f"{callers} callers"


def _measure_rate(services: Services, callers: int, count: int) -> float:
    ready = threading.Barrier(callers + 1)

    def call() -> None:
        cases = [MeasuredCase(services) for _ in range(count)]
        ready.wait()
        for case in cases:
            case.request()

    with ThreadPoolExecutor(callers) as pool:
        tasks = [pool.submit(call) for _ in range(callers)]
        ready.wait()
        start = perf_counter()
        for task in tasks:
            task.result()
        return callers * count * ACTS / (perf_counter() - start)


def measure_rebuild(services: Services) -> Row:
    """Measure the events of the record that a rebuild folds and compares a second."""
    start = perf_counter()
    result = rebuild(services, replace=False, progress=lambda _: None)
    rate = result.events / (perf_counter() - start)
    return Row(f"Rebuild of {result.events} events", rate, "events/s", aim="identical", holds=result.is_identical)


def measure_replay(services: Services, case: UUID, events: int, *, rounds: int) -> Row:
    """Measure the milliseconds from the request of a replay to its JSON."""
    times: Sequence[float] = [_time_replay(services, case) for _ in range(rounds)]
    return Row(f"Replay of a case of {events} events", 1000 * median(times), "ms")


def _time_replay(services: Services, case: UUID) -> float:
    start = perf_counter()
    loaded = services.store.load_case(case)
    replay(case, loaded, mode=Mode.AS_KNOWN_AT, moment=datetime.now(UTC), catalogue=services.catalogue).to_json()
    return perf_counter() - start
