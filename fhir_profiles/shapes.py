"""Shapes of the elements that Kvittens keeps: a tree of shapes, one per resource that a client may send."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class ValueKind(Enum):
    """The sort of JSON value a leaf holds."""

    TEXT = "text"
    CODE = "code"
    URI = "URI"
    FLAG = "true or false"
    DATE = "a whole date (YYYY-MM-DD)"
    MOMENT = "a moment with its offset (YYYY-MM-DDThh:mm:ss+hh:mm)"


@dataclass(frozen=True)
class Leaf:
    """One value. `codes` is the required binding, where the element has one."""

    kind: ValueKind
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Element:
    """An element with the elements and extensions it may have; a list of such is described by one."""

    children: Mapping[str, "Shape"] = field(default_factory=dict)
    extensions: Mapping[str, "Shape"] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerElement:
    """An element that the server sets: a client may send it back as it was read, and nothing else."""

    of: "Shape"


Shape = Leaf | Element | ServerElement

TEXT = Leaf(ValueKind.TEXT)
CODE = Leaf(ValueKind.CODE)
URI = Leaf(ValueKind.URI)
FLAG = Leaf(ValueKind.FLAG)
DATE = Leaf(ValueKind.DATE)
MOMENT = Leaf(ValueKind.MOMENT)
ANYTHING = Element()
"""Below a derived element nothing is described: it is compared as a whole."""


def code_of(*allowed: str) -> Leaf:
    """Return the shape of a code out of a required value set."""
    return Leaf(ValueKind.CODE, frozenset(allowed))


IDENTIFIER = Element({"system": URI, "value": TEXT})
REFERENCE = Element({"reference": TEXT, "type": URI, "identifier": IDENTIFIER})
CODING = Element({"system": URI, "code": CODE})
CODED = Element({"coding": CODING})
CONCEPT = Element({"coding": CODING, "text": TEXT})
WORDS = Element({"text": TEXT})


def value_extension(value: str, shape: Shape) -> Element:
    """Return the shape of an extension that has one value, such as `valueCode`."""
    return Element({value: shape})


def list_elements(shape: Shape, path: str) -> Iterator[tuple[str, bool]]:
    """List every element that is kept, by its path, and if the server sets it. An extension reads extension('url')."""
    if isinstance(shape, ServerElement):
        yield path, True
        return
    if isinstance(shape, Leaf):
        yield path, False
        return
    for name, child in shape.children.items():
        yield from list_elements(child, f"{path}.{name}")
    for url, child in shape.extensions.items():
        yield from list_elements(child, f"{path}.extension('{url}')")


def drop_url(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an extension without its url."""
    return {name: value for name, value in item.items() if name != "url"}
