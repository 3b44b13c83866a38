"""Doubts about what a text says in vain: fields that count only with others, and entries that nothing names."""

from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from domain.agreements.expressions import list_facts
from domain.agreements.model import (
    ActName,
    ActRule,
    Agreement,
    DischargeRule,
    DisputeRules,
    Duty,
    Fact,
    FactSource,
    Guard,
    Need,
    PlanRule,
    Precondition,
    SelfCareRule,
    StatementRule,
    Track,
    Waiver,
)
from domain.agreements.subordinate import ROUTINE
from domain.authoring.faults import EntryFault, Message
from domain.authoring.fillable_fields import NAMED_CONTENTS
from domain.authoring.toml_lines import Path
from domain.kernel import Value

_DONE_ALONE = (ActName.ACCEPT_REFERRAL, ActName.DECLINE_REFERRAL, ActName.PLAN_WITHOUT_INDIVIDUAL)
"""The joint acts that a party can do alone: they ask `Act.is_joint`."""
_IN_VAIN = Message("has no effect here", "Fältet har ingen verkan här")


class Companion(NamedTuple):
    """A field that counts only with something else in its entry."""

    field: str
    counts: Callable[[Any], object]
    """True for an entry in which the field counts."""
    only: Message
    """The thing that it counts with, after "only" and "bara"."""
    otherwise: Message = _IN_VAIN
    """The effect of the field without it."""


def _with(field: str, other: str) -> Companion:
    return Companion(field, lambda entry: getattr(entry, other), Message(f"with {other}", f"tillsammans med {other}"))


def _where(field: str, other: str, value: str) -> Companion:
    said = f'{other} = "{value}"'
    return Companion(field, lambda entry: getattr(entry, other) == value, Message(f"with {said}", f"med {said}"))


_COMPANIONS: dict[type[Value], tuple[Companion, ...]] = {
    ActRule: (Companion("alone", lambda rule: rule.joint, Message("with joint = true", "med joint = true")),),
    Agreement: (_with("defines_rule", "defines"),),
    DischargeRule: (_where("roles", "by", "profession"),),
    DisputeRules: (_with("interim_derived", "interim"),),
    Duty: (
        Companion(
            "field",
            lambda duty: not any(opening.startswith("plan:") for opening in duty.opened_by),
            Message("for a statement or an event", "för en uppgift eller en händelse"),
            Message("keeps a plan from opening the duty", "Fältet hindrar att en plan ger uppgiften"),
        ),
    ),
    Fact: (
        _where("minimum", "type", "int"),
        _where("maximum", "type", "int"),
        Companion(
            "no_means",
            lambda fact: fact.type == "bool" and fact.source is None,
            Message("for a yes or no that a party answers", "för ett ja eller nej som en part svarar"),
        ),
    ),
    FactSource: (
        _where("field", "of", "statement"),
        Companion(
            "name",
            lambda source: source.of not in ("age", "setting"),
            Message("for a statement, a plan or a circumstance", "för en uppgift, en plan eller en omständighet"),
        ),
    ),
    Need: (_with("field", "statement"), _with("since", "statement"), _with("same", "statement")),
    PlanRule: (_with("lapses_from", "lapses"), _where("participants", "established_by", "both-parties")),
    Precondition: (
        _where("code", "enforce", "refuse"),
        Companion(
            "statements",
            lambda rule: ActName.RECORD_STATEMENT in rule.acts,
            Message("for record-statement", "för record-statement"),
            Message("keeps the rule from ever holding", "Fältet gör att regeln aldrig gäller"),
        ),
    ),
    SelfCareRule: (_with("child", "child_below"),),
    StatementRule: (_with("deadline", "counts_from"), _with("counts_from", "deadline")),
    Track: (_with("plan_rule", "plans"), _with("evaluation", "criteria"), _with("evaluation_rule", "criteria")),
    Waiver: (_where("grounds", "by", "ground"),),
}
"""The fields that count only with something else, by their tables."""


def find_vain_entries(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield what a text says and nothing in the record ever asks about."""
    yield from _find_lone_fields(agreement, ())
    for guard, ground in agreement.guards.items():
        if ground.fact is not None and guard is not Guard.RISKS_ADDRESSED:
            yield _make_doubt(("guards", guard.value, "fact"), Message("for risks-addressed", "för risks-addressed"))
    for act, rule in agreement.acts.items():
        if rule.alone is not None and act not in _DONE_ALONE:
            names = " or ".join(_DONE_ALONE)
            yield _make_doubt(("acts", act.value, "alone"), Message(f"for {names}", f"för {names}"))
    yield from _find_unnamed(("content",), agreement.content, _list_named_contents(agreement))
    yield from _find_unnamed(("facts",), agreement.facts, _list_named_facts(agreement))


def _find_lone_fields(value: object, path: Path) -> Iterator[EntryFault]:
    match value:
        case Value():
            stated = [each for each in _COMPANIONS.get(type(value), ()) if each.field in value.model_fields_set]
            for each in stated:
                if getattr(value, each.field) and not each.counts(value):
                    yield _make_doubt((*path, each.field), each.only, each.otherwise)
            for name, inner in value:
                yield from _find_lone_fields(inner, (*path, name))
        case dict():
            for key, inner in value.items():
                yield from _find_lone_fields(inner, (*path, str(key)))
        case tuple():
            for index, inner in enumerate(value):
                yield from _find_lone_fields(inner, (*path, index))


def _make_doubt(path: Path, only: Message, otherwise: Message = _IN_VAIN) -> EntryFault:
    return EntryFault(
        path=path,
        what=f"{otherwise.english}: it counts only {only.english}",
        remedy="add what it counts with, or remove it",
        swedish=f"{otherwise.swedish}: det räknas bara {only.swedish}. Lägg till det, eller ta bort fältet.",
    )


def _list_named_contents(agreement: Agreement) -> set[str]:
    """List the names of contents that the record asks for, or that an entry of the text names."""
    plans = agreement.plans.values()
    named = {name for plan in plans for name in (plan.content, plan.roles, plan.interventions, plan.participants)}
    own = {agreement.self_care.assessment} if agreement.self_care is not None else set()
    return {name for name in named | own if name is not None} | {*NAMED_CONTENTS, ROUTINE}


def _list_named_facts(agreement: Agreement) -> set[str]:
    """List the facts that a criterion or a check of the text asks about."""
    criteria = [criterion for track in agreement.tracks for criterion in track.criteria]
    asked = {name for criterion in criteria for name in list_facts(criterion.expression)}
    return asked | {ground.fact for ground in agreement.guards.values() if ground.fact is not None}


def _find_unnamed(path: Path, names: Collection[str], named: Collection[str]) -> Iterator[EntryFault]:
    for name in names:
        if name not in named:
            yield EntryFault(
                path=(*path, name),
                what="is named by nothing in the text, and so has no effect",
                remedy="name it where it belongs, or remove it",
                swedish=f"Ingenting i texten nämner {name}, och posten har då ingen verkan. Nämn den där den hör "
                "hemma, eller ta bort den.",
            )
