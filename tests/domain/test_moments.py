"""The case at one moment after another is the one that is folded from nothing at each of them."""

from datetime import timedelta

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from domain.case.acts import discharge
from domain.case.state.case import fold
from domain.case.state.moments import CaseAtMoments
from tests.scenario import DISTRICT_NURSE, enrolled

DAY = timedelta(days=1)


@every(st.lists(st.integers(0, 20), max_size=8), st.sets(st.integers(0, 22), min_size=1))
def test_what_was_recorded_late_stands_among_the_events_of_its_own_time(days: list[int], asked: set[int]) -> None:
    story = enrolled()
    start = story.clock
    for day in days:
        at, words = start + day * DAY, f"The health centre, on day {day}"
        story = story.after(
            discharge.inform_individual, DISTRICT_NURSE, at=at, now=start + 30 * DAY, where_to_turn=words
        )
    moments = CaseAtMoments(story.events)

    for day in sorted(asked):
        moment = start + day * DAY
        assert moments.at(moment) == fold(event for event in story.events if event.occurred_at <= moment)


def test_what_is_added_at_a_moment_stands_before_what_occurred_later() -> None:
    story = enrolled()
    start = story.clock
    for day, words in ((5, "The health centre"), (2, "The ward")):
        story = story.after(
            discharge.inform_individual,
            DISTRICT_NURSE,
            at=start + day * DAY,
            now=start + 6 * DAY,
            where_to_turn=words,
        )
    *before, added = story.events
    moments = CaseAtMoments(before)

    moments.at(added.occurred_at)
    moments.add(added)

    told = moments.at(added.occurred_at).enrolment
    assert told is not None
    assert told.where_to_turn == "The ward"
    assert moments.at(start + 5 * DAY) == story.case


def test_no_case_is_there_before_it_was_opened() -> None:
    story = enrolled()

    with pytest.raises(ValueError, match="had not been opened"):
        CaseAtMoments(story.events).at(story.state.opened_at - DAY)
