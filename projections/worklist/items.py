"""The worklist of a case: its open items with their limits and obstacles.

Each limit is a deadline of the agreement version. A deadline with words and no number has no last day (S2).
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from uuid import UUID

from pydantic import Field

from domain.agreements.deadlines import Due, find_due, is_past
from domain.agreements.model import ActName, ActorGroup, Agreement, Precondition
from domain.case.permission import find_groups
from domain.case.preconditions import find_refusing_rules
from domain.case.state.case import Case
from domain.case.state.referral import WITH_RECEIVER, ReferralStatus
from domain.kernel import HsaId, Instant, Party, Slug, Text, UnitKind, Value, legal_day
from projections.worklist.care_plan import GAP, LAPSE, find_lapse_items, find_plan_items
from projections.worklist.discharge_notice import find_notice_items
from projections.worklist.duties import find_duty_items, find_self_care_items, find_statement_items
from projections.worklist.enrolment import find_death_items, find_enrolment_items
from projections.worklist.open_items import Deed, OpenItem
from projections.worklist.question import find_question_items
from projections.worklist.referral import (
    find_cancellation_items,
    find_dispute_items,
    find_exception_items,
    find_referral_items,
)
from projections.worklist.stopped import find_stopping
from projections.worklist.track_rules import TrackRules

AFTER_ALL_FACTS = datetime(2199, 12, 31, tzinfo=UTC)
"""A moment by which every fact on record has happened."""
_ON_DISPUTE = frozenset(
    {
        ActName.RECORD_POSITION,
        ActName.RECORD_PROCEDURE_STEP,
        ActName.ESCALATE_DISAGREEMENT,
        ActName.WITHDRAW_DISAGREEMENT,
        ActName.RESOLVE_DISAGREEMENT,
    }
)
"""The acts on a disagreement."""
PermittedDeed = tuple[Deed, Sequence[ActorGroup]]
"""A deed that a party may do, and the groups of the party that may do it."""


class WorklistItem(Value):
    """Something that a principal is to do. The individual is never asked to do it (INF-5-1)."""

    key: str
    """The kind, such as `acknowledge` or `joint-planning`, and after a colon the thing that it is about, if any."""
    party: Party
    principal: HsaId
    unit: HsaId | None = None
    """The principal's unit that the item is for. None: any unit that can do it.

    Until the request is decided it is the unit that received it. Then it is the one from which somebody who can do the
    item last acted in the case; the party's contacts in open plans come before those who only stand in for them. A
    homecoming is for the ward where the person is, if the case knows it. An answer is for the unit that asked.
    """
    unit_kinds: tuple[UnitKind, ...] = ()
    """The kinds of unit that can do the item. Empty: any unit of the principal can."""
    offices: tuple[Slug, ...] = Field(default=(), exclude_if=lambda offices: not offices)
    """The offices of which one is needed to do the item. Left out: none is."""
    acts: tuple[ActName, ...] = ()
    """The acts that meet the item, or come closer to that, as things stand. Any of them is enough."""
    statements: tuple[Slug, ...] = ()
    """The kinds of statement that meet the item, if `record-statement` is one of the acts."""
    plan: UUID | None = None
    """The plan that the item is about, if it is about one that has begun."""
    dispute: UUID | None = Field(default=None, exclude_if=lambda dispute: dispute is None)
    """The open disagreement that its acts name. Left out: they name none."""
    intervention: Text | None = None
    """The intervention that the item is about, in the case's own words."""
    since: Instant
    due: date | None = None
    """The last Swedish legal day on time."""
    due_at: Instant | None = None
    """The last moment on time, if the limit is in hours. `due` is its day."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words for the limit."""
    note: str | None = None
    """The words of a party that has stated something else than the limit (ORE-3.1.2-7)."""
    blocked_by: UUID | None = None
    """The open disagreement because of which it cannot be done."""
    lacks: tuple[Slug, ...] = ()
    """The ids of the ordering rules that must be met before it can be done."""
    in_hospital_since: Instant | None = None
    """The time since which the person is in hospital, so that nothing is done at home. Limits run on (E14)."""
    priority: bool = False
    """True if the individual has composite needs (ORE-2.1-6), or if the text puts the track first (ORE-3.1.4-3)."""

    def as_of(self, at: datetime) -> "WorklistItem":
        """Return the item as it is at a moment. After a plan's last day, its lapse has become a gap."""
        if not self.key.startswith(f"{LAPSE}:") or not self.is_overdue(at):
            return self
        return self.model_copy(update={"key": GAP + self.key.removeprefix(LAPSE)})

    def elapsed_days(self, at: datetime) -> int:
        """Count the whole Swedish legal days since the item began."""
        return (legal_day(at) - legal_day(self.since)).days

    def is_overdue(self, at: datetime) -> bool:
        """Return True if the last moment or else the last day has passed. An item without any is never overdue."""
        return is_past(at, self.due, self.due_at)


