"""The worklist of a case: what waits for whom, since when, due when, and on which rule.

A deadline is what the agreement version says; where it gives words and no number there is no due day (S2).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from domain.agreements.criteria import find_unconsidered
from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import ActName, Agreement, Guard, PlanRule, Precondition, Step
from domain.case.preconditions import ActSubject, find_refusing_rules
from domain.case.rules.enrolment_plans import agreed_interventions, plans_in_force
from domain.case.rules.referral_criteria import unmet_verdicts
from domain.case.state.care_plan import CarePlan, PlanStatus
from domain.case.state.case import Case
from domain.case.state.disagreement import Dispute
from domain.case.state.enrolment import Enrolment, EnrolmentStatus
from domain.case.state.referral import Referral, ReferralStatus
from domain.kernel import HsaId, Instant, Party, Slug, Value, legal_day
from projections.worklist.duties import GAP, LAPSE, of_duties, of_lapsing, of_self_care, of_statements
from projections.worklist.open_items import BOTH, OpenItem, TrackRules, asks, of_both


class WorklistItem(Value):
    """Something that one principal is to do; never the individual (INF-5-1)."""

    key: str
    """The kind: `acknowledge`, `contact`, `joint-planning` and so on, with what it concerns after a colon."""
    party: Party
    principal: HsaId
    unit: HsaId | None = None
    """The principal's unit that last acted in the case; None: none of them has yet, so it is for any of them."""
    since: Instant
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words for the limit."""
    blocked_by: UUID | None = None
    """The open disagreement that keeps it from being done."""
    lacks: tuple[Slug, ...] = ()
    """The ordering rules of the text, by id, that keep it from being done until they are met."""
    priority: bool = False
    """True if the individual has composite needs (ORE-2.1-6), or the text puts the track first (ORE-3.1.4-3)."""

    def as_of(self, today: date) -> "WorklistItem":
        """Return the item as it reads on a Swedish legal day: a plan whose last day has passed leaves a gap behind."""
        if not self.key.startswith(f"{LAPSE}:") or not self.is_overdue(today):
            return self
        return self.model_copy(update={"key": GAP + self.key.removeprefix(LAPSE)})

    def elapsed_days(self, today: date) -> int:
        """Count the whole Swedish legal days that it has waited."""
        return (today - legal_day(self.since)).days

    def is_overdue(self, today: date) -> bool:
        """Return True if its last day has passed, whether anyone has acted or not. Without a day it never has."""
        return self.due is not None and today > self.due


def list_items(case: Case, agreement: Agreement | None) -> tuple[WorklistItem, ...]:
    """List everything that waits in the case. `agreement` is the version that the latest act stood on."""
    dispute, asked = case.open_dispute, asks(case, agreement)
    found = [*_of_referral(case, asked), *_of_criteria(case), *_of_plan(case, asked), *_of_enrolment(case, asked)]
    if dispute is not None:
        found += _of_dispute(dispute)
    if agreement is not None:
        found += [*of_duties(case, agreement), *of_lapsing(case, agreement)]
        found += [*of_statements(case, agreement), *of_self_care(case, agreement)]
    return tuple(
        _item(case, agreement, one, principal, dispute)
        for one in found
        if (principal := case.principal(one.party)) is not None
    )


def _item(
    case: Case, agreement: Agreement | None, one: OpenItem, principal: HsaId, dispute: Dispute | None
) -> WorklistItem:
    known, besides = (_limit(agreement, name, one) for name in (one.deadline, one.besides))
    lacks: tuple[Precondition, ...] = ()
    if agreement is not None and one.act is not None:
        lacks = find_refusing_rules(agreement, case, one.act, one.about.model_copy(update={"party": one.party}), EVER)
    first = [_limit(agreement, rule.deadline, one) for rule in lacks]
    return WorklistItem(
        key=one.key,
        party=one.party,
        principal=principal,
        unit=case.units.get(one.party),
        since=one.since,
        due=one.day or (known.day if known else None),
        rule=known.rule if known else one.rule,
        words="; ".join(dict.fromkeys(limit.words for limit in (known, besides, *first) if limit)) or None,
        blocked_by=dispute.id if one.stops and dispute is not None else None,
        lacks=tuple(rule.id for rule in lacks),
        priority=case.referral.request.composite_needs or (known is not None and case.referral.track in known.priority),
    )


def _limit(agreement: Agreement | None, name: Slug | None, one: OpenItem) -> Due | None:
    """Return the day of the deadline of that name, if the version sets it."""
    limit = find_due(agreement, name, one.since) if agreement is not None and name is not None else None
    return limit if isinstance(limit, Due) else None


EVER = datetime(2199, 12, 31, tzinfo=UTC)
"""The facts on record at the moment."""


def _of_referral(case: Case, asked: TrackRules) -> Iterator[OpenItem]:
    referral = case.referral
    if case.enrolment is not None:
        return
    sent_at = referral.sent_at or referral.since
    match referral.status:
        case ReferralStatus.NEED_RAISED:
            yield from _of_need(case, asked)
        case ReferralStatus.SENT:
            yield OpenItem("acknowledge", Party.MUNICIPALITY, sent_at, "acknowledgement")
        case ReferralStatus.ACKNOWLEDGED:
            yield OpenItem("contact", Party.MUNICIPALITY, sent_at, "contact")
        case ReferralStatus.IN_CONTACT:
            yield from of_both("start-assessment", referral.since)
        case ReferralStatus.ASSESSING:
            yield from _of_investigation(referral, asked)
            if Step.LEVEL_ESTABLISHED in asked.steps:
                yield from _of_levels(referral, asked)
            else:
                yield from _of_decision(referral, asked)
        case ReferralStatus.LEVEL_ESTABLISHED:
            yield from _of_investigation(referral, asked)
            yield from _of_decision(referral, asked)
        case ReferralStatus.DISPUTED:
            yield from _of_assessments(referral, asked)
        case _:
            pass


def _of_need(case: Case, asked: TrackRules) -> Iterator[OpenItem]:
    """Return the first step that the track prescribes; where it prescribes none, what the version names instead."""
    referral = case.referral
    if Step.SENT in asked.steps:
        yield OpenItem("send-referral", Party.REGION, referral.since)
    elif Step.ASSESSING in asked.steps:
        author = Party.REGION if referral.author_principal == case.region else Party.MUNICIPALITY
        yield OpenItem("start-assessment", author, referral.since)
    else:
        if asked.found is not None and _lacks_consideration(referral, asked):
            yield from of_both("evaluate-criteria", referral.since)
        if asked.rule(ActName.PROPOSE_ENROLMENT) is not None:
            yield OpenItem("propose-enrolment", Party.MUNICIPALITY, referral.since, act=ActName.PROPOSE_ENROLMENT)


def _of_investigation(referral: Referral, asked: TrackRules) -> Iterator[OpenItem]:
    """Return the grounds that decisions need: both assessments, every criterion, each advanced intervention."""
    since = referral.since
    yield from _of_assessments(referral, asked)
    if _lacks_consideration(referral, asked):
        yield from of_both("evaluate-criteria", since)
    if not asked.on(Guard.JOINT_CONSIDERATION):
        return
    for one in referral.interventions:
        by = referral.considered.get(one.key, ())
        if one.advanced or by:
            yield from (OpenItem(f"consider-jointly:{one.key}", party, since) for party in BOTH if party not in by)


def _of_assessments(referral: Referral, asked: TrackRules) -> Iterator[OpenItem]:
    if asked.on(Guard.JOINT_ASSESSMENT):
        absent = [party for party in BOTH if party not in referral.assessments]
        yield from (OpenItem("assess", party, referral.since) for party in absent)


def _lacks_consideration(referral: Referral, asked: TrackRules) -> bool:
    agreement = asked.agreement
    return agreement is not None and bool(
        find_unconsidered(agreement, track=referral.track, verdicts=referral.verdicts)
    )


def _of_levels(referral: Referral, asked: TrackRules) -> Iterator[OpenItem]:
    """Yield what follows the assessments: the level that both found, a disagreement, or a decline."""
    grounded_at = referral.grounded_at or referral.since
    levels = {one.level for one in referral.assessments.values()}
    if len(levels) > 1:
        yield from of_both("settle-levels", grounded_at)
    elif _is_assessed(referral, asked) and levels and not _lacks_consideration(referral, asked):
        yield from of_both("establish-level", grounded_at, stops=True)
    yield from (OpenItem("answer-decline", party.other, grounded_at, stops=True) for party in referral.declined_by)


def _is_assessed(referral: Referral, asked: TrackRules) -> bool:
    """True if the assessments that the version asks for are there."""
    return not asked.on(Guard.JOINT_ASSESSMENT) or len(referral.assessments) == len(BOTH)


def _of_decision(referral: Referral, asked: TrackRules) -> Iterator[OpenItem]:
    """Yield the acceptance or decline, once it has been assessed; the settlement if one party has done each."""
    if not _is_assessed(referral, asked):
        return
    if referral.accepted_by and referral.declined_by:
        yield from of_both("settle-decision", referral.grounded_at or referral.since, stops=True)
        return
    decided = (*referral.accepted_by, *referral.declined_by)
    yield from (OpenItem("accept", party, referral.since, stops=True) for party in BOTH if party not in decided)


def _of_criteria(case: Case) -> Iterator[OpenItem]:
    """Return the exceptions that one party has proposed: they wait for the other until the person is enrolled."""
    referral = case.referral
    weighing = {ReferralStatus.ASSESSING, ReferralStatus.LEVEL_ESTABLISHED, ReferralStatus.ACCEPTED}
    if referral.status not in weighing or (case.enrolment is not None and case.enrolment.status.is_ended):
        return
    for verdict in unmet_verdicts(referral):
        by = referral.exceptions_proposed.get(verdict.criterion)
        if by is not None:
            since = referral.grounded_at or referral.since
            yield OpenItem(f"agree-exception:{verdict.criterion}", by.other, since)


def _of_dispute(dispute: Dispute) -> Iterator[OpenItem]:
    """Yield the resolution of the disagreement; once one party has declared how, it waits for the other."""
    if not dispute.proposals:
        yield from of_both("resolve-disagreement", dispute.raised_at)
        return
    since = dispute.proposed_at or dispute.raised_at
    yield from (OpenItem("resolve-disagreement", party, since) for party in BOTH if party not in dispute.proposals)


def _of_plan(case: Case, asked: TrackRules) -> Iterator[OpenItem]:
    open_plans = [plan for plan in case.plans.values() if plan.ended_at is None]
    for plan in [one for one in open_plans if one.without_individual_proposed_by is not None][-1:]:
        yield from _of_planning(plan)
    since = _plannable_since(case)
    if case.is_ended or since is None:
        return
    if asked.on(Guard.JOINT_PLANNING) and not any(plan.planned_at is not None for plan in case.plans.values()):
        deadline, prompt = _planning_deadlines(asked)
        stops = case.plan is None and case.referral.status is ReferralStatus.DISPUTED
        for party in BOTH:
            yield OpenItem("joint-planning", party, since, deadline, prompt, stops=stops)
    for plan in [one for one in open_plans if one.planned_at is not None and one.status in UNAGREED][-1:]:
        for party in _parties_to_agree(plan, asked):
            if not plan.draft.agreed_by(party):
                yield OpenItem("agree-plan", party, plan.since, stops=plan.draft.agreed_by(party.other))
    for plan in [one for one in open_plans if one.is_in_force][-1:]:
        for party in BOTH:
            day = _follow_up_day(plan, party)
            if day is not None:
                yield OpenItem("follow-up", party, plan.established_at or plan.since, day=day)


def _plannable_since(case: Case) -> Instant | None:
    """Return the time since which the plan can be made: the level established, or else the enrolment proposed."""
    if case.referral.level_established_at is not None:
        return case.referral.level_established_at
    return case.enrolment.proposed_at if case.enrolment is not None else None


def _planning_deadlines(asked: TrackRules) -> tuple[Slug | None, Slug | None]:
    """Return the deadline of the planning, and the one in words, by the first of the track's plans with one."""
    rules = asked.agreement.plans if asked.agreement is not None else {}
    known = (rules[kind] for kind in asked.plans if kind in rules)
    return next(((rule.deadline, rule.prompt) for rule in known if rule.deadline or rule.prompt), (None, None))


