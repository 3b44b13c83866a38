"""A county that nobody has thought of, which is a file in the tests alone: from its publishing to a discharge."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from domain.person import NumberSystem, Person
from service.bootstrap import Services, claim_purpose, open_services
from service.database.dsns import Dsns
from service.record.rebuild import rebuild
from service.settings import Settings
from tests.live import Caller, serve

COUNTIES = Path(__file__).parents[1] / "counties"
VERSION = "/api/agreements/skargarden-vard/2"
OUTER = "SE2129999991-KOMMUN"
BOAT_NURSE, ISLAND_NURSE, OTHER_NURSE = "SE2329999990-SSK", "SE2129999991-SSK", "SE2129999992-SSK"
Json = dict[str, Any]
CARE = {"key": "wound-care", "text": "Dressing of a fisherman's hand", "profession": "nurse"}
CROSSING = {"key": "crossing", "text": "By boat to the clinic", "profession": "nurse", "category": "sea-transport"}
TOOK_PART = {"took_part": True, "note": "He was there"}


@pytest.fixture
def islands(database: Dsns, tmp_path: Path) -> Iterator[Services]:
    """A real record, not a demonstration, of a county whose directory and agreement are files in the tests."""
    assert database.owner
    settings = Settings(
        database_url=SecretStr(database.service),
        owner_database_url=SecretStr(database.owner),
        data=tmp_path,
        directory=COUNTIES / "directory",
        token_key=SecretStr("k" * 48),
    )
    with open_services(settings) as services:
        claim_purpose(services)
        yield services


def ok(answer: httpx.Response) -> Json:
    assert answer.is_success, answer.text
    said: Json = answer.json()
    return said


def refused(answer: httpx.Response, code: str, rule: str) -> None:
    assert (answer.json().get("code"), answer.json().get("rule")) == (code, rule), answer.text


def fisherman(services: Services) -> str:
    person = Person(
        id=uuid4(),
        county="skargarden",
        system=NumberSystem.PERSONNUMMER,
        value="195011029989",
        family="Testsson",
        given="Fiske",
        birth_date=date(1950, 11, 2),
        protected=False,
    )
    services.persons.register(person)
    return str(person.id)


def test_a_county_works_end_to_end_from_a_file_alone(islands: Services) -> None:
    with (
        serve(islands) as address,
        Caller(islands, address, BOAT_NURSE) as region,
        Caller(islands, address, ISLAND_NURSE) as island,
        Caller(islands, address, OTHER_NURSE) as other,
    ):
        assert ok(region.get("/api/agreements/in-force", params={"municipality": OUTER}))["answer"] == "no agreement"
        publish(region, island)
        patient = fisherman(islands)
        case = accepted(region, island, patient)
        planned(island, case)
        enrolled(region, island, case)
        ended(region, island, case)
        assert other.get(f"/api/cases/{case}/timeline").status_code == 404
    assert rebuild(islands, replace=False, progress=lambda _: None).is_identical


def publish(region: Caller, island: Caller) -> None:
    """Both parties publish the file; one alone cannot."""
    ok(region.post("/api/agreements", json={"text": (COUNTIES / "skargarden.toml").read_text(encoding="utf-8")}))
    ok(region.post(f"{VERSION}/sign-version", json={}))
    assert region.post(f"{VERSION}/publish-version", json={}).json()["code"] == "OTHER_PARTY_MISSING"
    ok(island.post(f"{VERSION}/sign-version", json={}))
    ok(island.post(f"{VERSION}/publish-version", json={}))
    found = ok(island.get("/api/agreements/in-force", params={"municipality": OUTER}))
    assert found["agreement"] == {"id": "skargarden-vard", "version": "2"}


def accepted(region: Caller, island: Caller, patient: str) -> str:
    """The need, the call with its goal, the criteria with a departure, and the island's own decision."""
    said = ok(
        region.post(
            "/api/cases",
            json={
                "patient_id": patient,
                "municipality": OUTER,
                "request": {"need": "A torn hand", "interventions": [CARE, CROSSING]},
            },
        )
    )
    case = str(said["case"])
    assert said["events"][0]["content"]["track"] == "island"
    refused(region.act(case, "send-referral", receiver=OUTER), "REFERRAL_CONTENT_MISSING", "SKG-2")
    whole = {"need": "A torn hand", "goal": "A hand that holds a net", "interventions": [CARE, CROSSING]}
    ok(region.act(case, "supplement-referral", request=whole))
    ok(region.act(case, "send-referral", receiver=OUTER))
    (call,) = [one for one in lists(island.get("/api/worklist")) if one["key"] == "acknowledge"]
    assert call["due"] is not None
    assert call["rule"] == "SKG-2"
    facts: Json = {
        "far-at-sea": {"sea_minutes": 20, "island": "Ytterst"},
        "cannot-sail": {"sails_alone": False},
        "weather": {},
    }
    ok(island.act(case, "evaluate-criteria", facts=facts))
    refused(island.act(case, "accept-referral"), "JOINT_ASSESSMENT_MISSING", "SKG-2")
    assessment: Json = {"level": "primary", "interventions": [CARE, CROSSING], "participation": TOOK_PART}
    for caller in (region, island):
        ok(caller.act(case, "record-assessment", **assessment))
    refused(island.act(case, "accept-referral"), "CRITERION_NOT_MET", "SKG-3a")
    departure: Json = {"criterion": "far-at-sea", "reason": "He is sick at sea in any boat"}
    refused(island.act(case, "grant-departure", ground="comfort", **departure), "EXCEPTION_GROUND_INVALID", "SKG-3b")
    ok(island.act(case, "grant-departure", ground="seasickness", **departure))
    refused(island.act(case, "accept-referral"), "CRITERION_NOT_MET", "SKG-3e")
    ok(region.act(case, "record-statement", kind="weather-accepted", fields={"accepted": True}))
    ok(island.act(case, "evaluate-criteria", facts={"weather": {}}))
    refused(region.act(case, "accept-referral"), "ACTOR_NOT_ALLOWED", "SKG-4")
    ok(island.act(case, "accept-referral"))
    return case


