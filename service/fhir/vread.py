"""vread (R4 http.html#vread): one version of the resource, which never changes."""

from starlette.responses import Response

from service.fhir.answers import version_response
from service.fhir.call import Call
from service.reads.absence import CaseUnknown


def vread(call: Call) -> Response:
    """Read one version by GET [base]/[type]/[id]/_history/[vid]."""
    version = call.http.path_params["version"]
    known = version.isascii() and version.isdecimal() and len(version) < 10
    found = call.services.queries.version(call.actor, call.type, call.id, int(version)) if known else None
    if found is None:
        raise CaseUnknown
    return version_response(call, found)
