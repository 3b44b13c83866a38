"""A disagreement (oenighet) as a Task of its own, and each position in it as a Communication."""

from collections.abc import Iterable
from uuid import UUID

from domain.case.events.disagreement import Resolution
from domain.case.state.case import Case
from domain.case.state.disagreement import Declaration, Dispute, DisputePosition
from domain.kernel import Party, Value
from fhir_profiles import systems
from fhir_profiles.communication import PATH, WordsDraft, read_words, to_communication
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import get_only, read_id
from fhir_profiles.elements import (
    case_identifier,
    concept,
    extension,
    extensions,
    local,
    on_behalf,
    organisation,
    party,
    patient,
    practitioner_role,
    present,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource, instant
from fhir_profiles.task import task_at

RESOLVE = "resolve-responsibility"


def to_dispute_tasks(case: Case) -> list[Resource]:
    """Render a Task for each disagreement. Its owner is the principal that must answer."""
    return [_task(case, dispute) for dispute in case.disputes]


def to_communications(case: Case) -> list[Resource]:
    """Render a Communication for each position, from the unit that stated it for its principal."""
    return [_communication(case, dispute.id, position) for dispute in case.disputes for position in dispute.positions]


def _task(case: Case, dispute: Dispute) -> Resource:
    requester, owner = case.principal(dispute.raised_by), case.principal(dispute.raised_by.other)
    coordination = local("Task", task_at(case.referral, dispute.raised_at))
    return {
        "resourceType": "Task",
        "id": str(dispute.id),
        **present(
            extension=[extension(systems.PROCEDURE_STEP, valueString=step) for step in dispute.steps],
            partOf=[coordination],
            groupIdentifier=case_identifier(case.id),
            status="in-progress" if dispute.is_open else "completed",
            intent="order",
            code=concept(systems.TASK_KIND, RESOLVE),
            focus=coordination,
            for_=patient(case.patient_id),
            authoredOn=instant(dispute.raised_at),
            lastModified=instant(dispute.ended_at or dispute.raised_at),
            requester=on_behalf(organisation(requester), requester) if requester else None,
            owner=on_behalf(organisation(owner), owner) if owner else None,
            reasonCode={"text": dispute.reason},
            output=_outputs(dispute),
        ),
    }


def _outputs(dispute: Dispute) -> list[Resource]:
    outputs = []
    for by in (by for by in Party if by in dispute.proposals):
        declared = dispute.declarations[by]
        parts = [party(by), *_decided_by(declared.decided_by, declared.body), *_declared_by([declared])]
        outputs.append(_output("proposed-resolution", dispute.proposals[by], parts))
    for conclusion, declarations in _list_conclusions(dispute).items():
        parts = [*_decided_by(dispute.decided_by, dispute.body), *_declared_by(declarations)]
        resolution = dispute.resolution
        assert resolution is not None
        outputs.append(_output("resolution", resolution.model_copy(update={"conclusion": conclusion}), parts))
    return outputs


def _list_conclusions(dispute: Dispute) -> dict[str, list[Declaration]]:
    """List the words in which a disagreement was resolved, with those who declared it so: nobody in another's words."""
    found: dict[str, list[Declaration]] = {}
    if dispute.resolution is not None:
        *_, confirming = dispute.declarations
        for by, declaration in dispute.declarations.items():
            own = dispute.resolution if by is confirming else dispute.proposals[by]
            found.setdefault(own.conclusion, []).append(declaration)
    return found


def _decided_by(name: str | None, body: str | None) -> list[Resource]:
    """Render the parts that name the body that decided: its name, and its id in the agreement's text."""
    decided = [extension("decided-by", valueString=name)] if name is not None else []
    return [*decided, *([extension("body", valueCode=body)] if body is not None else [])]


def _declared_by(declarations: Iterable[Declaration]) -> list[Resource]:
    """Render the parts that name those who declared a resolution: who recorded it, and then who confirmed it."""
    return [extension("declared-by", valueReference=practitioner_role(each.person, each.unit)) for each in declarations]


def _output(type: str, resolution: Resolution, parts: list[Resource]) -> Resource:
    if resolution.level is not None:
        parts.append(extension("level", valueCode=resolution.level.value))
    if resolution.performer is not None:
        parts.append(extension("performer", valueCode=resolution.performer.value))
    parts.append(extension("effective-from", valueDate=resolution.effective_from.isoformat()))
    return {
        "extension": [extensions(systems.RESOLUTION, parts)],
        "type": concept(systems.TASK_DATA, type),
        "valueString": resolution.conclusion,
    }


def _communication(case: Case, dispute: UUID, position: DisputePosition) -> Resource:
    return to_communication(
        case,
        position.id,
        by=case.principal(position.party),
        unit=position.unit,
        sent=position.occurred_at,
        text=position.text,
        about=[local("Task", dispute)],
    )


class PositionDraft(Value):
    """The position of a party in a disagreement, as a client's Communication states it."""

    dispute: UUID
    words: WordsDraft


def from_communication(resource: Resource) -> PositionDraft:
    """Read the position that a Communication states. It must be completed, and about the disagreement's Task."""
    refuse_changed(resource, None, PATH)
    for name in ("basedOn", "inResponseTo", "received"):
        if name in resource:
            raise unreadable("business-rule", f"{PATH}.{name}", "a position cannot have this element; leave it out")
    about = get_only(resource.get("about"), f"{PATH}.about", needed=True)
    return PositionDraft(dispute=read_id(about or {}, "Task", f"{PATH}.about[0]"), words=read_words(resource))
