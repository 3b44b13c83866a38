"""A Task as acts: a new one sends the request that it focuses on; a new status asks for the act that leads there."""

from typing import Any

import orjson

from domain.agreements.model import ActName
from domain.refusals import OtherPartyMissing
from fhir_profiles.json import Resource
from fhir_profiles.task import task_id
from fhir_profiles.task_acts import from_task_create, from_task_update
from projections.resources import Key
from projections.view import View
from service.acts.cases import Wish
from service.acts.descriptions import Asked
from service.fhir.call import Call
from service.fhir.doing import Doing, asked, refuse_for_others, refuse_other_person, showing, standing
from service.reads.queries import Stored


def create(call: Call, resource: Resource) -> Doing:
    """Send the draft that the Task focuses on to the municipality that owns the Task."""
    draft = from_task_create(resource)
    key = ("ServiceRequest", draft.service_request.removeprefix("ServiceRequest/"))
    case_id, request = standing(call, key, "Task.focus")
    refuse_other_person(draft.patient_id, request["subject"], "Task.for")
    refuse_for_others(call, draft.requester, "Task.requester", [ActName.SEND_REFERRAL], case_id)
    wish = Wish([asked(ActName.SEND_REFERRAL, receiver=draft.receiver)], case_id=case_id)
    return Doing(wish, shows=lambda view: (task_key(view),), occurred_at=draft.occurred_at)


def update(call: Call, resource: Resource, found: Stored) -> Doing:
    """The act that leads from the Task's present status to the one that is asked for."""
    wanted = from_task_update(resource, orjson.loads(found.body))
    key = ("Task", found.resource_id)

    def reached(view: View) -> None:
        became = orjson.loads(view.current[key].body)["status"]
        if became != resource["status"]:
            raise _not_reached(wanted.act, view, became, resource["status"])

    wish = Wish([Asked(wanted.act, wanted.content)], case_id=call.services.use_cases.case_of(key, call.actor))
    return Doing(wish, shows=showing(key), occurred_at=wanted.occurred_at, reached=reached)


def task_key(view: View) -> Key:
    """The case's coordination Task."""
    return "Task", str(task_id(view.standing.case.referral.id))


def _not_reached(act: ActName, view: View, became: Any, asked_for: Any) -> OtherPartyMissing:
    party = view.entries[-1].actor.party.other
    return OtherPartyMissing(
        f"By your act alone the Task stays {became}: it becomes {asked_for} when the {party} has done the same",
        rule=next(iter(view.entries[-1].clauses), "SYS-3"),
        remedy=f"declare it for your own party with the act {act}: POST /api/cases/{view.standing.case.id}/{act}",
        where=(party,),
    )
