"""The counties' directories: TOML files of principals, providers, units and assignments.

This room reads the files and checks them. It never writes one, and it knows no database.
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from pydantic import ValidationError

from domain.directory import Directory
from domain.kernel import Actor
from service.settings import Settings


class DirectoryFaulty(Exception):
    """A directory file with faults. The message names each fault and its place."""


def read_directory(text: str) -> Directory:
    """Read a directory from a TOML text. Raises DirectoryFaulty with every fault."""
    try:
        directory = Directory.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DirectoryFaulty(f"not TOML: {error}") from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise DirectoryFaulty("\n".join(faults)) from None
    faults = list(directory.find_faults())
    if faults:
        raise DirectoryFaulty("\n".join(faults))
    return directory


def read_directories(settings: Settings) -> Mapping[str, Directory]:
    """Read the directories to serve, by county: those of the file or folder that the settings name.

    A demonstration has its own besides, but for the counties that the settings name. The mapping is empty if there are
    none. Raises DirectoryFaulty.
    """
    own = read_demonstration() if settings.demonstration else {}
    if settings.directory is None:
        return own
    try:
        paths = sorted(settings.directory.glob("*.toml")) if settings.directory.is_dir() else [settings.directory]
        return dict(sorted({**own, **_by_county(path.read_text(encoding="utf-8") for path in paths)}.items()))
    except OSError as error:
        raise DirectoryFaulty(f"cannot be read: {error.strerror}") from None


def read_demonstration() -> Mapping[str, Directory]:
    """Read the directories of the demonstration, by county. Every id in them is visibly test data."""
    folder = files(__name__) / "demonstration"
    return _by_county(file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))


def _by_county(texts: Iterable[str]) -> Mapping[str, Directory]:
    directories = sorted(map(read_directory, texts), key=lambda directory: directory.county)
    if len({directory.county for directory in directories}) < len(directories):
        raise DirectoryFaulty("two files describe the same county; a county has one file")
    return {directory.county: directory for directory in directories}


def find_actor(directories: Mapping[str, Directory], person: str, unit: str | None = None) -> Actor | None:
    """Find a person's assignment in any of the counties: at the unit, or else the first assignment."""
    actors = (directory.actor(person, unit) for directory in directories.values())
    return next((actor for actor in actors if actor is not None), None)
