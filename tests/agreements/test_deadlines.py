"""Deadlines in Swedish legal days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.agreements.deadlines import Due, add_duration, find_due, find_last_day
from domain.agreements.model import Deadline, NotRegulated
from domain.kernel import legal_day
from tests.agreements.orebro import OREBRO


def due_of(deadline: str, start: datetime) -> Due:
    found = find_due(OREBRO, deadline, start)
    assert isinstance(found, Due)
    return found


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2025, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.parametrize(
    ("established", "day"),
    [
        pytest.param(utc(4, 4, 9), date(2025, 4, 11), id="in-the-morning"),
        pytest.param(utc(4, 3, 22), date(2025, 4, 11), id="at-midnight-in-Stockholm"),
        pytest.param(utc(4, 4, 21, 59), date(2025, 4, 11), id="a-minute-before-midnight"),
        pytest.param(utc(4, 4, 22), date(2025, 4, 12), id="at-the-next-midnight"),
        pytest.param(utc(1, 10, 23, 30), date(2025, 1, 18), id="half-past-eleven-utc-is-the-next-day"),
        pytest.param(utc(3, 28, 12), date(2025, 4, 4), id="over-the-change-to-summer-time"),
        pytest.param(utc(10, 24, 12), date(2025, 10, 31), id="over-the-change-to-winter-time"),
        pytest.param(utc(12, 28, 12), date(2026, 1, 4), id="over-new-year"),
    ],
)
def test_joint_planning_is_due_a_week_after_the_level_was_established(established: datetime, day: date) -> None:
    found = due_of("joint-planning", established)

    assert (found.day, found.rule) == (day, "ORE-3.1.4-2")


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.parametrize(
    ("planned", "late"),
    [(utc(4, 11, 12), False), (utc(4, 11, 21, 59), False), (utc(4, 11, 22), True), (utc(4, 12, 12), True)],
)
def test_planning_is_late_from_the_eighth_day(planned: datetime, late: bool) -> None:
    assert due_of("joint-planning", utc(4, 4, 9)).is_late(planned) is late


@pytest.mark.rule("ORE-3.1.2-6")
@pytest.mark.rule("ORE-3.1.2-7")
@pytest.mark.rule("ORE-3.1.3-12")
@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        ("acknowledgement", "ingen tid anges"),
        ("contact", "utan fördröjning, om inte annat anges"),
        ("readiness", "skyndsamt"),
    ],
)
def test_words_without_a_number_set_no_limit(deadline: str, words: str) -> None:
    found = due_of(deadline, utc(4, 1, 22, 30))

    assert (found.day, found.words) == (None, words)
    assert not found.is_late(utc(12, 24, 12))


@pytest.mark.rule("SYS-7")
def test_a_deadline_that_the_version_does_not_set_is_not_regulated() -> None:
    assert isinstance(find_due(OREBRO, "invoice", utc(4, 1, 12)), NotRegulated)


@pytest.mark.parametrize(
    ("duration", "day"),
    [
        ("P0D", date(2024, 1, 31)),
        ("P1M", date(2024, 2, 29)),
        ("P1Y", date(2025, 1, 31)),
        ("P11M", date(2024, 12, 31)),
        ("P1Y1M1W1D", date(2025, 3, 8)),
    ],
)
def test_a_duration_is_counted_in_calendar_days(duration: str, day: date) -> None:
    assert add_duration(date(2024, 1, 31), duration) == day


def rule_of(**fields: object) -> Deadline:
    """Return a deadline that says this."""
    words = {"id": "a", "title": "En", "words": "i tid", "clauses": ["ORE-1-1"]}
    return Deadline.model_validate(words | fields)


@pytest.mark.rule("GAV-10-7")
@pytest.mark.parametrize(
    ("since", "last"),
    [
        (date(2018, 6, 1), date(2018, 6, 25)),
        (date(2018, 6, 25), date(2018, 6, 25)),
        (date(2018, 6, 26), date(2018, 7, 25)),
        (date(2018, 12, 26), date(2019, 1, 25)),
    ],
)
def test_a_day_of_each_month_is_the_next_such_day_and_is_itself_on_time(since: date, last: date) -> None:
    assert find_last_day(rule_of(day_of_month=25), since) == last


def test_a_day_that_a_month_lacks_is_its_last_day() -> None:
    assert find_last_day(rule_of(day_of_month=31), date(2025, 2, 3)) == date(2025, 2, 28)


@pytest.mark.rule("ORE-4.2-7")
@pytest.mark.parametrize(
    ("since", "last"),
    [
        (date(2025, 3, 11), date(2025, 12, 31)),
        (date(2025, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_month_of_the_year_is_on_time_through_its_last_day(since: date, last: date) -> None:
    assert find_last_day(rule_of(months=[12]), since) == last


def test_a_day_of_certain_months_falls_in_one_of_them() -> None:
    assert find_last_day(rule_of(day_of_month=10, months=[1, 7]), date(2025, 1, 11)) == date(2025, 7, 10)


def test_an_order_and_plain_words_have_no_day() -> None:
    assert find_last_day(rule_of(before="start-enrolment"), date(2025, 1, 1)) is None
    assert find_last_day(rule_of(), date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("hours", "start", "until"),
    [
        (24, datetime(2025, 3, 29, 8, 30, tzinfo=UTC), datetime(2025, 3, 30, 8, 30, tzinfo=UTC)),
        (2, datetime(2025, 10, 25, 23, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)),
        (0, datetime(2025, 4, 1, 22, tzinfo=UTC), datetime(2025, 4, 1, 22, tzinfo=UTC)),
    ],
    ids=["to-summer-time", "to-winter-time", "at-once"],
)
def test_hours_pass_whatever_the_clock_says_and_end_at_their_moment(
    hours: int, start: datetime, until: datetime
) -> None:
    limit = rule_of(id="short", duration=f"PT{hours}H")
    found = find_due(OREBRO.model_copy(update={"deadlines": (limit,)}), "short", start)

    assert isinstance(found, Due)
    assert (found.until, found.day) == (until, legal_day(until))
    assert not found.is_late(until)
    assert found.is_late(until + timedelta(seconds=1))
