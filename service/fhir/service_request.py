"""A ServiceRequest as acts: a draft raises a need, a change supplements it, and status revoked withdraws it."""

from uuid import UUID

import orjson

from domain.agreements.model import ActName
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.service_request import NeedDraft, from_service_request, from_service_request_update
from projections.resources import Key
from projections.view import View
from service.acts.cases import Wish
from service.acts.descriptions import Asked
from service.fhir.call import Call
from service.fhir.doing import Doing, asked, refuse_for_others
from service.reads.queries import Stored


def create(call: Call, resource: Resource, seed: UUID | None) -> Doing:
    """A draft: somebody saw a need (behov). It is not yet a vårdbegäran."""
    draft = read_need(call, resource)
    if draft.active:
        raise unreadable(
            "business-rule",
            "ServiceRequest.status",
            "a request becomes active when it is sent: send it in a transaction with a Task, or create a draft "
            "and then a Task that focuses on it",
        )
    return Doing(Wish([need(draft)], seed=seed), shows=lambda view: (request_key(view),), occurred_at=draft.occurred_at)


def update(call: Call, resource: Resource, found: Stored) -> Doing:
    """A supplement by its author, or with status revoked a withdrawal."""
    wanted = from_service_request_update(resource, orjson.loads(found.body))
    key = ("ServiceRequest", found.resource_id)
    wish = Wish([Asked(wanted.act, wanted.content)], case_id=call.services.use_cases.case_of(key, call.actor))
    return Doing(wish, shows=lambda _: (key,), occurred_at=wanted.occurred_at)


def read_need(call: Call, resource: Resource) -> NeedDraft:
    """The need that a new ServiceRequest describes, of a person in the register and in the caller's own name."""
    draft = from_service_request(resource, call.directory)
    if call.services.persons.get(call.actor.county, draft.patient_id) is None:
        raise unreadable(
            "not-found", "ServiceRequest.subject", "the county's register has no such Patient; create it first"
        )
    refuse_for_others(call, draft.requester, "ServiceRequest.requester", [ActName.RAISE_NEED], None)
    return draft


def need(draft: NeedDraft) -> Asked:
    """The act of a new ServiceRequest."""
    return asked(
        ActName.RAISE_NEED,
        patient_id=draft.patient_id,
        request=draft.request,
        source=draft.source,
        track=draft.track,
        municipality=draft.municipality,
    )


def request_key(view: View) -> Key:
    """The case's ServiceRequest."""
    return "ServiceRequest", str(view.standing.case.referral.id)
