"""`kvittens agreement`: a text's faults, its answers about responsibility, and two versions' differences."""

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from domain.agreements.model import Agreement
from domain.agreements.open_facts import OLDEST, Inquiry
from domain.authoring.entry_comparison import compare_entries as differences_of
from domain.authoring.matrix_comparison import compare_matrices
from domain.authoring.publication import FaultyText, digest, load, load_published
from domain.authoring.validation import check as faults_of
from service.agreements.responsible import WordsUnknown
from service.agreements.responsible import ask as answer
from service.agreements.responsible import describe_reply as describe_as_json
from service.web.responsibility_answers import describe_reply as describe_in_swedish
from service.web.responsibility_answers import list_lines

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


@app.command()
def ask(
    name: Annotated[str, typer.Argument(metavar="TEXT", help="A TOML file, or a published version: '1085641 R1'.")],
    intervention: Annotated[str | None, typer.Option(help="A category of intervention.")] = None,
    profession: Annotated[str | None, typer.Option(help="A profession.")] = None,
    level: Annotated[str | None, typer.Option(help="A care level.")] = None,
    setting: Annotated[str | None, typer.Option(help="A form of housing.")] = None,
    age: Annotated[int | None, typer.Option(min=0, max=OLDEST, help="The age in whole years.")] = None,
    enrolled: Annotated[bool | None, typer.Option(help="The person is enrolled in municipal home care.")] = None,
    single_intervention: Annotated[bool | None, typer.Option(help="It is a single intervention.")] = None,
    circumstance: Annotated[list[str] | None, typer.Option(help="A circumstance that holds; can be repeated.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer of the API instead.")] = False,
) -> None:
    """Print who would be responsible in a situation, by which clauses, in Swedish.

    The words are the text's own. The answer names the facts that were left open and can change it.
    """
    text = _read(name)
    inquiry = Inquiry(
        intervention=intervention,
        profession=profession,
        level=level,
        setting=setting,
        age=age,
        enrolled=enrolled,
        single_intervention=single_intervention,
        circumstances=frozenset(circumstance or ()),
    )
    try:
        reply = answer(text, inquiry)
    except WordsUnknown as error:
        for word, known in error.known.items():
            typer.echo(f"The text knows no such {word}. It knows: {', '.join(known)}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(describe_as_json(text, reply), ensure_ascii=False, indent=2, default=str))
    else:
        typer.echo("\n".join(list_lines(describe_in_swedish(text, reply))))


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
