"""The rows of lists of cases: each case with its person, what it asks for, and where it stands."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from domain.kernel import Actor, legal_day
from projections.summary import CaseSummary
from projections.worklist.items import WorklistItem
from service.bootstrap import Services
from service.reads.queries import CaseHead, RefusedActs
from service.web import swedish
from service.web.case_page import person_line
from service.web.narration import Narrator, make_narrator
from service.web.page_values import PageCase, PageItem, PageRefusal


def build_cases_page(services: Services, actor: Actor, before: UUID | None) -> dict[str, Any]:
    """Build the values of the list of cases: those that were changed last of all, or last before one of them.

    Raises CaseUnknown if the actor's principal may not read that one.
    """
    heads = services.queries.cases(actor, before=before)
    narrator = make_narrator(services, actor)
    rows = CaseRows(services, actor, narrator, [head[0] for head in heads.rows])
    return {
        "side": narrator.name_of(actor.principal),
        "is_latest": before is None,
        "cases": rows.describe_heads(heads.rows),
        "older": heads.end[0] if heads.end else None,
    }


class CaseItem(NamedTuple):
    """An item of a worklist, with its case."""

    case: UUID
    item: WorklistItem


class CaseRows:
    """The cases of all lists of a page, which are read at once. The caller has checked that the actor may read them."""

    def __init__(self, services: Services, actor: Actor, narrator: Narrator, cases: Collection[UUID]) -> None:
        self._narrator, self._now = narrator, services.clock.now()
        summaries = services.queries.summaries(cases)
        persons = services.persons.get_many(actor.county, {patient for patient, _ in summaries.values()})
        self._cases = {
            case: _describe(narrator, case, person_line(persons.get(patient)), summary, self._now)
            for case, (patient, summary) in summaries.items()
        }

    def find(self, case: UUID) -> PageCase:
        """Return a case."""
        return self._cases[case]

    def describe_items(self, items: Iterable[CaseItem]) -> list[tuple[PageCase, PageItem]]:
        """Describe items of worklists, each with its case."""
        return [(self._cases[case], self._narrator.describe_item(item, self._now)) for case, item in items]

    def describe_refusals(self, refusals: Iterable[RefusedActs]) -> list[tuple[PageCase | None, PageRefusal]]:
        """Describe refused acts, each with its case. None: acts on no case, or on one that the page does not read."""
        return [
            (self._cases.get(each.on) if each.on is not None else None, self._narrator.describe_refusal(each))
            for each in refusals
        ]

    def describe_heads(self, heads: Sequence[CaseHead], new: Collection[UUID] = ()) -> list[dict[str, Any]]:
        """Describe the rows of the list of cases, those that are new before the others."""
        return [
            {
                "about": self._cases[case],
                "is_new": case in new,
                "receiver": self._narrator.name_of(municipality) if municipality else None,
                "recorded_at": recorded_at,
            }
            for case, _, _, municipality, recorded_at in sorted(heads, key=lambda head: head[0] not in new)
        ]


def _describe(narrator: Narrator, case: UUID, person: str, summary: CaseSummary | None, now: datetime) -> PageCase:
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
