"""The comparison of two versions entry by entry, of one county or of two, in Swedish or in English.

The keys of tables and fields, and their values, are in the words of the texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.agreements.model import Agreement, Content, Requirement, Track
from domain.agreements.subordinate import Subordinate
from domain.authoring.faults import Language, Message
from domain.kernel import Value

SILENT = Message("not regulated", "inte reglerat")
_YES, _NO = Message("yes", "ja"), Message("no", "nej")
_VALIDITY, _PARTIES = Message("validity", "giltighet"), Message("parties", "parter")
_TRACK = Message("track", "väg in")
_SUBORDINATES = Message("subordinate agreements", "underavtal")
_THE_TRACK, _IS_THERE = Message("the track", "vägen in"), Message("is there", "finns")
_CRITERION, _HOLDS_IF, _WAIVER = (
    Message("criterion", "kriterium"),
    Message("holds if", "gäller om"),
    Message("waiver", "undantag"),
)
_START, _CONDITION = Message("start", "början"), Message("condition", "villkor")
_ON, _OPTIONAL = Message("on", "på"), Message("may be left out", "får utelämnas")
_ADDS, _EVERY_TRACK = Message("adds", "lägger till"), Message("every track", "varje väg in")

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


def compare_entries(first: Agreement, second: Agreement, *, language: Language) -> tuple[Difference, ...]:
    """Find the differences between the rules of two versions. For the matrix, see `compare_matrices`.

    The vocabulary, the names of parties, definitions, signatories and silences are not compared, and of required
    content only which fields are required.
    """
    return tuple(
        Difference(topic=topic, what=name, first=first_words, second=second_words)
        for topic, name, first_words, second_words in _Teller(language).list_pairs(first, second)
        if first_words != second_words
    )


def describe(value: object, language: Language) -> str:
    """Describe the value of an entry in one line. An empty value is described as not regulated."""
    return _Teller(language).describe(value)


class _Teller:
    """The words of two versions, entry by entry, in a language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def _say(self, message: Message) -> str:
        return message.say(self._language)

    def list_pairs(self, first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
        """Yield each entry: its topic, its name, and the words of the two versions."""
        validity = self._say(_VALIDITY)
        for name in ("valid_from", "valid_to", "prolongation", "end_condition"):
            yield validity, name, self.describe(getattr(first, name)), self.describe(getattr(second, name))
        towns = self.describe(first.municipalities), self.describe(second.municipalities)
        yield self._say(_PARTIES), "municipalities", *towns
        common = first.terms.keys() & second.terms.keys()  # a word that one version does not use is no difference
        for word in (word for word in first.terms if word in common):
            yield "terms", word, first.terms[word], second.terms[word]
        for topic in _WHOLE:
            yield from self._pair_up(topic, _fields(getattr(first, topic)), _fields(getattr(second, topic)))
        for id in dict.fromkeys(track.id for track in (*first.tracks, *second.tracks)):
            yield from self._pair_up(f"{self._say(_TRACK)} {id}", self._track(first, id), self._track(second, id))
        for topic in _BY_NAME:
            yield from self._pair_up(topic, getattr(first, topic), getattr(second, topic))
        yield from self._pair_up("content", self._contents(first), self._contents(second))
        for topic in _BY_ID:
            yield from self._pair_up(topic, _by_id(getattr(first, topic)), _by_id(getattr(second, topic)))
        yield from self._pair_up("subordinates", self._allowances(first), self._allowances(second))
        yield from self._pair_up(self._say(_SUBORDINATES), self._parts(first), self._parts(second))
        yield from self._pair_up("discharge", self._discharge(first), self._discharge(second))
        yield from self._pair_up("payment_liability", self._liability(first), self._liability(second))
        yield from self._pair_up("settlement", _fields(first.settlement), _fields(second.settlement))

    def _pair_up(
        self, topic: str, first: Mapping[Any, object], second: Mapping[Any, object]
    ) -> Iterator[tuple[str, str, str, str]]:
        for name in dict.fromkeys((*first, *second)):
            yield topic, str(name), self.describe(first.get(name)), self.describe(second.get(name))

    def _track(self, version: Agreement, track: str) -> dict[str, object]:
        found = version.track(track)
        if not isinstance(found, Track):
            return {}
        fields = {name: value for name, value in _fields(found).items() if name != "criteria"}
        holds_if, waiver = self._say(_HOLDS_IF), self._say(_WAIVER)
        criteria = {
            f"{self._say(_CRITERION)} {criterion.id}": {holds_if: criterion.expression, waiver: criterion.waiver}
            for criterion in found.criteria
        }
        return {self._say(_THE_TRACK): self._say(_IS_THERE)} | fields | criteria

    def _liability(self, version: Agreement) -> dict[str, object]:
        liability = version.payment_liability
        starts = {f"{self._say(_START)} {place}": start for place, start in enumerate(liability.starts, 1)}
        conditions = {f"{self._say(_CONDITION)} {each.id}": each for each in liability.conditions}
        return starts | conditions | {"end": liability.end, "position": liability.position}

    def _contents(self, version: Agreement) -> dict[str, object]:
        return {name: self._content(content) for name, content in version.content.items()}

    def _content(self, content: Content) -> str:
        on = f" ({self._say(_ON)} {', '.join(content.tracks)})" if content.tracks else ""
        return f"{', '.join(self._required_fields(content.fields))}{on}"

    def _required_fields(self, fields: Sequence[Requirement], within: str = "") -> Iterator[str]:
        for field in fields:
            if field.fields:
                yield from self._required_fields(field.fields, f"{within}{field.id}.")
            else:
                yield f"{within}{field.id}{f' ({self._say(_OPTIONAL)})' if field.optional else ''}"

    def _allowances(self, version: Agreement) -> dict[str, object]:
        return {each.agreement: each.replaces or self._say(_ADDS) for each in version.subordinates}

    def _parts(self, version: Agreement) -> dict[str, object]:
        """Return the subordinate agreements that a version is compared with, each with its dates."""
        fields = ("version", "valid_from", "valid_to", "prolongation", "end_condition", "under")
        parts = (text for text in version.texts if isinstance(text, Subordinate))
        return {part.id: {self._name(name): getattr(part, name) for name in fields} for part in parts}

    def _discharge(self, version: Agreement) -> dict[str, object]:
        every = (self._say(_EVERY_TRACK),)
        return {track: rule for rule in version.discharge for track in rule.tracks or every}

    def _name(self, field: str) -> str:
        """Return the name of a field: in Swedish its key in the text, which is English."""
        return field.replace("_", " ") if self._language is Language.ENGLISH else field

    def describe(self, value: object) -> str:
        """Describe the value of an entry in one line. An empty value is described as not regulated."""
        return self._words(value) or self._say(SILENT)

    def _words(self, value: object) -> str:
        match value:
            case None | "" | () | []:
                return ""
            case bool():
                return self._say(_YES if value else _NO)
            case Enum():
                return str(value.value)
            case str() | int() | Decimal() | date() | time():
                return str(value)
            case Mapping():
                return "; ".join(f"{name}: {words}" for name, each in value.items() if (words := self._words(each)))
            case Value():
                return self._entry(value)
            case tuple() | list() | frozenset():
                return ", ".join(words for each in value if (words := self._words(each)))
            case _:
                raise TypeError(f"no field of an agreement has the type {type(value).__name__}")

    def _entry(self, entry: Value) -> str:
        """Describe the fields of an entry that differ from their defaults. If there are none, describe it as yes."""
        fields = type(entry).model_fields
        stated = {
            name: value
            for name, value in _fields(entry).items()
            if value != fields[name].get_default(call_default_factory=True)
        }
        name = getattr(entry, "id", None)
        words = self._words({self._name(key): value for key, value in stated.items()})
        if isinstance(name, str):
            return f"{name} ({words})" if words else name
        return words or self._say(_YES)


def _fields(entry: Value | None) -> dict[str, object]:
    return {} if entry is None else {name: value for name, value in entry if name not in _NOT_COMPARED}


def _by_id(entries: Sequence[Any]) -> dict[str, object]:
    return {entry.id: entry for entry in entries}
