"""The parts of a version's text that an act of settlement stands on; what is not there is not regulated (SYS-7)."""

from collections.abc import Mapping
from typing import TypeVar

from domain.agreements.settlement import CostAgreement, Monthly, Settlement, Supplement
from domain.ledger import LedgerAct
from domain.money import Figure
from domain.settlement.refusals import RateNotPublished, SettlementNotRegulated

T = TypeVar("T")


def settlement(act: LedgerAct) -> Settlement:
    """What the version says of money."""
    return _regulated(act.in_force.settlement, "settlement")


def monthly(act: LedgerAct) -> Monthly:
    """What the version says of settling month by month."""
    return _regulated(settlement(act).monthly, "monthly settlement")


def supplement(act: LedgerAct) -> Supplement:
    """What the version says of a supplement."""
    return _regulated(settlement(act).supplement, "supplement")


def cost_agreement(act: LedgerAct) -> CostAgreement:
    """What the version says of the cost of non-residents' care."""
    return _regulated(settlement(act).cost_agreement, "cost agreement")


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
