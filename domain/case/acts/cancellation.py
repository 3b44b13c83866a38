"""Acts on the cancellation of a request that has been acknowledged: the sender asks, and the other party answers."""

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.acts.referral_decision import end_request, list_withdrawable, refuse_enrolled
from domain.case.events.referral import (
    CancellationAccepted,
    CancellationReason,
    CancellationRefused,
    CancellationRequested,
    WithdrawalReason,
)
from domain.case.permission import permit
from domain.case.rules.referral_steps import require_referral_status
from domain.case.state.case import Case
from domain.case.state.referral import UNSENT, Cancellation, ReferralStatus
from domain.kernel import Events, Text
from domain.refusals import NotYourPrincipal, WrongState


def request_cancellation(case: Case, *, act: Act, reason: CancellationReason, note: Text | None = None) -> Events:
    """Ask the receiver to cancel your request after its acknowledgement, until the person is enrolled.

    Everything holds as before until the receiver answers: also who is responsible. Before the acknowledgement, or when
    the person has died, moved or refuses, you withdraw the request yourself.
    """
    act = permit(act, case)
    refuse_enrolled(case)
    if case.referral.status in (*UNSENT, ReferralStatus.SENT):
        raise WrongState(
            subject="The request",
            state=case.referral.status,
            needed=list_withdrawable(case),
            rule="R14",
            acts=(ActName.WITHDRAW_REFERRAL,),
            instead="withdraw the request, which no receiver has acknowledged",
        )
    referral = require_referral_status(case, act, *list_withdrawable(case), rule="R14")
    if act.actor.principal != referral.owner:
        raise NotYourPrincipal(
            "Only the principal that made the request can ask for its cancellation",
            rule="SYS-3",
            remedy="let that principal ask, or return the request if it is not for you",
            acts=(ActName.RETURN_REFERRAL,),
        )
    if referral.cancellations:
        answered_at = referral.cancellations[-1].ended_at
        if answered_at is None:
            raise WrongState(
                subject="The cancellation",
                state="asked for",
                needed=("answered",),
                rule="R14",
                acts=(ActName.ACCEPT_CANCELLATION, ActName.REFUSE_CANCELLATION),
            )
        act.not_before(answered_at, "the last request for it was answered")
    event = act.record(
        CancellationRequested,
        on=referral,
        case_id=case.id,
        cancellation_id=act.new_id("cancellation"),
        party=act.actor.party,
        reason=reason,
        note=note,
    )
    return (event,)


def accept_cancellation(case: Case, *, act: Act) -> Events:
    """Accept, as the party that was asked, that the request is cancelled. It ends as if its sender had withdrawn it.

    A proposed enrolment ends as well. An open disagreement does not stop it.
    """
    act = permit(act, case)
    asked = _require_open(case, act)
    return end_request(case, act, CancellationAccepted, WithdrawalReason(asked.reason.value))


def refuse_cancellation(case: Case, *, act: Act, reason: Text) -> Events:
    """Refuse, as the party that was asked, to cancel the request. It goes on."""
    act = permit(act, case)
    _require_open(case, act)
    return (act.record(CancellationRefused, on=case.referral, case_id=case.id, reason=reason),)


def _require_open(case: Case, act: Act) -> Cancellation:
    """Return the cancellation that waits for an answer. Refuse the party that asked."""
    asked = case.open_cancellation
    if asked is None:
        raise WrongState(
            subject="The cancellation",
            state="over" if case.referral.cancellations else "not asked for",
            needed=("asked for and not answered",),
            rule="R14",
            acts=(ActName.REQUEST_CANCELLATION,),
        )
    if act.actor.party is asked.party:
        raise NotYourPrincipal(
            f"The {asked.party} asked for the cancellation, and the {asked.party.other} answers",
            rule="SYS-3",
            remedy=f"let the {asked.party.other} accept or refuse it",
            where=(asked.party.other,),
            acts=(ActName.ACCEPT_CANCELLATION, ActName.REFUSE_CANCELLATION),
        )
    act.not_before(case.referral.since, f"the request became {case.referral.status}")
    return asked
