"""From the parts of a resource to the domain's own values. What does not fit is refused by its path."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.act import Command
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
    """The actor that a resource names: a person, an organisation or both, and the principal they act for."""

    person: HsaId | None = None
    organisation: HsaId | None = None
    principal: HsaId | None = None

    def agrees_with(self, actor: Actor) -> bool:
        """Return True if everything that is named agrees with the actor."""
        return (
            self.person in (None, actor.person)
            and self.organisation in (None, actor.unit, actor.provider, actor.principal)
            and self.principal in (None, actor.principal)
        )


class RequestedAct(Value):
    """The act that a client asks for through a resource, with the decision's own arguments."""

    command: Command
    occurred_at: Instant | None = None
    """The time at which it happened, if the client says so."""


def read_value(adapter: TypeAdapter[T], value: object, path: str) -> T:
    """Read a value as the domain knows it."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise unreadable("value", path, _reason(error)) from None


def _reason(error: ValidationError) -> str:
    """Return the reason why a value does not fit, in our words or pydantic's, never with the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] == "string_pattern_mismatch":
        return "the value does not have the form that is wanted here"
    return first["msg"]


def read_text(value: object, path: str) -> str:
    """Free text by a professional."""
    return read_value(TEXT, value, path)


def read_moment(resource: Resource, name: str, path: str) -> datetime | None:
    """Read the time of an element, if it is given."""
    return read_value(INSTANT, resource[name], f"{path}.{name}") if name in resource else None


def read_code(kind: type[E], value: object, path: str) -> E:
    """Read one of our codes."""
    try:
        return kind(str(value))
    except ValueError:
        raise unreadable("code-invalid", path, f"give one of {', '.join(kind)}") from None


def require(resource: Resource, name: str, path: str) -> Any:
    """Return an element, which must be there."""
    if name not in resource:
        raise unreadable("required", f"{path}.{name}", "this element is needed here; give it")
    return resource[name]


def get_only(values: list[T] | None, path: str, *, needed: bool = False) -> T | None:
    """Return the only item of a list."""
    if not values:
        if needed:
            raise unreadable("required", path, "this element is needed here; give it")
        return None
    if len(values) > 1:
        raise unreadable("not-supported", path, "only one is kept here; give one")
    return values[0]


def get_code(concept: Mapping[str, Any], system: str, path: str, *, beside: Iterable[str] = ()) -> str | None:
    """Return the concept's code in a system; refuse a code in any system but that and those beside it."""
    found: str | None = None
    for place, coding in enumerate(concept.get("coding", ())):
        if coding.get("system") == system and found is None and "code" in coding:
            found = str(coding["code"])
        elif coding.get("system") not in beside:
            raise unreadable("not-supported", f"{path}.coding[{place}]", f"this code is not kept; give one of {system}")
    return found


def expect_code(concept: Mapping[str, Any], system: str, code: str, path: str) -> None:
    """Refuse another code than the one that Kvittens handles."""
    if get_code(concept, system, path) != code:
        raise unreadable("business-rule", path, f"give the code {code} of {system}")


def expect(resource: Resource, name: str, value: str, path: str) -> None:
    """Refuse another value than the one that Kvittens handles."""
    if require(resource, name, path) != value:
        raise unreadable("business-rule", f"{path}.{name}", f"give {value}")


def get_extensions(resource: Mapping[str, Any], url: str, value: str) -> list[Any]:
    """Return the values of every extension with this url."""
    return [one[value] for one in resource.get("extension", ()) if one.get("url") == url and value in one]


def get_extension(resource: Mapping[str, Any], url: str, value: str, path: str) -> Any:
    """Return the value of the extension with this url; None if there is none."""
    return get_only(get_extensions(resource, url, value), f"{path}.extension('{url}')")


