"""A month's hours are those of the cases' own events: by whom, of which days, corrected once, weighed by then."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.case.acts import criteria, hours, referral
from domain.case.events.case import HoursRecorded
from domain.intervention import CareLevel
from domain.kernel import Event
from domain.ledgers.settlement.rules.recorded_hours import IndividualMonth, read_months
from domain.refusals import UnknownReference
from tests.domain.test_enrolment_gavleborg import FACTS, NURSE, PEOPLE, REGION_NURSE, need
from tests.domain.test_record_answers import nearly_18
from tests.scenario import ASSESSMENT, BOTH, NURSE_A, A, Story, an, given, level_established, story_in

HOURS: dict[str, Any] = {"kind": "health-care", "treatment_level": CareLevel.SPECIALISED}
OUT = FACTS | {"extensive-care": FACTS["extensive-care"] | {"ventilator": False}}


def recorded(story: Story, day: str, *, at: str | None = None, **content: Any) -> Story:
    """Tell that the municipality has recorded hours of a day."""
    content = HOURS | {"day": date.fromisoformat(day)} | content
    return story.on(at or f"{day} 20:00").after(hours.record_hours, NURSE, **content)


def settled(*stories: Story, month: str = "2018-06", municipality: str = PEOPLE.a) -> Sequence[IndividualMonth]:
    """Return what the month holds for the municipality."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=30)
    return read_months((story.events for story in stories), municipality=municipality, first=first, last=last)


def list_hours(found: Sequence[IndividualMonth]) -> list[tuple[Decimal, bool]]:
    """Return the hours of the only individual."""
    (individual,) = found
    return [(each.hours, each.performed) for each in individual.hours]


def latest(story: Story) -> UUID:
    """Return the id of the event recorded last."""
    return story.events[-1].id


def test_hours_keep_their_event_their_kind_and_the_level_that_treated() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal("7.5"), planned=Decimal(8), kind="self-care")

    (individual,) = settled(story)
    done, planned = individual.hours

    assert (individual.case, individual.patient_id) == (story.state.id, story.state.patient_id)
    assert [done.event, planned.event] == [event.id for event in story.events[-2:]]
    assert (done.hours, done.performed, planned.hours, planned.performed) == (Decimal("7.5"), True, Decimal(8), False)
    assert (done.kind, done.treatment_level, done.day) == ("self-care", "specialised", date(2018, 6, 4))


class CountedHistory(list[Event]):
    """A history that counts how often it is read through."""

    times = 0

    def __iter__(self) -> Iterator[Event]:
        self.times += 1
        return super().__iter__()


def test_a_case_is_read_through_as_often_for_many_hours_as_for_few() -> None:
    few, many = need(), need()
    for day in range(1, 21):
        few = few if day > 2 else recorded(few, f"2018-06-{day:02}", performed=Decimal(1))
        many = recorded(many, f"2018-06-{day:02}", performed=Decimal(1))
    read = []
    for story in (few, many):
        history = CountedHistory(story.events)
        month: dict[str, Any] = {"municipality": PEOPLE.a, "first": date(2018, 6, 1), "last": date(2018, 6, 30)}
        ((individual,), hours) = read_months([history], **month), len(story.events) - len(need().events)
        assert len(individual.hours) == hours
        read.append(history.times)

    assert read[0] == read[1]


@pytest.mark.parametrize(("day", "months"), [("2018-05-31", ["2018-05"]), ("2018-06-01", ["2018-06"])])
def test_hours_belong_to_the_month_of_their_day_whenever_they_were_recorded(day: str, months: list[str]) -> None:
    story = recorded(need(), day, at="2018-07-02 09:00", performed=Decimal(1))
    last = {"2018-05": date(2018, 5, 31), "2018-06": date(2018, 6, 30)}

    found = [
        month
        for month in last
        if read_months([story.events], municipality=PEOPLE.a, first=date.fromisoformat(f"{month}-01"), last=last[month])
    ]

    assert found == months


