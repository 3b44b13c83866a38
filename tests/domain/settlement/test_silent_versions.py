"""Versions that leave out what they may: none of it is demanded, and each act stands on the text that there is."""

from decimal import Decimal
from typing import Any
from uuid import uuid5

import pytest

from domain.agreements.model import Agreement
from domain.agreements.model.settlement import CostAgreement, Debtor, MonthlySettlement, Supplement
from domain.ledgers.settlement.acts import costs, months, rates, supplements
from domain.ledgers.settlement.events.costs import CostAgreementReached
from domain.ledgers.settlement.events.months import HoursClosed, InvoiceIssued, InvoiceReceived
from domain.ledgers.settlement.events.rates import HourlyRatePublished
from domain.ledgers.settlement.events.supplements import (
    SupplementCalculated,
    SupplementMeasured,
    SupplementPaid,
    SupplementPresented,
    SupplementReviewed,
)
from domain.ledgers.settlement.refusals import (
    AnnexMissing,
    InputsIncomplete,
    NotPerformed,
    RateNotPublished,
    SettlementNotRegulated,
    SplitNotWhole,
)
from domain.ledgers.settlement.values import Timeliness
from domain.refusals import WrongState
from tests.domain.settlement.books import ECONOMIST, IDS, Book, agreement, book, changed, hours, individual
from tests.domain.settlement.test_costs import VISITOR, asks_home
from tests.domain.settlement.test_months import CARE, ON_VENTILATOR, RATE_2018, day, published
from tests.domain.settlement.test_supplements import FAR, LESS, MEASUREMENT, NEAR, inputs, measured, tax_base
from tests.scenario import NURSE_A, A

GAVLEBORG, OREBRO, VASTMANLAND = map(agreement, ("gavleborg", "orebro", "vastmanland"))


def monthly() -> MonthlySettlement:
    """Return Gävleborg's rule on months."""
    assert GAVLEBORG.settlement is not None
    assert GAVLEBORG.settlement.monthly is not None
    return GAVLEBORG.settlement.monthly


def supplement() -> Supplement:
    """Return Örebro's rule on the supplement."""
    assert OREBRO.settlement is not None
    assert OREBRO.settlement.supplement is not None
    return OREBRO.settlement.supplement


def cost_agreement() -> CostAgreement:
    """Return Västmanland's rule on the cost of non-residents' care."""
    assert VASTMANLAND.settlement is not None
    assert VASTMANLAND.settlement.cost_agreement is not None
    return VASTMANLAND.settlement.cost_agreement


def settles(**changes: Any) -> Agreement:
    """Return Gävleborg's version with another rule on months, and nothing about who does what."""
    return changed(GAVLEBORG, monthly=monthly().model_copy(update=changes)).model_copy(update={"acts": {}})


def invoices(**changes: Any) -> Any:
    """Return Gävleborg's rule on the invoice, changed."""
    return monthly().invoice.model_copy(update=changes)


WHOLE, INVOICE = ("GAV-10-6",), ("GAV-2-1",)
"""Clauses of the rule as a whole, and of the rule on the invoice, that none of their parts has."""
STATED = settles(clauses=WHOLE, invoice=invoices(clauses=INVOICE))
SILENT = settles(
    clauses=WHOLE,
    validity=None,
    share=None,
    reimbursable=None,
    rate=None,
    invoice=invoices(clauses=INVOICE, due=None, annex=None, recipient=None),
)
FULL: dict[str, Any] = {"hours_of": {ON_VENTILATOR.case: Decimal(700)}, "reference": "KST 80904"}


def opened(version: Agreement) -> Book:
    """Tell that May is open under the version."""
    start = book("gavleborg", "2018-05-02").under(version)
    return start.after(months.open_month, NURSE_A, municipality=A, care=CARE, month=day("2018-05-01"))


def closed(version: Agreement) -> Book:
    """Tell that the hours of May are closed under the version."""
    of = published(RATE_2018)
    return opened(version).after(months.close_hours, NURSE_A, individuals=(ON_VENTILATOR,), rates=of)


