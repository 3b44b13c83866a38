"""The report on the rules and their proof, and that no mark names a rule that does not exist."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rules.broken_texts import break_rule
from tests.rules.catalogue import CatalogueRule, Kind, rules
from tests.rules.marks import Level, Mark, collect, count_cases
from tests.rules.places import ROOT, Place, find_docstrings, find_entries
from tests.rules.report import SILENT, UNCOVERED, UNSERVED, Report, read_reasons

OTHER_GROUNDS = re.compile(r"SYS-\d+|[BDEFGIKPRSV]\d+[a-z]?")
"""Other things that a test may show: the design, or a row of the catalogue that is no statement of a document."""


@pytest.fixture(scope="session")
def marked(request: pytest.FixtureRequest) -> frozenset[str]:
    """The rules that the tests of this run carry."""
    return frozenset(rule for item in request.session.items for mark in item.iter_markers("rule") for rule in mark.args)


def test_no_test_carries_a_rule_that_there_is_not(marked: frozenset[str]) -> None:
    assert {rule for rule in marked if rule not in rules() and not OTHER_GROUNDS.fullmatch(rule)} == set()


def test_a_rule_is_either_covered_or_listed_with_a_reason_and_never_both(marked: frozenset[str]) -> None:
    listed = read_reasons(UNCOVERED)

    assert marked & listed.keys() == set()
    assert {rule for rule in listed if rule not in rules() or rules()[rule].soft} == set()
    assert [rule for rule, reason in listed.items() if not reason.strip()] == []


@pytest.mark.suite
def test_every_rule_that_no_test_carries_has_its_reason() -> None:
    output = subprocess.run(
        [sys.executable, "-m", "tests.rules"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert [line for line in output.splitlines() if "no reason given" in line] == []
    assert re.fullmatch(r"rules: 367 of 367 covered, \d+ of \d+ through the service", output.splitlines()[-1])


def test_a_rule_that_is_silent_or_not_served_is_a_hard_rule_and_has_its_reason() -> None:
    silent, unserved = read_reasons(SILENT), read_reasons(UNSERVED)

    assert {rule for rule in (*silent, *unserved) if rule not in rules() or rules()[rule].soft} == set()
    assert [rule for rule, reason in (*silent.items(), *unserved.items()) if not reason.strip()] == []
    assert silent.keys() & unserved.keys() == set()


@pytest.mark.suite
def test_a_rule_that_is_shown_over_http_is_not_listed_as_not_shown() -> None:
    shown = {rule for rule, marks in collect().items() if any(mark.level is Level.HTTP for mark in marks)}

    assert shown & read_reasons(UNSERVED).keys() == set()


def rule(rule_id: str, *, soft: bool = False) -> CatalogueRule:
    return CatalogueRule(
        id=rule_id, section="1", lines="1-2", kind=Kind.DUTY, soft=soft, statement=f"{rule_id} is stated"
    )


REPORT = Report(
    rules={each.id: each for each in (rule("ORE-1"), rule("ORE-2"), rule("ORE-3"), rule("ORE-4", soft=True))},
    places={"ORE-1": (Place(file="text.toml", line=7, name="acts.send"),)},
    marks={
        "ORE-1": (
            Mark(test="tests/test_a.py::test_it[one]", level=Level.HTTP),
            Mark(test="tests/test_a.py::test_it[two]", level=Level.HTTP),
            Mark(test="tests/test_a.py::test_it[three]", level=Level.DECISION),
        ),
        "ORE-2": (Mark(test="tests/test_a.py::test_else", level=Level.TEXT),),
    },
    reasons={"ORE-3": "nobody can see it"},
    silent={"ORE-3": "it commands nothing"},
    unserved={"ORE-2": "no act asks it"},
)


def test_the_report_ends_with_how_many_hard_rules_are_covered_and_shown_through_the_service() -> None:
    assert list(REPORT.lines())[-1] == "rules: 2 of 3 covered, 1 of 2 through the service"


def test_a_rule_that_is_not_shown_through_the_service_is_listed_with_its_outermost_level_and_its_reason() -> None:
    lines = list(REPORT.lines())

    assert "   ORE-3            it commands nothing" in lines
    assert "   ORE-2            text      no act asks it" in lines


def test_a_covered_rule_is_shown_with_its_places_and_its_tests() -> None:
    lines = list(REPORT.lines())

    assert lines[:5] == [
        "ORE-1  ORE-1 is stated",
        "    ORE 1, lines 1-2: duty",
        "    enforced  text.toml:7 acts.send",
        "    HTTP      tests/test_a.py::test_it (2 cases)",
        "    decision  tests/test_a.py::test_it",
    ]


def test_an_uncovered_rule_is_shown_with_its_reason() -> None:
    lines = list(REPORT.lines())
    at = lines.index("== Not covered: 1\n")

    assert lines[at + 1 : at + 5] == [
        "ORE-3  ORE-3 is stated",
        "    ORE 1, lines 1-2: duty",
        "    enforced  nowhere that names it",
        "    no test   nobody can see it",
    ]


def test_a_soft_rule_is_listed_apart_and_not_counted() -> None:
    lines = list(REPORT.lines())

    assert lines.index("ORE-4  ORE-4 is stated") > lines.index("== Soft, never in the way of an act: 1\n")


def test_a_rule_that_only_a_test_names_is_reported() -> None:
    assert REPORT.unanchored == ("ORE-2",)
    assert "   ORE-2\n" in list(REPORT.lines())


def test_an_entry_is_found_by_the_line_it_begins_on_and_its_own_name(tmp_path: Path) -> None:
    text = tmp_path / "text.toml"
    text.write_text(
        '[acts.send]\nclauses = ["ORE-1.2-3"]\n\n[[matrix]]\nid = "nurse"\nclauses = ["ORE-1.2-4", "ORE-1.2-3"]\n\n'
        '[[discharge]]\nby = "both"\nclauses = []\ninform_individual = ["ORE-1.2-5"]\n\n'
        '[clauses."ORE-1.2-9"]\nsection = "1"\n',
        "utf-8",
    )

    assert [(rule, place.line, place.name) for rule, place in find_entries(text)] == [
        ("ORE-1.2-3", 1, "acts.send"),
        ("ORE-1.2-4", 4, "matrix[nurse]"),
        ("ORE-1.2-3", 4, "matrix[nurse]"),
        ("ORE-1.2-5", 11, "discharge[0].inform_individual"),
    ]


def test_code_is_found_by_the_docstring_that_names_the_rule(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""A module (SKR-4-7)."""\n\nclass Level:\n    """No rule: ORE and 3-1."""\n\n'
        '    def judge(self):\n        """As ORE-3.1.2-6 and GAV-2-9 say."""\n        return "ORE-9-9"\n',
        "utf-8",
    )

    assert [(rule, place.line, place.name) for rule, place in find_docstrings(module)] == [
        ("SKR-4-7", 1, "(the module)"),
        ("ORE-3.1.2-6", 6, "Level.judge"),
        ("GAV-2-9", 6, "Level.judge"),
    ]


