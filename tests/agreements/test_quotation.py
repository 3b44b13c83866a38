"""The lines of an agreement's own document that its clauses are quoted with, and the documents that have none."""

import pytest

from domain.agreements.model import Clause
from domain.agreements.quotation import LONGEST_QUOTATION, quote_clauses

PLANNING, PAYING, ENDING = "Planering ska göras", "Kommunen fakturerar, regionen betalar", "Avtalet upphör"
LINES = ("Ett avtal", PLANNING, "snarast.", "", "Kommunen fakturerar,", "regionen", "betalar.", "Avtalet upphör sist.")


def clause(lines: str, heading: str) -> Clause:
    """Make a clause that names its lines, with words of the document itself."""
    return Clause(section="1", lines=lines, heading=heading, statement="Det ska göras.")


CLAUSES = {"P": clause("2-3", PLANNING), "B": clause("5-7", PAYING), "E": clause("8", ENDING)}
"""Clauses that all find their words in LINES."""


def quote(*more: tuple[str, Clause], lines: tuple[str, ...] = LINES) -> dict[str, str]:
    """Return the text of each quotation, of CLAUSES and of more of them."""
    return {rule: each.text for rule, each in quote_clauses(CLAUSES | dict(more), "\n".join(lines)).items()}


def test_a_clause_is_quoted_with_its_lines_as_they_stand() -> None:
    assert quote() == {
        "P": "Planering ska göras\nsnarast.",
        "B": "Kommunen fakturerar,\nregionen\nbetalar.",
        "E": "Avtalet upphör sist.",
    }


def test_words_are_found_however_lines_are_broken_and_letters_are_written() -> None:
    document = "\ufeff" + "\r\n".join(LINES).upper()
    assert {rule: each.lines for rule, each in quote_clauses(CLAUSES, document).items()} == {
        "P": "2-3",
        "B": "5-7",
        "E": "8",
    }
    assert quote_clauses(CLAUSES, document)["P"].text == "PLANERING SKA GÖRAS\nSNARAST."


def test_lines_that_do_not_follow_on_each_other_have_a_mark_between_them() -> None:
    assert quote(("X", clause("2, 7", PLANNING)))["X"] == "Planering ska göras\n[…]\nbetalar."


@pytest.mark.parametrize(
    ("lines", "heading"),
    [
        ("8", PLANNING),
        ("5-7", "Kommunen fakturerar, staten betalar"),
        ("5-7", "Kommunen fakturerar,, regionen"),
        ("5-7", "Kommunen fakturerar, –"),
        ("rad 8", ENDING),
        ("8-9", ENDING),
        ("0-8", ENDING),
        ("8-7", ENDING),
    ],
    ids=["other words", "a part lacks", "no part", "no letters", "no number", "too far", "no first line", "reversed"],
)
def test_a_clause_that_does_not_find_its_words_in_its_lines_has_no_quotation(lines: str, heading: str) -> None:
    assert quote(("X", clause(lines, heading))).keys() == CLAUSES.keys()


@pytest.mark.parametrize(("over", "is_quoted"), [(0, True), (1, False)])
def test_a_passage_is_quoted_up_to_a_length(over: int, is_quoted: bool) -> None:
    length = LONGEST_QUOTATION - len("Avtalet upphör sist.") - 2 + over
    assert ("X" in quote(("X", clause("8-9", ENDING)), lines=(*LINES, "x" * length))) == is_quoted


@pytest.mark.parametrize("lines", [("", *LINES), LINES[1:]], ids=["down", "up"])
def test_a_document_whose_lines_are_others_than_the_text_counts_has_no_quotations(lines: tuple[str, ...]) -> None:
    assert quote(lines=lines) == {}


def test_a_document_that_fits_as_well_one_line_up_or_down_has_no_quotations() -> None:
    repeated = {"A": clause("2", PLANNING), "B": clause("3", PLANNING)}
    assert quote_clauses(repeated, f"\n{PLANNING}\n{PLANNING}\n") != {}
    for document in (f"{PLANNING}\n{PLANNING}\n{PLANNING}\n", f"\n{PLANNING}\n{PLANNING}\n{PLANNING}\n"):
        assert quote_clauses(repeated, document) == {}


@pytest.mark.parametrize(("others", "is_quoted"), [(2, True), (3, False)])
def test_most_clauses_find_their_words_in_a_document_that_is_quoted(others: int, is_quoted: bool) -> None:
    elsewhere = [(f"X{number}", clause("1", "Något annat")) for number in range(others)]
    assert bool(quote(*elsewhere)) == is_quoted