def received(version: Agreement, total: str) -> Book:
    """Tell that the region has received the invoice of May."""
    invoiced = closed(version).after(months.issue_invoice, NURSE_A, total=Decimal(total), **FULL)
    return invoiced.after(months.receive_invoice, ECONOMIST, "2018-06-20 09:00")


@pytest.mark.rule("SYS-7")
def test_a_version_that_states_only_how_care_is_paid_pays_for_all_performed_hours_by_any_invoice() -> None:
    (line,) = closed(SILENT).last(HoursClosed).lines
    assert [figure.amount for figure in (line.payable, line.reimbursed, line.amount)] == [700, 700, 210_000]
    assert (line.payable.clauses, line.unmet) == (WHOLE, ())

    event = received(SILENT, "210000.00").last(InvoiceReceived)
    assert (event.due, event.timeliness, event.basis.clauses) == (None, None, INVOICE)


@pytest.mark.parametrize(
    ("version", "total", "annex", "due"),
    [
        (STATED, "105000.00", "GAV-10-8", "GAV-10-7"),
        (SILENT, "210000.00", *INVOICE, *INVOICE),
    ],
    ids=["stated", "silent"],
)
def test_an_invoice_and_its_receipt_cite_the_parts_of_the_text_that_are_about_them(
    version: Agreement, total: str, annex: str, due: str
) -> None:
    ledger = received(version, total)
    issued = ledger.events[-2]
    assert isinstance(issued, InvoiceIssued)

    assert issued.total.clauses == (annex,)
    parts = {"GAV-10-8", "GAV-10-9"} if version is STATED else set[str]()
    assert set(issued.basis.clauses) == {*INVOICE, *parts}
    assert ledger.last(InvoiceReceived).basis.clauses == (due,)


@pytest.mark.rule("GAV-10-8", "F27")
@pytest.mark.parametrize(("version", "rule"), [(STATED, "GAV-10-8"), (SILENT, "GAV-2-1")], ids=["stated", "silent"])
def test_a_first_invoice_that_does_not_add_up_or_leaves_hours_out_is_refused(version: Agreement, rule: str) -> None:
    ledger = closed(version)

    ledger.refuses(
        AnnexMissing, months.issue_invoice, NURSE_A, rule=rule, where=(), **FULL | {"total": Decimal("105000.01")}
    )
    some = FULL | {"hours_of": {ON_VENTILATOR.case: Decimal(1)}, "total": Decimal("150.00")}
    ledger.refuses(AnnexMissing, months.issue_invoice, NURSE_A, rule=rule, where=(str(ON_VENTILATOR.case),), **some)


@pytest.mark.rule("GAV-10-8", "F27")
def test_a_correction_whose_total_holds_a_case_without_a_line_names_it_and_no_case_that_is_owed_nothing() -> None:
    other = individual(hours("10", "2018-05-20"), name="two")
    unpaid = individual(hours("8", "2018-05-21", level="primary"), name="three")
    everybody = (ON_VENTILATOR, other, unpaid)
    ledger = opened(STATED).after(months.close_hours, NURSE_A, individuals=everybody, rates=published(RATE_2018))
    both = {ON_VENTILATOR.case: Decimal(700), other.case: Decimal(10)}
    claim: dict[str, Any] = {"total": Decimal("106500.00"), "reference": "KST 80904"}
    ledger = ledger.after(months.issue_invoice, NURSE_A, hours_of=both, **claim)
    ledger = ledger.after(months.receive_invoice, ECONOMIST).after(months.contest_invoice, ECONOMIST, reason="Why?")

    claim |= {"hours_of": {ON_VENTILATOR.case: Decimal(700)}, "corrects": ledger.month.invoice.id}
    ledger.refuses(AnnexMissing, months.issue_invoice, NURSE_A, rule="GAV-10-8", where=(str(other.case),), **claim)


