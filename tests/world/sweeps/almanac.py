"""The weekdays that are no working days in Sweden, as an almanac lists them."""

from datetime import date, timedelta

_WRITTEN = """
2024-12-24 2024-12-25 2024-12-26 2024-12-31
2025-01-01 2025-01-06 2025-04-18 2025-04-21 2025-05-01 2025-05-29 2025-06-06 2025-06-20
2025-12-24 2025-12-25 2025-12-26 2025-12-31
2026-01-01 2026-01-06 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-06-19
2026-12-24 2026-12-25 2026-12-31
2027-01-01 2027-01-06 2027-03-26 2027-03-29 2027-05-06 2027-06-25 2027-12-24 2027-12-31
2028-01-06 2028-04-14 2028-04-17 2028-05-01 2028-05-25 2028-06-06 2028-06-23 2028-12-25 2028-12-26
"""
DAYS_OFF = frozenset(map(date.fromisoformat, _WRITTEN.split()))
LAST_YEAR = 2028
"""The last year of the almanac."""


def find_working_day(day: date, number: int) -> date:
    """Find the working day that is so many after a day."""
    following = (day + timedelta(days=place) for place in range(1, 10 * number + 30))
    working = [each for each in following if each.isoweekday() <= 5 and each not in DAYS_OFF]
    assert working[number - 1].year <= LAST_YEAR, "continue the almanac"
    return working[number - 1]
