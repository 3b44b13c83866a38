"""One function per act on a county's yearly rates. Amounts come from outside, each with its source."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.model.settlement import MonthlySettlement
from domain.kernel import Event, Events, Label
from domain.ledgers.permission import permit
from domain.ledgers.settlement.events import HourlyRatePublished, StandardAmountPublished, TaxBaseChangePublished
from domain.ledgers.settlement.rules import text
from domain.ledgers.settlement.state import Rates, rates_id
from domain.ledgers.settlement.values import Year
from domain.money import Exact, Figure, NotNegative, UnitOfMeasure
from domain.refusals import WrongState


def publish_hourly_rate(
    rates: Rates | None, *, act: Act, year: Year, amount: NotNegative, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish a year's hourly rate, in SEK an hour, with the index it follows (GAV-10-2, -5)."""
    permit(act)
    clauses = _grounds(text.monthly(act))
    _refuse_twice(rates.hourly if rates else {}, year, corrects, rule=clauses[0])
    rate = Figure(amount=amount, unit=UnitOfMeasure.SEK_PER_HOUR, clauses=clauses, inputs=(source,))
    return (_publish(HourlyRatePublished, rates, act, clauses, year=year, rate=rate, corrects=corrects),)


def publish_standard_amount(
    rates: Rates | None, *, act: Act, year: Year, amount: NotNegative, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish a year's standard amount, in SEK a month (SKR-11-2)."""
    permit(act)
    clauses = _grounds(text.monthly(act))
    _refuse_twice(rates.standard if rates else {}, year, corrects, rule=clauses[0])
    figure = Figure(amount=amount, unit=UnitOfMeasure.SEK, clauses=clauses, inputs=(source,))
    return (_publish(StandardAmountPublished, rates, act, clauses, year=year, amount=figure, corrects=corrects),)


def publish_tax_base_change(
    rates: Rates | None, *, act: Act, year: Year, percent: Exact, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish by how many per cent the tax base changed from the year before (ORE-4.1.2-5)."""
    permit(act)
    rule = text.index(act)
    _refuse_twice(rates.tax_base if rates else {}, year, corrects, rule=rule.rule)
    change = Figure(amount=percent, unit=UnitOfMeasure.PERCENT, clauses=rule.clauses, inputs=(source,))
    return (_publish(TaxBaseChangePublished, rates, act, rule.clauses, year=year, change=change, corrects=corrects),)


def _grounds(rule: MonthlySettlement) -> tuple[str, ...]:
    """What the version says of the rate, and of its index."""
    if rule.rate is None:
        return rule.clauses
    return (*rule.rate.clauses, *(rule.rate.indexed.clauses if rule.rate.indexed else ()))


def _publish(
    event_class: type[Event], rates: Rates | None, act: Act, clauses: tuple[str, ...], **content: Any
) -> Event:
    county = act.actor.county
    return act.record(event_class, on=rates or rates_id(county), clauses=clauses, county=county, **content)


def _refuse_twice(published: Mapping[int, Figure], year: int, corrects: UUID | None, *, rule: str) -> None:
    """Refuse a second publication for a year that does not name the first, which it corrects (SYS-4)."""
    current = published[year].sources[0] if year in published else None
    if corrects != current:
        raise WrongState(
            subject=f"The year {year}",
            state="published" if current else "not published",
            needed=(f"given with `corrects`: {current}" if current else "given without `corrects`",),
            rule=rule,
        )
