"""The days of settlement: the end of a month, the last day for its invoice, the last day for a year's review."""

import calendar
from datetime import date, timedelta

from domain.agreements.deadlines import add_duration
from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import InvoiceDeadline
from domain.ledgers.settlement.state.supplements import YearSupplement


def last_day(month: date) -> date:
    """Return the last day of the month that a day falls in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def invoice_due(month: date, due: InvoiceDeadline) -> date:
    """Return the last day on time for a month's invoice."""
    months = month.month - 1 + due.months_after
    return date(month.year + months // 12, months % 12 + 1, due.day)


def review_due(supplement: YearSupplement, agreement: Agreement) -> date | NotRegulated | None:
    """Return the last day for reviewing the year's supplement. None once it has been reviewed (ORE-4.1.2-6)."""
    rule = agreement.settlement.supplement if agreement.settlement else None
    if rule is None or rule.review is None:
        return agreement.silence("supplement-review")
    if supplement.reviewed_at is not None:
        return None
    return add_duration(date(supplement.year, 1, 1), rule.review.every) - timedelta(days=1)
