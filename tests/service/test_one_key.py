"""One Idempotency-Key for several requests at once, on real connections: one of them is done, the others are told."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.record.answers import keep_answer
from tests.live import MUNICIPALITY_A, Caller, patient_id
from tests.service.calls import REQUEST, assert_ok, assert_rebuild_identical, assert_refused, send_request
from tests.service.fhir.resources import change

ENTRY: dict[str, Any] = {
    "system": "http://electronichealth.se/identifier/nationelltReservnummer",
    "family": "Testsson",
    "given": "Test",
    "birth_date": "1942-05-15",
}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid4())}


def wait_until_blocked(dsn: str, request: Future[httpx.Response]) -> None:
    """Wait until a request waits for a lock in the database, or has its answer."""
    with psycopg.connect(dsn, autocommit=True) as observer:
        while not request.done() and observer.execute(WAITING).fetchone() == (0,):
            pass


def test_a_key_that_a_change_of_the_register_has_taken_is_free_for_no_act_meanwhile(
    services: Services, region: Caller, key: dict[str, str]
) -> None:
    """The change has taken its key and is not committed yet, when an act with the same key is sent."""
    case = send_request(region, services)
    actor = services.authenticator(region.headers["Authorization"].removeprefix("Bearer "))
    change = ActRequest(actor=actor, content=b"a change of the register", idempotency_key=key["Idempotency-Key"])
    kept = change.to_keep(b"{}")
    assert kept is not None

    path, body = f"/api/cases/{case}/withdraw-referral", {"reason": "by-sender"}
    with ThreadPoolExecutor(1) as threads, psycopg.connect(services.dsns.service) as taking, taking.cursor() as cursor:
        keep_answer(cursor, kept)
        withdrawn = threads.submit(region.post, path, json=body, headers=key)
        wait_until_blocked(services.dsns.service, withdrawn)
        taking.commit()

    assert_refused(withdrawn.result(), 422, "IDEMPOTENCY_KEY_REUSED")
    assert region.get(f"/api/cases/{case}").json()["referral"]["status"] == "sent"
    assert_ok(region.post(path, json=body))
    assert_rebuild_identical(services)


def test_one_alone_of_many_requests_with_one_key_at_once_is_done(
    services: Services, region: Caller, key: dict[str, str]
) -> None:
    case, patient = send_request(region, services), patient_id(services)
    (request,) = (
        entry["resource"] for entry in region.get("/fhir/ServiceRequest", params={"patient": patient}).json()["entry"]
    )
    entries = [ENTRY | {"value": f"R0000000010{number}"} for number in range(4)]
    requests: list[Callable[[], httpx.Response]] = [
        *(lambda entry=entry: region.post("/api/persons", json=entry, headers=key) for entry in entries),
        lambda: region.post(f"/api/cases/{case}/withdraw-referral", json={"reason": "by-sender"}, headers=key),
        lambda: change(region, request, Idempotency_Key=key["Idempotency-Key"]),  # as it stands, so it makes no event
        lambda: region.post("/api/cases", json={"patient_id": patient, "request": REQUEST}, headers=key),
        lambda: region.post("/api/cases", json={"patient_id": patient, "municipality": MUNICIPALITY_A}, headers=key),
    ]

    with ThreadPoolExecutor(len(requests)) as threads:
        answers = list(threads.map(lambda send: send(), requests))

    assert sorted(answer.is_success for answer in answers) == [False] * (len(requests) - 1) + [True], answers
    with services.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM person WHERE value LIKE 'R0000000010%'").fetchone()
    assert row == (sum(answer.is_success for answer in answers[: len(entries)]),)
