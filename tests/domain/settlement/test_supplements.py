"""A year's supplement: measured, reckoned by factors, presented in December, paid in January, adjusted, reviewed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.kernel import Actor
from domain.ledgers.settlement.acts import rates, supplements
from domain.ledgers.settlement.events.supplements import (
    AmountChange,
    ComponentResult,
    Inputs,
    Measurement,
    MunicipalInputs,
    SupplementAdjusted,
    SupplementCalculated,
    SupplementMeasured,
    SupplementPaid,
    SupplementPresented,
    SupplementReviewed,
)
from domain.ledgers.settlement.refusals import (
    InputsIncomplete,
    MeasurementRequired,
    RateNotPublished,
    SettlementNotRegulated,
)
from domain.ledgers.settlement.state.rates import Rates
from domain.ledgers.settlement.state.supplements import SupplementStatus, supplement_id
from domain.ledgers.settlement.values import Timeliness
from domain.refusals import ActorNotAllowed, OccurredTooEarly, PersonalNumber, UnknownReference, WrongState
from tests.domain.settlement.books import ECONOMIST, THIRD, Book, agreement, book, changed
from tests.scenario import NURSE_A, A, B

C = THIRD.id
SOURCE = "SKR, skatteunderlagsprognos"
CHANGES = {2022: "2", 2023: "3", 2024: "4", 2025: "5", 2026: "10"}


def tax_base(changes: Mapping[int, str] = CHANGES) -> Rates:
    """Tell by how many per cent the tax base changed, year by year."""
    ledger = book("orebro", "2025-03-12")
    for year, percent in changes.items():
        ledger = ledger.after(
            rates.publish_tax_base_change, ECONOMIST, year=year, percent=Decimal(percent), source=SOURCE
        )
    return ledger.rates


def of(
    municipality: str, weight: str, km: str = "10", *, somatic: str = "1000", advanced: str = "200"
) -> MunicipalInputs:
    """Return the supplement's figures for a municipality."""
    return MunicipalInputs(
        municipality=municipality,
        amounts={"somatic": Decimal(somatic), "advanced": Decimal(advanced)},
        weight=Decimal(weight),
        kilometres=Decimal(km),
    )


NEAR, FAR, FARTHER = of(A, "0.5", "35.0"), of(B, "0.3", "35.1"), of(C, "0.2", "80")
INVOICED = {2021: Decimal(100), 2022: Decimal(140)}


def inputs(*municipalities: MunicipalInputs, invoiced: Mapping[int, Decimal] = INVOICED) -> Inputs:
    """Return the inputs of the supplement; the amounts are the tests' own."""
    return Inputs(
        source="Regionens underlag 2025",
        weights_source="Modellen för ekonomisk fördelning till vårdcentralerna",
        invoiced={"psychiatry": dict(invoiced)},
        municipalities=municipalities or (NEAR, FAR, FARTHER),
    )


MEASUREMENT = Measurement(
    reference="Mätning november 2022", measured_on=date(2022, 11, 15), measured=("volumes", "care-levels")
)
NEW = Measurement(
    reference="Mätning hösten 2025",
    measured_on=date(2025, 10, 1),
    measured=("volumes", "care-levels", "psychiatric-care"),
)


def measured(year: int = 2026, of: Inputs | None = None) -> Book:
    """Tell that the inputs of the year's supplement are on record."""
    return book("orebro", "2025-12-01").after(
        supplements.measure, ECONOMIST, year=year, measurement=MEASUREMENT, inputs=of or inputs()
    )


def calculated(year: int = 2026, of: Inputs | None = None, changes: Mapping[int, str] = CHANGES) -> Book:
    """Tell that the year's supplement is calculated."""
    return measured(year, of).after(supplements.calculate, ECONOMIST, rates=tax_base(changes))


def presented(at: str = "2025-12-15 09:00") -> Book:
    """Tell that the amounts have been presented."""
    return calculated().after(supplements.present, ECONOMIST, at)


def paid(at: str = "2026-01-20 09:00") -> Book:
    """Tell that the amounts have been paid."""
    return presented().after(supplements.pay, ECONOMIST, at)


def component(ledger: Book, name: str) -> ComponentResult:
    """Return the result of a component."""
    (found,) = [result for result in ledger.last(SupplementCalculated).components if result.component == name]
    return found


def shares(result: ComponentResult) -> dict[str, Decimal]:
    """Return each municipality's share of a component."""
    return {share.municipality: share.amount.amount for share in result.shares}


