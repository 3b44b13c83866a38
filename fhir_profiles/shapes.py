"""Shapes: a description of the elements of a resource that the record keeps, as a tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class ValueKind(Enum):
    """The kind of value of a leaf, with the words for it in an issue."""

    TEXT = "text"
    CODE = "a code"
    URI = "a URI"
    FLAG = "true or false"
    DATE = "a date (YYYY-MM-DD)"
    MOMENT = "a date and time with offset (YYYY-MM-DDThh:mm:ss+hh:mm)"


@dataclass(frozen=True)
class Leaf:
    """An element with one value. `codes` is its required value set, if it has one."""

    kind: ValueKind
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Element:
    """An element with parts: the elements and extensions that it may have. A list has the shape of its items."""

    children: Mapping[str, "Shape"] = field(default_factory=dict)
    extensions: Mapping[str, "Shape"] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerElement:
    """An element that the server sets. A client may only send it as it was read."""


Shape = Leaf | Element | ServerElement

TEXT = Leaf(ValueKind.TEXT)
CODE = Leaf(ValueKind.CODE)
URI = Leaf(ValueKind.URI)
FLAG = Leaf(ValueKind.FLAG)
DATE = Leaf(ValueKind.DATE)
MOMENT = Leaf(ValueKind.MOMENT)
ANYTHING = Element()
"""An element whose parts are not described here."""


def code_of(*allowed: str) -> Leaf:
    """Return the shape of a code of a required value set."""
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
    """Yield the path of each element, and True if the server sets it. An extension is written extension('url')."""
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
    """Return the parts of an extension without its url."""
    return {name: value for name, value in item.items() if name != "url"}
