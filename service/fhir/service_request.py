"""A ServiceRequest as acts: a draft raises a need, a change supplements it, and status revoked withdraws it."""

from uuid import UUID

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.service_request import NeedDraft, from_service_request, from_service_request_update
from projections.case import CaseAfterAct
from projections.resources import ResourceKey
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, find_other_author
from service.reads.queries import CurrentResource


def create(call: Call, resource: Resource, seed: UUID | None) -> CaseChange:
    """Raise a need (behov) that somebody saw. The draft is not yet a vårdbegäran."""
    draft = read_need(call, resource)
    if draft.active:
        raise unreadable(
            "business-rule",
            "ServiceRequest.status",
            "a request becomes active when it is sent: send it in a transaction with a Task, or create a draft "
            "and then a Task that focuses on it",
        )
    return CaseChange(
        commands=[raise_need(draft)],
        seed=seed,
        occurred_at=draft.occurred_at,
        refusal=find_other_author(call, draft.requester, "ServiceRequest.requester"),
        answer=answer_with(lambda after: (request_key(after),)),
    )


def update(call: Call, resource: Resource, found: CurrentResource) -> CaseChange:
    """Supplement the request, or withdraw it if its status is revoked."""
    command, occurred_at = from_service_request_update(resource, orjson.loads(found.version.body))
    key = ("ServiceRequest", found.version.resource_id)
    return CaseChange(
        commands=[command],
        on=found.case_id,
        occurred_at=occurred_at,
        answer=answer_with(lambda _: (key,)),
    )


def read_need(call: Call, resource: Resource) -> NeedDraft:
    """Read the need that a new ServiceRequest describes, of a person in the county's register.

    Whoever takes no part in care is refused by the act itself, and learns of nobody.
    """
    draft = from_service_request(resource, call.directory)
    if call.actor.role.takes_part and call.services.persons.get(call.actor.county, draft.patient_id) is None:
        raise unreadable(
            "not-found", "ServiceRequest.subject", "the county's register has no such Patient; create it first"
        )
    return draft


def raise_need(draft: NeedDraft) -> Command:
    """Return the act that a new ServiceRequest asks for."""
    content = {
        "patient_id": draft.patient_id,
        "request": draft.request,
        "source": draft.source,
        "track": draft.track,
        "municipality": draft.municipality,
        "despite": draft.despite,
    }
    return Command(ActName.RAISE_NEED, content)


def request_key(after: CaseAfterAct) -> ResourceKey:
    """Return the key of the case's ServiceRequest."""
    return "ServiceRequest", str(after.case.referral.id)
