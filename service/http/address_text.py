"""The check that an address is text, so that no other characters take the place of what was sent."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http.errors import Fault, FaultKind

NO_TEXT = Fault(
    FaultKind.BAD_REQUEST,
    "ADDRESS_UNREADABLE",
    "The address has characters that are not in UTF-8",
    "write the path and the parameters in UTF-8, with % before each byte that is no letter or digit",
)


class AddressText:
    """Middleware that stops a request whose path or parameters are not in UTF-8 with a 400."""

    def __init__(self, app: ASGIApp, tell: Callable[[Fault], Response]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its address is text."""
        app = self._app
        if scope["type"] == "http" and not all(map(_is_text, (scope.get("raw_path") or b"", scope["query_string"]))):
            app = self._tell(NO_TEXT)
        await app(scope, receive, send)


def _is_text(part: bytes) -> bool:
    try:
        unquote_to_bytes(part.decode("ascii")).decode()
    except UnicodeDecodeError:
        return False
    return True
