"""update (R4 http.html#update): a change of a resource is an act, decided on the very version it was made for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson
from starlette.responses import Response

from fhir_profiles.act_elements import Sent
from fhir_profiles.element_checks import BESIDE
from fhir_profiles.element_reader import is_unchanged
from fhir_profiles.issues import Unreadable, invalid_body
from fhir_profiles.json import Resource
from service.acts.attempts import TooBusy, VersionMismatch
from service.acts.cases import CaseChange
from service.fhir import care_plan, communication, service_request, task
from service.fhir.body import make_relative, read_body
from service.fhir.call import Call
from service.fhir.change_answers import answer_changed
from service.fhir.changes import VersionRef, answer_once, current, perform, ref_of
from service.fhir.errors import in_words_of
from service.http.etags import version_in
from service.reads.queries import CurrentResource

UPDATES: Mapping[str, Callable[[Call, Resource, CurrentResource], CaseChange]] = {
    "ServiceRequest": service_request.update,
    "Task": task.update,
    "CarePlan": care_plan.update,
    "Communication": communication.update,
}


class _NothingToDo(Exception):
    """A resource that was sent back as it now stands."""

    def __init__(self, ref: VersionRef) -> None:
        super().__init__()
        self.ref = ref


def update(call: Call) -> Response:
    """Update by PUT [base]/[type]/[id]: 200 with the new version; 412 if If-Match names another than the current one.

    A resource sent back as it was read asks for no act: 200 with the current version, and nothing is recorded.
    """
    resource = make_relative(call, read_body(call, call.type))
    if resource.get("id") != call.id:
        raise invalid_body("value", f"{call.type}.id", "give the id that stands in the address")
    with in_words_of(Sent(resource, call.type, is_new=False)):
        (version,) = answer_once(call, lambda: (update_with(call, resource, call.http.headers.get("if-match")),))
    return answer_changed(call, version)


def update_with(call: Call, resource: Resource, if_match: str | None) -> VersionRef:
    """Make the change that a resource asks for of its current version.

    If others change the resource meanwhile, the change is read anew from the version that they left; with If-Match it
    is refused.
    """
    key = (resource["resourceType"], resource["id"])
    read_before = False

    def change() -> CaseChange:
        nonlocal read_before
        found = current(call, key)
        version = found.version
        expected = version_in(if_match)
        if expected is not None and expected != version.version:
            raise VersionMismatch(key, expected=expected, actual=version.version)
        if is_unchanged(_content(resource), _content(orjson.loads(version.body))):
            raise _NothingToDo(ref_of(version))
        try:
            asked = UPDATES[key[0]](call, resource, found)
        except Unreadable:
            if read_before:
                raise TooBusy from None  # it asked for a change of the version before; others were first
            raise
        read_before = True
        return replace(asked, if_match=(key, version.version), read_anew=True)

    try:
        return perform(call, change)[0]
    except _NothingToDo as asked:
        return asked.ref


def _content(resource: Resource) -> Resource:
    """Return what a client says by a resource: all but what the server ignores, as meta (R4 resource.html#Meta)."""
    return {name: value for name, value in resource.items() if name not in BESIDE}
