"""The record's clock: the one now, for every act and every answer."""

from datetime import datetime

from psycopg import Connection
from psycopg_pool import ConnectionPool


class RecordClock:
    """Tells the database's time, so that the clock of a machine that serves decides nothing."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def now(self) -> datetime:
        """Return the present moment. All that is recorded was recorded by then, also if a clock has been set back."""
        with self._pool.connection() as connection:
            return read_now(connection)


def read_now(connection: Connection) -> datetime:
    """Return the present moment by the record's clock, on a connection that is in use."""
    row = connection.execute("SELECT greatest(clock_timestamp(), recorded_at) FROM stream_head").fetchone()
    if row is None:
        raise LookupError("stream_head has no row")
    now: datetime = row[0]
    return now
