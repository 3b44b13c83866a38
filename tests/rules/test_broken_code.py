"""The breaking of checks in the code: what is found, and that the broken code differs in that check alone."""

import ast

import pytest

from tests.rules.broken_code import break_check, list_checks
from tests.rules.code_proof import find_failing
from tests.rules.places import ROOT
from tests.rules.prove_code import read_named

PERMISSION = ROOT / "domain" / "case" / "permission.py"


def test_a_refusal_a_condition_and_each_part_of_it_can_be_broken() -> None:
    names = {check.name for check in list_checks(PERMISSION)}

    role = "domain/case/permission.py refuse_role_of:"
    assert f"{role} is not asked: (actor.role is Role.SYSTEM) is not (name in BY_RECORD)" not in names
    assert [
        name for name in names if name.startswith(f"{role} refuses nothing: raise refused_role(actor, name, remedy)")
    ]
    assert "domain/case/permission.py permit: is not asked: case is None" in names
    assert "domain/case/permission.py permit_actor: is never so: case is not None" in names


def test_a_condition_that_only_chooses_words_is_left_out_and_one_that_chooses_a_rule_is_not() -> None:
    months = {check.name for check in list_checks(ROOT / "domain" / "ledgers" / "settlement" / "acts" / "months.py")}
    criteria = {check.name for check in list_checks(ROOT / "domain" / "agreements" / "criteria.py")}

    assert "domain/ledgers/settlement/acts/months.py _annex_line: is never so: line" not in months
    assert "domain/ledgers/settlement/acts/months.py _annex_line: is not asked: rule.share" in months
    assert "domain/agreements/criteria.py evaluate: is never so: criteria" not in criteria
    assert "domain/agreements/criteria.py require_waiver: is not asked: evaluation_rule" in criteria


@pytest.mark.parametrize("check", list_checks(PERMISSION), ids=lambda check: f"{check.line} {check.change}")
def test_one_check_is_broken_and_the_rest_is_as_it_was(check: object) -> None:
    whole = ast.unparse(ast.parse(PERMISSION.read_text("utf-8"))).splitlines()
    broken = ast.unparse(break_check(check)).splitlines()  # type: ignore[arg-type]  # a parametrized value

    assert len([1 for one, other in zip(whole, broken, strict=True) if one != other]) == 1


def test_a_check_that_no_test_reaches_without_a_rule_is_not_found_broken_by_such_a_test() -> None:
    assert find_failing([]) is None


def test_every_named_check_is_one_that_there_is() -> None:
    known = {check.name for path in (ROOT / "domain").rglob("*.py") for check in list_checks(path)}

    assert read_named().keys() - known == set()
    assert [name for name, reason in read_named().items() if not reason.strip()] == []
