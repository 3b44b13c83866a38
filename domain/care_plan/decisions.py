"""One function per act on a care plan (catalogue C.2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.content import fulfilled_by
from domain.agreements.deadlines import due
from domain.agreements.model import NotRegulated
from domain.care_plan.content import gaps, refuse_foreign, refuse_foreign_role
from domain.care_plan.events import (
    ContactRoleAssigned,
    FieldValue,
    InterventionPlanned,
    MeetingForm,
    PlanAgreedByParty,
    PlanClosed,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanKind,
    PlanMeetingHeld,
    PlannedIntervention,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
    PlanRevised,
    PlanRevisionOpened,
    PlanSectionRecorded,
    PlanSuperseded,
    Section,
)
from domain.care_plan.state import CarePlan, PlanStatus
from domain.case import Case
from domain.intervention import Participation
from domain.kernel import Events, HsaId, Party, Slug, Staff, Text
from domain.referral.state import ReferralStatus
from domain.refusals import (
    ActorNotAllowed,
    NotYourPrincipal,
    PlanContentMissing,
    PlanPartyMissing,
    UnknownReference,
    WrongState,
)
from domain.responsibility import (
    allocate_agreed,
    refuse_not_municipal,
    refuse_out_of_order,
    refuse_while_disputed,
)

WRITABLE = (
    PlanStatus.INITIATED,
    PlanStatus.MEETING_HELD,
    PlanStatus.DRAFTING,
    PlanStatus.AGREED_BY_ONE,
    PlanStatus.UNDER_REVISION,
)
"""In which states parts, contacts and interventions may be written."""
PLANNABLE = (*WRITABLE, PlanStatus.ESTABLISHED)
"""In which states planning may be held."""


def initiate(case: Case, *, act: Act, kind: PlanKind = PlanKind.MEDICAL) -> Events:
    """Begin a plan; it may run in parallel with the investigation (ORE-3.1.3-2)."""
    act = act.permit(case)
    able = (ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED, ReferralStatus.CLOSED)
    if case.referral.status not in able or case.is_declined:
        raise WrongState(what="The referral", state=case.referral.status, wanted=able, rule="ORE-3.1.3-2")
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(what="The enrolment", state=case.enrolment.status, wanted=("open",), rule="C.3")
    act.not_before(case.opened_at, "the need was raised")
    event = act.record(PlanInitiated, on=act.new_id("plan"), case_id=case.id, kind=kind, patient_id=case.patient_id)
    return (event,)


def hold_planning(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    form: MeetingForm,
    participants: Staff,
    participation: Participation,
) -> Events:
    """Plan together with the individual, at the latest a week after the level was established (ORE-3.1.4-2, -4)."""
    act = act.permit(case)
    found = _planning(case, act, plan)
    act.refuse_one_sided(participants, rule="ORE-3.1.4-10")
    if not participation.took_part:
        raise PlanPartyMissing(
            "The individual did not take part",
            rule="ORE-3.1.4-4",
            remedy="plan with the individual, or let both parties record that it is obviously unnecessary",
            where=("participation",),
        )
    event = act.record(
        PlanMeetingHeld,
        on=found,
        case_id=case.id,
        form=form,
        participants=tuple(participants),
        participation=participation,
        **_on_time(case, act, found),
    )
    return (event,)


def plan_without_individual(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Hold, for your own party, that planning with the individual is obviously unnecessary; it takes both."""
    act = act.permit(case)
    found = _planning(case, act, plan)
    proposed_by = [found.without_individual_proposed_by] if found.without_individual_proposed_by is not None else []
    act.refuse_second(proposed_by, "said so", rule="ORE-3.1.4-5")
    if not proposed_by:
        proposed = act.record(
            PlanningWithoutIndividualProposed, on=found, case_id=case.id, party=act.actor.party, reason=reason
        )
        return (proposed,)
    agreed = act.record(
        PlanningWithoutIndividualAgreed, on=found, case_id=case.id, reason=reason, **_on_time(case, act, found)
    )
    return (agreed,)


def record_section(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    part: Slug,
    fields: Mapping[Slug, FieldValue] | None = None,
    not_applicable: Text | None = None,
) -> Events:
    """Write your own party's words of one part of the plan (ORE-3.1.4-8, -12 to -18)."""
    act = act.permit(case)
    found = _writable(case, act, plan)
    section = Section(part=part, fields=dict(fields or {}), not_applicable=not_applicable)
    refuse_foreign(act.in_force, found, section, track=case.referral.track)
    event = act.record(PlanSectionRecorded, on=found, case_id=case.id, party=act.actor.party, section=section)
    return (event,)


