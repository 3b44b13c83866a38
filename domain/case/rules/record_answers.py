"""The record's answers to the criteria: the facts that it has at a moment, and the verdicts that they give.

This is the one place that answers criteria from the record. `domain/case/decisions.py` asks it about the moment of each
act, and enters each verdict that has become another. So a decision, the matrix, a worklist and a page read the same.
"""

from collections.abc import Mapping

from domain.act import Act
from domain.agreements.criteria import evaluate, list_criteria
from domain.agreements.expressions import FactMissing, FactRefused, FactValue, list_facts
from domain.agreements.model import Agreement, Criterion, Fact, FactSource
from domain.case.rules.responsibility import setting_of
from domain.case.state.case import Case
from domain.kernel import Party, Slug, Verdict


def read_facts(act: Act, case: Case, criterion: Criterion) -> dict[str, FactValue]:
    """Return the facts of a criterion that the record has at the moment of the act."""
    facts = act.in_force.facts
    sources = {name: facts[name].source for name in list_facts(criterion.expression)}
    answers = {name: _answer(act, case, facts[name], source) for name, source in sources.items() if source is not None}
    return {name: answer for name, answer in answers.items() if answer is not None}


def answer_criteria(act: Act, case: Case) -> Case:
    """Return the case with the verdicts that the facts on record give at the moment of the act (ORE-3.2.1-5).

    A birthday, a move, a withdrawn consent or a plan that has ended counts, whoever evaluated the criteria before it.
    """
    referral = case.referral
    for party, verdicts in _judge(act, case).items():
        referral = referral.with_answers(party, verdicts)
    return case.model_copy(update={"referral": referral})


def find_new_verdicts(act: Act, case: Case) -> Mapping[Party, tuple[Verdict, ...]]:
    """Find the verdicts that have become others than those on record: met or no longer so, or of other circumstances.

    In a case that has ended nothing follows.
    """
    if case.is_ended:
        return {}
    found: dict[Party, tuple[Verdict, ...]] = {}
    for party, verdicts in _judge(act, case).items():
        before = case.referral.evaluations[party]
        changed = tuple(verdict for verdict in verdicts if _says(verdict) != _says(before[verdict.criterion]))
        if changed:
            found[party] = changed
    return found


def _says(verdict: Verdict) -> tuple[bool, tuple[Slug, ...]]:
    """Return what others read in a verdict: if the criterion is met, and the circumstances that its facts say hold."""
    return verdict.met, verdict.circumstances


def list_statement_kinds(agreements: tuple[Agreement, ...]) -> frozenset[Slug | None]:
    """List the kinds of statement that answer a fact in one of the agreements."""
    sources = (fact.source for agreement in agreements for fact in agreement.facts.values())
    return frozenset(source.name for source in sources if source is not None and source.of == "statement")


def _judge(act: Act, case: Case) -> dict[Party, tuple[Verdict, ...]]:
    """Judge anew what each party has evaluated, if the record answers a part of it: by its facts of the moment.

    A criterion for which the version in force needs facts that nobody has given stays as it was judged.
    """
    if act.agreement is None:
        return {}
    criteria = list_criteria(act.agreement, case.referral.track)
    return {
        party: tuple(
            verdict
            for criterion in criteria
            if criterion.id in own and (verdict := _judge_one(act, case, criterion, own[criterion.id])) is not None
        )
        for party, own in case.referral.evaluations.items()
    }


def _judge_one(act: Act, case: Case, criterion: Criterion, before: Verdict) -> Verdict | None:
    recorded = read_facts(act, case, criterion)
    if not recorded:
        return None
    names = list_facts(criterion.expression)
    facts = {name: value for name, value in before.facts.items() if name in names} | recorded
    notes = {} if before.note is None else {criterion.id: before.note}
    try:
        (verdict,) = evaluate(act.in_force, track=case.referral.track, facts={criterion.id: facts}, notes=notes)
    except (FactMissing, FactRefused):
        return None
    return verdict


def _answer(act: Act, case: Case, fact: Fact, source: FactSource) -> FactValue | None:
    """Return the value that the record has at the moment of the act. None if it has none."""
    at = act.occurred_at
    match source.of:
        case "age":
            return act.patient_age
        case "setting":
            return setting_of(act.in_force, case, at)
        case "plan":
            return source.name is not None and case.had_plan(source.name, at)
        case "circumstance":
            return source.name is not None and (source.name in act.granted or case.had_circumstance(source.name, at))
        case "statement":
            of_kind = [statement for statement in case.statements if statement.kind == source.name]
            statements = [statement for statement in of_kind if statement.occurred_at <= at]
            if source.field is None:
                return bool(statements)
            value = statements[-1].fields.get(source.field) if statements else None
            if isinstance(value, bool | int | str):
                return value
            return False if fact.type == "bool" else None
