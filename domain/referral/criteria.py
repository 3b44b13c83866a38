"""The agreement's criteria as a referral meets them: considered, unmet, set aside by both."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StrictBool

from domain.act import Act
from domain.agreements.criteria import criteria_of, evaluate, require_considered, unmet, waiver
from domain.agreements.expressions import FactMissing, FactRefused, FactValue, facts_of
from domain.agreements.model import Waiver
from domain.kernel import MOST, Label, Slug, Text, Verdict
from domain.referral.state import Referral
from domain.refusals import AgeNotCovered, CriterionNotMet, ExceptionNeedsConsensus

Given = StrictBool | Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)] | Text
"""A fact as it is sent; which type it must have, the agreement says."""

Facts = Annotated[dict[Slug, Annotated[dict[Label, Given], Field(max_length=MOST)]], Field(max_length=MOST)]
"""Facts by criterion, then by fact."""

AGE = "age_years"
"""The fact that the person register answers; a caller's word on it is refused."""


def judged(
    act: Act, referral: Referral, facts: Mapping[Slug, Mapping[str, FactValue]], notes: Mapping[Slug, Text]
) -> tuple[Verdict, ...]:
    """The verdicts on the criteria that facts are given for, with age from the register (ORE-3.1.1-4, -5)."""
    if not facts:
        raise FactMissing(
            "No criterion is considered",
            rule="ORE-3.1.1-4",
            remedy=f"give facts for {', '.join(each.id for each in criteria_of(act.in_force, referral.track))}",
            where=("facts",),
        )
    asks_age = {each.id for each in criteria_of(act.in_force, referral.track) if AGE in facts_of(each.expression)}
    known = {criterion: dict(given) for criterion, given in facts.items()}
    for criterion in asks_age & known.keys():
        if AGE in known[criterion]:
            raise FactRefused(
                "Age is taken from the person register",
                rule="ORE-3.1.1-5",
                remedy=f"leave {AGE} out of the facts of {criterion}",
                where=(criterion, AGE),
            )
        if act.patient_age is not None:
            known[criterion][AGE] = act.patient_age
    return evaluate(act.in_force, track=referral.track, facts=known, notes=notes)


def refuse_unless_considered(act: Act, referral: Referral) -> None:
    """Refuse a decision while a criterion has not been considered (F7)."""
    require_considered(act.in_force, track=referral.track, verdicts=referral.verdicts)


def unmet_criteria(referral: Referral) -> tuple[Verdict, ...]:
    """The verdicts that stand in the way: not met, and no exception agreed by both."""
    return tuple(verdict for verdict in unmet(referral.verdicts) if verdict.criterion not in referral.exceptions_agreed)


def refuse_unless_met(act: Act, referral: Referral) -> None:
    """Refuse to go on with a criterion unmet and not set aside by both parties (F8, F16)."""
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
        refusal = AgeNotCovered if AGE in verdict.facts else CriterionNotMet
        raise refusal(
            f"The criterion {verdict.criterion} is not met",
            rule=verdict.rule,
            remedy="both parties agree to an exception with reasons, or the request is declined",
            where=(verdict.criterion,),
        )


def exception_possible(act: Act, referral: Referral, criterion: Slug) -> Waiver:
    """How the version lets the criterion be set aside; refuses where it lets nobody (F9)."""
    return waiver(act.in_force, track=referral.track, criterion=criterion)
