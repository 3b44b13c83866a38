"""Open items of the plans: planning, agreement, follow-up, and the end of a plan by time alone."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from domain.agreements.model import ActName, ActorGroup, Agreement, Guard, NotRegulated, PlanRule
from domain.case.preconditions import ActSubject
from domain.case.rules.plan_content import find_lack
from domain.case.rules.plan_lapse import last_covered_day
from domain.case.rules.plan_steps import is_last_required, list_plan_kinds
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.kernel import Instant, Party, Slug
from projections.worklist.open_items import BOTH, Deed, OpenItem
from projections.worklist.track_rules import TrackRules

LAPSE, GAP = "lapse", "gap"

UNAGREED = {PlanStatus.MEETING_HELD, PlanStatus.DRAFTING, PlanStatus.AGREED_BY_ONE, PlanStatus.UNDER_REVISION}
"""The statuses of a plan that is to be written and agreed to."""


def find_plan_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the planning to do, and of each kind the latest plan to plan, to agree to and to follow up."""
    open_plans = [plan for plan in case.plans.values() if plan.ended_at is None]
    for plan in _latest_of_each_kind(plan for plan in open_plans if plan.without_individual_proposed_by is not None):
        yield from _planning_without_individual(plan)
    for plan in _latest_of_each_kind(plan for plan in open_plans if plan.closing_declared_by is not None):
        yield from _find_closing(case, plan, rules)
    for plan in _latest_of_each_kind(plan for plan in open_plans if plan.is_in_force):
        yield from _follow_ups(case, plan, rules)
    if case.is_ended:
        return
    drafts = [plan for plan in open_plans if plan.status is not PlanStatus.ESTABLISHED]
    for plan in _latest_of_each_kind(plan for plan in drafts if _waits_for_agreement(plan)):
        yield from _agreements(case, plan, rules)
    since = case.plan_awaited_since
    is_unplanned = not any(plan.planned_at is not None for plan in case.plans.values())
    if since is None:
        awaited: Sequence[Slug] = ()
    elif is_unplanned and rules.has_guard(Guard.JOINT_PLANNING):
        yield from _joint_planning(case, rules, since)
        awaited = tuple(rules.agreement.plans)
    elif _lacks_plan(case, rules):
        yield from _required_plan(case, rules, since, is_unplanned=is_unplanned)
        awaited = rules.plans
    else:
        awaited = ()
    for plan in _latest_of_each_kind(plan for plan in drafts if plan.kind not in awaited):
        yield from _find_planning(case, plan, rules)


def _latest_of_each_kind(plans: Iterable[CarePlan]) -> Iterator[CarePlan]:
    """Yield the plan of each kind that was begun last."""
    yield from {plan.kind: plan for plan in plans}.values()


def _waits_for_agreement(plan: CarePlan) -> bool:
    """Return True if the plan is to be agreed to: the parties have planned, or one has agreed already.

    A plan in force that is being changed is to be agreed to again.
    """
    has_begun = plan.planned_at is not None or plan.is_in_force or plan.draft.agreements != ()
    return plan.status in UNAGREED and has_begun


def _lacks_plan(case: Case, rules: TrackRules) -> bool:
    """Return True if an enrolment waits for a plan of the track, and none is in force or to be agreed to."""
    enrolment = case.enrolment
    if not rules.plans or enrolment is None or enrolment.started_at is not None:
        return False
    open_plans = [plan for plan in case.plans.values() if plan.kind in rules.plans and plan.ended_at is None]
    return not any(plan.is_in_force or _waits_for_agreement(plan) for plan in open_plans)


