"""Creating: needs, requests sent in transactions, and of many who create the same thing at once, one alone."""

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
    entry,
    organisation,
    request_and_task,
    sent,
    service_request,
    task,
    transaction,
)


def refusals(services: Services, code: str) -> int:
    """How many acts have been refused with the code."""
    with services.pool.connection() as connection:
        row = connection.execute("SELECT count(*) FROM refusal WHERE code = %s", (code,)).fetchone()
    assert row is not None
    return int(row[0])


def at_once(region: Caller, path: str, body: Json, **headers: str) -> list[httpx.Response]:
    """Sixteen identical requests, each on a connection of its own."""

    def one(_: int) -> httpx.Response:
        with httpx.Client(base_url=region.base_url, headers=region.headers, timeout=30) as client:
            return client.post(path, json=body, headers=headers)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(16)))


def test_a_draft_is_a_need_that_only_its_author_knows_of(region: Caller, municipality: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["ETag"] == 'W/"1"'
    assert answer.headers["Last-Modified"].endswith("GMT")
    assert answer.headers["Location"] == str(region.base_url.join(f"/fhir/ServiceRequest/{made['id']}/_history/1"))
    assert made["status"] == "draft"
    assert region.get(answer.headers["Location"]).json() == made
    assert_outcome(municipality.get(f"/fhir/ServiceRequest/{made['id']}"), 404, issue="not-found")


def test_a_request_does_not_become_active_by_itself(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, status="active"))
    assert_outcome(answer, 422, issue="business-rule", says="send it in a transaction with a Task")


def test_a_task_sends_the_draft_it_focuses_on(region: Caller, municipality: Caller, patient: str) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    answer = region.post("/fhir/Task", json=task(patient, f"ServiceRequest/{draft['id']}"))
    assert answer.status_code == 201, answer.text
    assert answer.json()["status"] == "requested"
    assert municipality.get(f"/fhir/ServiceRequest/{draft['id']}").json()["status"] == "active"
    again = region.post("/fhir/Task", json=task(patient, f"ServiceRequest/{draft['id']}"))
    assert_outcome(again, 409, issue="conflict", code="WRONG_STATE")


def test_a_task_without_what_a_request_must_say_is_refused_by_its_gaps(region: Caller, patient: str) -> None:
    bare = service_request(patient)
    del bare["extension"], bare["reasonCode"]
    draft = region.post("/fhir/ServiceRequest", json=bare).json()
    answer = region.post("/fhir/Task", json=task(patient, f"ServiceRequest/{draft['id']}"))
    said = assert_outcome(answer, 422, issue="required", code="REFERRAL_CONTENT_MISSING")
    assert {"need", "goal", "physician_contact", "care_contact"} <= {one["valueString"] for one in said["extension"]}


def test_a_transaction_raises_and_sends_at_once(region: Caller, municipality: Caller, patient: str) -> None:
    answer = region.post("/fhir/", json=request_and_task(patient))
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert said["type"] == "transaction-response"
    request, sending = said["entry"]
    assert [one["response"]["status"] for one in said["entry"]] == ["201 Created", "201 Created"]
    assert request["response"]["etag"] == 'W/"1"'
    assert region.get(request["response"]["location"]).json() == request["resource"]
    assert sending["resource"]["focus"] == {"reference": f"ServiceRequest/{request['resource']['id']}"}
    assert request["resource"]["meta"]["lastUpdated"] == sending["resource"]["meta"]["lastUpdated"]
    assert municipality.get(sending["fullUrl"]).json() == sending["resource"]


