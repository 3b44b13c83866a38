"""The steps from need to decision that a track prescribes, and the statuses in which an act is possible."""

from domain.act import Act
from domain.agreements.model import NotRegulated, Step
from domain.case.state.case import Case
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.refusals import WrongState


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
        raise WrongState(subject="The referral", state=referral.status, needed=needed, rule=rule or act.rule)
    act.not_before(referral.since, f"the referral became {referral.status}")
    return referral


def _place(step: Step) -> int:
    return UNDECIDED.index(ReferralStatus(step.value))


def _last(act: Act, case: Case, statuses: tuple[ReferralStatus, ...]) -> int:
    """Return the place of the last prescribed status. 0 if none is prescribed."""
    steps = {step.value for step in prescribed_steps(act, case)}
    return max((place for place, status in enumerate(statuses) if status.value in steps), default=0)
