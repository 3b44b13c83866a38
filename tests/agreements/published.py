"""The agreements of this package by county and time."""

from datetime import datetime

from domain.agreements.model import Agreement
from domain.authoring.publication import load_published


def find_in_force(county: str, at: datetime) -> Agreement | None:
    """Find the published version in force in the county on the Swedish legal day of `at`."""
    return load_published().in_force(county, at)
