"""The parts of a version's text that an act of settlement stands on; what is not there is not regulated (SYS-7)."""

from collections.abc import Mapping
from typing import TypeVar

from domain.act import Act
from domain.agreements.model.settlement import CitedEntry, CostAgreement, MonthlySettlement, Settlement, Supplement
from domain.ledgers.settlement.refusals import RateNotPublished, SettlementNotRegulated
from domain.money import Figure, Rounding

T = TypeVar("T")


def settlement(act: Act) -> Settlement:
    """What the version says of money."""
    return _regulated(act.in_force.settlement, "settlement")


def rounding(act: Act) -> Rounding:
    """How the version's amounts are rounded."""
    return _regulated(settlement(act).rounding, "rounding")


def monthly(act: Act) -> MonthlySettlement:
    """What the version says of settling month by month."""
    return _regulated(settlement(act).monthly, "monthly settlement")


def supplement(act: Act) -> Supplement:
    """What the version says of a supplement."""
    return _regulated(settlement(act).supplement, "supplement")


def index(act: Act) -> CitedEntry:
    """What the version says of indexing by the tax base."""
    return _regulated(supplement(act).index, "index")


def cost_agreement(act: Act) -> CostAgreement:
    """What the version says of the cost of non-residents' care."""
    return _regulated(settlement(act).cost_agreement, "cost agreement")


def rate(rates: Mapping[int, Figure], year: int, *, what: str, rule: MonthlySettlement) -> Figure:
    """The rate of a year: that year's own where rates are indexed yearly, otherwise the latest published by then."""
    ground = rule.rate or rule
    if rule.rate is None or rule.rate.indexed is None:
        year = max((one for one in rates if one <= year), default=year)
    return of_year(rates, year, what=what, rule=ground.rule)


def of_year(rates: Mapping[int, Figure], year: int, *, what: str, rule: str) -> Figure:
    """A rate of a year. No amount stands in any agreement: one that nobody has published is not made up."""
    if year not in rates:
        raise RateNotPublished(
            f"No {what} has been published for {year}",
            rule=rule,
            remedy=f"publish the {what} of {year} with its source",
            where=(str(year),),
        )
    return rates[year]


def _regulated(found: T | None, what: str) -> T:
    if found is None:
        raise SettlementNotRegulated(what)
    return found
