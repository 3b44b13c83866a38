"""Input that the FHIR face refuses before any act: its status, and an OperationOutcome that says what to do."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from service.bootstrap import Services
from service.http.body_limit import LARGEST_BODY
from tests.live import NURSE_A, Caller
from tests.service.fhir.resources import (
    REQUEST_URN,
    assert_outcome,
    change,
    entry_for,
    request_and_task,
    send_request,
    service_request,
    task_for,
    transaction,
)

FHIR = {"Content-Type": "application/fhir+json"}


@pytest.mark.parametrize("path", ["/metadata", "/Task", "/Task/1", "/Nothing", "/a/b/c/d/e"])
def test_a_request_without_a_token_is_refused(module_address: str, path: str) -> None:
    answer = httpx.get(f"{module_address}/fhir{path}")
    assert_outcome(answer, 401, issue="login", code="TOKEN_REQUIRED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_unknown_type_or_path_is_not_found(region: Caller) -> None:
    for path in (
        "/fhir/Observation",
        "/fhir/Observation/1",
        "/fhir/task",
        "/fhir/",
        "/fhir/Task/1/2/3/4",
        "/fhir/Task/%00",
        "/fhir/Task/%00/_history",
    ):
        answer = region.get(path)
        if path == "/fhir/":
            assert_outcome(answer, 405, issue="not-supported", code="METHOD_NOT_ALLOWED")
        else:
            assert_outcome(answer, 404, issue="not-found", code="NOT_FOUND")


def test_nothing_can_be_deleted(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    answer = region.delete(f"/fhir/Task/{task['id']}")
    assert_outcome(answer, 405, issue="not-supported", code="METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD, PUT"
    assert region.get(f"/fhir/Task/{task['id']}").status_code == 200


def test_a_client_cannot_create_a_read_only_type(region: Caller) -> None:
    answer = region.post("/fhir/CareTeam", json={"resourceType": "CareTeam"})
    assert_outcome(answer, 405, issue="not-supported")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/fhir+json"),
        ("application/fhir+json", "application/fhir+json"),
        ("application/json", "application/json"),
        ("application/xml;q=0.9, application/json;q=0.1", "application/json"),
        ("application/json;q=0.5, application/fhir+json;q=0.8", "application/fhir+json"),
        ("application/fhir+json; fhirVersion=4.0", "application/fhir+json"),
        ("text/html, */*;q=0.1", "application/fhir+json"),
    ],
)
def test_the_answer_has_the_media_type_that_the_client_accepts(region: Caller, accept: str, given: str) -> None:
    answer = region.get("/fhir/metadata", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{given}; charset=utf-8"


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "application/fhir+json; fhirVersion=5.0"])
def test_a_client_that_does_not_accept_json_is_refused(region: Caller, accept: str) -> None:
    assert_outcome(region.get("/fhir/Task", headers={"Accept": accept}), 406, issue="not-supported")


def test_the_format_parameter_overrides_the_accept_header(region: Caller) -> None:
    xml = {"Accept": "application/fhir+xml"}
    assert region.get("/fhir/Task?_format=json", headers=xml).status_code == 200
    assert region.get("/fhir/Task?_format=application/fhir+json", headers=xml).status_code == 200
    assert_outcome(region.get("/fhir/Task?_format=xml"), 406, issue="not-supported", code="NOT_ACCEPTABLE")


@pytest.mark.parametrize("sent_as", ["application/fhir+xml", "text/plain", "application/json; charset=latin-1", ""])
def test_a_body_that_is_not_json_is_refused(region: Caller, patient: str, sent_as: str) -> None:
    answer = region.post("/fhir/ServiceRequest", content=b"{}", headers={"Content-Type": sent_as})
    assert_outcome(answer, 415, issue="not-supported", code="MEDIA_TYPE_NOT_SUPPORTED")


def test_malformed_json_is_refused_with_its_line_and_column(region: Caller) -> None:
    answer = region.post("/fhir/Task", content=b'{"resourceType": "Task",\n  "status": }', headers=FHIR)
    assert_outcome(answer, 400, issue="structure", says="line 2, column 13")


def test_a_body_of_fifty_megabytes_is_refused(region: Caller) -> None:
    answer = region.post("/fhir/Task", content=b" " * 50_000_000, headers=FHIR)
    assert_outcome(answer, 413, issue="too-long", code="BODY_TOO_LARGE")


def test_a_large_body_without_a_stated_length_is_refused(region: Caller) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 50_000 + 2):
            yield b" " * 50_000

    assert_outcome(region.post("/fhir/Task", content=pieces(), headers=FHIR), 413, issue="too-long")


def test_a_resource_of_another_type_than_its_address_is_refused(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/Task", json=service_request(patient))
    assert_outcome(answer, 400, issue="invalid", says="send a Task to this address")


def test_a_wrong_type_inside_a_bundle_is_refused_with_its_place(region: Caller, patient: str) -> None:
    for type in ("Observation", "servicerequest", "Nothing"):
        wrong = transaction(
            entry_for(service_request(patient, status="active"), urn=REQUEST_URN), entry_for({"resourceType": type})
        )
        first = assert_outcome(region.post("/fhir", json=wrong), 422, issue="not-supported")
        assert first["expression"] == ["Bundle.entry[1].resource.resourceType"]


def test_an_unknown_code_is_refused_with_the_known_codes(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, status="pagaende"))
    first = assert_outcome(answer, 422, issue="code-invalid", says="draft")
    assert first["expression"] == ["ServiceRequest.status"]


def test_a_fault_inside_a_transaction_is_refused_with_its_place(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["owner"] = {"reference": "Organization/nobody"}
    first = assert_outcome(region.post("/fhir", json=bundle), 422, issue="value")
    assert first["expression"][0].startswith("Bundle.entry[1].resource.owner")


def test_a_body_that_is_not_fhir_r4_is_told_apart_from_one_that_cannot_be_acted_on(
    region: Caller, patient: str
) -> None:
    request, _ = send_request(region, patient)
    task = task_for(patient, f"ServiceRequest/{request['id']}")
    no_r4 = {name: value for name, value in task.items() if name != "intent"}
    assert_outcome(region.post("/fhir/Task", json=no_r4), 400, issue="required")
    no_owner = {name: value for name, value in task.items() if name != "owner"}
    first = assert_outcome(region.post("/fhir/Task", json=no_owner), 422, issue="required")
    assert first["expression"] == ["Task.owner"]
    no_code = {name: value for name, value in task.items() if name != "code"}
    assert_outcome(region.post("/fhir/Task", json=no_code), 422, issue="required", says="give the code fulfill of")
    only_a_year = region.post("/fhir/Task", json=task | {"authoredOn": "2025"})
    assert_outcome(only_a_year, 422, issue="value", says="the form of this element")


def test_a_batch_is_refused(region: Caller, patient: str) -> None:
    answer = region.post("/fhir", json=request_and_task(patient) | {"type": "batch"})
    assert_outcome(answer, 422, issue="not-supported", says="give the type transaction")


def test_a_transaction_about_two_cases_is_refused(region: Caller, patient: str) -> None:
    two = transaction(entry_for(service_request(patient)), entry_for(service_request(patient)))
    assert_outcome(region.post("/fhir", json=two), 422, issue="not-supported", says="one case's")


def test_a_request_from_the_future_is_refused(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(patient, authoredOn="2199-01-01T08:00:00+01:00"))
    assert_outcome(answer, 422, issue="value", code="OCCURRED_IN_FUTURE")


def test_a_request_for_an_unknown_person_is_refused(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/ServiceRequest", json=service_request(str(uuid4())))
    first = assert_outcome(answer, 422, issue="not-found")
    assert first["expression"] == ["ServiceRequest.subject"]


def test_a_municipality_of_another_county_is_an_unknown_reference(region: Caller, patient: str) -> None:
    bundle = request_and_task(patient)
    bundle["entry"][1]["resource"]["owner"] = {"reference": "Organization/SE2120009999-KOMMUNX"}
    assert_outcome(region.post("/fhir", json=bundle), 422, issue="not-found", code="UNKNOWN_REFERENCE")


def test_a_task_for_an_unknown_request_is_refused(region: Caller, patient: str) -> None:
    answer = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{uuid4()}"))
    first = assert_outcome(answer, 422, issue="not-found")
    assert first["expression"] == ["Task.focus"]


def test_an_unknown_search_parameter_is_refused_unless_the_client_is_lenient(region: Caller) -> None:
    assert_outcome(region.get("/fhir/Task?colour=blue"), 400, issue="not-supported", code="PARAMETER_UNKNOWN")
    strict = {"Prefer": "handling=strict"}
    assert_outcome(region.get("/fhir/Task?colour=blue", headers=strict), 400, issue="not-supported")
    lenient = region.get("/fhir/Task?colour=blue&status=requested", headers={"Prefer": "handling=lenient"})
    assert lenient.status_code == 200
    assert lenient.json()["link"][0]["url"].endswith("/fhir/Task?status=requested")


def test_a_refusal_does_not_repeat_a_parameter_name_that_may_be_a_personal_number(region: Caller) -> None:
    answer = region.get("/fhir/Task?194205159801=1")
    assert_outcome(answer, 400, issue="not-supported", code="PARAMETER_UNKNOWN")
    assert "194205159801" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "_count=many",
        "_sort=owner",
        "status:contains=x",
        "status=",
        "patient:Group=1",
        "authored-on=yesterday",
        "authored-on=2025-02-30",
        "_cursor=broken",
        "_summary=data",
        "_count=1&_count=2",
        "status=a|b|c",
        "status=%00",
    ],
)
def test_an_invalid_search_parameter_is_refused(region: Caller, query: str) -> None:
    answer = region.get(f"/fhir/Task?{query}")
    assert answer.status_code == 400, answer.text
    assert_outcome(answer, 400, issue="value", code="PARAMETER_INVALID")


def test_an_if_match_header_without_an_entity_tag_is_refused(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    answer = change(region, task | {"status": "cancelled"}, If_Match="3")
    assert_outcome(answer, 400, issue="value", code="HEADER_INVALID")


def test_an_id_that_differs_from_the_address_is_refused(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    answer = region.put(f"/fhir/Task/{uuid4()}", json=task | {"status": "received"})
    first = assert_outcome(answer, 400, issue="value")
    assert first["expression"] == ["Task.id"]


def test_an_update_of_an_unknown_resource_is_refused(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    assert_outcome(change(region, task | {"id": str(uuid4())}), 404, issue="not-found", code="NOT_FOUND")


def test_an_internal_error_does_not_show_its_cause(services: Services, address: str) -> None:
    with Caller(services, address, NURSE_A) as nurse, psycopg.connect(str(services.dsns.owner)) as owner:
        owner.execute("DROP TABLE search_value")
        owner.commit()
        answer = nurse.get("/fhir/Task?status=requested")
    assert_outcome(answer, 500, issue="exception", code="INTERNAL")
    assert "search_value" not in answer.text


def test_a_request_gets_status_503_while_the_database_is_lost(services: Services, address: str, tmp_path: Path) -> None:
    with Caller(services, address, NURSE_A) as nurse:
        services.pool.close()
        assert_outcome(nurse.get("/fhir/Task"), 503, issue="transient", code="STORE_UNAVAILABLE")