def list_items(case: Case, agreement: Agreement | None) -> tuple[WorklistItem, ...]:
    """List the worklist of the case by an agreement version. Without a version nothing can be done, and nothing waits.

    An item is only on the worklist of a party that knows of the case and may do one of its acts.
    """
    if agreement is None:
        return ()
    rules = TrackRules(agreement, case.referral.track)
    return tuple(
        _add_limits(case, rules, item, deeds, principal)
        for item in _find_open_items(case, rules)
        if (principal := case.principal(item.party)) in case.readers
        and (deeds := _find_permitted_deeds(case, agreement, item))
    )


def _find_open_items(case: Case, rules: TrackRules) -> Iterator[OpenItem]:
    yield from find_referral_items(case, rules)
    yield from find_exception_items(case, rules)
    yield from find_cancellation_items(case)
    yield from find_question_items(case)
    yield from find_plan_items(case, rules)
    yield from find_enrolment_items(case, rules)
    yield from find_notice_items(case)
    yield from find_death_items(case)
    if case.open_dispute is not None:
        yield from find_dispute_items(case, case.open_dispute, rules)
    yield from find_duty_items(case, rules.agreement)
    yield from find_lapse_items(case, rules.agreement)
    yield from find_statement_items(case, rules.agreement)
    yield from find_self_care_items(case, rules.agreement)


def _find_permitted_deeds(case: Case, agreement: Agreement, item: OpenItem) -> Sequence[PermittedDeed]:
    """Return the item's deeds that its party may do, each with the groups of the party that may."""
    track = case.referral.track
    able = [(deed, find_groups(agreement, deed.act, track, deed.by)) for deed in item.deeds]
    deeds = [(deed, [group for group in groups if group.party is item.party]) for deed, groups in able]
    return [(deed, groups) for deed, groups in deeds if groups]


