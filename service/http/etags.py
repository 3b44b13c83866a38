"""Entity tags: the version of a resource, a case or a ledger, as HTTP headers carry it (RFC 9110, section 8.8.3)."""

import re

from service.http.errors import bad_header

_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')


def etag(version: int) -> str:
    """Return the weak entity tag of a version."""
    return f'W/"{version}"'


def version_in(if_match: str | None) -> int | None:
    """Return the version that If-Match asks for; None if there is no condition.

    A tag that this service never gave out is version 0, which nothing has.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tag = _TAG.fullmatch(if_match)
    if tag is None:
        raise bad_header(
            "If-Match", "is not one entity tag", 'give an ETag that was answered, such as W/"3"', rule="SYS-5"
        )
    return int(tag[1]) if tag[1].isdecimal() and len(tag[1]) < 10 else 0


def is_known(if_none_match: str | None, version: int | str) -> bool:
    """Return True if If-None-Match says that the client has this version, or what has this digest, already."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or any(tag == str(version) for tag in _TAG.findall(if_none_match))
