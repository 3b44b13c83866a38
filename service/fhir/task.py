"""A Task as acts: a new one sends the request that it focuses on; a new status asks for the act that leads there."""

from functools import partial
from typing import Any

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from domain.refusals import OtherPartyMissing
from fhir_profiles.cancellation import (
    CancellationDraft,
    from_cancellation_create,
    from_cancellation_update,
    is_abort,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.task import task_id
from fhir_profiles.task_acts import TaskDraft, from_task_create, from_task_update
from projections.case import CaseAfterAct
from projections.resources import ResourceKey
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, case_and_content, find_other_author, refuse_other_person
from service.reads.queries import CurrentResource


def create(call: Call, resource: Resource) -> CaseChange:
    """Send the request in the Task's focus to its owner, or pass it on to a unit, or ask for its cancellation."""
    if is_abort(resource):
        return _ask_for_cancellation(call, resource)
    draft = from_task_create(resource, call.directory)
    key = ("ServiceRequest", draft.service_request.removeprefix("ServiceRequest/"))
    case_id, request = case_and_content(call, key, "Task.focus")
    refuse_other_person(draft.patient_id, request["subject"], "Task.for")
    return CaseChange(
        commands=[send_to_owner(call, draft)],
        on=case_id,
        occurred_at=draft.occurred_at,
        refusal=find_other_author(call, draft.requester, "Task.requester"),
        answer=answer_with(lambda after: (task_key(after),)),
    )


def _ask_for_cancellation(call: Call, resource: Resource) -> CaseChange:
    """Ask the owner of the Task in the focus to cancel the request."""
    draft = from_cancellation_create(resource)
    case_id, task = case_and_content(call, ("Task", str(draft.task)), "Task.focus")
    refuse_other_person(draft.patient_id, task["for"], "Task.for")
    return CaseChange(
        commands=[Command(ActName.REQUEST_CANCELLATION, {"reason": draft.reason, "note": draft.note})],
        on=case_id,
        occurred_at=draft.occurred_at,
        refusal=find_other_author(call, draft.requester, "Task.requester"),
        answer=answer_with(partial(_cancellation_key, draft)),
    )


def _cancellation_key(draft: CancellationDraft, after: CaseAfterAct) -> tuple[ResourceKey, ...]:
    """Return the key of the latest request for cancellation. Refuse one for another than the present receiver."""
    case, referral = after.case, after.case.referral
    asked = referral.cancellations[-1]
    if draft.task != task_id(referral):
        raise unreadable("business-rule", "Task.focus", "this Task has ended; give the Task of the present receiver")
    if draft.owner.organisation not in (None, case.principal(asked.party.other), referral.unit):
        raise unreadable("business-rule", "Task.owner", "the owner is the present receiver; give it, or leave it out")
    return (("Task", str(asked.id)),)


def send_to_owner(call: Call, draft: TaskDraft) -> Command:
    """Return the act by which a new Task's owner gets the request."""
    if call.actor.principal == draft.receiver and draft.unit is not None:
        if draft.reason is None:
            raise unreadable("required", "Task.reasonCode", "give the reason for passing the request on, as text")
        return Command(ActName.REDIRECT_REFERRAL, {"unit": draft.unit, "reason": draft.reason})
    return send(draft)


def send(draft: TaskDraft) -> Command:
    """Return the act that sends the request to the owner of a new Task."""
    if draft.reason is not None:
        raise unreadable("business-rule", "Task.reasonCode", "a sending has no reason of its own; leave it out")
    return Command(ActName.SEND_REFERRAL, {"receiver": draft.receiver, "unit": draft.unit})


def update(call: Call, resource: Resource, found: CurrentResource) -> CaseChange:
    """Do the act that leads from the Task's present status to the one it asks for."""
    key, current = ("Task", found.version.resource_id), orjson.loads(found.version.body)
    if is_abort(current):
        command, occurred_at = from_cancellation_update(resource, current)
        answer = answer_with(lambda _: (key,))
        return CaseChange(commands=[command], on=found.case_id, occurred_at=occurred_at, answer=answer)
    command, occurred_at = from_task_update(resource, current)
    check = partial(_refuse_unless_reached, key, command.name, resource["status"])
    return CaseChange(
        commands=[command],
        on=found.case_id,
        occurred_at=occurred_at,
        answer=answer_with(lambda _: (key,), check=check),
    )


def task_key(after: CaseAfterAct) -> ResourceKey:
    """Return the key of the case's coordination Task."""
    return "Task", str(task_id(after.case.referral))


def _refuse_unless_reached(key: ResourceKey, act: ActName, status: Any, after: CaseAfterAct) -> None:
    """Refuse an act by one party that does not bring the Task to the status it asks for."""
    became = orjson.loads(after.resources[key].body)["status"]
    if became == status:
        return
    party = after.new_entries[-1].actor.party.other
    raise OtherPartyMissing(
        f"By your act alone the Task stays {became}: it becomes {status} when the {party} has done the same",
        rule=next(iter(after.new_entries[-1].clauses), "SYS-3"),
        remedy=f"declare it for your own party with the act {act}: POST /api/cases/{after.case.id}/{act}",
        where=(party,),
    )
