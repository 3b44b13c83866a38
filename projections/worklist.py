"""What waits for whom in a case, since when, due when, and on which rule.

A deadline is what the agreement version says; where it gives words and no number there is no due day (S2).
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.agreements.deadlines import Due, due
from domain.agreements.model import Agreement
from domain.care_plan.state import CarePlan, PlanStatus
from domain.case import Case
from domain.enrolment.state import Enrolment, EnrolmentStatus
from domain.kernel import HsaId, Instant, Party, Slug, Value
from domain.referral.state import Referral, ReferralStatus


class Item(Value):
    """Something that one principal is to do."""

    key: str
    """What: `acknowledge`, `contact`, `joint-planning` and so on, with an intervention or aspect after a colon."""
    party: Party
    principal: HsaId
    since: Instant
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words for the limit."""
    blocked_by: UUID | None = None
    """The open disagreement that keeps it from being done."""
    priority: bool = False
    """Whether the individual has composite needs (ORE-2.1-6)."""


def items(case: Case, agreement: Agreement | None) -> tuple[Item, ...]:
    """Everything that waits in the case. `agreement` is the version that the latest act stood on."""
    found = [*_of_referral(case.referral), *_of_plan(case), *_of_enrolment(case.enrolment)]
    dispute = case.referral.open_dispute
    if dispute is not None:
        found = [(key, party, since, deadline, True) for key, party, since, deadline, _ in found]
        found += [("resolve-disagreement", party, dispute.raised_at, None, False) for party in Party]
    listed = []
    for key, party, since, deadline, blocked in found:
        principal = case.principal(party)
        if principal is None:
            continue
        limit = due(agreement, deadline, since) if agreement is not None and isinstance(deadline, str) else None
        known = limit if isinstance(limit, Due) else None
        listed.append(
            Item(
                key=key,
                party=party,
                principal=principal,
                since=since,
                due=deadline if isinstance(deadline, date) else known.day if known else None,
                rule=known.rule if known else None,
                words=known.words if known else None,
                blocked_by=dispute.id if blocked and dispute is not None else None,
                priority=case.referral.request.composite_needs,
            )
        )
    return tuple(listed)


Waiting = tuple[str, Party, Instant, Slug | date | None, bool]
"""Key, party, since when, the deadline's id or the day itself, and whether it is blocked."""

BOTH = tuple(Party)


def _of_referral(referral: Referral) -> Iterator[Waiting]:
    sent_at = referral.sent_at or referral.since
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            yield "send-referral", Party.REGION, referral.since, None, False
        case ReferralStatus.SENT:
            yield "acknowledge", Party.MUNICIPALITY, sent_at, "acknowledgement", False
        case ReferralStatus.ACKNOWLEDGED:
            yield "contact", Party.MUNICIPALITY, sent_at, "contact", False
        case ReferralStatus.IN_CONTACT:
            yield from (("start-assessment", party, referral.since, None, False) for party in BOTH)
        case ReferralStatus.ASSESSING:
            absent = [party for party in BOTH if party not in referral.assessments]
            yield from (("assess", party, referral.since, None, False) for party in absent)
            if not absent:
                yield from (("establish-level", party, referral.since, None, False) for party in BOTH)
        case ReferralStatus.LEVEL_ESTABLISHED:
            unassessed = [party for party in BOTH if party not in referral.assessments]
            yield from (("assess", party, referral.since, None, False) for party in unassessed)
            undecided = [party for party in BOTH if party not in (*referral.accepted_by, *referral.declined_by)]
            yield from (("accept", party, referral.since, None, False) for party in undecided)
        case _:
            pass


def _of_plan(case: Case) -> Iterator[Waiting]:
    established_at = case.referral.level_established_at
    ended = case.enrolment is not None and case.enrolment.status.is_ended
    if established_at is None or ended or case.referral.status in {ReferralStatus.DECLINED, ReferralStatus.WITHDRAWN}:
        return
    plan = case.plan
    if plan is None or plan.planned_at is None:
        yield from (("joint-planning", party, established_at, "joint-planning", False) for party in BOTH)
    elif plan.status in {PlanStatus.DRAFTING, PlanStatus.AGREED_BY_ONE, PlanStatus.UNDER_REVISION}:
        unagreed = [party for party in BOTH if not plan.draft.agreed_by(party)]
        yield from (("agree-plan", party, plan.since, None, False) for party in unagreed)
    if plan is not None and plan.is_in_force:
        for party in BOTH:
            day = _follow_up_day(plan, party)
            if day is not None:
                yield "follow-up", party, plan.established_at or plan.since, day, False


def _follow_up_day(plan: CarePlan, party: Party) -> date | None:
    """The party's next day of follow-up: what it last said, or else what part 5 of the plan says."""
    if party in plan.followed_up_on:
        return plan.next_follow_up_on.get(party)
    days = [value for section in plan.text.sections for value in section.fields.values() if type(value) is date]
    return min(days, default=None)


def _of_enrolment(enrolment: Enrolment | None) -> Iterator[Waiting]:
    if enrolment is None:
        return
    since = enrolment.since
    if enrolment.status in {EnrolmentStatus.PROPOSED, EnrolmentStatus.COMMITTED_BY_ONE}:
        absent = [party for party in BOTH if party not in enrolment.committed_by]
        yield from (("commit", party, since, None, False) for party in absent)
    if enrolment.status is EnrolmentStatus.COMMITTED:
        yield "start-enrolment", Party.MUNICIPALITY, since, None, False
    if not enrolment.status.is_ended:
        for aspect, found_at in sorted(enrolment.gaps.items()):
            yield from ((f"readiness:{aspect}", party, found_at, "readiness", False) for party in BOTH)
        for intervention, giver in sorted(enrolment.handed_over.items()):
            yield f"accept-handover:{intervention}", giver.other, since, None, False
        if enrolment.residence_changes:
            yield from (("residence-not-regulated", party, since, None, False) for party in BOTH)
    if enrolment.status is EnrolmentStatus.DISCHARGE_PENDING and enrolment.discharge_declared_by is not None:
        yield "complete-discharge", enrolment.discharge_declared_by.other, since, None, False
    if enrolment.status is EnrolmentStatus.DISCHARGED and enrolment.new_care_form:
        absent = [party for party in BOTH if party not in enrolment.information_transferred_by]
        yield from (("transfer-information", party, since, None, False) for party in absent)
