"""A care plan over FHIR: written by both, agreed by each for itself, in force; then the whole way to the discharge."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, PHYSICIAN, Caller
from tests.service.fhir.resources import Json, assert_outcome, change, concept, intervention, organisation, sent
from tests.service.fhir.test_changing import TOOK_PART, acted, assess, case_of, read
from tests.service.fhir.test_creating import refusals

PARTS: dict[str, dict[str, Any]] = {
    "prognosis": {"text": "Good with dressing"},
    "deterioration": {
        "level": "Health centre",
        "direction": "Full treatment",
        "direct-contact": "The health centre's direct line",
        "measures": "Call the nurse on duty",
        "contacts": "The nurse on duty, then the health centre",
        "responsible": "The municipal nurse",
    },
    "action-plan": {"text": "Swab and call at signs of infection"},
    "follow-up": {"when": "2027-06-11", "frequency": "Every other month", "responsible": "Both care contacts"},
}


def section(part: str, fields: dict[str, str]) -> Json:
    """A part of a plan in the sender's words."""
    said: list[Json] = [{"url": "part", "valueCode": part}]
    for name, value in fields.items():
        typed = {"valueDate": value} if name == "when" else {"valueString": value}
        said.append({"url": "field", "extension": [{"url": "name", "valueCode": name}, {"url": "value", **typed}]})
    return {"url": systems.PLAN_SECTION, "extension": said}


def not_applicable(part: str, reason: str) -> Json:
    """A part that does not apply."""
    said = [{"url": "part", "valueCode": part}, {"url": "not-applicable", "valueString": reason}]
    return {"url": systems.PLAN_SECTION, "extension": said}


def contact(role: str, person: str) -> Json:
    """Who holds a contact role."""
    held = {"url": "person", "valueReference": {"reference": f"Practitioner/{person}"}}
    return {"url": systems.PLAN_CONTACT, "extension": [{"url": "role", "valueCode": role}, held]}


def activity(performer: str) -> Json:
    """The ulcer's dressing as the plan puts it."""
    named = intervention()
    return {
        "id": "leg-ulcer",
        "extension": [*named["extension"], {"url": systems.SCOPE, "valueCode": "several-with-coordination"}],
        "detail": {
            "kind": "ServiceRequest",
            "code": {"text": named["text"]},
            "status": "not-started",
            "performer": [organisation(performer)],
        },
    }


def care_plan(patient: str, episode: str, **changes: Any) -> Json:
    """What the region writes in a plan."""
    return {
        "resourceType": "CarePlan",
        "extension": [
            {"url": systems.EPISODE, "valueReference": {"reference": f"EpisodeOfCare/{episode}"}},
            *(section(part, fields) for part, fields in PARTS.items()),
            not_applicable("single-interventions", "None is planned"),
            contact("physician-contact", PHYSICIAN),
            contact("care-contact-region", DISTRICT_NURSE),
        ],
        "status": "draft",
        "intent": "plan",
        "category": [concept(systems.PLAN_KIND, "medical")],
        "subject": {"reference": f"Patient/{patient}"},
        "activity": [activity("SE2120000001-KOMMUNA")],
        **changes,
    }


def episode_of(resource: Json) -> str:
    """The enrolment that a request's Task points at."""
    (found,) = (one for one in resource["extension"] if one["url"] == systems.EPISODE)
    return str(found["valueReference"]["reference"].split("/")[1])


@pytest.fixture
def weighed(region: Caller, municipality: Caller, patient: str) -> Json:
    """The Task of a request whose level is established."""
    return assess(region, municipality, sent(region, patient)[1])


def begun(region: Caller, patient: str, task: Json) -> Json:
    """A plan that the region has begun and written in."""
    answer = region.post("/fhir/CarePlan", json=care_plan(patient, episode_of(task)))
    assert answer.status_code == 201, answer.text
    plan: Json = answer.json()
    return plan


