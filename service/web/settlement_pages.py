"""The pages on settlements: what one's principal is a party of, and one of them with its figures and its history."""

from collections.abc import Iterator
from typing import Any, TypeVar
from uuid import UUID

from domain.kernel import Actor, Aggregate
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.settlement.state import CostSettlement, Month, Rates, YearSupplement
from projections.timeline import TimelineEntry
from service.bootstrap import Services
from service.web import labels as words
from service.web.narration import Teller

L = TypeVar("L", bound=Aggregate)


def settlements_page(services: Services, actor: Actor) -> dict[str, Any]:
    """Every settlement that the principal is a party of, by kind."""
    teller = _teller(services, actor)
    months = [_month(teller, one) for one in _all(services, actor, Month)]
    supplements = [_supplement(teller, one) for one in _all(services, actor, YearSupplement)]
    return {
        "months": sorted(months, key=lambda one: one["first"], reverse=True),
        "supplements": sorted(supplements, key=lambda one: -one["year"]),
        "costs": [_cost(teller, one) for one in _all(services, actor, CostSettlement)],
        "rates": [row for one in _all(services, actor, Rates) for row in _rates(one)],
    }


def _all(services: Services, actor: Actor, of: type[L]) -> list[L]:
    (kind,) = (kind for kind in SETTLEMENT if kind.state is of)
    return [of.model_validate_json(body) for _, body in services.ledgers.list(actor, kind)]


def ledger_page(services: Services, actor: Actor, ledger: UUID) -> dict[str, Any]:
    """One settlement, how it stands and how it came to be. Raises CaseUnknown."""
    kind, body, entries = services.ledgers.read(actor, ledger, SETTLEMENT)
    teller = _teller(services, actor)
    (of,) = (one.state for one in SETTLEMENT if one.name == kind)
    return {
        "kind": kind,
        "told": _told(teller, of.model_validate_json(body)),
        "events": [teller.event(TimelineEntry.model_validate_json(one), ()) for one in reversed(entries)],
    }


def _teller(services: Services, actor: Actor) -> Teller:
    return Teller(services.directories[actor.county], services.catalogue.agreements)


def _told(teller: Teller, state: Aggregate) -> dict[str, Any]:
    match state:
        case Month():
            return _month(teller, state)
        case YearSupplement():
            return _supplement(teller, state)
        case CostSettlement():
            return _cost(teller, state)
        case Rates():
            return {"title": words.LEDGERS["rates"], "rows": list(_rates(state))}
        case _:
            raise TypeError(f"{type(state).__name__} is no settlement")


def _month(teller: Teller, month: Month) -> dict[str, Any]:
    invoice = month.invoices[-1] if month.invoices else None
    return {
        "id": month.id,
        "title": f"{words.month(month.month).capitalize()}, {teller.name(month.municipality)}",
        "first": month.month,
        "municipality": teller.name(month.municipality),
        "status": words.MONTHS[month.status],
        "hours": sum(line.performed.amount for line in month.lines) if month.lines else None,
        "total": invoice.total if invoice else None,
        "corrected": invoice is not None and invoice.corrects is not None,
        "lines": [
            (
                line,
                [teller.unmet(reason) for reason in line.unmet],
                [teller.ground(rule) for rule in line.reimbursed.clauses],
            )
            for line in month.lines
        ],
        "standard": month.standard,
        "invoices": month.invoices,
        "paid": month.paid,
        "positions": [(teller.name(one.principal), one.position) for one in month.positions],
    }


def _supplement(teller: Teller, supplement: YearSupplement) -> dict[str, Any]:
    return {
        "id": supplement.id,
        "title": f"Tilläggsbelopp {supplement.year}",
        "year": supplement.year,
        "status": words.SUPPLEMENTS[supplement.status],
        "totals": [(teller.name(one.municipality), one.amount) for one in supplement.totals],
        "source": supplement.inputs.source,
    }


def _cost(teller: Teller, cost: CostSettlement) -> dict[str, Any]:
    parts = [part for claim in cost.claims.values() for part in claim]
    return {
        "id": cost.id,
        "title": f"Kostnadsersättning, {teller.name(cost.municipality)}",
        "municipality": teller.name(cost.municipality),
        "case": cost.of_case,
        "home": cost.home_county,
        "asked": words.DEBTORS[cost.asked],
        "status": "Överenskommen" if cost.split is not None else "Begärd",
        "split": [(words.DEBTORS[debtor], part) for debtor, part in (cost.split or {}).items()],
        "claims": [(words.DEBTORS[part.debtor], part.amount) for part in parts],
    }


def _rates(rates: Rates) -> Iterator[dict[str, Any]]:
    for title, by_year in (
        ("Timersättning", rates.hourly),
        ("Schablonbelopp", rates.standard),
        ("Skatteunderlagets förändring", rates.tax_base),
    ):
        for year, told in sorted(by_year.items(), reverse=True):
            yield {"id": rates.id, "title": title, "year": year, "figure": told}
