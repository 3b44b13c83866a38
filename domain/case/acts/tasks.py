"""Acts by which staff entrust a task to others, and record that it was performed (ORE-1.5-5)."""

from domain.act import Act
from domain.agreements.model import ActName, Guard
from domain.case.events.enrolment import (
    DelegationWithdrawn,
    InterventionPerformed,
    TaskAssigned,
    TaskDelegated,
    TaskForm,
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
from domain.case.rules.responsibility import find_rule_of_other
from domain.case.state.case import Case
from domain.kernel import Actor, Day, Events, HsaId, Party, Slug, Text, UnitKind, legal_day, legal_midnight
from domain.refusals import (
    NoDelegation,
    NotYourPrincipal,
    OccurredTooEarly,
    WrongState,
)


def delegate(
    case: Case,
    *,
    act: Act,
    intervention: Slug,
    performer: HsaId,
    last_day: Day,
    form: TaskForm = TaskForm.DELEGATION,
) -> Events:
    """Delegate or assign a task to other staff until a last day, as licensed staff (ORE-1.5-5, INF-2-6).

    It ends after `last_day`, with the enrolment, or when it is withdrawn. A newer one takes its place. What the other
    party alone performs is the other party's to delegate.
    """
    act = _permit_on_task(act, case, intervention, performer)
    enrolment = require_enrolment_status(case, act, *RUNNING)
    find_planned(act, case, intervention)
    _refuse_unlicensed(act)
    _refuse_of_other(act, case, intervention)
    _refuse_receiver(act, act.own_staff(performer))
    if last_day < legal_day(act.occurred_at):
        raise OccurredTooEarly(
            occurred_at=legal_midnight(last_day),
            since=act.occurred_at,
            event="the task was delegated",
            field="last_day",
        )
    event_class = TaskAssigned if form is TaskForm.ASSIGNMENT else TaskDelegated
    event = act.record(
        event_class,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        performer=performer,
        last_day=last_day,
    )
    return (event,)


def withdraw_delegation(case: Case, *, act: Act, intervention: Slug, performer: HsaId, reason: Text) -> Events:
    """Withdraw a delegation or an assignment of your own principal before its last day, as licensed staff."""
    act = _permit_on_task(act, case, intervention, performer)
    enrolment = require_enrolment_status(case, act, *RUNNING)
    _refuse_unlicensed(act)
    found = enrolment.find_delegation(intervention, performer, act.occurred_at)
    if found is None:
        raise WrongState(
            subject=f"The delegation of {intervention} to {performer}",
            state="not in force",
            needed=("in force",),
            rule=act.rule_of(ActName.DELEGATE_TASK),
        )
    if found.principal != act.actor.principal:
        raise NotYourPrincipal(
            "Another principal delegated the task",
            rule="SYS-3",
            remedy="let that principal withdraw it",
            where=("performer",),
        )
    event = act.record(
        DelegationWithdrawn,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        performer=performer,
        reason=reason,
    )
    return (event,)


def _permit_on_task(act: Act, case: Case, intervention: Slug, performer: HsaId) -> Act:
    """Return the act as the version permits it on an intervention that a member of staff performs."""
    about = ActSubject(intervention=intervention, category=category_of(case, intervention), person=performer)
    return permit(act, case, about)


def _refuse_unlicensed(act: Act) -> None:
    """Refuse staff without a licence, if the agreement leaves tasks to others by delegation alone (ORE-1.5-5)."""
    ground = act.ground(Guard.DELEGATION)
    if ground is not None and not act.actor.role.is_licensed:
        raise NoDelegation(
            f"The role {act.actor.role} cannot delegate or assign a task",
            rule=ground.rule,
            remedy="let licensed staff do this",
            where=(act.actor.role,),
        )


def _refuse_of_other(act: Act, case: Case, intervention: Slug) -> None:
    """Refuse to give a task that the other party alone performs (INF-2-6, ORE-1.2-3)."""
    rule, other = find_rule_of_other(act, case, intervention), act.actor.party.other
    if rule is not None:
        raise NotYourPrincipal(
            f"The {other} performs {intervention}",
            rule=rule,
            remedy=f"let the {other} delegate or assign it to its own staff",
            where=("intervention",),
        )


def _refuse_receiver(act: Act, receiver: Actor) -> None:
    """Refuse to give a task to oneself, and to a role that performs no care."""
    if receiver.person == act.actor.person:
        refused, remedy = "Nobody can delegate or assign a task to themselves", "give the task to somebody else"
    elif not receiver.role.gives_care:
        refused, remedy = f"A {receiver.role} performs no care", "give the task to licensed staff or to care staff"
    else:
        return
    raise NoDelegation(refused, rule=act.rule, remedy=remedy, where=("performer",))


def perform(case: Case, *, act: Act, intervention: Slug, performer: HsaId, note: Text | None = None) -> Events:
    """Record that an intervention was performed (ORE-1.5-5). It may be late, also after the enrolment has ended.

    What was done is recorded, whoever was to do it and wherever the person was. If the other party alone was to do it,
    the event names that rule as broken, but for the region's care during a stay in hospital. It names E14 if staff
    outside the hospital performed it during the stay: care at home rests then.
    """
    act = _permit_on_task(act, case, intervention, performer)
    enrolment = require_enrolment(case, *RUNNING)
    if enrolment.started_at is None:
        raise wrong_enrolment_state(enrolment, RUNNING)
    act.not_before(enrolment.started_at, "the enrolment started")
    deceased = case.deceased_on is not None and legal_day(act.occurred_at) > case.deceased_on
    if deceased or (enrolment.ended_at is not None and act.occurred_at > enrolment.ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=RUNNING, rule="C.3")
    refuse_never_planned(act, case, intervention)
    staff = act.own_staff(performer)
    ground = act.ground(Guard.DELEGATION)
    delegation = enrolment.find_delegation(intervention, performer, act.occurred_at)
    rule, in_hospital = find_rule_of_other(act, case, intervention), enrolment.was_in_hospital(act.occurred_at)
    if ground is not None and not staff.role.is_licensed and delegation is None:
        raise NoDelegation(
            f"{performer} is not licensed, and had no assignment or delegation of {intervention} at that time",
            rule=ground.rule,
            remedy="let licensed staff assign or delegate the task first"
            if rule is None
            else f"let the {act.actor.party.other} perform it, or let licensed staff record what they performed",
            where=(performer, intervention),
            acts=(ActName.DELEGATE_TASK,) if rule is None else (),
        )
    if rule is not None and not (in_hospital and act.actor.party is Party.REGION):
        act = act.with_breaches((rule,))
    if in_hospital and staff.unit_kind is not UnitKind.INPATIENT_CARE:
        act = act.with_breaches(("E14",))
    event = act.record(
        InterventionPerformed,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        performer=performer,
        note=note,
    )
    return (event,)
