"""A month between the region and a municipality: performed hours, the invoice and its annex, dispute, payment."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any
from uuid import UUID

import pytest

from domain.agreements.model.settlement import Validity
from domain.kernel import Actor, Party, Refusal
from domain.ledgers.settlement.acts import months, rates
from domain.ledgers.settlement.events.months import (
    HoursClosed,
    InvoiceAccepted,
    InvoiceContested,
    InvoiceIssued,
    InvoicePaid,
    InvoicePositionRecorded,
    InvoiceReceived,
    MonthOpened,
)
from domain.ledgers.settlement.refusals import (
    AnnexMissing,
    NotPerformed,
    NotReimbursable,
    PerIndividualInvoiceEnded,
    RecipientReferenceMissing,
    SettlementNotRegulated,
)
from domain.ledgers.settlement.rules.recorded_hours import IndividualMonth
from domain.ledgers.settlement.state.months import MonthStatus, month_id
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.values import Timeliness
from domain.money import UnitOfMeasure
from domain.refusals import (
    ActorNotAllowed,
    NoAgreementInForce,
    NotParty,
    NotYourPrincipal,
    OccurredTooEarly,
    UnknownReference,
    WrongState,
)
from tests.domain.settlement.books import (
    ECONOMIST,
    TREATED,
    WEIGHED,
    Book,
    agreement,
    book,
    case,
    changed,
    hours,
    individual,
)
from tests.scenario import NURSE_A, NURSE_B, A

CARE = "specialist-treated-home-care"
REFERENCE = "KST 80904"


def day(of: str) -> date:
    """Read a day."""
    return date.fromisoformat(of)


def published(amounts: Mapping[int, str]) -> Rates:
    """Tell that the county's hourly rates are published, in SEK."""
    ledger = reduce(
        lambda book, rate: book.after(
            rates.publish_hourly_rate,
            ECONOMIST,
            year=rate[0],
            amount=Decimal(rate[1]),
            source="Försäkringskassan, assistansersättning",
        ),
        amounts.items(),
        book("gavleborg", "2018-04-02"),
    )
    return ledger.rates


RATE_2018 = {2018: "300.00"}


def may(month: str = "2018-05-01") -> Book:
    """Tell that the month is open between the region and municipality A."""
    opened = book("gavleborg", "2018-05-02" if month < "2018-05-02" else month)
    return opened.after(months.open_month, NURSE_A, municipality=A, care=CARE, month=day(month))


def closed(*individuals: IndividualMonth, amounts: Mapping[int, str] = RATE_2018, month: str = "2018-05-01") -> Book:
    """Tell that the month's hours are closed."""
    return may(month).after(months.close_hours, NURSE_A, individuals=individuals, rates=published(amounts))


ON_VENTILATOR = individual(
    hours("744", "2018-05-01", performed=False), hours("400.0", "2018-05-15"), hours("300.0", "2018-05-31")
)
"""D7: 744 hours planned, 700.0 performed."""


def invoiced(*, at: str = "2018-06-20 09:00", **changes: Any) -> Book:
    """Tell that the month of D7 is invoiced."""
    content = {
        "total": Decimal("105000.00"),
        "hours_of": {ON_VENTILATOR.case: Decimal("700.0")},
        "reference": REFERENCE,
    }
    return closed(ON_VENTILATOR).after(months.issue_invoice, NURSE_A, at, **content | changes)


def received(at: str = "2018-06-25 23:30") -> Book:
    """Tell that the invoice is with the region."""
    return invoiced().after(months.receive_invoice, ECONOMIST, at)


def contested() -> Book:
    """Tell that the region has contested the invoice."""
    return received().after(months.contest_invoice, ECONOMIST, reason="Ten hours were in hospital")


# --- The interval that is settled -------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize("month", ["2018-03-01", "2020-01-01"])
def test_a_month_outside_the_economic_agreement_is_not_settled_under_it(month: str) -> None:
    book("gavleborg", "2020-02-01").refuses(
        NoAgreementInForce,
        months.open_month,
        NURSE_A,
        rule="GAV-10-1",
        municipality=A,
        care=CARE,
        month=day(month),
    )