def lists(answer: httpx.Response) -> list[Json]:
    assert answer.is_success, answer.text
    said: list[Json] = answer.json()
    return said


def planned(island: Caller, case: str) -> None:
    """The island's own plan, with fields and choices that no other county has."""
    plan = ok(island.act(case, "initiate-plan", kind="individual"))["plans"][-1]["id"]
    for one in (CARE, CROSSING):
        planned_one = one | {"scope": "several-with-coordination", "performer": "municipality"}
        ok(island.act(case, "plan-intervention", plan=plan, intervention=planned_one))
    crossing: Json = {"part": "crossing", "plan": plan}
    ok(island.act(case, "record-plan-section", **crossing, fields={"boat": "raft", "winter": "By hydrocopter"}))
    refused(island.act(case, "agree-plan", plan=plan), "PLAN_CONTENT_MISSING", "SKG-5")
    ok(island.act(case, "record-plan-section", **crossing, fields={"boat": "rescue-boat", "winter": "By hydrocopter"}))
    ok(island.act(case, "agree-plan", plan=plan))


def enrolled(region: Caller, island: Caller, case: str) -> None:
    """No start before the boat is checked; then the matrix answers, and the region's duty has its own limit."""
    refused(island.act(case, "start-enrolment"), "PRECONDITION_MISSING", "SKG-6")
    refused(island.act(case, "record-statement", kind="boat-checked"), "CONTENT_MISSING", "SKG-6")
    ok(island.act(case, "record-statement", kind="boat-checked", fields={"inspector": "The harbour master"}))
    ok(island.act(case, "start-enrolment"))
    said = ok(island.get(f"/api/cases/{case}/responsibility"))["responsible"]
    assert {one["intervention"]: (one["treatment"], one["performer"]) for one in said} == {
        "wound-care": (OUTER, OUTER),
        "crossing": ("SE2329999990-REGION", OUTER),
    }
    (duty,) = [one for one in lists(region.get("/api/worklist")) if one["key"] == "duty:buoy-report"]
    assert duty["rule"] == "SKG-7"
    assert (date.fromisoformat(duty["due"]) - date.fromisoformat(duty["since"][:10])).days in {16, 17, 18}
    assert not [one for one in lists(island.get("/api/worklist")) if one["key"] == "duty:buoy-report"]
    ok(region.act(case, "record-statement", kind="buoy-report"))
    assert not [one for one in lists(region.get("/api/worklist")) if one["key"] == "duty:buoy-report"]


def ended(region: Caller, island: Caller, case: str) -> None:
    """The island's nurse ends it alone, once the individual has been told where to turn."""
    over: Json = {"reason": "The hand holds a net", "participation": TOOK_PART}
    refused(region.act(case, "declare-discharge", **over), "ACTOR_NOT_ALLOWED", "SKG-9")
    refused(island.act(case, "declare-discharge", **over), "INFORMATION_DUTY_OPEN", "SKG-9b")
    ok(island.act(case, "inform-individual", where_to_turn="The boat clinic"))
    ok(island.act(case, "declare-discharge", **over))
    topics = [one["topic"] for one in lists(island.get(f"/api/cases/{case}/timeline"))]
    assert "enrolment.discharged.v1" in topics
