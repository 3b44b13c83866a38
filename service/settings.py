"""The settings of one process, read once from the environment."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

ADDRESS_FILE = "address"
"""The file in the data folder that holds the server's address while it runs."""


class WrongSetting(Exception):
    """An environment variable that cannot be used. The message names each such variable and a value that works."""


def _connection_string(secret: SecretStr) -> SecretStr:
    try:
        known = conninfo_to_dict(secret.get_secret_value())
    except ProgrammingError:
        raise ValueError("is not a PostgreSQL connection string") from None
    if not known.get("dbname"):
        raise ValueError("names no database")
    return secret


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value().encode()) < 32:
        raise ValueError("is shorter than 32 bytes")
    return secret


def _public_url(text: str) -> str:
    if re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?", text) is None:
        raise ValueError("is not the address of a server")
    return text.rstrip("/")


ConnectionString = Annotated[SecretStr, AfterValidator(_connection_string)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
TokenKey = Annotated[SecretStr, AfterValidator(_long_enough)]


class Settings(BaseModel):
    """The settings of one process. Secrets print as asterisks."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    database_url: ConnectionString | None = None
    """The service's own login to a PostgreSQL server; None means the embedded server."""
    owner_database_url: ConnectionString | None = None
    """The login that owns the schema and runs migrations, when it is another than the service's."""
    data: Path = Path(".kvittens")
    """The folder of the embedded server and of generated secrets."""
    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: PublicUrl | None = None
    """The address by which clients reach the server, if a proxy stands before it. None means that of each request."""
    directory: Path | None = None
    """The counties' principals, units and staff as TOML. A demonstration has its own besides."""
    demonstration: bool = False
    """True for the demonstration counties, where requests may set the clock."""
    token_key: TokenKey | None = None
    """The key that signs and verifies bearer tokens; None means one generated in `data`."""

    @property
    def cluster(self) -> Path | None:
        """The folder in which the embedded server's data lies; None for another server."""
        return (self.data / "postgres").resolve() if self.database_url is None else None


_REMEDIES = {
    "database_url": "give postgresql://user:password@host:5432/database, or leave it unset for the embedded server",
    "owner_database_url": "give postgresql://owner:password@host:5432/database, or leave it unset",
    "data": "give the path of a folder",
    "host": "give an address to listen on, such as 127.0.0.1 or 0.0.0.0",
    "port": "give a whole number from 0 (any free port) to 65535",
    "public_url": "give the address that clients use, such as https://kvittens.example/kvittens",
    "directory": "give the path of a directory file, or of a folder of them, as in service/directory/demonstration",
    "demonstration": "give true or false",
    "token_key": "give at least 32 random bytes of text, or leave it unset",
}


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the environment's KVITTENS_ variables. An empty variable counts as unset.

    Raises WrongSetting for a value that cannot be used, for a variable that does not exist (a likely misspelling),
    and for an owner's login without a service's.
    """
    texts = {name: value for name, value in environment.items() if name.startswith("KVITTENS_") and value.strip()}
    fields = {f"KVITTENS_{field.upper()}": field for field in Settings.model_fields}
    faults = [f"{name} is not a setting; the settings are {', '.join(fields)}." for name in texts if name not in fields]
    values: dict[str, Any] = {fields[name]: value for name, value in texts.items() if name in fields}
    if "owner_database_url" in values and "database_url" not in values:
        faults.append(
            "KVITTENS_OWNER_DATABASE_URL is set but KVITTENS_DATABASE_URL is not: set the service's own login as well."
        )
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults += [_fault(str(fault["loc"][0]), fault["msg"]) for fault in error.errors()]
    else:
        if not faults:
            return settings
    raise WrongSetting("\n".join(faults))


def _fault(field: str, message: str) -> str:
    problem = re.sub(r"^(Value error, |Input )", "", message)
    return f"KVITTENS_{field.upper()}: the value {problem}; {_REMEDIES[field]}."
