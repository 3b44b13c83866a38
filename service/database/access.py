"""One database, made ready: the embedded server or a given one, migrated, and safe from the service itself."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from service.database.dsns import Dsns, log_in
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
        _bring_up_to_date(dsns)
        refuse_unsafe_login(dsns.service)
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
    with log_in(login) as connection:
        row = connection.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()
    if row != (True,):
        return Dsns(owner=None, service=login)
    migrate(login)
    _let_become_service(login)
    _log.warning(
        "KVITTENS_DATABASE_URL may change the schema. The service uses it as the role %s, which it could leave again: "
        "give the service a login of its own, and this one as KVITTENS_OWNER_DATABASE_URL.",
        SERVICE_ROLE,
    )
    given = conninfo_to_dict(login).get("options") or ""
    return Dsns(owner=login, service=make_conninfo(login, options=f"{given} -c role={SERVICE_ROLE}".strip()))


def _let_become_service(login: str) -> None:
    with log_in(login) as connection:
        try:
            connection.execute(f"SET ROLE {SERVICE_ROLE}")
        except errors.InsufficientPrivilege:
            try:
                connection.execute(f"GRANT {SERVICE_ROLE} TO CURRENT_USER")
            except errors.InsufficientPrivilege:
                raise DatabaseUnusable(
                    f"The login {connection.info.user} may not act as {SERVICE_ROLE}. "
                    f"Let an administrator run: GRANT {SERVICE_ROLE} TO {connection.info.user}"
                ) from None


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
    with log_in(service) as connection:
        row = connection.execute(_RIGHTS).fetchone()
    assert row is not None
    login, has, is_owner = row
    excess = {"UPDATE", "DELETE", "TRUNCATE"}.intersection(has)
    if excess or is_owner:
        may = f"may {', '.join(sorted(excess))} events" if excess else "may act as the owner of the events"
        raise DatabaseUnusable(
            f"The service's login {login} {may}: a record that the service can change proves nothing. "
            f"Give it a login that is only a member of {SERVICE_ROLE}."
        )
    if not {"SELECT", "INSERT"}.issubset(has):
        raise DatabaseUnusable(
            f"The service's login {login} may not read and add events. "
            f"Let an administrator run: GRANT {SERVICE_ROLE} TO {login}"
        )


_RIGHTS = """
SELECT current_user,
       ARRAY(SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS privilege
             WHERE has_table_privilege(events.oid, privilege)),
       pg_has_role(events.relowner, 'MEMBER')
FROM pg_class AS events
WHERE events.oid = 'kvittens_events'::regclass
"""
