"""A care plan over FHIR: both parties write it and agree to it, it takes effect, and the case goes on to discharge."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from fhir_profiles import systems
from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, PHYSICIAN, Caller
from tests.service.calls import assert_ok, assert_refused
from tests.service.fhir.resources import Json, assert_outcome, change, concept, intervention, organisation, send_request
from tests.service.fhir.test_changing import TOOK_PART, assess, find_case_id, perform, read_now
from tests.service.fhir.test_creating import count_refusals

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
    """Build a part of a plan in the sender's words."""
    extensions: list[Json] = [{"url": "part", "valueCode": part}]
    for name, value in fields.items():
        typed = {"valueDate": value} if name == "when" else {"valueString": value}
        extensions.append(
            {"url": "field", "extension": [{"url": "name", "valueCode": name}, {"url": "value", **typed}]}
        )
    return {"url": systems.PLAN_SECTION, "extension": extensions}


def not_applicable(part: str, reason: str) -> Json:
    """Build a part that does not apply."""
    extensions = [{"url": "part", "valueCode": part}, {"url": "not-applicable", "valueString": reason}]
    return {"url": systems.PLAN_SECTION, "extension": extensions}


def contact(role: str, person: str) -> Json:
    """Build the extension that names the holder of a contact role."""
    holder = {"url": "person", "valueReference": {"reference": f"Practitioner/{person}"}}
    return {"url": systems.PLAN_CONTACT, "extension": [{"url": "role", "valueCode": role}, holder]}


def activity(performer: str) -> Json:
    """Build the plan's activity for dressing the ulcer."""
    dressing = intervention()
    return {
        "id": "leg-ulcer",
        "extension": [*dressing["extension"], {"url": systems.SCOPE, "valueCode": "several-with-coordination"}],
        "detail": {
            "kind": "ServiceRequest",
            "code": {"text": dressing["text"]},
            "status": "not-started",
            "performer": [organisation(performer)],
        },
    }


def care_plan(patient: str, episode: str, **changes: Any) -> Json:
    """Build a plan with the parts that the region writes."""
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


def find_enrolment_id(resource: Json) -> str:
    """Return the id of the enrolment that a request's Task refers to."""
    (extension,) = (extension for extension in resource["extension"] if extension["url"] == systems.EPISODE)
    return str(extension["valueReference"]["reference"].split("/")[1])


@pytest.fixture
def task(region: Caller, municipality: Caller, patient: str) -> Json:
    """The Task of a request whose level is established."""
    return assess(region, municipality, send_request(region, patient)[1])


def begin_plan(region: Caller, patient: str, task: Json) -> Json:
    """Begin a plan as the region, and return it as the server answers it."""
    answer = region.post("/fhir/CarePlan", json=care_plan(patient, find_enrolment_id(task)))
    assert answer.status_code == 201, answer.text
    plan: Json = answer.json()
    return plan


def test_a_single_save_begins_a_plan_and_writes_its_parts(region: Caller, patient: str, task: Json) -> None:
    plan = begin_plan(region, patient, task)
    assert (plan["status"], plan["meta"]["versionId"]) == ("draft", "1")
    get_fhir_model_class("CarePlan").model_validate(plan)
    sections = [extension for extension in plan["extension"] if extension["url"] == systems.PLAN_SECTION]
    assert len(sections) == len(PARTS) + 1
    assert [activity["id"] for activity in plan["activity"]] == ["leg-ulcer"]
    assert region.get(f"/fhir/CarePlan?patient={patient}&_id={plan['id']}").json()["total"] == 1


