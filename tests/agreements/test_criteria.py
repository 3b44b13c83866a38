"""Evaluating the five criteria of track 1: `CRITERIA_MET` meets them all; each test changes one."""

from collections.abc import Mapping

import pytest

from domain.agreements.criteria import (
    evaluate,
    find_unconsidered,
    find_unmet,
    list_criteria,
    require_considered,
    require_waiver,
)
from domain.agreements.expressions import ExpressionFault, FactMissing, FactRefused, FactValue, admit, check, list_facts
from domain.agreements.model import Evaluation, Fact
from domain.kernel import Verdict
from domain.refusals import CriterionNotConsidered, NoExceptionInPolicy
from tests.agreements.orebro import OREBRO

TRACK = "primary-care"

CRITERIA_MET: Mapping[str, Mapping[str, FactValue]] = {
    "age": {"age_years": 82},
    "coordination": {"coordination_needed": True},
    "risks": {"risks_identified": True, "instrument": "CFS"},
    "safe-at-home": {"safe_at_home": True},
    "not-digital": {"digital_care_suffices": False},
}


def verdict_on(criterion: str, **facts: FactValue) -> Verdict:
    (verdict,) = evaluate(OREBRO, track=TRACK, facts={criterion: facts})
    return verdict


@pytest.mark.rule("ORE-3.1.1-4")
def test_each_criterion_gets_a_verdict_that_names_its_rule_in_the_order_of_the_text() -> None:
    verdicts = evaluate(OREBRO, track=TRACK, facts=CRITERIA_MET, notes={"risks": "CFS 6"})

    assert [(verdict.criterion, verdict.rule, verdict.met) for verdict in verdicts] == [
        ("age", "ORE-3.1.1-5", True),
        ("coordination", "ORE-3.1.1-6", True),
        ("risks", "ORE-3.1.1-7", True),
        ("safe-at-home", "ORE-3.1.1-8", True),
        ("not-digital", "ORE-3.1.1-9", True),
    ]
    assert [verdict.note for verdict in verdicts] == [None, None, "CFS 6", None, None]
    assert verdicts[2].facts == {"risks_identified": True, "instrument": "CFS"}


@pytest.mark.rule("ORE-3.1.1-5")
@pytest.mark.parametrize(("years", "met"), [(17, False), (18, True), (0, False), (104, True)])
def test_age_is_met_from_the_eighteenth_birthday(years: int, met: bool) -> None:
    assert verdict_on("age", age_years=years).met is met


@pytest.mark.rule("ORE-3.1.1-6")
@pytest.mark.parametrize("needed", [True, False])
def test_coordination_is_met_if_it_is_needed(needed: bool) -> None:
    assert verdict_on("coordination", coordination_needed=needed).met is needed


@pytest.mark.rule("ORE-3.1.1-7")
@pytest.mark.parametrize("identified", [True, False])
def test_risks_are_met_if_an_instrument_found_some(identified: bool) -> None:
    assert verdict_on("risks", risks_identified=identified, instrument="Senior alert").met is identified


@pytest.mark.rule("ORE-3.1.1-7")
def test_an_instrument_outside_any_list_is_accepted() -> None:
    assert verdict_on("risks", risks_identified=True, instrument="Downton Fall Risk Index").met


@pytest.mark.rule("ORE-3.1.1-7")
@pytest.mark.parametrize("instrument", ["", "  "])
def test_a_statement_on_risks_without_an_instrument_is_refused(instrument: str) -> None:
    with pytest.raises(FactMissing) as refused:
        verdict_on("risks", risks_identified=True, instrument=instrument)

    assert (refused.value.rule, refused.value.where) == ("ORE-3.1.1-7", ("risks", "instrument"))


@pytest.mark.rule("ORE-3.1.1-8")
@pytest.mark.parametrize("safe", [True, False])
def test_safe_at_home_is_met_if_the_home_is_safe(safe: bool) -> None:
    assert verdict_on("safe-at-home", safe_at_home=safe).met is safe


@pytest.mark.rule("ORE-3.1.1-9")
@pytest.mark.parametrize("suffices", [True, False])
def test_a_need_that_digital_care_can_meet_does_not_meet_the_criterion(suffices: bool) -> None:
    assert verdict_on("not-digital", digital_care_suffices=suffices).met is not suffices


@pytest.mark.parametrize(
    ("criterion", "fact"), [(criterion, fact) for criterion, facts in CRITERIA_MET.items() for fact in facts]
)
def test_a_missing_fact_is_refused_by_name(criterion: str, fact: str) -> None:
    facts = {name: value for name, value in CRITERIA_MET[criterion].items() if name != fact}

    with pytest.raises(FactMissing) as refused:
        verdict_on(criterion, **facts)

    assert refused.value.where == (criterion, fact)


