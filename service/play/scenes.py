"""The plays there are, and how one is put on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from service.directory import actor_in, demonstration
from service.play.client import Cast, Clock, Received
from service.play.d1 import d1
from service.play.d5 import d5
from service.play.server import running_at, server
from service.play.story import Story, StoryBroken
from service.play.views import Case
from service.security.tokens import issue, token_key
from service.settings import Settings

PLAYS: Mapping[str, Callable[[Story, Cast], Case]] = {"D1": d1, "D5": d5}
"""Each play returns the case it made, a new one each time."""
FIRST = "SE2321000000-DSK1"


def play_out(name: str, settings: Settings, console: Console) -> bool:
    """Put a play on, and say whether all came as expected. Raises NoServer."""
    directories = demonstration()
    knocking = actor_in(directories, FIRST)
    assert knocking is not None
    key = token_key(settings)
    clock = Clock()
    story = Story(console, clock)
    with server(settings, issue(knocking, key=key, now=datetime.now(UTC))) as address:
        console.print(Text(f"{name} at {address}", style="bold"))
        cast = Cast(directories, address, key, clock)
        try:
            case = PLAYS[name](story, cast)
        except StoryBroken as broken:
            console.print(Text(f"The play cannot go on: {broken}", style="bold red"))
            return False
    _note_validity(story, cast.received)
    console.print()
    console.print(
        Text(f"{story.agreed} of {story.expected} expectations agreed", style="green" if story.holds else "bold red")
    )
    served = running_at(settings)
    looked_at = f"{served}/cases/{case.id}" if served else f"/cases/{case.id}, when make run serves it"
    console.print(f"The case: {looked_at}", soft_wrap=True)
    return story.holds


def _note_validity(story: Story, received: Received) -> None:
    """Expect that whatever came over FHIR is valid R4."""
    counted = ", ".join(f"{count} {name}" for name, count in sorted(received.valid.items()))
    story.heading(f"What came over FHIR: {counted}")
    story.note("resources that are not valid R4", [], received.invalid, agrees=not received.invalid)
