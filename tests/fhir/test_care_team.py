"""The team about a person: both principals, each member with their own organisation, and whom to turn to for what."""

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
from tests.fhir.histories import HISTORIES, resources, the, values
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
    return [one for one in the(story, "CareTeam")["participant"] if one["member"]["type"] == "Practitioner"]


def reference(value: Any) -> str:
    """Return the HSA-id in a reference."""
    return str(value["identifier"]["value"])


@pytest.mark.rule("INF-2-4")
def test_home_care_by_the_regions_primary_care_and_help_by_the_municipality_are_one_team_of_two_organisations() -> None:
    story = test_county_statements.enrolled(Party.REGION)

    assert {allocation.performer for allocation in story.state.allocations.values()} == {VASTMANLAND.region}
    assert {reference(one["onBehalfOf"]) for one in members(story)} == {VASTMANLAND.region, VASTMANLAND.a}


@pytest.mark.rule("SKR-3-1")
@pytest.mark.parametrize("name", HISTORIES)
def test_both_principals_are_in_the_team_of_every_case(name: str) -> None:
    story = HISTORIES[name]()
    for team in resources(story).get("CareTeam", ()):
        own = [one for one in team["participant"] if one["member"]["type"] == "Organization"]
        assert [reference(one["member"]) for one in own] == [story.state.region, story.state.municipality]
        assert [reference(one) for one in team["managingOrganization"]] == [
            story.state.region,
            story.state.municipality,
        ]


@pytest.mark.rule("SKR-1-1")
@pytest.mark.parametrize("name", HISTORIES)
def test_each_member_is_there_with_their_own_organisation(name: str) -> None:
    directory = COUNTIES[HISTORIES[name]().county].directory
    for team in resources(HISTORIES[name]()).get("CareTeam", ()):
        for one in team["participant"]:
            if one["member"]["type"] == "Practitioner":
                actor = directory.actor(reference(one["member"]))
                assert actor is not None
                assert reference(one["onBehalfOf"]) in {actor.principal, actor.provider}
                assert reference(one["extension"][0]["valueReference"]) == actor.principal


@pytest.mark.rule("INF-2-6")
def test_home_help_staff_whom_a_task_is_delegated_to_are_in_the_team() -> None:
    before = enrolled()
    story = before.after(tasks.delegate, NURSE_A, intervention=WOUND.key, performer=CARE_STAFF_A.person)
    (added,) = [one for one in members(story) if one not in members(before)]

    assert reference(added["member"]) == CARE_STAFF_A.person
    assert (reference(added["onBehalfOf"]), added["role"][0]["coding"][0]["code"]) == (A, "performer")


@pytest.mark.rule("INF-3-3")
def test_who_moves_to_special_housing_keeps_the_family_doctor() -> None:
    def doctors(story: Story) -> list[str]:
        return [
            reference(one["member"])
            for one in members(story)
            if one["role"][0]["coding"][0]["code"] == "physician-contact"
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
def test_each_of_those_whom_the_individual_meets_has_a_code(who: str, role: str, kind: str) -> None:
    unit = next(one for one in DIRECTORY.units if one.kind == kind)
    data = DIRECTORY.model_dump(mode="json") | {
        "assignments": [{"person": "SE2120000000-P9", "name": who, "unit": unit.id, "role": role}]
    }
    directory = Directory.model_validate_json(json.dumps(data))
    (assignment,) = to_practitioner_roles(directory)
    (place,) = [one for one in to_organizations(directory) if one["id"] == unit.id]

    assert assignment["code"] == [{"coding": [{"system": systems.CARE_ROLE, "code": role}]}]
    assert {"system": systems.UNIT_KIND, "code": kind} in [coding for one in place["type"] for coding in one["coding"]]
    assert ROLES[role]


@pytest.mark.rule("INF-5-2")
def test_whoever_answers_for_something_can_be_turned_to() -> None:
    plan = the(enrolled(), "CarePlan")
    lines = [
        {part["url"]: part for part in one["extension"]}
        for _, one in values(plan, "CarePlan")
        if isinstance(one, dict) and one.get("url") == systems.CARE_RESPONSIBILITY
    ]

    assert {reference(line["performer"]["valueReference"]) for line in lines} == {REGION, A}
    for line in lines:
        contact = DIRECTORY.actor(reference(line["contact"]["valueReference"]))
        assert contact is not None
        assert contact.principal == reference(line["performer"]["valueReference"])
