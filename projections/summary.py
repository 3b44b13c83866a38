"""The fold that answers: what does a case ask for, who sent it, and where does it stand since when?"""

from domain.case.state.case import Case
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.referral import ReferralStatus
from domain.kernel import HsaId, Instant, Value


class CaseSummary(Value):
    """A case as a list of cases shows it."""

    need: str | None
    """The need in the request's own words, or else the interventions that it asks for. None if it names neither."""
    sender: HsaId
    """The unit that sent the request; until it is sent, the unit that raised the need."""
    referral: ReferralStatus
    enrolment: EnrolmentStatus | None
    """The status of the enrolment, if there is one."""
    since: Instant
    """The time at which the enrolment, or else the request, got its present status."""


def summarise(case: Case) -> CaseSummary:
    """Summarise a case as it stands."""
    referral, enrolment = case.referral, case.enrolment
    asked = "; ".join(each.text for each in referral.request.interventions)
    return CaseSummary(
        need=referral.request.need or asked or None,
        sender=referral.sender_unit or referral.author_unit,
        referral=referral.status,
        enrolment=enrolment.status if enrolment is not None else None,
        since=enrolment.since if enrolment is not None else referral.since,
    )
