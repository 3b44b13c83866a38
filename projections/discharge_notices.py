"""The fold that answers: on which days was the person ready for discharge from hospital?"""

from datetime import date
from typing import NamedTuple

from domain.case.state.case import Case
from domain.kernel import legal_day


class NoticeDays(NamedTuple):
    """The days of a notice of being ready for discharge, both included."""

    first: date
    last: date
    """The last day; the last date that there is, while the notice holds."""


def list_notice_days(case: Case) -> tuple[NoticeDays, ...]:
    """List the days of each notice of a case."""
    ends = ((notice, case.find_notice_end(notice)) for notice in case.discharge_notices)
    return tuple(NoticeDays(legal_day(notice.at), legal_day(end) if end else date.max) for notice, end in ends)
