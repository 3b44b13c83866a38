"""Responsibility in Västmanland: the threshold decides between municipality and county council."""

from typing import Any

import pytest

from domain.agreements.matrix import Answer, Question, require_can_be_municipal, resolve
from domain.agreements.model import Holder, Key, NotRegulated
from domain.refusals import NeverMunicipal
from tests.agreements.counties import VASTMANLAND
from tests.agreements.published import list_rows_of

R, M = Holder.REGION, Holder.MUNICIPALITY
MET = "criteria-met"
HOME_STAFF = ["nurse", "care-staff", "occupational-therapist", "physiotherapist"]


def question(*conditions: str, **changed: Any) -> Question:
    situation = {"level": "primary", "setting": "ordinary", "age": 82, "profession": "nurse", **changed}
    return Question(**situation, conditions=frozenset(conditions))


def answer(*conditions: str, **changed: Any) -> Answer:
    found = resolve(VASTMANLAND, question(*conditions, **changed))
    assert isinstance(found, Answer), found
    return found


def who(*conditions: str, **changed: Any) -> tuple[Holder | None, Holder | None]:
    found = answer(*conditions, **changed)
    return found.treatment, found.performer


@pytest.mark.rule("VML-2-1")
@pytest.mark.rule("VML-2-2")
@pytest.mark.rule("VML-2-3")
@pytest.mark.rule("VML-5-3")
@pytest.mark.rule("VML-6-1")
@pytest.mark.parametrize("profession", ["nurse", "care-staff"])
def test_nursing_at_home_is_the_municipalitys_if_the_threshold_is_met(profession: str) -> None:
    assert who(MET, profession=profession) == (M, M)


@pytest.mark.rule("VML-2-2")
@pytest.mark.rule("VML-8-1")
@pytest.mark.parametrize("profession", ["occupational-therapist", "physiotherapist"])
def test_rehabilitation_at_home_is_the_municipalitys_if_the_threshold_is_met(profession: str) -> None:
    assert who(MET, profession=profession) == (M, M)


@pytest.mark.rule("VML-7-1")
@pytest.mark.parametrize("enrolled", [True, False])
def test_an_occasional_visit_is_the_municipalitys_as_continuous_care_is(enrolled: bool) -> None:
    assert who(MET, enrolled=enrolled) == (M, M)


@pytest.mark.rule("VML-4-1")
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_a_person_below_the_threshold_goes_to_the_health_centre_first(profession: str) -> None:
    found = answer(profession=profession)

    assert (found.treatment, found.performer, found.clauses) == (R, R, ("VML-4-1",))
    assert found.named == ("vårdcentral/familjeläkarmottagning",)


@pytest.mark.rule("VML-5-4")
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_care_at_the_health_centre_is_the_county_councils(profession: str) -> None:
    assert who(setting="health-centre", profession=profession) == (R, R)
    assert answer(MET, setting="health-centre", profession=profession).clauses == ("VML-5-4",)


@pytest.mark.rule("VML-2-4")
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_care_of_children_stays_with_the_county_council(profession: str) -> None:
    child = answer(MET, age=17, profession=profession)

    assert (child.treatment, child.performer, child.clauses, child.derived) == (R, R, ("VML-2-4",), True)
    assert who(MET, age=18, profession=profession) == (M, M)


@pytest.mark.rule("VML-2-1")
@pytest.mark.parametrize("age", [17, 82])
def test_special_housing_is_not_regulated_and_the_background_answers_at_every_age(age: int) -> None:
    found = answer(MET, setting="special", age=age)

    assert (found.performer, found.clauses, found.always) == (M, ("INF-3-1", "SKR-3-5"), True)


@pytest.mark.rule("SKR-3-6")
def test_social_services_are_the_municipalitys_at_every_age() -> None:
    assert [who(intervention="social-services", profession=None, age=age) for age in (17, 18)] == [(M, M), (M, M)]


