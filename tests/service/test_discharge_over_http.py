"""Discharge from inpatient care as both parties' worklists have it over HTTP: its plan, its days and its colours."""

from datetime import date
from typing import Any

import pytest

from domain.case.acts import referral, track_openings
from domain.kernel import Party
from tests.domain.test_plan_kinds import interim_established, interim_written, leaving_hospital
from tests.domain.test_tracks import at_discharge
from tests.http_stories import Teller
from tests.scenario import DISTRICT_NURSE, NURSE_A, WARD_NURSE, A, Story, established
from tests.service.calls import assert_refused

Json = dict[str, Any]
PUBLISHED: Json = {"final_note": "The note of 1 September"}


def items(teller: Teller, story: Story) -> list[Json]:
    """Return all that waits in the story's case, after a check that both parties read the same."""
    read = [teller.read(story, "replay", by)["items"] for by in (DISTRICT_NURSE, NURSE_A)]
    assert read[0] == read[1]
    return list(read[0])


def waits(teller: Teller, story: Story, *words: str) -> list[tuple[str, str, Any]]:
    """Return the party, key and last day of each item whose key holds one of the words."""
    found = items(teller, story)
    return [(item["party"], item["key"], item["due"]) for item in found if any(word in item["key"] for word in words)]


@pytest.mark.rule("ORE-3.3-5")
@pytest.mark.rule("ORE-3.3-3")
def test_the_plans_content_waits_once_with_the_day_of_discharge_as_its_last(teller: Teller) -> None:
    story = interim_established()
    (item,) = [item for item in items(teller, story) if "plan-content-published" in item["key"]]
    day_before = interim_written().plan_agreed(WARD_NURSE)

    assert (item["party"], item["due"], item["rule"]) == (Party.REGION, "2025-09-01", "ORE-3.3-5")
    assert item["unit_kinds"] == ["inpatient-care"]
    assert day_before.clock.date() < date(2025, 9, 1)
    assert waits(teller, day_before, "content") == [("region", "statement:plan-content-published", "2025-09-01")]
    assert waits(teller, story.stated("plan-content-published", WARD_NURSE, **PUBLISHED), "content") == []


@pytest.mark.rule("ORE-3.1.4-18")
def test_a_plan_is_to_be_followed_up_on_the_day_that_it_names_for_that_and_on_no_other(teller: Teller) -> None:
    assert waits(teller, interim_established(), "follow-up") == []
    assert waits(teller, established(), "follow-up") == [
        (party, "follow-up:medical", "2025-06-11") for party in ("region", "municipality")
    ]


@pytest.mark.rule("ORE-3.3-2")
def test_the_ward_is_to_write_its_plan_from_the_opening_of_the_planning_until_a_plan_holds(teller: Teller) -> None:
    for story in (leaving_hospital(), interim_written()):
        (item,) = [item for item in items(teller, story) if item["key"] == "duty:interim7"]
        assert (item["party"], item["unit_kinds"], item["words"]) == ("region", ["inpatient-care"], "vid utskrivning")
        assert (item["due"], item["rule"]) == (None, "ORE-3.3-2")
    assert waits(teller, interim_established(), "duty:") == []


@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.parametrize(("colour", "demanded"), [("yellow", True), ("red", True), ("green", False), ("purple", False)])
def test_the_agreements_own_rules_of_discharge_demand_something_in_yellow_and_red_alone(
    teller: Teller, colour: str, demanded: bool
) -> None:
    story = at_discharge().after(track_openings.open_discharge_planning, WARD_NURSE, receiver=A, colour=colour)
    basis = teller.read(story, "timeline", NURSE_A)[-1]

    assert ("ORE-3.3-1" in basis["clauses"]) is demanded
    assert ("discharge-agreement" in basis["not_regulated"]) is not demanded
    assert bool(waits(teller, story, "duty:interim7")) is demanded


@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.parametrize("colour", ["green", "purple"])
def test_in_another_colour_nothing_stands_on_the_rules_of_yellow_and_red(teller: Teller, colour: str) -> None:
    story = at_discharge().after(track_openings.open_discharge_planning, WARD_NURSE, receiver=A, colour=colour)
    story = story.assessed(WARD_NURSE).assessed(NURSE_A).after(referral.establish_level, WARD_NURSE)
    story = story.accepted(WARD_NURSE, NURSE_A).committed(WARD_NURSE, NURSE_A).ready()
    asked: list[tuple[str, Json]] = [
        ("initiate-plan", {"kind": "interim7"}),
        ("record-statement", {"kind": "plan-content-published", "fields": {"final-note": "The note"}}),
    ]

    for act, content in asked:
        refusal = assert_refused(teller.act(story, act, WARD_NURSE, **content), 422, "CONTENT_NOT_KNOWN")
        assert (refusal["rule"], refusal["where"]) == ("SYS-7", [content["kind"]])
        assert content["kind"] not in refusal["remedy"]
    refusal = assert_refused(teller.act(story, "start-enrolment", NURSE_A), 409, "PLAN_REQUIRED")
    assert refusal["where"] == ["medical"]
    assert [item["key"] for item in items(teller, story) if "inpatient-care" in item["unit_kinds"]] == []
    enrolled = story.plan_begun().plan_held().plan_written().plan_agreed().started()
    cited = {clause for event in teller.read(enrolled, "timeline", NURSE_A) for clause in event["clauses"]}
    assert "ORE-3-6" in cited
    assert [clause for clause in cited if clause.startswith("ORE-3.3-")] == []
