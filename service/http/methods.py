"""The methods of a path: HEAD is answered as GET is, and a method that is not taken is told those that are."""

from collections.abc import Collection, Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

_ASKED = ("GET", "POST", "PUT", "PATCH", "DELETE")


class HeadAsGet:
    """Middleware that lets each GET be asked by HEAD too (RFC 9110, section 9.3.2); the server sends no body then."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)


def find_methods(routes: Iterable[BaseRoute], scope: Scope) -> set[str]:
    """Find the methods that the path of a request takes."""
    return {
        method for route in routes for method in _ASKED if route.matches({**scope, "method": method})[0] is Match.FULL
    }


def write_methods(methods: Collection[str]) -> str:
    """Write methods as the header Allow has them (RFC 9110, section 10.2.1). Where GET is taken, HEAD is too."""
    return ", ".join(sorted({*methods, "HEAD"} if "GET" in methods else methods))
