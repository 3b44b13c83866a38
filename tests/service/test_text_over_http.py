"""Bytes that are no text in UTF-8: refused on every face, and never kept or looked for as other characters."""

from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, TLS, Caller, patient_id
from tests.service.fhir.resources import service_request
from tests.web.conftest import SAME_ORIGIN, Browser

FORM, JSON, FHIR = "application/x-www-form-urlencoded", "application/json", "application/fhir+json"
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "parameter of JSON": ("GET", "/api/agreements/in-force?municipality=%E5", {}),
    "name of a parameter of JSON": ("GET", "/api/agreements/in-force?%E5=1", {}),
    "path of JSON": ("GET", "/api/agreements/%E5/R1", {}),
    "body of JSON": ("POST", "/api/cases", {"content": b'{"patient_id": "\xe5"}', "headers": {"Content-Type": JSON}}),
    "parameter of FHIR": ("GET", "/fhir/ServiceRequest?identifier=%E5", {}),
    "path of FHIR": ("GET", "/fhir/Patient/%E5", {}),
    "body of FHIR": (
        "POST",
        "/fhir/Task",
        {"content": b'{"resourceType": "T\xe5sk"}', "headers": {"Content-Type": FHIR}},
    ),
    "form of FHIR": (
        "POST",
        "/fhir/Patient/_search",
        {"content": b"identifier=%E5", "headers": {"Content-Type": FORM}},
    ),
    "raw form of FHIR": (
        "POST",
        "/fhir/Task/_search",
        {"content": b"identifier=\xe5", "headers": {"Content-Type": FORM}},
    ),
}
"""The ways to send text: the method, the path, and what is sent."""
PAGES = ("/agreements/responsible?day=%E5", "/agreements/%E5/R1", "/settlement?before=%E5", "/static/%E5")


@pytest.mark.parametrize("sent", REQUESTS)
def test_what_is_no_text_is_refused(module_services: Services, module_address: str, sent: str) -> None:
    method, path, more = REQUESTS[sent]
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        answer = caller.request(method, path, **more)

    assert answer.status_code == 400, answer.text
    assert "\ufffd" not in answer.text


def test_criteria_that_are_no_text_create_nothing(module_services: Services, module_address: str) -> None:
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        request = service_request(patient_id(module_services))
        answer = caller.post("/fhir/ServiceRequest", json=request, headers={"If-None-Exist": "identifier=%E5"})
        assert caller.get("/fhir/ServiceRequest").json()["total"] == 0

    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("path", PAGES)
def test_an_address_of_a_page_that_is_no_text_is_refused(
    module_services: Services, module_address: str, path: str
) -> None:
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        answer = browser.sign_in(module_services, DISTRICT_NURSE).get(path)
        posted = browser.post(f"{path.split('?')[0]}?%E5", data={"key": "k"}, headers=SAME_ORIGIN)

    assert answer.status_code == posted.status_code == 400
    assert "\ufffd" not in answer.text


def test_text_in_utf_8_is_looked_for_as_it_is(module_services: Services, module_address: str) -> None:
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        found = caller.post("/fhir/Patient/_search", data={"identifier": "Å"})
        asked = caller.get("/fhir/ServiceRequest", params={"identifier": "Å"})

    assert (found.json()["total"], asked.json()["total"]) == (0, 0)
    assert asked.json()["link"][0]["url"].endswith("identifier=%C3%85")
