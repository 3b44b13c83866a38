"""Each fault of a resource is an issue at its element, with a remedy and without the content."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from fhir_profiles.issues import Issue, Unreadable
from fhir_profiles.json import Resource, to_json
from fhir_profiles.resource_reader import read_resource
from fhir_profiles.resource_shapes import SUPPORTED, describe
from tests.fhir.histories import HISTORIES, drop_server_elements, find_first, resources_by_type
from tests.scenario import enrolled

REQUEST = drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest"))
SECRET = "19121212-1212"


def issues_of(body: bytes, expected: str | None = None) -> tuple[Issue, ...]:
    """Return the issues of a body."""
    with pytest.raises(Unreadable) as refused:
        read_resource(body, expected)
    assert all(issue.text and SECRET not in f"{issue.text} {issue.expression}" for issue in refused.value.issues)
    return refused.value.issues


def change_request(**elements: Any) -> bytes:
    """Return the request with other elements."""
    return json.dumps(copy.deepcopy(REQUEST) | elements).encode()


def test_a_resource_is_read_as_it_was_sent() -> None:
    assert read_resource(to_json(REQUEST), "ServiceRequest") == REQUEST


@pytest.mark.parametrize("name", HISTORIES)
def test_a_rendered_resource_can_be_read(name: str) -> None:
    for type, found in resources_by_type(HISTORIES[name]()).items():
        for resource in found if type in SUPPORTED else ():
            assert read_resource(to_json(resource), type) == resource


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b'{"resourceType": "Task",}', "is not JSON"),
        (b"\xff\xfe{}", "is not UTF-8"),
        (b"[]", "is not a JSON object"),
        (b'"Task"', "is not a JSON object"),
        (b"[" * 100_000, "too deep or too large"),
        (b'{"resourceType": "Task", "priority": ' + b"9" * 5000 + b"}", "too deep or too large"),
        (b'{"resourceType": "Task", "status": "requested", "status": "accepted"}', "same element twice"),
        (b'{"resourceType": "Task", "priority": NaN}', "NaN"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_not_json_is_refused(body: bytes, text: str) -> None:
    (issue,) = issues_of(body)
    assert (issue.code, issue.expression) == ("structure", None)
    assert text in issue.text


def test_another_type_than_that_of_the_address_is_refused() -> None:
    (issue,) = issues_of(to_json(REQUEST), "Task")
    assert (issue.code, issue.expression) == ("invalid", "resourceType")


@pytest.mark.parametrize("type", ["Observation", "Nonsense", "", None, 7, ["Task"], {"a": 1}])
def test_an_unsupported_type_is_refused(type: Any) -> None:
    assert issues_of(json.dumps({"resourceType": type, "status": "final"}).encode())


@pytest.mark.parametrize("type", ["Nonsense", "Observation", None, 7])
def test_an_unsupported_type_in_a_bundle_is_refused_by_its_entry(type: Any) -> None:
    entry = {"resource": {"resourceType": type}, "request": {"method": "POST", "url": "x"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [{**entry, "resource": REQUEST}, entry]}
    (issue,) = issues_of(json.dumps(bundle).encode())
    assert issue.expression in {"Bundle.entry[1].resource.resourceType", "Bundle.entry[0].resource.resourceType"}


@pytest.mark.parametrize(
    ("elements", "code", "expression"),
    [
        ({"status": "pagaende"}, "code-invalid", "ServiceRequest.status"),
        ({"intent": "wish"}, "code-invalid", "ServiceRequest.intent"),
        ({"subject": {}}, "structure", "ServiceRequest.subject"),
        ({"subject": None}, "structure", "ServiceRequest.subject"),
        ({"performer": []}, "structure", "ServiceRequest.performer"),
        ({"reasonCode": [{"text": "  "}]}, "structure", "ServiceRequest.reasonCode[0].text"),
        ({"reasonCode": [{"text": "a\x00b"}]}, "value", "ServiceRequest.reasonCode[0].text"),
        ({"reasonCode": [{"text": "\ud800"}]}, "value", "ServiceRequest.reasonCode[0].text"),
        ({"authoredOn": "2025-04"}, "value", "ServiceRequest.authoredOn"),
        ({"authoredOn": "2025-04-01"}, "value", "ServiceRequest.authoredOn"),
        ({"authoredOn": "2025-02-30T10:00:00Z"}, "value", "ServiceRequest.authoredOn"),
        ({"authoredOn": "2025-04-01T10:00:00"}, "value", "ServiceRequest.authoredOn"),
        ({"priority": "urgent"}, "not-supported", "ServiceRequest.priority"),
        ({"doNotPerform": "true"}, "not-supported", "ServiceRequest.doNotPerform"),
        ({"quantityQuantity": {"value": 72.50}}, "not-supported", "ServiceRequest.quantityQuantity.value"),
        ({"contained": [{"resourceType": "Patient"}]}, "not-supported", "ServiceRequest.contained"),
        ({"_status": {"id": "a"}}, "not-supported", "ServiceRequest._status"),
        ({"extension": [{"url": "http://x.y/z", "valueCode": "a"}]}, "extension", "ServiceRequest.extension[0]"),
        ({"requester": {"display": SECRET}}, "not-supported", "ServiceRequest.requester.display"),
        ({"nonsense": SECRET}, "structure", "ServiceRequest.nonsense"),
        ({SECRET: "a"}, "structure", "ServiceRequest"),
        ({"code": SECRET}, "value", "ServiceRequest.code"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_issue_is_at_its_element(elements: dict[str, Any], code: str, expression: str) -> None:
    found = {issue.expression: issue.code for issue in issues_of(change_request(**elements), "ServiceRequest")}
    assert found[expression] == code


def test_a_boolean_in_quotation_marks_is_refused() -> None:
    url = "https://kvittens.example/fhir/StructureDefinition/composite-needs"
    (issue,) = issues_of(change_request(extension=[{"url": url, "valueBoolean": "true"}]))
    assert issue.expression == "ServiceRequest.extension[0].valueBoolean"


def test_a_missing_element_that_r4_requires_is_refused() -> None:
    (issue,) = issues_of(to_json({name: value for name, value in REQUEST.items() if name != "subject"}))
    assert (issue.code, issue.expression) == ("required", "ServiceRequest.subject")


@pytest.mark.parametrize("attack", ["<script>x</script>", "<b onclick='x'>y</b>", '<a href="javascript:x">y</a>'])
def test_active_content_in_a_narrative_is_refused(attack: str) -> None:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{attack}</div>'
    found = issues_of(change_request(text={"status": "generated", "div": div}))
    assert [issue.expression for issue in found] == ["ServiceRequest.text.div"]


def test_text_meta_and_an_empty_contained_are_accepted() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">A request</div>'
    body = change_request(text={"status": "generated", "div": div}, meta={"versionId": "1"}, contained=[])
    assert read_resource(body)["subject"] == REQUEST["subject"]


def test_all_issues_are_in_one_answer() -> None:
    found = issues_of(change_request(status="x", priority="urgent", intent="y"))
    assert {issue.expression for issue in found} == {
        "ServiceRequest.status",
        "ServiceRequest.priority",
        "ServiceRequest.intent",
    }


REQUIRED: list[tuple[str, Callable[[Resource], Any]]] = [
    ("Task", lambda found: found.__setitem__("status", "pagaende")),
    ("Task", lambda found: found.__setitem__("intent", "wish")),
    ("CarePlan", lambda found: found.__setitem__("status", "final")),
    ("CarePlan", lambda found: found.__setitem__("intent", "directive")),
    ("CarePlan", lambda found: found["activity"][0]["detail"].__setitem__("status", "begun")),
    ("CarePlan", lambda found: found["activity"][0]["detail"].__setitem__("kind", "Task")),
]


@pytest.mark.parametrize(("type", "spoil"), REQUIRED)
def test_a_code_outside_a_required_value_set_is_refused(type: str, spoil: Callable[[Resource], Any]) -> None:
    resource = copy.deepcopy(find_first(enrolled(), type))
    spoil(resource)
    assert [issue.code for issue in issues_of(to_json(resource), type)] == ["code-invalid"]


@pytest.mark.parametrize("type", SUPPORTED)
def test_the_elements_that_are_kept_are_documented(type: str) -> None:
    assert describe(type).startswith(f"Kept: {type}.")