@pytest.mark.parametrize(
    ("criterion", "facts"),
    [
        ("age", {"age_years": "18"}),
        ("age", {"age_years": True}),
        ("age", {"age_years": -1}),
        ("age", {"age_years": 2**70}),
        ("coordination", {"coordination_needed": 1}),
        ("risks", {"risks_identified": True, "instrument": 6}),
        ("risks", {"risks_identified": True, "instrument": "x" * 8001}),
    ],
)
def test_a_fact_of_the_wrong_type_or_out_of_bounds_is_refused(criterion: str, facts: dict[str, FactValue]) -> None:
    with pytest.raises(FactRefused):
        verdict_on(criterion, **facts)


def test_a_fact_that_holds_a_personal_identity_number_is_refused() -> None:
    with pytest.raises(FactRefused, match="personal identity number"):
        verdict_on("risks", risks_identified=True, instrument="CFS for 19121212-1212")


def test_a_fact_that_the_criterion_does_not_ask_about_is_refused() -> None:
    with pytest.raises(FactRefused) as refused:
        verdict_on("age", age_years=82, safe_at_home=True)

    assert refused.value.where == ("age", "safe_at_home")


def test_a_criterion_that_the_track_does_not_have_is_refused() -> None:
    with pytest.raises(FactRefused, match="threshold"):
        verdict_on("threshold", can_travel=False)


def test_a_track_that_the_version_does_not_have_sets_no_criteria() -> None:
    assert list_criteria(OREBRO, "ventilator") == ()


@pytest.mark.rule("ORE-3.1.1-4")
@pytest.mark.rule("ORE-3.1.3-8")
@pytest.mark.parametrize("left_out", list(CRITERIA_MET))
def test_a_decision_with_a_criterion_not_considered_is_refused(left_out: str) -> None:
    facts = {criterion: given for criterion, given in CRITERIA_MET.items() if criterion != left_out}
    verdicts = evaluate(OREBRO, track=TRACK, facts=facts)

    assert [criterion.id for criterion in find_unconsidered(OREBRO, track=TRACK, verdicts=verdicts)] == [left_out]
    with pytest.raises(CriterionNotConsidered) as refused:
        require_considered(OREBRO, track=TRACK, verdicts=verdicts)
    assert refused.value.where == (left_out,)


@pytest.mark.rule("ORE-3.1.1-4")
def test_an_unmet_criterion_is_considered_and_stands_in_the_way() -> None:
    verdicts = evaluate(OREBRO, track=TRACK, facts={**CRITERIA_MET, "safe-at-home": {"safe_at_home": False}})

    require_considered(OREBRO, track=TRACK, verdicts=verdicts)
    assert [verdict.criterion for verdict in find_unmet(verdicts)] == ["safe-at-home"]


@pytest.mark.rule("ORE-3.1.1-10")
@pytest.mark.parametrize("criterion", list(CRITERIA_MET))
def test_every_criterion_can_be_set_aside_by_consensus(criterion: str) -> None:
    found = require_waiver(OREBRO, track=TRACK, criterion=criterion)

    assert (found.by, found.rule) == ("consensus", "ORE-3.1.1-10")
    assert found.high_attention is (criterion == "age")


@pytest.mark.parametrize(
    ("track", "criterion", "rule"),
    [
        pytest.param("psychiatric-drugs", "no-coercion", "ORE-3.2.1-12", id="no waiver"),
        pytest.param("specialised-care", "age", "ORE-3.2-1", id="no criteria"),
        pytest.param("ventilator", "age", "SYS-7", id="no such track"),
    ],
)
def test_an_exception_without_a_rule_is_refused(track: str, criterion: str, rule: str) -> None:
    with pytest.raises(NoExceptionInPolicy) as refused:
        require_waiver(OREBRO, track=track, criterion=criterion)

    assert refused.value.rule == rule


def test_on_a_track_on_which_all_must_be_met_no_waiver_holds() -> None:
    tracks = tuple(track.model_copy(update={"evaluation": Evaluation.ALL}) for track in OREBRO.tracks)

    with pytest.raises(NoExceptionInPolicy):
        require_waiver(OREBRO.model_copy(update={"tracks": tracks}), track=TRACK, criterion="age")


def test_only_whole_numbers_have_bounds() -> None:
    fact = Fact(type="bool", label="Behövs det?", description="Yes or no", minimum=2)

    assert admit("needed", fact, {"needed": True}, rule="ORE-3.1.1-6", where="coordination") is True


@pytest.mark.parametrize(
    ("most", "too_many"),
    [("a" + " " * 499, "a" + " " * 500), (" && ".join("abcdefgh"), " && ".join("abcdefghi"))],
    ids=["characters", "facts"],
)
def test_an_expression_has_at_most_500_characters_and_8_facts(most: str, too_many: str) -> None:
    assert list_facts(most)
    with pytest.raises(ExpressionFault, match="the limit is"):
        list_facts(too_many)


def test_an_expression_without_facts_that_is_no_condition_says_that_it_has_none() -> None:
    with pytest.raises(ExpressionFault, match="answers 'a' for no facts; it must answer true or false"):
        check("'a'", {})