def _add_limits(
    case: Case, rules: TrackRules, item: OpenItem, permitted: Sequence[PermittedDeed], principal: HsaId
) -> WorklistItem:
    agreement = rules.agreement
    subject = item.key.partition(":")[2]
    stopping = [find_stopping(case, rules, item.party, deed) for deed, _ in permitted]
    deeds = [each for each, dispute in zip(permitted, stopping, strict=True) if dispute is None] or permitted
    groups = [group for _, able in deeds for group in able]
    limit = _find_limit(agreement, item.deadline, item.since)
    refusing = _find_refusing_rules(case, agreement, item.party, deeds[0][0])
    deadlines = [item.second_deadline, *(rule.deadline for rule in refusing)]
    limits = [limit, *(_find_limit(agreement, deadline, item.since) for deadline in deadlines)]
    stay = case.enrolment.stay if case.enrolment is not None else None
    prioritised = limit is not None and case.referral.track in limit.priority
    return WorklistItem(
        key=item.key,
        party=item.party,
        principal=principal,
        unit=_find_unit(case, principal, item, groups),
        unit_kinds=_find_unit_kinds(groups),
        offices=_find_offices(groups),
        acts=tuple(dict.fromkeys(deed.act for deed, _ in deeds)),
        statements=tuple(deed.about.statement for deed, _ in deeds if deed.about.statement is not None),
        plan=next((deed.plan for deed, _ in deeds if deed.plan is not None), None),
        dispute=_find_dispute(case, [deed.act for deed, _ in deeds]),
        intervention=next((each.text for each in case.interventions if each.key == subject), None),
        since=item.since,
        due=item.day or (limit.day if limit else None),
        due_at=item.until if item.day else (limit.until if limit else None),
        rule=limit.rule if limit else item.rule,
        words="; ".join(dict.fromkeys(limit.words for limit in limits if limit)) or None,
        note=item.note,
        blocked_by=stopping[0] if None not in stopping else None,
        lacks=tuple(rule.id for rule in refusing),
        in_hospital_since=stay.started_at if stay is not None else None,
        priority=case.referral.request.composite_needs or prioritised,
    )


def _find_unit(case: Case, principal: HsaId, item: OpenItem, groups: Sequence[ActorGroup]) -> HsaId | None:
    """Return the unit that an item is for: the one that has the request until it is decided, then the last that acted.

    Of those who can do the item, a contact comes first. A receiver that nobody has acted from yet keeps the item. An
    item that a fact of the case ties to a unit is for that one, once the request is decided.
    """
    referral, party = case.referral, item.party
    receiving = referral.unit if party is Party.MUNICIPALITY else None
    if receiving is not None and referral.status in (*WITH_RECEIVER, ReferralStatus.DISPUTED):
        return receiving
    if item.unit is not None:
        return item.unit
    drafts = (plan.draft for plan in case.plans.values() if plan.ended_at is None)
    contacts = {contact.person for draft in drafts for contact in draft.contacts}
    named = sorted((each for person, each in case.persons.items() if person in contacts), key=attrgetter("at"))
    acts = [*case.staff.get(party, ()), *(each for each in named if each.actor.party is party)]
    acts = [each for each in acts if each.actor.principal == principal]  # not those of a receiver that returned it
    able = [each.actor.unit for each in acts if any(group.is_met_by(each.actor) for group in groups)]
    return able[-1] if able else receiving


def _find_dispute(case: Case, acts: Sequence[ActName]) -> UUID | None:
    """Return the open disagreement, if the acts are on it."""
    return case.open_dispute.id if case.open_dispute is not None and _ON_DISPUTE.intersection(acts) else None


def _find_limit(agreement: Agreement, deadline: Slug | None, since: Instant) -> Due | None:
    """Return the limit by a deadline of the version, if the version has the deadline."""
    limit = find_due(agreement, deadline, since) if deadline is not None else None
    return limit if isinstance(limit, Due) else None


def _find_refusing_rules(case: Case, agreement: Agreement, party: Party, deed: Deed) -> tuple[Precondition, ...]:
    """Return the ordering rules that would refuse a deed now."""
    about = deed.about.model_copy(update={"party": party})
    return find_refusing_rules(agreement, case, deed.act, about, AFTER_ALL_FACTS)


def _find_unit_kinds(groups: Sequence[ActorGroup]) -> tuple[UnitKind, ...]:
    """Return the kinds of unit of the groups; none if any unit can belong to them."""
    if any(not group.unit_kinds for group in groups):
        return ()
    return tuple(dict.fromkeys(kind for group in groups for kind in group.unit_kinds))


def _find_offices(groups: Sequence[ActorGroup]) -> tuple[Slug, ...]:
    """Return the offices of the groups; none if somebody without an office can belong to them."""
    if any(not group.offices for group in groups):
        return ()
    return tuple(dict.fromkeys(office for group in groups for office in group.offices))
