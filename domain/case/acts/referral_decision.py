"""Acts that decide or end a request: accept, decline, withdraw and close (catalogue R12-R15)."""

from domain.act import Act
from domain.agreements.model import ActName, Guard, Step
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.enrolment import EnrolmentWithdrawn
from domain.case.events.referral import (
    AcceptanceDeclared,
    CancellationAccepted,
    DeclineDeclared,
    ReferralAccepted,
    ReferralClosed,
    ReferralDeclined,
    ReferralWithdrawn,
    WithdrawalReason,
)
from domain.case.permission import permit
from domain.case.rules.enrolment_eligibility import propose_enrolment
from domain.case.rules.enrolment_steps import BEFORE_START
from domain.case.rules.referral_assessments import (
    refuse_before_ground,
    refuse_never_assessed,
    refuse_one_sided_assessment,
    rule_or,
)
from domain.case.rules.referral_criteria import refuse_unless_met
from domain.case.rules.referral_steps import require_referral_status, statuses_since
from domain.case.rules.responsibility import (
    allocate_returned,
    leave_unregulated,
    refuse_before_allocation,
    refuse_out_of_scope,
    refuse_while_disputed,
)
from domain.case.state.case import Case
from domain.case.state.referral import UNSENT, WITH_RECEIVER, Referral, ReferralStatus
from domain.kernel import Events, Party, Text
from domain.refusals import (
    JointConsiderationMissing,
    NotYourPrincipal,
    ReferralContentMissing,
    UnknownReference,
    WrongState,
)


