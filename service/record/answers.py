"""The first answers to requests with a key that made no event: what was found, or what the person register took.

They stand in the table of those to acts, whose key lets one request alone have an id.
"""

from typing import Any, LiteralString, NamedTuple
from uuid import UUID

from psycopg import Cursor

_KEEP: LiteralString = (
    "INSERT INTO command (command_id, digest, answer) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING command_id"
)


class RequestAnswer(NamedTuple):
    """An answer to a request. `command_id` and `digest` are the request's, as for an act."""

    command_id: UUID
    digest: bytes
    answer: bytes


class AnsweredBefore(Exception):
    """The request, or another one with its id, has an answer by now."""


def keep_answer(cursor: Cursor[Any], kept: RequestAnswer) -> None:
    """Keep an answer in the cursor's transaction. Raises AnsweredBefore."""
    if cursor.execute(_KEEP, kept).fetchone() is None:
        raise AnsweredBefore
