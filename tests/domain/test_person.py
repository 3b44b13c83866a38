"""A person's number and age, and what the register says of them on a day."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.person import (
    NumberSystem,
    Person,
    RegisterFact,
    RegisterKind,
    age_on,
    birthday,
    find_fact,
    find_number_fault,
)
from tests.scenario import DISTRICT_NURSE

PERSONNUMMER, SAMORDNINGSNUMMER, RESERVNUMMER = NumberSystem


@pytest.mark.parametrize(
    ("system", "value", "fault"),
    [
        (PERSONNUMMER, "191212121212", None),
        (PERSONNUMMER, "191212121213", "the check digit"),
        (PERSONNUMMER, "191212721219", "the number does not begin with a date of birth"),
        (PERSONNUMMER, "191213121211", "the number does not begin with a date of birth"),
        (PERSONNUMMER, "1212121212", "the number must have twelve digits"),
        (PERSONNUMMER, "19121212-1212", "the number must have twelve digits"),
        (SAMORDNINGSNUMMER, "191212721219", None),
        (SAMORDNINGSNUMMER, "191212121212", "the number does not begin with a date of birth"),
        (RESERVNUMMER, "R00000000001", None),
        (RESERVNUMMER, "r00000000001", "a reserve number must have twelve digits or capital letters"),
        (RESERVNUMMER, "R0000000001", "a reserve number must have twelve digits or capital letters"),
    ],
)
def test_a_number_has_the_form_and_the_check_digit_of_its_system(
    system: NumberSystem, value: str, fault: str | None
) -> None:
    found = find_number_fault(system, value)

    assert (found or "").startswith(fault or "")
    assert (found is None) is (fault is None)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2007, 4, 2), date(2025, 4, 1), 17),
        (date(2007, 4, 2), date(2025, 4, 2), 18),
        (date(2007, 4, 2), date(2025, 5, 1), 18),
        (date(2007, 4, 2), date(2025, 3, 31), 17),
    ],
)
def test_a_year_is_added_to_the_age_on_the_birthday(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("born", "age", "day"),
    [
        (date(2007, 4, 2), 18, date(2025, 4, 2)),
        (date(2008, 2, 29), 16, date(2024, 2, 29)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
    ],
)
def test_a_birthday_is_the_first_day_of_the_age(born: date, age: int, day: date) -> None:
    assert birthday(born, age) == day
    assert age_on(born, day) == age


def test_a_person_with_a_faulty_number_is_refused_without_the_number() -> None:
    person: dict[str, Any] = {
        "id": UUID(int=1),
        "county": "orebro",
        "system": PERSONNUMMER,
        "family": "A",
        "given": "B",
    }

    with pytest.raises(ValidationError, match="the check digit") as refused:
        Person(**person, value="191212121213", birth_date=date(1912, 12, 12))
    assert "191212121213" not in str(refused.value)


# --- What the register says -------------------------------------------------------------------------------------------


def registered(id: int, kind: RegisterKind, first: str, **content: Any) -> RegisterFact:
    """Return a fact that is true from a day."""
    return RegisterFact(
        id=UUID(int=id),
        person_id=UUID(int=1),
        kind=kind,
        valid_from=date.fromisoformat(first),
        recorded_by=DISTRICT_NURSE.person,
        recorded_unit=DISTRICT_NURSE.unit,
        principal=DISTRICT_NURSE.principal,
        **content,
    )


LISTED = registered(1, RegisterKind.LISTING, "2025-04-02")
MOVED = registered(2, RegisterKind.RESIDENCE, "2025-04-05")
LISTED_AGAIN = registered(3, RegisterKind.LISTING, "2025-04-08")


@pytest.mark.parametrize(
    ("day", "fact"),
    [
        ("2025-04-01", None),
        ("2025-04-02", LISTED),
        ("2025-04-07", LISTED),
        ("2025-04-08", LISTED_AGAIN),
        ("2025-05-01", LISTED_AGAIN),
    ],
)
def test_a_fact_is_true_from_its_first_day_until_the_next_of_its_kind_begins(
    day: str, fact: RegisterFact | None
) -> None:
    facts = [LISTED, MOVED, LISTED_AGAIN]

    assert find_fact(facts, RegisterKind.LISTING, date.fromisoformat(day)) == fact


def test_of_two_facts_of_one_day_the_latest_recorded_is_true_and_one_that_is_corrected_never_is() -> None:
    other = registered(4, RegisterKind.LISTING, "2025-04-02")
    correction = registered(5, RegisterKind.LISTING, "2025-04-01", corrects=LISTED.id)
    day = date(2025, 4, 9)

    assert find_fact([LISTED, other], RegisterKind.LISTING, day) == other
    assert find_fact([LISTED, correction], RegisterKind.LISTING, day) == correction
