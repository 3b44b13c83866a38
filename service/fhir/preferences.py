"""What a client prefers to get back (R4 http.html#ops, RFC 7240)."""

from enum import Enum

from starlette.requests import Request


class Return(Enum):
    """What a change is answered with."""

    REPRESENTATION = "representation"
    MINIMAL = "minimal"
    OUTCOME = "OperationOutcome"


def preferred_return(request: Request) -> Return:
    """What the client wants back after a change: the resource, unless it says otherwise."""
    said = _said(request).get("return", "")
    return next((one for one in Return if one.value.lower() == said), Return.REPRESENTATION)


def is_lenient(request: Request) -> bool:
    """Whether unknown search parameters are to be ignored rather than refused."""
    return _said(request).get("handling") == "lenient"


def _said(request: Request) -> dict[str, str]:
    parts = (part for header in request.headers.getlist("prefer") for part in header.replace(";", ",").split(","))
    pairs = (part.partition("=") for part in parts)
    return {name.strip().lower(): value.strip().strip('"').lower() for name, _, value in pairs}