def test_hours_that_a_later_event_corrects_count_once() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal(8))
    story = recorded(story, "2018-06-04", at="2018-06-05 09:00", performed=Decimal(6), corrects=latest(story))
    assert list_hours(settled(story)) == [(Decimal(6), True)]

    again = recorded(story, "2018-06-04", at="2018-06-06 09:00", performed=Decimal(7), corrects=latest(story))
    assert list_hours(settled(again)) == [(Decimal(7), True)]


def test_hours_corrected_to_another_month_leave_the_one_they_were_said_to_be_of() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal(8))

    moved = recorded(story, "2018-07-02", performed=Decimal(8), corrects=latest(story))

    assert not settled(moved)
    assert list_hours(settled(moved, month="2018-07")) == [(Decimal(8), True)]


@pytest.mark.rule("SYS-4")
def test_only_hours_that_stand_and_are_of_the_same_sort_are_corrected() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal(8))
    first = latest(story)
    content = HOURS | {"day": date(2018, 6, 4), "corrects": first}
    given(story).when(hours.record_hours, by=NURSE, **content, performed=Decimal(6)).then(
        an(HoursRecorded, hours=Decimal(6), corrects=first)
    )
    corrected = recorded(story, "2018-06-04", at="2018-06-05 09:00", performed=Decimal(6), corrects=first)

    for history, wrong in (
        (corrected, content | {"performed": Decimal(5)}),
        (story, content | {"planned": Decimal(5)}),
        (story, content | {"performed": Decimal(5), "planned": Decimal(5)}),
        (story, content | {"performed": Decimal(5), "corrects": story.events[0].id}),
    ):
        given(history).when(hours.record_hours, by=NURSE, **wrong).then_refused(
            UnknownReference, rule="SYS-4", where=("corrects",)
        )


def test_another_municipalitys_hours_never_enter() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal(8))

    assert settled(story)
    assert not settled(story, municipality=PEOPLE.b)


def test_a_case_without_hours_in_the_month_is_not_of_it_and_two_cases_are_two() -> None:
    with_hours, without = recorded(need(), "2018-06-04", performed=Decimal(8)), need()

    assert len(settled(with_hours, without)) == 1
    assert len(settled(with_hours, with_hours)) == 2


@pytest.mark.rule("GAV-10-4")
def test_the_target_group_is_as_it_was_last_weighed_by_the_months_end() -> None:
    story = recorded(need(), "2018-06-04", performed=Decimal(8))

    def met(story: Story) -> dict[str, bool]:
        (individual,) = settled(story)
        return {result.criterion: result.met for result in individual.criteria}

    assert met(story) == {"coordination": True, "extensive-care": True}
    within = story.on("2018-06-30 23:30").after(criteria.evaluate_criteria, REGION_NURSE, facts=OUT)
    assert met(within) == {"coordination": True, "extensive-care": False}
    after = story.on("2018-07-01 00:30").after(criteria.evaluate_criteria, REGION_NURSE, facts=OUT)
    assert met(after) == {"coordination": True, "extensive-care": True}


@pytest.mark.rule("GAV-10-4")
def test_a_target_group_first_weighed_after_the_month_is_as_it_was_weighed_then() -> None:
    story = story_in("gavleborg").need_raised(by=NURSE)
    story = recorded(story, "2018-06-04", performed=Decimal(8))
    assert [individual.criteria for individual in settled(story)] == [()]

    story = story.on("2018-07-02 09:00").after(criteria.evaluate_criteria, REGION_NURSE, facts=OUT)
    story = story.on("2018-07-20 09:00").after(criteria.evaluate_criteria, REGION_NURSE, facts=FACTS)

    (individual,) = settled(story)
    assert {result.criterion: result.met for result in individual.criteria} == {
        "coordination": True,
        "extensive-care": False,
    }


