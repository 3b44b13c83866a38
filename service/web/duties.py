"""The duties of ledgers, as the pages show them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from service.web import labels, swedish
from service.web.narration import Narrator
from service.web.page_values import PageDuty


def describe_duties(
    narrator: Narrator, duties: Iterable[Mapping[str, Any]], paths: Mapping[str, str] | None = None
) -> list[PageDuty]:
    """Describe duties of ledgers. `paths` holds the pages of those ledgers that are not settlements."""
    return [_describe(narrator, duty, paths or {}) for duty in duties]


def _describe(narrator: Narrator, duty: Mapping[str, Any], paths: Mapping[str, str]) -> PageDuty:
    what, _, concerns = duty["key"].partition(":")
    return PageDuty(
        what=labels.DUTIES[what],
        concerns=narrator.name_of(concerns) if concerns else None,
        path=paths.get(duty["ledger"], f"/settlement/{duty['ledger']}"),
        since=date.fromisoformat(duty["since"]),
        elapsed=duty["elapsed_days"],
        due=date.fromisoformat(duty["due"]) if duty["due"] else None,
        overdue=duty["overdue"],
        words=duty["words"],
        owner=duty["owner"],
        acts=tuple(swedish.decapitalise(swedish.ACTS[act]) for act in duty["acts"]),
        ground=narrator.describe_rule(duty["rule"]) if duty["rule"] else None,
    )
