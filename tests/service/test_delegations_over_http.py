"""Delegations over HTTP: until a last day, listed for the principal whose they are, and withdrawn."""

from datetime import date
from typing import Any

import pytest

from domain.case.acts import tasks
from domain.kernel import Actor
from tests.http_stories import Teller
from tests.scenario import CARE_STAFF_A, DISTRICT_NURSE, NURSE_A, OREBRO, PHYSICIAN, VISIT, WOUND, Story, enrolled
from tests.service.calls import assert_refused

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


@pytest.mark.rule("INF-2-6")
@pytest.mark.parametrize(
    ("by", "receiver", "key", "rule", "performing"),
    [
        (NURSE_A, CARE_STAFF_A, VISIT.key, "ORE-1.2-3", "region"),
        (DISTRICT_NURSE, OREBRO.health_centre_therapist, WOUND.key, "ORE-1.2-2", "municipality"),
    ],
    ids=["the region's", "the municipality's"],
)
def test_what_the_other_party_performs_is_not_delegated_and_both_read_that_it_was_performed_here(
    teller: Teller, by: Actor, receiver: Actor, key: str, rule: str, performing: str
) -> None:
    task = {"intervention": key, "performer": receiver.person, "last_day": "2025-10-10"}
    refusal = assert_refused(teller.act(enrolled(), "delegate-task", by, **task), 403, "NOT_YOUR_PRINCIPAL")
    assert (refusal["rule"], refusal["where"]) == (rule, ["intervention"])
    assert performing in refusal["title"]
    assert performing in refusal["remedy"]

    story = enrolled().after(tasks.perform, by, intervention=key, performer=by.person)
    for reader in (DISTRICT_NURSE, NURSE_A):
        assert teller.read(story, "timeline", reader)[-1]["breaches"] == [rule]


@pytest.mark.rule("ORE-1.2-2")
def test_each_party_performs_what_it_holds_without_a_remark(teller: Teller) -> None:
    for by, key in ((NURSE_A, WOUND.key), (PHYSICIAN, VISIT.key)):
        story = enrolled().after(tasks.perform, by, intervention=key, performer=by.person)
        assert teller.read(story, "timeline", NURSE_A)[-1]["breaches"] == []
