"""transaction (R4 http.html#transaction): a request and its sending, decided together or not at all."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import orjson
from starlette.responses import Response

from fhir_profiles.act_elements import Sent
from fhir_profiles.bundle import BundleEntry, from_transaction, replace_in_criteria, replace_references
from fhir_profiles.issues import Issue, Unreadable, unreadable
from fhir_profiles.json import instant
from fhir_profiles.task_acts import from_task_create
from service.acts.cases import CaseChange
from service.fhir import service_request, task
from service.fhir.answers import BundleItem, bundle, json_response, status_line
from service.fhir.body import make_relative, read_body
from service.fhir.call import Call
from service.fhir.change_answers import location, representation
from service.fhir.changes import (
    VersionRef,
    answer_beside,
    answer_once,
    answer_with,
    current,
    find_other_author,
    ref_of,
)
from service.fhir.conditional import create_once
from service.fhir.create import create_with
from service.fhir.errors import in_words_of
from service.fhir.preferences import Return, read_preferred_return
from service.fhir.update import UPDATES, update_with
from service.http.etags import etag

T = TypeVar("T")


def transaction(call: Call) -> Response:
    """Carry out a transaction by POST [base]: all of it, or nothing and the answer is the error alone."""
    entries = [
        entry.model_copy(update={"resource": make_relative(call, entry.resource)})
        for entry in from_transaction(read_body(call, "Bundle"), call.base)
    ]
    with in_words_of(*(Sent(entry.resource, entry.path, entry.method == "POST") for entry in entries)):
        versions = answer_once(call, lambda: _carry_out(call, entries))
    if len(versions) < len(entries):
        versions = (_find_request(call, versions[0]), *versions)
    placed = sorted(zip(entries, versions, strict=True), key=lambda pair: pair[0].place)
    return json_response(call, bundle("transaction-response", [_item(call, *answer) for answer in placed]))


def _find_request(call: Call, task: VersionRef) -> VersionRef:
    """Return the request that a Task sends, as it is now.

    Earlier releases kept the Task alone as the answer, if the request was there before.
    """
    focus: str = orjson.loads(representation(call, task))["focus"]["reference"]
    return ref_of(current(call, ("ServiceRequest", focus.removeprefix("ServiceRequest/"))).version)


def _carry_out(call: Call, entries: Sequence[BundleEntry]) -> tuple[VersionRef, ...]:
    match [(entry.method, entry.resource["resourceType"]) for entry in entries]:
        case [("POST", "ServiceRequest"), ("POST", "Task")]:
            return _request_and_task(call, *entries)
        case [("PUT", type)] if type in UPDATES:
            (entry,) = entries
            return (_at(entry, lambda: update_with(call, entry.resource, entry.if_match)),)
        case [("POST", type)] if type != "Patient":
            (entry,) = entries
            return (_create(call, entry),)
        case _:
            raise unreadable(
                "not-supported",
                "Bundle.entry",
                "a transaction is one case's: POST of a ServiceRequest with POST of a Task that focuses on it, "
                "or one resource alone",
            )


def _create(call: Call, entry: BundleEntry) -> VersionRef:
    type = entry.resource["resourceType"]
    return _at(
        entry,
        lambda: create_once(call, type, entry.if_none_exist, lambda seed: create_with(call, entry.resource, seed)),
    )[0]


def _request_and_task(call: Call, request: BundleEntry, sending: BundleEntry) -> tuple[VersionRef, ...]:
    """Raise the need and send it. If the request exists already, the Task alone is made, and sends it."""
    if request.full_url is None or sending.resource.get("focus", {}).get("reference") != request.full_url:
        raise unreadable(
            "business-rule", f"{sending.path}.focus", "the Task focuses on the ServiceRequest of the transaction"
        )

    def both(seed: UUID | None) -> CaseChange:
        return _raise_and_send(call, request, sending, seed)

    shown = create_once(call, "ServiceRequest", request.if_none_exist, both)
    if not shown[0].found:
        return shown
    address = f"ServiceRequest/{shown[0].resource_id}"
    addresses = {request.full_url: address}
    resource = replace_references(sending.resource, addresses)
    criteria = replace_in_criteria(sending.if_none_exist, addresses)

    def send(seed: UUID | None) -> CaseChange:
        return answer_beside(shown[0], create_with(call, resource, seed))

    sent = _at(sending, lambda: create_once(call, "Task", criteria, send))
    return (shown[0], *sent) if len(sent) == 1 else sent  # one: the Task was there too


def _raise_and_send(call: Call, request: BundleEntry, sending: BundleEntry, seed: UUID | None) -> CaseChange:
    need = _at(request, lambda: service_request.read_need(call, request.resource))
    if not need.active:
        raise unreadable("business-rule", f"{request.path}.status", "the Task sends the request: give it status active")
    draft = _at(sending, lambda: from_task_create(sending.resource, call.directory))
    if draft.patient_id != need.patient_id:
        raise unreadable("business-rule", f"{sending.path}.for", "this is another person than the request's subject")
    times = {at for at in (need.occurred_at, draft.occurred_at) if at is not None}
    if len(times) > 1:
        raise unreadable("business-rule", f"{sending.path}.authoredOn", "one transaction happens at one time")
    sent = _at(sending, lambda: task.send(draft))
    return CaseChange(
        commands=[service_request.raise_need(need), sent],
        seed=seed,
        occurred_at=max(times, default=None),
        refusal=find_other_author(call, need.requester, "ServiceRequest.requester")
        or find_other_author(call, draft.requester, "Task.requester"),
        answer=answer_with(lambda after: (service_request.request_key(after), task.task_key(after))),
    )


def _at(entry: BundleEntry, do: Callable[[], T]) -> T:
    """Do something with an entry; give each issue its place in the Bundle."""
    try:
        return do()
    except Unreadable as error:
        type = entry.resource["resourceType"]
        raise Unreadable(*(_issue_in_bundle(issue, type, entry.path) for issue in error.issues)) from None


def _issue_in_bundle(issue: Issue, type: str, path: str) -> Issue:
    if issue.expression is None or not issue.expression.startswith(type):
        return issue
    return issue.model_copy(update={"expression": path + issue.expression.removeprefix(type)})


def _item(call: Call, entry: BundleEntry, shown: VersionRef) -> BundleItem:
    wanted = read_preferred_return(call.http) is Return.REPRESENTATION
    response = {
        "status": status_line(201 if entry.method == "POST" and not shown.found else 200),
        "location": location(call, shown),
        "etag": etag(shown.version),
        "lastModified": instant(shown.recorded_at),
    }
    return BundleItem(
        f"{call.base}/{shown.resource_type}/{shown.resource_id}",
        representation(call, shown) if wanted else None,
        {"response": response},
    )
