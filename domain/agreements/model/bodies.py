"""Joint bodies: where the parties meet to decide together, such as a county's management group."""

from typing import NamedTuple

from domain.agreements.model.shapes import Clauses, NonBlank
from domain.kernel import Party, Slug, Value


class JointBody(Value):
    """A joint body of the parties that the document names. It does nothing itself: the parties tell what it decided."""

    id: Slug
    title: NonBlank
    """The name of the body, in Swedish."""
    english: NonBlank | None = None
    """The name in English, for those who read no Swedish."""
    parties: tuple[Party, ...] = tuple(Party)
    """The parties that sit in it. If left out, both."""
    clauses: Clauses


class Decider(NamedTuple):
    """The body that can decide a disagreement as it stands."""

    name: str
    """The name of the body, in Swedish."""
    body: Slug | None
    """Its id. None if a text from before bodies had ids has only words for it."""
