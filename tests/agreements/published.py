"""The agreements of this package by county and time, and the rows of their matrices."""

from collections.abc import Iterable
from datetime import datetime

from domain.agreements.matrix import Answer
from domain.agreements.model import Agreement, MatrixRow
from domain.authoring.publication import load_published


def find_in_force(county: str, at: datetime) -> Agreement | None:
    """Find the published version in force in the county on the Swedish legal day of `at`."""
    return load_published().in_force(county, at)


def list_rows_of(answer: Answer, matrix: Iterable[MatrixRow]) -> list[MatrixRow]:
    """List the rows of the matrix that gave an answer."""
    return [row for row in matrix if row.id in answer.rows]
