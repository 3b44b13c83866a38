"""The fold that answers: who may perform which task by delegation or assignment, from when to when?"""

from datetime import date

from domain.case.events.enrolment import TaskForm
from domain.case.state.case import Case
from domain.kernel import HsaId, Instant, Slug, Value


class DelegationEntry(Value):
    """A delegation or an assignment of a task, as its principal lists it."""

    intervention: Slug
    text: str
    """The intervention in words."""
    performer: HsaId
    by: HsaId
    principal: HsaId
    form: TaskForm
    since: Instant
    last_day: date | None
    """The last day that was stated. None if none was."""
    ends: Instant | None
    """The first moment at which it no longer holds. None if nothing ends it yet."""


def list_delegations(case: Case) -> tuple[DelegationEntry, ...]:
    """List the delegations of a case, also those that have ended."""
    if case.enrolment is None:
        return ()
    ended_at = case.enrolment.ended_at
    return tuple(
        DelegationEntry(
            text=case.named[delegation.intervention].text,
            **delegation.model_dump(exclude={"ends"}),
            ends=min((at for at in (delegation.ends, ended_at) if at is not None), default=None),
        )
        for delegation in case.enrolment.delegations
    )
