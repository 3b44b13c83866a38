"""The team about a person: both principals, each member with their own organisation, and the contacts."""

import json
from datetime import date
from typing import Any

import pytest

from domain.case.acts import tasks
from domain.directory import Directory
from fhir_profiles import systems
from fhir_profiles.json import Resource, instant
from fhir_profiles.organisation import to_organizations, to_practitioner_roles
from service.web.swedish import ROLES
from tests.fhir.histories import HISTORIES, find_first, resources_by_type
from tests.scenario import (
    CARE_STAFF_A,
    COUNTIES,
    DIRECTORY,
    NURSE_A,
    WOUND,
    A,
    Story,
    enrolled,
    swedish,
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
    task = {"intervention": WOUND.key, "performer": CARE_STAFF_A.person}
    story = before.after(tasks.delegate, NURSE_A, **task, last_day=date(2025, 10, 10))
    (added,) = [member for member in members(story) if member not in members(before)]

    assert hsa_id_in(added["member"]) == CARE_STAFF_A.person
    assert (hsa_id_in(added["onBehalfOf"]), added["role"][0]["coding"][0]["code"]) == (A, "performer")
    assert added["period"] == {"start": instant(story.clock), "end": instant(swedish("2025-10-11 00:00"))}
    withdrawn = story.after(tasks.withdraw_delegation, NURSE_A, **task, reason="She has left")
    (ended,) = [member for member in members(withdrawn) if member["member"] == added["member"]]
    assert ended["period"] == {"start": instant(story.clock), "end": instant(withdrawn.clock)}


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
