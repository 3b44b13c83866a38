"""Home care by both parties' consent (Örebro): from the need to the enrolment, where a play begins with that."""

from service.play.client import Person
from service.play.content import (
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
from service.play.people import People, begun, raised, sent
from service.play.story import Step
from service.play.views import Case

TEAM = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE]


def enrolled(step: Step, people: People, patient_id: str) -> Case:
    """Somebody with a leg ulcer is enrolled, all on one day."""
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    case = raised(step, nurse, patient_id, municipality=EKEBY, request=request())
    case = sent(step, nurse, case, EKEBY)
    _both_assess(step, people, case)
    plan = begun(step, municipal, case, "medical", TEAM, TOOK_PART)
    for part, fields in PARTS.items():
        step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    none = {"part": "single-interventions", "not_applicable": "Inga punktinsatser: kommunen samordnar"}
    step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, **none))
    for intervention, party in ((WOUND, "municipality"), (VISIT, "region")):
        asked = intervention | {"scope": "several-with-coordination", "performer": party}
        step.done(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=asked))
    for person, role, named in (
        (nurse, "physician-contact", PHYSICIAN),
        (nurse, "care-contact-region", DISTRICT_NURSE),
        (municipal, "care-contact-municipality", MUNICIPAL_NURSE),
        (municipal, "coordinator", MUNICIPAL_NURSE),
    ):
        step.done(person.act(f"{case.path}/assign-contact-role", plan=plan, role=role, person=named))
    _both(step, (physician, municipal), case, "agree-plan", plan=plan)
    _both(step, (nurse, municipal), case, "commit-to-enrolment")
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.done(municipal.act(f"{case.path}/start-enrolment"))
    return case


def _both_assess(step: Step, people: People, case: Case) -> None:
    nurse, physician, municipal = people.nurse, people.physician, people.municipal
    step.done(municipal.act(f"{case.path}/acknowledge-referral"))
    step.done(municipal.act(f"{case.path}/contact-principal"))
    step.done(municipal.act(f"{case.path}/start-assessment", participants=TEAM))
    for person in (physician, municipal):
        said = assessment("primary", "Omläggning med kompression är primärvårdsnivå")
        step.done(person.act(f"{case.path}/record-assessment", **said))
    step.done(nurse.act(f"{case.path}/evaluate-criteria", facts=CRITERIA, notes={"risks": "CFS 6"}))
    step.done(nurse.act(f"{case.path}/establish-level"))
    _both(step, (nurse, municipal), case, "accept-referral")


def _both(step: Step, persons: tuple[Person, Person], case: Case, act: str, **content: object) -> None:
    for person in persons:
        step.done(person.act(f"{case.path}/{act}", **content))
