"""update (R4 http.html#update): a change of a resource is an act, decided on the very version it was made for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from starlette.responses import Response

from fhir_profiles.issues import Unreadable, unreadable
from fhir_profiles.json import Resource
from fhir_profiles.reading import read
from service.acts.attempts import ATTEMPTS, TooBusy, VersionMismatch
from service.fhir import care_plan, service_request, task
from service.fhir.call import Call
from service.fhir.conditions import wanted_version
from service.fhir.doing import Doing, Shown, current, perform, repeated
from service.fhir.negotiation import FHIR_JSON, PLAIN_JSON, refuse_other_content
from service.fhir.written import changed
from service.reads.queries import Stored

UPDATES: Mapping[str, Callable[[Call, Resource, Stored], Doing]] = {
    "ServiceRequest": service_request.update,
    "Task": task.update,
    "CarePlan": care_plan.update,
}


def update(call: Call) -> Response:
    """PUT [base]/[type]/[id]: 200 with the new version; 412 where If-Match names another than the current one."""
    refuse_other_content(call.http, FHIR_JSON, PLAIN_JSON)
    resource = read(call.body, call.type)
    if resource.get("id") != call.id:
        raise unreadable("value", f"{call.type}.id", "give the id that stands in the address")
    first = repeated(call)
    shown = first[0] if first is not None else updated(call, resource, call.http.headers.get("if-match"))
    return changed(call, shown)


def updated(call: Call, resource: Resource, if_match: str | None) -> Shown:
    """Do what the change asks for. Without If-Match it is read anew as long as others change the resource meanwhile."""
    key = (resource["resourceType"], resource["id"])
    for attempt in range(ATTEMPTS):
        found = current(call, key)
        wanted = wanted_version(if_match, key, found.version)
        try:
            doing = UPDATES[key[0]](call, resource, found)
        except Unreadable:
            if attempt:
                raise TooBusy from None  # it asked for something of the version before; others were first
            raise
        try:
            return perform(call, replace(doing, wish=replace(doing.wish, if_match=(key, found.version))))[0]
        except VersionMismatch:
            if wanted is not None:
                raise
    raise TooBusy
