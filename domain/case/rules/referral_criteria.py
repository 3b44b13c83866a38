"""The agreement's criteria for a referral: evaluated, not met, or set aside."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool

from domain.act import Act
from domain.agreements.criteria import evaluate, find_unmet, list_criteria, require_considered, require_waiver
from domain.agreements.expressions import FactMissing, FactRefused, FactValue, holds, list_facts
from domain.agreements.model import ActName, Agreement, Criterion, Waiver
from domain.case.events.referral import CriteriaEvaluated
from domain.case.preconditions import is_demanded_first
from domain.case.rules.record_answers import read_facts
from domain.case.state.case import Case
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.kernel import MOST, Label, Party, Slug, Text, Verdict
from domain.refusals import (
    AgeNotCovered,
    CriterionNotMet,
    ExceptionNeedsConsensus,
    NoExceptionInPolicy,
    PositionsDiffer,
)

EVALUATION = CriteriaEvaluated.TOPIC.rpartition(".")[0]
"""The evaluation of criteria, as a text names it in an ordering rule."""

FactInput = StrictBool | Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] | Text
"""The value of a fact. The agreement decides its type."""

Facts = Annotated[dict[Slug, Annotated[dict[Label, FactInput], Field(max_length=MOST)]], Field(max_length=MOST)]
"""The values of facts, by criterion and then by fact."""


def evaluate_facts(
    act: Act, case: Case, facts: Mapping[Slug, Mapping[str, FactValue]], notes: Mapping[Slug, Text]
) -> tuple[Verdict, ...]:
    """Evaluate the criteria for which facts are given.

    A fact that the record has, such as the person's age, is taken from the record. It is refused in the act.
    """
    criteria = list_criteria(act.in_force, case.referral.track)
    if not facts:
        raise FactMissing(
            "The act has no facts of any criterion",
            rule=act.rule,
            remedy=f"give facts for {', '.join(criterion.id for criterion in criteria)}",
            where=("facts",),
        )
    values = {criterion: dict(given) for criterion, given in facts.items()}
    for criterion in criteria:
        if criterion.id in values:
            values[criterion.id] |= _recorded_facts(act, case, criterion, values[criterion.id])
    return evaluate(act.in_force, track=case.referral.track, facts=values, notes=notes)


def _recorded_facts(act: Act, case: Case, criterion: Criterion, given: Mapping[str, FactValue]) -> dict[str, FactValue]:
    """Return the facts that the record has at the moment of the act. Refuse a fact that it has, if it was given."""
    for name in list_facts(criterion.expression):
        if name in given and act.in_force.facts[name].source is not None:
            raise FactRefused(
                f"The fact {name} is taken from the record",
                rule=criterion.rule,
                remedy=f"leave {name} out of the facts of {criterion.id}",
                where=(criterion.id, name),
            )
    return read_facts(act, case, criterion)


def is_evaluated_before_sending(agreement: Agreement, case: Case) -> bool:
    """Return True if an ordering rule of the version demands that the criteria are evaluated before the sending."""
    return is_demanded_first(agreement, case, ActName.SEND_REFERRAL, EVALUATION)


def refuse_unless_considered(act: Act, referral: Referral) -> None:
    """Refuse a decision if a criterion has not been considered (F7)."""
    require_considered(act.in_force, track=referral.track, verdicts=referral.verdicts)


def unmet_verdicts(referral: Referral) -> tuple[Verdict, ...]:
    """Return the verdicts that are not met, without the criteria that are set aside."""
    return tuple(verdict for verdict in find_unmet(referral.verdicts) if verdict.criterion not in referral.set_aside)


def refuse_unless_met(act: Act, case: Case) -> None:
    """Refuse a decision if a criterion is not met and not set aside (F8, F16)."""
    referral = case.referral
    refuse_unless_considered(act, referral)
    for verdict in unmet_verdicts(referral):
        proposed_by = referral.exceptions_proposed.get(verdict.criterion)
        if proposed_by is not None:
            raise ExceptionNeedsConsensus(
                f"Only the {proposed_by} has agreed to set the criterion {verdict.criterion} aside",
                rule=find_waiver(act, referral, verdict.criterion).rule,
                remedy=f"let the {proposed_by.other} agree to the exception, with its own reason",
                where=(verdict.criterion, proposed_by.other),
                acts=(ActName.AGREE_EXCEPTION,),
            )
        remedy = _remedy(act, referral, verdict.criterion)
        if referral.differs(verdict.criterion):
            raise PositionsDiffer(
                f"The parties differ on whether the criterion {verdict.criterion} is met",
                rule=verdict.rule,
                remedy=f"evaluate it anew so that the parties agree, or {remedy}, or raise a disagreement",
                where=(verdict.criterion,),
                acts=(*find_ways_on(act.in_force, referral, verdict.criterion), ActName.RAISE_DISAGREEMENT),
            )
        if _is_about_age(act, referral, verdict):
            raise AgeNotCovered(
                f"The criterion {verdict.criterion} is not met because of the person's age; the region keeps the care",
                rule=verdict.rule,
                remedy=remedy,
                where=(verdict.criterion, Party.REGION),
                acts=find_ways_on(act.in_force, referral, verdict.criterion),
            )
        raise CriterionNotMet(
            f"The criterion {verdict.criterion} is not met",
            rule=verdict.rule,
            remedy=remedy,
            where=(verdict.criterion,),
            acts=find_ways_on(act.in_force, referral, verdict.criterion),
        )


def _is_about_age(act: Act, referral: Referral, verdict: Verdict) -> bool:
    """Return True if the criterion would be met at another age."""
    criteria = list_criteria(act.in_force, referral.track)
    criterion = next((criterion for criterion in criteria if criterion.id == verdict.criterion), None)
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
        by = find_waiver(act, referral, criterion).by
    except NoExceptionInPolicy as refusal:
        return refusal.remedy
    if by == "ground":
        return "grant a departure on a ground of the agreement, or decline the request"
    return "let both parties agree to an exception, each with its reason, or decline the request"


def find_ways_on(agreement: Agreement, referral: Referral, criterion: Slug) -> tuple[ActName, ...]:
    """Return the acts that lead on from a criterion that is not met; none if the request is over."""
    if referral.status not in (*UNDECIDED, ReferralStatus.ACCEPTED):
        return ()
    decline = (ActName.DECLINE_REFERRAL,) if referral.status in UNDECIDED else ()
    try:
        by = require_waiver(agreement, track=referral.track, criterion=criterion).by
    except NoExceptionInPolicy:
        return (ActName.EVALUATE_CRITERIA, *decline)
    aside = ActName.GRANT_DEPARTURE if by == "ground" else ActName.AGREE_EXCEPTION
    return (aside, ActName.EVALUATE_CRITERIA, *decline)


def find_waiver(act: Act, referral: Referral, criterion: Slug) -> Waiver:
    """Return the way in which the version lets the criterion be set aside. Refuse if it lets nobody (F9)."""
    return require_waiver(act.in_force, track=referral.track, criterion=criterion)
