"""The guard: no request passes without a valid bearer token."""

from collections.abc import Callable, Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.http.errors import OURS, Fault, fault_of
from service.security.tokens import Authenticator, TokenRefused


def bearer_token(headers: Headers) -> str:
    """Return the bearer token (RFC 6750). Raises TokenRefused if there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused("give a bearer token: Authorization: Bearer <token>")
    return token.strip()


class TokenGuard:
    """Middleware that passes on requests with a valid token, and their actor; any other gets a 401.

    Paths that are `open` need no token, but one that is sent must be valid there too. Answers are about persons: no
    cache on the way keeps them, and no browser guesses their type.
    """

    def __init__(
        self,
        app: ASGIApp,
        authenticator: Authenticator,
        tell: Callable[[Fault], Response],
        cached: str,
        open: Collection[str] = (),
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._tell = tell
        self._open = open
        self._headers = {"Cache-Control": cached, "X-Content-Type-Options": "nosniff"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its actor."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path in self._open and "authorization" not in headers:
            scope["actor"] = None
            await self._app(scope, receive, send_with_headers)
            return
        try:
            scope["actor"] = self._authenticator(bearer_token(headers))
        except TokenRefused as refused:
            await self._tell(fault_of(refused) or OURS)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)
