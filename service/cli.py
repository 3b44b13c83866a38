"""The console command `kvittens`: one module a command, gathered here."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from service.commands import agreement
from service.commands.migrate import migrate
from service.commands.rebuild import rebuild
from service.commands.replay import replay
from service.commands.serve import run, serve
from service.commands.tick import tick
from service.commands.token import token
from service.database.faults import DatabaseUnusable
from service.directory import DirectoryFaulty
from service.settings import WrongSetting

app = typer.Typer(
    help="Kvittens: what a region and its municipalities ask of each other, acknowledge and answer for.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (run, serve, token, replay, rebuild, migrate, tick):
    app.command()(command)
app.add_typer(agreement.app, name="agreement")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kvittens {version('kvittens')}")
        raise typer.Exit


@app.callback()
def kvittens(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Read the options that stand before a command."""


def main() -> None:
    """Run the command that the arguments name. A setting or a database that cannot be used is told, not traced."""
    try:
        app()
    except (WrongSetting, DatabaseUnusable, DirectoryFaulty) as error:
        typer.echo(error, err=True)
        sys.exit(2)