def accept(case: Case, *, act: Act) -> Events:
    """Accept the request for your own party (ORE-3-3).

    When every party that must accept has done so, an enrolment is proposed, unless the municipality has proposed it
    already (VML-12-4).
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.LEVEL_ESTABLISHED))
    if case.informed_municipality is None:
        raise UnknownReference(
            "The case names no municipality, or none that has got the request, and so none that can enrol the person",
            rule="SYS-1",
            remedy="send the request to a municipality, or raise a new need that names one",
            where=("municipality",),
            acts=(ActName.SEND_REFERRAL,),
        )
    refuse_out_of_scope(act, case, referral.level, acts=(ActName.DECLINE_REFERRAL,))
    refuse_one_sided_assessment(act, referral)
    refuse_unless_met(act, case)
    _refuse_unconsidered(act, referral)
    refuse_before_ground(act, referral)
    if act.is_joint:
        act.refuse_second(referral.accepted_by, "accepted", rule=act.rule)
        if not referral.accepted_by:
            return (act.record(AcceptanceDeclared, on=referral, case_id=case.id, party=act.actor.party),)
    accepted = act.record(ReferralAccepted, on=referral, case_id=case.id)
    if case.enrolment is not None:
        return (accepted,)
    return (accepted, propose_enrolment(act, case, case.informed_municipality))


def decline(case: Case, *, act: Act, reason: Text) -> Events:
    """Decline the request for your own party, with a reason (ORE-3.1.2-5).

    If the agreement requires both parties, the request is declined when both have done so. If it requires an assessment
    first, this act is refused without one.
    """
    act = permit(act, case)
    refuse_while_disputed(act, case)
    refuse_never_assessed(act, case.referral)
    referral = require_referral_status(case, act, *statuses_since(act, case, Step.ASSESSING))
    refuse_one_sided_assessment(act, referral)
    refuse_before_ground(act, referral)
    if act.is_joint:
        act.refuse_second(referral.declined_by, "declined", rule=act.rule)
        if not referral.declined_by:
            declared = act.record(DeclineDeclared, on=referral, case_id=case.id, party=act.actor.party, reason=reason)
            return (declared,)
    refuse_before_allocation(act, case)
    allocations = allocate_returned(act, case)
    event = act.record(ReferralDeclined, on=referral, case_id=case.id, reason=reason, allocations=allocations)
    return (event, *close_plans(case, act=act, reason="declined"))


def withdraw(case: Case, *, act: Act, reason: WithdrawalReason) -> Events:
    """Withdraw the request.

    After the acknowledgement only death, a move or the individual's refusal is a reason; for another, ask the receiver
    to cancel it. Until the person is enrolled, these three end the request in any status, and also a proposed
    enrolment. An open disagreement does not stop them.
    """
    act = permit(act, case)
    refuse_enrolled(case)
    before = (*UNSENT, ReferralStatus.SENT)
    if reason not in list_withdrawal_reasons(case) and case.referral.status in list_withdrawable(case):
        raise WrongState(
            subject="The request",
            state=case.referral.status,
            needed=before,
            rule="R14",
            acts=(ActName.REQUEST_CANCELLATION,),
            instead="ask the receiver to cancel it",
        )
    referral = require_referral_status(case, act, *before, *list_withdrawable(case), rule="R14")
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "Only the principal that made the request can withdraw it",
            rule="SYS-3",
            remedy="let that principal withdraw it, decline it, or raise a disagreement",
        )
    return end_request(case, act, ReferralWithdrawn, reason)


_FOR_THE_PERSON = (WithdrawalReason.DEATH, WithdrawalReason.MOVE, WithdrawalReason.INDIVIDUAL_REFUSES)
"""The reasons that end a request at any time before the enrolment."""


def list_withdrawal_reasons(case: Case) -> tuple[WithdrawalReason, ...]:
    """List the reasons for which the request can be withdrawn as it stands; for another one the receiver is asked."""
    return tuple(WithdrawalReason) if case.referral.status in (*UNSENT, ReferralStatus.SENT) else _FOR_THE_PERSON


def refuse_enrolled(case: Case) -> None:
    """Refuse to end a request whose enrolment has started or ended, in whatever status the request is (R14)."""
    enrolment = case.enrolment
    if enrolment is None or not (enrolment.started_at is not None or enrolment.status.is_ended):
        return
    raise WrongState(
        subject="The enrolment",
        state=enrolment.status,
        needed=BEFORE_START,
        rule="R14",
        acts=() if enrolment.status.is_ended else (ActName.DECLARE_DISCHARGE,),
        instead="end the enrolment, if it has not ended",
    )


def list_withdrawable(case: Case) -> tuple[ReferralStatus, ...]:
    """List the statuses since the acknowledgement in which a request can still end, before an enrolment starts."""
    proposed = (ReferralStatus.ACCEPTED, ReferralStatus.CLOSED) if case.enrolment is not None else ()
    return (*WITH_RECEIVER[1:], ReferralStatus.DISPUTED, *proposed)


def end_request(
    case: Case, act: Act, event_class: type[ReferralWithdrawn | CancellationAccepted], reason: WithdrawalReason
) -> Events:
    """Return the events that end a request before the enrolment, with a proposed enrolment and the plans."""
    enrolment = case.enrolment
    if enrolment is not None:
        act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    refuse_before_allocation(act, case)
    allocations = leave_unregulated(act, case) if reason is WithdrawalReason.DEATH else allocate_returned(act, case)
    said = {"reason": reason} if event_class is ReferralWithdrawn else {}
    ended: Events = (act.record(event_class, on=case.referral, case_id=case.id, allocations=allocations, **said),)
    if enrolment is not None:
        ended = (*ended, act.record(EnrolmentWithdrawn, on=enrolment, case_id=case.id, reason=reason))
    return (*ended, *close_plans(case, act=act, reason="withdrawn"))


def close(case: Case, *, act: Act, note: Text | None = None) -> Events:
    """Close the request, when it is accepted or declined.

    For a declined request, `note` tells that the person knows the reasons.
    """
    act = permit(act, case)
    refuse_never_assessed(act, case.referral)
    refuse_while_disputed(act, case)
    referral = require_referral_status(case, act, ReferralStatus.ACCEPTED, ReferralStatus.DECLINED, rule="R15")
    if referral.status is ReferralStatus.DECLINED and note is None:
        raise ReferralContentMissing(["note"], rule="R15")
    return (act.record(ReferralClosed, on=referral, case_id=case.id, note=note),)


def _refuse_unconsidered(act: Act, referral: Referral) -> None:
    """Refuse to accept before both parties have considered each advanced intervention (ORE-2.2-10)."""
    ground = act.ground(Guard.JOINT_CONSIDERATION)
    for intervention in referral.interventions if ground is not None else ():
        if intervention.advanced and set(referral.considered.get(intervention.key, ())) != set(Party):
            raise JointConsiderationMissing(
                f"The parties have not considered the advanced intervention {intervention.key} jointly",
                rule=rule_or(ground, act.rule),
                remedy="let each party record the joint consideration",
                where=(intervention.key,),
                acts=(ActName.CONSIDER_JOINTLY,),
            )
