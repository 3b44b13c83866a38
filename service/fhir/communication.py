"""A Communication as an act: a party states its position in a disagreement."""

from domain.act import Command
from domain.agreements.model import ActName
from fhir_profiles.disagreement import from_communication
from fhir_profiles.json import Resource
from projections.case import CaseAfterAct
from projections.resources import ResourceKey
from service.acts.cases import CaseChange
from service.fhir.call import Call
from service.fhir.changes import answer_with, case_and_content, find_other_author, refuse_other_person


def create(call: Call, resource: Resource) -> CaseChange:
    """State the position of the sender's own principal in the disagreement that the Communication is about."""
    draft = from_communication(resource)
    case_id, task = case_and_content(call, ("Task", str(draft.dispute)), "Communication.about[0]")
    refuse_other_person(draft.patient_id, task["for"], "Communication.subject")
    return CaseChange(
        commands=[Command(ActName.RECORD_POSITION, {"dispute": draft.dispute, "position": draft.position})],
        on=case_id,
        occurred_at=draft.occurred_at,
        refusal=find_other_author(call, draft.sender, "Communication.sender"),
        answer=answer_with(_new_communications),
    )


def _new_communications(after: CaseAfterAct) -> tuple[ResourceKey, ...]:
    return tuple(
        version.key
        for version in after.new_versions
        if version.resource_type == "Communication" and version.version == 1
    )
