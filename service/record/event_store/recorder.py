"""The rows of the record, as the eventsourcing library wants to read and write them.

Reading is on pooled connections that can only read; a dead one is replaced before use. Writing goes through the group
committer and nowhere else.
"""

from collections.abc import Callable, Sequence
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
from psycopg.rows import BaseRowFactory, args_row, dict_row

from service.record.event_store.committer import Committer, Outcome, Save, StoreUnavailable
from service.record.event_store.mapper import RecordedEvent

Row = TypeVar("Row")

_COLUMNS: LiteralString = """originator_id, originator_version, topic, state, notification_id, case_id, county,
    occurred_at, recorded_at, command_id"""


class UnsafeFunctionMode(Exception):
    """The library's database functions are on: they give out positions without a lock, and readers miss events."""


class Datastore(PostgresDatastore):
    """The library's connection pool, for reading only."""

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
        """What is done with each new connection."""
        library = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            library(connection)
            connection.execute("SET default_transaction_read_only = on")
            connection.execute("SET statement_timeout = '10s'")
            connection.execute("SET TIME ZONE 'UTC'")

        return after_connect


class Recorder(PostgresApplicationRecorder):
    """Reads recorded events; records new ones through the committer."""

    def __init__(self, datastore: Datastore, *, events_table_name: str) -> None:
        if datastore.enable_db_functions:
            raise UnsafeFunctionMode(
                "POSTGRES_ENABLE_DB_FUNCTIONS is on: in that mode those who follow the stream miss events. Unset it"
            )
        super().__init__(datastore, events_table_name=events_table_name)
        self._committer = Committer(datastore.dsn)

    def close(self) -> None:
        """Lets what waits be committed, and takes nothing more."""
        self._committer.close()

    @property
    def waiting(self) -> int:
        """How many saves wait to be committed."""
        return self._committer.waiting

    def record(self, save: Save, stored_events: Sequence[StoredEvent]) -> Outcome:
        """Commits one save; see Committer.submit for what it raises."""
        return self._committer.submit(save, stored_events)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """The library's way of writing: needs the `save` that the events belong to. Returns their positions."""
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
        """The events of one aggregate by version."""
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
        """The events of all cases in the one order. What is returned never has a gap that fills later."""
        above = (start or 0) - (1 if inclusive_of_start else 0)
        return self._select(
            "notification_id > %s AND notification_id <= coalesce(%s::bigint, notification_id)"
            " AND (%s OR topic = ANY(%s::text[])) ORDER BY notification_id LIMIT %s",
            (above, stop, not topics, list(topics), limit),
        )

    def select_case_events(self, case_id: UUID) -> list[RecordedEvent]:
        """The events of one case in the one order."""
        return self._select("case_id = %s ORDER BY notification_id", (case_id,))

    def select_hours(self, county: str) -> list[RecordedEvent]:
        """The events that record hours of care, of every case of a county, in the one order."""
        return self._select("topic = 'case.hours-recorded.v1' AND county = %s ORDER BY notification_id", (county,))

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[Any]:
        """Refused: the library's subscription can stall without a word. Poll `select_notifications`."""
        raise NotSupportedError("follow the record by polling select_notifications; a subscription can stall silently")

    def read(self, row_factory: BaseRowFactory[Row], sql: LiteralString, parameters: Sequence[Any]) -> list[Row]:
        """The rows of one query. Raises StoreUnavailable when the database cannot be reached."""
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
    """Makes the recorder of the database that POSTGRES_DSN names. Migrations make its tables, never the library."""

    POSTGRES_DSN = "POSTGRES_DSN"

    datastore: Datastore

    def __init__(self, env: Environment) -> None:
        BaseInfrastructureFactory.__init__(self, env)
        unsafe = strtobool(env.get(self.POSTGRES_ENABLE_DB_FUNCTIONS) or "no")
        self.datastore = Datastore(env[self.POSTGRES_DSN], enable_db_functions=unsafe)

    def application_recorder(self) -> Recorder:
        """The recorder of the record."""
        return Recorder(self.datastore, events_table_name="kvittens_events")
