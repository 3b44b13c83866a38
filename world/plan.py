"""The plan of a world: how many lives of which kind, in which county, from which day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from random import Random

from domain.kernel import legal_midnight
from world.counties import GAVLEBORG, OREBRO, SKARGARDEN, STORSKOG, VASTMANLAND
from world.hours import next_in_hours
from world.kinds import KINDS, MATTERS, Kind


class Size(StrEnum):
    """The size of a world."""

    S = "S"
    """About 80 cases."""
    M = "M"
    """About 2,000 cases."""
    L = "L"
    """About a million events."""


CASES = {Size.S: 101, Size.M: 2007, Size.L: 26_000}
"""The number of lives in each size."""
SHARES = {STORSKOG: 62, OREBRO: 15, VASTMANLAND: 9, GAVLEBORG: 9, SKARGARDEN: 5}
"""The share of each county in the lives, in percent."""
FIRST_DAYS = {OREBRO: legal_midnight(date(2025, 3, 11))}
"""The day on which a county's agreement comes into force, if that is later than a world begins."""
_NEWCOMERS = timedelta(days=21)
"""The last part of a small world, in which all lives begin that are drawn by weight, so that much waits at its end."""


@dataclass(frozen=True, order=True)
class Entry:
    """One life of the plan."""

    begins: datetime
    name: str
    kind: Kind
    county: str


@dataclass(frozen=True)
class World:
    """A world: its size, the seed of its chances, and the day on whose morning it ends."""

    size: Size
    seed: int
    until: date

    @cached_property
    def begins(self) -> datetime:
        """The moment at which it begins: two years before its end."""
        return legal_midnight(self.until - timedelta(days=731))

    @cached_property
    def ends(self) -> datetime:
        """The moment at which it ends: the midnight at which its last day begins."""
        return legal_midnight(self.until)

    @property
    def name(self) -> str:
        """The name under which its acts are recorded."""
        return f"world {self.size} {self.seed} {self.until}"

    def chance(self, name: str) -> Random:
        """Return the chances of a life, which are the same each time."""
        return Random(f"{self.seed} {self.until} {name}")

    def plan(self) -> list[Entry]:
        """Return all lives in the order in which they begin: one of each kind, many by weight, and the matters."""
        return sorted([*self._plan_each_kind(), *self._plan_by_weight(), *self.plan_matters()])

    def plan_matters(self) -> list[Entry]:
        """Return the matters between the parties of each county. The first act of all belongs to one of them."""
        return [
            Entry(self._opens(county) + timedelta(days=kind.begins, hours=9), f"{county} {kind.name}", kind, county)
            for kind in MATTERS
            for county in kind.counties
        ]

    def _plan_each_kind(self) -> Iterator[Entry]:
        for place, kind in enumerate(KINDS):
            county, chance = kind.counties[place % len(kind.counties)], self.chance(kind.name)
            last = self.ends - timedelta(days=kind.days + 5)
            yield self._enter(kind, f"{kind.name} 0", chance, county, self._first_day(county), last)

    def _plan_by_weight(self) -> Iterator[Entry]:
        for county, share in SHARES.items():
            kinds, chance = [kind for kind in KINDS if county in kind.counties], self.chance(county)
            first = self.ends - _NEWCOMERS if self.size is Size.S else self._first_day(county)
            count = (CASES[self.size] - len(KINDS)) * share // 100
            for place, kind in enumerate(chance.choices(kinds, [kind.weight for kind in kinds], k=count), 1):
                yield self._enter(kind, f"{county} {kind.name} {place}", chance, county, first, self.ends)

    def _enter(self, kind: Kind, name: str, chance: Random, county: str, first: datetime, last: datetime) -> Entry:
        """Enter a life that begins at some time between two moments."""
        begins = next_in_hours(first + max(last - first, timedelta(days=1)) * chance.random(), chance)
        return Entry(begins, name, kind, county)

    def _opens(self, county: str) -> datetime:
        """Return the day on which a county's matters begin."""
        return max(self.begins, FIRST_DAYS.get(county, self.begins))

    def _first_day(self, county: str) -> datetime:
        """Return the first day of lives in a county: a week after its agreement is in force."""
        return self._opens(county) + timedelta(days=7)
