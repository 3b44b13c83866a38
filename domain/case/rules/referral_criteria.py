"""The agreement's criteria as a referral meets them: considered, unmet, set aside."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool

from domain.act import Act
from domain.agreements.criteria import evaluate, find_unmet, list_criteria, require_considered, require_waiver
from domain.agreements.expressions import FactMissing, FactRefused, FactValue, holds, list_facts
from domain.agreements.model import Criterion, Fact, FactSource, Waiver
from domain.case.rules.responsibility import setting_of
from domain.case.state.case import Case
from domain.case.state.referral import Referral
from domain.kernel import MOST, Label, Party, Slug, Text, Verdict
from domain.refusals import AgeNotCovered, CriterionNotMet, ExceptionNeedsConsensus, NoExceptionInPolicy

Given = StrictBool | Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] | Text
"""A fact as it is sent; which type it must have, the agreement says."""

Facts = Annotated[dict[Slug, Annotated[dict[Label, Given], Field(max_length=MOST)]], Field(max_length=MOST)]
"""Facts by criterion, then by fact."""


def judged(
    act: Act, case: Case, facts: Mapping[Slug, Mapping[str, FactValue]], notes: Mapping[Slug, Text]
) -> tuple[Verdict, ...]:
    """The verdicts on the criteria that facts are given for.

    What the record itself answers, such as the person's age, is taken from there; a caller's word on it is refused.
    """
    criteria = list_criteria(act.in_force, case.referral.track)
    if not facts:
        raise FactMissing(
            "No criterion is considered",
            rule=act.rule,
            remedy=f"give facts for {', '.join(each.id for each in criteria)}",
            where=("facts",),
        )
    known = {criterion: dict(given) for criterion, given in facts.items()}
    for criterion in criteria:
        if criterion.id in known:
            known[criterion.id] |= _recorded(act, case, criterion, known[criterion.id])
    return evaluate(act.in_force, track=case.referral.track, facts=known, notes=notes)


def _recorded(act: Act, case: Case, criterion: Criterion, given: Mapping[str, FactValue]) -> dict[str, FactValue]:
    found: dict[str, FactValue] = {}
    for name in list_facts(criterion.expression):
        fact = act.in_force.facts[name]
        if fact.source is None:
            continue
        if name in given:
            raise FactRefused(
                f"{name} is taken from the record",
                rule=criterion.rule,
                remedy=f"leave {name} out of the facts of {criterion.id}",
                where=(criterion.id, name),
            )
        answer = _answer(act, case, fact, fact.source)
        if answer is not None:
            found[name] = answer
    return found


def _answer(act: Act, case: Case, fact: Fact, source: FactSource) -> FactValue | None:
    """What the record says at the moment of the act; None where it does not say."""
    match source.of:
        case "age":
            return act.patient_age
        case "setting":
            return setting_of(act, case)
        case "plan":
            return source.name is not None and case.had_plan(source.name, act.occurred_at)
        case "circumstance":
            return source.name in case.circumstances | act.granted
        case "statement":
            said = [one for one in case.statements if one.kind == source.name and one.occurred_at <= act.occurred_at]
            if source.field is None:
                return bool(said)
            value = said[-1].fields.get(source.field) if said else None
            if isinstance(value, bool | int | str):
                return value
            return False if fact.type == "bool" else None


def refuse_unless_considered(act: Act, referral: Referral) -> None:
    """Refuse a decision while a criterion has not been considered (F7)."""
    require_considered(act.in_force, track=referral.track, verdicts=referral.verdicts)


def unmet_criteria(referral: Referral) -> tuple[Verdict, ...]:
    """The verdicts that stand in the way: not met, and set aside neither by exception nor by departure."""
    return tuple(verdict for verdict in find_unmet(referral.verdicts) if verdict.criterion not in referral.set_aside)


def refuse_unless_met(act: Act, referral: Referral) -> None:
    """Refuse to go on with a criterion unmet and not set aside (F8, F16)."""
    refuse_unless_considered(act, referral)
    for verdict in unmet_criteria(referral):
        proposed_by = referral.exceptions_proposed.get(verdict.criterion)
        if proposed_by is not None:
            raise ExceptionNeedsConsensus(
                f"Only the {proposed_by} has agreed to an exception from {verdict.criterion}",
                rule=exception_possible(act, referral, verdict.criterion).rule,
                remedy=f"the {proposed_by.other} agrees to the exception, with its reason",
                where=(verdict.criterion, proposed_by.other),
            )
        remedy = _remedy(act, referral, verdict.criterion)
        if _for_age(act, referral, verdict):
            raise AgeNotCovered(
                f"The criterion {verdict.criterion} is not met: the region keeps the care",
                rule=verdict.rule,
                remedy=remedy,
                where=(verdict.criterion, Party.REGION),
            )
        raise CriterionNotMet(
            f"The criterion {verdict.criterion} is not met",
            rule=verdict.rule,
            remedy=remedy,
            where=(verdict.criterion,),
        )


def _for_age(act: Act, referral: Referral, verdict: Verdict) -> bool:
    """Whether it is the age that is not met: the same facts would do at another age."""
    criterion = next((one for one in list_criteria(act.in_force, referral.track) if one.id == verdict.criterion), None)
    if criterion is None or set(list_facts(criterion.expression)) != set(verdict.facts):
        return False
    declared = {name: act.in_force.facts[name] for name in verdict.facts}
    return any(
        holds(criterion.expression, verdict.facts | {name: age})
        for name, fact in declared.items()
        if fact.source is not None and fact.source.of == "age"
        for age in (fact.minimum, fact.maximum)
    )


def _remedy(act: Act, referral: Referral, criterion: Slug) -> str:
    try:
        by = exception_possible(act, referral, criterion).by
    except NoExceptionInPolicy as refused:
        return refused.remedy
    if by == "ground":
        return "grant a departure on one of the agreement's grounds, or decline"
    return "both parties agree to an exception with reasons, or the request is declined"


def exception_possible(act: Act, referral: Referral, criterion: Slug) -> Waiver:
    """How the version lets the criterion be set aside; refuses where it lets nobody (F9)."""
    return require_waiver(act.in_force, track=referral.track, criterion=criterion)
