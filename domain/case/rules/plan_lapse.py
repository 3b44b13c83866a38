"""The days that a plan covers, if the agreement lets it lapse. It lapses by time alone, without an act."""

from datetime import date, timedelta

from domain.agreements.deadlines import add_duration
from domain.agreements.model import Agreement, Deadline, NotRegulated, PlanRule
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.kernel import legal_day


def starts_on(plan: CarePlan, agreement: Agreement) -> date | None:
    """Return the day from which the plan's days count: the day in its text, or the day it was established."""
    rule = agreement.plan_rule(plan.kind)
    if isinstance(rule, NotRegulated) or plan.established_at is None:
        return None
    if rule.lapses_from is None:
        return legal_day(plan.established_at)
    named = plan.value(rule.lapses_from)
    return named if isinstance(named, date) else None


def last_covered_day(plan: CarePlan, agreement: Agreement) -> date | None:
    """Return the last day that an established plan covers (ORE-3.3-2: D+7). None if it holds until it is replaced."""
    rule = agreement.plan_rule(plan.kind)
    start = starts_on(plan, agreement)
    return None if isinstance(rule, NotRegulated) or start is None else count_days(rule, agreement, start)


def count_days(rule: PlanRule, agreement: Agreement, start: date) -> date | None:
    """Return the last day that a kind of plan covers from its first. None if the kind does not lapse."""
    deadline = agreement.deadline(rule.lapses) if rule.lapses is not None else None
    if not isinstance(deadline, Deadline) or deadline.duration is None:
        return None
    return add_duration(start, deadline.duration)


def lapse_day(plan: CarePlan, agreement: Agreement) -> date | None:
    """Return the first day that the plan no longer covers (ORE-3.3-2: D+8)."""
    last = last_covered_day(plan, agreement)
    return None if last is None else last + timedelta(days=1)


def has_lapsed(plan: CarePlan, agreement: Agreement, day: date) -> bool:
    """Return True if the plan has lapsed on the day, recorded or not.

    A plan that was superseded or closed has ended, and does not lapse.
    """
    if plan.ended_at is not None:
        return plan.status is PlanStatus.LAPSED
    first = lapse_day(plan, agreement)
    return first is not None and day >= first
