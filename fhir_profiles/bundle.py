"""A transaction: a Bundle whose entries are decided together or not at all."""

import re
from collections.abc import Mapping
from typing import Any

from domain.kernel import Value
from fhir_profiles.issues import invalid_body, unreadable
from fhir_profiles.json import Resource

ORDER = ("Patient", "ServiceRequest", "Task", "CarePlan", "Communication")
"""The types in the order in which they are made: a later one may refer to an earlier one."""
_LOCAL = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BundleEntry(Value):
    """One request of a transaction. `place` is its place in the Bundle, which its answer gets too."""

    place: int
    method: str
    url: str
    resource: Resource
    full_url: str | None = None
    if_match: str | None = None
    if_none_exist: str | None = None

    @property
    def path(self) -> str:
        """The path of the entry's resource in the Bundle."""
        return f"Bundle.entry[{self.place}].resource"


def from_transaction(bundle: Resource) -> tuple[BundleEntry, ...]:
    """Read the requests of a transaction, in the order in which they are decided. A urn:uuid must name one of them."""
    if bundle.get("type") != "transaction":
        raise unreadable(
            "not-supported", "Bundle.type", "this kind of Bundle is not supported; give the type transaction"
        )
    entries = tuple(_entry(entry, place) for place, entry in enumerate(bundle.get("entry", ())))
    if not entries:
        raise invalid_body("required", "Bundle.entry", "the transaction has no entries; give at least one")
    known = [entry.full_url for entry in entries if entry.full_url is not None]
    if len(set(known)) < len(known):
        raise unreadable("duplicate", "Bundle.entry.fullUrl", "two entries have the same fullUrl; give each its own")
    for entry in entries:
        for where, reference in _references(entry.resource, entry.path):
            if reference.startswith("urn:uuid:") and reference not in known:
                raise unreadable(
                    "not-found", where, "no entry of the transaction has this fullUrl; correct one of them"
                )
    return tuple(sorted(entries, key=lambda entry: ORDER.index(entry.resource["resourceType"])))


def replace_references(resource: Resource, addresses: Mapping[str, str]) -> Resource:
    """Replace each urn:uuid in a resource by an address of this server, such as `ServiceRequest/...`."""
    found: Resource = _replace(resource, addresses)
    return found


def _replace(value: Any, addresses: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_replace(item, addresses) for item in value]
    if isinstance(value, dict):
        return {
            name: addresses.get(inner, inner) if name == "reference" else _replace(inner, addresses)
            for name, inner in value.items()
        }
    return value


def _entry(entry: Resource, place: int) -> BundleEntry:
    path = f"Bundle.entry[{place}]"
    request, resource = entry.get("request"), entry.get("resource")
    if request is None or "method" not in request or "url" not in request:
        raise invalid_body("required", f"{path}.request", "the entry has no request; give its method and url")
    if request["method"] not in {"POST", "PUT"}:
        raise unreadable(
            "not-supported", f"{path}.request.method", "a transaction does not support this method; give POST or PUT"
        )
    if resource is None:
        raise invalid_body("required", f"{path}.resource", "the entry has no resource; give it")
    type = resource["resourceType"]
    address = type if request["method"] == "POST" else f"{type}/{resource.get('id', '')}"
    if request["url"] != address:
        raise invalid_body(
            "value",
            f"{path}.request.url",
            "the url does not fit the resource; give its type for POST, and its type and id for PUT",
        )
    full_url = entry.get("fullUrl")
    if full_url is not None and full_url.startswith("urn:") and _LOCAL.fullmatch(full_url) is None:
        raise invalid_body(
            "value", f"{path}.fullUrl", "this urn cannot be read; give urn:uuid: and a UUID in lower case"
        )
    return BundleEntry(
        place=place,
        method=request["method"],
        url=request["url"],
        resource=resource,
        full_url=full_url,
        if_match=request.get("ifMatch"),
        if_none_exist=request.get("ifNoneExist"),
    )


def _references(value: Any, path: str) -> list[tuple[str, str]]:
    """Find every reference in a resource, with its path."""
    if isinstance(value, list):
        return [found for place, item in enumerate(value) for found in _references(item, f"{path}[{place}]")]
    if isinstance(value, dict):
        own = [(f"{path}.reference", value["reference"])] if isinstance(value.get("reference"), str) else []
        return own + [found for name, inner in value.items() for found in _references(inner, f"{path}.{name}")]
    return []
