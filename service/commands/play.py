"""`kvittens play`: a scenario of the catalogue, carried through a running server over HTTP."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from service.play.scenes import play_out
from service.play.server import NoServer
from service.settings import read_settings


class Scenario(StrEnum):
    """The scenarios of the catalogue's section D that there are plays of."""

    D1 = "D1"
    D5 = "D5"


def play(scenario: Annotated[Scenario, typer.Argument(help="Which scenario of the catalogue's section D.")]) -> None:
    """Carry a scenario through a server, one of its own if none runs. Exit status 1 unless all came as expected."""
    console = Console(highlight=False)
    try:
        agreed = play_out(scenario.value, read_settings(), console)
    except NoServer as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    if not agreed:
        raise typer.Exit(1)
