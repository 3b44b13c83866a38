"""The session of a signed-in person: a bearer token in a cookie that scripts cannot read and other sites cannot send.

A token never stands in an address. Every POST must come from these pages themselves.
"""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import Actor
from service.directory import find_actor
from service.http.requests import services_of
from service.security.tokens import VALID_FOR, TokenRefused, issue

COOKIE = "kvittens"


class SignedOut(Exception):
    """A request of somebody who is not signed in. `expired` is True if it had a token that is no longer valid."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("sign in")
        self.expired = expired


class ForeignPost(Exception):
    """A POST that does not come from these pages."""


def require_actor(request: Request) -> Actor:
    """Return the person who is signed in. Raises SignedOut."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise SignedOut(expired=False)
    try:
        return authenticate(request, token)
    except TokenRefused:
        raise SignedOut(expired=True) from None


def authenticate(request: Request, token: str) -> Actor:
    """Return the actor that a token names. Raises TokenRefused."""
    return services_of(request).authenticator(token)


def issue_demonstration_token(request: Request, person: str, unit: str) -> str | None:
    """Issue a token for a person of the demonstration; None for an unknown person, or if this is no demonstration."""
    services = services_of(request)
    if not services.settings.demonstration:
        return None
    actor = find_actor(services.directories, person, unit)
    return None if actor is None else issue(actor, key=services.token_key, now=datetime.now(UTC))


def refuse_foreign_post(request: Request) -> None:
    """Refuse a POST from another site, by the browser's own headers (Sec-Fetch-Site, or else Origin).

    Raises ForeignPost, also if neither header is sent. Browsers send Sec-Fetch-Site over https and on a loopback
    address. Elsewhere they send Origin, unless the Referrer-Policy is no-referrer.
    """
    site = request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.url.netloc}"
    if site != "same-origin" and (site is not None or request.headers.get("origin") != own):
        raise ForeignPost


def remember(response: Response, request: Request, token: str) -> Response:
    """Add the cookie with the token to an answer, for as long as the token is valid."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(VALID_FOR.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def forget(response: Response) -> Response:
    """Remove the cookie with an answer."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def choose_page(path: str) -> str:
    """Return the path of the next page if it is one of ours, or else the first page's."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else "/"
