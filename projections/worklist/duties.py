"""Open items of the agreement's own duties, of its statements with a limit, and of self-care."""

from collections.abc import Iterator, Sequence

from domain.agreements.model import ActName, Agreement, Duty, NotRegulated
from domain.case.events.self_care import Carer
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_plans import category_of
from domain.case.rules.self_care_reassessment import find_reassessments
from domain.case.rules.statement_deadlines import find_statement_due
from domain.case.state.case import Case
from domain.case.state.self_care import SelfCare
from domain.case.triggers import find_acts_to
from domain.kernel import Instant, Party
from projections.worklist.care_plan import find_deeds_to_plan
from projections.worklist.open_items import BOTH, Deed, OpenItem, by
from projections.worklist.track_rules import TrackRules


def find_duty_items(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Find the duties that have been opened and not met, for each party that has them."""
    for duty in agreement.duties:
        if duty.tracks and case.referral.track not in duty.tracks:
            continue
        if not case.meets(duty.when):
            continue
        opened_at = _opened_at(case, duty)
        if opened_at is None:
            continue
        for party in (duty.owner,) if isinstance(duty.owner, Party) else BOTH:
            if not _is_met(case, agreement, duty, opened_at, party if duty.owner is None else None):
                deeds = _find_deeds(case, agreement, duty)
                yield OpenItem(f"duty:{duty.id}", party, opened_at, deeds, duty.deadline, rule=duty.clauses[0])


def find_statement_items(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Find the statements that have a last day and that no party has made since their clock started (ORE-3.3-5)."""
    if case.is_ended:
        return
    for kind, rule in agreement.statements.items():
        limit = find_statement_due(case, agreement, kind)
        since = case.triggered_at(rule.counts_from) if rule.counts_from is not None else None
        made_at = case.triggered_at(f"statement:{kind}")
        if limit is None or since is None or (made_at is not None and made_at >= since):
            continue
        for party in dict.fromkeys(who.party for who in rule.by if who.is_on(case.referral.track)):
            deeds = (Deed(ActName.RECORD_STATEMENT, ActSubject(statement=kind), rule.by),)
            yield OpenItem(f"statement:{kind}", party, since, deeds, day=limit.day, until=limit.until, rule=limit.rule)


def find_self_care_items(case: Case, agreement: Agreement) -> Iterator[OpenItem]:
    """Find the self-care to assess again, for each party that may (GAV-5-2, 9-6)."""
    for care in find_reassessments(case, agreement):
        subject = ActSubject(intervention=care.intervention, category=category_of(case, care.intervention))
        for party in _find_assessors(case, case.self_care[care.intervention]):
            deeds = by(ActName.ASSESS_SELF_CARE, about=subject)
            yield OpenItem(f"reassess-self-care:{care.intervention}", party, care.since, deeds, rule=care.rule)


def _find_assessors(case: Case, care: SelfCare) -> Sequence[Party]:
    """Return the party that treats the person. If nobody does, both may assess.

    While a guardian answers or performs, it is the party that assessed the care: the treating professionals alone
    assess a child's self-care.
    """
    if Carer.GUARDIAN in (care.responsible, care.performer):
        return (care.assessed_by,)
    allocation = case.allocations.get(care.intervention)
    treatment = allocation.treatment if allocation is not None and not care.is_self_care else None
    return [party for party in BOTH if treatment is not None and treatment == case.principal(party)] or BOTH


def _find_deeds(case: Case, agreement: Agreement, duty: Duty) -> tuple[Deed, ...]:
    """Return the acts that meet the duty as the case stands. In a case that has ended few acts are possible."""
    deeds = [deed for trigger in duty.met_by for deed in _deeds_to(case, agreement, trigger)]
    return tuple(deed for deed in deeds if not case.is_ended or _is_possible_after_end(agreement, deed))


def _deeds_to(case: Case, agreement: Agreement, trigger: str) -> Iterator[Deed]:
    sort, _, name = trigger.partition(":")
    if sort == "plan":
        yield from find_deeds_to_plan(case, TrackRules(agreement, case.referral.track), (name,))
        return
    statement = agreement.statement_rule(name) if sort == "statement" else None
    for act in find_acts_to(trigger):
        if statement is None:
            yield Deed(act)
        elif not isinstance(statement, NotRegulated):
            yield Deed(act, ActSubject(statement=name), statement.by)


def _is_possible_after_end(agreement: Agreement, deed: Deed) -> bool:
    if deed.about.statement is None:
        return deed.act is ActName.TRANSFER_INFORMATION
    rule = agreement.statement_rule(deed.about.statement)
    return not isinstance(rule, NotRegulated) and rule.closed


def _opened_at(case: Case, duty: Duty) -> Instant | None:
    """Return the latest time at which the duty was opened; None if it has not been."""
    moments = [case.triggered_at(trigger) for trigger in duty.opened_by if _is_confirmed(case, trigger, duty.field)]
    return max((at for at in moments if at is not None), default=None)


def _is_confirmed(case: Case, trigger: str, field: str | None) -> bool:
    """Return True if the latest fact that opened the duty has yes in the field, or if the duty names no field."""
    if field is None:
        return True
    sort, _, name = trigger.partition(":")
    if sort == "statement":
        statement = case.statement(name)
        return statement is not None and statement.fields.get(field) is True
    return name in case.happened and field in case.happened[name].flags


def _is_met(case: Case, agreement: Agreement, duty: Duty, opened_at: Instant, party: Party | None) -> bool:
    """Return True if the party, or any party for None, has met the duty since it was opened, or earlier if it may.

    An earlier plan meets it for as long as it is in force.
    """
    replacing = (
        f"plan:{kind}"
        for kind, rule in agreement.plans.items()
        if any(f"plan:{replaced}" in duty.met_by for replaced in rule.replaces)
    )
    moments = {trigger: case.triggered_at(trigger, party) for trigger in (*duty.met_by, *replacing)}
    return any(
        at is not None and (at >= opened_at or (duty.earlier and _still_holds(case, trigger)))
        for trigger, at in moments.items()
    )


def _still_holds(case: Case, trigger: str) -> bool:
    """Return True unless the trigger is a kind of plan of which none is in force."""
    sort, _, kind = trigger.partition(":")
    return sort != "plan" or any(plan.is_in_force and plan.kind == kind for plan in case.plans.values())
