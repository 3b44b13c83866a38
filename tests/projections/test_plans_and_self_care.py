"""The items that plans, their publication and self-care leave waiting for each party."""

from datetime import date
from typing import Any

import pytest

from domain.authoring.publication import find_in_force
from domain.case.acts.statements import record_statement
from domain.kernel import Party
from projections import responsibility
from projections.worklist.items import WorklistItem, list_items
from tests.domain.test_plan_kinds import interim_established, interim_written
from tests.domain.test_self_care import SUCTION, handed_over, judged
from tests.scenario import GAVLEBORG, WARD_NURSE, Story


def items_of(story: Story, what: str) -> dict[Party, WorklistItem]:
    """Return what waits under the key, by party."""
    agreement = find_in_force(story.county, story.clock)
    return {item.party: item for item in list_items(story.state, agreement) if item.key.startswith(what)}


@pytest.mark.rule("ORE-3.3-5")
def test_the_plans_content_waits_to_be_published_by_the_day_of_discharge() -> None:
    story = interim_established()
    (item,) = items_of(story, "statement:plan-content-published").values()

    assert (item.party, item.due, item.rule) == (Party.REGION, date(2025, 9, 1), "ORE-3.3-5")
    assert [item.is_overdue(date(2025, 9, day)) for day in (1, 2)] == [False, True]
    said: dict[str, Any] = {"kind": "plan-content-published", "fields": {"final-note": "The final note"}}
    assert items_of(story.after(record_statement, WARD_NURSE, **said), "statement:") == {}
    assert items_of(interim_written(), "statement:") == {}


@pytest.mark.rule("GAV-9-4")
def test_that_a_guardian_answers_is_told_apart_from_what_nobody_regulates() -> None:
    intervals: responsibility.Intervals = ()
    story = judged()
    for event in story.events:
        intervals = responsibility.project(intervals, event)
    held = {one.intervention: one for one in responsibility.find_at(intervals, story.clock)}[SUCTION.key]

    assert (held.guardian, held.treatment, held.performer, held.clauses) == (True, None, None, ("GAV-9-4",))


@pytest.mark.rule("GAV-5-2")
def test_a_new_assessment_of_self_care_waits_once_circumstances_have_changed() -> None:
    story = judged().circumstance("specialist-treatment", GAVLEBORG.specialist)
    found = items_of(story, f"reassess-self-care:{SUCTION.key}")

    assert {(item.rule, item.since) for item in found.values()} == {("GAV-5-2", story.clock)}
    assert set(found) == set(Party)
    assert items_of(judged(story), "reassess-self-care") == {}


@pytest.mark.rule("GAV-9-6")
def test_a_new_assessment_waits_when_it_is_asked_that_responsibility_pass() -> None:
    story = handed_over(responsibility_too=True)
    assert {item.rule for item in items_of(story, "reassess-self-care").values()} == {"GAV-9-6"}
