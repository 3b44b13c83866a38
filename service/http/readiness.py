"""Readiness: for whoever watches the service, if it can do its work at this moment."""

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from shutil import disk_usage
from threading import Thread

from psycopg import Error
from psycopg_pool import ConnectionPool
from starlette.requests import Request
from starlette.responses import PlainTextResponse

LEAST_FREE = 64 * 1024**2
"""Bytes. PostgreSQL stops when it cannot write the next file of its log, which has 16 MiB."""
_PATIENCE = 1.0
"""Seconds in which the database must answer."""


class Readiness:
    """Asks the database with one thread of its own at a time, however many want to know and however long it hangs."""

    def __init__(self, pool: ConnectionPool, folder: Path | None, *, least_free: int = LEAST_FREE) -> None:
        """Watch a database, and the space left for it in a folder of this machine if it lies in one."""
        self._pool = pool
        self._folder = folder
        self._least_free = least_free
        self._asking: Future[None] | None = None

    async def answer(self, _: Request) -> PlainTextResponse:
        """Answer 200 if the database answers quickly and has space to write, 503 otherwise; this needs no token."""
        if self._folder is not None and disk_usage(self._folder).free < self._least_free:
            return PlainTextResponse("the disk is full\n", 503)
        if self._asking is None or self._asking.done():
            self._asking = Future()
            Thread(target=self._ask, args=(self._asking,), name="kvittens-readiness", daemon=True).start()
        asking = asyncio.wrap_future(self._asking)
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(asyncio.shield(asking), _PATIENCE)
            return PlainTextResponse("ok\n")
        asking.add_done_callback(lambda late: late.cancelled() or late.exception())  # or it is reported as never read
        return PlainTextResponse("unavailable\n", 503)

    def _ask(self, asking: Future[None]) -> None:
        asking.set_running_or_notify_cancel()
        try:
            with self._pool.connection(_PATIENCE) as connection:
                connection.execute("SELECT 1")
        except BaseException as error:
            asking.set_exception(error)
        else:
            asking.set_result(None)
