"""Criteria that the record answers, departures from them, and the care level: who judges it, why, and judged again."""

from typing import Any

import pytest

from domain.agreements.expressions import FactMissing, FactRefused
from domain.agreements.model import Guard
from domain.case.acts import care_plan, criteria, referral, referral_decision, statements, track_openings
from domain.case.events.care_plan import PlanAgreedByParty, PlanEstablished
from domain.case.events.case import ResponsibilityChanged
from domain.case.events.referral import (
    AssessmentRecorded,
    CareLevelEstablished,
    CareLevelReassessed,
    CriteriaEvaluated,
    DepartureGranted,
)
from domain.case.rules.referral_criteria import find_ways_on
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel, Intervention, OrderLevels, Profession
from domain.kernel import Keeper, Party
from domain.refusals import (
    ActorNotAllowed,
    AgeNotCovered,
    AssessmentRequired,
    ContentNotKnown,
    CriterionNotMet,
    ExceptionGroundInvalid,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    LevelContradicted,
    NoExceptionInPolicy,
    PositionsDiffer,
    WrongState,
)
from tests.agreements.orebro import OREBRO as ORE
from tests.agreements.published import find_in_force
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    DISTRICT_NURSE,
    MORNING,
    MORNINGS,
    NURSE_A,
    PHYSICIAN,
    PSYCHIATRIC_FACTS,
    PSYCHIATRIST,
    REGION,
    SPECIALIST,
    VASTMANLAND,
    WOUND,
    A,
    Story,
    an,
    enrolled,
    given,
    given_to,
    investigated,
    level_established,
    planned,
    request_in,
    weighed,
)

DEPOT = Intervention(key="depot", text="Depot injection every fourth week", category="psychiatric-drug-handling")
PROPOSED = {"age": {}, "commissioned": {"commissioned_by_primary_care": True}}
WITH_SUPPORT = {"reaches_alone": False, "reaches_with_support": True, "cause": "Social phobia"}


def psychiatric(age: int = 34, **content: Any) -> Story:
    """Tell that psychiatry has proposed to hand a depot injection over."""
    story = Story(age=age).need_raised(
        request_in(Story().people, DEPOT), by=PSYCHIATRIST, track="psychiatric-drugs", municipality=A, **content
    )
    return story.after(track_openings.propose_handover, PSYCHIATRIST, receiver=A, interventions=(DEPOT.key,))


def consented(story: Story, given: bool = True) -> Story:
    """Tell that the consent to a SIP was recorded."""
    return story.after(statements.record_statement, PSYCHIATRIST, kind="sip-consent", fields={"given": given})


def verdicts(story: Story) -> dict[str, bool]:
    """Return the outcome of each criterion."""
    return {one.criterion: one.met for one in story.state.referral.verdicts}


def threshold(**facts: Any) -> Story:
    """Tell of a person in the second county, forty-five years old, judged on the threshold."""
    story = Story(county="vastmanland", clock=MORNINGS["vastmanland"], age=45).need_raised(by=VASTMANLAND.nurse_a)
    return story.after(
        criteria.evaluate_criteria, VASTMANLAND.nurse_a, facts=PROPOSED | {"threshold": WITH_SUPPORT | facts}
    )


