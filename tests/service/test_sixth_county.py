"""A made-up county that is only a file of the world, from the publication of its agreement to a discharge."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import Caller, open_record, register_person, serve
from tests.service.calls import assert_ok, assert_rebuild_identical
from world.counties import DIRECTORIES, SKARGARDEN, read_text

VERSION = "/api/agreements/skargarden-vard/2"
OUTER = "SE2129999991-KOMMUN"
BOAT_NURSE, ISLAND_NURSE, OTHER_NURSE = "SE2329999990-SSK", "SE2129999991-SSK", "SE2129999992-SSK"
FISHERMAN = "195011029989"
Json = dict[str, Any]
CARE = {"key": "wound-care", "text": "Dressing of a fisherman's hand", "profession": "nurse"}
CROSSING = {"key": "crossing", "text": "By boat to the clinic", "profession": "nurse", "category": "sea-transport"}
TOOK_PART = {"took_part": True, "note": "He was there"}


@pytest.fixture
def islands(database: Dsns, tmp_path: Path) -> Iterator[Services]:
    """The services of a real record, not a demonstration, for a county that is only files of the world."""
    with open_record(database, tmp_path, directory=DIRECTORIES / "skargarden.toml") as services:
        yield services


def assert_rule(answer: httpx.Response, code: str, rule: str) -> None:
    assert (answer.json().get("code"), answer.json().get("rule")) == (code, rule), answer.text


def test_a_county_works_end_to_end_from_its_files_alone(islands: Services) -> None:
    with (
        serve(islands) as address,
        Caller(islands, address, BOAT_NURSE) as region,
        Caller(islands, address, ISLAND_NURSE) as island,
        Caller(islands, address, OTHER_NURSE) as other,
    ):
        assert (
            assert_ok(region.get("/api/agreements/in-force", params={"municipality": OUTER}))["answer"]
            == "no agreement"
        )
        publish_as_both(region, island)
        case = accept(region, island, register_person(islands, "skargarden", FISHERMAN))
        plan(island, case)
        enrol(region, island, case)
        end(region, island, case)
        assert other.get(f"/api/cases/{case}/timeline").status_code == 404
    assert_rebuild_identical(islands)


def publish_as_both(region: Caller, island: Caller) -> None:
    """Publish the file as both parties, which one alone cannot do."""
    assert_ok(region.director.post("/api/agreements", json={"text": read_text(SKARGARDEN)}))
    assert_ok(region.director.post(f"{VERSION}/sign-version", json={}))
    assert region.director.post(f"{VERSION}/publish-version", json={}).json()["code"] == "OTHER_PARTY_MISSING"
    assert_ok(island.director.post(f"{VERSION}/sign-version", json={}))
    assert_ok(island.director.post(f"{VERSION}/publish-version", json={}))
    found = assert_ok(island.get("/api/agreements/in-force", params={"municipality": OUTER}))
    assert found["agreement"] == {"id": "skargarden-vard", "version": "2"}


def accept(region: Caller, island: Caller, patient: str) -> str:
    """Raise a need, send the request with its goal, meet the criteria with a departure, and let the island accept."""
    answer = assert_ok(
        region.post(
            "/api/cases",
            json={
                "patient_id": patient,
                "municipality": OUTER,
                "request": {"need": "A torn hand", "interventions": [CARE, CROSSING]},
            },
        )
    )
    case = str(answer["case"])
    assert answer["events"][0]["content"]["track"] == "island"
    assert_rule(region.act(case, "send-referral", receiver=OUTER), "REFERRAL_CONTENT_MISSING", "SKG-2")
    request = {"need": "A torn hand", "goal": "A hand that holds a net", "interventions": [CARE, CROSSING]}
    assert_ok(region.act(case, "supplement-referral", request=request))
    assert_ok(region.act(case, "send-referral", receiver=OUTER))
    assert read_items(region, "assess")[0]["acts"] == read_items(island, "assess")[0]["acts"] == ["record-assessment"]
    (item,) = read_items(island, "acknowledge")
    assert item["due"] is not None
    assert item["rule"] == "SKG-2"
    facts: Json = {
        "far-at-sea": {"sea_minutes": 20, "island": "Ytterst"},
        "cannot-sail": {"sails_alone": False},
        "weather": {},
    }
    assert_ok(island.act(case, "evaluate-criteria", facts=facts))
    assert_rule(island.act(case, "accept-referral"), "JOINT_ASSESSMENT_MISSING", "SKG-2")
    assessment: Json = {"level": "primary", "interventions": [CARE, CROSSING], "participation": TOOK_PART}
    for caller in (region, island):
        assert_ok(caller.act(case, "record-assessment", **assessment))
    assert_rule(island.act(case, "accept-referral"), "CRITERION_NOT_MET", "SKG-3a")
    departure: Json = {"criterion": "far-at-sea", "reason": "He is sick at sea in any boat"}
    assert_rule(
        island.act(case, "grant-departure", ground="comfort", **departure), "EXCEPTION_GROUND_INVALID", "SKG-3b"
    )
    assert_ok(island.act(case, "grant-departure", ground="seasickness", **departure))
    assert_rule(island.act(case, "accept-referral"), "CRITERION_NOT_MET", "SKG-3e")
    assert_ok(region.act(case, "record-statement", kind="weather-accepted", fields={"accepted": True}))
    assert_ok(island.act(case, "evaluate-criteria", facts={"weather": {}}))
    assert_rule(region.act(case, "accept-referral"), "ACTOR_NOT_ALLOWED", "SKG-4")
    assert_ok(island.act(case, "accept-referral"))
    return case


def read_list(caller: Caller, path: str) -> list[Json]:
    answer = caller.get(path)
    assert answer.is_success, answer.text
    rows: list[Json] = answer.json()
    return rows


def read_items(caller: Caller, key: str) -> list[Json]:
    return [item for item in read_list(caller, "/api/worklist") if item["key"] == key]


def plan(island: Caller, case: str) -> None:
    """Write the island's own plan, with fields and choices that no other county has."""
    plan = assert_ok(island.act(case, "initiate-plan", kind="individual"))["plans"][-1]["id"]
    for intervention in (CARE, CROSSING):
        content = intervention | {"scope": "several-with-coordination", "performer": "municipality"}
        assert_ok(island.act(case, "plan-intervention", plan=plan, intervention=content))
    crossing: Json = {"part": "crossing", "plan": plan}
    assert_ok(island.act(case, "record-plan-section", **crossing, fields={"boat": "raft", "winter": "By hydrocopter"}))
    assert_rule(island.act(case, "agree-plan", plan=plan, text=island.read_text(plan)), "PLAN_CONTENT_MISSING", "SKG-5")
    assert_ok(
        island.act(case, "record-plan-section", **crossing, fields={"boat": "rescue-boat", "winter": "By hydrocopter"})
    )
    assert_ok(island.act(case, "agree-plan", plan=plan, text=island.read_text(plan)))


