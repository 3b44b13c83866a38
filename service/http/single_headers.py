"""The check that a header which decides alone stands once: of two values none goes before the other."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http.errors import Fault, bad_header
from service.http.requests import CLOCK

SINGLE = ("Authorization", "Idempotency-Key", "If-Match", "If-None-Exist", CLOCK)
"""The headers that a request has once or not at all."""


class SingleHeaders:
    """Middleware that stops a request in which such a header stands twice with a 400, before anybody reads it."""

    def __init__(self, app: ASGIApp, tell: Callable[[Fault], Response]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if each of these headers stands once at most."""
        app = self._app
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            repeated = next((name for name in SINGLE if len(headers.getlist(name)) > 1), None)
            if repeated is not None:
                what, remedy = "stands more than once", "send it once; of two values none goes before the other"
                app = self._tell(bad_header(repeated, what, remedy).fault)
        await app(scope, receive, send)
