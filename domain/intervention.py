"""Interventions (insatser), in the words by which the agreements allocate responsibility."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from domain.kernel import MOST, Party, Slug, Text, Value

AnyIntervention = TypeVar("AnyIntervention", bound="Intervention")


class CareLevel(StrEnum):
    """The care level (vårdnivå; ORE-1.5-2, ORE-1.5-6). It is a level of care, not an organisation (SKR-4-1)."""

    PRIMARY = "primary"
    SPECIALISED = "specialised"


class Profession(StrEnum):
    """The professions that the record itself tells apart. An agreement's vocabulary can have more."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    PHYSIOTHERAPIST = "physiotherapist"


class InterventionKind(StrEnum):
    """The kind of an intervention: health care is medical and rehabilitative (ORE-1.5-1)."""

    MEDICAL = "medical"
    REHABILITATIVE = "rehabilitative"


class OrderLevels(Value):
    """The level at which an intervention is ordered, apart from the level at which it is performed (SKR-4-2, -3)."""

    ordering_level: CareLevel
    performing_level: CareLevel


class Intervention(Value):
    """One intervention (insats). Its key is the same in request, assessment, plan and enrolment."""

    key: Slug
    text: Text
    profession: Slug = Profession.NURSE.value
    """The competence that it needs: a profession of the agreement's vocabulary, for example `dietitian`."""
    kind: InterventionKind = InterventionKind.MEDICAL
    category: Slug | None = None
    """The category, in the agreement's own list, for example `coercive-measure`."""
    advanced: bool = False
    """True if the parties must first consider the form of care jointly (ORE-2.2-10). At any level (SKR-4-5)."""
    ordering: OrderLevels | None = None
    """None if it is ordered and performed at the level of the request."""

    @property
    def plain(self) -> "Intervention":
        """The intervention itself, without the additions of an assessment or a plan."""
        return Intervention.model_validate({name: getattr(self, name) for name in Intervention.model_fields})


class AllocatedIntervention(Intervention):
    """An intervention, and the party to which an assessment gives it (ORE-3.1.3-6)."""

    party: Party | None = None


def find_interventions(value: object) -> Iterator[Intervention]:
    """Yield every intervention in a value, at any depth."""
    if isinstance(value, Intervention):
        yield value
    elif isinstance(value, Value):
        for name in type(value).model_fields:
            yield from find_interventions(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from find_interventions(item)


def _refuse_repeated_keys(interventions: tuple[AnyIntervention, ...]) -> tuple[AnyIntervention, ...]:
    if len({intervention.key for intervention in interventions}) < len(interventions):
        raise ValueError("two interventions have the same key; give each its own")
    return interventions


Interventions = Annotated[tuple[Intervention, ...], Field(max_length=MOST), AfterValidator(_refuse_repeated_keys)]
"""Interventions, each with a key of its own."""

AllocatedInterventions = Annotated[
    tuple[AllocatedIntervention, ...], Field(max_length=MOST), AfterValidator(_refuse_repeated_keys)
]
"""Interventions of an assessment, each with a key of its own."""


class Scope(StrEnum):
    """The scope of an intervention: single, or one of several that the municipality coordinates (ORE-3.1.1-11)."""

    SINGLE = "single"
    SEVERAL_WITH_COORDINATION = "several-with-coordination"


class Participation(Value):
    """The individual's participation, or the reason for its absence (ORE-1.4-1)."""

    took_part: bool
    note: Text
