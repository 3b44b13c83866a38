"""`kvittens tick`: record what time alone has brought, once; a server does so every minute by itself."""

import typer

from service.bootstrap import open_services
from service.settings import read_settings


def tick() -> None:
    """Record what has come to pass without anyone acting, such as a plan that has lapsed."""
    with open_services(read_settings()) as services:
        typer.echo(f"{services.clockwork.tick()} recorded.")
