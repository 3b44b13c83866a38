"""read (R4 http.html#read): the resource as it now stands."""

from starlette.responses import Response

from service.fhir.answers import version_headers, version_response
from service.fhir.call import Call
from service.http.etags import is_known
from service.reads.absence import CaseUnknown


def read(call: Call) -> Response:
    """Read by GET [base]/[type]/[id]: 200 with the stored bytes, 304 if the client has them, or 404.

    Both principals of a case read the same, with the times of what was recorded (ORE-2.2-2).
    """
    found = call.services.queries.current(call.actor, call.type, call.id)
    if found is None:
        raise CaseUnknown
    if is_known(call.http.headers.get("if-none-match"), found.version):
        return Response(status_code=304, headers=version_headers(found.version, found.recorded_at))
    return version_response(call, found)
