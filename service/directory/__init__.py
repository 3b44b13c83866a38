"""The counties' directories: TOML files of principals, providers, units and assignments, checked when read."""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files

from pydantic import ValidationError

from domain.directory import Directory
from domain.kernel import Actor
from service.settings import Settings


class DirectoryFaulty(Exception):
    """A directory file that does not hold together; the message says what and where."""


def read_directory(text: str) -> Directory:
    """The directory that a TOML text describes. Raises DirectoryFaulty with every fault."""
    try:
        directory = Directory.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DirectoryFaulty(f"not TOML: {error}") from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise DirectoryFaulty("\n".join(faults)) from None
    faults = list(directory.faults())
    if faults:
        raise DirectoryFaulty("\n".join(faults))
    return directory


def directories(settings: Settings) -> Mapping[str, Directory]:
    """The directories to serve, by county: the demonstration's, or those that the settings name; none without any.

    The settings name a file, or a folder of them. Raises DirectoryFaulty.
    """
    if settings.demonstration:
        return demonstration()
    if settings.directory is None:
        return {}
    try:
        paths = sorted(settings.directory.glob("*.toml")) if settings.directory.is_dir() else [settings.directory]
        return _by_county([path.read_text(encoding="utf-8") for path in paths])
    except OSError as error:
        raise DirectoryFaulty(f"cannot be read: {error.strerror}") from None


def demonstration() -> Mapping[str, Directory]:
    """The demonstration's counties, by name. Every id in them is plainly test data."""
    folder = files(__name__) / "demonstration"
    return _by_county([one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".toml")])


def _by_county(texts: Iterable[str]) -> Mapping[str, Directory]:
    found = sorted(map(read_directory, texts), key=lambda directory: directory.county)
    if len({directory.county for directory in found}) < len(found):
        raise DirectoryFaulty("two files describe the same county; a county has one")
    return {directory.county: directory for directory in found}


def actor_in(directories: Mapping[str, Directory], person: str, unit: str | None = None) -> Actor | None:
    """The person's assignment, in whichever county; at the given unit or else the first one."""
    found = (directory.actor(person, unit) for directory in directories.values())
    return next((actor for actor in found if actor is not None), None)
