"""Readers of elements: from the parts of a resource to values of the domain. Each refuses a bad element by its path."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.directory import Directory, Principal
from domain.kernel import Actor, HsaId, Instant, Label, Slug, Text, Value
from fhir_profiles import systems
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

TEXT: TypeAdapter[str] = TypeAdapter(Text)
LABEL: TypeAdapter[str] = TypeAdapter(Label)
SLUG: TypeAdapter[str] = TypeAdapter(Slug)
HSA_ID: TypeAdapter[str] = TypeAdapter(HsaId)
INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


class NamedActor(Value):
    """The actor that a resource names: a person, an organisation or both, and the principal that they act for."""

    person: HsaId | None = None
    organisation: HsaId | None = None
    principal: HsaId | None = None

    def agrees_with(self, actor: Actor) -> bool:
        """Return True if the actor is the one that is named. A part that is left out agrees with every actor."""
        return (
            self.person in (None, actor.person)
            and self.organisation in (None, actor.unit, actor.provider, actor.principal)
            and self.principal in (None, actor.principal)
        )


def read_value(adapter: TypeAdapter[T], value: object, path: str) -> T:
    """Return the value if it is valid for a type of the domain."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise unreadable("value", path, _reason(error)) from None


def _reason(error: ValidationError) -> str:
    """Return the reason why a value is not valid, in our words or in pydantic's, and without the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "string_pattern_mismatch":
        return "the value does not have the form that this element needs"
    return first["msg"]


def read_text(value: object, path: str) -> str:
    """Read the free text of a professional."""
    return read_value(TEXT, value, path)


def read_moment(resource: Resource, name: str, path: str) -> datetime | None:
    """Read an element that is a moment; None if the resource does not have it."""
    return read_value(INSTANT, resource[name], f"{path}.{name}") if name in resource else None


def read_changed_moment(resource: Resource, current: Resource, name: str, path: str) -> datetime | None:
    """Read an element that is a moment; None if it is as in the current version."""
    moment = read_moment(resource, name, path)
    return moment if moment != read_moment(current, name, path) else None


def read_code(kind: type[E], value: object, path: str) -> E:
    """Read a code of a fixed list."""
    try:
        return kind(str(value))
    except ValueError:
        raise unreadable("code-invalid", path, f"there is no such code; give one of {', '.join(kind)}") from None


def require(resource: Resource, name: str, path: str) -> Any:
    """Return an element, and refuse a resource without it."""
    if name not in resource:
        raise unreadable("required", f"{path}.{name}", "this element is missing; give it")
    return resource[name]


def get_only(values: list[T] | None, path: str, *, needed: bool = False) -> T | None:
    """Return the only item of a list; None for an empty list, or a refusal if the item is needed."""
    if not values:
        if needed:
            raise unreadable("required", path, "this element is missing; give it")
        return None
    if len(values) > 1:
        raise unreadable("not-supported", path, "several are given; only one can be kept, so give one")
    return values[0]


def get_code(concept: Mapping[str, Any], system: str, path: str, *, beside: Iterable[str] = ()) -> str | None:
    """Return the concept's code in a system. Refuse a code of another system, except those in `beside`."""
    found: str | None = None
    for place, coding in enumerate(concept.get("coding", ())):
        if coding.get("system") == system and found is None and "code" in coding:
            found = str(coding["code"])
        elif coding.get("system") not in beside:
            raise unreadable(
                "not-supported",
                f"{path}.coding[{place}]",
                f"this code cannot be kept; give one code, of the system {system}",
            )
    return found


def expect_code(resource: Resource, name: str, system: str, code: str, path: str) -> None:
    """Refuse a resource whose concept is missing, or has another code than this one."""
    place, remedy = f"{path}.{name}", f"give the code {code} of {system}"
    if name not in resource:
        raise unreadable("required", place, f"this element is missing; {remedy}")
    if get_code(resource[name], system, place) != code:
        raise unreadable("business-rule", place, f"this code is not supported; {remedy}")


def expect(resource: Resource, name: str, value: str, path: str) -> None:
    """Refuse an element with another value than this one."""
    if require(resource, name, path) != value:
        raise unreadable("business-rule", f"{path}.{name}", f"this value is not supported; give {value}")


def get_extensions(resource: Mapping[str, Any], url: str, value: str) -> list[Any]:
    """Return the values of every extension with this url."""
    return [item[value] for item in resource.get("extension", ()) if item.get("url") == url and value in item]


