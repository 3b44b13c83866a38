"""One function per act on an enrolment until it ends (catalogue C.3). What a version does not hold is not demanded."""

from enum import StrEnum

from domain.act import Act
from domain.agreements.model import ActName, Guard
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.enrolment import (
    Aspect,
    EnrolmentCommitted,
    EnrolmentGround,
    EnrolmentProposed,
    EnrolmentRefused,
    EnrolmentStarted,
    HandoverAccepted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
    Risks,
    TaskAssigned,
    TaskDelegated,
)
from domain.case.events.referral import ReferralClosed
from domain.case.permission import permit
from domain.case.preconditions import ActSubject
from domain.case.rules.enrolment_eligibility import clauses_on_ground, find_exclusion, refuse_age, refuse_outside
from domain.case.rules.enrolment_plans import (
    agreed_interventions,
    category_of,
    find_municipal,
    find_planned,
    find_track,
    permit_on_interventions,
    plans_in_force,
    refuse_never_planned,
    refuse_unless_all_met,
    standing_plans,
)
from domain.case.rules.enrolment_readiness import refuse_not_ready
from domain.case.rules.enrolment_steps import BEFORE_START, RUNNING, require_enrolment, require_enrolment_status
from domain.case.rules.referral_criteria import refuse_unless_met, unmet_verdicts
from domain.case.rules.responsibility import (
    allocate,
    allocate_planned,
    allocate_returned,
    refuse_before_allocation,
    refuse_before_resolved_day,
    refuse_left_with_region,
    refuse_not_municipal,
    refuse_while_disputed,
)
from domain.case.state.case import Case, enrolment_id
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.referral import ReferralStatus
from domain.kernel import Events, HsaId, Party, Slug, Text, legal_day
from domain.refusals import (
    CriterionNotMet,
    NoDelegation,
    NotYourPrincipal,
    OtherPartyMissing,
    WrongState,
)


class TaskForm(StrEnum):
    """How licensed staff let others do a task (ORE-1.5-5)."""

    DELEGATION = "delegation"
    ASSIGNMENT = "assignment"


def propose(case: Case, *, act: Act, ground: EnrolmentGround = EnrolmentGround.RESIDENCE) -> Events:
    """Propose an enrolment as the municipality, where the version prescribes no request (E1, VML-12-4).

    `ground` marks a person who only stays in the municipality, or is there for visits. Where the version says whose
    municipality gives care, it is asked whether it means this one.
    """
    act = permit(act, case)
    if case.enrolment is not None:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("not proposed",), rule="C.3")
    if case.is_ended:
        raise WrongState(subject="The request", state=case.referral.status, needed=("open",), rule="C.3")
    track = find_track(act)
    if track is not None and track.steps:
        raise WrongState(
            subject="The request", state=case.referral.status, needed=(ReferralStatus.ACCEPTED,), rule=track.clauses[0]
        )
    if act.actor.principal != case.municipality:
        raise NotYourPrincipal(
            "An enrolment is proposed by the municipality that is to enrol",
            rule="SYS-3",
            remedy="the municipality proposes it",
            where=(Party.MUNICIPALITY,),
        )
    refuse_while_disputed(act, case)
    act.not_before(case.referral.since, f"the referral became {case.referral.status}")
    refuse_outside(act, case)
    event = act.record(
        EnrolmentProposed,
        on=enrolment_id(case.id),
        case_id=case.id,
        clauses=clauses_on_ground(act, ground),
        patient_id=case.patient_id,
        municipality=case.municipality,
        ground=ground,
    )
    return (event,)


def commit(case: Case, *, act: Act) -> Events:
    """Commit your own principal actively; where the version asks it of both, silence never counts (ORE-3-3)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE)
    act.refuse_second(enrolment.committed_by, "committed itself", rule=act.rule)
    return (act.record(EnrolmentCommitted, on=enrolment, case_id=case.id, party=act.actor.party),)


def refuse(case: Case, *, act: Act, reason: Text, criterion: Slug | None = None) -> Events:
    """Refuse to enrol; the region keeps the care (catalogue E2).

    On a criterion that is not met and not set aside, or without one on what the version covers: level, setting, age.
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    enrolment = require_enrolment_status(case, act, *BEFORE_START)
    refuse_before_allocation(act, case)
    event = act.record(
        EnrolmentRefused,
        on=enrolment,
        case_id=case.id,
        clauses=(_hindrance(case, act, criterion),),
        criterion=criterion,
        reason=reason,
        keeps=Party.REGION,
        allocations=allocate_returned(act, case),
    )
    return (event, *close_plans(case, act=act, reason="enrolment-refused"))


