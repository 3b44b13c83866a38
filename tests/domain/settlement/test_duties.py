"""The duties that a month's invoice and a year's supplement wait for, and the versions that ask for none."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.agreements.model import ActName, Agreement
from domain.ledger_kind import LedgerDuty
from domain.ledgers.settlement.acts import months, supplements
from domain.ledgers.settlement.duties import find_hospital_days_duties, find_month_duties, find_supplement_duties
from domain.ledgers.settlement.kinds import HOSPITAL_DAYS, MONTH, SUPPLEMENT
from domain.ledgers.settlement.state.hospital_days import HospitalDays
from tests.domain.settlement.books import ECONOMIST, Book, agreement, changed, individual
from tests.domain.settlement.books import hours as recorded
from tests.domain.settlement.test_hospital_days import accepted as accepted_days
from tests.domain.settlement.test_hospital_days import claimed as claimed_days
from tests.domain.settlement.test_hospital_days import contested as contested_days
from tests.domain.settlement.test_months import (
    ON_VENTILATOR,
    RATE_2018,
    REFERENCE,
    closed,
    contested,
    invoiced,
    may,
    paid,
    published,
    received,
)
from tests.domain.settlement.test_supplements import calculated, measured, presented
from tests.domain.settlement.test_supplements import paid as paid_supplement
from tests.scenario import NURSE_A, REGION, A

GAVLEBORG, OREBRO = agreement("gavleborg"), agreement("orebro")
WITHOUT_MONEY = GAVLEBORG.model_copy(update={"settlement": None})
DUE = date(2018, 6, 25)
END_OF_MAY = date(2018, 5, 31)


def of_month(ledger: Book, version: Agreement | None = GAVLEBORG) -> list[LedgerDuty]:
    """List the duties of a month."""
    return list(find_month_duties(ledger.month, version))


def of_supplement(ledger: Book, version: Agreement | None = OREBRO) -> list[LedgerDuty]:
    """List the duties of a year's supplement."""
    return list(find_supplement_duties(ledger.supplement, version))


@pytest.mark.rule("GAV-10-7")
@pytest.mark.parametrize(
    ("ledger", "key", "act", "principal"),
    [
        (may(), "issue-invoice", ActName.CLOSE_HOURS, A),
        (closed(ON_VENTILATOR), "issue-invoice", ActName.ISSUE_INVOICE, A),
        (invoiced(), "receive-invoice", ActName.RECEIVE_INVOICE, REGION),
    ],
    ids=["open", "closed", "invoiced"],
)
def test_until_the_invoice_is_with_the_region_it_is_due_on_the_25th(
    ledger: Book, key: str, act: ActName, principal: str
) -> None:
    (duty,) = of_month(ledger)

    assert (duty.key, duty.acts, duty.principals) == (key, (act,), (principal,))
    assert (duty.since, duty.due, duty.rule) == (END_OF_MAY, DUE, "GAV-10-7")


def corrected() -> Book:
    """Tell that a contested invoice has been corrected by a new one."""
    ledger = contested()
    claim: dict[str, Any] = {"hours_of": {ON_VENTILATOR.case: Decimal(690)}, "reference": REFERENCE}
    corrects = ledger.month.invoice.id
    return ledger.after(months.issue_invoice, NURSE_A, total=Decimal("103500.00"), corrects=corrects, **claim)


def closed_again() -> Book:
    """Tell that the hours of a paid month have been closed again."""
    more = (individual(recorded("710", "2018-05-31")),)
    return paid(invoiced()).after(months.close_hours, NURSE_A, individuals=more, rates=published(RATE_2018))


@pytest.mark.parametrize("ledger", [corrected(), closed_again()], ids=["sent", "not sent yet"])
def test_an_invoice_that_corrects_another_has_no_last_day(ledger: Book) -> None:
    (duty,) = of_month(ledger)

    assert (duty.since, duty.due) == (END_OF_MAY, None)


def test_a_month_has_the_last_day_and_the_rule_that_the_version_states() -> None:
    assert GAVLEBORG.settlement is not None
    monthly = GAVLEBORG.settlement.monthly
    assert monthly is not None
    stated = monthly.invoice.model_copy(update={"clauses": ("GAV-10-8",)})
    silent = stated.model_copy(update={"due": None})
    by_stated, by_silent = (
        of_month(may(), changed(GAVLEBORG, monthly=monthly.model_copy(update={"invoice": invoice})))
        for invoice in (stated, silent)
    )

    assert [(duty.due, duty.rule) for duty in by_stated] == [(DUE, "GAV-10-7")]
    assert [(duty.due, duty.rule) for duty in by_silent] == [(None, "GAV-10-8")]


