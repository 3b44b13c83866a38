"""Values that every part shares: texts, moments, days, and the numbers that no text may hold."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.intervention import Interventions
from domain.kernel import Day, Instant, Label, Party, Refusal, RefusalKind, Role, Text, holds_personal_number
from tests.scenario import NURSE_A


def complete(nine: str) -> str:
    """Return nine digits with their check digit."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return nine + str(-sum(number // 10 + number % 10 for number in doubled) % 10)


@pytest.mark.parametrize(
    ("six", "is_date"),
    [
        ("420001", False),
        ("420101", True),
        ("421201", True),
        ("421301", False),
        ("420100", False),
        ("420131", True),
        ("420132", False),
        ("420160", False),
        ("420161", True),
        ("420191", True),
        ("420192", False),
    ],
)
@pytest.mark.parametrize("kind", [Text, Label])
def test_a_personal_number_begins_with_a_date_or_with_one_to_which_sixty_days_are_added(
    kind: Any, six: str, is_date: bool
) -> None:
    number = complete(f"{six}123")

    assert holds_personal_number(f"Tora {number}") is is_date
    assert not holds_personal_number(f"Tora {number[:-1]}{(int(number[-1]) + 1) % 10}")
    if is_date:
        with pytest.raises(ValidationError, match="has a personal identity number"):
            TypeAdapter(kind).validate_python(f"Tora {number}")
    else:
        assert TypeAdapter(kind).validate_python(f"Tora {number}")


@pytest.mark.parametrize("kind", [Text, Label])
def test_a_text_has_no_control_character_that_a_database_cannot_keep(kind: Any) -> None:
    with pytest.raises(ValidationError, match="has a control character"):
        TypeAdapter(kind).validate_python("a\x00b")
    assert TypeAdapter(kind).validate_python("a\tb\nc") == "a\tb\nc"


@pytest.mark.parametrize(("year", "is_near"), [(1899, False), (1900, True), (2199, True), (2200, False)])
def test_a_moment_or_a_day_is_within_three_centuries(year: int, is_near: bool) -> None:
    for kind, value in ((Instant, datetime(year, 6, 1, tzinfo=UTC)), (Day, date(year, 6, 1))):
        if is_near:
            assert TypeAdapter(kind).validate_python(value) == value
        else:
            with pytest.raises(ValidationError, match="is not within the years 1900 to 2199"):
                TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    ("at", "remedy"),
    [
        ("2025-03-26T12:00:00", "with offset, such as 2025-03-26T12:00:00[+]01:00 "),
        ("2025-03-26T12:00:00.1234567+01:00", "with at most six digits after the second"),
        ("2025-03-26", "with offset"),
        (1742986800, "with offset"),
    ],
)
def test_a_moment_is_written_with_its_offset_and_in_no_other_way(at: object, remedy: str) -> None:
    assert TypeAdapter(Instant).validate_python("2025-03-26T12:00:00+01:00") == datetime(2025, 3, 26, 11, tzinfo=UTC)
    with pytest.raises(ValidationError, match=remedy):
        TypeAdapter(Instant).validate_python(at)


@pytest.mark.parametrize("day", [1742947200, "1742947200", "2025-03-26T00:00:00", "26 mars", None])
def test_a_day_is_written_with_year_month_and_day_and_in_no_other_way(day: object) -> None:
    assert TypeAdapter(Day).validate_python("2025-03-26") == date(2025, 3, 26)
    with pytest.raises(ValidationError, match="give a day such as 2025-03-26"):
        TypeAdapter(Day).validate_python(day)


@pytest.mark.rule("SYS-3")
def test_an_official_reads_about_no_individual() -> None:
    assert NURSE_A.reader == NURSE_A.principal
    assert NURSE_A.model_copy(update={"role": Role.OFFICIAL}).reader is None


def test_each_party_has_the_other() -> None:
    assert [party.other for party in Party] == list(reversed(Party))


def test_the_licensed_professions_are_the_22_of_the_law() -> None:
    assert len([role for role in Role if role.is_licensed]) == 22
    assert {role for role in Role if not role.is_licensed} == {
        Role.CARE_STAFF,
        Role.NEEDS_ASSESSOR,
        Role.COORDINATOR,
        Role.AUDITOR,
        Role.OFFICIAL,
        Role.SYSTEM,
    }


class Refused(Refusal):
    """A refusal for these tests."""

    code = "REFUSED"
    kind = RefusalKind.RULE


@pytest.mark.parametrize(
    ("acts", "remedy"), [(["start"], "start it"), (["propose", "start"], "start it; first do propose or start")]
)
def test_a_remedy_names_the_acts_that_it_did_not_name(acts: list[str], remedy: str) -> None:
    refusal = Refused("It has not started", rule="SYS-1", remedy="start it", acts=["start"])

    refusal.recommend(acts)

    assert (list(refusal.acts), refusal.remedy) == (acts, remedy)


def test_two_interventions_of_a_list_have_keys_of_their_own() -> None:
    one = {"key": "wound-care", "text": "Dressing"}

    assert len(TypeAdapter(Interventions).validate_python([one, one | {"key": "other"}])) == 2
    with pytest.raises(ValidationError, match="two interventions have the same key"):
        TypeAdapter(Interventions).validate_python([one, one])