def require_part(extension: Mapping[str, Any], name: str, value: str, path: str) -> Any:
    """Return a part of an extension, which must be there."""
    found = get_extension(extension, name, value, path)
    if found is None:
        raise unreadable("required", f"{path}.extension('{name}')", f"this extension needs its part {name}")
    return found


def read_id(reference: Mapping[str, Any], type: str, path: str) -> UUID:
    """Return the id in a reference to one of our resources."""
    found = str(reference.get("reference", "")).partition("/")
    try:
        if found[0] != type or "identifier" in reference:
            raise ValueError
        return UUID(found[2])
    except ValueError:
        raise unreadable(
            "value", path, f"give the reference as {type}/ and the id that the server gave it, without an identifier"
        ) from None


def read_actor(reference: Mapping[str, Any], path: str) -> NamedActor:
    """Read the actor that a reference names: a practitioner, an assignment or an organisation, by HSA-id."""
    literal = str(reference.get("reference", ""))
    type, _, id = literal.partition("/")
    identifier = reference.get("identifier")
    by_identifier = _hsa_identifier(identifier, path) if identifier is not None else None
    type = type or str(reference.get("type", ""))
    if reference.get("type", type) != type:
        raise unreadable("value", f"{path}.type", "the type is not the one that the reference names")
    named: dict[str, str | None] = {}
    if type == "PractitionerRole" and id and by_identifier is None:
        named["person"], _, named["organisation"] = id.partition(".")
    elif type in {"Practitioner", "Organization"} and (id or by_identifier):
        if by_identifier is not None and id not in ("", by_identifier):
            raise unreadable("value", path, "the reference and its identifier name different ones")
        named["person" if type == "Practitioner" else "organisation"] = id or by_identifier
    else:
        raise unreadable(
            "value", path, "give Organization/, Practitioner/ or PractitionerRole/ and the HSA-id, or an HSA identifier"
        )
    principal = get_extension(reference, systems.RESPONSIBLE_PRINCIPAL, "valueReference", path)
    return NamedActor(
        person=read_value(HSA_ID, named["person"], path) if "person" in named else None,
        organisation=read_value(HSA_ID, named["organisation"], path) if "organisation" in named else None,
        principal=read_organisation(principal, f"{path}.extension.valueReference") if principal is not None else None,
    )


def read_organisation(reference: Mapping[str, Any], path: str) -> str:
    """Return the HSA-id of the organisation that a reference names."""
    found = read_actor(reference, path).organisation
    if found is None:
        raise unreadable("value", path, "give an Organization by its HSA-id")
    return found


def read_person(reference: Mapping[str, Any], path: str) -> str:
    """Return the HSA-id of the professional that a reference names."""
    found = read_actor(reference, path).person
    if found is None:
        raise unreadable("value", path, "give a Practitioner by HSA-id")
    return found


def find_principal(directory: Directory, id: str) -> Principal | None:
    """Return the principal that an organisation belongs to, or is."""
    unit = directory.unit(id)
    provider = directory.provider(unit.provider if unit is not None else id)
    return directory.principal(provider.principal if provider is not None else id)


def _hsa_identifier(identifier: Mapping[str, Any], path: str) -> str:
    if identifier.get("system") not in systems.HSA_SYSTEMS:
        raise unreadable("value", f"{path}.identifier.system", f"give an HSA-id, with the system {systems.HSA}")
    return read_value(HSA_ID, identifier.get("value"), f"{path}.identifier.value")


def is_unchanged(one: Any, current: Any) -> bool:
    """Return True if an element says what the current version says; a reference may leave out all but itself."""
    if isinstance(one, list) and isinstance(current, list):
        return len(one) == len(current) and all(is_unchanged(*pair) for pair in zip(one, current, strict=True))
    if isinstance(one, dict) and isinstance(current, dict):
        may_lack = {"type", "identifier", "extension"} if "reference" in one else set()
        return all(is_unchanged(one.get(name), current.get(name)) for name in {*one, *current} - (may_lack - {*one}))
    return bool(one == current)
