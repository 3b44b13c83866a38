"""The two logins to one database."""

from typing import Any

import psycopg
from pydantic import BaseModel, ConfigDict, Field

from service.database.faults import DatabaseUnusable


class Dsns(BaseModel):
    """Connection strings for libpq. They hold passwords, so they are not shown when the value is printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str | None = Field(repr=False)
    """The login that owns the schema; None if this process has only the service's login."""
    service: str = Field(repr=False)
    """The login of the running service. It may insert and read events, and may not change or remove them."""


def log_in(login: str) -> psycopg.Connection[Any]:
    """Open a connection in autocommit mode. Raises DatabaseUnusable if there is no server or it refuses the login."""
    try:
        return psycopg.connect(login, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnusable(f"Cannot connect to the database: {str(error).strip()}") from None
