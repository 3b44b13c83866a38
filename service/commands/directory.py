"""`kvittens directory`: the faults of a county's directory."""

from pathlib import Path
from typing import Annotated

import typer

from domain.authoring.directory_check import compare_with_agreements, read_directory
from domain.authoring.faults import Language, Message
from domain.authoring.publication import load_published
from domain.directory import Directory
from service.commands.agreement import read_agreement
from service.commands.messages import LanguageOption, tell

app = typer.Typer(help="Work with the directories of counties.", no_args_is_help=True)


@app.callback()
def directory() -> None:
    """Work with the directories of counties."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The county's directory in TOML.", exists=True, dir_okay=False)],
    texts: Annotated[
        list[str] | None,
        typer.Option("--text", help="An agreement of the county: a TOML file or '1085641 R1'; can be repeated."),
    ] = None,
    language: LanguageOption = Language.SWEDISH,
) -> None:
    """Print every fault of a directory with its line, and then what its agreements do not have in common with it.

    Without a text, it is compared with the agreements that this program publishes. Exit status 1 means that the
    directory has faults, and the service does not start with it.
    """
    content = file.read_bytes()
    outcome = read_directory(content)
    if not isinstance(outcome, Directory):
        for fault in outcome:
            tell(fault.locate(file), language)
        raise typer.Exit(1)
    agreements = (
        tuple(read_agreement(text, language, texts) for text in texts) if texts else load_published().agreements
    )
    differences = compare_with_agreements(content, agreements)
    tell(
        Message(
            f"The directory has no faults: {len(outcome.principals)} principals, {len(outcome.providers)} providers, "
            f"{len(outcome.units)} units, {len(outcome.assignments)} assignments.",
            f"Katalogen har inga fel. Huvudmän: {len(outcome.principals)}, vårdgivare: {len(outcome.providers)}, "
            f"enheter: {len(outcome.units)}, anställningar: {len(outcome.assignments)}.",
        ),
        language,
    )
    if differences:
        message = Message(
            "The service starts with it, but it does not go with the agreements:",
            "Tjänsten startar med den, men den går inte ihop med överenskommelserna:",
        )
        tell(message, language)
    for difference in differences:
        tell(difference.locate(file), language)
