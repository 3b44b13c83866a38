"""The team about a person: both principals, each member with their own organisation, and the contacts."""

import json
from typing import Any

import pytest

from domain.case.acts import death_and_move, tasks
from domain.directory import Directory
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.json import Resource
from fhir_profiles.organisation import to_organizations, to_practitioner_roles
from service.web.swedish import ROLES
from tests.domain import test_county_statements
from tests.fhir.histories import HISTORIES, find_first, resources_by_type, walk
from tests.scenario import (
    CARE_STAFF_A,
    COUNTIES,
    DIRECTORY,
    NURSE_A,
    PHYSICIAN,
    REGION,
    VASTMANLAND,
    WOUND,
    A,
    Story,
    enrolled,
)


def members(story: Story) -> list[Resource]:
    """Return the participants that are persons."""
    return [
        participant
        for participant in find_first(story, "CareTeam")["participant"]
        if participant["member"]["type"] == "Practitioner"
    ]


def hsa_id_in(value: Any) -> str:
    """Return the HSA-id in a reference."""
    return str(value["identifier"]["value"])


@pytest.mark.rule("INF-2-4")
def test_home_care_by_the_regions_primary_care_and_help_by_the_municipality_are_one_team_of_two_organisations() -> None:
    story = test_county_statements.enrolled(Party.REGION)

    assert {allocation.performer for allocation in story.state.allocations.values()} == {VASTMANLAND.region}
    assert {hsa_id_in(member["onBehalfOf"]) for member in members(story)} == {VASTMANLAND.region, VASTMANLAND.a}


@pytest.mark.rule("SKR-3-1")
@pytest.mark.parametrize("name", HISTORIES)
def test_both_principals_are_in_the_team_of_every_case(name: str) -> None:
    story = HISTORIES[name]()
    for team in resources_by_type(story).get("CareTeam", ()):
        own = [participant for participant in team["participant"] if participant["member"]["type"] == "Organization"]
        assert [hsa_id_in(participant["member"]) for participant in own] == [
            story.state.region,
            story.state.municipality,
        ]
        assert [hsa_id_in(reference) for reference in team["managingOrganization"]] == [
            story.state.region,
            story.state.municipality,
        ]


@pytest.mark.rule("SKR-1-1")
@pytest.mark.parametrize("name", HISTORIES)
def test_each_member_has_their_own_organisation(name: str) -> None:
    directory = COUNTIES[HISTORIES[name]().county].directory
    for team in resources_by_type(HISTORIES[name]()).get("CareTeam", ()):
        for participant in team["participant"]:
            if participant["member"]["type"] == "Practitioner":
                actor = directory.actor(hsa_id_in(participant["member"]))
                assert actor is not None
                assert hsa_id_in(participant["onBehalfOf"]) in {actor.principal, actor.provider}
                assert hsa_id_in(participant["extension"][0]["valueReference"]) == actor.principal


@pytest.mark.rule("INF-2-6")
def test_home_help_staff_whom_a_task_is_delegated_to_are_in_the_team() -> None:
    before = enrolled()
    story = before.after(tasks.delegate, NURSE_A, intervention=WOUND.key, performer=CARE_STAFF_A.person)
    (added,) = [member for member in members(story) if member not in members(before)]

    assert hsa_id_in(added["member"]) == CARE_STAFF_A.person
    assert (hsa_id_in(added["onBehalfOf"]), added["role"][0]["coding"][0]["code"]) == (A, "performer")


@pytest.mark.rule("INF-3-3")
def test_a_person_who_moves_to_special_housing_keeps_the_family_doctor() -> None:
    def doctors(story: Story) -> list[str]:
        return [
            hsa_id_in(member["member"])
            for member in members(story)
            if member["role"][0]["coding"][0]["code"] == "physician-contact"
        ]

    moved = enrolled().on("2025-05-05 09:00")
    moved = moved.after(death_and_move.record_move, NURSE_A, moved_on=moved.clock.date(), to="special")
    kept = moved.stated("family-doctor-kept", NURSE_A, person=PHYSICIAN)

    assert doctors(enrolled()) == doctors(kept) == [PHYSICIAN.person]
    assert kept.state.statements[-1].person == PHYSICIAN.person


@pytest.mark.rule("INF-4-1")
@pytest.mark.parametrize(
    ("who", "role", "kind"),
    [
        ("needs assessor", "needs-assessor", "municipal-care"),
        ("home help", "care-staff", "municipal-care"),
        ("hospital staff", "nurse", "inpatient-care"),
        ("family doctor", "physician", "primary-care"),
        ("nurse", "nurse", "municipal-care"),
        ("occupational therapist", "occupational-therapist", "municipal-care"),
    ],
)
def test_each_profession_that_the_individual_meets_has_a_code(who: str, role: str, kind: str) -> None:
    unit = next(unit for unit in DIRECTORY.units if unit.kind == kind)
    data = DIRECTORY.model_dump(mode="json") | {
        "assignments": [{"person": "SE2120000000-P9", "name": who, "unit": unit.id, "role": role}]
    }
    directory = Directory.model_validate_json(json.dumps(data))
    (assignment,) = to_practitioner_roles(directory)
    (place,) = [resource for resource in to_organizations(directory) if resource["id"] == unit.id]

    assert assignment["code"] == [{"coding": [{"system": systems.CARE_ROLE, "code": role}]}]
    assert {"system": systems.UNIT_KIND, "code": kind} in [
        coding for concept in place["type"] for coding in concept["coding"]
    ]
    assert ROLES[role]


@pytest.mark.rule("INF-5-2")
def test_each_responsible_principal_has_a_contact() -> None:
    plan = find_first(enrolled(), "CarePlan")
    lines = [
        {part["url"]: part for part in item["extension"]}
        for _, item in walk(plan, "CarePlan")
        if isinstance(item, dict) and item.get("url") == systems.CARE_RESPONSIBILITY
    ]

    assert {hsa_id_in(line["performer"]["valueReference"]) for line in lines} == {REGION, A}
    for line in lines:
        contact = DIRECTORY.actor(hsa_id_in(line["contact"]["valueReference"]))
        assert contact is not None
        assert contact.principal == hsa_id_in(line["performer"]["valueReference"])
