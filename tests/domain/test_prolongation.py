"""The prolongation of a version: the last days of its periods, and the day by which a party must end it."""

from datetime import date
from itertools import islice

import pytest

from domain.agreements.model import Agreement
from domain.versions.prolongation import find_next_end, list_ends
from tests.agreements.orebro import OREBRO
from tests.domain.test_signatures import PROLONGED

END = date(2026, 2, 28)
BY_YEAR = OREBRO.model_copy(update=PROLONGED)
"""A version that is prolonged year by year, unless a party ends it by 30 November."""
TO_ITS_END = BY_YEAR.model_copy(update={"prolongation": None})
WITHOUT_END = TO_ITS_END.model_copy(update={"valid_to": None})


def test_each_period_of_a_prolonged_version_ends_a_year_after_the_one_before() -> None:
    assert list(islice(list_ends(BY_YEAR), 3)) == [END, date(2027, 2, 28), date(2028, 2, 29)]


@pytest.mark.parametrize("text", [TO_ITS_END, WITHOUT_END], ids=["to its end", "without an end"])
def test_a_version_that_is_not_prolonged_has_no_periods(text: Agreement) -> None:
    assert list(list_ends(text)) == []
    assert find_next_end(text, date(2026, 1, 1)) == text.valid_to


def test_a_prolonged_version_without_a_last_day_has_no_periods() -> None:
    assert list(list_ends(BY_YEAR.model_copy(update={"valid_to": None}))) == []


@pytest.mark.parametrize(
    ("today", "from_day", "end"),
    [
        (date(2025, 11, 30), None, END),
        (date(2025, 12, 1), None, date(2027, 2, 28)),
        (date(2025, 11, 30), END, END),
        (date(2025, 11, 30), date(2026, 3, 1), date(2027, 2, 28)),
    ],
    ids=["in time", "too late", "that day", "a later day"],
)
def test_a_party_can_choose_the_first_last_day_of_which_it_still_gives_notice(
    today: date, from_day: date | None, end: date
) -> None:
    assert find_next_end(BY_YEAR, today, from_day=from_day) == end
