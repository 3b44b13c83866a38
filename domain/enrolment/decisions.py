"""One function per act on an enrolment (catalogue C.3)."""

from collections.abc import Sequence
from datetime import date

from domain.act import Act
from domain.care_plan.decisions import closed_plans
from domain.care_plan.events import PlannedIntervention
from domain.case import Case
from domain.enrolment.events import (
    Aspect,
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    EnrolmentCommitted,
    EnrolmentRefused,
    EnrolmentStarted,
    HandoverAccepted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    PatientDeceasedRecorded,
    ReadinessActionOpened,
    ReadinessConfirmed,
    ResidenceChangeRecorded,
    Risk,
    RiskAssessmentRecorded,
    TaskDelegated,
)
from domain.enrolment.state import Enrolment, EnrolmentStatus
from domain.intervention import Intervention, Participation
from domain.kernel import Allocation, Event, HsaId, Instant, Party, Slug, Text, legal_day, legal_midnight
from domain.referral.criteria import unmet_criteria
from domain.referral.events import ReferralClosed
from domain.referral.state import ReferralStatus
from domain.refusals import (
    CriterionNotMet,
    InformationDutyOpen,
    NoDelegation,
    NotReady,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanRequired,
    UnknownReference,
    WrongState,
)
from domain.responsibility import allocate, allocate_planned, refuse_not_municipal, refuse_while_disputed

Events = tuple[Event, ...]

BEFORE_START = (EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE, EnrolmentStatus.COMMITTED)
RUNNING = (EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING)


def commit(case: Case, *, act: Act) -> Events:
    """Commit your own principal actively; both must, and silence never counts (ORE-3-3)."""
    act.permit(case)
    enrolment = _at(case, act, EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE)
    if act.actor.party in enrolment.committed_by:
        raise OtherPartyMissing(
            f"The {act.actor.party} has already committed itself; the {act.actor.party.other} has not",
            rule="ORE-3-3",
            remedy=f"the {act.actor.party.other} commits itself",
            where=(act.actor.party.other,),
        )
    return (act.record(EnrolmentCommitted, on=enrolment, case_id=case.id, party=act.actor.party),)


def refuse(case: Case, *, act: Act, criterion: Slug, reason: Text) -> Events:
    """Refuse to enrol on a criterion that is not met and not set aside; the region keeps the care (catalogue E2)."""
    act.permit(case)
    enrolment = _at(case, act, *BEFORE_START)
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
    )
    return (event,)


def assess_risks(case: Case, *, act: Act, risks: Sequence[Risk]) -> Events:
    """Record risks of moving care home, and what was done about each (ORE-2.2-4). The same key replaces a risk."""
    act.permit(case)
    enrolment = _at(case, act, *BEFORE_START, *RUNNING)
    return (act.record(RiskAssessmentRecorded, on=enrolment, case_id=case.id, risks=tuple(risks)),)


def confirm_readiness(case: Case, *, act: Act, aspect: Aspect) -> Events:
    """Confirm that competence or equipment in the home is secured (ORE-3.1.3-11)."""
    act.permit(case)
    enrolment = _at(case, act, *BEFORE_START, *RUNNING)
    return (act.record(ReadinessConfirmed, on=enrolment, case_id=case.id, aspect=aspect),)


def open_readiness_action(case: Case, *, act: Act, aspect: Aspect, gap: Text) -> Events:
    """Note a lack of competence or equipment, to be arranged promptly (ORE-3.1.3-12)."""
    act.permit(case)
    enrolment = _at(case, act, *BEFORE_START, *RUNNING)
    event = act.record(ReadinessActionOpened, on=enrolment, case_id=case.id, aspect=aspect, gap=gap)
    return (event,)


def start(case: Case, *, act: Act) -> Events:
    """Enrol the person: both have committed, the plan is established, readiness is secured (ORE-3-3, 3.1.4-1).

    Performance of what the plan gives to the municipality passes to it (ORE-1.2-2).
    """
    act.permit(case)
    refuse_while_disputed(case)
    enrolment = _enrolment(case)
    if enrolment.status in {EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE}:
        absent = [party for party in Party if party not in enrolment.committed_by]
        raise OtherPartyMissing(
            f"The {' and the '.join(absent)} has not committed itself",
            rule="ORE-3-3",
            remedy=f"the {' and the '.join(absent)} commits itself",
            where=absent,
        )
    enrolment = _at(case, act, EnrolmentStatus.COMMITTED)
    plan = case.plan
    if plan is None or not plan.is_in_force or plan.established_at is None:
        raise PlanRequired(
            "No medical treatment plan is established",
            rule="ORE-3.1.4-1",
            remedy="both parties agree to a complete plan first",
        )
    act.not_before(plan.established_at, "the plan was established")
    _refuse_not_ready(enrolment)
    started = act.record(
        EnrolmentStarted,
        on=enrolment,
        case_id=case.id,
        allocations=allocate_planned(act, case, plan.interventions),
    )
    if case.referral.status is not ReferralStatus.ACCEPTED:
        return (started,)
    return (started, act.record(ReferralClosed, on=case.referral, case_id=case.id))


