"""What a version answers when asked about money: covered by what, paid by whom. Silence is an answer (SYS-7)."""

from collections.abc import Iterable
from typing import TypeVar

from domain.agreements.model import Agreement, NotRegulated
from domain.agreements.model.settlement import Coverage, DebtorRule, Payer
from domain.kernel import HsaId, Party

Row = TypeVar("Row", Coverage, Payer)


def find_coverage(
    agreement: Agreement, what: str, *, setting: str | None = None, age: int | None = None
) -> Coverage | NotRegulated:
    """Whether the tax shift pays for it, in a setting and at an age in whole years where those matter."""
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
    """Who pays for it; or the external document that says so, where the version leaves it to one."""
    rows = (
        row
        for row in (agreement.settlement.payers if agreement.settlement else ())
        if what in row.what and (not row.settings or setting in row.settings) and row.enrolled in (None, enrolled)
    )
    return _narrowest(rows) or agreement.silence(what)


def list_cost_subjects(agreement: Agreement) -> set[str]:
    """Everything that the version says something about the cost of, in its own words."""
    if agreement.settlement is None:
        return set()
    covering = {what for row in agreement.settlement.coverage for what in row.what}
    return covering | {what for row in agreement.settlement.payers for what in row.what}


def find_bearer(agreement: Agreement) -> DebtorRule | NotRegulated:
    """Who in the home county bears the cost of care for somebody who lives elsewhere (VML-12-2)."""
    rule = agreement.settlement.cost_agreement if agreement.settlement else None
    return rule.bears if rule is not None and rule.bears is not None else agreement.silence("cost-of-non-residents")


def find_employer(agreement: Agreement, *, residence: HsaId, region: HsaId) -> HsaId | NotRegulated:
    """Who employs the staff around somebody who lives in the municipality `residence` (GAV-10-6)."""
    rule = agreement.settlement.employment if agreement.settlement else None
    if rule is None:
        return agreement.silence("employer")
    return residence if rule.employer is Party.MUNICIPALITY else region


def _narrowest(rows: Iterable[Row]) -> Row | None:
    """The row that says most of when it holds; of two that say as much, the first."""
    return max(rows, key=lambda row: len(row.model_fields_set), default=None)
