"""The growth of a world: its lives step by step, in the order of time, so that positions follow the clock."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush

from domain.agreements.model import ActName
from domain.directory import Directory
from domain.kernel import HsaId, legal_day, legal_midnight
from service.bootstrap import Services
from world.kinds import Kind
from world.life import Answer, Life, LifeStep, Pause, Story
from world.persons import People
from world.plan import Entry, World
from world.staff import Staff
from world.stage import Stage


@dataclass(order=True)
class _StagedLife:
    """A life on stage: its story, and the step that comes next."""

    at: datetime
    place: int
    name: str = field(compare=False)
    story: Story = field(compare=False)
    step: LifeStep | Pause = field(compare=False)
    number: int = field(default=1, compare=False)


class Growth:
    """Grows a world on a record. A world that was grown in part goes on where it was broken off."""

    def __init__(self, services: Services, world: World) -> None:
        self._services = services
        self._world = world
        self.stage = Stage(services, world.name)
        self._people = {county: People(county) for county in services.directories}
        self._notes: dict[str, set[str]] = {county: set() for county in services.directories}
        self._on_stage: list[_StagedLife] = []
        self._begun = 0
        self._midnight = world.begins
        self.tally: Counter[ActName] = Counter()
        """The number of acts of each name that were performed, or had been before."""

    def may_begin(self) -> bool:
        """Return True if the record is empty, or begins with an act of this world."""
        matters = self._world.plan_matters()
        steps = {entry.name: next(entry.kind.story(self._make_life(entry))) for entry in matters}
        return self.stage.may_begin({life: step for life, step in steps.items() if isinstance(step, LifeStep)})

    def grow(self, progress: Callable[[datetime], None] = lambda _: None) -> None:
        """Perform every step before the world's end. `progress` is called with the time that has been reached."""
        for moment in self._pass_time():
            if moment >= self._midnight:
                self._pass_midnights(moment)
                progress(moment)
        self._pass_midnights(self._world.ends)

    def _pass_time(self) -> Iterator[datetime]:
        """Yield the moment of each step, and then perform it."""
        entries = self._world.plan()
        coming = iter(entries)
        following = next(coming, None)
        while following is not None or self._on_stage:
            if following is not None and (not self._on_stage or following.begins <= self._on_stage[0].at):
                self._enter(following)
                following = next(coming, None)
                continue
            staged = heappop(self._on_stage)
            yield staged.at
            answer = self._perform(staged)
            try:
                step = staged.story.send(answer)
            except StopIteration:
                continue
            self._put_on(replace(staged, at=step.at, step=step, number=staged.number + 1))

    def _perform(self, staged: _StagedLife) -> Answer:
        """Perform the next step of a life."""
        if isinstance(staged.step, Pause):
            return {}
        answer = self.stage.perform(staged.step, staged.name, staged.number)
        self.tally[staged.step.act] += staged.step.refused is None
        return answer

    def _enter(self, entry: Entry) -> None:
        """Let a life begin."""
        self._begun += 1
        story = entry.kind.story(self._make_life(entry))
        step = next(story)
        self._put_on(_StagedLife(step.at, self._begun, entry.name, story, step))

    def _put_on(self, staged: _StagedLife) -> None:
        """Put a life on stage, unless its next step is after the world's end."""
        if staged.at < self._world.ends:
            heappush(self._on_stage, staged)
        else:
            staged.story.close()

    def _make_life(self, entry: Entry) -> Life:
        chance = self._world.chance(entry.name)
        directory = self._services.directories[entry.county]
        staff = Staff(directory, chance.choice(list(_find_municipalities(directory, entry.kind))), chance)
        life = Life(chance=chance, now=entry.begins, staff=staff, notes=self._notes[entry.county])
        if entry.kind.ages:
            person = self._people[entry.county].make(chance, entry.kind.ages, legal_day(entry.begins))
            self._services.person_acts.register(person)
            life.patient = str(person.id)
        return life

    def _pass_midnights(self, moment: datetime) -> None:
        """Record what time alone brings at each midnight that has come."""
        while self._midnight <= moment:
            self._services.clockwork.tick(self._midnight)
            self._midnight = legal_midnight(legal_day(self._midnight + timedelta(hours=30)))


def _find_municipalities(directory: Directory, kind: Kind) -> Iterator[HsaId]:
    """Yield the municipalities that have staff in all the roles, and as many units, as a kind of life needs."""
    for principal in directory.municipalities:
        own = {actor.role for actor in directory.actors if actor.principal == principal.id}
        if own.issuperset(kind.roles) and len(directory.units_of(principal.id)) >= kind.units:
            yield principal.id
