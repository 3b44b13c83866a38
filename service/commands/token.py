"""`kvittens token`: bearer tokens for assignments in the directory, for development."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from domain.directory import Assignment, Directory
from domain.kernel import Actor
from service.commands.demonstration import read_demonstration_settings
from service.directory import read_directories
from service.security.tokens import issue, read_token_key
from service.settings import Settings, read_settings


def token(
    person: Annotated[
        str | None, typer.Argument(help="The HSA-id of a person in the directory. Without it: a list of all persons.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The HSA-id of the unit, for a person with several units.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each assignment with its token, as a JSON array.")
    ] = False,
) -> None:
    """Print a token that is valid for 12 hours, or a list of the persons with an assignment."""
    settings = read_settings()
    counties = read_directories(settings) or read_directories(read_demonstration_settings())
    assignments = [
        (directory, assignment)
        for directory in counties.values()
        for assignment in directory.assignments
        if person in (None, assignment.person) and unit in (None, assignment.unit)
    ]
    if person is not None and not assignments:
        place = f" at {unit}" if unit else ""
        typer.echo(f"The directory has no assignment of {person}{place}. See the list: kvittens token", err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps([_describe(settings, *entry) for entry in assignments], ensure_ascii=False, indent=2))
    elif person is not None:
        typer.echo(_issue(settings, _actor(*assignments[0])))
    else:
        for directory, assignment in assignments:
            unit_name = f"{directory.name_of(assignment.unit)} ({directory.county})"
            typer.echo(f"{assignment.person:24} {assignment.role:24} {assignment.name}, {unit_name}")


def _describe(settings: Settings, directory: Directory, assignment: Assignment) -> dict[str, str | None]:
    """Return an assignment with its names and a token, for other programs to read."""
    actor = _actor(directory, assignment)
    return {
        "person": actor.person,
        "name": assignment.name,
        "role": actor.role,
        "unit": actor.unit,
        "unit_name": directory.name_of(actor.unit),
        "provider": actor.provider,
        "principal": actor.principal,
        "county": actor.county,
        "token": _issue(settings, actor),
    }


def _actor(directory: Directory, assignment: Assignment) -> Actor:
    actor = directory.actor(assignment.person, assignment.unit)
    assert actor is not None
    return actor


def _issue(settings: Settings, actor: Actor) -> str:
    return issue(actor, key=read_token_key(settings), now=datetime.now(UTC))
