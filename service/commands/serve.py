"""`kvittens serve` and `kvittens run`: the server for a real record, and for the demonstration."""

import fcntl
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import uvicorn

from domain.authoring.faults import Language
from domain.kernel import Actor, Party, Role
from projections.worklist.items import WorklistItem
from service.app import create_app
from service.bootstrap import Services, claim_purpose, open_services
from service.commands.agreement import read_agreement
from service.commands.demonstration import PERSONS, read_demonstration_settings, register_persons
from service.commands.operational_log import name_nobody
from service.commands.rehearsal import bring_into_force
from service.directory import DirectoryFaulty, compare_directories, find_actor, read_demonstration
from service.http.connections import configure_server
from service.security.tokens import issue
from service.settings import ADDRESS_FILE, Settings, read_settings

_NURSE = "SE2120000001-SSK1"
"""The municipal nurse of the demonstration whose token the welcome shows."""
_PATIENCE = 1.0
"""The seconds in which a server of this machine must take a connection."""
_RECENT = 31
"""The days for which an item counts as recent."""


def serve() -> None:
    """Serve pages at /, FHIR at /fhir and acts at /api, until Ctrl-C."""
    _serve(read_settings())


def run(
    texts: Annotated[
        list[Path] | None,
        typer.Option(
            "--text",
            help="A text of your own, which its parties sign and publish at once; can be repeated.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
) -> None:
    """Serve the demonstration counties, with made-up persons, until Ctrl-C.

    KVITTENS_DIRECTORY adds a county of your own.
    """
    names = [str(file) for file in texts or ()]
    for name in names:
        read_agreement(name, Language.SWEDISH, names)  # if the text has faults, it prints them and exits
    _serve(read_demonstration_settings(), [file.read_bytes() for file in texts or ()])


def _serve(settings: Settings, texts: Sequence[bytes] = ()) -> None:
    name_nobody()
    signal.signal(signal.SIGTERM, _leave)
    listening = _listen(settings)
    with listening, open_services(settings) as services, ExitStack() as stack:
        if not services.directories:
            raise DirectoryFaulty("There is no directory. Set KVITTENS_DIRECTORY, or try `kvittens run`.")
        claim_purpose(services)
        if settings.demonstration:
            register_persons(services)
        for text in texts:
            typer.echo(bring_into_force(services, text))
        _print_differences(services)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{listening.getsockname()[1]}"
        typer.echo(_welcome(services, address))
        listening.listen()  # before another server could take its address for one of a killed server
        stack.enter_context(publish_address(settings, address))
        if not settings.demonstration:  # a demonstration's clock moves by POST /api/demonstration/tick
            stack.enter_context(services.clockwork.run())
        app = create_app(services)
        gc.freeze()  # what stays for ever is not looked through again each time that a long case is read
        uvicorn.Server(configure_server(app)).run(sockets=[listening])


def _print_differences(services: Services) -> None:
    """Print what the directory that the settings name does not have in common with the agreements."""
    versions = services.versions.read_versions().versions.values()
    agreements = [version.agreement for version in versions if version.record.withdrawn_at is None]
    for difference in compare_directories(services.settings, agreements):
        typer.echo(difference, err=True)


@contextmanager
def publish_address(settings: Settings, address: str) -> Iterator[None]:
    """Write the address of a server that listens in the data folder, where other commands read it.

    It is removed after the block. Servers that share a folder have a line each, and the last one is read. The lines of
    servers that were killed are removed, since nobody listens there.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    _change_addresses(settings.data, address, is_served=True)
    try:
        yield
    finally:
        _change_addresses(settings.data, address, is_served=False)


def _change_addresses(folder: Path, address: str, *, is_served: bool) -> None:
    """Write the addresses that are served. One process at a time does so, as long as it holds a lock on the folder."""
    file, alone = folder / ADDRESS_FILE, os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(alone, fcntl.LOCK_EX)
        known = file.read_text().split() if file.exists() else []
        served = [line for line in known if line != address and _is_served(line)] + [address] * is_served
        file.write_text("".join(f"{line}\n" for line in served))
        if not served:
            file.unlink()
    finally:
        os.close(alone)


def _is_served(address: str) -> bool:
    """Return True if somebody listens at an address of this machine."""
    try:
        place = urlsplit(address)
        socket.create_connection((place.hostname or "", place.port or 0), _PATIENCE).close()
    except (OSError, ValueError):  # nobody listens, or the line is no address
        return False
    return True


def _leave(number: int, _: object) -> None:
    """Exit in order, so that everything that was started is stopped, also the database."""
    sys.exit(128 + number)


def _listen(settings: Settings) -> socket.socket:
    """Bind the port before anything else starts, so that a port in use is reported at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        typer.echo(
            f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. Set KVITTENS_PORT.", err=True
        )
        raise typer.Exit(2) from None
    return listening


def _welcome(services: Services, address: str) -> str:
    lines = [f"Kvittens is at {address}/ (pages), {address}/fhir and {address}/api. Ctrl-C stops it."]
    if services.settings.demonstration:
        actor = _find_nurse(services)
        directory = services.directories[actor.county]
        number, family, given, _ = PERSONS[0]
        token = issue(actor, key=services.token_key, now=datetime.now(UTC))
        names = [name for name in ("KVITTENS_DATA", "KVITTENS_DIRECTORY") if os.environ.get(name)]
        here = "".join(f"{name}={os.environ[name]} " for name in names)
        lines += [
            "",
            f"This is a demonstration: {', '.join(county.name for county in services.directories.values())}.",
            f"A token for {directory.name_of(actor.person)}, {directory.name_of(actor.unit)}, valid for 12 hours:",
            "",
            f"  export TOKEN={token}",
            "",
            "Try:",
            f'  curl -s -H "Authorization: Bearer $TOKEN" {address}/fhir/metadata',
            f'  curl -s -H "Authorization: Bearer $TOKEN" {address}/api/worklist',
            f"  {here}.venv/bin/kvittens token     (everybody who can act; with an id, a token of that person)",
            f"  {here}make play SCENARIO=D1     (a whole case, step by step; see it on the pages afterwards)",
            "",
            f"A person to try with: {given} {family}, test number {number}.",
            "",
        ]
    return "\n".join(lines)


def _find_nurse(services: Services) -> Actor:
    """Return the demonstration's nurse; with counties of the user's own, a municipal nurse of these.

    In a world it is the one for whose principal most has begun lately.
    """
    nurse = find_actor(services.directories, _NURSE)
    if services.settings.directory is None and nurse is not None:
        return nurse
    staff = [actor for directory in services.directories.values() for actor in directory.actors]
    nurses = [actor for actor in staff if (actor.role, actor.party) == (Role.NURSE, Party.MUNICIPALITY)]
    shipped = read_demonstration()
    nurses.sort(key=lambda actor: actor.county in shipped)
    return max(nurses, key=lambda actor: _count_recent(services, actor))


def _count_recent(services: Services, actor: Actor) -> int:
    """Count what waits for the actor's principal since no more than a month."""
    now = services.clock.now()
    items = (WorklistItem.model_validate_json(body) for _, body in services.queries.worklist(actor))
    return sum(item.elapsed_days(now) <= _RECENT for item in items)
