"""Canonical JSON: one form for the bytes of a resource and for the text of a moment."""

from datetime import UTC, datetime
from typing import Any

import orjson

Resource = dict[str, Any]
"""A FHIR resource, or part of one, as JSON values."""

_FIRST = ("resourceType", "id", "meta")


def to_json(resource: Resource) -> bytes:
    """Render the canonical bytes: type, id and meta first, then the other elements in the order of the resource."""
    first = {name: resource[name] for name in _FIRST if name in resource}
    return orjson.dumps(first | {name: value for name, value in resource.items() if name not in first})


def instant(at: datetime) -> str:
    """Render a moment in UTC to the microsecond. Texts of equal length have the same order as the moments."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
