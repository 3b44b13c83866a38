"""Quotations: the lines of the agreement's own document that a clause names, as they stand there."""

import re
from collections.abc import Mapping, Sequence

from domain.agreements.model import Clause
from domain.kernel import Value

LONGEST_QUOTATION = 5_000
"""Characters. The longest passage that a clause names has about 1,000."""
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
_LEFT_OUT = "[…]"
"""The mark between lines that do not follow on each other."""


class Quotation(Value):
    """The lines of the document on which a clause stands."""

    lines: str
    """The numbers of the lines, as the clause names them, for example `5-7`."""
    text: str
    """The lines, with `[…]` where lines between them are left out."""


def quote_clauses(clauses: Mapping[str, Clause], document: str) -> Mapping[str, Quotation]:
    """Return the quotation of each clause whose lines in a text document have the words of the clause's heading.

    The clauses are those of the agreement itself. A document whose lines are others than the text counts has no
    quotations. It is taken for such a document unless
    most clauses find their words in the lines that they name, and fewer would one line up or down.
    """
    lines = re.split(r"\r\n|\r|\n", document.removeprefix("\ufeff"))
    found, up, down = (_find_clauses(clauses, lines, moved=moved) for moved in (0, -1, 1))
    if 2 * len(found) <= len(clauses) or len(found) <= max(len(up), len(down)):
        return {}
    return found


def _find_clauses(clauses: Mapping[str, Clause], lines: Sequence[str], *, moved: int) -> dict[str, Quotation]:
    """Return the quotations of the clauses that find their words so many lines below those that they name."""
    quotations = ((rule, clause, _quote(clause, lines, moved)) for rule, clause in clauses.items())
    return {
        rule: quotation
        for rule, clause, quotation in quotations
        if quotation is not None and _has_words(quotation, clause.heading)
    }


def _quote(clause: Clause, lines: Sequence[str], moved: int) -> Quotation | None:
    """Return the lines of a clause. None if it names them in another way, or if they are not there or too long."""
    parts: list[Sequence[str]] = []
    for part in clause.lines.split(","):
        named = _RANGE.fullmatch(part.strip())
        first, last = (int(named[1]) + moved, int(named[2] or named[1]) + moved) if named is not None else (0, 0)
        if not 1 <= first <= last <= len(lines):
            return None
        parts.append(lines[first - 1 : last])
    if sum(len(line) + 1 for part in parts for line in part) > LONGEST_QUOTATION:
        return None
    text = f"\n{_LEFT_OUT}\n".join("\n".join(map(str.strip, part)) for part in parts)
    return Quotation(lines=clause.lines, text=text.strip())


def _has_words(quotation: Quotation, heading: str) -> bool:
    """Return True if each part of a heading, between commas, stands in the lines, however they are broken."""
    text = _letters(quotation.text)
    return all((letters := _letters(part)) and letters in text for part in heading.split(","))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