def assign_contact(case: Case, *, act: Act, plan: UUID, role: Slug, person: HsaId) -> Events:
    """Name who holds a contact role (ORE-3.1.4-9). A party names its own staff; who coordinates, either may say."""
    act = act.permit(case)
    found = _writable(case, act, plan)
    contact = act.staff(person)
    required = refuse_foreign_role(act.in_force, role)
    of_both = required is not None and required.one_of
    if contact.principal != act.actor.principal and not (of_both and _is_contact(found, person)):
        raise NotYourPrincipal(
            f"{person} works for another principal",
            rule="SYS-3",
            remedy="each party names its own contacts; who coordinates is one of them",
            where=("person",),
        )
    held = found.draft.contact(role)
    if held is not None and held.party is not act.actor.party and not of_both:
        raise NotYourPrincipal(
            f"The {held.party} has named who is {role}",
            rule="ORE-3.1.4-8",
            remedy=f"let the {held.party} name another",
            where=("role",),
        )
    if required is not None and required.who is not None and not required.who.is_met_by(contact):
        raise ActorNotAllowed(
            f"The {role} is not a {contact.role} of {contact.unit_kind}",
            rule=required.clauses[0],
            remedy=f"name someone of the {required.who}",
            where=("person", role),
        )
    event = act.record(
        ContactRoleAssigned,
        on=found,
        case_id=case.id,
        party=act.actor.party,
        role=role,
        person=person,
        principal=contact.principal,
    )
    return (event,)


def plan_intervention(case: Case, *, act: Act, plan: UUID, intervention: PlannedIntervention) -> Events:
    """Put an intervention in the plan, with scope and performer (ORE-3.1.1-11, 3.1.4-15, -16)."""
    act = act.permit(case)
    found = _writable(case, act, plan)
    written_by = found.draft.intervention_parties.get(intervention.key)
    if written_by not in (None, act.actor.party):
        raise NotYourPrincipal(
            f"The {written_by} put {intervention.key} in the plan",
            rule="ORE-3.1.4-8",
            remedy=f"let the {written_by} change it, or withhold your agreement",
            where=(intervention.key,),
        )
    if intervention.performer is Party.MUNICIPALITY:
        refuse_not_municipal(act, case, intervention)
    event = act.record(InterventionPlanned, on=found, case_id=case.id, party=act.actor.party, intervention=intervention)
    return (event,)


def agree(case: Case, *, act: Act, plan: UUID) -> Events:
    """Agree to the plan as it now reads; with both parties' agreement it is established (ORE-3.1.4-7 to -18)."""
    _refuse_wrong_party(act)
    act = act.permit(case)
    found = _writable(case, act, plan)
    _refuse_missing(act, case, found)
    agreed_by = [party for party in Party if found.draft.agreed_by(party)]
    act.refuse_second(agreed_by, "agreed", rule="ORE-3.1.4-7", refusal=PlanPartyMissing)
    agreed = act.record(PlanAgreedByParty, on=found, case_id=case.id, party=act.actor.party)
    if not agreed_by:
        return (agreed,)
    refuse_while_disputed(act, case)
    _refuse_before_level(case, act)
    allocations = allocate_agreed(act, case, found.draft.interventions)
    if allocations:
        refuse_out_of_order(act, case)
    if found.established_at is not None:
        return (agreed, act.record(PlanRevised, on=agreed, case_id=case.id, allocations=allocations))
    established = act.record(PlanEstablished, on=agreed, case_id=case.id, allocations=allocations)
    replaced = [
        act.record(PlanSuperseded, on=_not_after(act, other), case_id=case.id, by=found.id)
        for other in case.plans.values()
        if other.id != found.id and other.is_in_force and other.kind == found.kind
    ]
    return (agreed, established, *replaced)