def test_a_plan_is_begun_and_written_in_one_save(region: Caller, patient: str, weighed: Json) -> None:
    plan = begun(region, patient, weighed)
    assert (plan["status"], plan["meta"]["versionId"]) == ("draft", "1")
    get_fhir_model_class("CarePlan").model_validate(plan)
    written = [one for one in plan["extension"] if one["url"] == systems.PLAN_SECTION]
    assert len(written) == len(PARTS) + 1
    assert [one["id"] for one in plan["activity"]] == ["leg-ulcer"]
    assert region.get(f"/fhir/CarePlan?patient={patient}&_id={plan['id']}").json()["total"] == 1


def test_a_plan_of_which_one_part_is_refused_is_not_begun(region: Caller, patient: str, weighed: Json) -> None:
    before = region.get("/fhir/CarePlan?_count=0").json()["total"]
    wrong = care_plan(patient, episode_of(weighed))
    wrong["extension"].append(contact("care-contact-municipality", NURSE_A))
    answer = region.post("/fhir/CarePlan", json=wrong)
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")
    elsewhere = care_plan(patient, episode_of(weighed), activity=[activity("SE2120000002-KOMMUNB")])
    assert_outcome(region.post("/fhir/CarePlan", json=elsewhere), 422, issue="business-rule", says="CarePlan.activity")
    assert region.get("/fhir/CarePlan?_count=0").json()["total"] == before


def test_a_repeated_plan_is_begun_once(region: Caller, patient: str, weighed: Json) -> None:
    key = {"Idempotency-Key": f"plan {weighed['id']}"}
    first, again = (
        region.post("/fhir/CarePlan", json=care_plan(patient, episode_of(weighed)), headers=key) for _ in range(2)
    )
    assert first.json() == again.json()


@pytest.mark.rule("ORE-3.1.4-8")
def test_nobody_changes_the_other_partys_words(
    module_services: Services, region: Caller, municipality: Caller, patient: str, weighed: Json
) -> None:
    plan = begun(region, patient, weighed)
    before = refusals(module_services, "NOT_YOUR_PRINCIPAL")
    for one in plan["extension"]:
        if one["url"] == systems.PLAN_SECTION and one["extension"][0] == {"url": "part", "valueCode": "prognosis"}:
            one["extension"][2]["extension"][1]["valueString"] = "Poor"
    answer = change(municipality, plan)
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")
    assert refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 1


@pytest.mark.rule("ORE-3.1.4-7")
def test_a_plan_is_established_by_the_second_party(
    region: Caller, physician: Caller, municipality: Caller, patient: str, weighed: Json
) -> None:
    plan = begun(region, patient, weighed)
    case = case_of(weighed)
    plan["extension"] += [contact("care-contact-municipality", NURSE_A), contact("coordinator", NURSE_A)]
    answer = change(municipality, plan, If_Match='W/"1"')
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.headers["ETag"]) == ("draft", 'W/"2"')
    acted(
        municipality,
        case,
        "hold-planning",
        plan=plan["id"],
        form="home",
        participants=[DISTRICT_NURSE, NURSE_A],
        participation=TOOK_PART,
    )
    early = change(municipality, read(municipality, plan) | {"status": "active"})
    assert_outcome(early, 409, issue="conflict", code="PLAN_PARTY_MISSING", says="/agree-plan")
    assert read(region, plan)["status"] == "draft"
    acted(physician, case, "agree-plan", plan=plan["id"])
    agreed = change(municipality, read(municipality, plan) | {"status": "active"})
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["status"] == "active"
    _revised(region, physician, municipality, agreed.json(), case)
    _carried_to_the_discharge(region, municipality, weighed)


