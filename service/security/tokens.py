"""Bearer tokens: JSON Web Tokens signed with the service's key (RFC 7519, HS256).

A token names the assignment it was issued for. Every claim is checked against the directory at each request, so that a
token never gives more than the directory does, and an ended assignment ends the token's use.
"""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import Any

import jwt

from domain.directory import Directory
from domain.kernel import Actor
from service.settings import Settings

ISSUER = "kvittens"
AUDIENCE = "kvittens"
VALID_FOR = timedelta(hours=12)
"""How long an issued token is good: one working day."""

_CLAIMS = ("unit", "provider", "principal", "role", "county")
_KEY_FILE = "token-key"


class TokenRefused(Exception):
    """The token does not show who is asking; the message says why, and never repeats the token."""


def token_key(settings: Settings) -> str:
    """The signing key: from the settings, or else generated once and kept in the data folder with mode 0600."""
    if settings.token_key is not None:
        return settings.token_key.get_secret_value()
    path = settings.data / _KEY_FILE
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=settings.data) as file, suppress(FileExistsError):
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.link(file.name, path)  # whole or not at all, and the first of several starters wins
    return path.read_text()


def issue(actor: Actor, *, key: str, now: datetime) -> str:
    """A token for an assignment, good for VALID_FOR."""
    claims: dict[str, Any] = {claim: str(getattr(actor, claim)) for claim in _CLAIMS}
    claims |= {"iss": ISSUER, "aud": AUDIENCE, "sub": actor.person, "iat": now, "exp": now + VALID_FOR}
    return jwt.encode(claims, key, algorithm="HS256")


def authenticate(token: str, *, key: str, directories: Mapping[str, Directory]) -> Actor:
    """The actor that the token names. Raises TokenRefused."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", *_CLAIMS]},
        )
    except jwt.ExpiredSignatureError:
        raise TokenRefused("the token has expired; ask for a new one") from None
    except jwt.InvalidTokenError:
        raise TokenRefused("the token is not one of this service's; ask for a new one") from None
    directory = directories.get(claims["county"])
    actor = directory.actor(claims["sub"], claims["unit"]) if directory else None
    if actor is None or any(str(getattr(actor, claim)) != claims[claim] for claim in _CLAIMS):
        raise TokenRefused("the directory has no such assignment; ask for a token for an assignment that it has")
    return actor
