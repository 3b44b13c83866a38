"""The referral (vårdbegäran) as a ServiceRequest."""

from domain.case import Case
from domain.enrolment.state import EnrolmentStatus
from domain.referral.state import ReferralStatus
from fhir_profiles import systems
from fhir_profiles.elements import (
    concept,
    episode,
    extension,
    on_behalf,
    organisation,
    patient,
    practitioner,
    practitioner_role,
    present,
)
from fhir_profiles.json import Resource, instant
from fhir_profiles.responsibility import answering, to_detail, to_intervention

SERVICE = "municipal-home-care"
"""What is asked for: care at home by the municipality (kommunal hemsjukvård)."""


def status(case: Case) -> str:
    """The request's status. A disagreement leaves it active: care must not lapse."""
    referral, enrolment = case.referral, case.enrolment
    if enrolment is not None and enrolment.status.is_ended:
        carried_through = enrolment.started_at is not None
        return "completed" if carried_through else "revoked"
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            return "draft"
        case ReferralStatus.WITHDRAWN:
            return "revoked"
        case ReferralStatus.CLOSED if enrolment is None:
            return "revoked"
        case _:
            return "active"


def to_service_request(case: Case) -> Resource:
    """The request as it stands, with who answers for its interventions while no plan does."""
    referral, request = case.referral, case.referral.request
    sent_by = referral.sender, referral.sender_unit
    author, unit = (referral.author, referral.author_unit) if None in sent_by else sent_by
    principal = referral.region if referral.sent_at else referral.author_principal
    said = [extension(systems.GOAL, valueString=request.goal)] if request.goal else []
    for url, person in (
        (systems.PHYSICIAN_CONTACT, request.physician_contact),
        (systems.CARE_CONTACT, request.care_contact),
    ):
        if person is not None:
            said.append(extension(url, valueReference=practitioner(person)))
    said += [
        extension(systems.CHANNEL, valueCode=request.channel.value),
        extension(systems.COMPOSITE_NEEDS, valueBoolean=request.composite_needs),
        extension(systems.NEED_SOURCE, valueCode=referral.source.value),
        extension(systems.REFERRAL_STATUS, valueCode=referral.status.value),
    ]
    if referral.sent_at is not None:
        said += [extension(systems.RESPONSIBILITY_REMAINS, valueBoolean=_remains(case)), episode(case.enrolment_id)]
    if case.plan is None:
        said += answering(case)
    municipality = case.municipality
    return {
        "resourceType": "ServiceRequest",
        "id": str(referral.id),
        **present(
            extension=said,
            identifier=[one.model_dump() for one in request.identifiers],
            status=status(case),
            intent="order",
            category=[concept(systems.TRACK, referral.track)],
            code=concept(systems.SERVICE, SERVICE),
            orderDetail=[{"extension": [to_intervention(one)], **to_detail(one)} for one in request.interventions],
            subject=patient(referral.patient_id),
            authoredOn=instant(referral.sent_at or referral.raised_at),
            requester=on_behalf(practitioner_role(str(author), str(unit)), principal),
            performer=[on_behalf(organisation(municipality), municipality)] if municipality else None,
            reasonCode=[{"text": request.need}] if request.need else None,
        ),
    }


def _remains(case: Case) -> bool:
    """Until the person is enrolled, and again from the discharge on, the region answers (ORE-3-1)."""
    enrolment = case.enrolment
    return enrolment is None or enrolment.status not in {EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING}
