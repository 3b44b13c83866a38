"""Patients: the register of persons, searched by POST and for one person at a time."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import TORA, Caller
from tests.service.fhir.resources import PERSONNUMMER, Json, assert_outcome


def patient_resource(number: str, **changes: object) -> Json:
    """Build a person to register."""
    born = f"{number[:4]}-{number[4:6]}-{number[6:8]}"
    return {
        "resourceType": "Patient",
        "identifier": [{"system": PERSONNUMMER, "value": number}],
        "name": [{"use": "official", "family": "Provsson", "given": ["Prov", "Pär"]}],
        "birthDate": born,
        **changes,
    }


def test_a_person_is_registered_once(region: Caller) -> None:
    answer = region.post("/fhir/Patient", json=patient_resource("189001019802"))
    assert answer.status_code == 201, answer.text
    registered = answer.json()
    assert answer.headers["Location"].endswith(f"/fhir/Patient/{registered['id']}")
    assert "189001019802" not in answer.headers["Location"]
    assert region.get(f"/fhir/Patient/{registered['id']}").json() == registered
    again = region.post("/fhir/Patient", json=patient_resource("189001019802"))
    assert_outcome(again, 409, issue="duplicate", code="PERSON_REGISTERED")
    assert "189001019802" not in again.text


def test_an_auditor_registers_nobody(module_services: Services, module_address: str) -> None:
    with Caller(module_services, module_address, "SE2321000000-REVISOR1") as auditor:
        answer = auditor.post("/fhir/Patient", json=patient_resource("189001019802"))

    assert_outcome(answer, 403, issue="forbidden", code="ACTOR_NOT_ALLOWED")


def test_sixteen_registrations_at_once_make_one_person(region: Caller) -> None:
    def register(_: int) -> httpx.Response:
        with httpx.Client(base_url=region.base_url, headers=region.headers, timeout=30) as client:
            condition = {"If-None-Exist": f"identifier={PERSONNUMMER}|189002019801"}
            return client.post("/fhir/Patient", json=patient_resource("189002019801"), headers=condition)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(register, range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_person_is_found_by_number_in_the_body_of_a_search(region: Caller, patient: str) -> None:
    for value in (TORA, f"{PERSONNUMMER}|{TORA}"):
        answer = region.post("/fhir/Patient/_search", data={"identifier": value})
        bundle = answer.json()
        assert [entry["resource"]["id"] for entry in bundle["entry"]] == [patient]
        assert TORA not in bundle["link"][0]["url"]
    nobody = region.post("/fhir/Patient/_search", data={"identifier": f"{systems.RESERVNUMMER}|{TORA}"}).json()
    assert (nobody["total"], "entry" in nobody) == (0, False)
    assert region.get(f"/fhir/Patient?_id={patient}").json()["total"] == 1


@pytest.mark.parametrize("name", ["identifier", "identifier:missing", "identifier:not"])
def test_a_number_in_an_address_is_refused(region: Caller, name: str) -> None:
    answer = region.get(f"/fhir/Patient?{name}={TORA}")
    assert_outcome(answer, 400, issue="value", code="NUMBER_IN_ADDRESS", says="Patient/_search")
    assert TORA not in answer.text


def test_nobody_can_list_the_register(region: Caller) -> None:
    for answer in (region.get("/fhir/Patient"), region.post("/fhir/Patient/_search", data={})):
        assert_outcome(answer, 400, issue="value", code="PARAMETER_INVALID")


def test_a_wrong_number_is_refused_and_not_repeated(region: Caller) -> None:
    answer = region.post("/fhir/Patient", json=patient_resource("189003019801"))
    assert answer.status_code == 422, answer.text
    assert "189003019801" not in answer.text


def test_a_protected_person_is_shown_with_the_protection(region: Caller) -> None:
    protected = [{"system": systems.PROTECTION, "code": "sekretessmarkering"}]
    answer = region.post("/fhir/Patient", json=patient_resource("189004019809", meta={"security": protected}))
    assert answer.status_code == 201, answer.text
    shown = region.get(f"/fhir/Patient/{answer.json()['id']}").json()
    assert shown["meta"]["security"] == protected


def test_a_person_who_is_not_in_the_register_is_not_found(region: Caller, module_services: Services) -> None:
    for id in ("x", "00000000-0000-0000-0000-000000000000"):
        assert_outcome(region.get(f"/fhir/Patient/{id}"), 404, issue="not-found")
