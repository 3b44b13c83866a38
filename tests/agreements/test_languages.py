"""The languages of the checks of texts and directories: each message is in Swedish and in English."""

import ast
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.authoring.consistency import is_english
from domain.authoring.directory_check import read_directory
from domain.authoring.faults import TextFault
from domain.authoring.validation import check
from domain.directory import Directory
from service.cli import app
from tests.rules.places import ROOT

TEMPLATE = (files("domain.agreements") / "template.toml").read_text("utf-8")
COUNTY = (ROOT / "tests" / "agreements" / "another-county.toml").read_text("utf-8")
DIRECTORY = (files("service.directory") / "demonstration" / "gavleborg.toml").read_text("utf-8")
SOURCES = (
    *(ROOT / "domain" / "authoring").glob("*.py"),
    ROOT / "domain" / "agreements" / "expressions.py",
    ROOT / "service" / "commands" / "agreement.py",
    ROOT / "service" / "commands" / "directory.py",
)
GARBLED = ('"zzz"', "0", "[]", "{ zzz = 1 }", '"zzz')
"""Values that stand in the place of those of a text, one at a time; the last is no TOML."""
ENGLISH = re.compile(r"(?<![-'\w.])(the|of|and|or|is|are|has|must|with|that|which|than|it|write|input)(?![-'\w])", re.I)
"""Words of English sentences, apart from the names that a text is written with."""


def list_swedish(source: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each Swedish message in a source file."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            named = [keyword.value for keyword in node.keywords if keyword.arg == "swedish"]
            second = node.args[1:2] if ast.unparse(node.func) in ("Message", "ExpressionFault") else []
            for value in (*named, *second):
                yield (
                    node.lineno,
                    "".join(str(part.value) for part in ast.walk(value) if isinstance(part, ast.Constant)),
                )


def list_garbled(text: str) -> Iterator[str]:
    """Yield a text without the first line of each field, and with other values there."""
    lines = text.splitlines()
    fields = {line.partition(" = ")[0]: index for index, line in reversed([*enumerate(lines)]) if " = " in line}
    for field, index in fields.items():
        for other in ("", *(f"{field} = {value}" for value in GARBLED)):
            yield "\n".join((*lines[:index], other, *lines[index + 1 :]))


def run(*arguments: str) -> tuple[int, list[str]]:
    """Return the exit status and the lines of a command."""
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output.splitlines()


def assert_swedish(faults: tuple[TextFault, ...]) -> None:
    for fault in faults:
        assert not ENGLISH.search(fault.swedish), fault
        assert fault.swedish.endswith((".", "?")), fault
        assert fault.what not in fault.swedish, fault


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_swedish_message_of_the_checks_is_written_in_english(source: Path) -> None:
    assert [(line, words) for line, words in list_swedish(source) if ENGLISH.search(words)] == []


@pytest.mark.parametrize("command", ["agreement", "directory"])
def test_the_checks_print_messages_in_both_languages_and_no_other_words(command: str) -> None:
    source = (ROOT / "service" / "commands" / f"{command}.py").read_text("utf-8")
    (check,) = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef) and each.name == "check"]
    printed = [
        each for each in ast.walk(check) if isinstance(each, ast.Call) and ast.unparse(each.func) == "typer.echo"
    ]
    words = [part.value for each in printed for part in ast.walk(each) if isinstance(part, ast.Constant)]

    assert [word for word in words if re.search(r"\w", str(word))] == []


def test_whatever_is_wrong_with_a_text_is_said_in_swedish() -> None:
    found = {fault for text in list_garbled(TEMPLATE) for fault in check(text.encode())}

    assert len(found) > 60
    assert_swedish(tuple(found))


