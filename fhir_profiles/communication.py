"""The words of one party to the other as a Communication: what all of them have, whatever they are about."""

from typing import Any
from uuid import UUID

from domain.case.state.case import Case
from domain.kernel import HsaId, Instant, Text, Value
from fhir_profiles import systems
from fhir_profiles.element_reader import (
    NamedActor,
    expect,
    get_extension,
    get_only,
    read_actor,
    read_id,
    read_moment,
    read_organisation,
    read_text,
    require,
)
from fhir_profiles.elements import organisation, patient, present, principal
from fhir_profiles.json import Resource, instant

PATH = "Communication"
ELEMENTS = {
    "text": "payload",
    "position": "payload",
    "question": "inResponseTo",
    "plan": "about",
    "dispute": "about",
    "occurred_at": "sent",
}
"""The path in the resource of each field of the acts that a Communication stands for."""
_ORDER = (
    *("extension", "basedOn", "inResponseTo", "status", "statusReason", "category", "subject", "about"),
    *("sent", "received", "recipient", "sender", "payload"),
)
"""The elements in the order of their bytes, which stored versions have too."""


def to_communication(
    case: Case, id: UUID, *, by: HsaId | None, unit: HsaId, sent: Instant, text: Text, **more: Any
) -> Resource:
    """Render a Communication from the unit that wrote it for its principal. `more` are elements of its kind alone."""
    elements = more | {
        "extension": [principal(by)] if by else None,
        "status": more.get("status", "completed"),
        "subject": patient(case.patient_id),
        "sent": instant(sent),
        "sender": organisation(unit),
        "payload": [{"contentString": text}],
    }
    ordered = {name: elements[name] for name in _ORDER if name in elements}
    return {"resourceType": "Communication", "id": str(id), **present(**ordered)}


class WordsDraft(Value):
    """The words that a client's new Communication has, with the person that they are about and the sender."""

    patient_id: UUID
    text: Text
    sender: NamedActor
    occurred_at: Instant | None


def read_words(resource: Resource) -> WordsDraft:
    """Read the words of a new Communication. It must be completed, and have one payload of text."""
    expect(resource, "status", "completed", PATH)
    payload = get_only(resource.get("payload"), f"{PATH}.payload", needed=True)
    sender = read_actor(require(resource, "sender", PATH), f"{PATH}.sender")
    by = get_extension(resource, systems.RESPONSIBLE_PRINCIPAL, "valueReference", PATH)
    if by is not None:
        place = f"{PATH}.extension('{systems.RESPONSIBLE_PRINCIPAL}')"
        sender = sender.model_copy(update={"principal": read_organisation(by, place)})
    return WordsDraft(
        patient_id=read_id(require(resource, "subject", PATH), "Patient", f"{PATH}.subject"),
        text=read_text(require(payload or {}, "contentString", f"{PATH}.payload[0]"), f"{PATH}.payload[0]"),
        sender=sender,
        occurred_at=read_moment(resource, "sent", PATH),
    )
