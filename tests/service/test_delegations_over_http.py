"""Delegations over HTTP: until a last day, listed for the principal whose they are, and withdrawn."""

from datetime import date
from typing import Any

import pytest

from domain.case.acts import tasks
from domain.kernel import Actor
from tests.http_stories import Teller
from tests.scenario import CARE_STAFF_A, DISTRICT_NURSE, NURSE_A, WOUND, Story, enrolled

TASK: dict[str, Any] = {"intervention": WOUND.key, "performer": CARE_STAFF_A.person}


def delegated() -> Story:
    """Tell that a nurse delegated the dressing until 10 October."""
    return enrolled().after(tasks.delegate, NURSE_A, **TASK, last_day=date(2025, 10, 10))


def list_held(teller: Teller, story: Story, on: str, by: Actor = NURSE_A) -> list[dict[str, Any]]:
    """Return the delegations of the story's case that hold at a time."""
    return teller.list(story, "/api/delegations", by, on=on)


@pytest.mark.rule("E6")
def test_a_delegation_is_listed_until_the_end_of_its_last_day(teller: Teller) -> None:
    (held,) = list_held(teller, delegated(), "2025-10-10T23:59:59+02:00")

    assert {name: held[name] for name in ("performer", "by", "form", "last_day", "text")} == {
        "performer": CARE_STAFF_A.person,
        "by": NURSE_A.person,
        "form": "delegation",
        "last_day": "2025-10-10",
        "text": WOUND.text,
    }
    assert list_held(teller, delegated(), "2025-10-11T00:00:00+02:00") == []
    assert list_held(teller, delegated(), "2025-04-11T09:00:00+02:00") == []


@pytest.mark.rule("E6")
def test_a_delegation_that_is_withdrawn_is_listed_no_longer(teller: Teller) -> None:
    story = delegated().on("2025-05-01 09:00")
    story = story.after(tasks.withdraw_delegation, NURSE_A, at="2025-05-01 10:00", **TASK, reason="She has left")

    assert len(list_held(teller, story, "2025-05-01T09:59:59+02:00")) == 1
    assert list_held(teller, story, "2025-05-01T10:00:00+02:00") == []


@pytest.mark.rule("E6")
def test_delegations_end_with_the_enrolment(teller: Teller) -> None:
    assert list_held(teller, delegated().discharged(), "2025-04-12T09:00:00+02:00") == []


def test_the_other_party_is_told_of_no_delegation_in_the_list(teller: Teller) -> None:
    assert list_held(teller, delegated(), "2025-05-01T09:00:00+02:00", DISTRICT_NURSE) == []


@pytest.mark.rule("E6")
def test_a_delegation_without_a_last_day_is_refused(teller: Teller) -> None:
    answer = teller.act(enrolled(), "delegate-task", NURSE_A, **TASK)
    assert (answer.status_code, answer.json()["where"]) == (422, ["body.last_day"])
