"""A person in the person register. Events have only the opaque id; names and numbers never enter them."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, StringConstraints, model_validator

from domain.kernel import Day, HsaId, Slug, Value

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


AGE_OF_MAJORITY = 18
"""The age in whole years from which nobody has a guardian, in any county."""


class NumberSystem(StrEnum):
    """A kind of number that identifies a person in Sweden, as the URI of its system."""

    PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
    SAMORDNINGSNUMMER = "http://electronichealth.se/identifier/samordningsnummer"
    """A coordination number: sixty is added to the day of birth."""
    RESERVNUMMER = "http://electronichealth.se/identifier/nationelltReservnummer"
    """A national reserve number. It may have letters, and has no check digit."""


def find_number_fault(system: NumberSystem, value: str) -> str | None:
    """Describe the fault of a number, without the number itself. Return None if it has no fault."""
    if system is NumberSystem.RESERVNUMMER:
        return (
            None
            if re.fullmatch(r"[0-9A-Z]{12}", value)
            else "a reserve number must have twelve digits or capital letters"
        )
    if re.fullmatch(r"[0-9]{12}", value) is None:
        return "the number must have twelve digits, with the century and without a hyphen"
    if _birth_date(value, offset=60 if system is NumberSystem.SAMORDNINGSNUMMER else 0) is None:
        return "the number does not begin with a date of birth in the form of its system"
    return None if _luhn(value[2:]) else "the check digit (the last digit) is wrong"


def age_on(birth_date: date, day: date) -> int:
    """Return the age in whole years on a legal day."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def birthday(birth_date: date, age: int) -> date:
    """Return the first day on which a person has the age. It is 1 March for one born on 29 February, in most years."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


class Person(Value):
    """A person in the person register."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id: UUID
    county: Slug
    system: NumberSystem
    value: str
    family: Name
    given: Name
    """All given names, separated by spaces."""
    birth_date: date
    protected: bool = False
    """True if the person's identity is protected (sekretessmarkering or skyddad folkbokföring)."""

    def age_on(self, day: date) -> int:
        """Return the age in whole years on a legal day."""
        return age_on(self.birth_date, day)

    @model_validator(mode="after")
    def _refuse_faulty_number(self) -> Self:
        fault = find_number_fault(self.system, self.value)
        if fault is not None:
            raise ValueError(fault)
        return self


class RegisterKind(StrEnum):
    """A kind of fact about a person that the register keeps with its history."""

    RESIDENCE = "residence"
    """The county and the municipality in which the person is registered as resident (folkbokföring)."""
    LISTING = "listing"
    """The health centre at which the person is listed (listning)."""


class RegisterFact(Value):
    """A residence or a listing of a person, from a day, as somebody recorded it. It is never changed or removed."""

    id: UUID
    person_id: UUID
    kind: RegisterKind
    valid_from: Day
    """The first Swedish legal day on which it is true. It lasts until the next one begins."""
    county: Slug | None = None
    """The county of a residence. A county without a directory here is named all the same."""
    municipality: HsaId | None = None
    """The municipality of a residence. None if it is in another county, or not known."""
    unit: HsaId | None = None
    """The health centre of a listing."""
    corrects: UUID | None = None
    """The fact that this one replaces, because it was wrong."""
    recorded_at: datetime | None = None
    """The time at which the register got it. The register sets it."""
    recorded_by: HsaId
    recorded_unit: HsaId
    """The unit from which it was recorded."""
    principal: HsaId
    """The principal for which it was recorded."""


def find_fact(facts: Iterable[RegisterFact], kind: RegisterKind, day: date) -> RegisterFact | None:
    """Return the fact of a kind that is true on a day: the latest to begin, and of those the latest recorded.

    `facts` are in the order in which they were recorded. A fact that another one corrects is never true.
    """
    facts = tuple(facts)
    wrong = {fact.corrects for fact in facts}
    true = [fact for fact in facts if fact.kind is kind and fact.id not in wrong and fact.valid_from <= day]
    return max(reversed(true), key=lambda fact: fact.valid_from, default=None)


def _birth_date(number: str, *, offset: int) -> date | None:
    try:
        return date(int(number[:4]), int(number[4:6]), int(number[6:8]) - offset)
    except ValueError:
        return None


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