@pytest.mark.rule("VML-2-5")
@pytest.mark.rule("VML-15-1")
@pytest.mark.rule("VML-16-1")
@pytest.mark.rule("VML-17-1")
@pytest.mark.parametrize(
    "diagnosis", ["psychiatric-diagnosis", "dementia", "lss-group-1", "lss-group-2", "lss-group-3"]
)
def test_psychiatry_dementia_and_lss_follow_the_same_rule_as_any_diagnosis(diagnosis: str) -> None:
    assert answer(MET, diagnosis) == answer(MET)
    assert who(MET, diagnosis) == (M, M)
    assert who(diagnosis) == (R, R)


@pytest.mark.rule("VML-2-6")
@pytest.mark.rule("VML-2-7")
@pytest.mark.parametrize("when", ["night-or-holiday", "acute-visit", "planned-visit"])
def test_the_time_and_planning_of_the_visit_do_not_matter(when: str) -> None:
    assert answer(MET, when) == answer(MET)
    assert who(MET, when) == (M, M)


@pytest.mark.rule("VML-5-5")
@pytest.mark.rule("VML-6-6")
@pytest.mark.rule("VML-7-3")
@pytest.mark.parametrize("enrolled", [True, False])
@pytest.mark.parametrize("setting", ["ordinary", "health-centre"])
def test_physicians_are_the_county_councils_in_home_care_and_at_visits(enrolled: bool, setting: str) -> None:
    assert who(MET, profession="physician", enrolled=enrolled, setting=setting) == (R, R)


@pytest.mark.rule("VML-5-5")
def test_a_physicians_care_can_never_be_the_municipalitys() -> None:
    with pytest.raises(NeverMunicipal) as refused:
        require_can_be_municipal(VASTMANLAND, question(MET, profession="physician"))

    assert refused.value.rule == "VML-5-5"


@pytest.mark.rule("VML-5-7")
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_all_specialist_care_is_the_county_councils(profession: str) -> None:
    assert who(MET, level="specialised", profession=profession) == (R, R)
    assert answer(MET, level="specialised", profession=profession).clauses == ("VML-5-7",)


@pytest.mark.rule("VML-8-3")
@pytest.mark.rule("VML-8-4")
@pytest.mark.rule("VML-8-5")
@pytest.mark.rule("VML-8-6")
@pytest.mark.rule("VML-18-1")
@pytest.mark.parametrize(
    ("intervention", "conditions", "rule"),
    [
        ("impairment-training", ["requires-home"], "VML-8-3"),
        ("environment-adaptation", [], "VML-8-4"),
        ("housing-adaptation-certificate", [], "VML-8-4"),
        ("technical-device", ["requires-home-visit"], "VML-8-5"),
        ("recurring-rehabilitation", ["long-lasting-impairment"], "VML-8-6"),
        ("general-palliative-care", [], "VML-18-1"),
    ],
)
def test_care_that_the_text_gives_to_the_municipality_is_the_municipalitys(
    intervention: str, conditions: list[str], rule: str
) -> None:
    found = answer(*conditions, intervention=intervention, profession="occupational-therapist")

    assert (found.treatment, found.performer, found.clauses) == (M, M, (rule,))


@pytest.mark.rule("VML-9-3")
@pytest.mark.rule("B18")
def test_a_device_that_needs_no_visit_is_left_to_the_handbook() -> None:
    found = answer(MET, intervention="technical-device", profession="occupational-therapist")

    assert (found.treatment, found.performer, found.clauses) == (None, None, ("VML-9-3",))
    (row,) = list_rows_of(found, VASTMANLAND.matrix)
    assert "Hjälpmedelshandboken för Västmanland 2011" in (row.note or "")


@pytest.mark.rule("VML-8-9")
@pytest.mark.parametrize("purpose", ["investigation-visit", "team-visit"])
def test_the_county_councils_visit_moves_nothing_to_the_municipality(purpose: str) -> None:
    assert who(MET, intervention=purpose, profession="physiotherapist") == (R, R)
    assert who(MET, profession="physiotherapist") == (M, M)


