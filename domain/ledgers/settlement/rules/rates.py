"""The published rate of a year."""

from collections.abc import Mapping

from domain.agreements.model.settlement import MonthlySettlement
from domain.ledgers.settlement.refusals import RateNotPublished
from domain.money import Figure


def rate_in_year(published: Mapping[int, Figure], year: int, *, name: str, rule: MonthlySettlement) -> Figure:
    """Return the rate that applies in a year. Refuse if there is none.

    If the version indexes rates yearly, only the year's own rate applies. Otherwise the latest one by then does.
    """
    ground = rule.rate or rule
    if rule.rate is None or rule.rate.indexed is None:
        year = max((earlier for earlier in published if earlier <= year), default=year)
    return rate_of_year(published, year, name=name, rule=ground.rule)


def rate_of_year(published: Mapping[int, Figure], year: int, *, name: str, rule: str) -> Figure:
    """Return the rate published for the year itself. Refuse if there is none, because no agreement states amounts."""
    if year not in published:
        raise RateNotPublished(
            f"No {name} has been published for {year}",
            rule=rule,
            remedy=f"publish the {name} of {year} with its source",
            where=(str(year),),
        )
    return published[year]
