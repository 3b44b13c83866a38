"""A server of the demonstration whose municipality A has two units in its own operation."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from service.bootstrap import Services
from service.database.dsns import Dsns
from tests.live import open_demonstration, serve

OWN_UNIT, OTHER_UNIT = "SE2120000001-HSVEKEBY", "SE2120000001-HSVNORR"
OTHER_NURSE = "SE2120000001-SSK9"
"""A nurse of the other unit."""


@contextmanager
def serve_two_units(database: Dsns, folder: Path) -> Iterator[tuple[Services, str]]:
    """Serve the demonstration with another unit in municipality A: the services, and the address."""
    text = (files("service.directory") / "demonstration" / "orebro.toml").read_text(encoding="utf-8")
    unit = f"""[[units]]
id = "{OTHER_UNIT}"
name = "Ekeby hemsjukvård norr"
provider = "SE2120000001-VGKOMMUNA"
kind = "municipal-care"

[[assignments]]
person = "{OTHER_NURSE}"
name = "Nora Norrsköterska"
unit = "{OTHER_UNIT}"
role = "nurse"

"""
    own = folder / "orebro.toml"
    own.write_text(text.replace("[[assignments]]", unit + "[[assignments]]", 1), encoding="utf-8")
    with open_demonstration(database, folder / "data", directory=own) as services, serve(services) as address:
        yield services, address
