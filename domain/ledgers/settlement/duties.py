"""The duties of settlements: an invoice by its day, an answer to it, the review of a year's supplement."""

from collections.abc import Iterator
from datetime import date

from domain.agreements.model import ActName, Agreement
from domain.kernel import legal_day
from domain.ledger_kind import LedgerDuty
from domain.ledgers.settlement.rules.days import invoice_due, last_day, review_due
from domain.ledgers.settlement.state.hospital_days import ClaimStatus, HospitalDays
from domain.ledgers.settlement.state.months import Month, MonthStatus
from domain.ledgers.settlement.state.supplements import SupplementStatus, YearSupplement

_NEXT = {
    MonthStatus.OPEN: ActName.CLOSE_HOURS,
    MonthStatus.HOURS_CLOSED: ActName.ISSUE_INVOICE,
    MonthStatus.INVOICED: ActName.RECEIVE_INVOICE,
}
"""The act that brings a month closer to an invoice that the region can answer."""


def find_month_duties(month: Month, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """Yield the municipality's duty to invoice, and after that the region's to receive, answer and pay (GAV-10-7).

    A contested invoice waits for both: the municipality can correct it, and the region can accept it nonetheless.
    """
    settlement = agreement.settlement if agreement else None
    rule = settlement.monthly.invoice if settlement and settlement.monthly else None
    if rule is None:
        return
    match month.status:
        case MonthStatus.OPEN | MonthStatus.HOURS_CLOSED | MonthStatus.INVOICED:
            due = None if _is_correction(month) else rule.due
            yield LedgerDuty(
                key="receive-invoice" if month.status is MonthStatus.INVOICED else "issue-invoice",
                acts=(_NEXT[month.status],),
                principals=(month.region if month.status is MonthStatus.INVOICED else month.municipality,),
                since=last_day(month.month),
                due=invoice_due(month.month, due) if due else None,
                rule=(due or rule).rule,
            )
        case MonthStatus.RECEIVED:
            yield LedgerDuty(
                key="answer-invoice",
                acts=(ActName.ACCEPT_INVOICE, ActName.CONTEST_INVOICE),
                principals=(month.region,),
                since=legal_day(month.since),
                rule=rule.rule,
            )
        case MonthStatus.CONTESTED:
            for party, act in ((month.municipality, ActName.ISSUE_INVOICE), (month.region, ActName.ACCEPT_INVOICE)):
                yield LedgerDuty(
                    key="settle-invoice", acts=(act,), principals=(party,), since=legal_day(month.since), rule=rule.rule
                )
        case MonthStatus.ACCEPTED:
            yield LedgerDuty(
                key=ActName.PAY_INVOICE,
                acts=(ActName.PAY_INVOICE,),
                principals=(month.region,),
                since=legal_day(month.since),
                rule=rule.rule,
            )
        case _:
            pass


def _is_correction(month: Month) -> bool:
    """Return True if the invoice that is waited for corrects an earlier one. A correction has no last day."""
    return len(month.invoices) > (month.status is MonthStatus.INVOICED)


def find_hospital_days_duties(claim: HospitalDays, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """Yield the municipality's duty to answer a claim, and after a contest the region's to look at it again."""
    rule = agreement.payment_liability.amount if agreement else None
    if rule is None or claim.status is ClaimStatus.ACCEPTED:
        return
    contested = claim.status is ClaimStatus.CONTESTED
    answers = (ActName.ACCEPT_HOSPITAL_DAYS, ActName.CONTEST_HOSPITAL_DAYS)
    yield LedgerDuty(
        key="settle-hospital-days" if contested else "answer-hospital-days",
        acts=(ActName.CLAIM_HOSPITAL_DAYS,) if contested else answers,
        principals=(claim.region if contested else claim.municipality,),
        since=legal_day(claim.since),
        rule=rule.clauses[0],
    )


def find_supplement_duties(supplement: YearSupplement, agreement: Agreement | None) -> Iterator[LedgerDuty]:
    """Yield the year's review, until it has been held (ORE-4.1.2-6)."""
    settlement = agreement.settlement if agreement else None
    rule = settlement.supplement.review if settlement and settlement.supplement else None
    if rule is None or supplement.status is SupplementStatus.MEASURED or supplement.reviewed_at is not None:
        return
    yield LedgerDuty(
        key=ActName.REVIEW_SUPPLEMENT,
        acts=(ActName.REVIEW_SUPPLEMENT,),
        since=date(supplement.year, 1, 1),
        due=review_due(supplement.year, rule),
        rule=rule.rule,
    )
