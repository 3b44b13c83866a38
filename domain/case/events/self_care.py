"""What can have happened to an intervention judged as self-care or as health care (GAV-5-1 to -4, 9-4 to -6)."""

from enum import StrEnum
from typing import ClassVar

from domain.kernel import Event, Party, Slug, Text


class Carer(StrEnum):
    """Who answers for self-care, or performs it."""

    INDIVIDUAL = "individual"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    REGION = "region"
    MUNICIPALITY = "municipality"
    OTHER = "other"

    @property
    def party(self) -> Party | None:
        """The principal whose staff it is; None for those who are nobody's staff."""
        return Party(self.value) if self in {Carer.REGION, Carer.MUNICIPALITY} else None


class SelfCareAssessed(Event):
    """Somebody judged, in this case, whether an intervention is self-care or health care (GAV-5-1)."""

    TOPIC: ClassVar[str] = "self-care.assessed.v1"
    party: Party
    intervention: Slug
    is_self_care: bool
    reason: Text
    responsible: Carer | None = None
    """Who is judged to answer for it; None where it is no self-care."""
    routine: Text | None = None
    """The county's common routine that was followed (GAV-5-4)."""
    routine_version: Text | None = None


class SelfCarePerformanceHandedOver(Event):
    """The one who answers for it lets another perform it, and goes on answering for it (GAV-9-5)."""

    TOPIC: ClassVar[str] = "self-care.performance-handed-over.v1"
    intervention: Slug
    performer: Carer
    responsibility_too: bool = False
    """Whether responsibility is asked to pass too, which takes a new assessment (GAV-9-6)."""
    note: Text | None = None


class SelfCareResponsibilityMoved(Event):
    """Another answers for it from now on, as a new assessment found (GAV-9-6)."""

    TOPIC: ClassVar[str] = "self-care.responsibility-moved.v1"
    intervention: Slug
    responsible: Carer


SelfCareEvent = SelfCareAssessed | SelfCarePerformanceHandedOver | SelfCareResponsibilityMoved
