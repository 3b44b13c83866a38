"""The coordination between the principals as a Task with the code fulfill, whose status is the request's progress."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from domain.case.events.referral import AssessmentRecorded
from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.referral import EndedReceipt, Referral, ReferralStatus
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.elements import (
    case_identifier,
    concept,
    episode,
    extension,
    extensions,
    local,
    on_behalf,
    organisation,
    party,
    patient,
    period,
    present,
)
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import to_detail, to_intervention

BUSINESS = {
    ReferralStatus.IN_CONTACT,
    ReferralStatus.ASSESSING,
    ReferralStatus.LEVEL_ESTABLISHED,
}
"""The steps between received and accepted. FHIR has no statuses for them."""
DISPUTED = "disputed"
WHERE_TO_TURN = "where-to-turn"
"""The output that says where the individual turns with a new need (ORE-3.1.7-2)."""


HOSPITAL_STAY = "hospital-stay"
"""The reason of a Task that is on hold."""
MISDIRECTED, FORWARDED = "misdirected", "forwarded"
"""The reasons of a Task that a wrong receiver rejected, and of one whose owner passed the request on."""


def task_id(referral: Referral) -> UUID:
    """Return the id of the referral's coordination Task with its present receiver."""
    return _task_id(referral, len(referral.past))


def task_at(referral: Referral, at: datetime) -> UUID:
    """Return the id of the coordination Task with the receiver that had the referral at a moment."""
    return _task_id(referral, sum(each.ended_at < at for each in referral.past))


def _task_id(referral: Referral, number: int) -> UUID:
    return uuid5(referral.id, f"task:{number}" if number else "task")


def past_tasks(case: Case) -> dict[UUID, EndedReceipt]:
    """Return the Tasks of receivers that no longer have the request, by id."""
    return {_task_id(case.referral, number): each for number, each in enumerate(case.referral.past)}


def status(case: Case) -> str:
    """Return the progress of the request as a status of FHIR. A disagreement does not change it."""
    enrolment = case.enrolment
    if enrolment is not None:
        match enrolment.status:
            case EnrolmentStatus.DISCHARGED | EnrolmentStatus.ENDED_BY_MOVE:
                return "completed"
            case EnrolmentStatus.ENDED_BY_DEATH:
                return "failed"
            case EnrolmentStatus.REFUSED | EnrolmentStatus.WITHDRAWN:
                return "cancelled"
            case EnrolmentStatus.ACTIVE | EnrolmentStatus.DISCHARGE_PENDING:
                return "in-progress" if enrolment.stay is None else "on-hold"
            case _:
                return "accepted"
    match case.referral.status:
        case ReferralStatus.SENT:
            return "requested"
        case _ if case.is_declined:
            return "rejected"
        case ReferralStatus.WITHDRAWN:
            return "cancelled"
        case ReferralStatus.ACCEPTED:
            return "accepted"
        case _:
            return "received"


def business_status(case: Case) -> str | None:
    """Return the step within the status, if there is one."""
    if case.open_dispute is not None:
        return DISPUTED
    if case.enrolment is not None and case.enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        return EnrolmentStatus.DISCHARGE_PENDING.value
    return case.referral.status.value if case.referral.status in BUSINESS else None


def to_task(case: Case) -> Resource | None:
    """Render the coordination Task; None before the request is sent."""
    referral, enrolment = case.referral, case.enrolment
    if referral.received_at is None or referral.municipality is None:
        return None
    step = business_status(case)
    dispute = case.open_dispute
    sender = on_behalf(organisation(referral.sender_unit or referral.author_unit), referral.owner)
    parts = [episode(case.enrolment_id)]
    parts += [extension(systems.ACCEPTED_BY, valueCode=by.value) for by in referral.accepted_by]
    parts += [extension(systems.DECLINED_BY, valueCode=by.value) for by in referral.declined_by]
    if dispute is not None:
        parts.append(extension(systems.DISPUTE, valueReference=local("Task", dispute.id)))
    return _render(
        case,
        task_id(referral),
        extension=parts,
        status=status(case),
        statusReason=_reason(case),
        businessStatus=concept(systems.BUSINESS_STATUS, step) if step else None,
        executionPeriod=period(enrolment.started_at, enrolment.ended_at) if enrolment else None,
        authoredOn=instant(referral.received_at),
        reasonCode={"text": referral.past[-1].reason} if referral.is_redirected else None,
        lastModified=instant(_latest(case)),
        requester=sender,
        owner=on_behalf(organisation(referral.unit or referral.municipality), referral.municipality),
        note=_note(referral.contact_note),
        output=_outputs(case),
    )


