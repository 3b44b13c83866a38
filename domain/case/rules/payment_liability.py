"""The days on which the municipality is liable to pay for a person who is ready for discharge and still in hospital.

The days follow from the record and from the rules of the agreement version, or of the law where the version is silent.
Nobody decides them, so a corrected fact gives other days.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from domain.agreements.deadlines import add_duration
from domain.agreements.model.payment_liability import LiabilityCondition, LiabilityStart, PaymentLiability
from domain.case.state.case import Case
from domain.case.state.discharge_notice import DischargeNotice
from domain.case.state.facts import RecordedStatement
from domain.kernel import SWEDEN, AgreementRef, HsaId, Instant, Party, Slug, Text, Value, legal_day, legal_midnight
from domain.money import Figure, UnitOfMeasure

RESIDENT = "resident"
"""The name of what hinders a day on which the person lives in another municipality."""
POSITION = "position"
"""The field of a party's statement with its position."""


class ConditionOutcome(StrEnum):
    """The outcome of a condition of the liability."""

    MET = "met"
    LATE = "late"
    """The statement was made after its last day."""
    MISSING = "missing"
    NOT_NEEDED = "not-needed"


class NoticeEnd(StrEnum):
    """The reason why a notice ended."""

    LEFT = "left"
    """The person left the hospital."""
    WITHDRAWN = "withdrawn"
    """The person was not ready for discharge any more."""
    DIED = "died"


class ConditionAnswer(Value):
    """A condition of the liability, and how the record meets it."""

    id: Slug
    title: str
    """The thing that must be done, in Swedish."""
    outcome: ConditionOutcome
    at: Instant | None = None
    """The time of the statement that met it, or that came too late."""
    last_day: date | None = None
    """The last day for the statement. None if it has none."""
    clauses: tuple[str, ...]


class LiabilityDay(Value):
    """A day from the first day of liability on, on which the person was still in hospital."""

    day: date
    liable: bool
    hindered_by: tuple[Slug, ...] = ()
    """The conditions that hinder the liability; `resident` if the person lives in another municipality."""
    clauses: tuple[str, ...]
    """The clauses on which the day is liable, or is not."""


class LiabilityPosition(Value):
    """A party's position on the liability, in its own words. It changes no day."""

    party: Party
    person: HsaId
    at: Instant
    text: Text


class LiabilityVersion(NamedTuple):
    """The rules in force at a moment, with the agreement version that they are of. None: the law alone."""

    agreement: AgreementRef | None
    rule: PaymentLiability


class NoticeLiability(Value):
    """The liability that follows from one notice."""

    agreement: AgreementRef | None
    """The agreement version in force when the notice was given. None if there was none: then the law alone holds."""
    notice: UUID
    event: UUID
    """The id of the event that gave the notice."""
    unit: HsaId
    notified_at: Instant
    first_day: date
    """The first day of liability if every condition is met."""
    clauses: tuple[str, ...]
    """The clauses on the first day."""
    amount_clauses: tuple[str, ...]
    """The clauses on the amount for a day."""
    end: NoticeEnd | None
    """None if the person is still in hospital."""
    ended_at: Instant | None
    conditions: tuple[ConditionAnswer, ...]
    days: tuple[LiabilityDay, ...]
    positions: tuple[LiabilityPosition, ...]

    @property
    def liable_days(self) -> tuple[date, ...]:
        """The days for which the municipality pays."""
        return tuple(each.day for each in self.days if each.liable)


class YearAmount(Value):
    """The liable days of one year, and the amount for them."""

    year: int
    days: int
    per_day: Figure | None
    """The published amount for a day. None if none has been published for the year."""
    amount: Figure | None
    """None if it is not known, because no amount for a day has been published."""


def find_liabilities(
    case: Case, find_version: Callable[[Instant], LiabilityVersion], at: Instant
) -> tuple[NoticeLiability, ...]:
    """Find the liability that follows from each notice, as the case stands, for the days that have passed at a moment.

    `find_version` gives the rules in force when a notice was given. A day counts when it has passed and the person has
    been in hospital all of it. The day on which a notice is withdrawn never counts.
    """
    return tuple(
        liability
        for notice in case.discharge_notices
        if (liability := _find_liability(case, find_version(notice.at), notice, at)) is not None
    )


