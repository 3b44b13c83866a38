"""The acts that bring about what a text waits for: a statement, an established plan, or an event."""

from collections.abc import Mapping

from domain.agreements.model import ActName, Need
from domain.case.events.care_plan import ContactRoleAssigned, PlanFollowUpRecorded, PlanInitiated, PlanMeetingHeld
from domain.case.events.case import (
    HomeVisitRecorded,
    HospitalLeft,
    HoursRecorded,
    ReadyForDischargeNotified,
    ReadyForDischargeWithdrawn,
)
from domain.case.events.disagreement import PositionRecorded, ProcedureStepRecorded
from domain.case.events.enrolment import (
    DelegationWithdrawn,
    DischargeInformationTransferred,
    HandoverAccepted,
    HospitalStayAcknowledged,
    HospitalStayEnded,
    HospitalStayStarted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessConfirmed,
    RiskAssessmentRecorded,
    TaskAssigned,
    TaskDelegated,
)
from domain.case.events.question import QuestionAnswered, QuestionSent
from domain.case.events.referral import (
    AssessmentRecorded,
    CareLevelEstablished,
    CriteriaEvaluated,
    JointConsiderationRecorded,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralReturned,
)
from domain.kernel import Event

_RECORDED_BY: Mapping[type[Event], ActName] = {
    ReferralAcknowledged: ActName.ACKNOWLEDGE_REFERRAL,
    PrincipalContacted: ActName.CONTACT_PRINCIPAL,
    AssessmentRecorded: ActName.RECORD_ASSESSMENT,
    CriteriaEvaluated: ActName.EVALUATE_CRITERIA,
    JointConsiderationRecorded: ActName.CONSIDER_JOINTLY,
    CareLevelEstablished: ActName.ESTABLISH_LEVEL,
    ReferralAccepted: ActName.ACCEPT_REFERRAL,
    ReferralDeclined: ActName.DECLINE_REFERRAL,
    ReferralReturned: ActName.RETURN_REFERRAL,
    PositionRecorded: ActName.RECORD_POSITION,
    ProcedureStepRecorded: ActName.RECORD_PROCEDURE_STEP,
    PlanInitiated: ActName.INITIATE_PLAN,
    PlanMeetingHeld: ActName.HOLD_PLANNING,
    ContactRoleAssigned: ActName.ASSIGN_CONTACT_ROLE,
    PlanFollowUpRecorded: ActName.FOLLOW_UP_PLAN,
    RiskAssessmentRecorded: ActName.ASSESS_RISKS,
    ReadinessConfirmed: ActName.CONFIRM_READINESS,
    InterventionHandedOver: ActName.HAND_OVER_INTERVENTION,
    HandoverAccepted: ActName.ACCEPT_HANDOVER,
    TaskAssigned: ActName.DELEGATE_TASK,
    TaskDelegated: ActName.DELEGATE_TASK,
    DelegationWithdrawn: ActName.WITHDRAW_DELEGATION,
    InterventionPerformed: ActName.PERFORM_INTERVENTION,
    IndividualInformed: ActName.INFORM_INDIVIDUAL,
    HospitalStayStarted: ActName.RECORD_ADMISSION,
    HospitalStayEnded: ActName.RECORD_HOMECOMING,
    HospitalStayAcknowledged: ActName.ACKNOWLEDGE_STAY,
    ReadyForDischargeNotified: ActName.NOTIFY_READY_FOR_DISCHARGE,
    ReadyForDischargeWithdrawn: ActName.WITHDRAW_READY_FOR_DISCHARGE,
    HospitalLeft: ActName.RECORD_HOMECOMING,
    DischargeInformationTransferred: ActName.TRANSFER_INFORMATION,
    HomeVisitRecorded: ActName.RECORD_HOME_VISIT,
    HoursRecorded: ActName.RECORD_HOURS,
    QuestionSent: ActName.ASK_QUESTION,
    QuestionAnswered: ActName.ANSWER_QUESTION,
}
"""The act that records each event that a text may wait for. What the parties only reach together is not here."""
TOPIC_ACTS: Mapping[str, ActName] = {event.TOPIC.rpartition(".")[0]: act for event, act in _RECORDED_BY.items()}
"""The same by the topic of the event, without its version."""
PLAN_ACTS = (ActName.INITIATE_PLAN, ActName.AGREE_PLAN)
"""The acts that lead to an established plan."""


def find_acts_to(trigger: str) -> tuple[ActName, ...]:
    """Return the acts that bring about a trigger; none for an event that no single act is for."""
    sort, _, name = trigger.partition(":")
    if sort == "statement":
        return (ActName.RECORD_STATEMENT,)
    if sort == "plan":
        return PLAN_ACTS
    return (TOPIC_ACTS[name],) if name in TOPIC_ACTS else ()


def find_acts_for(need: Need) -> tuple[ActName, ...]:
    """Return the acts that put what a rule needs on record; none if it needs an event that no single act is for."""
    if need.plan is not None:
        return PLAN_ACTS
    if need.contact is not None:
        return (ActName.ASSIGN_CONTACT_ROLE,)
    if need.statement is not None:
        return (ActName.RECORD_STATEMENT,)
    return find_acts_to(f"event:{need.happened}")
