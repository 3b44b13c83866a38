"""Who plays in the scenarios, and how they open a case."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from play import systems
from play.client import Answer, Cast, Person, Resource
from play.content import DISTRICT_NURSE, MUNICIPAL_NURSE, OTHER_NURSE, PHYSICIAN
from play.story import Step
from play.views import Case

PATIENT = "194205159801"
"""A woman born 15 May 1942: 82 in the spring of 2025. From the tax agency's test series."""
NUMBERS = "https://journal.example/vardbegaran"
"""The sending system's own numbers for its requests."""


@dataclass(frozen=True)
class People:
    """The professionals."""

    nurse: Person
    """The district nurse at the region's health centre."""
    physician: Person
    """The health centre's physician."""
    municipal: Person
    """The nurse of the municipality's home care."""
    stranger: Person
    """A nurse of another municipality."""

    @classmethod
    def of(cls, cast: Cast) -> "People":
        """Out of the directory."""
        return cls(*(cast.person(one) for one in (DISTRICT_NURSE, PHYSICIAN, MUNICIPAL_NURSE, OTHER_NURSE)))


def number(play: str) -> Resource:
    """A new number of the sending system, so that each play makes a case of its own."""
    return {"system": NUMBERS, "value": f"{play}-{uuid4()}"}


def patient(step: Step, person: Person, number: str = PATIENT) -> str:
    """The id of the person, found by number in a POST, so that it stands in no address or log."""
    found = person.search("Patient", identifier=f"{systems.PERSONNUMMER}|{number}")
    born = f"{number[:4]}-{number[4:6]}-{number[6:8]}"
    step.expect("birth dates of those with the number", [born], [one["birthDate"] for one in found])
    return str(found[0]["id"])


def raised(step: Step, person: Person, patient_id: str, **content: object) -> Case:
    """The case that somebody opens by raising a need, as JSON."""
    said = step.done(person.act("cases", patient_id=patient_id, **content)).body
    return Case(id=said["case"], request=said["referral"]["id"], task="", patient=patient_id)


def sent(step: Step, person: Person, case: Case, receiver: str) -> Case:
    """The case once its request is sent, as JSON; from then on it has a Task."""
    said = step.done(person.act(f"{case.path}/send-referral", receiver=receiver)).body
    (task,) = (address.split("/")[1] for address in said["resources"] if address.startswith("Task/"))
    return replace(case, task=task)


def plan_of(answer: Answer) -> str:
    """The plan that an act was about: the latest of the case."""
    return str(answer.body["plans"][-1]["id"])


def begun(
    step: Step, person: Person, case: Case, kind: str, participants: list[str], participation: dict[str, Any]
) -> str:
    """The plan of a kind that somebody begins, and plans with the individual at once; its id."""
    plan = plan_of(step.done(person.act(f"{case.path}/initiate-plan", kind=kind)))
    met = {"form": "home", "participants": participants, "participation": participation}
    step.done(person.act(f"{case.path}/hold-planning", plan=plan, **met))
    return plan


def opened(request: Resource, task: str, patient_id: str) -> Case:
    """The case of a request, which says in its requisition where its acts are."""
    return Case(id=request["requisition"]["value"], request=request["id"], task=task, patient=patient_id)


def change_task(person: Person, case: Case, **changes: object) -> Answer:
    """Ask for an act by changing the coordination Task."""
    return person.update(person.read(f"Task/{case.task}") | changes)
