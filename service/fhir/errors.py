"""Errors of the FHIR face: every one an OperationOutcome (R4 operationoutcome.html), and nothing of ours leaks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel import Refusal
from fhir_profiles import outcome
from fhir_profiles.act_elements import Sent, find_elements, label, name_elements
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource, to_json
from service.fhir.negotiation import FHIR_JSON
from service.http.body_limit import TOO_LARGE
from service.http.errors import KNOWN_ERRORS, OURS, Fault, FaultKind, fault_of
from service.http.rules import with_rule_text

_ELEMENT = re.compile(r"[A-Z][A-Za-z]+\.[a-z]")
"""The beginning of the path of an element."""


class ResourceRefused(Exception):
    """The refusal of the acts that resources stand for, with what the client sent, in whose words it is told."""

    def __init__(self, refusal: Refusal, sent: Sequence[Sent]) -> None:
        super().__init__(refusal.message)
        self.refusal, self.sent = refusal, sent

    @property
    def elements(self) -> list[str]:
        """The elements that the refusal is about, each once."""
        return list(dict.fromkeys(find_elements(self.refusal, self.sent).values()))


@contextmanager
def in_words_of(*sent: Sent) -> Iterator[None]:
    """Tell a refusal of the acts that these resources stand for by their elements. Raises ResourceRefused."""
    try:
        yield
    except Refusal as refusal:
        raise ResourceRefused(refusal, sent) from refusal


def outcome_response(
    fault: Fault, headers: Mapping[str, str] | None = None, *, expression: Sequence[str] = ()
) -> Response:
    """Render a fault as an OperationOutcome. `expression` has the elements that it is about."""
    said = outcome.render_fault(
        fault.code,
        fault.what,
        issue=fault.kind.issue,
        remedy=fault.remedy,
        rule=fault.rule,
        rule_text=fault.rule_text,
        rule_text_english=fault.rule_text_english,
        where=fault.where,
        expression=expression or [place for place in fault.where if _ELEMENT.match(place)],
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

    def resource(request: Request, error: Exception) -> Response:
        assert isinstance(error, ResourceRefused)
        fault, elements = fault_of(error.refusal) or OURS, error.elements
        told = f"; in what you sent: {', '.join(map(label, elements))}" if elements else ""
        what, remedy = (name_elements(text, error.sent) for text in (fault.what, fault.remedy))
        fault = with_rule_text(replace(fault, what=what, remedy=remedy + told), request)
        return outcome_response(fault, expression=elements)

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
    app.add_exception_handler(ResourceRefused, resource)
    app.add_exception_handler(Unreadable, unreadable)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(Exception, ours)
