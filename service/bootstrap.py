"""The assembly of the service's parts: the only place where they are created and connected."""

import logging
import select
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import Connection
from psycopg_pool import ConnectionPool

from domain.authoring.publication import load_published
from domain.directory import Directory
from domain.versions.catalogue import Catalogue
from service.acts.attempts import Attempts
from service.acts.cases import CaseActs
from service.acts.clockwork import Clockwork
from service.acts.ledgers import LedgerActs
from service.acts.persons import PersonActs
from service.agreements.duties import LedgerDuties
from service.audit.refusals import RefusalLog
from service.database.access import open_database
from service.database.dsns import Dsns
from service.database.faults import DatabaseUnusable
from service.directory import read_directories
from service.reads.catalogue import LiveCatalogue
from service.reads.clock import RecordClock
from service.reads.documents import Documents
from service.reads.ledgers import LedgerQueries
from service.reads.payment_liability import PaymentLiabilities
from service.reads.persons import Persons
from service.reads.queries import Queries
from service.reads.replay import Replays
from service.record.event_classes import EVENT_CLASSES
from service.record.event_store.application import EventStore, open_event_store
from service.record.event_store.upcasters import UPCASTERS
from service.security.tokens import Authenticator, read_token_key
from service.settings import Settings

CONNECTIONS = 16
"""The number of connections for reading; acts have a connection of their own."""
_WAIT = 5.0
"""The seconds that a reader waits for a connection before the record counts as unavailable."""
_LIMITS: LiteralString = "SET lock_timeout = '2s'; SET statement_timeout = '10s'"
"""The longest that a read may wait for an act that is being committed, and the longest that it may take."""


@dataclass(frozen=True)
class Services:
    """Everything that a face of the service needs."""

    settings: Settings
    dsns: Dsns
    versions: LiveCatalogue
    documents: Documents
    directories: Mapping[str, Directory]
    token_key: str
    authenticator: Authenticator
    store: EventStore
    pool: ConnectionPool
    persons: Persons
    queries: Queries
    clock: RecordClock
    attempts: Attempts
    case_acts: CaseActs
    person_acts: PersonActs
    clockwork: Clockwork
    ledger_acts: LedgerActs
    ledgers: LedgerQueries
    duties: LedgerDuties
    replays: Replays
    liabilities: PaymentLiabilities

    @property
    def catalogue(self) -> Catalogue:
        """The published agreement versions as they stand now."""
        return self.versions.read_catalogue()


@contextmanager
def open_services(settings: Settings) -> Iterator[Services]:
    """Open the database and create the services on it; close them after the block.

    Raises DatabaseUnusable, DirectoryFaulty.
    """
    directories = read_directories(settings)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    with open_database(settings) as dsns, open_pool(dsns.service) as pool:
        store = open_event_store(dsns.service, EVENT_CLASSES, UPCASTERS)
        try:
            services = _create_services(settings, dsns, pool, store, directories)
            yield services
        finally:
            store.close()


def open_pool(dsn: str) -> ConnectionPool:
    """Open a pool of connections in autocommit mode, where a read is one round trip to the database and not three."""

    def limit(connection: Connection[Any]) -> None:
        connection.execute(_LIMITS)

    return ConnectionPool(
        dsn,
        min_size=2,
        max_size=CONNECTIONS,
        timeout=_WAIT,
        kwargs={"autocommit": True},
        configure=limit,
        check=_check,
    )


def _check(connection: Connection[Any]) -> None:
    """Check that a connection is alive, so that the pool replaces a dead one.

    The database is asked only if the connection has unread input, because each question costs a round trip.
    Raises OperationalError.
    """
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    if socket.poll(0):
        ConnectionPool.check_connection(connection)


def _create_services(
    settings: Settings, dsns: Dsns, pool: ConnectionPool, store: EventStore, directories: Mapping[str, Directory]
) -> Services:
    versions = LiveCatalogue(store, pool, load_published(), directories)
    attempts = Attempts(store, pool, RefusalLog(pool))
    ledgers = LedgerQueries(pool)
    persons = Persons(pool)
    queries = Queries(pool)
    clock = RecordClock(pool)
    replays = Replays(store, queries, versions)
    key = read_token_key(settings)
    case_acts = CaseActs(
        store=store,
        pool=pool,
        attempts=attempts,
        versions=versions,
        directories=directories,
        persons=persons,
        queries=queries,
        clock=clock,
    )
    ledger_acts = LedgerActs(store=store, attempts=attempts, versions=versions, directories=directories, clock=clock)
    return Services(
        settings=settings,
        dsns=dsns,
        versions=versions,
        documents=Documents(pool),
        directories=directories,
        token_key=key,
        authenticator=Authenticator(key=key, directories=directories),
        store=store,
        pool=pool,
        persons=persons,
        queries=queries,
        clock=clock,
        attempts=attempts,
        case_acts=case_acts,
        person_acts=PersonActs(pool, attempts),
        clockwork=Clockwork(pool, directories, case_acts, versions, clock),
        ledger_acts=ledger_acts,
        ledgers=ledgers,
        duties=LedgerDuties(ledgers, versions),
        replays=replays,
        liabilities=PaymentLiabilities(store, replays, clock),
    )


def claim_purpose(services: Services) -> None:
    """Refuse to serve a demonstration on a real record, or a real record on a demonstration's database.

    The first start decides the database's purpose for ever. A demonstration may set its clock, so its events must never
    be taken for a real record.
    """
    demonstration = services.settings.demonstration
    with services.pool.connection() as connection:
        connection.execute("INSERT INTO purpose (demonstration) VALUES (%s) ON CONFLICT DO NOTHING", (demonstration,))
        row = connection.execute("SELECT demonstration FROM purpose").fetchone()
    if row is not None and row[0] is not demonstration:
        kind = "a demonstration" if row[0] else "a real record"
        raise DatabaseUnusable(
            f"This database holds {kind}. Set KVITTENS_DEMONSTRATION={str(row[0]).lower()}, "
            "or choose another database with KVITTENS_DATA or KVITTENS_DATABASE_URL."
        )
