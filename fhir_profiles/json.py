"""Canonical JSON: one form for the bytes of a resource and for the text of a moment."""

from datetime import UTC, datetime
from typing import Any

import orjson

Resource = dict[str, Any]
"""A FHIR resource, or part of one, as JSON values."""

_FIRST = ("resourceType", "id", "meta")
EMPTY: tuple[Any, ...] = (None, "", [], {})
"""The values that no element has."""
_SIGNS_OF_EMPTINESS = (b"null", b'""', b"[]", b"{}")
"""The bytes of an element that is null or empty; they can also stand in a text."""


def to_json(resource: Resource) -> bytes:
    """Render the canonical bytes: type, id and meta first, then the other elements in the order of the resource.

    An element that is null or empty is left out, because FHIR does not have it (R4 json.html).
    """
    first = {name: resource[name] for name in _FIRST if name in resource}
    ordered = first | {name: value for name, value in resource.items() if name not in first}
    body = orjson.dumps(ordered)
    return orjson.dumps(_leave_out_empty(ordered)) if any(sign in body for sign in _SIGNS_OF_EMPTINESS) else body


def _leave_out_empty(element: Any) -> Any:
    match element:
        case dict():
            kept = {name: _leave_out_empty(value) for name, value in element.items()}
            return {name: value for name, value in kept.items() if value not in EMPTY}
        case list():
            return [value for value in map(_leave_out_empty, element) if value not in EMPTY]
        case _:
            return element


def instant(at: datetime) -> str:
    """Render a moment in UTC to the microsecond. Texts of equal length have the same order as the moments."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