@pytest.mark.rule("GAV-10-1")
def test_hours_of_a_day_outside_it_are_not_paid_for_and_the_line_says_why() -> None:
    version = agreement("gavleborg")
    assert version.settlement is not None
    assert version.settlement.monthly is not None
    middle = Validity(valid_from=day("2018-05-10"), valid_to=day("2018-05-20"), clauses=("GAV-10-1",))
    short = changed(version, monthly=version.settlement.monthly.model_copy(update={"validity": middle}))
    recorded = [hours("1", f"2018-05-{of}") for of in ("09", "10", "20", "21")]

    ledger = (
        may()
        .under(short)
        .after(months.close_hours, NURSE_A, individuals=(individual(*recorded),), rates=published(RATE_2018))
    )

    (line,) = ledger.month.lines
    assert (line.performed.amount, line.payable.amount) == (Decimal(4), Decimal(2))
    assert line.unmet == ("day",)
    assert line.payable.sources == (recorded[1].event, recorded[2].event, WEIGHED, TREATED)
    assert line.payable.clauses == ("GAV-10-1",)


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize(("of", "first"), [("2018-04-01", "2018-04-01"), ("2019-12-31", "2019-12-01")])
def test_hours_of_the_first_and_of_the_last_day_are_settled(of: str, first: str) -> None:
    ledger = closed(individual(hours("8", of)), amounts={2018: "300", 2019: "310"}, month=first)

    assert ledger.month.lines[0].performed.amount == 8


@pytest.mark.rule("G9")
def test_hours_within_validity_are_invoiced_after_the_version_has_expired() -> None:
    ledger = closed(individual(hours("8", "2019-12-31")), amounts={2019: "310.00"}, month="2019-12-01")

    event = ledger.after(
        months.issue_invoice,
        NURSE_A,
        "2020-01-10 09:00",
        total=Decimal("1240.00"),
        hours_of={case("one"): Decimal(8)},
        reference=REFERENCE,
    ).last(InvoiceIssued)

    assert event.basis.agreement == agreement("gavleborg").ref


@pytest.mark.rule("SYS-2")
def test_a_month_that_no_version_covers_is_refused() -> None:
    book("gavleborg", "2018-05-02").under(None).refuses(
        NoAgreementInForce, months.open_month, NURSE_A, rule="SYS-2", municipality=A, care=CARE, month=day("2018-05-01")
    )


# --- Opening ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-10-7")
def test_each_month_of_a_municipality_is_settled_by_itself() -> None:
    event = may().last(MonthOpened)

    assert event.originator_id == month_id("gavleborg", A, CARE, day("2018-05-01"))
    assert event.originator_id != may("2018-06-01").last(MonthOpened).originator_id
    assert "GAV-10-7" in event.basis.clauses


def test_the_region_opens_the_month_of_any_municipality() -> None:
    opened = book("gavleborg", "2018-05-02").after(
        months.open_month, ECONOMIST, municipality=A, care=CARE, month=day("2018-05-01")
    )

    assert opened.month.municipality == A


def test_a_municipality_opens_its_own_months_only() -> None:
    book("gavleborg", "2018-05-02").refuses(
        NotYourPrincipal,
        months.open_month,
        NURSE_B,
        rule="SYS-3",
        municipality=A,
        care=CARE,
        month=day("2018-05-01"),
    )


def test_a_month_is_settled_with_a_municipality_that_there_is() -> None:
    book("gavleborg", "2018-05-02").refuses(
        UnknownReference,
        months.open_month,
        ECONOMIST,
        rule="SYS-1",
        where=("municipality",),
        municipality="SE2120000009-H0",
        care=CARE,
        month=day("2018-05-01"),
    )


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(("county", "care"), [("gavleborg", "podiatry"), ("vastmanland", CARE), ("orebro", CARE)])
def test_care_that_a_version_does_not_settle_monthly_is_not_regulated(county: str, care: str) -> None:
    book(county, "2025-04-01").refuses(
        SettlementNotRegulated,
        months.open_month,
        NURSE_A,
        rule="SYS-7",
        municipality=A,
        care=care,
        month=day("2018-05-01"),
    )


def test_the_refusal_names_the_care_that_the_version_settles() -> None:
    ledger = book("gavleborg", "2018-06-01")
    with pytest.raises(SettlementNotRegulated) as refused:
        ledger.decided(
            months.open_month,
            ledger.act(months.open_month, NURSE_A),
            municipality=A,
            care="podiatry",
            month=day("2018-05-01"),
        )
    assert refused.value.remedy == f"settle {CARE}, or have a version published that regulates it"


