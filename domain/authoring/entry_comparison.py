"""The comparison of two versions entry by entry, of one county or of two."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.agreements.model import Agreement, Content, Requirement, Track
from domain.agreements.subordinate import Subordinate
from domain.kernel import Value

SILENT = "not regulated"

_NOT_COMPARED = frozenset(
    {
        "id",
        "clauses",
        "title",
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
"""The fields that identify an entry or cite its source. They are not compared."""
_BY_NAME = ("facts", "guards", "acts", "plans", "statements")
_BY_ID = ("duties", "preconditions", "deadlines", "never_municipal", "bodies", "external_references")
_WHOLE = ("scope", "jurisdiction", "dispute", "self_care")


class Difference(Value):
    """An entry in which two versions differ."""

    topic: str
    """The table of the text, for example `deadlines`."""
    what: str
    """The id or name of the entry."""
    first: str
    """The words of the first version."""
    second: str
    """The words of the second version."""


def compare_entries(first: Agreement, second: Agreement) -> tuple[Difference, ...]:
    """Find the differences between the rules of two versions. For the matrix, see `compare_matrices`.

    The vocabulary, the names of parties, definitions, signatories and silences are not compared, and of required
    content only which fields are required.
    """
    return tuple(
        Difference(topic=topic, what=name, first=first_words, second=second_words)
        for topic, name, first_words, second_words in _pairs(first, second)
        if first_words != second_words
    )


def _pairs(first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
    for name in ("valid_from", "valid_to", "prolongation", "end_condition"):
        yield "validity", name, describe(getattr(first, name)), describe(getattr(second, name))
    yield "parties", "municipalities", describe(first.municipalities), describe(second.municipalities)
    common = first.terms.keys() & second.terms.keys()  # a word that one version does not use is no difference
    for word in (word for word in first.terms if word in common):
        yield "terms", word, first.terms[word], second.terms[word]
    for topic in _WHOLE:
        yield from _pair_up(topic, _fields(getattr(first, topic)), _fields(getattr(second, topic)))
    for id in dict.fromkeys(track.id for track in (*first.tracks, *second.tracks)):
        yield from _pair_up(f"track {id}", _track(first, id), _track(second, id))
    for topic in _BY_NAME:
        yield from _pair_up(topic, getattr(first, topic), getattr(second, topic))
    yield from _pair_up("content", _contents(first), _contents(second))
    for topic in _BY_ID:
        yield from _pair_up(topic, _by_id(getattr(first, topic)), _by_id(getattr(second, topic)))
    yield from _pair_up("subordinates", _allowances(first), _allowances(second))
    yield from _pair_up("subordinate agreements", _parts(first), _parts(second))
    yield from _pair_up("discharge", _discharge(first), _discharge(second))
    yield from _pair_up("payment_liability", _liability(first), _liability(second))
    yield from _pair_up("settlement", _fields(first.settlement), _fields(second.settlement))


def _pair_up(
    topic: str, first: Mapping[Any, object], second: Mapping[Any, object]
) -> Iterator[tuple[str, str, str, str]]:
    for name in dict.fromkeys((*first, *second)):
        yield topic, str(name), describe(first.get(name)), describe(second.get(name))


def _fields(entry: Value | None) -> dict[str, object]:
    return {} if entry is None else {name: value for name, value in entry if name not in _NOT_COMPARED}


def _by_id(entries: Sequence[Any]) -> dict[str, object]:
    return {entry.id: entry for entry in entries}


def _track(version: Agreement, track: str) -> dict[str, object]:
    found = version.track(track)
    if not isinstance(found, Track):
        return {}
    fields = {name: value for name, value in _fields(found).items() if name != "criteria"}
    criteria = {
        f"criterion {criterion.id}": {"holds if": criterion.expression, "waiver": criterion.waiver}
        for criterion in found.criteria
    }
    return {"the track": "is there"} | fields | criteria


def _liability(version: Agreement) -> dict[str, object]:
    liability = version.payment_liability
    starts = {f"start {place}": start for place, start in enumerate(liability.starts, 1)}
    conditions = {f"condition {condition.id}": condition for condition in liability.conditions}
    return starts | conditions | {"end": liability.end, "position": liability.position}


def _contents(version: Agreement) -> dict[str, object]:
    return {name: _content(content) for name, content in version.content.items()}


def _content(content: Content) -> str:
    on = f" (on {', '.join(content.tracks)})" if content.tracks else ""
    return f"{', '.join(_required_fields(content.fields))}{on}"


def _required_fields(fields: Sequence[Requirement], within: str = "") -> Iterator[str]:
    for field in fields:
        if field.fields:
            yield from _required_fields(field.fields, f"{within}{field.id}.")
        else:
            yield f"{within}{field.id}{' (may be left out)' if field.optional else ''}"


def _allowances(version: Agreement) -> dict[str, object]:
    return {each.agreement: each.replaces or "adds" for each in version.subordinates}


def _parts(version: Agreement) -> dict[str, object]:
    """Return the subordinate agreements that a version is compared with, each with its dates."""
    fields = ("version", "valid_from", "valid_to", "prolongation", "end_condition", "under")
    parts = (text for text in version.texts if isinstance(text, Subordinate))
    return {part.id: {name.replace("_", " "): getattr(part, name) for name in fields} for part in parts}


def _discharge(version: Agreement) -> dict[str, object]:
    return {track: rule for rule in version.discharge for track in rule.tracks or ("every track",)}


def describe(value: object) -> str:
    """Describe the value of an entry in one line. An empty value is described as not regulated."""
    return _words(value) or SILENT


def _words(value: object) -> str:
    match value:
        case None | "" | () | []:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case str() | int() | Decimal() | date() | time():
            return str(value)
        case Mapping():
            return "; ".join(f"{name}: {words}" for name, each in value.items() if (words := _words(each)))
        case Value():
            return _entry(value)
        case tuple() | list() | frozenset():
            return ", ".join(words for each in value if (words := _words(each)))
        case _:
            raise TypeError(f"no field of an agreement has the type {type(value).__name__}")


def _entry(entry: Value) -> str:
    """Describe the fields of an entry that differ from their defaults. If there are none, describe it as yes."""
    fields = type(entry).model_fields
    stated = {
        name: value
        for name, value in _fields(entry).items()
        if value != fields[name].get_default(call_default_factory=True)
    }
    name = getattr(entry, "id", None)
    words = _words({key.replace("_", " "): value for key, value in stated.items()})
    if isinstance(name, str):
        return f"{name} ({words})" if words else name
    return words or "yes"
