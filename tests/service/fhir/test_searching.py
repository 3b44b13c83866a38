"""Searches: the resources that a principal may read, by their values and page by page."""

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest

from fhir_profiles import systems
from fhir_profiles.search_values import SEARCH_PARAMETERS
from tests.live import MUNICIPALITY_A, NURSE_A, Caller
from tests.service.fhir.resources import SYSTEM, Json, change, send_request, service_request
from tests.service.fhir.test_reading import read_pages


def search(caller: Caller, query: str) -> list[str]:
    """Return the ids that a search finds, and assert that its total agrees with them."""
    type, _, parameters = query.partition("?")
    answer = caller.get(f"/fhir/{type}?{parameters}")
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    ids = [entry["resource"]["id"] for entry in bundle.get("entry", ())]
    assert bundle["total"] == len(ids)
    return ids


@pytest.fixture
def case(region: Caller, municipality: Caller, patient: str) -> tuple[Json, Json, str]:
    """A received request, its Task, and the identifier of the request."""
    number = str(uuid4())
    request, task = send_request(region, patient, number=number)
    received = change(municipality, task | {"status": "received"}).json()
    return region.get(f"/fhir/ServiceRequest/{request['id']}").json(), received, number


def test_an_identifier_is_found_by_system_and_value(region: Caller, case: tuple[Json, Json, str]) -> None:
    request, _, number = case
    for value in (f"{SYSTEM}|{number}", number, quote(f"{SYSTEM}|{number}"), f"nothing,{number}"):
        assert search(region, f"ServiceRequest?identifier={value}") == [request["id"]]
    for value in (f"|{number}", f"urn:other|{number}", "nothing"):
        assert search(region, f"ServiceRequest?identifier={value}") == []
    assert request["id"] in search(region, f"ServiceRequest?identifier={SYSTEM}|&_count=500")


def test_a_search_takes_every_form_of_reference_to_a_person(
    region: Caller, patient: str, case: tuple[Json, Json, str]
) -> None:
    own = f"&_id={case[1]['id']}"
    base = str(region.base_url.join("/fhir"))
    for form in (patient, f"Patient/{patient}", f"{base}/Patient/{patient}"):
        assert search(region, f"Task?patient={form}{own}") == [case[1]["id"]]
    assert search(region, f"Task?subject:Patient={patient}{own}") == [case[1]["id"]]
    assert search(region, f"Task?patient={uuid4()}{own}") == []
    assert search(region, f"Task?patient=Group/{patient}{own}") == []


def test_a_task_is_found_by_status_owner_and_focus(region: Caller, case: tuple[Json, Json, str]) -> None:
    request, task, _ = case
    focus = f"focus=ServiceRequest/{request['id']}"
    for query in (
        "status=received",
        f"owner=Organization/{MUNICIPALITY_A}",
        f"owner={MUNICIPALITY_A}",
        "status=x,received",
    ):
        assert search(region, f"Task?{focus}&{query}") == [task["id"]]
    for query in ("status=requested", "owner=SE2120000002-KOMMUNB", "status:not=received", "status=received&status=x"):
        assert search(region, f"Task?{focus}&{query}") == []
    assert search(region, f"Task?{focus}&status:not=requested&code={systems.TASK_CODE}|fulfill") == [task["id"]]


def test_a_search_finds_resources_that_lack_a_value(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]["id"]
    assert search(region, f"Task?_id={task}&part-of:missing=true") == [task]
    assert search(region, f"Task?_id={task}&part-of:missing=false") == []
    assert search(region, f"Task?_id={task}&owner:missing=false") == [task]


def test_a_search_compares_times_at_their_written_precision(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]
    at = datetime.fromisoformat(task["authoredOn"])
    day, tomorrow = (moment.astimezone().date().isoformat() for moment in (at, at + timedelta(days=2)))
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
            assert search(region, f"Task?_id={task['id']}&{name}={right}") == [task["id"]], (name, right)
        for wrong in (f"lt{yesterday}", f"gt{tomorrow}", f"eb{yesterday}", yesterday, f"ge{tomorrow}"):
            assert search(region, f"Task?_id={task['id']}&{name}={wrong}") == [], (name, wrong)
    assert search(region, f"Task?_id={task['id']}&authored-on={quote(task['authoredOn'])}") == [task["id"]]
    assert search(region, f"Task?_id={task['id']}&authored-on={yesterday},{day[:4]}") == [task["id"]]


