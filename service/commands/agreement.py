"""`kvittens agreement check`: what is wrong with an agreement's text, before it is published."""

from pathlib import Path
from typing import Annotated

import typer

from domain.agreements.publication import digest
from domain.agreements.validation import check as faults_of

app = typer.Typer(help="Agreements as texts.", no_args_is_help=True)


@app.callback()
def agreement() -> None:
    """Work with the texts that agreements are published as."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The agreement's TOML text.", exists=True, dir_okay=False)],
) -> None:
    """Tell every fault of a text with its line, or the line that publishes it. Exit status 1 says it has faults."""
    text = file.read_bytes()
    faults = faults_of(text)
    for fault in faults:
        typer.echo(f"{file}:{fault}")
    if faults:
        raise typer.Exit(1)
    typer.echo(
        "The text is sound. To publish it, lay it in domain/agreements/texts and add its line to LOCK.toml there:"
    )
    typer.echo(f'"{file.absolute().parent.name}/{file.name}" = "{digest(text)}"')
