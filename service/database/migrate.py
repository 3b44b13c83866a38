"""Bring a database's schema up to this program: numbered SQL files, each applied once, in order, and never changed."""

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
"""The role whose rights the migrations grant; the service's login is this role or a member of it."""

_LOCK = 0x6B76697474656E73
"""The advisory lock of one migrating process, per database: the bytes of "kvittens"."""

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
    """One step of the schema: its place in the order, its name, and its SQL."""

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
        """Read NNNN_name.sql."""
        named = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", file.name)
        if named is None:
            raise DatabaseUnusable(f"The migration {file.name} is not named like 0001_events.sql.")
        return cls(number=int(named[1]), name=named[2], sql=file.read_bytes())

    def __str__(self) -> str:
        return f"{self.number:04}_{self.name}"


def shipped_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """The migrations of this program, in order. Raises DatabaseUnusable unless they are numbered 1, 2, 3 and so on."""
    folder = folder or files("service.database") / "migrations"
    found = sorted(
        (Migration.from_file(file) for file in folder.iterdir() if file.name.endswith(".sql")),
        key=lambda migration: migration.number,
    )
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise DatabaseUnusable(f"The migrations are not numbered 1, 2, 3 and so on: {', '.join(map(str, found))}.")
    return tuple(found)


def migrate(owner: str, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """Apply what the database lacks, as the role that owns the schema; what was applied.

    Each migration is one transaction. Processes that start at once wait for each other, and the later ones find nothing
    to do. Raises DatabaseUnusable where the database's history is another than this program's.
    """
    wanted = shipped_migrations() if migrations is None else migrations
    with log_in(owner) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        _prepare(connection)
        lacking = _lacking(connection, wanted)
        for migration in lacking:
            with connection.transaction():
                connection.execute(migration.sql)
                connection.execute(
                    "INSERT INTO kvittens_migration (number, name, checksum) VALUES (%s, %s, %s)",
                    [migration.number, migration.name, migration.checksum],
                )
    return lacking


def lacking_migrations(login: str, migrations: Sequence[Migration] | None = None) -> tuple[Migration, ...]:
    """What a database still lacks, asked with any login. Raises DatabaseUnusable as `migrate` does."""
    wanted = shipped_migrations() if migrations is None else migrations
    with log_in(login) as connection:
        if connection.execute("SELECT to_regclass('kvittens_migration')").fetchone() == (None,):
            return tuple(wanted)
        return _lacking(connection, wanted)


def _prepare(connection: psycopg.Connection[Any]) -> None:
    try:
        connection.execute(_CREATE_ROLE)
    except errors.InsufficientPrivilege:
        raise DatabaseUnusable(
            f"The role {SERVICE_ROLE} is missing, and this login may not create it. Let an administrator run: "
            f"CREATE ROLE {SERVICE_ROLE} NOLOGIN"
        ) from None
    if connection.execute("SELECT to_regclass('kvittens_migration')").fetchone() == (None,):
        with connection.transaction():
            connection.execute(_CREATE_RECORD)


def _lacking(connection: psycopg.Connection[Any], wanted: Sequence[Migration]) -> tuple[Migration, ...]:
    applied = connection.execute("SELECT number, name, checksum FROM kvittens_migration ORDER BY number").fetchall()
    for (number, name, checksum), migration in zip(applied, wanted, strict=False):
        if (number, name, checksum) != (migration.number, migration.name, migration.checksum):
            raise DatabaseUnusable(
                f"The database was made with another {number:04}_{name} than this program's {migration}: an applied "
                "migration is never changed. Put the file back, and write the change as a new migration."
            )
    if len(applied) > len(wanted):
        raise DatabaseUnusable(
            f"The database has {len(applied)} migrations and this program knows {len(wanted)}: "
            "it is older than the database. Start the newer program."
        )
    return tuple(wanted[len(applied) :])