def _parties_to_agree(plan: CarePlan, asked: TrackRules) -> tuple[Party, ...]:
    """Return the parties that must agree to the plan: both, or the one that drew it up."""
    rule = asked.agreement.plan_rule(plan.kind) if asked.agreement is not None else None
    return (plan.author_party,) if isinstance(rule, PlanRule) and rule.established_by == "author" else BOTH


UNAGREED = {PlanStatus.MEETING_HELD, PlanStatus.DRAFTING, PlanStatus.AGREED_BY_ONE, PlanStatus.UNDER_REVISION}
"""In which states a plan that has been planned waits to be written and agreed to."""


def _of_planning(plan: CarePlan) -> Iterator[OpenItem]:
    by, at = plan.without_individual_proposed_by, plan.without_individual_proposed_at
    if by is not None and at is not None:
        yield OpenItem("plan-without-individual", by.other, at)


def _follow_up_day(plan: CarePlan, party: Party) -> date | None:
    """Return the party's next day of follow-up: what it last said, or else what part 5 of the agreed text says."""
    if party in plan.followed_up_on:
        return plan.next_follow_up_on.get(party)
    days = [value for section in plan.text.sections for value in section.fields.values() if type(value) is date]
    return min(days, default=None)


def _of_enrolment(case: Case, asked: TrackRules) -> Iterator[OpenItem]:
    enrolment = case.enrolment
    if enrolment is None:
        return
    since = enrolment.since
    match enrolment.status:
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE if asked.joint(ActName.COMMIT_TO_ENROLMENT):
            uncommitted = [party for party in BOTH if party not in enrolment.committed_by]
            yield from (OpenItem("commit", party, since) for party in uncommitted)
        case EnrolmentStatus.PROPOSED | EnrolmentStatus.COMMITTED_BY_ONE | EnrolmentStatus.COMMITTED:
            if _is_planned(case, asked):
                act = ActName.START_ENROLMENT
                yield OpenItem("start-enrolment", Party.MUNICIPALITY, since, stops=True, act=act)
        case EnrolmentStatus.ACTIVE:
            yield from _of_handovers(case, enrolment, asked)
        case EnrolmentStatus.DISCHARGE_PENDING if enrolment.discharge_declared_by is not None:
            other, act = enrolment.discharge_declared_by.other, ActName.COMPLETE_DISCHARGE
            yield OpenItem("complete-discharge", other, since, stops=True, act=act)
        case _:
            pass
    if not enrolment.status.is_ended:
        yield from _of_home(case, enrolment, asked)