@pytest.mark.rule("GAV-10-3")
@pytest.mark.parametrize(("version", "rule"), [(STATED, "GAV-10-3"), (SILENT, "GAV-10-6")], ids=["stated", "silent"])
def test_hours_that_were_not_performed_are_refused_by_the_rule_on_the_part_that_is_paid_for(
    version: Agreement, rule: str
) -> None:
    claim = FULL | {"hours_of": {ON_VENTILATOR.case: Decimal(701)}, "total": Decimal(1)}
    closed(version).refuses(NotPerformed, months.issue_invoice, NURSE_A, rule=rule, **claim)

    counted: dict[str, Any] = {"individuals": (ON_VENTILATOR,), "rates": published(RATE_2018)}
    more = {ON_VENTILATOR.case: Decimal(701)}
    opened(version).refuses(NotPerformed, months.close_hours, NURSE_A, rule=rule, hours_of=more, **counted)


@pytest.mark.rule("GAV-10-2")
@pytest.mark.parametrize(("version", "rule"), [(STATED, "GAV-10-2"), (SILENT, "GAV-10-6")], ids=["stated", "silent"])
def test_a_rate_stands_on_the_rule_about_it_and_none_is_made_up(version: Agreement, rule: str) -> None:
    somebody: dict[str, Any] = {"individuals": (ON_VENTILATOR,), "rates": None}
    opened(version).refuses(RateNotPublished, months.close_hours, NURSE_A, rule=rule, where=("2018",), **somebody)

    rate: dict[str, Any] = {"year": 2018, "amount": Decimal(300), "source": "Försäkringskassan"}
    ledger = book("gavleborg", "2018-05-01").under(version).after(rates.publish_hourly_rate, ECONOMIST, **rate)
    assert ledger.last(HourlyRatePublished).basis.clauses[0] == rule


REIMBURSABLE = monthly().reimbursable
NOT_SHOWN = hours("8", "2018-05-20", treated=False)
SHOWN_BY_LEVEL = NOT_SHOWN.model_copy(update={"levels": {"specialised": uuid5(IDS, "established")}})


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("left_out", "recorded", "criteria"),
    [
        ("treatment_levels", hours("8", "2018-05-20", level="primary"), ("coordination", "extensive-care")),
        ("circumstance", NOT_SHOWN, ("coordination", "extensive-care")),
        ("criteria", hours("8", "2018-05-20"), ()),
    ],
)
def test_whose_hours_are_paid_for_depends_on_nothing_that_the_version_leaves_out(
    left_out: str, recorded: Any, criteria: tuple[str, ...]
) -> None:
    assert REIMBURSABLE is not None
    nothing = None if left_out == "circumstance" else ()
    version = settles(reimbursable=REIMBURSABLE.model_copy(update={left_out: nothing}))
    somebody = individual(recorded, met=criteria)

    ledger = opened(version).after(months.close_hours, NURSE_A, individuals=(somebody,), rates=published(RATE_2018))

    (line,) = ledger.month.lines
    assert line.payable.amount == 8
    assert not line.unmet


def test_no_event_is_cited_for_treatment_that_the_version_does_not_ask_to_be_shown() -> None:
    assert REIMBURSABLE is not None
    version = settles(reimbursable=REIMBURSABLE.model_copy(update={"circumstance": None}))
    somebody = individual(SHOWN_BY_LEVEL)

    ledger = opened(version).after(months.close_hours, NURSE_A, individuals=(somebody,), rates=published(RATE_2018))

    assert set(SHOWN_BY_LEVEL.levels.values()).isdisjoint(ledger.month.lines[0].payable.sources)


