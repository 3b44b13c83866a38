"""`kvittens migrate`: bring the database's schema up to this program."""

import typer

from service.database.access import open_database
from service.settings import read_settings


def migrate() -> None:
    """Bring the database up to this program, and check that the service can neither change nor remove events."""
    with open_database(read_settings()):
        typer.echo("The database is up to date.")