# --- Facts that the record answers ------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.2.1-4")
@pytest.mark.parametrize(
    ("age", "setting", "met"), [(18, "ordinary", True), (17, "ordinary", False), (34, "special", False)]
)
def test_age_and_housing_are_taken_from_the_record(age: int, setting: str, met: bool) -> None:
    story = (
        given(psychiatric(age, setting=setting))
        .when(criteria.evaluate_criteria, by=PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
        .then(CriteriaEvaluated)
    )

    assert verdicts(story)["adult-in-ordinary-housing"] is met


@pytest.mark.rule("ORE-3.2.1-5")
def test_consent_is_what_the_latest_statement_says_and_none_before_it() -> None:
    story = psychiatric()

    silent = story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    agreed = consented(story).after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    taken_back = consented(consented(story), given=False).after(
        criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS
    )

    assert [verdicts(one)["sip-consent"] for one in (silent, agreed, taken_back)] == [False, True, False]


@pytest.mark.rule("ORE-3.2.1-5")
def test_consent_counts_from_the_moment_at_which_it_was_given() -> None:
    story = psychiatric().stated("sip-consent", PSYCHIATRIST, at="2025-04-02 09:00", given=True)
    late: dict[str, Any] = {"now": "2025-04-03 09:00", "facts": {"sip-consent": {}}}

    for at, met in (("2025-04-02 08:59", False), ("2025-04-02 09:00", True)):
        judged = story.after(criteria.evaluate_criteria, PSYCHIATRIST, at=at, **late)
        (told,) = (event for event in judged.events if isinstance(event, CriteriaEvaluated))
        assert [verdict.met for verdict in told.verdicts] == [met]
        assert verdicts(judged) == {"sip-consent": True}


@pytest.mark.parametrize("told", [True, False])
def test_a_statement_of_which_the_text_names_no_field_is_a_fact_by_itself(told: bool) -> None:
    source = ORE.facts["consents_to_sip"].source
    assert source is not None
    fact = ORE.facts["consents_to_sip"].model_copy(update={"source": source.model_copy(update={"field": None})})
    story = psychiatric().under(ORE.model_copy(update={"facts": {**ORE.facts, "consents_to_sip": fact}}))
    story = story.stated("sip-consent", PSYCHIATRIST, given=False) if told else story

    judged = story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts={"sip-consent": {}})
    assert verdicts(judged) == {"sip-consent": told}


@pytest.mark.rule("ORE-3.1.1-4")
def test_an_evaluation_without_facts_evaluates_nothing() -> None:
    given(investigated()).when(criteria.evaluate_criteria, by=NURSE_A, facts={}).then_refused(
        FactMissing, rule="ORE-3.1.1-4", where=("facts",)
    )


@pytest.mark.rule("ORE-3.2.1-11")
def test_nobodys_word_is_taken_for_a_plan_that_the_record_does_not_hold() -> None:
    given(psychiatric()).when(
        criteria.evaluate_criteria,
        by=PSYCHIATRIST,
        facts=PSYCHIATRIC_FACTS | {"sip-established": {"sip_established": True}},
    ).then_refused(FactRefused, rule="ORE-3.2.1-11", where=("sip-established", "sip_established"))
    assert (
        verdicts(psychiatric().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS))[
            "sip-established"
        ]
        is False
    )


@pytest.mark.rule("VML-11-2")
def test_a_local_agreement_on_record_lets_in_what_another_provider_commissions() -> None:
    nurse, facts = VASTMANLAND.nurse_a, {"commissioned": {"commissioned_by_primary_care": False}}
    story = threshold(reaches_with_support=False)

    outside = story.after(criteria.evaluate_criteria, nurse, facts=facts)
    agreed = story.after(statements.record_circumstance, nurse, circumstance="local-agreement-other-provider")
    inside = agreed.after(criteria.evaluate_criteria, nurse, facts=facts)

    assert [verdicts(one)["commissioned"] for one in (outside, inside)] == [False, True]
    given(outside).when(referral_decision.accept, by=nurse).then_refused(
        CriterionNotMet, rule="VML-11-1", where=("commissioned",)
    )


@pytest.mark.rule("F9")
@pytest.mark.rule("ORE-3.2.1-12")
def test_where_all_criteria_must_be_met_one_unmet_stops_the_acceptance_and_nobody_sets_it_aside() -> None:
    titrating = PSYCHIATRIC_FACTS | {"stabilised": PSYCHIATRIC_FACTS["stabilised"] | {"physician_judges_stable": False}}
    story = consented(psychiatric()).after(criteria.evaluate_criteria, PSYCHIATRIST, facts=titrating)
    story = story.assessed(PSYCHIATRIST, interventions=[given_to(DEPOT, Party.MUNICIPALITY)])
    story = story.after(referral.establish_level, PSYCHIATRIST)

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        CriterionNotMet, rule="ORE-3.2.1-10", where=("stabilised",)
    )
    given(story).when(criteria.agree_exception, by=NURSE_A, criterion="stabilised", reason="Soon stable").then_refused(
        NoExceptionInPolicy, rule="ORE-3.2.1-12", where=("stabilised",)
    )


