"""The CareTeam: those who care for the person together, derived from roles and acts, never edited by hand."""

from datetime import datetime
from uuid import UUID, uuid5

from domain.case.state.case import Case
from domain.kernel import Party
from fhir_profiles import systems
from fhir_profiles.elements import concept, episode, organisation, patient, period, practitioner, present, principal
from fhir_profiles.json import Resource


def team_id(case: Case) -> UUID:
    """Return the team's id: one per case."""
    return uuid5(case.id, "care-team")


def team_started(case: Case) -> datetime | None:
    """Return the time at which both parties had accepted; the team begins then."""
    return case.enrolment.proposed_at if case.enrolment is not None else None


def status(case: Case) -> str:
    """Return the team's status: proposed from the acceptance, active while the person is enrolled."""
    enrolment = case.enrolment
    if enrolment is None or (enrolment.started_at is None and not enrolment.status.is_ended):
        return "proposed"
    return "inactive" if enrolment.status.is_ended else "active"


def to_care_team(case: Case) -> Resource | None:
    """Render the one team across the principals (ORE-3.1.5-3); None before both parties have accepted.

    Both principals are in it (SKR-3-1), and each of the staff with the organisation that they act for (SKR-1-1).
    """
    started = team_started(case)
    if started is None or case.enrolment is None:
        return None
    lasts = period(started, case.enrolment.ended_at)
    principals = [one for one in (case.region, case.municipality) if one is not None]
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
                    {"role": [concept(systems.CARE_ROLE, "principal")], "member": organisation(one), "period": lasts}
                    for one in principals
                ),
                *(
                    {
                        "extension": [principal(by)],
                        "role": [concept(system, role)],
                        "member": practitioner(person),
                        "onBehalfOf": organisation(organisation_id),
                        "period": lasts,
                    }
                    for system, role, person, organisation_id, by in _members(case)
                ),
            ],
            managingOrganization=[organisation(one) for one in principals],
        ),
    }


Member = tuple[str, str, str, str, str]
"""A role's system and code, a person, the organisation they act for, and its principal."""


def _members(case: Case) -> list[Member]:
    """Return those with a contact role, who assessed, who agreed to the plan, or whom a task is entrusted to.

    Each role of a person once. Health care and home help may be given on behalf of different principals (INF-2-4).
    A plan in force names those of the text that both have agreed to.
    """
    members: list[Member] = []
    if case.plan is not None:
        members += [
            (systems.CONTACT_ROLE, one.role, one.person, one.principal, one.principal)
            for one in case.plan.text.contacts
        ]
    for party in Party:
        assessment = case.referral.assessments.get(party)
        if assessment is not None:
            actor = assessment.actor
            members.append((systems.CARE_ROLE, actor.role.value, actor.person, actor.provider, actor.principal))
    for agreement in case.plan.text.agreements if case.plan is not None else ():
        by = case.principal(agreement.party)
        if by is not None:
            members.append((systems.CARE_ROLE, agreement.role.value, agreement.person, by, by))
    entrusted = case.enrolment.entrusted if case.enrolment is not None else {}
    members += [(systems.CARE_ROLE, "performer", person, by, by) for person, by in entrusted.items()]
    return list({member[:3]: member for member in reversed(members)}.values())[::-1]