def revise(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Open the established plan for change; it holds until both have agreed to the new text (catalogue P9)."""
    act = act.permit(case)
    found = _at(case, act, plan, PlanStatus.ESTABLISHED)
    return (act.record(PlanRevisionOpened, on=found, case_id=case.id, reason=reason),)


def follow_up(
    case: Case, *, act: Act, plan: UUID, finding: Text, participation: Participation, next_on: date | None = None
) -> Events:
    """Follow the plan up, for your own party; the other's follow-up stays open (ORE-3.1.6-1)."""
    act = act.permit(case)
    found = _at(case, act, plan, PlanStatus.ESTABLISHED, PlanStatus.UNDER_REVISION)
    event = act.record(
        PlanFollowUpRecorded,
        on=found,
        case_id=case.id,
        party=act.actor.party,
        finding=finding,
        next_on=next_on,
        participation=participation,
    )
    return (event,)


def closed_plans(case: Case, *, act: Act, reason: Slug) -> Events:
    """The events by which every open plan ends with the enrolment, or with the request (catalogue P12)."""
    return tuple(
        act.record(PlanClosed, on=_not_after(act, plan), case_id=case.id, reason=reason)
        for plan in case.plans.values()
        if plan.ended_at is None
    )


def _plan(case: Case, id: UUID) -> CarePlan:
    found = case.plans.get(id)
    if found is None:
        raise UnknownReference(
            f"The case has no plan {id}", rule="SYS-1", remedy="name a plan of this case", where=("plan",)
        )
    return found


def _at(case: Case, act: Act, id: UUID, *wanted: PlanStatus) -> CarePlan:
    plan = _plan(case, id)
    if plan.status not in wanted:
        raise WrongState(what="The plan", state=plan.status, wanted=wanted, rule="C.2")
    act.not_before(plan.since, f"the plan became {plan.status}")
    return plan


def _not_after(act: Act, plan: CarePlan) -> CarePlan:
    """The plan, which another act is about to end: not before it came to be what it is."""
    act.not_before(plan.since, f"the plan became {plan.status}")
    return plan


def _planning(case: Case, act: Act, id: UUID) -> CarePlan:
    """The plan, where planning is noted with the day it was held on, also when writing has begun since."""
    plan = _plan(case, id)
    if plan.status not in PLANNABLE:
        raise WrongState(what="The plan", state=plan.status, wanted=PLANNABLE, rule="C.2")
    act.not_before(plan.initiated_at, "the plan was begun")
    return plan


def _writable(case: Case, act: Act, id: UUID) -> CarePlan:
    return _at(case, act, id, *WRITABLE)


def _on_time(case: Case, act: Act, plan: CarePlan) -> dict[str, Any]:
    """When planning was due, and whether this is late (P7D from the established level); what follows it never is."""
    if plan.planned_at is not None and plan.planned_at <= act.occurred_at:
        return {"due": None, "late": False}
    established_at = case.referral.level_established_at
    if established_at is None:
        return {"due": None, "late": False}
    limit = due(act.in_force, "joint-planning", established_at)
    if isinstance(limit, NotRegulated):
        return {"due": None, "late": False}
    return {"due": limit.day, "late": limit.is_late(act.occurred_at)}


def _refuse_wrong_party(act: Act) -> None:
    """A plan is drawn up by those the agreement names, such as health-centre physician and municipal nurse (F13)."""
    if not fulfilled_by(act.in_force, "participants", act.actor):
        raise PlanPartyMissing(
            f"The role {act.actor.role} of {act.actor.unit_kind} does not agree to the plan for the {act.actor.party}",
            rule="ORE-3.1.4-10",
            remedy="let one of those agree whom the agreement names as drawing up the plan",
            where=(act.actor.role,),
        )


def _refuse_missing(act: Act, case: Case, plan: CarePlan) -> None:
    lacking = gaps(act.in_force, plan, track=case.referral.track)
    if lacking:
        raise PlanContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)
    if plan.planned_at is None:
        raise PlanPartyMissing(
            "The individual has not taken part, and the parties have not agreed to plan without",
            rule="ORE-3.1.4-10",
            remedy="record the planning with the individual, or that both hold it obviously unnecessary",
            where=("individual",),
        )
    act.not_before(plan.planned_at, "the parties planned")


def _refuse_before_level(case: Case, act: Act) -> None:
    """A plan may be written in parallel with the investigation, but established only after the level is set."""
    established_at = case.referral.level_established_at
    if established_at is None:
        raise WrongState(
            what="The referral",
            state=case.referral.status,
            wanted=(ReferralStatus.LEVEL_ESTABLISHED,),
            rule="ORE-3.1.3-2",
        )
    act.not_before(established_at, "the care level was established")


def _is_contact(plan: CarePlan, person: HsaId) -> bool:
    return any(contact.person == person for contact in plan.draft.contacts)
