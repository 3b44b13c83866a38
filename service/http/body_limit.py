"""The limit on what a request may send."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.errors import Fault, FaultKind

LARGEST_BODY = 1_000_000
"""Bytes. The largest plan seen has about 50,000."""
TOO_LARGE = Fault(
    FaultKind.TOO_LARGE,
    "BODY_TOO_LARGE",
    f"The body is larger than {LARGEST_BODY} bytes",
    "send one resource, or a transaction of one request, without attachments",
)


class BodyLimit:
    """Middleware that stops a body larger than LARGEST_BODY with a 413, before it is held in memory."""

    def __init__(self, app: ASGIApp, tell: Callable[[Fault], Response]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count the bytes of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > LARGEST_BODY:
            await self._tell(TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(TOO_LARGE.status)  # FastAPI passes it on to the face's own handler
            return message

        await self._app(scope, counting_receive, send)