@pytest.mark.rule("ORE-4.1.2-3", "ORE-3.2.1-3", "F26")
@pytest.mark.parametrize("month", ["2025-03-01", "2025-04-01"])
def test_psychiatric_care_is_no_longer_invoiced_per_individual(month: str) -> None:
    book("orebro", "2025-05-02").refuses(
        PerIndividualInvoiceEnded,
        months.open_month,
        NURSE_A,
        rule="ORE-4.1.2-3",
        where=("psychiatric-home-care",),
        municipality=A,
        care="psychiatric-home-care",
        month=day(month),
    )


@pytest.mark.rule("ORE-4.1.2-3", "F26")
@pytest.mark.parametrize(
    ("care", "refusal"),
    [("psychiatric-home-care", PerIndividualInvoiceEnded), ("somatic-home-care", SettlementNotRegulated)],
    ids=["care that ended", "other care"],
)
def test_a_month_whose_last_day_is_the_day_on_which_invoicing_ended_is_refused_for_that_care_only(
    care: str, refusal: type[Refusal]
) -> None:
    version = agreement("orebro")
    assert version.settlement is not None
    assert version.settlement.per_individual is not None
    ended = version.settlement.per_individual.model_copy(update={"ended_from": day("2025-04-30")})

    book("orebro", "2025-05-02").under(changed(version, per_individual=ended)).refuses(
        refusal,
        months.open_month,
        NURSE_A,
        rule="ORE-4.1.2-3" if refusal is PerIndividualInvoiceEnded else "SYS-7",
        municipality=A,
        care=care,
        month=day("2025-04-01"),
    )


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [("2018-05-31", "2018-12-31"), ("2018-01-01", "2018-05-01"), ("2018-05-31", None)],
    ids=["its last day", "its first day", "its last day, until further notice"],
)
def test_a_month_of_which_one_day_lies_within_the_agreement_is_opened(valid_from: str, valid_to: str | None) -> None:
    version = agreement("gavleborg")
    assert version.settlement is not None
    assert version.settlement.monthly is not None
    days = Validity(
        valid_from=day(valid_from), valid_to=day(valid_to) if valid_to is not None else None, clauses=("GAV-10-1",)
    )
    short = changed(version, monthly=version.settlement.monthly.model_copy(update={"validity": days}))

    opened = (
        book("gavleborg", "2018-06-02")
        .under(short)
        .after(months.open_month, NURSE_A, municipality=A, care=CARE, month=day("2018-05-01"))
    )

    assert opened.month.status is MonthStatus.OPEN


@pytest.mark.rule("SYS-7")
def test_psychiatric_care_before_invoicing_ended_is_not_regulated_rather_than_ended() -> None:
    book("orebro", "2025-05-02").refuses(
        SettlementNotRegulated,
        months.open_month,
        NURSE_A,
        rule="SYS-7",
        municipality=A,
        care="psychiatric-home-care",
        month=day("2025-02-01"),
    )


# --- Hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-10-3")
def test_half_of_the_performed_hours_is_paid_and_planned_hours_never_count() -> None:
    ledger = closed(ON_VENTILATOR)
    (line,) = ledger.last(HoursClosed).lines

    assert (line.planned.amount, line.performed.amount) == (Decimal(744), Decimal("700.0"))
    assert line.reimbursed.amount == Decimal("350.0")
    assert line.amount.amount == Decimal("105000.00")
    assert (line.performed.unit, line.amount.unit) == (UnitOfMeasure.HOURS, UnitOfMeasure.SEK)
    assert "GAV-10-3" in line.reimbursed.clauses


@pytest.mark.rule("GAV-10-3")
def test_120_performed_hours_are_paid_as_60() -> None:
    (line,) = closed(individual(hours("120.0", "2018-05-20"))).month.lines

    assert line.amount.amount == 60 * Decimal("300.00")


def test_every_amount_names_the_events_and_the_clauses_it_comes_from() -> None:
    (line,) = closed(ON_VENTILATOR).month.lines
    performed = tuple(hours.event for hours in ON_VENTILATOR.hours if hours.performed)

    assert line.performed.sources == performed
    assert line.planned.sources == tuple(hours.event for hours in ON_VENTILATOR.hours if not hours.performed)
    assert line.payable.sources == (*performed, WEIGHED, TREATED)
    assert line.amount.sources == (*performed, WEIGHED, TREATED, *published(RATE_2018).hourly[2018].sources)
    assert set(line.amount.clauses) == {"GAV-10-3", "GAV-10-2", "GAV-10-5"}


