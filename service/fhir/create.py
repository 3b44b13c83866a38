"""create (R4 http.html#create): a resource that asks for the acts it stands for."""

from collections.abc import Callable, Mapping
from uuid import UUID

from starlette.responses import Response

from fhir_profiles.act_elements import Sent
from fhir_profiles.json import Resource
from service.acts.cases import CaseChange
from service.fhir import care_plan, communication, service_request, task
from service.fhir.body import make_relative, read_body
from service.fhir.call import Call
from service.fhir.change_answers import answer_created, answer_existing
from service.fhir.changes import VersionRef, answer_once
from service.fhir.conditional import create_once
from service.fhir.errors import in_words_of
from service.http.errors import bad_header

CONDITIONAL: Mapping[str, Callable[[Call, Resource, UUID | None], CaseChange]] = {
    "ServiceRequest": service_request.create,
    "Task": lambda call, resource, _: task.create(call, resource),
}
"""The types that If-None-Exist is taken for: a request has ids from the criteria, and a request has one Task."""
PLAIN: Mapping[str, Callable[[Call, Resource], CaseChange]] = {
    "CarePlan": care_plan.create,
    "Communication": communication.create,
}


def create(call: Call) -> Response:
    """Create by POST [base]/[type]: 201 with Location; with If-None-Exist 200 for what exists, 412 if several match."""
    resource = make_relative(call, read_body(call, call.type))

    def make() -> tuple[VersionRef, ...]:
        return create_once(call, call.type, _criteria(call), lambda seed: create_with(call, resource, seed))

    with in_words_of(Sent(resource, call.type, is_new=True)):
        (version,) = answer_once(call, make)
    return answer_existing(call, version) if version.found else answer_created(call, version)


def create_with(call: Call, resource: Resource, seed: UUID | None) -> CaseChange:
    """Return the change that a new resource asks for."""
    type = resource["resourceType"]
    return CONDITIONAL[type](call, resource, seed) if type in CONDITIONAL else PLAIN[type](call, resource)


def _criteria(call: Call) -> str | None:
    given = call.http.headers.get("if-none-exist")
    if given is not None and call.type not in CONDITIONAL:
        raise bad_header(
            "If-None-Exist", f"is not taken for {call.type}", "send an Idempotency-Key, which makes a repeat harmless"
        )
    return given
