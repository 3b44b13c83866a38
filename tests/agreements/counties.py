"""The published versions of Västmanland and Gävleborg, each on a day in the middle of its validity."""

from datetime import UTC, datetime

from domain.agreements.model import Agreement
from tests.agreements.published import find_in_force


def _in_force(county: str, at: datetime) -> Agreement:
    agreement = find_in_force(county, at)
    assert agreement is not None
    return agreement


VASTMANLAND = _in_force("vastmanland", datetime(2013, 2, 1, 12, tzinfo=UTC))
GAVLEBORG = _in_force("gavleborg", datetime(2018, 10, 1, 12, tzinfo=UTC))
