"""How fast whole acts are performed, the record is folded anew, and a case is replayed."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from uuid import UUID

from bench.cases import Case
from bench.results import Row
from service.bootstrap import Services
from service.reads.replay import Mode, replay
from service.record.rebuild import rebuild

CALLERS = (1, 4, 16)
ACTS = 4
"""Acts in the first day of a request."""


def whole_acts(services: Services, *, cases: int, rounds: int) -> list[Row]:
    """Acts a second through the use case, projections and commit included, in rounds of 1, 4 and 16 callers."""
    rates: dict[int, list[float]] = {callers: [] for callers in CALLERS}
    for _ in range(rounds):
        for callers in CALLERS:
            rates[callers].append(_rate(services, callers, cases // callers or 1))
    return [Row(f"Whole act, {told(callers)}", median(found), "acts/s") for callers, found in rates.items()]


def told(callers: int) -> str:
    """How many call at once."""
    return "1 caller" if callers == 1 else f"{callers} callers"


def _rate(services: Services, callers: int, each: int) -> float:
    ready = threading.Barrier(callers + 1)

    def call() -> None:
        ready.wait()
        for _ in range(each):
            Case(services).request()

    with ThreadPoolExecutor(callers) as pool:
        called = [pool.submit(call) for _ in range(callers)]
        ready.wait()
        begun = perf_counter()
        for one in called:
            one.result()
        return callers * each * ACTS / (perf_counter() - begun)


def rebuilding(services: Services) -> Row:
    """Events folded and compared a second, of the whole record."""
    begun = perf_counter()
    found = rebuild(services, replacing=False, progress=lambda _: None)
    rate = found.events / (perf_counter() - begun)
    return Row(f"Rebuild of {found.events} events", rate, "events/s", aim="identical", holds=found.identical)


def replaying(services: Services, case: UUID, events: int, *, rounds: int) -> Row:
    """Milliseconds from asking for a case's replay to its JSON."""
    times: Sequence[float] = [_replayed(services, case) for _ in range(rounds)]
    return Row(f"Replay of a case of {events} events", 1000 * median(times), "ms")


def _replayed(services: Services, case: UUID) -> float:
    begun = perf_counter()
    loaded = services.store.load_case(case)
    replay(case, loaded, mode=Mode.AS_KNOWN_AT, moment=datetime.now(UTC), catalogue=services.catalogue).to_json()
    return perf_counter() - begun
