"""Events of an intervention that was assessed as self-care or as health care (GAV-5-1 to -4, 9-4 to -6)."""

from enum import StrEnum
from typing import ClassVar

from domain.kernel import Event, Party, Slug, Text


class Carer(StrEnum):
    """A person or principal that is responsible for self-care (egenvård), or performs it."""

    INDIVIDUAL = "individual"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    REGION = "region"
    MUNICIPALITY = "municipality"
    OTHER = "other"

    @property
    def party(self) -> Party | None:
        """The party, if the carer is one."""
        return Party(self.value) if self in {Carer.REGION, Carer.MUNICIPALITY} else None


class SelfCareAssessed(Event):
    """Staff assessed if an intervention is self-care or health care for this individual (GAV-5-1)."""

    TOPIC: ClassVar[str] = "self-care.assessed.v1"
    party: Party
    intervention: Slug
    is_self_care: bool
    reason: Text
    responsible: Carer | None = None
    """The carer who is responsible by this assessment. None if the intervention is health care."""
    routine: Text | None = None
    """The county's common routine that was used (GAV-5-4)."""
    routine_version: Text | None = None


class SelfCarePerformanceHandedOver(Event):
    """The responsible carer lets another one perform the self-care, and stays responsible (GAV-9-5)."""

    TOPIC: ClassVar[str] = "self-care.performance-handed-over.v1"
    intervention: Slug
    performer: Carer
    responsibility_too: bool = False
    """True if responsibility is to move too. It moves only after a new assessment (GAV-9-6)."""
    note: Text | None = None


class SelfCareResponsibilityMoved(Event):
    """Responsibility moved to another carer, on the ground of a new assessment (GAV-9-6)."""

    TOPIC: ClassVar[str] = "self-care.responsibility-moved.v1"
    intervention: Slug
    responsible: Carer


SelfCareEvent = SelfCareAssessed | SelfCarePerformanceHandedOver | SelfCareResponsibilityMoved
