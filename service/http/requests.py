"""A request as every face needs it: the services, the actor, and the request for an act."""

import hmac
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request as HttpRequest

from domain.kernel import Actor, read_moment
from service.acts.attempts import ActRequest
from service.bootstrap import Services
from service.http.errors import FaultKind, RequestRefused, bad_header

CLOCK = "Kvittens-Demonstration-Clock"
"""The header that sets the clock of a demonstration."""
_CONDITIONS = ("If-Match", "If-None-Exist")
"""The headers that decide what comes of a request."""


def services_of(request: HttpRequest) -> Services:
    """Return the services that the application was made with."""
    services: Services = request.app.state.services
    return services


def actor_of(request: HttpRequest) -> Actor:
    """Return the actor that the guard found in the token."""
    actor: Actor = request.scope["actor"]
    return actor


def refuse_other_content(request: HttpRequest, *offered: str) -> str:
    """Refuse a body in a form that is not taken, and return its media type. Raises RequestRefused (415)."""
    given = request.headers.getlist("content-type")
    media, *parameters = (part.strip() for part in (given[0] if len(given) == 1 else "").lower().split(";"))
    named = (parameter.partition("=") for parameter in parameters)
    charsets = [value.strip().strip('"') for name, _, value in named if name.strip() == "charset"]
    if media not in offered or charsets not in ([], ["utf-8"], ["utf8"], ["us-ascii"]):
        raise RequestRefused(
            FaultKind.MEDIA_TYPE,
            "MEDIA_TYPE_NOT_SUPPORTED",
            "The body is in a form that is not taken here",
            f"send it as {' or '.join(offered)}, in UTF-8",
            where=("Content-Type",),
        )
    return media


def act_request(request: HttpRequest, actor: Actor, content: bytes) -> ActRequest:
    """Return the request for an act. A repeated Idempotency-Key must repeat method, path, content and conditions."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 200:
        raise bad_header(
            "Idempotency-Key", "is empty or too long", "give 1 to 200 characters, such as a UUID", rule="SYS-5"
        )
    conditions = [f"{name}: {given}".encode() for name in _CONDITIONS for given in request.headers.getlist(name)]
    return ActRequest(
        actor=actor,
        content=b"\0".join([request.method.encode(), request.url.path.encode(), content, *conditions]),
        clock=_clock(request),
        idempotency_key=key,
    )


def register_request(request: HttpRequest, actor: Actor, content: bytes) -> ActRequest:
    """Return the request for a change of the person register.

    Its content is hashed with the service's key: the digest of a request is kept, and a number is guessed from a plain
    one.
    """
    asked = act_request(request, actor, content)
    key = services_of(request).token_key.encode()
    return replace(asked, content=hmac.digest(key, asked.content, "sha256"))


def _clock(request: HttpRequest) -> datetime | None:
    given = request.headers.get(CLOCK)
    if given is None:
        return None
    if not services_of(request).settings.demonstration:
        raise bad_header(CLOCK, "is taken in a demonstration only", "leave it out", rule="SYS-1")
    try:
        return read_moment(given)
    except ValueError:
        remedy = "give a time such as 2025-04-01T09:00:00+02:00"
        raise bad_header(CLOCK, "is not a time with offset", remedy, rule="SYS-1") from None
