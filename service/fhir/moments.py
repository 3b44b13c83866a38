"""Dates as FHIR writes them in an address: each lasts from a moment up to another (R4 search.html#date)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from domain.kernel import SWEDEN
from service.fhir.refusals import bad_parameter

_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})"
    r"(:(?P<second>\d{2})(\.(?P<fraction>\d{1,9}))?)?(?P<zone>Z|[+ -]\d{2}:\d{2})?)?)?)?"
)
_MINUTE = timedelta(minutes=1)
_REMEDY = "give a date such as 2025-04-01, or a moment with offset such as 2025-04-01T09:00:00Z (write + as %2B)"


def span(text: str, name: str) -> tuple[datetime, datetime]:
    """Return the first moment of a date, and the first after it. Without an offset it is Swedish time."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise bad_parameter(name, "is not a date", _REMEDY)
    try:
        return _span(found)
    except (ValueError, OverflowError):
        raise bad_parameter(name, "is not a date of the calendar", _REMEDY) from None


def moment(text: str, name: str) -> datetime:
    """Return a moment; a less precise date means its beginning."""
    return span(text, name)[0]


def _find_end(local: datetime, part: Mapping[str, int]) -> datetime:
    """Return the end of a year, a month or a day: the last moment that can be told, if it is after that."""
    try:
        if "month" not in part:
            return _to_utc(local.replace(year=local.year + 1))
        if "day" not in part:
            return _to_utc((local.replace(day=1) + timedelta(days=32)).replace(day=1))
        return _to_utc(local + timedelta(days=1))
    except (ValueError, OverflowError):
        return datetime.max.replace(tzinfo=UTC)


def _to_utc(local: datetime) -> datetime:
    """Return a moment in UTC: the first that can be told, if it is before that."""
    try:
        return local.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _span(found: re.Match[str]) -> tuple[datetime, datetime]:
    part = {name: int(value) for name, value in found.groupdict().items() if value and name not in {"zone", "fraction"}}
    local = datetime(part["year"], part.get("month", 1), part.get("day", 1), tzinfo=SWEDEN)
    if "hour" not in part:
        return _to_utc(local), _find_end(local, part)
    text = found[0].replace(" ", "+")
    start = datetime.fromisoformat(text)
    start = (start if start.tzinfo else start.replace(tzinfo=SWEDEN)).astimezone(UTC)
    digits = len(found["fraction"] or "")
    lasts = max(timedelta(seconds=1) / 10**digits, timedelta(microseconds=1)) if "second" in part else _MINUTE
    return start, start + min(lasts, datetime.max.replace(tzinfo=UTC) - start)
