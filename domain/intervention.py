"""What is to be done for the person, in the words the agreements allocate responsibility by."""

from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from domain.kernel import MOST, Party, Slug, Text, Value

One = TypeVar("One", bound="Intervention")


class CareLevel(StrEnum):
    """Vårdnivå (ORE-1.5-2, ORE-1.5-6): a level, and no organisation (SKR-4-1)."""

    PRIMARY = "primary"
    SPECIALISED = "specialised"


class Profession(StrEnum):
    """The competence an intervention needs."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    PHYSIOTHERAPIST = "physiotherapist"


class InterventionKind(StrEnum):
    """Health care covers medical and rehabilitative interventions (ORE-1.5-1)."""

    MEDICAL = "medical"
    REHABILITATIVE = "rehabilitative"


class Ordering(Value):
    """At which level an intervention is ordered, kept apart from the level at which it is performed (SKR-4-2, -3)."""

    ordering_level: CareLevel
    performing_level: CareLevel


class Intervention(Value):
    """One intervention (insats). Its key is the same in request, assessment, plan and enrolment."""

    key: Slug
    text: Text
    profession: Profession = Profession.NURSE
    kind: InterventionKind = InterventionKind.MEDICAL
    category: Slug | None = None
    """What sort it is, in the agreement's own list, for example `coercive-measure`."""
    advanced: bool = False
    """Whether the parties must consider the form of care together first (ORE-2.2-10); at any level (SKR-4-5)."""
    ordering: Ordering | None = None
    """None: ordered and performed at the level of the request."""

    @property
    def plain(self) -> "Intervention":
        """The intervention itself, without what an assessment or a plan says of it."""
        return Intervention.model_validate({name: getattr(self, name) for name in Intervention.model_fields})


class AllocatedIntervention(Intervention):
    """An intervention with the party that an assessment gives it to (ORE-3.1.3-6)."""

    party: Party | None = None


def _with_own_keys(interventions: tuple[One, ...]) -> tuple[One, ...]:
    if len({one.key for one in interventions}) < len(interventions):
        raise ValueError("two interventions have the same key; give each its own")
    return interventions


Interventions = Annotated[tuple[Intervention, ...], Field(max_length=MOST), AfterValidator(_with_own_keys)]
"""Interventions, each with a key of its own, so that each is answered for."""

AllocatedInterventions = Annotated[
    tuple[AllocatedIntervention, ...], Field(max_length=MOST), AfterValidator(_with_own_keys)
]
"""The same, each with the party that an assessment gives it to."""


class Scope(StrEnum):
    """Single interventions, or several with coordination by the municipality (ORE-3.1.1-11)."""

    SINGLE = "single"
    SEVERAL_WITH_COORDINATION = "several-with-coordination"


class Participation(Value):
    """How the individual took part, or why not (ORE-1.4-1)."""

    took_part: bool
    note: Text
