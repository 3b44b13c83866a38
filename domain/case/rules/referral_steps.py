"""The way from need to decision: which steps a track prescribes, and from where an act is possible."""

from domain.act import Act
from domain.agreements.model import NotRegulated, Step
from domain.case.state.case import Case
from domain.case.state.referral import UNDECIDED, Referral, ReferralStatus
from domain.refusals import WrongState


def prescribed(act: Act, case: Case) -> tuple[Step, ...]:
    """The steps that the track of the case prescribes; none where the version knows the track no more."""
    track = act.in_force.track(case.referral.track)
    return () if isinstance(track, NotRegulated) else track.steps


def before(act: Act, case: Case, to: Step) -> tuple[ReferralStatus, ...]:
    """From where the step is possible: the last prescribed step before it, or a later one that is not prescribed."""
    return UNDECIDED[_last(act, case, UNDECIDED[: _place(to)]) : _place(to)]


def since(act: Act, case: Case, step: Step) -> tuple[ReferralStatus, ...]:
    """From where an act that belongs to the step, or comes after it, is possible while nothing is decided."""
    return UNDECIDED[_last(act, case, UNDECIDED[: _place(step) + 1]) :]


def at(case: Case, act: Act, *wanted: ReferralStatus, rule: str | None = None) -> Referral:
    """The referral, in one of these states, and not after the act."""
    referral = case.referral
    if referral.status not in wanted:
        raise WrongState(subject="The referral", state=referral.status, needed=wanted, rule=rule or act.rule)
    act.not_before(referral.since, f"the referral became {referral.status}")
    return referral


def _place(step: Step) -> int:
    return UNDECIDED.index(ReferralStatus(step.value))


def _last(act: Act, case: Case, states: tuple[ReferralStatus, ...]) -> int:
    """The place of the last prescribed one of the states; of the first, where none is."""
    steps = {step.value for step in prescribed(act, case)}
    return max((place for place, status in enumerate(states) if status.value in steps), default=0)
