"""A Communication as an act: a party states its position in a disagreement."""

from domain.agreements.model import ActName
from fhir_profiles.dispute import from_communication
from fhir_profiles.json import Resource
from projections.resources import Key
from projections.view import View
from service.acts.cases import Wish
from service.fhir.call import Call
from service.fhir.doing import Doing, asked, refuse_for_others, refuse_other_person, standing


def create(call: Call, resource: Resource) -> Doing:
    """State the position of the sender's own principal in the disagreement that the Communication is about."""
    draft = from_communication(resource)
    case_id, task = standing(call, ("Task", str(draft.dispute)), "Communication.about[0]")
    refuse_other_person(draft.patient_id, task["for"], "Communication.subject")
    refuse_for_others(call, draft.sender, "Communication.sender", [ActName.RECORD_POSITION], case_id)
    wish = Wish([asked(ActName.RECORD_POSITION, dispute=draft.dispute, position=draft.position)], case_id=case_id)
    return Doing(wish, shows=_position, occurred_at=draft.occurred_at)


def _position(view: View) -> tuple[Key, ...]:
    return tuple(one.key for one in view.versions if one.resource_type == "Communication" and one.version == 1)
