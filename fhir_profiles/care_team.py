"""The CareTeam: those who care for the person, as roles and acts show. No client edits it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from domain.case.state.case import Case
from domain.case.state.enrolment import Delegation, Enrolment
from domain.kernel import HsaId, Party
from fhir_profiles import systems
from fhir_profiles.elements import concept, episode, organisation, patient, period, practitioner, present, principal
from fhir_profiles.json import Resource


def team_id(case: Case) -> UUID:
    """Return the id of the case's team."""
    return uuid5(case.id, "care-team")


def team_started(case: Case) -> datetime | None:
    """Return the time from which the team exists: both parties have accepted. None before that."""
    return case.enrolment.proposed_at if case.enrolment is not None else None


def status(case: Case) -> str:
    """Return the status: proposed from the acceptance, active while the person is enrolled, then inactive."""
    enrolment = case.enrolment
    if enrolment is None or (enrolment.started_at is None and not enrolment.status.is_ended):
        return "proposed"
    return "inactive" if enrolment.status.is_ended else "active"


def to_care_team(case: Case) -> Resource | None:
    """Render the team of both principals (ORE-3.1.5-3); None before both parties have accepted.

    Both principals are members (SKR-3-1). Each person is a member with the organisation that they act for (SKR-1-1).
    """
    started = team_started(case)
    if started is None or case.enrolment is None:
        return None
    lasts = period(started, case.enrolment.ended_at)
    principals = [principal_id for principal_id in (case.region, case.municipality) if principal_id is not None]
    return {
        "resourceType": "CareTeam",
        "id": str(team_id(case)),
        **present(
            extension=[episode(case.enrolment_id)],
            status=status(case),
            subject=patient(case.patient_id),
            period=lasts,
            participant=[
                *(
                    {"role": [concept(systems.CARE_ROLE, "principal")], "member": organisation(id), "period": lasts}
                    for id in principals
                ),
                *(
                    {
                        "extension": [principal(by)],
                        "role": [concept(system, role)],
                        "member": practitioner(person),
                        "onBehalfOf": organisation(organisation_id),
                        "period": own or lasts,
                    }
                    for system, role, person, organisation_id, by, own in _members(case)
                ),
            ],
            managingOrganization=[organisation(id) for id in principals],
        ),
    }


Member = tuple[str, str, str, str, str, Resource | None]
"""A role's system and code, a person, the organisation that they act for, its principal, and a time of their own."""


def _members(case: Case) -> list[Member]:
    """List the persons who have a contact role, assessed, agreed to the plan, or were entrusted with a task.

    Each role of a person is listed once. Health care and home help may be given for different principals (INF-2-4).
    Of a plan in force, the text that both parties have agreed to counts.
    """
    members: list[Member] = []
    if case.plan is not None:
        members += [
            (systems.CONTACT_ROLE, contact.role, contact.person, contact.principal, contact.principal, None)
            for contact in case.plan.text.contacts
        ]
    for party in Party:
        assessment = case.referral.assessments.get(party)
        if assessment is not None:
            actor = assessment.actor
            members.append((systems.CARE_ROLE, actor.role.value, actor.person, actor.provider, actor.principal, None))
    for agreement in case.plan.text.agreements if case.plan is not None else ():
        by = case.principal(agreement.party)
        if by is not None:
            members.append((systems.CARE_ROLE, agreement.role.value, agreement.person, by, by, None))
    members += _list_delegated(case.enrolment) if case.enrolment is not None else []
    return list({member[:3]: member for member in reversed(members)}.values())[::-1]


def _list_delegated(enrolment: Enrolment) -> list[Member]:
    """List the persons to whom tasks are delegated, each from their first delegation to the end of their last."""
    of_persons: dict[tuple[HsaId, HsaId], list[Delegation]] = {}
    for delegation in enrolment.delegations:
        of_persons.setdefault((delegation.performer, delegation.principal), []).append(delegation)
    return [
        (systems.CARE_ROLE, "performer", person, by, by, _lasts(held, enrolment.ended_at))
        for (person, by), held in of_persons.items()
    ]


def _lasts(held: Sequence[Delegation], ended_at: datetime | None) -> Resource | None:
    ends = [one.ends or ended_at for one in held]
    last = max((at for at in ends if at is not None), default=None) if None not in ends else None
    return period(held[0].since, min((at for at in (last, ended_at) if at is not None), default=None))
