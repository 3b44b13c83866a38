"""What a version says of its document and of itself: clauses, definitions, and on what it is silent."""

from datetime import date

from pydantic import Field

from domain.agreements.model.shapes import NonBlank, RuleId
from domain.kernel import Slug, Value


class Document(Value):
    """The document that the version is a reading of."""

    number: NonBlank | None = None
    revision: NonBlank | None = None
    revised: date | None = None
    category: NonBlank | None = None
    clauses: tuple[RuleId, ...] = ()


class Clause(Value):
    """One rule of the catalogue: where it stands in the document, and what it says."""

    section: NonBlank
    lines: NonBlank
    heading: NonBlank
    """A few Swedish words, the document's own."""
    statement: NonBlank
    """The rule in short, in English."""


class ExternalReference(Value):
    """A document that the agreement leans on and does not contain."""

    id: Slug
    title: NonBlank
    about: NonBlank
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Definition(Value):
    """A word that the document says the meaning of."""

    id: Slug
    term: NonBlank
    meaning: NonBlank
    """In the document's own words, shortened."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Silence(Value):
    """Something the text does not say, and what is done about it (the catalogue's S rows)."""

    id: NonBlank
    about: tuple[Slug, ...]
    statement: NonBlank
    handling: NonBlank
    clauses: tuple[RuleId, ...] = ()
    """The rules by which the text itself leaves it open."""


class NotRegulated(Value):
    """The version is silent on what was asked. Silence is an answer, never another county's value (SYS-7)."""

    what: NonBlank
    silences: tuple[str, ...] = ()
    """The ids of the version's own notes on the silence, for example S17."""
