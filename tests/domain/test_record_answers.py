"""The criteria that the record answers: by the facts of each moment, whenever somebody evaluated them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.agreements.model import Agreement
from domain.authoring.publication import load_published
from domain.case.acts import (
    care_plan_end,
    criteria,
    death_and_move,
    enrolment,
    handover,
    home_visit,
    referral_decision,
    statements,
)
from domain.case.events.case import (
    CircumstanceRecorded,
    HomeVisitRecorded,
    ResponsibilityChanged,
    StatementRecorded,
)
from domain.case.events.enrolment import EnrolmentRefused
from domain.case.events.referral import (
    AcceptanceDeclared,
    CriteriaAnswered,
    CriteriaEvaluated,
    CriteriaExceptionProposed,
    ReferralClosed,
)
from domain.case.guidance import guide
from domain.kernel import Party, Refusal, Role
from domain.refusals import AgeNotCovered, CriterionNotMet, WrongState
from tests.agreements.orebro import OREBRO as ORE
from tests.domain.test_enrolment_by_track import DEPOT, psychiatric, sip_established
from tests.domain.test_enrolment_vastmanland import FACTS, NURSE, REGION_NURSE
from tests.domain.test_enrolment_vastmanland import PEOPLE as VASTMANLAND
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    PSYCHIATRIC_NURSE,
    PSYCHIATRIST,
    REGION,
    WOUND,
    A,
    Story,
    an,
    given,
    investigated,
    story_in,
    swedish,
    weighed,
)

NEXT_YEAR = "2026-05-02 09:00"
TALK = "consent-to-relatives"
LOCAL = "local-agreement-other-provider"
"""The circumstance by which the municipality takes what another provider commissions."""
OF_ANOTHER = FACTS | {"commissioned": {"commissioned_by_primary_care": False}}


def met(story: Story) -> dict[str, bool]:
    """Return if each evaluated criterion is met."""
    return {verdict.criterion: verdict.met for verdict in story.state.referral.verdicts}


def growing_up(facts: dict[str, dict[str, Any]] = FACTS) -> Story:
    """Tell of a person in the second county who turns 18 on 20 September 2012, and whom the nurse has judged."""
    story = replace(story_in("vastmanland"), born=date(1994, 9, 20)).need_raised(by=NURSE, track="home-care")
    return story.after(criteria.evaluate_criteria, NURSE, facts=facts)


def nearly_18() -> Story:
    """Tell of a person who turns 18 on 9 April 2025, whom both have assessed and judged."""
    story = replace(investigated(), born=date(2007, 4, 9)).assessed(DISTRICT_NURSE).assessed(NURSE_A)
    return story.considered().considered(NURSE_A).level_established(at="2025-04-04 10:00")


def acts_of(story: Story, key: str) -> list[str]:
    """List the acts that an open item of a key names, for any party."""
    return [act for item in items_of(story) if item.key == key for act in item.acts]


# --- What time brings -------------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-2-4")
@pytest.mark.rule("VML-4-1")
def test_on_the_18th_birthday_the_criteria_are_met_and_the_municipality_answers() -> None:
    story = growing_up()
    assert (story.performer(), met(story)["age"]) == (VASTMANLAND.region, False)

    midnight = {"occurred_at": swedish("2012-09-20 00:00")}
    told = given(story).when(
        statements.record_circumstance, by=NURSE, at="2012-09-21 09:00", circumstance="requires-home"
    )
    story = told.then(an(CriteriaAnswered, **midnight), an(ResponsibilityChanged, **midnight), CircumstanceRecorded)

    answered = story.events[-3]
    assert (answered.actor.role, "VML-2-4" in answered.basis.clauses) == (Role.SYSTEM, True)
    assert (story.performer(), met(story)) == (VASTMANLAND.a, dict.fromkeys(FACTS, True))
    assert story.performer(at="2012-09-19 23:59") == VASTMANLAND.region


@pytest.mark.rule("ORE-3.1.1-5")
def test_on_the_18th_birthday_the_record_answers_both_parties_and_the_request_waits_to_be_accepted() -> None:
    story = nearly_18()
    given(story).when(referral_decision.accept, by=NURSE_A, at="2025-04-08 23:59").then_refused(
        AgeNotCovered, rule="ORE-3.1.1-5"
    )
    assert "accept-referral" not in acts_of(story, "accept")

    told = given(story).when(statements.record_statement, by=DISTRICT_NURSE, at="2025-04-10 09:00", kind=TALK)
    story = told.then(CriteriaAnswered, CriteriaAnswered, StatementRecorded)

    assert all(own["age"].met for own in story.state.referral.evaluations.values())
    assert "accept-referral" in acts_of(story, "accept")
    given(story).when(referral_decision.accept, by=NURSE_A).then(AcceptanceDeclared)


def test_a_birthday_changes_nothing_in_a_case_that_has_ended() -> None:
    story = nearly_18().declined()

    given(story).when(referral_decision.close, by=NURSE_A, at="2025-04-10 09:00", note="Told").then(ReferralClosed)
    assert met(story)["age"] is False


def test_a_birthday_that_changes_no_verdict_is_not_entered() -> None:
    story = replace(Story(), born=date(1950, 4, 9)).need_raised().sent().acknowledged().contacted().start_assessment()

    told = given(story.considered()).when(statements.record_statement, by=DISTRICT_NURSE, at=NEXT_YEAR, kind=TALK)
    told.then(StatementRecorded)


def test_without_a_version_in_force_the_criteria_stay_as_they_were_judged() -> None:
    story = nearly_18().under(ORE.model_copy(update={"valid_to": date(2025, 4, 8)}))

    moved: dict[str, Any] = {"moved_on": date(2025, 4, 10), "to": "special", "at": "2025-04-10 09:00"}
    assert met(story.after(death_and_move.record_move, NURSE_A, **moved))["age"] is False


def with_age(expression: str) -> Agreement:
    """Return the first county's version with another criterion of age."""
    first, *others = ORE.tracks
    age, *rest = first.criteria
    track = first.model_copy(update={"criteria": (age.model_copy(update={"expression": expression}), *rest)})
    return ORE.model_copy(update={"tracks": (track, *others)})


