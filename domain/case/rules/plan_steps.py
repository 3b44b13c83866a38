"""What the acts on a plan ask before anything else: which plan it is, how far it has come, and what rules its kind."""

from uuid import UUID

from domain.act import Act
from domain.agreements.model import ActorGroup, NotRegulated, PlanRule
from domain.case.permission import permit
from domain.case.preconditions import About
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.kernel import Actor
from domain.refusals import ActorNotAllowed, ContentNotKnown, UnknownReference, WrongState

WRITABLE = (
    PlanStatus.INITIATED,
    PlanStatus.MEETING_HELD,
    PlanStatus.DRAFTING,
    PlanStatus.AGREED_BY_ONE,
    PlanStatus.UNDER_REVISION,
)
"""In which states parts, contacts and interventions may be written."""
PLANNABLE = (*WRITABLE, PlanStatus.ESTABLISHED)
"""In which states planning may be held."""
IN_FORCE = (PlanStatus.ESTABLISHED, PlanStatus.UNDER_REVISION)
"""In which states it holds."""


def permitted(case: Case, act: Act, plan: UUID) -> tuple[Act, CarePlan, PlanRule]:
    """The act on the plan as it is permitted, the plan, and how plans of its kind come to be, hold and end."""
    known = case.plans.get(plan)
    act = permit(act, case, About(plan=known.kind if known is not None else None))
    found = plan_of(case, plan)
    return act, found, rule_of(act, found.kind)


def plan_of(case: Case, plan: UUID) -> CarePlan:
    """The plan of that id. Refuses one that the case does not have."""
    found = case.plans.get(plan)
    if found is None:
        raise UnknownReference(
            f"The case has no plan {plan}", rule="SYS-1", remedy="name a plan of this case", where=("plan",)
        )
    return found


def rule_of(act: Act, kind: str) -> PlanRule:
    """How plans of the kind come to be. Refuses a kind that the version, or the track, does not have."""
    rule = act.in_force.plan_rule(kind)
    if isinstance(rule, NotRegulated):
        raise ContentNotKnown("plan", [kind], known=sorted(act.in_force.plans), rule="SYS-7")
    if rule.tracks and act.track is not None and act.track not in rule.tracks:
        raise ContentNotKnown("plan on this track", [kind], known=rule.tracks, rule=rule.clauses[0])
    return rule


def refuse_others(act: Act, rule: PlanRule, what: str, *, who: Actor | None = None, ground: str | None = None) -> None:
    """Refuse staff other than those whom the text names as drawing up plans of the kind (ORE-3.3-2)."""
    actor = who or act.actor
    if not is_named(rule.initiated_by, act, actor):
        raise ActorNotAllowed(
            f"The role {actor.role} of {actor.unit_kind} in a {actor.party} does not {what}",
            rule=ground or rule.clauses[0],
            remedy=f"this is done by {' or '.join(map(str, rule.initiated_by))}",
            where=(actor.party, actor.unit_kind, actor.role),
        )


def is_named(those: tuple[ActorGroup, ...], act: Act, actor: Actor) -> bool:
    """Whether the actor is one of those named on this track; where none is named, anybody is."""
    return not those or any(one.is_on(act.track) and one.is_met_by(actor) for one in those)


def at(act: Act, plan: CarePlan, *wanted: PlanStatus) -> CarePlan:
    """The plan, in one of these states and not before it came into it."""
    if plan.status not in wanted:
        raise WrongState(subject="The plan", state=plan.status, needed=wanted, rule="C.2")
    return not_after(act, plan)


def not_after(act: Act, plan: CarePlan) -> CarePlan:
    """The plan, which an act is about to change: not before it came to be what it is."""
    act.not_before(plan.since, f"the plan became {plan.status}")
    return plan
