"""The rows of the responsibility matrix."""

from typing import Any

import pytest

from domain.agreements.matrix import (
    Answer,
    Conflict,
    Question,
    find_never_municipal,
    require_can_be_municipal,
    resolve,
    resolve_without_agreement,
)
from domain.agreements.model import Agreement, Holder, NotRegulated
from domain.kernel import Party
from domain.refusals import NeverMunicipal
from tests.agreements.orebro import OREBRO
from tests.agreements.published import list_rows_of

R, M = Holder.REGION, Holder.MUNICIPALITY


def question(**changed: Any) -> Question:
    return Question(**{"level": "primary", "setting": "ordinary", "age": 82, "profession": "nurse", **changed})


def who(**changed: Any) -> tuple[Holder | None, Holder | None]:
    answer = resolve(OREBRO, question(**changed))
    assert isinstance(answer, Answer), answer
    return answer.treatment, answer.performer


@pytest.mark.rule("ORE-1.2-2")
@pytest.mark.rule("ORE-2.1-3")
def test_nurse_level_care_at_home_is_the_municipalitys_for_the_enrolled() -> None:
    assert who(enrolled=True) == (M, M)
    assert who(enrolled=True, profession="care-staff") == (M, M)


@pytest.mark.rule("ORE-2.1-2")
@pytest.mark.rule("ORE-3-1")
@pytest.mark.parametrize("setting", ["ordinary", "health-centre"])
def test_the_same_care_is_the_regions_for_those_not_enrolled(setting: str) -> None:
    assert who(enrolled=False, setting=setting) == (R, R)


@pytest.mark.rule("ORE-1.2-2")
def test_somebody_under_eighteen_who_is_enrolled_by_exception_is_the_municipalitys() -> None:
    assert who(enrolled=True, age=17) == (M, M)


@pytest.mark.rule("ORE-1.2-3")
@pytest.mark.rule("ORE-3-4")
@pytest.mark.parametrize("setting", ["ordinary", "special"])
@pytest.mark.parametrize("enrolled", [True, False])
def test_a_physicians_care_is_always_the_regions(setting: str, enrolled: bool) -> None:
    assert who(profession="physician", setting=setting, enrolled=enrolled) == (R, R)


@pytest.mark.rule("ORE-3.1.4-15")
def test_only_the_performance_of_a_single_intervention_passes() -> None:
    answer = resolve(OREBRO, question(enrolled=True, single_intervention=True))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer, answer.derived) == (R, M, True)
    assert answer.clauses == ("ORE-3.1.4-15",)


@pytest.mark.rule("ORE-3-1")
def test_a_single_intervention_is_the_regions_until_the_person_is_enrolled() -> None:
    assert who(enrolled=False, single_intervention=True) == (R, R)


@pytest.mark.rule("ORE-1.2-4")
@pytest.mark.rule("ORE-1.2-6")
@pytest.mark.parametrize(("profession", "employer"), [("occupational-therapist", M), ("physiotherapist", R)])
@pytest.mark.parametrize("age", [9, 82])
@pytest.mark.parametrize("enrolled", [True, False])
def test_rehabilitation_is_shared_and_each_profession_has_its_employer(
    profession: str, employer: Holder, age: int, enrolled: bool
) -> None:
    answer = resolve(OREBRO, question(profession=profession, age=age, enrolled=enrolled))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer, answer.employer, answer.shared) == (None, employer, employer, True)


@pytest.mark.rule("ORE-3.4-3")
@pytest.mark.parametrize("profession", ["occupational-therapist", "physiotherapist"])
def test_specialist_rehabilitation_is_the_regions_also_at_home(profession: str) -> None:
    conditions = frozenset({"specialist-rehabilitation-need"})

    assert who(profession=profession, level="specialised", conditions=conditions) == (R, R)


@pytest.mark.rule("ORE-2.2-11")
def test_care_up_to_nurse_level_of_the_enrolled_is_the_municipalitys_up_to_primary_level() -> None:
    assert who(enrolled=True) == (M, M)


@pytest.mark.rule("ORE-2.2-7")
def test_care_at_specialised_level_is_not_the_municipalitys() -> None:
    assert who(level="specialised", enrolled=True) == (R, None)


@pytest.mark.rule("ORE-3.2.1-12")
def test_psychiatric_drugs_are_treated_by_the_region_and_handled_by_the_municipality() -> None:
    conditions = frozenset({"on-track-psychiatric-drugs", "criteria-met", "plan-in-force-sip"})

    assert who(enrolled=True, intervention="psychiatric-drug-handling", conditions=conditions) == (R, M)


