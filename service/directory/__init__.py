"""The counties' directories: TOML files of principals, providers, units and assignments, checked when read."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from pydantic import ValidationError

from domain.directory import Directory
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
    """The directories to serve, by county: the demonstration's, or the file that the settings name; none without one.

    Raises DirectoryFaulty.
    """
    if settings.demonstration:
        found = demonstration()
    elif settings.directory is None:
        return {}
    else:
        try:
            found = read_directory(settings.directory.read_text(encoding="utf-8"))
        except OSError as error:
            raise DirectoryFaulty(f"cannot be read: {error.strerror}") from None
    return {found.county: found}


def demonstration() -> Directory:
    """The demonstration county. Every id in it is plainly test data."""
    return read_directory((files(__name__) / "demonstration.toml").read_text(encoding="utf-8"))
