"""The demonstration's settings, and its persons: made up, with numbers of the tax agency's published test series."""

from datetime import date
from uuid import UUID, uuid5

from domain.person import NumberSystem, Person
from service.bootstrap import Services
from service.settings import Settings, WrongSetting, read_settings
from world.counties import DIRECTORIES, MARK

_NAMESPACE = UUID("8f2f6c1e-7f0b-4f5e-9f39-5c4f1f0c0d11")

PERSONS = (
    ("194205159801", "Testsson", "Tora", date(1942, 5, 15)),
    ("195011029989", "Provell", "Pelle", date(1950, 11, 2)),
    ("199009149817", "Exempelsson", "Elis", date(1990, 9, 14)),
    ("193802209837", "Provström", "Disa", date(1938, 2, 20)),
    ("201603039858", "Testlund", "Loke", date(2016, 3, 3)),
    ("196706069827", "Fiktiv", "Vera", date(1967, 6, 6)),
    ("197512019873", "Mönster", "Rikard", date(1975, 12, 1)),
    ("200705209849", "Testbäck", "Tuva", date(2007, 5, 20)),
    ("200103019899", "Provberg", "Botvid", date(2001, 3, 1)),
    ("198008089818", "Exempelholm", "Hampus", date(1980, 8, 8)),
    ("193001099864", "Fiktivin", "Arvida", date(1930, 1, 9)),
    ("195504049809", "Mallgren", "Gun", date(1955, 4, 4)),
)
"""The test numbers, family names, given names and birth dates of the persons."""


def read_demonstration_settings() -> Settings:
    """Read the settings of the demonstration. Where the data folder holds a world, its counties are served too.

    Raises WrongSetting if the settings name other counties for a world.
    """
    settings = read_settings()
    directory = settings.directory
    if (settings.data / MARK).exists():
        if directory is not None:
            raise WrongSetting(
                f"KVITTENS_DIRECTORY: {settings.data} holds a made-up record, which has counties of its own; leave "
                "KVITTENS_DIRECTORY unset, or set KVITTENS_DATA to another folder."
            )
        directory = DIRECTORIES
    return settings.model_copy(update={"demonstration": True, "directory": directory})


def register_persons(services: Services) -> None:
    """Register the persons in every county of the demonstration, unless they are registered already."""
    for county in services.directories:
        for value, family, given, birth_date in PERSONS:
            services.person_acts.register(
                Person(
                    id=uuid5(_NAMESPACE, f"{county} {value}"),
                    county=county,
                    system=NumberSystem.PERSONNUMMER,
                    value=value,
                    family=family,
                    given=given,
                    birth_date=birth_date,
                    protected=False,
                )
            )
