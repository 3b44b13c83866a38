"""Ordering rules: what must be on record before an act, as the version's text says (for example GAV-6-1, GAV-7-2)."""

from domain.agreements.model import ActName, Agreement, Need, Precondition
from domain.case.state.case import Case, RecordedStatement
from domain.kernel import HsaId, Instant, Party, Slug, Value
from domain.refusals import precondition_refusal


class About(Value):
    """What an act is about, where an ordering rule may ask for it."""

    plan: Slug | None = None
    """The kind of plan."""
    statement: Slug | None = None
    """The kind of statement."""
    intervention: Slug | None = None
    category: Slug | None = None
    """The intervention's category, in the agreement's own words."""
    person: HsaId | None = None
    """The member of staff, such as a performer."""
    party: Party | None = None
    """Whose act it is; None where that is not asked."""


def breached(agreement: Agreement, case: Case, act: ActName, about: About, at: Instant) -> tuple[str, ...]:
    """The clauses of the flagging rules that the act breaks. Refuses where a rule forbids the act until it is met."""
    found: list[str] = []
    for rule in agreement.preconditions:
        if not _concerns(rule, case, act, about) or is_met(rule.needs, case, about, at):
            continue
        if rule.enforce == "refuse":
            raise precondition_refusal(rule.code)(
                f"{act} comes before what it needs: {rule.id}",
                rule=rule.clauses[0],
                remedy=rule.remedy,
                where=(rule.id,),
            )
        found += rule.clauses
    return tuple(dict.fromkeys(found))


def lacking(agreement: Agreement, case: Case, act: ActName, about: About, at: Instant) -> tuple[Precondition, ...]:
    """The ordering rules that would refuse the act, as things stand at a moment."""
    return tuple(
        rule
        for rule in agreement.preconditions
        if rule.enforce == "refuse" and _concerns(rule, case, act, about) and not is_met(rule.needs, case, about, at)
    )


def _concerns(rule: Precondition, case: Case, act: ActName, about: About) -> bool:
    return (
        act in rule.acts
        and (not rule.tracks or case.referral.track in rule.tracks)
        and (not rule.plans or about.plan in rule.plans)
        and (not rule.statements or about.statement in rule.statements)
        and (not rule.interventions or about.category in rule.interventions)
        and (rule.party is None or about.party is None or about.party is rule.party)
        and (rule.when is None or rule.when in case.conditions)
    )


def is_met(need: Need, case: Case, about: About, at: Instant) -> bool:
    """Whether what is needed was on record at the moment of the act."""
    if need.plan is not None:
        return case.had_plan(need.plan, at)
    if need.contact is not None:
        return any(
            plan.ended_at is None and plan.draft.contact(need.contact) is not None for plan in case.plans.values()
        )
    if need.happened is not None:
        return need.happened in case.happened
    since = case.triggered_at(need.since) if need.since is not None else None
    stated = [one for one in case.statements if _fits(one, need, about, at)]
    if not stated or (need.field is not None and stated[-1].fields.get(need.field) is not True):
        return False
    return since is None or stated[-1].occurred_at >= since


def _fits(one: RecordedStatement, need: Need, about: About, at: Instant) -> bool:
    return (
        one.kind == need.statement
        and one.occurred_at <= at
        and (need.same != "intervention" or one.intervention == about.intervention)
        and (need.same != "person" or one.person == about.person)
    )
