"""The answers that must stand after each act, under versions and at birthdays made for the test."""

from dataclasses import replace
from datetime import date, timedelta
from functools import reduce

import pytest

from domain.agreements.model import Agreement, Holder, MatrixRow, Step
from domain.case.acts import death_and_move, disagreement, referral_decision, self_care, statements
from domain.case.events.case import CircumstanceRecorded, ResponsibilityChanged, StatementRecorded
from domain.case.events.referral import ReferralClosed
from domain.case.events.self_care import SelfCareAssessed
from domain.case.state.case import evolve
from domain.intervention import Intervention, Profession
from domain.kernel import Keeper, Party
from tests.agreements.orebro import OREBRO as ORE
from tests.agreements.published import find_in_force
from tests.domain.test_enrolment_gavleborg import JUDGED, need
from tests.domain.test_enrolment_vastmanland import enrolled as enrolled_in_vastmanland
from tests.domain.test_responsibility import INJECTION, by_rows, enrolled_with
from tests.domain.test_self_care import SUCTION
from tests.scenario import (
    COUNTIES,
    DISTRICT_NURSE,
    GAVLEBORG,
    MORNINGS,
    NURSE_A,
    OREBRO,
    REGION,
    VISIT,
    WOUND,
    A,
    Story,
    an,
    at_odds,
    enrolled,
    given,
    level_established,
    planned,
    request_in,
    story_in,
    swedish,
)

CHAIN = Intervention(key="chain", text="Rehabilitation", category="rehabilitation-chain")
TALK = "consent-to-relatives"
ALWAYS = tuple(row for row in ORE.matrix if row.always)
"""The rows that hold in every county."""


def followed(story: Story, *matrices: tuple[MatrixRow, ...]) -> Story:
    """Return the story under versions that follow on the first at the beginning of May, of June and so on."""
    turns = [date(2025, month, 1) for month in range(5, 5 + len(matrices))]
    begins = [ORE.valid_from, *turns]
    ends = [*(turn - timedelta(days=1) for turn in turns), None]
    versions = [
        ORE.model_copy(update={"version": str(first), "valid_from": first, "valid_to": last, "matrix": matrix})
        for first, last, matrix in zip(begins, ends, (ORE.matrix, *matrices), strict=True)
    ]
    return story.under(*versions)


def after_statement(story: Story, at: str) -> Story:
    """Return the story after something was said that no answer depends on."""
    return story.after(statements.record_statement, DISTRICT_NURSE, at=at, kind=TALK)


# --- Versions ---------------------------------------------------------------------------------------------------------


def test_a_version_that_says_nothing_of_its_own_moves_nothing_and_says_so_once() -> None:
    story = after_statement(followed(enrolled(), ALWAYS, ALWAYS), "2025-05-02 09:00")
    wound, visit = story.state.allocations[WOUND.key], story.state.allocations[VISIT.key]

    assert (wound.treatment, wound.performer, wound.kept_by) == (A, A, Keeper.SILENCE)
    assert wound.clauses == enrolled().state.allocations[WOUND.key].clauses
    assert (visit.treatment, visit.performer, visit.kept_by) == (REGION, REGION, None)
    told = given(story).when(statements.record_statement, by=DISTRICT_NURSE, at="2025-06-02 09:00", kind=TALK)
    later = told.then(ResponsibilityChanged, StatementRecorded)
    assert [one.intervention for one in later.events[-2].allocations] == [VISIT.key]


def test_what_the_region_performs_stays_there_under_a_version_that_says_nothing() -> None:
    story = after_statement(
        followed(enrolled_with(planned(WOUND), planned(VISIT, Party.REGION)), ()), "2025-05-02 09:00"
    )
    visit = story.state.allocations[VISIT.key]

    assert (visit.treatment, visit.performer, visit.kept_by) == (REGION, REGION, Keeper.SILENCE)


@pytest.mark.untold("its events are those of an earlier build")
def test_events_of_before_the_employer_was_on_record_stand_and_name_the_one_that_performs() -> None:
    told, nurse = enrolled_in_vastmanland(), COUNTIES["vastmanland"].nurse_a
    assert told.state.allocations[WOUND.key].employer == told.performer()
    events = tuple(
        event.model_copy(
            update={"allocations": tuple(each.model_copy(update={"employer": None}) for each in event.allocations)}
        )
        for event in told.events
    )
    story = replace(told, events=events, case=reduce(evolve, events, None))

    held = story.state.allocations[WOUND.key]
    assert (held.employer, held.employment) == (None, (held.performer, ("SKR-7-2",)))
    after = story.circumstance("dementia", nurse)
    assert not any(isinstance(event, ResponsibilityChanged) for event in after.events[len(events) :])