def _hindrance(case: Case, act: Act, criterion: Slug | None) -> str:
    """The rule that stands in the way of the enrolment; refuses to refuse where none does."""
    if criterion is None:
        found = find_exclusion(act, case)
        rule = found.rule if found is not None else None
    else:
        rule = next((one.rule for one in unmet_verdicts(case.referral) if one.criterion == criterion), None)
    if rule is None:
        raise CriterionNotMet(
            f"The criterion {criterion} does not stand in the way" if criterion else "The agreement covers the person",
            rule=act.rule,
            remedy="name an unmet criterion without an agreed exception, or raise a disagreement",
            where=("criterion",),
        )
    return rule


def assess_risks(case: Case, *, act: Act, risks: Risks) -> Events:
    """Record risks of moving care home, and what was done about each (ORE-2.2-4). The same key replaces a risk."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *BEFORE_START, *RUNNING)
    return (act.record(RiskAssessmentRecorded, on=enrolment, case_id=case.id, risks=tuple(risks)),)


def confirm_readiness(case: Case, *, act: Act, aspect: Aspect) -> Events:
    """Confirm that competence or equipment in the home is secured (ORE-3.1.3-11)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *BEFORE_START, *RUNNING)
    return (act.record(ReadinessConfirmed, on=enrolment, case_id=case.id, aspect=aspect),)


