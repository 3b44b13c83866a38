"""The check of names in a text: each track, plan, statement, deadline, topic or code that it names must exist."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.agreements.conditions import list_circumstances, list_record_conditions
from domain.agreements.model import ActRule, Agreement, FactSource, Need, PaymentLiability, Requirement
from domain.agreements.model.settlement import Settlement
from domain.authoring.faults import EntryFault, Message, find_near, list_in_swedish, suggest, suggest_in_swedish
from domain.authoring.toml_lines import Path
from domain.case.state.case import EVENT_CLASSES
from domain.case.triggers import TOPIC_ACTS
from domain.refusals import PRECONDITION_CODES

_TOPICS = frozenset(event.TOPIC.rpartition(".")[0] for event in EVENT_CLASSES)


class NameUse(NamedTuple):
    """A place in the text that names things, with the names that exist and the word for such a thing."""

    path: Path
    names: Iterable[str | None]
    known: Collection[str]
    kind: Message
    """The word for such a thing; in Swedish after `there is`."""


_TRACK = Message("track", "ingen väg in ([[tracks]])")
_OTHER_ROW = Message("other row of the matrix", "ingen annan rad i matrisen")
_PLAN = Message("plan", "ingen plan ([plans])")
_CONTENT = Message("content", "ingen post ([content])")
_STATEMENT = Message("statement", "ingen uppgift ([statements])")
_FIELD_OF_STATEMENT = Message("field of the statement", "inget fält i uppgiften")
_FIELD_OF_PLAN = Message("field of the plan", "inget fält i planen, som del.fält,")
_FIELD_OF_A_PLAN = Message("field of a plan", "inget fält i en plan, som slag:del.fält,")
_DEADLINE = Message("deadline", "ingen tidsgräns ([[deadlines]])")
_CONDITION = Message("condition", "ingen omständighet ([vocabulary.conditions])")
_OWN_CONDITION = Message("condition of the vocabulary", "ingen omständighet ([vocabulary.conditions])")
_LEVEL = Message("level of the vocabulary", "ingen vårdnivå ([vocabulary.levels])")
_SETTING = Message("setting of the vocabulary", "ingen boendeform ([vocabulary.settings])")
_INTERVENTION = Message("intervention of the vocabulary", "inget slag av insats ([vocabulary.interventions])")
_FACT = Message("fact", "ingen fråga ([facts])")
_EXTERNAL = Message("external reference", "ingen post ([[external_references]])")
_SILENCE = Message("silence", "ingen anteckning ([[silences]])")
_CONTACT = Message("contact role", "ingen kontakt i en plans roles")
_EVENT = Message("event", "ingen händelse")
_CODE = Message("refusal code", "ingen kod för nekande")
"""The words for the things that a text names."""


def find_unknown_names(agreement: Agreement, whole: Agreement) -> Iterator[EntryFault]:
    """Yield every name that does not exist, neither in the text nor in the `whole` with the national background."""
    for path, names, known, kind in _all_names(agreement, whole):
        for name in names:
            if name is not None and name not in known:
                remedy = _suggest(name, sorted(known), kind)
                yield EntryFault(
                    path=path,
                    what=f"names {name}, but there is no {kind.english} with that name",
                    remedy=remedy.english,
                    swedish=f"Det finns {kind.swedish} som heter {name}. {remedy.swedish}",
                )


def _suggest(name: str, known: Sequence[str], kind: Message) -> Message:
    """Return the remedy for an unknown name. For the name of an act, it is the event that the act records."""
    events = [topic for topic, act in TOPIC_ACTS.items() if act == name] if kind is _EVENT else []
    if events:
        return Message(
            f"{name} is an act; its event is {' or '.join(events)}",
            f"{name} är en handling; dess händelse heter {list_in_swedish(events)}.",
        )
    every = Message(suggest(known), suggest_in_swedish(known))
    if kind is _EVENT:
        every = Message("docs/avtalstexter.md lists them", "Händelserna står i docs/avtalstexter.md.")
    return find_near(name, known) or every


def _all_names(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    yield from _names_in_scope_and_tracks(agreement, whole)
    yield from _names_in_facts(agreement, whole)
    yield from _names_in_acts(agreement, whole)
    yield from _names_in_contents(agreement, whole)
    yield from _names_in_plans(agreement, whole)
    yield from _names_in_statements(agreement, whole)
    yield from _names_in_duties(agreement, whole)
    yield from _names_in_preconditions(agreement, whole)
    yield from _names_in_deadlines(agreement)
    for index, row in enumerate(agreement.matrix):
        others = [other.id for other in agreement.matrix if other is not row]
        yield NameUse(("matrix", index, "replaces"), row.replaces, others, _OTHER_ROW)
    if agreement.dispute is not None:
        yield NameUse(("dispute", "procedure"), [agreement.dispute.procedure], _external(agreement), _EXTERNAL)
    for index, rule in enumerate(agreement.discharge):
        yield NameUse(("discharge", index, "tracks"), rule.tracks, _tracks(agreement), _TRACK)
    if agreement.settlement is not None:
        yield from _names_in_settlement(agreement.settlement, whole)
    yield from _names_in_payment_liability(agreement.payment_liability, whole)
    if agreement.self_care is not None:
        yield NameUse(("self_care", "assessment"), [agreement.self_care.assessment], whole.content, _CONTENT)


def _names_in_settlement(settlement: Settlement, whole: Agreement) -> Iterator[NameUse]:
    monthly, cost = settlement.monthly, settlement.cost_agreement
    circumstances = {
        ("monthly", "reimbursable"): monthly.reimbursable if monthly is not None else None,
        ("cost_agreement", "home"): cost.home if cost is not None else None,
    }
    for place, rule in circumstances.items():
        if rule is not None:
            path = ("settlement", *place, "circumstance")
            yield NameUse(path, [rule.circumstance], whole.vocabulary.conditions, _OWN_CONDITION)


def _names_in_payment_liability(liability: PaymentLiability, whole: Agreement) -> Iterator[NameUse]:
    words, root = whole.vocabulary.conditions, "payment_liability"
    for index, start in enumerate(liability.starts):
        yield NameUse((root, "starts", index, "when"), [start.when], words, _OWN_CONDITION)
    for index, rule in enumerate(liability.conditions):
        path: Path = (root, "conditions", index)
        yield NameUse((*path, "statement"), [rule.statement], whole.statements, _STATEMENT)
        yield NameUse((*path, "field"), [rule.field], _fields_of(whole, rule.statement), _FIELD_OF_STATEMENT)
        yield NameUse((*path, "unless"), [rule.unless], words, _OWN_CONDITION)
    yield NameUse((root, "position"), [liability.position], whole.statements, _STATEMENT)


def _tracks(agreement: Agreement) -> list[str]:
    return [track.id for track in agreement.tracks]


def _external(agreement: Agreement) -> list[str]:
    return [reference.id for reference in agreement.external_references]


def _deadlines(agreement: Agreement) -> list[str]:
    return [deadline.id for deadline in agreement.deadlines]


def _conditions(whole: Agreement) -> frozenset[str]:
    """List the circumstances that can be put on record, and the conditions that follow from a case."""
    return list_record_conditions(whole).union(whole.vocabulary.conditions)


def _names_in_scope_and_tracks(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    words, scope = agreement.vocabulary, agreement.scope
    yield NameUse(("scope", "levels"), scope.levels, words.levels, _LEVEL)
    yield NameUse(("scope", "settings"), scope.settings, words.settings, _SETTING)
    for index, track in enumerate(agreement.tracks):
        yield NameUse(("tracks", index, "external"), [track.external], _external(agreement), _EXTERNAL)
        yield NameUse(("tracks", index, "plans"), track.plans, whole.plans, _PLAN)
    for guard, ground in agreement.guards.items():
        yield NameUse(("guards", guard.value, "tracks"), ground.tracks, _tracks(agreement), _TRACK)
        yield NameUse(("guards", guard.value, "fact"), [ground.fact], agreement.facts, _FACT)


def _names_in_facts(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for name, fact in agreement.facts.items():
        if fact.source is not None:
            yield from _names_in_source(whole, fact.source, ("facts", name, "source"))
        yield NameUse(("facts", name, "no_means"), [fact.no_means], list_circumstances(whole), _OWN_CONDITION)


def _names_in_source(whole: Agreement, source: FactSource, path: Path) -> Iterator[NameUse]:
    match source.of:
        case "statement":
            yield NameUse((*path, "name"), [source.name], whole.statements, _STATEMENT)
            yield NameUse((*path, "field"), [source.field], _fields_of(whole, source.name), _FIELD_OF_STATEMENT)
        case "plan":
            yield NameUse((*path, "name"), [source.name], whole.plans, _PLAN)
        case "circumstance":
            yield NameUse((*path, "name"), [source.name], list_circumstances(whole), _OWN_CONDITION)
        case "age" | "setting":
            pass


def _fields_of(whole: Agreement, statement: str | None) -> list[str]:
    rule = whole.statements.get(statement or "")
    return [field.id for field in rule.fields] if rule is not None else []


def _names_in_acts(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for act, rule in agreement.acts.items():
        yield NameUse(("acts", act.value, "on"), rule.on, _tracks(agreement), _TRACK)
        yield from _names_of_lone_party(whole, rule, ("acts", act.value))
        for track, own in rule.on.items():
            yield from _names_of_lone_party(whole, own, ("acts", act.value, "on", track))
        for index, who in enumerate(rule.by):
            yield NameUse(("acts", act.value, "by", index, "tracks"), who.tracks, _tracks(agreement), _TRACK)


def _names_of_lone_party(whole: Agreement, rule: ActRule, path: Path) -> Iterator[NameUse]:
    if rule.alone is not None:
        yield NameUse((*path, "alone", "when"), [rule.alone.when], _conditions(whole), _CONDITION)


def _names_in_contents(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for name, content in agreement.content.items():
        yield NameUse(("content", name, "tracks"), content.tracks, _tracks(agreement), _TRACK)
        yield from _names_in_requirements(whole, content.fields, ("content", name, "fields"))


def _names_in_requirements(whole: Agreement, fields: Iterable[Requirement], path: Path) -> Iterator[NameUse]:
    for index, field in enumerate(fields):
        yield NameUse((*path, index, "when"), [field.when], _conditions(whole), _CONDITION)
        yield from _names_in_requirements(whole, field.fields, (*path, index, "fields"))


def _names_in_plans(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for kind, rule in agreement.plans.items():
        path: Path = ("plans", kind)
        yield NameUse((*path, "tracks"), rule.tracks, _tracks(agreement), _TRACK)
        yield NameUse((*path, "when"), [rule.when], _conditions(whole), _CONDITION)
        yield NameUse((*path, "replaces"), rule.replaces, whole.plans, _PLAN)
        for name in ("content", "roles", "interventions", "participants"):
            yield NameUse((*path, name), [getattr(rule, name)], whole.content, _CONTENT)
        for name in ("deadline", "prompt", "lapses", "follow_up_every"):
            yield NameUse((*path, name), [getattr(rule, name)], _deadlines(agreement), _DEADLINE)
        written = agreement.content[rule.content].fields if rule.content in agreement.content else ()
        places = [f"{part.id}.{field.id}" for part in written for field in part.fields]
        for name in ("lapses_from", "follow_up_on"):
            yield NameUse((*path, name), [getattr(rule, name)], places, _FIELD_OF_PLAN)


def _names_in_statements(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for kind, rule in agreement.statements.items():
        path: Path = ("statements", kind)
        yield NameUse((*path, "tracks"), rule.tracks, _tracks(agreement), _TRACK)
        yield NameUse((*path, "deadline"), [rule.deadline], _deadlines(agreement), _DEADLINE)
        yield NameUse((*path, "when"), [rule.when], _conditions(whole), _CONDITION)
        yield from _names_in_triggers(whole, [rule.counts_from], (*path, "counts_from"))
        yield from _names_in_requirements(whole, rule.fields, (*path, "fields"))
        yield NameUse((*path, "as_planned"), rule.as_planned, [each.id for each in rule.fields], _FIELD_OF_STATEMENT)
        for name, places in rule.as_planned.items():
            yield NameUse((*path, "as_planned", name), places, _plan_fields(whole), _FIELD_OF_A_PLAN)


def _plan_fields(whole: Agreement) -> list[str]:
    """List the fields of every kind of plan, as `kind:part.field`."""
    contents = {
        kind: whole.content[rule.content] for kind, rule in whole.plans.items() if rule.content in whole.content
    }
    return [
        f"{kind}:{part.id}.{field.id}"
        for kind, content in contents.items()
        for part in content.fields
        for field in part.fields
    ]


def _names_in_duties(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for index, duty in enumerate(agreement.duties):
        path: Path = ("duties", index)
        yield NameUse((*path, "tracks"), duty.tracks, _tracks(agreement), _TRACK)
        yield NameUse((*path, "when"), [duty.when], _conditions(whole), _CONDITION)
        yield NameUse((*path, "deadline"), [duty.deadline], _deadlines(agreement), _DEADLINE)
        yield from _names_in_triggers(whole, duty.opened_by, (*path, "opened_by"))
        yield from _names_in_triggers(whole, duty.met_by, (*path, "met_by"))


def _names_in_triggers(whole: Agreement, triggers: Iterable[str | None], path: Path) -> Iterator[NameUse]:
    """Yield the events, statements and plans that start a clock, or open or meet a duty."""
    known: dict[str, tuple[Collection[str], Message]] = {
        "event": (_TOPICS, _EVENT),
        "statement": (whole.statements, _STATEMENT),
        "plan": (whole.plans, _PLAN),
    }
    for trigger in triggers:
        if trigger is not None:
            sort, _, name = trigger.partition(":")
            yield NameUse(path, [name], *known[sort])


def _names_in_preconditions(agreement: Agreement, whole: Agreement) -> Iterator[NameUse]:
    for index, rule in enumerate(agreement.preconditions):
        path: Path = ("preconditions", index)
        yield NameUse((*path, "tracks"), rule.tracks, _tracks(agreement), _TRACK)
        yield NameUse((*path, "plans"), rule.plans, whole.plans, _PLAN)
        yield NameUse((*path, "statements"), rule.statements, whole.statements, _STATEMENT)
        words = agreement.vocabulary.interventions
        yield NameUse((*path, "interventions"), rule.interventions, words, _INTERVENTION)
        yield NameUse((*path, "when"), [rule.when], _conditions(whole), _CONDITION)
        yield NameUse((*path, "deadline"), [rule.deadline], _deadlines(agreement), _DEADLINE)
        yield NameUse((*path, "code"), [rule.code], PRECONDITION_CODES, _CODE)
        yield from _names_in_need(whole, rule.needs, (*path, "needs"))


def _names_in_need(whole: Agreement, need: Need, path: Path) -> Iterator[NameUse]:
    yield NameUse((*path, "plan"), [need.plan], whole.plans, _PLAN)
    yield NameUse((*path, "statement"), [need.statement], whole.statements, _STATEMENT)
    yield NameUse((*path, "field"), [need.field], _fields_of(whole, need.statement), _FIELD_OF_STATEMENT)
    roles = [whole.content[rule.roles] for rule in whole.plans.values() if rule.roles in whole.content]
    contacts = [field.id for content in roles for field in content.fields]
    yield NameUse((*path, "contact"), [need.contact], contacts, _CONTACT)
    yield NameUse((*path, "happened"), [need.happened], _TOPICS, _EVENT)
    yield from _names_in_triggers(whole, [need.since], (*path, "since"))


def _names_in_deadlines(agreement: Agreement) -> Iterator[NameUse]:
    silences = [silence.id for silence in agreement.silences]
    for index, deadline in enumerate(agreement.deadlines):
        yield NameUse(("deadlines", index, "silences"), deadline.silences, silences, _SILENCE)
        yield NameUse(("deadlines", index, "priority"), deadline.priority, _tracks(agreement), _TRACK)


_ASKED_BY_NAME = frozenset({"acknowledgement", "contact", "readiness", "agreement-follow-up"})
"""The deadlines that the domain asks about by these names."""
KEPT_BY_SETTLEMENT = frozenset({"invoice", "supplement-review", "supplement-presented", "supplement-paid"})
"""The deadlines that the settlement counts by its own fields."""


def find_unnamed_deadlines(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the deadlines that no entry uses. No worklist would ever show them."""
    named = _ASKED_BY_NAME | KEPT_BY_SETTLEMENT
    plans = agreement.plans.values()
    of_plans = ("deadline", "prompt", "lapses", "follow_up_every")
    named |= {name for plan in plans for field in of_plans if (name := getattr(plan, field)) is not None}
    named |= {rule.deadline for rule in agreement.statements.values() if rule.deadline}
    named |= {duty.deadline for duty in agreement.duties if duty.deadline}
    named |= {rule.deadline for rule in agreement.preconditions if rule.deadline}
    for index, deadline in enumerate(agreement.deadlines):
        if deadline.id not in named:
            yield EntryFault(
                path=("deadlines", index, "id"),
                what=f"is {deadline.id}, a deadline that no entry uses",
                remedy="use it as the deadline of a plan, a statement, a duty or a precondition, or remove it",
                swedish=f"Ingen post använder tidsgränsen {deadline.id}. Skriv den som deadline i en plan, en uppgift, "
                "[[duties]] eller [[preconditions]], eller ta bort den.",
            )