@pytest.mark.parametrize(
    ("expression", "answers"), [("age_years >= 65", (False, True)), ("age_years <= 64", (True, False))]
)
def test_a_criterion_changes_on_the_birthday_that_its_expression_is_about(
    expression: str, answers: tuple[bool, bool]
) -> None:
    story = replace(Story(), born=date(1960, 4, 9)).under(with_age(expression))
    story = story.need_raised().sent().acknowledged().contacted().start_assessment().considered()
    told = given(story).when(statements.record_statement, by=DISTRICT_NURSE, at="2025-04-10 09:00", kind=TALK)
    later = told.then(an(CriteriaAnswered, occurred_at=swedish("2025-04-09 00:00")), StatementRecorded)

    assert (met(story)["age"], met(later)["age"]) == answers


# --- What an act changes ----------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.2.1-5")
@pytest.mark.rule("ORE-3.2.1-12")
def test_a_withdrawn_consent_is_answered_in_the_act_that_records_it() -> None:
    story = sip_established().started()
    story = story.after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DEPOT.key)
    story = story.after(handover.accept_handover, NURSE_A, intervention=DEPOT.key)
    assert (story.performer(DEPOT.key), "criteria-met" in story.state.conditions) == (A, True)

    withdrawn: dict[str, Any] = {"kind": "sip-consent", "fields": {"given": False}}
    told = given(story).when(statements.record_statement, by=PSYCHIATRIC_NURSE, **withdrawn)
    story = told.then(StatementRecorded, an(CriteriaAnswered, party=Party.REGION), ResponsibilityChanged)

    assert (met(story)["sip-consent"], story.performer(DEPOT.key)) == (False, REGION)


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
def test_the_part_of_a_criterion_that_the_record_answers_follows_it_and_the_partys_own_part_stays() -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    story = story.after(criteria.evaluate_criteria, NURSE, facts=OF_ANOTHER)
    story = story.after(criteria.evaluate_criteria, REGION_NURSE, facts=OF_ANOTHER)
    holders = [story.performer()]
    for holds in (True, False):
        told = given(story).when(statements.record_circumstance, by=NURSE, circumstance=LOCAL, holds=holds)
        story = told.then(CircumstanceRecorded, CriteriaAnswered, CriteriaAnswered, ResponsibilityChanged)
        assert {own["commissioned"].met for own in story.state.referral.evaluations.values()} == {holds}
        assert story.state.referral.evaluations[Party.REGION]["commissioned"].facts["commissioned_by_primary_care"] is (
            False
        )
        holders.append(story.performer())

    assert holders == [VASTMANLAND.region, VASTMANLAND.a, VASTMANLAND.region]