@pytest.mark.untold("the person's age changes between the acts")
@pytest.mark.rule("F16")
@pytest.mark.rule("VML-2-4")
@pytest.mark.parametrize(("age", "accepted"), [(17, False), (18, True)])
def test_the_second_county_takes_nobody_under_eighteen(age: int, accepted: bool) -> None:
    nurse = VASTMANLAND.nurse_a
    story = threshold(reaches_with_support=False).at_age(age)
    story = story.after(criteria.evaluate_criteria, nurse, facts={"age": {}})

    if accepted:
        assert story.accepted(nurse).state.referral.status is ReferralStatus.ACCEPTED
    else:
        given(story).when(referral_decision.accept, by=nurse).then_refused(
            AgeNotCovered, rule="VML-2-4", where=("age", Party.REGION)
        )


@pytest.mark.untold("the person's age changes between the acts")
@pytest.mark.rule("F16")
@pytest.mark.parametrize(
    ("age", "setting", "refusal"), [(17, "ordinary", AgeNotCovered), (34, "special", CriterionNotMet)]
)
def test_only_what_another_age_would_mend_is_refused_for_age(age: int, setting: str, refusal: Any) -> None:
    story = consented(psychiatric(age, setting=setting)).after(
        criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS
    )
    agreement = find_in_force("orebro", MORNING)
    assert agreement is not None
    ordinary = agreement.scope.model_copy(update={"settings": (*agreement.scope.settings, "special")})
    story = story.assessed(PSYCHIATRIST, interventions=[given_to(DEPOT, Party.MUNICIPALITY)])
    story = story.after(referral.establish_level, PSYCHIATRIST).under(agreement.model_copy(update={"scope": ordinary}))

    named = (Party.REGION,) if refusal is AgeNotCovered else ()
    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        refusal, rule="ORE-3.2.1-4", where=("adult-in-ordinary-housing", *named)
    )


# --- Departures -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-4-2")
@pytest.mark.rule("D6")
def test_somebody_who_can_get_there_with_support_is_not_accepted() -> None:
    given(threshold()).when(referral_decision.accept, by=VASTMANLAND.nurse_a).then_refused(
        CriterionNotMet, rule="VML-4-2", where=("threshold",)
    )


@pytest.mark.rule("VML-4-3")
@pytest.mark.rule("R7")
@pytest.mark.rule("D6")
@pytest.mark.parametrize("ground", ["disease", "disability", "social-situation"])
def test_a_departure_on_one_of_the_grounds_lets_the_person_in_and_stays_on_record(ground: str) -> None:
    nurse = VASTMANLAND.nurse_a
    story = (
        given(threshold())
        .when(criteria.grant_departure, by=nurse, criterion="threshold", ground=ground, reason="Severe social phobia")
        .then(
            an(DepartureGranted, party=Party.MUNICIPALITY, ground=ground, reason="Severe social phobia"),
            ResponsibilityChanged,
        )
    )
    assert story.performer() == VASTMANLAND.a

    assert story.accepted(nurse).state.referral.status is ReferralStatus.ACCEPTED
    (departure,) = story.state.referral.departures
    assert (departure.criterion, departure.ground, departure.author) == ("threshold", ground, nurse.person)
    assert verdicts(story)["threshold"] is False


@pytest.mark.rule("F28")
@pytest.mark.rule("VML-4-3")
@pytest.mark.parametrize(
    ("ground", "reason", "where"),
    [("convenience", "It is easier", ("ground",)), ("social-situation", None, ("reason",))],
    ids=["another ground", "no reason"],
)
def test_there_is_no_departure_on_another_ground_or_without_a_reason(
    ground: str, reason: str | None, where: tuple[str, ...]
) -> None:
    given(threshold()).when(
        criteria.grant_departure, by=VASTMANLAND.nurse_a, criterion="threshold", ground=ground, reason=reason
    ).then_refused(ExceptionGroundInvalid, rule="VML-4-3", where=where)


