"""The days on which the municipality pays for a person who is ready for discharge: by the law, and by other rules."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from domain.agreements.model.payment_liability import LiabilityCondition, LiabilityEnd, LiabilityStart
from domain.authoring.publication import load_published
from domain.case.acts import death_and_move
from domain.case.rules.payment_liability import (
    RESIDENT,
    ConditionOutcome,
    LiabilityVersion,
    NoticeEnd,
    NoticeLiability,
    add_amounts,
    find_liabilities,
    price_days,
)
from domain.kernel import Actor, HsaId
from domain.ledgers.settlement.rules.hospital_days import find_liability_version
from domain.money import Figure, UnitOfMeasure
from tests.domain.test_discharge_notice import leave, left, ready, withdrawn
from tests.domain.test_enrolment_by_track import discharged_home
from tests.domain.test_hospital_stay import admitted, came_home
from tests.scenario import DISTRICT_NURSE, NURSE_A, WARD_NURSE, A, B, Story, swedish

LAW, OWN = ("LSU-5-4",), ("ORE-0-2",)
NOON = "2025-06-02 12:00"
"""A Monday: the municipality pays from Thursday 5 June."""
AFTER = "2025-06-20 12:00"
DEMANDED: Mapping[str, tuple[Actor, dict[str, Any]]] = {
    "admission-notice": (WARD_NURSE, {"estimated_discharge": "2025-06-10"}),
    "planning-call": (DISTRICT_NURSE, {}),
    "outpatient-care": (DISTRICT_NURSE, {"available": True}),
}
"""The statements without which nobody is liable by the law, each with who makes it and its fields."""
MET, LATE = ConditionOutcome.MET, ConditionOutcome.LATE
MISSING, NOT_NEEDED = ConditionOutcome.MISSING, ConditionOutcome.NOT_NEEDED


def prepared(story: Story | None = None, *, at: str = "2025-06-02 08:00", without: str | None = None) -> Story:
    """Tell of everything that the law demands besides the notice, but for one statement."""
    story = story or leave()
    for kind, (by, fields) in DEMANDED.items():
        if kind != without:
            story = story.stated(kind, by, at=at, **fields)
    return story


def notified(*, at: str = NOON, without: str | None = None) -> Story:
    """Tell that the person is ready for discharge, and of everything that the law demands but for one statement."""
    return ready(prepared(without=without), at=at)


def find_all(story: Story, at: str = AFTER, **changes: Any) -> tuple[NoticeLiability, ...]:
    """Find the liability of each notice at a moment, by the version in force with other rules in some places."""

    def find_version(moment: datetime) -> LiabilityVersion:
        version = find_liability_version(load_published(), story.state, moment)
        return version._replace(rule=version.rule.model_copy(update=changes))

    return find_liabilities(story.state, find_version, swedish(at))


def find(story: Story, at: str = AFTER, **changes: Any) -> NoticeLiability:
    """Find the liability of the only notice."""
    (found,) = find_all(story, at, **changes)
    return found


def june(first: int, last: int) -> tuple[date, ...]:
    """Return the days of June from one to another, both counted."""
    return tuple(date(2025, 6, day) for day in range(first, last + 1))


def outcome_of(found: NoticeLiability, condition: str) -> ConditionOutcome:
    return next(each.outcome for each in found.conditions if each.id == condition)


# --- The first day ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "first"), [("2025-06-02 11:59", 5), (NOON, 5), ("2025-06-02 12:01", 6)])
def test_the_liability_begins_three_days_after_the_notice_and_four_after_one_that_came_in_the_afternoon(
    at: str, first: int
) -> None:
    found = find(left(notified(at=at), at="2025-06-08 14:00"))

    assert (found.first_day, found.clauses) == (date(2025, 6, first), LAW)
    assert found.liable_days == june(first, 7)
    assert {each.clauses for each in found.days} == {LAW}


@pytest.mark.parametrize("at", [NOON, "2025-06-02 23:59"])
def test_a_version_that_names_no_time_of_day_counts_every_notice_from_its_own_day(at: str) -> None:
    assert find(notified(at=at), starts=(LiabilityStart(days=1, clauses=OWN),)).first_day == date(2025, 6, 3)


def test_the_first_row_whose_condition_held_at_the_notice_answers_and_without_any_nobody_is_liable() -> None:
    soon = LiabilityStart(days=1, when="planning-not-needed", clauses=OWN)
    late = LiabilityStart(days=3, clauses=LAW)
    story = notified()
    waived = story.circumstance("planning-not-needed", at="2025-06-02 09:00")
    waived_later = story.circumstance("planning-not-needed", at="2025-06-03 09:00")

    assert find(waived, starts=(soon, late)).first_day == date(2025, 6, 3)
    for other in (story, waived_later):
        assert find(other, starts=(soon, late)).first_day == date(2025, 6, 5)
        assert find_all(other, starts=(soon,)) == ()


# --- The last day -----------------------------------------------------------------------------------------------------


def test_a_day_counts_when_it_has_passed_while_the_person_is_still_in_hospital() -> None:
    assert find(notified(), "2025-06-05 23:59").days == ()
    found = find(notified(), "2025-06-06 00:00")
    assert (found.liable_days, found.end, found.ended_at) == (june(5, 5), None, None)


def test_by_the_law_the_day_on_which_the_person_leaves_does_not_count() -> None:
    found = find(left(notified(), at="2025-06-08 23:00"))
    assert (found.end, found.ended_at, found.liable_days) == (NoticeEnd.LEFT, swedish("2025-06-08 23:00"), june(5, 7))


def test_a_version_may_count_the_day_of_leaving_but_not_that_of_a_withdrawal_nor_one_that_has_not_passed() -> None:
    counted = LiabilityEnd(counted=True, clauses=OWN)
    for story, last in (
        (left(notified(), at="2025-06-08 09:00"), 8),
        (withdrawn(notified(), at="2025-06-08 09:00"), 7),
        (notified(), 7),
    ):
        assert find(story, "2025-06-08 12:00", end=counted).liable_days == june(5, last)
    assert find(left(notified(), at="2025-06-08 09:00"), end=None).liable_days == june(5, 7)


@pytest.mark.parametrize(
    ("story", "reason", "last"),
    [
        pytest.param(left(notified(), at="2025-06-08 09:00"), NoticeEnd.LEFT, 7, id="left"),
        pytest.param(withdrawn(notified(), at="2025-06-08 09:00"), NoticeEnd.WITHDRAWN, 7, id="ready no more"),
    ],
)
def test_a_notice_ends_when_the_person_leaves_or_is_ready_no_more(story: Story, reason: NoticeEnd, last: int) -> None:
    found = find(story)
    assert (found.end, found.liable_days) == (reason, june(5, last))


def notified_of_the_enrolled() -> Story:
    """Tell the same of a person who is enrolled and came to hospital that morning."""
    return ready(prepared(admitted(at="2025-06-02 07:00")), at=NOON)


def died(story: Story, day: int, *, at: str = "2025-06-12 09:00") -> Story:
    """Tell that the person died on a day of June."""
    return story.after(death_and_move.record_death, WARD_NURSE, at=at, deceased_on=date(2025, 6, day))


@pytest.mark.parametrize(
    ("story", "reason", "ended_at", "last"),
    [
        pytest.param(died(notified_of_the_enrolled(), 8), NoticeEnd.DIED, "2025-06-08 00:00", 7, id="in hospital"),
        pytest.param(died(notified_of_the_enrolled(), 2), NoticeEnd.DIED, NOON, 4, id="on the day of the notice"),
        pytest.param(
            died(came_home(notified_of_the_enrolled(), at="2025-06-08 09:00"), 8),
            NoticeEnd.DIED,
            "2025-06-08 00:00",
            7,
            id="on the day of leaving",
        ),
        pytest.param(
            died(came_home(notified_of_the_enrolled(), at="2025-06-08 09:00"), 10),
            NoticeEnd.LEFT,
            "2025-06-08 09:00",
            7,
            id="after having left",
        ),
    ],
)
def test_a_notice_ends_on_the_day_of_death_at_the_latest(
    story: Story, reason: NoticeEnd, ended_at: str, last: int
) -> None:
    found = find(story)

    assert (found.end, found.ended_at) == (reason, swedish(ended_at))
    assert found.liable_days == june(5, last)


def test_a_death_ends_a_notice_that_was_open_when_the_enrolment_started() -> None:
    told = ready(discharged_home(), at="2025-09-01 10:00").on("2025-09-01 12:00").started()
    dead = told.after(death_and_move.record_death, WARD_NURSE, at="2025-09-08 09:00", deceased_on=date(2025, 9, 6))

    found = find(dead, "2025-09-10 12:00")
    assert (found.end, found.ended_at) == (NoticeEnd.DIED, swedish("2025-09-06 00:00"))


def test_the_amount_stands_on_its_own_clauses_or_else_on_those_of_the_first_day() -> None:
    assert find(notified()).amount_clauses == ("LSU-5-6",)
    assert find(notified(), amount=None).amount_clauses == LAW


# --- The conditions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "clause"),
    [
        pytest.param("admission-notice", "LSU-5-3"),
        pytest.param("planning-call", "LSU-5-3"),
        pytest.param("outpatient-care", "LSU-5-5"),
    ],
)
def test_what_is_missing_hinders_every_day_and_the_day_says_by_which_clause(missing: str, clause: str) -> None:
    found = find(left(notified(without=missing), at="2025-06-08 14:00"))

    assert [(each.day, each.liable, each.hindered_by) for each in found.days] == [
        (day, False, (missing,)) for day in june(5, 7)
    ]
    assert {each.clauses[0] for each in found.days} == {clause}
    assert {each.id: (each.outcome, each.at is None) for each in found.conditions} == {
        kind: (MISSING, True) if kind == missing else (MET, False) for kind in DEMANDED
    }


@pytest.mark.parametrize(
    ("at", "outcome", "days"), [("2025-06-05 23:59", MET, june(5, 7)), ("2025-06-06 00:00", LATE, ())]
)
def test_the_planning_is_called_to_within_three_days_of_the_notice(
    at: str, outcome: ConditionOutcome, days: tuple[date, ...]
) -> None:
    found = find(
        left(notified(without="planning-call").stated("planning-call", DISTRICT_NURSE, at=at), at="2025-06-08 14:00")
    )

    call = next(each for each in found.conditions if each.id == "planning-call")
    assert (call.outcome, call.at, call.last_day) == (outcome, swedish(at), date(2025, 6, 5))
    assert found.liable_days == days


def test_a_call_within_three_days_meets_the_condition_also_when_there_is_another_call_later() -> None:
    story = notified(without="planning-call").stated("planning-call", DISTRICT_NURSE, at="2025-06-04 09:00")
    again = story.stated("planning-call", DISTRICT_NURSE, at="2025-06-07 09:00")

    call = next(each for each in find(again).conditions if each.id == "planning-call")
    assert (call.outcome, call.at) == (MET, swedish("2025-06-04 09:00"))


@pytest.mark.parametrize(("at", "first"), [("2025-06-02 10:00", 5), ("2025-06-02 13:00", 5), ("2025-06-06 10:00", 7)])
def test_no_call_is_needed_on_the_days_that_begin_when_no_planning_is_due(at: str, first: int) -> None:
    story = notified(without="planning-call").circumstance("planning-not-needed", at=at)
    found = find(left(story, at="2025-06-09 14:00"))

    assert found.liable_days == june(first, 8)
    assert outcome_of(found, "planning-call") is NOT_NEEDED
    assert outcome_of(find(notified().circumstance("planning-not-needed", at=at)), "planning-call") is MET


def test_whether_a_call_is_needed_on_the_first_day_is_asked_of_the_notice_if_that_is_later_than_midnight() -> None:
    at_once = (LiabilityStart(days=0, clauses=OWN),)
    story = notified(without="planning-call").circumstance("planning-not-needed", at=NOON)
    assert find(story, "2025-06-03 12:00", starts=at_once).days[0].hindered_by == ("outpatient-care",)


@pytest.mark.parametrize(("at", "first"), [("2025-06-08 00:00", 8), ("2025-06-08 00:01", 9)])
def test_care_that_the_region_cannot_give_yet_postpones_the_first_day_until_one_that_begins_when_it_can(
    at: str, first: int
) -> None:
    story = notified().stated("outpatient-care", DISTRICT_NURSE, at="2025-06-04 09:00", available=False)
    assert outcome_of(find(story, "2025-06-07 12:00"), "outpatient-care") is MISSING

    again = find(story.stated("outpatient-care", DISTRICT_NURSE, at=at, available=True), "2025-06-11 12:00")
    assert (again.liable_days, outcome_of(again, "outpatient-care")) == (june(first, 10), MET)


def test_what_is_said_after_the_person_left_meets_nothing() -> None:
    story = left(notified(without="outpatient-care"), at="2025-06-08 14:00")
    told = story.stated("outpatient-care", DISTRICT_NURSE, at="2025-06-09 09:00", available=True)
    assert outcome_of(find(told), "outpatient-care") is MISSING


def test_a_condition_without_a_field_is_met_by_any_statement_of_its_kind() -> None:
    talk = LiabilityCondition(id="talk", title="Samtal", statement="outpatient-care", clauses=OWN)
    story = notified(without="outpatient-care")
    said = story.stated("outpatient-care", DISTRICT_NURSE, at="2025-06-06 09:00", available=False)

    assert find(story, "2025-06-08 12:00", conditions=(talk,)).liable_days == ()
    assert find(said, "2025-06-08 12:00", conditions=(talk,)).liable_days == june(7, 7)


@pytest.mark.parametrize("again", ["2025-06-08 11:00", "2025-06-10 11:00"])
def test_what_was_said_of_an_earlier_stay_meets_nothing_of_the_next_one(again: str) -> None:
    story = ready(left(notified(), at="2025-06-08 11:00"), at=again)
    assert {each.outcome for each in find_all(story)[-1].conditions} == {MISSING}
    after_fever = ready(withdrawn(notified(), at="2025-06-08 11:00"), at=again)
    assert {each.outcome for each in find_all(after_fever)[-1].conditions} == {MET}


def test_what_was_said_of_a_stay_of_the_enrolled_meets_nothing_of_the_next_stay() -> None:
    first = ready(prepared(admitted(), at="2025-05-06 08:00"), at="2025-05-06 11:00")
    again = ready(admitted(came_home(first), at="2025-05-12 09:00"), at="2025-05-13 11:00")
    one, other = find_all(again, "2025-05-14 12:00")

    assert ({each.outcome for each in one.conditions}, one.end) == ({MET}, NoticeEnd.LEFT)
    assert {each.outcome for each in other.conditions} == {MISSING}


# --- Where the person lives -------------------------------------------------------------------------------------------


def moved(story: Story, day: int, municipality: HsaId | None) -> Story:
    """Tell that the person moved on a day of June."""
    content: dict[str, Any] = {"moved_on": date(2025, 6, day), "to": "ordinary", "municipality": municipality}
    return story.after(death_and_move.record_move, DISTRICT_NURSE, at=f"2025-06-{day:02} 09:00", **content)


@pytest.mark.parametrize(
    ("story", "liable"),
    [
        pytest.param(moved(notified(), 7, B), june(5, 6), id="to another municipality"),
        pytest.param(moved(notified(), 7, None), june(5, 9), id="within the municipality"),
        pytest.param(moved(moved(notified(), 6, B), 8, A), (*june(5, 5), *june(8, 9)), id="there and back"),
    ],
)
def test_the_municipality_is_liable_for_its_own_residents(story: Story, liable: tuple[date, ...]) -> None:
    found = find(story, "2025-06-10 12:00")

    assert found.liable_days == liable
    hindered = [(each.hindered_by, each.clauses) for each in found.days if not each.liable]
    assert hindered == [((RESIDENT,), ("LSU-5-2",))] * (5 - len(liable))
    assert find(story, "2025-06-10 12:00", resident=None).liable_days == june(5, 9)


# --- What the parties say of it, and the sum --------------------------------------------------------------------------


def test_a_position_is_on_the_notice_before_it_and_changes_no_day() -> None:
    kind = "payment-liability-position"
    story = withdrawn(notified(), at="2025-06-06 09:00")
    story = story.stated(kind, NURSE_A, at="2025-06-08 10:59", position="She had a fever")
    story = ready(story, at="2025-06-08 11:00")
    story = story.stated(kind, WARD_NURSE, at="2025-06-08 11:00", position="Not by the journal")
    before = withdrawn(notified(), at="2025-06-06 09:00")

    first, second = find_all(story)
    assert [(each.party, each.text) for each in first.positions] == [("municipality", "She had a fever")]
    assert [(each.party, each.text) for each in second.positions] == [("region", "Not by the journal")]
    assert first.days == find(before).days


def test_a_position_taken_before_any_notice_is_on_none() -> None:
    kind = "payment-liability-position"
    story = ready(prepared().stated(kind, NURSE_A, at="2025-06-02 09:00", position="We pay nothing"), at=NOON)
    assert find(story).positions == ()


def test_each_year_has_its_own_amount_and_a_sum_with_an_unknown_year_is_not_known() -> None:
    sources = (uuid4(), uuid4())
    published = {
        year: Figure(amount=Decimal(amount), unit=UnitOfMeasure.SEK, sources=(source,))
        for year, amount, source in ((2025, "9900", sources[0]), (2026, "10300", sources[1]))
    }
    days = [date(2025, 12, 29) + timedelta(days=number) for number in (3, 0, 1, 2, 4)]
    amounts = price_days(days, published, LAW)

    assert [(each.year, each.days, each.amount and each.amount.amount) for each in amounts] == [
        (2025, 3, Decimal(29700)),
        (2026, 2, Decimal(20600)),
    ]
    total = add_amounts(amounts, LAW)
    assert total is not None
    assert (total.amount, total.sources, total.clauses) == (Decimal(50300), sources, LAW)
    unknown = price_days(days, {2025: published[2025]}, LAW)
    assert [each.amount is None for each in unknown] == [False, True]
    assert add_amounts(unknown, LAW) is None
