"""One life: a story of steps, each an act by somebody at a time, with choices drawn by chance."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from domain.agreements.model import ActName
from domain.kernel import SWEDEN, Actor, legal_day
from world.hours import at_clock, next_in_hours
from world.staff import Staff

Answer = Mapping[str, Any]
"""The service's answer to an act, as JSON. It is empty for an act that was refused."""
Version = tuple[str, str]
"""The id and the version of an agreement."""
T = TypeVar("T")
Span = int | tuple[int, int]
"""A number, or the least and the greatest that chance may choose."""


@dataclass(frozen=True, kw_only=True)
class LifeStep:
    """One act of a life: the actor, the time, the content, and the refusal that it must meet, if any."""

    at: datetime
    actor: Actor
    act: ActName
    content: Mapping[str, Any]
    on: UUID | Version | None = None
    """The case, the ledger or the version that the act is on. None for an act that opens one."""
    occurred_at: datetime | None = None
    refused: str | None = None
    """The code of the refusal. None if the act must be accepted."""


@dataclass(frozen=True)
class Pause:
    """A time until which a life only waits, so that it then knows what other lives have noted."""

    at: datetime


Story = Generator[LifeStep | Pause, Answer, None]
"""The steps of a life. It receives the answer to each step."""
Part = Generator[LifeStep | Pause, Answer, T]
"""A part of a story, which other stories use, and its result."""


@dataclass
class Life:
    """A life in the record: the clock, the staff around the person, and the case as it was answered."""

    chance: Random
    now: datetime
    staff: Staff
    notes: set[str]
    """Notes that the lives of a county share: the months in which a municipality recorded hours."""
    patient: str = ""
    """The id of the person; empty for a matter between the parties."""
    case: UUID | None = None
    plan: str = ""
    """The id of the newest plan."""
    text: str = ""
    """The digest of that plan's text, by which an agreement names it."""
    dispute: str = ""
    """The id of the newest disagreement."""
    question: str = ""
    """The id of the newest question to the other party."""

    def act(
        self,
        actor: Actor,
        act: str,
        *,
        refused: str | None = None,
        late: timedelta | None = None,
        on: UUID | Version | None = None,
        **content: Any,
    ) -> Part[Answer]:
        """Let somebody do an act some minutes later. `late` is the time since it happened; None for just now.

        Without `on`, the act is on the life's case.
        """
        self.now += timedelta(minutes=self.chance.randrange(2, 12))
        answer = yield LifeStep(
            at=self.now,
            actor=actor,
            act=ActName(act),
            content=content,
            on=on or self.case,
            occurred_at=self.now - late if late is not None else None,
            refused=refused,
        )
        if on is None and answer:
            self._remember(answer)
        return answer

    def _remember(self, answer: Answer) -> None:
        if "case" not in answer:
            return
        self.case = UUID(answer["case"])
        if answer["plans"]:
            self.plan, self.text = answer["plans"][-1]["id"], answer["plans"][-1]["text"]["digest"]
        for event in answer["events"]:
            self.dispute = event["content"].get("dispute_id", self.dispute)
            self.question = event["content"].get("question_id", self.question)

    def both(self, act: str, *, by: Sequence[Actor] = (), **content: Any) -> Part[None]:
        """Let each party do the same act: a nurse of each, or `by`."""
        for actor in by or (self.staff.district_nurse, self.staff.nurse):
            yield from self.act(actor, act, **content)

    def wait(self, *, days: Span = 0, hours: Span = 0) -> None:
        """Let time pass, and then until offices are open."""
        passed = timedelta(days=self._draw(days), hours=self._draw(hours), minutes=self.chance.randrange(30))
        self.now = next_in_hours(self.now + passed, self.chance)

    def wait_any_day(self, days: Span, hour: int) -> None:
        """Let days pass, weekends as well, until an hour: care goes on when offices are closed."""
        day = self.now + timedelta(days=self._draw(days))
        self.now = max(self.now, at_clock(day, hour, self.chance.randrange(60)))

    def wait_until(self, day: date, hour: int = 9) -> None:
        """Let time pass until a day, if it is to come."""
        coming = at_clock(datetime(day.year, day.month, day.day, 12, tzinfo=SWEDEN), hour, self.chance.randrange(60))
        self.now = max(self.now, coming)

    def wait_for_month_end(self) -> None:
        """Let time pass until the evening of a month's last day."""
        today = legal_day(self.now)
        last = (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if today == last:
            last = (last + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        self.wait_until(last, 20)

    def pause(self) -> Part[None]:
        """Let all other lives come to this time as well."""
        yield Pause(self.now)

    def day(self, days: int = 0) -> str:
        """Return a day as the number of days from now."""
        return str(legal_day(self.now) + timedelta(days=days))

    def happens(self, probability: float) -> bool:
        """Return True with a probability."""
        return self.chance.random() < probability

    def choose(self, *among: T) -> T:
        """Choose one."""
        return self.chance.choice(among)

    def _draw(self, span: Span) -> int:
        return span if isinstance(span, int) else self.chance.randint(*span)
