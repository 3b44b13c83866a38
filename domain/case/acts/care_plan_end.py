"""Acts that end a plan or move its follow-up, and the end of plans with the enrolment (catalogue P10 to P12)."""

from datetime import timedelta
from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActName, NotRegulated, PlanRule
from domain.case.events.care_plan import OrdererTransferred, PlanClosed, PlanClosingDeclared, PlanLapsed
from domain.case.rules.plan_lapse import last_covered_day
from domain.case.rules.plan_steps import (
    IN_FORCE,
    is_last_required,
    permit_on_plan,
    refuse_before_status,
    refuse_other_staff,
    require_plan_status,
    wrong_plan_state,
)
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.kernel import Event, Events, HsaId, Slug, Text, legal_midnight
from domain.refusals import ActorNotAllowed, NotYourPrincipal, PlanRequired, WrongState


def transfer_orderer(case: Case, *, act: Act, plan: UUID, person: HsaId) -> Events:
    """Let a colleague at your own principal take over the follow-up of the plan and its decisions (ORE-3.4-11).

    If the person who ordered has left, a colleague who may order can do this.
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    care_plan = require_plan_status(act, care_plan, *IN_FORCE)
    if rule.followed_up_by != "orderer":
        raise WrongState(
            subject="The plan", state="followed up by the parties", needed=("ordered",), rule=rule.clauses[0]
        )
    receiver = act.staff(person)
    if not care_plan.orderer_principal == receiver.principal == act.actor.principal:
        raise NotYourPrincipal(
            "The person who ordered, the colleague who takes over, and you must work for the same principal",
            rule="SYS-3",
            remedy="let the principal of the person who ordered name a colleague, or draw up a plan of your own",
            where=("person",),
        )
    ground = rule.follow_up_ground
    refuse_other_staff(act, rule, "transfer the follow-up of the plan", ground=ground)
    refuse_other_staff(act, rule, "take over the follow-up of the plan", actor=receiver, ground=ground)
    return (act.record(OrdererTransferred, on=care_plan, case_id=case.id, clauses=(ground,), person=person),)


def close(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Close a plan that is no longer needed.

    A plan that both parties established closes when both have asked for it. A plan that one person ordered is closed by
    that person, and a draft by its author's party. A plan that the enrolment requires is not closed before another
    one is in force.
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    if care_plan.ended_at is not None:
        raise WrongState(subject="The plan", state=care_plan.status, needed=("open",), rule="C.2")
    act.not_before(care_plan.since, f"the plan became {care_plan.status}")
    if care_plan.is_in_force and rule.followed_up_by == "orderer":
        refuse_other_than_orderer(act, care_plan, rule)
    elif care_plan.is_in_force and rule.established_by == "both-parties":
        declared_by = [care_plan.closing_declared_by] if care_plan.closing_declared_by is not None else []
        act.refuse_second(declared_by, "asked to close the plan", rule=rule.clauses[0])
        if not declared_by:
            _refuse_required_plan(act, case, care_plan)
            return (
                act.record(PlanClosingDeclared, on=care_plan, case_id=case.id, party=act.actor.party, reason=reason),
            )
    elif act.actor.party is not care_plan.author_party:
        raise NotYourPrincipal(
            f"The {care_plan.author_party} drew up the plan",
            rule=rule.clauses[0],
            remedy=f"let the {care_plan.author_party} close it",
            where=("plan",),
        )
    return end_plan(case, act, care_plan, rule, on=care_plan, reason="closed", note=reason)


def lapse(case: Case, *, act: Act, plan: UUID) -> Events:
    """Record that a plan has lapsed: its last day has passed, and no plan has replaced it (ORE-3.3-2).

    Only Kvittens itself does this. The plan can still be read. From that day on it shows as a gap, recorded or not.
    """
    act, care_plan, rule = permit_on_plan(case, act, plan)
    if not care_plan.is_in_force:
        raise wrong_plan_state(care_plan, IN_FORCE)
    last = last_covered_day(care_plan, act.in_force)
    if last is None:
        raise WrongState(subject="The plan", state="without end", needed=("limited",), rule=rule.clauses[0])
    act.not_before(legal_midnight(last + timedelta(days=1)), "the last day of the plan has passed")
    refuse_before_status(act, care_plan)
    event = act.record(PlanLapsed, on=care_plan, case_id=case.id, clauses=rule.clauses, covered_until=last)
    return (event,)


def close_plans(case: Case, *, act: Act, reason: Slug) -> Events:
    """Return the events that close every open plan, with the enrolment or the request."""
    return tuple(
        act.record(PlanClosed, on=refuse_before_status(act, plan), case_id=case.id, reason=reason)
        for plan in case.plans.values()
        if plan.ended_at is None
    )


def end_plan(
    case: Case, act: Act, plan: CarePlan, rule: PlanRule, *, on: CarePlan | Event, reason: Slug, note: Text
) -> Events:
    """Return the event that closes one plan. Refuse if the enrolment requires the plan.

    A plan that one person ordered ends when that person decides (ORE-3.4-11). The profession then judges if the
    enrolment ends as well (ORE-3.4-12).
    """
    if rule.followed_up_by != "orderer":
        _refuse_required_plan(act, case, plan)
    return (act.record(PlanClosed, on=on, case_id=case.id, clauses=rule.clauses, reason=reason, note=note),)


def refuse_other_than_orderer(act: Act, plan: CarePlan, rule: PlanRule) -> None:
    """Refuse everybody except the person who ordered (ORE-3.4-11)."""
    if act.actor.person != plan.orderer:
        raise ActorNotAllowed(
            "Only the person who ordered can follow up the plan and decide on it",
            rule=rule.follow_up_ground,
            remedy="let that person do it, or transfer the follow-up to a colleague first",
            where=("orderer",),
        )


def _refuse_required_plan(act: Act, case: Case, plan: CarePlan) -> None:
    """Refuse to close the last plan that the track requires during an enrolment (ORE-3.1.4-1, VML-5-8)."""
    track = act.in_force.track(case.referral.track)
    if not isinstance(track, NotRegulated) and is_last_required(case, plan, track.plans):
        raise PlanRequired(
            f"The enrolment requires the {plan.kind} plan",
            rule=track.plan_rule or track.clauses[0],
            remedy="establish another plan first, or end the enrolment",
            where=(plan.kind,),
            acts=(
                ActName.INITIATE_PLAN,
                ActName.DECLARE_DISCHARGE,
            ),
        )
