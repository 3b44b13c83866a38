"""read (R4 http.html#read): the resource as it now stands."""

from starlette.responses import Response

from service.fhir.answers import version_headers, version_response
from service.fhir.call import Call, Handler
from service.http.errors import FaultKind, RequestRefused
from service.http.etags import is_known
from service.reads.absence import CaseUnknown

_OF_HISTORY = ("_at", "_since")


def read(call: Call) -> Response:
    """Read by GET [base]/[type]/[id]: 200 with the stored bytes, 304 if the client has them, or 404.

    Both principals of a case read the same, with the times of what was recorded (ORE-2.2-2).
    """
    found = call.services.queries.current(call.actor, call.type, call.id)
    if found is None:
        raise CaseUnknown
    version = found.version
    if is_known(call.http.headers.get("if-none-match"), version.version):
        return Response(status_code=304, headers=version_headers(version.version, version.recorded_at))
    return version_response(call, version)


def about_now(handle: Handler) -> Handler:
    """Return the handler of a read that refuses a parameter of _history.

    An answer about now would be taken for one about the past.
    """

    def answer(call: Call) -> Response:
        for name in _OF_HISTORY:
            if name in call.http.query_params:
                raise RequestRefused(
                    FaultKind.PARAMETER_UNKNOWN,
                    "PARAMETER_UNKNOWN",
                    f"A read answers about now and does not take {name}",
                    f"ask {call.type}/{call.id}/_history with {name}",
                    where=(name,),
                )
        return handle(call)

    return answer
