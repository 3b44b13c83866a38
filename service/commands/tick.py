"""`kvittens tick`: the events that follow from time alone. A server records them every minute."""

import typer

from service.bootstrap import open_services
from service.settings import read_settings


def tick() -> None:
    """Record the events that follow from time alone, such as the lapse of a plan."""
    with open_services(read_settings()) as services:
        typer.echo(f"{services.clockwork.tick()} events recorded.")