def test_a_search_treats_an_open_period_as_endless(region: Caller, case: tuple[Json, Json, str]) -> None:
    episode = case[1]["extension"][0]["valueReference"]["reference"].split("/")[1]
    started = "period" in region.get(f"/fhir/EpisodeOfCare/{episode}").json()
    assert search(region, f"EpisodeOfCare?_id={episode}&date=ge2190") == ([episode] if started else [])


def test_a_provenance_is_found_by_its_target(region: Caller, case: tuple[Json, Json, str]) -> None:
    task = case[1]
    grounds = search(region, f"Provenance?target=Task/{task['id']}")
    assert len(grounds) == 3  # raised and sent in one transaction, then received
    assert len(search(region, f"Provenance?target=Task/{task['id']}&agent={NURSE_A}")) == 1


def test_a_search_by_post_answers_as_a_search_by_get(region: Caller, case: tuple[Json, Json, str]) -> None:
    bundle = region.post("/fhir/Task/_search?status=received", data={"_id": case[1]["id"]}).json()
    assert [entry["resource"]["id"] for entry in bundle["entry"]] == [case[1]["id"]]
    assert bundle["link"][0]["url"].startswith(str(region.base_url))
    refused = region.post("/fhir/Task/_search", json={"_id": "1"})
    assert refused.status_code == 415


def test_a_count_of_zero_answers_only_the_total(region: Caller, case: tuple[Json, Json, str]) -> None:
    for parameter in ("_count=0", "_summary=count"):
        bundle = region.get(f"/fhir/Task?_id={case[1]['id']}&{parameter}").json()
        assert bundle["total"] == 1
        assert "entry" not in bundle
        assert [link["relation"] for link in bundle["link"]] == ["self"]


def test_every_offered_search_parameter_is_accepted(region: Caller) -> None:
    for type, parameters in SEARCH_PARAMETERS.items():
        for parameter in parameters:
            if type != "Patient":
                value = "2025" if parameter.type == "date" else "nothing"
                assert search(region, f"{type}?{parameter.name}={value}") == [], (type, parameter.name)


@pytest.mark.parametrize("order", ["_id", "-_id", "_lastUpdated", "-_lastUpdated"])
def test_pages_skip_and_repeat_nothing_while_others_write(region: Caller, patient: str, order: str) -> None:
    number = str(uuid4())
    drafts = [
        region.post("/fhir/ServiceRequest", json=service_request(patient, number=number)).json() for _ in range(7)
    ]
    ids: list[str] = []
    keys: list[str] = []
    for place, page in enumerate(
        read_pages(region, f"/fhir/ServiceRequest?identifier={number}&_count=2&_sort={order}")
    ):
        ids += [entry["resource"]["id"] for entry in page["entry"]]
        keys += [entry["resource"]["id" if "_id" in order else "meta"] for entry in page["entry"]]
        for draft in drafts[place::3]:
            current = region.get(f"/fhir/ServiceRequest/{draft['id']}").json()
            changed = current | {"reasonCode": [{"text": f"Changed while page {place} was read"}]}
            assert change(region, changed).status_code == 200
        region.post("/fhir/ServiceRequest", json=service_request(patient))
    assert sorted(ids) == sorted(draft["id"] for draft in drafts)
    if order == "_id":
        assert ids == sorted(ids)


def test_a_search_finds_organisations_and_professionals(region: Caller) -> None:
    assert search(region, f"Organization?identifier={systems.HSA}|{MUNICIPALITY_A}") == [MUNICIPALITY_A]
    assert search(region, f"Practitioner?_id={NURSE_A}") == [NURSE_A]
    assert search(region, f"PractitionerRole?practitioner=Practitioner/{NURSE_A}") == [
        f"{NURSE_A}.SE2120000001-HSVEKEBY"
    ]
    all_ids = [
        entry["resource"]["id"] for page in read_pages(region, "/fhir/Organization?_count=4") for entry in page["entry"]
    ]
    assert all_ids == search(region, "Organization?_count=500")
    assert region.get(f"/fhir/Organization/{MUNICIPALITY_A}").json()["name"] == "Ekeby kommun"
    assert region.get("/fhir/Organization/nobody").status_code == 404
