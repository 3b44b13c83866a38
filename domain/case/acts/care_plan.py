"""One function per act by which a care plan is written, established, changed and followed up (catalogue C.2).

`care_plan_end.py` has the acts that end a plan.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.content import find_capacities
from domain.agreements.deadlines import find_due
from domain.agreements.model import ActName, Guard, NotRegulated, PlanRule, Step, Track
from domain.case.acts.care_plan_end import ended, refuse_other_than_orderer
from domain.case.events.care_plan import (
    ContactRoleAssigned,
    FieldValue,
    FollowUpDecision,
    InterventionPlanned,
    MeetingForm,
    PlanAgreedByParty,
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
from domain.case.permission import permit
from domain.case.preconditions import ActSubject, find_breaches
from domain.case.rules.plan_content import find_gaps, refuse_unknown_content, refuse_unknown_role
from domain.case.rules.plan_steps import (
    IN_FORCE,
    PLANNABLE,
    WRITABLE,
    find_plan_rule,
    permit_on_plan,
    refuse_before_status,
    refuse_other_staff,
    require_plan_status,
)
from domain.case.rules.responsibility import (
    allocate_agreed,
    refuse_before_allocation,
    refuse_disputed_plan,
    refuse_not_municipal,
    refuse_while_disputed,
)
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.case.state.referral import ReferralStatus
from domain.intervention import Participation
from domain.kernel import Day, Events, HsaId, Party, Slug, Staff, Text
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    NotYourPrincipal,
    OtherPartyMissing,
    PlanContentMissing,
    PlanPartyMissing,
    WrongState,
)

RELATIVES = "relative-participation"
"""The kind of statement that says that relatives take part. What must come before it, must before they do (INF-6-4)."""
_BEFORE_INVESTIGATION = (
    ReferralStatus.NEED_RAISED,
    ReferralStatus.SENT,
    ReferralStatus.ACKNOWLEDGED,
    ReferralStatus.IN_CONTACT,
)


def initiate(case: Case, *, act: Act, kind: PlanKind | None = None) -> Events:
    """Begin a plan of a kind that the version has; where none is named, the first of the track.

    It may run in parallel with the investigation (ORE-3.1.3-2), and where the version prescribes no investigation, from
    the raised need on. The version may say who draws up plans of the kind (ORE-3.3-2).
    """
    kind = kind or _first_kind(case, act)
    act = permit(act, case, ActSubject(plan=kind))
    rule = find_plan_rule(act, kind)
    refuse_other_staff(act, rule, f"draw up a plan of the kind {kind}")
    _refuse_out_of_turn(case, act)
    act.not_before(case.opened_at, "the need was raised")
    event = act.record(
        PlanInitiated,
        on=act.new_id("plan"),
        case_id=case.id,
        clauses=rule.clauses,
        kind=kind,
        patient_id=case.patient_id,
    )
    return (event,)


def hold_planning(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    form: MeetingForm,
    participants: Staff,
    participation: Participation,
    absences: Mapping[Party, Text] | None = None,
    relatives: bool = False,
) -> Events:
    """Plan together, with the individual or with the reason why not (ORE-3.1.4-2, -4; INF-6-3).

    The version may ask for both parties' staff, or for why a party was absent (VML-5-9). Relatives take part unless the
    individual has objected (INF-6-4).
    """
    act, found, rule = permit_on_plan(case, act, plan)
    _refuse_unplannable(act, found)
    reasons = dict(absences or {})
    _refuse_absent(act, rule, participants, reasons)
    with_individual = act.ground(Guard.WITH_INDIVIDUAL)
    if with_individual is not None and not participation.took_part:
        raise PlanPartyMissing(
            "The individual did not take part",
            rule=with_individual.rule,
            remedy="plan with the individual, or let both parties record that it is obviously unnecessary",
            where=("participation",),
        )
    if relatives:
        find_breaches(act.in_force, case, ActName.RECORD_STATEMENT, ActSubject(statement=RELATIVES), act.occurred_at)
    event = act.record(
        PlanMeetingHeld,
        on=found,
        case_id=case.id,
        form=form,
        participants=tuple(participants),
        participation=participation,
        absences=reasons,
        relatives=relatives,
        **_on_time(case, act, found, rule),
    )
    return (event,)


def plan_without_individual(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Hold, for your own party, that planning with the individual is obviously unnecessary (ORE-3.1.4-5).

    It takes both, where the version says so.
    """
    act, found, rule = permit_on_plan(case, act, plan)
    _refuse_unplannable(act, found)
    proposed_by = [found.without_individual_proposed_by] if found.without_individual_proposed_by is not None else []
    act.refuse_second(proposed_by, "said so", rule=act.rule)
    if act.is_joint and not proposed_by:
        proposed = act.record(
            PlanningWithoutIndividualProposed, on=found, case_id=case.id, party=act.actor.party, reason=reason
        )
        return (proposed,)
    agreed = act.record(
        PlanningWithoutIndividualAgreed, on=found, case_id=case.id, reason=reason, **_on_time(case, act, found, rule)
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
    act, found, rule = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *WRITABLE)
    section = Section(part=part, fields=dict(fields or {}), not_applicable=not_applicable)
    refuse_unknown_content(act.in_force, rule, section, track=case.referral.track)
    event = act.record(PlanSectionRecorded, on=found, case_id=case.id, party=act.actor.party, section=section)
    return (event,)