# --- The inputs -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-4.2-1")
def test_the_somatic_base_is_stored_for_each_municipality_at_the_level_of_2025() -> None:
    somatic = component(calculated(2025, inputs(of(A, "0.5", somatic="1000.50"), of(B, "0.5", somatic="7"))), "somatic")

    assert shares(somatic) == {A: Decimal("1000.50"), B: Decimal("7.00")}
    assert somatic.index == ()
    assert somatic.pool.clauses == ("ORE-4.2-1",)
    assert somatic.pool.inputs == ("Regionens underlag 2025",)


@pytest.mark.rule("ORE-4.2-1", "SYS-7")
def test_no_somatic_base_is_made_up_for_a_municipality_without_one() -> None:
    without = NEAR.model_copy(update={"amounts": {"advanced": Decimal(200)}})

    measured(of=inputs(without, FAR, FARTHER)).refuses(
        InputsIncomplete,
        supplements.calculate,
        ECONOMIST,
        rule="ORE-4.2-1",
        where=("somatic", A),
        rates=tax_base(),
    )


def test_no_year_of_psychiatric_invoices_is_made_up() -> None:
    measured(of=inputs(invoiced={2021: Decimal(100)})).refuses(
        InputsIncomplete,
        supplements.calculate,
        ECONOMIST,
        rule="ORE-4.2-2",
        where=("psychiatry", "2022"),
        rates=tax_base(),
    )


def test_a_municipality_outside_the_county_gets_no_supplement() -> None:
    book("orebro", "2025-12-01").refuses(
        UnknownReference,
        supplements.measure,
        ECONOMIST,
        rule="SYS-1",
        where=("municipality",),
        year=2026,
        measurement=MEASUREMENT,
        inputs=inputs(NEAR, FAR, of("SE2120000099-H0", "0.2")),
    )


@pytest.mark.parametrize("municipalities", [(NEAR, FAR), (NEAR, FAR, FARTHER, of(A, "0"))])
def test_weights_that_do_not_add_up_to_one_are_refused(municipalities: tuple[MunicipalInputs, ...]) -> None:
    measured(of=inputs(*municipalities)).refuses(
        InputsIncomplete,
        supplements.calculate,
        ECONOMIST,
        rule="ORE-4.2-5",
        where=("weight",),
        rates=tax_base(),
    )


def test_no_list_of_an_act_holds_a_personal_number() -> None:
    measurement = MEASUREMENT.model_copy(update={"measured": ("194205159801",)})

    book("orebro", "2025-12-01").refuses(
        PersonalNumber,
        supplements.measure,
        ECONOMIST,
        rule="SYS-1",
        where=("measurement",),
        year=2026,
        measurement=measurement,
        inputs=inputs(),
    )


def test_a_year_has_one_supplement_for_the_county() -> None:
    event = measured().last(SupplementMeasured)

    assert event.originator_id == supplement_id("orebro", 2026)
    assert event.originator_id != measured(2027).last(SupplementMeasured).originator_id


# --- What it comes to -------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-4.1.2-5")
def test_an_amount_follows_the_tax_base_year_by_year() -> None:
    somatic = component(calculated(2026), "somatic")

    assert (somatic.base.amount, somatic.pool.amount) == (Decimal(3000), Decimal("3300.00"))  # 3000 x (1 + 10 %)
    assert [change.amount for change in somatic.index] == [10]
    assert component(calculated(2025), "somatic").pool.amount == 3000


@pytest.mark.rule("ORE-4.1.2-5", "ORE-4.2-6")
def test_a_year_whose_tax_base_change_is_not_published_is_not_reckoned() -> None:
    measured(2027).refuses(
        RateNotPublished,
        supplements.calculate,
        ECONOMIST,
        rule="ORE-4.1.2-5",
        where=("2027",),
        rates=tax_base(),
    )


@pytest.mark.rule("ORE-4.2-6")
def test_every_component_but_a_part_of_the_others_is_indexed_to_the_year() -> None:
    event = calculated(2026).last(SupplementCalculated)

    indexed = {result.component: len(result.index) for result in event.components}

    assert indexed == {"somatic": 1, "psychiatry": 4, "advanced": 5, "distance": 0}
    assert "ORE-4.2-6" in event.basis.clauses


@pytest.mark.rule("ORE-4.2-2")
def test_psychiatry_is_the_average_of_two_years_shared_by_the_weight_of_those_over_65() -> None:
    psychiatry = component(calculated(2022), "psychiatry")

    assert (psychiatry.base.amount, psychiatry.pool.amount) == (Decimal(120), Decimal("120.00"))
    assert shares(psychiatry) == {A: Decimal("60.00"), B: Decimal("36.00"), C: Decimal("24.00")}


