"""The way into municipal home care (Örebro, track 1) as JSON acts: what every case goes through."""

from service.play.client import Resource
from service.play.content import DISTRICT_NURSE, MUNICIPAL_NURSE, PARTS, PHYSICIAN, assessment
from service.play.people import People, begun
from service.play.story import Step
from service.play.views import Case


def investigated(step: Step, people: People, case: Case, considerations: str, *interventions: Resource) -> None:
    """The request is acknowledged, the region contacted, and both parties have assessed: primary care level.

    The interventions are those of the wound, where no others are named.
    """
    nurse, municipal = people.nurse, people.municipal
    for act in ("acknowledge-referral", "contact-principal"):
        step.done(municipal.act(f"{case.path}/{act}"))
    step.done(municipal.act(f"{case.path}/start-assessment", participants=[DISTRICT_NURSE, MUNICIPAL_NURSE]))
    assessed = assessment("primary", considerations, *interventions)
    for person in (nurse, municipal):
        step.done(person.act(f"{case.path}/record-assessment", **assessed))


def joint_plan(step: Step, people: People, case: Case, *planned: Resource, follow_up: str, note: str) -> str:
    """The medical treatment plan, planned and written by both, and agreed to by the region; its id."""
    nurse, municipal = people.nurse, people.municipal
    team, took_part = [DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE], {"took_part": True, "note": note}
    plan = begun(step, nurse, case, "medical", team, took_part)
    for one in planned:
        step.done(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=one))
    followed = PARTS["follow-up"] | {"when": follow_up}
    for part, fields in (PARTS | {"follow-up": followed}).items():
        step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    none = {"part": "single-interventions", "not_applicable": "Inga punktinsatser: kommunen samordnar"}
    step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, **none))
    for role, person in (("physician-contact", PHYSICIAN), ("care-contact-region", DISTRICT_NURSE)):
        step.done(nurse.act(f"{case.path}/assign-contact-role", plan=plan, role=role, person=person))
    for role in ("care-contact-municipality", "coordinator"):
        step.done(municipal.act(f"{case.path}/assign-contact-role", plan=plan, role=role, person=MUNICIPAL_NURSE))
    step.done(people.physician.act(f"{case.path}/agree-plan", plan=plan))
    return plan


def enrolled(step: Step, people: People, case: Case) -> None:
    """Both commit themselves, the home is ready, and the municipality enrols."""
    nurse, municipal = people.nurse, people.municipal
    for person in (nurse, municipal):
        step.done(person.act(f"{case.path}/commit-to-enrolment"))
    for aspect in ("competence", "equipment"):
        step.done(municipal.act(f"{case.path}/confirm-readiness", aspect=aspect))
    step.done(municipal.act(f"{case.path}/start-enrolment"))
