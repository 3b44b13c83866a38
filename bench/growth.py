"""The growth of what a request takes: with the size of the store, and with the length of one case's own history.

Both sizes, and all lengths, take turns in several rounds. Each ratio is taken within a round, and the median is shown.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import pairwise
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

from bench.cases import WHERE_TO_TURN, MeasuredCase
from bench.results import Row
from bench.stores import MeasuredStore
from bench.worker import read_memory, report_memory
from play.content import DISTRICT_NURSE, EKEBY, MUNICIPAL_NURSE, WOUND, make_request
from play.server import start_server
from service.bootstrap import Services
from service.directory import find_actor
from service.http.requests import CLOCK
from service.security.tokens import issue
from service.web.session import COOKIE

FLAT = 1.3
"""The most that a request may take in the larger store, against the smaller one."""
LINEAR = 6.0
"""The most that a history of 5,000 events may take, against one of 1,000."""
REPLAY, RESPONSIBILITY, LATE_FACT = "Replay", "Responsibility as known", "Fact recorded late"
LINEAR_REQUESTS = {REPLAY, RESPONSIBILITY, LATE_FACT}
LENGTHS = (50, 500, 1000, 5000)
ACTING = (DISTRICT_NURSE, MUNICIPAL_NURSE)
"""The persons who act in the measured cases."""


@dataclass(frozen=True)
class MeasuredRequest:
    """A request that is sent so many times in a round. One with content is an act."""

    name: str
    path: str
    times: int
    person: str = MUNICIPAL_NURSE
    content: Callable[[], object] | None = None


class TimedClient:
    """A client for signed-in persons, which times the answers of a server."""

    def __init__(self, address: str, case: MeasuredCase, persons: Sequence[str]) -> None:
        self._connection = HTTPConnection(urlsplit(address).netloc)
        self._tokens = {person: _issue_token(case, person) for person in persons}
        self._clock = case.at

    def measure(self, request: MeasuredRequest) -> float:
        """Return the fewest milliseconds until the last byte of an answer; other work on the machine only adds."""
        self._connection.close()
        self._connection.connect()
        return 1000 * min(self._time(request) for _ in range(request.times))

    def _time(self, request: MeasuredRequest) -> float:
        token = self._tokens[request.person]
        headers = {"Authorization": f"Bearer {token}", "Cookie": f"{COOKIE}={token}"}
        method, content = "GET", None
        if request.content is not None:
            self._clock += timedelta(minutes=1)
            headers |= {"Content-Type": "application/json", CLOCK: self._clock.isoformat()}
            method, content = "POST", json.dumps(request.content())
        start = perf_counter()
        self._connection.request(method, request.path, content, headers)
        answer = self._connection.getresponse()
        body = answer.read()
        duration = perf_counter() - start
        assert answer.status < 300, (request.name, answer.status, body[:300])
        return duration


def _issue_token(case: MeasuredCase, person: str) -> str:
    services = case.services
    actor = find_actor(services.directories, person)
    assert actor is not None
    return issue(actor, key=services.token_key, now=datetime.now(UTC))


def measure_sizes(stores: Sequence[MeasuredStore], *, rounds: int) -> list[Row]:
    """Measure requests in a smaller and in a larger store."""
    small, large = stores
    readers, length = _find_readers(*(store.measured[0].services for store in stores))
    with ExitStack() as stack:
        clients, requests = [], []
        for store, reader in zip(stores, readers, strict=True):
            (case,) = store.measured
            server = stack.enter_context(start_server(store.environment))
            clients.append(TimedClient(server.address, case, [*ACTING, reader]))
            worklist = MeasuredRequest(f"Worklist of {length}", "/api/worklist", 20, reader)
            requests.append([*_list_requests(case), worklist, *_list_case_requests(case, times=10)])
        rows = []
        for pair in zip(*requests, strict=True):
            times = [_measure_each(clients, pair) for _ in range(rounds)]
            name = f"{pair[0].name}, {large.cases} cases"
            rows.append(_compare(name, times, against=f"{small.cases} cases", aim=FLAT))
        return rows


def _find_readers(small: Services, large: Services) -> tuple[tuple[str, str], int]:
    """Find a person in each store for whom about as much waits, and how much: a list grows with its own length."""
    (length, reader), *_ = sorted(_list_waiting(small), reverse=True)
    _, alike = min((abs(other - length), person) for other, person in _list_waiting(large))
    return (reader, alike), length


def _list_waiting(services: Services) -> list[tuple[int, str]]:
    """List how much waits for each municipality, with a person who works there."""
    with services.pool.connection() as connection:
        rows = connection.execute("SELECT principal, count(*) FROM worklist GROUP BY principal").fetchall()
    waiting: dict[str, int] = dict(rows)
    return [
        (waiting.get(municipality.id, 0), staff[0].person)
        for directory in services.directories.values()
        for municipality in directory.municipalities
        if (staff := directory.staff_by_kind.get(municipality.id))
    ]


def measure_lengths(store: MeasuredStore, *, rounds: int) -> list[Row]:
    """Measure requests about cases of different lengths, and the memory of the worker that has answered them."""
    rows: list[Row] = []
    with start_server(store.environment) as server:
        clients = [TimedClient(server.address, case, ACTING) for case in store.measured]
        requests = [_list_case_requests(case, times=1) for case in store.measured]
        for same in zip(*requests, strict=True):
            times = [_measure_each(clients, same) for _ in range(rounds)]
            rows += _compare_lengths(same[0].name, times)
        return [*rows, report_memory("after long cases", read_memory(server))]


def _compare_lengths(name: str, times: Sequence[Sequence[float]]) -> Iterator[Row]:
    """Compare each length with the one before it."""
    for (place, shorter), (_, longer) in pairwise(enumerate(LENGTHS)):
        has_aim = longer == LENGTHS[-1] and name in LINEAR_REQUESTS
        yield _compare(
            f"{name}, {longer} events",
            [each[place : place + 2] for each in times],
            against=f"{shorter} events",
            aim=LINEAR if has_aim else None,
        )


def _measure_each(clients: Sequence[TimedClient], requests: Sequence[MeasuredRequest]) -> list[float]:
    return [client.measure(request) for client, request in zip(clients, requests, strict=True)]


def _list_requests(case: MeasuredCase) -> list[MeasuredRequest]:
    """List the requests whose answers do not depend on the length of the case."""

    def ask() -> object:
        other_need = WOUND | {"key": f"wound-{uuid4()}"}
        return {"patient_id": str(case.patient), "request": make_request() | {"interventions": [other_need]}}

    return [
        MeasuredRequest("Read of a CarePlan", f"/fhir/CarePlan/{case.plan}", 100),
        MeasuredRequest("Search of CarePlans by patient", f"/fhir/CarePlan?patient={case.patient}", 50),
        MeasuredRequest("Search of requested Tasks", f"/fhir/Task?status=requested&owner=Organization/{EKEBY}", 50),
        MeasuredRequest("Create", "/api/cases", 20, DISTRICT_NURSE, ask),
    ]


def _list_case_requests(case: MeasuredCase, *, times: int) -> list[MeasuredRequest]:
    """List the requests that read or change one case."""
    performed = {"intervention": WOUND["key"], "performer": MUNICIPAL_NURSE}
    late = {"where_to_turn": WHERE_TO_TURN, "occurred_at": (case.enrolled_at + timedelta(minutes=1)).isoformat()}
    path = f"/api/cases/{case.id}"
    return [
        MeasuredRequest("Act", f"{path}/perform-intervention", times, content=lambda: performed),
        MeasuredRequest("Page of a case", f"/cases/{case.id}", times),
        MeasuredRequest(REPLAY, f"{path}/replay", times),
        MeasuredRequest(RESPONSIBILITY, f"{path}/responsibility", times),
        MeasuredRequest(LATE_FACT, f"{path}/inform-individual", times, content=lambda: late),
    ]


def _compare(name: str, times: Sequence[Sequence[float]], *, against: str, aim: float | None) -> Row:
    """Return the row of the second time of each pair, against the first."""
    ratio = median(second / first for first, second in times)
    return Row(
        name,
        median(second for _, second in times),
        "ms",
        against=against,
        plain=median(first for first, _ in times),
        ratio=ratio,
        aim=f"at most {aim}" if aim else "",
        holds=ratio <= aim if aim else None,
    )
