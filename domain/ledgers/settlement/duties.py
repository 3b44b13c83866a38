"""The duties of settlements: an invoice by its day, an answer to it, the review of a year's supplement."""

from collections.abc import Iterator
from datetime import date

from domain.agreements.model import Agreement
from domain.kernel import legal_day
from domain.ledger_kind import LedgerDuty
from domain.ledgers.settlement.rules.days import invoice_due, last_day, review_due
from domain.ledgers.settlement.state.months import Month, MonthStatus
from domain.ledgers.settlement.state.supplements import SupplementStatus, YearSupplement


def find_month_duties(month: Month, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """Yield the municipality's duty to invoice, and after that the region's duty to answer and pay (GAV-10-7)."""
    settlement = agreement.settlement if agreement else None
    rule = settlement.monthly.invoice if settlement and settlement.monthly else None
    if rule is None:
        return
    match month.status:
        case MonthStatus.OPEN | MonthStatus.HOURS_CLOSED | MonthStatus.INVOICED:
            due = None if _is_correction(month) else rule.due
            yield LedgerDuty(
                key="receive-invoice" if month.status is MonthStatus.INVOICED else "issue-invoice",
                principals=(month.municipality,),
                since=last_day(month.month),
                due=invoice_due(month.month, due) if due else None,
                rule=(due or rule).rule,
            )
        case MonthStatus.RECEIVED:
            yield LedgerDuty(
                key="answer-invoice", principals=(month.region,), since=legal_day(month.since), rule=rule.rule
            )
        case MonthStatus.ACCEPTED:
            yield LedgerDuty(
                key="pay-invoice", principals=(month.region,), since=legal_day(month.since), rule=rule.rule
            )
        case _:
            pass


def _is_correction(month: Month) -> bool:
    """Return True if the invoice that is waited for corrects an earlier one. A correction has no last day."""
    return len(month.invoices) > (month.status is MonthStatus.INVOICED)


def find_supplement_duties(supplement: YearSupplement, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """Yield the year's review, until it has been held (ORE-4.1.2-6)."""
    due = review_due(supplement, agreement) if agreement else None
    settlement = agreement.settlement if agreement else None
    rule = settlement.supplement.review if settlement and settlement.supplement else None
    if rule is not None and isinstance(due, date) and supplement.status is not SupplementStatus.MEASURED:
        yield LedgerDuty(key="review-supplement", since=date(supplement.year, 1, 1), due=due, rule=rule.rule)