def assign_contact(case: Case, *, act: Act, plan: UUID, role: Slug, person: HsaId, area: Text | None = None) -> Events:
    """Name who holds a contact role, and for what area (ORE-3.1.4-9, GAV-2-11).

    A party names its own staff; who coordinates, either may say.
    """
    act, found, rule = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *WRITABLE)
    contact = act.staff(person)
    required = refuse_unknown_role(act.in_force, rule, role)
    of_both = required is not None and required.one_of
    if contact.principal != act.actor.principal and not (of_both and _is_contact(found, person)):
        raise NotYourPrincipal(
            f"{person} works for another principal",
            rule="SYS-3",
            remedy="each party names its own contacts; who coordinates is one of them",
            where=("person",),
        )
    own_words = act.ground(Guard.OWN_WORDS)
    held = found.draft.contact(role)
    if own_words is not None and held is not None and held.party is not act.actor.party and not of_both:
        raise NotYourPrincipal(
            f"The {held.party} has named who is {role}",
            rule=own_words.rule,
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
        area=area,
    )
    return (event,)


def plan_intervention(case: Case, *, act: Act, plan: UUID, intervention: PlannedIntervention) -> Events:
    """Put an intervention in the plan, with what is to be done and who performs it (ORE-3.1.1-11, 3.1.4-15, -16)."""
    act, found, _ = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *WRITABLE)
    own_words = act.ground(Guard.OWN_WORDS)
    written_by = found.draft.intervention_parties.get(intervention.key)
    if own_words is not None and written_by not in (None, act.actor.party):
        raise NotYourPrincipal(
            f"The {written_by} put {intervention.key} in the plan",
            rule=own_words.rule,
            remedy=f"let the {written_by} change it, or withhold your agreement",
            where=(intervention.key,),
        )
    if intervention.performer is Party.MUNICIPALITY:
        refuse_not_municipal(act, case, intervention, kind=found.kind)
    event = act.record(InterventionPlanned, on=found, case_id=case.id, party=act.actor.party, intervention=intervention)
    return (event,)


def agree(case: Case, *, act: Act, plan: UUID) -> Events:
    """Agree to the plan as it now reads; when all who establish it have, it is established (ORE-3.1.4-7 to -18).

    A kind that its author establishes is so at once (ORE-3.3-2, 3.4-9); any other when both parties have agreed.
    """
    _refuse_wrong_party(case, act, plan)
    act, found, rule = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *WRITABLE)
    refuse_disputed_plan(act, case, plan)
    _refuse_missing(act, case, found, rule)
    if rule.established_by == "author":
        _refuse_other_author(act, found, rule)
        agreed = act.record(PlanAgreedByParty, on=found, case_id=case.id, party=act.actor.party)
        return (agreed, *_established(case, act, found, rule, agreed))
    agreed_by = [party for party in Party if found.draft.agreed_by(party)]
    act.refuse_second(agreed_by, "agreed", rule=act.rule, refusal=PlanPartyMissing)
    agreed = act.record(PlanAgreedByParty, on=found, case_id=case.id, party=act.actor.party)
    return (agreed, *_established(case, act, found, rule, agreed)) if agreed_by else (agreed,)


def revise(case: Case, *, act: Act, plan: UUID, reason: Text) -> Events:
    """Open the established plan for change; it holds until the new text is established (catalogue P9)."""
    act, found, _ = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, PlanStatus.ESTABLISHED)
    return (act.record(PlanRevisionOpened, on=found, case_id=case.id, reason=reason),)


