"""Home care by the threshold (Västmanland): who gives it, and how somebody comes to be enrolled."""

from play.client import Person, Resource
from play.people import begun, raised, sent
from play.story import Step
from play.views import Case

COUNTY_NURSE, PHYSICIAN, PHYSICIAN_IN_BRUK = "SE2321000001-DSK1", "SE2321000001-LAKARE1", "SE2321000001-LAKARE2"
NURSE, STRANGER = "SE2120000011-SSK1", "SE2120000012-SSK1"
AABY, BRUK, COUNTY_COUNCIL = "SE2120000011-KOMMUN", "SE2120000012-KOMMUN", "SE2321000001-REGION"
INJECTION: Resource = {"key": "injection", "text": "Injektion var fjärde vecka", "profession": "nurse"}
FACTS = {
    "age": {},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
    "commissioned": {"commissioned_by_primary_care": True},
}
"""The facts of the three criteria, of somebody who reaches the health centre neither alone nor with support."""
TOOK_PART = {"took_part": True, "note": "Hemma"}


def needed(
    step: Step, person: Person, patient_id: str, *interventions: Resource, municipality: str, circumstance: str = ""
) -> Case:
    """A need that is raised and sent; `circumstance` holds of the person."""
    request = {"need": interventions[0]["text"], "interventions": list(interventions)}
    case = raised(step, person, patient_id, track="home-care", municipality=municipality, request=request)
    if circumstance:
        step.done(person.act(f"{case.path}/record-circumstance", circumstance=circumstance))
    return sent(step, person, case, municipality)


def planned(step: Step, municipal: Person, case: Case, *interventions: Resource) -> str:
    """The care plan, after planning with the person; what it says is the municipality's to perform."""
    plan = begun(step, municipal, case, "individual", [municipal.id, COUNTY_NURSE], TOOK_PART)
    for one in interventions:
        asked = one | {"scope": "several-with-coordination", "performer": "municipality"}
        step.done(municipal.act(f"{case.path}/plan-intervention", plan=plan, intervention=asked))
    return plan


def enrolled(
    step: Step,
    nurse: Person,
    municipal: Person,
    case: Case,
    *interventions: Resource,
    ground: str = "residence",
    physician: str = PHYSICIAN,
) -> None:
    """Somebody over the threshold is enrolled, with plan, responsible physician and nurse."""
    step.done(municipal.act(f"{case.path}/evaluate-criteria", facts=FACTS))
    step.done(municipal.act(f"{case.path}/propose-enrolment", ground=ground))
    plan = planned(step, municipal, case, *interventions)
    asked = {"plan": plan, "role": "responsible-physician", "person": physician}
    step.done(nurse.act(f"{case.path}/assign-contact-role", **asked))
    responsible = {"plan": plan, "role": "nursing-responsible", "person": municipal.id}
    step.done(municipal.act(f"{case.path}/assign-contact-role", **responsible))
    step.done(municipal.act(f"{case.path}/agree-plan", plan=plan))
    step.done(municipal.act(f"{case.path}/start-enrolment"))
