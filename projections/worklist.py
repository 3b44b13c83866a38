"""What waits for whom in a case, since when, due when, and on which rule.

A deadline is what the agreement version says; where it gives words and no number there is no due day (S2).
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

from domain.agreements.criteria import not_considered
from domain.agreements.deadlines import Due, due
from domain.agreements.model import Agreement, NotRegulated
from domain.care_plan.clock import last_covered_day
from domain.care_plan.state import CarePlan, PlanStatus
from domain.case import Case
from domain.enrolment.state import Enrolment, EnrolmentStatus
from domain.kernel import HsaId, Instant, Party, Slug, Value, legal_day
from domain.referral.criteria import unmet_criteria
from domain.referral.state import Dispute, Referral, ReferralStatus


class Item(Value):
    """Something that one principal is to do."""

    key: str
    """What: `acknowledge`, `contact`, `joint-planning` and so on, with what it concerns after a colon."""
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

    def elapsed_days(self, today: date) -> int:
        """Whole Swedish legal days that it has waited."""
        return (today - legal_day(self.since)).days

    def is_overdue(self, today: date) -> bool:
        """Whether its last day has passed, whether or not anyone has acted. Without a day it never has."""
        return self.due is not None and today > self.due


class Waiting(NamedTuple):
    """What waits for a party, before the agreement's limit is looked up."""

    key: str
    party: Party
    since: Instant
    deadline: Slug | None = None
    """The id of the agreement's deadline."""
    day: date | None = None
    """The last day, where a party has said it."""
    stops: bool = False
    """Whether an open disagreement keeps it from being done."""


def items(case: Case, agreement: Agreement | None) -> tuple[Item, ...]:
    """Everything that waits in the case. `agreement` is the version that the latest act stood on."""
    dispute = case.referral.open_dispute
    found = [*_of_referral(case.referral, agreement), *_of_criteria(case), *_of_plan(case), *_of_enrolment(case)]
    found += _of_time(case, agreement)
    if dispute is not None:
        found += _of_dispute(dispute)
    return tuple(
        _item(case, agreement, one, principal, dispute)
        for one in found
        if (principal := case.principal(one.party)) is not None
    )


def _item(case: Case, agreement: Agreement | None, one: Waiting, principal: HsaId, dispute: Dispute | None) -> Item:
    limit = due(agreement, one.deadline, one.since) if agreement is not None and one.deadline is not None else None
    known = limit if isinstance(limit, Due) else None
    return Item(
        key=one.key,
        party=one.party,
        principal=principal,
        since=one.since,
        due=one.day or (known.day if known else None),
        rule=known.rule if known else None,
        words=known.words if known else None,
        blocked_by=dispute.id if one.stops and dispute is not None else None,
        priority=case.referral.request.composite_needs,
    )


BOTH = tuple(Party)


def _of_both(key: str, since: Instant, *, stops: bool = False) -> Iterator[Waiting]:
    yield from (Waiting(key, party, since, stops=stops) for party in BOTH)


def _of_referral(referral: Referral, agreement: Agreement | None) -> Iterator[Waiting]:
    sent_at = referral.sent_at or referral.since
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            yield Waiting("send-referral", Party.REGION, referral.since)
        case ReferralStatus.SENT:
            yield Waiting("acknowledge", Party.MUNICIPALITY, sent_at, "acknowledgement")
        case ReferralStatus.ACKNOWLEDGED:
            yield Waiting("contact", Party.MUNICIPALITY, sent_at, "contact")
        case ReferralStatus.IN_CONTACT:
            yield from _of_both("start-assessment", referral.since)
        case ReferralStatus.ASSESSING:
            yield from _of_investigation(referral, agreement)
            yield from _of_levels(referral, agreement)
        case ReferralStatus.LEVEL_ESTABLISHED:
            yield from _of_investigation(referral, agreement)
            yield from _of_decision(referral)
        case ReferralStatus.DISPUTED:
            yield from _of_assessments(referral)
        case _:
            pass


def _of_investigation(referral: Referral, agreement: Agreement | None) -> Iterator[Waiting]:
    """What the decisions are to stand on: both assessments, every criterion, each advanced intervention."""
    since = referral.since
    yield from _of_assessments(referral)
    if _unconsidered(referral, agreement):
        yield from _of_both("evaluate-criteria", since)
    for one in referral.interventions:
        by = referral.considered.get(one.key, ())
        if one.advanced or by:
            yield from (Waiting(f"consider-jointly:{one.key}", party, since) for party in BOTH if party not in by)


def _of_assessments(referral: Referral) -> Iterator[Waiting]:
    absent = [party for party in BOTH if party not in referral.assessments]
    yield from (Waiting("assess", party, referral.since) for party in absent)


def _unconsidered(referral: Referral, agreement: Agreement | None) -> bool:
    return agreement is not None and bool(not_considered(agreement, track=referral.track, verdicts=referral.verdicts))


def _of_levels(referral: Referral, agreement: Agreement | None) -> Iterator[Waiting]:
    """The level that both have found; what they have found differently; that one of them would rather decline."""
    grounded_at = referral.grounded_at or referral.since
    levels = {one.level for one in referral.assessments.values()}
    if len(levels) > 1:
        yield from _of_both("settle-levels", grounded_at)
    elif len(referral.assessments) == len(BOTH) and not _unconsidered(referral, agreement):
        yield from _of_both("establish-level", grounded_at, stops=True)
    yield from (Waiting("answer-decline", party.other, grounded_at, stops=True) for party in referral.declined_by)


