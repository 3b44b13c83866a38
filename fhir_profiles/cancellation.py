"""A request for cancellation as a Task of the code abort, which its owner completes or rejects (HL7 COW)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain.act import Command
from domain.agreements.model import ActName
from domain.case.events.referral import CancellationReason
from domain.case.state.case import Case
from domain.case.state.referral import Cancellation
from domain.kernel import Instant, Text, Value
from fhir_profiles import systems
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    NamedActor,
    expect,
    expect_code,
    get_code,
    is_unchanged,
    read_actor,
    read_changed_moment,
    read_code,
    read_id,
    read_moment,
    read_text,
    require,
)
from fhir_profiles.elements import case_identifier, concept, local, on_behalf, organisation, patient, present
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource, instant
from fhir_profiles.task import task_at

ABORT = "abort"
"""The code of the Task."""
NEW_ELEMENTS = {"reason": "reasonCode", "note": "reasonCode", "patient_id": "for", "occurred_at": "authoredOn"}
"""The path in the resource of each field of the act that a new Task of this code stands for."""
CHANGED_ELEMENTS = {"reason": "statusReason", "occurred_at": "lastModified"}
"""The path in the resource of each field of the acts that a changed Task of this code stands for."""


def to_cancellation_tasks(case: Case) -> list[Resource]:
    """Render a Task for each request for cancellation. Its owner is the principal that must answer."""
    return [_task(case, asked) for asked in case.referral.cancellations]


def _task(case: Case, asked: Cancellation) -> Resource:
    coordination = local("Task", task_at(case.referral, asked.asked_at))
    requester, owner = case.principal(asked.party), case.principal(asked.party.other)
    unit = case.referral.unit if owner == case.municipality else None
    return {
        "resourceType": "Task",
        "id": str(asked.id),
        **present(
            partOf=[coordination],
            groupIdentifier=case_identifier(case.id),
            status=_status(case, asked),
            statusReason={"text": asked.answer} if asked.answer else None,
            intent="order",
            code=concept(systems.TASK_CODE, ABORT),
            focus=coordination,
            for_=patient(case.patient_id),
            authoredOn=instant(asked.asked_at),
            lastModified=instant(asked.ended_at or asked.asked_at),
            requester=on_behalf(organisation(asked.unit), requester),
            owner=on_behalf(organisation(unit or owner), owner) if owner else None,
            reasonCode=concept(systems.STATUS_REASON, asked.reason.value, asked.note),
        ),
    }


def _status(case: Case, asked: Cancellation) -> str:
    """Return the status: what the owner answered, or cancelled if the case went on without an answer."""
    if asked.accepted is not None:
        return "completed" if asked.accepted else "rejected"
    return "requested" if asked == case.open_cancellation else "cancelled"


_FIXED = (
    *("intent", "code", "focus", "for", "authoredOn", "requester", "owner", "reasonCode"),
    *("basedOn", "businessStatus", "note", "output"),
)


class CancellationDraft(Value):
    """The request for cancellation that a client's new Task makes."""

    task: UUID
    """The coordination Task."""
    patient_id: UUID
    reason: CancellationReason
    note: Text | None
    requester: NamedActor
    owner: NamedActor
    occurred_at: Instant | None


def is_abort(resource: Resource) -> bool:
    """Return True if a Task asks for a cancellation."""
    codings = resource.get("code", {}).get("coding", ())
    return any((each.get("system"), each.get("code")) == (systems.TASK_CODE, ABORT) for each in codings)


def from_cancellation_create(resource: Resource) -> CancellationDraft:
    """Read the request for cancellation that a new Task makes. Its focus is the coordination Task."""
    path = "Task"
    refuse_changed(resource, None, path)
    expect_code(resource, "code", systems.TASK_CODE, ABORT, path)
    expect(resource, "status", "requested", path)
    expect(resource, "intent", "order", path)
    for name in ("basedOn", "statusReason", "businessStatus", "lastModified", "note", "output"):
        if name in resource:
            remedy = "a new request for cancellation cannot have this element; leave it out"
            raise unreadable("business-rule", f"{path}.{name}", remedy)
    reason, place = require(resource, "reasonCode", path), f"{path}.reasonCode"
    text = reason.get("text")
    return CancellationDraft(
        task=read_id(require(resource, "focus", path), "Task", f"{path}.focus"),
        patient_id=read_id(require(resource, "for", path), "Patient", f"{path}.for"),
        reason=read_code(CancellationReason, get_code(reason, systems.STATUS_REASON, place) or "", place),
        note=read_text(text, f"{place}.text") if text is not None else None,
        requester=_read_actor(resource, "requester", path),
        owner=_read_actor(resource, "owner", path),
        occurred_at=read_moment(resource, "authoredOn", path),
    )


def _read_actor(resource: Resource, name: str, path: str) -> NamedActor:
    return read_actor(resource[name], f"{path}.{name}") if name in resource else NamedActor()


def from_cancellation_update(resource: Resource, current: Resource) -> tuple[Command, datetime | None]:
    """Read the answer to a request for cancellation: its Task is completed (or accepted), or rejected with a reason."""
    path = "Task"
    refuse_changed(resource, current, path)
    for name in _FIXED:
        if not is_unchanged(resource.get(name), current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this element never changes; send it as you read it")
    content: dict[str, Any] = {}
    match resource["status"]:
        case "completed" | "accepted":
            act = ActName.ACCEPT_CANCELLATION
            if not is_unchanged(resource.get("statusReason"), current.get("statusReason")):
                raise unreadable("business-rule", f"{path}.statusReason", "an acceptance has no reason; leave it out")
        case "rejected":
            act, place = ActName.REFUSE_CANCELLATION, f"{path}.statusReason"
            reason = require(resource, "statusReason", path)
            content = {"reason": read_text(require(reason, "text", place), f"{place}.text")}
        case _:
            raise unreadable(
                "business-rule", f"{path}.status", "no act leads to this status; give completed or rejected"
            )
    return Command(act, content), read_changed_moment(resource, current, "lastModified", path)
