"""Checks that nothing a client sends is lost: an element is kept, or set by the server and unchanged, or refused."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fhir_profiles.issues import Issue, Unreadable, invalid_part
from fhir_profiles.json import Resource
from fhir_profiles.resource_shapes import SUPPORTED
from fhir_profiles.shapes import Element, Leaf, ServerElement, Shape, ValueKind, drop_url

BESIDE = {"resourceType", "id", "meta", "text"}
"""Elements that every resource may have. The server sets or ignores them."""
_FORMS = {
    ValueKind.DATE: re.compile(r"\d{4}-\d{2}-\d{2}"),
    ValueKind.MOMENT: re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})"),
}
_LEAP_SECOND = re.compile(r"T\d{2}:\d{2}:60")


def find_faults(resource: Resource, shape: Element, path: str) -> Iterator[Issue]:
    """Find each element that is not kept, has the wrong JSON type or has a code outside its required value set."""
    for name, value in resource.items():
        if name == "contained" and value == []:
            continue
        if name in shape.children or name == "extension" or name not in BESIDE:
            yield from _child(name, value, shape, path)


def refuse_changed(resource: Resource, current: Resource | None, path: str) -> None:
    """Refuse an element that the server sets if it differs from the current version. It may be left out."""
    changed = tuple(_server_faults(resource, current or {}, SUPPORTED[resource["resourceType"]], path))
    if changed:
        raise Unreadable(*changed)


def _child(name: str, value: Any, shape: Element, path: str) -> Iterator[Issue]:
    inner = f"{path}.{name}"
    if name == "extension" and isinstance(value, list):
        for place, item in enumerate(value):
            yield from _extension(item, shape, f"{inner}[{place}]")
    elif name in shape.children:
        yield from _value(value, shape.children[name], inner)
    else:
        yield Issue(code="not-supported", text="this element cannot be kept; leave it out", expression=inner)


def _extension(item: Any, shape: Element, path: str) -> Iterator[Issue]:
    url = item.get("url") if isinstance(item, dict) else None
    found = shape.extensions.get(url) if isinstance(url, str) else None
    if found is None:
        yield Issue(code="extension", text="this extension cannot be kept; leave it out", expression=path)
    else:
        yield from _value(drop_url(item), found, path)


def _value(value: Any, shape: Shape, path: str) -> Iterator[Issue]:
    if isinstance(shape, ServerElement):
        return
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _value(item, shape, f"{path}[{place}]")
    elif isinstance(shape, Leaf):
        yield from _leaf(value, shape, path)
    elif not isinstance(value, dict):
        yield invalid_part("structure", path, "this is not a JSON object; send the element with its parts")
    elif shape.children or shape.extensions:
        for name, inner in value.items():
            yield from _child(name, inner, shape, path)


def _leaf(value: Any, shape: Leaf, path: str) -> Iterator[Issue]:
    if shape.kind is ValueKind.FLAG:
        if not isinstance(value, bool):
            yield invalid_part("value", path, "this is not true or false; give one of them, without quotation marks")
    elif not isinstance(value, str):
        yield invalid_part("value", path, f"this is not a JSON string; give {shape.kind.value}, in quotation marks")
    elif shape.codes and value not in shape.codes:
        allowed = ", ".join(sorted(shape.codes))
        yield Issue(code="code-invalid", text=f"the value set has no such code; give one of {allowed}", expression=path)
    elif shape.kind in _FORMS and not _has_form(shape.kind, value):
        text = f"the value does not have the form of this element; give {shape.kind.value}"
        if shape.kind is ValueKind.MOMENT and _LEAP_SECOND.search(value):
            text = "a leap second cannot be kept; give the second 59, or the next minute"
        yield Issue(code="value", text=text, expression=path)


def _has_form(kind: ValueKind, value: str) -> bool:
    try:
        return _FORMS[kind].fullmatch(value) is not None and datetime.fromisoformat(value) is not None
    except ValueError:
        return False


def _server_faults(value: Mapping[str, Any], current: Mapping[str, Any], shape: Element, path: str) -> Iterator[Issue]:
    for name, inner in shape.children.items():
        if name in value:
            yield from _compare(value[name], current.get(name), inner, f"{path}.{name}")
    for url, inner in shape.extensions.items():
        mine, theirs = _by_url(value, url), _by_url(current, url)
        if isinstance(inner, ServerElement):
            if mine and mine != theirs:
                yield _set_by_server(f"{path}.extension('{url}')")
        elif mine:
            yield from _compare(mine, theirs, inner, f"{path}.extension('{url}')")


def _compare(value: Any, current: Any, shape: Shape, path: str) -> Iterator[Issue]:
    if isinstance(shape, ServerElement):
        if value != current:
            yield _set_by_server(path)
    elif isinstance(shape, Element):
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from _server_faults(item, _counterpart(item, place, current), shape, f"{path}[{place}]")
        else:
            yield from _server_faults(value, current if isinstance(current, dict) else {}, shape, path)


def _counterpart(item: Mapping[str, Any], place: int, current: Any) -> Mapping[str, Any]:
    """Return the same item of the current list: the one with its id, or without an id the one in its place."""
    if not isinstance(current, list):
        return {}
    if "id" in item:
        return next((other for other in current if other.get("id") == item["id"]), {})
    return current[place] if place < len(current) else {}


def _by_url(value: Mapping[str, Any], url: str) -> list[Mapping[str, Any]]:
    return [drop_url(item) for item in value.get("extension", ()) if item.get("url") == url]


def _set_by_server(path: str) -> Issue:
    return Issue(
        code="business-rule",
        text="the server sets this element; leave it out, or send it as you read it",
        expression=path,
    )
