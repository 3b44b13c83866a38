"""The console command `kvittens`, with its subcommands."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from service.commands import agreement, directory
from service.commands.migrate import migrate
from service.commands.rebuild import rebuild
from service.commands.replay import replay
from service.commands.seed import grow_world
from service.commands.serve import run, serve
from service.commands.tick import tick
from service.commands.token import token
from service.database.faults import DatabaseUnusable
from service.directory import DirectoryFaulty
from service.settings import WrongSetting

app = typer.Typer(
    help="Kvittens: the record of requests, acknowledgements and responsibility between regions and municipalities.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (run, serve, token, replay, rebuild, migrate, tick):
    app.command()(command)
app.command("seed")(grow_world)
app.add_typer(agreement.app, name="agreement")
app.add_typer(directory.app, name="directory")


def _print_version(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"kvittens {version('kvittens')}")
        raise typer.Exit


@app.callback()
def kvittens(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Read the options before the command."""


def main() -> None:
    """Run the command in the arguments. Print a configuration fault as a message, without a traceback."""
    try:
        app()
    except (WrongSetting, DatabaseUnusable, DirectoryFaulty) as error:
        typer.echo(error, err=True)
        sys.exit(2)