@pytest.mark.rule("VML-4-3")
def test_there_is_no_departure_from_what_is_met_or_was_departed_from_already() -> None:
    nurse, said = VASTMANLAND.nurse_a, {"criterion": "threshold", "ground": "disease", "reason": "Bedridden"}
    granted = threshold().after(criteria.grant_departure, nurse, **said)

    for story, state in ((threshold(reaches_with_support=False), "met"), (granted, "agreed")):
        given(story).when(criteria.grant_departure, by=nurse, **said).then_refused(
            WrongState, rule="VML-4-3", where=(state,)
        )


@pytest.mark.untold("the person's age changes between the acts")
@pytest.mark.rule("VML-2-4")
def test_nobody_departs_from_the_age() -> None:
    story = threshold().at_age(17).after(criteria.evaluate_criteria, VASTMANLAND.nurse_a, facts={"age": {}})

    given(story).when(
        criteria.grant_departure, by=VASTMANLAND.nurse_a, criterion="age", ground="disease", reason="Ill"
    ).then_refused(NoExceptionInPolicy, rule="VML-2-4", where=("age",))


@pytest.mark.rule("VML-4-3")
@pytest.mark.rule("ORE-3.1.1-10")
def test_a_departure_and_an_exception_are_not_each_other() -> None:
    given(threshold()).when(
        criteria.agree_exception, by=VASTMANLAND.nurse_a, criterion="threshold", reason="We agree"
    ).then_refused(NoExceptionInPolicy, rule="VML-4-3", where=("threshold",))
    unsafe = weighed().considered(safe_at_home={"safe_at_home": False})
    given(unsafe).when(
        criteria.grant_departure, by=NURSE_A, criterion="safe-at-home", ground="disease", reason="Ill"
    ).then_refused(ExceptionNeedsConsensus, rule="ORE-3.1.1-10", where=("safe-at-home",))


# --- The level --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.2.1-R2")
def test_psychiatry_alone_judges_that_the_drug_can_be_handled_at_primary_level() -> None:
    story = psychiatric().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    story = story.assessed(PSYCHIATRIST, interventions=[given_to(DEPOT, Party.MUNICIPALITY)])

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(ActorNotAllowed, rule="ORE-3.2.1-R2")
    given(story).when(referral.establish_level, by=PSYCHIATRIST).then(an(CareLevelEstablished, level=CareLevel.PRIMARY))


@pytest.mark.rule("ORE-3.2.1-R2")
def test_the_municipalitys_assessment_is_not_psychiatrys() -> None:
    story = psychiatric().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    story = story.assessed(NURSE_A, interventions=[given_to(DEPOT, Party.MUNICIPALITY)])

    given(story).when(referral.establish_level, by=PSYCHIATRIST).then_refused(
        AssessmentRequired, rule="ORE-3.2.1-R2", where=("region",)
    )