def test_a_plan_with_a_refused_part_is_not_begun(region: Caller, patient: str, task: Json) -> None:
    before = region.get("/fhir/CarePlan?_count=0").json()["total"]
    wrong = care_plan(patient, find_enrolment_id(task))
    wrong["extension"].append(contact("care-contact-municipality", NURSE_A))
    answer = region.post("/fhir/CarePlan", json=wrong)
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")
    elsewhere = care_plan(patient, find_enrolment_id(task), activity=[activity("SE2120000002-KOMMUNB")])
    assert_outcome(region.post("/fhir/CarePlan", json=elsewhere), 422, issue="business-rule", says="CarePlan.activity")
    assert region.get("/fhir/CarePlan?_count=0").json()["total"] == before


def test_a_repeated_plan_is_begun_once(region: Caller, patient: str, task: Json) -> None:
    key = {"Idempotency-Key": f"plan {task['id']}"}
    first, again = (
        region.post("/fhir/CarePlan", json=care_plan(patient, find_enrolment_id(task)), headers=key) for _ in range(2)
    )
    assert first.json() == again.json()


@pytest.mark.rule("ORE-3.1.4-8")
def test_a_party_cannot_change_the_other_partys_words(
    module_services: Services, region: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    plan = begin_plan(region, patient, task)
    before = count_refusals(module_services, "NOT_YOUR_PRINCIPAL")
    for extension in plan["extension"]:
        if extension["url"] == systems.PLAN_SECTION and extension["extension"][0] == {
            "url": "part",
            "valueCode": "prognosis",
        }:
            extension["extension"][2]["extension"][1]["valueString"] = "Poor"
    answer = change(municipality, plan)
    assert_outcome(answer, 403, issue="forbidden", code="NOT_YOUR_PRINCIPAL")
    assert count_refusals(module_services, "NOT_YOUR_PRINCIPAL") == before + 1


@pytest.mark.rule("ORE-3.1.4-7")
def test_a_plan_takes_effect_when_the_second_party_agrees(
    region: Caller, physician: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    plan = begin_plan(region, patient, task)
    case = find_case_id(task)
    plan["extension"] += [contact("care-contact-municipality", NURSE_A), contact("coordinator", NURSE_A)]
    answer = change(municipality, plan, If_Match='W/"1"')
    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.headers["ETag"]) == ("draft", 'W/"2"')
    perform(
        municipality,
        case,
        "hold-planning",
        plan=plan["id"],
        form="home",
        participants=[DISTRICT_NURSE, NURSE_A],
        participation=TOOK_PART,
    )
    early = change(municipality, read_now(municipality, plan) | {"status": "active"})
    assert_outcome(early, 409, issue="conflict", code="PLAN_PARTY_MISSING", says="/agree-plan")
    assert read_now(region, plan)["status"] == "draft"
    perform(physician, case, "agree-plan", plan=plan["id"], text=physician.read_text(plan["id"]))
    agreed = change(municipality, read_now(municipality, plan) | {"status": "active"})
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["status"] == "active"
    _revise_and_agree(region, physician, municipality, agreed.json(), case)
    _carry_to_discharge(region, municipality, task)


def write_whole_plan(region: Caller, municipality: Caller, patient: str, task: Json) -> Json:
    """Write a plan that lacks the agreements only, and return it as it reads."""
    plan = begin_plan(region, patient, task)
    plan["extension"] += [contact("care-contact-municipality", NURSE_A), contact("coordinator", NURSE_A)]
    assert change(municipality, plan).status_code == 200
    planning = {"form": "home", "participants": [DISTRICT_NURSE, NURSE_A], "participation": TOOK_PART}
    perform(municipality, find_case_id(task), "hold-planning", plan=plan["id"], **planning)
    return read_now(municipality, plan)


@pytest.mark.rule("SYS-5")
def test_a_text_that_was_written_on_since_it_was_read_is_not_agreed_to(
    region: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    read, case = write_whole_plan(region, municipality, patient, task), find_case_id(task)
    agreement = {"plan": read["id"], "text": municipality.read_text(read["id"])}
    written = {"part": "action-plan", "fields": {"text": "Call the physician at once"}}
    perform(region, case, "record-plan-section", plan=read["id"], **written)

    over_json = assert_refused(municipality.act(case, "agree-plan", **agreement), 409, "PLAN_TEXT_CHANGED")
    over_fhir = change(municipality, read | {"status": "active"})

    assert (over_json["where"], over_json["acts"]) == (["action-plan"], ["agree-plan"])
    assert DISTRICT_NURSE in over_json["title"]
    assert_outcome(
        over_fhir, 409, issue="conflict", code="PLAN_TEXT_CHANGED", says=f"action-plan ({DISTRICT_NURSE}, region)"
    )
    assert region.get(f"/api/cases/{case}/timeline").json()[-1]["topic"] == "care-plan.section-recorded.v1"
    perform(municipality, case, "agree-plan", **agreement | {"text": municipality.read_text(read["id"])})


def test_words_that_were_changed_back_are_the_text_that_was_read(
    region: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    plan, case = write_whole_plan(region, municipality, patient, task), find_case_id(task)
    read = municipality.read_text(plan["id"])
    for text in ("Call the physician at once", PARTS["action-plan"]["text"]):
        perform(region, case, "record-plan-section", plan=plan["id"], part="action-plan", fields={"text": text})
    assert municipality.read_text(plan["id"]) == read
    perform(municipality, case, "agree-plan", plan=plan["id"], text=read)


def test_an_agreement_without_the_text_that_was_read_is_refused(
    region: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    plan, case = write_whole_plan(region, municipality, patient, task), find_case_id(task)
    unnamed = municipality.act(case, "agree-plan", plan=plan["id"])
    assert (unnamed.status_code, unnamed.json()["where"]) == (422, ["body.text"])
    another = municipality.act(case, "agree-plan", plan=plan["id"], text=f"sha256:{'0' * 64}")
    assert assert_refused(another, 422, "UNKNOWN_REFERENCE")["where"] == ["text"]
    plan["extension"] = [item for item in plan["extension"] if item["url"] != systems.PLAN_TEXT]
    assert_outcome(change(municipality, plan | {"status": "active"}), 422, issue="required", says="plan-text")


def test_the_text_has_one_name_on_every_face_and_in_the_event(
    region: Caller, physician: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    plan, case = write_whole_plan(region, municipality, patient, task), find_case_id(task)
    digest = municipality.read_text(plan["id"])
    answer = assert_ok(physician.act(case, "agree-plan", plan=plan["id"], text=digest))
    replayed = assert_ok(region.get(f"/api/cases/{case}/replay"))["case"]["plans"][plan["id"]]
    named = {"version": replayed["draft"]["version"], "digest": replayed["draft"]["digest"]}
    assert named["digest"] == digest
    assert named == answer["plans"][-1]["text"] == answer["events"][0]["content"]["text"]
    assert "earlier" not in replayed


def test_a_save_that_writes_and_agrees_names_the_text_that_it_makes(
    region: Caller, physician: Caller, municipality: Caller, patient: str, task: Json
) -> None:
    read, case = write_whole_plan(region, municipality, patient, task), find_case_id(task)
    perform(physician, case, "agree-plan", plan=read["id"], text=physician.read_text(read["id"]))
    own = section("deterioration", PARTS["deterioration"])
    read = read_now(municipality, read)
    alone = change(municipality, read | {"status": "active", "extension": [*read["extension"], own]})
    assert_outcome(alone, 409, issue="conflict", code="PLAN_PARTY_MISSING", says="/agree-plan")


def _revise_and_agree(region: Caller, physician: Caller, municipality: Caller, plan: Json, case: str) -> None:
    """Revise the plan. It reads as before until both parties have agreed to the draft that it contains."""
    perform(region, case, "revise-plan", plan=plan["id"], reason="The need has changed")
    opened = read_now(region, plan)
    opened["contained"][0]["activity"][0]["detail"]["code"]["text"] = "Leg ulcer dressing three times a week"
    written = change(region, opened)
    assert written.status_code == 200, written.text
    assert (written.json()["status"], written.json()["activity"]) == ("active", plan["activity"])
    early = read_now(municipality, plan)
    early["contained"][0]["status"] = "active"
    assert_outcome(change(municipality, early), 409, issue="conflict", code="PLAN_PARTY_MISSING")
    perform(physician, case, "agree-plan", plan=plan["id"], text=physician.read_text(plan["id"]))
    draft = read_now(municipality, plan)
    get_fhir_model_class("CarePlan").model_validate(draft)
    draft["contained"][0]["status"] = "active"
    agreed = change(municipality, draft)
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["activity"][0]["detail"]["code"]["text"] == "Leg ulcer dressing three times a week"
    assert "contained" not in agreed.json()


def _carry_to_discharge(region: Caller, municipality: Caller, task: Json) -> None:
    case = find_case_id(task)
    perform(region, case, "accept-referral")
    assert change(municipality, read_now(municipality, task) | {"status": "accepted"}).status_code == 200
    unready = change(municipality, read_now(municipality, task) | {"status": "in-progress"})
    assert_outcome(unready, 409, issue="conflict")
    for caller in (region, municipality):
        perform(caller, case, "commit-to-enrolment")
    perform(municipality, case, "assess-risks", risks=[{"key": "falls", "text": "Falls at night", "measure": "A rail"}])
    for aspect in ("competence", "equipment"):
        perform(municipality, case, "confirm-readiness", aspect=aspect)
    assert (
        change(municipality, read_now(municipality, task) | {"status": "in-progress"}).json()["status"] == "in-progress"
    )
    information = [
        {"type": concept(systems.TASK_DATA, "where-to-turn"), "valueString": "The health centre, 010-000 01 01"}
    ]
    ready = read_now(municipality, task)
    completion = ready | {"status": "completed", "output": [*ready["output"], *information]}
    alone = change(municipality, completion)
    assert alone.status_code == 409, alone.text
    perform(region, case, "declare-discharge", reason="The ulcer has healed", participation=TOOK_PART)
    declared = read_now(municipality, task)
    completed = change(municipality, declared | {"status": "completed", "output": completion["output"]})
    assert completed.status_code == 200, completed.text
    assert completed.json()["status"] == "completed"
    assert region.get(f"/fhir/EpisodeOfCare/{find_enrolment_id(task)}").json()["status"] == "finished"
    for type in ("CarePlan", "CareTeam", "EpisodeOfCare", "Provenance", "ServiceRequest", "Task"):
        for entry in region.get(f"/fhir/{type}?_count=500").json()["entry"]:
            get_fhir_model_class(type).model_validate(entry["resource"])
    ended = {"date": f"lt{completed.json()['executionPeriod']['end'][:4]}"}
    assert region.get(f"/fhir/EpisodeOfCare?_id={find_enrolment_id(task)}", params=ended).json()["total"] == 0
    over = f"/fhir/EpisodeOfCare?_id={find_enrolment_id(task)}&date=ge{int(ended['date'][2:]) + 1}"
    assert region.get(over).json()["total"] == 0


def test_another_municipality_does_not_see_a_plan(region: Caller, elsewhere: Caller, patient: str, task: Json) -> None:
    plan = begin_plan(region, patient, task)
    assert_outcome(elsewhere.get(f"/fhir/CarePlan/{plan['id']}"), 404, issue="not-found")
    foreign = elsewhere.post("/fhir/CarePlan", json=care_plan(patient, find_enrolment_id(task)))
    assert_outcome(foreign, 422, issue="not-found")


def test_a_plan_for_another_person_is_refused(region: Caller, patient: str, task: Json) -> None:
    other = care_plan("00000000-0000-0000-0000-000000000001", find_enrolment_id(task))
    assert_outcome(region.post("/fhir/CarePlan", json=other), 422, issue="business-rule", says="CarePlan.subject")