def find_lapse_items(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Find the plans in force that have a last day, and the lapsed plans that no other plan has replaced."""
    if case.is_ended:
        return
    rules = TrackRules(agreement, case.referral.track)
    for plan in case.plans.values():
        rule = agreement.plan_rule(plan.kind)
        if isinstance(rule, NotRegulated):
            continue
        last = last_covered_day(plan, agreement)
        kinds = rules.plans or (plan.kind,)
        deeds = find_deeds_to_plan(case, rules, kinds)
        if plan.is_in_force and last is not None:
            since = plan.established_at or plan.since
            for party in BOTH:
                yield OpenItem(f"{LAPSE}:{plan.id}", party, since, deeds, rule.lapses, day=last)
        elif plan.status is PlanStatus.LAPSED and not _is_replaced(case, agreement, plan):
            since, clause = plan.ended_at or plan.since, rule.clauses[0]
            for party in BOTH:
                yield OpenItem(f"{GAP}:{plan.id}", party, since, deeds, rule=clause)


def _planning_without_individual(plan: CarePlan) -> Iterator[OpenItem]:
    proposer, at = plan.without_individual_proposed_by, plan.without_individual_proposed_at
    if proposer is not None and at is not None:
        deeds = (_deed_on(ActName.PLAN_WITHOUT_INDIVIDUAL, plan),)
        key = f"plan-without-individual:{plan.kind}"
        yield OpenItem(key, proposer.other, at, deeds)


def _find_closing(case: Case, plan: CarePlan, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the closing that one party has declared: the other declares it too, or the plan goes on with changes.

    A plan that the enrolment requires by now goes on.
    """
    declared_by, since = plan.closing_declared_by, plan.closing_declared_at
    if declared_by is not None and since is not None:
        goes_on = ActName.REVISE_PLAN if plan.status is PlanStatus.ESTABLISHED else ActName.RECORD_PLAN_SECTION
        acts = (goes_on,) if is_last_required(case, plan, rules.plans) else (ActName.CLOSE_PLAN, goes_on)
        yield OpenItem(f"close-plan:{plan.kind}", declared_by.other, since, tuple(_deed_on(act, plan) for act in acts))


def _joint_planning(case: Case, rules: TrackRules, since: Instant) -> Iterator[OpenItem]:
    deadline, in_words = _planning_deadlines(case, rules, rules.agreement.plans)
    plan = next((plan for plan in reversed(case.plans.values()) if plan.ended_at is None), None)
    deeds = (_deed_on(ActName.HOLD_PLANNING, plan),) if plan is not None else _deeds_to_begin(case, rules, rules.plans)
    for party in BOTH:
        yield OpenItem("joint-planning", party, since, deeds, deadline, in_words)


def _required_plan(case: Case, rules: TrackRules, since: Instant, *, is_unplanned: bool) -> Iterator[OpenItem]:
    """Yield the plan that an enrolment waits for, for each party that can bring it about.

    Only the first planning of a case has a limit.
    """
    limits = _planning_deadlines(case, rules, rules.plans) if is_unplanned else (None, None)
    deeds = find_deeds_to_plan(case, rules, rules.plans)
    for party in _parties_to(_find_draft(case, rules.plans), rules):
        yield OpenItem("required-plan", party, since, deeds, *limits)


def _find_planning(case: Case, plan: CarePlan, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the planning of a draft that nothing else waits for."""
    if not _waits_for_agreement(plan):
        since, deadline, in_words = _begin_limits(case, plan, rules)
        deeds = find_deeds_to_plan(case, rules, (plan.kind,))
        for party in _parties_to(plan, rules):
            yield OpenItem(f"planning:{plan.kind}", party, since, deeds, deadline, in_words)


def _begin_limits(case: Case, plan: CarePlan, rules: TrackRules) -> tuple[Instant, Slug | None, Slug | None]:
    """Return the start of a draft's item, and the deadlines of its planning, in a number and in words.

    They count from the time from which a plan was to be made. Before that there is none.
    """
    since = case.plan_awaited_since
    limits = _unplanned_limits(case, plan, rules)
    return (plan.since, None, None) if since is None or not any(limits) else (since, *limits)


def _unplanned_limits(case: Case, plan: CarePlan, rules: TrackRules) -> tuple[Slug | None, Slug | None]:
    """Return the deadline of the planning and its deadline in words. Neither after the first planning of the kind."""
    rule = rules.find_plan_rule(plan.kind)
    alike = [each for each in case.plans.values() if each.kind == plan.kind]
    is_over = any(each.planned_at is not None or each.established_at is not None for each in alike)
    return (None, None) if is_over or rule is None else (rule.deadline, rule.prompt)


def _parties_to(draft: CarePlan | None, rules: TrackRules) -> Sequence[Party]:
    """Return the parties that bring a plan about: of a draft that only its author agrees to, the author's."""
    return (draft.author_party,) if draft is not None and rules.is_authors(draft.kind) else BOTH


def _planning_deadlines(case: Case, rules: TrackRules, planned: Collection[Slug]) -> tuple[Slug | None, Slug | None]:
    """Return the deadline of the planning and its deadline in words.

    They are those of the first kind with one: of the plans that have begun and are of the planned kinds, the latest
    first, and then of the kinds that the track requires.
    """
    open_plans = [plan for plan in case.plans.values() if plan.established_at is None and plan.ended_at is None]
    begun = [plan.kind for plan in open_plans if plan.kind in planned]
    kinds = (*reversed(begun), *list_plan_kinds(rules.agreement, case, rules.plans))
    found = (rule for kind in kinds if (rule := rules.find_plan_rule(kind)) is not None)
    return next(((rule.deadline, rule.prompt) for rule in found if rule.deadline or rule.prompt), (None, None))


def _agreements(case: Case, plan: CarePlan, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the agreement of each party to a plan. If there is no planning, the limit of it is that of the plan."""
    deeds = _deeds_to_agree(case, plan, rules)
    since, deadline, in_words = _begin_limits(case, plan, rules)
    for party in _parties_to(plan, rules):
        if not plan.draft.agreed_by(party):
            yield OpenItem(f"agree-plan:{plan.kind}", party, since, deeds, deadline, in_words)


def _deeds_to_agree(case: Case, plan: CarePlan, rules: TrackRules) -> tuple[Deed, ...]:
    """Return the agreement to a plan, or else the deeds that first give it what it lacks."""
    rule = rules.find_plan_rule(plan.kind)
    lack = find_lack(rules.agreement, case, rule, plan) if rule is not None else None
    return _deeds_on_draft(plan, rules, *(lack.acts if lack is not None else (ActName.AGREE_PLAN,)))


def _deeds_on_draft(plan: CarePlan, rules: TrackRules, *acts: ActName) -> tuple[Deed, ...]:
    """Return deeds on a draft, for its authors alone if only they agree to it."""
    staff = _authors(rules, plan.kind) if rules.is_authors(plan.kind) else ()
    return tuple(_deed_on(act, plan, staff) for act in acts)


def _authors(rules: TrackRules, kind: Slug) -> tuple[ActorGroup, ...]:
    """Return the groups that the text names for drawing up a kind of plan."""
    rule = rules.find_plan_rule(kind)
    return tuple(group for group in rule.initiated_by if group.is_on(rules.name)) if rule is not None else ()


def _deed_on(act: ActName, plan: CarePlan, by: tuple[ActorGroup, ...] = ()) -> Deed:
    return Deed(act, ActSubject(plan=plan.kind), by, plan.id)


def _deeds_to_begin(case: Case, rules: TrackRules, kinds: Sequence[Slug]) -> tuple[Deed, ...]:
    """Return the deeds that begin a plan of any of the kinds that the version has for the case."""
    had = list_plan_kinds(rules.agreement, case, kinds)
    return tuple(Deed(ActName.INITIATE_PLAN, ActSubject(plan=kind), _authors(rules, kind)) for kind in had) or (
        Deed(ActName.INITIATE_PLAN),
    )


def find_deeds_to_plan(case: Case, rules: TrackRules, kinds: Sequence[Slug]) -> tuple[Deed, ...]:
    """Return the deeds that lead to a plan of one of the kinds: to begin it, or to plan or agree if one has begun."""
    draft = _find_draft(case, kinds)
    if draft is None:
        return _deeds_to_begin(case, rules, kinds)
    rule = rules.find_plan_rule(draft.kind)
    is_planned = draft.planned_at is not None or rule is None or rule.planning is None
    if is_planned:
        return _deeds_to_agree(case, draft, rules)
    return _deeds_on_draft(draft, rules, ActName.HOLD_PLANNING)


def _find_draft(case: Case, kinds: Sequence[Slug]) -> CarePlan | None:
    """Return the plan of one of the kinds that was begun last and has not been established."""
    begun = [plan for plan in case.plans.values() if plan.established_at is None and plan.ended_at is None]
    return next((plan for plan in reversed(begun) if plan.kind in kinds), None)


def _follow_ups(case: Case, plan: CarePlan, rules: TrackRules) -> Iterator[OpenItem]:
    """Yield the follow-up of each party; only that of the orderer's, if the text leaves it to the orderer.

    It is on the day that the party's last follow-up or the plan has named, or by the text's time between follow-ups.
    """
    rule = rules.find_plan_rule(plan.kind)
    if rule is None:
        return
    deeds = (_deed_on(ActName.FOLLOW_UP_PLAN, plan),)
    for party in BOTH:
        if rule.followed_up_by == "orderer" and case.principal(party) != plan.orderer_principal:
            continue
        day = _named_follow_up_day(plan, party, rule)
        every = rule.follow_up_every if day is None else None
        if day is not None or every is not None:
            since = plan.followed_up_at.get(party) or plan.established_at or plan.since
            yield OpenItem(f"follow-up:{plan.kind}", party, since, deeds, every, day=day, rule=rule.follow_up_ground)


def _named_follow_up_day(plan: CarePlan, party: Party, rule: PlanRule) -> date | None:
    """Return the party's next day of follow-up: the one that its last follow-up named, if any.

    Before its first follow-up it is the day in the plan's text.
    """
    if party in plan.followed_up_at:
        return plan.next_follow_up_on.get(party)
    of_text = plan.value(rule.follow_up_on) if rule.follow_up_on is not None else None
    return of_text if type(of_text) is date else None


def _is_replaced(case: Case, agreement: Agreement, lapsed: CarePlan) -> bool:
    """Return True if a plan is in force that has the same kind, or a kind that the track accepts."""
    kinds = {lapsed.kind, *TrackRules(agreement, case.referral.track).plans}
    return any(plan.is_in_force and plan.kind in kinds for plan in case.plans.values())