@pytest.mark.rule("ORE-3.2.1-12")
def test_psychiatric_drugs_stay_with_the_region_until_every_criterion_is_met() -> None:
    assert who(enrolled=True, intervention="psychiatric-drug-handling") == (R, R)
    both = frozenset({"plan-in-force-sip", "criteria-met"})
    assert who(enrolled=True, intervention="psychiatric-drug-handling", conditions=both) == (R, R)


@pytest.mark.rule("ORE-3.2.1-17")
def test_a_coercive_measure_is_the_regions_even_if_a_nurse_could_perform_it() -> None:
    assert who(enrolled=True, intervention="coercive-measure") == (R, R)


@pytest.mark.rule("ORE-3.4.1-1")
@pytest.mark.rule("ORE-3.4.1-2")
def test_cognitive_aids_follow_psychiatry_at_home_and_the_municipality_in_special_housing() -> None:
    aid = {
        "profession": "occupational-therapist",
        "intervention": "cognitive-aid",
        "conditions": frozenset({"psychiatric-outpatient"}),
    }

    assert who(**aid) == (R, R)
    assert who(**aid, setting="special") == (M, M)


@pytest.mark.rule("ORE-3.4.1-3")
@pytest.mark.parametrize("aid", ["walking-aid", "housing-adaptation", "adl-aid"])
def test_physical_aids_follow_a_level_and_name_no_party(aid: str) -> None:
    answer = resolve(OREBRO, question(intervention=aid, profession="occupational-therapist"))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer, answer.clauses) == (None, None, ("ORE-3.4.1-3",))
    (row,) = list_rows_of(answer, OREBRO.matrix)
    assert "namnges inte" in (row.note or "")


@pytest.mark.rule("ORE-1.1-3")
@pytest.mark.rule("SYS-7")
def test_special_housing_is_not_regulated_in_general() -> None:
    assert resolve(OREBRO, question(setting="special", profession=None, enrolled=True)) == NotRegulated(
        what="special", silences=("S17",)
    )


@pytest.mark.rule("SKR-3-5")
@pytest.mark.parametrize("profession", ["nurse", "occupational-therapist", "physiotherapist"])
def test_of_care_in_special_housing_the_background_says_what_the_version_does_not(profession: str) -> None:
    answer = resolve(OREBRO, question(setting="special", profession=profession))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer, answer.always) == (M, M, True)
    assert answer.clauses == ("INF-3-1", "SKR-3-5")


@pytest.mark.rule("SYS-7")
def test_an_unknown_profession_is_not_regulated() -> None:
    assert isinstance(resolve(OREBRO, question(profession="dietitian")), NotRegulated)


@pytest.mark.rule("ORE-1.1-3")
def test_the_agreement_covers_primary_level_in_ordinary_housing_and_at_the_health_centre() -> None:
    assert (OREBRO.scope.levels, OREBRO.scope.settings) == (("primary",), ("ordinary", "health-centre"))


@pytest.mark.rule("ORE-1.1-2")
@pytest.mark.rule("ORE-3.2.1-17")
@pytest.mark.parametrize(
    ("situation", "rule"),
    [({"profession": "physician"}, "ORE-1.1-2"), ({"intervention": "coercive-measure"}, "ORE-3.2.1-17")],
)
def test_care_that_can_never_be_municipal_is_refused(situation: dict[str, str], rule: str) -> None:
    with pytest.raises(NeverMunicipal) as refused:
        require_can_be_municipal(OREBRO, question(**situation))

    assert refused.value.rule == rule
    assert refused.value.where == tuple(situation.values())


def test_nurse_level_care_can_be_municipal() -> None:
    assert find_never_municipal(OREBRO, question()) == ()
    require_can_be_municipal(OREBRO, question())


def with_a_row_like(row_id: str, **changes: Any) -> Agreement:
    row = next(row for row in OREBRO.matrix if row.id == row_id).model_copy(update={"id": "another", **changes})
    return OREBRO.model_copy(update={"matrix": (*OREBRO.matrix, row)})


def test_two_equally_specific_rows_with_different_answers_are_a_conflict() -> None:
    agreement = with_a_row_like("enrolled-nurse-level", performer=R)

    assert resolve(agreement, question(enrolled=True)) == Conflict(
        rows=("enrolled-nurse-level", "another"), clauses=("ORE-1.2-2", "ORE-2.1-3", "ORE-2.2-11")
    )


