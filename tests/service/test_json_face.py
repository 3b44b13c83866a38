"""The JSON face takes each member once, moments that are written as such, and the methods that a path has."""

from uuid import uuid4

import httpx
import psycopg
import pytest

from domain.case.permission import BY_RECORD
from domain.kernel import HIDDEN
from fhir_profiles import systems
from service.bootstrap import Services
from service.http.single_headers import SINGLE
from tests.live import MUNICIPALITY_A, NURSE_A, Caller, patient_id
from tests.service.calls import assert_ok, assert_refused, open_case, send_request
from tests.service.fhir.resources import concept, service_request


def test_a_member_that_stands_twice_is_refused_by_every_act_and_nothing_is_dropped(region: Caller) -> None:
    paths = assert_ok(region.get("/api/openapi.json"))["paths"]
    known = {"case_id": uuid4(), "ledger": uuid4(), "person_id": uuid4(), "id": "1085641", "version": "R1"}
    taking = [
        (method, path.format(**known))
        for path, methods in paths.items()
        for method, said in methods.items()
        if path.rpartition("/")[2] not in BY_RECORD  # which is refused to everybody before the body is read
        and "application/json" in said.get("requestBody", {}).get("content", {})
    ]
    assert len(taking) > 60
    for method, path in taking:
        body = b'{"need": "first", "need": "second"}'
        answer = region.request(method, f"/api{path}", content=body, headers={"Content-Type": "application/json"})
        refused = assert_refused(answer, 422, "INVALID")
        assert "An object has a member twice; give it once" in refused["title"], path
    assert region.get("/api/cases").json() == []


@pytest.mark.parametrize("body", [b'{"amount": NaN}', b'{"amount": Infinity}', b"{"])
def test_what_is_not_json_is_refused(region: Caller, body: bytes) -> None:
    answer = region.post("/api/cases", content=body, headers={"Content-Type": "application/json"})

    assert "is not JSON" in assert_refused(answer, 422, "INVALID")["title"]


@pytest.mark.parametrize("path", ["/api/worklist", "/health", "/api/cases", "/api/delegations"])
def test_what_get_answers_head_answers_without_a_body(region: Caller, path: str) -> None:
    got, asked = region.get(path), region.head(path)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/api/worklist", "GET, HEAD"),
        ("PATCH", "/api/cases", "GET, HEAD, POST"),
        ("GET", "/api/cases/{id}/send-referral", "POST"),
        ("DELETE", "/persons", "GET, HEAD"),
        ("PUT", "/fhir/Task/{id}/_history", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_taken_is_told_those_that_are(
    region: Caller, method: str, path: str, allowed: str
) -> None:
    answer = region.request(method, path.format(id=uuid4()))

    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "moment",
    ["2025", "1743490800", "2025-04-01", "2025-04-01T09:00", "2025-04-01 09:00Z", "2025-04-01T09:00:00.1234567Z"],
)
@pytest.mark.parametrize("path", ["replay?at=", "responsibility?at=", "replay?mode=as-known-now&at="])
def test_only_a_moment_with_an_offset_is_read_as_one(
    services: Services, region: Caller, path: str, moment: str
) -> None:
    answer = region.get(f"/api/cases/{open_case(region, services)}/{path}{moment}")

    assert "give a time with offset" in assert_refused(answer, 422, "INVALID")["title"]


@pytest.mark.parametrize("moment", [1743490800, 1743490800.5, "1743490800", "2025-04-01T09:00", "2025-04-01"])
def test_no_number_says_when_an_act_happened(services: Services, region: Caller, moment: object) -> None:
    case = open_case(region, services)
    answer = region.post(f"/api/cases/{case}/send-referral", json={"receiver": MUNICIPALITY_A, "occurred_at": moment})

    refused = assert_refused(answer, 422, "INVALID")
    assert "body.occurred_at" in refused["where"]
    assert "give a time with offset" in refused["title"]


