"""The parts of an agreement version's text that settlement stands on. Silence means not regulated (SYS-7)."""

from typing import TypeVar

from domain.act import Act
from domain.agreements.model.payment_liability import LiabilityRule
from domain.agreements.model.settlement import CitedEntry, CostAgreement, MonthlySettlement, Settlement, Supplement
from domain.ledgers.settlement.refusals import SettlementNotRegulated
from domain.money import Rounding

T = TypeVar("T")


def require_settlement(act: Act) -> Settlement:
    """Return the version's rules on money. Refuse the act if it has none."""
    return _require(act.in_force.settlement, "settlement")


def require_rounding(act: Act) -> Rounding:
    """Return the version's rule on rounding. Refuse the act if it has none."""
    return _require(require_settlement(act).rounding, "rounding")


def require_monthly(act: Act) -> MonthlySettlement:
    """Return the version's rule on settlement by month. Refuse the act if it has none."""
    return _require(require_settlement(act).monthly, "monthly settlement")


def require_supplement(act: Act) -> Supplement:
    """Return the version's rule on a yearly supplement. Refuse the act if it has none."""
    return _require(require_settlement(act).supplement, "supplement")


def require_index(act: Act) -> CitedEntry:
    """Return the version's rule on indexing by the tax base. Refuse the act if it has none."""
    return _require(require_supplement(act).index, "index")


def require_cost_agreement(act: Act) -> CostAgreement:
    """Return the version's rule on the cost of non-residents' care. Refuse the act if it has none."""
    return _require(require_settlement(act).cost_agreement, "cost agreement")


def require_liability(act: Act) -> LiabilityRule:
    """Return the version's rule on the amount for a day in hospital, or the law's. Refuse the act if there is none."""
    return _require(act.in_force.payment_liability.amount, "payment liability")


def _require(part: T | None, name: str) -> T:
    if part is None:
        raise SettlementNotRegulated(name)
    return part
