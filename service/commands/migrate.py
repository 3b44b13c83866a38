"""`kvittens migrate`: the update of the database's schema."""

import typer

from service.database.access import open_database
from service.settings import read_settings


def migrate() -> None:
    """Update the database's schema to this release, and check that the service can neither change nor remove events."""
    with open_database(read_settings()):
        typer.echo("The database is up to date.")
