"""From the first allocation of an intervention on, exactly one interval covers each moment."""

from itertools import pairwise

from hypothesis import given

from domain.kernel import Party
from projections.responsibility import Interval, Intervals, find_at, project
from tests.domain.test_properties import HISTORIES, enough
from tests.scenario import REGION, VISIT, WOUND, A, Story, enrolled, planned


def project_all(story: Story) -> Intervals:
    intervals: Intervals = ()
    for event in story.events:
        intervals = project(intervals, event)
    return intervals


def intervals_of(intervals: Intervals, intervention: str) -> list[Interval]:
    return sorted(
        (interval for interval in intervals if interval.intervention == intervention),
        key=lambda interval: interval.valid_from,
    )


@given(HISTORIES)
@enough
def test_intervals_neither_overlap_nor_leave_a_gap(story: Story) -> None:
    intervals = project_all(story)
    for intervention in {interval.intervention for interval in intervals}:
        periods = intervals_of(intervals, intervention)
        assert [interval.valid_to for interval in periods[:-1]] == [interval.valid_from for interval in periods[1:]]
        assert periods[-1].valid_to is None
        assert all(before.valid_from < after.valid_from for before, after in pairwise(periods))


@given(HISTORIES)
@enough
def test_a_later_decision_counts_from_its_own_time_on_and_changes_nothing_before(story: Story) -> None:
    intervals: Intervals = ()
    for event in story.events:
        before, intervals = intervals, project(intervals, event)
        for allocation in event.allocations:
            at_start = find_at(intervals, allocation.effective_from)
            (interval,) = [item for item in at_start if item.intervention == allocation.intervention]
            assert (interval.performer, interval.treatment) == (allocation.performer, allocation.treatment)
            assert (interval.event_id, interval.valid_to) == (event.id, None)
            earlier = [interval for interval in before if interval.valid_from < allocation.effective_from]
            for interval in intervals_of(tuple(earlier), allocation.intervention):
                assert (
                    intervals_of(find_at(intervals, interval.valid_from), allocation.intervention)[0].event_id
                    == interval.event_id
                )


def test_the_care_passes_at_the_enrolment_and_returns_by_a_changed_plan() -> None:
    story = enrolled().on("2025-05-05 09:00").plan_reopened().plan_changed(planned(WOUND, Party.REGION)).plan_agreed()
    periods = intervals_of(project_all(story), WOUND.key)
    changes = [
        interval.performer
        for number, interval in enumerate(periods)
        if not number or periods[number - 1].performer != interval.performer
    ]
    assert changes == [REGION, A, REGION]
    assert {interval.performer for interval in intervals_of(project_all(story), VISIT.key)} == {REGION}


def test_an_act_on_many_interventions_is_projected_in_time_that_grows_with_their_number() -> None:
    event = next(event for event in enrolled().events if event.allocations)
    allocation = event.allocations[0]

    def project_many(number: int) -> tuple[Intervals, int]:
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
            allocation.model_copy(update={"intervention": Counted(f"care-{place}")}) for place in range(number)
        )
        many = event.model_copy(update={"allocations": allocations})
        return project(project((), many), many), compared

    intervals, compared = project_many(1000)

    assert [interval.intervention for interval in intervals] == [f"care-{place}" for place in range(1000)]
    assert compared < 20 * 1000
