"""One function per act on an enrolment (catalogue C.3)."""

from collections.abc import Iterable

from domain.act import Act
from domain.care_plan.decisions import closed_plans
from domain.care_plan.events import PlannedIntervention
from domain.care_plan.state import CarePlan
from domain.case import Case
from domain.enrolment.events import (
    Aspect,
    EnrolmentCommitted,
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
    TaskDelegated,
)
from domain.enrolment.state import Enrolment, EnrolmentStatus
from domain.enrolment.steps import BEFORE_START, RUNNING, enrolment_at, enrolment_of
from domain.kernel import Actor, Events, HsaId, Party, Slug, Text, legal_day
from domain.referral.criteria import refuse_unless_met, unmet_criteria
from domain.referral.events import ReferralClosed
from domain.referral.state import ReferralStatus
from domain.refusals import (
    CriterionNotMet,
    NoDelegation,
    NotMunicipal,
    NotReady,
    NotYourPrincipal,
    OtherPartyMissing,
    PlanRequired,
    UnknownReference,
    WrongState,
)
from domain.responsibility import (
    allocate_planned,
    allocate_returned,
    refuse_before_resolved_day,
    refuse_left_with_region,
    refuse_not_municipal,
    refuse_out_of_order,
    refuse_out_of_scope,
    refuse_while_disputed,
)


def commit(case: Case, *, act: Act) -> Events:
    """Commit your own principal actively; both must, and silence never counts (ORE-3-3)."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE)
    act.refuse_second(enrolment.committed_by, "committed itself", rule="ORE-3-3")
    return (act.record(EnrolmentCommitted, on=enrolment, case_id=case.id, party=act.actor.party),)


def refuse(case: Case, *, act: Act, criterion: Slug, reason: Text) -> Events:
    """Refuse to enrol on a criterion that is not met and not set aside; the region keeps the care (catalogue E2)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_at(case, act, *BEFORE_START)
    refuse_out_of_order(act, case)
    verdict = next((one for one in unmet_criteria(case.referral) if one.criterion == criterion), None)
    if verdict is None:
        raise CriterionNotMet(
            f"The criterion {criterion} does not stand in the way",
            rule="ORE-3.1.3-13",
            remedy="name an unmet criterion without an agreed exception, or raise a disagreement",
            where=("criterion",),
        )
    event = act.record(
        EnrolmentRefused,
        on=enrolment,
        case_id=case.id,
        clauses=(verdict.rule,),
        criterion=criterion,
        reason=reason,
        keeps=Party.REGION,
        allocations=allocate_returned(act, case),
    )
    return (event, *closed_plans(case, act=act, reason="enrolment-refused"))


def assess_risks(case: Case, *, act: Act, risks: Risks) -> Events:
    """Record risks of moving care home, and what was done about each (ORE-2.2-4). The same key replaces a risk."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *BEFORE_START, *RUNNING)
    return (act.record(RiskAssessmentRecorded, on=enrolment, case_id=case.id, risks=tuple(risks)),)


def confirm_readiness(case: Case, *, act: Act, aspect: Aspect) -> Events:
    """Confirm that competence or equipment in the home is secured (ORE-3.1.3-11)."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *BEFORE_START, *RUNNING)
    return (act.record(ReadinessConfirmed, on=enrolment, case_id=case.id, aspect=aspect),)


