"""Payers: the care that the tax shift covers, and the payer of other care. Silence is an answer (SYS-7)."""

from collections.abc import Iterable
from typing import TypeVar

from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import Coverage, DebtorRule, Payer

Row = TypeVar("Row", Coverage, Payer)


def find_coverage(
    agreement: Agreement, what: str, *, setting: str | None = None, age: int | None = None
) -> Coverage | NotRegulated:
    """Find the row that states if the tax shift pays for a kind of care. The age is in whole years."""
    rows = (
        row
        for row in (agreement.settlement.coverage if agreement.settlement else ())
        if what in row.what
        and (not row.settings or setting in row.settings)
        and (row.min_age is None or (age is not None and age >= row.min_age))
        and (row.max_age is None or (age is not None and age <= row.max_age))
    )
    return _narrowest(rows) or agreement.silence(what)


def find_payer(
    agreement: Agreement, what: str, *, setting: str | None = None, enrolled: bool | None = None
) -> Payer | NotRegulated:
    """Find the row that names the payer of a kind of care, or the external document that names the payer."""
    rows = (
        row
        for row in (agreement.settlement.payers if agreement.settlement else ())
        if what in row.what and (not row.settings or setting in row.settings) and row.enrolled in (None, enrolled)
    )
    return _narrowest(rows) or agreement.silence(what)


def list_cost_subjects(agreement: Agreement) -> set[str]:
    """List the kinds of care and cost whose payer the version states, in its own words."""
    if agreement.settlement is None:
        return set()
    covered = {what for row in agreement.settlement.coverage for what in row.what}
    return covered | {what for row in agreement.settlement.payers for what in row.what}


def find_bearer(agreement: Agreement) -> DebtorRule | NotRegulated:
    """Find the rule about who bears the cost of care for a resident of another county (VML-12-2)."""
    rule = agreement.settlement.cost_agreement if agreement.settlement else None
    return rule.bears if rule is not None and rule.bears is not None else agreement.silence("cost-of-non-residents")


def _narrowest(rows: Iterable[Row]) -> Row | None:
    """Return the row with the most fields, and of equals the first."""
    return max(rows, key=lambda row: len(row.model_fields_set), default=None)