def to_past_tasks(case: Case) -> list[Resource]:
    """Render the Task of each receiver that no longer has the request. It says for ever what that receiver knew."""
    return [
        _render(
            case,
            id,
            extension=[episode(case.enrolment_id)],
            status="cancelled" if left.redirected else "rejected",
            statusReason=concept(systems.STATUS_REASON, FORWARDED if left.redirected else MISDIRECTED, left.reason),
            authoredOn=instant(left.received_at),
            lastModified=instant(left.ended_at),
            requester=on_behalf(organisation(left.sender_unit), left.sender_principal),
            owner=on_behalf(organisation(left.unit or left.receiver), left.receiver),
            note=_note(left.contact_note),
            output=_assessments(left.assessments),
        )
        for id, left in past_tasks(case).items()
    ]


def _render(case: Case, id: UUID, **elements: Any) -> Resource:
    """Render a coordination Task, with what all of them have in common."""
    request = local("ServiceRequest", case.referral.id)
    return {
        "resourceType": "Task",
        "id": str(id),
        **present(
            basedOn=[request],
            groupIdentifier=case_identifier(case.id),
            intent="order",
            code=concept(systems.TASK_CODE, "fulfill"),
            focus=request,
            for_=patient(case.patient_id),
            **elements,
        ),
    }


def _note(text: str | None) -> list[Resource] | None:
    return [{"text": text}] if text else None


def _reason(case: Case) -> Resource | None:
    referral, enrolment = case.referral, case.enrolment
    if enrolment is not None and enrolment.status is EnrolmentStatus.ENDED_BY_DEATH:
        return concept(systems.STATUS_REASON, "death")
    if enrolment is not None and enrolment.status is EnrolmentStatus.REFUSED:
        return concept(systems.STATUS_REASON, "enrolment-refused")
    if enrolment is not None and enrolment.status is EnrolmentStatus.ENDED_BY_MOVE:
        return concept(systems.STATUS_REASON, "move")
    if enrolment is not None and enrolment.stay is not None:
        return concept(systems.STATUS_REASON, HOSPITAL_STAY, enrolment.discharge_reason)
    if enrolment is not None and enrolment.discharge_reason is not None:
        return {"text": enrolment.discharge_reason}
    if referral.ended_reason is None:
        return None
    if referral.status is ReferralStatus.WITHDRAWN:
        return concept(systems.STATUS_REASON, referral.ended_reason)
    return {"text": referral.ended_reason}


def _latest(case: Case) -> datetime:
    """Return the time of the latest change of the Task, as its author states it."""
    referral, enrolment = case.referral, case.enrolment
    moments = [
        referral.received_at or referral.since,
        referral.since,
        *(assessment.occurred_at for assessment in referral.assessments.values()),
    ]
    for dispute in case.disputes:
        moments += [dispute.raised_at] if dispute.ended_at is None else [dispute.raised_at, dispute.ended_at]
    if enrolment is not None:
        moments.append(enrolment.since)
        moments += [at for stay in enrolment.stays for at in (stay.started_at, stay.ended_at) if at is not None]
    return max(moments)


def _outputs(case: Case) -> list[Resource]:
    outputs = _assessments(case.referral.assessments)
    if case.enrolment is not None and case.enrolment.where_to_turn is not None:
        outputs.append({"type": concept(systems.TASK_DATA, WHERE_TO_TURN), "valueString": case.enrolment.where_to_turn})
    return outputs


def _assessments(assessments: Mapping[Party, AssessmentRecorded]) -> list[Resource]:
    return [_assessment(assessments[owner]) for owner in Party if owner in assessments]


def _assessment(assessment: AssessmentRecorded) -> Resource:
    """Render the assessment of a party, in its own words, as output of the Task."""
    parts = [party(assessment.party)]
    parts += [
        extension(name, valueString=words)
        for name, words in (
            ("direction", assessment.direction),
            ("responsibility", assessment.responsibility),
            ("goals", assessment.goals),
            ("considerations", assessment.considerations),
            ("participation", assessment.participation.note),
        )
        if words is not None
    ]
    parts.append(extension("took-part", valueBoolean=assessment.participation.took_part))
    for intervention in assessment.interventions:
        details = [
            extension(
                "what", valueCodeableConcept={"extension": [to_intervention(intervention)], **to_detail(intervention)}
            )
        ]
        if intervention.party is not None:
            details.append(party(intervention.party))
        parts.append(extensions("intervention", details))
    parts.append(extension("assessed", valueInstant=instant(assessment.occurred_at)))
    return {
        "extension": [extensions(systems.ASSESSMENT, parts)],
        "type": concept(systems.TASK_DATA, "assessment"),
        "valueCodeableConcept": concept(systems.CARE_LEVEL, assessment.level.value, assessment.content),
    }
