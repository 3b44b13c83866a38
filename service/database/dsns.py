"""The two logins to one database."""

from pydantic import BaseModel, ConfigDict, Field


class Dsns(BaseModel):
    """Connection strings for libpq. They hold passwords, and are therefore left out when the value is printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    owner: str | None = Field(repr=False)
    """The login that owns the schema; None where this process has only the service's."""
    service: str = Field(repr=False)
    """The login of the running service, which may insert and read events and nothing else on them."""
