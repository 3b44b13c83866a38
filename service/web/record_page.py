"""The first page of an auditor: who did what in the cases that one's own principal may read, and what was refused."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel import Actor
from projections.timeline import TimelineEntry
from service.bootstrap import Services
from service.reads.queries import RefusedActs
from service.web.case_rows import CaseRows
from service.web.narration import list_deeds, make_narrator
from service.web.page_values import PageCase, PageEvent

_EVENTS = 50
"""The number of events on a page."""
_REFUSALS = 20
"""The number of refused acts on the first page."""


def build_record_page(services: Services, actor: Actor, before: UUID | None) -> dict[str, Any]:
    """Build the values of the record: the events that were recorded last of all, or last before one of them."""
    narrator = make_narrator(services, actor)
    latest = services.queries.latest_events(actor, before=before, limit=_EVENTS)
    events: dict[UUID, set[UUID]] = {}
    for case, event in latest.rows:
        events.setdefault(case, set()).add(event)
    heads = services.queries.cases(actor)
    refusals = services.queries.refusals(actor, limit=_REFUSALS)
    named = {*(head[0] for head in heads.rows), *events, *_find_cases(services, actor, refusals.rows)}
    rows = CaseRows(services, actor, narrator, named)
    return {
        "side": narrator.name_of(actor.principal),
        "is_latest": before is None,
        "older": latest.end[1] if latest.end else None,
        "events": sorted(_describe(services, actor, rows, events), key=_by_recording, reverse=True),
        "refusals": rows.describe_refusals(refusals.rows),
        "older_refusals": refusals.end.id if refusals.end else None,
        "cases": rows.describe_heads(heads.rows),
        "older_cases": heads.end[0] if heads.end else None,
    }


def build_refusals_page(services: Services, actor: Actor, before: int | None) -> dict[str, Any]:
    """Build the values of the page of refused acts: the latest of all, or the latest before one of them."""
    narrator = make_narrator(services, actor)
    refusals = services.queries.refusals(actor, before=before)
    rows = CaseRows(services, actor, narrator, _find_cases(services, actor, refusals.rows))
    return {
        "is_latest": before is None,
        "refusals": rows.describe_refusals(refusals.rows),
        "older": refusals.end.id if refusals.end else None,
    }


def _find_cases(services: Services, actor: Actor, refusals: Sequence[RefusedActs]) -> set[UUID]:
    """Return the cases of refused acts that the actor may read."""
    return services.queries.find_readable(actor, {each.on for each in refusals if each.on is not None})


def _describe(
    services: Services, actor: Actor, rows: CaseRows, events: dict[UUID, set[UUID]]
) -> Iterator[tuple[PageCase, PageEvent]]:
    """Describe events, each with its case, in the words of all that the case's history says until now."""
    for case, ids in events.items():
        entries = [TimelineEntry.model_validate_json(body) for body in services.queries.timeline(actor, case)]
        texts = {key: text for entry in entries for key, text in _list_texts(entry.content)}
        narrator, deeds = make_narrator(services, actor, texts), list_deeds(entries)
        for entry in entries:
            if entry.event_id in ids:
                yield rows.find(case), narrator.describe_event(entry, (), deeds)


def _list_texts(content: object) -> Iterator[tuple[str, str]]:
    """Yield the words for each intervention that an event's content names."""
    match content:
        case {"key": str(key), "text": str(text)}:
            yield key, text
        case dict():
            for inner in content.values():
                yield from _list_texts(inner)
        case list():
            for inner in content:
                yield from _list_texts(inner)


def _by_recording(row: tuple[PageCase, PageEvent]) -> tuple[datetime, UUID, int]:
    about, event = row
    return event.recorded_at, about.id, event.ordinal