@pytest.mark.rule("GAV-10-4")
@pytest.mark.parametrize("first", ["municipality", "region"])
def test_a_criterion_that_the_parties_weigh_differently_is_not_met_whoever_weighed_first(first: str) -> None:
    met, unmet = (NURSE, FACTS), (REGION_NURSE, OUT)
    story = story_in("gavleborg").need_raised(by=NURSE)
    for by, facts in (met, unmet) if first == "municipality" else (unmet, met):
        story = story.after(criteria.evaluate_criteria, by, facts=facts)
    story = recorded(story, "2018-06-04", performed=Decimal(8))

    (individual,) = settled(story)

    assert {result.criterion: result.met for result in individual.criteria} == {
        "coordination": True,
        "extensive-care": False,
    }


@pytest.mark.rule("GAV-10-4")
def test_what_the_record_answers_anew_stands_as_the_word_of_each_party_that_had_judged() -> None:
    grown = nearly_18().on("2025-04-10 09:00")
    content = HOURS | {"day": date(2025, 4, 8), "performed": Decimal(8)}
    story = grown.after(hours.record_hours, NURSE_A, **content)

    def age_is_met(last: date) -> bool:
        (individual,) = read_months([story.events], municipality=A, first=date(2025, 4, 1), last=last)
        return next(result.met for result in individual.criteria if result.criterion == "age")

    assert [age_is_met(last) for last in (date(2025, 4, 8), date(2025, 4, 9))] == [False, True]


def find_proof(story: Story, day: str, municipality: str = PEOPLE.a) -> tuple[set[str], set[str]]:
    """Return the circumstances and the levels that the record shows on the day of the hours, which are all of one."""
    of = date.fromisoformat(day)
    (individual,) = read_months([story.events], municipality=municipality, first=of, last=of)
    (one,) = individual.hours
    return set(one.circumstances), set(one.levels)


@pytest.mark.rule("GAV-10-4")
@pytest.mark.parametrize(
    ("day", "is_shown"),
    [("2018-06-10", True), ("2018-06-11", False), ("2018-06-12", True)],
    ids=["the day on which it ends", "the day after", "the day on which it holds again"],
)
def test_the_region_shows_that_specialists_treat_for_the_whole_of_each_day_on_which_it_says_so(
    day: str, is_shown: bool
) -> None:
    story = need().circumstance("specialist-treatment", holds=False, at="2018-06-10 08:00")
    story = story.circumstance("specialist-treatment", at="2018-06-12 20:00")
    story = recorded(story, day, at="2018-06-20 09:00", performed=Decimal(8))

    assert find_proof(story, day)[0] == ({"specialist-treatment"} if is_shown else set())


@pytest.mark.rule("GAV-10-4")
def test_the_municipality_does_not_itself_show_that_specialists_treat() -> None:
    by_region = need().circumstance("specialist-treatment", NURSE, holds=False)
    by_nobody = story_in("gavleborg").need_raised(by=NURSE).circumstance("specialist-treatment", NURSE)

    assert find_proof(recorded(by_region, "2018-06-04", performed=Decimal(8)), "2018-06-04")[0] == {
        "specialist-treatment"
    }
    assert find_proof(recorded(by_nobody, "2018-06-04", performed=Decimal(8)), "2018-06-04")[0] == set()


@pytest.mark.rule("GAV-10-4")
@pytest.mark.parametrize(
    ("day", "levels"),
    [
        ("2025-04-03", set()),
        ("2025-04-04", {"primary"}),
        ("2025-04-06", {"primary", "specialised"}),
        ("2025-04-07", {"specialised"}),
    ],
    ids=["before", "on the day", "on the day it changes", "after"],
)
def test_an_established_level_is_shown_from_its_day_through_the_day_on_which_another_takes_its_place(
    day: str, levels: set[str]
) -> None:
    story = level_established().on("2025-04-06 10:00")
    for by in BOTH:
        story = story.after(
            referral.record_assessment, by, **ASSESSMENT | {"level": CareLevel.SPECIALISED, "reason": "Surgery"}
        )
    content = HOURS | {"day": date.fromisoformat(day), "performed": Decimal(8)}
    story = story.after(referral.establish_level, NURSE_A).on("2025-04-08 09:00")
    story = story.after(hours.record_hours, NURSE_A, **content)

    assert find_proof(story, day, A)[1] == levels
