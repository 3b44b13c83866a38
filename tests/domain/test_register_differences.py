"""Differences between the words of a case and the person register: where the person lives, and where listed."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.case.acts import death_and_move
from domain.case.events.enrolment import EnrolmentGround
from domain.case.rules.register_differences import find_differences
from domain.directory import Directory
from domain.kernel import HsaId
from domain.person import RegisterFact, RegisterKind
from tests.agreements.published import find_in_force
from tests.domain.test_enrolment_vastmanland import proposed
from tests.scenario import GAVLEBORG, OREBRO, PATIENT, VASTMANLAND, People, Story, request_in, story_in

SINCE = date(2005, 1, 1)


def register(people: People, kind: RegisterKind, **content: Any) -> RegisterFact:
    """Return a fact of the register, recorded by the county's district nurse."""
    nurse = people.district_nurse
    return RegisterFact(
        id=UUID(int=1),
        person_id=PATIENT,
        kind=kind,
        valid_from=SINCE,
        recorded_by=nurse.person,
        recorded_unit=nurse.unit,
        principal=nurse.principal,
        **content,
    )


def lives_in(people: People, municipality: HsaId | None, county: str | None = None) -> RegisterFact:
    county = county or people.directory.county
    return register(people, RegisterKind.RESIDENCE, county=county, municipality=municipality)


def listed_at(people: People, unit: HsaId | None) -> RegisterFact:
    return register(people, RegisterKind.LISTING, unit=unit)


def compare(
    story: Story, *facts: RegisterFact, directory: Directory | None = None
) -> list[tuple[str, HsaId, HsaId | None, str | None]]:
    """Compare a case with the register. List the field, the word of the case, that of the register, and the rule."""
    directory = directory or story.people.directory
    agreement = find_in_force(story.county, story.clock)
    found = find_differences(story.state, facts, story.clock.date(), directory=directory, agreement=agreement)
    return [(each.field, each.said, each.register_has, each.rule) for each in found]


def sent_in(people: People) -> Story:
    return story_in(people.directory.county).need_raised(municipality=people.a).sent()


@pytest.mark.rule("VML-13-1")
def test_a_request_to_another_municipality_than_the_one_of_residence_differs_by_the_clause_on_residence() -> None:
    people = VASTMANLAND
    story = sent_in(people)

    assert compare(story, lives_in(people, people.b)) == [("receiver", people.a, people.b, "VML-13-1")]
    assert compare(story, lives_in(people, people.a)) == []
    assert compare(story, lives_in(people, None, "orebro")) == [("receiver", people.a, None, "VML-13-1")]


def test_a_register_that_knows_only_the_county_differs_from_no_municipality_in_it() -> None:
    assert compare(sent_in(VASTMANLAND), lives_in(VASTMANLAND, None)) == []


def test_nothing_differs_while_the_case_names_no_municipality_or_the_register_has_nothing() -> None:
    unnamed = Story().need_raised()

    assert unnamed.state.municipality is None
    assert compare(unnamed, lives_in(OREBRO, OREBRO.b)) == []
    assert compare(sent_in(VASTMANLAND)) == []


@pytest.mark.rule("VML-12-4", "VML-13-1")
@pytest.mark.parametrize(("ground", "differs_at"), [("residence", "b"), ("stay", "a")])
def test_the_ground_of_an_enrolment_differs_from_where_the_register_has_the_person(
    ground: str, differs_at: str
) -> None:
    people, story = VASTMANLAND, proposed(EnrolmentGround(ground))

    for place, municipality in (("a", people.a), ("b", people.b)):
        expected = [("ground", people.a, municipality, "VML-13-1")] if place == differs_at else []
        assert compare(story, lives_in(people, municipality)) == expected


@pytest.mark.rule("VML-13-1")
def test_the_latest_move_is_what_the_case_says_also_of_somebody_who_only_stays_here() -> None:
    people, story = VASTMANLAND, proposed(EnrolmentGround.STAY)
    story = story.after(
        death_and_move.record_move, people.nurse_a, moved_on=story.clock.date(), to="bytown", municipality=people.b
    )

    assert compare(story, lives_in(people, people.a)) == [("municipality", people.b, people.a, "VML-13-1")]
    assert compare(story, lives_in(people, people.b)) == []


def test_a_version_that_ties_nothing_to_residence_gives_no_rule_for_the_difference() -> None:
    people, story = OREBRO, sent_in(OREBRO)
    before = replace(story, clock=story.clock.replace(year=1999))

    assert compare(story, lives_in(people, people.b)) == [("receiver", people.a, people.b, None)]
    found = find_differences(
        story.state, [lives_in(people, people.b)], story.clock.date(), directory=people.directory, agreement=None
    )
    assert [each.rule for each in found] == [None]
    assert compare(before, lives_in(people, people.b)) == []


def raise_need_for(people: People, physician: HsaId | None) -> Story:
    request = request_in(people).model_copy(update={"physician_contact": physician})
    return story_in(people.directory.county).need_raised(request)


@pytest.mark.rule("GAV-2-9")
def test_a_physician_of_another_health_centre_than_the_listed_one_differs_by_the_clause_on_listing() -> None:
    people = GAVLEBORG
    story = raise_need_for(people, people.physician.person)
    elsewhere = people.specialist.unit

    assert compare(story, listed_at(people, elsewhere)) == [
        ("physician_contact", people.physician.unit, elsewhere, "GAV-2-9")
    ]
    assert compare(story, listed_at(people, people.physician.unit)) == []
    assert compare(story, listed_at(people, None)) == []


def test_only_a_physician_of_a_health_centre_can_be_of_another_than_the_listed_one() -> None:
    people, listed = GAVLEBORG, listed_at(GAVLEBORG, "SE2120000020-U9")
    own = raise_need_for(people, people.physician.person)
    staff = people.directory.assignments
    remaining = tuple(each for each in staff if each.person != people.physician.person)
    without = Directory.model_validate(people.directory.model_dump() | {"assignments": remaining})

    assert compare(raise_need_for(people, people.specialist.person), listed) == []
    assert compare(raise_need_for(people, None), listed) == []
    assert len(compare(own, listed)) == 1
    assert compare(own, listed, directory=without) == []


def test_a_version_that_ties_nothing_to_listing_gives_no_rule_for_the_difference() -> None:
    people = VASTMANLAND
    story = raise_need_for(people, people.physician.person)

    assert compare(story, listed_at(people, people.specialist.unit)) == [
        ("physician_contact", people.physician.unit, people.specialist.unit, None)
    ]
