"""The recorder: the interface through which the eventsourcing library reads and writes the rows of the record.

Reads use pooled, read-only connections, and a dead one is replaced before use. All writes go through the committer.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, LiteralString, TypeVar
from uuid import UUID

from eventsourcing.persistence import (
    BaseInfrastructureFactory,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    StoredEvent,
    Subscription,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import Environment, retry, strtobool
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import BaseRowFactory, args_row, dict_row, scalar_row

from service.record.event_store.committer import Committer, Outcome, Save, StoreUnavailable
from service.record.event_store.mapper import RecordedEvent

Row = TypeVar("Row")

_COLUMNS: LiteralString = """originator_id, originator_version, topic, state, notification_id, case_id, county,
    occurred_at, recorded_at, command_id"""

_CASES_WITH_HOURS: LiteralString = """
    SELECT case_id FROM kvittens_events
    WHERE topic = 'case.hours-recorded.v1' AND county = %s
        AND content_of(state) #>> '{actor,principal}' = %s AND content_of(state) ->> 'day' BETWEEN %s AND %s
    GROUP BY case_id ORDER BY min(notification_id)"""


_CASES_WITH_NOTICES: LiteralString = """
    SELECT case_id FROM discharge_notice
    WHERE municipality = %s AND county = %s AND last_day >= %s AND first_day <= %s
    GROUP BY case_id ORDER BY min(first_day), case_id"""


class UnsafeFunctionMode(Exception):
    """The library's database functions are on. They give out positions without a lock, so that readers miss events."""


class Datastore(PostgresDatastore):
    """The library's connection pool, made read-only."""

    def __init__(self, dsn: str, *, enable_db_functions: bool = False) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            connect_timeout=5.0,
            pool_size=1,
            max_overflow=15,
            pre_ping=True,
            enable_db_functions=enable_db_functions,
        )
        self.dsn = dsn
        # The library takes a DSN in five parts and drops the rest of it, such as sslmode.
        self.pool.timeout = 5.0
        self.pool.kwargs = {**conninfo_to_dict(dsn), "row_factory": dict_row, "prepare_threshold": 0}

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Return the function that prepares each new connection."""
        library = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            library(connection)
            connection.execute("SET default_transaction_read_only = on")
            connection.execute("SET statement_timeout = '10s'")
            connection.execute("SET TIME ZONE 'UTC'")

        return after_connect


class Recorder(PostgresApplicationRecorder):
    """The reader of recorded events, which records new ones through the committer."""

    def __init__(self, datastore: Datastore, *, events_table_name: str) -> None:
        if datastore.enable_db_functions:
            raise UnsafeFunctionMode(
                "POSTGRES_ENABLE_DB_FUNCTIONS is on, and in that mode a follower of the stream misses events. Unset it"
            )
        super().__init__(datastore, events_table_name=events_table_name)
        self._committer = Committer(datastore.dsn)

    def close(self) -> None:
        """Commit the waiting saves, and refuse new ones."""
        self._committer.close()

    @property
    def queue_length(self) -> int:
        """The number of saves that wait for a batch."""
        return self._committer.queue_length

    def record(self, save: Save, stored_events: Sequence[StoredEvent]) -> Outcome:
        """Commit one save. Raises as Committer.submit does."""
        return self._committer.submit(save, stored_events)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Write events for the library and return their positions. The library must pass on their `save`."""
        save = kwargs.get("save")
        if not isinstance(save, Save):
            raise TypeError("events are recorded only as a Save: put(save.events, save=save)")
        return self.record(save, stored_events).positions

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[RecordedEvent]:
        """Select the events of one aggregate, by version."""
        order: LiteralString = "DESC" if desc else "ASC"
        return self._select(
            "originator_id = %s AND originator_version > %s"
            " AND originator_version <= coalesce(%s::bigint, originator_version)"
            f" ORDER BY originator_version {order} LIMIT %s",
            (originator_id, gt or 0, lte, limit),
        )

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[RecordedEvent]:
        """Select the events of all cases, in the record's order. The result has no gap that could fill later."""
        above = (start or 0) - (1 if inclusive_of_start else 0)
        return self._select(
            "notification_id > %s AND notification_id <= coalesce(%s::bigint, notification_id)"
            " AND (%s OR topic = ANY(%s::text[])) ORDER BY notification_id LIMIT %s",
            (above, stop, not topics, list(topics), limit),
        )

    def select_case_events(self, case_id: UUID) -> list[RecordedEvent]:
        """Select the events of one case, in the record's order."""
        return self._select("case_id = %s ORDER BY notification_id", (case_id,))

    def select_cases_with_hours(self, county: str, principal: str, first: date, last: date) -> list[UUID]:
        """Select the cases with hours of care on one of the days, recorded by the principal's staff, in that order."""
        return self.read(scalar_row, _CASES_WITH_HOURS, (county, principal, first.isoformat(), last.isoformat()))

    def select_cases_with_notices(self, county: str, municipality: str, first: date, last: date) -> list[UUID]:
        """Select the municipality's cases with a notice of being ready for discharge that held on one of the days."""
        return self.read(scalar_row, _CASES_WITH_NOTICES, (municipality, county, first, last))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Refuse the library's subscription, which can stall without an error. Poll `select_notifications` instead."""
        raise NotSupportedError("a subscription can stall without an error; follow the record by polling instead")

    def read(self, row_factory: BaseRowFactory[Row], sql: LiteralString, parameters: Sequence[Any]) -> list[Row]:
        """Return the rows of one query. Raises StoreUnavailable if the database cannot be reached."""
        try:
            rows: list[Row] = self._read(row_factory, sql, parameters)
        except (InterfaceError, OperationalError) as error:
            raise StoreUnavailable(f"the database cannot be read: {error}") from error
        return rows

    @retry((InterfaceError, OperationalError), max_attempts=2)
    def _read(self, row_factory: BaseRowFactory[Row], sql: LiteralString, parameters: Sequence[Any]) -> list[Row]:
        with self.datastore.get_connection() as connection:
            cursor = connection.cursor(binary=True, row_factory=row_factory)
            return cursor.execute(sql, parameters).fetchall()

    def _select(self, condition: LiteralString, parameters: Sequence[Any]) -> list[RecordedEvent]:
        sql: LiteralString = f"SELECT {_COLUMNS} FROM kvittens_events WHERE {condition}"
        return self.read(args_row(RecordedEvent), sql, parameters)


class Factory(PostgresFactory):
    """The factory of the recorder on the database in POSTGRES_DSN. Migrations make its tables, never the library."""

    POSTGRES_DSN = "POSTGRES_DSN"

    datastore: Datastore

    def __init__(self, env: Environment) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        unsafe = strtobool(env.get(self.POSTGRES_ENABLE_DB_FUNCTIONS) or "no")
        self.datastore = Datastore(env[self.POSTGRES_DSN], enable_db_functions=unsafe)

    def application_recorder(self) -> Recorder:
        """Make the recorder."""
        return Recorder(self.datastore, events_table_name="kvittens_events")
