"""The payment liability on the page of a case: the days, what hinders them, and the sum, in Swedish."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from domain.case.rules.payment_liability import RESIDENT, LiabilityDay, LiabilityPosition, NoticeLiability
from domain.case.state.case import Case
from domain.money import Figure
from service.bootstrap import Services
from service.reads.payment_liability import PricedLiability
from service.reads.replay import Mode
from service.web import labels, swedish
from service.web.narration import Narrator
from service.web.page_values import PageRule

LIVES_ELSEWHERE = "personen bor i en annan kommun"


@dataclass(frozen=True)
class PageCondition:
    """A condition of the liability, and how it is met."""

    title: str
    outcome: str
    is_hindering: bool
    at: datetime | None
    last_day: date | None
    grounds: tuple[PageRule, ...]


@dataclass(frozen=True)
class PageDays:
    """Days in a row that have the same answer."""

    first: date
    last: date
    count: int
    liable: bool
    hindered_by: tuple[str, ...]
    """The reasons why the municipality is not liable, in words."""
    grounds: tuple[PageRule, ...]


@dataclass(frozen=True)
class PageLiability:
    """The liability that follows from one notice."""

    notified_at: datetime
    unit: str
    end: str | None
    ended_at: datetime | None
    first_day: date
    grounds: tuple[PageRule, ...]
    conditions: tuple[PageCondition, ...]
    days: tuple[PageDays, ...]
    count: int
    amounts: tuple[tuple[int, int, Figure | None], ...]
    """The year, its number of liable days, and the published amount for a day."""
    total: Figure | None
    positions: tuple[tuple[str, str, LiabilityPosition], ...]
    """The party, the name of the person, and the words."""


def describe_liabilities(
    services: Services, narrator: Narrator, case: Case | None, mode: Mode, at: datetime
) -> list[PageLiability]:
    """Describe the liability that follows from each notice, the newest first."""
    if case is None or not case.discharge_notices:
        return []
    found = services.liabilities.price(case, mode, at)
    return [_describe(narrator, priced) for priced in reversed(found.notices)]


def _describe(narrator: Narrator, priced: PricedLiability) -> PageLiability:
    liability = priced.liability
    return PageLiability(
        notified_at=liability.notified_at,
        unit=narrator.name_of(liability.unit),
        end=labels.NOTICE_ENDS[liability.end] if liability.end is not None else None,
        ended_at=liability.ended_at,
        first_day=liability.first_day,
        grounds=_describe_rules(narrator, liability, liability.clauses),
        conditions=tuple(_describe_conditions(narrator, liability)),
        days=tuple(_group_days(narrator, liability)),
        count=len(liability.liable_days),
        amounts=tuple((each.year, each.days, each.per_day) for each in priced.amounts),
        total=priced.total,
        positions=tuple(
            (swedish.PARTIES[each.party], narrator.name_of(each.person), each) for each in liability.positions
        ),
    )


def _describe_conditions(narrator: Narrator, liability: NoticeLiability) -> Iterator[PageCondition]:
    for each in liability.conditions:
        yield PageCondition(
            title=each.title,
            outcome=labels.CONDITION_OUTCOMES[each.outcome],
            is_hindering=each.outcome in ("late", "missing"),
            at=each.at,
            last_day=each.last_day,
            grounds=_describe_rules(narrator, liability, each.clauses),
        )


def _group_days(narrator: Narrator, liability: NoticeLiability) -> Iterator[PageDays]:
    reasons = {
        each.id: f"det inte är uppfyllt att {swedish.decapitalise(each.title)}" for each in liability.conditions
    } | {RESIDENT: LIVES_ELSEWHERE}
    for _, days in groupby(liability.days, key=_answer_of):
        alike = list(days)
        yield PageDays(
            first=alike[0].day,
            last=alike[-1].day,
            count=len(alike),
            liable=alike[0].liable,
            hindered_by=tuple(reasons[id] for id in alike[0].hindered_by),
            grounds=_describe_rules(narrator, liability, alike[0].clauses),
        )


def _answer_of(day: LiabilityDay) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    return day.liable, day.hindered_by, day.clauses


def _describe_rules(narrator: Narrator, liability: NoticeLiability, clauses: Iterable[str]) -> tuple[PageRule, ...]:
    agreement = str(liability.agreement) if liability.agreement is not None else None
    return tuple(narrator.describe_rule(clause, agreement) for clause in clauses)
