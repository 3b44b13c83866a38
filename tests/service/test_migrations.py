"""Migrations on real databases: applied once, in order, by the first process that starts, and never changed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from service.database.dsns import Dsns
from service.database.faults import DatabaseUnusable
from service.database.schema import Migration, find_missing_migrations, migrate, read_migrations

FIRST = Migration(number=1, name="first", sql=b"CREATE TABLE first (id int); INSERT INTO first VALUES (1);")
SECOND = Migration(number=2, name="second", sql=b"CREATE TABLE second (id int)")
BROKEN = Migration(number=2, name="broken", sql=b"CREATE TABLE half (id int); SELECT no_such_function();")


@pytest.fixture
def owner(empty: Dsns) -> str:
    """The owner's login to a database without a schema."""
    assert empty.owner
    return empty.owner


def tables_of(login: str) -> set[str]:
    with psycopg.connect(login) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_each_migration_is_applied_once_and_in_order(owner: str) -> None:
    assert migrate(owner, [FIRST]) == (FIRST,)
    assert migrate(owner, [FIRST, SECOND]) == (SECOND,)
    assert migrate(owner, [FIRST, SECOND]) == ()
    assert tables_of(owner) == {"first", "second", "kvittens_migration"}


def test_a_search_for_missing_migrations_changes_nothing(owner: str) -> None:
    assert find_missing_migrations(owner, [FIRST]) == (FIRST,)
    assert tables_of(owner) == set()


def test_processes_that_start_at_the_same_time_apply_each_migration_once(owner: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda _: migrate(owner, [FIRST, SECOND]), range(4)))
    assert sorted(applied, key=len) == [(), (), (), (FIRST, SECOND)]


def test_a_failed_migration_changes_nothing(owner: str) -> None:
    with pytest.raises(psycopg.errors.UndefinedFunction):
        migrate(owner, [FIRST, BROKEN])
    assert tables_of(owner) == {"first", "kvittens_migration"}
    assert find_missing_migrations(owner, [FIRST, BROKEN]) == (BROKEN,)


def test_a_changed_migration_is_refused(owner: str) -> None:
    migrate(owner, [FIRST])
    changed = FIRST.model_copy(update={"sql": b"CREATE TABLE first (id bigint)"})
    with pytest.raises(DatabaseUnusable, match=r"a 0001_first that differs.* never changes"):
        migrate(owner, [changed, SECOND])
    assert "second" not in tables_of(owner)


def test_a_database_newer_than_the_release_is_refused(owner: str) -> None:
    migrate(owner, [FIRST, SECOND])
    with pytest.raises(DatabaseUnusable, match="Start the newer release"):
        migrate(owner, [FIRST])


def test_migrations_are_numbered_without_a_gap(tmp_path: Path) -> None:
    (tmp_path / "0001_first.sql").write_text("SELECT 1")
    (tmp_path / "0003_third.sql").write_text("SELECT 1")
    with pytest.raises(DatabaseUnusable, match="not numbered 1, 2, 3"):
        read_migrations(tmp_path)


def test_a_migration_with_an_odd_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "first.sql").write_text("SELECT 1")
    with pytest.raises(DatabaseUnusable, match=r"first\.sql is not named like"):
        read_migrations(tmp_path)


def test_the_migrations_of_the_release_leave_none_missing(database: Dsns) -> None:
    assert find_missing_migrations(database.service) == ()


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
