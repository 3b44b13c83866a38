"""The database's schema: migrations in numbered SQL files, each applied once, in order, and never changed."""

import hashlib
import re
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Self

import psycopg
from psycopg import errors
from pydantic import BaseModel, ConfigDict

from service.database.dsns import log_in
from service.database.faults import DatabaseUnusable

SERVICE_ROLE = "kvittens_service"
"""The role that the migrations grant rights to. The service's login is this role or a member of it."""

_LOCK = 0x6B76697474656E73
"""The advisory lock that lets one process at a time migrate a database: the bytes of "kvittens"."""

_CREATE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE_ROLE}') THEN
        CREATE ROLE {SERVICE_ROLE} NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- made meanwhile, beside another database
END $$
"""

_CREATE_RECORD = f"""
CREATE TABLE kvittens_migration (
    number int PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON kvittens_migration TO {SERVICE_ROLE};
"""


class Migration(BaseModel):
    """One step of the schema: its number in the order, its name and its SQL."""

    model_config = ConfigDict(frozen=True)

    number: int
    name: str
    sql: bytes

    @property
    def checksum(self) -> str:
        """The SHA-256 of the file, as hexadecimal digits."""
        return hashlib.sha256(self.sql).hexdigest()

    @classmethod
    def from_file(cls, file: Traversable) -> Self:
        """Read a file named NNNN_name.sql. Raises DatabaseUnusable for another name."""
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", file.name)
        if match is None:
            raise DatabaseUnusable(f"The migration {file.name} is not named like 0001_events.sql.")
        return cls(number=int(match[1]), name=match[2], sql=file.read_bytes())

    def __str__(self) -> str:
        return f"{self.number:04}_{self.name}"


def read_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """Read the migrations of this release, in order. Raises DatabaseUnusable if a number is missing."""
    folder = folder or files("service.database") / "migrations"
    migrations = sorted(
        (Migration.from_file(file) for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda migration: migration.number,
    )
    if [migration.number for migration in migrations] != list(range(1, len(migrations) + 1)):
        raise DatabaseUnusable(f"The migrations are not numbered 1, 2, 3 and so on: {', '.join(map(str, migrations))}.")
    return tuple(migrations)


def migrate(owner: str, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """Apply the migrations that the database lacks, as the schema's owner, and return them.

    Each migration is one transaction. Processes that start at the same time wait for each other, and the later ones
    find nothing to do. Raises DatabaseUnusable if the database has other migrations than this release.
    """
    migrations = read_migrations() if migrations is None else migrations
    with log_in(owner) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _prepare(connection)
        missing = _find_missing(connection, migrations)
        for migration in missing:
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "INSERT INTO kvittens_migration (number, name, checksum) VALUES (%s, %s, %s)",
                    [migration.number, migration.name, migration.checksum],
                )
    return missing


def find_missing_migrations(login: str, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """Find the migrations that a database lacks; any login can ask. Raises DatabaseUnusable as `migrate` does."""
    migrations = read_migrations() if migrations is None else migrations
    with log_in(login) as connection:
        if connection.execute("SELECT to_regclass('kvittens_migration')").fetchone() == (None,):
            return tuple(migrations)
        return _find_missing(connection, migrations)


def _prepare(connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute(_CREATE_ROLE)
    except errors.InsufficientPrivilege:
        raise DatabaseUnusable(
            f"The role {SERVICE_ROLE} is missing, and this login may not create it. "
            f"Ask an administrator to run: CREATE ROLE {SERVICE_ROLE} NOLOGIN"
        ) from None
    if connection.execute("SELECT to_regclass('kvittens_migration')").fetchone() == (None,):
        with connection.transaction():
            connection.execute(_CREATE_RECORD)


def _find_missing(connection: psycopg.Connection[Any], migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    rows = connection.execute("SELECT number, name, checksum FROM kvittens_migration ORDER BY number").fetchall()
    for (number, name, checksum), migration in zip(rows, migrations, strict=False):
        if (number, name, checksum) != (migration.number, migration.name, migration.checksum):
            raise DatabaseUnusable(
                f"The database has applied a {number:04}_{name} that differs from this release's {migration}. "
                "A migration never changes once it is applied: put the file back, and write a new migration."
            )
    if len(rows) > len(migrations):
        raise DatabaseUnusable(
            f"The database has {len(rows)} migrations and this release has {len(migrations)}: "
            "the release is older than the database. Start the newer release."
        )
    return tuple(migrations[len(rows) :])
