"""The days of settlement: the end of a month, the last day for its invoice, the last day for a year's review."""

import calendar
from datetime import date, timedelta

from domain.agreements.deadlines import add_duration
from domain.agreements.model.settlement import InvoiceDeadline, Review


def last_day(month: date) -> date:
    """Return the last day of the month that a day falls in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def invoice_due(month: date, due: InvoiceDeadline) -> date:
    """Return the last day on time for a month's invoice."""
    months = month.month - 1 + due.months_after
    return date(month.year + months // 12, months % 12 + 1, due.day)


def review_due(year: int, review: Review) -> date:
    """Return the last day on time for reviewing a year's supplement (ORE-4.1.2-6)."""
    return add_duration(date(year, 1, 1), review.every) - timedelta(days=1)
