"""Searching: what a principal may read, by what it is, page by page."""

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from fhir_profiles import systems
from fhir_profiles.search_values import SEARCH_PARAMETERS
from tests.live import MUNICIPALITY_A, NURSE_A, Caller
from tests.service.fhir.resources import SYSTEM, Json, change, sent, service_request
from tests.service.fhir.test_reading import pages


def found(caller: Caller, query: str) -> list[str]:
    """The ids that a search finds; its total agrees with them."""
    type, _, parameters = query.partition("?")
    answer = caller.get(f"/fhir/{type}?{parameters}")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    ids = [one["resource"]["id"] for one in said.get("entry", ())]
    assert said["total"] == len(ids)
    return ids


@pytest.fixture
def case(region: Caller, municipality: Caller, patient: str) -> tuple[Json, Json, str]:
    """A request that has been received, its Task, and the number it is known by."""
    number = str(uuid4())
    request, sending = sent(region, patient, number=number)
    received = change(municipality, sending | {"status": "received"}).json()
    return region.get(f"/fhir/ServiceRequest/{request['id']}").json(), received, number


def test_an_identifier_is_found_by_system_and_value(region: Caller, case: tuple[Json, Json, str]) -> None:
    request, _, number = case
    for value in (f"{SYSTEM}|{number}", number, quote(f"{SYSTEM}|{number}"), f"nothing,{number}"):
        assert found(region, f"ServiceRequest?identifier={value}") == [request["id"]]
    for value in (f"|{number}", f"urn:other|{number}", "nothing"):
        assert found(region, f"ServiceRequest?identifier={value}") == []
    assert request["id"] in found(region, f"ServiceRequest?identifier={SYSTEM}|&_count=500")


def test_a_person_is_referred_to_in_every_form(region: Caller, patient: str, case: tuple[Json, Json, str]) -> None:
    own = f"&_id={case[1]['id']}"
    base = str(region.base_url.join("/fhir"))
    for form in (patient, f"Patient/{patient}", f"{base}/Patient/{patient}"):
        assert found(region, f"Task?patient={form}{own}") == [case[1]["id"]]
    assert found(region, f"Task?subject:Patient={patient}{own}") == [case[1]["id"]]
    assert found(region, f"Task?patient={uuid4()}{own}") == []
    assert found(region, f"Task?patient=Group/{patient}{own}") == []


def test_a_task_is_found_by_status_owner_and_focus(region: Caller, case: tuple[Json, Json, str]) -> None:
    request, task, _ = case
    focus = f"focus=ServiceRequest/{request['id']}"
    for query in (
        "status=received",
        f"owner=Organization/{MUNICIPALITY_A}",
        f"owner={MUNICIPALITY_A}",
        "status=x,received",
    ):
        assert found(region, f"Task?{focus}&{query}") == [task["id"]]
    for query in ("status=requested", "owner=SE2120000002-KOMMUNB", "status:not=received", "status=received&status=x"):
        assert found(region, f"Task?{focus}&{query}") == []
    assert found(region, f"Task?{focus}&status:not=requested&code={systems.TASK_CODE}|fulfill") == [task["id"]]


def test_what_is_missing_can_be_asked_for(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]["id"]
    assert found(region, f"Task?_id={task}&part-of:missing=true") == [task]
    assert found(region, f"Task?_id={task}&part-of:missing=false") == []
    assert found(region, f"Task?_id={task}&owner:missing=false") == [task]


def test_times_are_compared_as_precisely_as_they_are_written(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]
    at = datetime.fromisoformat(task["authoredOn"])
    day, tomorrow = (each.astimezone().date().isoformat() for each in (at, at + timedelta(days=2)))
    yesterday = (at - timedelta(days=2)).date().isoformat()
    for name in ("authored-on", "_lastUpdated"):
        for right in (
            f"gt{yesterday}",
            f"lt{tomorrow}",
            f"ge{yesterday}",
            f"le{tomorrow}",
            f"ne{yesterday}",
            f"sa{yesterday}",
        ):
            assert found(region, f"Task?_id={task['id']}&{name}={right}") == [task["id"]], (name, right)
        for wrong in (f"lt{yesterday}", f"gt{tomorrow}", f"eb{yesterday}", yesterday, f"ge{tomorrow}"):
            assert found(region, f"Task?_id={task['id']}&{name}={wrong}") == [], (name, wrong)
    assert found(region, f"Task?_id={task['id']}&authored-on={quote(task['authoredOn'])}") == [task["id"]]
    assert found(region, f"Task?_id={task['id']}&authored-on={yesterday},{day[:4]}") == [task["id"]]


