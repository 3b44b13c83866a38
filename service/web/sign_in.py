"""Signing in: a bearer token kept in a cookie that scripts cannot read and other sites cannot send.

A token is never in an address. Every POST must come from these pages themselves.
"""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import Actor
from service.http.requests import services_of
from service.security.tokens import VALID_FOR, TokenRefused, issue

COOKIE = "kvittens"


class SignedOut(Exception):
    """Nobody is signed in; `expired` where a token was shown that is no longer good."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("sign in")
        self.expired = expired


class ForeignPost(Exception):
    """A POST that does not come from these pages."""


def signed_in(request: Request) -> Actor:
    """Who is signed in. Raises SignedOut."""
    token = request.cookies.get(COOKIE)
    if not token:
        raise SignedOut(expired=False)
    try:
        return actor_of_token(request, token)
    except TokenRefused:
        raise SignedOut(expired=True) from None


def actor_of_token(request: Request, token: str) -> Actor:
    """The actor that a token names. Raises TokenRefused."""
    return services_of(request).authenticator(token)


def demonstration_token(request: Request, person: str, unit: str) -> str | None:
    """A token for somebody of the demonstration county; None outside a demonstration, or for nobody known."""
    services = services_of(request)
    if not services.settings.demonstration:
        return None
    found = [directory.actor(person, unit) for directory in services.directories.values()]
    actor = next((one for one in found if one is not None), None)
    return None if actor is None else issue(actor, key=services.token_key, now=datetime.now(UTC))


def from_our_pages(request: Request) -> None:
    """Refuse a POST from another site, by what browsers themselves say of it (Fetch Metadata, or else Origin).

    Raises ForeignPost, also where neither is said. Browsers send Sec-Fetch-Site over https and on a loopback address;
    elsewhere Origin, which takes a Referrer-Policy that is not no-referrer.
    """
    site = request.headers.get("sec-fetch-site")
    own = f"{request.url.scheme}://{request.url.netloc}"
    if site != "same-origin" and (site is not None or request.headers.get("origin") != own):
        raise ForeignPost


def remember(response: Response, request: Request, token: str) -> Response:
    """The answer, with the token kept for as long as it is good."""
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
    """The answer, with the cookie taken away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def local(path: str) -> str:
    """The page to go on to: one of ours, or else the first."""
    ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if ours else "/"
