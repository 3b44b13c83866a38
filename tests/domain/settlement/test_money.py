"""Exact numbers: rounded as a text says, shared without loss, and never a binary fraction."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.kernel import Event
from domain.ledgers.settlement.acts import months
from domain.ledgers.settlement.events.months import InvoiceIssued
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.money import Exact, Figure, Rounding, UnitOfMeasure
from tests.domain.settlement.books import hours as recorded
from tests.domain.settlement.books import individual
from tests.domain.settlement.test_months import REFERENCE, closed
from tests.scenario import NURSE_A

ORE = Rounding(decimals=2, mode="half-up")
EVENT_CLASSES = [event_class for kind in SETTLEMENT for event_class in kind.events]
EVEN = Rounding(decimals=2, mode="half-even")


@pytest.mark.parametrize(
    ("amount", "up", "even"),
    [
        ("0.005", "0.01", "0.00"),
        ("0.015", "0.02", "0.02"),
        ("0.0149999", "0.01", "0.01"),
        ("-0.005", "-0.01", "0.00"),
        ("2.675", "2.68", "2.68"),
        ("105000", "105000.00", "105000.00"),
        ("90071992547409.93", "90071992547409.93", "90071992547409.93"),
    ],
)
def test_a_half_is_rounded_as_the_text_says(amount: str, up: str, even: str) -> None:
    assert ORE.of(Decimal(amount)) == Decimal(up)
    assert EVEN.of(Decimal(amount)) == Decimal(even)


def test_an_amount_is_written_with_the_decimals_of_its_rounding() -> None:
    assert str(ORE.of(Fraction(105000))) == "105000.00"


@given(
    st.decimals(0, 10**9, places=2),
    st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12).filter(any),
)
def test_the_shares_of_a_pool_add_up_to_it_exactly_and_none_is_an_ore_from_its_part(
    pool: Decimal, weights: list[Decimal]
) -> None:
    by_id = {f"m{number:02}": weight for number, weight in enumerate(weights)}

    shares = ORE.divide(pool, by_id)

    assert sum(shares.values()) == pool
    for id, weight in by_id.items():
        assert abs(Fraction(shares[id]) - Fraction(pool) * Fraction(weight) / sum(map(Fraction, weights))) < Fraction(
            1, 100
        )


def test_what_is_left_goes_to_those_that_lost_most_and_then_by_id() -> None:
    thirds = dict.fromkeys(("c", "a", "b"), Decimal(1))

    assert ORE.divide(Decimal("0.02"), thirds) == {"a": Decimal("0.01"), "b": Decimal("0.01"), "c": Decimal(0)}
    assert ORE.divide(Decimal("0.01"), {"a": Decimal("0.4"), "b": Decimal("0.6")})["b"] == Decimal("0.01")


@pytest.mark.parametrize(
    ("pool", "weights"),
    [("-1", ["1"]), ("0.001", ["1"]), ("1", ["0", "0"]), ("1", ["2", "-1"]), ("1", [])],
)
def test_what_cannot_be_shared_is_refused(pool: str, weights: list[str]) -> None:
    with pytest.raises(ValueError, match="only a rounded pool"):
        ORE.divide(Decimal(pool), {str(number): Decimal(weight) for number, weight in enumerate(weights)})


@pytest.mark.parametrize("number", [0.5, True, "five", "NaN", "Infinity", "0.1234567"])
def test_what_is_no_exact_number_is_refused(number: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Exact).validate_python(number)


@pytest.mark.parametrize("number", ["0.5", Decimal("0.5")])
def test_an_exact_number_is_read_as_it_is_written(number: object) -> None:
    assert TypeAdapter(Exact).validate_python(number, strict=True) == Decimal("0.5")


def test_a_figure_without_an_origin_is_refused() -> None:
    with pytest.raises(ValidationError, match="has no origin"):
        Figure(amount=Decimal(1), unit=UnitOfMeasure.SEK)


@pytest.mark.parametrize("origin", [{"clauses": ["GAV-10-2"]}, {"sources": [UUID(int=1)]}, {"inputs": ["KPI"]}])
def test_one_origin_is_enough(origin: dict[str, Any]) -> None:
    assert Figure(amount=Decimal(1), unit=UnitOfMeasure.SEK, **origin).amount == 1


HOURS = st.lists(st.decimals(0, 744, places=2), min_size=1, max_size=6)
RATES = st.decimals("0.01", 5000, places=2)


@given(HOURS, RATES)
def test_an_invoices_total_is_always_the_sum_of_its_annex(amounts: list[Decimal], rate: Decimal) -> None:
    people = [
        individual(recorded(str(amount), str(date(2018, 5, 1) + timedelta(days=number))), name=str(number))
        for number, amount in enumerate(amounts)
    ]
    ledger = closed(*people, amounts={2018: str(rate)})
    total = sum((line.amount.amount for line in ledger.month.lines), Decimal(0))
    claims = {line.case: line.performed.amount for line in ledger.month.lines}

    event = ledger.after(months.issue_invoice, NURSE_A, total=total, hours_of=claims, reference=REFERENCE).last(
        InvoiceIssued
    )

    assert event.total.amount == sum(line.amount.amount for line in event.annex) == total
    assert all(
        line.amount.amount == round_up(amount * rate / 2) for line, amount in zip(event.annex, amounts, strict=True)
    )


def round_up(amount: Decimal) -> Decimal:
    """Round to the nearest öre, and a half away from zero."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def types_in(annotation: Any) -> set[Any]:
    """List every type that a field can hold, however deep."""
    inner = get_args(annotation)
    if inner:
        return {found for part in inner for found in types_in(part)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {found for field in annotation.model_fields.values() for found in types_in(field.annotation)}
    return {annotation}


@pytest.mark.parametrize("event_class", EVENT_CLASSES, ids=lambda cls: str(cls.TOPIC))
def test_no_event_of_settlement_can_hold_a_binary_fraction(event_class: type[Event]) -> None:
    own = {name: field for name, field in event_class.model_fields.items() if name not in Event.model_fields}

    assert own
    assert float not in {found for field in own.values() for found in types_in(field.annotation)}
