"""A person as the register knows them. Events hold only the opaque id: names and numbers never enter a history."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, StringConstraints, model_validator

from domain.kernel import Slug, Value

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NumberSystem(StrEnum):
    """What sort of number identifies a person in Sweden, by the URI that the number is known under."""

    PERSONNUMMER = "http://electronichealth.se/identifier/personnummer"
    SAMORDNINGSNUMMER = "http://electronichealth.se/identifier/samordningsnummer"
    """A coordination number: the day of birth plus sixty."""
    RESERVNUMMER = "http://electronichealth.se/identifier/nationelltReservnummer"
    """A national reserve number; it may hold letters and has no check digit of its own."""


def number_fault(system: NumberSystem, value: str) -> str | None:
    """What is wrong with a number of this sort, without repeating it; None when nothing is."""
    if system is NumberSystem.RESERVNUMMER:
        return None if re.fullmatch(r"[0-9A-Z]{12}", value) else "a reserve number has twelve digits or capital letters"
    if re.fullmatch(r"[0-9]{12}", value) is None:
        return "the number has twelve digits, century included and no hyphen"
    if _born(value, offset=60 if system is NumberSystem.SAMORDNINGSNUMMER else 0) is None:
        return "the number does not begin with a date as its sort writes it"
    return None if _luhn(value[2:]) else "the check digit, the last one, does not agree with the others"


class Person(Value):
    """Someone in the person register."""

    model_config = ConfigDict(hide_input_in_errors=True)

    id: UUID
    county: Slug
    system: NumberSystem
    value: str
    family: Name
    given: Name
    """Every given name, with a space between."""
    birth_date: date
    protected: bool = False
    """Whether the person's identity is protected (sekretessmarkering or skyddad folkbokföring)."""

    @model_validator(mode="after")
    def _number_holds(self) -> Self:
        fault = number_fault(self.system, self.value)
        if fault is not None:
            raise ValueError(fault)
        return self

    def age_on(self, day: date) -> int:
        """The age in whole years on a legal day."""
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)


def _born(number: str, *, offset: int) -> date | None:
    try:
        return date(int(number[:4]), int(number[4:6]), int(number[6:8]) - offset)
    except ValueError:
        return None


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
