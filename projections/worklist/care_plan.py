"""Open items of the plans: planning, agreement, follow-up, and the end of a plan by time alone."""

from collections.abc import Iterator
from datetime import date

from domain.agreements.model import Agreement, Guard, NotRegulated, PlanRule
from domain.case.rules.plan_lapse import last_covered_day
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.kernel import Instant, Party, Slug
from projections.worklist.open_items import BOTH, OpenItem
from projections.worklist.track_rules import TrackRules

LAPSE, GAP = "lapse", "gap"

UNAGREED = {PlanStatus.MEETING_HELD, PlanStatus.DRAFTING, PlanStatus.AGREED_BY_ONE, PlanStatus.UNDER_REVISION}
"""The statuses of a plan that is to be written and agreed to."""


def find_plan_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    """Find the planning to do, and the latest plan to agree to and to follow up."""
    open_plans = [plan for plan in case.plans.values() if plan.ended_at is None]
    for plan in [plan for plan in open_plans if plan.without_individual_proposed_by is not None][-1:]:
        yield from _planning_without_individual(plan)
    since = _planning_since(case)
    if case.is_ended or since is None:
        return
    if rules.has_guard(Guard.JOINT_PLANNING) and not any(plan.planned_at is not None for plan in case.plans.values()):
        yield from _joint_planning(case, rules, since)
    for plan in [plan for plan in open_plans if plan.planned_at is not None and plan.status in UNAGREED][-1:]:
        yield from _agreements(plan, rules)
    for plan in [plan for plan in open_plans if plan.is_in_force][-1:]:
        yield from _follow_ups(plan)


def find_lapse_items(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Find the plans in force that have a last day, and the lapsed plans that no other plan has replaced."""
    if case.is_ended:
        return
    for plan in case.plans.values():
        rule = agreement.plan_rule(plan.kind)
        if isinstance(rule, NotRegulated):
            continue
        last = last_covered_day(plan, agreement)
        if plan.is_in_force and last is not None:
            since = plan.established_at or plan.since
            yield from (OpenItem(f"{LAPSE}:{plan.id}", party, since, rule.lapses, day=last) for party in BOTH)
        elif plan.status is PlanStatus.LAPSED and not _is_replaced(case, agreement, plan):
            since = plan.ended_at or plan.since
            yield from (OpenItem(f"{GAP}:{plan.id}", party, since, rule=rule.clauses[0]) for party in BOTH)


def _planning_without_individual(plan: CarePlan) -> Iterator[OpenItem]:
    by, at = plan.without_individual_proposed_by, plan.without_individual_proposed_at
    if by is not None and at is not None:
        yield OpenItem("plan-without-individual", by.other, at)


def _planning_since(case: Case) -> Instant | None:
    """Return the time from which the plan is to be made: the care level is established or the enrolment proposed."""
    if case.referral.level_established_at is not None:
        return case.referral.level_established_at
    return case.enrolment.proposed_at if case.enrolment is not None else None


def _joint_planning(case: Case, rules: TrackRules, since: Instant) -> Iterator[OpenItem]:
    deadline, in_words = _planning_deadlines(rules)
    stops = case.plan is None and case.referral.status is ReferralStatus.DISPUTED
    for party in BOTH:
        yield OpenItem("joint-planning", party, since, deadline, in_words, stops_in_dispute=stops)


def _planning_deadlines(rules: TrackRules) -> tuple[Slug | None, Slug | None]:
    """Return the deadline of the planning and its deadline in words, from the track's first kind of plan with one."""
    texts = rules.agreement.plans if rules.agreement is not None else {}
    found = (texts[kind] for kind in rules.plans if kind in texts)
    return next(((rule.deadline, rule.prompt) for rule in found if rule.deadline or rule.prompt), (None, None))


def _agreements(plan: CarePlan, rules: TrackRules) -> Iterator[OpenItem]:
    for party in _parties_to_agree(plan, rules):
        if not plan.draft.agreed_by(party):
            stops = plan.draft.agreed_by(party.other)
            yield OpenItem("agree-plan", party, plan.since, stops_in_dispute=stops)


def _parties_to_agree(plan: CarePlan, rules: TrackRules) -> tuple[Party, ...]:
    """Return the parties whose agreement the plan needs: both, or only its author."""
    rule = rules.agreement.plan_rule(plan.kind) if rules.agreement is not None else None
    return (plan.author_party,) if isinstance(rule, PlanRule) and rule.established_by == "author" else BOTH


def _follow_ups(plan: CarePlan) -> Iterator[OpenItem]:
    for party in BOTH:
        day = _follow_up_day(plan, party)
        if day is not None:
            yield OpenItem("follow-up", party, plan.established_at or plan.since, day=day)


def _follow_up_day(plan: CarePlan, party: Party) -> date | None:
    """Return the party's next day of follow-up: the day that it last set, or else the first date in the agreed text."""
    if party in plan.followed_up_on:
        return plan.next_follow_up_on.get(party)
    days = [value for section in plan.text.sections for value in section.fields.values() if type(value) is date]
    return min(days, default=None)


def _is_replaced(case: Case, agreement: Agreement, lapsed: CarePlan) -> bool:
    """Return True if a plan is in force that has the same kind, or a kind that the track accepts."""
    kinds = {lapsed.kind, *TrackRules(agreement, case.referral.track).plans}
    return any(plan.is_in_force and plan.kind in kinds for plan in case.plans.values())
