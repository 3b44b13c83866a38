"""How a plan ends: with the enrolment, by those who established it, or by time alone (catalogue P10 to P12)."""

from uuid import UUID

from domain.act import Act
from domain.agreements.model import NotRegulated, PlanRule
from domain.case.events.care_plan import OrdererTransferred, PlanClosed, PlanClosingDeclared, PlanLapsed
from domain.case.rules.plan_lapse import lapse_day, last_covered_day
from domain.case.rules.plan_steps import (
    IN_FORCE,
    permit_on_plan,
    refuse_before_status,
    refuse_other_staff,
    require_plan_status,
)
from domain.case.state.care_plan import CarePlan
from domain.case.state.case import Case
from domain.kernel import Event, Events, HsaId, Slug, Text, legal_midnight
from domain.refusals import ActorNotAllowed, NotYourPrincipal, PlanRequired, WrongState


def transfer_orderer(case: Case, *, act: Act, plan: UUID, person: HsaId) -> Events:
    """Let another of your own principal take over what you ordered: to follow up, and to decide (ORE-3.4-11).

    Where the one who ordered is no longer there, a colleague whom the text names as ordering does it.
    """
    act, found, rule = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *IN_FORCE)
    if rule.followed_up_by != "orderer":
        raise WrongState(
            subject="The plan", state="followed up by the parties", needed=("ordered",), rule=rule.clauses[0]
        )
    receiver = act.staff(person)
    if found.orderer_principal not in (act.actor.principal, receiver.principal) or (
        receiver.principal != act.actor.principal
    ):
        raise NotYourPrincipal(
            "The one who ordered, and who takes over, work for the same principal as the one who says so",
            rule="SYS-3",
            remedy="let the principal of the one who ordered name a colleague, or draw up a plan of your own",
            where=("person",),
        )
    ground = rule.follow_up or rule.clauses[0]
    refuse_other_staff(act, rule, "transfer what was ordered", ground=ground)
    refuse_other_staff(act, rule, "take over what was ordered", actor=receiver, ground=ground)
    return (act.record(OrdererTransferred, on=found, case_id=case.id, clauses=(ground,), person=person),)


def close(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """End a plan that has served (catalogue P12).

    What both parties established takes both to end, and what one person ordered, that person; a draft, its author's
    party. A plan that the running enrolment cannot be without is not ended before another is in force.
    """
    act, found, rule = permit_on_plan(case, act, plan)
    if found.ended_at is not None:
        raise WrongState(subject="The plan", state=found.status, needed=("open",), rule="C.2")
    act.not_before(found.since, f"the plan became {found.status}")
    if found.is_in_force and rule.followed_up_by == "orderer":
        refuse_other_than_orderer(act, found, rule)
    elif found.is_in_force and rule.established_by == "both-parties":
        declared_by = [found.closing_declared_by] if found.closing_declared_by is not None else []
        act.refuse_second(declared_by, "said so", rule=rule.clauses[0])
        if not declared_by:
            _refuse_needed(act, case, found)
            return (act.record(PlanClosingDeclared, on=found, case_id=case.id, party=act.actor.party, reason=reason),)
    elif act.actor.party is not found.author_party:
        raise NotYourPrincipal(
            f"The {found.author_party} drew the plan up",
            rule=rule.clauses[0],
            remedy=f"let the {found.author_party} end it",
            where=("plan",),
        )
    return ended(case, act, found, rule, on=found, reason="closed", note=reason)


def lapse(case: Case, *, act: Act, plan: UUID) -> Events:
    """Record that the days a plan covered have passed with none in its place; only the record itself does (ORE-3.3-2).

    It can still be read, and shows as a gap from that day on whether or not this is recorded.
    """
    act, found, rule = permit_on_plan(case, act, plan)
    if not found.is_in_force:
        raise WrongState(subject="The plan", state=found.status, needed=IN_FORCE, rule="C.2")
    last, first = last_covered_day(found, act.in_force), lapse_day(found, act.in_force)
    if last is None or first is None:
        raise WrongState(subject="The plan", state="without end", needed=("limited",), rule=rule.clauses[0])
    act.not_before(legal_midnight(first), "the days that the plan covers have passed")
    refuse_before_status(act, found)
    event = act.record(PlanLapsed, on=found, case_id=case.id, clauses=rule.clauses, covered_until=last)
    return (event,)


def closed_plans(case: Case, *, act: Act, reason: Slug) -> Events:
    """The events by which every open plan ends with the enrolment, or with the request (catalogue P12)."""
    return tuple(
        act.record(PlanClosed, on=refuse_before_status(act, plan), case_id=case.id, reason=reason)
        for plan in case.plans.values()
        if plan.ended_at is None
    )


def ended(
    case: Case, act: Act, plan: CarePlan, rule: PlanRule, *, on: CarePlan | Event, reason: Slug, note: Text
) -> Events:
    """The event by which one plan ends. Refuses while the running enrolment cannot be without it.

    What one person ordered ends when that person decides so (ORE-3.4-11): whether the enrolment then ends as well is
    the profession's to judge (ORE-3.4-12).
    """
    if rule.followed_up_by != "orderer":
        _refuse_needed(act, case, plan)
    return (act.record(PlanClosed, on=on, case_id=case.id, clauses=rule.clauses, reason=reason, note=note),)


def refuse_other_than_orderer(act: Act, plan: CarePlan, rule: PlanRule) -> None:
    """Refuse anybody but the one who ordered (ORE-3.4-11)."""
    if act.actor.person != plan.orderer:
        raise ActorNotAllowed(
            "Only the one who ordered follows the plan up and decides on it",
            rule=rule.follow_up or rule.clauses[0],
            remedy="let the one who ordered do it, or transfer what was ordered first",
            where=("orderer",),
        )


def _refuse_needed(act: Act, case: Case, plan: CarePlan) -> None:
    """A running enrolment is not left without any of the plans that the track asks for (ORE-3.1.4-1, VML-5-8)."""
    running = (
        case.enrolment is not None and case.enrolment.started_at is not None and not case.enrolment.status.is_ended
    )
    track = act.in_force.track(case.referral.track)
    if not running or isinstance(track, NotRegulated) or plan.kind not in track.plans or not plan.is_in_force:
        return
    others = [one for one in case.plans.values() if one.id != plan.id and one.is_in_force and one.kind in track.plans]
    if not others:
        raise PlanRequired(
            f"The enrolment stands on the {plan.kind} plan",
            rule=track.plan_rule or track.clauses[0],
            remedy="establish the plan that is to take its place, or end the enrolment",
            where=(plan.kind,),
        )