def price_days(days: Iterable[date], published: Mapping[int, Figure], clauses: Sequence[str]) -> tuple[YearAmount, ...]:
    """Return the amount of each year for the days, at the year's own amount for a day."""
    amounts = []
    for year, of_year in groupby(sorted(days), key=lambda day: day.year):
        count, per_day = len(tuple(of_year)), published.get(year)
        amount = None
        if per_day is not None:
            amount = Figure(
                amount=count * per_day.amount, unit=UnitOfMeasure.SEK, clauses=tuple(clauses), sources=per_day.sources
            )
        amounts.append(YearAmount(year=year, days=count, per_day=per_day, amount=amount))
    return tuple(amounts)


def add_amounts(amounts: Iterable[YearAmount], clauses: Sequence[str]) -> Figure | None:
    """Return the sum of the years. None if it is not known, because the amount of one of the years is not."""
    known = [each.amount for each in amounts]
    figures = [figure for figure in known if figure is not None]
    if len(figures) < len(known):
        return None
    sources = tuple(dict.fromkeys(source for figure in figures for source in figure.sources))
    total = sum((figure.amount for figure in figures), Decimal(0))
    return Figure(amount=total, unit=UnitOfMeasure.SEK, clauses=tuple(clauses), sources=sources)


def _find_start(case: Case, rule: PaymentLiability, notice: DischargeNotice) -> LiabilityStart | None:
    rows = (row for row in rule.starts if row.when is None or case.had_circumstance(row.when, notice.at))
    return next(rows, None)


def _find_liability(
    case: Case, version: LiabilityVersion, notice: DischargeNotice, at: Instant
) -> NoticeLiability | None:
    """Return the liability of a notice. None if neither the text nor the law gives a first day."""
    rule = version.rule
    start = _find_start(case, rule, notice)
    if start is None:
        return None
    first = _count_first_day(start, notice.at)
    reason, ended_at = _find_end(case, notice)
    since = _find_stay_start(case, notice)
    conditions = [_Condition(case, notice, each, since, ended_at or at) for each in rule.conditions]
    days = _list_days(case, rule, start, conditions, first, _find_day_after(rule, reason, ended_at or at))
    return NoticeLiability(
        agreement=version.agreement,
        notice=notice.id,
        event=notice.event,
        unit=notice.unit,
        notified_at=notice.at,
        first_day=first,
        clauses=start.clauses,
        amount_clauses=rule.amount.clauses if rule.amount is not None else start.clauses,
        end=reason,
        ended_at=ended_at,
        conditions=tuple(condition.answer() for condition in conditions),
        days=tuple(days),
        positions=tuple(_list_positions(case, rule, notice)),
    )


def _count_first_day(start: LiabilityStart, notified_at: Instant) -> date:
    is_late = start.same_day_until is not None and notified_at.astimezone(SWEDEN).time() > start.same_day_until
    return legal_day(notified_at) + timedelta(days=start.days + is_late)


def _find_end(case: Case, notice: DischargeNotice) -> tuple[NoticeEnd | None, Instant | None]:
    """Return why and when a notice ended. A person who died ends it on the day of death at the latest."""
    ended_at = case.find_notice_end(notice)
    died_at = legal_midnight(case.deceased_on) if case.deceased_on is not None else None
    if died_at is not None and (ended_at is None or legal_day(died_at) <= legal_day(ended_at)):
        return NoticeEnd.DIED, max(died_at, notice.at)
    if ended_at is None:
        return None, None
    return NoticeEnd.WITHDRAWN if ended_at == notice.withdrawn_at else NoticeEnd.LEFT, ended_at


def _find_day_after(rule: PaymentLiability, reason: NoticeEnd | None, until: Instant) -> date:
    """Return the day after the last day that can count."""
    is_counted = rule.end is not None and rule.end.counted and reason is not NoticeEnd.WITHDRAWN and reason is not None
    return legal_day(until) + timedelta(days=is_counted)


