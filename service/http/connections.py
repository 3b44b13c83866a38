"""The connections of the server: kept long between requests, and closed on whoever sends or reads too slowly."""

from asyncio.events import TimerHandle
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

IDLE = 75
"""The seconds that a connection is kept without a request.

Longer than load balancers and clients keep theirs (mostly 60), so that they close it first: a request that is sent
while the server closes is lost.
"""
WHOLE = 60
"""The seconds within which a request that has begun must have arrived whole."""
READ = 300
"""The seconds within which the client must have read an answer that waits for it: the largest, at 20 kB a second."""
_AT_ONCE = pack("ii", 1, 0)
"""The option by which a socket that is closed sends no more (socket(7), SO_LINGER)."""


class Connection(HttpToolsProtocol):
    """A connection that is closed if a request has not arrived whole in time, if none begins, or if nobody reads."""

    _timer: TimerHandle | None = None
    _reading: TimerHandle | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Wait for the first request."""
        super().__init__(*arguments, **options)
        self._wait(IDLE)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        super().on_message_begin()
        self._stop_if_read()
        self._wait(WHOLE)

    def on_message_complete(self) -> None:
        """Wait no longer."""
        super().on_message_complete()
        self._stop_waiting()

    def pause_writing(self) -> None:
        """Wait for the client to read, from the first time that more of an answer waits than the buffer takes."""
        super().pause_writing()
        self._wait_for_reader()

    def on_response_complete(self) -> None:
        """Wait for the client to read what is left of the answer."""
        super().on_response_complete()
        self._stop_if_read()
        if self.transport.get_write_buffer_size():
            self._wait_for_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        self._stop_reading()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait for a request after bytes that begin none, such as an empty line after an answer."""
        super().data_received(data)
        if self._timer is None and self.cycle.response_complete:
            self._wait(IDLE)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_for_reader(self) -> None:
        if self._reading is None:
            self._reading = self.loop.call_later(READ, self._cut_off)

    def _cut_off(self) -> None:
        """Drop the connection with all that waits, in the system too: to close it would wait for the client to read."""
        self._reading = None
        if self.transport.get_write_buffer_size():
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, _AT_ONCE)
            self.transport.abort()

    def _stop_if_read(self) -> None:
        if not self.transport.get_write_buffer_size():
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None


class TellsOfClosing:
    """Middleware that says in an answer with status 500 that the connection is closed after it.

    It is: the error is raised again for the log when it is answered (`ServerErrorMiddleware` of Starlette), and uvicorn
    then closes (`run_asgi` in its `httptools_impl`). A client that is not told would send its next request there.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def send_and_tell(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 500:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, send_and_tell)


def configure_server(app: ASGIApp) -> Config:
    """Return the settings of the server that answers for an application."""
    return Config(
        TellsOfClosing(app),
        http=Connection,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=10,
    )