LEFT_OUT = dict.fromkeys(("weights", "window", "review", "adjustment", "index"))
STATES_ALL, PLAIN = (
    changed(OREBRO, supplement=supplement().model_copy(update=changes)).model_copy(update={"acts": {}})
    for changes in ({}, LEFT_OUT)
)
OWN = supplement().clauses


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("version", "window", "review", "timeliness"),
    [(STATES_ALL, ("ORE-4.2-7",), ("ORE-4.1.2-6",), Timeliness.LATE), (PLAIN, OWN, OWN, None)],
    ids=["stated", "silent"],
)
def test_a_supplement_is_late_and_reviewed_by_the_rules_that_there_are(
    version: Agreement, window: tuple[str, ...], review: tuple[str, ...], timeliness: Timeliness | None
) -> None:
    ledger = measured().under(version).after(supplements.calculate, ECONOMIST, rates=tax_base())
    ledger = ledger.after(supplements.present, ECONOMIST, "2026-03-01 09:00")
    presented = ledger.last(SupplementPresented)
    ledger = ledger.after(supplements.pay, ECONOMIST, "2026-04-01 09:00")
    paid = ledger.last(SupplementPaid)
    reviewed = ledger.after(supplements.review, ECONOMIST, conclusion="None").last(SupplementReviewed)

    assert (presented.timeliness, paid.timeliness) == (timeliness, timeliness)
    assert [event.basis.clauses for event in (presented, paid, reviewed)] == [window, window, review]
    ledger.refuses(WrongState, supplements.pay, ECONOMIST, rule=window[0])


@pytest.mark.rule("SYS-7")
def test_amounts_follow_no_index_that_the_version_does_not_name() -> None:
    ledger = measured().under(PLAIN).after(supplements.calculate, ECONOMIST, rates=None)

    assert {component.index for component in ledger.last(SupplementCalculated).components} == {()}
    change: dict[str, Any] = {"year": 2026, "percent": Decimal(1), "source": "SKR"}
    book("orebro", "2025-12-01").under(PLAIN).refuses(
        SettlementNotRegulated, rates.publish_tax_base_change, ECONOMIST, rule="SYS-7", **change
    )


@pytest.mark.parametrize(
    ("version", "weights"), [(STATES_ALL, ("ORE-4.2-5", "ORE-4.2-2")), (PLAIN, ())], ids=["stated", "silent"]
)
def test_the_weights_are_cited_if_the_version_names_them(version: Agreement, weights: tuple[str, ...]) -> None:
    content: dict[str, Any] = {"year": 2026, "measurement": MEASUREMENT}
    start = book("orebro", "2025-12-01").under(version)
    event = start.after(supplements.measure, ECONOMIST, inputs=inputs(), **content).last(SupplementMeasured)
    assert event.basis.clauses == (*OWN, *weights)

    uneven = start.after(supplements.measure, ECONOMIST, inputs=inputs(NEAR, FAR), **content)
    rule = (*weights, *OWN)[0]
    uneven.refuses(InputsIncomplete, supplements.calculate, ECONOMIST, rule=rule, where=("weight",), rates=tax_base())


def test_an_adjustment_without_a_rule_of_its_own_stands_on_the_supplements() -> None:
    ledger = measured().under(PLAIN).after(supplements.calculate, ECONOMIST, rates=None)

    assert ledger.after(supplements.adjust, ECONOMIST, measurement=None, **LESS).events[-1].basis.clauses == OWN


@pytest.mark.rule("SYS-7")
def test_nobody_bears_a_cost_by_a_version_that_does_not_say_who() -> None:
    version = changed(VASTMANLAND, cost_agreement=cost_agreement().model_copy(update={"bears": None}))
    ledger = asks_home().under(version)
    agreed: dict[str, Any] = {"counterpart_reference": "Dnr 12/2013"}

    ledger.refuses(SplitNotWhole, costs.reach_cost_agreement, NURSE_A, rule="VML-12-5", **agreed)
    whole = {Debtor.HOME_MUNICIPALITY: Decimal(1)}
    event = ledger.after(costs.reach_cost_agreement, NURSE_A, split=whole, **agreed).last(CostAgreementReached)
    assert "VML-12-2" not in event.basis.clauses


@pytest.mark.rule("SYS-7")
def test_nobody_is_asked_for_an_agreement_whom_the_version_does_not_name() -> None:
    version = changed(
        VASTMANLAND, cost_agreement=cost_agreement().model_copy(update={"asked": (Debtor.HOME_MUNICIPALITY,)})
    )

    book("vastmanland", "2013-03-01").under(version).refuses(
        SettlementNotRegulated,
        costs.request_cost_agreement,
        NURSE_A,
        rule="SYS-7",
        where=(Debtor.HOME_REGION,),
        case=VISITOR,
        registered_in="county-b",
        asked=Debtor.HOME_REGION,
    )
