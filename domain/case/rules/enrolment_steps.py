"""The status of an enrolment: what every act on an enrolment checks first."""

from domain.act import Act
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.refusals import WrongState

BEFORE_START = (EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE, EnrolmentStatus.COMMITTED)
RUNNING = (EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING)


def require_enrolment(case: Case) -> Enrolment:
    """Return the case's enrolment. Refuse if none has been proposed."""
    if case.enrolment is None:
        raise WrongState(subject="The enrolment", state="not proposed", needed=(EnrolmentStatus.PROPOSED,), rule="C.3")
    return case.enrolment


def require_enrolment_status(case: Case, act: Act, *needed: EnrolmentStatus) -> Enrolment:
    """Return the enrolment. Refuse one in another status, and an act dated before the status began."""
    enrolment = require_enrolment(case)
    if enrolment.status not in needed:
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=needed, rule="C.3")
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    return enrolment


def refuse_ended(case: Case) -> None:
    """Refuse to go on with an enrolment that has ended (F21)."""
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=BEFORE_START, rule="C.3")
