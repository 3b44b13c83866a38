"""Swedish working days: Mondays to Fridays, but for public holidays and the eves that the law counts as holidays.

The holidays are those of the act on public holidays (SFS 1989:253), as it has been since 2005. The act on time limits
(SFS 1930:173, section 2) counts Saturdays and the eves of midsummer, Christmas and the new year with them.
"""

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY, _FRIDAY = 5, 4


def add_working_days(day: date, number: int) -> date:
    """Return the last of a number of working days after a day, which is not counted itself."""
    while number:
        day += _DAY
        number -= is_working_day(day)
    return day


def is_working_day(day: date) -> bool:
    """Return True if the day is a working day."""
    return day.weekday() < _SATURDAY and day not in _list_days_off(day.year)


@cache
def _list_days_off(year: int) -> frozenset[date]:
    """List the days of a year that are no working days, whatever day of the week they are."""
    easter = _find_easter(year)
    return frozenset(
        (
            date(year, 1, 1),
            date(year, 1, 6),
            easter - 2 * _DAY,  # Good Friday
            easter + _DAY,
            easter + 39 * _DAY,  # Ascension
            date(year, 5, 1),
            date(year, 6, 6),
            next(date(year, 6, day) for day in range(19, 26) if date(year, 6, day).weekday() == _FRIDAY),  # midsummer
            date(year, 12, 24),
            date(year, 12, 25),
            date(year, 12, 26),
            date(year, 12, 31),
        )
    )  # Easter, Whitsun, midsummer's day and All Saints' day are Sundays and Saturdays


def _find_easter(year: int) -> date:
    """Find Easter Sunday by the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    century, of_century = divmod(year, 100)
    leaps, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * rest + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
