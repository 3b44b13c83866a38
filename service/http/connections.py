"""The connections of the server: kept long between requests, and closed if a request does not become whole."""

from asyncio.events import TimerHandle
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

IDLE = 75
"""The seconds that a connection is kept without a request.

Longer than load balancers and clients keep theirs (mostly 60), so that they close it first: a request that is sent
while the server closes is lost.
"""
WHOLE = 60
"""The seconds within which a request that has begun must have arrived whole."""


class Connection(HttpToolsProtocol):
    """A connection that is closed if a request has not arrived whole in time, or if none begins."""

    _timer: TimerHandle | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Wait for the first request."""
        super().__init__(*arguments, **options)
        self._wait(IDLE)

    def on_message_begin(self) -> None:
        """Wait for the rest of a request."""
        super().on_message_begin()
        self._wait(WHOLE)

    def on_message_complete(self) -> None:
        """Wait no longer."""
        super().on_message_complete()
        self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
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


def configure_server(app: ASGIApp) -> Config:
    """Return the settings of the server that answers for an application."""
    return Config(
        app,
        http=Connection,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=10,
    )
