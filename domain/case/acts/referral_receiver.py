"""Acts of the receiver of a request: it passes it on to another of its units, or returns what was not for it."""

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts.care_plan_end import close_plans
from domain.case.events.referral import ReferralRedirected, ReferralReturned
from domain.case.permission import permit
from domain.case.rules.receiving_unit import require_unit
from domain.case.rules.referral_assessments import refuse_before_ground
from domain.case.rules.referral_steps import require_referral_status
from domain.case.rules.responsibility import (
    allocate_after_return,
    refuse_before_allocation,
    refuse_before_dispute_ended,
)
from domain.case.state.case import Case
from domain.case.state.referral import WITH_RECEIVER, Referral, ReferralStatus
from domain.kernel import Events, HsaId, Party, Text
from domain.refusals import ActorNotReceiver, DisputeOpen, NotYourPrincipal, WrongState


def redirect(case: Case, *, act: Act, unit: HsaId, reason: Text) -> Events:
    """Pass the request on to another unit of the receiving municipality (vidaresända), before the decision.

    What the municipality owes still counts from the first time that the request reached it.
    """
    act = permit(act, case)
    _refuse_sender(act, "pass it on")
    referral = _require_with_receiver(case, act, ReferralStatus.DISPUTED)
    require_unit(act, act.actor.principal, unit)
    if unit == referral.unit:
        raise WrongState(subject="The request", state=f"with {unit}", needed=("with another unit",), rule="SYS-1")
    refuse_before_ground(act, referral)
    return (act.record(ReferralRedirected, on=referral, case_id=case.id, unit=unit, reason=reason),)


def return_to_sender(case: Case, *, act: Act, reason: Text) -> Events:
    """Return a request that was sent to the wrong receiver (felsänd), in any status before the decision.

    This is neither a decline nor an assessment. What the region answers for stays with it, and what it had before the
    municipality got it is its own again. What else the agreement gives to the municipality has no principal by name
    until the sender sends the request anew, in the same case and to any municipality. Drafts of plans are closed. An
    open disagreement is ended first. A request that the municipality has accepted, or that a disagreement was
    resolved on, is the municipality's to decide.
    """
    act = permit(act, case)
    _refuse_sender(act, "return it")
    _refuse_while_any_dispute(act, case)
    referral = _require_with_receiver(case, act)
    _refuse_own_request(act, case, referral)
    refuse_before_ground(act, referral)
    allocations = allocate_after_return(act, case)
    if allocations:
        refuse_before_allocation(act, case)
    returned = act.record(ReferralReturned, on=referral, case_id=case.id, reason=reason, allocations=allocations)
    return (returned, *close_plans(case, act=act, reason="returned"))


def _refuse_sender(act: Act, deed: str) -> None:
    """Refuse everybody but the municipality."""
    if act.actor.party is not Party.MUNICIPALITY:
        raise ActorNotReceiver(
            f"Only the municipality that received the request can {deed}",
            rule=act.rule,
            remedy=f"let the municipality that received it {deed}, or withdraw the request",
            where=(act.actor.party,),
            acts=(ActName.WITHDRAW_REFERRAL,),
        )


def _require_with_receiver(case: Case, act: Act, *besides: ReferralStatus) -> Referral:
    """Return the referral. Refuse one that has been decided, and one that nobody has sent to the municipality."""
    referral = require_referral_status(case, act, *WITH_RECEIVER, *besides)
    if referral.received_at is None or referral.owner == act.actor.principal:
        raise NotYourPrincipal(
            "The request is your own principal's, and nobody has sent it to you",
            rule="SYS-3",
            remedy="decline it together with the other party, or withdraw it",
            acts=(ActName.WITHDRAW_REFERRAL, ActName.DECLINE_REFERRAL),
        )
    if case.enrolment is not None:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=("not proposed",), rule=act.rule)
    act.not_before(referral.received_at, "the present unit got the request")
    return referral


def _refuse_while_any_dispute(act: Act, case: Case) -> None:
    """Refuse to return a request while the parties disagree on anything in the case."""
    refuse_before_dispute_ended(act, case)
    if case.open_dispute is not None:
        raise DisputeOpen(
            "A disagreement with the sender is open",
            rule=act.rule,
            remedy="let it be withdrawn or resolved first",
            where=(str(case.open_dispute.id),),
            acts=(ActName.WITHDRAW_DISAGREEMENT, ActName.RESOLVE_DISAGREEMENT),
        )


def _refuse_own_request(act: Act, case: Case, referral: Referral) -> None:
    """Refuse to return a request that the municipality has taken to be its own.

    It has accepted it, or a disagreement was resolved. No request is sent anew after that. A resolution may have made
    the municipality the performer, and whoever performs must be able to read the case.
    """
    if act.actor.party in referral.accepted_by:
        state, needed = f"accepted by the {act.actor.party}", f"not accepted by the {act.actor.party}"
    elif any(dispute.resolved_at is not None for dispute in case.disputes):
        state, needed = "resolved after a disagreement", "not taken to a resolution"
    else:
        return
    raise WrongState(
        subject="The request",
        state=state,
        needed=(needed,),
        rule=act.rule,
        acts=(ActName.DECLINE_REFERRAL, ActName.RAISE_DISAGREEMENT, ActName.REQUEST_CANCELLATION),
        instead="decline the request together with the sender, raise a disagreement, or let the sender cancel it",
    )
