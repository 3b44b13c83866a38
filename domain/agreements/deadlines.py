"""Deadlines: durations in Swedish legal days, or words without a number."""

import calendar
import re
from datetime import date, datetime, timedelta

from domain.agreements.model import Agreement, Deadline, NotRegulated
from domain.kernel import Value, legal_day

_PARTS = re.compile(r"(\d+)([YMWD])")


class Due(Value):
    """When something is due."""

    deadline: str
    rule: str
    clauses: tuple[str, ...]
    since: date
    """The Swedish legal day on which the clock started."""
    day: date | None
    """The last day on time; None where the text gives words and no number, and only elapsed time can be shown."""
    words: str
    silences: tuple[str, ...]
    priority: tuple[str, ...] = ()
    """The tracks on which it matters above all."""

    def is_late(self, at: datetime) -> bool:
        """Whether the last day has passed. Words without a number are never late."""
        return self.day is not None and legal_day(at) > self.day

    def elapsed_days(self, at: datetime) -> int:
        """Whole legal days since the clock started."""
        return (legal_day(at) - self.since).days


def find_due(agreement: Agreement, deadline: str, start: datetime) -> Due | NotRegulated:
    """When the deadline falls for a clock that started at `start`, or that the version sets no such deadline."""
    rule = agreement.deadline(deadline)
    if isinstance(rule, NotRegulated):
        return rule
    since = legal_day(start)
    return Due(
        deadline=rule.id,
        rule=rule.clauses[0],
        clauses=rule.clauses,
        since=since,
        day=find_last_day(rule, since),
        words=rule.words,
        silences=rule.silences,
        priority=rule.priority,
    )


def find_last_day(rule: Deadline, since: date) -> date | None:
    """The last day on time for a clock that started on a day: after so long, or the next such day of a month.

    Months without a day end on their last. None where the text gives words only, or an order (`before`).
    """
    if rule.duration is not None:
        return add_duration(since, rule.duration)
    if rule.day_of_month is None and not rule.months:
        return None
    wanted = [_day_of(since.year + (month - 1) // 12, (month - 1) % 12 + 1, rule) for month in range(1, 25)]
    return next(day for day in wanted if day >= since and (not rule.months or day.month in rule.months))


def _day_of(year: int, month: int, rule: Deadline) -> date:
    length = calendar.monthrange(year, month)[1]
    return date(year, month, length if rule.day_of_month is None else min(rule.day_of_month, length))


def add_duration(day: date, duration: str) -> date:
    """The day that lies an ISO 8601 duration after a day. A month that is too short ends on its last day."""
    length = {unit: int(number) for number, unit in _PARTS.findall(duration)}
    months = day.month - 1 + 12 * length.get("Y", 0) + length.get("M", 0)
    year, month = day.year + months // 12, months % 12 + 1
    start = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return start + timedelta(weeks=length.get("W", 0), days=length.get("D", 0))
