"""A disagreement (oenighet) as a Task of its own, and each position in it as a Communication."""

from uuid import UUID

from domain.case.events.disagreement import Resolution
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute, DisputePosition
from domain.kernel import Instant, Party, Text, Value
from fhir_profiles import systems
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    NamedActor,
    expect,
    get_extension,
    get_only,
    read_actor,
    read_id,
    read_moment,
    read_organisation,
    read_text,
    require,
)
from fhir_profiles.elements import (
    concept,
    extension,
    extensions,
    local,
    on_behalf,
    organisation,
    party,
    patient,
    present,
    principal,
)
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
    outputs = [_output("proposed-resolution", dispute.proposals[by], by) for by in Party if by in dispute.proposals]
    if dispute.resolution is not None:
        outputs.append(_output("resolution", dispute.resolution, None))
    return outputs


def _output(type: str, resolution: Resolution, by: Party | None) -> Resource:
    parts = [party(by)] if by is not None else []
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
    by = case.principal(position.party)
    return {
        "resourceType": "Communication",
        "id": str(position.id),
        **present(
            extension=[principal(by)] if by else None,
            status="completed",
            subject=patient(case.patient_id),
            about=[local("Task", dispute)],
            sent=instant(position.occurred_at),
            sender=organisation(position.unit),
            payload=[{"contentString": position.text}],
        ),
    }


class PositionDraft(Value):
    """The position of a party in a disagreement, as a client's Communication states it."""

    dispute: UUID
    patient_id: UUID
    position: Text
    sender: NamedActor
    occurred_at: Instant | None


def from_communication(resource: Resource) -> PositionDraft:
    """Read the position that a Communication states. It must be completed, and about the disagreement's Task."""
    path = "Communication"
    refuse_changed(resource, None, path)
    expect(resource, "status", "completed", path)
    about = get_only(resource.get("about"), f"{path}.about", needed=True)
    payload = get_only(resource.get("payload"), f"{path}.payload", needed=True)
    sender = read_actor(require(resource, "sender", path), f"{path}.sender")
    by = get_extension(resource, systems.RESPONSIBLE_PRINCIPAL, "valueReference", path)
    if by is not None:
        place = f"{path}.extension('{systems.RESPONSIBLE_PRINCIPAL}')"
        sender = sender.model_copy(update={"principal": read_organisation(by, place)})
    return PositionDraft(
        dispute=read_id(about or {}, "Task", f"{path}.about[0]"),
        patient_id=read_id(require(resource, "subject", path), "Patient", f"{path}.subject"),
        position=read_text(require(payload or {}, "contentString", f"{path}.payload[0]"), f"{path}.payload[0]"),
        sender=sender,
        occurred_at=read_moment(resource, "sent", path),
    )
