"""The page docs/rules.md: it is as `make docs` writes it, with every rule id in code, texts and tests."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from domain.house_rules import HOUSE_RULES
from tests.docs.rule_ids import find_ids
from tests.docs.rules_page import PAGE, document_sections, house_sections, render, sentences, silence_sections
from tests.rules.places import CODE, ROOT

INVENTED = {
    "D13",
    "F99",
    "R0",
    "S33",
    "T12",
    "ORE-1",
    "ORE-1-1",
    "ORE-1-2",
    "ORE-1.2-9",
    "ORE-2",
    "ORE-3.1.1-88",
    "ORE-0-99",
    "ORE-9-9",
    "ORE-99",
}
"""Ids that tests invent, and a time of day that looks like an id."""


def list_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*.*") if path.suffix in (".py", ".toml", ".html"))


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == render(), "run `make docs`"


def test_the_page_has_every_rule_that_code_and_texts_name() -> None:
    assert {f"{id} in {path}" for path in list_files(*CODE, "play", "bench") for id in find_unknown(path)} == set()


def test_the_page_has_every_rule_that_tests_name() -> None:
    assert {f"{id} in {path}" for path in list_files("tests") for id in find_unknown(path)} == set()


def find_unknown(path: Path) -> set[str]:
    return {id for id in find_ids(path.read_text("utf-8")) if id not in sentences() and id not in INVENTED}


def test_no_id_has_two_sentences() -> None:
    sections = (house_sections(), silence_sections(), document_sections())
    ids = list(chain.from_iterable(ids for part in sections for ids in part.values()))

    assert len(ids) == len(set(ids))
    assert HOUSE_RULES.keys() <= set(ids)


def test_every_refusal_code_on_the_page_exists() -> None:
    code = "\n".join(path.read_text("utf-8") for path in list_files("domain"))
    codes = set(re.findall(r'^    code = "([A-Z_]+)"$', code, re.MULTILINE))
    named_codes = {code for id, sentence in sentences().items() for code in re.findall(r"`([A-Z_]+)`", sentence)}

    assert named_codes - codes == set()
    assert len(named_codes) > 25
