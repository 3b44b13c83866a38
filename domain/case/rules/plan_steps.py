"""The status of a plan, and the rule of its kind: what every act on a plan checks first."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from domain.act import Act
from domain.agreements.conditions import list_circumstances
from domain.agreements.model import ActName, ActorGroup, Agreement, NotRegulated, PlanRule
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.kernel import Actor, Slug
from domain.refusals import ContentNotKnown, UnknownReference, WrongState

WRITABLE = (
    PlanStatus.INITIATED,
    PlanStatus.MEETING_HELD,
    PlanStatus.DRAFTING,
    PlanStatus.AGREED_BY_ONE,
    PlanStatus.UNDER_REVISION,
)
"""The statuses in which parts, contacts and interventions can be written."""
PLANNABLE = (*WRITABLE, PlanStatus.ESTABLISHED)
"""The statuses in which the parties can plan together."""
IN_FORCE = (PlanStatus.ESTABLISHED, PlanStatus.UNDER_REVISION)
"""The statuses in which the plan holds."""


def permit_on_plan(case: Case, act: Act, plan: UUID) -> tuple[Act, CarePlan, PlanRule]:
    """Return the permitted act, the plan, and the rule of the plan's kind."""
    known = case.plans.get(plan)
    act = permit(act, case, ActSubject(plan=known.kind if known is not None else None))
    found = find_plan(case, plan)
    return act, found, find_plan_rule(act, found.kind)


def find_plan(case: Case, plan: UUID) -> CarePlan:
    """Return the plan with the id. Refuse an id that the case does not have."""
    found = case.plans.get(plan)
    if found is None:
        raise UnknownReference(
            f"The case has no plan {plan}",
            rule="SYS-1",
            remedy="name a plan of this case" if case.plans else "begin a plan first",
            where=("plan",),
            acts=() if case.plans else (ActName.INITIATE_PLAN,),
        )
    return found


def find_plan_rule(act: Act, kind: str) -> PlanRule:
    """Return the rule of a kind of plan. Refuse a kind that the version or the track does not have."""
    rule = act.in_force.plan_rule(kind)
    if isinstance(rule, NotRegulated):
        raise ContentNotKnown("plan", [kind], known=sorted(act.in_force.plans), rule="SYS-7")
    if rule.tracks and act.track not in rule.tracks:
        raise ContentNotKnown("plan on this track", [kind], known=rule.tracks, rule=rule.clauses[0])
    return rule


def list_plan_kinds(agreement: Agreement, case: Case, kinds: Iterable[Slug]) -> tuple[Slug, ...]:
    """List those of the kinds of plan that the version has as the case stands (ORE-3.3-1)."""
    rules = ((kind, agreement.plan_rule(kind)) for kind in kinds)
    return tuple(kind for kind, rule in rules if isinstance(rule, PlanRule) and case.meets(rule.when))


def list_plan_conditions(agreement: Agreement, kinds: Iterable[Slug]) -> tuple[Slug, ...]:
    """List the conditions under which the version has the kinds of plan."""
    rules = (agreement.plan_rule(kind) for kind in kinds)
    conditions = (rule.when for rule in rules if isinstance(rule, PlanRule))
    return tuple(dict.fromkeys(condition for condition in conditions if condition is not None))


def list_acts_for_conditions(agreement: Agreement, conditions: Iterable[Slug]) -> tuple[ActName, ...]:
    """List the acts that put one of the conditions on record; none if all follow from the case."""
    can_be_told = any(condition in list_circumstances(agreement) for condition in conditions)
    return (ActName.RECORD_CIRCUMSTANCE,) if can_be_told else ()


def is_last_required(case: Case, plan: CarePlan, kinds: Collection[Slug]) -> bool:
    """Return True if an enrolment runs on the plan: it alone in force is of a kind that the track requires."""
    others = (other for other in case.plans.values() if other.id != plan.id and other.is_in_force)
    is_required = case.is_enrolled and plan.is_in_force and plan.kind in kinds
    return is_required and not any(other.kind in kinds for other in others)


def refuse_other_staff(
    act: Act, rule: PlanRule, deed: str, *, actor: Actor | None = None, ground: str | None = None
) -> None:
    """Refuse staff that the text does not name for plans of the kind (ORE-3.3-2)."""
    actor = actor or act.actor
    if not is_named(rule.initiated_by, act, actor):
        raise act.refused_group(rule.initiated_by, deed, rule=ground or rule.clauses[0], actor=actor)


def is_named(groups: tuple[ActorGroup, ...], act: Act, actor: Actor) -> bool:
    """Return True if the actor is in one of the groups on this track, or if there are no groups."""
    return not groups or any(group.is_on(act.track) and group.is_met_by(actor) for group in groups)


def require_plan_status(act: Act, plan: CarePlan, *needed: PlanStatus) -> CarePlan:
    """Return the plan. Refuse a plan in another status, and an act dated before the status began."""
    if plan.status not in needed:
        raise wrong_plan_state(plan, needed)
    return refuse_before_status(act, plan)


def wrong_plan_state(plan: CarePlan, needed: Sequence[PlanStatus]) -> WrongState:
    """Return the refusal of an act that the plan is not ready for, or too far gone for."""
    acts: tuple[ActName, ...] = ()
    if plan.status is PlanStatus.ESTABLISHED:
        acts = (ActName.REVISE_PLAN,)
    elif plan.status in WRITABLE:
        acts = (ActName.AGREE_PLAN,)
    return WrongState(subject="The plan", state=plan.status, needed=needed, rule="C.2", acts=acts)


def refuse_before_status(act: Act, plan: CarePlan) -> CarePlan:
    """Return the plan. Refuse an act dated before its present status began."""
    act.not_before(plan.since, f"the plan became {plan.status}")
    return plan