def get_extension(resource: Mapping[str, Any], url: str, value: str, path: str) -> Any:
    """Return the value of the extension with this url; None if there is none."""
    return get_only(get_extensions(resource, url, value), f"{path}.extension('{url}')")


def require_part(extension: Mapping[str, Any], name: str, value: str, path: str) -> Any:
    """Return a part of an extension, and refuse an extension without it."""
    found = get_extension(extension, name, value, path)
    if found is None:
        raise unreadable(
            "required", f"{path}.extension('{name}')", f"the part {name} of the extension is missing; give it"
        )
    return found


def read_id(reference: Mapping[str, Any], type: str, path: str) -> UUID:
    """Read the id in a reference to a resource of this server."""
    found = str(reference.get("reference", "")).partition("/")
    try:
        if found[0] != type or "identifier" in reference:
            raise ValueError
        return UUID(found[2])
    except ValueError:
        raise unreadable(
            "value", path, f"this does not refer to a {type} of this server; give {type}/ and its id, and no identifier"
        ) from None


def read_actor(reference: Mapping[str, Any], path: str) -> NamedActor:
    """Read the actor that a reference names: a practitioner, an assignment or an organisation, by HSA-id."""
    literal = str(reference.get("reference", ""))
    type, _, id = literal.partition("/")
    identifier = reference.get("identifier")
    by_identifier = _hsa_identifier(identifier, path) if identifier is not None else None
    type = type or str(reference.get("type", ""))
    if reference.get("type", type) != type:
        raise unreadable(
            "value", f"{path}.type", "the type differs from the type in the reference; leave it out, or give the same"
        )
    ids: dict[str, str | None] = {}
    if type == "PractitionerRole" and id and by_identifier is None:
        ids["person"], _, ids["organisation"] = id.partition(".")
    elif type in {"Practitioner", "Organization"} and (id or by_identifier):
        if by_identifier is not None and id not in ("", by_identifier):
            raise unreadable("value", path, "the reference and its identifier have different HSA-ids; give one of them")
        ids["person" if type == "Practitioner" else "organisation"] = id or by_identifier
    else:
        raise unreadable(
            "value",
            path,
            "this names nobody by HSA-id; give Organization/, Practitioner/ or PractitionerRole/ and the id, "
            "or an identifier with an HSA-id",
        )
    principal = get_extension(reference, systems.RESPONSIBLE_PRINCIPAL, "valueReference", path)
    return NamedActor(
        person=read_value(HSA_ID, ids["person"], path) if "person" in ids else None,
        organisation=read_value(HSA_ID, ids["organisation"], path) if "organisation" in ids else None,
        principal=read_organisation(principal, f"{path}.extension.valueReference") if principal is not None else None,
    )


def read_organisation(reference: Mapping[str, Any], path: str) -> str:
    """Read the HSA-id of the organisation that a reference names."""
    found = read_actor(reference, path).organisation
    if found is None:
        raise unreadable("value", path, "this is no organisation; refer to an Organization by its HSA-id")
    return found


def read_person(reference: Mapping[str, Any], path: str) -> str:
    """Read the HSA-id of the professional that a reference names."""
    found = read_actor(reference, path).person
    if found is None:
        raise unreadable("value", path, "this is no professional; refer to a Practitioner by HSA-id")
    return found


def find_principal(directory: Directory, id: str) -> Principal | None:
    """Find the principal that an organisation belongs to, or is; None if the directory has no such organisation."""
    unit = directory.unit(id)
    provider = directory.provider(unit.provider if unit is not None else id)
    return directory.principal(provider.principal if provider is not None else id)


def _hsa_identifier(identifier: Mapping[str, Any], path: str) -> str:
    if identifier.get("system") not in systems.HSA_SYSTEMS:
        raise unreadable("value", f"{path}.identifier.system", f"this is not the system of HSA-ids; give {systems.HSA}")
    return read_value(HSA_ID, identifier.get("value"), f"{path}.identifier.value")


def is_unchanged(element: Any, current: Any) -> bool:
    """Return True if an element says the same as in the current version. A reference may leave out its other parts."""
    if isinstance(element, list) and isinstance(current, list):
        return len(element) == len(current) and all(
            is_unchanged(mine, theirs) for mine, theirs in zip(element, current, strict=True)
        )
    if isinstance(element, dict) and isinstance(current, dict):
        optional = {"type", "identifier", "extension"} if "reference" in element else set()
        compared = {*element, *current} - (optional - {*element})
        return all(is_unchanged(element.get(name), current.get(name)) for name in compared)
    return bool(element == current)