def test_the_entries_may_stand_in_any_order(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"].reverse()
    said = region.post("/fhir", json=bundle).json()
    assert [one["resource"]["resourceType"] for one in said["entry"]] == ["Task", "ServiceRequest"]


def test_a_transaction_with_a_fault_leaves_nothing(region: Caller, patient: str) -> None:
    number = str(uuid4())
    bundle = request_and_task(patient, number=number)
    bundle["entry"][1]["resource"]["owner"] = organisation("SE2321000000-REGION")
    assert_outcome(region.post("/fhir", json=bundle), 422, issue="not-found", code="UNKNOWN_REFERENCE")
    assert region.get(f"/fhir/ServiceRequest?identifier={SYSTEM}|{number}").json()["total"] == 0


def test_a_transaction_of_one_entry_is_that_entry(region: Caller, patient: str) -> None:
    answer = region.post("/fhir", json=transaction(entry(service_request(patient))))
    (made,) = answer.json()["entry"]
    assert made["response"]["status"] == "201 Created"
    assert made["resource"]["status"] == "draft"


def test_less_is_given_back_where_less_is_preferred(region: Caller, patient: str) -> None:
    minimal = region.post("/fhir/ServiceRequest", json=service_request(patient), headers={"Prefer": "return=minimal"})
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert minimal.headers["ETag"] == 'W/"1"'
    told = region.post(
        "/fhir/ServiceRequest", json=service_request(patient), headers={"Prefer": "return=OperationOutcome"}
    )
    assert told.status_code == 201
    assert told.json()["issue"][0]["severity"] == "information"
    bundle = region.post("/fhir", json=request_and_task(patient), headers={"Prefer": "return=minimal"}).json()
    assert all("resource" not in one and "location" in one["response"] for one in bundle["entry"])


def test_of_sixteen_identical_creates_one_creates(region: Caller, patient: str) -> None:
    number = str(uuid4())
    answers = at_once(
        region,
        "/fhir/ServiceRequest",
        service_request(patient, number=number),
        **{"If-None-Exist": f"identifier={SYSTEM}|{number}"},
    )
    assert sorted(one.status_code for one in answers) == [200] * 15 + [201]
    assert len({one.json()["id"] for one in answers}) == 1
    assert region.get(f"/fhir/ServiceRequest?identifier={SYSTEM}|{number}").json()["total"] == 1


def test_of_sixteen_identical_transactions_one_creates(region: Caller, patient: str) -> None:
    number = str(uuid4())
    bundle = request_and_task(patient, number=number, if_none_exist=f"identifier={SYSTEM}|{number}")
    bundle["entry"][1]["request"]["ifNoneExist"] = f"focus={REQUEST_URN}"
    answers = at_once(region, "/fhir", bundle)
    assert {one.status_code for one in answers} == {200}
    statuses = sorted(tuple(each["response"]["status"] for each in one.json()["entry"]) for one in answers)
    assert statuses == [("200 OK", "200 OK")] * 15 + [("201 Created", "201 Created")]
    assert len({each["fullUrl"] for one in answers for each in one.json()["entry"]}) == 2


def test_a_create_for_which_several_are_there_is_refused(region: Caller, patient: str) -> None:
    for _ in range(2):
        region.post("/fhir/ServiceRequest", json=service_request(patient))
    answer = region.post(
        "/fhir/ServiceRequest", json=service_request(patient), headers={"If-None-Exist": f"patient={patient}"}
    )
    assert_outcome(answer, 412, issue="multiple-matches", code="SEVERAL_MATCH")


def test_what_no_longer_meets_the_criteria_does_not_stand_in_the_way(region: Caller, patient: str) -> None:
    number, other = str(uuid4()), str(uuid4())
    wanted = {"If-None-Exist": f"identifier={SYSTEM}|{number}"}
    first = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number), headers=wanted).json()
    changed = first | {"identifier": [{"system": SYSTEM, "value": other}]}
    assert region.put(f"/fhir/ServiceRequest/{first['id']}", json=changed).status_code == 200
    second = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number), headers=wanted)
    assert second.status_code == 201
    assert second.json()["id"] != first["id"]


def test_a_condition_that_is_no_search_is_told(region: Caller, patient: str) -> None:
    for wrong in ("identifier", "", "colour=blue"):
        answer = region.post("/fhir/ServiceRequest", json=service_request(patient), headers={"If-None-Exist": wrong})
        assert answer.status_code == 400, answer.text


def test_an_idempotency_key_makes_a_repeat_the_first_answer(region: Caller, patient: str) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (region.post("/fhir", json=request_and_task(patient), headers=key) for _ in range(2))
    assert [one["response"] for one in first.json()["entry"]] == [one["response"] for one in again.json()["entry"]]
    other = region.post("/fhir", json=request_and_task(patient, number="7"), headers=key)
    assert_outcome(other, 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")


def test_a_repeat_of_a_transaction_that_sent_a_draft_gets_the_first_answer(region: Caller, patient: str) -> None:
    number = str(uuid4())
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient, number=number)).json()
    bundle = request_and_task(patient, number=number, if_none_exist=f"identifier={SYSTEM}|{number}")
    key = {"Idempotency-Key": number}
    first, again = (region.post("/fhir", json=bundle, headers=key) for _ in range(2))
    statuses = [[one["response"]["status"] for one in each.json()["entry"]] for each in (first, again)]
    assert statuses == [["200 OK", "201 Created"]] * 2
    assert first.json()["entry"][1] == again.json()["entry"][1]
    assert region.get(f"/fhir/ServiceRequest/{draft['id']}").json()["status"] == "active"


@pytest.mark.rule("SYS-3")
def test_a_request_in_anothers_name_is_refused_and_recorded(
    module_services: Services, region: Caller, patient: str
) -> None:
    before = refusals(module_services, "NOT_YOUR_PRINCIPAL")
    theirs = {"reference": f"PractitionerRole/{NURSE_A}.{MUNICIPAL_UNIT}"}
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, requester=theirs))
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL", says="ServiceRequest.requester")
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["requester"] = organisation(MUNICIPALITY_A)
    assert_outcome(region.post("/fhir", json=bundle), 403, issue="forbidden", says="Task.requester")
    assert refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 2


@pytest.mark.rule("SYS-3")
def test_another_municipality_sees_nothing_of_it(elsewhere: Caller, region: Caller, patient: str) -> None:
    request, sending = sent(region, patient)
    for resource in (request, sending):
        own = f"/fhir/{resource['resourceType']}/{resource['id']}"
        for path in (own, f"{own}/_history", f"{own}/_history/1"):
            assert_outcome(elsewhere.get(path), 404, issue="not-found", code="NOT_FOUND")
        assert elsewhere.get(f"/fhir/{resource['resourceType']}?_id={resource['id']}").json()["total"] == 0
        assert_outcome(elsewhere.put(own, json=resource), 404, issue="not-found")
    for type in ("ServiceRequest", "Task", "EpisodeOfCare", "Provenance"):
        assert elsewhere.get(f"/fhir/{type}").json()["total"] == 0
        assert "entry" not in elsewhere.get(f"/fhir/{type}/_history").json()


def test_a_transaction_whose_task_focuses_elsewhere_is_refused(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["focus"] = {"reference": TASK_URN}
    assert_outcome(region.post("/fhir", json=bundle), 422, issue="business-rule", says="focuses on the ServiceRequest")
