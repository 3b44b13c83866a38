"""Reads: the current version of a resource, each earlier version, the version at a moment, and the history."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread
from urllib.parse import quote

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from tests.live import MUNICIPALITY_A, Caller
from tests.service.fhir.resources import Json, assert_outcome, change, send_request, service_request


def assert_r4(resource: Json) -> None:
    """Assert that the resource is valid R4."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def read_pages(caller: Caller, address: str) -> Iterator[Json]:
    """Yield every page of a Bundle by following its next links."""
    address_of_next: str | None = address
    while address_of_next is not None:
        answer = caller.get(address_of_next)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        address_of_next = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)


def list_versions(bundle: Json) -> list[int]:
    """List the version numbers in a history."""
    return [int(entry["resource"]["meta"]["versionId"]) for entry in bundle.get("entry", ())]


def supplement(region: Caller, request: Json, times: int) -> Json:
    """Supplement the request this many times, and return it."""
    for number in range(times):
        answer = change(region, request | {"reasonCode": [{"text": f"Leg ulcer care, note {number}"}]})
        assert answer.status_code == 200, answer.text
        request = answer.json()
    return request


def test_a_client_that_has_the_current_version_gets_no_body(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    path = f"/fhir/Task/{task['id']}"
    for known in ('W/"1"', '"1"', 'W/"0", W/"1"', "*"):
        answer = region.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", 'W/"1"')
    assert region.get(path, headers={"If-None-Match": 'W/"2"'}).status_code == 200


@pytest.mark.rule("ORE-2.2-2")
def test_a_party_reads_a_resource_of_the_other_party_with_its_times(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    received = municipality.get(f"/fhir/Task/{task['id']}").json()
    assert received == task
    assert datetime.fromisoformat(received["lastModified"]) <= datetime.fromisoformat(received["meta"]["lastUpdated"])


def test_head_answers_as_get_without_a_body(region: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    answer = region.head(f"/fhir/Task/{task['id']}")
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, b"", 'W/"1"')


def test_every_version_stays_as_it_was_first_answered(region: Caller, municipality: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    received = change(municipality, task | {"status": "received"}).json()
    own = f"/fhir/Task/{task['id']}/_history"
    assert region.get(f"{own}/1").json() == task
    assert region.get(f"{own}/2").json() == received
    for missing in ("0", "3", "x", "99999999999", "-1"):
        assert_outcome(region.get(f"{own}/{missing}"), 404, issue="not-found")


def test_the_at_parameter_selects_the_version_at_a_moment(region: Caller, municipality: Caller, patient: str) -> None:
    request, _ = send_request(region, patient)
    last = supplement(region, request, 3)
    own = f"/fhir/ServiceRequest/{request['id']}/_history"
    recorded = [
        datetime.fromisoformat(entry["resource"]["meta"]["lastUpdated"])
        for entry in region.get(own).json()["entry"][::-1]
    ]
    assert len(recorded) == 4
    for version, at in enumerate(recorded, start=1):
        assert list_versions(region.get(f"{own}?_at={quote(at.isoformat())}").json()) == [version]
        before = at - timedelta(microseconds=1)
        assert (
            list_versions(region.get(f"{own}?_at={quote(before.isoformat())}").json()) == [version - 1][: version - 1]
        )
    between = recorded[1] + (recorded[2] - recorded[1]) / 2
    assert list_versions(region.get(f"{own}?_at={quote(between.isoformat())}").json()) == [2]
    assert int(last["meta"]["versionId"]) in list_versions(region.get(f"{own}?_at={recorded[-1].year}").json())
    assert_outcome(region.get(f"{own}?_at=2199-01-01T00:00:00Z"), 422, issue="value", code="MOMENT_IN_FUTURE")
    day = recorded[0].date().isoformat()
    assert set(list_versions(region.get(f"{own}?_at={day}").json())) <= {1, 2, 3, 4}
    assert list_versions(region.get(f"{own}?_at=2001").json()) == []


@pytest.mark.parametrize("name", ["_at", "_since"])
def test_a_read_of_the_present_refuses_a_question_about_the_past(region: Caller, patient: str, name: str) -> None:
    _, task = send_request(region, patient)
    own = f"/fhir/Task/{task['id']}"

    for path in (own, f"{own}/_history/1", f"/fhir/Patient/{patient}", f"/fhir/Organization/{MUNICIPALITY_A}"):
        answer = region.get(f"{path}?{name}=2001-01-01")
        assert_outcome(answer, 400, issue="not-supported", code="PARAMETER_UNKNOWN", says=f"/_history with {name}")


def test_the_since_parameter_selects_the_versions_recorded_later(region: Caller, patient: str) -> None:
    request, _ = send_request(region, patient)
    supplement(region, request, 2)
    own = f"/fhir/ServiceRequest/{request['id']}/_history"
    second = region.get(f"{own}/2").json()["meta"]["lastUpdated"]
    assert list_versions(region.get(f"{own}?_since={second}").json()) == [3, 2]


def test_a_history_gives_the_request_behind_each_version(region: Caller, municipality: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    change(municipality, task | {"status": "received"})
    history = region.get(f"/fhir/Task/{task['id']}/_history").json()
    assert_r4(history)
    newest, first = history["entry"]
    assert newest["request"] == {"method": "PUT", "url": f"Task/{task['id']}"}
    assert newest["response"]["status"] == "200 OK"
    assert first["request"] == {"method": "POST", "url": "Task"}
    assert (first["response"]["status"], first["response"]["etag"]) == ("201 Created", 'W/"1"')
    assert first["resource"] == task


@pytest.mark.parametrize("query", ["_colour=1", "_since=x", "_count=1&_count=1", "_at=2025-13-01"])
def test_a_history_refuses_an_invalid_parameter(region: Caller, query: str) -> None:
    assert region.get(f"/fhir/Task/_history?{query}").status_code == 400


def test_paging_through_a_history_misses_nothing_while_others_write(region: Caller, patient: str) -> None:
    request, _ = send_request(region, patient)
    last = supplement(region, request, 110)
    written: list[tuple[str, int]] = []
    begun, stop = Event(), Event()

    def write() -> None:
        with httpx.Client(base_url=region.base_url, headers=region.headers, timeout=30) as client:
            while not stop.is_set():
                draft = client.post("/fhir/ServiceRequest", json=service_request(patient)).json()
                more = last | {"reasonCode": [{"text": f"Written meanwhile, {len(written)}"}]}
                written.append((draft["id"], client.put(f"/fhir/ServiceRequest/{last['id']}", json=more).status_code))
                begun.set()

    writer = Thread(target=write)
    writer.start()
    assert begun.wait(30), "nobody wrote"
    try:
        own = [
            version
            for page in read_pages(region, f"/fhir/ServiceRequest/{request['id']}/_history?_count=10")
            for version in list_versions(page)
        ]
        listed = [
            (entry["resource"]["id"], entry["resource"]["meta"]["versionId"])
            for page in read_pages(region, "/fhir/ServiceRequest/_history?_count=25")
            for entry in page["entry"]
        ]
    finally:
        stop.set()
        writer.join()
    assert own == list(range(own[0], 0, -1))
    assert own[0] >= 111
    assert len(set(listed)) == len(listed)
    assert {(request["id"], str(version)) for version in range(1, 112)} <= set(listed)


def test_every_answer_is_valid_r4(region: Caller, municipality: Caller, patient: str) -> None:
    _, task = send_request(region, patient)
    change(municipality, task | {"status": "received"})
    assert_r4(region.get("/fhir/metadata").json())
    for type in (
        "ServiceRequest",
        "Task",
        "EpisodeOfCare",
        "Provenance",
        "Organization",
        "Practitioner",
        "PractitionerRole",
    ):
        bundle = region.get(f"/fhir/{type}?_count=3").json()
        assert_r4(bundle)
        for entry in bundle["entry"]:
            assert_r4(entry["resource"])


def test_metadata_offers_exactly_what_the_routes_answer(region: Caller) -> None:
    capability = region.get("/fhir/metadata").json()
    assert capability["fhirVersion"] == "4.0.1"
    (rest,) = capability["rest"]
    assert [interaction["code"] for interaction in rest["interaction"]] == ["transaction"]
    offered = {
        resource["type"]: {interaction["code"] for interaction in resource["interaction"]}
        for resource in rest["resource"]
    }
    assert offered["Task"] == {"read", "vread", "update", "history-instance", "history-type", "create", "search-type"}
    assert offered["Provenance"] == {"read", "vread", "history-instance", "history-type", "search-type"}
    assert offered["Patient"] == {"read", "create", "search-type"}
    assert offered["Organization"] == {"read", "search-type"}
    for type, codes in offered.items():
        allow = region.put(f"/fhir/{type}/1", json={}).headers.get("Allow")
        assert (allow is None) is ("update" in codes)
        assert region.get(f"/fhir/{type}/1").status_code == 404
        assert region.get(f"/fhir/{type}/_history").status_code == (200 if "history-type" in codes else 404)
