"""The self-care of one intervention, folded from its events."""

from typing import Self, assert_never

from domain.case.events.self_care import (
    Carer,
    SelfCareAssessed,
    SelfCareEvent,
    SelfCarePerformanceHandedOver,
    SelfCareResponsibilityMoved,
)
from domain.kernel import Aggregate, HistoryBroken, Instant, Party, Slug


class SelfCare(Aggregate):
    """The latest assessment of an intervention as self-care, who is responsible, and who performs it."""

    intervention: Slug
    is_self_care: bool
    assessed_at: Instant
    assessed_by: Party
    """The party that made the latest assessment."""
    found: Carer | None
    """The carer who is responsible by the latest assessment."""
    responsible: Carer | None
    """The carer who is responsible. None if the intervention is health care, or if nobody has replaced a guardian."""
    performer: Carer | None
    settled_at: Instant
    """The time at which that carer became responsible, or at which the last one ceased to be."""
    asked_at: Instant | None = None
    """The latest time at which somebody asked to move the responsibility."""
    since: Instant

    def without_guardian(self, at: Instant) -> Self:
        """Return the self-care after the child has come of age: nobody is responsible before a new assessment."""
        performer = None if self.performer is Carer.GUARDIAN else self.performer
        return self.model_copy(update={"responsible": None, "performer": performer, "settled_at": at})


def evolve(self_care: SelfCare | None, event: SelfCareEvent) -> SelfCare:
    """Return the state after the event. An assessment does not move a responsibility that a carer has."""
    at = event.occurred_at
    match event:
        case SelfCareAssessed() if self_care is None:
            return SelfCare(
                id=event.originator_id,
                version=event.originator_version,
                intervention=event.intervention,
                is_self_care=event.is_self_care,
                assessed_at=at,
                assessed_by=event.party,
                found=event.responsible,
                responsible=event.responsible,
                performer=event.responsible,
                settled_at=at,
                since=at,
            )
        case SelfCareAssessed() if self_care is not None:
            assessed = self_care.after(
                event,
                is_self_care=event.is_self_care,
                assessed_at=at,
                assessed_by=event.party,
                found=event.responsible,
                since=at,
            )
            if event.is_self_care and self_care.responsible is not None:
                return assessed
            return assessed.model_copy(
                update={"responsible": event.responsible, "performer": event.responsible, "settled_at": at}
            )
        case SelfCarePerformanceHandedOver() if self_care is not None:
            asked_at = at if event.responsibility_too else self_care.asked_at
            return self_care.after(event, performer=event.performer, asked_at=asked_at, since=at)
        case SelfCareResponsibilityMoved() if self_care is not None:
            return self_care.after(event, responsible=event.responsible, settled_at=at, since=at)
        case SelfCareAssessed() | SelfCarePerformanceHandedOver() | SelfCareResponsibilityMoved():
            raise HistoryBroken(event)
        case _:
            assert_never(event)
