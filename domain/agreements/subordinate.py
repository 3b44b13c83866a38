"""Subordinate agreements (underavtal), and the whole that a main agreement is together with those in force beside it.

A decision asks the whole as it asks any agreement. Each rule of the whole stays its own text's: the first letters of a
rule's id belong to one text alone, so that `Agreement.subordinate` tells which text a clause stands in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from domain.agreements.model import (
    ActName,
    ActRule,
    Agreement,
    AgreementScope,
    MatrixRow,
    Track,
    Under,
    Vocabulary,
)
from domain.agreements.model.shapes import NonBlank
from domain.kernel import AgreementRef, Slug

FOLLOW_UP = "agreement-follow-up"
"""The id of a text's deadline for following the text itself up."""
ROUTINE = "local-routine"
"""The id of a text's content for a local routine under it."""
OWN_ACTS = frozenset(
    {
        ActName.SUBMIT_VERSION,
        ActName.SIGN_VERSION,
        ActName.PUBLISH_VERSION,
        ActName.WITHDRAW_VERSION,
        ActName.DECLARE_CONCLUSION,
        ActName.END_VERSION,
        ActName.HOLD_FOLLOW_UP,
        ActName.AGREE_LOCAL_AGREEMENT,
        ActName.PUBLISH_LOCAL_ROUTINE,
        ActName.ATTACH_DOCUMENT,
    }
)
"""The acts on a text's own record. What each text says of them holds for itself alone."""
_OWN: Mapping[str, frozenset[str]] = {
    "acts": OWN_ACTS,
    "deadlines": frozenset({FOLLOW_UP}),
    "content": frozenset({ROUTINE}),
}

NAMED = ("terms", "facts", "guards", "acts", "content", "plans", "statements")
"""The tables whose entries have names."""
LISTED = (
    "definitions",
    "tracks",
    "duties",
    "preconditions",
    "deadlines",
    "matrix",
    "never_municipal",
    "bodies",
    "external_references",
    "silences",
)
"""The tables whose entries are in a list and have ids."""
WHOLE = ("jurisdiction", "dispute", "discharge", "self_care", "settlement")
"""The tables that answer one question as a whole."""
OF_THE_MAIN = ("scope", "subordinates", "payment_liability")
"""The tables that only a main agreement has."""
WORDS = tuple(Vocabulary.model_fields)
"""The tables of the vocabulary. A text adds words, and each word means the same in all texts."""

_NO_SCOPE = AgreementScope.model_construct(levels=(), settings=(), clauses=())


class AddedWords(Vocabulary):
    """The words that a subordinate agreement adds to those of the main one. Any table may be left out."""

    levels: dict[Slug, NonBlank] = Field(default_factory=dict)
    settings: dict[Slug, NonBlank] = Field(default_factory=dict)
    professions: dict[Slug, NonBlank] = Field(default_factory=dict)
    interventions: dict[Slug, NonBlank] = Field(default_factory=dict)
    conditions: dict[Slug, NonBlank] = Field(default_factory=dict)


class Subordinate(Agreement):
    """One version of a subordinate agreement: a text with its own parties, dates and signatories, under another.

    It has no scope: that of the main agreement holds. The tables that a text must have may be left out.
    """

    under: Under
    """The main agreement."""
    scope: AgreementScope = Field(default=_NO_SCOPE, exclude=True)
    vocabulary: AddedWords = Field(default_factory=AddedWords)
    tracks: tuple[Track, ...] = ()
    acts: dict[ActName, ActRule] = Field(default_factory=dict)
    matrix: tuple[MatrixRow, ...] = ()

    def stands_under(self, main: Agreement) -> bool:
        """Return True if it stands under this version of a main agreement."""
        return (main.county, main.id) == (self.county, self.under.agreement) and (
            not self.under.versions or main.version in self.under.versions
        )

    @property
    def letters(self) -> frozenset[str]:
        """The first letters of the ids of its rules."""
        return frozenset(map(letters_of, self.clauses))


class Whole(Agreement):
    """A main agreement with the subordinate agreements that are in force beside it. It is asked like one agreement."""

    main: Agreement
    parts: tuple[Subordinate, ...]

    @property
    def texts(self) -> tuple[Agreement, ...]:
        """The main agreement, and the subordinate agreements."""
        return (self.main, *self.parts)

    @property
    def subordinate(self) -> dict[str, AgreementRef]:
        """The subordinate agreements, by the first letters of their rules."""
        return {letters: part.ref for part in self.parts for letters in sorted(part.letters)}


def compose(main: Agreement, parts: Sequence[Subordinate]) -> Agreement:
    """Return the whole of a main agreement and subordinate agreements.

    An entry with the name or id of one of the main agreement's takes its place; every other is added. What a part says
    of its own record (who signs it, when it is followed up) is no rule of the whole. The check of texts refuses what a
    part may not replace: it is not asked here, because an accepted text stands.
    """
    tables: dict[str, Any] = {name: getattr(main, name) for name in Agreement.model_fields}
    for part in parts:
        for name in NAMED:
            tables[name] = tables[name] | list_rules(part, name)
        for name in LISTED:
            own = list_rules(part, name)
            kept = [own.pop(entry.id, entry) for entry in tables[name]]
            tables[name] = (*kept, *own.values())
        for name in WHOLE:
            tables[name] = getattr(part, name) or tables[name]
        tables["clauses"] = tables["clauses"] | part.clauses
        tables["vocabulary"] = _add_words(tables["vocabulary"], part.vocabulary)
    return Whole.model_construct(**tables, main=main, parts=tuple(parts))


def list_rules(part: Subordinate, table: str) -> dict[str, Any]:
    """List the entries of a table of a subordinate agreement by name or id, without those about its own record."""
    entries = getattr(part, table)
    named = entries if table in NAMED else {entry.id: entry for entry in entries}
    return {name: entry for name, entry in named.items() if name not in _OWN.get(table, ())}


def letters_of(rule: str) -> str:
    """Return the letters before the first hyphen of a rule's id, which one document has."""
    return rule.partition("-")[0]


def _add_words(words: Vocabulary, more: Vocabulary) -> Vocabulary:
    return words.model_copy(update={name: getattr(more, name) | getattr(words, name) for name in WORDS})
