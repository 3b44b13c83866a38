"""The page docs/rules.md: every rule id with its sentence."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from domain.authoring.background import load_national
from domain.authoring.publication import load_published
from domain.house_rules import HOUSE_RULES
from tests.rules.catalogue import rules
from tests.rules.places import ROOT

PAGE = ROOT / "docs" / "rules.md"
TABLE = Path(__file__).with_name("house_ids.toml")

RECORD = "The record (SYS)"
PLACES = {"C.2": "Plans (P)", "C.3": "Enrolments (E)", "R14": "Requests (R)", "R15": "Requests (R)"}
"""The headings of the house rules outside the record."""
DOCUMENTS = {
    "ORE": "Örebro, 1085641 R1",
    "VML": "Västmanland",
    "GAV": "Gävleborg",
    "SKR": "National guidance: specialised care at home",
    "INF": "National information: responsibility and cooperation",
}
INTRODUCTION = """\
# Rules

Code, answers and pages name rules by their ids. This page has each id with its sentence; code calls it the catalogue.
`make docs` makes it: do not edit it.

- **ORE, VML, GAV, SKR, INF** are rules of the documents, in our short words. ORE-3.1.2-6 is the sixth rule of section
  3.1.2 in the document ORE; a section alone (ORE-3.1) means all its rules. They are in `tests/rules/catalogue.toml`;
  `make rules` shows where each is enforced and tested. A *goal* never stands in the way of an act.
- **LSU** is a law (2017:612): its chapters and sections in our words, in `domain/agreements/texts/background/LSU.toml`.
- **SYS, R, P, E, F, B, C, D, K, I** are the house's own. Those that a refusal or a page can show are in
  `domain/house_rules.py`, the others in `tests/docs/house_ids.toml`.
- **S, V, G** are silences: a point that an agreement's text leaves open, and what is done about it. They are in the
  texts.

`GET /api/rules/{rule}` answers the words of every rule that an answer can name.
"""


def house_sections() -> Mapping[str, Mapping[str, str]]:
    """Return the house's ids with their sentences, by heading."""
    sections = {RECORD: {}, **tomllib.loads(TABLE.read_text("utf-8"))}
    for rule, words in HOUSE_RULES.items():
        sections[PLACES.get(rule, RECORD)][rule] = words.english
    return {heading: dict(sorted(ids.items(), key=_order)) for heading, ids in sections.items()}


def _order(line: tuple[str, str]) -> tuple[bool, int, str]:
    """Order ids by their number, after the id of the states."""
    digits = "".join(sign if sign.isdigit() else " " for sign in line[0]).split()
    return not line[0].startswith("C."), int(digits[0]), line[0]


def silence_sections() -> Mapping[str, Mapping[str, str]]:
    """Return the silences of the published texts with their sentences, by heading."""
    return {
        f"Silences of {agreement.title} ({agreement.ref})": {
            silence.id: silence.english or f"{silence.statement} {silence.handling}" for silence in agreement.silences
        }
        for agreement in load_published().agreements
    }


def document_sections() -> Mapping[str, Mapping[str, str]]:
    """Return the rules of the documents with their sentences, by heading."""
    return {
        f"{name} ({document})": {
            rule.id: f"*Goal.* {rule.statement}" if rule.soft else rule.statement
            for rule in rules().values()
            if rule.document == document
        }
        for document, name in DOCUMENTS.items()
    }


def law_sections() -> Mapping[str, Mapping[str, str]]:
    """Return the sections of the laws that the background reads, by heading."""
    return {
        f"{text.title} ({text.id.upper()})": {
            rule: clause.english or clause.statement for rule, clause in text.clauses.items()
        }
        for text in load_national()
        if text.kind == "law"
    }


@cache
def sentences() -> Mapping[str, str]:
    """Return every id with its sentence."""
    parts = (house_sections(), silence_sections(), document_sections(), law_sections())
    sections = (section for part in parts for section in part.values())
    return {rule: sentence for section in sections for rule, sentence in section.items()}


def render() -> str:
    """Return the page."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    for sections in (house_sections(), silence_sections(), document_sections(), law_sections()):
        for heading, ids in sections.items():
            yield f"## {heading}\n"
            yield from (f"- **{rule}** {sentence}" for rule, sentence in ids.items())
            yield ""
