"""The shape of each resource that a client may send: the elements that are kept, and those that the server sets."""

from collections.abc import Mapping

from fhir_profiles import systems
from fhir_profiles.shapes import (
    ANYTHING,
    CODE,
    CODED,
    CODING,
    CONCEPT,
    DATE,
    FLAG,
    IDENTIFIER,
    MOMENT,
    REFERENCE,
    TEXT,
    URI,
    WORDS,
    Element,
    ServerElement,
    Shape,
    code_of,
    list_elements,
    value_extension,
)

REQUEST_STATUS = code_of("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
TASK_STATUS = code_of(
    "draft",
    "requested",
    "received",
    "accepted",
    "rejected",
    "ready",
    "cancelled",
    "in-progress",
    "on-hold",
    "failed",
    "completed",
    "entered-in-error",
)
REQUEST_INTENT = code_of(
    "proposal",
    "plan",
    "directive",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
)
TASK_INTENT = code_of(
    "unknown",
    "proposal",
    "plan",
    "order",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
)
PLAN_INTENT = code_of("proposal", "plan", "order", "option")
EVENT_STATUS = code_of(
    "preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"
)
ACTIVITY_STATUS = code_of(
    "not-started",
    "scheduled",
    "in-progress",
    "on-hold",
    "completed",
    "cancelled",
    "stopped",
    "unknown",
    "entered-in-error",
)
NAME_USE = code_of("usual", "official", "temp", "nickname", "anonymous", "old", "maiden")

_BY_PRINCIPAL = Element(
    REFERENCE.children, {systems.RESPONSIBLE_PRINCIPAL: value_extension("valueReference", REFERENCE)}
)
_INTERVENTION = Element(
    extensions={
        "key": value_extension("valueCode", CODE),
        "profession": value_extension("valueCode", CODE),
        "kind": value_extension("valueCode", CODE),
        "advanced": value_extension("valueBoolean", FLAG),
        "ordering-level": value_extension("valueCode", CODE),
        "performing-level": value_extension("valueCode", CODE),
    }
)
_SERVER = ServerElement()
_EPISODE = value_extension("valueReference", REFERENCE)

SERVICE_REQUEST = Element(
    {
        "identifier": IDENTIFIER,
        "requisition": _SERVER,
        "status": REQUEST_STATUS,
        "intent": REQUEST_INTENT,
        "category": CODED,
        "code": CODED,
        "orderDetail": Element(CONCEPT.children, {systems.INTERVENTION: _INTERVENTION}),
        "subject": REFERENCE,
        "authoredOn": MOMENT,
        "requester": _BY_PRINCIPAL,
        "performer": _BY_PRINCIPAL,
        "reasonCode": WORDS,
    },
    {
        systems.GOAL: value_extension("valueString", TEXT),
        systems.PHYSICIAN_CONTACT: value_extension("valueReference", REFERENCE),
        systems.CARE_CONTACT: value_extension("valueReference", REFERENCE),
        systems.CHANNEL: value_extension("valueCode", CODE),
        systems.OTHERWISE: value_extension("valueString", TEXT),
        systems.COMPOSITE_NEEDS: value_extension("valueBoolean", FLAG),
        systems.NEED_SOURCE: value_extension("valueCode", CODE),
        systems.DESPITE: value_extension("valueIdentifier", IDENTIFIER),
        systems.REFERRAL_STATUS: _SERVER,
        systems.RESPONSIBILITY_REMAINS: _SERVER,
        systems.EPISODE: _SERVER,
        systems.CARE_RESPONSIBILITY: _SERVER,
    },
)

TASK = Element(
    {
        "basedOn": REFERENCE,
        "groupIdentifier": _SERVER,
        "partOf": _SERVER,
        "status": TASK_STATUS,
        "statusReason": CONCEPT,
        "businessStatus": CODED,
        "intent": TASK_INTENT,
        "code": CODED,
        "focus": REFERENCE,
        "for": REFERENCE,
        "executionPeriod": _SERVER,
        "authoredOn": MOMENT,
        "lastModified": MOMENT,
        "requester": _BY_PRINCIPAL,
        "owner": _BY_PRINCIPAL,
        "reasonCode": CONCEPT,
        "note": WORDS,
        "output": Element(
            {"type": CODED, "valueString": TEXT, "valueCodeableConcept": _SERVER},
            {systems.ASSESSMENT: _SERVER, systems.RESOLUTION: _SERVER},
        ),
    },
    {
        systems.EPISODE: _SERVER,
        systems.DISPUTE: _SERVER,
        systems.PROCEDURE_STEP: _SERVER,
        systems.ACCEPTED_BY: _SERVER,
        systems.DECLINED_BY: _SERVER,
    },
)

_ACTIVITY = Element(
    {
        "id": CODE,
        "detail": Element(
            {
                "kind": code_of("ServiceRequest"),
                "code": CONCEPT,
                "status": ACTIVITY_STATUS,
                "performer": _BY_PRINCIPAL,
            }
        ),
    },
    {
        systems.INTERVENTION: _INTERVENTION,
        systems.SCOPE: value_extension("valueCode", CODE),
        systems.SHARED_RESPONSIBILITY: value_extension("valueBoolean", FLAG),
        systems.PLAN_LINE: Element(
            extensions={
                "line": value_extension("valueCode", CODE),
                "task": value_extension("valueCode", CODE),
                "performer-kind": value_extension("valueCode", CODE),
                "competence": value_extension("valueString", TEXT),
            }
        ),
        systems.PARTY: _SERVER,
        systems.CARE_RESPONSIBILITY: _SERVER,
    },
)
_PLAN_TEXT: Mapping[str, Shape] = {
    systems.PLAN_TEXT: value_extension("valueString", TEXT),
    systems.PLAN_SECTION: Element(
        extensions={
            "part": value_extension("valueCode", CODE),
            "party": value_extension("valueCode", CODE),
            "field": Element(
                extensions={
                    "name": value_extension("valueCode", CODE),
                    "value": Element({"valueString": TEXT, "valueDate": DATE, "valueBoolean": FLAG}),
                }
            ),
            "not-applicable": value_extension("valueString", TEXT),
        }
    ),
    systems.PLAN_CONTACT: Element(
        extensions={
            "role": value_extension("valueCode", CODE),
            "person": value_extension("valueReference", _BY_PRINCIPAL),
            "area": value_extension("valueString", TEXT),
            "party": value_extension("valueCode", CODE),
        }
    ),
    systems.PLAN_AGREEMENT: _SERVER,
}

CARE_PLAN = Element(
    {
        "contained": Element(
            {
                "resourceType": code_of("CarePlan"),
                "id": CODE,
                "status": REQUEST_STATUS,
                "intent": PLAN_INTENT,
                "subject": _SERVER,
                "activity": _ACTIVITY,
            },
            _PLAN_TEXT,
        ),
        "status": REQUEST_STATUS,
        "intent": PLAN_INTENT,
        "category": Element(
            {"coding": Element({**CODING.children, "display": _SERVER}), "text": _SERVER},
        ),
        "title": TEXT,
        "subject": REFERENCE,
        "period": _SERVER,
        "created": MOMENT,
        "author": REFERENCE,
        "contributor": _SERVER,
        "careTeam": _SERVER,
        "activity": _ACTIVITY,
    },
    {
        systems.EPISODE: _EPISODE,
        systems.PLAN_STATUS: _SERVER,
        systems.PLAN_DRAFT: _SERVER,
        **_PLAN_TEXT,
        systems.PLAN_FOLLOW_UP: _SERVER,
        systems.CARE_RESPONSIBILITY: _SERVER,
    },
)

COMMUNICATION = Element(
    {
        "basedOn": REFERENCE,
        "inResponseTo": REFERENCE,
        "status": EVENT_STATUS,
        "statusReason": _SERVER,
        "category": CODED,
        "subject": REFERENCE,
        "about": REFERENCE,
        "sent": MOMENT,
        "received": MOMENT,
        "recipient": _SERVER,
        "sender": REFERENCE,
        "payload": Element({"contentString": TEXT}),
    },
    {systems.RESPONSIBLE_PRINCIPAL: value_extension("valueReference", REFERENCE)},
)

PATIENT = Element(
    {
        "meta": Element({"security": CODING, "profile": URI, "versionId": TEXT, "lastUpdated": MOMENT}),
        "identifier": IDENTIFIER,
        "name": Element({"use": NAME_USE, "family": TEXT, "given": TEXT}),
        "birthDate": DATE,
    }
)

SUPPORTED: Mapping[str, Element] = {
    "ServiceRequest": SERVICE_REQUEST,
    "Task": TASK,
    "CarePlan": CARE_PLAN,
    "Communication": COMMUNICATION,
    "Patient": PATIENT,
}
"""The shape of each type of resource that a client may send."""

BUNDLE = Element(
    {
        "type": code_of(
            "document",
            "message",
            "transaction",
            "transaction-response",
            "batch",
            "batch-response",
            "history",
            "searchset",
            "collection",
        ),
        "entry": Element(
            {
                "fullUrl": URI,
                "resource": ANYTHING,
                "request": Element(
                    {
                        "method": code_of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"),
                        "url": URI,
                        "ifMatch": TEXT,
                        "ifNoneExist": TEXT,
                    }
                ),
            }
        ),
    }
)


def describe(resource_type: str) -> str:
    """List the paths that are kept and those that the server sets, as text for the CapabilityStatement."""
    paths = list(list_elements(SUPPORTED[resource_type], resource_type))
    by_client = ", ".join(path for path, by_server in paths if not by_server)
    by_server = ", ".join(path for path, by_server in paths if by_server)
    text = f"Kept: {by_client}."
    return f"{text} Set by the server: {by_server}." if by_server else text
