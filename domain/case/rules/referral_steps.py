"""The steps from need to decision that a track prescribes, and the statuses in which an act is possible."""

from collections.abc import Mapping, Sequence

from domain.act import Act
from domain.agreements.model import ActName, NotRegulated, Step
from domain.case.state.case import Case
from domain.case.state.referral import UNDECIDED, UNSENT, Referral, ReferralStatus
from domain.refusals import WrongState

LEADS_TO: Mapping[ReferralStatus, tuple[ActName, ...]] = {
    ReferralStatus.SENT: (ActName.SEND_REFERRAL,),
    ReferralStatus.ACKNOWLEDGED: (ActName.ACKNOWLEDGE_REFERRAL,),
    ReferralStatus.IN_CONTACT: (ActName.CONTACT_PRINCIPAL,),
    ReferralStatus.ASSESSING: (
        ActName.START_ASSESSMENT,
        ActName.PROPOSE_HANDOVER,
        ActName.OPEN_DISCHARGE_PLANNING,
        ActName.START_REHAB_ASSESSMENT,
    ),
    ReferralStatus.LEVEL_ESTABLISHED: (ActName.ESTABLISH_LEVEL,),
    ReferralStatus.ACCEPTED: (ActName.ACCEPT_REFERRAL,),
}
"""The acts that lead to a status, in order. A track has its own way to begin an assessment."""


def prescribed_steps(act: Act, case: Case) -> tuple[Step, ...]:
    """Return the steps that the case's track prescribes. Empty if the version no longer has the track."""
    track = act.in_force.track(case.referral.track)
    return () if isinstance(track, NotRegulated) else track.steps


def statuses_before(act: Act, case: Case, step: Step) -> tuple[ReferralStatus, ...]:
    """Return the statuses from which a step is possible: the last prescribed one before it, and those in between."""
    return UNDECIDED[_last(act, case, UNDECIDED[: _place(step)]) : _place(step)]


def statuses_since(act: Act, case: Case, step: Step) -> tuple[ReferralStatus, ...]:
    """Return the statuses in which an act of the step is possible, or of a later step before the decision."""
    return UNDECIDED[_last(act, case, UNDECIDED[: _place(step) + 1]) :]


def require_referral_status(case: Case, act: Act, *needed: ReferralStatus, rule: str | None = None) -> Referral:
    """Return the referral. Refuse a referral in another status, and an act dated before the status began."""
    referral = case.referral
    if referral.status not in needed:
        raise wrong_referral_state(case, act, needed, rule=rule or act.rule)
    act.not_before(referral.since, f"the referral became {referral.status}")
    return referral


def wrong_referral_state(case: Case, act: Act, needed: Sequence[ReferralStatus], *, rule: str) -> WrongState:
    """Return the refusal of an act that the request is not ready for, or too far gone for."""
    return WrongState(
        subject="The request",
        state=case.referral.status,
        needed=needed,
        rule=rule,
        acts=_acts_to(case, act, needed),
    )


def _acts_to(case: Case, act: Act, needed: Sequence[ReferralStatus]) -> tuple[ActName, ...]:
    """Return the acts that take the next step towards a needed status; none if they all have passed."""
    present = case.referral.status
    if present is ReferralStatus.DISPUTED:
        return (ActName.RESOLVE_DISAGREEMENT, ActName.WITHDRAW_DISAGREEMENT)
    order = list(LEADS_TO)
    if present not in UNSENT and present not in order:
        return ()
    steps = {step.value for step in prescribed_steps(act, case)}
    passed = order.index(present) if present in order else -1
    ahead = [status for status in order[passed + 1 :] if status.value in steps or status is ReferralStatus.ACCEPTED]
    acts = LEADS_TO[ahead[0]] if any(status in needed for status in ahead) else ()
    return tuple(name for name in acts if _is_given(act, name)) or acts[:1]


def _is_given(act: Act, name: ActName) -> bool:
    """Return True if the version gives the act to somebody on this track."""
    rule = act.in_force.act_rule(name, act.track)
    return rule is not None and any(who.is_on(act.track) for who in rule.by)


def _place(step: Step) -> int:
    return UNDECIDED.index(ReferralStatus(step.value))


def _last(act: Act, case: Case, statuses: tuple[ReferralStatus, ...]) -> int:
    """Return the place of the last prescribed status. 0 if none is prescribed."""
    steps = {step.value for step in prescribed_steps(act, case)}
    return max((place for place, status in enumerate(statuses) if status.value in steps), default=0)
