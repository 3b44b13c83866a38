"""The conditions of care at home over HTTP: criteria, contact, planning, risks, readiness, the therapist."""

from collections.abc import Iterator
from typing import Any

import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, PHYSICIAN, Caller, patient_id
from tests.scenario import CRITERIA
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.web.cases import LiveCase, at, establish_plan, make_assessment, raise_need

FALLS = {"key": "falls", "text": "Faller på natten"}
RAIL = FALLS | {"measure": "Räcke vid sängen"}


@pytest.fixture
def planned(services: Services, address: str) -> Iterator[LiveCase]:
    """A case with a plan that both have agreed to, whose criteria tell of risks."""
    with establish_plan(services, address) as case:
        case.both("2025-04-11 08:00", "commit-to-enrolment")
        yield case


@pytest.fixture
def assessed(services: Services, address: str) -> Iterator[LiveCase]:
    """A case that both parties have assessed, with no criterion evaluated."""
    with raise_need(services, address, "2025-04-01 08:00") as case:
        case.act(case.region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-04-02 08:00", "acknowledge-referral")
        case.act(case.municipality, "2025-04-02 10:00", "contact-principal")
        both = [DISTRICT_NURSE, NURSE_A]
        case.act(case.municipality, "2025-04-03 09:00", "start-assessment", participants=both)
        case.both("2025-04-03 10:00", "record-assessment", **make_assessment("primary", "Venöst bensår"))
        yield case


def refuse(case: LiveCase, caller: Caller, name: str, status: int, code: str, **content: Any) -> dict[str, Any]:
    """Check that an act is refused after everything so far, and return the refusal."""
    return assert_refused(caller.act(case.id, name, at=at("2025-04-14 09:00"), **content), status, code)


# --- Criteria are considered ------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.1-4", "ORE-3.1.1-6", "ORE-3.1.1-7")
def test_no_need_of_coordination_and_no_risk_stop_no_care(assessed: LiveCase) -> None:
    facts = CRITERIA | {
        "coordination": {"coordination_needed": False},
        "risks": {"risks_identified": False, "instrument": "Senior alert"},
    }
    assessed.act(assessed.region, "2025-04-03 11:00", "evaluate-criteria", facts=facts)
    assessed.act(assessed.region, "2025-04-04 09:00", "establish-level")

    assessed.both("2025-04-04 10:00", "accept-referral")

    state = assessed.region.get(f"/api/cases/{assessed.id}/replay").json()["case"]
    assert state["enrolment"]["status"] == "proposed"
    unmet = [verdict["criterion"] for verdict in state["referral"]["verdicts"] if not verdict["met"]]
    assert unmet == ["coordination", "risks"]


@pytest.mark.rule("ORE-3.1.1-4", "ORE-3.1.1-8")
def test_neither_partys_evaluation_overwrites_the_others(services: Services, assessed: LiveCase) -> None:
    unsafe, safe = ({"safe-at-home": {"safe_at_home": answer}} for answer in (False, True))
    assessed.act(assessed.region, "2025-04-03 11:00", "evaluate-criteria", facts=CRITERIA | unsafe)
    assessed.act(assessed.municipality, "2025-04-03 12:00", "evaluate-criteria", facts=safe)
    assessed.act(assessed.region, "2025-04-04 09:00", "establish-level")

    found = assessed.region.get(f"/api/cases/{assessed.id}/replay").json()["case"]["referral"]["evaluations"]
    assert {party: own["safe-at-home"]["met"] for party, own in found.items()} == {
        "region": False,
        "municipality": True,
    }
    for caller in (assessed.region, assessed.municipality):
        answer = refuse(assessed, caller, "accept-referral", 409, "POSITIONS_DIFFER")
        assert (answer["rule"], answer["where"]) == ("ORE-3.1.1-8", ["safe-at-home"])
        assert "evaluate-criteria" in answer["acts"]

    assessed.act(assessed.region, "2025-04-14 10:00", "evaluate-criteria", facts=safe)
    assessed.both("2025-04-14 11:00", "accept-referral")
    assert_rebuild_identical(services)


# --- Contact without delay, unless otherwise stated -------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.2-7")
def test_what_the_request_states_about_the_contact_is_shown_beside_the_duty(services: Services, address: str) -> None:
    words = "Ring först på måndag, när läkaren är tillbaka"
    with raise_need(services, address, "2025-04-01 08:00") as case:
        draft = next(
            entry["resource"]
            for entry in case.region.get("/fhir/ServiceRequest").json()["entry"]
            if entry["resource"]["requisition"]["value"] == case.id
        )
        draft["extension"].append({"url": systems.OTHERWISE, "valueString": words})
        version = draft["meta"]["versionId"]
        headers = {CLOCK: at("2025-04-01 08:30"), "If-Match": f'W/"{version}"'}
        assert_ok(case.region.put(f"/fhir/ServiceRequest/{draft['id']}", json=draft, headers=headers))
        case.act(case.region, "2025-04-01 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-04-02 08:00", "acknowledge-referral")

        items = case.municipality.get("/api/worklist", params={"on": at("2025-04-03 12:00")}).json()

        (contact,) = [item for item in items if item.get("case") == case.id and item["key"] == "contact"]
        assert (contact["note"], contact["due"], contact["overdue"]) == (words, None, False)
        assert contact["elapsed_days"] == 2


# --- Planning ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-5")
def test_parties_that_plan_without_the_individual_still_plan(services: Services, address: str) -> None:
    with establish_plan(services, address) as case:
        case.act(case.region, "2025-04-11 09:00", "initiate-plan", kind="medical")
        plan = list(case.region.get(f"/api/cases/{case.id}/replay").json()["case"]["plans"])[-1]
        alone = {
            "plan": plan,
            "form": "telephone",
            "participants": [PHYSICIAN, NURSE_A],
            "participation": {"took_part": False, "note": "En enda injektion; uppenbart obehövligt"},
        }
        reason = {"plan": plan, "reason": "En enda injektion"}
        case.act(case.municipality, "2025-04-11 10:00", "plan-without-individual", **reason)
        by_telephone = refuse(case, case.municipality, "hold-planning", 422, "CONTENT_NOT_KNOWN", **alone)
        assert (by_telephone["rule"], by_telephone["where"]) == ("ORE-3.1.4-4", ["telephone"])
        digital = alone | {"form": "digital"}
        one_sided = refuse(case, case.municipality, "hold-planning", 409, "PLAN_PARTY_MISSING", **digital)
        assert one_sided["where"] == ["participation"]
        case.act(case.physician, "2025-04-14 10:00", "plan-without-individual", **reason)

        keys = {item["key"] for item in case.region.get("/api/worklist").json() if item.get("case") == case.id}
        assert "plan-without-individual:medical" not in keys
        case.act(case.municipality, "2025-04-14 11:00", "hold-planning", **alone)
        state = case.region.get(f"/api/cases/{case.id}/replay").json()["case"]["plans"][plan]
        assert (state["without_individual"], state["status"]) == (True, "meeting-held")


# --- Risks and readiness ----------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-2.2-4")
def test_identified_risks_are_assessed_and_dealt_with_before_care_moves_home(planned: LiveCase) -> None:
    for aspect in ("competence", "equipment"):
        planned.act(planned.municipality, "2025-04-11 09:00", "confirm-readiness", aspect=aspect)
    none = refuse(planned, planned.municipality, "assess-risks", 422, "CONTENT_MISSING", risks=[])
    assert (none["rule"], none["where"]) == ("ORE-2.2-4", ["risks"])
    for where in ("risks", "falls"):
        answer = refuse(planned, planned.municipality, "start-enrolment", 409, "NOT_READY")
        assert (answer["rule"], answer["where"], answer["acts"]) == ("ORE-2.2-4", [where], ["assess-risks"])
        planned.act(planned.municipality, "2025-04-11 10:00", "assess-risks", risks=[FALLS])

    planned.act(planned.region, "2025-04-14 10:00", "assess-risks", risks=[RAIL])
    planned.act(planned.municipality, "2025-04-14 11:00", "start-enrolment")


@pytest.mark.rule("ORE-3.1.3-11")
def test_readiness_is_the_word_of_licensed_staff_of_the_party_that_is_to_perform(
    services: Services, address: str, planned: LiveCase
) -> None:
    planned.act(planned.region, "2025-04-11 10:00", "assess-risks", risks=[RAIL])
    with Caller(services, address, "SE2120000001-USK1") as assistant:
        answer = refuse(planned, assistant, "confirm-readiness", 403, "ACTOR_NOT_ALLOWED", aspect="competence")
        assert answer["rule"] == "ORE-3.1.3-11"
    for aspect in ("competence", "equipment"):
        planned.act(planned.region, "2025-04-11 11:00", "confirm-readiness", aspect=aspect)
    answer = refuse(planned, planned.municipality, "start-enrolment", 409, "NOT_READY")
    assert (answer["rule"], answer["where"]) == ("ORE-3.1.3-11", ["competence", "equipment"])

    for aspect in ("competence", "equipment"):
        planned.act(planned.municipality, "2025-04-14 10:00", "confirm-readiness", aspect=aspect)
    planned.act(planned.municipality, "2025-04-14 11:00", "start-enrolment")


# --- A responsible therapist ------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-8-2")
def test_home_care_with_a_physiotherapists_rehabilitation_has_a_responsible_therapist(
    services: Services, address: str
) -> None:
    moment = "2012-09-10T09:00:00+02:00"
    gait: dict[str, Any] = {"key": "gait", "text": "Gångträning", "profession": "physiotherapist"}
    facts = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
        "commissioned": {"commissioned_by_primary_care": True},
    }
    with (
        Caller(services, address, "SE2120000011-SSK1") as nurse,
        Caller(services, address, "SE2321000001-DSK1") as region,
    ):
        body = {
            "patient_id": patient_id(services, county="vastmanland"),
            "track": "home-care",
            "request": {"need": "Gångträning hemma", "interventions": [gait]},
        }
        case = str(assert_ok(nurse.post("/api/cases", json=body, headers={CLOCK: moment}))["case"])

        def do(caller: Caller, name: str, **content: Any) -> dict[str, Any]:
            return assert_ok(caller.act(case, name, at=moment, **content))

        do(nurse, "evaluate-criteria", facts=facts)
        do(nurse, "propose-enrolment")
        plan = do(nurse, "initiate-plan", kind="individual")["plans"][-1]["id"]
        team = ["SE2120000011-SSK1", "SE2321000001-DSK1"]
        took_part = {"took_part": True, "note": "Hemma"}
        do(nurse, "hold-planning", plan=plan, form="home", participants=team, participation=took_part)
        line = gait | {"scope": "several-with-coordination", "performer": "municipality"}
        do(nurse, "plan-intervention", plan=plan, intervention=line)
        do(region, "assign-contact-role", plan=plan, role="responsible-physician", person="SE2321000001-LAKARE1")
        do(nurse, "assign-contact-role", plan=plan, role="nursing-responsible", person="SE2120000011-SSK1")
        do(nurse, "agree-plan", plan=plan, text=nurse.read_text(plan))

        answer = assert_refused(nurse.act(case, "start-enrolment", at=moment), 409, "ROLE_MISSING")

        assert (answer["rule"], answer["where"]) == ("VML-8-2", ["rehabilitation-responsible"])
        do(nurse, "revise-plan", plan=plan, reason="Rehabiliteringsansvarig utses")
        do(nurse, "assign-contact-role", plan=plan, role="rehabilitation-responsible", person="SE2120000011-FT1")
        do(nurse, "agree-plan", plan=plan, text=nurse.read_text(plan))
        do(nurse, "start-enrolment")