def _of_handovers(case: Case, enrolment: Enrolment, asked: TrackRules) -> Iterator[OpenItem]:
    """Yield handovers that are not accepted, and those that did not pass as the enrolment started (ORE-3.2.1-K1)."""

    def open_item(act: ActName, key: Slug, party: Party, since: Instant) -> OpenItem:
        about = ActSubject(intervention=key, category=case.named[key].category if key in case.named else None)
        name = "accept-handover" if act is ActName.ACCEPT_HANDOVER else "hand-over"
        return OpenItem(f"{name}:{key}", party, since, stops=True, act=act, about=about)

    for key, giver in sorted(enrolment.handed_over.items()):
        yield open_item(ActName.ACCEPT_HANDOVER, key, giver.other, enrolment.handed_over_at[key])
    if asked.found is None or asked.found.handover_rule is None:
        return
    held = {key for key, one in case.allocations.items() if one.performer == case.municipality}
    for one in agreed_interventions(plans_in_force(case)):
        if one.performer is Party.MUNICIPALITY and one.key not in held | enrolment.handed_over.keys():
            yield open_item(ActName.HAND_OVER_INTERVENTION, one.key, Party.REGION, enrolment.since)


def _is_planned(case: Case, asked: TrackRules) -> bool:
    """True if a plan of those that the track demands is in force, or if it demands none."""
    return not asked.plans or any(plan.is_in_force and plan.kind in asked.plans for plan in case.plans.values())


def _of_home(case: Case, enrolment: Enrolment, asked: TrackRules) -> Iterator[OpenItem]:
    """Yield what is lacking for care in the home, and a move that the agreement leaves open or does not cover."""
    for aspect, found_at in sorted(enrolment.gaps.items()):
        yield from (OpenItem(f"readiness:{aspect}", party, found_at, "readiness") for party in BOTH)
    if not case.moves or asked.agreement is None:
        return
    moved_to, scope = case.moved_to, asked.agreement.scope
    if moved_to in asked.agreement.vocabulary.settings and moved_to not in scope.settings:
        rule = scope.clauses[0]
        yield from (OpenItem("outside-scope", party, enrolment.since, rule=rule) for party in BOTH)
    elif asked.agreement.jurisdiction is None or asked.agreement.jurisdiction.ends_at_move is None:
        yield from of_both("residence-not-regulated", enrolment.since)
