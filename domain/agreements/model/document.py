"""The document behind a version: its clauses, definitions and references, and the questions it leaves open."""

from datetime import date

from domain.agreements.model.shapes import Clauses, Duration, NonBlank, Period, RuleId
from domain.kernel import Slug, Value


class Document(Value):
    """The document that the version is a reading of. A field is left out if the document does not state it."""

    number: NonBlank | None = None
    """The document's own number, as text."""
    revision: NonBlank | None = None
    """The document's own revision, as text."""
    revised: date | None = None
    """The day of the latest revision."""
    category: NonBlank | None = None
    """The kind of document, in its own words, for example "Överenskommelse"."""
    clauses: tuple[RuleId, ...] = ()
    """The rules that state these fields."""


class Prolongation(Value):
    """The rule by which a version is prolonged, one period after another, unless a party ends it in time."""

    period: Period
    """The period by which the version is prolonged each time, for example `P1Y`."""
    notice: Duration
    """The time before a last day by which a party must end the version, or else it is prolonged. `P0D`: by that day."""
    clauses: Clauses


class Clause(Value):
    """One rule of the document: its place and its meaning."""

    section: NonBlank
    """The section of the document."""
    lines: NonBlank
    """The lines of the document, for example `5-7`."""
    heading: NonBlank
    """A few words of the document itself, in Swedish."""
    statement: NonBlank
    """The rule in one or two plain sentences, in Swedish. They say what the document says, in words of our own."""
    english: NonBlank | None = None
    """The same in English, for those who read no Swedish."""


class ExternalReference(Value):
    """Another document that the agreement points to and does not contain."""

    id: Slug
    title: NonBlank
    """The name of the other document."""
    about: NonBlank
    """The subject that the other document regulates."""
    clauses: Clauses


class Definition(Value):
    """A word that the document explains."""

    id: Slug
    term: NonBlank
    """The word, in Swedish."""
    meaning: NonBlank
    """The explanation in short, in Swedish and in words of our own."""
    clauses: Clauses


class Silence(Value):
    """A question that the document leaves open, and how the version handles it."""

    id: NonBlank
    """The id of the note, for example S17."""
    about: tuple[Slug, ...]
    """The names of the things that the note is about. An answer "not regulated" about one of them cites the note."""
    statement: NonBlank
    """The open question, in Swedish."""
    handling: NonBlank
    """The handling that the version has chosen, in Swedish."""
    english: NonBlank | None = None
    """The question and its handling in English."""
    clauses: tuple[RuleId, ...] = ()
    """The rules by which the document itself leaves the question open."""


class NotRegulated(Value):
    """The answer of a version that is silent on a question. No other county's value takes its place (SYS-7)."""

    what: NonBlank
    """The thing that was asked about."""
    silences: tuple[str, ...] = ()
    """The ids of the version's own notes about it, for example S17."""
