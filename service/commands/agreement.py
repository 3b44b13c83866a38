"""`kvittens agreement`: the faults of an agreement's text, and the differences between two versions."""

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from domain.agreements.model import Agreement
from domain.authoring.entry_comparison import compare_entries as differences_of
from domain.authoring.matrix_comparison import compare_matrices
from domain.authoring.publication import FaultyText, digest, load, load_published
from domain.authoring.validation import check as faults_of

app = typer.Typer(help="Work with the texts of agreements.", no_args_is_help=True)


@app.callback()
def agreement() -> None:
    """Work with the texts of agreements."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The agreement's TOML text.", exists=True, dir_okay=False)],
) -> None:
    """Print every fault of a text with its line. If there is none, print the line that publishes it.

    Exit status 1 means that the text has faults.
    """
    text = file.read_bytes()
    faults = faults_of(text)
    for fault in faults:
        typer.echo(f"{file}:{fault}")
    if faults:
        raise typer.Exit(1)
    county = load(text).county
    typer.echo(
        f"The text has no faults. To publish it, put it in domain/agreements/texts/{county}/ and add to the LOCK.toml:"
    )
    typer.echo(f'"{county}/{file.name}" = "{digest(text)}"')


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A TOML file, or a published version: '1085641 R1'.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another TOML file or published version.")],
) -> None:
    """Print the differences between two versions, of one county or of two."""
    versions = _read(first), _read(second)
    comparison, differences = compare_matrices(*versions), differences_of(*versions)
    console, names = Console(), [f"{version.ref} ({version.county})" for version in versions]
    if differences:
        table = _table("Topic", "Entry", *names, title="Differences in the texts")
        for topic, entries in groupby(differences, key=lambda entry: entry.topic):
            for index, entry in enumerate(entries):
                table.add_row("" if index else topic, *map(escape, (entry.what, entry.first, entry.second)))
            table.add_section()
        console.print(table)
    if comparison.differences:
        table = _table("Question", *names, title="Differences in responsibility")
        table.show_lines = True
        for difference in comparison.differences:
            table.add_row(*map(escape, ("\n".join(difference.about), difference.first, difference.second)))
        console.print(table)
    typer.echo(
        f"{len(differences)} entries differ. Of {comparison.questions} questions about responsibility, "
        f"{comparison.differing_questions} get different answers, in {len(comparison.differences)} ways."
    )


def _table(*headings: str, title: str) -> Table:
    """Return a table that folds long words and never cuts them: a county's words are long, and a pipe is narrow."""
    return Table(*(Column(heading, overflow="fold") for heading in headings), title=title)


def _read(name: str) -> Agreement:
    path = Path(name)
    if path.is_file():
        try:
            return load(path.read_bytes())
        except FaultyText as error:
            for fault in error.faults:
                typer.echo(f"{path}:{fault}", err=True)
            raise typer.Exit(1) from None
    versions = {str(agreement.ref): agreement for agreement in load_published().agreements}
    if name not in versions:
        raise typer.BadParameter(f"{name} is neither a file nor a published version ({', '.join(versions)})")
    return versions[name]
