"""The versions' answers about money: the tax shift, the payers, and the parts of the model."""

from datetime import date

import pytest

from domain.agreements.model import NotRegulated
from domain.agreements.model.settlement import (
    Coverage,
    DebtorRule,
    Payer,
    PaymentForm,
    Settlement,
    Supplement,
    TaxShift,
    Validity,
)
from domain.agreements.payers import find_bearer, find_coverage, find_payer, list_cost_subjects
from domain.kernel import Party
from tests.domain.settlement.books import agreement, changed


def settlement(county: str) -> Settlement:
    """Return the economic section of the county's version."""
    found = agreement(county).settlement
    assert found is not None
    return found


def tax_shift() -> TaxShift:
    """Return Örebro's base."""
    found = settlement("orebro").tax_shift
    assert found is not None
    return found


def supplement() -> Supplement:
    """Return Örebro's supplement."""
    found = settlement("orebro").supplement
    assert found is not None
    return found


def coverage(county: str, what: str, *, setting: str | None = None, age: int | None = None) -> Coverage:
    """Return True if the tax shift pays."""
    found = find_coverage(agreement(county), what, setting=setting, age=age)
    assert isinstance(found, Coverage)
    return found


def paid_by(county: str, what: str, *, setting: str | None = None, enrolled: bool | None = None) -> Payer:
    """Return the payer."""
    found = find_payer(agreement(county), what, setting=setting, enrolled=enrolled)
    assert isinstance(found, Payer)
    return found


@pytest.mark.rule("ORE-1.2-1")
def test_the_tax_shift_of_1992_is_the_base() -> None:
    assert (tax_shift().year, tax_shift().rule) == (1992, "ORE-1.2-1")


@pytest.mark.rule("ORE-4.1-1")
def test_the_model_is_a_tax_shift_and_a_supplement_with_a_development_budget() -> None:
    forms = {component.id: component.form for component in settlement("orebro").components}

    assert forms == {"tax-shift": PaymentForm.TAX_SHIFT, "supplement": PaymentForm.LUMP_SUM, "development-budget": None}


@pytest.mark.rule("ORE-4.1-2")
def test_the_tax_shift_is_unchanged_and_the_supplement_has_its_own_parameters() -> None:
    unchanged = tax_shift().unchanged

    assert unchanged is not None
    assert unchanged.holds
    assert [component.id for component in supplement().components] == ["somatic", "psychiatry", "advanced", "distance"]


@pytest.mark.rule("ORE-4.1-3")
def test_an_external_document_answers_a_question_about_the_development_budget() -> None:
    (budget,) = [component for component in settlement("orebro").components if component.id == "development-budget"]
    titles = {reference.id: reference.title for reference in agreement("orebro").external_references}

    assert budget.external in titles


@pytest.mark.rule("ORE-4.1.1-1")
def test_the_statement_that_the_tax_shift_covers_actual_cost_has_no_amount() -> None:
    (statement,) = tax_shift().statements

    assert statement.clauses == ("ORE-4.1.1-1",)
    assert "faktiska kostnaden" in statement.statement


@pytest.mark.rule("ORE-4.1.1-2")
def test_the_tax_shift_is_not_recalculated_as_the_population_grows() -> None:
    follows = tax_shift().follows_population

    assert follows is not None
    assert not follows.holds


@pytest.mark.rule("ORE-4.1.2-1")
def test_the_supplement_states_its_purpose() -> None:
    purpose = supplement().purpose

    assert purpose is not None
    assert "skatteväxlingen inte fångar upp" in purpose.statement


@pytest.mark.rule("ORE-4.1.2-2")
def test_psychiatric_home_care_is_paid_by_the_supplement() -> None:
    answer = coverage("orebro", "psychiatric-home-care")

    assert (answer.covered, answer.by, answer.rule) == (False, "supplement", "ORE-4.1.2-2")
    assert "psychiatry" in [component.id for component in supplement().components]


@pytest.mark.rule("VML-9-1")
def test_devices_in_ordinary_housing_are_not_in_the_tax_shift() -> None:
    answer = coverage("vastmanland", "technical-device", setting="ordinary")

    assert (answer.covered, answer.rule) == (False, "VML-9-1")


@pytest.mark.rule("VML-9-2")
def test_devices_in_special_housing_are_in_the_tax_shift() -> None:
    answer = coverage("vastmanland", "technical-device", setting="special")

    assert (answer.covered, answer.rule) == (True, "VML-9-2")


@pytest.mark.rule("SYS-7")
def test_a_device_without_a_known_setting_is_not_regulated() -> None:
    assert isinstance(find_coverage(agreement("vastmanland"), "technical-device"), NotRegulated)


