"""Acts that record statements and circumstances."""

from collections.abc import Iterable, Iterator, Mapping

from domain.act import Act
from domain.agreements.conditions import CRITERIA_MET, follows_from_case, list_circumstances
from domain.agreements.content import (
    find_missing_fields,
    find_types,
    list_yes_no_fields,
    refuse_gaps,
    refuse_other_types,
)
from domain.agreements.model import ActName, NotRegulated, StatementRule
from domain.case.events.care_plan import FieldValue
from domain.case.events.case import CircumstanceRecorded, StatementRecorded
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.statement_deadlines import find_statement_due
from domain.case.state.case import Case
from domain.kernel import Events, HsaId, Slug
from domain.refusals import CircumstanceFollows, ContentNotKnown, UnknownReference, WrongState


def record_statement(
    case: Case,
    *,
    act: Act,
    kind: Slug,
    fields: Mapping[Slug, FieldValue] | None = None,
    intervention: Slug | None = None,
    person: HsaId | None = None,
) -> Events:
    """Record a statement for your own party: a consent, a checklist, a report, a training.

    The agreement lists the kinds of statement, who can make each, and its fields.
    """
    act = permit(act, case, ActSubject(statement=kind, intervention=intervention, person=person))
    rule = _find_rule(act, case, kind)
    _refuse_other_staff(act, kind, rule)
    if case.is_ended and not rule.closed:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule=rule.clauses[0])
    planned = _find_planned_values(case, rule)
    values = {name: agreed[0] for name, agreed in planned.items()} | dict(fields or {})
    unknown = sorted(values.keys() - {field.id for field in rule.fields})
    if unknown:
        raise ContentNotKnown("field", unknown, known=[field.id for field in rule.fields], rule=rule.clauses[0])
    refuse_gaps(find_missing_fields(rule.fields, values, conditions=case.conditions))
    answers = list_yes_no_fields(act.in_force, kind)
    refuse_other_types(rule.fields, values, find_types(rule.fields, dates=(), answers=answers))
    _refuse_wrong_subject(act, case, rule, intervention, person)
    act.not_before(case.opened_at, "the need was raised")
    act = _with_lateness(act, case, kind)
    act = _with_departures(act, rule, values, planned)
    event = act.record(
        StatementRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=rule.clauses,
        statement_id=act.new_id("statement"),
        party=act.actor.party,
        kind=kind,
        fields=values,
        intervention=intervention,
        person=person,
    )
    return (event,)


def record_circumstance(case: Case, *, act: Act, circumstance: Slug, holds: bool = True) -> Events:
    """Record that a circumstance of the person holds, or no longer does, in the agreement's own words."""
    act = permit(act, case)
    if circumstance not in act.in_force.vocabulary.conditions:
        raise ContentNotKnown("circumstance", [circumstance], known=list_circumstances(act.in_force), rule="SYS-7")
    _refuse_what_follows(case, circumstance, holds=holds)
    act.not_before(case.opened_at, "the need was raised")
    event = act.record(
        CircumstanceRecorded,
        on=case.stream,
        case_id=case.id,
        party=act.actor.party,
        circumstance=circumstance,
        holds=holds,
    )
    return (event,)


def _refuse_what_follows(case: Case, circumstance: Slug, *, holds: bool) -> None:
    """Refuse a circumstance that follows from the case, and one that does not hold though an evaluation says it."""
    if follows_from_case(circumstance):
        acts = (ActName.EVALUATE_CRITERIA,) if circumstance == CRITERIA_MET else ()
        source = "what else is on record in the case"
    elif not holds and circumstance in case.referral.circumstances_of_verdicts:
        acts, source = (ActName.EVALUATE_CRITERIA,), "an answer in a party's latest evaluation of the criteria"
    else:
        return
    raise CircumstanceFollows(
        f"The circumstance {circumstance} follows from {source}",
        rule="SYS-7",
        remedy="record what it follows from instead",
        where=("circumstance",),
        acts=acts,
    )


def _with_lateness(act: Act, case: Case, kind: str) -> Act:
    """Return the act with the clauses that it breaks because it is late. It is recorded nonetheless."""
    limit = find_statement_due(case, act.in_force, kind)
    if limit is None or not limit.is_late(act.occurred_at):
        return act
    return act.with_breaches(limit.clauses)


def _find_planned_values(case: Case, rule: StatementRule) -> dict[Slug, tuple[FieldValue, ...]]:
    """Return the values of the statement's fields that the plans in force have, in either party's words."""
    found = {name: tuple(_list_planned(case, places)) for name, places in rule.as_planned.items()}
    return {name: values for name, values in found.items() if values}


def _list_planned(case: Case, places: Iterable[str]) -> Iterator[FieldValue]:
    for kind, _, path in (place.partition(":") for place in places):
        for plan in case.plans_in_force:
            if plan.kind == kind:
                yield from plan.text.list_values(path)


def _with_departures(
    act: Act, rule: StatementRule, values: Mapping[Slug, FieldValue], planned: Mapping[Slug, tuple[FieldValue, ...]]
) -> Act:
    """Return the act with the clauses of fields that say something else than the plan. It is recorded nonetheless."""
    kept = {name: [_as_words(value) for value in agreed] for name, agreed in planned.items()}
    departing = {name for name, words in kept.items() if _as_words(values[name]) not in words}
    return act.with_breaches(clause for field in rule.fields if field.id in departing for clause in field.clauses)


def _as_words(value: FieldValue) -> list[str]:
    """Return the words of a value, whatever their letter case and spaces."""
    return str(value).casefold().split()


def _find_rule(act: Act, case: Case, kind: str) -> StatementRule:
    rule = act.in_force.statement_rule(kind)
    if isinstance(rule, NotRegulated) or not case.meets(rule.when):
        known = sorted(each for each, other in act.in_force.statements.items() if case.meets(other.when))
        raise ContentNotKnown("statement", [kind], known=known, rule="SYS-7")
    if rule.tracks and act.track not in rule.tracks:
        raise ContentNotKnown("statement on this track", [kind], known=rule.tracks, rule=rule.clauses[0])
    return rule


def _refuse_other_staff(act: Act, kind: str, rule: StatementRule) -> None:
    if not any(who.is_on(act.track) and who.is_met_by(act.actor) for who in rule.by):
        raise act.refused_group(rule.by, f"record {kind}", rule=rule.clauses[0])


def _refuse_wrong_subject(
    act: Act, case: Case, rule: StatementRule, intervention: Slug | None, person: HsaId | None
) -> None:
    for name, value in (("intervention", intervention), ("person", person)):
        if rule.about == name and value is None:
            raise UnknownReference(
                f"The {name} is missing", rule=rule.clauses[0], remedy=f"give the {name}", where=(name,)
            )
        if rule.about != name and value is not None:
            raise UnknownReference(
                f"The statement is not about one {name}",
                rule=rule.clauses[0],
                remedy=f"leave the {name} out",
                where=(name,),
            )
    if person is not None:
        act.staff(person)
    if intervention is not None and intervention not in case.named:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule=rule.clauses[0],
            remedy="name an intervention of the request, the assessments or an established plan",
            where=("intervention",),
        )