def test_two_equally_specific_rows_with_the_same_answer_are_cited_together() -> None:
    answer = resolve(with_a_row_like("enrolled-nurse-level", clauses=("ORE-1.1-3",)), question(enrolled=True))

    assert isinstance(answer, Answer)
    assert answer.rows == ("enrolled-nurse-level", "another")
    assert answer.clauses == ("ORE-1.2-2", "ORE-2.1-3", "ORE-2.2-11", "ORE-1.1-3")


def test_a_row_with_an_age_answers_only_if_the_age_is_known() -> None:
    agreement = with_a_row_like("enrolled-nurse-level", min_age=65, max_age=82, performer=R)

    for age, performer in [(64, M), (65, R), (82, R), (83, M), (None, M)]:
        answer = resolve(agreement, question(enrolled=True, age=age))
        assert isinstance(answer, Answer)
        assert answer.performer is performer


@pytest.mark.parametrize(("age", "covered"), [(17, False), (18, True), (64, True), (65, False)])
def test_the_ages_that_a_version_covers_include_the_first_and_the_last(age: int, covered: bool) -> None:
    assert OREBRO.scope.model_copy(update={"min_age": 18, "max_age": 64}).covers_age(age) is covered
    assert OREBRO.scope.model_copy(update={"min_age": None, "max_age": None}).covers_age(age)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(("intervention", "what"), [("walking-aid", "walking-aid"), (None, "ordinary")])
def test_without_an_agreement_and_without_a_row_nothing_is_regulated(intervention: str | None, what: str) -> None:
    found = resolve_without_agreement([], question(intervention=intervention))

    assert found.answer == NotRegulated(what=what)


def test_two_rows_that_differ_in_medical_responsibility_alone_contradict_each_other() -> None:
    one = with_a_row_like("enrolled-nurse-level", medical=Party.REGION)
    two = one.model_copy(
        update={
            "matrix": (*one.matrix, one.matrix[-1].model_copy(update={"id": "third", "medical": Party.MUNICIPALITY}))
        }
    )
    agreed, contradicted = (resolve(agreement, question(enrolled=True)) for agreement in (one, two))

    assert isinstance(agreed, Answer)
    assert agreed.medical is Party.REGION
    assert isinstance(contradicted, Conflict)
    assert contradicted.rows == ("enrolled-nurse-level", "another", "third")


# --- Ages that a version does not cover -------------------------------------------------------------------------------

FROM_65 = OREBRO.model_copy(update={"scope": OREBRO.scope.model_copy(update={"min_age": 65, "max_age": 100})})
ONLY_NURSING = FROM_65.model_copy(
    update={
        "matrix": tuple(
            row.model_copy(update={"min_age": 65, "max_age": 100}) if row.id == "enrolled-nurse-level" else row
            for row in FROM_65.matrix
            if row.id == "enrolled-nurse-level" or row.always
        )
    }
)
"""A version that covers persons of 65 to 100, and gives the municipality the nursing of those who are enrolled."""


@pytest.mark.parametrize("enrolled", [True, False])
@pytest.mark.parametrize("age", [64, 101])
def test_care_that_a_version_regulates_at_the_ages_that_it_covers_stays_with_the_region_at_others(
    age: int, enrolled: bool
) -> None:
    answer = resolve(ONLY_NURSING, question(enrolled=enrolled, age=age))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer, answer.derived) == (R, R, True)
    assert answer.clauses == (FROM_65.scope.clauses[0],)


def test_care_that_a_version_regulates_only_well_within_its_ages_stays_with_the_region_outside_them() -> None:
    rows = (
        row.model_copy(update={"min_age": 80, "max_age": 90}) if row.min_age else row for row in ONLY_NURSING.matrix
    )
    answer = resolve(ONLY_NURSING.model_copy(update={"matrix": tuple(rows)}), question(enrolled=True, age=64))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer) == (R, R)


@pytest.mark.parametrize("age", [17, 64, 70, 101])
def test_the_municipality_has_special_housing_by_law_at_every_age(age: int) -> None:
    answer = resolve(ONLY_NURSING, question(setting="special", age=age))

    assert isinstance(answer, Answer)
    assert (answer.performer, answer.always) == (M, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"profession": "dietitian"},
        {"intervention": "self-care", "conditions": frozenset({"assessed-as-self-care"}), "profession": None},
    ],
    ids=["a profession that no row is about", "self-care"],
)
@pytest.mark.parametrize("age", [17, 64, 70, 101])
def test_what_a_version_says_of_nobody_is_not_regulated_at_any_age(changed: dict[str, Any], age: int) -> None:
    assert isinstance(resolve(ONLY_NURSING, question(**{"enrolled": True, "age": age, **changed})), NotRegulated)
