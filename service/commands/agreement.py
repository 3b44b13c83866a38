"""`kvittens agreement`: what is wrong with an agreement's text, and what two versions say differently."""

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from domain.agreements.model import Agreement
from domain.authoring.differences import differences
from domain.authoring.publication import FaultyText, digest, load, published
from domain.authoring.questions import compare
from domain.authoring.validation import check as faults_of

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
    typer.echo("The text is sound. To publish it, lay it in domain/agreements/texts/<county> and add to LOCK.toml:")
    typer.echo(f'"{file.absolute().parent.name}/{file.name}" = "{digest(text)}"')


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A TOML text, or a published version: '1085641 R1'.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
) -> None:
    """Tell what two versions, of one county or of two, say differently of the same things."""
    one, other = _read(first), _read(second)
    compared, said = compare(one, other), differences(one, other)
    console, names = Console(), [f"{each.ref} ({each.county})" for each in (one, other)]
    if said:
        table = _table("Topic", "What", *names, title="What the texts say")
        for topic, entries in groupby(said, key=lambda each: each.topic):
            for index, each in enumerate(entries):
                table.add_row("" if index else topic, *map(escape, (each.what, each.first, each.second)))
            table.add_section()
        console.print(table)
    if compared.groups:
        table = _table("Asked about", *names, title="Who answers")
        table.show_lines = True
        for group in compared.groups:
            table.add_row(*map(escape, ("\n".join(group.about), group.first, group.second)))
        console.print(table)
    typer.echo(
        f"{len(said)} entries differ. Of {compared.asked} questions on who answers, {compared.differing} are answered "
        f"differently, in {len(compared.groups)} ways."
    )


def _table(*headings: str, title: str) -> Table:
    """A table whose words are folded and never cut off: a county's words are long, and a pipe is narrow."""
    return Table(*(Column(heading, overflow="fold") for heading in headings), title=title)


def _read(named: str) -> Agreement:
    path = Path(named)
    if path.is_file():
        try:
            return load(path.read_bytes())
        except FaultyText as faulty:
            for fault in faulty.faults:
                typer.echo(f"{path}:{fault}", err=True)
            raise typer.Exit(1) from None
    versions = {str(agreement.ref): agreement for agreement in published().agreements}
    if named not in versions:
        raise typer.BadParameter(f"{named} is neither a file nor one of: {', '.join(versions)}")
    return versions[named]
