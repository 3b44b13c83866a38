"""A play as it is told: each step with who does what, and of each expectation whether it was met."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from play.client import Answer, Clock, Person

SWEDEN = ZoneInfo("Europe/Stockholm")


class StoryBroken(Exception):
    """What the rest of the play needs did not come about; there is no sense in going on."""


@dataclass
class Story:
    """A play under way: its clock, its steps, and how many of its expectations were met."""

    console: Console
    clock: Clock
    expected: int = 0
    agreed: int = 0
    broken: bool = False
    """Whether it could not go on."""
    _steps: int = field(default=0, init=False)

    def on(self, moment: str) -> None:
        """From now on everything is recorded at this Swedish wall-clock time, as `2025-04-01 09:00`."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=SWEDEN)

    def heading(self, text: str) -> None:
        """The beginning of a part."""
        self.console.print()
        self.console.print(Text(text, style="bold"))

    def step(self, who: Person, doing: str) -> "Step":
        """Somebody does something, or looks at something."""
        self._steps += 1
        line = Text.assemble(
            (f"{self._steps:3}  {self.clock.now:%Y-%m-%d %H:%M}  ", "cyan"),
            (f"{who.name}, {who.unit_name}", "bold"),
            " ",
            doing,
        )
        self.console.print(line, soft_wrap=True)
        return Step(self)

    def note(self, expectation: str, expected: object, came: object, *, agrees: bool) -> bool:
        """One expectation, what came, and whether that agrees."""
        self.expected += 1
        self.agreed += agrees
        mark = ("agreed   ", "green") if agrees else ("NOT SO   ", "bold red")
        text = [("       ", ""), mark, (f"{expectation}: {_said(expected)}", "")]
        if not agrees:
            text.append((f" -- came: {_said(came)}", "bold red"))
        self.console.print(Text.assemble(*text), soft_wrap=True)
        return agrees

    @property
    def holds(self) -> bool:
        """Whether all that was expected came."""
        return self.expected == self.agreed and not self.broken


@dataclass(frozen=True)
class Step:
    """One step of a play, whose expectations follow."""

    story: Story

    def done(self, answer: Answer) -> Answer:
        """The act is expected to be done. Raises StoryBroken if it is refused: what follows builds on it."""
        if not self.story.note("done", "yes", _told(answer), agrees=answer.is_done):
            raise StoryBroken(_told(answer))
        return answer

    def refused(
        self, answer: Answer, code: str, *, rule: str | None = None, where: str | None = None, status: int
    ) -> None:
        """The act is expected to be refused with this code, on this rule, naming this place."""
        agrees = (answer.status, answer.code, answer.rule) == (status, code, rule)
        agrees = agrees and (where is None or where in answer.where)
        came = _listed(answer.status, answer.code, answer.rule, *answer.where, "" if agrees else answer.what)
        self.story.note("refused", _listed(status, code, rule, where), came, agrees=agrees)
        if answer.is_done:
            raise StoryBroken(f"what should have been refused as {code} was recorded")

    def expect(self, what: str, expected: object, came: object) -> None:
        """A value is expected."""
        self.story.note(what, expected, came, agrees=expected == came)

    def expect_same(self, what: str, expected: Set[object], came: Set[object]) -> None:
        """The same things are expected; so many are told of, and those that are missing or too many."""
        told = f"{len(expected)}"
        differing = expected ^ came
        self.story.note(what, told, told if not differing else _said(differing), agrees=not differing)

    def expect_in_order(self, what: str, expected: Sequence[object], came: Sequence[object]) -> None:
        """Values are expected in this order."""
        self.story.note(what, " ".join(map(str, expected)), " ".join(map(str, came)), agrees=expected == came)


def _said(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(str, value))) or "nothing"
    return "nothing" if value is None else str(value)


def _listed(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)


def _told(answer: Answer) -> str:
    return "yes" if answer.is_done else f"{answer.status} {answer.code}: {answer.what}"
