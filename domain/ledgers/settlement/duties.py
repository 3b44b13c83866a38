"""What settlements wait for: an invoice by its day, the year's review. Seen by reading them, on any day."""

from collections.abc import Iterator
from datetime import date

from domain.agreements.model import Agreement
from domain.kernel import legal_day
from domain.ledgers.duty import LedgerDuty
from domain.ledgers.settlement.acts.months import invoice_due, last_day
from domain.ledgers.settlement.acts.supplements import review_due
from domain.ledgers.settlement.state import Month, MonthStatus, SupplementStatus, YearSupplement


def of_month(month: Month, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """The invoice that the municipality is to send, and after that the region's answer to it (GAV-10-7)."""
    settlement = agreement.settlement if agreement else None
    rule = settlement.monthly.invoice if settlement and settlement.monthly else None
    if rule is None:
        return
    match month.status:
        case MonthStatus.OPEN | MonthStatus.HOURS_CLOSED | MonthStatus.INVOICED:
            due = None if _is_corrected(month) else rule.due
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


def _is_corrected(month: Month) -> bool:
    """Whether an invoice that was sent is corrected by the next: that one has no last day."""
    return len(month.invoices) > (month.status is MonthStatus.INVOICED)


def of_supplement(supplement: YearSupplement, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """The year's review, until it has been held (ORE-4.1.2-6)."""
    due = review_due(supplement, agreement) if agreement else None
    regulated = agreement.settlement.supplement if agreement and agreement.settlement else None
    rule = regulated.review if regulated else None
    if rule is not None and isinstance(due, date) and supplement.status is not SupplementStatus.MEASURED:
        yield LedgerDuty(key="review-supplement", since=date(supplement.year, 1, 1), due=due, rule=rule.rule)
