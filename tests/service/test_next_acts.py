"""A caller who reads a case is told where it stands, each act that is open now, and those that lack something."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from domain.agreements.model import ActName
from domain.case.acts import DECISIONS
from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, TLS, Caller, patient_id
from tests.service.calls import REQUEST, assert_ok, assert_refused, open_case, send_request
from tests.web.cases import TOOK_PART, at, disagree, enrol, establish_plan
from tests.web.conftest import Browser

THERAPIST = "SE2120000001-AT1"
"""An occupational therapist of the municipality."""


def read_next(caller: Caller, case: str) -> dict[str, dict[str, Any]]:
    """Read the acts that come next for a caller, by their names."""
    return {each["act"]: each for each in assert_ok(caller.get(f"/api/cases/{case}"))["next"]}


def test_a_case_says_where_it_stands_as_the_answer_to_an_act_does(services: Services, region: Caller) -> None:
    case = open_case(region, services)
    sent = assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A))
    read = region.get(f"/api/cases/{case}")

    assert {name: assert_ok(read)[name] for name in ("case", "version", "referral", "enrolment", "plans")} == {
        name: sent[name] for name in ("case", "version", "referral", "enrolment", "plans")
    }
    assert read.headers["ETag"] == f'W/"{sent["version"]}"'
    assert read.json()["municipality"] == MUNICIPALITY_A


def test_each_party_is_told_its_own_next_acts(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    asked, receiving = read_next(region, case), read_next(municipality, case)

    assert "acknowledge-referral" in receiving
    assert "acknowledge-referral" not in asked
    assert "withdraw-referral" in asked
    assert not asked.keys() & {"send-referral", "discharge", "raise-need"}


def test_an_act_that_lacks_something_on_record_says_what_and_which_act_gives_it(
    services: Services, region: Caller
) -> None:
    case = open_case(region, services, goal=None)
    lacks = read_next(region, case)["send-referral"]["lacks"]
    refused = assert_refused(region.act(case, "send-referral", receiver=MUNICIPALITY_A), 422, lacks["code"])

    assert lacks["where"] == refused["where"] == ["goal"]
    assert (lacks["rule"], lacks["remedy"]) == (refused["rule"], refused["remedy"])
    assert_ok(region.act(case, "supplement-referral", request=REQUEST))
    assert read_next(region, case)["send-referral"]["lacks"] is None


def read_lacks(caller: Caller, case: str) -> dict[str, str]:
    """Read the codes of what the next acts of a caller lack, by the acts' names."""
    return {name: each["lacks"]["code"] for name, each in read_next(caller, case).items() if each["lacks"] is not None}


