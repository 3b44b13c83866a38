"""The reader of a request's body: it accepts well-formed JSON that is valid FHIR R4 and that the record can keep."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from fhir_profiles.element_checks import find_faults
from fhir_profiles.issues import Issue, Unreadable, invalid_body, invalid_part, unreadable
from fhir_profiles.json import Resource
from fhir_profiles.resource_shapes import BUNDLE, SUPPORTED

MOST_ISSUES = 50
"""The number of issues that one answer may have."""

DEEPEST = 40
"""The number of levels that a body may have. No supported resource has half as many."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z]*\d{0,3}[A-Za-z]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_resource(body: bytes, expected: str | None = None) -> Resource:
    """Read the resource in a body, of the expected type if there is one. Raises Unreadable with every issue found."""
    resource = _parse(body)
    if not isinstance(resource, dict):
        raise invalid_body("structure", None, "the body is not a JSON object; send one FHIR resource")
    found = resource.get("resourceType")
    if expected is not None and found != expected:
        raise invalid_body(
            "invalid", "resourceType", f"the body is not a {expected}; send a {expected} to this address"
        )
    _raise(list(_faults_in_values(resource, _root(resource))))
    if found == "Bundle":
        _check_bundle(resource)
    else:
        _check(resource, _root(resource))
    return resource


def _parse(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_float=Decimal, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        raise invalid_body("structure", None, "the body is not UTF-8; send JSON encoded as UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise invalid_body("structure", None, f"the body is not JSON; correct it at {where}") from None
    except (RecursionError, ValueError):
        raise invalid_body(
            "structure", None, "the body is too deep or too large to be read as JSON; send a smaller resource"
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> Resource:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise invalid_body("structure", None, "an object has the same element twice; give it once")
    return found


def _no_constant(_: str) -> Any:
    raise invalid_body("structure", None, "NaN and Infinity are not JSON; leave the element out")


def _root(resource: Resource) -> str:
    found = resource.get("resourceType")
    return found if isinstance(found, str) and found in {*SUPPORTED, "Bundle"} else "Resource"


def _faults_in_values(value: Any, path: str) -> Iterator[Issue]:
    """Yield an issue for each value that no element of FHIR may have."""
    if path.count(".") > DEEPEST:
        raise invalid_body(
            "structure", None, "the body has more levels than any supported resource; send a plain resource"
        )
    if isinstance(value, dict):
        yield from _faults_in_object(value, path)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, list):
                text = "FHIR has no list in a list; give the items in one list"
                yield invalid_part("structure", f"{path}[{place}]", text)
            else:
                yield from _faults_in_values(item, f"{path}[{place}]")
        if not value and path.rsplit(".", 1)[-1] != "contained":
            yield invalid_part("structure", path, "the list is empty; leave it out")
    elif value is None:
        yield invalid_part("structure", path, "the element is null; leave it out")
    elif isinstance(value, str):
        yield from _faults_in_text(value, path)
    elif isinstance(value, Decimal):
        yield Issue(
            code="not-supported", text="a decimal number cannot be kept; leave the element out", expression=path
        )


def _faults_in_object(value: Resource, path: str) -> Iterator[Issue]:
    if not value:
        yield invalid_part("structure", path, "the element is empty; leave it out")
    for name, inner in value.items():
        if _PLAIN_NAME.fullmatch(name) is None:
            yield invalid_part("structure", path, "an element has a name that FHIR does not allow; leave it out")
        else:
            yield from _faults_in_values(inner, f"{path}.{name}")


def _faults_in_text(value: str, path: str) -> Iterator[Issue]:
    if not value.strip():
        yield invalid_part("structure", path, "the text is empty; leave it out")
    if _CONTROL.search(value) is not None or any("\ud800" <= sign <= "\udfff" for sign in value):
        yield invalid_part("value", path, "the text has characters that FHIR does not allow; leave them out")
    if path.endswith(".text.div") and re.search(
        r"<\s*(script|iframe|object|embed|form|base|link)|\bon\w+\s*=|javascript:", value, re.I
    ):
        yield invalid_part("invalid", path, "the narrative has active content; give only formatting, as FHIR allows")


def _check_bundle(bundle: Resource) -> None:
    entries = bundle.get("entry", [])
    shell = {
        **bundle,
        "entry": [{name: part for name, part in entry.items() if name != "resource"} for entry in entries]
        if isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
        else entries,
    }
    _raise([*_r4_faults(shell if "entry" in bundle else bundle, "Bundle")])
    _raise(list(find_faults(bundle, BUNDLE, "Bundle")))
    found: list[Issue] = []
    for place, entry in enumerate(entries):
        path = f"Bundle.entry[{place}].resource"
        resource = entry.get("resource")
        if resource is None:
            continue
        try:
            _check(resource, path)
        except Unreadable as inner:
            found += inner.issues
    _raise(found)


def _check(resource: Any, path: str) -> None:
    found = _type(resource, path)
    contained = resource.get("contained")
    for place, inner in enumerate(contained if isinstance(contained, list) else ()):
        _type(inner, f"{path}.contained[{place}]")  # a type that is not FHIR's is an error of the library's own
    _raise([*_r4_faults(resource, path), *find_faults(resource, SUPPORTED[found], path)])


def _type(resource: Any, path: str) -> str:
    found = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(found, str):
        raise invalid_body("required", f"{path}.resourceType", "the resource has no type; give it")
    if found not in SUPPORTED:
        raise unreadable(
            "not-supported",
            f"{path}.resourceType",
            f"a resource of this type cannot be sent; send one of {', '.join(SUPPORTED)}",
        )
    return found


def _r4_faults(resource: Resource, path: str) -> list[Issue]:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return [
            _r4_issue(fault["type"], fault["loc"], path)
            for fault in error.errors(include_url=False, include_input=False)
        ]
    return []


def _r4_issue(type: str, place: tuple[int | str, ...], path: str) -> Issue:
    expression = path
    for part in place:
        if isinstance(part, int):
            expression += f"[{part}]"
        elif _PLAIN_NAME.fullmatch(part) is not None:
            expression += f".{part.removesuffix('_fhir')}"
    if "missing" in type:
        return invalid_part("required", expression, "FHIR R4 requires this element; give it")
    if type == "extra_forbidden":
        return invalid_part("structure", expression, "FHIR R4 has no such element; leave it out")
    return invalid_part("value", expression, "FHIR R4 does not allow this value; correct it")


def _raise(found: list[Issue]) -> None:
    """Refuse the body if there are issues. Of several in one place the first is kept: it is nearest the cause."""
    first = {issue.expression: issue for issue in reversed(found)}
    if first:
        raise Unreadable(*list(first.values())[::-1][:MOST_ISSUES])