def test_the_cases_of_a_test_are_counted_together() -> None:
    marks = [Mark(test=test, level=Level.TEXT) for test in ("t.py::one[a]", "t.py::two", "t.py::one[b]")]

    assert {mark.test: cases for mark, cases in count_cases(marks).items()} == {"t.py::one": 2, "t.py::two": 1}


def any_shape(data: dict[str, Any]) -> None:
    pass


def without(rule_id: str, data: dict[str, Any], *, widely: bool = False) -> dict[str, Any]:
    return break_rule(data, rule_id, widely=widely, validate=any_shape)[0]


def test_a_broken_criterion_says_the_opposite() -> None:
    data = {"criteria": [{"rule": "ORE-1-1", "expression": "age >= 18"}]}

    assert without("ORE-1-1", data)["criteria"][0]["expression"] == "!(age >= 18)"


def test_a_broken_row_names_the_other_party_and_a_broken_deadline_another_day() -> None:
    data = {
        "matrix": [{"treatment": "region", "performer": "municipality", "clauses": ["ORE-1-1"]}],
        "deadlines": [{"duration": "P7D", "clauses": ["ORE-1-1"]}],
    }

    assert without("ORE-1-1", data) == {
        "matrix": [{"treatment": "municipality", "performer": "region", "clauses": ["ORE-1-1"]}],
        "deadlines": [{"duration": "P8D", "clauses": ["ORE-1-1"]}],
    }


def test_any_other_broken_entry_is_gone_and_the_clauses_stay() -> None:
    data = {
        "acts": {"send": {"clauses": ["ORE-1-1"]}, "close": {"clauses": ["ORE-1-2", "ORE-1-1"]}},
        "duties": [{"id": "a", "clauses": ["ORE-1-1"]}, {"id": "b", "clauses": ["ORE-1-2"]}],
        "clauses": {"ORE-1-1": {"section": "1"}},
    }

    assert without("ORE-1-1", data) == {
        "acts": {"close": {"clauses": ["ORE-1-2", "ORE-1-1"]}},
        "duties": [{"id": "b", "clauses": ["ORE-1-2"]}],
        "clauses": {"ORE-1-1": {"section": "1"}},
    }
    assert without("ORE-1-1", data, widely=True)["acts"] == {}


@pytest.mark.suite
def test_only_the_breaking_of_an_entry_counts_as_proof() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.rules.prove", "ORE-3.1.2-6"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert "test_the_receiving_municipality_acknowledges" in run.stdout.partition("    failed")[2]
    assert run.stdout.endswith("proven: 1, not proven: 0, no data entry: 0\n")
