"""The first page: the worklist of one's own principal, and the cases that it may read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.kernel import Actor, Refusal, legal_day
from projections.worklist.items import WorklistItem
from service.agreements.versions import list_versions
from service.bootstrap import Services
from service.web.case_page import person_line
from service.web.duties import describe_duties
from service.web.narration import Narrator, make_narrator
from service.web.page_values import PageItem


def build_start_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Build the values of the first page."""
    now = services.clock.now()
    narrator = make_narrator(services, actor)
    cases = services.queries.cases(actor)
    persons = services.persons.get_many(actor.county, {row[1] for row in cases})
    lines = {case: person_line(persons.get(patient)) for case, patient, _, _, _ in cases}
    own, awaited = services.queries.worklist(actor), services.queries.list_awaited(actor)
    versions = {
        str(version.record.id): f"/agreements/{version.agreement.id}/{version.agreement.version}"
        for version in list_versions(services.versions.read_versions(), actor.county)
    }
    return {
        "side": narrator.name_side(actor.principal),
        "may_raise": _may_raise(services, actor),
        "duties": describe_duties(narrator, services.duties.list(actor, legal_day(now)), versions),
        "items": _describe(narrator, own, lines, now),
        "awaited": _describe(narrator, awaited, lines, now),
        "cases": [
            {
                "id": case,
                "person": lines[case],
                "region": narrator.name_of(region),
                "municipality": narrator.name_of(municipality) if municipality else None,
                "recorded_at": recorded_at,
            }
            for case, _, region, municipality, recorded_at in cases
        ],
    }


def _describe(
    narrator: Narrator, items: Sequence[tuple[UUID, bytes]], lines: Mapping[UUID, str], now: datetime
) -> list[tuple[UUID, str, PageItem]]:
    """Describe items, each with its case and with the line of the person that it is about."""
    return [
        (case, lines.get(case, "Ärende"), narrator.describe_item(WorklistItem.model_validate_json(body), now))
        for case, body in items
    ]


def _may_raise(services: Services, actor: Actor) -> bool:
    """Return True if the actor can raise a need, and is shown where."""
    try:
        services.case_acts.refuse_opening(actor)
    except Refusal:
        return False
    return True