def free_of(*guards: Guard) -> Story:
    """Tell of the first county's request under investigation, as if its text had not turned these checks on."""
    agreement = find_in_force("orebro", MORNING)
    assert agreement is not None
    kept = {guard: ground for guard, ground in agreement.guards.items() if guard not in guards}
    story = Story().under(agreement.model_copy(update={"guards": kept}))
    return story.need_raised().sent().acknowledged().contacted().start_assessment()


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SKR-10-5")
def test_where_nothing_else_says_so_both_still_draw_the_border_between_the_levels() -> None:
    story = free_of(Guard.JOINT_ASSESSMENT, Guard.EQUAL_LEVELS).assessed(NURSE_A).considered()

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(
        JointAssessmentMissing, rule="SKR-10-5", where=("region",)
    )
    given(story.assessed(DISTRICT_NURSE, CareLevel.SPECIALISED)).when(
        referral.establish_level, by=NURSE_A
    ).then_refused(PositionsDiffer, rule="SKR-10-5", where=("primary", "specialised"))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_where_no_text_wants_both_the_partys_own_assessment_is_the_level() -> None:
    story = free_of(Guard.JOINT_ASSESSMENT, Guard.JOINT_LEVEL, Guard.EQUAL_LEVELS).considered()

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(
        AssessmentRequired, rule="ORE-3.1.3-10", where=()
    )
    given(story.assessed(NURSE_A)).when(referral.establish_level, by=NURSE_A).then(CareLevelEstablished)
    by_other = story.assessed(DISTRICT_NURSE)
    established = given(by_other).when(referral.establish_level, by=NURSE_A).then(CareLevelEstablished)
    worse = ASSESSMENT | {"level": CareLevel.SPECIALISED, "reason": "Worse"}
    judged = established.after(referral.record_assessment, NURSE_A, **worse)
    given(judged).when(referral.establish_level, by=NURSE_A).then(CareLevelReassessed, ResponsibilityChanged)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_check_that_the_text_does_not_turn_on_is_not_made() -> None:
    story = free_of(Guard.ASSESSMENT_FIRST, Guard.JOINT_ASSESSMENT)

    assert story.declined().state.referral.status is ReferralStatus.DECLINED


@pytest.mark.rule("SKR-4-7")
@pytest.mark.rule("ORE-1.5-2")
@pytest.mark.parametrize("ground", ["special-medical-resources", "special-technical-resources", "special-competence"])
def test_an_assessment_may_say_that_special_resources_or_competence_are_needed_and_then_it_is_specialised(
    ground: str,
) -> None:
    story = weighed()

    told = free_of().after(
        referral.record_assessment, NURSE_A, **ASSESSMENT | {"level": CareLevel.SPECIALISED, "level_ground": ground}
    )
    assert told.state.referral.assessments[Party.MUNICIPALITY].level_ground == ground
    given(story).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT | {"level_ground": ground}).then_refused(
        LevelContradicted, rule="ORE-3.1.1-3", where=("level", "level_ground")
    )


@pytest.mark.rule("SKR-4-7")
def test_that_it_is_usually_done_in_hospital_is_no_ground() -> None:
    said = ASSESSMENT | {"level": CareLevel.SPECIALISED, "level_ground": "usually-in-hospital"}

    given(weighed()).when(referral.record_assessment, by=NURSE_A, **said).then_refused(
        ContentNotKnown, rule="SKR-4-7", where=("usually-in-hospital",)
    )


@pytest.mark.rule("SKR-5-1")
@pytest.mark.parametrize("story", [level_established(), enrolled()], ids=["level established", "enrolled"])
def test_a_level_that_is_judged_again_leaves_the_earlier_judgement_with_its_date_author_and_reason(
    story: Story,
) -> None:
    anew = ASSESSMENT | {"level": CareLevel.SPECIALISED, "reason": "The ulcer now needs surgery"}
    for by in BOTH:
        story = story.after(referral.record_assessment, by, **anew)

    story = (
        given(story)
        .when(referral.establish_level, by=NURSE_A)
        .then(an(CareLevelReassessed, level=CareLevel.SPECIALISED, previous=CareLevel.PRIMARY), ResponsibilityChanged)
    )
    held = story.state.allocations["wound-care"]
    assert (held.treatment, held.kept_by) == (REGION, Keeper.SILENCE)

    first, second = story.state.referral.judged
    assert (first.level, first.author, first.at) == (
        CareLevel.PRIMARY,
        DISTRICT_NURSE.person,
        level_established().state.referral.level_established_at,
    )
    assert (second.level, second.author, second.reason) == (
        CareLevel.SPECIALISED,
        NURSE_A.person,
        "The ulcer now needs surgery",
    )
    assert story.state.referral.level is CareLevel.SPECIALISED
    assert story.state.referral.status is ReferralStatus.LEVEL_ESTABLISHED or story.enrolment.started_at is not None


