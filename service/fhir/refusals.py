"""What this face itself refuses: headers, parameters and addresses. The domain's refusals are its own."""

import re

from service.http.errors import Fault

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]{0,40}")
"""What a parameter can be called; anything else may be personal data and is not said again."""


class CannotServe(Exception):
    """The request cannot be served as it was put."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def bad_parameter(name: str, what: str, remedy: str) -> CannotServe:
    """A search parameter, or another parameter of the address, that cannot be used."""
    return CannotServe(Fault(400, "PARAMETER_INVALID", f"The parameter {name} {what}", remedy, where=(name,)))


def unknown_parameter(name: str, known: str) -> CannotServe:
    """A search parameter that is not offered. Ignoring it would give other answers than were asked for."""
    return CannotServe(
        Fault(
            400,
            "PARAMETER_UNKNOWN",
            "A parameter is not offered here",
            f"use: {known}; or send Prefer: handling=lenient to have others ignored",
            where=(name,) if _NAME.fullmatch(name) else (),
        )
    )


def bad_header(name: str, what: str, remedy: str) -> CannotServe:
    """A header that cannot be used."""
    return CannotServe(Fault(400, "HEADER_INVALID", f"The header {name} {what}", remedy, where=(name,)))