@pytest.mark.rule("GAV-10-4")
def test_where_primary_care_treats_nothing_is_paid_and_the_line_says_why() -> None:
    (line,) = closed(individual(hours("700.0", "2018-05-20", level="primary"))).month.lines

    assert [figure.amount for figure in (line.performed, line.payable, line.reimbursed, line.amount)] == [700, 0, 0, 0]
    assert line.unmet == ("treatment-level",)
    assert line.reimbursed.clauses == ("GAV-10-4",)


@pytest.mark.rule("GAV-10-4")
def test_hours_of_a_day_on_which_only_the_municipality_says_that_specialists_treat_are_not_paid_for() -> None:
    shown, stated = hours("10", "2018-05-10"), hours("20", "2018-05-20", treated=False)
    (line,) = closed(individual(shown, stated)).month.lines

    assert [figure.amount for figure in (line.performed, line.payable, line.reimbursed)] == [30, 10, 5]
    assert (line.unmet, line.reimbursed.clauses) == (("treatment-shown",), ("GAV-10-3",))
    (alone,) = closed(individual(stated)).month.lines
    assert (str(alone.amount.amount), alone.reimbursed.clauses) == ("0.00", ("GAV-10-4",))


@pytest.mark.rule("GAV-10-4")
def test_an_established_level_shows_that_specialists_treat_as_the_circumstance_does() -> None:
    stated = hours("20", "2018-05-20", treated=False)
    for level, paid in (("specialised", 20), ("primary", 0)):
        (line,) = closed(individual(stated.model_copy(update={"levels": {level: TREATED}}))).month.lines
        assert line.payable.amount == paid


@pytest.mark.rule("GAV-10-4")
def test_of_a_month_in_which_treatment_moved_what_specialised_care_treated_is_paid_for() -> None:
    first, then = hours("100", "2018-05-10", level="primary"), hours("200", "2018-05-31")
    ledger = closed(individual(first, then))
    (line,) = ledger.month.lines

    assert [figure.amount for figure in (line.performed, line.payable, line.reimbursed)] == [300, 200, 100]
    assert (line.unmet, line.payable.sources) == (("treatment-level",), (then.event, WEIGHED, TREATED))
    ledger.refuses(
        NotReimbursable,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-4",
        where=(str(line.case), "treatment-level"),
        total=Decimal(45000),
        hours_of={line.case: Decimal(300)},
        reference=REFERENCE,
    )


@pytest.mark.rule("GAV-10-4")
@pytest.mark.parametrize(
    "somebody",
    [
        individual(hours("8", "2018-05-20"), met=["coordination"], unmet=["extensive-care"]),
        individual(hours("8", "2018-05-20"), met=["coordination"]),
    ],
    ids=["weighed and not met", "never weighed"],
)
def test_nothing_is_paid_for_somebody_whom_the_record_does_not_show_in_the_target_group(
    somebody: IndividualMonth,
) -> None:
    (line,) = closed(somebody).month.lines

    assert line.amount.amount == 0
    assert line.unmet == ("extensive-care",)
    assert line.reimbursed.sources == (WEIGHED,)


@pytest.mark.rule("G8")
def test_self_care_hours_count_as_hours_of_health_care_do() -> None:
    (line,) = closed(individual(hours("8", "2018-10-20", kind="self-care")), month="2018-10-01").month.lines

    assert line.amount.amount == 1200


@pytest.mark.rule("GAV-10-3")
def test_hours_of_another_kind_of_work_are_not_paid_for_and_the_line_says_why() -> None:
    (line,) = closed(individual(hours("8", "2018-05-20", kind="cleaning"))).month.lines

    assert line.amount.amount == 0
    assert (line.unmet, line.reimbursed.clauses) == (("kind",), ("GAV-10-3",))


SOMEBODY_ELSE = individual(hours("10", "2018-05-20"), name="two")


@pytest.mark.rule("GAV-10-3")
@pytest.mark.parametrize(
    ("counted", "wrong"),
    [
        ({"one": "700"}, ["two"]),
        ({"one": "744", "two": "10"}, ["one"]),
        ({"one": "700", "two": "9.9"}, ["two"]),
        ({"one": "700", "two": "10", "three": "1"}, ["three"]),
        ({}, ["one", "two"]),
    ],
    ids=["one left out", "the planned hours", "fewer", "a case without hours", "all left out"],
)
def test_hours_that_are_not_those_of_the_record_are_refused_naming_whose(
    counted: dict[str, str], wrong: list[str]
) -> None:
    may().refuses(
        NotPerformed,
        months.close_hours,
        NURSE_A,
        rule="GAV-10-3",
        where=[str(case(name)) for name in wrong],
        individuals=(ON_VENTILATOR, SOMEBODY_ELSE),
        rates=published(RATE_2018),
        hours_of={case(name): Decimal(hours) for name, hours in counted.items()},
    )


