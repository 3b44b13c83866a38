"""The two logins to one database."""

from typing import Any

import psycopg
from pydantic import BaseModel, ConfigDict, Field

from service.database.faults import DatabaseUnusable


class Dsns(BaseModel):
    """Connection strings for libpq. They hold passwords, and are therefore left out when the value is printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str | None = Field(repr=False)
    """The login that owns the schema; None where this process has only the service's."""
    service: str = Field(repr=False)
    """The login of the running service, which may insert and read events and nothing else on them."""


def log_in(login: str) -> psycopg.Connection[Any]:
    """An autocommit connection. Raises DatabaseUnusable where there is no server, or it does not let us in."""
    try:
        return psycopg.connect(login, autocommit=True)
    except psycopg.OperationalError as error:
        raise DatabaseUnusable(f"The database does not let us in: {str(error).strip()}") from None