def _revised(region: Caller, physician: Caller, municipality: Caller, plan: Json, case: str) -> None:
    """The plan in force reads as it did until both have agreed to the draft that it contains."""
    acted(region, case, "revise-plan", plan=plan["id"], reason="The need has changed")
    opened = read(region, plan)
    opened["contained"][0]["activity"][0]["detail"]["code"]["text"] = "Leg ulcer dressing three times a week"
    written = change(region, opened)
    assert written.status_code == 200, written.text
    assert (written.json()["status"], written.json()["activity"]) == ("active", plan["activity"])
    early = read(municipality, plan)
    early["contained"][0]["status"] = "active"
    assert_outcome(change(municipality, early), 409, issue="conflict", code="PLAN_PARTY_MISSING")
    acted(physician, case, "agree-plan", plan=plan["id"])
    draft = read(municipality, plan)
    get_fhir_model_class("CarePlan").model_validate(draft)
    draft["contained"][0]["status"] = "active"
    agreed = change(municipality, draft)
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["activity"][0]["detail"]["code"]["text"] == "Leg ulcer dressing three times a week"
    assert "contained" not in agreed.json()


def _carried_to_the_discharge(region: Caller, municipality: Caller, task: Json) -> None:
    case = case_of(task)
    acted(region, case, "accept-referral")
    assert change(municipality, read(municipality, task) | {"status": "accepted"}).status_code == 200
    unready = change(municipality, read(municipality, task) | {"status": "in-progress"})
    assert_outcome(unready, 409, issue="conflict")
    for caller in (region, municipality):
        acted(caller, case, "commit-to-enrolment")
    for aspect in ("competence", "equipment"):
        acted(municipality, case, "confirm-readiness", aspect=aspect)
    assert change(municipality, read(municipality, task) | {"status": "in-progress"}).json()["status"] == "in-progress"
    told = [{"type": concept(systems.TASK_DATA, "where-to-turn"), "valueString": "The health centre, 010-000 01 01"}]
    ready = read(municipality, task)
    done = ready | {"status": "completed", "output": [*ready["output"], *told]}
    alone = change(municipality, done)
    assert alone.status_code == 409, alone.text
    acted(region, case, "declare-discharge", reason="The ulcer has healed", participation=TOOK_PART)
    declared = read(municipality, task)
    completed = change(municipality, declared | {"status": "completed", "output": done["output"]})
    assert completed.status_code == 200, completed.text
    assert completed.json()["status"] == "completed"
    assert region.get(f"/fhir/EpisodeOfCare/{episode_of(task)}").json()["status"] == "finished"
    for type in ("CarePlan", "CareTeam", "EpisodeOfCare", "Provenance", "ServiceRequest", "Task"):
        for one in region.get(f"/fhir/{type}?_count=500").json()["entry"]:
            get_fhir_model_class(type).model_validate(one["resource"])
    ended = {"date": f"lt{completed.json()['executionPeriod']['end'][:4]}"}
    assert region.get(f"/fhir/EpisodeOfCare?_id={episode_of(task)}", params=ended).json()["total"] == 0
    over = f"/fhir/EpisodeOfCare?_id={episode_of(task)}&date=ge{int(ended['date'][2:]) + 1}"
    assert region.get(over).json()["total"] == 0


def test_a_plan_is_not_seen_elsewhere(region: Caller, elsewhere: Caller, patient: str, weighed: Json) -> None:
    plan = begun(region, patient, weighed)
    assert_outcome(elsewhere.get(f"/fhir/CarePlan/{plan['id']}"), 404, issue="not-found")
    foreign = elsewhere.post("/fhir/CarePlan", json=care_plan(patient, episode_of(weighed)))
    assert_outcome(foreign, 422, issue="not-found")


def test_a_plan_for_another_person_is_refused(region: Caller, patient: str, weighed: Json) -> None:
    other = care_plan("00000000-0000-0000-0000-000000000001", episode_of(weighed))
    assert_outcome(region.post("/fhir/CarePlan", json=other), 422, issue="business-rule", says="CarePlan.subject")
