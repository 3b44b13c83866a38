"""Swedish working days, and the time limits that are counted in them."""

from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.agreements.deadlines import add_duration, find_last_day
from domain.agreements.working_days import add_working_days, is_working_day
from domain.kernel import legal_day
from service.cli import app
from service.web.swedish import format_day, format_duration
from tests.agreements.test_deadlines import rule_of
from tests.almanac import DAYS_OFF

TEMPLATE = (files("domain.agreements") / "template.toml").read_text("utf-8")
REQUEST = '[[deadlines]]\nid = "acknowledgement"\ntitle = "Kvittens"\nwords = "{words}"\nduration = "{duration}"\n'


@pytest.mark.parametrize("year", DAYS_OFF)
def test_holidays_and_the_three_eves_are_no_working_days(year: int) -> None:
    days = [
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    ]

    assert {day for day in days if day.weekday() < 5 and not is_working_day(day)} == DAYS_OFF[year]
    assert not any(is_working_day(day) for day in days if day.weekday() >= 5)


@pytest.mark.parametrize(
    ("since", "number", "last"),
    [
        (date(2025, 3, 17), 3, date(2025, 3, 20)),
        (date(2025, 3, 20), 3, date(2025, 3, 25)),
        (date(2025, 4, 17), 3, date(2025, 4, 24)),
        (date(2025, 4, 19), 1, date(2025, 4, 22)),
        (date(2025, 12, 23), 2, date(2025, 12, 30)),
        (date(2025, 12, 30), 1, date(2026, 1, 2)),
        (date(2025, 6, 5), 10, date(2025, 6, 23)),
    ],
    ids=["in a week", "over a weekend", "over Easter", "from Easter Eve", "at Christmas", "at new year", "midsummer"],
)
def test_working_days_count_from_the_day_after(since: date, number: int, last: date) -> None:
    assert add_working_days(since, number) == find_last_day(rule_of(duration=f"P{number}BD"), since) == last


def test_working_days_have_their_words() -> None:
    assert (format_duration("P1BD"), format_duration("P3BD")) == ("1 arbetsdag", "3 arbetsdagar")


@pytest.mark.parametrize("duration", ["P0BD", "PBD", "P3BDT1H", "P1W3BD"])
def test_a_number_of_working_days_stands_alone(tmp_path: Path, duration: str) -> None:
    status, said = check(tmp_path, duration)

    assert status == 1
    assert "i arbetsdagar, till exempel P3BD" in said


def test_the_command_says_when_the_limits_of_today_end(tmp_path: Path) -> None:
    today = legal_day(datetime.now(UTC))
    status, said = check(tmp_path, "P3BD")

    assert status == 0
    assert f"  Kvittens (inom tre arbetsdagar): {format_day(add_working_days(today, 3))}\n" in said


def check(folder: Path, duration: str) -> tuple[int, str]:
    """Return the exit status of the check of a text with a limit, and what it prints."""
    file = folder / "text.toml"
    limit = REQUEST.format(words="inom tre arbetsdagar", duration=duration) + 'clauses = ["MAL-2-2"]\n\n'
    file.write_text(TEMPLATE.replace("[[matrix]]", f"{limit}[[matrix]]", 1), "utf-8")
    result = CliRunner().invoke(app, ["agreement", "check", str(file)])
    return result.exit_code, result.output


def test_a_limit_in_working_days_can_be_added_several_times() -> None:
    thursday = date(2025, 4, 17)  # before Easter

    assert add_duration(thursday, "P1BD") == date(2025, 4, 22)
    assert add_duration(thursday, "P1BD", 3) == date(2025, 4, 24)


EASTER = """
1954-04-18 1981-04-19 2019-04-21 2020-04-12 2021-04-04 2022-04-17 2023-04-09 2024-03-31 2025-04-20 2026-04-05 2027-03-28
2028-04-16 2029-04-01 2030-04-21 2031-04-13 2032-03-28 2033-04-17 2034-04-09 2035-03-25 2036-04-13 2037-04-05 2038-04-25
2039-04-10 2040-04-01 2041-04-21 2042-04-06 2043-03-29 2044-04-17 2045-04-09 2046-03-25 2047-04-14 2048-04-05 2049-04-18
2076-04-19
"""


@pytest.mark.parametrize("sunday", EASTER.split())
def test_good_friday_and_easter_monday_are_beside_the_almanacs_easter(sunday: str) -> None:
    easter = date.fromisoformat(sunday)
    around = [date.fromordinal(easter.toordinal() + place) for place in range(-6, 7)]

    off = [day for day in around if day.weekday() < 5 and not is_working_day(day) and (day.month, day.day) != (5, 1)]
    assert off == [around[4], around[7]]
