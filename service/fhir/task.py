"""A Task as acts: a new one sends the request that it focuses on; a new status asks for the act that leads there."""

from functools import partial
from typing import Any

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from domain.refusals import OtherPartyMissing
from fhir_profiles.json import Resource
from fhir_profiles.task import task_id
from fhir_profiles.task_acts import from_task_create, from_task_update
from projections.case import CaseAfterAct
from projections.resources import ResourceKey
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, case_and_content, find_other_author, refuse_other_person
from service.reads.queries import CurrentResource


def create(call: Call, resource: Resource) -> CaseChange:
    """Send the draft that the Task focuses on to the municipality that owns the Task."""
    draft = from_task_create(resource)
    key = ("ServiceRequest", draft.service_request.removeprefix("ServiceRequest/"))
    case_id, request = case_and_content(call, key, "Task.focus")
    refuse_other_person(draft.patient_id, request["subject"], "Task.for")
    return CaseChange(
        commands=[Command(ActName.SEND_REFERRAL, {"receiver": draft.receiver})],
        on=case_id,
        occurred_at=draft.occurred_at,
        refusal=find_other_author(call, draft.requester, "Task.requester"),
        answer=answer_with(lambda after: (task_key(after),)),
    )


def update(call: Call, resource: Resource, found: CurrentResource) -> CaseChange:
    """Do the act that leads from the Task's present status to the one it asks for."""
    command, occurred_at = from_task_update(resource, orjson.loads(found.version.body))
    key = ("Task", found.version.resource_id)
    check = partial(_refuse_unless_reached, key, command.name, resource["status"])
    return CaseChange(
        commands=[command],
        on=found.case_id,
        occurred_at=occurred_at,
        answer=answer_with(lambda _: (key,), check=check),
    )


def task_key(after: CaseAfterAct) -> ResourceKey:
    """Return the key of the case's coordination Task."""
    return "Task", str(task_id(after.case.referral.id))


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
