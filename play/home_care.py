"""Home care that both parties agree to (Örebro, track 1): the JSON acts of every case."""

from play.client import Professional, Resource
from play.content import (
    CRITERIA,
    DISTRICT_NURSE,
    EKEBY,
    FALLS,
    MUNICIPAL_NURSE,
    PARTS,
    PHYSICIAN,
    TOOK_PART,
    VISIT,
    WOUND,
    make_assessment,
    make_request,
)
from play.people import People, begin_plan, raise_need, send_referral
from play.story import PlayStep
from play.views import PlayCase, name_text

TEAM = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
SEVERAL: Resource = {"scope": "several-with-coordination"}
PLAN_LINES = (WOUND | SEVERAL | {"performer": "municipality"}, VISIT | SEVERAL | {"performer": "region"})
"""The wound care and the physician's follow-up, as lines of a plan."""
CONSIDERATIONS = "Omläggning med kompression är primärvårdsnivå"


def enrol(step: PlayStep, people: People, patient_id: str, *, follow_up: str) -> PlayCase:
    """Enrol a patient with a leg ulcer, with all acts on one day, and a day of follow-up."""
    nurse, municipal = people.nurse, people.municipal
    case = send_referral(
        step, nurse, raise_need(step, nurse, patient_id, municipality=EKEBY, request=make_request()), EKEBY
    )
    assess_need(step, people, case)
    accept(step, people, case)
    plan = write_joint_plan(step, people, case, *PLAN_LINES, follow_up=follow_up)
    step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan)))
    start_enrolment(step, people, case)
    return case


def assess_need(step: PlayStep, people: People, case: PlayCase, *interventions: Resource) -> None:
    """Acknowledge the request, contact the region, and assess these interventions for both parties."""
    municipal = people.municipal
    step.expect_success(municipal.act(f"{case.path}/acknowledge-referral"))
    step.expect_success(municipal.act(f"{case.path}/contact-principal"))
    step.expect_success(municipal.act(f"{case.path}/start-assessment", participants=TEAM))
    for person in (people.physician, municipal):
        content = make_assessment("primary", CONSIDERATIONS, *interventions)
        step.expect_success(person.act(f"{case.path}/record-assessment", **content))


def accept(step: PlayStep, people: People, case: PlayCase) -> None:
    """Evaluate the five criteria as met, establish the level, and accept for both parties."""
    nurse = people.nurse
    step.expect_success(nurse.act(f"{case.path}/evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"}))
    step.expect_success(nurse.act(f"{case.path}/establish-level"))
    _act_for_both(step, (nurse, people.municipal), case, "accept-referral")


def write_joint_plan(
    step: PlayStep, people: People, case: PlayCase, *lines: Resource, follow_up: str | None = None
) -> str:
    """Write the medical treatment plan for both parties, agree to it for the region, and return its id.

    `follow_up` is the day of the follow-up, if it is not the usual day.
    """
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    plan = begin_plan(step, municipal, case, "medical", TEAM, TOOK_PART)
    follow_up_part = PARTS["follow-up"] | ({"when": follow_up} if follow_up else {})
    for part, fields in (PARTS | {"follow-up": follow_up_part}).items():
        step.expect_success(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    none = {"part": "single-interventions", "not_applicable": "Inga punktinsatser: kommunen samordnar"}
    step.expect_success(nurse.act(f"{case.path}/record-plan-section", plan=plan, **none))
    for line in lines:
        step.expect_success(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    for person, role, holder in (
        (nurse, "physician-contact", PHYSICIAN),
        (nurse, "care-contact-region", DISTRICT_NURSE),
        (municipal, "care-contact-municipality", MUNICIPAL_NURSE),
        (municipal, "coordinator", MUNICIPAL_NURSE),
    ):
        step.expect_success(person.act(f"{case.path}/assign-contact-role", plan=plan, role=role, person=holder))
    step.expect_success(physician.act(f"{case.path}/agree-plan", **name_text(physician, plan)))
    return plan


def start_enrolment(step: PlayStep, people: People, case: PlayCase) -> None:
    """Commit both parties, assess the risks, confirm that the home is ready, and start the enrolment."""
    municipal = people.municipal
    _act_for_both(step, (people.nurse, municipal), case, "commit-to-enrolment")
    step.expect_success(municipal.act(f"{case.path}/assess-risks", risks=[FALLS]))
    for aspect in ("competence", "equipment"):
        step.expect_success(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.expect_success(municipal.act(f"{case.path}/start-enrolment"))


def _act_for_both(step: PlayStep, persons: tuple[Professional, Professional], case: PlayCase, act: str) -> None:
    for person in persons:
        step.expect_success(person.act(f"{case.path}/{act}"))
