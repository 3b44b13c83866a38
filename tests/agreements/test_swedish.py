"""The sentences of the texts: every clause and silence has its own in Swedish, and the check finds what lacks one."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from domain.authoring.consistency import is_english
from domain.authoring.faults import TextFault
from domain.authoring.validation import check
from tests.rules.places import ROOT, TEXTS, list_texts

TEMPLATE = (files("domain.agreements") / "template.toml").read_text("utf-8")
SENTENCE = 'statement = "Kommunen kvitterar begäran."\n'
EXAMPLES = ("domain/agreements/template.toml", "tests/agreements/another-county.toml", "world/counties/skargarden.toml")


def read_entries(path: Path) -> dict[str, Any]:
    """Read the entries of a text."""
    return tomllib.loads(path.read_text("utf-8"))


def find_fault(text: str) -> TextFault:
    """Find the one fault of a text."""
    (fault,) = check(text.encode())
    return fault


@pytest.mark.parametrize("path", list_texts(), ids=lambda path: path.relative_to(TEXTS).as_posix())
def test_every_clause_and_silence_has_its_sentence_in_swedish_and_in_english(path: Path) -> None:
    entries = read_entries(path)
    clauses = [(rule, clause["statement"], clause["english"]) for rule, clause in entries["clauses"].items()]
    silences = [
        (note["id"], f"{note['statement']} {note['handling']}", note["english"]) for note in entries.get("silences", ())
    ]

    assert [id for id, swedish, english in (*clauses, *silences) if is_english(swedish) or swedish == english] == []
    assert sum(is_english(english) for _, _, english in clauses) > 0.9 * len(clauses)


@pytest.mark.parametrize("path", EXAMPLES)
def test_the_sentences_of_an_example_are_in_swedish(path: str) -> None:
    clauses = read_entries(ROOT / path)["clauses"].values()

    assert [clause["statement"] for clause in clauses if is_english(clause["statement"])] == []


def test_a_clause_needs_no_english_sentence() -> None:
    assert "english =" not in TEMPLATE
    assert check(TEMPLATE.encode()) == ()


def test_a_clause_without_its_sentence_is_reported_with_its_line_and_a_remedy() -> None:
    fault = find_fault(TEMPLATE.replace(SENTENCE, "", 1))

    line = TEMPLATE[: TEMPLATE.index('[clauses."MAL-2-2"]')].count("\n") + 1
    assert (fault.line, fault.path, fault.what) == (line, "clauses.MAL-2-2.statement", "is missing")
    assert fault.remedy == "add statement, the rule in a plain Swedish sentence"


def test_a_clause_whose_sentence_is_in_english_is_reported_with_its_line_and_a_remedy() -> None:
    english = 'statement = "The municipality acknowledges the request."\n'
    fault = find_fault(TEMPLATE.replace(SENTENCE, english, 1))

    line = TEMPLATE[: TEMPLATE.index(SENTENCE)].count("\n") + 1
    assert (fault.line, fault.path, fault.what) == (line, "clauses.MAL-2-2.statement", "is in English")
    assert fault.remedy == "write it in Swedish; `english` can have the English sentence"


def test_a_silence_in_english_is_reported() -> None:
    silence = """[[silences]]
id = "MAL-A"
about = ["week"]
statement = "Om en vecka är sju dagar."
handling = "The days of the calendar are counted."

[clauses."MAL-1-1"]"""
    fault = find_fault(TEMPLATE.replace('[clauses."MAL-1-1"]', silence, 1))

    assert (fault.path, fault.what) == ("silences[0].handling", "is in English")
