"""`kvittens play`: scenarios of the catalogue, carried through a running server over HTTP."""

from typing import Annotated

import typer
from rich.console import Console

from play.scenes import PLAYS, play_out
from play.server import NoServer
from service.settings import read_settings

ALL = "all"


def play(
    scenario: Annotated[str, typer.Argument(help=f"{', '.join(PLAYS)} of the catalogue's section D, or {ALL}.")],
) -> None:
    """Carry a scenario through a server, one of its own if none runs. Exit status 1 unless all came as expected."""
    name = scenario.upper()
    if scenario != ALL and name not in PLAYS:
        typer.echo(f"There is no play {scenario}; give one of {', '.join(PLAYS)}, or {ALL}.", err=True)
        raise typer.Exit(2)
    try:
        agreed = play_out(tuple(PLAYS) if scenario == ALL else (name,), read_settings(), Console(highlight=False))
    except NoServer as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    if not agreed:
        raise typer.Exit(1)
