"""The limit on what a request may send."""

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.versions.document import LARGEST_DOCUMENT
from service.http.errors import Fault, FaultKind

LARGEST_BODY = 1_000_000
"""Bytes. The largest plan seen has about 50,000."""
DOCUMENT_PATH = "/attach-document"
"""The end of the path that takes an agreement's own document, which may be larger."""
TOO_LARGE = Fault(
    FaultKind.TOO_LARGE,
    "BODY_TOO_LARGE",
    f"The body is larger than {LARGEST_BODY} bytes, or than {LARGEST_DOCUMENT} for the document of an agreement",
    "send one resource, or a transaction of one request, without attachments",
)


class BodyLimit:
    """Middleware that stops a body larger than the path takes with a 413, before it is held in memory."""

    def __init__(
        self, app: ASGIApp, tell: Callable[[Fault], Response], larger: Mapping[str, int] | None = None
    ) -> None:
        """Make the limit of a face. `larger` has the bytes that its paths with certain ends take."""
        self._app = app
        self._tell = tell
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count the bytes of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest = next((most for end, most in self._larger.items() if scope["path"].endswith(end)), LARGEST_BODY)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > largest:
            await self._tell(TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(TOO_LARGE.status)  # FastAPI passes it on to the face's own handler
            return message

        await self._app(scope, counting_receive, send)
