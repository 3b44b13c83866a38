"""What is to be done for the person, in the words the agreements allocate responsibility by."""

from enum import StrEnum

from domain.kernel import Party, Slug, Text, Value


class CareLevel(StrEnum):
    """Vårdnivå (ORE-1.5-2, ORE-1.5-6)."""

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


class Intervention(Value):
    """One intervention (insats). Its key is the same in request, assessment, plan and enrolment."""

    key: Slug
    text: Text
    profession: Profession = Profession.NURSE
    kind: InterventionKind = InterventionKind.MEDICAL
    category: Slug | None = None
    """What sort it is, in the agreement's own list, for example `coercive-measure`."""
    advanced: bool = False
    """Whether the parties must consider the form of care together first (ORE-2.2-10)."""

    @property
    def plain(self) -> "Intervention":
        """The intervention itself, without what an assessment or a plan says of it."""
        return Intervention.model_validate({name: getattr(self, name) for name in Intervention.model_fields})


class AllocatedIntervention(Intervention):
    """An intervention with the party that an assessment gives it to (ORE-3.1.3-6)."""

    party: Party | None = None


class Scope(StrEnum):
    """Single interventions, or several with coordination by the municipality (ORE-3.1.1-11)."""

    SINGLE = "single"
    SEVERAL_WITH_COORDINATION = "several-with-coordination"


class Participation(Value):
    """How the individual took part, or why not (ORE-1.4-1)."""

    took_part: bool
    note: Text