def follow_up(
    case: Case,
    *,
    act: Act,
    plan: UUID,
    finding: Text,
    participation: Participation,
    next_on: Day | None = None,
    decision: FollowUpDecision | None = None,
) -> Events:
    """Follow the plan up, for your own party; the other's follow-up stays open (ORE-3.1.6-1).

    Of a kind that the one who ordered follows up, only that person does, and decides whether it continues, is opened
    for change or ends (ORE-3.4-11).
    """
    act, found, rule = permit_on_plan(case, act, plan)
    found = require_plan_status(act, found, *IN_FORCE)
    if rule.followed_up_by == "orderer":
        refuse_other_than_orderer(act, found, rule)
        if decision is None:
            raise ContentMissing(["decision"], rule=rule.follow_up or rule.clauses[0])
    elif decision is not None:
        raise ContentNotKnown("decision by one party", [decision], known=(), rule=rule.follow_up or rule.clauses[0])
    event = act.record(
        PlanFollowUpRecorded,
        on=found,
        case_id=case.id,
        clauses=(rule.follow_up,) if rule.follow_up is not None else (),
        party=act.actor.party,
        finding=finding,
        next_on=next_on,
        participation=participation,
        decision=decision,
    )
    match decision:
        case FollowUpDecision.END:
            return (event, *ended(case, act, found, rule, on=event, reason="ended-by-orderer", note=finding))
        case FollowUpDecision.CHANGE if found.status is PlanStatus.ESTABLISHED:
            return (event, act.record(PlanRevisionOpened, on=event, case_id=case.id, reason=finding))
        case _:
            return (event,)


def _first_kind(case: Case, act: Act) -> PlanKind:
    """The kind that is begun where nobody names one: the first that the track asks for, or that is made on it."""
    track = act.in_force.track(case.referral.track)
    asked = track.plans if isinstance(track, Track) else ()
    made = [kind for kind, rule in act.in_force.plans.items() if not rule.tracks or case.referral.track in rule.tracks]
    kinds = {str(kind): kind for kind in PlanKind}
    found = next((kinds[kind] for kind in (*asked, *made) if kind in kinds), None)
    if found is None:
        raise ContentNotKnown("plan", ["kind"], known=(), rule="SYS-7")
    return found


def _refuse_out_of_turn(case: Case, act: Act) -> None:
    """A plan is begun from the investigation on, where one is prescribed, and never when nothing comes of the case."""
    track = act.in_force.track(case.referral.track)
    investigated = isinstance(track, Track) and Step.ASSESSING in track.steps
    able = (
        *(() if investigated else _BEFORE_INVESTIGATION),
        ReferralStatus.ASSESSING,
        ReferralStatus.LEVEL_ESTABLISHED,
        ReferralStatus.ACCEPTED,
        ReferralStatus.CLOSED,
    )
    if case.referral.status not in able or case.is_declined:
        ground = act.ground(Guard.PLAN_AFTER_LEVEL)
        rule = ground.rule if ground is not None else act.rule
        raise WrongState(subject="The referral", state=case.referral.status, needed=able, rule=rule)
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("open",), rule="C.3")


def _refuse_unplannable(act: Act, plan: CarePlan) -> None:
    """Planning is noted with the day it was held on, also when writing has begun since."""
    if plan.status not in PLANNABLE:
        raise WrongState(subject="The plan", state=plan.status, needed=PLANNABLE, rule="C.2")
    act.not_before(plan.initiated_at, "the plan was begun")


def _refuse_absent(act: Act, rule: PlanRule, participants: Staff, reasons: Mapping[Party, Text]) -> None:
    """Refuse planning by one party where it takes both, and an absence whose reason is asked for and not given."""
    joint = act.ground(Guard.JOINT_PLANNING)
    if joint is not None and rule.established_by == "both-parties":
        act.refuse_one_sided(participants, rule=joint.rule)
    present = {act.staff(person).party for person in participants}
    attendance = act.ground(Guard.ATTENDANCE)
    silent = [party for party in Party if party not in present and party not in reasons]
    if attendance is not None and silent:
        raise OtherPartyMissing(
            f"Neither a participant from the {' or the '.join(silent)} nor why it was absent",
            rule=attendance.rule,
            remedy="name who took part, or give the reason under absences",
            where=silent,
        )


