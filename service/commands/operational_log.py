"""The operational log, in which nobody is named: neither by a personal number nor by a row of the database."""

import logging
import re
import traceback
from typing import Any

from domain.kernel import hide_personal_numbers

_DETAIL = re.compile(r"\nDETAIL:.*?(?=\n\n|\Z)", re.DOTALL)
"""The row or the key that PostgreSQL adds to an error, with names and numbers."""


class UnnamedRecord(logging.LogRecord):
    """A record of the log that tells of an error without those whom the request was about."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.exc_info and self.exc_info[1] is not None:
            told = "".join(traceback.format_exception(self.exc_info[1])).rstrip()
            self.exc_text = _hide(told)

    def getMessage(self) -> str:  # noqa: N802 - the library's name
        """Return the message."""
        return _hide(super().getMessage())


def name_nobody() -> None:
    """Let every logger of this process name nobody from now on."""
    logging.setLogRecordFactory(UnnamedRecord)


def _hide(text: str) -> str:
    return hide_personal_numbers(_DETAIL.sub("", text))
