"""Home care by the threshold (Västmanland): the professionals, and the acts that enrol a patient."""

from play.client import Professional, Resource
from play.people import begin_plan, raise_need, send_referral
from play.story import PlayStep
from play.views import PlayCase, name_text

COUNTY_NURSE, PHYSICIAN, PHYSICIAN_IN_BRUK = "SE2321000001-DSK1", "SE2321000001-LAKARE1", "SE2321000001-LAKARE2"
NURSE, STRANGER = "SE2120000011-SSK1", "SE2120000012-SSK1"
AABY, BRUK, COUNTY_COUNCIL = "SE2120000011-KOMMUN", "SE2120000012-KOMMUN", "SE2321000001-REGION"
INJECTION: Resource = {"key": "injection", "text": "Injektion var fjärde vecka", "profession": "nurse"}
FACTS = {
    "age": {},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
    "commissioned": {"commissioned_by_primary_care": True},
}
"""The facts of the three criteria for a patient who cannot reach the health centre, even with support."""
TOOK_PART = {"took_part": True, "note": "Hemma"}


def request_care(
    step: PlayStep,
    person: Professional,
    patient_id: str,
    *interventions: Resource,
    municipality: str,
    circumstance: str = "",
) -> PlayCase:
    """Raise and send a need of home care. `circumstance` is a circumstance of the patient."""
    request = {"need": interventions[0]["text"], "interventions": list(interventions)}
    case = raise_need(step, person, patient_id, track="home-care", municipality=municipality, request=request)
    if circumstance:
        step.expect_success(person.act(f"{case.path}/record-circumstance", circumstance=circumstance))
    return send_referral(step, person, case, municipality)


def write_plan(step: PlayStep, municipal: Professional, case: PlayCase, *interventions: Resource) -> str:
    """Plan with the patient, write the care that the municipality performs, and return the plan's id."""
    plan = begin_plan(step, municipal, case, "individual", [municipal.id, COUNTY_NURSE], TOOK_PART)
    for intervention in interventions:
        line = intervention | {"scope": "several-with-coordination", "performer": "municipality"}
        step.expect_success(municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=line))
    return plan


def enrol(
    step: PlayStep,
    nurse: Professional,
    municipal: Professional,
    case: PlayCase,
    *interventions: Resource,
    ground: str = "residence",
    physician: str = PHYSICIAN,
) -> None:
    """Enrol a patient over the threshold, with a plan, a responsible physician and a responsible nurse."""
    step.expect_success(municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS))
    step.expect_success(municipal.act(f"{case.path}/propose-enrolment", ground=ground))
    plan = write_plan(step, municipal, case, *interventions)
    content = {"plan": plan, "role": "responsible-physician", "person": physician}
    step.expect_success(nurse.act(f"{case.path}/assign-contact-role", **content))
    responsible = {"plan": plan, "role": "nursing-responsible", "person": municipal.id}
    step.expect_success(municipal.act(f"{case.path}/assign-contact-role", **responsible))
    step.expect_success(municipal.act(f"{case.path}/agree-plan", **name_text(municipal, plan)))
    step.expect_success(municipal.act(f"{case.path}/start-enrolment"))
