"""A page of a list ends where the list does, or tells the row after which the next one begins."""

import pytest

from service.reads.page import cut


@pytest.mark.parametrize(
    ("read", "length", "shown", "end"),
    [
        ((), 2, (), None),
        ((1, 2), 2, (1, 2), None),
        ((1, 2, 3), 2, (1, 2), 2),
        ((1,), 0, (), None),
    ],
)
def test_a_page_has_an_end_only_if_rows_follow(
    read: tuple[int, ...], length: int, shown: tuple[int, ...], end: int | None
) -> None:
    assert cut(read, length) == (shown, end)
