"""The plays there are, and how one is put on."""

from collections.abc import Callable, Mapping, Sequence

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
from play.server import open_server
from play.story import Story, StoryBroken
from play.tokens import fetch_identities
from play.views import Case

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


def play_out(names: Sequence[str], environment: Mapping[str, str], console: Console) -> bool:
    """Put plays on, one after the other at one server, and return True if all came as expected. Raises NoServer.

    The environment holds the settings of the service (README, Settings), and nothing else of it is known here.
    """
    identities = fetch_identities(environment)
    with open_server(environment, identities[FIRST].token) as address:
        told = {name: _played(name, Cast(identities, address, Clock()), console) for name in names}
    if len(told) > 1:
        console.print()
        for name, story in told.items():
            console.print(_summed(story, f"{name:4}"))
    return all(story.holds for story in told.values())


def _played(name: str, cast: Cast, console: Console) -> Story:
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
        console.print(f"The case: {cast.address}/cases/{case.id}", soft_wrap=True)
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
