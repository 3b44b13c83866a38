"""The three tracks and rehabilitation: which rules each has, and its criteria at their limits."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

import pytest

from domain.agreements.criteria import evaluate, find_unmet, list_criteria, require_waiver
from domain.agreements.expressions import FactValue
from domain.agreements.model import ActName, DischargeRule, Evaluation, Fact, NotRegulated, Track
from domain.kernel import Role
from domain.person import NumberSystem, Person
from domain.refusals import NoExceptionInPolicy
from tests.agreements.orebro import OREBRO

ALL_MET: Mapping[str, Mapping[str, FactValue]] = {
    "adult-in-ordinary-housing": {"age_years": 34, "setting": "ordinary"},
    "sip-consent": {"consents_to_sip": True},
    "psychiatric-outpatient": {"psychiatric_outpatient_treats": True},
    "no-specialist-competence": {"specialist_competence_needed": False},
    "assessment-complete": {"psychiatric_assessment_complete": True},
    "habitual-state": {"in_habitual_state": True},
    "stabilised": {
        "drug_prescribed": True,
        "target_dose_reached": True,
        "physician_judges_stable": False,
        "side_effects_tolerable": True,
    },
    "sip-established": {"sip_established": True},
    "no-observation": {"observation_needed": False},
    "no-coercion": {"coercive_measure": False},
    "cannot-visit-care": {"can_visit_care": False},
}


def track(name: str) -> Track:
    found = OREBRO.track(name)
    assert isinstance(found, Track)
    return found


TOLVAN = Person(
    id=UUID(int=12),
    county="orebro",
    system=NumberSystem.PERSONNUMMER,
    value="191212121212",
    family="Tolvansson",
    given="Tolvan",
    birth_date=date(1912, 12, 12),
)
DAYS = pytest.mark.parametrize(
    ("day", "met"),
    [(date(1930, 12, 11), False), (date(1930, 12, 12), True)],
    ids=["17-years-and-364-days", "the-18th-birthday"],
)


def left(name: str, **facts: Mapping[str, FactValue]) -> list[tuple[str, str]]:
    """Return the criteria of psychiatric drug handling that stand in the way, and their rules."""
    changed = {criterion.replace("_", "-"): given for criterion, given in facts.items()}
    verdicts = evaluate(OREBRO, track=name, facts={**ALL_MET, **changed} if name == "psychiatric-drugs" else changed)
    return [(verdict.criterion, verdict.rule) for verdict in find_unmet(verdicts)]


@pytest.mark.rule("ORE-3-5")
def test_there_are_three_tracks_into_home_care() -> None:
    numbered = {each.id: each.number for each in OREBRO.tracks if each.number is not None}

    assert numbered == {
        "primary-care": 1,
        "specialised-care": 2,
        "psychiatric-drugs": 2,
        "inpatient-discharge": 3,
    }


@pytest.mark.rule("ORE-3.1-1")
def test_the_steps_before_a_decision_are_prescribed_in_order_on_track_1() -> None:
    assert track("primary-care").steps == ("sent", "acknowledged", "in-contact", "assessing", "level-established")


@pytest.mark.rule("ORE-3-8")
@pytest.mark.parametrize("name", ["specialised-care", "psychiatric-drugs", "inpatient-discharge"])
def test_rules_of_track_1_apply_by_analogy_on_another_track(name: str) -> None:
    assert OREBRO.basis(ActName.FOLLOW_UP_PLAN, track="primary-care").by_analogy == ()
    assert OREBRO.basis(ActName.FOLLOW_UP_PLAN, track=name).by_analogy == ("ORE-3.1.6-1",)
    assert "ORE-3-8" in track(name).clauses


@pytest.mark.rule("ORE-3-6")
@pytest.mark.rule("ORE-3.3-1")
def test_discharge_planning_is_regulated_in_an_agreement_of_its_own() -> None:
    discharge = track("inpatient-discharge")

    assert discharge.external == "discharge-agreement"
    assert (discharge.evaluation, discharge.criteria) == (None, ())


@pytest.mark.rule("ORE-3-7")
def test_rehabilitation_alone_has_a_process_of_its_own() -> None:
    rehabilitation = track("rehabilitation")

    assert (rehabilitation.kinds, rehabilitation.plans) == (("rehabilitative",), ("rehab",))
    assert "sent" not in rehabilitation.steps


@pytest.mark.parametrize(
    ("name", "plans", "rule"),
    [
        pytest.param(name, plans, rule, marks=pytest.mark.rule(rule))
        for name, plans, rule in (
            ("primary-care", ("medical",), "ORE-3.1.4-1"),
            ("specialised-care", ("sip",), "ORE-3.2-2"),
            ("psychiatric-drugs", ("sip",), "ORE-3.2.1-R9"),
            ("inpatient-discharge", ("medical", "interim7"), "ORE-3.1.4-1"),
            ("rehabilitation", ("rehab",), "ORE-3.4-9"),
        )
    ],
)
def test_each_track_has_the_plan_that_comes_before_the_enrolment(name: str, plans: tuple[str, ...], rule: str) -> None:
    assert (track(name).plans, track(name).plan_rule) == (plans, rule)
    assert set(plans) <= OREBRO.plans.keys()


# --- Track 2 ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.2-1")
@DAYS
def test_specialised_care_hands_over_from_the_eighteenth_birthday(day: date, met: bool) -> None:
    years = TOLVAN.age_on(day)

    assert left("specialised-care", age={"age_years": years}) == ([] if met else [("age", "ORE-3.2-1")])


@pytest.mark.rule("ORE-3.2-1")
def test_nobody_sets_the_age_aside_on_track_2() -> None:
    with pytest.raises(NoExceptionInPolicy) as refused:
        require_waiver(OREBRO, track="specialised-care", criterion="age")

    assert refused.value.rule == "ORE-3.2-1"


@pytest.mark.rule("ORE-3.2.1-4")
@DAYS
def test_over_eighteen_is_read_as_from_the_eighteenth_birthday(day: date, met: bool) -> None:
    facts: dict[str, FactValue] = {"age_years": TOLVAN.age_on(day), "setting": "ordinary"}
    stands = [] if met else [("adult-in-ordinary-housing", "ORE-3.2.1-4")]

    assert left("psychiatric-drugs", adult_in_ordinary_housing=facts) == stands
    assert OREBRO.silence("over-eighteen").silences == ("S7",)


@pytest.mark.rule("ORE-3.2.1-4")
def test_somebody_in_special_housing_does_not_live_in_ordinary_housing() -> None:
    facts: dict[str, FactValue] = {"age_years": 34, "setting": "special"}

    assert left("psychiatric-drugs", adult_in_ordinary_housing=facts) == [("adult-in-ordinary-housing", "ORE-3.2.1-4")]


@pytest.mark.rule("ORE-3.2.1-12")
def test_with_eight_of_eight_and_no_exclusion_nothing_stands_in_the_way() -> None:
    assert [criterion.id for criterion in list_criteria(OREBRO, "psychiatric-drugs")] == list(ALL_MET)
    assert left("psychiatric-drugs") == []
    assert track("psychiatric-drugs").evaluation is Evaluation.ALL


@pytest.mark.parametrize(
    ("criterion", "fact", "value", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[3]))
        for each in (
            ("sip-consent", "consents_to_sip", False, "ORE-3.2.1-5"),
            ("psychiatric-outpatient", "psychiatric_outpatient_treats", False, "ORE-3.2.1-6"),
            ("no-specialist-competence", "specialist_competence_needed", True, "ORE-3.2.1-7"),
            ("assessment-complete", "psychiatric_assessment_complete", False, "ORE-3.2.1-8"),
            ("habitual-state", "in_habitual_state", False, "ORE-3.2.1-9"),
            ("sip-established", "sip_established", False, "ORE-3.2.1-11"),
            ("no-observation", "observation_needed", True, "ORE-3.2.1-2"),
            ("no-coercion", "coercive_measure", True, "ORE-3.2.1-17"),
            ("cannot-visit-care", "can_visit_care", True, "ORE-3.2.1-18"),
        )
    ],
)
def test_each_criterion_alone_stops_the_handover(criterion: str, fact: str, value: FactValue, rule: str) -> None:
    assert left("psychiatric-drugs", **{criterion: {fact: value}}) == [(criterion, rule)]


def stabilised(**changed: bool) -> list[tuple[str, str]]:
    return left("psychiatric-drugs", stabilised={**ALL_MET["stabilised"], **changed})


@pytest.mark.rule("ORE-3.2.1-10")
@pytest.mark.rule("ORE-3.2.1-15")
@pytest.mark.rule("ORE-3.2.1-R6")
def test_medication_is_stable_at_the_target_dose_or_by_the_treating_physicians_judgement() -> None:
    assert stabilised(target_dose_reached=True) == []
    assert stabilised(target_dose_reached=False, physician_judges_stable=True) == []
    assert stabilised(target_dose_reached=False) == [("stabilised", "ORE-3.2.1-10")]


@pytest.mark.rule("ORE-3.2.1-16")
def test_side_effects_that_need_contact_with_care_are_not_stable() -> None:
    assert stabilised(side_effects_tolerable=False) == [("stabilised", "ORE-3.2.1-10")]
    assert (
        "ORE-3.2.1-16" in next(each for each in track("psychiatric-drugs").criteria if each.id == "stabilised").clauses
    )


@pytest.mark.rule("ORE-3.2.1-19")
def test_a_drug_that_is_not_prescribed_is_never_stable() -> None:
    assert stabilised(drug_prescribed=False) == [("stabilised", "ORE-3.2.1-10")]


@pytest.mark.rule("ORE-3.2.1-12")
@pytest.mark.parametrize("criterion", list(ALL_MET))
def test_no_criterion_of_psychiatric_drug_handling_can_be_set_aside(criterion: str) -> None:
    with pytest.raises(NoExceptionInPolicy):
        require_waiver(OREBRO, track="psychiatric-drugs", criterion=criterion)


@pytest.mark.rule("ORE-3.2.1-18")
def test_a_person_who_can_get_to_care_is_not_excluded_on_track_1() -> None:
    assert all("can_visit_care" not in criterion.expression for criterion in list_criteria(OREBRO, "primary-care"))
    assert OREBRO.silence("can-visit-care").silences == ("S21",)


@pytest.mark.parametrize(
    ("fact", "of", "name", "field"),
    [
        ("age_years", "age", None, None),
        ("setting", "setting", None, None),
        pytest.param("consents_to_sip", "statement", "sip-consent", "given", marks=pytest.mark.rule("ORE-3.2.1-5")),
        ("sip_established", "plan", "sip", None),
    ],
)
def test_the_record_answers_the_facts_that_it_knows(fact: str, of: str, name: str | None, field: str | None) -> None:
    source = OREBRO.facts[fact].source

    assert source is not None
    assert (source.of, source.name, source.field) == (of, name, field)
    assert name is None or name in (OREBRO.statements.keys() | OREBRO.plans.keys())


def test_a_professional_judgement_has_no_other_source() -> None:
    judged: list[Fact] = [OREBRO.facts["in_habitual_state"], OREBRO.facts["physician_judges_stable"]]

    assert [fact.source for fact in judged] == [None, None]


# --- Rehabilitation ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.4-2")
@pytest.mark.parametrize(("suffices", "stands"), [(True, []), (False, [("primary-level", "ORE-3.4-2")])])
def test_rehabilitation_asks_only_if_primary_level_is_enough(suffices: bool, stands: list[tuple[str, str]]) -> None:
    assert left("rehabilitation", primary_level={"primary_level_suffices": suffices}) == stands


@pytest.mark.rule("ORE-3.4-2")
def test_rehabilitation_has_no_age_limit() -> None:
    (criterion,) = list_criteria(OREBRO, "rehabilitation")

    assert "age" not in criterion.expression
    assert OREBRO.scope.covers_age(9)


# --- How it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.7-1")
@pytest.mark.rule("ORE-3.1.7-3")
@pytest.mark.parametrize("name", ["primary-care", "specialised-care", "psychiatric-drugs", "inpatient-discharge"])
def test_both_parties_discharge_on_the_three_tracks(name: str) -> None:
    rule = OREBRO.discharge_rule(name)

    assert isinstance(rule, DischargeRule)
    assert (rule.by, rule.clauses) == ("both-parties", ("ORE-3.1.7-1",))
    assert rule.transfer_information == ("ORE-3.1.7-3",)


@pytest.mark.rule("ORE-3.4-12")
@pytest.mark.rule("ORE-3.4-13")
def test_the_rehabilitation_profession_alone_ends_rehabilitation() -> None:
    rule = OREBRO.discharge_rule("rehabilitation")

    assert isinstance(rule, DischargeRule)
    assert (rule.by, rule.roles) == ("profession", (Role.OCCUPATIONAL_THERAPIST, Role.PHYSIOTHERAPIST))
    assert (rule.inform_individual, rule.transfer_information) == ((), ("ORE-3.4-13",))


@pytest.mark.rule("SYS-7")
def test_a_track_of_another_county_is_not_regulated() -> None:
    assert isinstance(OREBRO.track("home-visit"), NotRegulated)