@pytest.mark.rule("VML-11-1", "VML-4-1")
def test_what_a_specialist_commissions_stays_with_the_county_council_by_its_own_rule_and_no_health_centre() -> None:
    raised = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    story = raised.after(criteria.evaluate_criteria, NURSE, facts=OF_ANOTHER)
    by_criterion = story.state.allocations[WOUND.key]
    by_circumstance = story.circumstance("commissioned-by-other-provider", NURSE).state.allocations[WOUND.key]
    by_agreement = story.circumstance(LOCAL, NURSE).state.allocations[WOUND.key]
    before = raised.state.allocations[WOUND.key]

    assert (by_criterion.treatment, by_criterion.performer) == (VASTMANLAND.region, VASTMANLAND.region)
    assert (by_criterion.clauses, by_criterion.named) == (("VML-11-1",), None)
    assert (by_circumstance.clauses, by_circumstance.named) == (("VML-11-1",), None)
    assert (by_agreement.performer, before.clauses) == (VASTMANLAND.a, ("VML-4-1",))


@pytest.mark.rule("VML-11-1", "VML-6-1")
def test_a_partys_no_says_who_commissioned_it_until_that_party_answers_yes() -> None:
    raised = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    clauses = []
    story = raised
    for facts in (OF_ANOTHER, FACTS, OF_ANOTHER):
        story = story.after(criteria.evaluate_criteria, NURSE, facts=facts)
        clauses.append(story.state.allocations[WOUND.key].clauses[0])

    assert clauses == ["VML-11-1", "VML-6-1", "VML-11-1"]
    story = story.after(criteria.evaluate_criteria, REGION_NURSE, facts=FACTS)
    assert story.state.referral.circumstances_of_verdicts == {"commissioned-by-other-provider"}


@pytest.mark.untold("an older version of the text is made for the test")
@pytest.mark.rule("VML-11-1")
def test_a_no_from_before_its_text_said_what_it_means_says_it_with_the_next_act() -> None:
    (text,) = (each for each in load_published().agreements if each.county == "vastmanland")
    asked = text.facts["commissioned_by_primary_care"].model_copy(update={"no_means": None})
    older = text.model_copy(update={"facts": text.facts | {"commissioned_by_primary_care": asked}})
    raised = story_in("vastmanland").under(older).need_raised(by=NURSE, track="home-care")
    before = raised.after(criteria.evaluate_criteria, NURSE, facts=OF_ANOTHER)
    assert before.state.allocations[WOUND.key].clauses == ("VML-4-1",)

    told = given(before.under(text)).when(statements.record_circumstance, by=NURSE, circumstance="non-resident")

    story = told.then(CircumstanceRecorded, CriteriaAnswered, ResponsibilityChanged)
    assert story.state.allocations[WOUND.key].clauses == ("VML-11-1",)


@pytest.mark.rule("VML-11-1")
def test_a_partys_note_on_a_criterion_stays_when_the_record_answers_it_anew() -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    notes = {"commissioned": "The district physician asked by telephone"}
    story = story.after(criteria.evaluate_criteria, NURSE, facts=OF_ANOTHER, notes=notes)

    told = story.circumstance(LOCAL, NURSE)

    verdict = told.state.referral.evaluations[Party.MUNICIPALITY]["commissioned"]
    assert (verdict.met, verdict.note) == (True, notes["commissioned"])


@pytest.mark.rule("VML-11-1")
def test_a_partys_own_verdict_that_is_recorded_late_counts_beside_the_others_later_one() -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    earlier = story.clock + timedelta(minutes=1)
    story = story.after(criteria.evaluate_criteria, NURSE, facts=FACTS)

    told = story.after(criteria.evaluate_criteria, REGION_NURSE, at=earlier, now=story.clock, facts=OF_ANOTHER)

    assert (met(story)["commissioned"], met(told)["commissioned"]) == (True, False)


def test_where_the_parties_differ_the_record_settles_nothing_for_the_one_who_says_no() -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    story = story.after(criteria.evaluate_criteria, NURSE, facts=FACTS)
    story = story.after(criteria.evaluate_criteria, REGION_NURSE, facts=OF_ANOTHER)
    assert met(story)["commissioned"] is False

    story = story.circumstance(LOCAL, NURSE)
    assert met(story)["commissioned"] is True
    story = story.circumstance(LOCAL, NURSE, holds=False)
    assert (met(story)["commissioned"], story.state.referral.differs("commissioned")) == (False, True)


