"""Made-up persons. Their numbers are of the series that the tax agency publishes for tests: no real person has one."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5

from domain.person import NumberSystem, Person
from service.commands.demonstration import PERSONS

TEST_SERIES = range(980, 1000)
"""The birth numbers of the test series. An even one is a woman's, an odd one a man's."""
_NAMESPACE = UUID("5f0f9f0e-52a4-4c31-9d1b-6e0a3b1f7a11")
_FIRST_PARTS = "Test Prov Exempel Fiktiv Mönster Påhitt Låtsas Modell Skiss Utkast Dikt Saga"
_LAST_PARTS = "berg bäck dal ek fors gren holm kvist lind lund mark mo näs rud sjö skog ström vall vik ås"
_WOMEN = "Agda Alva Astrid Berit Birgit Disa Ebba Elsa Gerd Greta Gun Hedvig Inga Kerstin Lova Maj Rut Siv Tyra Vera"
_MEN = "Alf Arne Axel Bengt Bo Elis Erik Folke Gösta Hugo Ivar Karl Lars Nils Olof Rune Sixten Sven Ture Vidar"


def make_number(birth_date: date, birth_number: int) -> str:
    """Return the personal number of twelve digits, with its check digit."""
    digits = f"{birth_date:%Y%m%d}{birth_number:03}"
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(digits[2:])]
    return f"{digits}{-sum(number // 10 + number % 10 for number in doubled) % 10}"


class People:
    """Maker of a county's persons. No two have the same number, and none has one of the demonstration's."""

    def __init__(self, county: str) -> None:
        self._county = county
        self._taken = {value for value, *_ in PERSONS}

    def make(self, chance: Random, ages: range, on: date) -> Person:
        """Make a person whose age in years is in the range on a day."""
        value, birth_date, birth_number = next(self._draw_numbers(chance, ages, on))
        self._taken.add(value)
        family = chance.choice(_FIRST_PARTS.split()) + chance.choice(_LAST_PARTS.split())
        return Person(
            id=uuid5(_NAMESPACE, f"{self._county} {value}"),
            county=self._county,
            system=NumberSystem.PERSONNUMMER,
            value=value,
            family=family,
            given=chance.choice((_MEN if birth_number % 2 else _WOMEN).split()),
            birth_date=birth_date,
            protected=chance.random() < 0.01,
        )

    def _draw_numbers(self, chance: Random, ages: range, on: date) -> Iterator[tuple[str, date, int]]:
        while True:
            birth_date = on - timedelta(days=round(chance.uniform(ages.start + 0.01, ages.stop - 0.01) * 365.2425))
            birth_number = chance.choice(TEST_SERIES)
            value = make_number(birth_date, birth_number)
            if value not in self._taken:
                yield value, birth_date, birth_number