def test_the_region_answers_and_pays_and_a_contested_invoice_waits_for_both() -> None:
    accepted = received().after(months.accept_invoice, ECONOMIST)
    waits = {ledger.month.status: of_month(ledger) for ledger in (received(), contested(), accepted, paid(invoiced()))}

    assert {
        status: [(duty.key, duty.acts, duty.principals) for duty in duties] for status, duties in waits.items()
    } == {
        "received": [("answer-invoice", ("accept-invoice", "contest-invoice"), (REGION,))],
        "contested": [("settle-invoice", ("issue-invoice",), (A,)), ("settle-invoice", ("accept-invoice",), (REGION,))],
        "accepted": [("pay-invoice", ("pay-invoice",), (REGION,))],
        "paid": [],
    }


@pytest.mark.parametrize(
    "ledger",
    [may(), closed(ON_VENTILATOR), invoiced(), received(), contested(), closed_again()],
    ids=["open", "closed", "invoiced", "received", "contested", "closed again"],
)
def test_a_month_is_over_when_it_is_paid_and_not_before(ledger: Book) -> None:
    assert (MONTH.is_over(ledger.month), MONTH.is_over(paid(invoiced()).month)) == (False, True)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("version", [None, WITHOUT_MONEY, OREBRO], ids=["none in force", "no money", "no months"])
def test_a_month_waits_for_nothing_under_a_version_that_settles_none(version: Agreement | None) -> None:
    assert of_month(may(), version) == []


@pytest.mark.rule("ORE-4.1.2-6")
@pytest.mark.parametrize("ledger", [calculated(), presented(), paid_supplement()])
def test_a_years_supplement_is_reviewed_by_the_end_of_the_year_once(ledger: Book) -> None:
    (duty,) = of_supplement(ledger)

    assert (duty.key, duty.since, duty.due) == ("review-supplement", date(2026, 1, 1), date(2026, 12, 31))
    reviewed = ledger.after(supplements.review, ECONOMIST, "2026-11-03 10:00", conclusion="No change in volumes")
    assert of_supplement(reviewed) == []
    assert (SUPPLEMENT.is_over(ledger.supplement), SUPPLEMENT.is_over(reviewed.supplement)) == (False, True)


def test_a_supplement_that_is_not_calculated_yet_waits_for_no_review() -> None:
    assert of_supplement(measured()) == []


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("version", [None, WITHOUT_MONEY, GAVLEBORG], ids=["none in force", "no money", "none a year"])
def test_a_supplement_waits_for_no_review_under_a_version_that_has_no_supplement(version: Agreement | None) -> None:
    assert of_supplement(calculated(), version) == []


def of_hospital_days(ledger: Book, version: Agreement | None = OREBRO) -> list[LedgerDuty]:
    """List the duties of a claim for days in hospital."""
    return list(find_hospital_days_duties(ledger.state(HospitalDays), version))


@pytest.mark.parametrize(
    ("ledger", "key", "acts", "principal"),
    [
        (
            claimed_days(),
            "answer-hospital-days",
            (ActName.ACCEPT_HOSPITAL_DAYS, ActName.CONTEST_HOSPITAL_DAYS),
            A,
        ),
        (contested_days(), "settle-hospital-days", (ActName.CLAIM_HOSPITAL_DAYS,), REGION),
    ],
    ids=["claimed", "contested"],
)
def test_the_municipality_answers_a_claim_and_the_region_looks_again_at_one_that_is_contested(
    ledger: Book, key: str, acts: tuple[ActName, ...], principal: str
) -> None:
    (duty,) = of_hospital_days(ledger)

    assert (duty.key, duty.acts, duty.principals) == (key, acts, (principal,))
    assert (duty.since, duty.due, duty.rule) == (date(2025, 7, 4), None, "LSU-5-6")
    assert not HOSPITAL_DAYS.is_over(ledger.state(HospitalDays))


def test_an_accepted_claim_waits_for_nothing() -> None:
    assert of_hospital_days(accepted_days()) == []
    assert HOSPITAL_DAYS.is_over(accepted_days().state(HospitalDays))


@pytest.mark.rule("SYS-7")
def test_a_claim_waits_for_nothing_under_a_version_that_has_no_amount() -> None:
    liability = OREBRO.payment_liability.model_copy(update={"amount": None})

    assert of_hospital_days(claimed_days(), None) == []
    assert of_hospital_days(claimed_days(), OREBRO.model_copy(update={"payment_liability": liability})) == []
