"""Acts by which staff entrust a task to others, and record that it was performed (ORE-1.5-5)."""

from enum import StrEnum

from domain.act import Act
from domain.agreements.model import ActName, Guard
from domain.case.events.enrolment import (
    InterventionPerformed,
    TaskAssigned,
    TaskDelegated,
)
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_plans import (
    category_of,
    find_planned,
    refuse_never_planned,
)
from domain.case.rules.enrolment_steps import (
    RUNNING,
    require_enrolment,
    require_enrolment_status,
    wrong_enrolment_state,
)
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.kernel import Events, HsaId, Slug, Text, legal_day
from domain.refusals import (
    NoDelegation,
    WrongState,
)


class TaskForm(StrEnum):
    """The form in which licensed staff give a task to others (ORE-1.5-5)."""

    DELEGATION = "delegation"
    ASSIGNMENT = "assignment"


def delegate(
    case: Case, *, act: Act, intervention: Slug, performer: HsaId, form: TaskForm = TaskForm.DELEGATION
) -> Events:
    """Delegate or assign a task to other staff, as licensed staff (ORE-1.5-5, INF-2-6)."""
    act = permit(
        act, case, ActSubject(intervention=intervention, category=category_of(case, intervention), person=performer)
    )
    enrolment = require_enrolment_status(case, act, *RUNNING)
    find_planned(act, case, intervention)
    ground = act.ground(Guard.DELEGATION)
    if ground is not None and not act.actor.role.is_licensed:
        raise NoDelegation(
            f"The role {act.actor.role} cannot delegate or assign a task",
            rule=ground.rule,
            remedy="let licensed staff do this",
            where=(act.actor.role,),
        )
    act.own_staff(performer)
    event_class = TaskAssigned if form is TaskForm.ASSIGNMENT else TaskDelegated
    event = act.record(event_class, on=enrolment, case_id=case.id, intervention=intervention, performer=performer)
    return (event,)


def perform(case: Case, *, act: Act, intervention: Slug, performer: HsaId, note: Text | None = None) -> Events:
    """Record that an intervention was performed (ORE-1.5-5). It may be late, also after the enrolment has ended."""
    act = permit(
        act, case, ActSubject(intervention=intervention, category=category_of(case, intervention), person=performer)
    )
    enrolment = require_enrolment(case)
    if enrolment.started_at is None:
        raise wrong_enrolment_state(enrolment, (EnrolmentStatus.ACTIVE,))
    act.not_before(enrolment.started_at, "the enrolment started")
    deceased = case.deceased_on is not None and legal_day(act.occurred_at) > case.deceased_on
    if deceased or (enrolment.ended_at is not None and act.occurred_at > enrolment.ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=(EnrolmentStatus.ACTIVE,), rule="C.3")
    refuse_never_planned(act, case, intervention)
    staff = act.own_staff(performer)
    ground = act.ground(Guard.DELEGATION)
    delegated_at = enrolment.delegations.get(intervention, {}).get(performer)
    entrusted = delegated_at is not None and act.occurred_at >= delegated_at
    if ground is not None and not staff.role.is_licensed and not entrusted:
        raise NoDelegation(
            f"{performer} is not licensed, and has no assignment or delegation of {intervention}",
            rule=ground.rule,
            remedy="let licensed staff assign or delegate the task first",
            where=(performer, intervention),
            acts=(ActName.DELEGATE_TASK,),
        )
    event = act.record(
        InterventionPerformed,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        performer=performer,
        note=note,
    )
    return (event,)
