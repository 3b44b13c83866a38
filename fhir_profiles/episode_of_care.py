"""The enrolment (inskrivning) as an EpisodeOfCare, which is planned from the request on."""

from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment
from domain.case.state.referral import ReferralStatus
from fhir_profiles import systems
from fhir_profiles.care_team import team_id, team_started
from fhir_profiles.elements import (
    concept,
    extension,
    local,
    organisation,
    patient,
    period,
    practitioner,
    present,
    principal,
)
from fhir_profiles.json import Resource
from fhir_profiles.service_request import SERVICE

ACTIVE, ON_HOLD = "active", "onhold"


def status(case: Case) -> str:
    """Return the status: planned, active while the person is enrolled, then finished; cancelled without enrolment.

    While the person is in hospital, it is on hold.
    """
    enrolment = case.enrolment
    started = enrolment is not None and enrolment.started_at is not None
    if case.is_ended:
        return "finished" if started else "cancelled"
    if enrolment is not None and enrolment.stay is not None:
        return ON_HOLD
    return ACTIVE if started else "planned"


def _status_history(enrolment: Enrolment) -> list[Resource]:
    """Render the statuses that the enrolment has had since it started: active at home, on hold in hospital."""
    turns = [(ACTIVE, enrolment.started_at)]
    for stay in enrolment.stays:
        turns += [(ON_HOLD, stay.started_at), (ACTIVE, stay.ended_at)]
    ends = [at for _, at in turns[1:]]
    past = zip(turns, (*ends, enrolment.ended_at), strict=True)
    return [
        {"status": each, "period": period(start, end)}
        for (each, start), end in past
        if start is not None and end is not None and start < end
    ]


def to_episode_of_care(case: Case) -> Resource | None:
    """Render the enrolment, also before it starts; None while there is only a draft of a need."""
    referral, enrolment = case.referral, case.enrolment
    municipality = case.municipality if referral.status is not ReferralStatus.RETURNED else None
    drafted = referral.status in {ReferralStatus.NEED_RAISED, ReferralStatus.WITHDRAWN}
    if referral.first_sent_at is None and drafted and not case.plans and enrolment is None:
        return None
    coordinator = case.plan.text.contact("coordinator") if case.plan else None
    return {
        "resourceType": "EpisodeOfCare",
        "id": str(case.enrolment_id),
        **present(
            extension=[
                *([principal(municipality)] if municipality else []),
                *([extension(systems.ENROLMENT_STATUS, valueCode=enrolment.status.value)] if enrolment else []),
            ],
            status=status(case),
            statusHistory=_status_history(enrolment) if enrolment is not None else None,
            type=[concept(systems.SERVICE, SERVICE)],
            patient=patient(case.patient_id),
            managingOrganization=organisation(municipality) if municipality else None,
            period=period(enrolment.started_at, enrolment.ended_at) if enrolment is not None else None,
            referralRequest=[local("ServiceRequest", referral.id)],
            careManager=practitioner(coordinator.person) if coordinator else None,
            team=[local("CareTeam", team_id(case))] if team_started(case) else None,
        ),
    }
