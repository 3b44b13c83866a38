"""The prolongation of a version: the days on which its periods end, and by when a party must end it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

from domain.agreements.deadlines import add_duration
from domain.agreements.model import Agreement
from domain.agreements.model.document import Prolongation

_DAY = timedelta(days=1)


def list_ends(text: Agreement) -> Iterator[date]:
    """Yield the last days of the version's periods, without end: its own, and one more for each prolongation.

    A period begins on the day after a last day, so that a year that ends with February does so in leap years too.
    Nothing is yielded for a version that is not prolonged.
    """
    if text.valid_to is not None and text.prolongation is not None:
        for times in count():
            yield add_duration(text.valid_to + _DAY, text.prolongation.period, times) - _DAY


def find_notice_day(rule: Prolongation, end: date) -> date:
    """Return the last day on which a party can end the version at the end of a period."""
    return add_duration(end + _DAY, rule.notice, -1) - _DAY


def find_next_end(text: Agreement, today: date, *, from_day: date | None = None) -> date | None:
    """Return the first last day that a party can still choose today. From `from_day`: the first on that day or later.

    For a version that is not prolonged it is the text's own last day, if it has one.
    """
    rule = text.prolongation
    if rule is None:
        return text.valid_to
    ends = (end for end in list_ends(text) if from_day is None or end >= from_day)
    return next((end for end in ends if today <= find_notice_day(rule, end)), None)


def find_fixed_end(text: Agreement) -> date | None:
    """Return the last day that the text alone sets. None if it holds until a party ends it or a later one begins."""
    return text.valid_to if text.prolongation is None else None