def test_a_level_comes_next_in_the_assessment_and_lacks_what_each_party_must_record(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    assert "establish-level" not in read_next(municipality, case)
    assert "close-referral" not in read_next(municipality, case)
    assert_ok(municipality.act(case, "acknowledge-referral"))
    assert_ok(municipality.act(case, "contact-principal"))
    assert_ok(municipality.act(case, "start-assessment", participants=[NURSE_A, DISTRICT_NURSE]))

    assert read_lacks(municipality, case)["establish-level"] == "JOINT_ASSESSMENT_MISSING"
    assert_as_refused(municipality, case, "establish-level")
    assert read_next(municipality, case)["establish-level"]["lacks"]["acts"] == ["record-assessment"]


def assert_as_refused(caller: Caller, case: str, act: str) -> None:
    """Assert that what a next act lacks is said as its refusal says it."""
    lacks = read_next(caller, case)[act]["lacks"]
    refused = caller.act(case, act).json()
    assert {name: refused[name] for name in ("title", "code", "rule", "where", "remedy", "acts")} == lacks


def test_an_enrolment_comes_next_with_what_it_lacks_until_it_starts(services: Services, address: str) -> None:
    with establish_plan(services, address) as case:
        nurse, about = case.municipality, case.id
        assert read_lacks(nurse, about)["start-enrolment"] == "OTHER_PARTY_MISSING"
        assert_as_refused(nurse, about, "start-enrolment")
        assert "start-enrolment" not in read_next(case.region, about)
        case.both("2025-04-11 08:00", "commit-to-enrolment")
        assert read_lacks(nurse, about)["start-enrolment"] == "NOT_READY"
        assert_as_refused(nurse, about, "start-enrolment")
        assert "delegate-task" not in read_next(nurse, about)

        enrol(case, committed=True)

        assert "start-enrolment" not in read_next(nurse, about)
        assert read_next(nurse, about)["delegate-task"]["lacks"] is None


@pytest.mark.rule("ORE-3.1.7-2")
def test_a_discharge_lacks_what_the_individual_is_to_be_told_until_somebody_has_told_it(
    services: Services, address: str
) -> None:
    over: dict[str, Any] = {"reason": "Såret är läkt", "participation": TOOK_PART}
    with establish_plan(services, address) as case:
        nurse, about = case.municipality, case.id
        enrol(case)
        case.act(case.region, "2025-06-16 14:00", "declare-discharge", **over)

        assert read_lacks(nurse, about)["complete-discharge"] == "INFORMATION_DUTY_OPEN"
        assert_as_refused(nurse, about, "complete-discharge")
        lacks = read_next(nurse, about)["complete-discharge"]["lacks"]
        assert (lacks["where"], lacks["acts"]) == (["where_to_turn"], ["inform-individual"])

        case.act(nurse, "2025-06-17 09:00", "contest-discharge", reason="Det vätskar")
        told = case.act(case.region, "2025-06-18 14:00", "declare-discharge", **over, where_to_turn="Vårdcentralen")

        assert [event["topic"] for event in told["events"]] == [
            "enrolment.discharge-declared.v1",
            "enrolment.individual-informed.v1",
        ]
        assert read_next(nurse, about)["complete-discharge"]["lacks"] is None
        patient = assert_ok(nurse.get(f"/api/cases/{about}"))["patient"]
        for reader in (case.region, nurse):
            tasks = assert_ok(reader.get(f"/fhir/Task?patient={patient}"))["entry"]
            assert "Vårdcentralen" in str([each["resource"].get("output") for each in tasks])
        case.act(nurse, "2025-06-19 09:00", "complete-discharge")


def test_a_departure_does_not_come_next_where_the_text_has_no_ground_for_one(services: Services, address: str) -> None:
    with disagree(services, address) as case:
        assert "grant-departure" not in {*read_next(case.region, case.id), *read_next(case.municipality, case.id)}


def test_the_body_of_each_next_act_is_described_where_it_says(services: Services, region: Caller) -> None:
    schemas = assert_ok(region.get("/api/openapi.json"))["components"]["schemas"]
    for name, act in read_next(region, send_request(region, services)).items():
        _, _, pointer = act["body"].partition("#/components/schemas/")
        required = schemas[pointer].get("required", [])
        assert act["required"][: len(required)] == required, name
        assert act["required"] == required or name == "record-assessment"
        assert set(act["required"]) <= schemas[pointer]["properties"].keys()
        assert act["path"].endswith(f"/{name}")


def test_what_the_agreement_asks_for_in_an_assessment_is_required_too(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case = send_request(region, services)
    assert_ok(municipality.act(case, "acknowledge-referral"))
    assert_ok(municipality.act(case, "contact-principal", note="Vi ringer"))
    assert_ok(municipality.act(case, "start-assessment", participants=[NURSE_A, DISTRICT_NURSE]))
    required = read_next(municipality, case)["record-assessment"]["required"]
    little: dict[str, Any] = {
        "level": "primary",
        "interventions": [],
        "participation": {"took_part": True, "note": "Var med"},
    }
    refused = assert_refused(municipality.act(case, "record-assessment", **little), 422, "ASSESSMENT_CONTENT_MISSING")

    assert refused["where"]
    assert set(refused["where"]) < set(required)


def test_what_waits_in_the_case_stands_beside_with_the_acts_that_meet_it(
    services: Services, region: Caller, municipality: Caller
) -> None:
    case, other = send_request(region, services), open_case(region, services, need="More", interventions=[])
    waiting = assert_ok(municipality.get(f"/api/cases/{case}"))["waiting"]

    assert waiting == [
        {name: value for name, value in item.items() if name != "case"}
        for item in municipality.get("/api/worklist").json()
        if item.get("case") == case
    ]
    assert "acknowledge-referral" in {act for item in waiting for act in item["acts"]}
    assert {item["key"] for item in assert_ok(region.get(f"/api/cases/{other}"))["waiting"]} == {
        item["key"] for item in region.get("/api/worklist").json() if item.get("case") == other
    }


def test_an_act_that_is_not_next_is_refused(services: Services, region: Caller, municipality: Caller) -> None:
    case = send_request(region, services)
    for caller in (region, municipality):
        for name in DECISIONS.keys() - {ActName.RAISE_NEED} - read_next(caller, case).keys():
            assert caller.act(case, name).is_client_error, name


def test_a_stranger_is_told_nothing(services: Services, address: str, region: Caller, elsewhere: Caller) -> None:
    case = send_request(region, services)

    assert_refused(elsewhere.get(f"/api/cases/{case}"), 404, "NOT_FOUND")
    assert httpx.get(f"{address}/api/cases/{case}").status_code == 401


def test_a_case_is_read_also_when_no_version_is_in_force_any_more(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000021-SSK1") as nurse:
        need = {"need": "Läkemedel", "interventions": [{"key": "doses", "text": "Dosett"}]}
        patient = patient_id(services, county="gavleborg")
        then = {CLOCK: "2018-06-04T09:00:00+02:00"}
        case = assert_ok(nurse.post("/api/cases", json={"patient_id": patient, "request": need}, headers=then))["case"]

        found = read_next(nurse, case)
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, "SE2120000021-SSK1").page(f"/cases/{case}")

    assert "Läkemedel" in page.text
    assert "agree-exception" not in found


@pytest.mark.rule("E14")
def test_a_case_says_since_when_the_care_at_home_rests(services: Services, address: str) -> None:
    with establish_plan(services, address) as case:
        enrol(case)
        at_home = assert_ok(case.region.get(f"/api/cases/{case.id}"))
        case.act(case.municipality, "2025-05-05 09:00", "record-admission")
        away = assert_ok(case.region.get(f"/api/cases/{case.id}"))

    assert at_home["resting_since"] is None
    assert datetime.fromisoformat(away["resting_since"]) == datetime.fromisoformat(at("2025-05-05 09:00"))


def test_a_case_says_who_is_responsible_for_self_care_and_who_performs_it(services: Services, address: str) -> None:
    training = {"key": "grip", "text": "Träna grepp", "profession": "occupational-therapist", "kind": "rehabilitative"}
    need = {"need": "Klarar inte påklädning", "channel": "telephone", "interventions": [training]}
    with Caller(services, address, THERAPIST) as therapist:
        raised = therapist.post("/api/cases", json={"patient_id": patient_id(services), "request": need})
        case = str(assert_ok(raised)["case"])
        assert_ok(therapist.act(case, "start-rehab-assessment", participants=[THERAPIST]))
        judged: dict[str, Any] = {
            "intervention": "grip",
            "is_self_care": True,
            "reason": "Hon gör det själv efter instruktion",
        }
        assert_ok(therapist.act(case, "assess-self-care", **judged))
        assert_ok(therapist.act(case, "hand-over-self-care", intervention="grip", performer="relative"))
        handed_over = assert_ok(therapist.get(f"/api/cases/{case}"))
        no_longer = {"is_self_care": False, "reason": "Hon orkar inte"}
        assert_ok(therapist.act(case, "assess-self-care", **judged | no_longer))
        health_care = assert_ok(therapist.get(f"/api/cases/{case}"))

    told = {"intervention": "grip", "responsible": "individual", "performer": "relative"}
    assert (handed_over["self_care"], health_care["self_care"]) == ([told], [])
