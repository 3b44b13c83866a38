"""A text as it is read: what is refused of a new one, and what an accepted one keeps."""

import pytest

from domain.agreements.model import ActorGroup, Agreement, MatrixRow, PlanRule
from domain.agreements.model.settlement import AverageAmount
from domain.authoring.toml_text import list_fields
from domain.authoring.validation import check, read, read_as_written, warn
from domain.kernel import Value
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


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ((), Agreement),
        (("matrix", 3), MatrixRow),
        (("plans", "season"), PlanRule),
        (("acts", "agree-plan", "on", "home-care", "by", 0), ActorGroup),
        (("settlement", "supplement", "components", 0, "average"), AverageAmount),
    ],
)
def test_the_fields_of_a_table_are_those_of_its_place(path: tuple[str | int, ...], model: type[Value]) -> None:
    assert model.model_fields.keys() <= set(list_fields(Agreement, path))
    assert "signatories" not in list_fields(Agreement, path) or model is Agreement
