"""Criteria of enrolment: evaluated once, at the act, into verdicts that are stored and never evaluated again."""

from collections.abc import Iterable, Mapping

from domain.agreements.expressions import FactRefused, FactValue, admit, holds, list_facts
from domain.agreements.model import Agreement, Criterion, Evaluation, NotRegulated, Waiver
from domain.kernel import Text, Verdict
from domain.refusals import CriterionNotConsidered, NoExceptionInPolicy


def list_criteria(agreement: Agreement, track: str) -> tuple[Criterion, ...]:
    """The criteria of a track in the text's order; none where the version sets none."""
    found = agreement.track(track)
    return () if isinstance(found, NotRegulated) else found.criteria


def evaluate(
    agreement: Agreement,
    *,
    track: str,
    facts: Mapping[str, Mapping[str, FactValue]],
    notes: Mapping[str, Text] | None = None,
) -> tuple[Verdict, ...]:
    """The verdict on each criterion that facts are given for, in the text's order.

    The criteria may be considered one at a time: `find_unconsidered` returns those that are left.
    Refuses a criterion or fact the track does not have, a missing or blank fact, and a fact of another type.
    """
    criteria = list_criteria(agreement, track)
    notes = notes or {}
    unknown = sorted(facts.keys() - {criterion.id for criterion in criteria})
    if unknown:
        raise FactRefused(
            f"The track {track} has no criterion {', '.join(unknown)}",
            rule="SYS-7",
            remedy=f"give facts for {', '.join(criterion.id for criterion in criteria) or 'no criterion'}",
            where=unknown,
        )
    return tuple(
        _verdict(agreement, criterion, facts[criterion.id], notes.get(criterion.id))
        for criterion in criteria
        if criterion.id in facts
    )


def _verdict(agreement: Agreement, criterion: Criterion, given: Mapping[str, FactValue], note: Text | None) -> Verdict:
    names = list_facts(criterion.expression)
    foreign = sorted(given.keys() - set(names))
    if foreign:
        raise FactRefused(
            f"The criterion {criterion.id} does not ask about {', '.join(foreign)}",
            rule=criterion.rule,
            remedy=f"give {', '.join(names)} and nothing else",
            where=(criterion.id, *foreign),
        )
    facts = {name: admit(name, agreement.facts[name], given, rule=criterion.rule, where=criterion.id) for name in names}
    return Verdict(
        criterion=criterion.id, rule=criterion.rule, met=holds(criterion.expression, facts), facts=facts, note=note
    )


def find_unconsidered(agreement: Agreement, *, track: str, verdicts: Iterable[Verdict]) -> tuple[Criterion, ...]:
    """The criteria that no verdict has been given on."""
    considered = {verdict.criterion for verdict in verdicts}
    return tuple(criterion for criterion in list_criteria(agreement, track) if criterion.id not in considered)


def require_considered(agreement: Agreement, *, track: str, verdicts: Iterable[Verdict]) -> None:
    """Refuses a decision while a criterion has not been considered (F7)."""
    left = find_unconsidered(agreement, track=track, verdicts=verdicts)
    if left:
        names = tuple(criterion.id for criterion in left)
        raise CriterionNotConsidered(
            f"Not considered: {', '.join(names)}",
            rule=left[0].rule,
            remedy=f"evaluate {', '.join(names)}; met or not, each criterion is considered before the decision",
            where=names,
        )


def find_unmet(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts that stand in the way."""
    return tuple(verdict for verdict in verdicts if not verdict.met)


def require_waiver(agreement: Agreement, *, track: str, criterion: str) -> Waiver:
    """Who may set the criterion aside, and how. Refuses where the version lets nobody do it (F9)."""
    found = agreement.track(track)
    demanded = None if isinstance(found, NotRegulated) else found.evaluation_rule
    if not isinstance(found, NotRegulated) and found.evaluation is Evaluation.CONSIDER_WITH_EXCEPTION:
        for each in found.criteria:
            if each.id == criterion and each.waiver is not None:
                return each.waiver
    own = next((each.rule for each in list_criteria(agreement, track) if each.id == criterion), "SYS-7")
    raise NoExceptionInPolicy(
        f"{agreement.ref} lets nobody set {criterion} aside on the track {track}",
        rule=demanded or own,
        remedy="meet the criterion, or decline",
        where=(criterion,),
    )
