"""A stay in hospital over HTTP: both parties are told, FHIR has the enrolment on hold, and strangers learn nothing."""

from typing import Any

import httpx
import pytest

from domain.case.acts import tasks
from domain.case.events.enrolment import StayNews
from domain.kernel import Actor
from tests.domain.test_hospital_stay import FRIDAY, MONDAY, WARD, acknowledge, admitted, came_home, corrected
from tests.http_stories import Teller
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    WARD_NURSE,
    WOUND,
    Story,
    committed,
    enrolled,
    investigated,
    swedish,
)
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


def test_both_parties_read_that_what_was_done_at_home_goes_against_the_stay(teller: Teller) -> None:
    done: Json = {"intervention": WOUND.key, "performer": NURSE_A.person}
    during = admitted().after(tasks.perform, NURSE_A, at="2025-05-06 09:00", **done)
    after = came_home(during).after(tasks.perform, NURSE_A, at="2025-05-12 09:00", **done)
    for by in (DISTRICT_NURSE, NURSE_A):
        entries = teller.read(after, "timeline", by)
        found = [one["breaches"] for one in entries if one["topic"] == "enrolment.intervention-performed.v1"]
        assert found == [["E14"], []]


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


# --- News of both parties ---------------------------------------------------------------------------------------------

AGAIN = "2025-05-12 09:00"


def test_no_news_of_a_party_takes_the_place_of_the_others(teller: Teller) -> None:
    seen = acknowledge(came_home(acknowledge(admitted(), StayNews.ADMISSION)), StayNews.HOMECOMING)
    crossed = corrected(admitted(seen, NURSE_A, at=AGAIN), place=0)
    assert list_news(teller, crossed, NURSE_A) == [("acknowledge-correction", ["acknowledge-stay"])]
    assert ("acknowledge-admission", ["acknowledge-stay"]) in list_news(teller, crossed, DISTRICT_NURSE)

    read = acknowledge(crossed, StayNews.CORRECTION)
    assert list_news(teller, read, NURSE_A) == []
    assert ("acknowledge-admission", ["acknowledge-stay"]) in list_news(teller, read, DISTRICT_NURSE)
    read = acknowledge(read, StayNews.ADMISSION, DISTRICT_NURSE)
    assert list_news(teller, read, DISTRICT_NURSE) == [("homecoming", ["record-homecoming"])]


def test_the_news_of_a_homecoming_stands_when_the_other_party_tells_of_the_next_admission(teller: Teller) -> None:
    story = admitted(came_home(by=NURSE_A), at=AGAIN)
    waits = [("acknowledge-homecoming", ["acknowledge-stay"]), ("homecoming", ["record-homecoming"])]
    assert list_news(teller, story, DISTRICT_NURSE) == waits
    assert list_news(teller, story, NURSE_A) == [("acknowledge-admission", ["acknowledge-stay"])]


def test_whoever_tells_of_a_homecoming_has_seen_the_admission(teller: Teller) -> None:
    assert list_news(teller, came_home(by=NURSE_A), NURSE_A) == []


def test_a_correction_takes_no_place_of_what_its_own_party_has_told_of_another_stay(teller: Teller) -> None:
    seen = acknowledge(came_home(acknowledge(admitted(), StayNews.ADMISSION)), StayNews.HOMECOMING)
    story = corrected(admitted(seen, at=AGAIN), place=0)
    waits = [("acknowledge-admission", ["acknowledge-stay"]), ("acknowledge-correction", ["acknowledge-stay"])]
    assert sorted(list_news(teller, story, NURSE_A)) == waits


# --- The state that an act needs, and an earlier stay -----------------------------------------------------------------


def test_a_stay_outside_an_enrolment_is_refused_with_the_states_that_it_needs(teller: Teller) -> None:
    for story in (investigated(), committed(), enrolled().discharged()):
        refusal = assert_refused(teller.act(story, "record-admission", NURSE_A), 409, "WRONG_STATE")
        assert refusal["rule"] == "C.3"
        assert refusal["title"].endswith("possible only when it is active or discharge-pending")