@pytest.mark.rule("VML-11-3")
def test_what_the_record_meets_for_one_party_stays_unmet_while_the_other_says_no() -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="closed-hours", municipality=VASTMANLAND.a)
    for by, regular in ((REGION_NURSE, False), (NURSE, True)):
        hours = {"regular_at_health_centre": regular, "needed_when_closed": True}
        story = story.after(criteria.evaluate_criteria, by, facts={"closed-hours": hours})

    told = given(story).when(statements.record_circumstance, by=NURSE, circumstance="local-agreement-closed-hours")
    story = told.then(CircumstanceRecorded, an(CriteriaAnswered, party=Party.MUNICIPALITY))
    own = {party: verdicts["closed-hours"].met for party, verdicts in story.state.referral.evaluations.items()}
    assert (own, met(story)) == ({Party.REGION: False, Party.MUNICIPALITY: True}, {"closed-hours": False})


def test_a_note_stays_with_the_verdict_that_the_record_answers_anew() -> None:
    story = growing_up().after(criteria.evaluate_criteria, NURSE, facts={"age": {}}, notes={"age": "In two weeks"})
    story = story.circumstance("requires-home", NURSE, at="2012-09-21 09:00")

    (age,) = (verdict for verdict in story.state.referral.verdicts if verdict.criterion == "age")
    assert (age.met, age.note) == (True, "In two weeks")


def test_a_criterion_for_which_a_new_version_wants_facts_that_nobody_gave_stays_as_it_was_judged() -> None:
    reworded = with_age("age_years >= 90 || safe_at_home")

    assert met(weighed().under(reworded).circumstance("psychiatric-outpatient"))["age"] is True


def test_a_criterion_of_which_the_record_has_no_fact_is_not_judged_by_another_versions_words() -> None:
    first, *others = ORE.tracks
    *rest, digital = first.criteria
    track = first.model_copy(
        update={"criteria": (*rest, digital.model_copy(update={"expression": "digital_care_suffices"}))}
    )
    story = weighed().under(ORE.model_copy(update={"tracks": (track, *others)})).circumstance("psychiatric-outpatient")

    assert met(story)["not-digital"] is True


# --- What an act of another moment asks -------------------------------------------------------------------------------


def judged(story: Story, criterion: str, at: str) -> Story:
    """Return the story after a criterion was evaluated, as it was at another moment."""
    return story.after(criteria.evaluate_criteria, PSYCHIATRIST, at=at, now="2025-05-20 09:00", facts={criterion: {}})


def verdict_of(story: Story, criterion: str) -> list[bool]:
    """List how the latest evaluation judged a criterion, and how it stands now."""
    told = [event for event in story.events if isinstance(event, CriteriaEvaluated)][-1]
    (then,) = (verdict.met for verdict in told.verdicts if verdict.criterion == criterion)
    return [then, met(story)[criterion]]


@pytest.mark.rule("ORE-3.2.1-4")
@pytest.mark.parametrize(("at", "then"), [("2025-05-10 08:59", True), ("2025-05-10 09:00", False)])
def test_a_late_evaluation_asks_about_the_housing_of_its_moment_and_the_move_holds_now(at: str, then: bool) -> None:
    moved = psychiatric().after(
        death_and_move.record_move, NURSE_A, at="2025-05-10 09:00", moved_on=date(2025, 5, 10), to="special"
    )

    assert verdict_of(judged(moved, "adult-in-ordinary-housing", at), "adult-in-ordinary-housing") == [then, False]


@pytest.mark.rule("ORE-3.2.1-11")
@pytest.mark.parametrize(("at", "then"), [("2025-05-14 08:59", True), ("2025-05-14 09:00", False)])
def test_a_late_evaluation_asks_if_a_plan_was_in_force_at_its_moment(at: str, then: bool) -> None:
    story = sip_established()
    for by in (PSYCHIATRIST, NURSE_A):
        story = story.after(care_plan_end.close, by, at="2025-05-14 09:00", plan=story.plan.id, reason="Moved on")

    assert verdict_of(judged(story, "sip-established", at), "sip-established") == [then, False]


@pytest.mark.rule("VML-11-2")
@pytest.mark.parametrize(
    ("at", "then"), [("2012-09-04 08:59", False), ("2012-09-04 09:00", True), ("2012-09-05 09:00", False)]
)
def test_a_late_evaluation_asks_about_the_circumstances_of_its_moment(at: str, then: bool) -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care")
    story = story.circumstance(LOCAL, NURSE, at="2012-09-04 09:00")
    story = story.circumstance(LOCAL, NURSE, holds=False, at="2012-09-05 09:00")

    story = story.after(criteria.evaluate_criteria, NURSE, at=at, now="2012-09-07 09:00", facts=OF_ANOTHER)
    assert verdict_of(story, "commissioned") == [then, False]
    performers = [story.performer(at=f"2012-09-0{day} 12:00") for day in (4, 5)]
    assert performers == [VASTMANLAND.a if at < "2012-09-05" else VASTMANLAND.region, VASTMANLAND.region]


