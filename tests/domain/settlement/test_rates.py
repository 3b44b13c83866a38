"""Yearly rates: published with their source, corrected by name, and never made up."""

from decimal import Decimal
from typing import Any

import pytest

from domain.kernel import Actor
from domain.ledgers.settlement.acts import months, rates
from domain.ledgers.settlement.events.rates import HourlyRatePublished
from domain.ledgers.settlement.refusals import RateNotPublished, SettlementNotRegulated
from domain.ledgers.settlement.state.rates import rates_id
from domain.money import UnitOfMeasure
from domain.refusals import ActorNotAllowed, NoAgreementInForce, OccurredInFuture, WrongState
from tests.domain.settlement.books import ECONOMIST, Book, agreement, book, changed, hours, individual
from tests.domain.settlement.test_months import may, published
from tests.scenario import CARE_STAFF_A, NURSE_A, REGION_AUDITOR

INDEX = "Försäkringskassan, assistansersättning"


def gavleborg() -> Book:
    """Begin the county's rates, with none published."""
    return book("gavleborg", "2018-05-01")


def test_a_rate_is_published_with_its_year_its_unit_and_what_it_was_read_from() -> None:
    ledger = gavleborg().after(rates.publish_hourly_rate, ECONOMIST, year=2018, amount=Decimal("300.00"), source=INDEX)
    event = ledger.last(HourlyRatePublished)

    assert (event.year, event.rate.amount, event.rate.unit, event.rate.inputs) == (
        2018,
        Decimal("300.00"),
        UnitOfMeasure.SEK_PER_HOUR,
        (INDEX,),
    )
    assert event.originator_id == event.case_id == rates_id("gavleborg")
    assert ledger.rates.hourly[2018].sources == (event.id,)


@pytest.mark.rule("GAV-10-2")
def test_hours_of_a_year_without_a_rate_are_not_settled_and_no_amount_is_made_up() -> None:
    may().refuses(
        RateNotPublished,
        months.close_hours,
        NURSE_A,
        rule="GAV-10-2",
        where=("2018",),
        individuals=(individual(hours("10", "2018-05-07")),),
        rates=None,
    )


@pytest.mark.rule("GAV-10-2", "GAV-10-5")
def test_each_year_has_its_own_rate_and_the_year_before_does_not_stand_in_for_it() -> None:
    january = may(month="2019-01-01")
    only_2018 = published({2018: "300.00"})
    both = published({2018: "300.00", 2019: "309.30"})
    somebody = individual(hours("10", "2019-01-07"))

    january.refuses(
        RateNotPublished,
        months.close_hours,
        NURSE_A,
        rule="GAV-10-2",
        where=("2019",),
        individuals=(somebody,),
        rates=only_2018,
    )
    (line,) = january.after(months.close_hours, NURSE_A, individuals=(somebody,), rates=both).month.lines

    assert line.rate.amount == Decimal("309.30")
    assert line.amount.amount == Decimal("1546.50")
    assert line.rate.inputs == (INDEX,)
    assert {"GAV-10-2", "GAV-10-5"} <= set(line.rate.clauses)


@pytest.mark.parametrize("names_a_rate", [True, False])
def test_a_version_that_does_not_index_its_rate_goes_on_with_the_latest(names_a_rate: bool) -> None:
    version = agreement("gavleborg")
    assert version.settlement is not None
    monthly = version.settlement.monthly
    assert monthly is not None
    assert monthly.rate is not None
    rate = monthly.rate.model_copy(update={"indexed": None}) if names_a_rate else None
    fixed = changed(version, monthly=monthly.model_copy(update={"rate": rate}))
    january = may(month="2019-01-01").under(fixed)

    for amounts in ({2017: "290.00", 2018: "300.00", 2020: "320.00"}, {2018: "290.00", 2019: "300.00"}):
        (line,) = january.after(
            months.close_hours,
            NURSE_A,
            individuals=(individual(hours("10", "2019-01-07")),),
            rates=published(amounts),
        ).month.lines
        assert line.amount.amount == Decimal("1500.00")


