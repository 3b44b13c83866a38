"""Persons and the directory as resources: numbers are checked, and each organisation is there once."""

import json
from datetime import date

import pytest
from fhir.resources.R4B import get_fhir_model_class

from domain.person import NumberSystem, Person
from fhir_profiles import patient, systems
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource
from fhir_profiles.organisation import to_organizations, to_practitioner_roles, to_practitioners
from fhir_profiles.resource_reader import read_resource
from tests.scenario import DIRECTORY, NURSE_A, PATIENT

PERSON = Person(
    id=PATIENT,
    county="orebro",
    system=NumberSystem.PERSONNUMMER,
    value="191212121212",
    family="Tolvansson",
    given="Tolvan Tolva",
    birth_date=date(1912, 12, 12),
)


def read_person(resource: Resource) -> Person:
    return patient.parse(read_resource(json.dumps(resource).encode(), "Patient"), id=PATIENT, county="orebro")


@pytest.mark.parametrize("protected", [False, True])
def test_a_person_reads_as_it_was_rendered(protected: bool) -> None:
    person = PERSON.model_copy(update={"protected": protected})
    resource = patient.render(person)
    get_fhir_model_class("Patient").model_validate(resource)
    assert read_person(resource) == person
    assert [label["code"] for label in resource["meta"].get("security", ())] == ["sekretessmarkering"] * protected


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (systems.PERSONNUMMER, "191212121212"),
        (systems.SAMORDNINGSNUMMER, "191212721219"),
        (systems.RESERVNUMMER, "19121212AB12"),
    ],
)
def test_each_sort_of_number_is_accepted(system: str, value: str) -> None:
    resource = patient.render(PERSON) | {"identifier": [{"system": system, "value": value}]}
    assert (read_person(resource).system, read_person(resource).value) == (system, value)


@pytest.mark.parametrize(
    ("system", "value", "expression"),
    [
        (systems.PERSONNUMMER, "191212121213", "Patient.identifier[0].value"),
        (systems.PERSONNUMMER, "19121212-1212", "Patient.identifier[0].value"),
        (systems.PERSONNUMMER, "1212121212", "Patient.identifier[0].value"),
        (systems.PERSONNUMMER, "191202301212", "Patient.identifier[0].value"),
        (systems.SAMORDNINGSNUMMER, "191212121212", "Patient.identifier[0].value"),
        (systems.RESERVNUMMER, "short", "Patient.identifier[0].value"),
        ("urn:oid:1.2.3", "191212121212", "Patient.identifier[0].system"),
    ],
)
def test_an_invalid_number_is_refused_without_repeating_it(system: str, value: str, expression: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_person(patient.render(PERSON) | {"identifier": [{"system": system, "value": value}]})
    (issue,) = refused.value.issues
    assert issue.expression == expression
    assert value not in issue.text


@pytest.mark.parametrize(
    ("elements", "expression"),
    [
        ({"birthDate": "1912-12"}, "Patient.birthDate"),
        ({"gender": "man"}, "Patient.gender"),
        ({"address": [{"city": "Ekeby"}]}, "Patient.address"),
        ({"name": [{"use": "secret", "family": "A", "given": ["B"]}]}, "Patient.name[0].use"),
        ({"meta": {"security": [{"system": systems.PROTECTION, "code": "x"}]}}, "Patient.meta.security[0]"),
    ],
)
def test_an_element_that_the_register_does_not_keep_is_refused(elements: Resource, expression: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_person(patient.render(PERSON) | elements)
    assert expression in [issue.expression for issue in refused.value.issues]


@pytest.mark.parametrize(("day", "age"), [(date(2025, 12, 11), 112), (date(2025, 12, 12), 113)])
def test_age_is_counted_in_whole_years(day: date, age: int) -> None:
    assert PERSON.age_on(day) == age


def test_the_directory_is_valid_r4_and_has_each_organisation_once() -> None:
    found = [*to_organizations(DIRECTORY), *to_practitioners(DIRECTORY), *to_practitioner_roles(DIRECTORY)]
    for resource in found:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    assert len({(resource["resourceType"], resource["id"]) for resource in found}) == len(found)


def test_a_unit_has_its_provider_principal_and_telephone() -> None:
    unit = next(resource for resource in to_organizations(DIRECTORY) if resource["id"] == "SE2120000000-U1")
    assert unit["partOf"]["reference"] == "Organization/SE2120000000-V1"
    assert unit["extension"][0]["valueReference"]["reference"] == "Organization/SE2120000000-H0"
    assert unit["telecom"][0]["value"] == "1"


def test_an_assignment_is_found_by_person_and_unit() -> None:
    found = {resource["id"]: resource for resource in to_practitioner_roles(DIRECTORY)}
    role = found[f"{NURSE_A.person}.{NURSE_A.unit}"]
    assert role["code"][0]["coding"][0]["code"] == "nurse"


def test_a_municipality_that_is_its_own_provider_is_one_organisation() -> None:
    principal = DIRECTORY.principals[1]
    provider = DIRECTORY.providers[1].model_copy(update={"id": principal.id})
    directory = DIRECTORY.model_copy(
        update={"providers": (DIRECTORY.providers[0], provider), "units": (), "assignments": ()}
    )
    kinds = {
        resource["id"]: [kind["coding"][0]["code"] for kind in resource["type"]]
        for resource in to_organizations(directory)
    }
    assert kinds[principal.id] == ["principal", "provider"]