@pytest.mark.rule("ORE-3.2.1-5")
def test_a_consent_told_late_is_answered_from_its_moment_on_and_a_later_word_stands() -> None:
    story = psychiatric().stated("sip-consent", PSYCHIATRIC_NURSE, at="2025-05-09 09:00", given=False)
    said: dict[str, Any] = {"kind": "sip-consent", "fields": {"given": True}}

    late: dict[str, Any] = {"at": "2025-05-08 09:00", "now": "2025-05-20 09:00"}
    story = story.after(statements.record_statement, PSYCHIATRIC_NURSE, **late, **said)
    assert met(story)["sip-consent"] is False
    story = story.after(statements.record_statement, PSYCHIATRIC_NURSE, at="2025-05-21 09:00", **said)
    assert met(story)["sip-consent"] is True
    taken_back = said | {"fields": {"given": False}}
    late = {"at": "2025-05-15 09:00", "now": "2025-05-22 09:00"}
    assert met(story.after(statements.record_statement, PSYCHIATRIC_NURSE, **late, **taken_back))["sip-consent"] is True


@pytest.mark.rule("ORE-3.1.1-5")
def test_an_act_told_late_is_decided_by_the_verdicts_of_its_own_moment() -> None:
    grown = nearly_18().stated(TALK, DISTRICT_NURSE, at="2025-04-10 09:00")
    accept: dict[str, Any] = {"decide": referral_decision.accept, "by": NURSE_A, "now": "2025-04-11 09:00"}

    given(grown).when(**accept, at="2025-04-08 23:59").then_refused(AgeNotCovered, rule="ORE-3.1.1-5")
    given(grown).when(**accept, at="2025-04-09 00:00").then(AcceptanceDeclared)


# --- Every act that asks about criteria -------------------------------------------------------------------------------


@pytest.mark.rule("VML-2-4")
def test_an_enrolment_is_not_refused_for_a_criterion_that_the_birthday_has_met() -> None:
    story = growing_up(FACTS | {"threshold": {"reaches_alone": True, "reaches_with_support": True, "cause": "age"}})
    story = story.after(enrolment.propose, NURSE, at="2012-09-21 09:00")
    refuse: dict[str, Any] = {"decide": enrolment.refuse, "by": NURSE, "reason": "No need"}

    given(story).when(**refuse, criterion="age").then_refused(
        CriterionNotMet, rule=story.act(enrolment.refuse, NURSE).rule
    )
    given(story).when(**refuse, criterion="threshold").then(EnrolmentRefused)


@pytest.mark.rule("VML-2-4")
def test_a_home_visit_and_an_exception_are_judged_by_the_age_of_their_day() -> None:
    story = replace(story_in("vastmanland"), born=date(1994, 9, 20)).need_raised(by=NURSE, track="home-visit")
    story = story.after(criteria.evaluate_criteria, NURSE, facts=FACTS)
    visit: dict[str, Any] = {"decide": home_visit.record_home_visit, "by": NURSE, "kind": "planned"}
    told = given(story).when(**visit, performer=NURSE.person, at="2012-09-20 09:00")
    told.then(CriteriaAnswered, ResponsibilityChanged, HomeVisitRecorded)

    exception = {"criterion": "age", "reason": "Nearly of age"}
    given(nearly_18()).when(criteria.agree_exception, by=NURSE_A, at="2025-04-08 09:00", **exception).then(
        CriteriaExceptionProposed
    )
    given(nearly_18()).when(criteria.agree_exception, by=NURSE_A, at="2025-04-09 09:00", **exception).then_refused(
        WrongState, rule="ORE-3.1.1-10"
    )


def test_a_refusal_recommends_what_leads_on_by_the_verdicts_of_now() -> None:
    story = replace(investigated(), born=date(2007, 4, 9)).under(with_age("age_years <= 17"))
    story = story.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered().level_established(at="2025-04-04 10:00")
    act = story.act(referral_decision.accept, NURSE_A, at="2025-04-10 09:00")
    with pytest.raises(Refusal) as refused:
        story.decided(act)
    guide(refused.value, story.state, act, story.calendar())

    assert refused.value.acts == ("agree-exception", "evaluate-criteria", "decline-referral")
