"""The acts that a client asks for by a Task: a new Task sends a request, a changed one does the act of its status."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import WithdrawalReason
from domain.case.state.referral import ReferralStatus
from domain.directory import Directory
from domain.kernel import HsaId, Instant, Text, Value
from fhir_profiles import systems
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    NamedActor,
    expect,
    expect_code,
    find_principal,
    get_code,
    get_only,
    is_unchanged,
    read_actor,
    read_changed_moment,
    read_code,
    read_id,
    read_moment,
    read_text,
    require,
)
from fhir_profiles.elements import concept
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.task import DISPUTED, FORWARDED, HOSPITAL_STAY, MISDIRECTED, WHERE_TO_TURN


class TaskDraft(Value):
    """The sending of a request to a municipality, or to another of its units, as a new Task asks for it."""

    service_request: str
    """The reference to the ServiceRequest, which in a transaction may be a urn:uuid."""
    patient_id: UUID
    receiver: HsaId
    unit: HsaId | None
    """The unit of the municipality. None if the Task is owned by the municipality itself."""
    reason: Text | None
    """The reason why the municipality passes the request on to the unit."""
    requester: NamedActor
    occurred_at: Instant | None


def from_task_create(resource: Resource, directory: Directory) -> TaskDraft:
    """Read the sending that a new Task asks for. Its owner is a municipality, or a unit of one."""
    path = "Task"
    refuse_changed(resource, None, path)
    expect_code(resource, "code", systems.TASK_CODE, "fulfill", path)
    expect(resource, "status", "requested", path)
    expect(resource, "intent", "order", path)
    for name in ("statusReason", "businessStatus", "note", "output"):
        if name in resource:
            raise unreadable("business-rule", f"{path}.{name}", "a new Task cannot have this element; leave it out")
    occurred_at = read_moment(resource, "authoredOn", path)
    if read_moment(resource, "lastModified", path) not in (None, occurred_at):
        raise unreadable(
            "business-rule",
            f"{path}.lastModified",
            "a new Task was last changed when it was authored; give the time of authoredOn, or leave it out",
        )
    service_request = _read_focus(resource, path)
    owner = read_actor(require(resource, "owner", path), f"{path}.owner")
    found = find_principal(directory, owner.organisation) if owner.organisation is not None else None
    receiver = found.id if found is not None else owner.organisation
    if receiver is None or owner.principal not in (None, receiver):
        raise unreadable("business-rule", f"{path}.owner", "the owner must be a municipality, or a unit of one")
    unit = directory.unit(owner.organisation or "")
    reason = resource.get("reasonCode")
    if reason is not None and "coding" in reason:
        raise unreadable("not-supported", f"{path}.reasonCode.coding", "this reason must be words; give it as text")
    return TaskDraft(
        service_request=service_request,
        patient_id=read_id(require(resource, "for", path), "Patient", f"{path}.for"),
        receiver=receiver,
        unit=unit.id if unit is not None else None,
        reason=read_text(require(reason, "text", f"{path}.reasonCode"), f"{path}.reasonCode.text") if reason else None,
        requester=read_actor(require(resource, "requester", path), f"{path}.requester"),
        occurred_at=occurred_at,
    )


def _read_focus(resource: Resource, path: str) -> str:
    """Read the reference to the ServiceRequest that the Task focuses on."""
    focus = require(resource, "focus", path)
    reference = str(focus.get("reference", ""))
    if not reference.startswith("urn:uuid:"):
        reference = f"ServiceRequest/{read_id(focus, 'ServiceRequest', f'{path}.focus')}"
    based_on = get_only(resource.get("basedOn"), f"{path}.basedOn")
    if based_on is not None and based_on.get("reference") != focus.get("reference"):
        raise unreadable(
            "business-rule",
            f"{path}.basedOn",
            "the Task is based on another request than its focus; give the same, or leave it out",
        )
    return reference


_OF_THE_REQUEST = dict.fromkeys(
    ("need", "goal", "physician_contact", "care_contact", "channel", "interventions"), "focus"
)
"""The parts of the request, which a Task says by its focus."""
NEW_ELEMENTS = _OF_THE_REQUEST | {
    "receiver": "owner",
    "unit": "owner",
    "municipality": "owner",
    "patient_id": "for",
    "reason": "reasonCode",
    "occurred_at": "authoredOn",
}
"""The path in the resource of each field of the acts that a new Task stands for."""
CHANGED_ELEMENTS = _OF_THE_REQUEST | {
    "reason": "statusReason",
    "note": "note",
    "where_to_turn": "output",
    "occurred_at": "lastModified",
}
"""The path in the resource of each field of the acts that a changed Task stands for."""

BY_STATUS = {
    "received": ActName.ACKNOWLEDGE_REFERRAL,
    "accepted": ActName.ACCEPT_REFERRAL,
    "rejected": ActName.DECLINE_REFERRAL,
    "cancelled": ActName.WITHDRAW_REFERRAL,
    "in-progress": ActName.START_ENROLMENT,
    "on-hold": ActName.RECORD_ADMISSION,
    "completed": ActName.COMPLETE_DISCHARGE,
}
"""The act that leads to a status."""
BY_BUSINESS_STATUS = {
    ReferralStatus.IN_CONTACT.value: ActName.CONTACT_PRINCIPAL,
    ReferralStatus.LEVEL_ESTABLISHED.value: ActName.ESTABLISH_LEVEL,
    DISPUTED: ActName.RAISE_DISAGREEMENT,
}
"""The act that leads to a business status, within the same status."""
_FIXED = ("basedOn", "intent", "code", "focus", "for", "authoredOn", "requester", "owner", "reasonCode")


def from_task_update(resource: Resource, current: Resource) -> tuple[Command, datetime | None]:
    """Read the act that a changed Task asks for, and the time stated for it.

    The Task's requester, owner and focus never change.
    """
    path = "Task"
    refuse_changed(resource, current, path)
    if get_code(current["code"], systems.TASK_CODE, f"{path}.code", beside=(systems.TASK_KIND,)) != "fulfill":
        raise unreadable(
            "business-rule",
            path,
            "a disagreement cannot be changed by its Task; resolve it by the act resolve-disagreement of both parties",
        )
    for name in _FIXED:
        if not is_unchanged(resource.get(name), current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this element never changes; send it as you read it")
    if _ended_by(current, path) is not None:
        raise unreadable(
            "business-rule",
            path,
            "this Task has ended, because its owner has the request no more; change the Task of the present receiver",
        )
    act = _act(resource, current, path)
    _refuse_beside(act, resource, current, path)
    command = Command(act, _content(act, resource, current, path))
    return command, read_changed_moment(resource, current, "lastModified", path)


def _act(resource: Resource, current: Resource, path: str) -> ActName:
    status, business = resource["status"], _business(resource, path)
    if status != current["status"]:
        if business not in (None, _business(current, path)):
            raise unreadable(
                "business-rule",
                f"{path}.businessStatus",
                "this asks for two acts; change only the status, and the business status later",
            )
        if status not in BY_STATUS:
            raise unreadable(
                "business-rule",
                f"{path}.status",
                f"no act leads to this status; give one of {', '.join(BY_STATUS)}",
            )
        if (current["status"], status) == ("on-hold", "in-progress"):
            return ActName.RECORD_HOMECOMING
        misdirected = status == "rejected" and _ended_by(resource, path) == MISDIRECTED
        return ActName.RETURN_REFERRAL if misdirected else BY_STATUS[status]
    if business is None or business == _business(current, path):
        raise unreadable("business-rule", f"{path}.status", "nothing is changed; change status or businessStatus")
    if business not in BY_BUSINESS_STATUS:
        raise unreadable(
            "business-rule",
            f"{path}.businessStatus",
            f"no act on a Task leads to this business status; give one of {', '.join(BY_BUSINESS_STATUS)}, "
            f"or do the act by POST /api/cases/{{case}}/{{act}}",
        )
    return BY_BUSINESS_STATUS[business]


def _ended_by(resource: Resource, path: str) -> str | None:
    """Return the reason why the owner of a Task has the request no more. None if it has not ended so."""
    reason, place = resource.get("statusReason", {}), f"{path}.statusReason"
    code = get_code(reason, systems.STATUS_REASON, place) if "coding" in reason else None
    return code if code in (MISDIRECTED, FORWARDED) else None


def _business(resource: Resource, path: str) -> str | None:
    concept = resource.get("businessStatus")
    return get_code(concept, systems.BUSINESS_STATUS, f"{path}.businessStatus") if concept is not None else None


_WITH_REASON = {
    ActName.DECLINE_REFERRAL,
    ActName.WITHDRAW_REFERRAL,
    ActName.RETURN_REFERRAL,
    ActName.RAISE_DISAGREEMENT,
    ActName.RECORD_ADMISSION,
}


def _refuse_beside(act: ActName, resource: Resource, current: Resource, path: str) -> None:
    """Refuse a changed element that the act does not record, so that nothing is lost."""
    may_change = {
        "statusReason": act in _WITH_REASON,
        "note": act is ActName.CONTACT_PRINCIPAL,
        "output": act is ActName.COMPLETE_DISCHARGE,
    }
    for name, allowed in may_change.items():
        if name in resource and not allowed and not is_unchanged(resource[name], current.get(name)):
            raise unreadable(
                "business-rule", f"{path}.{name}", f"the act {act} does not record this element; send it as you read it"
            )


def _content(act: ActName, resource: Resource, current: Resource, path: str) -> dict[str, Any]:
    reason, place = resource.get("statusReason", {}), f"{path}.statusReason"
    match act:
        case ActName.DECLINE_REFERRAL | ActName.RAISE_DISAGREEMENT:
            if "coding" in reason:
                raise unreadable(
                    "not-supported", f"{place}.coding", "this reason must be words; give it as statusReason.text"
                )
            return {"reason": read_text(require(reason, "text", place), f"{place}.text")}
        case ActName.RETURN_REFERRAL:
            return {"reason": read_text(require(reason, "text", place), f"{place}.text")}
        case ActName.WITHDRAW_REFERRAL:
            if "text" in reason:
                raise unreadable(
                    "not-supported",
                    f"{place}.text",
                    f"this reason must be a code; give a code of {systems.STATUS_REASON}",
                )
            code = get_code(reason, systems.STATUS_REASON, place)
            return {"reason": read_code(WithdrawalReason, code, place) if code else WithdrawalReason.BY_SENDER}
        case ActName.RECORD_ADMISSION:
            in_hospital = concept(systems.STATUS_REASON, HOSPITAL_STAY)
            if reason and reason != in_hospital and not is_unchanged(reason, current.get("statusReason")):
                raise unreadable("business-rule", place, f"a Task is on hold for one reason: give {HOSPITAL_STAY}")
            return {}
        case ActName.CONTACT_PRINCIPAL:
            note = get_only(resource.get("note"), f"{path}.note")
            return {"note": read_text(require(note, "text", f"{path}.note"), f"{path}.note.text")} if note else {}
        case ActName.COMPLETE_DISCHARGE:
            text = _where_to_turn(resource, current, path)
            return {"where_to_turn": text} if text is not None else {}
        case _:
            return {}


def _where_to_turn(resource: Resource, current: Resource, path: str) -> str | None:
    """Return the information about where to turn, if the Task has it and had not before."""
    outputs, before = resource.get("output", []), current.get("output", [])
    others = [output for output in outputs if not _is_where_to_turn(output, path)]
    if others and not is_unchanged(others, [output for output in before if not _is_where_to_turn(output, path)]):
        text = f"only the output {WHERE_TO_TURN} can be given; send the others as you read them"
        raise unreadable("business-rule", f"{path}.output", text)
    given = get_only([output for output in outputs if _is_where_to_turn(output, path)], f"{path}.output")
    if given is None or any(is_unchanged(given, output) for output in before):
        return None
    return read_text(require(given, "valueString", f"{path}.output"), f"{path}.output.valueString")


def _is_where_to_turn(output: Resource, path: str) -> bool:
    return get_code(output["type"], systems.TASK_DATA, f"{path}.output.type") == WHERE_TO_TURN
