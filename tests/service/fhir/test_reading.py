"""Reading: the resource now, each of its versions, the one in force at a moment, and all of its history."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from threading import Event, Thread
from urllib.parse import quote

import httpx
import pytest
from fhir.resources.R4B import get_fhir_model_class

from tests.live import Caller
from tests.service.fhir.resources import Json, assert_outcome, change, sent, service_request


def read_model(resource: Json) -> None:
    """The resource is R4."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def pages(caller: Caller, address: str) -> Iterator[Json]:
    """Every page of a Bundle, by its next links."""
    following: str | None = address
    while following is not None:
        answer = caller.get(following)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page
        following = next((one["url"] for one in page["link"] if one["relation"] == "next"), None)


def version_of(bundle: Json) -> list[int]:
    """The versions that a history lists."""
    return [int(one["resource"]["meta"]["versionId"]) for one in bundle.get("entry", ())]


def supplemented(region: Caller, request: Json, times: int) -> Json:
    """The request after so many supplements."""
    for number in range(times):
        answer = change(region, request | {"reasonCode": [{"text": f"Leg ulcer care, note {number}"}]})
        assert answer.status_code == 200, answer.text
        request = answer.json()
    return request


def test_a_client_that_has_the_version_gets_no_body(region: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    path = f"/fhir/Task/{sending['id']}"
    for known in ('W/"1"', '"1"', 'W/"0", W/"1"', "*"):
        answer = region.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", 'W/"1"')
    assert region.get(path, headers={"If-None-Match": 'W/"2"'}).status_code == 200


@pytest.mark.rule("ORE-2.2-2")
def test_what_one_party_records_the_other_reads_with_the_time_of_it(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, sending = sent(region, patient)
    read = municipality.get(f"/fhir/Task/{sending['id']}").json()
    assert read == sending
    assert datetime.fromisoformat(read["lastModified"]) <= datetime.fromisoformat(read["meta"]["lastUpdated"])


def test_head_is_get_without_a_body(region: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    answer = region.head(f"/fhir/Task/{sending['id']}")
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (200, b"", 'W/"1"')


def test_every_version_stays_as_it_was_answered(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    received = change(municipality, sending | {"status": "received"}).json()
    own = f"/fhir/Task/{sending['id']}/_history"
    assert region.get(f"{own}/1").json() == sending
    assert region.get(f"{own}/2").json() == received
    for missing in ("0", "3", "x", "99999999999", "-1"):
        assert_outcome(region.get(f"{own}/{missing}"), 404, issue="not-found")


def test_at_gives_the_version_that_was_in_force(region: Caller, municipality: Caller, patient: str) -> None:
    request, _ = sent(region, patient)
    last = supplemented(region, request, 3)
    own = f"/fhir/ServiceRequest/{request['id']}/_history"
    recorded = [
        datetime.fromisoformat(one["resource"]["meta"]["lastUpdated"]) for one in region.get(own).json()["entry"][::-1]
    ]
    assert len(recorded) == 4
    for version, at in enumerate(recorded, start=1):
        assert version_of(region.get(f"{own}?_at={quote(at.isoformat())}").json()) == [version]
        before = at - timedelta(microseconds=1)
        assert version_of(region.get(f"{own}?_at={quote(before.isoformat())}").json()) == [version - 1][: version - 1]
    between = recorded[1] + (recorded[2] - recorded[1]) / 2
    assert version_of(region.get(f"{own}?_at={quote(between.isoformat())}").json()) == [2]
    assert version_of(region.get(f"{own}?_at=2199-01-01T00:00:00Z").json()) == [int(last["meta"]["versionId"])]
    day = recorded[0].date().isoformat()
    assert set(version_of(region.get(f"{own}?_at={day}").json())) <= {1, 2, 3, 4}
    assert version_of(region.get(f"{own}?_at=2001").json()) == []


def test_since_gives_what_was_recorded_from_then_on(region: Caller, patient: str) -> None:
    request, _ = sent(region, patient)
    supplemented(region, request, 2)
    own = f"/fhir/ServiceRequest/{request['id']}/_history"
    second = region.get(f"{own}/2").json()["meta"]["lastUpdated"]
    assert version_of(region.get(f"{own}?_since={second}").json()) == [3, 2]


def test_a_history_says_how_each_version_came_to_be(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    change(municipality, sending | {"status": "received"})
    history = region.get(f"/fhir/Task/{sending['id']}/_history").json()
    read_model(history)
    newest, first = history["entry"]
    assert newest["request"] == {"method": "PUT", "url": f"Task/{sending['id']}"}
    assert newest["response"]["status"] == "200 OK"
    assert first["request"] == {"method": "POST", "url": "Task"}
    assert (first["response"]["status"], first["response"]["etag"]) == ("201 Created", 'W/"1"')
    assert first["resource"] == sending


@pytest.mark.parametrize("query", ["_colour=1", "_since=x", "_count=1&_count=1", "_at=2025-13-01"])
def test_a_history_takes_no_parameter_that_it_cannot_use(region: Caller, query: str) -> None:
    assert region.get(f"/fhir/Task/_history?{query}").status_code == 400


def test_a_long_history_pages_whole_while_others_write(region: Caller, patient: str) -> None:
    request, _ = sent(region, patient)
    last = supplemented(region, request, 110)
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
            one
            for page in pages(region, f"/fhir/ServiceRequest/{request['id']}/_history?_count=10")
            for one in version_of(page)
        ]
        listed = [
            (one["resource"]["id"], one["resource"]["meta"]["versionId"])
            for page in pages(region, "/fhir/ServiceRequest/_history?_count=25")
            for one in page["entry"]
        ]
    finally:
        stop.set()
        writer.join()
    assert own == list(range(own[0], 0, -1))
    assert own[0] >= 111
    assert len(set(listed)) == len(listed)
    assert {(request["id"], str(version)) for version in range(1, 112)} <= set(listed)


def test_everything_that_is_answered_is_r4(region: Caller, municipality: Caller, patient: str) -> None:
    _, sending = sent(region, patient)
    change(municipality, sending | {"status": "received"})
    read_model(region.get("/fhir/metadata").json())
    for type in (
        "ServiceRequest",
        "Task",
        "EpisodeOfCare",
        "Provenance",
        "Organization",
        "Practitioner",
        "PractitionerRole",
    ):
        found = region.get(f"/fhir/{type}?_count=3").json()
        read_model(found)
        for one in found["entry"]:
            read_model(one["resource"])


def test_metadata_offers_what_the_routes_do(region: Caller) -> None:
    said = region.get("/fhir/metadata").json()
    assert said["fhirVersion"] == "4.0.1"
    (rest,) = said["rest"]
    assert [one["code"] for one in rest["interaction"]] == ["transaction"]
    offered = {one["type"]: {each["code"] for each in one["interaction"]} for one in rest["resource"]}
    assert offered["Task"] == {"read", "vread", "update", "history-instance", "history-type", "create", "search-type"}
    assert offered["Provenance"] == {"read", "vread", "history-instance", "history-type", "search-type"}
    assert offered["Patient"] == {"read", "create", "search-type"}
    assert offered["Organization"] == {"read", "search-type"}
    for type, codes in offered.items():
        taken = region.put(f"/fhir/{type}/1", json={}).headers.get("Allow")
        assert (taken is None) is ("update" in codes)
        assert region.get(f"/fhir/{type}/1").status_code == 404
        assert region.get(f"/fhir/{type}/_history").status_code == (200 if "history-type" in codes else 404)