@pytest.mark.rule("ORE-4.2-2", "ORE-4.2-6")
def test_the_average_of_psychiatry_grows_with_the_tax_base_after_2022() -> None:
    psychiatry = component(calculated(2024), "psychiatry")

    assert psychiatry.pool.amount == Decimal("128.54")  # 120 x 1.03 x 1.04 = 128.544


@pytest.mark.rule("ORE-4.2-4", "ORE-4.2-6")
def test_a_part_of_other_components_grows_too_where_a_version_says_from_which_year() -> None:
    version = agreement("orebro")
    assert version.settlement is not None
    supplement = version.settlement.supplement
    assert supplement is not None
    components = [
        each.model_copy(update={"index_from": 2025}) if each.id == "distance" else each
        for each in supplement.components
    ]
    grown = changed(version, supplement=supplement.model_copy(update={"components": tuple(components)}))
    plain, indexed = (
        component(
            measured(2026).under(of).after(supplements.calculate, ECONOMIST, rates=tax_base()), "distance"
        ).pool.amount
        for of in (version, grown)
    )

    assert indexed == (plain * Decimal("1.1")).quantize(Decimal("0.01"))


@pytest.mark.rule("S12", "S13")
def test_the_readings_that_the_text_leaves_open_stand_in_the_version() -> None:
    settlement = agreement("orebro").settlement
    assert settlement is not None
    assert settlement.supplement is not None
    read = {
        component.id: (component.silences, bool(component.reading), component.index_from)
        for component in settlement.supplement.components
    }

    assert read == {
        "somatic": (("S12", "S13"), True, 2025),
        "psychiatry": (("S12", "S13"), True, 2022),
        "advanced": (("S13",), True, 2021),
        "distance": (("S12",), True, None),
    }
    assert settlement.supplement.weights is not None
    assert settlement.supplement.weights.reading


@pytest.mark.rule("ORE-4.2-3")
def test_advanced_care_is_five_per_cent_of_the_cost_of_category_four_indexed_from_2021() -> None:
    advanced = component(calculated(2023, inputs(of(A, "1", advanced="200000"))), "advanced")

    assert advanced.base.amount == 200000
    assert [change.amount for change in advanced.index] == [2, 3]
    assert advanced.pool.amount == Decimal("10506.00")  # 0.05 x 200000 x 1.02 x 1.03


@pytest.mark.rule("ORE-4.2-4")
def test_distance_is_five_per_cent_of_the_rest_shared_by_those_farther_than_35_km() -> None:
    ledger = calculated(2026)
    distance = component(ledger, "distance")
    rest = sum(component(ledger, name).pool.amount for name in ("somatic", "psychiatry", "advanced"))

    assert distance.base.amount == rest
    assert distance.pool.amount == sum(shares(distance).values())
    assert abs(distance.pool.amount - Decimal("0.05") * rest) <= Decimal("0.005")
    assert shares(distance).keys() == {B, C}  # 35.0 km is not more than 35, 35.1 km is
    assert abs(shares(distance)[B] - distance.pool.amount * 3 / 5) < Decimal("0.01")


@pytest.mark.rule("ORE-4.2-4")
def test_distance_adds_exactly_five_per_cent() -> None:
    only = inputs(of(A, "0.5", "35.1"), of(B, "0.5", "35.0"), invoiced={2021: Decimal(0), 2022: Decimal(0)})
    distance = component(calculated(2025, only, dict.fromkeys(CHANGES, "0")), "distance")

    assert distance.pool.amount == Decimal("101.00")  # 0.05 x (2000 + 0.05 x 400)
    assert shares(distance) == {A: Decimal("101.00")}


def test_where_no_municipality_is_far_enough_nobody_gets_anything_for_distance() -> None:
    distance = component(calculated(of=inputs(of(A, "1", "35"))), "distance")

    assert distance.pool.amount == 0
    assert not distance.shares


@pytest.mark.rule("ORE-4.1.2-4")
def test_the_supplement_is_explained_by_three_factors() -> None:
    ledger = calculated(2026)
    lines = {line.factor: line.amount.amount for line in ledger.last(SupplementCalculated).factors}

    assert lines == {
        "older-people": component(ledger, "psychiatry").pool.amount,
        "distance": component(ledger, "distance").pool.amount,
        "advanced-care": component(ledger, "advanced").pool.amount,
    }


def test_what_municipalities_get_adds_up_to_the_components() -> None:
    event = calculated(2026).last(SupplementCalculated)

    assert sum(total.amount.amount for total in event.totals) == sum(total.pool.amount for total in event.components)
    assert [total.municipality for total in event.totals] == [A, B, C]


