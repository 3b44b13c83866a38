"""The file with the codes by which acts can be refused is as `make docs` writes it."""

from tests.docs.refusal_codes import FILE, render


def test_the_codes_are_those_that_the_code_of_each_act_can_reach() -> None:
    assert FILE.read_text("utf-8") == render(), "run `make docs`"
