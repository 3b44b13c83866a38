"""The references in a resource, wherever they stand."""

from collections.abc import Callable
from typing import Any


def change_references(value: Any, change: Callable[[str], str]) -> Any:
    """Return a resource, or a part of one, with each reference changed."""
    if isinstance(value, list):
        return [change_references(item, change) for item in value]
    if isinstance(value, dict):
        return {
            name: change(inner) if name == "reference" and isinstance(inner, str) else change_references(inner, change)
            for name, inner in value.items()
        }
    return value


def find_references(value: Any, path: str) -> list[tuple[str, str]]:
    """Find every reference in a resource, with its path."""
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in find_references(item, f"{path}[{place}]")]
    if isinstance(value, dict):
        own = [(f"{path}.reference", value["reference"])] if isinstance(value.get("reference"), str) else []
        return own + [found for name, inner in value.items() for found in find_references(inner, f"{path}.{name}")]
    return []