@pytest.mark.rule("ORE-4.2-5")
def test_weighted_amounts_cite_the_source_of_the_weights() -> None:
    ledger = calculated(2026)

    for name in ("psychiatry", "distance"):
        for share in component(ledger, name).shares:
            assert "Modellen för ekonomisk fördelning till vårdcentralerna" in share.amount.inputs
            assert "ORE-4.2-5" in share.amount.clauses
    for name in ("somatic", "advanced"):
        assert component(ledger, name).pool.inputs == ("Regionens underlag 2025",)


@pytest.mark.rule("ORE-4.2-5")
def test_the_weights_are_found_in_an_external_model() -> None:
    version = agreement("orebro")
    assert version.settlement is not None
    assert version.settlement.supplement is not None
    assert version.settlement.supplement.weights is not None
    external = {reference.id: reference.title for reference in version.external_references}

    assert "vårdcentralerna" in external[version.settlement.supplement.weights.external]


def test_every_indexed_amount_names_the_inputs_and_the_published_changes_it_comes_from() -> None:
    ledger = calculated(2026)
    supplement = ledger.supplement

    assert component(ledger, "somatic").pool.sources == (
        supplement.measured_by,
        *tax_base().tax_base[2026].sources,
    )


# --- Presented and paid -----------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-4.2-7")
@pytest.mark.parametrize(
    ("at", "timeliness"),
    [
        ("2025-12-01 23:00", Timeliness.ON_TIME),
        ("2025-12-31 23:59", Timeliness.ON_TIME),
        ("2026-01-01 00:00", Timeliness.LATE),
    ],
)
def test_next_years_amounts_are_presented_in_december(at: str, timeliness: Timeliness) -> None:
    event = presented(at).last(SupplementPresented)

    assert event.timeliness is timeliness
    assert event.basis.clauses == ("ORE-4.2-7",)


@pytest.mark.rule("ORE-4.2-7")
@pytest.mark.parametrize(
    ("at", "timeliness"),
    [
        ("2025-12-31 23:59", Timeliness.EARLY),
        ("2026-01-01 00:00", Timeliness.ON_TIME),
        ("2026-01-31 23:59", Timeliness.ON_TIME),
        ("2026-02-01 00:00", Timeliness.LATE),
    ],
)
def test_the_amounts_are_paid_in_january_of_their_year(at: str, timeliness: Timeliness) -> None:
    ledger = paid(at)
    event = ledger.last(SupplementPaid)

    assert event.timeliness is timeliness
    assert [total.amount.amount for total in event.totals] == [
        total.amount.amount for total in ledger.supplement.totals
    ]
    assert {source for total in event.totals for source in total.amount.sources} == {ledger.supplement.reckoned_by}


@pytest.mark.rule("ORE-4.2-7")
def test_nothing_is_paid_before_it_has_been_presented() -> None:
    calculated().refuses(
        WrongState,
        supplements.pay,
        ECONOMIST,
        "2026-01-20 09:00",
        rule="ORE-4.2-7",
        where=(SupplementStatus.CALCULATED,),
    )


@pytest.mark.rule("ORE-4.2-7")
def test_a_municipality_neither_presents_the_amounts_nor_pays_them_for_the_region() -> None:
    calculated().refuses(ActorNotAllowed, supplements.present, NURSE_A, rule="ORE-4.2-7")
    presented().refuses(ActorNotAllowed, supplements.pay, NURSE_A, rule="ORE-4.2-7")


@pytest.mark.rule("SYS-6")
def test_nothing_is_paid_at_a_time_before_it_was_presented() -> None:
    presented().refuses(OccurredTooEarly, supplements.pay, ECONOMIST, "2025-12-14 09:00", rule="SYS-6")


# --- Adjusted and reviewed --------------------------------------------------------------------------------------------

LESS: dict[str, Any] = {
    "reason": "Färre patienter",
    "changes": (AmountChange(component="somatic", municipality=A, amount=Decimal("-10")),),
}


@pytest.mark.rule("ORE-4.1.2-7", "F30")
@pytest.mark.parametrize(
    ("measurement", "lacking"),
    [
        (None, ("volumes", "care-levels", "psychiatric-care")),
        (MEASUREMENT.model_copy(update={"measured": ("volumes", "psychiatric-care")}), ("care-levels",)),
        (MEASUREMENT.model_copy(update={"measured": ("care-levels", "psychiatric-care")}), ("volumes",)),
    ],
)
def test_no_adjustment_is_made_without_a_measurement(measurement: Measurement | None, lacking: tuple[str, ...]) -> None:
    calculated().refuses(
        MeasurementRequired,
        supplements.adjust,
        ECONOMIST,
        rule="ORE-4.1.2-7",
        where=lacking,
        measurement=measurement,
        **LESS,
    )


