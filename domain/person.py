"""A person as the register knows them. Events hold only the opaque id: names and numbers never enter a history."""

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from domain.kernel import Value

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class IdentityKind(StrEnum):
    """What sort of number identifies a person in Sweden."""

    PERSONNUMMER = "personnummer"
    SAMORDNINGSNUMMER = "samordningsnummer"
    """A coordination number: the day of birth plus sixty."""
    RESERVNUMMER = "reservnummer"
    """A national reserve number; it may hold letters and has no check digit of its own."""


class Identity(Value):
    """A number that identifies a person: twelve characters, checked by date and check digit where it has them."""

    kind: IdentityKind
    value: str

    @model_validator(mode="after")
    def _holds(self) -> Self:
        if self.kind is IdentityKind.RESERVNUMMER:
            if re.fullmatch(r"[0-9A-Z]{12}", self.value) is None:
                raise ValueError("a reserve number has twelve digits or capital letters")
            return self
        if re.fullmatch(r"[0-9]{12}", self.value) is None:
            raise ValueError("the number has twelve digits, century included and no hyphen")
        if _born(self.value, offset=60 if self.kind is IdentityKind.SAMORDNINGSNUMMER else 0) is None:
            raise ValueError("the number does not begin with a date as its kind writes it")
        if not _luhn(self.value[2:]):
            raise ValueError("the last digit, the check digit, does not agree with the others")
        return self


class Person(Value):
    """Someone in the person register."""

    id: UUID
    identity: Identity
    family: Name
    given: tuple[Name, ...]
    birth_date: date
    protected: bool = False
    """Whether the person's identity is protected (sekretessmarkering or skyddad folkbokföring)."""

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