@pytest.mark.rule("VML-9-3")
def test_the_handbook_names_the_payer_of_a_device_and_none_is_invented() -> None:
    answer = paid_by("vastmanland", "technical-device")
    titles = {reference.id: reference.title for reference in agreement("vastmanland").external_references}

    assert answer.payer is None
    assert answer.external is not None
    assert "Hjälpmedelshandboken" in titles[answer.external]


@pytest.mark.rule("VML-10-1")
def test_the_municipality_pays_for_incontinence_articles_of_those_who_are_enrolled() -> None:
    assert paid_by("vastmanland", "incontinence-consumables", enrolled=True).payer is Party.MUNICIPALITY
    for enrolled in (False, None):
        assert isinstance(
            find_payer(agreement("vastmanland"), "incontinence-consumables", enrolled=enrolled), NotRegulated
        )


@pytest.mark.rule("VML-14-2")
@pytest.mark.parametrize("what", ["transport-of-deceased", "storage-of-deceased"])
def test_the_county_council_pays_for_transport_and_storage_of_the_deceased(what: str) -> None:
    assert paid_by("vastmanland", what, setting="ordinary").payer is Party.REGION


@pytest.mark.rule("VML-14-1")
@pytest.mark.parametrize("setting", ["special", None])
def test_who_pays_for_the_deceased_is_said_of_ordinary_housing_alone(setting: str | None) -> None:
    assert isinstance(find_payer(agreement("vastmanland"), "transport-of-deceased", setting=setting), NotRegulated)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("county", ["orebro", "gavleborg"])
def test_transport_of_the_deceased_is_never_borrowed_from_another_county(county: str) -> None:
    assert isinstance(find_payer(agreement(county), "transport-of-deceased"), NotRegulated)


@pytest.mark.rule("GAV-1-3")
def test_a_ventilator_case_is_not_in_the_tax_shift() -> None:
    answer = coverage("gavleborg", "ventilator", age=40)

    assert (answer.covered, answer.rule) == (False, "GAV-1-3")


@pytest.mark.rule("GAV-9-1")
def test_home_care_is_not_in_the_tax_shift_until_the_18th_birthday() -> None:
    answer = coverage("gavleborg", "home-care", age=17)

    assert (answer.covered, answer.rule) == (False, "GAV-9-1")
    for age in (18, None):
        assert isinstance(find_coverage(agreement("gavleborg"), "home-care", age=age), NotRegulated)


@pytest.mark.parametrize(("age", "is_found"), [(17, False), (18, True), (64, True), (65, False), (None, False)])
def test_a_row_about_certain_ages_answers_only_if_the_age_is_one_of_them(age: int | None, is_found: bool) -> None:
    row = coverage("gavleborg", "home-care", age=17).model_copy(update={"min_age": 18, "max_age": 64})
    version = changed(agreement("gavleborg"), coverage=(row,))

    assert isinstance(find_coverage(version, "home-care", age=age), Coverage) is is_found


@pytest.mark.rule("SYS-7")
def test_nobody_bears_the_cost_if_the_version_only_asks_for_an_agreement() -> None:
    rule = settlement("vastmanland").cost_agreement
    assert rule is not None
    silent = changed(agreement("vastmanland"), cost_agreement=rule.model_copy(update={"bears": None}))

    assert isinstance(find_bearer(silent), NotRegulated)


@pytest.mark.rule("VML-12-2")
def test_the_home_county_council_bears_the_cost_of_care_for_those_who_live_elsewhere() -> None:
    found = find_bearer(agreement("vastmanland"))
    assert isinstance(found, DebtorRule)
    assert (found.debtor, found.clauses) == ("home-region", ("VML-12-2",))
    assert isinstance(find_bearer(agreement("orebro")), NotRegulated)


@pytest.mark.rule("SYS-7")
def test_a_version_without_an_economic_section_names_no_payer() -> None:
    bare = agreement("vastmanland").model_copy(update={"settlement": None})

    assert list_cost_subjects(bare) == set()
    assert isinstance(find_coverage(bare, "technical-device", setting="special"), NotRegulated)
    assert isinstance(find_payer(bare, "technical-device"), NotRegulated)
    assert isinstance(find_bearer(bare), NotRegulated)


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize("valid_to", [date(2018, 6, 30), None])
def test_care_is_settled_from_the_first_day_through_the_last_or_until_further_notice(valid_to: date | None) -> None:
    days = Validity(valid_from=date(2018, 4, 1), valid_to=valid_to, clauses=("GAV-10-1",))

    held = [days.holds(day) for day in (date(2018, 3, 31), date(2018, 4, 1), date(2018, 6, 30), date(2018, 7, 1))]

    assert held == [False, True, True, valid_to is None]
