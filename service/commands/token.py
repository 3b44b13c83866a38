"""`kvittens token`: a bearer token for an assignment in the directory, for development."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from service.directory import actor_in, demonstration, directories
from service.security.tokens import issue, token_key
from service.settings import read_settings


def token(
    person: Annotated[
        str | None, typer.Argument(help="The HSA-id of a person in the directory; left out, they are listed.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The HSA-id of the unit, for a person with several.")] = None,
) -> None:
    """Print a token that is good for 12 hours, or list the persons it can be issued for."""
    settings = read_settings()
    counties = directories(settings) or demonstration()
    if person is None:
        for directory in counties.values():
            for assignment in directory.assignments:
                where = f"{directory.name_of(assignment.unit)} ({directory.county})"
                typer.echo(f"{assignment.person:24} {assignment.role:24} {assignment.name}, {where}")
        return
    actor = actor_in(counties, person, unit)
    if actor is None:
        typer.echo(f"The directory has no assignment of {person} there; run kvittens token for the list.", err=True)
        raise typer.Exit(1)
    typer.echo(issue(actor, key=token_key(settings), now=datetime.now(UTC)))