@pytest.mark.parametrize(("version", "performer"), [(ORE, REGION), (by_rows(), None)], ids=["told", "silent"])
def test_a_need_of_before_needs_were_answered_for_at_once_is_answered_for_by_the_next_act(
    version: Agreement, performer: str | None
) -> None:
    told = Story().under(version).need_raised()
    events = tuple(event.model_copy(update={"allocations": ()}) for event in told.events)
    story = replace(told, events=events, case=reduce(evolve, events, None))
    assert not story.state.allocations

    after = story.stated(TALK, DISTRICT_NURSE)
    assert after.state.informed_municipality is None
    assert after.state.allocations[WOUND.key].performer == performer


def test_what_nobody_was_named_for_is_kept_by_no_silence() -> None:
    story = after_statement(followed(Story().need_raised(request_in(OREBRO, CHAIN)).sent(), ()), "2025-05-02 09:00")
    chain = story.state.allocations[CHAIN.key]

    assert (chain.treatment, chain.performer, chain.kept_by, chain.clauses) == (None, None, None, ())


def test_an_answer_that_names_who_treats_and_no_performer_stands() -> None:
    last_word = Intervention(key="last-word", text="The last word", category="ultimate-medical-responsibility")
    story = after_statement(Story().need_raised(request_in(OREBRO, last_word)).sent(), "2025-04-02 09:00")
    held = story.state.allocations[last_word.key]

    assert (held.treatment, held.performer, held.kept_by) == (REGION, None, None)


def test_what_a_disagreement_keeps_is_not_entered_anew_under_the_next_version() -> None:
    story = followed(at_odds(), ORE.matrix)

    given(story).when(statements.record_statement, by=DISTRICT_NURSE, at="2025-05-02 09:00", kind=TALK).then(
        StatementRecorded
    )


def test_what_a_disagreement_keeps_stays_when_no_version_follows() -> None:
    story = need(45, at="2019-12-02 08:00")
    story = story.after(disagreement.raise_disagreement, GAVLEBORG.nurse_a, reason="No")
    before = story.state.allocations
    story = story.on("2020-01-10 09:00")
    story = story.after(death_and_move.record_move, GAVLEBORG.nurse_a, moved_on=date(2020, 1, 9), to="sandviken")

    assert story.state.allocations == before


def test_what_is_told_late_enters_no_answer_of_a_later_version_before_it() -> None:
    story = after_statement(followed(level_established(), ORE.matrix), "2025-05-02 09:00")
    assert story.state.grounds[WOUND.key] == story.state.agreement

    given(story).when(
        statements.record_statement, by=DISTRICT_NURSE, at="2025-04-20 09:00", now="2025-05-03 09:00", kind=TALK
    ).then(StatementRecorded)


def test_no_answer_follows_the_next_version_in_a_case_that_has_ended() -> None:
    story = followed(level_established().declined(), ORE.matrix)

    given(story).when(referral_decision.close, by=NURSE_A, at="2025-05-02 09:00", note="Told").then(ReferralClosed)


# --- Birthdays --------------------------------------------------------------------------------------------------------


def aged(**bounds: int | None) -> Agreement:
    """Return the third county's version in which one row holds, within bounds of age."""
    version = find_in_force("gavleborg", MORNINGS["gavleborg"])
    assert version is not None
    row = next(row for row in version.matrix if row.id == "child-health-care")
    return version.model_copy(update={"matrix": (row.model_copy(update={"max_age": None} | bounds),)})


@pytest.mark.parametrize("bounds", [{"min_age": 65}, {"max_age": 64}], ids=["begins", "ends"])
def test_an_answer_changes_on_the_birthday_with_which_a_row_begins_or_ends(bounds: dict[str, int]) -> None:
    story = replace(story_in("gavleborg"), born=date(1953, 6, 1)).under(aged(**bounds))
    story = story.need_raised(request_in(GAVLEBORG, WOUND), by=GAVLEBORG.specialist, municipality=GAVLEBORG.a)

    given(story).when(
        statements.record_circumstance, by=GAVLEBORG.nurse_a, at="2018-06-04 09:00", circumstance="objects-to-relatives"
    ).then(an(ResponsibilityChanged, occurred_at=swedish("2018-06-01 00:00")), CircumstanceRecorded)


