"""Migrations against real databases: applied once, in order, by whoever comes first, and never changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.database.migrate import Migration, lacking_migrations, migrate, shipped_migrations

FIRST = Migration(number=1, name="first", sql=b"CREATE TABLE first (id int); INSERT INTO first VALUES (1);")
SECOND = Migration(number=2, name="second", sql=b"CREATE TABLE second (id int)")
BROKEN = Migration(number=2, name="broken", sql=b"CREATE TABLE half (id int); SELECT no_such_function();")


@pytest.fixture
def empty(server: EmbeddedPostgres) -> Iterator[str]:
    """The owner's login to a database without a schema."""
    name = f"empty_{uuid4().hex}"
    created = server.database(name)
    assert created.owner
    yield created.owner
    server.drop(name)


def tables_of(login: str) -> set[str]:
    with psycopg.connect(login) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_each_migration_is_applied_once_and_in_order(empty: str) -> None:
    assert migrate(empty, [FIRST]) == (FIRST,)
    assert migrate(empty, [FIRST, SECOND]) == (SECOND,)
    assert migrate(empty, [FIRST, SECOND]) == ()
    assert tables_of(empty) == {"first", "second", "kvittens_migration"}


def test_what_is_lacking_can_be_asked_without_changing_anything(empty: str) -> None:
    assert lacking_migrations(empty, [FIRST]) == (FIRST,)
    assert tables_of(empty) == set()


def test_starters_at_once_apply_each_migration_once(empty: str) -> None:
    with ThreadPoolExecutor(4) as starters:
        applied = list(starters.map(lambda _: migrate(empty, [FIRST, SECOND]), range(4)))
    assert sorted(applied, key=len) == [(), (), (), (FIRST, SECOND)]


def test_a_migration_that_fails_leaves_nothing_behind(empty: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedFunction):
        migrate(empty, [FIRST, BROKEN])
    assert tables_of(empty) == {"first", "kvittens_migration"}
    assert lacking_migrations(empty, [FIRST, BROKEN]) == (BROKEN,)


def test_a_changed_migration_is_refused(empty: str) -> None:
    migrate(empty, [FIRST])
    changed = FIRST.model_copy(update={"sql": b"CREATE TABLE first (id bigint)"})
    with pytest.raises(DatabaseUnusable, match=r"another 0001_first .* never changed"):
        migrate(empty, [changed, SECOND])
    assert "second" not in tables_of(empty)


def test_a_database_newer_than_the_program_is_refused(empty: str) -> None:
    migrate(empty, [FIRST, SECOND])
    with pytest.raises(DatabaseUnusable, match="Start the newer program"):
        migrate(empty, [FIRST])


def test_migrations_are_numbered_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("SELECT 1")
    (tmp_path / "0003_third.sql").write_text("SELECT 1")
    with pytest.raises(DatabaseUnusable, match="not numbered 1, 2, 3"):
        shipped_migrations(tmp_path)


def test_a_migration_with_an_odd_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "first.sql").write_text("SELECT 1")
    with pytest.raises(DatabaseUnusable, match=r"first\.sql is not named like"):
        shipped_migrations(tmp_path)


def test_the_shipped_migrations_make_a_database_that_lacks_nothing(database: Dsns) -> None:
    assert lacking_migrations(database.service) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE kvittens_events SET topic = 'other'",
        "DELETE FROM kvittens_events",
        "TRUNCATE kvittens_events",
        "ALTER TABLE kvittens_events DROP COLUMN state",
        "ALTER TABLE kvittens_events DISABLE TRIGGER ALL",
        "DROP TABLE kvittens_events",
        "CREATE INDEX ON kvittens_events (topic)",
        "CREATE RULE nothing AS ON INSERT TO kvittens_events DO INSTEAD NOTHING",
        "SET ROLE kvittens_owner",
        "UPDATE kvittens_migration SET checksum = ''",
        "CREATE TABLE mine ()",
    ],
)
def test_the_service_can_only_add_to_the_record_and_read_it(module_database: Dsns, statement: str) -> None:
    with (
        psycopg.connect(module_database.service) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement.encode())
