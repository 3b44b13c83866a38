"""The FHIR resources that the professionals' systems send, written out as an integrator writes them."""

from datetime import datetime
from typing import Any

from play import systems
from play.client import Resource
from play.content import DISTRICT_NURSE, EKEBY, PARTS, PHYSICIAN, REGION

HEALTH_CENTRE = "SE2321000000-VCEKEBY"
HOME_CARE = "SE2120000001-HSVEKEBY"
LOCAL = "urn:uuid:3a4d2f5e-1c1e-4c39-9d0b-54f0c2ad4d55"
"""What a request is called within a transaction."""


def by_hsa(type: str, id: str) -> Resource:
    """A reference by HSA-id."""
    return {"reference": f"{type}/{id}", "identifier": {"system": systems.HSA, "value": id}}


def service_request(patient: str, number: Resource, *, goal: str | None, status: str) -> Resource:
    """The vårdbegäran, with need, contacts and the intervention that is asked for."""
    said: list[Resource] = [{"url": systems.GOAL, "valueString": goal}] if goal else []
    said += [
        {"url": systems.PHYSICIAN_CONTACT, "valueReference": by_hsa("Practitioner", PHYSICIAN)},
        {"url": systems.CARE_CONTACT, "valueReference": by_hsa("Practitioner", DISTRICT_NURSE)},
        {"url": systems.CHANNEL, "valueCode": "lifecare-sp"},
    ]
    return {
        "resourceType": "ServiceRequest",
        "extension": said,
        "identifier": [number],
        "status": status,
        "intent": "order",
        "category": [_concept(systems.TRACK, "primary-care")],
        "code": _concept(systems.SERVICE, "municipal-home-care"),
        "subject": {"reference": f"Patient/{patient}"},
        "requester": {"reference": f"PractitionerRole/{DISTRICT_NURSE}.{HEALTH_CENTRE}"},
        "performer": [by_hsa("Organization", EKEBY)],
        "reasonCode": [{"text": "Bensår som behöver läggas om i hemmet två gånger i veckan"}],
        "orderDetail": [
            {
                "extension": [_intervention("wound-care", "nurse")],
                "text": "Omläggning av bensår två gånger i veckan",
            }
        ],
    }


def task(patient: str, focus: str) -> Resource:
    """The Task that sends the request to the municipality."""
    return {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "code": _concept(systems.TASK_CODE, "fulfill"),
        "focus": {"reference": focus},
        "for": {"reference": f"Patient/{patient}"},
        "requester": by_hsa("Organization", HEALTH_CENTRE),
        "owner": by_hsa("Organization", EKEBY),
    }


def sent_together(request: Resource, sending: Resource) -> list[Resource]:
    """A request and the Task that sends it, as entries of a transaction that makes them once for the request's number.

    The Task names the request as LOCAL.
    """
    number = request["identifier"][0]
    condition = f"identifier={number['system']}|{number['value']}"
    return [
        {
            "fullUrl": LOCAL,
            "resource": request,
            "request": {"method": "POST", "url": "ServiceRequest", "ifNoneExist": condition},
        },
        {"resource": sending, "request": {"method": "POST", "url": "Task"}},
    ]


def business_status(code: str) -> Resource:
    """A Task's finer step."""
    return _concept(systems.BUSINESS_STATUS, code)


def care_plan(patient: str, episode: str) -> Resource:
    """The medical treatment plan as the health centre writes it, without part 5 and the municipality's contacts."""
    return {
        "resourceType": "CarePlan",
        "extension": [
            {"url": systems.EPISODE, "valueReference": {"reference": episode}},
            *(section(part, fields) for part, fields in PARTS.items() if part != "follow-up"),
            {
                "url": systems.PLAN_SECTION,
                "extension": [
                    {"url": "part", "valueCode": "single-interventions"},
                    {"url": "not-applicable", "valueString": "Inga punktinsatser: kommunen samordnar"},
                ],
            },
            contact("physician-contact", PHYSICIAN),
            contact("care-contact-region", DISTRICT_NURSE),
        ],
        "status": "draft",
        "intent": "plan",
        "category": [_concept(systems.PLAN_KIND, "medical")],
        "subject": {"reference": f"Patient/{patient}"},
        "activity": [
            _activity("wound-care", "nurse", "Omläggning av bensår två gånger i veckan", EKEBY),
            _activity("ulcer-follow-up", "physician", "Läkares uppföljning av sårläkningen", REGION),
        ],
    }


def section(part: str, fields: dict[str, Any]) -> Resource:
    """One part of the plan."""
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


def contact(role: str, person: str) -> Resource:
    """Who holds a contact role of the plan."""
    return {
        "url": systems.PLAN_CONTACT,
        "extension": [
            {"url": "role", "valueCode": role},
            {"url": "person", "valueReference": by_hsa("Practitioner", person)},
        ],
    }


def communication(patient: str, dispute: str, unit: str, text: str, *, sent: datetime | None = None) -> Resource:
    """A position in a disagreement; `sent` is when it was held, if that is not now."""
    said = {
        "resourceType": "Communication",
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "about": [{"reference": f"Task/{dispute}"}],
        "sender": by_hsa("Organization", unit),
        "payload": [{"contentString": text}],
    }
    return said | ({"sent": sent.isoformat()} if sent else {})


def _concept(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _intervention(key: str, profession: str) -> Resource:
    return {
        "url": systems.INTERVENTION,
        "extension": [{"url": "key", "valueCode": key}, {"url": "profession", "valueCode": profession}],
    }


def _activity(key: str, profession: str, text: str, principal: str) -> Resource:
    return {
        "extension": [
            _intervention(key, profession),
            {"url": systems.SCOPE, "valueCode": "several-with-coordination"},
        ],
        "detail": {
            "kind": "ServiceRequest",
            "code": {"text": text},
            "status": "not-started",
            "performer": [by_hsa("Organization", principal)],
        },
    }
