"""The counties' directories: TOML files of principals, providers, units and assignments.

This room reads the files and checks them. It never writes one, and it knows no database.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from domain.agreements.model import Agreement
from domain.authoring.directory_check import compare_with_agreements, read_directory
from domain.directory import Directory
from domain.kernel import Actor
from service.settings import Settings


class DirectoryFaulty(Exception):
    """A directory file with faults. The message names the file, the line and the remedy of each fault."""


def _load(file: Traversable) -> Directory:
    """Load a directory from a TOML file. Raises DirectoryFaulty with every fault."""
    outcome = read_directory(_read(file))
    if isinstance(outcome, Directory):
        return outcome
    raise DirectoryFaulty("\n".join(f"{file}:{fault}" for fault in outcome))


def _read(file: Traversable) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DirectoryFaulty(f"{file} cannot be read: {error.strerror}") from None


def read_directories(settings: Settings) -> Mapping[str, Directory]:
    """Read the directories to serve, by county: those of the file or folder that the settings name.

    A demonstration has its own besides, but for the counties that the settings name. The mapping is empty if there are
    none. Raises DirectoryFaulty.
    """
    own = read_demonstration() if settings.demonstration else {}
    return dict(sorted({**own, **_by_county(_list_files(settings))}.items()))


def read_demonstration() -> Mapping[str, Directory]:
    """Read the directories of the demonstration, by county. Every id in them is visibly test data."""
    folder = files(__name__) / "demonstration"
    return _by_county(file for file in folder.iterdir() if file.name.endswith(".toml"))


def compare_directories(settings: Settings, agreements: Collection[Agreement]) -> Iterator[str]:
    """Yield what the directories that the settings name and the agreements do not have in common, each on a line."""
    for file in _list_files(settings):
        yield from (f"{file}:{fault}" for fault in compare_with_agreements(_read(file), agreements))


def _list_files(settings: Settings) -> list[Path]:
    """List the directory files that the settings name. Raises DirectoryFaulty for a folder without any."""
    if settings.directory is None:
        return []
    if not settings.directory.is_dir():
        return [settings.directory]
    found = sorted(settings.directory.glob("*.toml"))
    if not found:
        raise DirectoryFaulty(f"{settings.directory} has no directory, which is a file that ends with .toml")
    return found


def _by_county(files: Iterable[Traversable]) -> Mapping[str, Directory]:
    found: dict[str, tuple[Traversable, Directory]] = {}
    for file in files:
        directory = _load(file)
        if directory.county in found:
            first, _ = found[directory.county]
            raise DirectoryFaulty(f"{first} and {file} describe the same county; a county has one file")
        found[directory.county] = (file, directory)
    return {county: directory for county, (_, directory) in sorted(found.items())}


def find_actor(directories: Mapping[str, Directory], person: str, unit: str | None = None) -> Actor | None:
    """Find a person's assignment in any of the counties: at the unit, or else the first assignment."""
    actors = (directory.actor(person, unit) for directory in directories.values())
    return next((actor for actor in actors if actor is not None), None)
