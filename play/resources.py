"""FHIR resources as the professionals' systems send them, written out as an integrator writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from play import systems
from play.client import Resource
from play.content import DISTRICT_NURSE, EKEBY, PARTS, PHYSICIAN, REGION

HEALTH_CENTRE = "SE2321000000-VCEKEBY"
HOME_CARE = "SE2120000001-HSVEKEBY"
LOCAL = "urn:uuid:3a4d2f5e-1c1e-4c39-9d0b-54f0c2ad4d55"
"""The name of a request within a transaction."""


def refer_by_hsa(type: str, id: str) -> Resource:
    """Return a reference by HSA-id."""
    return {"reference": f"{type}/{id}", "identifier": {"system": systems.HSA, "value": id}}


def make_service_request(
    patient: str, number: Resource, *, goal: str | None, status: str, despite: Sequence[str] = ()
) -> Resource:
    """Return a vårdbegäran with its need, its contacts and one intervention, despite those that are open in cases."""
    extensions: list[Resource] = [{"url": systems.GOAL, "valueString": goal}] if goal else []
    extensions += [
        {"url": systems.DESPITE, "valueIdentifier": {"system": systems.CASE, "value": case}} for case in despite
    ]
    extensions += [
        {"url": systems.PHYSICIAN_CONTACT, "valueReference": refer_by_hsa("Practitioner", PHYSICIAN)},
        {"url": systems.CARE_CONTACT, "valueReference": refer_by_hsa("Practitioner", DISTRICT_NURSE)},
        {"url": systems.CHANNEL, "valueCode": "lifecare-sp"},
    ]
    return {
        "resourceType": "ServiceRequest",
        "extension": extensions,
        "identifier": [number],
        "status": status,
        "intent": "order",
        "category": [_make_concept(systems.TRACK, "primary-care")],
        "code": _make_concept(systems.SERVICE, "municipal-home-care"),
        "subject": {"reference": f"Patient/{patient}"},
        "requester": {"reference": f"PractitionerRole/{DISTRICT_NURSE}.{HEALTH_CENTRE}"},
        "performer": [refer_by_hsa("Organization", EKEBY)],
        "reasonCode": [{"text": "Bensår som behöver läggas om i hemmet två gånger i veckan"}],
        "orderDetail": [
            {
                "extension": [_make_intervention("wound-care", "nurse")],
                "text": "Omläggning av bensår två gånger i veckan",
            }
        ],
    }


def make_task(patient: str, focus: str) -> Resource:
    """Return the Task that sends a request to the municipality."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": _make_concept(systems.TASK_CODE, "fulfill"),
        "focus": {"reference": focus},
        "for": {"reference": f"Patient/{patient}"},
        "requester": refer_by_hsa("Organization", HEALTH_CENTRE),
        "owner": refer_by_hsa("Organization", EKEBY),
    }


def make_entries(request: Resource, task: Resource) -> list[Resource]:
    """Return the entries of a transaction that creates a request and its Task, once for the request's number.

    The Task refers to the request as LOCAL.
    """
    number = request["identifier"][0]
    condition = f"identifier={number['system']}|{number['value']}"
    return [
        {
            "fullUrl": LOCAL,
            "resource": request,
            "request": {"method": "POST", "url": "ServiceRequest", "ifNoneExist": condition},
        },
        {"resource": task, "request": {"method": "POST", "url": "Task"}},
    ]


def make_business_status(code: str) -> Resource:
    """Return a business status of a Task."""
    return _make_concept(systems.BUSINESS_STATUS, code)


def make_care_plan(patient: str, episode: str) -> Resource:
    """Return the health centre's medical treatment plan, without part 5 and the municipality's contacts."""
    return {
        "resourceType": "CarePlan",
        "extension": [
            {"url": systems.EPISODE, "valueReference": {"reference": episode}},
            *(make_section(part, fields) for part, fields in PARTS.items() if part != "follow-up"),
            {
                "url": systems.PLAN_SECTION,
                "extension": [
                    {"url": "part", "valueCode": "single-interventions"},
                    {"url": "not-applicable", "valueString": "Inga punktinsatser: kommunen samordnar"},
                ],
            },
            make_contact("physician-contact", PHYSICIAN),
            make_contact("care-contact-region", DISTRICT_NURSE),
        ],
        "status": "draft",
        "intent": "plan",
        "category": [_make_concept(systems.PLAN_KIND, "medical")],
        "subject": {"reference": f"Patient/{patient}"},
        "activity": [
            _make_activity("wound-care", "nurse", "Omläggning av bensår två gånger i veckan", EKEBY),
            _make_activity("ulcer-follow-up", "physician", "Läkares uppföljning av sårläkningen", REGION),
        ],
    }


def make_section(part: str, fields: dict[str, Any]) -> Resource:
    """Return one part of a plan."""
    return {
        "url": systems.PLAN_SECTION,
        "extension": [
            {"url": "part", "valueCode": part},
            *(
                {
                    "url": "field",
                    "extension": [
                        {"url": "name", "valueCode": name},
                        {"url": "value", "valueDate" if name == "when" else "valueString": value},
                    ],
                }
                for name, value in fields.items()
            ),
        ],
    }


def make_contact(role: str, person: str) -> Resource:
    """Return the extension that gives a person a contact role of a plan."""
    return {
        "url": systems.PLAN_CONTACT,
        "extension": [
            {"url": "role", "valueCode": role},
            {"url": "person", "valueReference": refer_by_hsa("Practitioner", person)},
        ],
    }


def make_communication(patient: str, dispute: str, unit: str, text: str, *, sent: datetime | None = None) -> Resource:
    """Return a position in a disagreement. `sent` is the time of the position, if it is not now."""
    content = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "about": [{"reference": f"Task/{dispute}"}],
        "sender": refer_by_hsa("Organization", unit),
        "payload": [{"contentString": text}],
    }
    return content | ({"sent": sent.isoformat()} if sent else {})


def _make_concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _make_intervention(key: str, profession: str) -> Resource:
    return {
        "url": systems.INTERVENTION,
        "extension": [{"url": "key", "valueCode": key}, {"url": "profession", "valueCode": profession}],
    }


def _make_activity(key: str, profession: str, text: str, principal: str) -> Resource:
    return {
        "extension": [
            _make_intervention(key, profession),
            {"url": systems.SCOPE, "valueCode": "several-with-coordination"},
        ],
        "detail": {
            "kind": "ServiceRequest",
            "code": {"text": text},
            "status": "not-started",
            "performer": [refer_by_hsa("Organization", principal)],
        },
    }