@pytest.mark.rule("VML-10-1")
@pytest.mark.parametrize("part", ["incontinence-prescribing", "incontinence-consumables", "incontinence-cost"])
def test_incontinence_is_the_municipalitys_for_the_enrolled_and_not_settled_for_others(part: str) -> None:
    assert who(intervention=part, enrolled=True) == (M, M)
    assert isinstance(resolve(VASTMANLAND, question(intervention=part, profession=None)), NotRegulated)


@pytest.mark.rule("VML-2-4")
@pytest.mark.rule("VML-10-1")
@pytest.mark.parametrize("enrolled", [True, False])
def test_nobody_is_enrolled_at_an_age_that_the_agreement_does_not_cover(enrolled: bool) -> None:
    child, adult = (
        answer(intervention="incontinence-consumables", age=age, enrolled=enrolled or age == 18) for age in (17, 18)
    )

    assert (child.treatment, child.performer, child.clauses) == (R, R, ("VML-2-4",))
    assert (adult.treatment, adult.clauses) == (M, ("VML-10-1",))


@pytest.mark.rule("VML-14-1")
@pytest.mark.rule("VML-14-2")
@pytest.mark.parametrize(
    ("part", "rule"),
    [
        ("care-of-deceased", "VML-14-1"),
        ("transport-of-deceased", "VML-14-2"),
        ("storage-of-deceased", "VML-14-2"),
    ],
)
@pytest.mark.parametrize("age", [9, 82, None])
def test_care_of_the_deceased_stays_with_the_county_council(part: str, rule: str, age: int | None) -> None:
    found = answer(MET, intervention=part, age=age, enrolled=True)

    assert (found.treatment, found.performer, found.clauses) == (R, R, (rule,))


@pytest.mark.rule("VML-15-2")
@pytest.mark.parametrize("group", ["lss-group-1", "lss-group-2"])
@pytest.mark.parametrize("age", [9, 82])
def test_specialist_rehabilitation_in_two_lss_groups_is_the_disability_centres(group: str, age: int) -> None:
    found = answer(MET, group, level="specialised", intervention="specialist-rehabilitation", age=age)

    assert (found.treatment, found.performer, found.named) == (R, R, ("Handikappcentrum",))


@pytest.mark.rule("VML-15-2")
def test_the_third_lss_group_follows_the_general_row() -> None:
    found = answer(MET, "lss-group-3", level="specialised", intervention="specialist-rehabilitation")

    assert (found.treatment, found.named, found.clauses) == (R, (), ("VML-5-7",))


@pytest.mark.rule("VML-17-2")
def test_a_dementia_investigation_is_the_county_councils_also_in_the_home() -> None:
    assert who(MET, "dementia", intervention="dementia-investigation") == (R, R)


@pytest.mark.rule("VML-18-2")
def test_palliative_care_tied_to_specialist_clinics_is_the_county_councils() -> None:
    found = answer(MET, intervention="specialist-palliative-care")

    assert (found.treatment, found.performer, found.named) == (R, R, ("LAH-team",))


@pytest.mark.rule("VML-11-1")
@pytest.mark.parametrize("met", [[], [MET]])
def test_care_that_another_provider_commissions_is_not_the_municipalitys(met: list[str]) -> None:
    found = answer(*met, "commissioned-by-other-provider")

    assert (found.treatment, found.performer, found.derived, found.clauses) == (R, R, True, ("VML-11-1",))


@pytest.mark.rule("VML-11-2")
def test_with_a_local_agreement_the_municipality_performs_care_that_another_provider_commissions() -> None:
    found = answer(MET, "commissioned-by-other-provider", "local-agreement-other-provider")

    assert (found.treatment, found.performer, found.clauses) == (None, M, ("VML-11-2",))
    (row,) = list_rows_of(found, VASTMANLAND.matrix)
    assert "lokala avtalet" in (row.note or "")


