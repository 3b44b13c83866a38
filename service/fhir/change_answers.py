"""Answers to a change: the new version, and as much of it as the client wants back (R4 http.html#ops)."""

from starlette.responses import Response

from fhir_profiles import outcome
from fhir_profiles.issues import Issue
from fhir_profiles.json import to_json
from service.fhir.answers import json_response, version_headers
from service.fhir.call import Call
from service.fhir.changes import VersionRef
from service.fhir.preferences import Return, read_preferred_return
from service.reads.absence import CaseUnknown


def answer_created(call: Call, ref: VersionRef) -> Response:
    """Answer 201 with the address of the new resource's version."""
    return _answer(call, ref, 201, {"Location": location(call, ref)})


def answer_existing(call: Call, ref: VersionRef) -> Response:
    """Answer 200 with the resource that If-None-Exist describes."""
    return _answer(call, ref, 200, {"Location": location(call, ref)})


def answer_changed(call: Call, ref: VersionRef) -> Response:
    """Answer 200 with the new version."""
    return _answer(call, ref, 200, {})


def location(call: Call, ref: VersionRef) -> str:
    """Return the absolute address of one version."""
    return f"{call.base}/{ref.resource_type}/{ref.resource_id}/_history/{ref.version}"


def representation(call: Call, ref: VersionRef) -> bytes:
    """Return the stored bytes of a version."""
    found = call.services.queries.version(call.actor, ref.resource_type, ref.resource_id, ref.version)
    if found is None:
        raise CaseUnknown
    return found.body


def _answer(call: Call, ref: VersionRef, status: int, headers: dict[str, str]) -> Response:
    headers |= version_headers(ref.version, ref.recorded_at)
    match read_preferred_return(call.http):
        case Return.MINIMAL:
            return Response(status_code=status, headers=headers)
        case Return.OUTCOME:
            return json_response(call, _outcome(ref), status, headers)
        case Return.REPRESENTATION:
            return json_response(call, representation(call, ref), status, headers)


def _outcome(ref: VersionRef) -> bytes:
    text = f"Recorded as version {ref.version} of {ref.resource_type}/{ref.resource_id}"
    return to_json(outcome.render_issues([Issue(severity="information", code="informational", text=text)]))
