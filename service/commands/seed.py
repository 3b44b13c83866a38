"""`kvittens seed`: a made-up record with years in it, grown by the service's own acts."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

import domain
import fhir_profiles
import projections
import service
import world as world_package
from domain.kernel import legal_day
from service.bootstrap import claim_purpose, open_services
from service.database.embedded import DATABASE, EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.settings import Settings, read_settings
from world.counties import DIRECTORIES, MARK
from world.growth import Growth
from world.plan import Size, World
from world.stage import OtherStep


def grow_world(
    size: Annotated[Size, typer.Option(help="S: 80 cases; M: 2,000 cases; L: a million events.")] = Size.S,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day; today if left out.")
    ] = None,
    chance: Annotated[int, typer.Option(help="The seed of all chances.")] = 1,
    anew: Annotated[
        bool, typer.Option("--anew", help="Replace a world of another day, seed, size or program in KVITTENS_DATA.")
    ] = False,
) -> None:
    """Grow a made-up record: five counties, and two years until the morning of the last day.

    The same size, seed and last day give the same record. If it is broken off, the same command goes on with it. It
    needs a database without other cases.
    """
    world = World(size, chance, until.date() if until else legal_day(datetime.now(UTC)))
    settings = read_settings().model_copy(update={"demonstration": True, "directory": DIRECTORIES})
    has_own_server = settings.database_url is None
    if has_own_server and _read_mark(settings) == [world.name, digest_program()]:
        typer.echo(f"{world.name} is here already, grown by this program.")
        return
    if anew and has_own_server and _read_mark(settings)[:1] not in ([], [world.name]):
        _remove_world(settings)
    try:
        _open_and_grow(settings, world)
    except OtherStep as step:
        found = f"Another version of the program has grown {world.name} here. It has this step otherwise: {step}."
        if not has_own_server:
            raise DatabaseUnusable(f"{found} Set KVITTENS_DATABASE_URL to an empty database.") from step
        if not anew:
            remedy = "Run the command with --anew to grow it again, or set KVITTENS_DATA to a folder of its own."
            raise DatabaseUnusable(f"{found} {remedy}") from step
        typer.echo(f"{found} It is grown again.")
        _remove_world(settings)
        _open_and_grow(settings, world)


def _open_and_grow(settings: Settings, world: World) -> None:
    with open_services(settings) as services:
        claim_purpose(services)
        growth = Growth(services, world)
        if not growth.may_begin():
            raise DatabaseUnusable(
                f"This database holds other cases than those of {world.name}. Set KVITTENS_DATA to a folder of its own."
            )
        mark = settings.data / MARK
        mark.write_text(f"{world.name}\n")
        _grow(growth, world)
        mark.write_text(f"{world.name}\n{digest_program()}\n")
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


def _read_mark(settings: Settings) -> list[str]:
    """Return the name of the world in the folder, if it has one, and if that is whole, the program that grew it."""
    mark = settings.data / MARK
    return mark.read_text().splitlines() if mark.exists() else []


def digest_program() -> str:
    """Return the SHA-256 of all that decides what a world holds: the code, the texts and the directories."""
    packages = (domain, fhir_profiles, projections, service, world_package)
    folders = [Path(folder) for package in packages for folder in package.__path__]
    found = sorted(
        (f"{folder.name}/{path.relative_to(folder)}", path)
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in {".py", ".sql", ".toml"}
    )
    return sha256(
        b"".join(name.encode() + b"\0" + sha256(path.read_bytes()).digest() for name, path in found)
    ).hexdigest()


def _remove_world(settings: Settings) -> None:
    """Remove the database of the folder's own server. Other databases are never touched."""
    with EmbeddedPostgres(settings.data) as server:
        server.drop_database(DATABASE)
    (settings.data / MARK).unlink()