def open_readiness_action(case: Case, *, act: Act, aspect: Aspect, gap: Text) -> Events:
    """Note a lack of competence or equipment, to be arranged promptly (ORE-3.1.3-12)."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *BEFORE_START, *RUNNING)
    event = act.record(ReadinessActionOpened, on=enrolment, case_id=case.id, aspect=aspect, gap=gap)
    return (event,)


def start(case: Case, *, act: Act) -> Events:
    """Enrol the person: both have committed, the plan is established, readiness is secured (ORE-3-3, 3.1.4-1).

    Performance of what the plan gives to the municipality passes to it (ORE-1.2-2).
    """
    act = act.permit(case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_of(case)
    if enrolment.status in {EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE}:
        absent = [party for party in Party if party not in enrolment.committed_by]
        raise OtherPartyMissing(
            f"The {' and the '.join(absent)} has not committed itself",
            rule="ORE-3-3",
            remedy=f"the {' and the '.join(absent)} commits itself",
            where=absent,
        )
    enrolment = enrolment_at(case, act, EnrolmentStatus.COMMITTED)
    plan = case.plan
    if plan is None or not plan.is_in_force or plan.established_at is None:
        raise PlanRequired(
            "No medical treatment plan is established",
            rule="ORE-3.1.4-1",
            remedy="both parties agree to a complete plan first",
        )
    act.not_before(plan.established_at, "the plan was established")
    refuse_out_of_order(act, case)
    refuse_out_of_scope(act, case, case.referral.level)
    to_municipality = [one for one in plan.agreed_interventions if one.performer is Party.MUNICIPALITY]
    refuse_left_with_region(case, to_municipality)
    refuse_before_resolved_day(act, case, to_municipality)
    refuse_unless_met(act, case.referral)
    _refuse_not_ready(act, enrolment)
    started = act.record(
        EnrolmentStarted,
        on=enrolment,
        case_id=case.id,
        allocations=allocate_planned(act, case, plan.agreed_interventions),
    )
    if case.referral.status is not ReferralStatus.ACCEPTED:
        return (started,)
    return (started, act.record(ReferralClosed, on=case.referral, case_id=case.id))


def hand_over(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Hand an intervention of the plan over to the other party; nothing moves until it is accepted (ORE-2.2-5)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.ACTIVE)
    planned = _for_municipality(case, intervention)
    refuse_left_with_region(case, [planned])
    refuse_not_municipal(act, case, planned)
    held = case.answering(act.occurred_at).get(intervention)
    if held is not None and held.performer == act.other_principal(case):
        raise WrongState(what=f"The intervention {intervention}", state="theirs", wanted=("yours",), rule="ORE-2.2-5")
    _refuse_not_ready(act, enrolment)
    event = act.record(
        InterventionHandedOver, on=enrolment, case_id=case.id, party=act.actor.party, intervention=intervention
    )
    return (event,)


def accept_handover(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Accept an intervention that was handed over; from now on the municipality performs it (ORE-2.2-5)."""
    act = act.permit(case)
    refuse_while_disputed(act, case)
    enrolment = enrolment_at(case, act, EnrolmentStatus.ACTIVE)
    giver = enrolment.handed_over.get(intervention)
    if giver is None:
        raise WrongState(
            what=f"The intervention {intervention}",
            state="not handed over",
            wanted=("handed over",),
            rule="ORE-2.2-5",
        )
    if giver is act.actor.party:
        raise OtherPartyMissing(
            f"The {giver} handed {intervention} over; the {giver.other} accepts it",
            rule="ORE-2.2-5",
            remedy=f"a nurse of the {giver.other} accepts",
            where=(giver.other,),
        )
    act.not_before(enrolment.handed_over_at[intervention], f"{intervention} was handed over")
    _refuse_not_ready(act, enrolment)
    planned = _for_municipality(case, intervention)
    refuse_left_with_region(case, [planned])
    refuse_not_municipal(act, case, planned)
    refuse_out_of_order(act, case)
    refuse_before_resolved_day(act, case, [planned])
    event = act.record(
        HandoverAccepted,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        allocations=allocate_planned(act, case, [planned]),
    )
    return (event,)


def delegate(case: Case, *, act: Act, intervention: Slug, performer: HsaId) -> Events:
    """Delegate or assign a task to other staff; only licensed staff may (ORE-1.5-5)."""
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *RUNNING)
    _planned(case, intervention)
    if not act.actor.role.is_licensed:
        raise NoDelegation(
            f"The role {act.actor.role} cannot delegate",
            rule="ORE-1.5-5",
            remedy="let licensed staff delegate",
            where=(act.actor.role,),
        )
    _own_staff(act, performer)
    event = act.record(TaskDelegated, on=enrolment, case_id=case.id, intervention=intervention, performer=performer)
    return (event,)


