"""Errors of the JSON face: problem details (RFC 9457), with the code, the rule and the remedy."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.http.body_limit import TOO_LARGE
from service.http.errors import KNOWN_ERRORS, OURS, Fault, FaultKind, fault_of
from service.http.methods import find_methods, write_methods
from service.http.rules import with_rule_text

PROBLEM = "application/problem+json"
MOST_ERRORS = 20
"""The errors of one body that are told. The rest is counted."""
DESCRIPTION = "GET /api/openapi.json"
"""The description of paths and acts."""


def http_fault(error: HTTPException) -> Fault:
    """Return the fault of a request that routing refuses: no such path, or no such method on it."""
    if error.status_code == 405:
        return Fault(
            FaultKind.METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "The path does not take this method",
            f"see the header Allow, and {DESCRIPTION}",
        )
    if error.status_code == TOO_LARGE.status:
        return TOO_LARGE
    if error.status_code == 400:
        return Fault(
            FaultKind.BAD_REQUEST,
            "BODY_UNREADABLE",
            "The body cannot be read",
            "give one JSON object in UTF-8, as the act takes it",
        )
    return Fault(FaultKind.NOT_FOUND, "NOT_FOUND", "There is no such path", f"see the list of paths: {DESCRIPTION}")


def validation_fault(errors: Sequence[Any]) -> Fault:
    """Return the fault of a body or a parameter: where and why, never the value, which may be personal data."""
    told = errors[:MOST_ERRORS]
    where = tuple(".".join(_part(part) for part in each["loc"]) for each in told)
    message = "; ".join(f"{place}: {_reason(each)}" for place, each in zip(where, told, strict=True))
    if len(told) < len(errors):
        message += f"; and {len(errors) - len(told)} more"
    return Fault(FaultKind.VALUE, "INVALID", message, f"see what the act takes: {DESCRIPTION}", where=where)


def _part(part: object) -> str:
    """Return a step of a place; hide a name that the caller made up, which may be personal data as well."""
    return str(part) if re.fullmatch(r"\d{1,5}|(?!.*\d{6})[A-Za-z][A-Za-z0-9_-]{0,39}", str(part)) else "?"


def _reason(error: dict[str, Any]) -> str:
    match error["type"]:
        case "json_invalid":
            return f"is not JSON: {error['ctx']['error']}"
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return "is not a field here"
    return str(error["msg"]).removeprefix("Value error, ")


def problem(fault: Fault, headers: Mapping[str, str] | None = None) -> Response:
    """Render a fault as application/problem+json."""
    said = {
        "type": "about:blank",
        "title": fault.what,
        "status": fault.status,
        "code": fault.code,
        "rule": fault.rule,
        "rule_text": fault.rule_text,
        "rule_text_english": fault.rule_text_english,
        "where": list(fault.where),
        "remedy": fault.remedy,
        "acts": list(fault.acts),
    }
    challenge = {"WWW-Authenticate": "Bearer"} if fault.status == 401 else {}
    return Response(orjson.dumps(said), fault.status, {**challenge, **(headers or {})}, media_type=PROBLEM)


def answer_with_problems(app: FastAPI) -> None:
    """Answer every error of the application as a problem; nothing internal leaks."""

    def known(request: Request, error: Exception) -> Response:
        return problem(with_rule_text(fault_of(error) or OURS, request))

    def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem(validation_fault(error.errors()))

    def routing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 405:
            allowed = write_methods(find_methods(app.routes, request.scope))
            return problem(http_fault(error), {"Allow": allowed})
        return problem(http_fault(error))

    def ours(_: Request, error: Exception) -> Response:
        return problem(OURS)

    for error_class in KNOWN_ERRORS:
        app.add_exception_handler(error_class, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(Exception, ours)
