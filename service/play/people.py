"""Who plays in the scenarios, and how they open a case."""

from dataclasses import dataclass
from uuid import uuid4

from fhir_profiles import systems
from service.play.client import Answer, Cast, Person, Resource
from service.play.content import DISTRICT_NURSE, MUNICIPAL_NURSE, OTHER_NURSE, PHYSICIAN
from service.play.story import Step
from service.play.views import Case

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


def patient(step: Step, person: Person) -> str:
    """The id of the woman, found by her number in a POST, so that it stands in no address or log."""
    found = person.search("Patient", identifier=f"{systems.PERSONNUMMER}|{PATIENT}")
    step.expect("birth dates of those with her number", ["1942-05-15"], [one["birthDate"] for one in found])
    return str(found[0]["id"])


def opened(request: Resource, task: str, patient_id: str) -> Case:
    """The case of a request, which says in its requisition where its acts are."""
    return Case(id=request["requisition"]["value"], request=request["id"], task=task, patient=patient_id)


def change_task(person: Person, case: Case, **changes: object) -> Answer:
    """Ask for an act by changing the coordination Task."""
    return person.update(person.read(f"Task/{case.task}") | changes)
