"""The check of required content: each field must be one that its act can fill, with values that the act can have.

An act has the fields of the record. A text names, demands and describes those of them that its document asks for; a
field that no act has would be demanded for ever. Parts of plans and statements have fields of the text's own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from domain.agreements.content import find_types, list_yes_no_fields
from domain.agreements.model import Agreement, Requirement
from domain.authoring.faults import EntryFault, suggest
from domain.authoring.toml_lines import Path
from domain.case.events.enrolment import Aspect
from domain.case.events.referral import CareRequest, Identifier
from domain.intervention import AllocatedIntervention, CareLevel, InterventionKind, Scope
from domain.kernel import Party
from domain.refusals import FORMS


class ActFields(NamedTuple):
    """The fields that an act can fill: their names, the values of those with a fixed list, and the lists of groups."""

    names: Collection[str]
    values: Mapping[str, Collection[str]] = {}
    lists: Mapping[str, "ActFields"] = {}


_ALLOCATED = ActFields(
    AllocatedIntervention.model_fields.keys(), {"kind": tuple(InterventionKind), "party": tuple(Party)}
)
_PLANNED = ActFields(
    ("intervention", "text", "scope", "shared", "principal", "line", "task", "performer-kind", "competence"),
    {
        "scope": tuple(Scope),
        "principal": tuple(Party),
    },
)
"""A planned intervention, by the names that a text uses."""
_VISIT = ActFields(("kind", "purpose", "note"))
NAMED_CONTENTS: Mapping[str, ActFields] = {
    "referral": ActFields(
        CareRequest.model_fields.keys(),
        lists={"interventions": _ALLOCATED, "identifiers": ActFields(Identifier.model_fields.keys())},
    ),
    "assessment": ActFields(
        ("direction", "content", "responsibility", "goals", "considerations", "participation", "interventions"),
        lists={"interventions": _ALLOCATED},
    ),
    "planning": ActFields(("form", "participants", "participation")),
    "discharge-planning": ActFields(("colour",)),
    "readiness": ActFields(tuple(Aspect)),
    "home-visit-region": _VISIT,
    "home-visit-municipality": _VISIT,
}
"""The fields of the acts that are asked for the content of a name."""
_SELF_CARE = ActFields(("routine", "routine-version"))
_IN_SWEDISH: Mapping[str, str] = {"date": "en dag", "bool": "ja eller nej"}
"""The types of fields in Swedish."""
_ORDERED = {level.value for level in CareLevel}


def find_unfillable_fields(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the required fields and values that no act can fill, and the care levels that no act can have."""
    for name, fields in _list_bound_contents(agreement):
        if name in agreement.content:
            yield from _check_fields(agreement.content[name].fields, fields, ("content", name, "fields"))
    of_plans = {plan.content for plan in agreement.plans.values()}
    for name, content in agreement.content.items():
        if name in of_plans:
            yield from _check_parts(content.fields, ("content", name, "fields"))
        else:
            yield from _find_types_of_acts(content.fields, ("content", name, "fields"))
    for kind, statement in agreement.statements.items():
        yield from _check_single_values(statement.fields, ("statements", kind, "fields"))
        answers = list_yes_no_fields(agreement, kind)
        yield from _check_types(statement.fields, ("statements", kind, "fields"), dates=(), answers=answers)
    yield from _check_types_of_plans(agreement)
    yield from _find_unknown_levels(agreement)


def _list_bound_contents(agreement: Agreement) -> Iterator[tuple[str | None, ActFields]]:
    yield from NAMED_CONTENTS.items()
    lists = {plan.interventions for plan in agreement.plans.values() if plan.interventions is not None}
    yield from ((name, ActFields(("interventions",), lists={"interventions": _PLANNED})) for name in sorted(lists))
    if agreement.self_care is not None:
        yield agreement.self_care.assessment, _SELF_CARE


def _check_fields(required: Iterable[Requirement], act: ActFields, path: Path) -> Iterator[EntryFault]:
    for index, field in enumerate(required):
        here: Path = (*path, index)
        if field.id not in act.names:
            yield EntryFault(
                path=(*here, "id"),
                what=f"is {field.id}, a field that the act cannot fill",
                remedy=f"{suggest(sorted(act.names))}; or demand it in a part of a plan, or as a statement of its own",
                swedish=f"Fältet {field.id} kan ingen fylla i här. Skriv ett av {', '.join(sorted(act.names))}, eller "
                "kräv det i en plans del eller som en egen uppgift ([statements]).",
            )
        elif field.id in act.lists:
            yield from _check_fields(field.fields, act.lists[field.id], (*here, "fields"))
        else:
            yield from _check_single_values([field], path, first=index)
            if field.id in act.values:
                yield from _check_values(field, act.values[field.id], here)


def _check_values(field: Requirement, known: Collection[str], path: Path) -> Iterator[EntryFault]:
    unknown = [choice for choice in field.choices if choice not in known]
    if unknown:
        yield EntryFault(
            path=(*path, "choices"),
            what=f"has {', '.join(unknown)}, which the act cannot have",
            remedy=f"{suggest(list(known))}, each with its name in the county",
            swedish=f"{', '.join(unknown)} kan ingen ange här. Skriv {', '.join(known)}, vart och ett med länets eget "
            "namn.",
        )