@pytest.mark.rule("SYS-4")
def test_a_wrong_time_of_an_earlier_stay_is_recorded_anew_while_a_later_one_goes_on(teller: Teller) -> None:
    story = corrected(admitted(came_home(), at=AGAIN), place=0)
    for ended_at in (None, swedish("2025-05-12 09:01").isoformat()):
        said = {"occurred_at": swedish(MONDAY).isoformat(), "ended_at": ended_at}
        refusal = assert_refused(teller.act(story, "record-admission", WARD_NURSE, **said), 409, "STAYS_OVERLAP")
        assert (refusal["rule"], refusal["where"]) == ("E14", ["ended_at"])
        assert "ended_at" in refusal["remedy"]

    right = admitted(story, at=MONDAY, now=AGAIN, ended_at=swedish("2025-05-08 10:00"))

    for by in (NURSE_A, DISTRICT_NURSE):
        stays = teller.read(right, "replay", by)["case"]["enrolment"]["stays"]
        assert [(stay["started_at"], stay["ended_at"]) for stay in stays] == [
            ("2025-05-05T12:00:00Z", "2025-05-08T08:00:00Z"),
            ("2025-05-12T07:00:00Z", None),
        ]
        (episode,) = teller.find_resources(right, "EpisodeOfCare", by)
        assert [each["status"] for each in episode["statusHistory"]].count("onhold") == 1
    assert find_statuses(teller, right, NURSE_A) == ("onhold", "on-hold")
    between = admitted(right, NURSE_A, at=FRIDAY, now=AGAIN, ended_at=swedish(AGAIN))
    assert len(teller.read(between, "replay", NURSE_A)["case"]["enrolment"]["stays"]) == 3


@pytest.mark.rule("SYS-4")
@pytest.mark.parametrize(
    ("started_at", "ended_at", "where"),
    [
        ("2025-05-05 13:00", "2025-05-05 14:01", "ended_at"),
        ("2025-05-05 13:00", "2025-05-10 09:00", "ended_at"),
        (MONDAY, MONDAY, "occurred_at"),
        (MONDAY, "2025-05-06 09:00", "occurred_at"),
        ("2025-05-06 09:00", "2025-05-06 09:00", "occurred_at"),
        ("2025-05-06 09:00", "2025-05-10 09:00", "occurred_at"),
        ("2025-05-06 09:00", None, "occurred_at"),
    ],
)
def test_a_stay_that_overlaps_another_gets_one_answer_whichever_of_them_was_first(
    teller: Teller, started_at: str, ended_at: str | None, where: str
) -> None:
    story = came_home().on("2025-05-12 09:00")
    said = {
        "occurred_at": swedish(started_at).isoformat(),
        "ended_at": swedish(ended_at).isoformat() if ended_at else None,
    }
    refusal = assert_refused(teller.act(story, "record-admission", WARD_NURSE, **said), 409, "STAYS_OVERLAP")
    assert refusal["where"] == [where]


def test_the_same_stay_is_recorded_once_also_if_the_person_came_home_at_once(teller: Teller) -> None:
    story = admitted(at=MONDAY, now=FRIDAY, ended_at=swedish(MONDAY))
    said = {"occurred_at": swedish(MONDAY).isoformat(), "ended_at": swedish(MONDAY).isoformat()}
    assert_refused(teller.act(story, "record-admission", NURSE_A, **said), 409, "STAYS_OVERLAP")


@pytest.mark.parametrize(
    ("ended_at", "code"), [("2025-05-05 13:59", "OCCURRED_TOO_EARLY"), ("2025-05-09 12:00", "OCCURRED_IN_FUTURE")]
)
def test_a_stay_that_is_over_ends_neither_before_it_began_nor_in_the_future(
    teller: Teller, ended_at: str, code: str
) -> None:
    said = {"occurred_at": swedish(MONDAY).isoformat(), "ended_at": swedish(ended_at).isoformat()}
    answer = teller.act(enrolled().on(FRIDAY), "record-admission", NURSE_A, **said)
    refusal = assert_refused(answer, 422, code)
    assert refusal["where"] == ["ended_at"]
    assert "time" in refusal["remedy"]
