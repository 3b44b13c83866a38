"""The directory as Organization, Practitioner and PractitionerRole, the only resources with names of staff."""

from domain.directory import Assignment, Directory, Organisation, Principal, Provider, Unit
from fhir_profiles import systems
from fhir_profiles.elements import concept, organisation, practitioner, present, role_id
from fhir_profiles.elements import principal as responsible
from fhir_profiles.json import Resource


def to_organizations(directory: Directory) -> tuple[Resource, ...]:
    """Render the county's principals, care providers and units. One that is both is one resource, with both types."""
    found: dict[str, Resource] = {}
    for body in (*directory.principals, *directory.providers):
        found[body.id] = _merge(found.get(body.id), _organisation(body))
    for unit in directory.units:
        found[unit.id] = _merge(found.get(unit.id), _unit(unit, directory))
    return tuple(found.values())


def to_practitioners(directory: Directory) -> tuple[Resource, ...]:
    """Render each person who has an assignment."""
    people = {assignment.person: assignment.name for assignment in directory.assignments}
    return tuple(
        {
            "resourceType": "Practitioner",
            "id": person,
            "meta": {"profile": [systems.SE_PRACTITIONER]},
            "identifier": [{"system": systems.HSA, "value": person}],
            "name": [{"text": name}],
        }
        for person, name in people.items()
    )


def to_practitioner_roles(directory: Directory) -> tuple[Resource, ...]:
    """Render the assignment of each person at each unit, with all their roles there."""
    together: dict[tuple[str, str], list[Assignment]] = {}
    for assignment in directory.assignments:
        together.setdefault((assignment.person, assignment.unit), []).append(assignment)
    return tuple(
        {
            "resourceType": "PractitionerRole",
            "id": role_id(person, unit),
            "meta": {"profile": [systems.SE_PRACTITIONER_ROLE]},
            "active": True,
            "practitioner": practitioner(person),
            "organization": organisation(unit),
            "code": [concept(systems.CARE_ROLE, assignment.role.value) for assignment in assignments],
        }
        for (person, unit), assignments in together.items()
    )


def _merge(first: Resource | None, second: Resource) -> Resource:
    """Merge two resources of the same organisation: it has the types of both."""
    if first is None:
        return second
    return second | first | {"type": [*first["type"], *second["type"]]}


def _organisation(body: Organisation) -> Resource:
    kind = "principal" if isinstance(body, Principal) else "provider"
    principal = body.principal if isinstance(body, Provider) else None
    return {
        "resourceType": "Organization",
        "id": body.id,
        "meta": {"profile": [systems.SE_ORGANIZATION]},
        **present(
            extension=[responsible(principal)] if principal and principal != body.id else None,
            identifier=[
                {"system": systems.HSA, "value": body.id},
                {"system": systems.ORGANISATION_NUMBER, "value": body.organisation_number.replace("-", "")},
            ],
            active=True,
            type=[concept(systems.ORGANISATION_KIND, kind)],
            name=body.name,
        ),
    }


def _unit(unit: Unit, directory: Directory) -> Resource:
    provider = directory.provider(unit.provider)
    return {
        "resourceType": "Organization",
        "id": unit.id,
        "meta": {"profile": [systems.SE_ORGANIZATION]},
        **present(
            extension=[responsible(provider.principal)] if provider else None,
            identifier=[{"system": systems.HSA, "value": unit.id}],
            active=True,
            type=[concept(systems.ORGANISATION_KIND, "unit"), concept(systems.UNIT_KIND, unit.kind.value)],
            name=unit.name,
            telecom=[{"system": "phone", "value": unit.phone, "use": "work"}] if unit.phone else None,
            partOf=organisation(unit.provider),
        ),
    }
