"""County names and their rules, which belong in the counties' texts and never in code."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from domain.authoring.publication import load_published

ROOT = Path(__file__).parents[1]
CODE = [
    path
    for layer in ("domain", "projections", "fhir_profiles", "service")
    for path in sorted((ROOT / layer).rglob("*.py"))
    if "play" not in path.parts and path.name != "demonstration.py"
]
RULE = re.compile(r"\b(ORE|VML|GAV)-\d")


def list_words(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every name and text in the code, except docstrings, which may name the source of a rule."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    field_texts = {
        id(later.value)
        for node in ast.walk(tree)
        for body in (getattr(node, "body", None),)
        if isinstance(body, list)
        for earlier, later in pairwise(body)
        if isinstance(earlier, ast.Assign | ast.AnnAssign) and isinstance(later, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | field_texts:
            yield node.lineno, node.value
        elif isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.name


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_code_names_a_county_or_a_rule_of_one_agreement(path: Path) -> None:
    counties = {agreement.county for agreement in load_published().agreements}
    faults = [
        (line, word)
        for line, word in list_words(ast.parse(path.read_text(encoding="utf-8")))
        if RULE.search(word) or any(county in word.lower() for county in counties)
    ]
    assert not faults
