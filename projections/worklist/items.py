"""The worklist of a case: its open items with their limits and obstacles.

Each limit is a deadline of the agreement version. A deadline with words and no number has no last day (S2).
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from domain.agreements.deadlines import Due, find_due
from domain.agreements.model import Agreement, Precondition
from domain.case.preconditions import find_refusing_rules
from domain.case.state.case import Case
from domain.kernel import HsaId, Instant, Party, Slug, Value, legal_day
from projections.worklist.care_plan import GAP, LAPSE, find_lapse_items, find_plan_items
from projections.worklist.duties import find_duty_items, find_self_care_items, find_statement_items
from projections.worklist.enrolment import find_enrolment_items
from projections.worklist.open_items import OpenItem
from projections.worklist.referral import find_dispute_items, find_exception_items, find_referral_items
from projections.worklist.track_rules import TrackRules

AFTER_ALL_FACTS = datetime(2199, 12, 31, tzinfo=UTC)
"""A moment by which every fact on record has happened."""


class WorklistItem(Value):
    """Something that a principal is to do. The individual is never asked to do it (INF-5-1)."""

    key: str
    """The kind, such as `acknowledge` or `joint-planning`, and after a colon the thing that it is about, if any."""
    party: Party
    principal: HsaId
    unit: HsaId | None = None
    """The principal's unit that last acted in the case. None if none has: then any unit of it can do the item."""
    since: Instant
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words for the limit."""
    note: str | None = None
    """The words of a party that has stated something else than the limit (ORE-3.1.2-7)."""
    blocked_by: UUID | None = None
    """The open disagreement because of which it cannot be done."""
    lacks: tuple[Slug, ...] = ()
    """The ids of the ordering rules that must be met before it can be done."""
    priority: bool = False
    """True if the individual has composite needs (ORE-2.1-6), or if the text puts the track first (ORE-3.1.4-3)."""

    def as_of(self, today: date) -> "WorklistItem":
        """Return the item as it is on a Swedish legal day. After a plan's last day, its lapse has become a gap."""
        if not self.key.startswith(f"{LAPSE}:") or not self.is_overdue(today):
            return self
        return self.model_copy(update={"key": GAP + self.key.removeprefix(LAPSE)})

    def elapsed_days(self, today: date) -> int:
        """Count the whole Swedish legal days since the item began."""
        return (today - legal_day(self.since)).days

    def is_overdue(self, today: date) -> bool:
        """Return True if the last day has passed. An item without a last day is never overdue."""
        return self.due is not None and today > self.due


def list_items(case: Case, agreement: Agreement | None) -> tuple[WorklistItem, ...]:
    """List the worklist of the case. `agreement` is the version of the latest act."""
    return tuple(
        _add_limits(case, agreement, item, principal)
        for item in _find_open_items(case, agreement)
        if (principal := case.principal(item.party)) is not None
    )


def _find_open_items(case: Case, agreement: Agreement | None) -> Iterator[OpenItem]:
    rules = TrackRules(agreement, case.referral.track)
    yield from find_referral_items(case, rules)
    yield from find_exception_items(case)
    yield from find_plan_items(case, rules)
    yield from find_enrolment_items(case, rules)
    if case.open_dispute is not None:
        yield from find_dispute_items(case.open_dispute)
    if agreement is not None:
        yield from find_duty_items(case, agreement)
        yield from find_lapse_items(case, agreement)
        yield from find_statement_items(case, agreement)
        yield from find_self_care_items(case, agreement)


def _add_limits(case: Case, agreement: Agreement | None, item: OpenItem, principal: HsaId) -> WorklistItem:
    limit = _find_limit(agreement, item.deadline, item.since)
    refusing = _find_refusing_rules(case, agreement, item)
    deadlines = [item.second_deadline, *(rule.deadline for rule in refusing)]
    limits = [limit, *(_find_limit(agreement, deadline, item.since) for deadline in deadlines)]
    prioritised = limit is not None and case.referral.track in limit.priority
    return WorklistItem(
        key=item.key,
        party=item.party,
        principal=principal,
        unit=case.units.get(item.party),
        since=item.since,
        due=item.day or (limit.day if limit else None),
        rule=limit.rule if limit else item.rule,
        words="; ".join(dict.fromkeys(limit.words for limit in limits if limit)) or None,
        note=item.note,
        blocked_by=case.open_dispute.id if item.stops_in_dispute and case.open_dispute is not None else None,
        lacks=tuple(rule.id for rule in refusing),
        priority=case.referral.request.composite_needs or prioritised,
    )


def _find_limit(agreement: Agreement | None, deadline: Slug | None, since: Instant) -> Due | None:
    """Return the limit by a deadline of the version, if the version has the deadline."""
    limit = find_due(agreement, deadline, since) if agreement is not None and deadline is not None else None
    return limit if isinstance(limit, Due) else None


def _find_refusing_rules(case: Case, agreement: Agreement | None, item: OpenItem) -> tuple[Precondition, ...]:
    """Return the ordering rules that would refuse the item's act now."""
    if agreement is None or item.act is None:
        return ()
    about = item.about.model_copy(update={"party": item.party})
    return find_refusing_rules(agreement, case, item.act, about, AFTER_ALL_FACTS)
