"""Conditions on a version: If-Match and If-None-Match (R4 http.html#concurrency)."""

import re

from starlette.requests import Request

from projections.resources import Key
from service.acts.attempts import VersionMismatch
from service.http.errors import bad_header

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')


def refuse_unmatched(given: str | None, key: Key, actual: int) -> None:
    """Refuse an update that If-Match says was made for another version. Raises VersionMismatch."""
    if given is None or given.strip() == "*":
        return
    tag = _TAG.fullmatch(given)
    if tag is None:
        raise bad_header("If-Match", "is not one entity tag", 'give the ETag that was read, such as W/"3"')
    version = int(tag[1]) if tag[1].isdecimal() and len(tag[1]) < 10 else 0
    if version != actual:
        raise VersionMismatch(key, expected=version, actual=actual)


def is_known(request: Request, version: int) -> bool:
    """Return True if the client says that it has this version already (If-None-Match)."""
    given = request.headers.get("if-none-match")
    if given is None:
        return False
    return given.strip() == "*" or any(tag == str(version) for tag in _TAG.findall(given))
