"""Subordinate agreements (underavtal): what a main text lets them replace, and the agreement that one stands under."""

from typing import Literal

from domain.agreements.model.shapes import Clauses, Name, NonBlank
from domain.kernel import Value

ReplaceableTable = Literal[
    "acts",
    "bodies",
    "content",
    "deadlines",
    "definitions",
    "discharge",
    "dispute",
    "duties",
    "external_references",
    "facts",
    "guards",
    "jurisdiction",
    "matrix",
    "never_municipal",
    "plans",
    "preconditions",
    "self_care",
    "settlement",
    "silences",
    "statements",
    "terms",
    "tracks",
]
"""A table of a text whose entries a subordinate agreement can replace."""


class Allowance(Value):
    """The rules of the main agreement that one subordinate agreement may replace."""

    agreement: Name
    """The id of the subordinate agreement. All its versions have the same."""
    title: NonBlank
    """The name of the subordinate agreement, in Swedish."""
    replaces: tuple[ReplaceableTable, ...] = ()
    """The tables in which it may replace entries. If left out, it only adds."""
    clauses: Clauses


class Under(Value):
    """The main agreement that a subordinate agreement stands under."""

    agreement: Name
    """The id of the main agreement, of the same county."""
    versions: tuple[Name, ...] = ()
    """The versions of the main agreement that it stands under, and ends with. If left out, every version."""
    clauses: Clauses
