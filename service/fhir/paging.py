"""Pages: the key of the last row travels in the next link, so that a page begins where the one before it ended."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from service.fhir.refusals import bad_parameter

T = TypeVar("T")

CURSOR = "_cursor"
USUAL = 50
MOST = 500
"""Resources on one page; a larger _count is taken as this."""


def page_size(text: str | None) -> int:
    """Return the number of resources on a page; 0 asks for the total alone."""
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdecimal()):
        raise bad_parameter("_count", "is not a whole number", f"give 0 to {MOST}")
    return min(int(text[:6]), MOST)


def to_cursor(kind: TypeAdapter[T], place: T) -> str:
    """Return a place in a result, as text that means nothing to a client."""
    return urlsafe_b64encode(kind.dump_json(place)).decode().rstrip("=")


def from_cursor(kind: TypeAdapter[T], text: str) -> T:
    """Return the place that a cursor stands for."""
    try:
        said = urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        if b"\\u0000" in said:
            raise ValueError("no id holds a NUL")
        return kind.validate_json(said)
    except (ValidationError, ValueError):
        raise bad_parameter(CURSOR, "is not one of this server's", "follow the next link as it was given") from None


def address(path: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Return an address with its parameters."""
    return f"{path}?{urlencode(parameters)}" if parameters else path
