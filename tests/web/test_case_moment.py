"""The page's question about a moment loses no part of a second, and no second 02:30."""

from datetime import UTC, datetime

import pytest

from service.web.case_moment import QuestionUnreadable, read_question
from service.web.local_moment import write_local

EXACT = datetime(2025, 4, 1, 7, 0, 0, 250000, tzinfo=UTC)
FIRST, SECOND = (datetime(2025, 10, 26, hour, 30, tzinfo=UTC) for hour in (0, 1))


@pytest.mark.parametrize("shown", [EXACT, FIRST, SECOND])
def test_a_form_that_is_sent_as_it_stood_asks_about_the_very_moment_that_was_shown(shown: datetime) -> None:
    assert read_question(None, write_local(shown), shown=shown.isoformat()).moment == shown


@pytest.mark.parametrize("field", ["2025-04-01T09:00", "2025-04-01T09:00:00"])
def test_a_field_in_whole_minutes_is_read_as_it_stood_too(field: str) -> None:
    assert read_question(None, field, shown=EXACT.isoformat()).moment == EXACT


def test_another_time_in_the_field_is_asked_about_instead() -> None:
    assert read_question(None, "2025-04-01T09:01", shown=EXACT.isoformat()).moment == datetime(
        2025, 4, 1, 7, 1, tzinfo=UTC
    )


def test_a_plus_that_has_become_a_space_is_read_as_the_plus_it_was() -> None:
    assert read_question(None, "2025-04-01T09:00:00.25 02:00".replace(".25", ".250000")).moment == EXACT


@pytest.mark.parametrize("unreadable", ["2025", "1743490800", "20250401T0900", "2025-W14-2", "2025-02-30T09:00"])
def test_what_is_not_written_as_a_time_cannot_be_read(unreadable: str) -> None:
    with pytest.raises(QuestionUnreadable):
        read_question(None, unreadable)
