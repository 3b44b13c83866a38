"""The limits on the body that a request may send."""

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.versions.document import LARGEST_DOCUMENT
from service.http.errors import Fault, FaultKind, RequestRefused

LARGEST_BODY = 1_000_000
"""Bytes. The largest plan seen has about 50,000."""
MOST_ENTRIES = 10_000
"""The members and list items of a JSON body, at all its levels. What they cost to read grows with their number alone.

A request of as many interventions as are kept has about 1,800 over FHIR.
"""
DOCUMENT_ROUTE = "/agreements/{id}/{version}/attach-document"
"""The route of a face that takes an agreement's own document, which may be larger."""
TOO_LARGE = Fault(
    FaultKind.TOO_LARGE,
    "BODY_TOO_LARGE",
    f"The body is larger than {LARGEST_BODY} bytes, or than {LARGEST_DOCUMENT} for the document of an agreement",
    "send one resource, or a transaction of one request, without attachments",
)
ENCODED = Fault(
    FaultKind.MEDIA_TYPE,
    "CONTENT_ENCODING",
    "The body is compressed, which is not taken here",
    "send it as it is, without Content-Encoding",
    where=("Content-Encoding",),
)


_SIGNS = (b",", b"{", b"[")
"""The signs before members and items, outside of texts."""


def refuse_many_entries(body: bytes) -> None:
    """Refuse a JSON body with too many members and list items, before it is read. Raises RequestRefused (413)."""
    if sum(map(body.count, _SIGNS)) > MOST_ENTRIES and _has_many_entries(body):
        raise RequestRefused(
            FaultKind.TOO_LARGE,
            "BODY_TOO_MANY_ENTRIES",
            f"The body has more than {MOST_ENTRIES} members and list items",
            "send one resource or one act, with the lists that it takes",
        )


def _has_many_entries(body: bytes) -> bool:
    """Return True if there are too many without the signs that stand within texts."""
    plain = body.replace(rb"\\", b"").replace(rb"\"", b"")
    if plain.count(b'"') > 4 * MOST_ENTRIES:  # a member has two texts at most: its name and its value
        return True
    outside = b"".join(plain.split(b'"')[::2])
    return sum(map(outside.count, _SIGNS)) > MOST_ENTRIES


class BodyLimit:
    """Middleware that stops a body larger than the route takes, or a compressed one, before it is held in memory."""

    def __init__(self, app: ASGIApp, tell: Callable[[Fault], Response], own: Mapping[str, int] | None = None) -> None:
        """Make the limit of a face. `own` has the bytes that some of its routes take in a POST."""
        self._app = app
        self._tell = tell
        self._own = [(compile_path(route)[0], most) for route, most in (own or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count the bytes of its body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        largest, headers = self._find_largest(scope), Headers(scope=scope)
        if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
            await self._tell(ENCODED)(scope, receive, send)
            return
        announced = headers.get("content-length", "0")
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

    def _find_largest(self, scope: Scope) -> int:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        own = (most for route, most in self._own if scope["method"] == "POST" and route.match(path))
        return next(own, LARGEST_BODY)
