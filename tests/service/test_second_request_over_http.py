"""A second open request of one principal for the same person and the same need is told before it is made."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from fhir_profiles import systems
from service.bootstrap import Services, open_services
from service.commands.demonstration import PERSONS
from tests.live import (
    DISTRICT_NURSE,
    MUNICIPALITY_A,
    PHYSICIAN,
    Caller,
    patient_id,
    serve,
)
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.fhir.resources import SYSTEM, change, intervention, request_and_task, service_request

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
WOUND = {"key": "leg-ulcer", "text": "Dress the leg ulcer"}
INSULIN = {"key": "insulin", "text": "Give insulin"}
SAME: dict[str, Any] = {
    "need": "An ulcer that has come back",
    "interventions": [WOUND | {"text": "Dress it twice a week"}, INSULIN],
}

pytestmark = pytest.mark.rule("SYS-5")


@pytest.fixture
def patient(services: Services) -> str:
    """A person of the demonstration county, by the opaque id."""
    return patient_id(services)


@pytest.fixture
def physician(served: tuple[Services, str]) -> Iterator[Caller]:
    """A physician of the region."""
    with Caller(*served, PHYSICIAN) as caller:
        yield caller


def ask(caller: Caller, patient: str, *, despite: list[str] | None = None, **changes: Any) -> httpx.Response:
    """Raise a need of care of a leg ulcer, with changes of the request."""
    request = {
        "need": "Leg ulcer care",
        "goal": "A healed ulcer",
        "physician_contact": PHYSICIAN,
        "care_contact": DISTRICT_NURSE,
        "interventions": [WOUND],
    }
    outside = {name: changes.pop(name) for name in ("track", "municipality") if name in changes}
    named = {} if despite is None else {"despite": despite}
    return caller.post("/api/cases", json={"patient_id": patient, "request": request | changes} | outside | named)


def open_case(caller: Caller, patient: str, **changes: Any) -> str:
    return str(assert_ok(ask(caller, patient, **changes))["case"])


def assert_names(answer: httpx.Response, *cases: str) -> None:
    refusal = assert_refused(answer, 409, "REQUEST_OPEN")
    assert sorted(refusal["where"]) == sorted(cases)
    assert refusal["rule"] == "SYS-5"
    assert "despite" in refusal["remedy"]
    assert "begäran om samma behov" in refusal["rule_text"]


def test_a_second_request_for_the_same_need_is_told_with_the_open_case(
    services: Services, region: Caller, physician: Caller, patient: str
) -> None:
    first = open_case(region, patient)
    for caller in (region, physician):
        assert_names(ask(caller, patient), first)
    assert_ok(region.act(first, "send-referral", receiver=MUNICIPALITY_A))
    assert_names(ask(region, patient, **SAME), first)
    assert_names(ask(region, patient, municipality=MUNICIPALITY_A), first)

    assert region.list_cases(patient) == [first]
    refused = region.get("/api/refusals").json()
    assert [(row["acts"], row["code"]) for row in refused] == [(["raise-need"], "REQUEST_OPEN")] * 4
    assert_rebuild_identical(services)


def test_whoever_names_the_open_cases_asks_once_more_and_the_record_keeps_which(
    services: Services, region: Caller, patient: str
) -> None:
    first = open_case(region, patient)
    second = open_case(region, patient, despite=[first])
    (raised, *_) = region.get(f"/api/cases/{second}/timeline").json()
    assert raised["content"]["despite"] == [first]

    for named in ([], [first], [second]):
        assert_names(ask(region, patient, despite=named), first, second)
    third = open_case(region, patient, despite=[second, first])
    assert region.get(f"/api/cases/{third}/replay").json()["case"]["referral"]["despite"] == [second, first]
    assert_rebuild_identical(services)


def test_other_needs_are_no_second_request(region: Caller, patient: str, services: Services) -> None:
    open_case(region, patient, municipality=MUNICIPALITY_A)
    open_case(region, patient, interventions=[INSULIN])
    open_case(region, patient, interventions=[WOUND | {"profession": "physician"}])
    open_case(region, patient, interventions=[])
    open_case(region, patient, track="specialised-care")
    open_case(region, patient, municipality=MUNICIPALITY_B)
    open_case(region, patient_id(services, PERSONS[1][0]))


def test_requests_without_interventions_are_the_same_by_their_words(region: Caller, patient: str) -> None:
    first = open_case(region, patient, interventions=[])
    assert_names(ask(region, patient, interventions=[], need=" leg  ULCER care"), first)
    open_case(region, patient, interventions=[], need="Help with insulin")


def test_a_supplement_decides_what_is_asked_for(region: Caller, patient: str) -> None:
    first = open_case(region, patient)
    assert_ok(region.act(first, "supplement-referral", request={"need": "Insulin", "interventions": [INSULIN]}))
    assert_names(ask(region, patient, interventions=[INSULIN]), first)
    open_case(region, patient)


def test_a_request_that_has_ended_is_not_told(region: Caller, municipality: Caller, patient: str) -> None:
    withdrawn = open_case(region, patient)
    assert_ok(region.act(withdrawn, "withdraw-referral", reason="by-sender"))
    cancelled = open_case(region, patient)
    assert_ok(region.act(cancelled, "send-referral", receiver=MUNICIPALITY_A))
    assert_ok(municipality.act(cancelled, "acknowledge-referral"))
    assert_ok(region.act(cancelled, "request-cancellation", reason="duplicate"))
    assert_names(ask(region, patient), cancelled)
    assert_ok(municipality.act(cancelled, "accept-cancellation"))
    last = open_case(region, patient)
    assert_names(ask(region, patient), last)


def test_a_request_that_was_returned_is_open_with_its_sender(
    region: Caller, municipality: Caller, patient: str
) -> None:
    case = open_case(region, patient)
    assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A))
    assert_ok(municipality.act(case, "return-referral", reason="Lives elsewhere"))
    assert_names(ask(region, patient), case)


def test_nobody_is_told_of_another_principals_request(
    region: Caller, municipality: Caller, elsewhere: Caller, patient: str
) -> None:
    first = open_case(region, patient)
    assert_ok(region.act(first, "send-referral", receiver=MUNICIPALITY_A))
    own = open_case(municipality, patient)
    assert_names(ask(municipality, patient), own)
    assert_names(ask(region, patient), first)
    other = open_case(elsewhere, patient)

    unknown = assert_refused(ask(elsewhere, patient, despite=[other, first]), 422, "UNKNOWN_REFERENCE")
    assert unknown["where"] == [first]
    missing = str(uuid4())
    said = assert_refused(ask(elsewhere, patient, despite=[missing, other]), 422, "UNKNOWN_REFERENCE")
    assert said == unknown | {"where": [missing], "title": said["title"]}
    assert said["title"] == unknown["title"].replace(first, missing)


def test_despite_names_cases_of_the_same_person(region: Caller, services: Services, patient: str) -> None:
    other = open_case(region, patient_id(services, PERSONS[1][0]))
    assert_refused(ask(region, patient, despite=[other]), 422, "UNKNOWN_REFERENCE")


def test_who_may_not_raise_a_need_learns_of_no_request(region: Caller, services: Services, address: str) -> None:
    patient = patient_id(services)
    open_case(region, patient)
    with Caller(services, address, "SE2321000000-REVISOR1") as auditor:
        assert_refused(ask(auditor, patient), 403, "ACTOR_NOT_ALLOWED")


def test_of_many_second_requests_at_once_one_is_recorded(services: Services, address: str, patient: str) -> None:
    with open_services(services.settings) as other, serve(other) as second_address, ThreadPoolExecutor(12) as pool:
        callers = [Caller(services, to, DISTRICT_NURSE) for to in (address, second_address) for _ in range(6)]
        for _ in range(2):
            asks = partial(ask, patient=patient, despite=callers[0].list_cases(patient))
            answers = list(pool.map(asks, callers))
            assert sorted(answer.status_code for answer in answers) == [201] + [409] * 11
            assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"REQUEST_OPEN"}
        for caller in callers:
            caller.close()
    assert_rebuild_identical(services)


def test_different_needs_at_once_are_all_recorded(services: Services, address: str, patient: str) -> None:
    keys = [f"intervention-{number}" for number in range(8)]
    with Caller(services, address, DISTRICT_NURSE) as caller, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda key: ask(caller, patient, interventions=[WOUND | {"key": key}]), keys))
    assert [answer.status_code for answer in answers] == [201] * 8


def test_a_repeat_with_the_same_key_gets_the_first_answer(region: Caller, patient: str) -> None:
    body = {"patient_id": patient, "request": {"need": "Leg ulcer care", "interventions": [WOUND]}}
    key = {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: region.post("/api/cases", json=body, headers=key), range(16)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    case = answers[0].json()["case"]
    assert_names(region.post("/api/cases", json=body, headers={"Idempotency-Key": str(uuid4())}), case)
    assert region.post("/api/cases", json=body, headers=key).content == answers[0].content


def fhir_request(patient: str, **options: Any) -> dict[str, Any]:
    return service_request(patient, orderDetail=[intervention()], **options)


def fhir_transaction(patient: str) -> dict[str, Any]:
    bundle = request_and_task(patient)
    bundle["entry"][0]["resource"] |= {"orderDetail": [intervention()]}
    return bundle


def name_cases(*cases: str) -> list[dict[str, Any]]:
    return [{"url": systems.DESPITE, "valueIdentifier": {"system": systems.CASE, "value": case}} for case in cases]


def assert_outcome_names(answer: httpx.Response, *cases: str) -> None:
    assert answer.status_code == 409, answer.text
    (issue,) = answer.json()["issue"]
    assert (issue["code"], issue["details"]["coding"][0]["code"]) == ("conflict", "REQUEST_OPEN")
    assert [part["valueString"] for part in issue["extension"] if part["url"] == systems.WHERE] == [*cases]


def test_in_fhir_an_extension_names_the_open_cases_and_is_kept(region: Caller, patient: str) -> None:
    first = assert_ok(region.post("/fhir/ServiceRequest", json=fhir_request(patient)))
    case = first["requisition"]["value"]
    again = fhir_request(patient)
    assert_outcome_names(region.post("/fhir/ServiceRequest", json=again), case)
    assert_outcome_names(region.post("/fhir", json=fhir_transaction(patient)), case)

    again["extension"] += name_cases(case)
    second = assert_ok(region.post("/fhir/ServiceRequest", json=again))
    assert [part for part in second["extension"] if part["url"] == systems.DESPITE] == name_cases(case)
    changed = second | {"reasonCode": [{"text": "It has come back"}]}
    kept = assert_ok(change(region, changed))
    assert [part for part in kept["extension"] if part["url"] == systems.DESPITE] == name_cases(case)
    named = kept["extension"] + name_cases(second["requisition"]["value"])
    assert change(region, kept | {"extension": named}).status_code == 422


def test_in_fhir_a_transaction_can_say_it_too(region: Caller, municipality: Caller, patient: str) -> None:
    (sent, _) = assert_ok(region.post("/fhir", json=fhir_transaction(patient)))["entry"]
    case = sent["resource"]["requisition"]["value"]
    bundle = fhir_transaction(patient)
    assert_outcome_names(region.post("/fhir", json=bundle), case)
    bundle["entry"][0]["resource"]["extension"] += name_cases(case)
    (second, _) = assert_ok(region.post("/fhir", json=bundle))["entry"]
    seen = municipality.get(f"/fhir/ServiceRequest/{second['resource']['id']}").json()
    assert [part for part in seen["extension"] if part["url"] == systems.DESPITE] == name_cases(case)


def test_in_fhir_a_case_is_named_by_its_own_system(region: Caller, patient: str) -> None:
    for identifier in ({"system": SYSTEM, "value": str(uuid4())}, {"system": systems.CASE, "value": "Tora"}):
        said = fhir_request(patient)
        said["extension"].append({"url": systems.DESPITE, "valueIdentifier": identifier})
        answer = region.post("/fhir/ServiceRequest", json=said)
        assert answer.status_code == 422
        assert "Tora" not in answer.text


def test_a_conditional_create_still_finds_its_own_request(region: Caller, patient: str) -> None:
    number = str(uuid4())
    said, condition = fhir_request(patient, number=number), {"If-None-Exist": f"identifier={SYSTEM}|{number}"}

    def post(_: int) -> httpx.Response:
        return region.post("/fhir/ServiceRequest", json=said, headers=condition)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(post, range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    another = fhir_request(patient, number=str(uuid4()))
    assert_outcome_names(region.post("/fhir/ServiceRequest", json=another), answers[0].json()["requisition"]["value"])