@pytest.mark.parametrize(
    ("unknown", "remedy"),
    [
        ('professions = ["dentist"]', "Skriv physician eller nurse."),
        ('settings = ["hotel"]', "Skriv ordinary."),
        ('conditions = ["winter"]', "Ta bort det: det finns inget sådant än."),
    ],
    ids=["two words", "one word", "no word"],
)
def test_the_words_that_exist_are_listed_in_swedish(unknown: str, remedy: str) -> None:
    (fault,) = check(TEMPLATE.replace('professions = ["physician"]\ntreatment', f"{unknown}\ntreatment").encode())

    assert fault.swedish.endswith(remedy)


def test_whatever_is_wrong_with_a_directory_is_said_in_swedish() -> None:
    outcomes = [read_directory(text.encode()) for text in list_garbled(DIRECTORY)]
    found = {fault for outcome in outcomes if not isinstance(outcome, Directory) for fault in outcome}

    assert len(found) > 60
    assert_swedish(tuple(found))


def test_the_command_speaks_swedish_unless_asked_for_english(tmp_path: Path) -> None:
    file = tmp_path / "draft.toml"
    file.write_text(TEMPLATE.replace('title = "Hemsjukvård i Mall-län"\n', ""), encoding="utf-8")

    assert run("agreement", "check", str(file)) == (1, [f"{file}:1: title: Fältet title saknas. Skriv title."])
    assert run("agreement", "check", str(file), "--language", "en") == (1, [f"{file}:1: title is missing; add title"])


@pytest.mark.parametrize("name", ["domain/agreements/template.toml", "tests/agreements/another-county.toml"])
def test_all_that_the_command_says_of_a_sound_text_is_in_one_language(name: str) -> None:
    status, swedish = run("agreement", "check", name)
    _, english = run("agreement", "check", name, "--language", "en")

    assert status == 0
    assert [line for line in swedish if is_english(line)] == []
    named = re.compile(
        r"^ {4}|^\"|^$|LOCK.toml"
    )  # names of entries are Swedish in both, and the last is a line of TOML
    assert [line for line in english if line in swedish and not named.search(line)] == []


@pytest.mark.parametrize(
    ("row", "mark"),
    [("always = true\n", "gäller alltid"), ("", None)],
    ids=["the county's own", "the national background's"],
)
def test_only_what_the_national_background_says_holds_in_every_county(
    tmp_path: Path, row: str, mark: str | None
) -> None:
    own = '[[matrix]]\nid = "dietitian"\nprofessions = ["dietitian"]\ntreatment = "region"\nperformer = "region"\n'
    words = 'physician = "läkare"\n'
    assert words in TEMPLATE
    text = TEMPLATE.replace(words, f'{words}dietitian = "dietist"\n', 1)
    file = tmp_path / "text.toml"
    file.write_text(text.replace("[[matrix]]", f'{own}{row}clauses = ["MAL-2-2"]\n\n[[matrix]]', 1), "utf-8")

    _, dietitian = run("agreement", "ask", str(file), "--profession", "dietitian")
    _, services = run("agreement", "ask", str(file), "--intervention", "social-services")

    (answer,) = [line for line in dietitian if line.startswith("Svar: ")]
    assert (mark is None or answer.endswith(mark), "i varje län" in answer) == (True, False)
    assert [line.endswith("gäller i varje län") for line in services if line.startswith("Svar: ")] == [True]


def test_a_word_that_the_text_does_not_have_is_answered_in_swedish() -> None:
    status, lines = run("agreement", "ask", "domain/agreements/template.toml", "--profession", "nurse-practitioner")

    assert status == 1
    assert lines[0].startswith("Texten har inget sådant ord: yrke. Den har: ")


def test_all_that_the_command_says_of_a_directory_is_in_one_language() -> None:
    directory = "service/directory/demonstration/gavleborg.toml"
    status, swedish = run("directory", "check", directory, "--text", "domain/agreements/template.toml")

    assert status == 0
    assert [line for line in swedish if is_english(line)] == []
    assert "Ingen överenskommelse har länet gavleborg." in swedish[-1]
