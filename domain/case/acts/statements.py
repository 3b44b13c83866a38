"""What a party puts on record besides its decisions: statements of the kinds the text names, and circumstances."""

from collections.abc import Mapping

from domain.act import Act
from domain.agreements.content import find_missing_fields
from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import Agreement, NotRegulated, StatementRule
from domain.case.events.care_plan import FieldValue
from domain.case.events.case import CircumstanceRecorded, StatementRecorded
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.plan_lapse import starts_on
from domain.case.state.case import Case
from domain.kernel import Events, HsaId, Instant, Slug, legal_midnight
from domain.refusals import ActorNotAllowed, ContentMissing, ContentNotKnown, UnknownReference, WrongState


def record_statement(
    case: Case,
    *,
    act: Act,
    kind: Slug,
    fields: Mapping[Slug, FieldValue] | None = None,
    intervention: Slug | None = None,
    person: HsaId | None = None,
) -> Events:
    """Put something on record for your own party: a consent, a checklist, a report, a training.

    The agreement says which kinds there are, who makes them and what they must say.
    """
    act = permit(act, case, ActSubject(statement=kind, intervention=intervention, person=person))
    rule = _rule(act, kind)
    _refuse_other_staff(act, kind, rule)
    said = dict(fields or {})
    foreign = sorted(said.keys() - {field.id for field in rule.fields})
    if foreign:
        raise ContentNotKnown("field", foreign, known=[field.id for field in rule.fields], rule=rule.clauses[0])
    lacking = find_missing_fields(rule.fields, said, conditions=case.conditions)
    if lacking:
        raise ContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)
    _refuse_wrong_subject(act, case, rule, intervention, person)
    if case.is_ended and not rule.closed:
        raise WrongState(subject="The case", state="ended", needed=("open",), rule=rule.clauses[0])
    act.not_before(case.opened_at, "the need was raised")
    act = _with_lateness(act, case, kind)
    event = act.record(
        StatementRecorded,
        on=case.stream,
        case_id=case.id,
        clauses=rule.clauses,
        statement_id=act.new_id("statement"),
        party=act.actor.party,
        kind=kind,
        fields=said,
        intervention=intervention,
        person=person,
    )
    return (event,)


def record_circumstance(case: Case, *, act: Act, circumstance: Slug, holds: bool = True) -> Events:
    """Record that a circumstance of the person's holds, or no longer does, in the words of the agreement's matrix."""
    act = permit(act, case)
    known = act.in_force.vocabulary.conditions
    if circumstance not in known:
        raise ContentNotKnown("circumstance", [circumstance], known=tuple(known), rule="SYS-7")
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


def statement_due(case: Case, agreement: Agreement, kind: str) -> Due | None:
    """When a statement of the kind is due (ORE-3.3-5); None where the version sets no limit, or its clock stands."""
    rule = agreement.statement_rule(kind)
    if isinstance(rule, NotRegulated) or rule.deadline is None or rule.counts_from is None:
        return None
    start = _clock(case, agreement, rule.counts_from)
    limit = find_due(agreement, rule.deadline, start) if start is not None else None
    return limit if isinstance(limit, Due) else None


def _clock(case: Case, agreement: Agreement, start: str) -> Instant | None:
    """When the clock started: at a trigger, or as the day began that the latest plan of a kind counts from."""
    sort, _, name = start.partition(":")
    if sort != "plan":
        return case.triggered_at(start)
    days = [starts_on(plan, agreement) for plan in case.plans.values() if plan.kind == name]
    known = [day for day in days if day is not None]
    return legal_midnight(known[-1]) if known else None


def _with_lateness(act: Act, case: Case, kind: str) -> Act:
    """The act, with the clauses that it goes against where it comes too late; it is recorded nonetheless."""
    limit = statement_due(case, act.in_force, kind)
    if limit is None or not limit.is_late(act.occurred_at):
        return act
    return act.model_copy(update={"breaches": tuple(dict.fromkeys((*act.breaches, *limit.clauses)))})


def _rule(act: Act, kind: str) -> StatementRule:
    rule = act.in_force.statement_rule(kind)
    if isinstance(rule, NotRegulated):
        raise ContentNotKnown("statement", [kind], known=sorted(act.in_force.statements), rule="SYS-7")
    if rule.tracks and act.track not in rule.tracks:
        raise ContentNotKnown("statement on this track", [kind], known=rule.tracks, rule=rule.clauses[0])
    return rule


def _refuse_other_staff(act: Act, kind: str, rule: StatementRule) -> None:
    if not any(who.is_on(act.track) and who.is_met_by(act.actor) for who in rule.by):
        raise ActorNotAllowed(
            f"The role {act.actor.role} of {act.actor.unit_kind} in a {act.actor.party} does not record {kind}",
            rule=rule.clauses[0],
            remedy=f"{kind} is recorded by {' or '.join(map(str, rule.by))}",
            where=(act.actor.party, act.actor.role),
        )


def _refuse_wrong_subject(
    act: Act, case: Case, rule: StatementRule, intervention: Slug | None, person: HsaId | None
) -> None:
    given = {"intervention": intervention, "person": person}
    for name, value in given.items():
        if (value is not None) != (rule.about == name):
            wanted = "is missing" if rule.about == name else "is not what the statement is about"
            raise UnknownReference(
                f"The {name} {wanted}",
                rule=rule.clauses[0],
                remedy=f"the statement is about the {rule.about}",
                where=(name,),
            )
    if person is not None:
        act.staff(person)
    if intervention is not None and intervention not in case.named:
        raise UnknownReference(
            f"The case has no intervention {intervention}",
            rule=rule.clauses[0],
            remedy="name an intervention of the request, the assessments or an agreed plan",
            where=("intervention",),
        )
