"""The command `python -m play SCENARIO`."""

import os
from typing import Annotated

import typer
from rich.console import Console

from play.scenes import PLAYS, play_out
from play.server import NoServer

ALL = "all"


def play(
    scenario: Annotated[str, typer.Argument(help=f"{', '.join(PLAYS)} of the catalogue's section D, or {ALL}.")],
) -> None:
    """Carry a scenario through the server that runs, or its own. Exit status 1: an expectation is not met."""
    name = scenario.upper()
    if scenario != ALL and name not in PLAYS:
        typer.echo(f"There is no play {scenario}; give one of {', '.join(PLAYS)}, or {ALL}.", err=True)
        raise typer.Exit(2)
    try:
        is_met = play_out(tuple(PLAYS) if scenario == ALL else (name,), os.environ, Console(highlight=False))
    except NoServer as error:
        typer.echo(error, err=True)
        raise typer.Exit(2) from None
    if not is_met:
        raise typer.Exit(1)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(play)
    app(prog_name="python -m play")