def _check_parts(parts: Iterable[Requirement], path: Path) -> Iterator[EntryFault]:
    """Yield the faults of the parts of a plan, whose fields are the text's own."""
    for index, part in enumerate(parts):
        here: Path = (*path, index)
        if part.each:
            yield from _check_fields(part.fields, _PLANNED, (*here, "fields"))
        elif not part.fields:
            yield EntryFault(
                path=here,
                what=f"is {part.id}, a part without fields, in which nobody can write",
                remedy="add fields, for example one with the id text",
                swedish=f"Delen {part.id} har inga fält att skriva i. Lägg till fields, till exempel ett med id text.",
            )
        else:
            yield from _check_single_values(part.fields, (*here, "fields"))


def _check_single_values(fields: Iterable[Requirement], path: Path, *, first: int = 0) -> Iterator[EntryFault]:
    """Yield the fields that are groups where an act has one value."""
    for index, field in enumerate(fields, first):
        if field.fields or field.each:
            yield EntryFault(
                path=(*path, index),
                what=f"is {field.id}, a group of fields where there is one value",
                remedy="remove fields and each, or write each of its fields beside the others",
                swedish=f"Fältet {field.id} kan bara ha ett värde. Ta bort fields och each, eller skriv fälten bredvid "
                "varandra.",
            )


def _find_types_of_acts(fields: Iterable[Requirement], path: Path) -> Iterator[EntryFault]:
    """Yield the fields of acts that say their type, which the act itself has."""
    for index, field in enumerate(fields):
        if field.type is not None:
            yield EntryFault(
                path=(*path, index, "type"),
                what=f"is {field.type}, and {field.id} has the type that its act gives it",
                remedy="remove it; only fields of plans and statements have a type of the text's own",
                swedish=f"Handlingen bestämmer själv vad {field.id} kan vara. Ta bort type: det hör till fält i planer "
                "och uppgifter.",
            )
        yield from _find_types_of_acts(field.fields, (*path, index, "fields"))


def _check_types_of_plans(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the fields of plans whose type is not the one that a rule about the plan takes them for."""
    places: dict[str, set[str]] = defaultdict(set)
    for plan in agreement.plans.values():
        places[plan.content or ""] |= {place for place in (plan.lapses_from, plan.follow_up_on) if place is not None}
    for name, dates in places.items():
        for index, part in enumerate(agreement.content[name].fields if name in agreement.content else ()):
            path: Path = ("content", name, "fields", index, "fields")
            if part.each:
                yield from _find_types_of_acts(part.fields, path)
            else:
                own = [place.removeprefix(f"{part.id}.") for place in dates if place.startswith(f"{part.id}.")]
                yield from _check_types(part.fields, path, dates=own, answers=())


def _check_types(
    fields: Sequence[Requirement], path: Path, *, dates: Collection[str], answers: Collection[str]
) -> Iterator[EntryFault]:
    """Yield the fields that are said to be, or are taken for, two things at once."""
    taken = find_types([field.model_copy(update={"type": None}) for field in fields], dates=dates, answers=answers)
    for index, field in enumerate(fields):
        type, other = field.type or taken.get(field.id), taken.get(field.id)
        if type is not None and field.choices:
            yield EntryFault(
                path=(*path, index, "choices"),
                what=f"lists words for {field.id}, which is to be {FORMS[type]}",
                remedy="remove choices, or what makes it that: its type, or the rule that names it",
                swedish=f"{field.id} ska vara {_IN_SWEDISH[type]}, och kan då inte vara ett av orden i choices. Ta "
                "bort choices, eller det som gör att det ska vara så: type, eller regeln som nämner fältet.",
            )
        elif field.type is not None and other not in (None, field.type):
            yield EntryFault(
                path=(*path, index, "type"),
                what=f"is {field.type}, and a rule of the text takes {field.id} for {FORMS[other]}",
                remedy=f"write {other}, or let the rule name another field",
                swedish=f"En regel i texten räknar med att {field.id} är {_IN_SWEDISH[other]}. Skriv {other}, eller "
                "låt regeln nämna ett annat fält.",
            )


def _find_unknown_levels(agreement: Agreement) -> Iterator[EntryFault]:
    """Yield the care levels besides the two of the law, which are all that an assessment can have (SKR-4-1)."""
    for level in agreement.vocabulary.levels:
        if level not in _ORDERED:
            yield EntryFault(
                path=("vocabulary", "levels", level),
                what=f"is {level}, a care level that no assessment can have",
                remedy="keep primary and specialised, with the county's own names; tell other care apart by a "
                "condition, a setting or a kind of intervention",
                swedish=f"Vårdnivån {level} kan ingen bedömning ange. Behåll primary och specialised med länets egna "
                "namn, och skilj annan vård åt med en omständighet, en boendeform eller ett slag av insats.",
            )