def test_an_open_period_goes_on(region: Caller, case: tuple[Json, Json, str]) -> None:
    episode = case[1]["extension"][0]["valueReference"]["reference"].split("/")[1]
    started = "period" in region.get(f"/fhir/EpisodeOfCare/{episode}").json()
    assert found(region, f"EpisodeOfCare?_id={episode}&date=ge2190") == ([episode] if started else [])


def test_what_happened_is_found_by_its_target(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]
    grounds = found(region, f"Provenance?target=Task/{task['id']}")
    assert len(grounds) == 3  # raised and sent in one transaction, then received
    assert len(found(region, f"Provenance?target=Task/{task['id']}&agent={NURSE_A}")) == 1


def test_a_form_is_searched_by_as_an_address_is(region: Caller, case: tuple[Json, Json, str]) -> None:
    said = region.post("/fhir/Task/_search?status=received", data={"_id": case[1]["id"]}).json()
    assert [one["resource"]["id"] for one in said["entry"]] == [case[1]["id"]]
    assert said["link"][0]["url"].startswith(str(region.base_url))
    refused = region.post("/fhir/Task/_search", json={"_id": "1"})
    assert refused.status_code == 415


def test_a_count_of_zero_gives_the_total_alone(region: Caller, case: tuple[Json, Json, str]) -> None:
    for asked in ("_count=0", "_summary=count"):
        said = region.get(f"/fhir/Task?_id={case[1]['id']}&{asked}").json()
        assert said["total"] == 1
        assert "entry" not in said
        assert [one["relation"] for one in said["link"]] == ["self"]


def test_every_parameter_that_is_offered_is_taken(region: Caller) -> None:
    for type, parameters in SEARCH_PARAMETERS.items():
        for parameter in parameters:
            if type != "Patient":
                value = "2025" if parameter.type == "date" else "nothing"
                assert found(region, f"{type}?{parameter.name}={value}") == [], (type, parameter.name)


@pytest.mark.parametrize("order", ["_id", "-_id", "_lastUpdated", "-_lastUpdated"])
def test_pages_neither_skip_nor_repeat_while_others_write(region: Caller, patient: str, order: str) -> None:
    number = str(uuid4())
    drafts = [
        region.post("/fhir/ServiceRequest", json=service_request(patient, number=number)).json() for _ in range(7)
    ]
    seen: list[str] = []
    keys: list[str] = []
    for place, page in enumerate(pages(region, f"/fhir/ServiceRequest?identifier={number}&_count=2&_sort={order}")):
        seen += [one["resource"]["id"] for one in page["entry"]]
        keys += [one["resource"]["id" if "_id" in order else "meta"] for one in page["entry"]]
        for draft in drafts[place::3]:
            current = region.get(f"/fhir/ServiceRequest/{draft['id']}").json()
            changed = current | {"reasonCode": [{"text": f"Changed while page {place} was read"}]}
            assert change(region, changed).status_code == 200
        region.post("/fhir/ServiceRequest", json=service_request(patient))
    assert sorted(seen) == sorted(draft["id"] for draft in drafts)
    if order == "_id":
        assert seen == sorted(seen)


def test_the_directory_is_searched(region: Caller) -> None:
    assert found(region, f"Organization?identifier={systems.HSA}|{MUNICIPALITY_A}") == [MUNICIPALITY_A]
    assert found(region, f"Practitioner?_id={NURSE_A}") == [NURSE_A]
    assert found(region, f"PractitionerRole?practitioner=Practitioner/{NURSE_A}") == [
        f"{NURSE_A}.SE2120000001-HSVEKEBY"
    ]
    every = [one["resource"]["id"] for page in pages(region, "/fhir/Organization?_count=4") for one in page["entry"]]
    assert every == found(region, "Organization?_count=500")
    assert region.get(f"/fhir/Organization/{MUNICIPALITY_A}").json()["name"] == "Ekeby kommun"
    assert region.get("/fhir/Organization/nobody").status_code == 404
