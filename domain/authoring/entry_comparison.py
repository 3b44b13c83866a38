"""The comparison of two versions entry by entry, of one county or of two, in Swedish or in English.

The keys of tables and fields, and their values, are in the words of the texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from domain.agreements.model import Agreement, Requirement, Track, Vocabulary
from domain.agreements.subordinate import Subordinate
from domain.authoring.faults import Language, Message
from domain.kernel import Value

SILENT = Message("not regulated", "inte reglerat")
_YES, _NO = Message("yes", "ja"), Message("no", "nej")
_VALIDITY, _PARTIES, _TEXT = Message("validity", "giltighet"), Message("parties", "parter"), Message("text", "texten")
_TRACK = Message("track", "väg in")
_SUBORDINATES = Message("subordinate agreements", "underavtal")
_THE_TRACK, _IS_THERE = Message("the track", "vägen in"), Message("is there", "finns")
_CRITERION = Message("criterion", "kriterium")
_START, _CONDITION = Message("start", "början"), Message("condition", "villkor")
_ADDS, _EVERY_TRACK = Message("adds", "lägger till"), Message("every track", "varje väg in")

_NOT_BETWEEN_COUNTIES = frozenset(
    {
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
"""The fields with a text's own sources and words. Those of two counties are others, and are not compared."""
_BY_NAME = ("facts", "guards", "acts", "plans", "statements")
_BY_ID = ("duties", "preconditions", "deadlines", "never_municipal", "bodies", "external_references")
_WHOLE = ("scope", "jurisdiction", "dispute", "self_care")
_LISTED_OF_ONE_COUNTY = ("definitions", "silences", "matrix")
_STATED_OF_ONE_COUNTY = ("title", "document", "parties", "signatories", "defines", "defines_rule")
"""The tables and fields that are compared within a county alone. The answers of two matrices are compared anyhow."""
_OF_A_PART = (
    "version",
    "valid_from",
    "valid_to",
    "prolongation",
    "end_condition",
    "municipalities",
    "under",
    *_STATED_OF_ONE_COUNTY,
)
"""The fields in which a subordinate agreement says something of itself alone."""


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
    """Find the differences between the rules of two versions. For what the matrix answers, see `compare_matrices`.

    Of two versions of one county, everything is compared but the order of entries, the id and the version. Of two
    counties, neither the words of pages, the rules that entries cite, the vocabulary, definitions, silences, nor what
    the texts say of their documents and parties.
    """
    skipped = frozenset() if first.county == second.county else _NOT_BETWEEN_COUNTIES
    return tuple(
        Difference(topic=topic, what=name, first=first_words, second=second_words)
        for topic, name, first_words, second_words in _Teller(language, skipped).list_pairs(first, second)
        if first_words != second_words
    )


def describe(value: object, language: Language) -> str:
    """Describe the value of an entry in one line, without its sources. An empty value is described as not regulated."""
    return _Teller(language, _NOT_BETWEEN_COUNTIES).describe(value)