@pytest.mark.rule("ORE-4.2-6")
def test_a_new_measurement_includes_psychiatric_care() -> None:
    calculated().refuses(
        MeasurementRequired,
        supplements.adjust,
        ECONOMIST,
        rule="ORE-4.1.2-7",
        where=("psychiatric-care",),
        measurement=MEASUREMENT,
        **LESS,
    )


def test_an_adjustment_changes_what_a_municipality_gets_and_is_presented_anew() -> None:
    before = {total.municipality: total.amount.amount for total in presented().supplement.totals}

    ledger = presented().after(supplements.adjust, ECONOMIST, measurement=NEW, **LESS)
    event = ledger.last(SupplementAdjusted)
    after = {total.municipality: total.amount.amount for total in event.totals}

    assert after == before | {A: before[A] - 10}
    assert event.totals[0].amount.inputs == ("Mätning hösten 2025",)
    assert ledger.supplement.status is SupplementStatus.CALCULATED
    assert ledger.supplement.measurement == NEW
    ledger.refuses(WrongState, supplements.pay, ECONOMIST, rule="ORE-4.2-7")


@pytest.mark.parametrize(
    "change",
    [
        AmountChange(component="somatic", municipality="SE2120000009-H0", amount=Decimal(1)),
        AmountChange(component="unheard-of", municipality=A, amount=Decimal(1)),
    ],
    ids=["municipality", "component"],
)
def test_what_the_supplement_does_not_have_is_not_adjusted(change: AmountChange) -> None:
    calculated().refuses(
        UnknownReference,
        supplements.adjust,
        ECONOMIST,
        rule="ORE-4.1-1",
        measurement=NEW,
        reason="More",
        changes=(change,),
    )


@pytest.mark.rule("SYS-7")
def test_a_version_that_asks_for_no_measurement_adjusts_without_one() -> None:
    version = agreement("orebro")
    assert version.settlement is not None
    assert version.settlement.supplement is not None
    free = version.settlement.supplement.model_copy(update={"adjustment": None, "window": None})
    ledger = calculated().under(changed(version, supplement=free))

    assert ledger.after(supplements.adjust, ECONOMIST, measurement=None, **LESS).last(SupplementAdjusted).basis.clauses
    assert ledger.after(supplements.present, ECONOMIST).last(SupplementPresented).timeliness is None


@pytest.mark.rule("ORE-4.1.2-6")
def test_a_review_is_recorded_with_its_conclusion() -> None:
    reviewed = paid().after(supplements.review, ECONOMIST, "2026-11-03 10:00", conclusion="No change in volumes")

    assert reviewed.last(SupplementReviewed).conclusion == "No change in volumes"
    assert reviewed.last(SupplementReviewed).basis.clauses == ("ORE-4.1.2-6",)


@pytest.mark.rule("SYS-7")
def test_a_county_without_a_supplement_has_none() -> None:
    book("gavleborg", "2018-12-01").refuses(
        SettlementNotRegulated,
        supplements.measure,
        ECONOMIST,
        rule="SYS-7",
        year=2019,
        measurement=MEASUREMENT,
        inputs=inputs(),
    )


STEPS: dict[str, tuple[Any, Actor, dict[str, Any]]] = {
    "calculate": (supplements.calculate, ECONOMIST, {"rates": None}),
    "adjust": (supplements.adjust, ECONOMIST, {"measurement": None, "reason": "No", "changes": ()}),
    "present": (supplements.present, ECONOMIST, {}),
    "pay": (supplements.pay, ECONOMIST, {}),
    "review": (supplements.review, ECONOMIST, {"conclusion": "No"}),
}
OPEN_TO = {
    SupplementStatus.MEASURED: {"calculate"},
    SupplementStatus.CALCULATED: {"adjust", "present", "review"},
    SupplementStatus.PRESENTED: {"adjust", "pay", "review"},
    SupplementStatus.PAID: {"review"},
}


@pytest.mark.parametrize("status", SupplementStatus)
@pytest.mark.parametrize("step", STEPS)
def test_what_does_not_follow_on_the_supplements_state_is_refused(status: SupplementStatus, step: str) -> None:
    books = {
        SupplementStatus.MEASURED: measured(),
        SupplementStatus.CALCULATED: calculated(),
        SupplementStatus.PRESENTED: presented(),
        SupplementStatus.PAID: paid(),
    }
    decide, by, content = STEPS[step]

    if step not in OPEN_TO[status]:
        books[status].refuses(WrongState, decide, by, rule="ORE-4.2-7", where=(status,), **content)
