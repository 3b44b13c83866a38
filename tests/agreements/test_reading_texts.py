"""A text as it is read: what is refused of a new one, and what an accepted one keeps."""

import pytest

from domain.agreements.model import Agreement
from domain.agreements.model.responsibility import MatrixRow
from domain.authoring.toml_text import list_fields
from domain.authoring.validation import check, read, read_as_written, warn
from tests.agreements.test_subordinate_texts import MAIN, PART
from tests.agreements.test_validation import TEXT, fault_after

BROKEN = b"id = \n"
HAS_NUMBER = TEXT.replace("\n", "\n# 194205159801\n", 1).encode()


def test_a_new_text_with_a_personal_number_is_refused_on_its_line_alone() -> None:
    (fault,) = check(HAS_NUMBER)

    assert (fault.line, fault.what, fault.remedy) == (2, "has a personal identity number", "leave it out")


def test_an_accepted_text_with_a_personal_number_is_read() -> None:
    assert isinstance(read(HAS_NUMBER, accepted=True), Agreement)


def test_a_subordinate_text_gets_no_rules_of_every_county() -> None:
    text = PART.encode()

    assert read(text, beside=[MAIN.encode()]) == read_as_written(text)
    assert read(MAIN.encode()) != read_as_written(MAIN.encode())


def test_what_is_not_toml_is_not_read_as_it_is_written() -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_as_written(BROKEN)


def test_nothing_is_doubted_in_what_is_not_toml() -> None:
    assert warn(BROKEN) == ()


def test_an_empty_list_of_clauses_asks_for_a_rule() -> None:
    fault = fault_after('clauses = ["ORE-1.5-1"]', "clauses = []")

    assert (fault.what, fault.remedy) == ("is empty", "name at least one rule")
    assert fault.swedish == "Listan är tom. Skriv minst en regel."


def test_fields_are_listed_of_classes_of_values_alone() -> None:
    assert list_fields([1, int, MatrixRow, "words"]) == tuple(sorted(MatrixRow.model_fields))
