"""Outages of the record: the answers that callers get, and the time that they wait."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import httpx
import psycopg
import pytest

from service.bootstrap import CONNECTIONS, Services, open_pool
from service.database.dsns import Dsns
from service.http.errors import fault_of
from service.reads.queries import Queries
from service.record.event_store.committer import ActUnstorable, OutcomeUnknown, StoreUnavailable
from tests.live import DISTRICT_NURSE, Caller


def test_the_health_page_shows_a_busy_database_and_asks_it_in_a_single_thread(services: Services, address: str) -> None:
    assert (httpx.get(f"{address}/health").status_code, httpx.get(f"{address}/health").text) == (200, "ok\n")
    with ExitStack() as stack, ThreadPoolExecutor(50) as callers:
        for _ in range(CONNECTIONS):
            stack.enter_context(services.pool.connection())
        futures = [callers.submit(httpx.get, f"{address}/health", timeout=20) for _ in range(50)]
        counts: list[int] = []
        while not all(future.done() for future in futures):
            counts.append([thread.name for thread in threading.enumerate()].count("kvittens-readiness"))
        assert {future.result().status_code for future in futures} == {503}
        assert max(counts) == 1
    assert httpx.get(f"{address}/health").status_code == 200


def test_a_reader_waits_for_a_commit_but_not_for_long(database: Dsns) -> None:
    with open_pool(database.service) as pool, psycopg.connect(database.service) as other:
        other.execute("UPDATE stream_head SET position = position")
        with pytest.raises(psycopg.errors.LockNotAvailable) as refused:
            Queries(pool).wait_for_commits(datetime.now(UTC) + timedelta(days=1))
        with pool.connection() as reader:
            limits = reader.execute("SELECT current_setting('statement_timeout')").fetchone()

    assert limits == ("10s",)
    fault = fault_of(refused.value)
    assert fault is not None
    assert (fault.status, fault.code) == (503, "STORE_UNAVAILABLE")


def test_a_value_that_the_database_cannot_look_up_is_the_callers_fault(services: Services, address: str) -> None:
    with services.pool.connection() as connection, pytest.raises(psycopg.DataError) as refused:
        connection.execute("SELECT %s", ("a\0b",))
    fault = fault_of(refused.value)
    assert fault is not None
    assert fault.status == 400
    with Caller(services, address, DISTRICT_NURSE) as nurse:
        for path in ("/fhir/Task/a%00b", "/fhir/Task?_id=a%00b", "/fhir/Patient?identifier=a%00b%7Cc"):
            assert nurse.get(path).status_code in {400, 404}, path


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ActUnstorable("too long"), 422, "UNSTORABLE"),
        (OutcomeUnknown("not known"), 503, "OUTCOME_UNKNOWN"),
        (StoreUnavailable("nothing was recorded"), 503, "STORE_UNAVAILABLE"),
    ],
)
def test_every_exception_of_the_store_has_a_code_of_its_own(error: Exception, status: int, code: str) -> None:
    fault = fault_of(error)

    assert fault is not None
    assert (fault.status, fault.code) == (status, code)
