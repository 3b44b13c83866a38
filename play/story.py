"""The story of a play: its steps as they are printed, and its expectations, met or not."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from play.client import Clock, HttpAnswer, Professional

SWEDEN = ZoneInfo("Europe/Stockholm")


class StoryBroken(Exception):
    """An act failed that the rest of the play builds on, so the play stops."""


@dataclass
class Story:
    """A play under way: its clock, its steps, and the number of expectations, all and met."""

    console: Console
    clock: Clock
    expectations: int = 0
    met: int = 0
    broken: bool = False
    """True if the play stopped before its end."""
    _steps: int = field(default=0, init=False)

    def set_clock(self, moment: str) -> None:
        """Set the time at which acts are recorded, as Swedish wall-clock time: `2025-04-01 09:00`."""
        self.clock.now = datetime.fromisoformat(moment).replace(tzinfo=SWEDEN)

    def print_heading(self, text: str) -> None:
        """Print the heading of a part."""
        self.console.print()
        self.console.print(Text(text, style="bold"))

    def begin_step(self, person: Professional, activity: str) -> "PlayStep":
        """Print the person and the activity, and return the step."""
        self._steps += 1
        line = Text.assemble(
            (f"{self._steps:3}  {self.clock.now:%Y-%m-%d %H:%M}  ", "cyan"),
            (f"{person.name}, {person.unit_name}", "bold"),
            " ",
            activity,
        )
        self.console.print(line, soft_wrap=True)
        return PlayStep(self)

    def check(self, expectation: str, expected: object, actual: object, *, agrees: bool) -> bool:
        """Count and print an expectation, and return True if it is met."""
        self.expectations += 1
        self.met += agrees
        mark = ("agreed   ", "green") if agrees else ("NOT SO   ", "bold red")
        text = [("       ", ""), mark, (f"{expectation}: {_format(expected)}", "")]
        if not agrees:
            text.append((f" -- came: {_format(actual)}", "bold red"))
        self.console.print(Text.assemble(*text), soft_wrap=True)
        return agrees

    @property
    def holds(self) -> bool:
        """True if every expectation is met."""
        return self.expectations == self.met and not self.broken


@dataclass(frozen=True)
class PlayStep:
    """A step of a play, with its expectations."""

    story: Story

    def expect_success(self, answer: HttpAnswer) -> HttpAnswer:
        """Expect that an act is done, and return its answer. Raises StoryBroken, because later steps build on it."""
        if not self.story.check("done", "yes", _describe(answer), agrees=answer.is_success):
            raise StoryBroken(_describe(answer))
        return answer

    def expect_refused(
        self, answer: HttpAnswer, code: str, *, rule: str | None = None, where: str | None = None, status: int
    ) -> None:
        """Expect that an act is refused with this code, rule and place. Raises StoryBroken if it is done."""
        agrees = (answer.status, answer.code, answer.rule) == (status, code, rule)
        agrees = agrees and (where is None or where in answer.where)
        actual = _join(answer.status, answer.code, answer.rule, *answer.where, "" if agrees else answer.title)
        self.story.check("refused", _join(status, code, rule, where), actual, agrees=agrees)
        if answer.is_success:
            raise StoryBroken(f"what should have been refused as {code} was recorded")

    def expect(self, label: str, expected: object, actual: object) -> None:
        """Expect a value."""
        self.story.check(label, expected, actual, agrees=expected == actual)

    def expect_same(self, label: str, expected: Set[object], actual: Set[object]) -> None:
        """Expect a set. The output names its size, or the values that are missing or too many."""
        size = f"{len(expected)}"
        difference = expected ^ actual
        self.story.check(label, size, size if not difference else _format(difference), agrees=not difference)

    def expect_in_order(self, label: str, expected: Sequence[object], actual: Sequence[object]) -> None:
        """Expect values in this order."""
        self.story.check(label, " ".join(map(str, expected)), " ".join(map(str, actual)), agrees=expected == actual)


def _format(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(map(str, value))) or "nothing"
    return "nothing" if value is None else str(value)


def _join(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)


def _describe(answer: HttpAnswer) -> str:
    return "yes" if answer.is_success else f"{answer.status} {answer.code}: {answer.title}"
