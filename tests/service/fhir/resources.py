"""What clients send: resources of the demonstration county, as small as the server takes them."""

from typing import Any

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
    """A coded concept."""
    return {"coding": [{"system": system, "code": code}]}


def practitioner(person: str) -> Json:
    """A reference to a professional."""
    return {"reference": f"Practitioner/{person}"}


def organisation(id: str) -> Json:
    """A reference to a principal, provider or unit."""
    return {"reference": f"Organization/{id}"}


def intervention(key: str = "leg-ulcer", text: str = "Dress the leg ulcer") -> Json:
    """An intervention as a request names it."""
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
    """A request for municipal home care."""
    said: Json = {
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
        "orderDetail": [intervention()],
        "reasonCode": [{"text": "Leg ulcer care at home"}],
    }
    if number is not None:
        said["identifier"] = [{"system": SYSTEM, "value": number}]
    return said | changes


def task(patient: str, focus: str, *, owner: str = MUNICIPALITY_A, **changes: Any) -> Json:
    """A Task that sends a request."""
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


def entry(resource: Json, *, urn: str | None = None, **request: str) -> Json:
    """An entry that creates a resource."""
    said: Json = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]} | request}
    return said | ({"fullUrl": urn} if urn else {})


def transaction(*entries: Json) -> Json:
    """A transaction."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def request_and_task(patient: str, *, number: str | None = None, if_none_exist: str | None = None) -> Json:
    """A request and its sending."""
    condition = {"ifNoneExist": if_none_exist} if if_none_exist else {}
    return transaction(
        entry(service_request(patient, status="active", number=number), urn=REQUEST_URN, **condition),
        entry(task(patient, REQUEST_URN), urn=TASK_URN),
    )


def sent(region: Caller, patient: str, **said: Any) -> tuple[Json, Json]:
    """A request and its Task, as they stand once they are sent."""
    answer = region.post("/fhir", json=request_and_task(patient, **said))
    assert answer.status_code == 200, answer.text
    request, sending = (one["resource"] for one in answer.json()["entry"])
    return request, sending


def change(caller: Caller, resource: Json, /, **headers: str) -> httpx.Response:
    """A PUT of a resource to its own address."""
    address = f"/fhir/{resource['resourceType']}/{resource['id']}"
    return caller.put(
        address, json=resource, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def assert_outcome(answer: httpx.Response, status: int, *, issue: str, code: str | None = None, says: str = "") -> Json:
    """The answer is an OperationOutcome of this sort; its first issue."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    said = answer.json()
    OperationOutcome.model_validate(said)
    first: Json = said["issue"][0]
    assert first["code"] == issue, answer.text
    if code is not None:
        assert first["details"]["coding"][0]["code"] == code
    assert says in answer.text
    return first
