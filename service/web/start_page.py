"""The first page: what waits for one's own principal, what it waits for, and the cases that it may read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain.kernel import RESPONSIBLE_NURSE, Actor, Refusal, legal_day
from projections.worklist.items import WorklistItem
from service.agreements.versions import list_versions
from service.bootstrap import Services
from service.web.case_rows import CaseItem, CaseRows
from service.web.duties import describe_duties
from service.web.narration import make_narrator
from service.web.page_values import PageCase, PageItem


def build_start_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Build the values of the first page.

    The responsible nurse of a municipality has what is late apart, whichever unit it waits for, and the disagreements.
    """
    narrator, oversees = make_narrator(services, actor), RESPONSIBLE_NURSE in actor.offices
    heads = services.queries.cases(actor)
    own, awaited = _read(services.queries.worklist(actor)), _read(services.queries.list_awaited(actor))
    listed = {*(head[0] for head in heads.rows), *(each.case for each in (*own, *awaited))}
    rows = CaseRows(services, actor, narrator, listed)
    new = [each for each in own if _is_new(each.item, actor)]
    unanswered = sorted((each for each in awaited if _is_receipt(each.item)), key=lambda each: each.item.since)
    items = rows.describe_items(each for each in own if oversees or each not in new)
    today = legal_day(services.clock.now())
    versions = {
        str(version.record.id): f"/agreements/{version.agreement.id}/{version.agreement.version}"
        for version in list_versions(services.versions.read_versions(), actor.county)
    }
    return {
        "side": narrator.name_side(actor.principal),
        "may_raise": _may_raise(services, actor),
        "oversees": oversees,
        "disputes": _describe_disputes(rows, (*own, *awaited)) if oversees else [],
        "late": [row for row in items if oversees and row[1].overdue],
        "new": rows.describe_items(new if not oversees else ()),
        "items": [row for row in items if not (oversees and row[1].overdue)],
        "duties": describe_duties(narrator, services.duties.list(actor, today), versions),
        "unanswered": rows.describe_items(unanswered),
        "awaited": rows.describe_items(each for each in awaited if not _is_receipt(each.item)),
        "cases": rows.describe_heads(heads.rows, {each.case for each in new}),
        "older_cases": heads.end[0] if heads.end else None,
    }


def _read(rows: Sequence[tuple[UUID, bytes]]) -> list[CaseItem]:
    return [CaseItem(case, WorklistItem.model_validate_json(body)) for case, body in rows]


def _is_receipt(item: WorklistItem) -> bool:
    """Return True if the item is that a request, which has been sent, is to be acknowledged."""
    return item.key == "acknowledge"


def _is_new(item: WorklistItem, actor: Actor) -> bool:
    """Return True if a new request waits for the actor's unit, or for any unit of its kind."""
    may_be = not item.unit_kinds or actor.unit_kind in item.unit_kinds
    return _is_receipt(item) and (item.unit == actor.unit or (item.unit is None and may_be))


def _describe_disputes(rows: CaseRows, items: Sequence[CaseItem]) -> list[tuple[PageCase, list[str], PageItem]]:
    """Describe the open disagreements, the oldest first: the case, who is to resolve it, and the item."""
    waiting = [each for each in items if each.item.key == "resolve-disagreement"]
    waiting.sort(key=lambda each: each.item.since)
    of_case: dict[UUID, list[tuple[PageCase, PageItem]]] = {}
    for about, item in rows.describe_items(waiting):
        of_case.setdefault(about.id, []).append((about, item))
    return [(each[0][0], [item.side for _, item in each], each[0][1]) for each in of_case.values()]


def _may_raise(services: Services, actor: Actor) -> bool:
    """Return True if the actor can raise a need, and is shown where."""
    try:
        services.case_acts.refuse_opening(actor)
    except Refusal:
        return False
    return True
