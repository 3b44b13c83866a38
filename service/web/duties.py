"""What ledgers wait for, as the pages tell it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.web import labels as words
from service.web.narration import Teller
from service.web.page_values import Ground


@dataclass(frozen=True)
class ToldDuty:
    """Something that a ledger waits for."""

    what: str
    concerns: str | None
    path: str
    since: date
    elapsed: int
    due: date | None
    overdue: bool
    said: str | None
    """The agreement's own words."""
    owner: str | None
    ground: Ground | None


def told_duties(
    teller: Teller, waiting: Iterable[Mapping[str, Any]], paths: Mapping[str, str] | None = None
) -> list[ToldDuty]:
    """Duties of ledgers; `paths` are the pages of those ledgers that have one of another address."""
    return [_told(teller, one, paths or {}) for one in waiting]


def _told(teller: Teller, one: Mapping[str, Any], paths: Mapping[str, str]) -> ToldDuty:
    what, _, concerns = one["key"].partition(":")
    return ToldDuty(
        what=words.DUTIES[what],
        concerns=teller.name(concerns) if concerns else None,
        path=paths.get(one["ledger"], f"/settlement/{one['ledger']}"),
        since=date.fromisoformat(one["since"]),
        elapsed=one["elapsed_days"],
        due=date.fromisoformat(one["due"]) if one["due"] else None,
        overdue=one["overdue"],
        said=one["words"],
        owner=one["owner"],
        ground=teller.ground(one["rule"]) if one["rule"] else None,
    )
