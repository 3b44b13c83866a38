"""Open items of plans, of their publication and of self-care."""

from datetime import date
from typing import Any

import pytest

from domain.case.acts.care_plan import plan_intervention
from domain.case.acts.statements import record_statement
from domain.kernel import Party, legal_midnight
from projections import responsibility
from projections.worklist.items import WorklistItem
from tests.domain.test_plan_kinds import INTERIM, interim_established, interim_written, newest, written
from tests.domain.test_self_care import SUCTION, handed_over, judged, with_tracheostomy
from tests.projections.open_items import items_of
from tests.scenario import GAVLEBORG, WARD_NURSE, WARD_PHYSICIAN, WOUND, Story, planned


def find_items(story: Story, key: str) -> dict[Party, WorklistItem]:
    """Return the items whose key begins so, by party."""
    return {item.party: item for item in items_of(story) if item.key.startswith(key)}


@pytest.mark.rule("ORE-3.3-5")
def test_the_plans_content_is_to_be_published_by_the_day_of_discharge() -> None:
    story = interim_established()
    (item,) = find_items(story, "statement:plan-content-published").values()

    assert (item.party, item.due, item.rule) == (Party.REGION, date(2025, 9, 1), "ORE-3.3-5")
    assert [item.is_overdue(legal_midnight(date(2025, 9, day))) for day in (1, 2)] == [False, True]
    statement: dict[str, Any] = {"kind": "plan-content-published", "fields": {"final-note": "The final note"}}
    assert find_items(story.after(record_statement, WARD_NURSE, **statement), "statement:") == {}
    assert find_items(interim_written(), "statement:") == {}


@pytest.mark.rule("ORE-3.3-5")
def test_the_content_of_each_new_plan_is_to_be_published() -> None:
    published = interim_established().stated("plan-content-published", WARD_NURSE, final_note="The final note")
    assert find_items(published, "statement:") == {}

    story = published.on("2025-09-03 09:00").plan_begun(WARD_PHYSICIAN, kind="interim7")
    story = story.after(plan_intervention, WARD_PHYSICIAN, plan=newest(story), intervention=planned(WOUND))
    again = written(story, WARD_PHYSICIAN, **INTERIM).plan_agreed(WARD_PHYSICIAN)
    assert find_items(again, "statement:").keys() == {Party.REGION}


@pytest.mark.rule("GAV-9-4")
def test_a_guardian_who_answers_differs_from_care_that_is_not_regulated() -> None:
    intervals: responsibility.Intervals = ()
    story = judged()
    for event in story.events:
        intervals = responsibility.project(intervals, event)
    by_intervention = {interval.intervention: interval for interval in responsibility.find_at(intervals, story.clock)}
    interval = by_intervention[SUCTION.key]

    assert (interval.guardian, interval.treatment, interval.performer, interval.clauses) == (
        True,
        None,
        None,
        ("GAV-9-4",),
    )


@pytest.mark.rule("GAV-5-2")
@pytest.mark.parametrize(
    ("age", "parties"),
    [
        pytest.param(11, {Party.REGION}, marks=pytest.mark.rule("GAV-9-6")),
        pytest.param(45, set(Party)),
    ],
)
def test_self_care_is_to_be_assessed_again_when_circumstances_have_changed(age: int, parties: set[Party]) -> None:
    before = judged(with_tracheostomy(age))
    story = before.circumstance("specialist-treatment", GAVLEBORG.specialist)
    found = find_items(story, f"reassess-self-care:{SUCTION.key}")

    assert {(item.rule, item.since) for item in found.values()} == {("GAV-5-2", story.clock)}
    assert set(found) == parties
    assert find_items(judged(story), "reassess-self-care") == {}


@pytest.mark.rule("GAV-9-6")
def test_self_care_is_to_be_assessed_again_when_somebody_asks_to_move_the_responsibility() -> None:
    story = handed_over(responsibility_too=True)
    assert {party: item.rule for party, item in find_items(story, "reassess-self-care").items()} == {
        Party.REGION: "GAV-9-6"
    }
