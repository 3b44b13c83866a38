"""The state of a case: what is told late takes the place of nothing later, and what was decided stands."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.case.acts import criteria, death_and_move, disagreement, referral, statements, track_openings
from domain.case.events.case import CircumstanceRecorded, MoveRecorded, ResponsibilityChanged
from domain.case.events.disagreement import DisagreementRaised
from domain.case.state.moments import CaseAtMoments
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import Actor, Keeper, Party, UnitKind
from domain.refusals import OccurredTooEarly
from tests.agreements.orebro import OREBRO as ORE
from tests.domain.test_enrolment_gavleborg import need
from tests.domain.test_responsibility import INJECTION, enrolled_with
from tests.scenario import (
    ASSESSMENT,
    DISTRICT_NURSE,
    GAVLEBORG,
    NURSE_A,
    OREBRO,
    PSYCHIATRIST,
    REGION,
    SPECIALIST,
    WOUND,
    A,
    Decision,
    Story,
    accepted,
    at_odds,
    given,
    given_to,
    investigated,
    level_established,
    planned,
    request_in,
    swedish,
    weighed,
)

AID = Intervention(
    key="aid", text="A planning aid", profession=Profession.OCCUPATIONAL_THERAPIST, category="cognitive-aid"
)
TREATED = "psychiatric-outpatient"
"""The circumstance that gives a cognitive aid to psychiatry."""
TALK = "consent-to-relatives"
EARLIER, NOON, LATER = "2025-04-02 09:00", "2025-04-02 12:00", "2025-04-03 09:00"


def on_record(story: Story, *, holds: bool, at: str) -> Story:
    """Tell that the circumstance was put on record, perhaps late."""
    return story.after(
        statements.record_circumstance, DISTRICT_NURSE, at=at, now=LATER, circumstance=TREATED, holds=holds
    )


# --- Facts told late --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "holds", "flags"), [(EARLIER, True, ("holds",)), (NOON, False, ())])
def test_the_word_about_the_latest_moment_holds_and_of_two_about_one_moment_the_last(
    at: str, holds: bool, flags: tuple[str, ...]
) -> None:
    story = on_record(on_record(Story().need_raised(), holds=True, at=NOON), holds=False, at=at)

    assert (TREATED in story.state.circumstances) is holds
    assert story.state.happened["case.circumstance-recorded"].flags == flags


def test_an_act_that_each_party_does_has_a_latest_time_of_its_own_for_each() -> None:
    story = investigated().assessed(DISTRICT_NURSE, at=NOON)
    story = story.after(referral.record_assessment, NURSE_A, at=EARLIER, now=LATER, **ASSESSMENT)

    times = [story.state.triggered_at("event:referral.assessment-recorded", party) for party in (None, *Party)]
    assert times == [swedish(NOON), swedish(NOON), swedish(EARLIER)]


def test_a_statement_of_later_is_no_decision_that_an_earlier_disagreement_would_come_before() -> None:
    story = weighed().stated(TALK, DISTRICT_NURSE, at=LATER)

    given(story).when(
        disagreement.raise_disagreement, by=NURSE_A, at=NOON, now="2025-04-04 09:00", reason="We lack the competence"
    ).then(DisagreementRaised)


def test_what_time_alone_has_changed_is_no_decision_that_an_earlier_disagreement_would_come_before() -> None:
    story = need(45, at="2019-12-02 08:00").on("2020-01-10 09:00")
    story = story.after(death_and_move.record_move, GAVLEBORG.nurse_a, moved_on=date(2020, 1, 9), to="sandviken")
    assert story.events[-2].occurred_at == swedish("2020-01-01 00:00")

    story = story.after(
        disagreement.raise_disagreement, GAVLEBORG.nurse_a, at="2019-12-30 09:00", now="2020-01-11 09:00", reason="No"
    )
    assert story.state.open_dispute


def test_the_actor_enters_what_time_has_changed_for_a_region_that_has_no_unit_left() -> None:
    story = need(45, at="2019-12-02 08:00").on("2020-01-10 09:00")
    moved: dict[str, Any] = {"moved_on": date(2020, 1, 9), "to": "sandviken"}
    act = story.act(death_and_move.record_move, GAVLEBORG.nurse_a, content=moved)
    left = tuple(unit for unit in act.directory.units if unit.kind is UnitKind.MUNICIPAL_CARE)
    act = act.model_copy(update={"directory": act.directory.model_copy(update={"units": left})})

    first, *_ = story.decided(act, **moved)
    assert (first.occurred_at, first.actor) == (swedish("2020-01-01 00:00"), GAVLEBORG.nurse_a)


def test_a_circumstance_told_late_does_not_let_a_decision_come_before_one_made_since() -> None:
    story = Story().need_raised(request_in(OREBRO, WOUND, AID)).sent().acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE, interventions=[given_to(INJECTION, Party.MUNICIPALITY)], at=NOON)
    told = given(story).when(
        statements.record_circumstance, by=DISTRICT_NURSE, at=EARLIER, now=LATER, circumstance=TREATED
    )
    story = told.then(CircumstanceRecorded, ResponsibilityChanged)

    given(story).when(
        disagreement.raise_disagreement, by=NURSE_A, at="2025-04-02 10:00", now="2025-04-04 09:00", reason="No"
    ).then_refused(OccurredTooEarly, rule="SYS-6")


def test_a_circumstance_told_late_is_answered_from_its_moment_by_the_facts_of_that_moment() -> None:
    story = Story().need_raised(request_in(OREBRO, AID)).sent(at="2025-04-01 09:00")
    story = story.circumstance("specialist-treatment", at="2025-04-02 18:00")
    story = story.circumstance(TREATED, at="2025-04-03 09:00").circumstance(TREATED, holds=False, at="2025-04-04 09:00")

    told: dict[str, Any] = {"circumstance": TREATED, "at": "2025-04-02 09:00", "now": "2025-04-05 09:00"}
    late = story.after(statements.record_circumstance, DISTRICT_NURSE, **told)

    changes = [event for event in late.events[len(story.events) :] if isinstance(event, ResponsibilityChanged)]
    assert [event.occurred_at for event in changes] == [swedish("2025-04-02 09:00"), swedish("2025-04-04 09:00")]
    answers = [late.performer(AID.key, at=f"2025-04-0{day} 12:00") for day in (1, 2, 3, 4)]
    assert answers == [A, REGION, REGION, A]


def test_a_circumstance_told_late_of_the_moment_of_a_decision_changes_its_answer() -> None:
    story = Story().need_raised(request_in(OREBRO, AID)).sent(at="2025-04-01 09:00").stated(TALK, DISTRICT_NURSE)
    story = story.after(
        statements.record_circumstance, DISTRICT_NURSE, at="2025-04-01 09:00", now=LATER, circumstance=TREATED
    )

    assert story.performer(AID.key) == REGION


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "told late"])
def test_of_two_moves_on_a_day_the_later_one_holds(order: tuple[int, ...]) -> None:
    moves = (("2025-04-02 09:00", "ordinary"), ("2025-04-02 10:00", "special"))
    story = Story().need_raised(request_in(OREBRO, WOUND)).sent(at="2025-04-01 09:00")
    for at, to in (moves[place] for place in order):
        story = story.after(death_and_move.record_move, NURSE_A, at=at, now=LATER, moved_on=date(2025, 4, 2), to=to)

    assert story.state.moved_to == "special"


@pytest.mark.rule("ORE-3.4.1-2")
def test_a_move_that_is_told_days_later_counts_from_its_own_day() -> None:
    story = Story().need_raised(request_in(OREBRO, AID)).sent(at="2025-04-01 09:00")
    story = story.circumstance(TREATED, at="2025-04-01 10:00").on("2025-04-07 09:00")
    told = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 4, 3), to="special")

    assert story.performer(AID.key) == REGION
    assert [told.performer(AID.key, at=f"2025-04-{at}") for at in ("02 23:59", "03 00:00", "07 12:00")] == [
        REGION,
        A,
        A,
    ]


@pytest.mark.rule("E13")
def test_a_move_of_before_the_need_was_raised_counts_from_when_the_need_was_raised() -> None:
    story = Story().need_raised(request_in(OREBRO, AID)).sent().on("2025-04-07 09:00")
    told = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 3, 20), to="special")
    (moved,) = (event for event in told.events if isinstance(event, MoveRecorded))

    assert moved.occurred_at == story.state.opened_at


@pytest.mark.rule("E12")
def test_of_two_moves_on_a_day_the_one_that_is_told_last_holds() -> None:
    story = Story().need_raised(request_in(OREBRO, WOUND)).sent(at="2025-04-01 09:00")
    day: dict[str, Any] = {"decide": death_and_move.record_move, "by": NURSE_A, "moved_on": date(2025, 4, 2)}
    story = story.after(**day, at="2025-04-02 14:00", to="special").on("2025-04-04 09:00")

    assert story.after(**day, to="ordinary").state.moved_to == "ordinary"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "told late"])
def test_of_what_the_record_answered_each_party_the_later_answer_counts(order: tuple[int, ...]) -> None:
    answers = ((DISTRICT_NURSE, "2025-04-01 12:00"), (NURSE_A, "2025-04-03 09:00"))
    story = replace(investigated(), born=date(2007, 4, 2))
    for by, at in (answers[place] for place in order):
        story = story.after(criteria.evaluate_criteria, by, at=at, now="2025-04-04 09:00", facts={"age": {}})

    assert [verdict.met for verdict in story.state.referral.verdicts] == [True]


@pytest.mark.parametrize(
    ("decide", "content"),
    [
        (criteria.evaluate_criteria, {"facts": {"safe-at-home": {"safe_at_home": True}}}),
        (referral.record_assessment, ASSESSMENT | {"reason": "The ulcer has grown"}),
    ],
    ids=["an evaluation", "an assessment"],
)
def test_what_is_told_late_and_replaces_nothing_leaves_a_partys_acceptance(
    decide: Decision, content: dict[str, Any]
) -> None:
    told: dict[str, Any] = {"now": "2025-04-05 09:00", **content}
    newer = level_established().accepted(DISTRICT_NURSE).after(decide, DISTRICT_NURSE, at="2025-04-04 12:00", **told)
    older = newer.accepted(DISTRICT_NURSE).after(decide, DISTRICT_NURSE, at="2025-04-04 11:00", **told)

    assert (newer.state.referral.accepted_by, older.state.referral.accepted_by) == ((), (Party.REGION,))


@pytest.mark.parametrize("minutes", [-5, 5], ids=["before it", "under it"])
def test_a_fact_of_before_a_disagreement_moves_nothing_while_the_parties_disagree(minutes: int) -> None:
    story = at_odds()
    (dispute,) = story.state.disputes
    at = dispute.raised_at + timedelta(minutes=minutes)
    story = story.after(
        death_and_move.record_move,
        NURSE_A,
        at=at,
        now="2025-04-07 09:00",
        moved_on=at.date(),
        to="special",
    )

    assert (story.performer(), story.state.allocations[WOUND.key].kept_by) == (REGION, Keeper.DISAGREEMENT)
    story = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=dispute.id, reason="We agree")
    assert story.performer() == A


def test_a_fact_of_before_a_disagreement_that_has_ended_counts_from_its_own_time() -> None:
    story = at_odds()
    (dispute,) = story.state.disputes
    at = dispute.raised_at - timedelta(minutes=5)
    ended = story.on("2025-04-06 09:00").after(
        disagreement.withdraw_disagreement, NURSE_A, dispute=dispute.id, reason="We agree"
    )
    moved = ended.after(
        death_and_move.record_move, NURSE_A, at=at, now="2025-04-07 09:00", moved_on=at.date(), to="special"
    )

    (change,) = [event for event in moved.events[len(ended.events) :] if isinstance(event, ResponsibilityChanged)]
    assert (moved.performer(), change.occurred_at) == (A, at)


@pytest.mark.rule("ORE-3-1")
def test_what_a_late_word_names_earlier_has_an_answer_from_then_until_the_later_decision() -> None:
    both = request_in(OREBRO, WOUND, INJECTION)
    story = Story().need_raised(request_in(OREBRO, WOUND)).sent(at="2025-04-01 09:00")
    story = story.after(referral.supplement, DISTRICT_NURSE, at="2025-04-03 09:00", request=both)
    decided = story.state.allocations[INJECTION.key]

    late: dict[str, Any] = {"at": "2025-04-02 09:00", "now": "2025-04-04 09:00", "request": both}
    story = story.after(referral.supplement, DISTRICT_NURSE, **late)

    known = CaseAtMoments(story.events)
    for at in ("2025-04-02 09:00", "2025-04-03 08:59"):
        answers = known.at(swedish(at)).responsibility_at(swedish(at))
        assert (answers[INJECTION.key].performer, answers[INJECTION.key].effective_from) == (
            REGION,
            swedish(late["at"]),
        )
    assert known.at(story.clock).responsibility_at(story.clock)[INJECTION.key] == decided


# --- The version ------------------------------------------------------------------------------------------------------


def test_a_case_stands_on_the_version_of_its_latest_act_that_had_one() -> None:
    first = ORE.model_copy(update={"valid_to": date(2025, 4, 10)})
    second = ORE.model_copy(update={"version": "next", "valid_from": date(2025, 4, 11), "valid_to": date(2025, 4, 20)})
    story = Story(versions=(first, second)).need_raised(municipality=A)
    assert story.state.agreement == first.ref

    story = story.circumstance(TREATED, at="2025-04-12 09:00")
    assert story.state.agreement == second.ref
    story = story.on("2025-04-25 09:00")
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 4, 24), to="kumla")
    assert story.state.agreement == second.ref


# --- What was decided -------------------------------------------------------------------------------------------------


def test_what_a_plan_leaves_with_the_region_stays_there_when_the_facts_change_and_change_back() -> None:
    story = enrolled_with(planned(WOUND), planned(AID, Party.REGION))
    assert (story.performer(AID.key), story.state.allocations[AID.key].kept_by) == (REGION, Keeper.PLAN)

    treated = story.circumstance(TREATED)
    assert (treated.performer(AID.key), treated.state.allocations[AID.key].kept_by) == (REGION, None)
    over = treated.circumstance(TREATED, holds=False)
    assert (over.performer(AID.key), over.state.allocations[AID.key].kept_by) == (REGION, Keeper.PLAN)


def test_what_a_resolution_leaves_with_the_region_stays_there_however_often_the_person_moves() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(performer=Party.REGION)
    clauses, kept = story.state.allocations[WOUND.key].clauses, []
    for day, setting in ((7, "special"), (8, "ordinary"), (9, "special")):
        story = story.on(f"2025-04-0{day} 09:00")
        story = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to=setting)
        kept.append((story.performer(), story.state.allocations[WOUND.key].kept_by))

    assert kept == [(REGION, Keeper.RESOLUTION), (REGION, None), (REGION, Keeper.RESOLUTION)]
    assert story.state.allocations[WOUND.key].clauses == clauses


def test_what_keeps_an_answer_is_named_also_until_a_resolution_takes_effect() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(effective_from=date(2025, 4, 14))
    story = story.on("2025-04-07 09:00")
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 4, 7), to="special")

    meanwhile = story.state.responsibility_at(story.clock)[WOUND.key]
    assert (meanwhile.performer, meanwhile.kept_by) == (REGION, Keeper.RESOLUTION)
    assert story.state.responsibility_at(swedish("2025-04-14 00:00"))[WOUND.key].performer == A


def test_nothing_is_taken_over_before_the_enrolment() -> None:
    story = accepted().plan_begun().plan_held().plan_written(planned(WOUND), planned(AID)).plan_agreed()

    assert (story.performer(AID.key), story.state.taken_over) == (A, ())
    assert AID.key in story.committed().ready().started().state.taken_over


# --- Who knows, and who acts ------------------------------------------------------------------------------------------


def test_the_region_alone_knows_of_rehabilitation_for_which_no_municipality_is_named() -> None:
    training = WOUND.model_copy(update={"key": "gait", "kind": InterventionKind.REHABILITATIVE})
    story = Story().need_raised(request_in(OREBRO, training), by=OREBRO.physiotherapist, track="rehabilitation")
    story = story.after(track_openings.start_rehab_assessment, OREBRO.physiotherapist, participants=[])

    assert story.state.readers == (REGION,)


def test_of_the_units_of_a_kind_the_one_that_acted_last_stands_for_it_with_one_of_each_role() -> None:
    story = Story().need_raised(by=SPECIALIST, municipality=A)
    for by in (OREBRO.specialist_nurse, DISTRICT_NURSE, SPECIALIST):
        story = story.circumstance(TREATED, by)
    assert _staff(story) == [OREBRO.specialist_nurse, DISTRICT_NURSE, SPECIALIST]

    story = story.circumstance(TREATED, PSYCHIATRIST)
    assert _staff(story) == [DISTRICT_NURSE, PSYCHIATRIST]


def test_a_unit_whose_act_is_told_late_stands_behind_those_that_have_acted_since() -> None:
    told: dict[str, Any] = {"circumstance": TREATED, "holds": True, "now": LATER}
    story = Story().need_raised(by=DISTRICT_NURSE, municipality=A)
    story = story.after(statements.record_circumstance, SPECIALIST, at=NOON, **told)
    for by in (PSYCHIATRIST, DISTRICT_NURSE):
        story = story.after(statements.record_circumstance, by, at=EARLIER, **told)
    assert _staff(story) == [DISTRICT_NURSE, SPECIALIST]


def _staff(story: Story) -> list[Actor]:
    """Return the staff of the region, those who acted last at the end."""
    return [each.actor for each in story.state.staff[Party.REGION]]
