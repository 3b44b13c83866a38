"""Access to the database: the embedded server or another, with the schema updated and the service's login checked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.database.dsns import Dsns, log_in
from service.database.embedded import EmbeddedPostgres
from service.database.faults import DatabaseUnusable
from service.database.schema import SERVICE_ROLE, find_missing_migrations, migrate
from service.settings import Settings

_log = logging.getLogger("kvittens.database")


@contextmanager
def open_database(settings: Settings) -> Iterator[Dsns]:
    """Open the database, update its schema and yield its logins.

    Raises DatabaseUnusable for a server that does not answer, for a schema that is old and that this login may not
    update, and for a service login that could change or remove events.
    """
    with _open_logins(settings) as dsns:
        _update_schema(dsns)
        refuse_unsafe_login(dsns.service)
        yield dsns


@contextmanager
def _open_logins(settings: Settings) -> Iterator[Dsns]:
    if settings.database_url is None:
        with EmbeddedPostgres(settings.data) as server, server.keep_running():
            yield Dsns(owner=server.owner_dsn, service=server.service_dsn)
    elif settings.owner_database_url is not None:
        yield Dsns(
            owner=settings.owner_database_url.get_secret_value(), service=settings.database_url.get_secret_value()
        )
    else:
        yield _split_login(settings.database_url.get_secret_value())


def _split_login(login: str) -> Dsns:
    """Return the owner's and the service's use of one login; a login that owns the schema also acts as the service."""
    with log_in(login) as connection:
        row = connection.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()
    if row != (True,):
        return Dsns(owner=None, service=login)
    migrate(login)
    _allow_service_role(login)
    _log.warning(
        "The login in KVITTENS_DATABASE_URL may change the schema. The service uses it with the role %s, but could "
        "leave that role. Give the service a login of its own, and give this one as KVITTENS_OWNER_DATABASE_URL.",
        SERVICE_ROLE,
    )
    options = conninfo_to_dict(login).get("options") or ""
    return Dsns(owner=login, service=make_conninfo(login, options=f"{options} -c role={SERVICE_ROLE}".strip()))


def _allow_service_role(login: str) -> None:
    with log_in(login) as connection:
        try:
            connection.execute(f"SET ROLE {SERVICE_ROLE}")
        except errors.InsufficientPrivilege:
            try:
                connection.execute(f"GRANT {SERVICE_ROLE} TO CURRENT_USER")
            except errors.InsufficientPrivilege:
                raise DatabaseUnusable(
                    f"The login {connection.info.user} may not act as {SERVICE_ROLE}. "
                    f"Ask an administrator to run: GRANT {SERVICE_ROLE} TO {connection.info.user}"
                ) from None


def _update_schema(dsns: Dsns) -> None:
    if dsns.owner is not None:
        migrate(dsns.owner)
        return
    missing = find_missing_migrations(dsns.service)
    if missing:
        raise DatabaseUnusable(
            f"The database lacks {', '.join(map(str, missing))}, and the login in KVITTENS_DATABASE_URL may not change "
            "the schema. Run `kvittens migrate` with the owner's login as KVITTENS_OWNER_DATABASE_URL."
        )


def refuse_unsafe_login(service: str) -> None:
    """Refuse a service login that cannot add and read events, or that can change or remove them.

    Raises DatabaseUnusable.
    """
    with log_in(service) as connection:
        row = connection.execute(_RIGHTS).fetchone()
    assert row is not None
    login, privileges, is_owner = row
    excess = {"UPDATE", "DELETE", "TRUNCATE"}.intersection(privileges)
    if excess or is_owner:
        fault = f"may {', '.join(sorted(excess))} events" if excess else "may act as the owner of the events"
        raise DatabaseUnusable(
            f"The service's login {login} {fault}: a record that the service can change proves nothing. "
            f"Give it a login that is only a member of {SERVICE_ROLE}."
        )
    if not {"SELECT", "INSERT"}.issubset(privileges):
        raise DatabaseUnusable(
            f"The service's login {login} may not read and add events. "
            f"Ask an administrator to run: GRANT {SERVICE_ROLE} TO {login}"
        )


_RIGHTS = """
SELECT current_user,
       ARRAY(SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
             WHERE has_table_privilege(events.oid, privilege)),
       pg_has_role(events.relowner, 'MEMBER')
FROM pg_class AS events
WHERE events.oid = 'kvittens_events'::regclass
"""