def _find_stay_start(case: Case, notice: DischargeNotice) -> Instant:
    """Return the time from which a statement can be about the stay: the person last left hospital before the notice."""
    stays = case.enrolment.stays if case.enrolment is not None else ()
    ends = [*(stay.ended_at for stay in stays), *(each.left_at for each in case.discharge_notices)]
    return max((end for end in ends if end is not None and end <= notice.at), default=case.opened_at)


class _Condition:
    """A condition of one notice, with the statements that can meet it."""

    def __init__(
        self, case: Case, notice: DischargeNotice, rule: LiabilityCondition, since: Instant, until: Instant
    ) -> None:
        self._case, self._notice, self.rule = case, notice, rule
        self._statements = tuple(
            each for each in case.statements if each.kind == rule.statement and since <= each.occurred_at <= until
        )
        self._until = until
        self.last_day = add_duration(legal_day(notice.at), rule.within) if rule.within is not None else None

    def hinders(self, day: date) -> bool:
        """Return True if the condition hinders the liability on a day."""
        begins = legal_midnight(day)
        if self._is_needless(max(begins, self._notice.at)):
            return False
        if self.last_day is not None:
            first = self._find_first()
            return first is None or legal_day(first.occurred_at) > self.last_day
        return self._find_standing(begins) is None

    def answer(self) -> ConditionAnswer:
        """Return the outcome as it stands."""
        met = self._find_first() if self.last_day is not None else self._find_standing(self._until)
        outcome = ConditionOutcome.MISSING
        if met is not None:
            is_late = self.last_day is not None and legal_day(met.occurred_at) > self.last_day
            outcome = ConditionOutcome.LATE if is_late else ConditionOutcome.MET
        if outcome is not ConditionOutcome.MET and self._is_needless(self._until):
            outcome = ConditionOutcome.NOT_NEEDED
        return ConditionAnswer(
            id=self.rule.id,
            title=self.rule.title,
            outcome=outcome,
            at=met.occurred_at if met is not None else None,
            last_day=self.last_day,
            clauses=self.rule.clauses,
        )

    def _is_needless(self, at: Instant) -> bool:
        return self.rule.unless is not None and self._case.had_circumstance(self.rule.unless, at)

    def _find_first(self) -> RecordedStatement | None:
        return next((each for each in self._statements if self._says_yes(each)), None)

    def _find_standing(self, at: Instant) -> RecordedStatement | None:
        """Return the latest statement before a moment, if it says yes."""
        latest = next((each for each in reversed(self._statements) if each.occurred_at <= at), None)
        return latest if latest is not None and self._says_yes(latest) else None

    def _says_yes(self, statement: RecordedStatement) -> bool:
        return self.rule.field is None or statement.fields.get(self.rule.field) is True


def _list_days(
    case: Case,
    rule: PaymentLiability,
    start: LiabilityStart,
    conditions: Sequence[_Condition],
    first: date,
    day_after: date,
) -> Iterator[LiabilityDay]:
    for number in range((day_after - first).days):
        day = first + timedelta(days=number)
        hindering = [(each.rule.id, each.rule.clauses) for each in conditions if each.hinders(day)]
        if rule.resident is not None and _lives_elsewhere(case, day):
            hindering.append((RESIDENT, rule.resident.clauses))
        clauses = [clause for _, cited in hindering for clause in cited] or start.clauses
        yield LiabilityDay(
            day=day,
            liable=not hindering,
            hindered_by=tuple(id for id, _ in hindering),
            clauses=tuple(dict.fromkeys(clauses)),
        )


def _lives_elsewhere(case: Case, day: date) -> bool:
    """Return True if the latest move until a day led to another municipality."""
    last = next((move for move in reversed(case.moves) if move.on <= day), None)
    return last is not None and last.municipality not in (None, case.municipality)


def _list_positions(case: Case, rule: PaymentLiability, notice: DischargeNotice) -> Iterator[LiabilityPosition]:
    """Yield what the parties have said about the liability from the notice to the next one."""
    for statement in case.statements:
        latest = max((each.at for each in case.discharge_notices if each.at <= statement.occurred_at), default=None)
        if statement.kind == rule.position and latest == notice.at:
            text = str(statement.fields.get(POSITION, ""))
            yield LiabilityPosition(party=statement.party, person=statement.by, at=statement.occurred_at, text=text)
