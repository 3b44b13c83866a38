"""What two versions say differently, entry by entry: of the same county over time, or of two counties."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.agreements.model import Agreement, Content, Requirement, Track
from domain.kernel import Value

SILENT = "not regulated"

_NOT_SAID = frozenset(
    {
        "id",
        "clauses",
        "title",
        "title_en",
        "rule",
        "statement",
        "statements",
        "silences",
        "reading",
        "plan_rule",
        "handover_rule",
        "evaluation_rule",
    }
)
"""What tells entries apart or where they stand, and not what they say."""
_BY_NAME = ("guards", "acts", "plans", "statements")
_BY_ID = ("duties", "preconditions", "deadlines", "never_municipal", "external_references")
_WHOLE = ("scope", "jurisdiction", "dispute", "self_care")


class Difference(Value):
    """One thing on which the versions say different things."""

    topic: str
    what: str
    first: str
    second: str


def compare_entries(first: Agreement, second: Agreement) -> tuple[Difference, ...]:
    """Everything but the responsibility matrix, which is asked questions instead: see `questions.compare`."""
    return tuple(
        Difference(topic=topic, what=what, first=one, second=other)
        for topic, what, one, other in _pairs(first, second)
        if one != other
    )


def _pairs(first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
    for name in ("valid_from", "valid_to", "end_condition"):
        yield "validity", name, describe(getattr(first, name)), describe(getattr(second, name))
    used = first.terms.keys() & second.terms.keys()  # a word that one of them does not use is no answer
    for word in (word for word in first.terms if word in used):
        yield "terms", word, first.terms[word], second.terms[word]
    for topic in _WHOLE:
        yield from _beside(topic, _fields(getattr(first, topic)), _fields(getattr(second, topic)))
    for track in dict.fromkeys(each.id for each in (*first.tracks, *second.tracks)):
        yield from _beside(f"track {track}", _track(first, track), _track(second, track))
    for topic in _BY_NAME:
        yield from _beside(topic, getattr(first, topic), getattr(second, topic))
    contents = ({name: _content(each) for name, each in version.content.items()} for version in (first, second))
    yield from _beside("content", *contents)
    for topic in _BY_ID:
        yield from _beside(topic, _by_id(getattr(first, topic)), _by_id(getattr(second, topic)))
    yield from _beside("discharge", _discharge(first), _discharge(second))
    yield from _beside("settlement", _fields(first.settlement), _fields(second.settlement))


def _beside(topic: str, one: Mapping[Any, object], other: Mapping[Any, object]) -> Iterator[tuple[str, str, str, str]]:
    for name in dict.fromkeys((*one, *other)):
        yield topic, str(name), describe(one.get(name)), describe(other.get(name))


def _fields(entry: Value | None) -> dict[str, object]:
    return {} if entry is None else {name: value for name, value in entry if name not in _NOT_SAID}


def _by_id(entries: Sequence[Any]) -> dict[str, object]:
    return {entry.id: entry for entry in entries}


def _track(version: Agreement, track: str) -> dict[str, object]:
    found = version.track(track)
    if not isinstance(found, Track):
        return {}
    criteria = {f"criterion {each.id}": {"holds if": each.expression, "waiver": each.waiver} for each in found.criteria}
    return {"the track": "is there"} | {k: v for k, v in _fields(found).items() if k != "criteria"} | criteria


def _content(content: Content) -> str:
    on = f" (on {', '.join(content.tracks)})" if content.tracks else ""
    return f"{', '.join(_required(content.fields))}{on}"


def _required(fields: Sequence[Requirement], within: str = "") -> Iterator[str]:
    for field in fields:
        if field.fields:
            yield from _required(field.fields, f"{within}{field.id}.")
        else:
            yield f"{within}{field.id}{' (may be left out)' if field.optional else ''}"


def _discharge(version: Agreement) -> dict[str, object]:
    return {track: rule for rule in version.discharge for track in rule.tracks or ("every track",)}


def describe(value: object) -> str:
    """What an entry says in one line; that it is silent where it says nothing."""
    return _words(value) or SILENT


def _words(value: object) -> str:
    match value:
        case None | "" | () | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case str() | int() | Decimal() | date():
            return str(value)
        case Mapping():
            return "; ".join(f"{name}: {words}" for name, each in value.items() if (words := _words(each)))
        case Value():
            return _entry(value)
        case tuple() | list() | frozenset():
            return ", ".join(words for each in value if (words := _words(each)))
        case _:
            raise TypeError(f"an agreement says nothing by {type(value).__name__}")


def _entry(entry: Value) -> str:
    """The entry's fields that depart from what they are when left out; what is on at all says at least that it is."""
    fields = type(entry).model_fields
    told = {
        name: value
        for name, value in _fields(entry).items()
        if fields[name].is_required() or value != fields[name].get_default(call_default_factory=True)
    }
    name = getattr(entry, "id", None)
    words = _words({key.replace("_", " "): value for key, value in told.items()})
    if isinstance(name, str):
        return f"{name} ({words})" if words else name
    return words or "yes"
