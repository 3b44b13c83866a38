"""Notices that the person is ready for discharge from hospital, folded from their events."""

from uuid import UUID

from domain.case.events.case import HospitalLeft, ReadyForDischargeNotified, ReadyForDischargeWithdrawn
from domain.kernel import HsaId, Instant, Text, Value


class DischargeNotice(Value):
    """A notice that the person is ready for discharge from hospital."""

    id: UUID
    event: UUID
    """The id of the event that gave it."""
    unit: HsaId
    """The inpatient unit that gave it."""
    at: Instant
    withdrawn_at: Instant | None = None
    """The time from which the person was not ready any more. None if the notice was not withdrawn."""
    reason: Text | None = None
    """The reason of the withdrawal."""
    left_at: Instant | None = None
    """The time at which a person without an enrolment left. An enrolment knows it by its own stays in hospital."""


Notices = tuple[DischargeNotice, ...]


def evolve(notices: Notices, event: ReadyForDischargeNotified | ReadyForDischargeWithdrawn | HospitalLeft) -> Notices:
    """Return the notices after the event. An event about a notice that was corrected changes nothing."""
    if isinstance(event, ReadyForDischargeNotified):
        notice = DischargeNotice(id=event.notice_id, event=event.id, unit=event.actor.unit, at=event.occurred_at)
        return (*notices, notice)
    changes: dict[str, object] = {"left_at": event.occurred_at}
    if isinstance(event, ReadyForDischargeWithdrawn):
        changes = {"withdrawn_at": event.occurred_at, "reason": event.reason}
    return tuple(each if each.id != event.notice_id else each.model_copy(update=changes) for each in notices)
