"""Working hours: when the acts of a life take place."""

from datetime import UTC, datetime, timedelta
from random import Random

from domain.kernel import SWEDEN

_OPENS, _CLOSES = 8, 17
_SATURDAY = 5


def next_in_hours(at: datetime, chance: Random) -> datetime:
    """Return the moment itself if offices are open, or a moment in the first hour of the next working day."""
    local = at.astimezone(SWEDEN)
    if local.weekday() < _SATURDAY and _OPENS <= local.hour < _CLOSES:
        return at
    day = local.date() if local.hour < _OPENS else local.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return at_clock(datetime(day.year, day.month, day.day, tzinfo=UTC), _OPENS, chance.randrange(60))


def at_clock(day: datetime, hour: int, minute: int) -> datetime:
    """Return the moment of a Swedish wall-clock time on the day of a moment."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SWEDEN).astimezone(UTC)