@pytest.mark.rule("SKR-5-1")
@pytest.mark.rule("SKR-10-5")
def test_one_party_does_not_judge_an_established_level_again_for_both() -> None:
    story = level_established().after(referral.record_assessment, NURSE_A, **ASSESSMENT | {"reason": "Worse"})

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(
        AssessmentRequired, rule="ORE-3.1.3-10", where=("region",)
    )


@pytest.mark.rule("SKR-5-1")
@pytest.mark.rule("F21")
def test_no_level_is_judged_again_after_the_discharge() -> None:
    story = enrolled()
    for by in BOTH:
        story = story.after(referral.record_assessment, by, **ASSESSMENT | {"reason": "The ulcer now needs surgery"})

    given(story.discharged()).when(referral.establish_level, by=NURSE_A).then_refused(
        WrongState, rule="ORE-3.1.3-10", where=("closed",)
    )


@pytest.mark.rule("SKR-5-1")
def test_a_level_is_judged_again_on_assessments_that_were_made_since_it_was_judged_last() -> None:
    anew = ASSESSMENT | {"level": CareLevel.SPECIALISED, "reason": "The ulcer now needs surgery"}
    story = level_established().on("2025-04-05 09:00")
    for by in BOTH:
        story = story.after(referral.record_assessment, by, **anew)
    story = story.after(referral.establish_level, NURSE_A, at="2025-04-07 09:00")
    story = story.after(referral.record_assessment, NURSE_A, **anew)

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(
        AssessmentRequired, rule="ORE-3.1.3-10", where=("region",)
    )


def test_an_assessment_at_the_moment_of_the_level_is_made_since() -> None:
    at = "2025-04-04 10:00"  # when the level was established
    story = level_established()
    for by in BOTH:
        story = story.after(referral.record_assessment, by, at=at, now=at, **ASSESSMENT | {"reason": "Surgery"})

    given(story).when(referral.establish_level, by=NURSE_A).then(CareLevelReassessed)


@pytest.mark.rule("ORE-3.2.1-R2")
@pytest.mark.rule("SKR-5-1")
def test_psychiatry_alone_judges_the_level_again() -> None:
    story = psychiatric().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    drug = [given_to(DEPOT, Party.MUNICIPALITY)]
    story = story.assessed(PSYCHIATRIST, interventions=drug).after(referral.establish_level, PSYCHIATRIST)
    story = story.assessed(NURSE_A, interventions=drug)
    said = ASSESSMENT | {"interventions": drug, "level": CareLevel.SPECIALISED, "reason": "He is unwell again"}
    story = story.after(referral.record_assessment, PSYCHIATRIST, **said)

    given(story).when(referral.establish_level, by=PSYCHIATRIST).then(
        an(CareLevelReassessed, reason="He is unwell again")
    )


@pytest.mark.rule("SKR-5-1")
@pytest.mark.rule("F21")
def test_nobody_is_assessed_anew_after_the_discharge() -> None:
    given(enrolled().discharged()).when(
        referral.record_assessment, by=NURSE_A, **ASSESSMENT | {"reason": "The ulcer is back"}
    ).then_refused(WrongState, rule="ORE-3.1.1-3", where=("closed",))


@pytest.mark.rule("SKR-5-1")
def test_an_established_level_is_not_assessed_anew_without_a_reason() -> None:
    given(level_established()).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT).then_refused(
        WrongState, rule="ORE-3.1.1-3", where=("level-established",)
    )


@pytest.mark.rule("GAV-2-8")
@pytest.mark.rule("F22")
def test_what_an_assessment_gives_to_the_other_party_is_a_proposal_and_moves_nothing() -> None:
    proposed = ASSESSMENT | {"interventions": [given_to(WOUND, Party.MUNICIPALITY)]}
    story = given(weighed()).when(referral.record_assessment, by=DISTRICT_NURSE, **proposed).then(AssessmentRecorded)

    assert story.performer() == REGION


