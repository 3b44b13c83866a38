"""Care of the severely ill at home (Gävleborg): the professionals, and the acts that bring a patient home."""

from dataclasses import dataclass
from typing import Any

from play.client import Cast, HttpAnswer, Professional, Resource
from play.people import raise_need, read_plan_id, send_referral
from play.story import PlayStep
from play.views import PlayCase, name_text

REGION, NORRBY, SODERBY = "SE2321000002-REGION", "SE2120000021-KOMMUN", "SE2120000022-KOMMUN"
PHYSICIAN, DISTRICT_NURSE = "SE2321000002-LAKARE1", "SE2321000002-DSK1"
SPECIALIST, SPECIALIST_NURSE = "SE2321000002-SPEC1", "SE2321000002-SPECSSK1"
NURSE, CARE_STAFF, OTHER_NURSE = "SE2120000021-SSK1", "SE2120000021-USK1", "SE2120000022-SSK1"
COORDINATOR = "SE2321000002-SAMORD1"
DIRECTOR, OTHER_DIRECTOR = "SE2321000002-DIR1", "SE2120000022-DIR1"

VENTILATOR: Resource = {"key": "ventilator", "text": "Respirator dygnet runt", "category": "ventilator"}
MEASURE: Resource = {"key": "assistance", "text": "Personlig assistans enligt LSS", "category": "lss-measure"}
COORDINATION: Resource = {
    "key": "coordination",
    "text": "Samordning av utskrivningen från sjukhuset och vården i hemmet",
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
"""The four parts of every SIP, and the patient's participation (INF-6-3 to -8)."""


def state_facts(**device: bool) -> dict[str, dict[str, Any]]:
    """Return the facts of the two criteria: health care with LSS, and extensive care with one of the devices."""
    without = {"ventilator": False, "tracheostomy": False, "bag_dialysis": False}
    return {
        "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
        "extensive-care": without | device | {"extensive": True, "extent": "Vård dygnet runt av särskilt utbildade"},
    }


@dataclass(frozen=True)
class Staff:
    """The professionals of the Gävleborg scenarios."""

    physician: Professional
    """The physician at the health centre where the patients are listed."""
    nurse: Professional
    """The district nurse at the health centre."""
    specialist: Professional
    specialist_nurse: Professional
    municipal: Professional
    """The nurse of the municipality's home care."""
    elsewhere: Professional
    """A nurse of the county's other municipality."""
    coordinator: Professional
    """The region's coordinator, who handles money."""
    director: Professional
    """The region's director, who may sign agreements for it."""
    other_director: Professional
    """The director of the county's other municipality."""

    @classmethod
    def gather(cls, cast: Cast) -> "Staff":
        """Return the professionals with their tokens."""
        care = (PHYSICIAN, DISTRICT_NURSE, SPECIALIST, SPECIALIST_NURSE, NURSE, OTHER_NURSE)
        return cls(*map(cast.find, (*care, COORDINATOR, DIRECTOR, OTHER_DIRECTOR)))


def request_care(
    step: PlayStep, person: Professional, patient_id: str, *interventions: Resource, municipality: str, treated_by: str
) -> PlayCase:
    """Raise and send a need of care at home. `treated_by` is the level of care that treats."""
    request = {"need": "Vård i hemmet i stället för på sjukhus", "interventions": list(interventions)}
    case = raise_need(
        step, person, patient_id, track="severely-ill-at-home", municipality=municipality, request=request
    )
    if treated_by == "specialised":
        circumstance = {"circumstance": "specialist-treatment"}
        step.expect_success(person.act(f"{case.path}/record-circumstance", **circumstance))
    return send_referral(step, person, case, municipality)


def write_sip(step: PlayStep, staff: Staff, case: PlayCase, *interventions: Resource) -> str:
    """Write a SIP at a meeting of both parties, without its contacts, and return its id."""
    nurse = staff.specialist_nurse
    plan = read_plan_id(step.expect_success(nurse.act(f"{case.path}/initiate-plan", kind="sip")))
    meeting = {"form": "facility", "participants": [SPECIALIST, PHYSICIAN, NURSE], "participation": TOOK_PART}
    step.expect_success(nurse.act(f"{case.path}/hold-planning", plan=plan, **meeting))
    for intervention in interventions:
        step.expect_success(nurse.act(f"{case.path}/plan-intervention", plan=plan, intervention=intervention))
    for part, fields in PARTS.items():
        step.expect_success(nurse.act(f"{case.path}/record-plan-section", plan=plan, part=part, fields=fields))
    return plan


def name_contacts(step: PlayStep, staff: Staff, case: PlayCase, plan: str) -> None:
    """Name the permanent care contact of each party, with the area."""
    for person, party in ((staff.specialist_nurse, "region"), (staff.municipal, "municipality")):
        content = {"plan": plan, "role": f"care-contact-{party}", "person": person.id, "area": AREA}
        step.expect_success(person.act(f"{case.path}/assign-contact-role", **content))


def agree_to_plan(step: PlayStep, staff: Staff, case: PlayCase, plan: str) -> None:
    """Agree to the plan for both parties."""
    for person in (staff.specialist, staff.municipal):
        step.expect_success(person.act(f"{case.path}/agree-plan", **name_text(person, plan)))


def record_statement(
    person: Professional, case: PlayCase, kind: str, *, about: str | None = None, **fields: str
) -> HttpAnswer:
    """Record a statement. `about` is a member of staff, if the statement is about one."""
    content = {name.replace("_", "-"): value for name, value in fields.items()}
    return person.act(f"{case.path}/record-statement", kind=kind, fields=content, person=about)


def bring_home(
    step: PlayStep, staff: Staff, case: PlayCase, *interventions: Resource, proposed: bool = False, **device: bool
) -> None:
    """Enrol a patient at home, with all that must come first. `proposed` is True if the enrolment is proposed."""
    nurse, municipal = staff.specialist_nurse, staff.municipal
    step.expect_success(nurse.act(f"{case.path}/evaluate-criteria", facts=state_facts(**device)))
    if not proposed:
        step.expect_success(municipal.act(f"{case.path}/propose-enrolment"))
    plan = write_sip(step, staff, case, *interventions)
    name_contacts(step, staff, case, plan)
    role = {"plan": plan, "role": "coordinating-physician", "person": PHYSICIAN}
    step.expect_success(staff.physician.act(f"{case.path}/assign-contact-role", **role))
    agree_to_plan(step, staff, case, plan)
    step.expect_success(
        record_statement(nurse, case, "risk-analysis", template="SKL", findings="Strömavbrott: reservutrustning")
    )
    step.expect_success(record_statement(nurse, case, "checklist", edition="Bilaga 1, 2018"))
    step.expect_success(municipal.act(f"{case.path}/start-enrolment"))