def test_somebody_whose_day_of_birth_is_not_known_grows_no_older() -> None:
    story = Story(age=None).need_raised().sent()

    given(story).when(statements.record_statement, by=DISTRICT_NURSE, at="2035-04-02 09:00", kind=TALK).then(
        StatementRecorded
    )


def test_a_guardian_answers_for_what_is_assessed_where_a_new_version_says_so() -> None:
    version = find_in_force("gavleborg", MORNINGS["gavleborg"])
    assert version is not None
    without = tuple(row for row in version.matrix if Holder.GUARDIAN not in (row.treatment, row.performer))
    first = version.model_copy(update={"valid_to": date(2018, 5, 31), "matrix": without})
    second = version.model_copy(update={"version": "next", "valid_from": date(2018, 6, 1)})
    named = SUCTION.model_copy(update={"category": "self-care"})
    story = story_in("gavleborg", age=11).under(first, second)
    story = story.need_raised(request_in(GAVLEBORG, named), by=GAVLEBORG.specialist, municipality=GAVLEBORG.a)
    assert not story.state.allocations[SUCTION.key].guardian

    story = story.circumstance("objects-to-relatives", GAVLEBORG.nurse_a, at="2018-06-04 09:00")
    held = story.state.allocations[SUCTION.key]
    assert (held.guardian, held.performer, held.kept_by) == (False, GAVLEBORG.region, None)
    story = story.after(self_care.assess, GAVLEBORG.specialist, **JUDGED)
    held = story.state.allocations[SUCTION.key]
    assert (held.guardian, held.performer, held.kept_by) == (True, None, None)


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_two_facts_of_one_moment_are_both_answered() -> None:
    aid = Intervention(
        key="aid", text="A memory aid", profession=Profession.OCCUPATIONAL_THERAPIST, category="cognitive-aid"
    )
    story = Story().need_raised(request_in(OREBRO, aid)).sent(at="2025-04-01 09:00")

    story = story.circumstance("psychiatric-outpatient", at="2025-04-01 09:00")
    assert story.performer(aid.key) == REGION
    assert "ORE-3.4.1-1" in story.events[-1].basis.clauses


def test_everything_is_answered_for_from_the_need_on_where_a_track_begins_with_a_request() -> None:
    version = find_in_force("gavleborg", MORNINGS["gavleborg"])
    assert version is not None
    sent_first = version.tracks[0].model_copy(update={"steps": (Step.SENT,)})
    story = story_in("gavleborg").under(version.model_copy(update={"tracks": (sent_first,)}))
    request = request_in(GAVLEBORG, SUCTION, WOUND, VISIT)
    story = story.need_raised(request, by=GAVLEBORG.specialist, municipality=GAVLEBORG.a)
    assert story.state.allocations.keys() == {SUCTION.key, WOUND.key, VISIT.key}

    story = given(story).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED).then(SelfCareAssessed)
    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (None, GAVLEBORG.region)


def test_special_housing_is_the_municipalitys_at_once_for_somebody_who_is_not_enrolled() -> None:
    story = Story().need_raised().sent()
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")

    assert story.performer() == A


# --- Plans ------------------------------------------------------------------------------------------------------------


def test_what_a_new_text_gives_the_municipality_waits_for_the_handover_and_not_for_the_plan() -> None:
    story = enrolled_with(planned(WOUND, Party.REGION), planned(INJECTION))
    assert story.state.allocations[WOUND.key].kept_by is Keeper.PLAN

    story = story.plan_reopened().plan_changed(planned(WOUND)).plan_agreed()
    assert (story.performer(), story.state.allocations[WOUND.key].kept_by) == (REGION, Keeper.TAKEOVER)


def test_a_responsibility_that_the_plan_shares_is_shared_by_whoever_performs() -> None:
    story = enrolled_with(planned(WOUND), planned(VISIT, Party.REGION, shared=True))
    story = story.plan_reopened().plan_changed(planned(INJECTION, shared=True)).plan_agreed()
    story = after_statement(story, "2025-05-02 09:00")

    assert story.state.allocations[VISIT.key].shared
    assert not story.state.allocations[INJECTION.key].shared
