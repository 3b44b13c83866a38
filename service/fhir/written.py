"""The answer to a change: which version came of it, and as much of it as the client wants back (R4 http.html#ops)."""

from starlette.responses import Response

from fhir_profiles import outcome
from fhir_profiles.issues import Issue
from fhir_profiles.json import to_json
from service.fhir.answers import told, version_headers
from service.fhir.call import Call
from service.fhir.doing import Shown
from service.fhir.preferences import Return, preferred_return
from service.reads.absence import CaseUnknown


def created(call: Call, shown: Shown) -> Response:
    """201, with the address of the new resource's version."""
    return _answer(call, shown, 201, {"Location": location(call, shown)})


def standing_already(call: Call, shown: Shown) -> Response:
    """200: what If-None-Exist describes is there."""
    return _answer(call, shown, 200, {"Location": location(call, shown)})


def changed(call: Call, shown: Shown) -> Response:
    """200, with the new version."""
    return _answer(call, shown, 200, {})


def location(call: Call, shown: Shown) -> str:
    """The absolute address of one version."""
    return f"{call.base}/{shown.resource_type}/{shown.resource_id}/_history/{shown.version}"


def representation(call: Call, shown: Shown) -> bytes:
    """The version's stored bytes."""
    found = call.services.queries.version(call.actor, shown.resource_type, shown.resource_id, shown.version)
    if found is None:
        raise CaseUnknown
    return found.body


def _answer(call: Call, shown: Shown, status: int, headers: dict[str, str]) -> Response:
    headers |= version_headers(shown.version, shown.recorded_at)
    match preferred_return(call.http):
        case Return.MINIMAL:
            return Response(status_code=status, headers=headers)
        case Return.OUTCOME:
            return told(call, _done(shown), status, headers)
        case Return.REPRESENTATION:
            return told(call, representation(call, shown), status, headers)


def _done(shown: Shown) -> bytes:
    text = f"Recorded as version {shown.version} of {shown.resource_type}/{shown.resource_id}"
    return to_json(outcome.from_issues([Issue(severity="information", code="informational", text=text)]))
