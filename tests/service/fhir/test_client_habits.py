"""A client that does what FHIR R4 allows is served, or refused for a reason that tells what to send instead."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from fhir_profiles import systems
from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.http.body_limit import MOST_ENTRIES
from service.record.event_store.committer import CommandReused
from tests.live import DISTRICT_NURSE, Caller, serve
from tests.service.fhir.resources import (
    PERSONNUMMER,
    REQUEST_URN,
    SYSTEM,
    Json,
    assert_outcome,
    change,
    entry_for,
    request_and_task,
    send_request,
    service_request,
    task_for,
    transaction,
)
from tests.service.fhir.test_patients import patient_resource

FHIR_JSON = "application/fhir+json"


def post_text(caller: Caller, path: str, text: str | bytes, **headers: str) -> httpx.Response:
    """Post a body as it is written."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.post(path, content=text, headers={"Content-Type": FHIR_JSON} | named)


def test_a_request_that_does_not_meet_its_own_if_none_exist_creates_nothing(region: Caller, patient: str) -> None:
    body = service_request(patient, number=str(uuid4()))
    for _ in range(2):
        refused = region.post(
            "/fhir/ServiceRequest", json=body, headers={"If-None-Exist": f"identifier={SYSTEM}|other"}
        )
        assert_outcome(refused, 422, issue="value", code="CRITERIA_NOT_MET", says="identifier")

    found = region.get("/fhir/ServiceRequest", params={"identifier": body["identifier"][0]["value"]})
    assert found.json()["total"] == 0


def test_a_draft_is_created_however_many_earlier_ones_meet_the_criteria_no_more(region: Caller) -> None:
    patient = region.post("/fhir/Patient", json=patient_resource("194001019811")).raise_for_status().json()["id"]
    once = {"If-None-Exist": f"patient={patient}&status=draft"}
    made = set()
    for _ in range(22):
        created = region.post("/fhir/ServiceRequest", json=service_request(patient), headers=once)
        assert created.status_code == 201, created.text
        made.add(created.json()["id"])
        sent = region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{created.json()['id']}"))
        assert sent.status_code == 201, sent.text

    assert len(made) == 22


@pytest.mark.parametrize("type", ["Organization", "Practitioner", "PractitionerRole"])
def test_the_directory_has_no_times_and_says_so(region: Caller, type: str) -> None:
    for parameters in ({"_lastUpdated": "gt2000-01-01"}, {"_sort": "_lastUpdated"}):
        answer = region.get(f"/fhir/{type}", params=parameters)
        assert answer.status_code == 400, answer.text


def test_the_directory_is_sorted_by_id_over_every_page(region: Caller) -> None:
    for sort, backwards in (("_id", False), ("-_id", True)):
        ids: list[str] = []
        page = region.get("/fhir/Organization", params={"_sort": sort, "_count": 3}).json()
        while page is not None:
            ids += [entry["resource"]["id"] for entry in page["entry"]]
            following = [link["url"] for link in page["link"] if link["relation"] == "next"]
            page = region.get(following[0]).json() if following else None
        assert ids == sorted(ids, reverse=backwards)
        assert len(ids) == region.get("/fhir/Organization").json()["total"]


def test_links_begin_with_the_address_that_clients_use(module_services: Services, patient: str) -> None:
    public = "https://vard.example.se/kvittens"
    settings = module_services.settings.model_copy(update={"public_url": public})
    services = replace(module_services, settings=settings)
    with serve(services) as address, Caller(services, address, DISTRICT_NURSE) as region:
        number = str(uuid4())
        created = [region.post("/fhir/ServiceRequest", json=service_request(patient, number=number)) for _ in range(2)]
        page = region.get("/fhir/ServiceRequest", params={"identifier": number, "_count": 1}).json()
        links = {link["relation"]: link["url"] for link in page["link"]}
        following = region.get(links["next"].removeprefix(public))

    for url in (created[0].headers["Location"], page["entry"][0]["fullUrl"], *links.values()):
        assert url.startswith(f"{public}/fhir/ServiceRequest")
    assert len(following.json()["entry"]) == 1


def test_an_id_in_another_case_or_form_is_another_id(region: Caller, patient: str) -> None:
    for id in (patient.upper(), patient.replace("-", "")):
        assert region.get(f"/fhir/Patient/{id}").status_code == 404
    assert region.get(f"/fhir/Patient/{patient}").status_code == 200


