"""Criteria of enrolment. An act evaluates them into verdicts that are stored; a replay never evaluates them again."""

from collections.abc import Iterable, Iterator, Mapping

from domain.agreements.expressions import FactRefused, FactValue, admit, holds, list_facts, list_numbers
from domain.agreements.model import ActName, Agreement, Criterion, Evaluation, NotRegulated, Waiver
from domain.kernel import Text, Verdict
from domain.refusals import CriterionNotConsidered, NoExceptionInPolicy


def list_criteria(agreement: Agreement, track: str) -> tuple[Criterion, ...]:
    """List the criteria of a track, in the text's order."""
    found = agreement.track(track)
    return () if isinstance(found, NotRegulated) else found.criteria


def list_turning_ages(agreement: Agreement) -> Iterator[int]:
    """List the ages at which a criterion can become met, or stop being so: the numbers beside an age, and the next."""
    ages = {name for name, fact in agreement.facts.items() if fact.source is not None and fact.source.of == "age"}
    for track in agreement.tracks:
        for criterion in track.criteria:
            if ages.intersection(list_facts(criterion.expression)):
                for number in list_numbers(criterion.expression):
                    yield from (number, number + 1)


def evaluate(
    agreement: Agreement,
    *,
    track: str,
    facts: Mapping[str, Mapping[str, FactValue]],
    notes: Mapping[str, Text] | None = None,
) -> tuple[Verdict, ...]:
    """Evaluate each criterion that facts are given for, in the text's order.

    `facts` maps each criterion to its facts by name. The criteria may be considered one at a time: `find_unconsidered`
    returns those that are left. Refuse a criterion or fact that the track does not have, a missing or blank fact, and a
    fact of another type.
    """
    criteria = list_criteria(agreement, track)
    notes = notes or {}
    unknown = sorted(facts.keys() - {criterion.id for criterion in criteria})
    if unknown:
        raise FactRefused(
            f"The track {track} has no criterion {', '.join(unknown)}",
            rule="SYS-7",
            remedy=(
                f"give facts for {', '.join(criterion.id for criterion in criteria)}"
                if criteria
                else "leave the facts out: the track has no criteria"
            ),
            where=unknown,
        )
    return tuple(
        _verdict(agreement, criterion, facts[criterion.id], notes.get(criterion.id))
        for criterion in criteria
        if criterion.id in facts
    )


def _verdict(agreement: Agreement, criterion: Criterion, values: Mapping[str, FactValue], note: Text | None) -> Verdict:
    names = list_facts(criterion.expression)
    foreign = sorted(values.keys() - set(names))
    if foreign:
        raise FactRefused(
            f"The criterion {criterion.id} does not ask about {', '.join(foreign)}",
            rule=criterion.rule,
            remedy=f"give only {', '.join(names)}",
            where=(criterion.id, *foreign),
        )
    facts = {
        name: admit(name, agreement.facts[name], values, rule=criterion.rule, where=criterion.id) for name in names
    }
    return Verdict(
        criterion=criterion.id,
        rule=criterion.rule,
        met=holds(criterion.expression, facts),
        facts=facts,
        note=note,
        weighed=criterion.weighed,
        circumstances=tuple(
            declared.no_means
            for name, value in facts.items()
            if value is False and (declared := agreement.facts[name]).source is None and declared.no_means is not None
        ),
        from_record=all(agreement.facts[name].source is not None for name in names),
    )


def find_unconsidered(agreement: Agreement, *, track: str, verdicts: Iterable[Verdict]) -> tuple[Criterion, ...]:
    """Find the criteria that have no verdict yet."""
    considered = {verdict.criterion for verdict in verdicts}
    return tuple(criterion for criterion in list_criteria(agreement, track) if criterion.id not in considered)


def require_considered(agreement: Agreement, *, track: str, verdicts: Iterable[Verdict]) -> None:
    """Refuse a decision while a criterion has not been considered (F7)."""
    left = find_unconsidered(agreement, track=track, verdicts=verdicts)
    if left:
        names = tuple(criterion.id for criterion in left)
        raise CriterionNotConsidered(
            f"These criteria have not been considered: {', '.join(names)}",
            rule=left[0].rule,
            remedy=f"evaluate {', '.join(names)} before the decision",
            where=names,
            acts=(ActName.EVALUATE_CRITERIA,),
        )


def find_unmet(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Find the verdicts of criteria that must be met and are not."""
    return tuple(verdict for verdict in verdicts if verdict.hinders)


def require_waiver(agreement: Agreement, *, track: str, criterion: str) -> Waiver:
    """Return the rule by which the criterion can be set aside. Refuse if the version has none (F9)."""
    found = agreement.track(track)
    evaluation_rule = None if isinstance(found, NotRegulated) else found.evaluation_rule
    if not isinstance(found, NotRegulated) and found.evaluation is Evaluation.CONSIDER_WITH_EXCEPTION:
        for candidate in found.criteria:
            if candidate.id == criterion and candidate.waiver is not None:
                return candidate.waiver
    own = next((known.rule for known in list_criteria(agreement, track) if known.id == criterion), "SYS-7")
    raise NoExceptionInPolicy(
        f"{agreement.ref} does not let anybody set {criterion} aside on the track {track}",
        rule=evaluation_rule or own,
        remedy="decline the request, or wait until the criterion is met",
        where=(criterion,),
    )