# --- Ordered at one level, performed at another -----------------------------------------------------------------------


@pytest.mark.rule("SKR-4-3")
def test_what_specialised_care_orders_and_primary_care_performs_is_allocated_as_primary_care() -> None:
    ordered = Intervention(
        key="dressing",
        text="Dressing ordered by the clinic",
        profession=Profession.NURSE,
        ordering=OrderLevels(ordering_level=CareLevel.SPECIALISED, performing_level=CareLevel.PRIMARY),
    )
    both = (ordered, ordered.model_copy(update={"key": "clinics-own", "ordering": None}))
    story = investigated().assessed(SPECIALIST, CareLevel.SPECIALISED).assessed(NURSE_A, CareLevel.SPECIALISED)
    story = story.considered().level_established().plan_begun().plan_held()
    story = story.plan_written(*(planned(one, Party.REGION) for one in both)).plan_agreed(PHYSICIAN)
    story = given(story).when(care_plan.agree, by=NURSE_A, plan=story.plan.id).then(PlanAgreedByParty, PlanEstablished)

    assert story.state.allocations[ordered.key].clauses == ("ORE-3-1", "ORE-2.1-2")
    assert story.state.allocations["clinics-own"].clauses == ("ORE-2.2-7", "ORE-1.5-3")


# --- The ways on from an unmet criterion ------------------------------------------------------------------------------


def unsafe() -> Story:
    """Tell that the care is not safe at home."""
    return level_established().considered(safe_at_home={"safe_at_home": False})


@pytest.mark.parametrize(
    "changes",
    [{"criteria": ()}, {"criteria": tuple(ORE.tracks[0].criteria[place] for place in (0, 1, 2, 4))}],
    ids=["no criterion", "not this criterion"],
)
def test_a_criterion_that_the_version_left_out_is_unmet_for_its_own_sake_and_not_for_age(
    changes: dict[str, Any],
) -> None:
    first, *others = ORE.tracks
    story = unsafe().under(ORE.model_copy(update={"tracks": (first.model_copy(update=changes), *others)}))

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        CriterionNotMet, rule="ORE-3.1.1-8", where=("safe-at-home",)
    )


def test_a_criterion_that_the_version_words_anew_is_unmet_for_its_own_sake_and_not_for_age() -> None:
    first, *others = ORE.tracks
    anew = first.criteria[0].model_copy(update={"expression": "safe_at_home || age_years >= 18"})
    track = first.model_copy(update={"criteria": (anew, *first.criteria[1:])})
    story = Story(age=17).need_raised().sent().acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered().level_established()

    for version, refusal in (
        (ORE, AgeNotCovered),
        (ORE.model_copy(update={"tracks": (track, *others)}), CriterionNotMet),
    ):
        given(story.under(version)).when(referral_decision.accept, by=NURSE_A).then_refused(refusal, rule="ORE-3.1.1-5")


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (ReferralStatus.LEVEL_ESTABLISHED, ("agree-exception", "evaluate-criteria", "decline-referral")),
        (ReferralStatus.ACCEPTED, ("agree-exception", "evaluate-criteria")),
        (ReferralStatus.CLOSED, ()),
    ],
)
def test_the_ways_on_from_an_unmet_criterion_are_those_of_the_requests_status(
    status: ReferralStatus, acts: tuple[str, ...]
) -> None:
    unmet = unsafe().state.referral.model_copy(update={"status": status})

    assert find_ways_on(ORE, unmet, "safe-at-home") == acts


@pytest.mark.rule("VML-4-3")
def test_the_way_on_from_a_threshold_with_grounds_is_a_departure() -> None:
    refusal = (
        given(threshold(**WITH_SUPPORT))
        .when(referral_decision.accept, by=VASTMANLAND.nurse_a)
        .then_refused(CriterionNotMet, rule="VML-4-2")
    )

    assert "grant a departure" in refusal.remedy
    assert refusal.acts[:2] == ("grant-departure", "evaluate-criteria")
