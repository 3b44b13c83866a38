"""What every face needs of a request: who asks, at what time, with which key; and how much may be sent."""

import re
from collections.abc import Callable
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.kernel import Actor, Instant
from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.http.errors import OURS, Fault, FaultKind, bad_header, fault_of
from service.security.tokens import Authenticator, TokenRefused

LARGEST_BODY = 1_000_000
"""Bytes. The largest plan seen has about 50,000."""
CLOCK = "Kvittens-Demonstration-Clock"
_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


TOO_LARGE = Fault(
    FaultKind.TOO_LARGE,
    "BODY_TOO_LARGE",
    f"The body is larger than {LARGEST_BODY} bytes",
    "send one resource, or a transaction of one request, without attachments",
)


def services_of(request: HttpRequest) -> Services:
    """The services that the application was made with."""
    services: Services = request.app.state.services
    return services


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the guard found."""
    actor: Actor = request.scope["actor"]
    return actor


def bearer_token(headers: Headers) -> str:
    """The bearer token (RFC 6750). Raises TokenRefused when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenRefused("give a bearer token: Authorization: Bearer <token>")
    return token.strip()


def act_request(request: HttpRequest, actor: Actor, content: bytes) -> ActRequest:
    """The request for an act: content is what a repeated Idempotency-Key must repeat."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 200:
        raise bad_header(
            "Idempotency-Key", "is empty or too long", "give 1 to 200 characters, such as a UUID", rule="SYS-5"
        )
    return ActRequest(
        actor=actor,
        content=b"\0".join([request.method.encode(), request.url.path.encode(), content]),
        clock=_clock(request),
        idempotency_key=key,
    )


def case_version(request: HttpRequest) -> int | None:
    """The version that If-Match says a case must have, as an act's ETag told it; None where nothing is said."""
    given = request.headers.get("if-match")
    if given is None:
        return None
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', given.strip())
    if found is None:
        remedy = 'give the ETag of an act\'s answer, such as W/"12"'
        raise bad_header("If-Match", "is not a version of the case", remedy, rule="SYS-5")
    return int(found[1])


def _clock(request: HttpRequest) -> datetime | None:
    given = request.headers.get(CLOCK)
    if given is None:
        return None
    if not services_of(request).settings.demonstration:
        raise bad_header(CLOCK, "is taken in a demonstration only", "leave it out", rule="SYS-1")
    try:
        return _INSTANT.validate_python(given)
    except ValidationError:
        remedy = "give a time such as 2025-04-01T09:00:00+02:00"
        raise bad_header(CLOCK, "is not a time with offset", remedy, rule="SYS-1") from None


class Guarded:
    """Lets through who has a bearer token, and says who it is; anything else is a 401, whatever it asks for.

    What is answered is about persons: no cache on the way keeps it, and no browser guesses what it is.
    """

    def __init__(
        self, app: ASGIApp, authenticator: Authenticator, tell: Callable[[Fault], Response], cached: str
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._tell = tell
        self._headers = {"Cache-Control": cached, "X-Content-Type-Options": "nosniff"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its actor."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        try:
            scope["actor"] = self._authenticator(bearer_token(Headers(scope=scope)))
        except TokenRefused as refused:
            await self._tell(fault_of(refused) or OURS)(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


class BodyLimit:
    """Stops a request whose body is larger than LARGEST_BODY with a 413, before it is held in memory."""

    def __init__(self, app: ASGIApp, tell: Callable[[Fault], Response]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, counting what it sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > LARGEST_BODY:
            await self._tell(TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(TOO_LARGE.status)  # what FastAPI lets through to the face's own handler
            return message

        await self._app(scope, counted, send)
