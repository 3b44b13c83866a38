"""The catalogue of rules is whole, and the texts say what it says."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from domain.agreements.model import Clause
from tests.rules.catalogue import Kind, rules
from tests.rules.places import TEXTS, list_texts

LAW = TEXTS / "background/LSU.toml"
"""The law on cooperation at discharge: none of the five documents, so that the catalogue has none of its sections."""


def test_every_statement_of_the_five_documents_is_in_the_catalogue() -> None:
    assert Counter(rule.document for rule in rules().values()) == {
        "INF": 25,
        "SKR": 45,
        "ORE": 195,
        "VML": 72,
        "GAV": 60,
    }


def test_the_soft_rules_are_told_apart() -> None:
    soft = Counter(rule.document for rule in rules().values() if rule.soft)

    assert soft == {"INF": 1, "SKR": 6, "ORE": 11, "VML": 2, "GAV": 10}


def test_a_rule_says_what_it_is_and_where_it_stands() -> None:
    rule = rules()["ORE-3.1.2-6"]

    assert (rule.section, rule.lines, rule.kind, rule.soft) == ("3.1.2", "323-324", Kind.DUTY, False)
    assert rule.statement.startswith("The municipality shall acknowledge")


@pytest.mark.parametrize(
    "path", [path for path in list_texts() if path != LAW], ids=lambda path: path.relative_to(TEXTS).as_posix()
)
def test_a_texts_clauses_are_the_catalogues(path: Path) -> None:
    clauses = TypeAdapter(dict[str, Clause]).validate_python(tomllib.loads(path.read_text("utf-8"))["clauses"])

    assert {
        rule: (clause.section, clause.lines, clause.english)
        for rule, clause in clauses.items()
        if rule not in rules()
        or (clause.section, clause.lines, clause.english)
        != (rules()[rule].section, rules()[rule].lines, rules()[rule].statement)
    } == {}
