"""The status of an enrolment: what every act on an enrolment checks first."""

from collections.abc import Mapping, Sequence

from domain.act import Act
from domain.agreements.model import ActName
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.refusals import WrongState

BEFORE_START = (EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE, EnrolmentStatus.COMMITTED)
RUNNING = (EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING)


_LEADS_TO: Mapping[EnrolmentStatus, ActName] = {
    EnrolmentStatus.PROPOSED: ActName.PROPOSE_ENROLMENT,
    EnrolmentStatus.COMMITTED: ActName.COMMIT_TO_ENROLMENT,
    EnrolmentStatus.ACTIVE: ActName.START_ENROLMENT,
    EnrolmentStatus.DISCHARGE_PENDING: ActName.DECLARE_DISCHARGE,
}
"""The act that leads to a status, in order."""


def require_enrolment(case: Case, *needed: EnrolmentStatus) -> Enrolment:
    """Return the case's enrolment. Refuse if none has been proposed, and say which statuses the act needs."""
    if case.enrolment is None:
        raise WrongState(
            subject="The enrolment",
            state="not proposed",
            needed=needed,
            rule="C.3",
            acts=(ActName.ACCEPT_REFERRAL, ActName.PROPOSE_ENROLMENT),
        )
    return case.enrolment


def require_enrolment_status(case: Case, act: Act, *needed: EnrolmentStatus) -> Enrolment:
    """Return the enrolment. Refuse one in another status, and an act dated before the status began."""
    enrolment = require_enrolment(case, *needed)
    if enrolment.status not in needed:
        raise wrong_enrolment_state(enrolment, needed)
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    return enrolment


def require_open_enrolment(case: Case, act: Act) -> Enrolment:
    """Return the open enrolment, for a fact about the home. It may be told late, of any time since the proposal."""
    enrolment = require_enrolment(case, *BEFORE_START, *RUNNING)
    if enrolment.status.is_ended:
        raise wrong_enrolment_state(enrolment, (*BEFORE_START, *RUNNING))
    act.not_before(enrolment.proposed_at, "the enrolment was proposed")
    return enrolment


def refuse_ended(case: Case) -> None:
    """Refuse to go on with an enrolment that has ended (F21)."""
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise wrong_enrolment_state(case.enrolment, BEFORE_START)


def wrong_enrolment_state(enrolment: Enrolment, needed: Sequence[EnrolmentStatus]) -> WrongState:
    """Return the refusal of an act that the enrolment is not ready for, or too far gone for."""
    order, present = list(_LEADS_TO), enrolment.status
    if present is EnrolmentStatus.COMMITTED_BY_ONE:
        present = EnrolmentStatus.PROPOSED
    ahead = order[order.index(present) + 1 :] if present in order else []
    acts = [_LEADS_TO[status] for status in ahead if status in needed][:1]
    return WrongState(subject="The enrolment", state=enrolment.status, needed=needed, rule="C.3", acts=acts)
