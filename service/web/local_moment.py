"""Moments as the fields of pages have them: Swedish time without offset."""

from datetime import UTC, datetime

from domain.kernel import SWEDEN, read_moment

_OFFSETS = {"+0200": "sommartid", "+0100": "normaltid"}


def read_local(text: str) -> tuple[datetime, ...]:
    """Read the moments at which a clock in Sweden shows a time; the one that a text with an offset names.

    In the hour that comes twice in autumn they are two, in order, and in the hour that is left out in spring there is
    none. Raises ValueError for what is no time.
    """
    try:
        return (read_moment(text),)
    except ValueError:
        read_moment(f"{text}Z")
    shown = datetime.fromisoformat(text)
    moments = {shown.replace(tzinfo=SWEDEN, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(each for each in moments if each.astimezone(SWEDEN).replace(tzinfo=None) == shown))


def write_local(at: datetime) -> str:
    """Write a moment as the page's field has it: Swedish time in whole seconds, without offset."""
    return at.astimezone(SWEDEN).replace(tzinfo=None).isoformat(timespec="seconds")


def name_times(at: datetime) -> dict[str, str]:
    """Name the two moments at which a clock in Sweden shows the time of one of them. Empty if it shows it once."""
    found = read_local(write_local(at))
    local = [each.astimezone(SWEDEN) for each in found if len(found) > 1]
    return {
        each.isoformat(): f"{name} gången klockan var {each:%H.%M} ({_OFFSETS[f'{each:%z}']})"
        for name, each in zip(("Första", "Andra"), local, strict=False)
    }
