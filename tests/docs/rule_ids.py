"""Rule ids in texts: the ids of the documents, and the house's own."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.rules.catalogue import rules
from tests.rules.places import CODE, ROOT
from tests.rules.places import RULE as CLAUSE

HOUSE = re.compile(r"(?<![\w./-])(?:SYS-\d+|[AC]\.\d|[BDEFGIKPRSTV]\d{1,2}[a-z]?)(?![\w-])")
"""A rule or a row of the house, for example SYS-3, C.3 or F12."""


def find_constants() -> Iterator[tuple[str, str]]:
    """Yield each rule id that is a whole string in product code, with its place."""
    for package in CODE:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Constant(value=str(word)) if CLAUSE.fullmatch(word) or HOUSE.fullmatch(word):
                        yield word, f"{path.relative_to(ROOT)}:{node.lineno}"


def find_ids(text: str) -> set[str]:
    """Return the rule ids of a text, without sections of a document such as ORE-3.1."""
    ids = (id.rstrip(".") for id in (*CLAUSE.findall(text), *HOUSE.findall(text)))
    return {id for id in ids if not _is_section(id)}


@cache
def _is_section(id: str) -> bool:
    return any(rule.startswith((f"{id}-", f"{id}.")) for rule in rules())
