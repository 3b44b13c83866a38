"""The state of one intervention's self-care, folded from its events."""

from typing import assert_never

from domain.case.events.self_care import (
    Carer,
    SelfCareAssessed,
    SelfCareEvent,
    SelfCarePerformanceHandedOver,
    SelfCareResponsibilityMoved,
)
from domain.kernel import Aggregate, HistoryBroken, Instant, Slug


class SelfCare(Aggregate):
    """What was judged last of an intervention, who answers for it and who performs it."""

    intervention: Slug
    is_self_care: bool
    assessed_at: Instant
    found: Carer | None
    """Whom the latest assessment found to answer for it."""
    responsible: Carer | None
    """Who answers for it; None where it is no self-care."""
    performer: Carer | None
    settled_at: Instant
    """When that one came to answer for it."""
    asked_at: Instant | None = None
    """When it was last asked that responsibility pass to another."""
    since: Instant


def evolve(self_care: SelfCare | None, event: SelfCareEvent) -> SelfCare:
    """The state after the event. An assessment moves no responsibility that somebody already has."""
    at = event.occurred_at
    match event:
        case SelfCareAssessed() if self_care is None:
            return SelfCare(
                id=event.originator_id,
                version=event.originator_version,
                intervention=event.intervention,
                is_self_care=event.is_self_care,
                assessed_at=at,
                found=event.responsible,
                responsible=event.responsible,
                performer=event.responsible,
                settled_at=at,
                since=at,
            )
        case SelfCareAssessed() if self_care is not None:
            judged = self_care.after(
                event,
                is_self_care=event.is_self_care,
                assessed_at=at,
                found=event.responsible,
                since=at,
            )
            if event.is_self_care and self_care.is_self_care:
                return judged
            return judged.model_copy(
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
