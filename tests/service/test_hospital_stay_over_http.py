"""A stay in hospital over HTTP: both parties are told, FHIR has the enrolment on hold, and strangers learn nothing."""

from typing import Any

import httpx
import pytest

from domain.case.events.enrolment import StayNews
from domain.kernel import Actor
from tests.domain.test_hospital_stay import WARD, acknowledge, admitted, came_home, corrected
from tests.http_stories import Teller
from tests.scenario import DISTRICT_NURSE, NURSE_A, NURSE_B, WARD_NURSE, Story, enrolled
from tests.service.calls import assert_refused

pytestmark = pytest.mark.rule("E14")
Json = dict[str, Any]


def list_news(teller: Teller, story: Story, by: Actor) -> list[tuple[str, list[str]]]:
    """Return the items about a stay on the worklist of somebody's principal, each with its acts."""
    items = teller.list(story, "/api/worklist", by, on=story.clock.isoformat())
    about = ("acknowledge-admission", "acknowledge-homecoming", "acknowledge-correction", "homecoming")
    return [(item["key"], item["acts"]) for item in items if item["key"] in about]


def find_statuses(teller: Teller, story: Story, by: Actor) -> tuple[str, str]:
    """Return the status of the enrolment and of the coordination Task as somebody reads them."""
    (episode,) = teller.find_resources(story, "EpisodeOfCare", by)
    (task,) = teller.find_resources(story, "Task", by)
    return episode["status"], task["status"]


def test_the_other_party_has_the_news_at_once_until_it_acknowledges_it(teller: Teller) -> None:
    told = admitted()
    assert list_news(teller, told, NURSE_A) == [("acknowledge-admission", ["acknowledge-stay"])]
    assert list_news(teller, told, DISTRICT_NURSE) == [("homecoming", ["record-homecoming"])]
    read = acknowledge(told, StayNews.ADMISSION)
    assert list_news(teller, read, NURSE_A) == []
    home = came_home(read)
    assert list_news(teller, home, NURSE_A) == [("acknowledge-homecoming", ["acknowledge-stay"])]
    assert list_news(teller, home, DISTRICT_NURSE) == []


def test_both_parties_read_the_enrolment_on_hold_during_the_stay_alone(teller: Teller) -> None:
    for by in (DISTRICT_NURSE, NURSE_A):
        assert find_statuses(teller, enrolled(), by) == ("active", "in-progress")
        assert find_statuses(teller, admitted(), by) == ("onhold", "on-hold")
        assert find_statuses(teller, came_home(), by) == ("active", "in-progress")


def test_a_replay_has_the_stay_and_responsibility_stays_where_it_was(teller: Teller) -> None:
    replay = teller.read(admitted(ward=WARD), "replay", NURSE_A)
    (stay,) = replay["case"]["enrolment"]["stays"]
    assert (stay["started_at"], stay["ended_at"], stay["ward"]) == ("2025-05-05T12:00:00Z", None, WARD)
    before = teller.read(enrolled(), "responsibility", NURSE_A)["responsible"]
    during = teller.read(admitted(), "responsibility", NURSE_A)["responsible"]
    assert [(one["intervention"], one["performer"]) for one in during] == [
        (one["intervention"], one["performer"]) for one in before
    ]


def test_a_corrected_stay_is_gone_for_both_and_told_to_the_other_party(teller: Teller) -> None:
    story = corrected(admitted())
    assert find_statuses(teller, story, NURSE_A) == ("active", "in-progress")
    assert list_news(teller, story, NURSE_A) == [("acknowledge-correction", ["acknowledge-stay"])]


@pytest.mark.parametrize(
    ("act", "content"),
    [("record-admission", {}), ("record-homecoming", {}), ("acknowledge-stay", {"news": "admission"})],
)
@pytest.mark.rule("SYS-3")
def test_another_municipality_learns_nothing_of_a_stay(teller: Teller, act: str, content: Json) -> None:
    answer: httpx.Response = teller.act(admitted(), act, NURSE_B, **content)
    assert answer.status_code == 404
    assert teller.find_resources(admitted(), "EpisodeOfCare", NURSE_B) == []


def test_an_act_that_does_not_follow_names_the_one_that_does(teller: Teller) -> None:
    again = assert_refused(teller.act(admitted(), "record-admission", NURSE_A), 409, "WRONG_STATE")
    home = assert_refused(teller.act(enrolled(), "record-homecoming", WARD_NURSE), 409, "WRONG_STATE")
    assert (again["rule"], again["acts"]) == ("E14", ["record-homecoming"])
    assert (home["rule"], home["acts"]) == ("E14", ["record-admission"])
    assert "vilar vården i hemmet" in home["rule_text"]
    assert_refused(teller.act(admitted(), "acknowledge-stay", NURSE_A, news="homecoming"), 409, "WRONG_STATE")
