"""The list of plays, and their performance at a server."""

from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from play.client import Cast, Clock, Inbox
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
from play.server import Stage, open_server
from play.story import Story, StoryBroken
from play.tokens import fetch_identities
from play.views import PlayCase

PLAYS: Mapping[str, Callable[[Story, Cast], PlayCase | Sequence[PlayCase]]] = {
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
"""Each play returns the case or the cases that it makes. They are new each time."""
FIRST_CALLER = "SE2321000000-DSK1"


def play_out(names: Sequence[str], environment: Mapping[str, str], console: Console) -> bool:
    """Put plays on at one server, and return True if every expectation is met. Raises NoServer.

    The environment holds the settings of the service (docs/operation.md).
    """
    identities = fetch_identities(environment)
    with open_server(environment, identities[FIRST_CALLER].token) as stage:
        stories = {name: _put_on(name, Cast(identities, stage.address, Clock()), console, stage) for name in names}
    if len(stories) > 1:
        console.print()
        for name, story in stories.items():
            console.print(_sum_up(story, f"{name:4}"))
    return all(story.holds for story in stories.values())


def _put_on(name: str, cast: Cast, console: Console, stage: Stage) -> Story:
    story = Story(console, cast.clock)
    console.print(Text(f"{name} at {cast.address}", style="bold"))
    try:
        cases = PLAYS[name](story, cast)
    except StoryBroken as broken:
        console.print(Text(f"The play cannot go on: {broken}", style="bold red"))
        story.broken = True
        return story
    _check_resources(story, cast.inbox)
    console.print()
    console.print(_sum_up(story))
    for case in (cases,) if isinstance(cases, PlayCase) else cases:
        page = f"/cases/{case.id}"
        place = f"{stage.address}{page}" if stage.stays else f"{page} of the next server on this data"
        console.print(f"The case: {place}", soft_wrap=True)
    console.print()
    return story


def _sum_up(story: Story, name: str = "") -> Text:
    summary = f"{name}{story.met} of {story.expectations} expectations agreed"
    end = ", and then it broke off" if story.broken else ""
    return Text(summary + end, style="green" if story.holds else "bold red")


def _check_resources(story: Story, inbox: Inbox) -> None:
    """Expect that every resource from the FHIR face is valid R4."""
    counts = ", ".join(f"{count} {name}" for name, count in sorted(inbox.valid.items()))
    story.print_heading(f"What came over FHIR: {counts}")
    story.check("resources that are not valid R4", [], inbox.invalid, agrees=not inbox.invalid)
