"""At which step of the enrolment an act is done: what every decision on an enrolment asks first."""

from domain.act import Act
from domain.case.state.case import Case
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.refusals import WrongState

BEFORE_START = (EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE, EnrolmentStatus.COMMITTED)
RUNNING = (EnrolmentStatus.ACTIVE, EnrolmentStatus.DISCHARGE_PENDING)


def enrolment_of(case: Case) -> Enrolment:
    """The case's enrolment; refuses where none has been proposed."""
    if case.enrolment is None:
        raise WrongState(subject="The enrolment", state="not proposed", needed=(EnrolmentStatus.PROPOSED,), rule="C.3")
    return case.enrolment


def enrolment_at(case: Case, act: Act, *wanted: EnrolmentStatus) -> Enrolment:
    """The enrolment, in one of these states and not before it came to be; refuses otherwise."""
    enrolment = enrolment_of(case)
    if enrolment.status not in wanted:
        raise WrongState(subject="The enrolment", state=enrolment.status, needed=wanted, rule="C.3")
    act.not_before(enrolment.since, f"the enrolment became {enrolment.status}")
    return enrolment


def refuse_ended(case: Case) -> None:
    """Refuse to go on with an enrolment that has ended, before anything is asked of what it would need (F21)."""
    if case.enrolment is not None and case.enrolment.status.is_ended:
        raise WrongState(subject="The enrolment", state=case.enrolment.status, needed=BEFORE_START, rule="C.3")
