"""One database, made ready: the embedded server or a given one, migrated, and safe from the service itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.database.migrate import SERVICE_ROLE, lacking_migrations, migrate
from service.settings import Settings

_log = logging.getLogger("kvittens.database")


@contextmanager
def open_database(settings: Settings) -> Iterator[Dsns]:
    """The logins to a database whose schema is this program's, for as long as the block runs.

    Raises DatabaseUnusable for a server that does not answer, a schema that is not up to date and may not be made so,
    and a service login that could change or remove events.
    """
    with _logins(settings) as dsns:
        try:
            _bring_up_to_date(dsns)
            refuse_unsafe_login(dsns.service)
        except psycopg.OperationalError as error:
            raise DatabaseUnusable(f"The database does not let us in: {error}".strip()) from None
        yield dsns


@contextmanager
def _logins(settings: Settings) -> Iterator[Dsns]:
    if settings.database_url is None:
        with EmbeddedPostgres(settings.data) as server:
            yield Dsns(owner=server.owner_dsn, service=server.service_dsn)
    elif settings.owner_database_url is not None:
        yield Dsns(
            owner=settings.owner_database_url.get_secret_value(), service=settings.database_url.get_secret_value()
        )
    else:
        yield _logins_of_one(settings.database_url.get_secret_value())


def _logins_of_one(login: str) -> Dsns:
    try:
        with psycopg.connect(login) as connection:
            owns_schema = _asked(connection, "SELECT has_schema_privilege(current_schema(), 'CREATE')")
    except psycopg.OperationalError as error:
        raise DatabaseUnusable(f"KVITTENS_DATABASE_URL: the server does not let us in: {error}".strip()) from None
    if not owns_schema:
        return Dsns(owner=None, service=login)
    _log.warning(
        "KVITTENS_DATABASE_URL may change the schema. The service uses it as the role %s, which it could leave again: "
        "give the service a login of its own, and this one as KVITTENS_OWNER_DATABASE_URL.",
        SERVICE_ROLE,
    )
    given = conninfo_to_dict(login).get("options") or ""
    return Dsns(owner=login, service=make_conninfo(login, options=f"{given} -c role={SERVICE_ROLE}".strip()))


def _bring_up_to_date(dsns: Dsns) -> None:
    if dsns.owner is not None:
        migrate(dsns.owner)
        return
    lacking = lacking_migrations(dsns.service)
    if lacking:
        raise DatabaseUnusable(
            f"The database lacks {', '.join(map(str, lacking))}, and KVITTENS_DATABASE_URL may not change the schema. "
            "Run `kvittens migrate` with the owner's login as KVITTENS_OWNER_DATABASE_URL."
        )


def refuse_unsafe_login(service: str) -> None:
    """Raise DatabaseUnusable unless the login may add and read events and can neither change nor remove them."""
    with psycopg.connect(service) as connection:
        for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
            if _asked(connection, f"SELECT has_table_privilege('kvittens_events', '{privilege}')"):
                raise DatabaseUnusable(
                    f"The service's login {connection.info.user} may {privilege} events: the record would prove "
                    f"nothing. Give the service a login that is only a member of {SERVICE_ROLE}."
                )
        for privilege in ("SELECT", "INSERT"):
            if not _asked(connection, f"SELECT has_table_privilege('kvittens_events', '{privilege}')"):
                raise DatabaseUnusable(
                    f"The service's login {connection.info.user} may not {privilege} events. "
                    f"Let an administrator run: GRANT {SERVICE_ROLE} TO {connection.info.user}"
                )


def _asked(connection: psycopg.Connection[Any], question: str) -> bool:
    row = connection.execute(question.encode()).fetchone()
    return row == (True,)
