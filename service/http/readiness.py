"""Readiness: for whoever watches the service, if it can do its work at this moment."""

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread

from psycopg import Error
from psycopg_pool import ConnectionPool
from starlette.requests import Request
from starlette.responses import PlainTextResponse

_PATIENCE = 1.0
"""Seconds in which the database must answer."""


class Readiness:
    """Asks the database with one thread of its own at a time, however many want to know and however long it hangs."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._asking: Future[None] | None = None

    async def answer(self, _: Request) -> PlainTextResponse:
        """Answer 200 if the database answers quickly, 503 otherwise, and nothing else; this needs no token."""
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
