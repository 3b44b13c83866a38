"""A spoiled resource is read or refused with issues. It never leads to another error."""

import copy
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.kernel import Party
from fhir_profiles import patient
from fhir_profiles.bundle import from_transaction
from fhir_profiles.care_plan_change import from_care_plan
from fhir_profiles.disagreement import from_communication
from fhir_profiles.issues import Unreadable
from fhir_profiles.json import Resource
from fhir_profiles.question import find_kind, from_answer, from_communication_update, from_question
from fhir_profiles.resource_reader import read_resource
from fhir_profiles.service_request import from_service_request, from_service_request_update
from fhir_profiles.task_acts import from_task_create, from_task_update
from tests.fhir.histories import HISTORIES, drop_server_elements, find_first, positioned
from tests.fhir.test_register import PERSON
from tests.fhir.test_transactions import make_transaction
from tests.scenario import DIRECTORY, PATIENT, drafted, enrolled

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x", "Patient/1", "urn:uuid:1", "2025-02-30", "active", "accepted", "completed", "Practitioner/"]
    ),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"reference": "Task/1"}),
    st.just([{"url": "x", "valueCode": "y"}]),
    st.just({"coding": [{"code": "x"}]}),
)


def paths_in(value: Any, path: tuple[int | str, ...] = ()) -> list[tuple[int | str, ...]]:
    """Return the path to every value inside another."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for name, inner_value in inner for way in [(*path, name), *paths_in(inner_value, (*path, name))]]


@st.composite
def spoil(draw: st.DrawFn, whole: Resource) -> Resource:
    """Return the resource with one to three of its values taken out, replaced or doubled."""
    resource = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(paths_in(resource)))
        holder: Any = resource
        for step in way[:-1]:
            holder = holder[step]
        match draw(st.sampled_from(["take out", "replace", "double"])):
            case "take out":
                del holder[way[-1]]
            case "double" if isinstance(holder, list):
                holder += copy.deepcopy(holder[:1])
            case _:
                holder[way[-1]] = copy.deepcopy(draw(JUNK))
        if not resource:
            break
    return resource


def read_any(resource: Resource, current: Resource | None) -> object:
    """Read the resource, whichever type it is."""
    found = read_resource(json.dumps(resource).encode())
    match found["resourceType"]:
        case "ServiceRequest" if current is not None:
            return from_service_request_update(found, current)
        case "ServiceRequest":
            return from_service_request(found, DIRECTORY)
        case "Task" if current is not None:
            return from_task_update(found, current)
        case "Task":
            return from_task_create(found, DIRECTORY)
        case "CarePlan":
            return from_care_plan(found, DIRECTORY, Party.REGION, current)
        case "Communication" if current is not None:
            return from_communication_update(found, current)
        case "Communication":
            readers = {"question": from_question, "answer": from_answer}
            return readers.get(find_kind(found) or "", from_communication)(found)
        case "Patient":
            return patient.parse(found, id=PATIENT, county="orebro")
        case _:
            return from_transaction(found, "https://kvittens.example.org/fhir")


REQUEST = find_first(HISTORIES["assessed"](), "ServiceRequest")
TASK = find_first(HISTORIES["discharge declared"](), "Task")
PLAN = find_first(enrolled(), "CarePlan")
REVISED = find_first(HISTORIES["plan under revision"](), "CarePlan")
ASKED = find_first(HISTORIES["asked"](), "Communication")

SENT: list[tuple[Resource, Resource | None]] = [
    (drop_server_elements(find_first(HISTORIES["a need"](), "ServiceRequest")), None),
    (REQUEST, REQUEST),
    (drop_server_elements(find_first(HISTORIES["sent"](), "Task")), None),
    (TASK, TASK),
    (drop_server_elements(find_first(drafted(), "CarePlan")), None),
    (PLAN, PLAN),
    (REVISED, REVISED),
    (drop_server_elements(find_first(positioned(), "Communication")), None),
    (drop_server_elements(ASKED), None),
    (ASKED, ASKED),
    (patient.render(PERSON), None),
    (make_transaction(), None),
]


@pytest.mark.parametrize(("whole", "current"), SENT, ids=lambda resource: resource and resource["resourceType"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_spoiled_resource_is_read_or_refused(whole: Resource, current: Resource | None, data: st.DataObject) -> None:
    resource = data.draw(spoil(whole))
    with suppress(Unreadable):
        read_any(resource, current)


@settings(max_examples=200)
@example(b'{"resourceType":"Task","status":' + b'{"a":' * 2000 + b"1" + b"}" * 2001)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "ignore")))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_resource(body)
