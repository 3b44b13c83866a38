"""The plays there are, and how one is put on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from play.client import Cast, Clock, Received
from play.d1 import d1
from play.d2 import d2
from play.d3 import d3
from play.d4 import d4
from play.d5 import d5
from play.d6 import d6
from play.d7 import d7
from play.d8 import d8
from play.d9 import d9
from play.d10 import d10
from play.d11 import d11
from play.d12 import d12
from play.server import running_at, server
from play.story import Story, StoryBroken
from play.views import Case
from service.directory import actor_in, demonstration
from service.security.tokens import issue, token_key
from service.settings import Settings

PLAYS: Mapping[str, Callable[[Story, Cast], Case | Sequence[Case]]] = {
    "D1": d1,
    "D2": d2,
    "D3": d3,
    "D4": d4,
    "D5": d5,
    "D6": d6,
    "D7": d7,
    "D8": d8,
    "D9": d9,
    "D10": d10,
    "D11": d11,
    "D12": d12,
}
"""Each play returns the case or the cases it made, new ones each time."""
FIRST = "SE2321000000-DSK1"


def play_out(names: Sequence[str], settings: Settings, console: Console) -> bool:
    """Put plays on, one after the other at one server, and say whether all came as expected. Raises NoServer."""
    directories = demonstration()
    knocking = actor_in(directories, FIRST)
    assert knocking is not None
    key = token_key(settings)
    with server(settings, issue(knocking, key=key, now=datetime.now(UTC))) as address:
        pages = running_at(settings)
        told = {name: _played(name, Cast(directories, address, key, Clock()), console, pages) for name in names}
    if len(told) > 1:
        console.print()
        for name, story in told.items():
            console.print(_summed(story, f"{name:4}"))
    return all(story.holds for story in told.values())


def _played(name: str, cast: Cast, console: Console, pages: str | None) -> Story:
    story = Story(console, cast.clock)
    console.print(Text(f"{name} at {cast.address}", style="bold"))
    try:
        cases = PLAYS[name](story, cast)
    except StoryBroken as broken:
        console.print(Text(f"The play cannot go on: {broken}", style="bold red"))
        story.broken = True
        return story
    _note_validity(story, cast.received)
    console.print()
    console.print(_summed(story))
    for case in (cases,) if isinstance(cases, Case) else cases:
        looked_at = f"{pages}/cases/{case.id}" if pages else f"/cases/{case.id}, when make run serves it"
        console.print(f"The case: {looked_at}", soft_wrap=True)
    console.print()
    return story


def _summed(story: Story, name: str = "") -> Text:
    told = f"{name}{story.agreed} of {story.expected} expectations agreed"
    return Text(
        told + (", and then it broke off" if story.broken else ""), style="green" if story.holds else "bold red"
    )


def _note_validity(story: Story, received: Received) -> None:
    """Expect that whatever came over FHIR is valid R4."""
    counted = ", ".join(f"{count} {name}" for name, count in sorted(received.valid.items()))
    story.heading(f"What came over FHIR: {counted}")
    story.note("resources that are not valid R4", [], received.invalid, agrees=not received.invalid)
