"""Care of the severely ill at home (Gävleborg): who gives it, and how one comes home."""

from dataclasses import dataclass
from typing import Any

from play.client import Answer, Cast, Person, Resource
from play.people import plan_of, raised, sent
from play.story import Step
from play.views import Case

REGION, NORRBY, SODERBY = "SE2321000002-REGION", "SE2120000021-KOMMUN", "SE2120000022-KOMMUN"
PHYSICIAN, DISTRICT_NURSE = "SE2321000002-LAKARE1", "SE2321000002-DSK1"
SPECIALIST, SPECIALIST_NURSE = "SE2321000002-SPEC1", "SE2321000002-SPECSSK1"
NURSE, CARE_STAFF, OTHER_NURSE = "SE2120000021-SSK1", "SE2120000021-USK1", "SE2120000022-SSK1"
COORDINATOR = "SE2321000002-SAMORD1"

VENTILATOR: Resource = {"key": "ventilator", "text": "Respirator dygnet runt", "category": "ventilator"}
MEASURE: Resource = {"key": "assistance", "text": "Personlig assistans enligt LSS", "category": "lss-measure"}
COORDINATION: Resource = {
    "key": "coordination",
    "text": "Samordning av utskrivningen och vården i hemmet",
    "profession": "physician",
    "category": "coordination",
}
AREA = "Vården i hemmet, dygnet runt"
TOOK_PART = {"took_part": True, "note": "Har varit med och vill hem"}

PARTS: dict[str, dict[str, Any]] = {
    "needs": {"text": "Vård i hemmet dygnet runt, och personlig assistans"},
    "principals": {"text": "Specialistvården behandlar, kommunen utför, hälsocentralen samordnar"},
    "others": {"text": "Inga"},
    "overall-responsibility": {"principal": "region"},
    "participation": {"text": "Har varit med vid mötet"},
}
"""The four parts of every SIP, and how the individual took part (INF-6-3 to -8)."""


def facts(**device: bool) -> dict[str, dict[str, Any]]:
    """The facts of the two criteria: health care together with LSS, and extensive care with one of the devices."""
    without = {"ventilator": False, "tracheostomy": False, "bag_dialysis": False}
    return {
        "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
        "extensive-care": without | device | {"extensive": True, "extent": "Vård dygnet runt av särskilt utbildade"},
    }


@dataclass(frozen=True)
class Staff:
    """The professionals."""

    physician: Person
    """At the health centre where the patients are listed."""
    nurse: Person
    """The health centre's."""
    specialist: Person
    specialist_nurse: Person
    municipal: Person
    """The nurse of the municipality's home care."""
    elsewhere: Person
    """A nurse of the county's other municipality."""
    coordinator: Person
    """The region's, who sees to money."""

    @classmethod
    def of(cls, cast: Cast) -> "Staff":
        """Out of the directory."""
        ids = (PHYSICIAN, DISTRICT_NURSE, SPECIALIST, SPECIALIST_NURSE, NURSE, OTHER_NURSE, COORDINATOR)
        return cls(*map(cast.person, ids))


def needed(
    step: Step, person: Person, patient_id: str, *interventions: Resource, municipality: str, treated_by: str
) -> Case:
    """A need that is raised and sent, by which level of care treats."""
    request = {"need": "Vård i hemmet i stället för på sjukhus", "interventions": list(interventions)}
    case = raised(step, person, patient_id, track="severely-ill-at-home", municipality=municipality, request=request)
    if treated_by == "specialised":
        circumstance = {"circumstance": "specialist-treatment"}
        step.done(person.act(f"{case.path}/record-circumstance", **circumstance))
    return sent(step, person, case, municipality)


def sip(step: Step, staff: Staff, case: Case, *interventions: Resource) -> str:
    """A SIP that is written at a meeting of both, and waits for who coordinates and for the contacts."""
    nurse = staff.specialist_nurse
    plan = plan_of(step.done(nurse.act(f"{case.path}/initiate-plan", kind="sip")))
    meeting = {"form": "facility", "participants": [SPECIALIST, PHYSICIAN, NURSE], "participation": TOOK_PART}
    step.done(nurse.act(f"{case.path}/hold-planning", plan=plan, **meeting))
    for one in interventions:
        step.done(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=one))
    for part, fields in PARTS.items():
        step.done(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    return plan


def named(step: Step, staff: Staff, case: Case, plan: str) -> None:
    """The permanent care contact of each party, with its area."""
    for person, party in ((staff.specialist_nurse, "region"), (staff.municipal, "municipality")):
        asked = {"plan": plan, "role": f"care-contact-{party}", "person": person.id, "area": AREA}
        step.done(person.act(f"{case.path}/assign-contact-role", **asked))


def agreed(step: Step, staff: Staff, case: Case, plan: str) -> None:
    """Both agree to the plan."""
    for person in (staff.specialist, staff.municipal):
        step.done(person.act(f"{case.path}/agree-plan", plan=plan))


def stated(person: Person, case: Case, kind: str, *, about: str | None = None, **fields: str) -> Answer:
    """A party puts a statement on record, about a member of staff where one is named."""
    said = {name.replace("_", "-"): value for name, value in fields.items()}
    return person.act(f"{case.path}/record-statement", kind=kind, fields=said, person=about)


def home(
    step: Step, staff: Staff, case: Case, *interventions: Resource, proposed: bool = False, **device: bool
) -> None:
    """Somebody comes home and is enrolled, with all that is asked for first; `proposed`: that it was before."""
    nurse, municipal = staff.specialist_nurse, staff.municipal
    step.done(nurse.act(f"{case.path}/evaluate-criteria", facts=facts(**device)))
    if not proposed:
        step.done(municipal.act(f"{case.path}/propose-enrolment"))
    plan = sip(step, staff, case, *interventions)
    named(step, staff, case, plan)
    coordinating = {"plan": plan, "role": "coordinating-physician", "person": PHYSICIAN}
    step.done(staff.physician.act(f"{case.path}/assign-contact-role", **coordinating))
    agreed(step, staff, case, plan)
    step.done(stated(nurse, case, "risk-analysis", template="SKL", findings="Strömavbrott: reservutrustning"))
    step.done(stated(nurse, case, "checklist", edition="Bilaga 1, 2018"))
    step.done(municipal.act(f"{case.path}/start-enrolment"))
