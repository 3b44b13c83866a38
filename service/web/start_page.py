"""The first page: what waits for one's own principal, what it waits for, and the cases that it may read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.kernel import Actor, Refusal, legal_day
from projections.summary import CaseSummary
from projections.worklist.items import WorklistItem
from service.agreements.versions import list_versions
from service.bootstrap import Services
from service.web import swedish
from service.web.case_page import person_line
from service.web.duties import describe_duties
from service.web.narration import Narrator, make_narrator
from service.web.page_values import PageCase, PageItem


class CaseItem(NamedTuple):
    """An item of a worklist, with its case."""

    case: UUID
    item: WorklistItem


def build_start_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Build the values of the first page."""
    now = services.clock.now()
    narrator = make_narrator(services, actor)
    heads = services.queries.cases(actor)
    own, awaited = _read(services.queries.worklist(actor)), _read(services.queries.list_awaited(actor))
    new = [each for each in own if _is_new(each.item, actor)]
    unanswered = sorted((each for each in awaited if _is_receipt(each.item)), key=lambda each: each.item.since)
    unseen = {each.case for each in new}
    heads.sort(key=lambda head: head[0] not in unseen)
    described = _describe_cases(services, actor, narrator, now, [head[0] for head in heads], own, awaited)

    def describe(items: Sequence[CaseItem]) -> list[tuple[PageCase, PageItem]]:
        return [(described[case], narrator.describe_item(item, now)) for case, item in items]

    versions = {
        str(version.record.id): f"/agreements/{version.agreement.id}/{version.agreement.version}"
        for version in list_versions(services.versions.read_versions(), actor.county)
    }
    return {
        "side": narrator.name_side(actor.principal),
        "may_raise": _may_raise(services, actor),
        "duties": describe_duties(narrator, services.duties.list(actor, legal_day(now)), versions),
        "new": describe(new),
        "items": describe([each for each in own if each not in new]),
        "unanswered": describe(unanswered),
        "awaited": describe([each for each in awaited if not _is_receipt(each.item)]),
        "cases": [
            {
                "about": described[case],
                "is_new": case in unseen,
                "receiver": narrator.name_of(municipality) if municipality else None,
                "recorded_at": recorded_at,
            }
            for case, _, _, municipality, recorded_at in heads
        ],
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


def _describe_cases(
    services: Services,
    actor: Actor,
    narrator: Narrator,
    now: datetime,
    listed: Collection[UUID],
    *lists: Sequence[CaseItem],
) -> Mapping[UUID, PageCase]:
    """Describe the cases of all lists, by id."""
    ids = {*listed, *(each.case for items in lists for each in items)}
    summaries = services.queries.summaries(ids)
    persons = services.persons.get_many(actor.county, {patient for patient, _ in summaries.values()})
    return {
        case: _describe_case(case, person_line(persons.get(patient)), summary, narrator, now)
        for case, (patient, summary) in summaries.items()
    }


def _describe_case(case: UUID, person: str, summary: CaseSummary | None, narrator: Narrator, now: datetime) -> PageCase:
    if summary is None:
        return PageCase(case, person)
    kind, status = ("enrolment", summary.enrolment) if summary.enrolment else ("referral", summary.referral)
    return PageCase(
        id=case,
        person=person,
        need=summary.need,
        sender=narrator.name_of(summary.sender),
        status=swedish.STATUSES[kind][status],
        since=summary.since,
        elapsed=(legal_day(now) - legal_day(summary.since)).days,
    )


def _may_raise(services: Services, actor: Actor) -> bool:
    """Return True if the actor can raise a need, and is shown where."""
    try:
        services.case_acts.refuse_opening(actor)
    except Refusal:
        return False
    return True
