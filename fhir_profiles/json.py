"""The one way a resource becomes bytes and a moment becomes text."""

from datetime import UTC, datetime
from typing import Any

import orjson

Resource = dict[str, Any]
"""A FHIR resource, or part of one, as JSON values."""

_FIRST = ("resourceType", "id", "meta")


def to_json(resource: Resource) -> bytes:
    """Render the canonical bytes: type, id and meta first, then the elements in the order they were rendered."""
    first = {name: resource[name] for name in _FIRST if name in resource}
    return orjson.dumps(first | {name: value for name, value in resource.items() if name not in first})


def instant(at: datetime) -> str:
    """Render a moment in UTC to the microsecond, always equally long, so that order as text is order in time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
