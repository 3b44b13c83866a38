"""A county's yearly rates as they stand."""

from uuid import UUID

from domain.kernel import Aggregate, Event, HistoryBroken, Slug, ledger_id
from domain.ledgers.settlement.events.rates import (
    DailyAmountPublished,
    HourlyRatePublished,
    RatesEvent,
    StandardAmountPublished,
    TaxBaseChangePublished,
)
from domain.money import Figure


class Rates(Aggregate):
    """A county's rates by year. The source of each is the event that published it."""

    county: Slug
    hourly: dict[int, Figure] = {}
    standard: dict[int, Figure] = {}
    tax_base: dict[int, Figure] = {}
    daily: dict[int, Figure] = {}


def rates_id(county: str) -> UUID:
    """Return the id of the ledger of a county's rates."""
    return ledger_id(county, "rates")


def evolve(rates: Rates | None, event: Event) -> Rates:
    """Return the rates after the event."""
    if not isinstance(event, RatesEvent):
        raise HistoryBroken(event)
    rates = rates or Rates(id=event.originator_id, version=0, county=event.county)
    match event:
        case HourlyRatePublished():
            return rates.after(event, hourly=rates.hourly | {event.year: _with_source(event.rate, event)})
        case StandardAmountPublished():
            return rates.after(event, standard=rates.standard | {event.year: _with_source(event.amount, event)})
        case TaxBaseChangePublished():
            return rates.after(event, tax_base=rates.tax_base | {event.year: _with_source(event.change, event)})
        case DailyAmountPublished():
            return rates.after(event, daily=rates.daily | {event.year: _with_source(event.amount, event)})


def _with_source(figure: Figure, event: Event) -> Figure:
    return figure.model_copy(update={"sources": (event.id,)})
