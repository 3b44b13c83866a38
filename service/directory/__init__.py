"""The counties' directories: TOML files of principals, providers, units and assignments, checked when read."""

import tomllib
from importlib.resources import files

from pydantic import ValidationError

from domain.directory import Directory


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


def demonstration() -> Directory:
    """The demonstration county. Every id in it is plainly test data."""
    return read_directory((files(__name__) / "demonstration.toml").read_text(encoding="utf-8"))
