"""The pages on settlements: the list of those that the principal is a party of, and one with figures and history."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

from domain.kernel import Actor, Aggregate
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.settlement.state.costs import CostSettlement
from domain.ledgers.settlement.state.hospital_days import HospitalDays
from domain.ledgers.settlement.state.months import Month
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.state.supplements import YearSupplement
from projections.timeline import TimelineEntry
from service.bootstrap import Services
from service.reads.page import ListPage
from service.web import labels
from service.web.narration import Narrator, make_narrator

L = TypeVar("L", bound=Aggregate)


def build_settlements_page(services: Services, actor: Actor, before: UUID | None) -> dict[str, Any]:
    """Build the values of the page of settlements that the principal is a party of, the last opened first.

    With `before`: those of that ledger's kind that were opened before it. Raises CaseUnknown.
    """
    narrator = make_narrator(services, actor)
    pages = services.ledgers.list_pages(actor, SETTLEMENT, before=before)
    months = [_month(narrator, month) for month in _states(pages, Month)]
    claims = [_hospital_days(narrator, claim) for claim in _states(pages, HospitalDays)]
    supplements = [_supplement(narrator, supplement) for supplement in _states(pages, YearSupplement)]
    return {
        "months": sorted(months, key=lambda row: row["first"], reverse=True),
        "hospital_days": sorted(claims, key=lambda row: row["first"], reverse=True),
        "supplements": sorted(supplements, key=lambda row: -row["year"]),
        "costs": [_cost(narrator, cost) for cost in _states(pages, CostSettlement)],
        "rates": [row for rates in _states(pages, Rates) for row in _rates(rates)],
        "asked": pages.keys(),
        "older": {name: page.end[0] for name, page in pages.items() if page.end},
    }


def _states(pages: Mapping[str, ListPage[tuple[UUID, bytes]]], state: type[L]) -> list[L]:
    (kind,) = (kind for kind in SETTLEMENT if kind.state is state)
    return [state.model_validate_json(body) for _, body in (pages[kind.name].rows if kind.name in pages else ())]


def build_ledger_page(services: Services, actor: Actor, ledger: UUID) -> dict[str, Any]:
    """Build the values of the page of one settlement. Raises CaseUnknown."""
    name, body, entries = services.ledgers.read(actor, ledger, SETTLEMENT)
    narrator = make_narrator(services, actor)
    (kind,) = (kind for kind in SETTLEMENT if kind.name == name)
    return {
        "kind": name,
        "ledger": _describe(narrator, kind.state.model_validate_json(body)),
        "events": narrator.describe_events([TimelineEntry.model_validate_json(entry) for entry in entries], ()),
    }


def _describe(narrator: Narrator, state: Aggregate) -> dict[str, Any]:
    match state:
        case Month():
            return _month(narrator, state)
        case YearSupplement():
            return _supplement(narrator, state)
        case CostSettlement():
            return _cost(narrator, state)
        case HospitalDays():
            return _hospital_days(narrator, state)
        case Rates():
            return {"title": labels.LEDGERS["rates"], "rows": list(_rates(state))}
        case _:
            raise TypeError(f"{type(state).__name__} is no settlement")


def _month(narrator: Narrator, month: Month) -> dict[str, Any]:
    invoice = month.invoices[-1] if month.invoices else None
    return {
        "id": month.id,
        "title": f"{labels.format_month(month.month).capitalize()}, {narrator.name_of(month.municipality)}",
        "first": month.month,
        "municipality": narrator.name_of(month.municipality),
        "status": labels.MONTH_STATUSES[month.status],
        "hours": sum(line.performed.amount for line in month.lines) if month.lines else None,
        "total": invoice.total if invoice else None,
        "corrected": invoice is not None and invoice.corrects is not None,
        "lines": [
            (
                line,
                [narrator.describe_shortfall(reason) for reason in line.unmet],
                [narrator.describe_rule(rule) for rule in line.reimbursed.clauses],
            )
            for line in month.lines
        ],
        "standard": month.standard,
        "invoices": month.invoices,
        "paid": month.paid,
        "positions": [(narrator.name_of(position.principal), position.position) for position in month.positions],
    }


def _supplement(narrator: Narrator, supplement: YearSupplement) -> dict[str, Any]:
    return {
        "id": supplement.id,
        "title": f"Tilläggsbelopp {supplement.year}",
        "year": supplement.year,
        "status": labels.SUPPLEMENT_STATUSES[supplement.status],
        "totals": [(narrator.name_of(total.municipality), total.amount) for total in supplement.totals],
        "source": supplement.inputs.source,
    }


def _cost(narrator: Narrator, cost: CostSettlement) -> dict[str, Any]:
    parts = [part for claim in cost.claims.values() for part in claim]
    return {
        "id": cost.id,
        "title": f"Kostnadsersättning, {narrator.name_of(cost.municipality)}",
        "municipality": narrator.name_of(cost.municipality),
        "case": cost.of_case,
        "home": cost.home_county.replace("-", " ").title(),
        "asked": labels.DEBTORS[cost.asked],
        "status": "Överenskommen" if cost.split is not None else "Begärd",
        "split": [(labels.DEBTORS[debtor], part) for debtor, part in (cost.split or {}).items()],
        "claims": [(labels.DEBTORS[part.debtor], part.amount) for part in parts],
    }


def _hospital_days(narrator: Narrator, claim: HospitalDays) -> dict[str, Any]:
    title = f"Dagar på sjukhus {labels.format_month(claim.month)}, {narrator.name_of(claim.municipality)}"
    return {
        "id": claim.id,
        "title": title,
        "first": claim.month,
        "status": labels.CLAIM_STATUSES[claim.status],
        "days": sum(len(line.days) for line in claim.lines),
        "lines": claim.lines,
        "total": claim.total,
        "reasons": claim.reasons,
    }


def _rates(rates: Rates) -> Iterator[dict[str, Any]]:
    for title, by_year in (
        ("Timersättning", rates.hourly),
        ("Schablonbelopp", rates.standard),
        ("Belopp per dag för utskrivningsklara", rates.daily),
        ("Skatteunderlagets förändring", rates.tax_base),
    ):
        for year, figure in sorted(by_year.items(), reverse=True):
            yield {"id": rates.id, "title": title, "year": year, "figure": figure}
