"""A transaction refers to its own entries by urn:uuid, and its requests are decided in an order that allows it."""

import copy
import json
from typing import Any

import pytest

from fhir_profiles.bundle import from_transaction, replace_references
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource
from fhir_profiles.resource_reader import read_resource
from fhir_profiles.service_request import from_service_request
from fhir_profiles.task_acts import from_task_create
from tests.fhir.histories import HISTORIES, drop_server_elements, find_first
from tests.scenario import DIRECTORY, A

REQUEST_URL = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
OWN = "https://kvittens.example.org/fhir"
TASK_URL = "urn:uuid:88f151c0-a954-468a-88bd-5ae15c08e059"


def make_transaction(**changed: Any) -> Resource:
    """Return a Task before the ServiceRequest that it focuses on."""
    story = HISTORIES["sent"]()
    task = drop_server_elements(find_first(story, "Task")) | {"focus": {"reference": REQUEST_URL}}
    task.pop("basedOn")
    task = task | changed.pop("task", {})
    post = {"method": "POST"}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": TASK_URL, "resource": task, "request": post | {"url": "Task"}},
            {
                "fullUrl": REQUEST_URL,
                "resource": drop_server_elements(find_first(story, "ServiceRequest")),
                "request": post | {"url": "ServiceRequest", "ifNoneExist": "identifier=a|b"},
            },
        ],
    } | changed


def read_bundle(bundle: Resource) -> Resource:
    return read_resource(json.dumps(bundle).encode(), "Bundle")


def test_the_request_comes_before_the_task_that_focuses_on_it() -> None:
    first, second = from_transaction(read_bundle(make_transaction()), OWN)
    assert [(entry.place, entry.url) for entry in (first, second)] == [(1, "ServiceRequest"), (0, "Task")]
    assert first.if_none_exist == "identifier=a|b"
    assert from_service_request(first.resource, DIRECTORY).active
    draft = from_task_create(second.resource, DIRECTORY)
    assert (draft.service_request, draft.receiver) == (REQUEST_URL, A)


def test_a_urn_is_replaced_by_an_address_of_the_server() -> None:
    _, task = from_transaction(read_bundle(make_transaction()), OWN)
    address = f"ServiceRequest/{HISTORIES['sent']().state.referral.id}"
    assert (
        from_task_create(replace_references(task.resource, {REQUEST_URL: address}), DIRECTORY).service_request
        == address
    )


@pytest.mark.parametrize(
    ("bundle", "expression"),
    [
        (make_transaction(type="batch"), "Bundle.type"),
        (make_transaction(task={"focus": {"reference": "urn:uuid:0"}}), "Bundle.entry[0].resource.focus.reference"),
    ],
)
def test_a_bundle_that_is_no_transaction_is_refused(bundle: Resource, expression: str) -> None:
    with pytest.raises(Unreadable) as refused:
        from_transaction(read_bundle(bundle), OWN)
    assert refused.value.issues[0].expression == expression


@pytest.mark.parametrize(
    ("element", "value", "expression"),
    [
        ("request", {"method": "DELETE", "url": "Task/1"}, "Bundle.entry[0].request.method"),
        ("request", {"method": "POST", "url": "CarePlan"}, "Bundle.entry[0].request.url"),
        ("fullUrl", REQUEST_URL, "Bundle.entry.fullUrl"),
        ("fullUrl", "urn:uuid:nothing", "Bundle.entry[0].fullUrl"),
    ],
)
def test_an_entry_that_a_transaction_cannot_have_is_refused(element: str, value: Any, expression: str) -> None:
    bundle = copy.deepcopy(make_transaction())
    bundle["entry"][0][element] = value
    with pytest.raises(Unreadable) as refused:
        from_transaction(read_bundle(bundle), OWN)
    assert refused.value.issues[0].expression == expression


def test_an_empty_transaction_is_refused() -> None:
    with pytest.raises(Unreadable):
        from_transaction({"resourceType": "Bundle", "type": "transaction"}, OWN)


def test_an_issue_of_an_entry_has_its_place_in_the_bundle() -> None:
    bundle = make_transaction(task={"status": "pagaende"})
    with pytest.raises(Unreadable) as refused:
        read_bundle(bundle)
    assert [issue.expression for issue in refused.value.issues] == ["Bundle.entry[0].resource.status"]