@pytest.mark.parametrize(("form", "status"), [("_format=json", 200), ("_format=xml", 406), ("", 200)])
def test_a_form_says_the_format_and_may_end_with_an_ampersand(region: Caller, form: str, status: int) -> None:
    answer = region.post(
        "/fhir/ServiceRequest/_search",
        content=f"identifier=none&{form}",
        headers={
            "Accept": "application/fhir+xml" if form else "*/*",
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    assert answer.status_code == status, answer.text


def test_a_body_of_another_fhir_version_is_refused(region: Caller, patient: str) -> None:
    body = json.dumps(service_request(patient))
    answer = post_text(region, "/fhir/ServiceRequest", body, Content_Type=f"{FHIR_JSON}; fhirVersion=5.0")
    assert_outcome(answer, 415, issue="not-supported", code="FHIR_VERSION_NOT_SUPPORTED", says="4.0")
    assert post_text(region, "/fhir/ServiceRequest", body, Content_Type=f"{FHIR_JSON}; fhirVersion=4.0").is_success


def test_a_compressed_body_is_refused_on_every_face(region: Caller, patient: str) -> None:
    body = gzip.compress(json.dumps(service_request(patient)).encode())
    answer = post_text(region, "/fhir/ServiceRequest", body, Content_Encoding="gzip")
    assert_outcome(answer, 415, issue="not-supported", code="CONTENT_ENCODING", says="Content-Encoding")
    act = region.post("/api/cases", content=body, headers={"Content-Encoding": "gzip"})
    assert (act.status_code, act.json()["code"]) == (415, "CONTENT_ENCODING")


def test_a_person_that_does_not_meet_its_own_if_none_exist_is_not_registered(region: Caller) -> None:
    condition = {"If-None-Exist": f"identifier={PERSONNUMMER}|194001029810"}
    refused = region.post("/fhir/Patient", json=patient_resource("194001039819"), headers=condition)

    assert_outcome(refused, 422, issue="value", code="CRITERIA_NOT_MET")
    assert region.post("/fhir/Patient", json=patient_resource("194001039819")).status_code == 201


def test_a_request_that_was_there_and_a_task_that_was_made_are_the_first_answer_to_a_repeat(
    region: Caller, patient: str
) -> None:
    draft = service_request(patient, number=str(uuid4()))
    assert region.post("/fhir/ServiceRequest", json=draft).status_code == 201
    once = f"identifier={draft['identifier'][0]['value']}&status=draft"
    bundle = request_and_task(patient, if_none_exist=once)
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (region.post("/fhir", json=bundle, headers=key) for _ in range(2))

    statuses = [entry["response"]["status"][:3] for entry in first.json()["entry"]]
    assert (statuses, first.json()["entry"][0]["resource"]["status"]) == (["200", "201"], "draft")
    assert again.json()["entry"] == first.json()["entry"]


def test_a_repeat_of_a_transaction_whose_answer_an_earlier_release_kept_shows_the_request_as_it_is_now(
    region: Caller, patient: str, module_services: Services
) -> None:
    """The earlier release kept the Task that was made, and not the request that was there before."""
    draft = service_request(patient, number=str(uuid4()))
    region.post("/fhir/ServiceRequest", json=draft).raise_for_status()
    bundle = request_and_task(patient, if_none_exist=f"identifier={draft['identifier'][0]['value']}")
    key = {"Idempotency-Key": str(uuid4())}
    request, task = region.post("/fhir", json=bundle, headers=key).raise_for_status().json()["entry"]
    assert module_services.dsns.owner
    with psycopg.connect(module_services.dsns.owner) as owner:
        owner.execute("ALTER TABLE command DISABLE TRIGGER append_only")
        owner.execute(
            "UPDATE command SET answer = convert_to((convert_from(answer, 'UTF8')::jsonb - 0)::text, 'UTF8')"
            " WHERE convert_from(answer, 'UTF8') LIKE '[[%%' AND convert_from(answer, 'UTF8') LIKE %s",
            [f"%{task['resource']['id']}%"],
        )
        owner.execute("ALTER TABLE command ENABLE TRIGGER append_only")

    again = region.post("/fhir", json=bundle, headers=key)
    assert again.status_code == 200, again.text
    assert again.json()["entry"][1] == task
    shown = again.json()["entry"][0]
    assert (shown["response"]["status"], shown["resource"]["id"]) == ("200 OK", request["resource"]["id"])
    assert shown["resource"] == region.get(f"/fhir/ServiceRequest/{request['resource']['id']}").json()


@pytest.mark.parametrize("url", ["x", "Patient", " a"])
def test_a_full_url_that_is_not_absolute_is_refused(region: Caller, patient: str, url: str) -> None:
    bundle = json.loads(json.dumps(request_and_task(patient)).replace(REQUEST_URN, url))
    assert_outcome(region.post("/fhir", json=bundle), 400, issue="value", says="absolute")


def test_a_request_has_at_most_as_many_identifiers_as_are_kept(region: Caller, patient: str) -> None:
    many = [{"system": SYSTEM, "value": f"{uuid4()}"} for _ in range(101)]
    assert_outcome(
        region.post("/fhir/ServiceRequest", json=service_request(patient, identifier=many)),
        422,
        issue="too-long",
        says="at most 100",
    )


@pytest.mark.parametrize("type", ["Patient", "ServiceRequest"])
def test_a_body_that_is_too_deep_is_refused_with_and_without_a_key(region: Caller, type: str) -> None:
    for headers in ({}, {"Idempotency_Key": str(uuid4())}):
        answer = post_text(region, f"/fhir/{type}", b"[" * (MOST_ENTRIES - 1), **headers)
        assert_outcome(answer, 400, issue="structure")


def test_the_same_content_in_another_order_is_the_same_request(region: Caller, patient: str) -> None:
    key, body = str(uuid4()), service_request(patient)
    first = post_text(region, "/fhir/ServiceRequest", json.dumps(body), Idempotency_Key=key)
    again = post_text(region, "/fhir/ServiceRequest", json.dumps(turn(body), indent=1), Idempotency_Key=key)
    other = post_text(region, "/fhir/ServiceRequest", json.dumps(body | {"status": "active"}), Idempotency_Key=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert_outcome(other, 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")


def turn(value: Any) -> Any:
    """Return a value with the members of each object in the opposite order."""
    if isinstance(value, dict):
        return {name: turn(inner) for name, inner in reversed(value.items())}
    return [turn(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("url", ["https://journal.example/ServiceRequest/17", "urn:oid:1.2.752.99.17"])
def test_a_full_url_of_a_transaction_is_any_absolute_uri(region: Caller, patient: str, url: str) -> None:
    bundle = json.loads(json.dumps(request_and_task(patient)).replace(REQUEST_URN, url))
    answer = region.post("/fhir", json=bundle)

    assert answer.status_code == 200, answer.text
    request, task = (entry["resource"] for entry in answer.json()["entry"])
    assert task["focus"]["reference"] == f"ServiceRequest/{request['id']}"


def test_a_full_url_of_another_resource_than_the_one_to_change_is_refused(region: Caller, patient: str) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    entry: Json = {
        "fullUrl": f"https://journal.example/fhir/ServiceRequest/{uuid4()}",
        "resource": draft | {"status": "revoked"},
        "request": {"method": "PUT", "url": f"ServiceRequest/{draft['id']}"},
    }

    assert_outcome(region.post("/fhir", json=transaction(entry)), 400, issue="value", says="another resource")
    assert region.get(f"/fhir/ServiceRequest/{draft['id']}").json() == draft


def test_a_reference_by_this_servers_own_address_is_the_relative_one(region: Caller, patient: str) -> None:
    body = service_request(patient, subject={"reference": f"{region.base_url.join('/fhir')}/Patient/{patient}"})
    created = region.post("/fhir/ServiceRequest", json=body)

    assert created.status_code == 201, created.text
    assert created.json()["subject"]["reference"] == f"Patient/{patient}"
    revoked = change(region, created.json() | {"subject": body["subject"], "status": "revoked"})
    assert revoked.status_code == 200, revoked.text


@pytest.mark.parametrize("parameter", ["authored", "_lastUpdated"])
def test_the_first_and_the_last_date_are_dates_of_the_calendar(region: Caller, patient: str, parameter: str) -> None:
    region.post("/fhir/ServiceRequest", json=service_request(patient)).raise_for_status()
    counts = [
        region.get("/fhir/ServiceRequest", params={"patient": patient, parameter: date}).json()["total"]
        for date in (
            "le9999-12-31",
            "le9999-12",
            "le9999-12-31T23:59:59Z",
            "ge0001-01-01",
            "ge0001",
            "gt9999-12-31",
            "lt0001-01-01",
        )
    ]

    assert len(set(counts[:5])) == 1
    assert counts[0] > 0
    assert counts[5:] == [0, 0]


@pytest.mark.parametrize(
    ("accepted", "status", "type"),
    [
        (["text/html", FHIR_JSON], 200, FHIR_JSON),
        ([""], 200, FHIR_JSON),
        (["*/*, application/fhir+json;q=0"], 200, "application/json"),
        (["text/html", "application/fhir+xml"], 406, FHIR_JSON),
    ],
)
def test_the_lines_of_accept_are_one_list(region: Caller, accepted: list[str], status: int, type: str) -> None:
    headers = [("Authorization", region.headers["Authorization"]), *(("Accept", line) for line in accepted)]
    with httpx.Client(headers={"Accept": ""}) as client:
        request = httpx.Request("GET", region.base_url.join("/fhir/metadata"), headers=headers)
        answer = client.send(request)

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, type)


@pytest.mark.parametrize("asked", [{"_sort": "status"}, {"_summary": "true"}, {"_total": "perhaps"}])
def test_a_lenient_search_leaves_out_what_is_not_offered_and_says_so(
    region: Caller, patient: str, asked: dict[str, str]
) -> None:
    parameters = {"patient": patient} | asked
    strict = region.get("/fhir/ServiceRequest", params=parameters)
    lenient = region.get("/fhir/ServiceRequest", params=parameters, headers={"Prefer": "handling=lenient"})

    assert strict.status_code == 400
    assert lenient.status_code == 200, lenient.text
    (self,) = (link["url"] for link in lenient.json()["link"] if link["relation"] == "self")
    assert "patient=" in self
    assert not any(name in self for name in asked)


def test_a_leap_second_is_refused_for_what_it_is(region: Caller, patient: str) -> None:
    body = service_request(patient, authoredOn="2016-12-31T23:59:60Z")
    assert_outcome(region.post("/fhir/ServiceRequest", json=body), 422, issue="value", says="leap second")


def has_number(region: Caller, number: str) -> bool:
    """Return True if the register has somebody with a number."""
    found = region.post("/fhir/Patient/_search", data={"identifier": f"{PERSONNUMMER}|{number}"})
    return bool(found.raise_for_status().json()["total"])


def test_a_person_sent_again_with_its_key_is_the_first_answer_and_another_one_is_refused(region: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (region.post("/fhir/Patient", json=patient_resource("189101019801"), headers=key) for _ in range(2))
    other = region.post("/fhir/Patient", json=patient_resource("189102019800"), headers=key)

    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert (again.json(), again.headers["Location"]) == (first.json(), first.headers["Location"])
    assert_outcome(other, 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")
    assert not has_number(region, "189102019800")


def test_a_person_sent_again_with_another_protection_is_another_request(region: Caller) -> None:
    key, number = {"Idempotency-Key": str(uuid4())}, "189103019809"
    protected = {"security": [{"system": systems.PROTECTION, "code": "sekretessmarkering"}]}
    assert region.post("/fhir/Patient", json=patient_resource(number), headers=key).status_code == 201
    again = region.post("/fhir/Patient", json=patient_resource(number, meta=protected), headers=key)

    assert_outcome(again, 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")


def test_a_person_sent_sixteen_times_at_once_with_one_key_gets_one_answer(region: Caller) -> None:
    headers = dict(region.headers) | {"Idempotency-Key": str(uuid4())}

    def register(_: int) -> httpx.Response:
        with httpx.Client(base_url=region.base_url, headers=headers, timeout=30) as client:
            return client.post("/fhir/Patient", json=patient_resource("189104019808"))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(register, range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


def test_a_refused_person_uses_up_no_key(region: Caller) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    assert region.post("/fhir/Patient", json=patient_resource("189105019807")).status_code == 201
    taken = region.post("/fhir/Patient", json=patient_resource("189105019807"), headers=key)
    assert_outcome(taken, 409, issue="duplicate", code="PERSON_REGISTERED")
    assert region.post("/fhir/Patient", json=patient_resource("189106019806"), headers=key).status_code == 201


def test_what_is_kept_for_a_repeat_cannot_be_found_by_a_number_alone(region: Caller, module_services: Services) -> None:
    key, body = str(uuid4()), json.dumps(patient_resource("189107019805"))
    post_text(region, "/fhir/Patient", body, Idempotency_Key=key).raise_for_status()

    ordered = json.dumps(json.loads(body), sort_keys=True).encode()
    guessed = ActRequest(
        actor=module_services.authenticator(region.headers["Authorization"].removeprefix("Bearer ")),
        content=b"\0".join([b"POST", b"/fhir/Patient", ordered]),
        idempotency_key=key,
    )
    with pytest.raises(CommandReused):  # the request is known by its key, and its digest is another one
        module_services.attempts.first_answer(guessed)


@pytest.mark.parametrize("status", ["draft", "active"])
def test_what_was_there_is_the_first_answer_to_a_repeat_also_when_it_is_there_no_more(
    region: Caller, patient: str, status: str
) -> None:
    """The first answer is 200. Then the request is sent, so that nothing meets the criteria any more."""
    draft = service_request(patient, number=str(uuid4()))
    created = region.post("/fhir/ServiceRequest", json=draft).raise_for_status().json()
    once = f"identifier={draft['identifier'][0]['value']}&status=draft"
    headers = {"Idempotency-Key": str(uuid4())}

    def ask() -> tuple[int, str]:
        if status == "draft":
            answer = region.post("/fhir/ServiceRequest", json=draft, headers=headers | {"If-None-Exist": once})
            return answer.status_code, answer.json().get("id")
        entry = entry_for(draft, ifNoneExist=once)
        (only,) = region.post("/fhir", json=transaction(entry), headers=headers).raise_for_status().json()["entry"]
        return int(only["response"]["status"][:3]), only["resource"]["id"]

    first = ask()
    region.post("/fhir/Task", json=task_for(patient, f"ServiceRequest/{created['id']}")).raise_for_status()
    assert first == ask() == (200, created["id"])
    everything = region.get("/fhir/ServiceRequest", params={"identifier": draft["identifier"][0]["value"]})
    assert everything.json()["total"] == 1


def test_a_resource_sent_back_as_it_stands_is_the_first_answer_to_a_repeat_and_undoes_nothing(
    region: Caller, municipality: Caller, patient: str
) -> None:
    _, task = send_request(region, patient)
    key = str(uuid4())
    first = change(municipality, task, Idempotency_Key=key)
    received = change(municipality, task | {"status": "received"}).raise_for_status().json()
    again = change(municipality, task, Idempotency_Key=key)

    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert again.json() == first.json()
    assert region.get(f"/fhir/Task/{task['id']}").json() == received


@pytest.mark.parametrize(
    "meta",
    [None, {"versionId": "17", "lastUpdated": "2020-01-01T00:00:00Z"}, {"versionId": "1"}],
    ids=["no meta", "another version and time", "a version alone"],
)
def test_the_version_and_the_time_that_a_client_sends_are_ignored(region: Caller, patient: str, meta: Json) -> None:
    request, task = send_request(region, patient)
    for sent in (request, task):
        body = {name: value for name, value in sent.items() if name != "meta"} | ({"meta": meta} if meta else {})
        answer = change(region, body)

        assert (answer.status_code, answer.json()) == (200, sent), answer.text


@pytest.mark.parametrize("header", ["If-None-Exist", "If-Match"])
def test_the_same_key_with_another_condition_is_another_request(region: Caller, patient: str, header: str) -> None:
    draft = service_request(patient, number=str(uuid4()))
    made = region.post("/fhir/ServiceRequest", json=draft).raise_for_status().json()
    key = {"Idempotency-Key": str(uuid4())}
    if header == "If-None-Exist":
        once = f"identifier={draft['identifier'][0]['value']}"
        answers = [
            region.post("/fhir/ServiceRequest", json=draft, headers=key | {header: condition})
            for condition in (once, f"{once}&status=draft")
        ]
    else:
        answers = [change(region, made, Idempotency_Key=key["Idempotency-Key"], If_Match=f'W/"{n}"') for n in (1, 2)]

    assert answers[0].status_code == 200, answers[0].text
    assert_outcome(answers[1], 422, issue="duplicate", code="IDEMPOTENCY_KEY_REUSED")


@pytest.mark.parametrize("comparison", ["", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
@pytest.mark.parametrize("day", ["2025-04-01", "2025-04-02", "2025-04-03"])
def test_a_date_in_if_none_exist_is_asked_of_what_would_be_created(
    region: Caller, patient: str, comparison: str, day: str
) -> None:
    """The date finds what is created, or it is refused."""
    number = str(uuid4())
    body = service_request(patient, number=number, authoredOn="2025-04-02T10:00:00+02:00")
    asked = {"identifier": number, "authored": f"{comparison}{day}"}
    condition = {"If-None-Exist": str(httpx.QueryParams(asked))}
    statuses = [region.post("/fhir/ServiceRequest", json=body, headers=condition).status_code for _ in range(2)]
    found = region.get("/fhir/ServiceRequest", params=asked).json()["total"]
    kept = region.get("/fhir/ServiceRequest", params={"identifier": number}).json()["total"]

    assert found == kept
    assert statuses == ([201, 200] if kept else [422, 422])


@pytest.mark.parametrize(
    ("criterion", "status"), [("_lastUpdated=ge2020-01-01", 201), ("_lastUpdated=lt2020-01-01", 422)]
)
def test_the_time_of_recording_in_if_none_exist_is_asked_of_what_would_be_created(
    region: Caller, patient: str, criterion: str, status: int
) -> None:
    body = service_request(patient, number=str(uuid4()))
    once = {"If-None-Exist": f"identifier={body['identifier'][0]['value']}&{criterion}"}
    assert region.post("/fhir/ServiceRequest", json=body, headers=once).status_code == status


@pytest.mark.parametrize("parameter", ["_count=1", "_sort=_id", "_summary=count", "_format=json"])
@pytest.mark.parametrize("type", ["ServiceRequest", "Patient"])
def test_what_says_nothing_of_a_resource_is_refused_in_if_none_exist(
    region: Caller, patient: str, parameter: str, type: str
) -> None:
    body = service_request(patient) if type == "ServiceRequest" else patient_resource("189108019804")
    answer = region.post(f"/fhir/{type}", json=body, headers={"If-None-Exist": f"identifier=a|b&{parameter}"})
    assert_outcome(answer, 400, issue="value", code="HEADER_INVALID", says="If-None-Exist")


def test_a_change_with_a_full_url_at_another_server_is_refused_also_if_the_id_is_ours(
    region: Caller, patient: str
) -> None:
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    address = f"ServiceRequest/{draft['id']}"
    entry: Json = {"resource": draft | {"status": "revoked"}, "request": {"method": "PUT", "url": address}}

    elsewhere = region.post("/fhir", json=transaction(entry | {"fullUrl": f"https://journal.example/fhir/{address}"}))
    assert_outcome(elsewhere, 400, issue="value", says="at this server")
    assert region.get(f"/fhir/{address}").json() == draft
    own = region.post("/fhir", json=transaction(entry | {"fullUrl": f"{region.base_url.join('/fhir')}/{address}"}))
    assert own.status_code == 200, own.text


def test_what_is_changed_can_have_a_local_name(region: Caller, patient: str) -> None:
    """As in R4's own example of a transaction."""
    draft = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    entry: Json = {
        "fullUrl": f"urn:uuid:{uuid4()}",
        "resource": draft | {"status": "revoked"},
        "request": {"method": "PUT", "url": f"ServiceRequest/{draft['id']}"},
    }
    (changed,) = region.post("/fhir", json=transaction(entry)).raise_for_status().json()["entry"]
    assert (changed["resource"]["id"], changed["resource"]["status"]) == (draft["id"], "revoked")


def test_what_is_new_cannot_claim_an_address_of_this_server(region: Caller, patient: str) -> None:
    made = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()
    taken = f"{region.base_url.join('/fhir')}/ServiceRequest/{made['id']}"
    bundle = json.loads(json.dumps(request_and_task(patient)).replace(REQUEST_URN, taken))
    assert_outcome(region.post("/fhir", json=bundle), 400, issue="value", says="no address at this server yet")


def test_a_relative_reference_means_the_entry_that_it_leads_to_by_the_full_url(region: Caller, patient: str) -> None:
    """The entry's id at the other server is also an id of ours, which is not meant."""
    ours = region.post("/fhir/ServiceRequest", json=service_request(patient)).json()["id"]
    bundle = request_and_task(patient)
    request, task = bundle["entry"]
    request["fullUrl"] = f"https://journal.example/fhir/ServiceRequest/{ours}"
    task["fullUrl"] = "https://journal.example/fhir/Task/17"
    task["resource"]["focus"] = {"reference": f"ServiceRequest/{ours}"}
    answer = region.post("/fhir", json=bundle)

    assert answer.status_code == 200, answer.text
    made, sent = (entry["resource"] for entry in answer.json()["entry"])
    assert sent["focus"]["reference"] == f"ServiceRequest/{made['id']}" != f"ServiceRequest/{ours}"