class _Teller:
    """The words of two versions, entry by entry, in a language. The `skipped` fields are left out."""

    def __init__(self, language: Language, skipped: frozenset[str]) -> None:
        self._language = language
        self._skipped = skipped

    def _say(self, message: Message) -> str:
        return message.say(self._language)

    def list_pairs(self, first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
        """Yield each entry: its topic, its name, and the words of the two versions."""
        validity = self._say(_VALIDITY)
        for name in ("valid_from", "valid_to", "prolongation", "end_condition"):
            yield validity, name, self.describe(getattr(first, name)), self.describe(getattr(second, name))
        towns = self.describe(first.municipalities), self.describe(second.municipalities)
        yield self._say(_PARTIES), "municipalities", *towns
        yield from self._terms(first, second)
        for topic in _WHOLE:
            yield from self._pair_up(topic, self._fields(getattr(first, topic)), self._fields(getattr(second, topic)))
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
        yield from self._pair_up("settlement", self._fields(first.settlement), self._fields(second.settlement))
        if not self._skipped:
            yield from self._list_pairs_of_one_county(first, second)

    def _list_pairs_of_one_county(self, first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
        """Yield the entries that are compared within a county alone."""
        stated = ({name: getattr(version, name) for name in _STATED_OF_ONE_COUNTY} for version in (first, second))
        yield from self._pair_up(self._say(_TEXT), *stated)
        for topic in _LISTED_OF_ONE_COUNTY:
            yield from self._pair_up(topic, _by_id(getattr(first, topic)), _by_id(getattr(second, topic)))
        yield from self._pair_up("vocabulary", _words_of(first.vocabulary), _words_of(second.vocabulary))
        yield from self._pair_up("clauses", first.clauses, second.clauses)

    def _terms(self, first: Agreement, second: Agreement) -> Iterator[tuple[str, str, str, str]]:
        """Yield the county's own words. A word that another county does not use is no difference."""
        own, others = (
            {word: name for word, name in version.terms.items() if not self._skipped or word in other.terms}
            for version, other in ((first, second), (second, first))
        )
        yield from self._pair_up("terms", own, others)

    def _pair_up(
        self, topic: str, first: Mapping[Any, object], second: Mapping[Any, object]
    ) -> Iterator[tuple[str, str, str, str]]:
        for name in dict.fromkeys((*first, *second)):
            yield topic, str(name), self.describe(first.get(name)), self.describe(second.get(name))

    def _track(self, version: Agreement, track: str) -> dict[str, object]:
        found = version.track(track)
        if not isinstance(found, Track):
            return {}
        fields = {name: value for name, value in self._fields(found).items() if name not in ("id", "criteria")}
        criteria = {f"{self._say(_CRITERION)} {criterion.id}": criterion for criterion in found.criteria}
        return {self._say(_THE_TRACK): self._say(_IS_THERE)} | fields | criteria

    def _liability(self, version: Agreement) -> dict[str, object]:
        liability = version.payment_liability
        starts = {f"{self._say(_START)} {place}": start for place, start in enumerate(liability.starts, 1)}
        conditions = {f"{self._say(_CONDITION)} {each.id}": each for each in liability.conditions}
        return (
            starts | conditions | {name: getattr(liability, name) for name in ("end", "resident", "amount", "position")}
        )

    def _contents(self, version: Agreement) -> dict[str, object]:
        """Return each thing with fields, and each of its fields by its path."""
        found: dict[str, object] = {}
        for name, content in version.content.items():
            found[name] = {field: value for field, value in self._fields(content).items() if field != "fields"}
            found |= self._required_fields(content.fields, name)
        return found

    def _required_fields(self, fields: Sequence[Requirement], within: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for field in fields:
            path = f"{within}.{field.id}"
            found[path] = field.model_copy(update={"fields": ()})
            found |= self._required_fields(field.fields, path)
        return found

    def _allowances(self, version: Agreement) -> dict[str, object]:
        adds = {self._say(_ADDS): True}
        return {
            each.agreement: {**self._fields(each), "agreement": None} | ({} if each.replaces else adds)
            for each in version.subordinates
        }

    def _parts(self, version: Agreement) -> dict[str, object]:
        """Return the subordinate agreements that a version is compared with, each with its dates."""
        fields = [name for name in _OF_A_PART if name not in self._skipped]
        parts = (text for text in version.texts if isinstance(text, Subordinate))
        return {part.id: {self._name(name): getattr(part, name) for name in fields} for part in parts}

    def _discharge(self, version: Agreement) -> dict[str, object]:
        every = (self._say(_EVERY_TRACK),)
        return {track: rule for rule in version.discharge for track in rule.tracks or every}

    def _fields(self, entry: Value | None) -> dict[str, object]:
        """Return the fields of an entry that are compared."""
        return {} if entry is None else {name: value for name, value in entry if name not in self._skipped}

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
            for name, value in self._fields(entry).items()
            if name != "id" and value != fields[name].get_default(call_default_factory=True)
        }
        name = getattr(entry, "id", None)
        words = self._words({self._name(key): value for key, value in stated.items()})
        if isinstance(name, str):
            return f"{name} ({words})" if words else name
        return words or self._say(_YES)


def _words_of(vocabulary: Vocabulary) -> dict[str, object]:
    """Return the name of each word, by its table and key."""
    return {f"{table}.{word}": name for table, words in vocabulary for word, name in words.items()}


def _by_id(entries: Sequence[Any]) -> dict[str, object]:
    return {entry.id: entry for entry in entries}
