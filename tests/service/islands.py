"""The made-up county of the islands beside the demonstration, with more units and staff than its directory has."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import open_demonstration
from world.counties import DIRECTORIES


@contextmanager
def open_islands(database: Dsns, folder: Path, *, more: str) -> Iterator[Services]:
    """Open the services of a demonstration that has the county besides. `more` is TOML of its directory."""
    directory = folder / "skargarden.toml"
    directory.write_text((DIRECTORIES / "skargarden.toml").read_text("utf-8") + more, encoding="utf-8")
    with open_demonstration(database, folder / "data", directory=directory) as services:
        yield services
