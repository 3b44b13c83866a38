"""A Task that a client creates or changes is an act: which one is read from what it says, or from what differs."""

from typing import Any
from uuid import UUID

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import WithdrawalReason
from domain.case.state.referral import ReferralStatus
from domain.kernel import HsaId, Instant, Value
from fhir_profiles import systems
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    NamedActor,
    RequestedAct,
    expect,
    expect_code,
    get_code,
    get_only,
    is_unchanged,
    read_actor,
    read_code,
    read_id,
    read_moment,
    read_text,
    require,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.task import DISPUTED, WHERE_TO_TURN


class TaskDraft(Value):
    """The content of a new Task: a request is sent to a municipality."""

    service_request: str
    """The reference to the ServiceRequest, as the client gave it: ours, or a urn:uuid within one transaction."""
    patient_id: UUID
    receiver: HsaId
    requester: NamedActor
    occurred_at: Instant | None


def from_task_create(resource: Resource) -> TaskDraft:
    """Read the sending of a request that a new Task asks for."""
    path = "Task"
    refuse_changed(resource, None, path)
    expect_code(require(resource, "code", path), systems.TASK_CODE, "fulfill", f"{path}.code")
    expect(resource, "status", "requested", path)
    expect(resource, "intent", "order", path)
    for name in ("statusReason", "businessStatus", "note", "output"):
        if name in resource:
            raise unreadable("business-rule", f"{path}.{name}", "a new Task has none; leave it out")
    occurred_at = read_moment(resource, "authoredOn", path)
    if read_moment(resource, "lastModified", path) not in (None, occurred_at):
        raise unreadable("business-rule", f"{path}.lastModified", "a new Task is as old as its authoredOn")
    focus = require(resource, "focus", path)
    reference = str(focus.get("reference", ""))
    if not reference.startswith("urn:uuid:"):
        reference = f"ServiceRequest/{read_id(focus, 'ServiceRequest', f'{path}.focus')}"
    based_on = get_only(resource.get("basedOn"), f"{path}.basedOn")
    if based_on is not None and based_on.get("reference") != focus.get("reference"):
        raise unreadable("business-rule", f"{path}.basedOn", "the Task is based on the request that it focuses on")
    owner = read_actor(require(resource, "owner", path), f"{path}.owner")
    if owner.organisation is None or owner.principal not in (None, owner.organisation):
        raise unreadable("business-rule", f"{path}.owner", "the owner is the municipality itself, by its HSA-id")
    return TaskDraft(
        service_request=reference,
        patient_id=read_id(require(resource, "for", path), "Patient", f"{path}.for"),
        receiver=owner.organisation,
        requester=read_actor(require(resource, "requester", path), f"{path}.requester"),
        occurred_at=occurred_at,
    )


BY_STATUS = {
    "received": ActName.ACKNOWLEDGE_REFERRAL,
    "accepted": ActName.ACCEPT_REFERRAL,
    "rejected": ActName.DECLINE_REFERRAL,
    "cancelled": ActName.WITHDRAW_REFERRAL,
    "in-progress": ActName.START_ENROLMENT,
    "completed": ActName.COMPLETE_DISCHARGE,
}
"""The act that a new status asks for."""
BY_BUSINESS_STATUS = {
    ReferralStatus.IN_CONTACT.value: ActName.CONTACT_PRINCIPAL,
    ReferralStatus.LEVEL_ESTABLISHED.value: ActName.ESTABLISH_LEVEL,
    DISPUTED: ActName.RAISE_DISAGREEMENT,
}
"""The act that a new business status asks for, while the status stays."""
_FIXED = ("basedOn", "intent", "code", "focus", "for", "authoredOn", "requester", "owner")


