"""Access to a given database: the logins that are accepted, and the refused ones with their remedies."""

import logging
from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from service.database.access import open_database
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.database.schema import find_missing_migrations
from service.settings import Settings


@pytest.fixture
def newcomer(server: EmbeddedPostgres) -> Iterator[str]:
    """A role that can log in and has no other right (password "newcomer")."""
    name = f"role_{uuid4().hex}"
    administer(server, "CREATE ROLE {} LOGIN PASSWORD 'newcomer'", name)
    yield name
    administer(server, "DROP ROLE {}", name)


def administer(server: EmbeddedPostgres, statement: str, *names: str, database: str = "postgres") -> None:
    with psycopg.connect(make_conninfo(server.superuser_dsn, dbname=database), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def settings(*, service: str, owner: str | None = None) -> Settings:
    return Settings(database_url=SecretStr(service), owner_database_url=SecretStr(owner) if owner else None)


def test_the_owner_migrates_and_the_service_gets_its_own_login(empty: Dsns) -> None:
    assert empty.owner
    with open_database(settings(service=empty.service, owner=empty.owner)) as dsns:
        assert dsns == empty
        assert find_missing_migrations(dsns.service) == ()


def test_a_service_login_alone_is_enough_once_the_schema_is_there(database: Dsns) -> None:
    with open_database(settings(service=database.service)) as dsns:
        assert dsns.owner is None


def test_a_service_login_alone_is_refused_with_the_missing_migrations(empty: Dsns) -> None:
    with (
        pytest.raises(DatabaseUnusable, match=r"lacks 0001_events.*kvittens migrate"),
        open_database(settings(service=empty.service)),
    ):
        pass


def test_one_login_for_both_gives_a_warning_and_still_cannot_change_events(
    server: EmbeddedPostgres, empty: Dsns, caplog: pytest.LogCaptureFixture
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(empty.service)["dbname"])
    with (
        caplog.at_level(logging.WARNING),
        open_database(settings(service=make_conninfo(server.superuser_dsn, dbname=name))) as dsns,
    ):
        assert "login of its own" in caplog.text
        with psycopg.connect(dsns.service) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("kvittens_service",)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM kvittens_events")


def test_a_login_that_cannot_act_as_the_service_is_refused_with_the_remedy(empty: Dsns) -> None:
    assert empty.owner
    with (
        pytest.raises(DatabaseUnusable, match="GRANT kvittens_service TO kvittens_owner"),
        open_database(settings(service=empty.owner)),
    ):
        pass


def test_a_service_that_is_the_owner_is_refused(empty: Dsns) -> None:
    assert empty.owner
    with (
        pytest.raises(DatabaseUnusable, match="kvittens_owner may DELETE, TRUNCATE, UPDATE events"),
        open_database(settings(service=empty.owner, owner=empty.owner)),
    ):
        pass


def test_a_service_that_could_act_as_the_owner_is_refused(
    server: EmbeddedPostgres, newcomer: str, database: Dsns
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(database.service)["dbname"])
    administer(server, "GRANT kvittens_service TO {}", newcomer)
    administer(server, "GRANT kvittens_owner TO {} WITH INHERIT FALSE", newcomer)
    login = make_conninfo(database.service, user=newcomer, password="newcomer", dbname=name)
    with (
        pytest.raises(DatabaseUnusable, match="may act as the owner of the events"),
        open_database(settings(service=login, owner=database.owner)),
    ):
        pass


def test_a_login_without_rights_is_refused_with_the_remedy(
    server: EmbeddedPostgres, newcomer: str, database: Dsns
) -> None:
    name = str(psycopg.conninfo.conninfo_to_dict(database.service)["dbname"])
    administer(server, "GRANT CONNECT ON DATABASE {} TO {}", name, newcomer)
    administer(server, "GRANT USAGE ON SCHEMA public TO {}", newcomer, database=name)
    login = make_conninfo(database.service, user=newcomer, password="newcomer")
    with (
        pytest.raises(DatabaseUnusable, match=f"GRANT kvittens_service TO {newcomer}"),
        open_database(settings(service=login, owner=database.owner)),
    ):
        pass


def test_an_unreachable_server_is_reported_without_the_password() -> None:
    wrong = "postgresql://someone:hunter2@127.0.0.1:1/kvittens"
    with (
        pytest.raises(DatabaseUnusable, match="Cannot connect to the database") as refused,
        open_database(settings(service=wrong)),
    ):
        pass
    assert "hunter2" not in str(refused.value)
