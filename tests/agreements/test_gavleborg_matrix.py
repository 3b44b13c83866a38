"""Responsibility in Gävleborg: for adults of the target group, for children, for self-care and coordination."""

from typing import Any

import pytest

from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import Holder, Key, NotRegulated
from tests.agreements.counties import GAVLEBORG
from tests.agreements.published import list_rows_of

ASSESSED = "assessed-as-self-care"
R, M, G = Holder.REGION, Holder.MUNICIPALITY, Holder.GUARDIAN
DEVICES = ["ventilator", "tracheostomy", "bag-dialysis"]
SPECIALIST = "specialist-treatment"


def question(*conditions: str, **changed: Any) -> Question:
    situation = {"level": "primary", "setting": "ordinary", "age": 45, "profession": "nurse", **changed}
    return Question(**situation, conditions=frozenset(conditions))


def answer(*conditions: str, **changed: Any) -> Answer:
    found = resolve(GAVLEBORG, question(*conditions, **changed))
    assert isinstance(found, Answer), found
    return found


@pytest.mark.rule("GAV-2-9")
@pytest.mark.rule("GAV-2-10")
@pytest.mark.parametrize("age", [11, 45])
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_a_designated_physician_at_the_listed_health_centre_coordinates(age: int, setting: str) -> None:
    found = answer(intervention="coordination", age=age, setting=setting)

    assert (found.treatment, found.performer, found.key) == (R, R, Key.LISTING)
    assert found.named == ("en utsedd läkare vid den hälsocentral där patienten är listad",)


@pytest.mark.rule("GAV-6-4")
@pytest.mark.parametrize("level", ["primary", "specialised"])
def test_the_primary_care_physician_coordinates_even_if_the_specialist_treats(level: str) -> None:
    found = answer(SPECIALIST, intervention="coordination", profession="physician", level=level)

    assert (found.performer, found.key, found.named) == (R, Key.LISTING, ("primärvårdsläkaren",))
    assert found.clauses[0] == "GAV-6-4"


@pytest.mark.rule("GAV-1-2")
def test_care_that_starts_from_hospital_is_specialist_care_and_the_regions() -> None:
    found = answer(level="specialised")

    assert (found.treatment, found.performer, found.derived, found.clauses[0]) == (R, R, True, "GAV-1-2")
    assert "utgår från sjukhus" in GAVLEBORG.vocabulary.levels["specialised"]


@pytest.mark.rule("GAV-1-6")
@pytest.mark.rule("GAV-10-6")
@pytest.mark.rule("GAV-2-1")
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_if_the_specialist_treats_the_municipality_of_residence_performs_and_employs(device: str, setting: str) -> None:
    found = answer(SPECIALIST, intervention=device, setting=setting)

    assert (found.treatment, found.performer, found.employer, found.key) == (R, M, M, Key.RESIDENCE)


@pytest.mark.rule("GAV-1-4")
@pytest.mark.parametrize("device", DEVICES)
def test_the_care_level_of_the_target_group_is_not_defined(device: str) -> None:
    found = answer(intervention=device)

    assert (found.treatment, found.performer, found.clauses) == (None, None, ("GAV-1-4",))
    (row,) = list_rows_of(found, GAVLEBORG.matrix)
    assert (row.note or "").endswith("är inte definierat; bedöm.")


@pytest.mark.rule("GAV-1-5")
@pytest.mark.parametrize("profession", ["nurse", "occupational-therapist"])
def test_home_care_at_primary_level_is_left_to_the_home_care_agreement(profession: str) -> None:
    found = answer(profession=profession)

    assert (found.treatment, found.performer, found.clauses) == (None, None, ("GAV-1-5",))
    (row,) = list_rows_of(found, GAVLEBORG.matrix)
    assert "hemsjukvårdsavtal" in (row.note or "")


@pytest.mark.rule("GAV-9-2")
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_health_care_of_a_child_is_the_regions_until_the_eighteenth_birthday(setting: str) -> None:
    found = answer(age=17, setting=setting)

    assert (found.treatment, found.performer, found.derived, found.clauses) == (R, R, True, ("GAV-9-2",))
    assert "GAV-9-2" in answer(age=17, setting=setting, level="specialised").clauses
    assert "GAV-9-2" not in answer(age=18, setting=setting).clauses


@pytest.mark.rule("GAV-9-2")
@pytest.mark.parametrize("device", DEVICES)
def test_a_childs_ventilator_is_not_the_municipalitys_though_the_specialist_treats(device: str) -> None:
    assert answer(SPECIALIST, intervention=device, age=17).performer is R
    assert answer(SPECIALIST, intervention=device, age=18).performer is M


@pytest.mark.rule("GAV-9-3")
@pytest.mark.rule("SKR-3-6")
@pytest.mark.parametrize("measure", ["social-services", "lss-measure"])
@pytest.mark.parametrize(("age", "clauses"), [(10, {"GAV-9-3"}), (17, {"GAV-9-3"}), (45, {"SKR-3-6", "INF-1-1"})])
def test_assistance_and_measures_are_the_municipalitys_by_the_childrens_rule_for_children_alone(
    measure: str, age: int, clauses: set[str]
) -> None:
    found = answer(intervention=measure, age=age, profession=None)

    assert (found.treatment, found.performer) == (M, M)
    assert clauses & {*found.clauses}
    assert ("GAV-9-3" in found.clauses) is (age < 18)


@pytest.mark.rule("GAV-9-4")
@pytest.mark.parametrize("age", [0, 17])
def test_a_childs_self_care_is_as_a_rule_the_guardians(age: int) -> None:
    found = answer(ASSESSED, intervention="self-care", age=age, profession=None)

    (row,) = list_rows_of(found, GAVLEBORG.matrix)
    assert (found.treatment, found.performer, row.as_a_rule) == (G, G, True)
    assert found.employment.employer is None


@pytest.mark.rule("GAV-5-1", "GAV-9-2")
@pytest.mark.parametrize("profession", ["nurse", "care-staff", None])
def test_what_is_named_self_care_is_health_care_until_it_has_been_assessed(profession: str | None) -> None:
    found = answer(intervention="self-care", age=11, profession=profession)

    assert found == answer(intervention=None, age=11, profession=profession)
    assert (found.treatment, found.performer) == (R, R)
    assert "GAV-9-2" in found.clauses


@pytest.mark.rule("GAV-9-4")
def test_an_adults_self_care_is_not_regulated() -> None:
    asked = question(ASSESSED, intervention="self-care", age=18, profession=None)

    assert isinstance(resolve(GAVLEBORG, asked), NotRegulated)


@pytest.mark.rule("GAV-1-7")
def test_specialist_primary_and_municipal_care_and_social_services_each_have_an_answer() -> None:
    assert answer(level="specialised").treatment is R
    assert answer(intervention="coordination").performer is R
    assert answer(SPECIALIST, intervention="ventilator").performer is M
    assert answer(intervention="social-services", profession=None).performer is M


@pytest.mark.rule("GAV-2-10")
def test_a_physicians_care_is_the_regions() -> None:
    found = answer(profession="physician")

    assert (found.treatment, found.performer, found.derived) == (R, R, True)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("word", ["care-of-deceased", "incontinence-consumables", "coercive-measure"])
def test_matters_that_other_counties_regulate_are_not_regulated_here(word: str) -> None:
    assert isinstance(resolve(GAVLEBORG, question(intervention=word, profession=None)), NotRegulated)