def from_task_update(resource: Resource, current: Resource) -> RequestedAct:
    """Read the act that a change of a Task asks for. Requester, owner and focus never change."""
    path = "Task"
    refuse_changed(resource, current, path)
    if get_code(current["code"], systems.TASK_CODE, f"{path}.code", beside=(systems.TASK_KIND,)) != "fulfill":
        raise unreadable("business-rule", path, "a disagreement is resolved by both parties' act resolve-disagreement")
    for name in _FIXED:
        if not is_unchanged(resource.get(name), current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this never changes; send it back as it was read")
    act = _act(resource, current, path)
    _refuse_beside(act, resource, current, path)
    told = read_moment(resource, "lastModified", path)
    return RequestedAct(
        command=Command(act, _content(act, resource, current, path)),
        occurred_at=told if told != read_moment(current, "lastModified", path) else None,
    )


def _act(resource: Resource, current: Resource, path: str) -> ActName:
    status, business = resource["status"], _business(resource, path)
    if status != current["status"]:
        if business not in (None, _business(current, path)):
            raise unreadable("business-rule", f"{path}.businessStatus", "one act at a time: change the status alone")
        if status not in BY_STATUS:
            raise unreadable(
                "business-rule",
                f"{path}.status",
                f"no act of a client leads to this status; these do: {', '.join(BY_STATUS)}",
            )
        return BY_STATUS[status]
    if business is None or business == _business(current, path):
        raise unreadable("business-rule", f"{path}.status", "nothing is asked for; change status or businessStatus")
    if business not in BY_BUSINESS_STATUS:
        raise unreadable(
            "business-rule",
            f"{path}.businessStatus",
            f"this takes an act of the JSON face, since it says more than a Task can; "
            f"a Task takes: {', '.join(BY_BUSINESS_STATUS)}",
        )
    return BY_BUSINESS_STATUS[business]


def _business(resource: Resource, path: str) -> str | None:
    found = resource.get("businessStatus")
    return get_code(found, systems.BUSINESS_STATUS, f"{path}.businessStatus") if found is not None else None


_WITH_REASON = {ActName.DECLINE_REFERRAL, ActName.WITHDRAW_REFERRAL, ActName.RAISE_DISAGREEMENT}


def _refuse_beside(act: ActName, resource: Resource, current: Resource, path: str) -> None:
    """Refuse what is changed and does not belong to the act: it would be lost."""
    may_change = {
        "statusReason": act in _WITH_REASON,
        "note": act is ActName.CONTACT_PRINCIPAL,
        "output": act is ActName.COMPLETE_DISCHARGE,
    }
    for name, allowed in may_change.items():
        if name in resource and not allowed and not is_unchanged(resource[name], current.get(name)):
            raise unreadable(
                "business-rule", f"{path}.{name}", f"this says nothing in the act {act}; leave it as it was"
            )


def _content(act: ActName, resource: Resource, current: Resource, path: str) -> dict[str, Any]:
    reason, place = resource.get("statusReason", {}), f"{path}.statusReason"
    match act:
        case ActName.DECLINE_REFERRAL | ActName.RAISE_DISAGREEMENT:
            if "coding" in reason:
                raise unreadable("not-supported", f"{place}.coding", "give the reason in words, as statusReason.text")
            return {"reason": read_text(require(reason, "text", place), f"{place}.text")}
        case ActName.WITHDRAW_REFERRAL:
            if "text" in reason:
                raise unreadable(
                    "not-supported", f"{place}.text", f"give the reason as a code of {systems.STATUS_REASON}"
                )
            code = get_code(reason, systems.STATUS_REASON, place)
            return {"reason": read_code(WithdrawalReason, code, place) if code else WithdrawalReason.BY_SENDER}
        case ActName.CONTACT_PRINCIPAL:
            note = get_only(resource.get("note"), f"{path}.note")
            return {"note": read_text(require(note, "text", f"{path}.note"), f"{path}.note.text")} if note else {}
        case ActName.COMPLETE_DISCHARGE:
            told = _where_to_turn(resource, current, path)
            return {"where_to_turn": told} if told is not None else {}
        case _:
            return {}


def _where_to_turn(resource: Resource, current: Resource, path: str) -> str | None:
    """Return the words that the individual was told, if the Task now says something else than before."""
    outputs = resource.get("output", [])
    told = [one for one in outputs if _gives_time(one, path)]
    others = [one for one in outputs if not _gives_time(one, path)]
    if others and not is_unchanged(others, [one for one in current.get("output", []) if not _gives_time(one, path)]):
        raise unreadable("business-rule", f"{path}.output", f"the output of a client is {WHERE_TO_TURN} alone")
    found = get_only(told, f"{path}.output")
    if found is None or any(is_unchanged(found, one) for one in current.get("output", [])):
        return None
    return read_text(require(found, "valueString", f"{path}.output"), f"{path}.output.valueString")


def _gives_time(output: Resource, path: str) -> bool:
    return get_code(output["type"], systems.TASK_DATA, f"{path}.output.type") == WHERE_TO_TURN
