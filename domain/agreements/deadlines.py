"""Deadlines: numbers of Swedish legal days, working days or hours, days of the month or year, or only words."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta

from domain.agreements.model import Agreement, Deadline, NotRegulated
from domain.agreements.working_days import add_working_days
from domain.kernel import Instant, Value, legal_day

_PARTS = re.compile(r"(\d+)([YMWD])")
_WORKING_DAYS = re.compile(r"P(\d+)BD")
_HOURS = re.compile(r"PT(\d+)H")


class Due(Value):
    """A deadline that runs: the day on which it started and the last day on time."""

    deadline: str
    """The id of the deadline."""
    rule: str
    """The rule that a refusal names."""
    clauses: tuple[str, ...]
    since: date
    """The Swedish legal day on which the clock started."""
    day: date | None
    """The last day on time. None if the text gives only words; then only the time that has passed can be shown."""
    until: Instant | None = None
    """The last moment on time, in the last day, if the text counts hours."""
    words: str
    """The document's own words."""
    silences: tuple[str, ...]
    priority: tuple[str, ...] = ()
    """The tracks on which the deadline matters most."""

    def is_late(self, at: datetime) -> bool:
        """Return True if the last moment or else the last day has passed. Words without a number are never late."""
        return is_past(at, self.day, self.until)


def is_past(at: datetime, day: date | None, until: datetime | None) -> bool:
    """Return True if the last moment on time has passed, or the last day for a limit that has no such moment."""
    return at > until if until is not None else day is not None and legal_day(at) > day


def find_due(agreement: Agreement, deadline: str, start: datetime) -> Due | NotRegulated:
    """Return the last day of a deadline whose clock started at `start`, and the last moment if it counts hours."""
    rule = agreement.deadline(deadline)
    if isinstance(rule, NotRegulated):
        return rule
    since, hours = legal_day(start), count_hours(rule.duration)
    until = start.astimezone(UTC) + timedelta(hours=hours) if hours is not None else None
    return Due(
        deadline=rule.id,
        rule=rule.clauses[0],
        clauses=rule.clauses,
        since=since,
        day=legal_day(until) if until is not None else find_last_day(rule, since),
        until=until,
        words=rule.words,
        silences=rule.silences,
        priority=rule.priority,
    )


def count_hours(duration: str | None) -> int | None:
    """Return the hours of a duration in hours. None if it is in days, or there is none."""
    found = _HOURS.fullmatch(duration or "")
    return int(found[1]) if found else None


def count_working_days(duration: str) -> int | None:
    """Return the number of a duration in working days. None if it is in something else."""
    found = _WORKING_DAYS.fullmatch(duration)
    return int(found[1]) if found else None


def find_last_day(rule: Deadline, since: date) -> date | None:
    """Return the last day on time for a clock that started on a day.

    It is the day after the duration, or the next such day of a month. A month without that day ends on its last day.
    Return None if the text gives only words or an order (`before`).
    """
    if rule.duration is not None:
        return add_duration(since, rule.duration)
    if rule.day_of_month is None and not rule.months:
        return None
    days = [_day_of(since.year + (month - 1) // 12, (month - 1) % 12 + 1, rule) for month in range(1, 25)]
    return next(day for day in days if day >= since and (not rule.months or day.month in rule.months))


def _day_of(year: int, month: int, rule: Deadline) -> date:
    length = calendar.monthrange(year, month)[1]
    return date(year, month, length if rule.day_of_month is None else min(rule.day_of_month, length))


def split_duration(duration: str) -> dict[str, int]:
    """Return the numbers of an ISO 8601 duration in days or longer by their units, as it has them: Y, M, W and D."""
    return {unit: int(number) for number, unit in _PARTS.findall(duration)}


def add_duration(day: date, duration: str, times: int = 1) -> date:
    """Add a duration to a day, so many times. A month that is too short ends on its last day.

    -1 times takes away an ISO 8601 duration; one in working days is only added.
    """
    working_days = count_working_days(duration)
    if working_days is not None:
        return add_working_days(day, working_days * times)
    length = {unit: number * times for unit, number in split_duration(duration).items()}
    months = day.month - 1 + 12 * length.get("Y", 0) + length.get("M", 0)
    year, month = day.year + months // 12, months % 12 + 1
    start = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    return start + timedelta(weeks=length.get("W", 0), days=length.get("D", 0))
