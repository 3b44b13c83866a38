"""Creates: needs, requests sent in transactions, and identical creates at the same time."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from service.bootstrap import Services
from tests.live import MUNICIPALITY_A, NURSE_A, Caller
from tests.service.fhir.resources import (
    MUNICIPAL_UNIT,
    REQUEST_URN,
    SYSTEM,
    TASK_URN,
    Json,
    assert_outcome,
    entry_for,
    organisation,
    request_and_task,
    send_request,
    service_request,
    task_for,
    transaction,
)


def count_refusals(services: Services, code: str) -> int:
    """Count the refused acts with the code."""
    with services.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM refusal WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def post_at_once(region: Caller, path: str, body: Json, **headers: str) -> list[httpx.Response]:
    """Post sixteen identical requests at once, each on its own connection."""

    def post(_: int) -> httpx.Response:
        with httpx.Client(base_url=region.base_url, headers=region.headers, timeout=30) as client:
            return client.post(path, json=body, headers=headers)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(post, range(16)))


def test_a_draft_is_a_need_that_only_its_author_sees(region: Caller, municipality: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient))
    assert answer.status_code == 201, answer.text
    need = answer.json()
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["Location"] == str(region.base_url.join(f"/fhir/ServiceRequest/{need['id']}/_history/1"))
    assert need["status"] == "draft"
    assert region.get(answer.headers["Location"]).json() == need
    assert_outcome(municipality.get(f"/fhir/ServiceRequest/{need['id']}"), 404, issue="not-found")


def test_a_request_without_a_task_cannot_be_active(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, status="active"))
    assert_outcome(answer, 422, issue="business-rule", says="send it in a transaction with a Task")


def test_a_task_sends_the_draft_in_its_focus(region: Caller, municipality: Caller, patient: str) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    answer = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{draft['id']}"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "requested"
    assert municipality.get(f"/fhir/ServiceRequest/{draft['id']}").json()["status"] == "active"
    again = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{draft['id']}"))
    assert_outcome(again, 409, issue="conflict", code="WRONG_STATE")


def test_a_task_for_an_incomplete_request_is_refused_with_the_missing_fields(region: Caller, patient: str) -> None:
    bare = service_request(patient)
    del bare["extension"], bare["reasonCode"]
    draft = region.post("/fhir/ServiceRequest", json=bare).json()
    answer = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{draft['id']}"))
    issue = assert_outcome(answer, 422, issue="required", code="REFERRAL_CONTENT_MISSING")
    assert {"need", "goal", "physician_contact", "care_contact"} <= {gap["valueString"] for gap in issue["extension"]}


def test_a_transaction_raises_and_sends_a_request(region: Caller, municipality: Caller, patient: str) -> None:
    answer = region.post("/fhir/", json=request_and_task(patient))
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    assert bundle["type"] == "transaction-response"
    request, task = bundle["entry"]
    assert [entry["response"]["status"] for entry in bundle["entry"]] == ["201 Created", "201 Created"]
    assert request["response"]["etag"] == 'W/"1"'
    assert region.get(request["response"]["location"]).json() == request["resource"]
    assert task["resource"]["focus"] == {"reference": f"ServiceRequest/{request['resource']['id']}"}
    assert request["resource"]["meta"]["lastUpdated"] == task["resource"]["meta"]["lastUpdated"]
    assert municipality.get(task["fullUrl"]).json() == task["resource"]


def test_the_entries_of_a_transaction_can_stand_in_any_order(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"].reverse()
    answer = region.post("/fhir", json=bundle).json()
    assert [entry["resource"]["resourceType"] for entry in answer["entry"]] == ["Task", "ServiceRequest"]


def test_a_transaction_with_a_fault_records_nothing(region: Caller, patient: str) -> None:
    number = str(uuid4())
    bundle = request_and_task(patient, number=number)
    bundle["entry"][1]["resource"]["owner"] = organisation("SE2321000000-REGION")
    assert_outcome(region.post("/fhir", json=bundle), 422, issue="not-found", code="UNKNOWN_REFERENCE")
    assert region.get(f"/fhir/ServiceRequest?identifier={SYSTEM}|{number}").json()["total"] == 0


def test_a_transaction_with_a_single_entry_creates_its_resource(region: Caller, patient: str) -> None:
    answer = region.post("/fhir", json=transaction(entry_for(service_request(patient))))
    (created,) = answer.json()["entry"]
    assert created["response"]["status"] == "201 Created"
    assert created["resource"]["status"] == "draft"


def test_the_prefer_header_shortens_the_answer(region: Caller, patient: str) -> None:
    minimal = region.post("/fhir/ServiceRequest", json=service_request(patient), headers={"Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert minimal.headers["ETag"] == 'W/"1"'
    described = region.post(
        "/fhir/ServiceRequest", json=service_request(patient), headers={"Prefer": "return=OperationOutcome"}
    )
    assert described.status_code == 201
    assert described.json()["issue"][0]["severity"] == "information"
    bundle = region.post("/fhir", json=request_and_task(patient), headers={"Prefer": "return=minimal"}).json()
    assert all("resource" not in entry and "location" in entry["response"] for entry in bundle["entry"])


def test_sixteen_identical_conditional_creates_make_one_resource(region: Caller, patient: str) -> None:
    number = str(uuid4())
    answers = post_at_once(
        region,
        "/fhir/ServiceRequest",
        service_request(patient, number=number),
        **{"If-None-Exist": f"identifier={SYSTEM}|{number}"},
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert region.get(f"/fhir/ServiceRequest?identifier={SYSTEM}|{number}").json()["total"] == 1


def test_sixteen_identical_conditional_transactions_make_one_request(region: Caller, patient: str) -> None:
    number = str(uuid4())
    bundle = request_and_task(patient, number=number, if_none_exist=f"identifier={SYSTEM}|{number}")
    bundle["entry"][1]["request"]["ifNoneExist"] = f"focus={REQUEST_URN}"
    answers = post_at_once(region, "/fhir", bundle)
    assert {answer.status_code for answer in answers} == {200}
    statuses = sorted(tuple(entry["response"]["status"] for entry in answer.json()["entry"]) for answer in answers)
    assert statuses == [("200 OK", "200 OK")] * 15 + [("201 Created", "201 Created")]
    assert len({entry["fullUrl"] for answer in answers for entry in answer.json()["entry"]}) == 2


def test_a_conditional_create_that_matches_several_resources_is_refused(region: Caller, patient: str) -> None:
    for _ in range(2):
        region.post("/fhir/ServiceRequest", json=service_request(patient))
    answer = region.post(
        "/fhir/ServiceRequest", json=service_request(patient), headers={"If-None-Exist": f"patient={patient}"}
    )
    assert_outcome(answer, 412, issue="multiple-matches", code="SEVERAL_MATCH")


def test_a_conditional_create_ignores_a_resource_that_no_longer_matches(region: Caller, patient: str) -> None:
    number, other = str(uuid4()), str(uuid4())
    condition = {"If-None-Exist": f"identifier={SYSTEM}|{number}"}
    first = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number), headers=condition).json()
    changed = first | {"identifier": [{"system": SYSTEM, "value": other}]}
    assert region.put(f"/fhir/ServiceRequest/{first['id']}", json=changed).status_code == 200
    second = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number), headers=condition)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


def test_a_condition_that_is_not_a_search_is_refused(region: Caller, patient: str) -> None:
    for wrong in ("identifier", "", "colour=blue"):
        answer = region.post("/fhir/ServiceRequest", json=service_request(patient), headers={"If-None-Exist": wrong})
        assert answer.status_code == 400, answer.text


def test_a_repeat_with_the_same_idempotency_key_gets_the_first_answer(region: Caller, patient: str) -> None:
    key, bundle = {"Idempotency-Key": str(uuid4())}, request_and_task(patient)
    first, again = (region.post("/fhir", json=bundle, headers=key) for _ in range(2))
    assert [entry["response"] for entry in first.json()["entry"]] == [
        entry["response"] for entry in again.json()["entry"]
    ]
    other = region.post("/fhir", json=request_and_task(patient, number="7"), headers=key)
    assert_outcome(other, 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")


def test_a_repeat_of_a_transaction_that_sent_a_draft_gets_the_first_answer(region: Caller, patient: str) -> None:
    number = str(uuid4())
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number)).json()
    bundle = request_and_task(patient, number=number, if_none_exist=f"identifier={SYSTEM}|{number}")
    key = {"Idempotency-Key": number}
    first, again = (region.post("/fhir", json=bundle, headers=key) for _ in range(2))
    statuses = [[entry["response"]["status"] for entry in answer.json()["entry"]] for answer in (first, again)]
    assert statuses == [["200 OK", "201 Created"]] * 2
    assert first.json()["entry"][1] == again.json()["entry"][1]
    assert region.get(f"/fhir/ServiceRequest/{draft['id']}").json()["status"] == "active"


@pytest.mark.rule("SYS-3")
def test_a_request_in_the_name_of_another_principal_is_refused_and_recorded(
    module_services: Services, region: Caller, patient: str
) -> None:
    before = count_refusals(module_services, "NOT_YOUR_PRINCIPAL")
    theirs = {"reference": f"PractitionerRole/{NURSE_A}.{MUNICIPAL_UNIT}"}
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, requester=theirs))
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL", says="ServiceRequest.requester")
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["requester"] = organisation(MUNICIPALITY_A)
    assert_outcome(region.post("/fhir", json=bundle), 403, issue="forbidden", says="Task.requester")
    assert count_refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 2


@pytest.mark.rule("SYS-3")
def test_another_municipality_does_not_see_a_request_or_its_task(
    elsewhere: Caller, region: Caller, patient: str
) -> None:
    request, task = send_request(region, patient)
    for resource in (request, task):
        own = f"/fhir/{resource['resourceType']}/{resource['id']}"
        for path in (own, f"{own}/_history", f"{own}/_history/1"):
            assert_outcome(elsewhere.get(path), 404, issue="not-found", code="NOT_FOUND")
        assert elsewhere.get(f"/fhir/{resource['resourceType']}?_id={resource['id']}").json()["total"] == 0
        assert_outcome(elsewhere.put(own, json=resource), 404, issue="not-found")
    for type in ("ServiceRequest", "Task", "EpisodeOfCare", "Provenance"):
        assert elsewhere.get(f"/fhir/{type}").json()["total"] == 0
        assert "entry" not in elsewhere.get(f"/fhir/{type}/_history").json()


def test_a_transaction_whose_task_focuses_on_another_resource_is_refused(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["focus"] = {"reference": TASK_URN}
    assert_outcome(region.post("/fhir", json=bundle), 422, issue="business-rule", says="focuses on the ServiceRequest")
