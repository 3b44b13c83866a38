"""The weekdays that are no working days in Sweden, as almanacs list them."""

from datetime import date, timedelta

_WRITTEN = {
    2023: "01-06 04-07 04-10 05-01 05-18 06-06 06-23 12-25 12-26",
    2024: "01-01 03-29 04-01 05-01 05-09 06-06 06-21 12-24 12-25 12-26 12-31",
    2025: "01-01 01-06 04-18 04-21 05-01 05-29 06-06 06-20 12-24 12-25 12-26 12-31",
    2026: "01-01 01-06 04-03 04-06 05-01 05-14 06-19 12-24 12-25 12-31",
    2027: "01-01 01-06 03-26 03-29 05-06 06-25 12-24 12-31",
    2028: "01-06 04-14 04-17 05-01 05-25 06-06 06-23 12-25 12-26",
    2038: "01-01 01-06 04-23 04-26 06-03 06-25 12-24 12-31",
}
DAYS_OFF = {
    year: frozenset(date.fromisoformat(f"{year}-{day}") for day in days.split()) for year, days in _WRITTEN.items()
}
"""The days from Monday to Friday that are no working days, by year."""


def find_working_day(day: date, number: int) -> date:
    """Find the working day that is so many after a day."""
    following = (day + timedelta(days=place) for place in range(1, 10 * number + 30))
    working = (each for each in following if each.isoweekday() <= 5 and each not in DAYS_OFF[each.year])
    return next(each for place, each in enumerate(working, 1) if place == number)