def test_an_act_is_answered_and_shown_at_once_while_the_databases_clock_runs_ahead(
    services: Services, region: Caller
) -> None:
    case = open_case(region, services)
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner, autocommit=True) as owner:
        owner.execute("UPDATE stream_head SET recorded_at = clock_timestamp() + interval '30 seconds'")

    sent = assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A))
    replayed = assert_ok(region.get(f"/api/cases/{case}/replay"))

    assert replayed["case"]["version"] == sent["version"]
    assert replayed["entries"][-1]["event_id"] == sent["events"][-1]["id"]
    assert assert_ok(region.get(f"/api/cases/{case}/replay?mode=as-known-now"))["case"]["version"] == sent["version"]
    assert assert_ok(region.get(f"/api/cases/{case}/responsibility"))["moment"][:26] >= replayed["moment"][:26]


def test_a_page_says_which_methods_it_takes(address: str) -> None:
    answer = httpx.put(f"{address}/persons")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_the_faults_of_a_hostile_body_are_told_up_to_twenty_and_counted(region: Caller) -> None:
    refused = assert_refused(
        region.post("/api/cases", json={f"odd{place}": place for place in range(500)}), 422, "INVALID"
    )

    assert len(refused["where"]) == 20
    assert refused["title"].endswith("; and 482 more")


def test_a_parameter_is_given_once_unless_it_takes_several_values(region: Caller) -> None:
    worklist = region.get("/api/worklist", params={"on": ["2025-04-01T08:00:00Z", "2025-05-01T08:00:00Z"]})
    both = {"setting": "ordinary", "circumstances": ["overnight", "palliative"]}

    assert assert_refused(worklist, 400, "PARAMETER_REPEATED")["where"] == ["query.on"]
    asked = region.get("/api/agreements/in-force/responsible", params=both)
    assert asked.json().get("code") != "PARAMETER_REPEATED"


def test_the_worklist_of_a_past_day_has_nothing_that_began_later(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    with Caller(services, str(region.base_url), NURSE_A) as municipality:

        def list_keys(moment: str) -> list[str]:
            items = municipality.get("/api/worklist", params={"on": moment}).json()
            return [item["key"] for item in items if item.get("case") == case]

        (item,) = [item for item in municipality.get("/api/worklist").json() if item.get("case") == case]
        assert list_keys("2020-01-01T00:00:00Z") == []
        assert list_keys(item["since"]) == [item["key"]]


def test_a_field_that_is_named_with_a_personal_number_is_not_repeated(region: Caller) -> None:
    refused = assert_refused(region.post("/api/cases", json={"194205159801": 1, "p194205159801": 2}), 422, "INVALID")

    assert "19420515" not in str(refused)


def test_the_list_of_cases_goes_on_before_the_last_of_a_page(
    services: Services, region: Caller, elsewhere: Caller
) -> None:
    first = open_case(region, services)
    second = open_case(region, services, need="More", interventions=[])
    rows = region.get("/api/cases").json()

    assert [row["case"] for row in rows] == [second, first]
    assert region.get("/api/cases", params={"before": second}).json() == rows[1:]
    assert region.get("/api/cases", params={"before": first}).json() == []
    assert_refused(elsewhere.get("/api/cases", params={"before": second}), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/api/worklist", "/fhir/ServiceRequest"])
@pytest.mark.parametrize("name", SINGLE)
def test_a_header_that_decides_alone_is_refused_if_it_stands_twice(region: Caller, path: str, name: str) -> None:
    """Also twice with the same value: whoever sends it so does not mean what is read."""
    own = [(header, value) for header, value in region.headers.items() if header != name.lower()]
    value = region.headers.get(name, 'W/"1"')
    answer = httpx.get(region.base_url.join(path), headers=[*own, (name, value), (name, value)])

    assert answer.status_code == 400, answer.text
    assert f"The header {name} stands more than once" in answer.text
    assert "send it once" in answer.text


@pytest.mark.parametrize("number", ["194205159801", "420515-9801"])
def test_a_personal_number_in_the_place_of_a_code_is_not_repeated(
    services: Services, region: Caller, number: str
) -> None:
    case = open_case(region, services)
    coded = service_request(patient_id(services), category=[concept(systems.TRACK, number)])
    answers = [
        region.act(case, "initiate-plan", kind=number),
        region.act(case, "record-statement", kind=number, fields={}),
        region.post("/fhir/ServiceRequest", json=coded),
    ]
    for answer in answers:
        assert answer.status_code in (400, 422), answer.text
        assert number not in answer.text
    assert any(HIDDEN in answer.text for answer in answers)
