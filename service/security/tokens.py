"""Bearer tokens: JSON Web Tokens signed with the service's key (RFC 7519, HS256).

A token names one assignment. Every claim is checked against the directory, so a token never gives more rights than the
directory does, and a token for an ended assignment is refused.
"""

import os
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from tempfile import NamedTemporaryFile
from threading import Lock
from time import time
from typing import Any

import jwt

from domain.directory import Directory
from domain.kernel import Actor
from service.settings import Settings

ISSUER = "kvittens"
AUDIENCE = "kvittens"
VALID_FOR = timedelta(hours=12)
"""The time that an issued token is valid: one working day."""

REMEMBERED = 4096
"""The number of checked tokens to remember; more than the staff of a county at work in one shift."""

_CLAIMS = ("unit", "provider", "principal", "role", "county")
_KEY_FILE = "token-key"


class TokenRefused(Exception):
    """A token that identifies nobody. The message says why, and never repeats the token."""


def read_token_key(settings: Settings) -> str:
    """Read the signing key from the settings or the data folder; if there is none, generate it there with mode 0600."""
    if settings.token_key is not None:
        return settings.token_key.get_secret_value()
    path = settings.data / _KEY_FILE
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=settings.data) as file, suppress(FileExistsError):
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.link(file.name, path)  # all or nothing; the first of several processes that start at once wins
    return path.read_text()


def issue(actor: Actor, *, key: str, now: datetime) -> str:
    """Issue a token for an assignment, valid for VALID_FOR."""
    claims: dict[str, Any] = {claim: str(getattr(actor, claim)) for claim in _CLAIMS}
    claims |= {"iss": ISSUER, "aud": AUDIENCE, "sub": actor.person, "iat": now, "exp": now + VALID_FOR}
    return jwt.encode(claims, key, algorithm="HS256")


class Authenticator:
    """The check of bearer tokens. Safe for many threads.

    A valid token is remembered by its digest until it expires, because neither the key nor the directory changes while
    the process runs. A refused token is checked again each time.
    """

    def __init__(self, *, key: str, directories: Mapping[str, Directory]) -> None:
        self._key = key
        self._directories = directories
        self._known: OrderedDict[bytes, tuple[Actor, float]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, token: str) -> Actor:
        """Return the actor that the token names. Raises TokenRefused."""
        digest = sha256(token.encode()).digest()
        with self._lock:
            known = self._known.get(digest)
            if known is not None and time() < known[1]:
                self._known.move_to_end(digest)
                return known[0]
        actor, expires_at = _check(token, key=self._key, directories=self._directories)
        with self._lock:
            self._known[digest] = actor, expires_at
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return actor


def _check(token: str, *, key: str, directories: Mapping[str, Directory]) -> tuple[Actor, float]:
    """Return the actor that the token names and the token's expiry, in seconds since 1970."""
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
    if not all(isinstance(claims[claim], str) for claim in ("sub", *_CLAIMS)):
        raise TokenRefused("the token is not one of this service's; ask for a new one")
    directory = directories.get(claims["county"])
    actor = directory.actor(claims["sub"], claims["unit"]) if directory else None
    if actor is None or any(str(getattr(actor, claim)) != claims[claim] for claim in _CLAIMS):
        raise TokenRefused("the directory does not have the token's assignment; ask for a token for one that it has")
    return actor, float(claims["exp"])
