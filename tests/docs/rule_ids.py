"""Rule ids as they are written: those of the documents, and the house's own."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("domain", "projections", "fhir_profiles", "service")

CLAUSE = re.compile(r"\b(?:INF|SKR|ORE|VML|GAV)-\d[0-9A-Za-z.]*(?:-[A-Z]?\d+)?(?![0-9A-Za-z-])")
"""A rule of one of the documents, for example ORE-3.1.2-6."""
HOUSE = re.compile(r"(?<![\w./-])(?:SYS-\d+|[AC]\.\d|[BDEFGIKPRSTV]\d{1,2}[a-z]?)(?![\w-])")
"""A rule or a row of the house, for example SYS-3, C.3 or F12."""


def find_constants() -> Iterator[tuple[str, str]]:
    """Yield each rule id that stands in product code as a string of its own, with its place."""
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Constant(value=str(word)) if CLAUSE.fullmatch(word) or HOUSE.fullmatch(word):
                        yield word, f"{path.relative_to(ROOT)}:{node.lineno}"
