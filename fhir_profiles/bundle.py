"""A transaction: a Bundle whose entries are decided together or not at all."""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode
from uuid import NAMESPACE_URL, uuid5

from domain.kernel import Value
from fhir_profiles.issues import invalid_body, unreadable
from fhir_profiles.json import Resource
from fhir_profiles.references import change_references, find_references

ORDER = ("Patient", "ServiceRequest", "Task", "CarePlan", "Communication")
"""The types in the order in which they are made: a later one may refer to an earlier one."""
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_RESTFUL = re.compile(r"(?P<root>https?://\S+/)[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}")
"""The address of a resource at some server (R4 references.html#regex)."""
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


def from_transaction(bundle: Resource, own: str) -> tuple[BundleEntry, ...]:
    """Read the requests of a transaction, in the order in which they are decided. A urn:uuid must name one of them.

    `own` is this server's address. It is a rule of this server that the fullUrl of what is changed is the address that
    it has here or a urn:uuid, and that what is new has no address here yet. Any other name is good for the new one.
    """
    if bundle.get("type") != "transaction":
        raise unreadable(
            "not-supported", "Bundle.type", "this kind of Bundle is not supported; give the type transaction"
        )
    entries = tuple(_entry(entry, place, own) for place, entry in enumerate(bundle.get("entry", ())))
    if not entries:
        raise invalid_body("required", "Bundle.entry", "the transaction has no entries; give at least one")
    entries = tuple(_name_locally(entries))
    known = [entry.full_url for entry in entries if entry.full_url is not None]
    if len(set(known)) < len(known):
        raise unreadable("duplicate", "Bundle.entry.fullUrl", "two entries have the same fullUrl; give each its own")
    for entry in entries:
        for where, reference in find_references(entry.resource, entry.path):
            if reference.startswith("urn:uuid:") and reference not in known:
                raise unreadable(
                    "not-found", where, "no entry of the transaction has this fullUrl; correct one of them"
                )
    return tuple(sorted(entries, key=lambda entry: ORDER.index(entry.resource["resourceType"])))


def replace_references(resource: Resource, addresses: Mapping[str, str]) -> Resource:
    """Replace each urn:uuid in a resource by an address of this server, such as `ServiceRequest/...`."""
    found: Resource = change_references(resource, lambda address: addresses.get(address, address))
    return found


def replace_in_criteria(criteria: str | None, addresses: Mapping[str, str]) -> str | None:
    """Replace each value of a search that is one of the addresses. A search that cannot be read stays as it is."""
    try:
        values = parse_qsl(criteria or "", keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        return criteria
    changed = [(name, addresses.get(value, value)) for name, value in values]
    return urlencode(changed) if changed != values else criteria


def _name_locally(entries: Sequence[BundleEntry]) -> list[BundleEntry]:
    """Give each new resource a urn:uuid, also if its fullUrl is another URI, and let the others refer to it by that.

    A relative reference is read by the fullUrl of its entry (R4 bundle.html#references): if that is an address at
    some server, and an entry has the address at that server to which the reference leads, it means that entry.
    """
    given = {entry.full_url for entry in entries if entry.method == "POST" and entry.full_url is not None}
    local = {url: f"urn:uuid:{uuid5(NAMESPACE_URL, url)}" for url in given if _LOCAL.fullmatch(url) is None}
    return [_with_addresses(entry, local) for entry in entries]


def _with_addresses(entry: BundleEntry, local: Mapping[str, str]) -> BundleEntry:
    criteria = replace_in_criteria(entry.if_none_exist, local)
    full_url = local.get(entry.full_url, entry.full_url) if entry.full_url is not None else None
    found = _RESTFUL.fullmatch(entry.full_url or "")
    root = found["root"] if found is not None else ""
    resource = change_references(
        entry.resource, lambda address: local.get(address) or local.get(f"{root}{address}") or address
    )
    return entry.model_copy(update={"resource": resource, "full_url": full_url, "if_none_exist": criteria})


def _entry(entry: Resource, place: int, own: str) -> BundleEntry:
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
    if full_url is not None:
        _refuse_other_name(full_url, request["method"], f"{own}/{address}", f"{path}.fullUrl", own)
    return BundleEntry(
        place=place,
        method=request["method"],
        url=request["url"],
        resource=resource,
        full_url=full_url,
        if_match=request.get("ifMatch"),
        if_none_exist=request.get("ifNoneExist"),
    )


def _refuse_other_name(full_url: str, method: str, address: str, path: str, own: str) -> None:
    """Refuse a fullUrl that is no absolute URI, or that this server takes for no name of the entry."""
    is_local = _LOCAL.fullmatch(full_url) is not None
    if full_url.startswith("urn:uuid:") and not is_local:
        raise invalid_body("value", path, "this urn cannot be read; give urn:uuid: and a UUID in lower case")
    if _ABSOLUTE.match(full_url) is None:
        raise invalid_body("value", path, "this is no absolute URI; give one, such as urn:uuid: and a UUID")
    if method == "PUT" and not is_local and full_url != address:
        raise invalid_body(
            "value",
            path,
            "this is another resource than the one of the url at this server; "
            "give its address here or urn:uuid: and a UUID, or leave it out",
        )
    if method == "POST" and full_url.startswith(f"{own}/"):
        raise invalid_body(
            "value",
            path,
            "what is new has no address at this server yet; give urn:uuid: and a UUID, or leave it out",
        )
