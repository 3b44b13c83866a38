"""Resources that clients send in the demonstration county, as small as the server accepts them."""

import re
from typing import Any
from uuid import uuid4

import httpx
from fhir.resources.R4B.operationoutcome import OperationOutcome

from fhir_profiles import systems
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, PHYSICIAN, Caller

Json = dict[str, Any]

REGION_UNIT = "SE2321000000-VCEKEBY"
MUNICIPAL_UNIT = "SE2120000001-HSVEKEBY"
PERSONNUMMER = systems.PERSONNUMMER
REQUEST_URN = "urn:uuid:6d1f3f5e-3b0a-4a2e-9f55-0b6f3c1d7a01"
TASK_URN = "urn:uuid:6d1f3f5e-3b0a-4a2e-9f55-0b6f3c1d7a02"
SYSTEM = "https://journal.example/remiss"


def concept(system: str, code: str) -> Json:
    """Build a coded concept."""
    return {"coding": [{"system": system, "code": code}]}


def practitioner(person: str) -> Json:
    """Build a reference to a professional."""
    return {"reference": f"Practitioner/{person}"}


def organisation(id: str) -> Json:
    """Build a reference to a principal, provider or unit."""
    return {"reference": f"Organization/{id}"}


def intervention(key: str = "leg-ulcer", text: str = "Dress the leg ulcer") -> Json:
    """Build an intervention in the form that a request names it."""
    return {
        "extension": [
            {
                "url": systems.INTERVENTION,
                "extension": [
                    {"url": "key", "valueCode": key},
                    {"url": "profession", "valueCode": "nurse"},
                    {"url": "kind", "valueCode": "medical"},
                    {"url": "advanced", "valueBoolean": False},
                ],
            }
        ],
        "text": text,
    }


def service_request(patient: str, *, status: str = "draft", number: str | None = None, **changes: Any) -> Json:
    """Build a request for municipal home care. Each asks for another intervention, so that none is a second one."""
    body: Json = {
        "resourceType": "ServiceRequest",
        "extension": [
            {"url": systems.GOAL, "valueString": "A healed ulcer"},
            {"url": systems.PHYSICIAN_CONTACT, "valueReference": practitioner(PHYSICIAN)},
            {"url": systems.CARE_CONTACT, "valueReference": practitioner(DISTRICT_NURSE)},
        ],
        "status": status,
        "intent": "order",
        "category": [concept(systems.TRACK, "primary-care")],
        "code": concept(systems.SERVICE, "municipal-home-care"),
        "subject": {"reference": f"Patient/{patient}"},
        "requester": {"reference": f"PractitionerRole/{DISTRICT_NURSE}.{REGION_UNIT}"},
        "orderDetail": [intervention(f"leg-ulcer-{uuid4()}")],
        "reasonCode": [{"text": "Leg ulcer care at home"}],
    }
    if number is not None:
        body["identifier"] = [{"system": SYSTEM, "value": number}]
    return body | changes


def task_for(patient: str, focus: str, *, owner: str = MUNICIPALITY_A, **changes: Any) -> Json:
    """Build a Task that sends the request in its focus."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": concept(systems.TASK_CODE, "fulfill"),
        "focus": {"reference": focus},
        "for": {"reference": f"Patient/{patient}"},
        "requester": organisation(REGION_UNIT),
        "owner": organisation(owner),
    } | changes


def entry_for(resource: Json, *, urn: str | None = None, **request: str) -> Json:
    """Build an entry that creates the resource."""
    body: Json = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]} | request}
    return body | ({"fullUrl": urn} if urn else {})


def transaction(*entries: Json) -> Json:
    """Build a transaction."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def request_and_task(patient: str, *, number: str | None = None, if_none_exist: str | None = None) -> Json:
    """Build a transaction with a request and the Task that sends it."""
    condition = {"ifNoneExist": if_none_exist} if if_none_exist else {}
    return transaction(
        entry_for(service_request(patient, status="active", number=number), urn=REQUEST_URN, **condition),
        entry_for(task_for(patient, REQUEST_URN), urn=TASK_URN),
    )


def send_request(region: Caller, patient: str, **options: Any) -> tuple[Json, Json]:
    """Send a request, and return it and its Task as the server answers them."""
    answer = region.post("/fhir", json=request_and_task(patient, **options))
    assert answer.status_code == 200, answer.text
    request, task = (entry["resource"] for entry in answer.json()["entry"])
    return request, task


def change(caller: Caller, resource: Json, /, **headers: str) -> httpx.Response:
    """Put a resource to its own address."""
    address = f"/fhir/{resource['resourceType']}/{resource['id']}"
    return caller.put(
        address, json=resource, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def assert_outcome(answer: httpx.Response, status: int, *, issue: str, code: str | None = None, says: str = "") -> Json:
    """Assert that the answer is an OperationOutcome of this kind, and return its first issue.

    It says nothing in the names of fields that JSON acts have.
    """
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    body = answer.json()
    OperationOutcome.model_validate(body)
    first: Json = body["issue"][0]
    assert first["code"] == issue, answer.text
    if code is not None:
        assert first["details"]["coding"][0]["code"] == code
    assert says in answer.text
    words = f"{first['details']['text']} {first.get('diagnostics', '')}"
    assert not re.search(r"\b[a-z]+_[a-z]+|\.\d+\.[a-z]", words), words
    return first
