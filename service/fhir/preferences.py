"""The preferences of a client for its answers (R4 http.html#ops, RFC 7240)."""

from enum import Enum

from starlette.requests import Request


class Return(Enum):
    """The forms of an answer to a change."""

    REPRESENTATION = "representation"
    MINIMAL = "minimal"
    OUTCOME = "OperationOutcome"


def read_preferred_return(request: Request) -> Return:
    """Return the form that the client wants after a change: the resource, unless it says otherwise."""
    wanted = _preferences(request).get("return", "")
    return next((form for form in Return if form.value.lower() == wanted), Return.REPRESENTATION)


def is_lenient(request: Request) -> bool:
    """Return True if unknown search parameters are ignored rather than refused."""
    return _preferences(request).get("handling") == "lenient"


def _preferences(request: Request) -> dict[str, str]:
    parts = (part for header in request.headers.getlist("prefer") for part in header.replace(";", ",").split(","))
    pairs = (part.partition("=") for part in parts)
    return {name.strip().lower(): value.strip().strip('"').lower() for name, _, value in pairs}
