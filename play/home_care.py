"""Home care by both parties' consent (Örebro, track 1): what every case goes through, as JSON acts."""

from play.client import Person, Resource
from play.content import (
    CRITERIA,
    DISTRICT_NURSE,
    EKEBY,
    MUNICIPAL_NURSE,
    PARTS,
    PHYSICIAN,
    TOOK_PART,
    VISIT,
    WOUND,
    assessment,
    request,
)
from play.people import People, begun, raised, sent
from play.story import Step
from play.views import Case

TEAM = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]
SEVERAL: Resource = {"scope": "several-with-coordination"}
PLANNED = (WOUND | SEVERAL | {"performer": "municipality"}, VISIT | SEVERAL | {"performer": "region"})
"""The wound care and the physician's follow-up, as a plan puts them."""
CONSIDERED = "Omläggning med kompression är primärvårdsnivå"


def enrolled(step: Step, people: People, patient_id: str) -> Case:
    """Somebody with a leg ulcer is enrolled, all on one day."""
    nurse, municipal = people.nurse, people.municipal
    case = sent(step, nurse, raised(step, nurse, patient_id, municipality=EKEBY, request=request()), EKEBY)
    investigated(step, people, case)
    accepted(step, people, case)
    plan = joint_plan(step, people, case, *PLANNED)
    step.done(municipal.act(f"{case.path}/agree-plan", plan=plan))
    started(step, people, case)
    return case


def investigated(step: Step, people: People, case: Case, *interventions: Resource) -> None:
    """The request is acknowledged, the region contacted, and both have assessed it: the wound, or what is named."""
    municipal = people.municipal
    step.done(municipal.act(f"{case.path}/acknowledge-referral"))
    step.done(municipal.act(f"{case.path}/contact-principal"))
    step.done(municipal.act(f"{case.path}/start-assessment", participants=TEAM))
    for person in (people.physician, municipal):
        said = assessment("primary", CONSIDERED, *interventions)
        step.done(person.act(f"{case.path}/record-assessment", **said))


def accepted(step: Step, people: People, case: Case) -> None:
    """All five criteria are met, the level is established, and both have accepted."""
    nurse = people.nurse
    step.done(nurse.act(f"{case.path}/evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"}))
    step.done(nurse.act(f"{case.path}/establish-level"))
    _both(step, (nurse, people.municipal), case, "accept-referral")


def joint_plan(step: Step, people: People, case: Case, *planned: Resource, follow_up: str | None = None) -> str:
    """The medical treatment plan, planned and written by both, and agreed to by the region so far; its id.

    `follow_up` is the day of its follow-up, if that is another than the usual.
    """
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    plan = begun(step, municipal, case, "medical", TEAM, TOOK_PART)
    followed = PARTS["follow-up"] | ({"when": follow_up} if follow_up else {})
    for part, fields in (PARTS | {"follow-up": followed}).items():
        step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    none = {"part": "single-interventions", "not_applicable": "Inga punktinsatser: kommunen samordnar"}
    step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, **none))
    for one in planned:
        step.done(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=one))
    for person, role, named in (
        (nurse, "physician-contact", PHYSICIAN),
        (nurse, "care-contact-region", DISTRICT_NURSE),
        (municipal, "care-contact-municipality", MUNICIPAL_NURSE),
        (municipal, "coordinator", MUNICIPAL_NURSE),
    ):
        step.done(person.act(f"{case.path}/assign-contact-role", plan=plan, role=role, person=named))
    step.done(physician.act(f"{case.path}/agree-plan", plan=plan))
    return plan


def started(step: Step, people: People, case: Case) -> None:
    """Both commit themselves, the home is ready, and the municipality enrols."""
    municipal = people.municipal
    _both(step, (people.nurse, municipal), case, "commit-to-enrolment")
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.done(municipal.act(f"{case.path}/start-enrolment"))


def _both(step: Step, persons: tuple[Person, Person], case: Case, act: str) -> None:
    for person in persons:
        step.done(person.act(f"{case.path}/{act}"))
