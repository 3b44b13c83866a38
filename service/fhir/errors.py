"""Errors of the FHIR face: every one an OperationOutcome (R4 operationoutcome.html), and nothing of ours leaks."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from fhir_profiles import outcome
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource, to_json
from service.fhir.negotiation import FHIR_JSON
from service.http.body_limit import TOO_LARGE
from service.http.errors import KNOWN_ERRORS, OURS, Fault, FaultKind, fault_of
from service.http.rules import with_rule_text


def outcome_response(fault: Fault, headers: Mapping[str, str] | None = None) -> Response:
    """Render a fault as an OperationOutcome."""
    said = outcome.render_fault(
        fault.code,
        fault.what,
        issue=fault.kind.issue,
        remedy=fault.remedy,
        rule=fault.rule,
        rule_text=fault.rule_text,
        rule_text_english=fault.rule_text_english,
        where=fault.where,
    )
    challenge = {"WWW-Authenticate": "Bearer"} if fault.status == 401 else {}
    return _response(said, fault.status, {**challenge, **(headers or {})})


def _response(said: Resource, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(to_json(said), status, headers, media_type=f"{FHIR_JSON}; charset=utf-8")


def routing_fault(error: HTTPException) -> Fault:
    """Return the fault of a request that routing refuses: no such path or type, or no such interaction on it."""
    match error.status_code:
        case 405:
            code, what, remedy = "METHOD_NOT_ALLOWED", "This interaction is not offered here", "see the Allow header"
            return Fault(FaultKind.METHOD_NOT_ALLOWED, code, what, f"{remedy} and /metadata")
        case TOO_LARGE.status:
            return TOO_LARGE
        case _:
            what = "There is no such address or resource type"
            return Fault(FaultKind.NOT_FOUND, "NOT_FOUND", what, "see /metadata for what there is")


def answer_with_outcomes(app: Starlette) -> None:
    """Answer every error of the application as an OperationOutcome; nothing internal leaks."""

    def known(request: Request, error: Exception) -> Response:
        return outcome_response(with_rule_text(fault_of(error) or OURS, request))

    def unreadable(_: Request, error: Exception) -> Response:
        assert isinstance(error, Unreadable)
        kind = FaultKind.BAD_REQUEST if error.malformed else FaultKind.RULE
        return _response(outcome.render_issues(error.issues), kind.status)

    def routing(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return outcome_response(routing_fault(error), error.headers)

    def ours(_: Request, error: Exception) -> Response:
        return outcome_response(OURS)

    for error_class in KNOWN_ERRORS:
        app.add_exception_handler(error_class, known)
    app.add_exception_handler(Unreadable, unreadable)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(Exception, ours)
