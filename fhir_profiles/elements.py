"""The data types that resources are made of, and references by HSA-id: never by name."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.json import EMPTY, Resource, instant


def present(**elements: Any) -> Resource:
    """Return the elements that have a value: FHIR has no null and no empty list. A trailing underscore is dropped."""
    return {name.rstrip("_"): value for name, value in elements.items() if value not in EMPTY}


def coding(system: str, code: str) -> Resource:
    """Render a code in its system."""
    return {"system": system, "code": code}


def concept(system: str, code: str, text: str | None = None) -> Resource:
    """Render a coded concept."""
    return present(coding=[coding(system, code)], text=text)


def extension(url: str, **value: Any) -> Resource:
    """Render a simple extension, for example `extension(url, valueCode="home")`."""
    return {"url": url, **value}


def extensions(url: str, parts: Iterable[Resource]) -> Resource:
    """Render an extension made of parts."""
    return {"url": url, "extension": list(parts)}


def flag(url: str, value: bool | None) -> list[Resource]:
    """Render a boolean extension; nothing if the value is not known."""
    return [] if value is None else [extension(url, valueBoolean=value)]


def by_hsa_id(type: str, hsa: str) -> Resource:
    """Render a reference by HSA-id: by our address and by the id itself."""
    return {
        "reference": f"{type}/{hsa}",
        "type": type,
        "identifier": {"system": systems.HSA, "value": hsa},
    }


def organisation(hsa: str) -> Resource:
    """Render a reference to a principal, care provider or unit."""
    return by_hsa_id("Organization", hsa)


def practitioner(hsa: str) -> Resource:
    """Render a reference to a person who works in care."""
    return by_hsa_id("Practitioner", hsa)


def practitioner_role(person: str, unit: str) -> Resource:
    """Render a reference to a person's assignment at a unit."""
    return {"reference": f"PractitionerRole/{role_id(person, unit)}", "type": "PractitionerRole"}


def role_id(person: str, unit: str) -> str:
    """Return the id of a person's assignment at a unit."""
    return f"{person}.{unit}"


def principal(hsa: str) -> Resource:
    """Render the extension that names the responsible principal (huvudman)."""
    return extension(systems.RESPONSIBLE_PRINCIPAL, valueReference=organisation(hsa))


def on_behalf(reference: Resource, principal_id: str | None) -> Resource:
    """Render the reference, with the principal that answers for it."""
    if principal_id is None:
        return reference
    return {"extension": [principal(principal_id)], **reference}


def local(type: str, id: UUID | str) -> Resource:
    """Render a reference to one of our resources."""
    return {"reference": f"{type}/{id}"}


def patient(id: UUID) -> Resource:
    """Render a reference to the person, by the opaque id."""
    return local("Patient", id)


def party(which: Party) -> Resource:
    """Render the part of an extension that names a party."""
    return extension("party", valueCode=which.value)


def period(start: datetime | None, end: datetime | None) -> Resource | None:
    """Render a period, half open. What never began has none, although it has ended."""
    if start is None:
        return None
    return present(start=instant(start), end=instant(end) if end is not None else None)


def case_identifier(id: UUID) -> Resource:
    """Render the case as the identifier that its request and its coordination Task share."""
    return {"system": systems.CASE, "value": str(id)}


def episode(id: UUID) -> Resource:
    """Render the extension that points at the enrolment's EpisodeOfCare."""
    return extension(systems.EPISODE, valueReference=local("EpisodeOfCare", id))


def field(name: str, value: bool | date | str) -> Resource:
    """Render one field of a plan's part, with the value in the form of its type."""
    typed: Mapping[str, Any]
    if isinstance(value, bool):
        typed = {"valueBoolean": value}
    elif isinstance(value, date):
        typed = {"valueDate": value.isoformat()}
    else:
        typed = {"valueString": value}
    return extensions("field", [extension("name", valueCode=name), extension("value", **typed)])