@pytest.mark.rule("SYS-4")
def test_a_published_rate_is_only_changed_by_a_publication_that_names_it() -> None:
    ledger = gavleborg().after(rates.publish_hourly_rate, ECONOMIST, year=2018, amount=Decimal("300"), source=INDEX)
    first = ledger.last(HourlyRatePublished)
    again: dict[str, Any] = {"year": 2018, "amount": Decimal("301"), "source": INDEX}

    ledger.refuses(WrongState, rates.publish_hourly_rate, ECONOMIST, rule="GAV-10-2", where=("null",), **again)
    with pytest.raises(WrongState, match=f"possible only when it is {first.id}"):
        ledger.decided(rates.publish_hourly_rate, ledger.act(rates.publish_hourly_rate, ECONOMIST), **again)
    corrected = ledger.after(rates.publish_hourly_rate, ECONOMIST, corrects=first.id, **again)

    assert corrected.last(HourlyRatePublished).corrects == first.id
    assert corrected.rates.hourly[2018].amount == Decimal("301")


@pytest.mark.rule("SYS-4")
@pytest.mark.parametrize(
    ("county", "publish", "kept", "rule", "field"),
    [
        ("gavleborg", rates.publish_standard_amount, "standard", "GAV-10-2", "amount"),
        ("orebro", rates.publish_tax_base_change, "tax_base", "ORE-4.1.2-5", "percent"),
    ],
)
def test_every_kind_of_rate_is_published_once_and_then_changed_by_name(
    county: str, publish: Any, kept: str, rule: str, field: str
) -> None:
    contents: list[dict[str, Any]] = [{"source": INDEX, field: Decimal(value)} for value in ("2", "3", "4")]
    first, changed, other = contents
    ledger = book(county, "2025-03-12").after(publish, ECONOMIST, year=2025, **first)
    published = ledger.events[-1]

    ledger.refuses(WrongState, publish, ECONOMIST, rule=rule, where=("null",), year=2025, **changed)
    corrected = ledger.after(publish, ECONOMIST, year=2025, corrects=published.id, **changed)
    both = corrected.after(publish, ECONOMIST, year=2026, **other)

    assert {year: figure.amount for year, figure in getattr(both.rates, kept).items()} == {2025: 3, 2026: 4}
    assert [event.originator_version for event in both.events] == [1, 2, 3]


def test_nothing_is_corrected_that_was_never_published() -> None:
    gavleborg().refuses(
        WrongState,
        rates.publish_hourly_rate,
        ECONOMIST,
        rule="GAV-10-2",
        where=(str(rates_id("gavleborg")),),
        year=2018,
        amount=Decimal("300"),
        source=INDEX,
        corrects=rates_id("gavleborg"),
    )


@pytest.mark.rule("SYS-7")
def test_a_version_that_settles_no_hours_publishes_no_hourly_rate() -> None:
    book("vastmanland", "2013-05-01").refuses(
        SettlementNotRegulated,
        rates.publish_hourly_rate,
        ECONOMIST,
        rule="SYS-7",
        year=2013,
        amount=Decimal("1"),
        source=INDEX,
    )
    book("vastmanland", "2013-05-01").refuses(
        SettlementNotRegulated,
        rates.publish_tax_base_change,
        ECONOMIST,
        rule="SYS-7",
        year=2013,
        percent=Decimal("1"),
        source=INDEX,
    )


@pytest.mark.rule("SYS-2")
def test_no_rate_is_published_where_no_version_is_in_force() -> None:
    gavleborg().under(None).refuses(
        NoAgreementInForce,
        rates.publish_hourly_rate,
        ECONOMIST,
        rule="SYS-2",
        year=2017,
        amount=Decimal("1"),
        source=INDEX,
    )


@pytest.mark.rule("SYS-3")
@pytest.mark.parametrize("by", [REGION_AUDITOR, CARE_STAFF_A], ids=lambda by: by.role)
def test_neither_an_auditor_nor_unlicensed_staff_settles(by: Actor) -> None:
    gavleborg().refuses(
        ActorNotAllowed,
        rates.publish_hourly_rate,
        by,
        rule="SYS-3",
        where=(by.role,),
        year=2018,
        amount=Decimal("1"),
        source=INDEX,
    )


def test_nobody_publishes_a_rate_at_a_time_that_has_not_come() -> None:
    ledger = gavleborg()
    act = ledger.act(rates.publish_hourly_rate, ECONOMIST, "2018-06-01 12:00", now="2018-05-31 12:00")

    with pytest.raises(OccurredInFuture):
        ledger.decided(rates.publish_hourly_rate, act, year=2018, amount=Decimal("1"), source=INDEX)
