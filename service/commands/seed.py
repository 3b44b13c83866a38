"""`kvittens seed`: a made-up record with years in it, grown by the service's own acts."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from domain.kernel import legal_day
from service.bootstrap import claim_purpose, open_services
from service.database.embedded import DATABASE, EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.settings import Settings, read_settings
from world.counties import DIRECTORIES, MARK
from world.growth import Growth
from world.plan import Size, World


def grow_world(
    size: Annotated[Size, typer.Option(help="S: 80 cases; M: 2,000 cases; L: a million events.")] = Size.S,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today if left out.")
    ] = None,
    chance: Annotated[int, typer.Option(help="The seed of all chances.")] = 1,
    anew: Annotated[
        bool, typer.Option("--anew", help="Replace a world of another day, seed or size in KVITTENS_DATA.")
    ] = False,
) -> None:
    """Grow a made-up record: five counties, and two years until the morning of the last day.

    The same size, seed and last day give the same record. If it is broken off, the same command goes on with it. It
    needs a database without other cases.
    """
    world = World(size, chance, until.date() if until else legal_day(datetime.now(UTC)))
    settings = read_settings().model_copy(update={"demonstration": True, "directory": DIRECTORIES})
    if anew:
        _remove_other_world(settings, world)
    with open_services(settings) as services:
        claim_purpose(services)
        growth = Growth(services, world)
        if not growth.may_begin():
            raise DatabaseUnusable(
                f"This database holds other cases than those of {world.name}. Set KVITTENS_DATA to a folder of its own."
            )
        (settings.data / MARK).write_text(world.name)
        _grow(growth, world)
        typer.echo(f"{world.name}: {growth.tally.total()} acts, {services.store.max_position()} events.")


def _grow(growth: Growth, world: World) -> None:
    days = (world.ends - world.begins).days
    columns = (TextColumn("Growing"), BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console()) as bar:
        task = bar.add_task("", total=days)
        growth.grow(
            lambda reached: bar.update(
                task,
                completed=(reached - world.begins).days,
                description=f"{legal_day(reached)}, {growth.tally.total()} acts",
            )
        )


def _remove_other_world(settings: Settings, world: World) -> None:
    """Remove the database of another world from the folder's own server. Other databases are never touched."""
    mark = settings.data / MARK
    if settings.database_url is None and mark.exists() and mark.read_text() != world.name:
        with EmbeddedPostgres(settings.data) as server:
            server.drop_database(DATABASE)
        mark.unlink()
