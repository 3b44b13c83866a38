"""Duties of the text that are open, and what time alone does to a plan."""

from collections.abc import Iterator

from domain.agreements.model import Agreement, Duty, NotRegulated
from domain.case.rules.plan_lapse import last_covered_day
from domain.case.rules.self_care_reassessment import find_reassessments
from domain.case.rules.statement_deadlines import find_statement_due
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.kernel import Instant, Party, legal_midnight
from projections.worklist.open_items import BOTH, OpenItem, asks

LAPSE, GAP = "lapse", "gap"


def of_duties(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Yield the text's duties that something has opened and nothing has met, for each party that has them."""
    for duty in agreement.duties:
        if duty.tracks and case.referral.track not in duty.tracks:
            continue
        opened_at = _opened_at(case, duty)
        if opened_at is None:
            continue
        for party in (duty.owner,) if isinstance(duty.owner, Party) else BOTH:
            if not _is_met(case, duty, opened_at, party if duty.owner is None else None):
                yield OpenItem(f"duty:{duty.id}", party, opened_at, duty.deadline, rule=duty.clauses[0])


def _opened_at(case: Case, duty: Duty) -> Instant | None:
    moments = [case.triggered_at(trigger) for trigger in duty.opened_by if _is_confirmed(case, trigger, duty.field)]
    return max((at for at in moments if at is not None), default=None)


def _is_confirmed(case: Case, trigger: str, field: str | None) -> bool:
    """True if the latest that opened it said yes to the field, or if the duty asks for none."""
    if field is None:
        return True
    sort, _, name = trigger.partition(":")
    if sort == "statement":
        stated = case.statement(name)
        return stated is not None and stated.fields.get(field) is True
    return name in case.happened and field in case.happened[name].flags


def _is_met(case: Case, duty: Duty, opened_at: Instant, party: Party | None) -> bool:
    done = (case.triggered_at(trigger, party) for trigger in duty.met_by)
    return any(at is not None and (duty.earlier or at >= opened_at) for at in done)


def of_lapsing(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Yield the last day of each plan that lapses, and the gap after one that has lapsed and not been replaced."""
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
        elif plan.status is PlanStatus.LAPSED and not _is_covered(case, agreement, plan):
            since = plan.ended_at or plan.since
            yield from (OpenItem(f"{GAP}:{plan.id}", party, since, rule=rule.clauses[0]) for party in BOTH)


def of_statements(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Yield statements that are due by a day of the text and not made since its clock started (ORE-3.3-5)."""
    if case.is_ended:
        return
    for kind, rule in agreement.statements.items():
        limit = find_statement_due(case, agreement, kind)
        if limit is None or case.triggered_at(f"statement:{kind}") is not None:
            continue
        since = max(case.opened_at, legal_midnight(limit.since))
        for party in dict.fromkeys(who.party for who in rule.by if who.is_on(case.referral.track)):
            yield OpenItem(f"statement:{kind}", party, since, day=limit.day, rule=limit.rule)


def of_self_care(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Yield the self-care that must be judged anew, by the party that treats (GAV-5-2, 9-6)."""
    for one in find_reassessments(case, agreement):
        held = case.allocations.get(one.intervention)
        treats = [party for party in BOTH if held is not None and held.treatment == case.principal(party)]
        for party in treats or BOTH:
            yield OpenItem(f"reassess-self-care:{one.intervention}", party, one.since, rule=one.rule)


def _is_covered(case: Case, agreement: Agreement, lapsed: CarePlan) -> bool:
    """True if a plan of the same kind, or of one that the track accepts, is in force."""
    kinds = {lapsed.kind, *asks(case, agreement).plans}
    return any(plan.is_in_force and plan.kind in kinds for plan in case.plans.values())
