"""A person of the register as a Patient, the only resource with a person's name and number."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from domain.kernel import HsaId, Slug
from domain.person import Name, NumberSystem, Person, find_number_fault
from fhir_profiles import systems
from fhir_profiles.element_reader import get_only, read_code, read_value, require
from fhir_profiles.elements import coding, organisation, present
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource

SEKRETESS = "sekretessmarkering"
PROTECTED = {SEKRETESS, "skyddadFolkbokforing"}
"""The labels of a protected identity. Both are kept as protected; only the population register tells them apart."""

_NAME: TypeAdapter[str] = TypeAdapter(Name)
_DATE: TypeAdapter[date] = TypeAdapter(date)


class Residence(NamedTuple):
    """A residence by the names of its county and municipality."""

    county: str
    municipality: str | None
    since: date


def render(person: Person, *, residence: Residence | None = None, health_centre: HsaId | None = None) -> Resource:
    """Render the person as a Patient, with the residence and the health centre of today."""
    return {
        "resourceType": "Patient",
        "id": str(person.id),
        "meta": present(
            profile=[systems.SE_PATIENT],
            security=[coding(systems.PROTECTION, SEKRETESS)] if person.protected else None,
        ),
        "identifier": [{"system": person.system.value, "value": person.value}],
        "name": [{"use": "official", "family": person.family, "given": person.given.split()}],
        "birthDate": person.birth_date.isoformat(),
        **present(
            address=[_address(residence)] if residence is not None else None,
            generalPractitioner=[organisation(health_centre)] if health_centre is not None else None,
        ),
    }


def _address(residence: Residence) -> Resource:
    """Render a residence as an address without street and place, which the register does not have."""
    period = {"start": residence.since.isoformat()}
    return present(use="home", district=residence.municipality, state=residence.county, period=period)


def parse(resource: Resource, *, id: UUID, county: Slug) -> Person:
    """Read the person that a Patient describes, who has one number, one name and a date of birth."""
    path = "Patient"
    identifier = get_only(require(resource, "identifier", path), f"{path}.identifier", needed=True) or {}
    place = f"{path}.identifier[0]"
    system = read_code(NumberSystem, require(identifier, "system", place), f"{place}.system")
    value = str(require(identifier, "value", place))
    fault = find_number_fault(system, value)
    if fault is not None:
        raise unreadable("value", f"{place}.value", fault)
    name = get_only(require(resource, "name", path), f"{path}.name", needed=True) or {}
    if name.get("use", "official") != "official":
        raise unreadable("business-rule", f"{path}.name[0].use", "this is not the official name; give the official one")
    given = " ".join(require(name, "given", f"{path}.name[0]"))
    return Person(
        id=id,
        county=county,
        system=system,
        value=value,
        family=read_value(_NAME, require(name, "family", f"{path}.name[0]"), f"{path}.name[0].family"),
        given=read_value(_NAME, " ".join(given.split()), f"{path}.name[0].given"),
        birth_date=read_value(_DATE, require(resource, "birthDate", path), f"{path}.birthDate"),
        protected=_protection(resource, path),
    )


def _protection(resource: Resource, path: str) -> bool:
    labels = resource.get("meta", {}).get("security", ())
    for place, label in enumerate(labels):
        if label.get("system") != systems.PROTECTION or label.get("code") not in PROTECTED:
            raise unreadable(
                "code-invalid",
                f"{path}.meta.security[{place}]",
                f"there is no such label; give one of {', '.join(sorted(PROTECTED))}, of {systems.PROTECTION}",
            )
    return bool(labels)
