"""A page of a list: its rows, and the row after which the next page begins."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")


class ListPage(NamedTuple, Generic[Row]):
    """A page of a list."""

    rows: Sequence[Row]
    end: Row | None
    """The last row, if others follow: the next page begins after it. None at the end of the list."""


def cut(rows: Sequence[Row], length: int) -> ListPage[Row]:
    """Cut a page from rows of which one more has been read than the page holds, if the list had so many."""
    page = rows[:length]
    return ListPage(page, page[-1] if 0 < length < len(rows) else None)
