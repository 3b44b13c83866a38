"""What this face itself refuses: headers, parameters and addresses. The domain's refusals are its own."""

import re

from service.http.errors import FaultKind, RequestRefused

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]{0,40}")
"""What a parameter can be called; anything else may be personal data and is not said again."""


def bad_parameter(name: str, what: str, remedy: str) -> RequestRefused:
    """A search parameter, or another parameter of the address, that cannot be used."""
    return RequestRefused(
        FaultKind.BAD_REQUEST, "PARAMETER_INVALID", f"The parameter {name} {what}", remedy, where=(name,)
    )


def unknown_parameter(name: str, known: str) -> RequestRefused:
    """A search parameter that is not offered. Ignoring it would give other answers than were asked for."""
    return RequestRefused(
        FaultKind.PARAMETER_UNKNOWN,
        "PARAMETER_UNKNOWN",
        "A parameter is not offered here",
        f"use: {known}; or send Prefer: handling=lenient to have others ignored",
        where=(name,) if _NAME.fullmatch(name) else (),
    )