def perform(case: Case, *, act: Act, intervention: Slug, performer: HsaId, note: Text | None = None) -> Events:
    """Record that an intervention was performed, if need be late, also after the enrolment has ended (ORE-1.5-5)."""
    act = act.permit(case)
    enrolment = enrolment_of(case)
    if enrolment.started_at is None:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=(EnrolmentStatus.ACTIVE,), rule="C.3")
    act.not_before(enrolment.started_at, "the enrolment started")
    deceased = enrolment.deceased_on is not None and legal_day(act.occurred_at) > enrolment.deceased_on
    if deceased or (enrolment.ended_at is not None and act.occurred_at > enrolment.ended_at):
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=(EnrolmentStatus.ACTIVE,), rule="C.3")
    _ever_planned(case, intervention)
    staff = _own_staff(act, performer)
    delegated_at = enrolment.delegations.get(intervention, {}).get(performer)
    if not staff.role.is_licensed and (delegated_at is None or act.occurred_at < delegated_at):
        raise NoDelegation(
            f"{performer} is not licensed, and {intervention} is not delegated to them",
            rule="ORE-1.5-5",
            remedy="licensed staff delegate the task first",
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
    act = act.permit(case)
    enrolment = enrolment_at(case, act, *RUNNING)
    event = act.record(IndividualInformed, on=enrolment, case_id=case.id, where_to_turn=where_to_turn)
    return (event,)


def _planned(case: Case, key: Slug) -> PlannedIntervention:
    """The intervention in the agreed text of the plan in force."""
    return _in(() if case.plan is None else (case.plan,), key)


def _ever_planned(case: Case, key: Slug) -> PlannedIntervention:
    """The intervention in the agreed text of any plan, also one that has ended."""
    return _in(case.plans.values(), key)


def _in(plans: Iterable[CarePlan], key: Slug) -> PlannedIntervention:
    found = next((one for plan in plans for one in plan.agreed_interventions if one.key == key), None)
    if found is None:
        raise UnknownReference(
            f"The plan has no intervention {key}",
            rule="ORE-3.1.4-7",
            remedy="name an intervention of the plan, or have it planned first",
            where=("intervention",),
        )
    return found


def _for_municipality(case: Case, key: Slug) -> PlannedIntervention:
    planned = _planned(case, key)
    if planned.performer is not Party.MUNICIPALITY:
        raise NotMunicipal(
            f"The plan leaves {key} with the region",
            rule="ORE-3.1.4-7",
            remedy="revise the plan together first",
            where=(key,),
        )
    return planned


def _own_staff(act: Act, performer: HsaId) -> Actor:
    staff = act.staff(performer)
    if staff.principal != act.actor.principal:
        raise NotYourPrincipal(
            f"{performer} works for another principal",
            rule="SYS-3",
            remedy="each party answers for what its own staff perform",
            where=("performer",),
        )
    return staff


def _refuse_not_ready(act: Act, enrolment: Enrolment) -> None:
    lacking = [aspect for aspect in Aspect if aspect not in enrolment.ready]
    if lacking:
        raise NotReady(
            f"Not confirmed: {', '.join(lacking)}",
            rule="ORE-3.1.3-11",
            remedy=f"confirm {', '.join(lacking)}",
            where=lacking,
        )
    risks = [risk.key for risk in enrolment.risks if risk.measure is None]
    if risks:
        raise NotReady(
            f"Risks not addressed: {', '.join(risks)}",
            rule="ORE-2.2-4",
            remedy="record what was done about each risk",
            where=risks,
        )
    if enrolment.prepared_at is not None:
        act.not_before(enrolment.prepared_at, "readiness was secured")
