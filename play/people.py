"""The professionals of the Örebro scenarios, and the acts that begin a case."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from play import systems
from play.client import Cast, HttpAnswer, Professional, Resource
from play.content import DISTRICT_NURSE, MUNICIPAL_NURSE, OTHER_NURSE, PHYSICIAN
from play.story import PlayStep
from play.views import PlayCase

PATIENT = "194205159801"
"""A woman born 15 May 1942: 82 in the spring of 2025. From the tax agency's test series."""
NUMBERS = "https://journal.example/vardbegaran"
"""The sending system's own numbers for its requests."""


@dataclass(frozen=True)
class People:
    """The professionals of the Örebro scenarios."""

    nurse: Professional
    """The district nurse at the region's health centre."""
    physician: Professional
    """The health centre's physician."""
    municipal: Professional
    """The nurse of the municipality's home care."""
    stranger: Professional
    """A nurse of another municipality."""

    @classmethod
    def gather(cls, cast: Cast) -> "People":
        """Return the professionals with their tokens."""
        return cls(*(cast.find(id) for id in (DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE, OTHER_NURSE)))


def make_number(play: str) -> Resource:
    """Return a new number of the sending system, so that each play makes a new case."""
    return {"system": NUMBERS, "value": f"{play}-{uuid4()}"}


def find_patient(step: PlayStep, person: Professional, number: str = PATIENT) -> str:
    """Find a patient by number, in a POST so that no address or log holds the number, and return the id."""
    patients = person.search("Patient", identifier=f"{systems.PERSONNUMMER}|{number}")
    birth_date = f"{number[:4]}-{number[4:6]}-{number[6:8]}"
    step.expect("birth dates of those with the number", [birth_date], [patient["birthDate"] for patient in patients])
    return str(patients[0]["id"])


def list_open_cases(person: Professional, patient_id: str) -> list[str]:
    """List the cases of the patient's open requests. Other plays may have left one, and the person asks despite it."""
    requests = person.search("ServiceRequest", patient=patient_id, status="draft,active")
    return [request["requisition"]["value"] for request in requests]


def raise_need(step: PlayStep, person: Professional, patient_id: str, **content: object) -> PlayCase:
    """Raise a need over JSON, and return the new case."""
    despite = list_open_cases(person, patient_id)
    body = step.expect_success(person.act("cases", patient_id=patient_id, despite=despite, **content)).body
    return PlayCase(id=body["case"], request=body["referral"]["id"], task="", patient=patient_id)


def send_referral(step: PlayStep, person: Professional, case: PlayCase, receiver: str) -> PlayCase:
    """Send the request over JSON, and return the case with its Task."""
    body = step.expect_success(person.act(f"{case.path}/send-referral", receiver=receiver)).body
    (task,) = (address.split("/")[1] for address in body["resources"] if address.startswith("Task/"))
    return replace(case, task=task)


def read_plan_id(answer: HttpAnswer) -> str:
    """Return the id of the latest plan in an act's answer."""
    return str(answer.body["plans"][-1]["id"])


def begin_plan(
    step: PlayStep,
    person: Professional,
    case: PlayCase,
    kind: str,
    participants: list[str],
    participation: dict[str, Any],
) -> str:
    """Begin a plan, hold the planning with the patient at once, and return the plan's id."""
    plan = read_plan_id(step.expect_success(person.act(f"{case.path}/initiate-plan", kind=kind)))
    meeting = {"form": "home", "participants": participants, "participation": participation}
    step.expect_success(person.act(f"{case.path}/hold-planning", plan=plan, **meeting))
    return plan


def read_case(request: Resource, task: str, patient_id: str) -> PlayCase:
    """Return the case of a ServiceRequest. Its requisition holds the id of the case."""
    return PlayCase(id=request["requisition"]["value"], request=request["id"], task=task, patient=patient_id)


def change_task(person: Professional, case: PlayCase, **changes: object) -> HttpAnswer:
    """Ask for an act by changing the coordination Task."""
    return person.update(person.read(f"Task/{case.task}") | changes)