def hand_over(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Hand an intervention of the plan over to the other party; nothing moves until it is accepted (ORE-2.2-5)."""
    act.permit(case)
    refuse_while_disputed(case)
    enrolment = _at(case, act, EnrolmentStatus.ACTIVE)
    _planned(case, intervention)
    held = case.allocations.get(intervention)
    if held is not None and held.performer == act.other_principal(case):
        raise WrongState(what=f"The intervention {intervention}", state="theirs", wanted=("yours",), rule="ORE-2.2-5")
    _refuse_not_ready(enrolment)
    event = act.record(
        InterventionHandedOver, on=enrolment, case_id=case.id, party=act.actor.party, intervention=intervention
    )
    return (event,)


def accept_handover(case: Case, *, act: Act, intervention: Slug) -> Events:
    """Accept an intervention that was handed over; from now on the municipality performs it (ORE-2.2-5)."""
    act.permit(case)
    refuse_while_disputed(case)
    enrolment = _at(case, act, EnrolmentStatus.ACTIVE)
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
    _refuse_not_ready(enrolment)
    planned = _planned(case, intervention)
    refuse_not_municipal(act, case, planned)
    taken = planned.model_copy(update={"performer": Party.MUNICIPALITY})
    event = act.record(
        HandoverAccepted,
        on=enrolment,
        case_id=case.id,
        intervention=intervention,
        allocations=allocate_planned(act, case, [taken]),
    )
    return (event,)


def delegate(case: Case, *, act: Act, intervention: Slug, performer: HsaId) -> Events:
    """Delegate or assign a task to other staff; only licensed staff may (ORE-1.5-5)."""
    act.permit(case)
    enrolment = _at(case, act, *RUNNING)
    _planned(case, intervention)
    if not act.actor.role.is_licensed:
        raise NoDelegation(
            f"A {act.actor.role} cannot delegate",
            rule="ORE-1.5-5",
            remedy="let licensed staff delegate",
            where=(act.actor.role,),
        )
    act.staff(performer)
    event = act.record(TaskDelegated, on=enrolment, case_id=case.id, intervention=intervention, performer=performer)
    return (event,)


def perform(case: Case, *, act: Act, intervention: Slug, performer: HsaId, note: Text | None = None) -> Events:
    """Record that an intervention was performed, if need be late, also after the enrolment has ended (ORE-1.5-5)."""
    act.permit(case)
    enrolment = _enrolment(case)
    if enrolment.started_at is None:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=(EnrolmentStatus.ACTIVE,), rule="C.3")
    act.not_before(enrolment.started_at, "the enrolment started")
    if enrolment.ended_at is not None and act.occurred_at > enrolment.ended_at:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=(EnrolmentStatus.ACTIVE,), rule="C.3")
    _planned(case, intervention)
    staff = act.staff(performer)
    if not staff.role.is_licensed and performer not in enrolment.delegations.get(intervention, ()):
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
    act.permit(case)
    enrolment = _at(case, act, *RUNNING)
    event = act.record(IndividualInformed, on=enrolment, case_id=case.id, where_to_turn=where_to_turn)
    return (event,)


def declare_discharge(
    case: Case, *, act: Act, reason: Text, participation: Participation, new_care_form: bool = False
) -> Events:
    """Declare, for your own party, that the need has ended; the other party completes it (ORE-3.1.7-1)."""
    act.permit(case)
    enrolment = _enrolment(case)
    if enrolment.discharge_declared_by is act.actor.party and enrolment.status is EnrolmentStatus.DISCHARGE_PENDING:
        raise OtherPartyMissing(
            f"The {act.actor.party} has already declared discharge; the {act.actor.party.other} has not",
            rule="ORE-3.1.7-1",
            remedy=f"the {act.actor.party.other} completes or contests it",
            where=(act.actor.party.other,),
        )
    enrolment = _at(case, act, EnrolmentStatus.ACTIVE)
    event = act.record(
        DischargeDeclared,
        on=enrolment,
        case_id=case.id,
        party=act.actor.party,
        reason=reason,
        new_care_form=new_care_form,
        participation=participation,
    )
    return (event,)


def contest_discharge(case: Case, *, act: Act, reason: Text) -> Events:
    """Hold, as the other party, that the need remains; the enrolment goes on (catalogue E10)."""
    act.permit(case)
    enrolment = _at(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    event = act.record(DischargeContested, on=enrolment, case_id=case.id, party=act.actor.party, reason=reason)
    return (event,)


def complete_discharge(
    case: Case, *, act: Act, where_to_turn: Text | None = None, new_care_form: bool | None = None
) -> Events:
    """Discharge, as the second party; the individual must have been told where to turn (ORE-3.1.7-1, -2).

    Every intervention returns to the region (ORE-3-1), and open plans close.
    """
    act.permit(case)
    enrolment = _at(case, act, EnrolmentStatus.DISCHARGE_PENDING)
    _refuse_declarer(act, enrolment)
    if where_to_turn is None and enrolment.where_to_turn is None:
        raise InformationDutyOpen(
            "The individual has not been told where to turn at a new need",
            rule="ORE-3.1.7-2",
            remedy="tell the individual, and record it with where_to_turn",
            where=("where_to_turn",),
        )
    before: tuple[Event, ...] = ()
    if where_to_turn is not None:
        before = (act.record(IndividualInformed, on=enrolment, case_id=case.id, where_to_turn=where_to_turn),)
    discharged = act.record(
        Discharged,
        on=before[-1] if before else enrolment,
        case_id=case.id,
        new_care_form=enrolment.new_care_form if new_care_form is None else new_care_form,
        allocations=allocate(act, case, _known(case), enrolled=False),
    )
    return (*before, discharged, *closed_plans(case, act=act, reason="discharged"))


def transfer_information(case: Case, *, act: Act, means: Text) -> Events:
    """Record that your party took part in the transfer of information to a new form of care (ORE-3.1.7-3)."""
    act.permit(case)
    enrolment = _at(case, act, *RUNNING, EnrolmentStatus.DISCHARGED)
    event = act.record(
        DischargeInformationTransferred, on=enrolment, case_id=case.id, party=act.actor.party, means=means
    )
    return (event,)


def record_death(case: Case, *, act: Act, deceased_on: date) -> Events:
    """Record that the person has died: the enrolment and the plans end (catalogue E11). What the version does not say
    of the deceased stays not regulated."""
    act.permit(case)
    enrolment = _enrolment(case)
    if enrolment.status.is_ended:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=("open",), rule="C.3")
    _refuse_day_not_passed(act, deceased_on, "deceased_on")
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    event = act.record(
        PatientDeceasedRecorded,
        on=enrolment,
        case_id=case.id,
        not_regulated=("care-of-deceased",),
        deceased_on=deceased_on,
        allocations=tuple(_unregulated(held, act.occurred_at) for held in case.allocations.values()),
    )
    return (event, *closed_plans(case, act=act, reason="death"))


def record_move(case: Case, *, act: Act, moved_on: date, to: Slug) -> Events:
    """Record that the person has moved (catalogue E12, E13). Where the version is silent nothing ends by itself."""
    act.permit(case)
    enrolment = _at(case, act, *BEFORE_START, *RUNNING)
    _refuse_day_not_passed(act, moved_on, "moved_on")
    event = act.record(
        ResidenceChangeRecorded,
        on=enrolment,
        case_id=case.id,
        not_regulated=("move",),
        moved_on=moved_on,
        to=to,
    )
    return (event,)


def _enrolment(case: Case) -> Enrolment:
    if case.enrolment is None:
        raise WrongState(what="The enrolment", state="not proposed", wanted=(EnrolmentStatus.PROPOSED,), rule="ORE-3-3")
    return case.enrolment


def _at(case: Case, act: Act, *wanted: EnrolmentStatus) -> Enrolment:
    enrolment = _enrolment(case)
    if enrolment.status not in wanted:
        raise WrongState(what="The enrolment", state=enrolment.status, wanted=wanted, rule="C.3")
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    return enrolment


def _known(case: Case) -> tuple[Intervention, ...]:
    """Every intervention that someone answers for, in the latest words there are for it."""
    named: dict[str, Intervention] = {one.key: one for one in case.referral.interventions}
    if case.plan is not None:
        named |= {one.key: Intervention.model_validate(_plain(one)) for one in case.plan.interventions}
    return tuple(one for key, one in named.items() if key in case.allocations)


def _plain(planned: PlannedIntervention) -> dict[str, object]:
    return planned.model_dump(include=set(Intervention.model_fields))


def _planned(case: Case, key: Slug) -> PlannedIntervention:
    plan = case.plan
    found = next((one for one in plan.interventions if one.key == key), None) if plan else None
    if found is None:
        raise UnknownReference(
            f"The plan has no intervention {key}",
            rule="ORE-3.1.4-7",
            remedy="name an intervention of the plan, or have it planned first",
            where=("intervention",),
        )
    return found


def _unregulated(held: Allocation, at: Instant) -> Allocation:
    return held.model_copy(
        update={
            "treatment": None,
            "performer": None,
            "shared": False,
            "derived": False,
            "effective_from": at,
            "clauses": (),
        }
    )


def _refuse_not_ready(enrolment: Enrolment) -> None:
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


def _refuse_declarer(act: Act, enrolment: Enrolment) -> None:
    if enrolment.discharge_declared_by is act.actor.party:
        raise OtherPartyMissing(
            f"The {act.actor.party} declared the discharge; it takes the {act.actor.party.other} too",
            rule="ORE-3.1.7-1",
            remedy=f"the {act.actor.party.other} completes or contests it",
            where=(act.actor.party.other,),
        )


def _refuse_day_not_passed(act: Act, day: date, field: str) -> None:
    if day > legal_day(act.occurred_at):
        raise OccurredTooEarly(occurred_at=act.occurred_at, since=legal_midnight(day), what=f"{field} begins")
