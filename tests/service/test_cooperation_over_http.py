"""The care of one person by two principals, as each of them reads it over HTTP: team, contacts, authors and orders."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.case.acts import death_and_move, disagreement
from domain.directory import Directory
from domain.kernel import Party, Role
from fhir_profiles import systems
from tests.domain import test_county_statements
from tests.fhir.histories import refused, walk
from tests.http_stories import Teller
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    PHYSICIAN,
    REGION,
    VASTMANLAND,
    WOUND,
    A,
    Story,
    accepted,
    enrolled,
    investigated,
    weighed,
)

Json = dict[str, Any]


def hsa_id_in(reference: Mapping[str, Any]) -> str:
    """Return the HSA-id in a reference."""
    return str(reference["identifier"]["value"])


def team_of(teller: Teller, story: Story) -> Json:
    """Return the team, after a check that both parties read the same."""
    people = story.people
    (of_region,), (of_municipality,) = (teller.find_resources(story, "CareTeam", by) for by in people.both)
    assert of_region == of_municipality
    return dict(of_region)


def members(team: Json, role: str | None = None) -> dict[str, str]:
    """Return the principal of each member that is a person; only those in a role, if one is given."""
    return {
        hsa_id_in(one["member"]): hsa_id_in(one["extension"][0]["valueReference"])
        for one in team["participant"]
        if "onBehalfOf" in one and role in (None, one["role"][0]["coding"][0]["code"])
    }


@pytest.mark.rule("SKR-3-1")
@pytest.mark.rule("ORE-3.1.5-3")
def test_one_team_of_both_principals_cares_for_the_person_from_the_acceptance_to_the_end(teller: Teller) -> None:
    assert [teller.find_resources(weighed(), "CareTeam", by) for by in BOTH] == [[], []]

    teams = [team_of(teller, story) for story in (accepted(), enrolled(), enrolled().discharged())]

    for team in teams:
        own = [hsa_id_in(one["member"]) for one in team["participant"] if "onBehalfOf" not in one]
        assert own == [hsa_id_in(manager) for manager in team["managingOrganization"]] == [REGION, A]
    assert [team["status"] for team in teams] == ["proposed", "active", "inactive"]
    assert ["end" in team["period"] for team in teams] == [False, False, True]
    assert set(members(teams[1]).values()) == {REGION, A}
    assert {PHYSICIAN.person, NURSE_A.person} <= members(teams[1]).keys()


@pytest.mark.rule("INF-2-4")
def test_home_care_by_primary_care_and_help_by_the_municipality_are_one_team_of_two_organisations(
    teller: Teller,
) -> None:
    story = test_county_statements.enrolled(Party.REGION)
    (answer,) = teller.read(story, "responsibility", VASTMANLAND.nurse_a)["responsible"]

    assert answer["performer"] == VASTMANLAND.region
    assert set(members(team_of(teller, story)).values()) == {VASTMANLAND.region, VASTMANLAND.a}


@pytest.mark.rule("INF-3-3")
def test_a_person_who_moves_to_special_housing_keeps_the_family_doctor(teller: Teller) -> None:
    moved = enrolled().on("2025-05-05 09:00")
    moved = moved.after(death_and_move.record_move, NURSE_A, moved_on=moved.clock.date(), to="special")
    kept = moved.stated("family-doctor-kept", NURSE_A, person=PHYSICIAN)

    for story in (enrolled(), moved, kept):
        assert list(members(team_of(teller, story), "physician-contact")) == [PHYSICIAN.person]
    said = teller.read(kept, "timeline", DISTRICT_NURSE)[-1]
    assert (said["content"]["kind"], said["content"]["person"]) == ("family-doctor-kept", PHYSICIAN.person)
    assert "INF-3-3" in said["clauses"]


@pytest.mark.rule("INF-5-2")
def test_each_intervention_says_whom_to_turn_to_in_the_organisation_that_performs_it(teller: Teller) -> None:
    (plan,) = teller.find_resources(enrolled(), "CarePlan", NURSE_A)
    lines = [
        {part["url"]: part.get("valueReference") for part in item["extension"]}
        for _, item in walk(plan, "CarePlan")
        if isinstance(item, dict) and item.get("url") == systems.CARE_RESPONSIBILITY
    ]

    assert {hsa_id_in(line["performer"]) for line in lines} == {REGION, A}
    for line in lines:
        contact = DIRECTORY.actor(hsa_id_in(line["contact"]))
        assert contact is not None
        assert contact.principal == hsa_id_in(line["performer"])


@pytest.mark.rule("ORE-3.1.3-13", "E11")
def test_whoever_raised_a_disagreement_is_asked_to_withdraw_it_when_the_person_has_died(teller: Teller) -> None:
    story = enrolled().disputed().on("2025-05-05 09:00")
    died = story.after(death_and_move.record_death, NURSE_A, deceased_on=story.clock.date())
    withdrawn = died.after(
        disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="The person has died"
    )

    waits = [
        {item["party"]: item["acts"] for item in teller.read(told, "replay", NURSE_A)["items"]}
        for told in (story, died, withdrawn)
    ]

    assert waits[0]["municipality"] == waits[0]["region"] == ["resolve-disagreement"]
    assert waits[1] == {
        "municipality": ["withdraw-disagreement", "resolve-disagreement"],
        "region": ["resolve-disagreement"],
    }
    assert waits[2] == {}
    for told in (died, withdrawn):
        assert {one["performer"] for one in teller.read(told, "responsibility", NURSE_A)["responsible"]} == {None}


def test_an_enrolment_that_was_refused_has_no_period_in_which_it_ran(teller: Teller) -> None:
    for story, began in ((enrolled().discharged(), True), (refused(), False)):
        (task,) = teller.find_resources(story, "Task", NURSE_A)
        (episode,) = teller.find_resources(story, "EpisodeOfCare", NURSE_A)

        assert ["executionPeriod" in task, "period" in episode] == [began, began]


@pytest.mark.rule("SKR-7-3")
def test_whatever_is_done_is_done_by_a_named_person_in_a_profession(teller: Teller) -> None:
    entries = teller.read(enrolled().discharged(), "timeline", DISTRICT_NURSE)
    roles = _roles(DIRECTORY)

    assert len(entries) > len(roles)
    for entry in entries:
        actor = entry["actor"]
        assert Role(actor["role"]) is roles[actor["person"], actor["unit"]]


def _roles(directory: Directory) -> dict[tuple[str, str], Role]:
    return {(one.person, one.unit): one.role for one in directory.assignments}


@pytest.mark.rule("SKR-4-2")
@pytest.mark.parametrize("lacking", ["ordering_level", "performing_level"])
def test_an_order_says_the_level_that_it_comes_from_and_the_level_at_which_it_is_performed(
    teller: Teller, lacking: str
) -> None:
    levels = {"ordering_level": "specialised", "performing_level": "primary"}
    ordering = {name: level for name, level in levels.items() if name != lacking}

    refused = teller.act(investigated(), "record-assessment", NURSE_A, **_assessment(ordering=ordering))

    assert (refused.status_code, refused.json()["where"]) == (422, [f"body.interventions.0.ordering.{lacking}"])


@pytest.mark.rule("ORE-3.1.3-5")
def test_an_assessment_says_how_the_individual_took_part(teller: Teller) -> None:
    body = _assessment()
    took_part = body.pop("participation")

    silent = teller.act(investigated(), "record-assessment", NURSE_A, **body)
    blank = teller.act(investigated(), "record-assessment", NURSE_A, **body, participation={"took_part": False})

    assert (silent.status_code, silent.json()["where"]) == (422, ["body.participation"])
    assert (blank.status_code, blank.json()["where"]) == (422, ["body.participation.note"])
    assessed = teller.read(investigated().assessed(NURSE_A), "timeline", DISTRICT_NURSE)[-1]
    assert assessed["content"]["participation"] == took_part


def _assessment(**changed: Any) -> Json:
    """Return the body of an assessment of one intervention."""
    intervention = {"key": WOUND.key, "text": WOUND.text, "party": "municipality"} | changed
    participation = ASSESSMENT["participation"].model_dump(mode="json")
    return ASSESSMENT | {"interventions": [intervention], "participation": participation}
