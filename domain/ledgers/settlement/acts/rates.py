"""Acts on a county's yearly rates. The amounts come from outside, each with its source."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.act import Act
from domain.agreements.model.settlement import MonthlySettlement
from domain.kernel import Event, Events, Label
from domain.ledger_permission import require_permission
from domain.ledgers.settlement.events.rates import (
    DailyAmountPublished,
    HourlyRatePublished,
    StandardAmountPublished,
    TaxBaseChangePublished,
)
from domain.ledgers.settlement.rules.text import require_index, require_liability, require_monthly
from domain.ledgers.settlement.state.rates import Rates, rates_id
from domain.ledgers.settlement.values import Year
from domain.money import Exact, Figure, NotNegative, UnitOfMeasure
from domain.refusals import WrongState


def publish_hourly_rate(
    rates: Rates | None, *, act: Act, year: Year, amount: NotNegative, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish the hourly rate of a year, in SEK, with the index it follows (GAV-10-2, -5)."""
    require_permission(act)
    clauses = _grounds(require_monthly(act))
    _refuse_wrong_correction(rates.hourly if rates else {}, year, corrects, rule=clauses[0])
    rate = Figure(amount=amount, unit=UnitOfMeasure.SEK_PER_HOUR, clauses=clauses, inputs=(source,))
    return (_publish(HourlyRatePublished, rates, act, clauses, year=year, rate=rate, corrects=corrects),)


def publish_standard_amount(
    rates: Rates | None, *, act: Act, year: Year, amount: NotNegative, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish the standard amount of a year, in SEK a month (SKR-11-2)."""
    require_permission(act)
    clauses = _grounds(require_monthly(act))
    _refuse_wrong_correction(rates.standard if rates else {}, year, corrects, rule=clauses[0])
    figure = Figure(amount=amount, unit=UnitOfMeasure.SEK, clauses=clauses, inputs=(source,))
    return (_publish(StandardAmountPublished, rates, act, clauses, year=year, amount=figure, corrects=corrects),)


def publish_tax_base_change(
    rates: Rates | None, *, act: Act, year: Year, percent: Exact, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish the change of the tax base from the year before, in per cent (ORE-4.1.2-5)."""
    require_permission(act)
    rule = require_index(act)
    _refuse_wrong_correction(rates.tax_base if rates else {}, year, corrects, rule=rule.rule)
    change = Figure(amount=percent, unit=UnitOfMeasure.PERCENT, clauses=rule.clauses, inputs=(source,))
    return (_publish(TaxBaseChangePublished, rates, act, rule.clauses, year=year, change=change, corrects=corrects),)


def publish_daily_amount(
    rates: Rates | None, *, act: Act, year: Year, amount: NotNegative, source: Label, corrects: UUID | None = None
) -> Events:
    """Publish the amount of a year for a day in hospital of a person who is ready for discharge, in SEK (LSU-5-6).

    The source is the regulation that sets it for the nation, or the agreement if the parties have another amount.
    """
    require_permission(act)
    rule = require_liability(act)
    _refuse_wrong_correction(rates.daily if rates else {}, year, corrects, rule=rule.clauses[0])
    figure = Figure(amount=amount, unit=UnitOfMeasure.SEK_PER_DAY, clauses=rule.clauses, inputs=(source,))
    return (_publish(DailyAmountPublished, rates, act, rule.clauses, year=year, amount=figure, corrects=corrects),)


def _grounds(rule: MonthlySettlement) -> tuple[str, ...]:
    """Return the clauses on the rate and on its index."""
    if rule.rate is None:
        return rule.clauses
    return (*rule.rate.clauses, *(rule.rate.indexed.clauses if rule.rate.indexed else ()))


def _publish(
    event_class: type[Event], rates: Rates | None, act: Act, clauses: tuple[str, ...], **content: Any
) -> Event:
    county = act.actor.county
    return act.record(event_class, on=rates or rates_id(county), clauses=clauses, county=county, **content)


def _refuse_wrong_correction(published: Mapping[int, Figure], year: int, corrects: UUID | None, *, rule: str) -> None:
    """Refuse a second publication for a year that does not name the first as the one it corrects (SYS-4)."""
    current = published[year].sources[0] if year in published else None
    if corrects != current:
        raise WrongState(
            subject=f"The year {year} is {'published' if current else 'not published'}, and `corrects`",
            state=str(corrects or "null"),
            needed=(str(current or "null"),),
            rule=rule,
        )
