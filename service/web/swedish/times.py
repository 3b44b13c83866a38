"""Days, moments and durations as Swedish writes them."""

from datetime import date, datetime

from domain.agreements.deadlines import count_hours, count_working_days, split_duration
from domain.kernel import SWEDEN

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]


def format_day(on: date) -> str:
    """Format a day, as `4 april 2025`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def format_moment(at: datetime) -> str:
    """Format a moment in Swedish local time, as `4 april 2025 kl. 09.05`."""
    local = at.astimezone(SWEDEN)
    return f"{format_day(local)} kl. {local:%H.%M}"


def format_days(number: int) -> str:
    """Format a number of days."""
    return f"{number} dag" if number == 1 else f"{number} dagar"


_UNITS = {"Y": ("år", "år"), "M": ("månad", "månader"), "W": ("vecka", "veckor"), "D": ("dag", "dagar")}


def format_duration(duration: str) -> str:
    """Format a duration, as `1 år och 6 månader`, `3 arbetsdagar` or `24 timmar`."""
    hours = count_hours(duration)
    if hours is not None:
        return f"{hours} timm{'ar' if hours != 1 else 'e'}"
    working_days = count_working_days(duration)
    if working_days is not None:
        return f"{working_days} arbetsdag{'ar' if working_days > 1 else ''}"
    parts = [f"{number} {_UNITS[unit][number != 1]}" for unit, number in split_duration(duration).items()]
    return " och ".join(parts)
