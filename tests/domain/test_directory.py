"""A county's directory: whom it finds, and by which name."""

from typing import Any

import pytest

from domain.directory import Assignment, Directory
from domain.kernel import Role
from tests.scenario import DIRECTORY, NURSE_A, REGION, A, B

SECOND = Assignment(person=NURSE_A.person, name="Somebody P101", unit="SE2120000002-U1", role=Role.NURSE)
"""An assignment in municipality B of a nurse who has one in municipality A."""
UNKNOWN = "SE0000000000-X1"


def changed(**changes: Any) -> Directory:
    """Return the directory with other entries."""
    return Directory.model_validate(DIRECTORY.model_dump() | changes)


def test_a_person_of_two_principals_acts_for_the_one_that_is_asked_about_and_else_for_the_first() -> None:
    both = changed(assignments=(*DIRECTORY.assignments, SECOND))

    found = [
        both.actor(NURSE_A.person, unit, of=principal)
        for unit, principal in ((None, None), (None, A), (None, B), (SECOND.unit, None), (UNKNOWN, None))
    ]

    assert [actor and actor.principal for actor in found] == [A, A, B, B, None]


def test_only_a_municipality_is_found_as_one() -> None:
    assert [DIRECTORY.municipality(id) is not None for id in (A, REGION, UNKNOWN)] == [True, False, False]


@pytest.mark.parametrize(
    ("id", "name"),
    [
        (A, "Municipality A"),
        ("SE2120000001-V1", "Care in A"),
        ("SE2120000001-U1", "Home care A"),
        (NURSE_A.person, "Somebody P101"),
        ("SE2120000000-KVITTENS", "Kvittens"),
        (UNKNOWN, None),
    ],
)
def test_everybody_in_the_directory_and_kvittens_itself_have_a_name(id: str, name: str | None) -> None:
    assert DIRECTORY.name_of(id) == name


def test_kvittens_acts_for_a_principal_at_its_first_unit_under_its_own_id() -> None:
    own = changed(system="SE2120000000-OWN")
    without_units = changed(units=tuple(unit for unit in DIRECTORY.units if unit.id != "SE2120000002-U1"))

    by_default, by_own = DIRECTORY.record_actor(REGION), own.record_actor(REGION)

    assert by_default is not None
    assert by_own is not None
    assert (by_default.person, by_default.unit, by_default.role) == (
        "SE2120000000-KVITTENS",
        "SE2120000000-U1",
        Role.SYSTEM,
    )
    assert by_own.person == "SE2120000000-OWN"
    assert without_units.record_actor(B) is None
