"""The plan of a world: how many lives of which kind, in which county, from which day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, partial
from random import Random

from domain.kernel import Role, legal_midnight
from world.counties import GAVLEBORG, OREBRO, SKARGARDEN, STORSKOG, VASTMANLAND
from world.life import Life, Story
from world.lives.home_care import live_at_home
from world.lives.openings import open_county

OLD, ADULT, CHILD = range(67, 99), range(19, 67), range(2, 18)


class Size(StrEnum):
    """The size of a world."""

    S = "S"
    """About 60 cases."""
    M = "M"
    """About 2,000 cases."""
    L = "L"
    """About a million events."""


CASES = {Size.S: 60, Size.M: 2000, Size.L: 26_000}
"""The number of lives in each size."""
SHARES = {STORSKOG: 62, OREBRO: 15, VASTMANLAND: 9, GAVLEBORG: 9, SKARGARDEN: 5}
"""The share of each county in the lives, in percent."""


@dataclass(frozen=True)
class Kind:
    """A kind of life: its story, how old the persons are, how common it is, and within how many days it ends."""

    name: str
    story: Callable[[Life], Story]
    counties: tuple[str, ...]
    ages: range = OLD
    weight: int = 1
    roles: tuple[Role, ...] = (Role.NURSE,)
    """The roles that the municipality must have staff in."""
    days: int = 0
    """The most days that it takes to its end. None of the lives that a world must have begins later than that."""


@dataclass(frozen=True, order=True)
class Entry:
    """One life of the plan."""

    begins: datetime
    name: str
    kind: Kind
    county: str


_HOME_CARE = (OREBRO, STORSKOG)
KINDS = (
    Kind("home-care", live_at_home, _HOME_CARE, weight=40),
    Kind("home-care-with-mistakes", partial(live_at_home, mistakes=True), _HOME_CARE, weight=3),
    *(
        Kind(f"home-care-{end}", partial(live_at_home, end=end, mistakes=mistakes), _HOME_CARE, weight=weight, days=330)
        for end, weight, mistakes in (
            ("discharge", 20, False),
            ("new-care", 5, True),
            ("death", 12, False),
            ("special-housing", 4, False),
        )
    ),
)
"""Every kind of life. A world has at least one life of each."""


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
        """Return the lives of persons in the order in which they begin: one of each kind, and then by their weights."""
        return sorted([*self._plan_each_kind(), *self._plan_by_weight()])

    def _plan_each_kind(self) -> Iterator[Entry]:
        for kind in KINDS:
            chance = self.chance(kind.name)
            yield self._enter(
                kind, f"{kind.name} 0", chance, kind.counties[0], self.ends - timedelta(days=kind.days + 5)
            )

    def _plan_by_weight(self) -> Iterator[Entry]:
        for county, share in SHARES.items():
            kinds = [kind for kind in KINDS if county in kind.counties]
            if not kinds:
                continue
            chance = self.chance(county)
            drawn = chance.choices(kinds, [kind.weight for kind in kinds], k=self._count(share))
            for place, kind in enumerate(drawn, 1):
                yield self._enter(kind, f"{county} {kind.name} {place}", chance, county, self.ends)

    def _count(self, share: int) -> int:
        return (CASES[self.size] - len(KINDS)) * share // 100

    def _enter(self, kind: Kind, name: str, chance: Random, county: str, before: datetime) -> Entry:
        """Enter a life that begins at some time before a moment, when the county's agreement is in force."""
        first = max(self.begins, FIRST_DAYS.get(county, self.begins)) + timedelta(days=7)
        begins = first + (max(before, first + timedelta(days=1)) - first) * chance.random()
        return Entry(begins=begins, name=name, kind=kind, county=county)

    def matters(self) -> list[Entry]:
        """Return the matters between the parties of each county."""
        return [
            Entry(
                begins=max(self.begins, FIRST_DAYS.get(county, self.begins)) + timedelta(hours=8),
                name=f"{county} {kind.name}",
                kind=kind,
                county=county,
            )
            for kind in MATTERS
            for county in kind.counties
        ]


FIRST_DAYS = {OREBRO: legal_midnight(date(2025, 3, 11))}
"""The day on which a county's agreement comes into force, if that is later than a world begins."""
MATTERS = (Kind("agreements", open_county, (SKARGARDEN, STORSKOG, GAVLEBORG)),)
