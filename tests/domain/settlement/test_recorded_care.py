"""The care that a cost is claimed for is what the municipality's staff performed, with what the case shows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.case.acts import death_and_move, home_visit, hours, statements, tasks
from domain.intervention import CareLevel
from domain.ledgers.settlement.rules.recorded_care import GivenCare, read_given_care
from tests.domain.test_enrolment_vastmanland import NURSE, PEOPLE, REGION_NURSE, need, proposed
from tests.scenario import NURSE_A, NURSE_B, WOUND, Story, enrolled

HOURS: dict[str, Any] = {"kind": "nursing", "treatment_level": CareLevel.PRIMARY}


def cared(story: Story, day: str, **content: Any) -> Story:
    """Tell that the municipality has recorded hours of a day in September 2012."""
    content = HOURS | {"performed": Decimal(1), "day": date(2012, 9, int(day))} | content
    return story.on("2012-10-01 09:00").after(hours.record_hours, NURSE, **content)


def visit_since(story: Story, day: str, *, holds: bool = True) -> Story:
    """Tell that the person began to stay here without living here, or no longer does."""
    at = f"2012-09-{day} 12:00"
    content: dict[str, Any] = {"circumstance": "non-resident", "holds": holds}
    return story.after(statements.record_circumstance, NURSE, at=at, now="2012-10-01 08:00", **content)


def moved(story: Story, day: str, municipality: str | None) -> Story:
    """Tell late of a move to a municipality of the county, or to a place outside it."""
    content: dict[str, Any] = {"moved_on": date(2012, 9, int(day)), "to": "ordinary", "municipality": municipality}
    return story.on("2012-10-02 09:00").after(death_and_move.record_move, NURSE, **content)


def given_in(story: Story, municipality: str = PEOPLE.a) -> Sequence[GivenCare]:
    """Return the care that the municipality's staff have given."""
    return read_given_care(story.events, municipality)


@pytest.mark.rule("VML-12-3")
@pytest.mark.parametrize(
    ("day", "elsewhere"), [("09", False), ("10", True), ("19", True), ("20", False), ("21", False)]
)
def test_care_has_the_circumstances_that_hold_when_its_day_ends(day: str, elsewhere: bool) -> None:
    story = visit_since(visit_since(cared(need(), day), "20", holds=False), "10")

    (care,) = given_in(story)

    assert care.day == date(2012, 9, int(day))
    assert care.circumstances == ({"non-resident"} if elsewhere else frozenset())


@pytest.mark.rule("VML-12-3")
def test_a_move_to_a_municipality_of_the_county_holds_from_its_day_whenever_it_is_told() -> None:
    story = cared(cared(cared(visit_since(need(), "10"), "14"), "15"), "25")

    assert [care.moved_here for care in given_in(moved(story, "15", PEOPLE.b))] == [False, True, True]
    gone = moved(moved(story, "20", None), "15", PEOPLE.a)
    assert [care.moved_here for care in given_in(gone)] == [False, True, False]


@pytest.mark.rule("VML-12-2")
def test_only_what_the_municipality_performed_and_nobody_corrected_is_given() -> None:
    story = cared(need(), "14", planned=Decimal(2))
    wrong = story.events[-2].id
    corrected = cared(story, "14", performed=Decimal(3), corrects=wrong)
    (care,) = given_in(corrected)

    assert care.event == corrected.events[-1].id
    assert given_in(corrected, PEOPLE.b) == ()


@pytest.mark.rule("VML-12-2")
def test_a_home_visit_is_given_by_the_party_that_made_it() -> None:
    story = proposed()
    visit: dict[str, Any] = {"kind": "planned", "note": "Injektion"}
    by_region = story.after(
        home_visit.record_home_visit, REGION_NURSE, performer=REGION_NURSE.person, purpose="investigation", **visit
    )
    both = by_region.after(home_visit.record_home_visit, NURSE, performer=NURSE.person, **visit)

    (care,) = given_in(both)

    assert care.event == both.events[-1].id


@pytest.mark.rule("VML-12-2")
def test_an_intervention_is_given_by_the_municipality_whose_staff_recorded_it() -> None:
    story = enrolled().after(tasks.perform, NURSE_A, intervention=WOUND.key, performer=NURSE_A.person)

    (care,) = given_in(story, NURSE_A.principal)

    assert care.event == story.events[-1].id
    assert given_in(story, NURSE_B.principal) == ()
