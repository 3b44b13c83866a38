"""Acts through the JSON face, on a real server and a real database."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg
import pytest

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from domain.case.events.referral import CareRequest
from domain.ledgers import KINDS
from service.acts.attempts import ActRequest, VersionMismatch
from service.acts.cases import CaseChange
from service.api.summaries import SUMMARIES
from service.bootstrap import Services
from service.directory import find_actor
from service.record.rebuild import rebuild
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, NURSE_B, TORA, Caller, patient_id
from tests.service.calls import REQUEST, WOUND, assert_rebuild_identical, assert_refused, open_case, send_request


def test_a_request_without_a_token_is_refused(address: str) -> None:
    for path in ("/api/worklist", f"/api/cases/{uuid4()}/replay", "/api/cases"):
        answer = httpx.get(address + path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json()["code"] == "TOKEN_REQUIRED"


def test_openapi_describes_every_act_with_the_rules_of_the_callers_own_county(
    services: Services, address: str, region: Caller
) -> None:
    own = region.get("/api/openapi.json")
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        other = nurse.get("/api/openapi.json")
    acknowledge, accept = (f"/cases/{{case_id}}/{name}" for name in ("acknowledge-referral", "start-enrolment"))
    said = [
        [described.json()["paths"][path]["post"]["description"] for path in (acknowledge, accept)]
        for described in (own, other)
    ]

    assert said[0][0].endswith("By 1085641 R1: ORE-3.1.2-6.")
    assert said[1][0].endswith("(kvittera).")
    assert said[1][1].endswith("By vml-overtagande 1: VML-5-3, VML-3-2.")
    assert find_counties(own) == {"ORE"}
    assert find_counties(other) == {"VML"}
    assert len([path for path in own.json()["paths"] if path.startswith("/cases/{case_id}/")]) > 40


def find_counties(description: httpx.Response) -> set[str]:
    """Return the documents whose rules a description names, but for its examples."""
    described = description.json()
    for ways in described["paths"].values():
        for content in ways.get("post", {}).get("requestBody", {}).get("content", {}).values():
            content.pop("example", None)
    return set(re.findall(r"\b(ORE|VML|GAV)-", str(described)))


def test_the_description_needs_no_token_and_then_tells_of_no_county(address: str) -> None:
    described, page = httpx.get(f"{address}/api/openapi.json"), httpx.get(f"{address}/api/")

    assert (described.status_code, page.status_code) == (200, 200)
    assert find_counties(described) == set()
    assert re.findall(r"\b(ORE|VML|GAV)-", re.sub(r"<pre>.*?</pre>", "", page.text, flags=re.DOTALL)) == []
    for said in described.json()["paths"].values():
        assert all(operation["summary"] in unescape(page.text) for operation in said.values())
    assert "where_to_turn" in page.text
    assert httpx.get(f"{address}/api/", headers={"Authorization": "Bearer nobody's"}).status_code == 401
    assert httpx.get(f"{address}/api/rules/SYS-1").status_code == 401
    for path in ("/api/", "/api/openapi.json"):
        assert httpx.get(f"{address}{path}?x=1").json()["code"] == "PARAMETER_UNKNOWN"


@pytest.mark.parametrize(
    ("act", "status", "code"),
    [
        ("acknowledge-referral", "403", "ACTOR_NOT_RECEIVER"),
        ("send-referral", "422", "RECEIVING_UNIT_MISSING"),
        ("accept-referral", "409", "POSITIONS_DIFFER"),
        ("start-enrolment", "409", "PLAN_REQUIRED"),
    ],
)
def test_openapi_names_the_codes_by_which_an_act_is_refused(region: Caller, act: str, status: str, code: str) -> None:
    described = region.get("/api/openapi.json").json()["paths"][f"/cases/{{case_id}}/{act}"]["post"]

    assert (int(status), code) in {(each["status"], each["code"]) for each in described["x-refusals"]}


def test_openapi_names_what_every_act_can_be_refused_for_once(region: Caller) -> None:
    described = region.get("/api/openapi.json").json()
    every = {each["code"] for each in described["info"]["x-refusals"]}
    own = [ways["post"].get("x-refusals", []) for ways in described["paths"].values() if "post" in ways]

    assert every >= {"ACTOR_NOT_ALLOWED", "CONTENT_INVALID"}
    assert not any(each["code"] in every for refusals in own for each in refusals)
    receipt = described["paths"]["/cases/{case_id}/acknowledge-referral"]["post"]["x-refusals"]
    assert "UNKNOWN_REFERENCE" not in {each["code"] for each in receipt}


def test_openapi_cites_only_ids_that_the_rules_answer(region: Caller) -> None:
    described = region.get("/api/openapi.json")
    assert "GET /api/rules/{rule}" in described.json()["info"]["description"]
    assert re.findall(r"[(;,] ?(?:catalogue |derived )?[A-Z][0-9]+[a-z]?[);,]", described.text) == []


def test_every_act_has_its_own_summary_and_path(region: Caller) -> None:
    paths = region.get("/api/openapi.json").json()["paths"]
    acts = {
        path: ways["post"]
        for path, ways in paths.items()
        if "post" in ways and not path.startswith(("/persons", "/demonstration"))
    }

    assert len(acts) == len(ActName)
    assert sorted(act["summary"] for act in acts.values()) == sorted(SUMMARIES.values())


def test_every_act_has_a_summary_of_its_own() -> None:
    assert set(SUMMARIES) == set(ActName)
    assert len(set(SUMMARIES.values())) == len(ActName)


def test_every_act_has_one_decision() -> None:
    on_ledgers = [name for kind in KINDS for name in kind.decisions]
    assert sorted([*DECISIONS, *on_ledgers]) == sorted(ActName)


def test_a_token_signed_with_another_key_is_refused(services: Services, address: str, region: Caller) -> None:
    claims = jwt.decode(region.headers["Authorization"].split()[1], options={"verify_signature": False})
    token = jwt.encode(claims, "x" * 48, algorithm="HS256")
    answer = httpx.get(f"{address}/api/worklist", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_token_that_differs_from_the_directory_is_refused(services: Services, address: str) -> None:
    now = datetime.now(UTC)
    claims = {
        "sub": NURSE_A,
        "unit": "SE2120000001-HSVEKEBY",
        "provider": "SE2120000001-VGKOMMUNA",
        "principal": "SE2321000000-REGION",
        "role": "nurse",
        "county": "orebro",
        "iss": "kvittens",
        "aud": "kvittens",
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    token = jwt.encode(claims, services.token_key, algorithm="HS256")
    answer = httpx.get(f"{address}/api/worklist", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@pytest.mark.rule("SKR-7-3")
@pytest.mark.parametrize("claim", ["county", "sub", "unit", "role"])
@pytest.mark.parametrize("value", [["x"], 5, None, {}])
def test_a_token_whose_claims_are_not_texts_is_refused(
    module_services: Services, module_address: str, claim: str, value: Any
) -> None:
    with Caller(module_services, module_address, NURSE_A) as caller:
        claims = jwt.decode(caller.headers["Authorization"].split()[1], options={"verify_signature": False})
    token = jwt.encode(claims | {claim: value}, module_services.token_key, algorithm="HS256")
    answer = httpx.get(f"{module_address}/api/worklist", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_an_expired_token_is_refused(services: Services, address: str, region: Caller) -> None:
    claims = jwt.decode(region.headers["Authorization"].split()[1], options={"verify_signature": False})
    claims["exp"] = datetime.now(UTC) - timedelta(seconds=1)
    token = jwt.encode(claims, services.token_key, algorithm="HS256")
    answer = httpx.get(f"{address}/api/worklist", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "expired" in answer.json()["title"]


def test_an_act_repeated_with_its_key_gets_the_first_answer_and_records_nothing(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    path, key = f"/api/cases/{case}/acknowledge-referral", {"Idempotency-Key": str(uuid4())}
    first = municipality.post(path, json={}, headers=key)
    again = municipality.post(path, json={}, headers=key)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert len(services.store.load_case(first.json()["case"])) == first.json()["version"]


def test_all_repeats_with_one_key_at_once_get_the_first_answer(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    path, key = f"/api/cases/{case}/acknowledge-referral", {"Idempotency-Key": str(uuid4())}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: municipality.post(path, json={}, headers=key), range(24)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    with services.pool.connection() as connection:
        assert connection.execute("SELECT count(*) FROM refusal").fetchone() == (0,)


def test_an_act_on_an_old_version_is_refused(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    path = f"/api/cases/{case}/acknowledge-referral"
    late = municipality.post(path, json={}, headers={"If-Match": 'W/"1"'})
    assert (late.status_code, late.json()["code"]) == (412, "VERSION_MISMATCH")
    assert municipality.post(path, json={}, headers={"If-Match": "banana"}).status_code == 400
    on_time = municipality.post(path, json={}, headers={"If-Match": 'W/"2"'})
    assert (on_time.status_code, on_time.headers["ETag"]) == (200, 'W/"3"')


def test_an_act_on_a_resource_that_has_changed_since_is_refused_with_the_decision(
    services: Services, region: Caller
) -> None:
    case = UUID(send_request(region, services))
    key = ("ServiceRequest", str(services.store.load_case(case)[0].originator_id))
    supplement = Command(ActName.SUPPLEMENT_REFERRAL, {"request": CareRequest(need="Leg ulcer care, and a drip")})
    change = CaseChange(commands=[supplement], on=case, if_match=(key, 1), answer=lambda _: b"")
    before = services.store.load_case(case)
    with pytest.raises(VersionMismatch):
        services.case_acts.perform(ActRequest(actor=_actor(services), content=b""), lambda: change)
    assert services.store.load_case(case) == before


def test_a_need_of_a_person_that_the_register_does_not_have_is_refused(region: Caller) -> None:
    answer = region.post("/api/cases", json={"patient_id": str(uuid4()), "request": {}})
    assert (answer.status_code, answer.json()["code"]) == (422, "UNKNOWN_REFERENCE")


def test_a_misspelt_parameter_is_refused(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    answer = region.get(f"/api/cases/{case}/responsibility?At=2025-03-26T12:00:00Z")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAMETER_UNKNOWN")
    assert "at" in answer.json()["remedy"]


@pytest.mark.rule("SYS-6")
def test_a_replay_at_a_future_moment_is_refused(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    answer = region.get(f"/api/cases/{case}/replay?at=2099-01-01T00:00:00Z&mode=as-known-at")
    assert (answer.status_code, answer.json()["code"]) == (422, "MOMENT_IN_FUTURE")


def test_both_modes_give_the_same_answer_if_nothing_was_recorded_late(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    then, now = (
        region.get(f"/api/cases/{case}/responsibility", params={"mode": mode}).json()["responsible"]
        for mode in ("as-known-at", "as-known-now")
    )
    assert then == now
    assert [row["performer"] for row in now] == ["SE2321000000-REGION"]


def test_the_municipality_never_sees_a_withdrawn_draft(
    services: Services, region: Caller, municipality: Caller
) -> None:
    answer = region.post(
        "/api/cases",
        json={"patient_id": patient_id(services), "request": REQUEST, "municipality": MUNICIPALITY_A},
    )
    case = answer.json()["case"]
    assert region.act(case, "withdraw-referral", reason="by-sender").status_code == 200
    assert municipality.get(f"/api/cases/{case}/replay").status_code == 404


def test_a_key_used_for_another_request_is_refused(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    key = {"Idempotency-Key": "once"}
    municipality.post(f"/api/cases/{case}/acknowledge-referral", json={}, headers=key)
    answer = municipality.post(f"/api/cases/{case}/contact-principal", json={}, headers=key)
    assert answer.status_code == 422
    assert answer.json()["code"] == "IDEMPOTENCY_KEY_REUSED"


def test_one_of_many_acknowledgements_at_once_succeeds_and_the_others_learn_the_state(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: municipality.act(case, "acknowledge-referral"), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"WRONG_STATE"}
    assert_rebuild_identical(services)


def test_both_parties_can_act_at_the_same_time(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    municipality.act(case, "acknowledge-referral")
    municipality.act(case, "contact-principal")
    municipality.act(case, "start-assessment", participants=[NURSE_A, DISTRICT_NURSE])
    assessment = {
        "level": "primary",
        "interventions": [WOUND | {"party": "municipality"}],
        "participation": {"took_part": True, "note": "Took part at home"},
        **dict.fromkeys(("direction", "content", "responsibility", "goals", "considerations"), "As said"),
    }
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda caller: caller.act(case, "record-assessment", **assessment), (region, municipality))
        )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert_rebuild_identical(services)


@pytest.mark.rule("SYS-3")
def test_a_refused_act_changes_nothing_and_is_recorded_without_its_content(
    services: Services, region: Caller, address: str
) -> None:
    case = send_request(region, services)
    before = services.store.load_case(UUID(case))
    answer = region.act(case, "acknowledge-referral")
    assert answer.status_code == 403
    assert answer.json()["code"] == "ACTOR_NOT_RECEIVER"
    assert answer.json()["rule"] == "ORE-3.1.2-6"
    assert answer.json()["remedy"]
    assert services.store.load_case(before[0].case_id) == before
    with services.pool.connection() as connection:
        rows = connection.execute("SELECT act, code, person, principal FROM refusal").fetchall()
    assert rows == [("acknowledge-referral", "ACTOR_NOT_RECEIVER", DISTRICT_NURSE, "SE2321000000-REGION")]


def test_the_acting_side_alone_reads_its_refused_acts(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    case = send_request(region, services)
    for act in ("acknowledge-referral", "establish-level"):
        assert region.act(case, act).is_client_error
    assert elsewhere.act(case, "acknowledge-referral").status_code == 404
    assert municipality.act(case, "send-referral", receiver=MUNICIPALITY_A).status_code == 403

    newest, oldest = region.get("/api/refusals").json()
    assert (newest["acts"], oldest["acts"]) == (["establish-level"], ["acknowledge-referral"])
    assert {name: oldest[name] for name in ("on", "code", "rule", "person", "role")} == {
        "on": case,
        "code": "ACTOR_NOT_RECEIVER",
        "rule": "ORE-3.1.2-6",
        "person": DISTRICT_NURSE,
        "role": "nurse",
    }
    assert region.get(f"/api/refusals?case={case}&before={newest['id']}").json() == [oldest]
    assert region.get(f"/api/refusals?case={uuid4()}").json() == []
    assert [row["person"] for row in municipality.get(f"/api/refusals?case={case}").json()] == [NURSE_A]
    for stranger, place in ((municipality, newest["id"]), (region, newest["id"] + 1_000_000)):
        assert_refused(stranger.get("/api/refusals", params={"before": place}), 404, "NOT_FOUND")
    assert elsewhere.get("/api/refusals").json() == elsewhere.get(f"/api/refusals?case={case}").json() == []


@pytest.mark.rule("INF-4-2")
def test_each_party_sees_the_others_change_with_author_and_times(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    for author, reader, person in ((region, municipality, DISTRICT_NURSE), (municipality, region, NURSE_A)):
        answer = author.act(case, "record-circumstance", circumstance="psychiatric-outpatient")
        assert answer.status_code == 200, answer.text
        entry = reader.get(f"/api/cases/{case}/timeline").json()[-1]
        assert (entry["topic"], entry["actor"]["person"]) == ("case.circumstance-recorded.v1", person)
        assert entry["occurred_at"] <= entry["recorded_at"]
        assert entry["content"]["circumstance"] == "psychiatric-outpatient"


def test_another_municipality_does_not_see_the_case(services: Services, region: Caller, elsewhere: Caller) -> None:
    case = send_request(region, services)
    assert elsewhere.get(f"/api/cases/{case}/replay").status_code == 404
    assert elsewhere.get(f"/api/cases/{case}/timeline").status_code == 404
    assert elsewhere.get("/api/cases").json() == []
    assert not [item for item in elsewhere.get("/api/worklist").json() if "case" in item]
    answer = elsewhere.act(case, "acknowledge-referral")
    unknown = elsewhere.act(str(uuid4()), "acknowledge-referral")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    with services.pool.connection() as connection:
        assert connection.execute("SELECT code, person FROM refusal").fetchall() == [("NOT_PARTY", NURSE_B)]


def test_the_municipality_does_not_see_a_draft_before_it_is_sent(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = open_case(region, services)
    assert municipality.get(f"/api/cases/{case}/replay").status_code == 404
    region.act(case, "send-referral", receiver=MUNICIPALITY_A)
    assert municipality.get(f"/api/cases/{case}/replay").status_code == 200


@pytest.mark.rule("SYS-1")
def test_an_act_in_the_future_is_refused(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = municipality.act(case, "acknowledge-referral", occurred_at=tomorrow)
    assert (answer.status_code, answer.json()["code"]) == (422, "OCCURRED_IN_FUTURE")


def test_a_refusal_of_a_wrong_body_names_the_places_and_never_repeats_the_body(
    services: Services, region: Caller
) -> None:
    secret = "Hemlig Hemlighetsson"
    answer = region.post("/api/cases", json={"patient_id": secret, "request": {"ned": secret}})
    assert answer.status_code == 422
    assert {"body.patient_id", "body.request.ned"} <= set(answer.json()["where"])
    assert secret not in answer.text


@pytest.mark.parametrize("separator", ["", "-", " "])
def test_a_personal_number_in_free_text_is_refused(services: Services, region: Caller, separator: str) -> None:
    request = REQUEST | {"need": f"Care for {TORA[:8]}{separator}{TORA[8:]}"}
    answer = region.post("/api/cases", json={"patient_id": patient_id(services), "request": request})
    assert answer.status_code == 422
    assert "body.request.need" in answer.json()["where"]
    assert TORA not in answer.text


def test_a_day_outside_the_calendar_is_refused(services: Services, region: Caller, municipality: Caller) -> None:
    body = {"patient_id": patient_id(services), "request": REQUEST}
    case = region.post("/api/cases", json=body).json()["case"]
    assert region.act(case, "send-referral", receiver=MUNICIPALITY_A).status_code == 200
    for day in ("0001-01-01", "9999-12-31"):
        hours = {"day": day, "kind": "care", "treatment_level": "primary", "performed": "1"}
        answer = municipality.act(case, "record-hours", **hours)
        assert (answer.status_code, answer.json()["where"]) == (422, ["body.day"])


UNFIT = {
    "a NUL in a text": {"need": "a\u0000b"},
    "a NUL in an identifier": {"identifiers": [{"system": "urn:x", "value": "a\u0000"}]},
    "an identifier without end": {"identifiers": [{"system": "urn:x", "value": "x" * 2800}]},
    "two interventions with one key": {"interventions": [WOUND, WOUND | {"text": "Give insulin"}]},
    "more interventions than anyone has": {"interventions": [WOUND | {"key": f"a{n}"} for n in range(101)]},
}


@pytest.mark.parametrize("request_", UNFIT.values(), ids=UNFIT)
def test_the_refusal_of_an_unfit_request_names_the_place(
    services: Services, region: Caller, request_: dict[str, Any]
) -> None:
    answer = region.post("/api/cases", json={"patient_id": patient_id(services), "request": REQUEST | request_})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID")
    assert answer.json()["where"][0].startswith("body.request.")


def test_the_faults_of_a_body_are_listed_in_plain_words(region: Caller) -> None:
    answer = region.post("/api/cases", json={"occurred_at": "2025-04-01T09:00:00", "request": REQUEST, "person": "x"})

    assert answer.json()["title"].split("; ") == [
        "body.occurred_at: give a time with offset, such as 2025-03-26T12:00:00+01:00",
        "body.patient_id: is missing",
        "body.person: is not a field here",
    ]


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999Z", "1e308", "2025-02-30T00:00Z"]
)
def test_a_time_outside_the_calendar_is_refused(services: Services, region: Caller, at: str) -> None:
    case = send_request(region, services)
    assert region.act(case, "supplement-referral", request=REQUEST, occurred_at=at).status_code == 422
    assert region.act(case, "supplement-referral", request=REQUEST, at=at).status_code == 400
    assert region.get("/api/worklist", params={"on": at}).status_code == 422
    assert region.get(f"/api/cases/{case}/replay", params={"at": at}).status_code == 422


def test_a_refusal_never_repeats_a_field_name_that_the_caller_made_up(services: Services, region: Caller) -> None:
    answer = region.post("/api/cases", json={"patient_id": patient_id(services), f"Tora {TORA}": 1, "request": REQUEST})
    assert answer.status_code == 422
    assert TORA not in answer.text


def test_no_cache_may_keep_an_answer(region: Caller) -> None:
    answer = region.get("/api/worklist")
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_every_request_without_a_token_gets_401(address: str) -> None:
    requests = [("GET", "/api/nope"), ("PUT", "/api/worklist"), ("POST", "/api/cases"), ("GET", "/api/cases/x/replay")]
    answers = [httpx.request(method, address + path, content=b"{bad") for method, path in requests]
    assert [answer.status_code for answer in answers] == [401] * len(requests)


def test_a_body_of_fifty_megabytes_is_refused(region: Caller) -> None:
    answer = region.post("/api/cases", content=b"x" * 50_000_000, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_a_body_in_pieces_is_stopped_as_well(region: Caller) -> None:
    def read_pieces() -> Any:
        for _ in range(50):
            yield b"x" * 100_000

    answer = region.post("/api/cases", content=read_pieces(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.rule("SYS-6")
def test_a_replay_as_known_at_returns_the_versions_of_that_moment(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    moment = services.store.load_case(UUID(case))[-1].recorded_at
    assert moment is not None
    municipality.act(case, "acknowledge-referral")
    then = region.get(f"/api/cases/{case}/replay", params={"at": moment.isoformat(), "mode": "as-known-at"}).json()
    now = region.get(f"/api/cases/{case}/replay").json()
    assert then["case"]["referral"]["status"] == "sent"
    assert now["case"]["referral"]["status"] == "acknowledged"
    for resource in then["resources"]:
        version = services.queries.version(
            _actor(services), resource["resourceType"], resource["id"], int(resource["meta"]["versionId"])
        )
        assert version is not None
        assert version.recorded_at <= moment


def test_an_offset_whose_plus_became_a_space_is_read_as_a_plus(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    answer = region.get(f"/api/cases/{case}/responsibility?at=2025-03-26T12:00:00+01:00")
    assert answer.status_code == 200, answer.text
    assert answer.json()["moment"] == "2025-03-26T11:00:00+00:00"


def _actor(services: Services) -> Any:
    return find_actor(services.directories, DISTRICT_NURSE)


def test_a_rebuild_finds_and_mends_a_row_that_somebody_has_changed(services: Services, region: Caller) -> None:
    send_request(region, services)
    assert_rebuild_identical(services)
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute("UPDATE responsibility SET performer = %s", (MUNICIPALITY_A,))
        owner.execute("UPDATE case_head SET version = version + 1")
        owner.execute(
            "INSERT INTO worklist (case_id, county, principal, key, priority, since, body)"
            " VALUES (%s, '', '', '', false, now(), '')",
            (uuid4(),),
        )
    comparison = rebuild(services, replace=True, progress=lambda _: None)
    assert comparison.differences == {"responsibility": 4, "case_head": 2, "worklist": 1}
    assert_rebuild_identical(services)


def test_the_clock_cannot_be_set_on_a_real_record(services: Services, region: Caller) -> None:
    real = services.settings.model_copy(update={"demonstration": False})
    object.__setattr__(services, "settings", real)
    answer = region.act(str(uuid4()), "acknowledge-referral", at="2025-04-01T09:00:00+02:00")
    assert (answer.status_code, answer.json()["code"]) == (400, "HEADER_INVALID")


@pytest.mark.rule("ORE-2.1-6")
def test_a_person_with_composite_needs_comes_first_on_the_worklist(
    services: Services, region: Caller, municipality: Caller
) -> None:
    send_request(region, services)
    prioritised = send_request(region, services, composite_needs=True, interventions=[WOUND | {"key": "arm-ulcer"}])
    send_request(region, services, interventions=[WOUND | {"key": "bedsore"}])

    first, *others = [item for item in municipality.get("/api/worklist").json() if "case" in item]
    assert (first["case"], first["priority"]) == (prioritised, True)
    assert [item["priority"] for item in others] == [False, False]
    assert [item["since"] for item in others] == sorted(item["since"] for item in others)


def test_a_request_waits_for_its_receiving_unit_at_once_and_for_no_other(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)

    def worklist_of(caller: Caller, unit: str) -> list[str]:
        items = caller.get("/api/worklist", params={"unit": unit}).json()
        return [item["key"] for item in items if item.get("case") == case]

    own, other = "SE2120000001-HSVEKEBY", "SE2120000001-ANNAN"
    assert (worklist_of(municipality, own), worklist_of(municipality, other)) == (["acknowledge"], [])
    assert [item["key"] for item in municipality.get("/api/worklist").json() if item.get("case") == case] == [
        "acknowledge"
    ]
    assert municipality.act(case, "acknowledge-referral").is_success
    assert worklist_of(municipality, own) == ["contact"]
    assert worklist_of(municipality, other) == []