def test_hours_that_are_those_of_the_record_are_closed_and_who_only_had_plans_may_be_left_out() -> None:
    only_planned = individual(hours("8", "2018-05-20", performed=False), name="three")

    ledger = may().after(
        months.close_hours,
        NURSE_A,
        individuals=(ON_VENTILATOR, SOMEBODY_ELSE, only_planned),
        rates=published(RATE_2018),
        hours_of={ON_VENTILATOR.case: Decimal("700.00"), SOMEBODY_ELSE.case: Decimal(10)},
    )

    assert [line.performed.amount for line in ledger.month.lines] == [700, 10, 0]


def test_two_cases_of_one_person_are_a_line_each() -> None:
    other = SOMEBODY_ELSE.model_copy(update={"patient_id": ON_VENTILATOR.patient_id})
    ledger = closed(ON_VENTILATOR, other)

    event = ledger.after(
        months.issue_invoice,
        NURSE_A,
        total=Decimal("106500.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700), other.case: Decimal(10)},
        reference=REFERENCE,
    ).last(InvoiceIssued)

    assert len({line.patient_id for line in ledger.month.lines}) == 1
    assert [(line.case, line.hours.amount) for line in event.annex] == [
        (ON_VENTILATOR.case, Decimal(700)),
        (other.case, Decimal(10)),
    ]


def test_each_line_is_rounded_by_itself_and_half_an_ore_goes_up() -> None:
    (line,) = closed(individual(hours("0.33", "2018-05-20")), amounts={2018: "300.10"}).month.lines

    assert line.reimbursed.amount == Decimal("0.165")
    assert line.amount.amount == Decimal("49.52")  # 49.5165


@pytest.mark.rule("SYS-3")
def test_only_the_municipality_closes_its_hours() -> None:
    may().refuses(
        ActorNotAllowed,
        months.close_hours,
        ECONOMIST,
        rule="SYS-3",
        where=(Party.REGION,),
        individuals=(),
        rates=None,
    )


@pytest.mark.rule("SYS-3")
def test_another_municipality_has_no_part_in_it() -> None:
    may().refuses(NotParty, months.close_hours, NURSE_B, rule="SYS-3", individuals=(), rates=None)


@pytest.mark.rule("SYS-6")
def test_hours_are_not_closed_before_the_month_was_opened() -> None:
    may().refuses(
        OccurredTooEarly,
        months.close_hours,
        NURSE_A,
        "2018-05-01 08:00",
        rule="SYS-6",
        individuals=(),
        rates=published(RATE_2018),
    )


# --- The invoice ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-10-8")
def test_the_invoice_has_a_line_for_each_individual_and_its_total_is_their_sum() -> None:
    other = individual(hours("10", "2018-05-20"), name="two")
    ledger = closed(ON_VENTILATOR, other).after(
        months.issue_invoice,
        NURSE_A,
        total=Decimal("106500.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700), other.case: Decimal(10)},
        reference=REFERENCE,
    )
    event = ledger.last(InvoiceIssued)

    assert [(line.patient_id, line.amount.amount) for line in event.annex] == [
        (ON_VENTILATOR.patient_id, Decimal("105000.00")),
        (other.patient_id, Decimal("1500.00")),
    ]
    assert event.total.amount == Decimal("106500.00")
    assert event.total.sources == (ledger.month.closed_by,)
    assert event.corrects is None


@pytest.mark.rule("GAV-10-8", "F27")
def test_an_individual_in_the_total_without_a_line_in_the_annex_is_refused() -> None:
    other = individual(hours("10", "2018-05-20"), name="two")

    closed(ON_VENTILATOR, other).refuses(
        AnnexMissing,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-8",
        where=(str(other.case),),
        total=Decimal("106500.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700)},
        reference=REFERENCE,
    )


@pytest.mark.rule("GAV-10-7", "GAV-10-8")
@pytest.mark.parametrize(
    ("claimed", "total"), [({ON_VENTILATOR.case: 690}, "103500.00"), ({}, "0")], ids=["some hours", "nobody"]
)
def test_a_months_first_invoice_leaves_no_payable_hours_out(claimed: dict[UUID, int], total: str) -> None:
    closed(ON_VENTILATOR).refuses(
        AnnexMissing,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-8",
        where=(str(ON_VENTILATOR.case),),
        total=Decimal(total),
        hours_of={case: Decimal(hours) for case, hours in claimed.items()},
        reference=REFERENCE,
    )


@pytest.mark.rule("GAV-10-3")
@pytest.mark.parametrize(("performed", "flagged"), [("744", False), ("744.5", True)])
def test_more_hours_than_the_month_has_are_flagged_and_paid_for(performed: str, flagged: bool) -> None:
    (line,) = closed(individual(hours(performed, "2018-05-31"))).month.lines

    assert (line.exceeds_month, line.payable.amount) == (flagged, Decimal(performed))


@pytest.mark.rule("GAV-10-3", "F27")
@pytest.mark.parametrize("claimed", ["744", "700.1", "-1"])
def test_hours_that_were_not_performed_are_not_invoiced(claimed: str) -> None:
    closed(ON_VENTILATOR).refuses(
        NotPerformed,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-3",
        where=(str(ON_VENTILATOR.case),),
        total=Decimal("111600.00"),
        hours_of={ON_VENTILATOR.case: Decimal(claimed)},
        reference=REFERENCE,
    )


def test_a_case_without_hours_in_the_month_is_not_invoiced() -> None:
    closed(ON_VENTILATOR).refuses(
        NotPerformed,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-3",
        where=(str(case("nobody")),),
        total=Decimal(0),
        hours_of={case("nobody"): Decimal(0)},
        reference=REFERENCE,
    )


@pytest.mark.rule("GAV-10-4", "F27")
def test_hours_that_the_region_does_not_pay_for_are_not_invoiced() -> None:
    somebody = individual(hours("700.0", "2018-05-20", level="primary"))

    closed(somebody).refuses(
        NotReimbursable,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-4",
        where=(str(somebody.case), "treatment-level"),
        total=Decimal("105000.00"),
        hours_of={somebody.case: Decimal(700)},
        reference=REFERENCE,
    )


@pytest.mark.rule("GAV-10-9")
@pytest.mark.parametrize("reference", [None, "KST 1"])
def test_an_invoice_without_the_recipients_reference_is_refused(reference: str | None) -> None:
    closed(ON_VENTILATOR).refuses(
        RecipientReferenceMissing,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-9",
        where=("reference",),
        total=Decimal("105000.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700)},
        reference=reference,
    )


@pytest.mark.rule("GAV-10-9")
def test_the_invoice_goes_to_the_regions_health_care_management() -> None:
    settlement = agreement("gavleborg").settlement
    assert settlement is not None
    assert settlement.monthly is not None
    recipient = settlement.monthly.invoice.recipient
    assert recipient is not None

    assert recipient.address[0] == "Ledning Hälso- och sjukvård"
    assert recipient.reference == invoiced().last(InvoiceIssued).reference


@pytest.mark.rule("SYS-7")
def test_a_version_that_asks_for_no_reference_gets_none() -> None:
    version = agreement("gavleborg")
    assert version.settlement is not None
    monthly = version.settlement.monthly
    assert monthly is not None
    plain = monthly.model_copy(update={"invoice": monthly.invoice.model_copy(update={"recipient": None})})

    ledger = closed(ON_VENTILATOR).under(changed(version, monthly=plain))

    assert (
        ledger.after(
            months.issue_invoice,
            NURSE_A,
            total=Decimal("105000.00"),
            hours_of={ON_VENTILATOR.case: Decimal(700)},
            reference=None,
        ).month.status
        is MonthStatus.INVOICED
    )


# --- Received, and in time --------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-10-7")
@pytest.mark.parametrize(
    ("at", "timeliness"),
    [
        ("2018-06-25 23:59", Timeliness.ON_TIME),
        ("2018-06-26 00:30", Timeliness.LATE),
        ("2018-07-03 09:00", Timeliness.LATE),
        ("2018-06-20 10:00", Timeliness.ON_TIME),
    ],
)
def test_the_invoice_is_with_the_region_by_the_25th(at: str, timeliness: Timeliness) -> None:
    event = received(at).last(InvoiceReceived)

    assert (event.due, event.timeliness) == (day("2018-06-25"), timeliness)
    assert event.basis.clauses == ("GAV-10-7",)


@pytest.mark.rule("GAV-10-7", "G4")
def test_a_late_invoice_is_flagged_and_accepted_all_the_same() -> None:
    assert received("2018-06-26 09:00").after(months.accept_invoice, ECONOMIST).month.status is MonthStatus.ACCEPTED


@pytest.mark.rule("G4")
def test_the_month_that_the_25th_is_in_is_a_reading_that_the_version_states() -> None:
    settlement = agreement("gavleborg").settlement
    assert settlement is not None
    assert settlement.monthly is not None
    due = settlement.monthly.invoice.due
    assert due is not None

    assert (due.day, due.months_after, due.silences) == (25, 1, ("G4",))
    assert due.reading


@pytest.mark.rule("GAV-10-7")
def test_the_invoice_of_december_is_due_in_january() -> None:
    ledger = closed(individual(hours("8", "2018-12-20")), month="2018-12-01").after(
        months.issue_invoice,
        NURSE_A,
        total=Decimal("1200.00"),
        hours_of={case("one"): Decimal(8)},
        reference=REFERENCE,
    )

    assert ledger.after(months.receive_invoice, ECONOMIST).last(InvoiceReceived).due == day("2019-01-25")


@pytest.mark.rule("SYS-3")
def test_the_municipality_does_not_contest_its_own_invoice() -> None:
    received().refuses(
        ActorNotAllowed, months.contest_invoice, NURSE_A, rule="SYS-3", where=("municipality",), reason="Mine"
    )


# --- Contested, corrected, paid ---------------------------------------------------------------------------------------


def test_the_region_contests_with_a_reason_and_each_party_states_its_own_position() -> None:
    ledger = contested()
    dispute = ledger.last(InvoiceContested)

    for by in (NURSE_A, ECONOMIST):
        ledger = ledger.after(months.record_invoice_position, by, position="As we hold")
        assert ledger.last(InvoicePositionRecorded).party is by.party
        assert ledger.last(InvoicePositionRecorded).dispute_id == dispute.dispute_id
    assert [held.principal for held in ledger.month.positions] == [NURSE_A.principal, ECONOMIST.principal]
    assert ledger.month.status is MonthStatus.CONTESTED


@pytest.mark.rule("SYS-4")
def test_a_contested_invoice_is_corrected_by_a_new_one_that_names_it() -> None:
    ledger = contested()
    first = ledger.month.invoice
    content: dict[str, Any] = {
        "total": Decimal("103500.00"),
        "hours_of": {ON_VENTILATOR.case: Decimal(690)},
        "reference": REFERENCE,
    }

    ledger.refuses(WrongState, months.issue_invoice, NURSE_A, rule="GAV-10-7", where=("null",), **content)
    with pytest.raises(WrongState, match=f"possible only when it is {first.id}"):
        ledger.decided(months.issue_invoice, ledger.act(months.issue_invoice, NURSE_A), **content)
    corrected = ledger.after(months.issue_invoice, NURSE_A, corrects=first.id, **content)
    event = corrected.last(InvoiceIssued)

    assert event.corrects == first.id != event.invoice_id
    assert corrected.month.invoice.total.amount == Decimal("103500.00")
    assert corrected.month.invoices[0] == first
    assert corrected.month.dispute is None


def test_a_first_invoice_corrects_none() -> None:
    content: dict[str, Any] = {"total": Decimal(0), "hours_of": {}, "reference": REFERENCE}
    other = case("another invoice")

    closed(ON_VENTILATOR).refuses(
        WrongState, months.issue_invoice, NURSE_A, rule="GAV-10-7", where=(str(other),), corrects=other, **content
    )


def test_a_corrected_invoice_has_no_last_day_since_none_is_stated() -> None:
    ledger = contested()
    ledger = ledger.after(
        months.issue_invoice,
        NURSE_A,
        "2018-07-10 09:00",
        corrects=ledger.month.invoice.id,
        total=Decimal("105000.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700)},
        reference=REFERENCE,
    )

    event = ledger.after(months.receive_invoice, ECONOMIST).last(InvoiceReceived)

    assert (event.due, event.timeliness) == (None, None)


def test_hours_that_prove_to_be_otherwise_are_closed_again_while_the_invoice_is_contested() -> None:
    ledger = contested()
    again = individual(hours("690.0", "2018-05-31"))

    ledger = ledger.after(months.close_hours, NURSE_A, individuals=(again,), rates=published(RATE_2018))

    assert ledger.month.status is MonthStatus.HOURS_CLOSED
    ledger.refuses(
        NotPerformed,
        months.issue_invoice,
        NURSE_A,
        rule="GAV-10-3",
        corrects=ledger.month.invoice.id,
        total=Decimal("105000.00"),
        hours_of={ON_VENTILATOR.case: Decimal(700)},
        reference=REFERENCE,
    )


def test_the_region_pays_what_it_has_accepted() -> None:
    accepted = received().after(months.accept_invoice, ECONOMIST)
    assert accepted.last(InvoiceAccepted).invoice_id == accepted.month.invoice.id

    paid = accepted.after(months.pay_invoice, ECONOMIST).last(InvoicePaid)

    assert (paid.invoice_id, paid.amount.amount) == (accepted.month.invoice.id, Decimal("105000.00"))
    assert paid.amount.sources == (accepted.month.invoice.issued_by,)


def test_a_contested_invoice_can_be_accepted_after_all() -> None:
    assert contested().after(months.accept_invoice, ECONOMIST).month.status is MonthStatus.ACCEPTED


def paid(ledger: Book) -> Book:
    """Tell that the region has received, accepted and paid the invoice."""
    for decide in (months.receive_invoice, months.accept_invoice, months.pay_invoice):
        ledger = ledger.after(decide, ECONOMIST)
    return ledger


@pytest.mark.parametrize(("late", "owed"), [("10", "1500.00"), ("-1", "-150.00")], ids=["more", "less"])
def test_what_is_recorded_once_the_month_is_paid_is_a_corrected_invoice_and_its_difference_is_paid(
    late: str, owed: str
) -> None:
    ledger = paid(invoiced())
    now = Decimal(700) + Decimal(late)
    recorded = (individual(hours(str(now), "2018-05-31")),)

    ledger = ledger.after(months.close_hours, NURSE_A, individuals=recorded, rates=published(RATE_2018))
    claim: dict[str, Any] = {"total": now * 150, "hours_of": {ON_VENTILATOR.case: now}, "reference": REFERENCE}
    ledger.refuses(WrongState, months.issue_invoice, NURSE_A, rule="GAV-10-7", **claim)
    ledger = paid(ledger.after(months.issue_invoice, NURSE_A, corrects=ledger.month.invoice.id, **claim))

    assert ledger.last(InvoicePaid).amount.amount == Decimal(owed)
    assert (ledger.month.status, ledger.month.paid) == (MonthStatus.PAID, now * 150)


@pytest.mark.parametrize("ledger", [closed(ON_VENTILATOR), invoiced(), received(), contested(), paid(invoiced())])
def test_a_month_is_not_closed_again_while_the_record_says_the_same(ledger: Book) -> None:
    ledger.refuses(
        WrongState,
        months.close_hours,
        NURSE_A,
        rule="GAV-10-7",
        where=(ledger.month.status,),
        individuals=(ON_VENTILATOR,),
        rates=published(RATE_2018),
    )


STEPS: dict[str, tuple[Any, Actor, dict[str, Any]]] = {
    "issue": (months.issue_invoice, NURSE_A, {"total": Decimal(0), "hours_of": {}, "reference": REFERENCE}),
    "receive": (months.receive_invoice, ECONOMIST, {}),
    "accept": (months.accept_invoice, ECONOMIST, {}),
    "contest": (months.contest_invoice, ECONOMIST, {"reason": "No"}),
    "position": (months.record_invoice_position, ECONOMIST, {"position": "No"}),
    "pay": (months.pay_invoice, ECONOMIST, {}),
}
OPEN_TO = {
    MonthStatus.OPEN: set[str](),
    MonthStatus.HOURS_CLOSED: {"issue"},
    MonthStatus.INVOICED: {"receive"},
    MonthStatus.RECEIVED: {"accept", "contest"},
    MonthStatus.CONTESTED: {"issue", "accept", "position"},
    MonthStatus.ACCEPTED: {"pay"},
    MonthStatus.PAID: set[str](),
}


@pytest.mark.parametrize("status", MonthStatus)
@pytest.mark.parametrize("step", STEPS)
def test_what_does_not_follow_on_the_months_state_is_refused(status: MonthStatus, step: str) -> None:
    books = {
        MonthStatus.OPEN: may(),
        MonthStatus.HOURS_CLOSED: closed(ON_VENTILATOR),
        MonthStatus.INVOICED: invoiced(),
        MonthStatus.RECEIVED: received(),
        MonthStatus.CONTESTED: contested(),
        MonthStatus.ACCEPTED: received().after(months.accept_invoice, ECONOMIST),
    }
    books[MonthStatus.PAID] = books[MonthStatus.ACCEPTED].after(months.pay_invoice, ECONOMIST)
    ledger = books[status]
    assert ledger.month.status is status
    decide, by, content = STEPS[step]

    if step not in OPEN_TO[status]:
        ledger.refuses(WrongState, decide, by, rule="GAV-10-7", where=(status,), **content)
