"""A death or a move that was recorded by mistake: after its correction the case is as if nobody had recorded it."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import reduce
from operator import attrgetter
from typing import Any, TypeVar

import pytest

from domain.case.acts import correction, death_and_move, statements
from domain.case.acts.death_and_move import CARE_OF_DECEASED
from domain.case.events.case import (
    CircumstanceRecorded,
    CorrectionReason,
    DeathRecorded,
    FactCorrected,
    FactKind,
    MoveRecorded,
    ResponsibilityChanged,
)
from domain.case.events.referral import CriteriaAnswered
from domain.case.state.case import Case, fold
from domain.kernel import Aggregate, Event, HistoryBroken, Party
from domain.refusals import NotYourPrincipal, OccurredTooEarly, UnknownReference, WrongState
from projections.responsibility import Intervals, project
from projections.worklist.items import WorklistItem, list_items
from service.reads.replay import Mode, select_events
from tests.domain import test_enrolment_vastmanland
from tests.domain.test_enrolment_by_track import sip_established
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    PSYCHIATRIC_NURSE,
    REGION_COORDINATOR,
    VASTMANLAND,
    WOUND,
    A,
    Story,
    an,
    enrolled,
    given,
    planned,
)

E = TypeVar("E", bound=Event)
PLACES = {"version", "own_version", "happened", "staff", "persons", "allocated_at", "grounds", "answers"}
"""The parts of a case that tell how many events it has, who acted and who answered: a correction is an event too."""


def last(story: Story, of: type[E]) -> E:
    return next(event for event in reversed(story.events) if isinstance(event, of))


def correct(story: Story, of: type[Event], **how: Any) -> dict[str, Any]:
    """Return the correction of the latest event of a class, as an act for `when` and `after`.

    It occurs when the event did, also if the act says nothing of it.
    """
    wrong, now = last(story, of), story.clock + timedelta(minutes=10)
    said = {
        "by": NURSE_A,
        "corrects": wrong.id,
        "reason": CorrectionReason.MISTAKE,
        "at": wrong.occurred_at,
        "now": now,
    }
    return {"decide": correction.correct_fact} | said | how


def facts_of(case: Case) -> dict[str, Any]:
    """Return what a case says, without how many events its streams have, and without the times of its answers."""

    def plain(value: Any) -> Any:
        if isinstance(value, Aggregate):
            return {name: getattr(value, name) for name in type(value).model_fields if name != "version"}
        return {key: plain(each) for key, each in value.items()} if isinstance(value, dict) else value

    found = {name: plain(getattr(case, name)) for name in type(case).model_fields if name not in PLACES}
    held = {key: each.model_copy(update={"effective_from": case.opened_at}) for key, each in case.allocations.items()}
    return found | {"allocations": held, "correctable": set(case.correctable), "since_fact": None}


def find_waiting(story: Story) -> list[WorklistItem]:
    return sorted(items_of(story), key=lambda item: (item.principal, item.key))


def died(story: Story, **how: Any) -> Story:
    return story.after(death_and_move.record_death, NURSE_A, deceased_on=story.clock.date(), **how)


def moved(story: Story, to: str, **how: Any) -> Story:
    return story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to=to, **how)


@pytest.mark.rule("SYS-4")
def test_a_corrected_death_leaves_the_enrolment_the_plans_and_the_answers_as_they_were() -> None:
    before = enrolled()
    told = given(died(before)).when(**correct(died(before), DeathRecorded)).then(an(FactCorrected, fact=FactKind.DEATH))

    assert facts_of(told.state) == facts_of(before.state)
    assert told.enrolment.status == "active"
    assert told.plan.is_in_force
    assert (told.performer(), told.enrolment.ended_at, told.state.deceased_on) == (A, None, None)
    assert find_waiting(told) == find_waiting(before)


@pytest.mark.rule("SYS-4", "SYS-6")
def test_a_death_is_believed_until_its_correction_and_never_happened_as_known_now() -> None:
    wrong = died(enrolled())
    told = wrong.on("2025-05-20 09:00").after(**correct(wrong, DeathRecorded, at=None, now=None))
    death = last(wrong, DeathRecorded)

    known_now = fold(select_events(told.events, Mode.AS_KNOWN_NOW, death.occurred_at))
    believed = fold(told.events[: len(wrong.events)])
    assert known_now is not None
    assert believed is not None
    assert (known_now.deceased_on, known_now.is_ended) == (None, False)
    assert known_now.allocations[WOUND.key].performer == A
    assert (believed.deceased_on, believed.is_ended) == (death.occurred_at.date(), True)


@pytest.mark.rule("SYS-4", "VML-14-1")
def test_nobody_answers_for_the_care_of_somebody_who_had_not_died() -> None:
    before = test_enrolment_vastmanland.enrolled()
    wrong = before.after(death_and_move.record_death, VASTMANLAND.nurse_a, deceased_on=before.clock.date())
    assert CARE_OF_DECEASED.key in wrong.state.allocations

    told = given(wrong).when(**correct(wrong, DeathRecorded, by=VASTMANLAND.nurse_a)).then(FactCorrected)

    assert facts_of(told.state) == facts_of(before.state)
    assert last(told, FactCorrected).without_answer == (CARE_OF_DECEASED.key,)


@pytest.mark.rule("SYS-4", "VML-13-1")
def test_a_corrected_move_to_another_municipality_gives_the_enrolment_back() -> None:
    before = test_enrolment_vastmanland.enrolled()
    move: dict[str, Any] = {"moved_on": before.clock.date(), "to": "bytown", "municipality": VASTMANLAND.b}
    wrong = before.after(death_and_move.record_move, VASTMANLAND.nurse_a, **move)
    assert wrong.enrolment.status == "ended-by-move"

    told = given(wrong).when(**correct(wrong, MoveRecorded, by=VASTMANLAND.nurse_a)).then(FactCorrected)

    assert facts_of(told.state) == facts_of(before.state)
    assert (told.enrolment.status, told.performer()) == ("active", VASTMANLAND.a)


@pytest.mark.rule("SYS-4", "ORE-3.4.1-2")
def test_responsibility_is_decided_anew_when_a_move_is_corrected() -> None:
    before = enrolled()
    wrong = moved(before, "special")
    assert isinstance(wrong.events[-1], ResponsibilityChanged | MoveRecorded)

    told = given(wrong).when(**correct(wrong, MoveRecorded)).then(FactCorrected)

    assert facts_of(told.state) == facts_of(before.state)
    assert told.state.moved_to is None


@pytest.mark.rule("SYS-4")
def test_what_was_told_since_a_wrong_fact_stands_after_its_correction() -> None:
    wrong = moved(enrolled(), "special")
    circumstance: dict[str, Any] = {"circumstance": "psychiatric-outpatient", "holds": True}
    since = wrong.after(statements.record_circumstance, PSYCHIATRIC_NURSE, **circumstance)
    told = given(since).when(**correct(since, MoveRecorded)).then(FactCorrected)

    assert told.state.circumstances == {"psychiatric-outpatient"}
    assert "case.circumstance-recorded" in told.state.happened
    assert "case.move-recorded" not in told.state.happened
    without = enrolled().after(statements.record_circumstance, PSYCHIATRIC_NURSE, **circumstance)
    held = {key: (each.treatment, each.performer) for key, each in told.state.allocations.items()}
    assert held == {key: (each.treatment, each.performer) for key, each in without.state.allocations.items()}
    assert isinstance(last(since, CircumstanceRecorded), CircumstanceRecorded)


def list_answers(story: Story) -> dict[str, list[tuple[object, ...]]]:
    """List the answers about each intervention in order of time, each with its beginning and without repetitions."""
    intervals: Intervals = reduce(project, story.events, ())
    found: dict[str, list[tuple[object, ...]]] = {}
    for each in sorted(intervals, key=attrgetter("valid_from")):
        answers = found.setdefault(each.intervention, [])
        answer = (each.treatment, each.performer, each.clauses, each.kept_by)
        if not answers or answers[-1][1:] != answer:
            answers.append((each.valid_from, *answer))
    return found


def ask_at_each_moment(story: Story, of: Story) -> list[tuple[object, ...]]:
    """Ask the case who answered for the dressing at each moment at which something occurred in a story."""
    answers = (story.state.find_answer(WOUND.key, event.occurred_at) for event in of.events)
    return [(each.treatment, each.performer, each.clauses, each.kept_by) if each else () for each in answers]


def left_with_region(story: Story) -> Story:
    story = story.on("2025-05-05 09:00").plan_reopened()
    return story.plan_changed(planned(WOUND, Party.REGION)).plan_agreed()


def moved_in_may(story: Story) -> Story:
    return moved(story.on("2025-05-05 09:00"), "special")


@pytest.mark.rule("SYS-4", "ORE-3.4.1-2")
@pytest.mark.parametrize("go_on", [left_with_region, moved_in_may], ids=["then a plan", "then a true move"])
def test_the_answers_from_a_wrong_move_on_are_those_without_it_also_until_a_later_answer(
    go_on: Callable[[Story], Story],
) -> None:
    before = enrolled().on("2025-04-20 09:00")
    wrong = go_on(moved(before, "special"))
    assert list_answers(wrong) != list_answers(go_on(before))

    told = wrong.after(**correct(moved(before, "special"), MoveRecorded, now=wrong.clock))

    assert list_answers(told) == list_answers(go_on(before))


@pytest.mark.rule("SYS-4", "ORE-3.4.1-2")
def test_the_answers_from_a_wrong_move_that_was_recorded_late_are_those_without_it() -> None:
    story = moved_in_may(enrolled())
    late: dict[str, Any] = {"moved_on": date(2025, 4, 20), "to": "special"}
    wrong = story.on("2025-05-10 09:00").after(death_and_move.record_move, NURSE_A, **late)
    assert list_answers(wrong) != list_answers(story)

    assert list_answers(wrong.after(**correct(wrong, MoveRecorded))) == list_answers(story)


@pytest.mark.rule("SYS-4", "ORE-3.4.1-2")
@pytest.mark.parametrize("go_on", [left_with_region, moved_in_may], ids=["then a plan", "then a true move"])
def test_whoever_asks_a_case_who_answered_at_any_moment_is_told_what_the_corrected_facts_say(
    go_on: Callable[[Story], Story],
) -> None:
    before = enrolled().on("2025-04-20 09:00")
    wrong, without = go_on(moved(before, "special")), go_on(before)
    assert ask_at_each_moment(wrong, wrong) != ask_at_each_moment(without, wrong)

    told = wrong.after(**correct(moved(before, "special"), MoveRecorded, now=wrong.clock))

    assert ask_at_each_moment(told, wrong) == ask_at_each_moment(without, wrong)


@pytest.mark.rule("SYS-4")
def test_the_correction_of_a_move_that_changed_no_answer_says_none() -> None:
    wrong = moved(enrolled(), "kumla")

    given(wrong).when(**correct(wrong, MoveRecorded)).then(an(FactCorrected, allocations=(), without_answer=()))


@pytest.mark.rule("SYS-4")
def test_a_move_is_corrected_although_the_person_has_died_since() -> None:
    dead = died(moved(enrolled(), "special"))

    told = given(dead).when(**correct(dead, MoveRecorded)).then(FactCorrected)

    assert (told.enrolment.status, told.state.moves) == ("ended-by-death", ())


@pytest.mark.rule("SYS-4", "ORE-3.2.1-3")
def test_a_criterion_that_a_wrong_move_left_unmet_is_met_again() -> None:
    before = sip_established().started()
    wrong = moved(before, "special")
    answered = last(wrong, CriteriaAnswered)
    assert answered.causation_id == last(wrong, MoveRecorded).causation_id

    told = given(wrong).when(**correct(wrong, MoveRecorded)).then(FactCorrected)

    assert told.state.referral.verdicts == before.state.referral.verdicts
    assert (told.state.version, told.state.referral.version) == (len(told.events), answered.originator_version)


def test_a_history_in_which_a_correction_names_no_fact_does_not_fold() -> None:
    told = died(enrolled())
    correction_of_death = told.after(**correct(told, DeathRecorded)).events[-1]

    for events in ((correction_of_death,), (*enrolled().events, correction_of_death)):
        with pytest.raises(HistoryBroken):
            fold(events)


@pytest.mark.rule("SYS-4")
def test_the_case_goes_on_after_a_correction() -> None:
    told = died(enrolled())
    told = told.after(**correct(told, DeathRecorded))

    assert told.discharged().enrolment.status == "discharged"
    again = died(told)
    assert again.enrolment.status == "ended-by-death"
    assert facts_of(again.after(**correct(again, DeathRecorded)).state) == facts_of(told.state)


@pytest.mark.rule("SYS-4")
def test_of_two_moves_only_the_one_that_is_named_is_corrected() -> None:
    first = moved(enrolled(), "special")
    second = moved(first, "kumla")

    told = given(second).when(**correct(first, MoveRecorded)).then(FactCorrected).state

    assert [move.to for move in told.moves] == ["kumla"]
    assert [move.to for move in second.after(**correct(second, MoveRecorded)).state.moves] == ["special"]


@pytest.mark.rule("SYS-4")
def test_the_case_goes_on_after_two_facts_that_were_wrong() -> None:
    wrong = died(moved(enrolled(), "kumla"))
    alive = wrong.after(**correct(wrong, DeathRecorded))

    told = given(alive).when(**correct(alive, MoveRecorded)).then(FactCorrected)

    assert facts_of(told.state) == facts_of(enrolled().state)
    assert (told.state.version, told.enrolment.version) == (len(told.events), wrong.enrolment.version)
    assert told.discharged().enrolment.status == "discharged"


@pytest.mark.rule("SYS-3")
def test_only_the_principal_that_recorded_a_fact_corrects_it() -> None:
    wrong = died(enrolled())

    given(wrong).when(**correct(wrong, DeathRecorded, by=DISTRICT_NURSE)).then_refused(
        NotYourPrincipal, rule="SYS-3", where=("corrects",)
    )
    theirs = enrolled()
    theirs = theirs.after(death_and_move.record_death, REGION_COORDINATOR, deceased_on=theirs.clock.date())
    given(theirs).when(**correct(theirs, DeathRecorded, by=DISTRICT_NURSE)).then(FactCorrected)


@pytest.mark.rule("SYS-4")
def test_only_a_death_or_a_move_that_still_counts_is_corrected() -> None:
    wrong = died(enrolled())
    told = wrong.after(**correct(wrong, DeathRecorded))

    for story, event in (
        (told, last(told, DeathRecorded)),
        (told, last(told, FactCorrected)),
        (wrong, wrong.events[0]),
    ):
        given(story).when(
            correction.correct_fact, by=NURSE_A, corrects=event.id, reason=CorrectionReason.MISTAKE
        ).then_refused(UnknownReference, rule="SYS-4", where=("corrects",))
    given(wrong).when(**correct(wrong, DeathRecorded, at=enrolled().clock, now=wrong.clock)).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


@pytest.mark.rule("SYS-4")
def test_a_move_that_ended_the_enrolment_is_corrected_after_a_death_that_was_recorded_since() -> None:
    nurse, before = VASTMANLAND.nurse_a, test_enrolment_vastmanland.enrolled()
    day = before.clock.date()
    story = before.after(
        death_and_move.record_move, nurse, moved_on=day, to="bytown", municipality=VASTMANLAND.b
    ).after(death_and_move.record_death, nurse, deceased_on=day)

    given(story).when(**correct(story, MoveRecorded, by=nurse)).then_refused(WrongState, rule="SYS-4")
    alive = story.after(**correct(story, DeathRecorded, by=nurse))
    assert alive.enrolment.status == "ended-by-move"
    assert alive.after(**correct(alive, MoveRecorded, by=nurse)).enrolment.status == "active"


def test_the_birthday_of_a_wrong_death_does_not_hinder_its_correction() -> None:
    """Turns that came while the case counted as ended are asked again."""
    story = enrolled()
    wrong = died(story)
    later = wrong.on("2026-02-02 09:00").after(**correct(wrong, DeathRecorded))

    assert later.enrolment.status == "active"
    assert {each.party for each in list_items(later.state, None)} <= set(Party)
    assert date(2026, 2, 2) == later.clock.date()
