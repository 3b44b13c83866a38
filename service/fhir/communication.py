"""A Communication as an act: a party asks or answers the other, or states its position in a disagreement."""

from typing import Any
from uuid import UUID

import orjson

from domain.act import Command
from domain.agreements.model import ActName
from fhir_profiles.communication import PATH, WordsDraft
from fhir_profiles.disagreement import from_communication
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.question import ANSWER, QUESTION, find_kind, from_answer, from_communication_update, from_question
from projections.case import CaseAfterAct
from projections.resources import ResourceKey
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, case_and_content, find_other_author, refuse_other_person
from service.reads.queries import CurrentResource


def create(call: Call, resource: Resource) -> CaseChange:
    """Ask or answer a question, by the category; without one, state the position of the sender's own principal."""
    match find_kind(resource):
        case kind if kind == QUESTION:
            return _ask(call, resource)
        case kind if kind == ANSWER:
            return _answer(call, resource)
        case None:
            return _state_position(call, resource)
    raise unreadable("code-invalid", f"{PATH}.category", f"there is no such kind; give {QUESTION} or {ANSWER}")


def update(call: Call, resource: Resource, found: CurrentResource) -> CaseChange:
    """Open a question or an answer, or withdraw a question."""
    command, occurred_at = from_communication_update(resource, orjson.loads(found.version.body))
    key = (found.version.resource_type, found.version.resource_id)
    return CaseChange(
        commands=[command], on=found.case_id, occurred_at=occurred_at, answer=answer_with(lambda _: (key,))
    )


def _ask(call: Call, resource: Resource) -> CaseChange:
    """Ask the other party of the request that the Communication is based on."""
    draft = from_question(resource)
    case_id, request = case_and_content(call, ("ServiceRequest", str(draft.service_request)), f"{PATH}.basedOn[0]")
    command = Command(ActName.ASK_QUESTION, {"text": draft.words.text, "plan": draft.plan})
    return _say(call, draft.words, command, case_id, request["subject"])


def _answer(call: Call, resource: Resource) -> CaseChange:
    """Answer the question that the Communication is in response to."""
    draft = from_answer(resource)
    key = ("Communication", str(draft.question))
    case_id, question = case_and_content(call, key, f"{PATH}.inResponseTo[0]")
    command = Command(ActName.ANSWER_QUESTION, {"question": draft.question, "text": draft.words.text})
    return _say(call, draft.words, command, case_id, question["subject"])


def _state_position(call: Call, resource: Resource) -> CaseChange:
    """State a position in the disagreement that the Communication is about."""
    draft = from_communication(resource)
    case_id, task = case_and_content(call, ("Task", str(draft.dispute)), f"{PATH}.about[0]")
    command = Command(ActName.RECORD_POSITION, {"dispute": draft.dispute, "position": draft.words.text})
    return _say(call, draft.words, command, case_id, task["for"])


def _say(call: Call, words: WordsDraft, command: Command, case_id: UUID, person: Any) -> CaseChange:
    """Return the change by an act that leads to one new Communication."""
    refuse_other_person(words.patient_id, person, f"{PATH}.subject")
    return CaseChange(
        commands=[command],
        on=case_id,
        occurred_at=words.occurred_at,
        refusal=find_other_author(call, words.sender, f"{PATH}.sender"),
        answer=answer_with(_new_communications),
    )


def _new_communications(after: CaseAfterAct) -> tuple[ResourceKey, ...]:
    return tuple(
        version.key
        for version in after.new_versions
        if version.resource_type == "Communication" and version.version == 1
    )