def _of_decision(referral: Referral) -> Iterator[Waiting]:
    """To accept or decline, once both have assessed; to settle it where one has done each."""
    if len(referral.assessments) < len(BOTH):
        return
    if referral.accepted_by and referral.declined_by:
        yield from _of_both("settle-decision", referral.grounded_at or referral.since, stops=True)
        return
    decided = (*referral.accepted_by, *referral.declined_by)
    yield from (Waiting("accept", party, referral.since, stops=True) for party in BOTH if party not in decided)


def _of_criteria(case: Case) -> Iterator[Waiting]:
    """The exceptions that one party has proposed: they wait for the other until the person is enrolled."""
    referral = case.referral
    weighing = {ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED}
    if referral.status not in weighing or (case.enrolment is not None and case.enrolment.status.is_ended):
        return
    for verdict in unmet_criteria(referral):
        by = referral.exceptions_proposed.get(verdict.criterion)
        if by is not None:
            since = referral.grounded_at or referral.since
            yield Waiting(f"agree-exception:{verdict.criterion}", by.other, since)


def _of_dispute(dispute: Dispute) -> Iterator[Waiting]:
    """To resolve the disagreement; once one party has declared how, that waits for the other."""
    if not dispute.proposals:
        yield from _of_both("resolve-disagreement", dispute.raised_at)
        return
    since = dispute.proposed_at or dispute.raised_at
    yield from (Waiting("resolve-disagreement", party, since) for party in BOTH if party not in dispute.proposals)


def _of_plan(case: Case) -> Iterator[Waiting]:
    open_plans = [plan for plan in case.plans.values() if plan.ended_at is None]
    for plan in [one for one in open_plans if one.without_individual_proposed_by is not None][-1:]:
        yield from _of_planning(plan)
    if case.is_ended or case.referral.level_established_at is None:
        return
    if case.plan is None or case.plan.planned_at is None:
        stops = case.plan is None and case.referral.status is ReferralStatus.DISPUTED
        for party in BOTH:
            yield Waiting("joint-planning", party, case.referral.level_established_at, "joint-planning", stops=stops)
    for plan in [one for one in open_plans if one.planned_at is not None and one.status in UNAGREED][-1:]:
        for party in BOTH:
            if not plan.draft.agreed_by(party):
                yield Waiting("agree-plan", party, plan.since, stops=plan.draft.agreed_by(party.other))
    for plan in [one for one in open_plans if one.is_in_force][-1:]:
        for party in BOTH:
            day = _follow_up_day(plan, party)
            if day is not None:
                yield Waiting("follow-up", party, plan.established_at or plan.since, day=day)


def _of_time(case: Case, agreement: Agreement | None) -> Iterator[Waiting]:
    """The plans that lapse when their days have passed, unless others have taken their place by then (ORE-3.3-2)."""
    if agreement is None:
        return
    for plan in [one for one in case.plans.values() if one.is_in_force]:
        rule, last = agreement.plan_rule(plan.kind), last_covered_day(plan, agreement)
        if last is not None and not isinstance(rule, NotRegulated):
            for party in BOTH:
                yield Waiting(f"lapse:{plan.id}", party, plan.established_at or plan.since, rule.lapses, day=last)


UNAGREED = {PlanStatus.MEETING_HELD, PlanStatus.DRAFTING, PlanStatus.AGREED_BY_ONE, PlanStatus.UNDER_REVISION}
"""In which states a plan that has been planned waits to be written and agreed to."""


def _of_planning(plan: CarePlan) -> Iterator[Waiting]:
    by, at = plan.without_individual_proposed_by, plan.without_individual_proposed_at
    if by is not None and at is not None:
        yield Waiting("plan-without-individual", by.other, at)


def _follow_up_day(plan: CarePlan, party: Party) -> date | None:
    """The party's next day of follow-up: what it last said, or else what part 5 of the agreed text says."""
    if party in plan.followed_up_on:
        return plan.next_follow_up_on.get(party)
    days = [value for section in plan.text.sections for value in section.fields.values() if type(value) is date]
    return min(days, default=None)


def _of_enrolment(case: Case) -> Iterator[Waiting]:
    enrolment = case.enrolment
    if enrolment is None:
        return
    since = enrolment.since
    match enrolment.status:
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE:
            uncommitted = [party for party in BOTH if party not in enrolment.committed_by]
            yield from (Waiting("commit", party, since) for party in uncommitted)
        case EnrolmentStatus.COMMITTED if case.plan is not None and case.plan.is_in_force:
            yield Waiting("start-enrolment", Party.MUNICIPALITY, since, stops=True)
        case EnrolmentStatus.ACTIVE:
            for key, giver in sorted(enrolment.handed_over.items()):
                handed_over_at = enrolment.handed_over_at[key]
                yield Waiting(f"accept-handover:{key}", giver.other, handed_over_at, stops=True)
        case EnrolmentStatus.DISCHARGE_PENDING if enrolment.discharge_declared_by is not None:
            yield Waiting("complete-discharge", enrolment.discharge_declared_by.other, since, stops=True)
        case EnrolmentStatus.DISCHARGED if enrolment.new_care_form:
            silent = [party for party in BOTH if party not in enrolment.information_transferred_by]
            yield from (Waiting("transfer-information", party, since) for party in silent)
        case _:
            pass
    if not enrolment.status.is_ended:
        yield from _of_home(enrolment)


def _of_home(enrolment: Enrolment) -> Iterator[Waiting]:
    """What is lacking for care in the home, and a move that the agreement says nothing of."""
    for aspect, found_at in sorted(enrolment.gaps.items()):
        yield from (Waiting(f"readiness:{aspect}", party, found_at, "readiness") for party in BOTH)
    if enrolment.residence_changes:
        yield from _of_both("residence-not-regulated", enrolment.since)
