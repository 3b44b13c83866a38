"""The three economic forms of the national background, each as the form that a version has chosen."""

from decimal import Decimal

import pytest

from domain.agreements.model import Agreement
from domain.agreements.model.settlement import PaymentForm
from domain.kernel import Actor
from domain.ledgers.settlement.acts import months, rates
from domain.ledgers.settlement.events.months import HoursClosed, InvoiceIssued
from domain.ledgers.settlement.events.rates import StandardAmountPublished
from domain.ledgers.settlement.refusals import NotReimbursable, RateNotPublished
from domain.ledgers.settlement.rules.recorded_hours import IndividualMonth
from domain.ledgers.settlement.state.rates import Rates
from tests.domain.settlement.books import ECONOMIST, Book, agreement, book, case, changed, hours, individual
from tests.domain.settlement.test_months import RATE_2018, REFERENCE, may, published
from tests.scenario import NURSE_A

FEW, MANY = individual(hours("1", "2018-05-03")), individual(hours("700", "2018-05-04"), name="two")
BY: Actor = NURSE_A


def paid_as(form: PaymentForm) -> Agreement:
    """Return a version that pays in another form than the published one."""
    version = agreement("gavleborg")
    assert version.settlement is not None
    assert version.settlement.monthly is not None
    return changed(version, monthly=version.settlement.monthly.model_copy(update={"form": form}))


def standard_amount(year: int = 2018) -> Rates:
    """Tell that a standard amount is published."""
    return (
        book("gavleborg", "2018-04-02")
        .after(
            rates.publish_standard_amount,
            ECONOMIST,
            year=year,
            amount=Decimal("50000.00"),
            source="Genomsnittlig omfattning 2017",
        )
        .rates
    )


def closed(form: PaymentForm, *individuals: IndividualMonth, of: Rates) -> Book:
    """Tell that the hours are closed under a version that pays in the form."""
    return may().under(paid_as(form)).after(months.close_hours, BY, individuals=individuals, rates=of)


@pytest.mark.rule("SKR-11-1")
@pytest.mark.parametrize("form", [PaymentForm.TAX_SHIFT, PaymentForm.EXCHANGE])
def test_what_is_in_the_tax_shift_or_in_an_exchange_gets_no_invoice_line(form: PaymentForm) -> None:
    ledger = closed(form, FEW, MANY, of=published(RATE_2018))
    event = ledger.last(HoursClosed)

    assert (event.lines, event.standard) == ((), None)
    ledger.refuses(
        NotReimbursable,
        months.issue_invoice,
        BY,
        rule="GAV-10-3",
        where=(form,),
        total=Decimal("150.00"),
        hours_of={FEW.case: Decimal(1)},
        reference=REFERENCE,
    )


@pytest.mark.rule("SKR-11-2")
@pytest.mark.parametrize("individuals", [(), (FEW,), (MANY,), (FEW, MANY)])
def test_a_standard_amount_is_the_same_whatever_the_hours(individuals: tuple[IndividualMonth, ...]) -> None:
    ledger = closed(PaymentForm.LUMP_SUM, *individuals, of=standard_amount())
    event = ledger.last(HoursClosed)
    assert event.standard is not None
    assert (event.lines, event.standard.amount) == ((), Decimal("50000.00"))
    assert set(event.standard.clauses) <= set(event.basis.clauses)

    invoice = ledger.after(months.issue_invoice, BY, total=Decimal("50000.00"), hours_of={}, reference=REFERENCE).last(
        InvoiceIssued
    )

    assert (invoice.annex, invoice.standard, invoice.total.amount) == ((), event.standard, Decimal("50000.00"))


def test_no_standard_amount_is_made_up() -> None:
    may().under(paid_as(PaymentForm.LUMP_SUM)).refuses(
        RateNotPublished,
        months.close_hours,
        BY,
        rule="GAV-10-2",
        where=("2018",),
        individuals=(FEW,),
        rates=standard_amount(2019),
    )


def test_a_standard_amount_says_what_it_was_read_from() -> None:
    ledger = book("gavleborg", "2018-04-02").after(
        rates.publish_standard_amount, ECONOMIST, year=2018, amount=Decimal(1), source="Genomsnittet"
    )

    assert ledger.last(StandardAmountPublished).amount.inputs == ("Genomsnittet",)


@pytest.mark.rule("SKR-11-3")
def test_paid_case_by_case_each_line_is_one_cases() -> None:
    ledger = closed(PaymentForm.PER_CASE, FEW, MANY, of=published(RATE_2018)).after(
        months.issue_invoice,
        BY,
        total=Decimal("105150.00"),
        hours_of={FEW.case: Decimal(1), MANY.case: Decimal(700)},
        reference=REFERENCE,
    )

    assert [line.case for line in ledger.last(InvoiceIssued).annex] == [case("one"), case("two")]
    assert [line.amount.amount for line in ledger.month.lines] == [Decimal("150.00"), Decimal("105000.00")]