def open_readiness_action(case: Case, *, act: Act, aspect: Aspect, gap: Text) -> Events:
    """Note a lack of competence or equipment, to be arranged promptly (ORE-3.1.3-12)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *BEFORE_START, *RUNNING)
    event = act.record(ReadinessActionOpened, on=enrolment, case_id=case.id, aspect=aspect, gap=gap)
    return (event,)


def start(case: Case, *, act: Act) -> Events:
    """Enrol the person, when everything that the version demands first is there (catalogue E4).

    Performance of what the plans give to the municipality passes to it (ORE-1.2-2), unless the track has it handed over
    and accepted one by one (ORE-3.2.1-K1).
    """
    given = [one for one in agreed_interventions(plans_in_force(case)) if one.performer is Party.MUNICIPALITY]
    act = permit_on_interventions(act, case, given)
    refuse_while_disputed(act, case)
    _refuse_uncommitted(case, act)
    enrolment = require_enrolment_status(case, act, *BEFORE_START)
    plans = standing_plans(case, act)
    refuse_before_allocation(act, case)
    refuse_outside(act, case)
    all_planned = agreed_interventions(plans)
    to_municipality = [one for one in all_planned if one.performer is Party.MUNICIPALITY]
    refuse_age(act, case, to_municipality)
    refuse_left_with_region(case, to_municipality)
    refuse_before_resolved_day(act, case, to_municipality)
    refuse_unless_met(act, case.referral)
    refuse_not_ready(act, enrolment)
    track = find_track(act)
    awaiting = to_municipality if track is not None and track.handover_rule is not None else []
    started = act.record(
        EnrolmentStarted,
        on=enrolment,
        case_id=case.id,
        allocations=allocate_planned(act, case, [one for one in all_planned if one not in awaiting])
        if plans
        else allocate(act, case, case.interventions, enrolled=True),
    )
    if case.referral.status in {ReferralStatus.CLOSED, ReferralStatus.DISPUTED}:
        return (started,)
    return (started, act.record(ReferralClosed, on=case.referral, case_id=case.id))


def _refuse_uncommitted(case: Case, act: Act) -> None:
    """Refuse to start before both have committed, where the version asks it of both on this track (ORE-3-3)."""
    commitment = act.in_force.act_rule(ActName.COMMIT_TO_ENROLMENT, act.track)
    enrolment = require_enrolment(case)
    asked = commitment is not None and commitment.joint and any(who.is_on(act.track) for who in commitment.by)
    if not asked or enrolment.status not in {EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE}:
        return
    absent = [party for party in Party if party not in enrolment.committed_by]
    raise OtherPartyMissing(
        f"The {' and the '.join(absent)} has not committed itself",
        rule=act.rule_of(ActName.COMMIT_TO_ENROLMENT),
        remedy=f"the {' and the '.join(absent)} commits itself",
        where=absent,
    )


def hand_over(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Hand an intervention of the plan over to the other party (ORE-2.2-5, GAV-6-3).

    Nothing moves until it is accepted, where the version asks for that; where it does not, it moves at once.
    """
    act = permit(act, case, ActSubject(intervention=intervention, category=category_of(case, intervention)))
    refuse_while_disputed(act, case)
    refuse_unless_all_met(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
    one = find_municipal(act, case, intervention)
    refuse_left_with_region(case, [one])
    refuse_age(act, case, [one])
    refuse_not_municipal(act, case, one)
    held = case.responsibility_at(act.occurred_at).get(intervention)
    if held is not None and held.performer == case.principal(act.actor.party.other):
        raise WrongState(subject=f"The intervention {intervention}", state="theirs", needed=("yours",), rule=act.rule)
    refuse_not_ready(act, enrolment)
    accepted = act.ground(Guard.ACCEPTED_HANDOVER)
    if accepted is None:
        refuse_before_allocation(act, case)
        refuse_before_resolved_day(act, case, [one])
    handed_over = act.record(
        InterventionHandedOver,
        on=enrolment,
        case_id=case.id,
        clauses=accepted.clauses if accepted is not None else (),
        party=act.actor.party,
        intervention=intervention,
        allocations=allocate_planned(act, case, [one]) if accepted is None else (),
    )
    if accepted is not None:
        return (handed_over,)
    return (handed_over, act.record(HandoverAccepted, on=handed_over, case_id=case.id, intervention=intervention))


def accept_handover(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Accept an intervention that was handed over; from now on the municipality performs it (ORE-2.2-5)."""
    act = permit(act, case, ActSubject(intervention=intervention, category=category_of(case, intervention)))
    refuse_while_disputed(act, case)
    refuse_unless_all_met(act, case)
    enrolment = require_enrolment_status(case, act, EnrolmentStatus.ACTIVE)
    giver = enrolment.handed_over.get(intervention)
    if giver is None:
        raise WrongState(
            subject=f"The intervention {intervention}",
            state="not handed over",
            needed=("handed over",),
            rule=act.rule,
        )
    if giver is act.actor.party:
        raise OtherPartyMissing(
            f"The {giver} handed {intervention} over; the {giver.other} accepts it",
            rule=act.rule,
            remedy=f"a nurse of the {giver.other} accepts",
            where=(giver.other,),
        )
    act.not_before(enrolment.handed_over_at[intervention], f"{intervention} was handed over")
    refuse_not_ready(act, enrolment)
    one = find_municipal(act, case, intervention)
    refuse_left_with_region(case, [one])
    refuse_age(act, case, [one])
    refuse_not_municipal(act, case, one)
    refuse_before_allocation(act, case)
    refuse_before_resolved_day(act, case, [one])
    event = act.record(
        HandoverAccepted,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        allocations=allocate_planned(act, case, [one]),
    )
    return (event,)


def delegate(
    case: Case, *, act: Act, intervention: Slug, performer: HsaId, form: TaskForm = TaskForm.DELEGATION
) -> Events:
    """Delegate or assign a task to other staff; only licensed staff may (ORE-1.5-5, INF-2-6)."""
    act = permit(
        act, case, ActSubject(intervention=intervention, category=category_of(case, intervention), person=performer)
    )
    enrolment = require_enrolment_status(case, act, *RUNNING)
    find_planned(act, case, intervention)
    ground = act.ground(Guard.DELEGATION)
    if ground is not None and not act.actor.role.is_licensed:
        raise NoDelegation(
            f"The role {act.actor.role} cannot delegate",
            rule=ground.rule,
            remedy="let licensed staff delegate",
            where=(act.actor.role,),
        )
    act.own_staff(performer)
    told = TaskAssigned if form is TaskForm.ASSIGNMENT else TaskDelegated
    event = act.record(told, on=enrolment, case_id=case.id, intervention=intervention, performer=performer)
    return (event,)


def perform(case: Case, *, act: Act, intervention: Slug, performer: HsaId, note: Text | None = None) -> Events:
    """Record that an intervention was performed, if need be late, also after the enrolment has ended (ORE-1.5-5)."""
    act = permit(
        act, case, ActSubject(intervention=intervention, category=category_of(case, intervention), person=performer)
    )
    enrolment = require_enrolment(case)
    if enrolment.started_at is None:
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=(EnrolmentStatus.ACTIVE,), rule="C.3")
    act.not_before(enrolment.started_at, "the enrolment started")
    deceased = case.deceased_on is not None and legal_day(act.occurred_at) > case.deceased_on
    if deceased or (enrolment.ended_at is not None and act.occurred_at > enrolment.ended_at):
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=(EnrolmentStatus.ACTIVE,), rule="C.3")
    refuse_never_planned(act, case, intervention)
    staff = act.own_staff(performer)
    ground = act.ground(Guard.DELEGATION)
    delegated_at = enrolment.delegations.get(intervention, {}).get(performer)
    entrusted = delegated_at is not None and act.occurred_at >= delegated_at
    if ground is not None and not staff.role.is_licensed and not entrusted:
        raise NoDelegation(
            f"{performer} is not licensed, and {intervention} is neither assigned nor delegated to them",
            rule=ground.rule,
            remedy="licensed staff assign or delegate the task first",
            where=(performer, intervention),
        )
    event = act.record(
        InterventionPerformed,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        performer=performer,
        note=note,
    )
    return (event,)


def inform_individual(case: Case, *, act: Act, where_to_turn: Text) -> Events:
    """Tell the individual where to turn at a new need (ORE-3.1.7-2)."""
    act = permit(act, case)
    enrolment = require_enrolment_status(case, act, *RUNNING)
    event = act.record(IndividualInformed, on=enrolment, case_id=case.id, where_to_turn=where_to_turn)
    return (event,)
