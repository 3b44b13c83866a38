"""Ordering rules of a version: what must be on record before an act (for example GAV-6-1, GAV-7-2)."""

from collections.abc import Iterator, Sequence

from domain.agreements.model import ActName, Agreement, Need, Precondition
from domain.case.state.case import Case
from domain.case.state.facts import RecordedStatement
from domain.case.triggers import find_acts_for
from domain.kernel import HsaId, Instant, Party, Refusal, Slug, Value
from domain.refusals import precondition_refusal


class ActSubject(Value):
    """The subject of an act, for the ordering rules that ask about it."""

    plan: Slug | None = None
    """The kind of plan."""
    statement: Slug | None = None
    """The kind of statement."""
    intervention: Slug | None = None
    category: Slug | None = None
    """The intervention's category, in the agreement's own words."""
    person: HsaId | None = None
    """A member of staff, such as the performer."""
    party: Party | None = None
    """The party that acts."""


def find_breaches(agreement: Agreement, case: Case, act: ActName, about: ActSubject, at: Instant) -> tuple[str, ...]:
    """Return the clauses that the act breaks. Refuse the act if a rule forbids it until it is met."""
    unmet = tuple(_find_unmet_rules(agreement, case, act, about, at))
    refusing = [rule for rule in unmet if rule.enforce == "refuse"]
    if refusing:
        raise _find_refusal(act, refusing)
    return tuple(dict.fromkeys(clause for rule in unmet for clause in rule.clauses))


def _find_refusal(act: ActName, refusing: Sequence[Precondition]) -> Refusal:
    """Return the refusal by the first of the rules. If it asks for a contact role, name all roles that are missing."""
    first = refusing[0]
    roles = [rule for rule in refusing if rule.needs.contact is not None]
    rules = roles if first.needs.contact is not None else [first]
    lacking = tuple(dict.fromkeys(rule.needs.contact or rule.id for rule in rules))
    remedy = "; ".join(dict.fromkeys(rule.remedy for rule in rules))
    statement = first.needs.statement
    return precondition_refusal(first.code)(
        f"{act} is not possible yet: {' and '.join(lacking)} must be on record first",
        rule=first.clauses[0],
        remedy=remedy if statement is None else f"{remedy} (the kind of statement: {statement})",
        where=lacking,
        acts=find_acts_for(first.needs),
        kinds_needed=tuple(filter(None, (first.needs.plan or statement,))),
    )


def is_demanded_first(agreement: Agreement, case: Case, act: ActName, topic: str) -> bool:
    """Return True if a rule of the version demands that an event has happened before an act in the case."""
    rules = (rule for rule in agreement.preconditions if rule.needs.happened == topic and act in rule.acts)
    return any((not rule.tracks or case.referral.track in rule.tracks) and case.meets(rule.when) for rule in rules)


def find_refusing_rules(
    agreement: Agreement, case: Case, act: ActName, about: ActSubject, at: Instant
) -> tuple[Precondition, ...]:
    """Return the ordering rules that would refuse the act at the moment."""
    return tuple(rule for rule in _find_unmet_rules(agreement, case, act, about, at) if rule.enforce == "refuse")


def _find_unmet_rules(
    agreement: Agreement, case: Case, act: ActName, about: ActSubject, at: Instant
) -> Iterator[Precondition]:
    """Yield the ordering rules that hold for the act and are not met at the moment."""
    for rule in agreement.preconditions:
        if _concerns(rule, case, act, about) and not _is_met(rule.needs, case, about, at):
            yield rule


def _concerns(rule: Precondition, case: Case, act: ActName, about: ActSubject) -> bool:
    return (
        act in rule.acts
        and (not rule.tracks or case.referral.track in rule.tracks)
        and (not rule.plans or about.plan in rule.plans)
        and (not rule.statements or about.statement in rule.statements)
        and (not rule.interventions or about.category in rule.interventions)
        and rule.party in (None, about.party)
        and case.meets(rule.when)
    )


def _is_met(need: Need, case: Case, about: ActSubject, at: Instant) -> bool:
    """Return True if the need of a rule was on record at the moment."""
    if need.plan is not None:
        return case.had_plan(need.plan, at)
    if need.contact is not None:
        return any(
            plan.ended_at is None and plan.draft.contact(need.contact) is not None for plan in case.plans.values()
        )
    if need.happened is not None:
        return need.happened in case.happened
    since = case.triggered_at(need.since) if need.since is not None else None
    statements = [statement for statement in case.statements if _meets(statement, need, about, at)]
    if not statements or (need.field is not None and statements[-1].fields.get(need.field) is not True):
        return False
    return since is None or statements[-1].occurred_at >= since


def _meets(statement: RecordedStatement, need: Need, about: ActSubject, at: Instant) -> bool:
    return (
        statement.kind == need.statement
        and statement.occurred_at <= at
        and (need.same != "intervention" or statement.intervention == about.intervention)
        and (need.same != "person" or statement.person == about.person)
    )