def enrol(region: Caller, island: Caller, case: str) -> None:
    """Start the enrolment once the boat is checked; the matrix answers, and the region has a duty with a limit."""
    assert_rule(island.act(case, "start-enrolment"), "PRECONDITION_MISSING", "SKG-6")
    assert_rule(island.act(case, "record-statement", kind="boat-checked"), "CONTENT_MISSING", "SKG-6")
    assert_ok(island.act(case, "record-statement", kind="boat-checked", fields={"inspector": "The harbour master"}))
    assert_ok(island.act(case, "start-enrolment"))
    rows = assert_ok(island.get(f"/api/cases/{case}/responsibility"))["responsible"]
    assert {row["intervention"]: (row["treatment"], row["performer"]) for row in rows} == {
        "wound-care": (OUTER, OUTER),
        "crossing": ("SE2329999990-REGION", OUTER),
    }
    (duty,) = read_items(region, "duty:buoy-report")
    assert duty["rule"] == "SKG-7"
    assert (date.fromisoformat(duty["due"]) - date.fromisoformat(duty["since"][:10])).days in {16, 17, 18}
    assert not read_items(island, "duty:buoy-report")
    assert_ok(region.act(case, "record-statement", kind="buoy-report"))
    assert not read_items(region, "duty:buoy-report")


def end(region: Caller, island: Caller, case: str) -> None:
    """Let the island's nurse alone end the enrolment, once the individual knows where to turn."""
    over: Json = {"reason": "The hand holds a net", "participation": TOOK_PART}
    assert_rule(region.act(case, "declare-discharge", **over), "ACTOR_NOT_ALLOWED", "SKG-9")
    assert_rule(island.act(case, "declare-discharge", **over), "INFORMATION_DUTY_OPEN", "SKG-9b")
    assert_ok(island.act(case, "inform-individual", where_to_turn="The boat clinic"))
    assert_ok(island.act(case, "declare-discharge", **over))
    topics = [entry["topic"] for entry in read_list(island, f"/api/cases/{case}/timeline")]
    assert "enrolment.discharged.v1" in topics
