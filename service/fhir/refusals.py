"""Refusals of parameters on this face. The domain's refusals are its own."""

import re

from service.http.errors import FaultKind, RequestRefused

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]{0,40}")
"""The form of a parameter's name; any other may be personal data and is not repeated."""


def bad_parameter(name: str, what: str, remedy: str) -> RequestRefused:
    """Return the refusal of a parameter that cannot be used."""
    return RequestRefused(
        FaultKind.BAD_REQUEST, "PARAMETER_INVALID", f"The parameter {name} {what}", remedy, where=(name,)
    )


def unknown_parameter(name: str, known: str) -> RequestRefused:
    """Return the refusal of a search parameter that is not offered. To ignore it would answer another question."""
    return RequestRefused(
        FaultKind.PARAMETER_UNKNOWN,
        "PARAMETER_UNKNOWN",
        "A parameter is not offered here",
        f"use: {known}; or send Prefer: handling=lenient to have others ignored",
        where=(name,) if _NAME.fullmatch(name) else (),
    )
