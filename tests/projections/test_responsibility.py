"""Responsibility over time: once an intervention has an answer, every moment after has exactly one."""

from itertools import pairwise

from hypothesis import given

from domain.kernel import Party
from projections.responsibility import Interval, Intervals, find_at, project
from tests.domain.test_properties import HISTORIES, enough
from tests.scenario import REGION, VISIT, WOUND, A, Story, enrolled, planned


def allocate(story: Story) -> Intervals:
    intervals: Intervals = ()
    for event in story.events:
        intervals = project(intervals, event)
    return intervals


def of(intervals: Intervals, intervention: str) -> list[Interval]:
    return sorted((one for one in intervals if one.intervention == intervention), key=lambda one: one.valid_from)


@given(HISTORIES)
@enough
def test_periods_neither_overlap_nor_leave_a_gap(story: Story) -> None:
    intervals = allocate(story)
    for intervention in {one.intervention for one in intervals}:
        periods = of(intervals, intervention)
        assert [one.valid_to for one in periods[:-1]] == [one.valid_from for one in periods[1:]]
        assert periods[-1].valid_to is None
        assert all(before.valid_from < after.valid_from for before, after in pairwise(periods))


@given(HISTORIES)
@enough
def test_a_later_decision_holds_from_its_own_time_on_and_changes_nothing_before(story: Story) -> None:
    intervals: Intervals = ()
    for event in story.events:
        before, intervals = intervals, project(intervals, event)
        for allocation in event.allocations:
            (held,) = [
                one
                for one in find_at(intervals, allocation.effective_from)
                if one.intervention == allocation.intervention
            ]
            assert (held.performer, held.treatment) == (allocation.performer, allocation.treatment)
            assert (held.event_id, held.valid_to) == (event.id, None)
            earlier = [one for one in before if one.valid_from < allocation.effective_from]
            for one in of(tuple(earlier), allocation.intervention):
                assert of(find_at(intervals, one.valid_from), allocation.intervention)[0].event_id == one.event_id


def test_the_care_passes_at_the_enrolment_and_returns_when_a_changed_plan_says_so() -> None:
    story = enrolled().on("2025-05-05 09:00").plan_reopened().plan_changed(planned(WOUND, Party.REGION)).plan_agreed()
    periods = of(allocate(story), WOUND.key)
    changes = [
        one.performer
        for number, one in enumerate(periods)
        if not number or periods[number - 1].performer != one.performer
    ]
    assert changes == [REGION, A, REGION]
    assert {one.performer for one in of(allocate(story), VISIT.key)} == {REGION}


def test_an_act_on_many_interventions_is_projected_in_time_that_grows_with_their_number() -> None:
    event = next(event for event in enrolled().events if event.allocations)
    allocation = event.allocations[0]

    def allocates(number: int) -> tuple[Intervals, int]:
        compared = 0

        class Counted(str):
            __slots__ = ()

            def __hash__(self) -> int:
                return super().__hash__()

            def __eq__(self, other: object) -> bool:
                nonlocal compared
                compared += 1
                return super().__eq__(other)

            def __ne__(self, other: object) -> bool:
                return not self == other

        allocations = tuple(
            allocation.model_copy(update={"intervention": Counted(f"care-{one}")}) for one in range(number)
        )
        many = event.model_copy(update={"allocations": allocations})
        return project(project((), many), many), compared

    intervals, compared = allocates(1000)

    assert [one.intervention for one in intervals] == [f"care-{one}" for one in range(1000)]
    assert compared < 20 * 1000