@pytest.mark.rule("VML-11-3")
def test_when_the_health_centre_is_closed_only_a_local_agreement_makes_it_the_municipalitys() -> None:
    closed = ["regular-at-health-centre", "health-centre-closed"]

    assert who(*closed) == (R, R)
    assert answer(*closed).clauses == ("VML-11-3",)
    assert answer(*closed, "local-agreement-closed-hours").performer is M


COMMISSIONED = "commissioned-by-other-provider"
CLOSED = ("regular-at-health-centre", "health-centre-closed")


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
@pytest.mark.parametrize("person", ["non-resident", "asylum-seeker", "doctor-elsewhere"])
def test_care_that_another_provider_commissions_has_no_exception_but_a_local_agreement(person: str) -> None:
    found, agreed = (
        answer(MET, person, COMMISSIONED),
        answer(MET, person, COMMISSIONED, "local-agreement-other-provider"),
    )

    assert (found.treatment, found.performer, found.clauses) == (R, R, ("VML-11-1",))
    assert (agreed.performer, agreed.clauses) == (M, ("VML-11-2",))


@pytest.mark.rule("VML-11-3")
@pytest.mark.parametrize("person", ["non-resident", "asylum-seeker", "doctor-elsewhere"])
def test_when_the_health_centre_is_closed_it_is_the_same_for_everybody(person: str) -> None:
    assert answer(MET, person, *CLOSED).clauses == answer(MET, *CLOSED).clauses == ("VML-11-3",)
    assert answer(MET, person, *CLOSED, "local-agreement-closed-hours").performer is M


@pytest.mark.rule("VML-11-2")
@pytest.mark.rule("VML-5-7")
def test_a_local_agreement_lets_the_municipality_perform_specialised_care_that_stays_the_county_councils() -> None:
    commissioned = (MET, COMMISSIONED)

    assert who(*commissioned, level="specialised") == (R, R)
    assert who(*commissioned, "local-agreement-other-provider", level="specialised") == (R, M)


@pytest.mark.rule("VML-5-7")
@pytest.mark.rule("VML-5-5")
def test_a_physicians_specialised_care_is_the_county_councils() -> None:
    found = answer(level="specialised", profession="physician")

    assert (found.treatment, found.performer, found.clauses) == (R, R, ("VML-5-7", "VML-5-5"))


@pytest.mark.rule("VML-12-1")
def test_immediate_care_of_a_visitor_is_the_duty_of_the_county_council_of_the_stay() -> None:
    found = answer("non-resident", intervention="immediate-care", profession=None, age=30)

    assert (found.treatment, found.performer, found.key) == (R, R, Key.STAY)


@pytest.mark.rule("VML-12-4")
@pytest.mark.rule("VML-19-1")
@pytest.mark.parametrize(("person", "rule"), [("non-resident", "VML-12-4"), ("asylum-seeker", "VML-19-1")])
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_visitors_and_asylum_seekers_are_cared_for_by_the_municipality_of_the_stay(
    person: str, rule: str, profession: str
) -> None:
    found = answer(MET, person, profession=profession)

    assert (found.treatment, found.performer, found.key, found.clauses) == (M, M, Key.STAY, (rule,))


@pytest.mark.rule("VML-19-1")
def test_the_registered_address_of_an_asylum_seeker_changes_nothing() -> None:
    assert answer(MET, "asylum-seeker", "non-resident").key is Key.STAY


@pytest.mark.rule("VML-13-1")
@pytest.mark.parametrize("profession", HOME_STAFF)
def test_a_family_doctor_elsewhere_leaves_it_with_the_municipality_of_residence(profession: str) -> None:
    found = answer(MET, "doctor-elsewhere", profession=profession)

    assert (found.performer, found.key, found.clauses) == (M, Key.RESIDENCE, ("VML-13-1",))


@pytest.mark.rule("SYS-7")
def test_coercive_measures_are_regulated_only_in_another_county() -> None:
    found = resolve(VASTMANLAND, question(intervention="coercive-measure", profession=None))

    assert found == NotRegulated(what="coercive-measure", silences=())