def _on_time(case: Case, act: Act, plan: CarePlan, rule: PlanRule) -> dict[str, Any]:
    """When planning was due, and whether this is late (P7D from the established level); what follows it never is."""
    unlimited = {"due": None, "late": False}
    if plan.planned_at is not None and plan.planned_at <= act.occurred_at:
        return unlimited
    established_at = case.referral.level_established_at
    if established_at is None or rule.deadline is None:
        return unlimited
    limit = find_due(act.in_force, rule.deadline, established_at)
    if isinstance(limit, NotRegulated):
        return unlimited
    return {"due": limit.day, "late": limit.is_late(act.occurred_at)}


def _refuse_wrong_party(case: Case, act: Act, plan: UUID) -> None:
    """A plan of both is agreed to by those the agreement names, such as health-centre physician and municipal nurse."""
    found = case.plans.get(plan)
    rule = act.in_force.plan_rule(found.kind) if found is not None else None
    if not isinstance(rule, PlanRule) or rule.established_by != "both-parties":
        return
    if rule.participants is None:
        able, ground = act.actor.role.is_licensed, rule.clauses[0]
    else:
        able = bool(find_capacities(act.in_force, rule.participants, act.actor))
        ground = act.in_force.content[rule.participants].clauses[0]
    if not able:
        raise PlanPartyMissing(
            f"The role {act.actor.role} of {act.actor.unit_kind} does not agree to the plan for the {act.actor.party}",
            rule=ground,
            remedy="let one of those agree whom the agreement names as drawing up the plan",
            where=(act.actor.role,),
        )


def _refuse_other_author(act: Act, plan: CarePlan, rule: PlanRule) -> None:
    """Refuse to establish what another party drew up, and what others than those whom the text names drew up."""
    refuse_other_staff(act, rule, f"establish a plan of the kind {plan.kind}")
    if act.actor.party is not plan.author_party:
        raise NotYourPrincipal(
            f"The {plan.author_party} drew the plan up",
            rule=rule.clauses[0],
            remedy=f"let the {plan.author_party} establish it, or draw up your own",
            where=("plan",),
        )


def _refuse_missing(act: Act, case: Case, plan: CarePlan, rule: PlanRule) -> None:
    lacking = find_gaps(act.in_force, rule, plan, track=case.referral.track, conditions=case.conditions)
    if lacking:
        raise PlanContentMissing([gap.path for gap in lacking], rule=lacking[0].rule)
    one_holder = act.ground(Guard.ONE_DUTY_HOLDER)
    unheld = [one.key for one in plan.draft.interventions if one.performer is None]
    if one_holder is not None and unheld:
        raise PlanContentMissing(unheld, rule=one_holder.rule)
    if plan.planned_at is not None:
        act.not_before(plan.planned_at, "the parties planned")
    elif rule.planning is not None:
        raise PlanPartyMissing(
            "The individual has not taken part, and it is not held that planning is possible without",
            rule=rule.planning,
            remedy="record the planning with the individual, or that it is held to be obviously unnecessary",
            where=("individual",),
        )


def _refuse_before_level(case: Case, act: Act) -> None:
    """A plan may be written in parallel with the investigation, but established only after the level is set."""
    ground = act.ground(Guard.PLAN_AFTER_LEVEL)
    if ground is None:
        return
    established_at = case.referral.level_established_at
    if established_at is None:
        raise WrongState(
            subject="The referral",
            state=case.referral.status,
            needed=(ReferralStatus.LEVEL_ESTABLISHED,),
            rule=ground.rule,
        )
    act.not_before(established_at, "the care level was established")


def _established(case: Case, act: Act, plan: CarePlan, rule: PlanRule, agreed: PlanAgreedByParty) -> Events:
    """The plan holds, and takes the place of those of its own kind, or of the kinds that it replaces (P7, P9, P10)."""
    refuse_while_disputed(act, case)
    _refuse_before_level(case, act)
    allocations = allocate_agreed(act, case, plan.draft.interventions)
    if allocations:
        refuse_before_allocation(act, case)
    if plan.established_at is not None:
        return (act.record(PlanRevised, on=agreed, case_id=case.id, allocations=allocations),)
    established = act.record(PlanEstablished, on=agreed, case_id=case.id, clauses=rule.clauses, allocations=allocations)
    replaced = [
        act.record(PlanSuperseded, on=refuse_before_status(act, other), case_id=case.id, by=plan.id)
        for other in case.plans.values()
        if other.id != plan.id and other.is_in_force and other.kind in (plan.kind, *rule.replaces)
    ]
    return (established, *replaced)


def _is_contact(plan: CarePlan, person: HsaId) -> bool:
    return any(contact.person == person for contact in plan.draft.contacts)
