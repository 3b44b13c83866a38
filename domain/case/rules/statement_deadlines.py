"""Time limits of statements."""

from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import Agreement, NotRegulated
from domain.case.rules.plan_lapse import starts_on
from domain.case.state.case import Case
from domain.kernel import Instant, legal_midnight


def find_statement_due(case: Case, agreement: Agreement, kind: str) -> Due | None:
    """Return the time limit of a kind of statement (ORE-3.3-5). None if there is no limit, or it has not started."""
    rule = agreement.statement_rule(kind)
    if isinstance(rule, NotRegulated) or rule.deadline is None or rule.counts_from is None:
        return None
    if not case.meets(rule.when):
        return None
    start = _find_start(case, agreement, rule.counts_from)
    limit = find_due(agreement, rule.deadline, start) if start is not None else None
    return limit if isinstance(limit, Due) else None


def _find_start(case: Case, agreement: Agreement, start: str) -> Instant | None:
    """Return the moment from which a limit counts: a trigger, or the start of the day of the latest plan of a kind."""
    sort, _, name = start.partition(":")
    if sort != "plan":
        return case.triggered_at(start)
    days = [starts_on(plan, agreement) for plan in case.plans.values() if plan.kind == name]
    starts = [day for day in days if day is not None]
    return legal_midnight(starts[-1]) if starts else None
