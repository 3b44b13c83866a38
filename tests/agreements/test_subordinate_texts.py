"""A subordinate agreement as a text: what it may say beside its main agreement, and what the whole of them answers."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.agreements.model import Agreement
from domain.agreements.subordinate import OWN_ACTS
from domain.authoring.entry_comparison import compare_entries
from domain.authoring.faults import Language, TextFault
from domain.authoring.publication import load
from domain.authoring.validation import check
from domain.kernel import legal_midnight
from domain.ledgers.versions.kind import VERSION_RECORD
from domain.versions.catalogue import Catalogue
from service.commands import agreement as commands

MAIN = (
    (files("domain.agreements") / "template.toml")
    .read_text("utf-8")
    .replace(
        "\n[document]",
        """
[[deadlines]]
id = "acknowledgement"
title = "Kvittera"
words = "inom två dagar"
duration = "P2D"
clauses = ["MAL-2-2"]

[document]""",
        1,
    )
)
PART = """
id = "barn"
version = "1"
county = "mall-lan"
title = "Underavtal om barn"
valid_from = 2026-04-01

[under]
agreement = "mall"
clauses = ["BAR-1-1"]

[document]

[parties]
region = "Region Mall"
municipality = "Mall-läns kommuner"

[vocabulary.professions]
dietitian = "dietist"

[[deadlines]]
id = "contact"
title = "Berätta för skolan"
words = "inom en vecka"
duration = "P7D"
clauses = ["BAR-1-1"]

[[matrix]]
id = "dietitian"
professions = ["dietitian"]
max_age = 17
treatment = "region"
performer = "region"
clauses = ["BAR-1-1"]

[clauses."BAR-1-1"]
section = "1"
lines = "1"
heading = "Barn"
statement = "Regionen ansvarar för dietistens insatser till barn."
"""
NURSE = """
[[matrix]]
id = "child-nurse"
levels = ["primary"]
settings = ["ordinary"]
professions = ["nurse"]
enrolled = true
max_age = 17
treatment = "region"
performer = "region"
clauses = ["BAR-1-1"]
"""
REPLACES = """
[[matrix]]
id = "child-nurse"
professions = ["nurse"]
max_age = 17
replaces = ["home-nursing"]
treatment = "region"
performer = "region"
clauses = ["BAR-1-1"]
"""
"""A row that says less of the situation than the one that it replaces, which would otherwise answer."""
NATIONAL = """
[guards.delegation]
clauses = ["BAR-1-1"]
"""


def allow(*tables: str) -> str:
    """Return the main text with what the subordinate agreement may replace."""
    replaces = ", ".join(f'"{table}"' for table in tables)
    said = f'[[subordinates]]\nagreement = "barn"\ntitle = "Barn"\nreplaces = [{replaces}]\nclauses = ["MAL-1-1"]\n'
    return MAIN.replace("[document]", f"{said}\n[document]", 1)


def find_faults(part: str, *beside: str) -> tuple[TextFault, ...]:
    """Find the faults of a subordinate text beside others."""
    return check(part.encode(), beside=[text.encode() for text in beside])


def find_fault(part: str, *beside: str) -> tuple[str, str]:
    """Return the place and the words of the only fault of a subordinate text, which has words in Swedish too."""
    (fault,) = find_faults(part, *beside)
    assert fault.swedish
    return fault.path, fault.what


def test_the_main_text_is_sound_and_so_is_the_subordinate_one_beside_it() -> None:
    assert check(MAIN.encode()) == ()
    assert find_faults(PART, MAIN) == ()


@pytest.mark.parametrize(
    "beside",
    [[], [MAIN.replace('id = "mall"', 'id = "annan"', 1)], [MAIN.replace('"mall-lan"', '"annat-lan"')]],
    ids=["nothing", "another agreement", "another county"],
)
def test_a_main_agreement_that_is_not_there_is_told(beside: list[str]) -> None:
    assert find_fault(PART, *beside) == ("under.agreement", "is mall, and mall-lan has no such agreement here")


def test_a_version_of_the_main_agreement_that_is_not_there_is_told() -> None:
    named = PART.replace('agreement = "mall"', 'agreement = "mall"\nversions = ["2"]', 1)

    assert find_fault(named, MAIN)[1] == "is mall 2, and mall-lan has no such agreement here"
    assert find_faults(named, MAIN.replace('version = "1"', 'version = "2"', 1)) == ()


@pytest.mark.parametrize(
    ("part", "main", "place"),
    [
        (PART.replace("2026-04-01", "2025-12-01"), MAIN, "valid_from"),
        (
            PART.replace("2026-04-01", "2026-04-01\nvalid_to = 2028-01-01"),
            MAIN.replace("2026-01-01", "2026-01-01\nvalid_to = 2027-12-31", 1),
            "valid_to",
        ),
    ],
    ids=["before it begins", "after it ends"],
)
def test_dates_outside_those_of_the_main_agreement_are_told(part: str, main: str, place: str) -> None:
    assert find_fault(part, main)[0] == place


def test_a_subordinate_agreement_has_no_scope() -> None:
    scope = '\n[scope]\nlevels = ["primary"]\nsettings = ["ordinary"]\nclauses = ["BAR-1-1"]\n'

    assert find_fault(PART + scope, MAIN)[0] == "scope"


def test_its_rules_have_letters_of_their_own() -> None:
    assert find_fault(PART.replace("BAR-1-1", "MAL-9-9"), MAIN) == (
        "clauses.MAL-9-9",
        "begins with MAL, as the rules of mall 1 do",
    )


def test_it_uses_the_words_of_the_main_agreement_and_no_other() -> None:
    unknown = PART.replace('professions = ["dietitian"]', 'professions = ["nurse", "dentist"]', 1)
    (fault, *_) = find_faults(unknown, MAIN)

    assert fault.path == "matrix[0].professions"
    assert "dentist" in fault.what
    assert fault.line == unknown[: unknown.index('professions = ["nurse"')].count("\n") + 1


def test_an_entry_replaces_one_of_the_main_agreement_only_if_that_allows_it() -> None:
    replacing = PART.replace('id = "contact"', 'id = "acknowledgement"', 1)

    assert find_fault(replacing, MAIN) == (
        "deadlines[0]",
        "replaces acknowledgement of mall 1, which does not let barn replace anything in deadlines",
    )
    assert find_fault(replacing, allow("matrix"))[0] == "deadlines[0]"
    assert find_faults(replacing, allow("deadlines")) == ()


def test_a_row_changes_an_answer_only_if_it_names_the_row_and_the_main_agreement_allows_it() -> None:
    place, what = find_fault(PART + NURSE, allow("matrix"))
    assert place == "matrix[1]"
    assert what.startswith("changes the answer of the row home-nursing of mall 1 about profession nurse")
    assert find_fault(PART + REPLACES, MAIN)[0] == "matrix[1].replaces"
    assert find_faults(PART + REPLACES, allow("matrix")) == ()


def test_what_holds_in_every_county_is_the_main_agreements_to_replace() -> None:
    assert find_fault(PART + NATIONAL, MAIN) == (
        "guards.delegation",
        "replaces delegation, which holds in every county",
    )


def test_two_subordinate_agreements_do_not_say_the_same_thing() -> None:
    other = PART.replace('id = "barn"', 'id = "skola"', 1).replace("BAR", "SKO").replace('"dietitian"', '"pedagogue"')

    assert find_fault(PART, MAIN, other) == (
        "deadlines[0]",
        "is contact, which the subordinate agreement skola 1 has too",
    )


def test_rows_that_replace_each_other_are_told() -> None:
    turned = MAIN.replace('id = "physician"\n', 'id = "physician"\nreplaces = ["home-nursing"]\n', 1)
    turned = turned.replace('id = "home-nursing"\n', 'id = "home-nursing"\nreplaces = ["physician"]\n', 1)

    assert {fault.path for fault in check(turned.encode())} == {"matrix[0].replaces", "matrix[1].replaces"}


def find_texts(on: date, *texts: Agreement) -> list[str]:
    """Return the versions that are in force on a day."""
    found = Catalogue(agreements=texts).in_force("mall-lan", legal_midnight(on))
    return list(map(str, found.refs)) if found is not None else []


def test_it_goes_on_under_the_next_version_of_the_main_agreement_unless_it_names_one() -> None:
    second = MAIN.replace('version = "1"', 'version = "2"', 1).replace(
        "valid_from = 2026-01-01", "valid_from = 2026-07-01"
    )
    named = PART.replace('agreement = "mall"', 'agreement = "mall"\nversions = ["1"]', 1)
    mains = tuple(load(text.encode()) for text in (MAIN, second))
    part, ending = (load(text.encode(), beside=[MAIN.encode()]) for text in (PART, named))

    assert find_texts(date(2026, 3, 31), *mains, part) == ["mall 1"]
    assert find_texts(date(2026, 4, 1), *mains, part) == ["mall 1", "barn 1"]
    assert find_texts(date(2026, 7, 1), *mains, part) == ["mall 2", "barn 1"]
    assert find_texts(date(2026, 7, 1), *mains, ending) == ["mall 2"]
    assert find_texts(date(2026, 7, 1), part) == []


def test_the_acts_on_a_texts_own_record_are_those_of_the_record() -> None:
    assert VERSION_RECORD.decisions.keys() == OWN_ACTS


@pytest.fixture
def written(tmp_path: Path) -> tuple[str, str]:
    """The files of a main text and of a subordinate one that replaces a row of it."""
    main, part = tmp_path / "mall.toml", tmp_path / "barn.toml"
    main.write_text(allow("matrix"), "utf-8")
    part.write_text(PART + REPLACES, "utf-8")
    return str(main), str(part)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.app, list(arguments))


def test_the_command_checks_the_whole_from_either_text(written: tuple[str, str]) -> None:
    main, part = written

    assert "Underavtalet gäller tillsammans med huvudavtalet mall" in run("check", part, "--beside", main).output
    assert run("check", main, "--beside", part).exit_code == 0
    Path(main).write_text(MAIN, "utf-8")
    told = run("check", main, "--beside", part)
    assert (told.exit_code, told.output.startswith(f"{part}:")) == (1, True)


def test_a_main_agreement_with_faults_is_told_of_beside_the_subordinate_one(written: tuple[str, str]) -> None:
    main, part = written
    Path(main).write_text(MAIN.replace("[parties]\n", "[party]\n"), "utf-8")

    told = run("check", part, "--beside", main, "--language", "en")

    assert told.exit_code == 1
    assert "mall-lan has no such agreement here; correct the id or the versions, or give the sound text" in told.output
    assert f"{main}:1: parties is missing" in told.output


def test_a_subordinate_agreement_is_checked_with_the_directory(written: tuple[str, str], tmp_path: Path) -> None:
    main, part = written
    directory = tmp_path / "katalog.toml"
    directory.write_bytes((files("service.directory") / "demonstration" / "gavleborg.toml").read_bytes())

    told = run("check", part, "--beside", main, "--directory", str(directory), "--language", "en")

    assert told.output == (
        f"{part}:4: county is mall-lan, and the directory's is gavleborg; write the same county in both\n"
    )


@pytest.mark.parametrize("asked", [0, 1], ids=["main", "subordinate"])
def test_the_whole_is_asked_and_each_rule_named_with_its_text(written: tuple[str, str], asked: int) -> None:
    situation = ("--profession", "nurse", "--enrolled", "--level", "primary", "--setting", "ordinary")
    files_of = (written[asked], "--beside", written[1 - asked])
    child, adult = (run("ask", *files_of, *situation, "--age", age).output for age in ("7", "70"))

    assert "huvudman regionen" in child
    assert "BAR-1-1: Underavtal om barn, Barn" in child
    assert "huvudman kommunen" in adult
    assert "MAL-3-2" in adult


def test_the_comparison_shows_what_it_changes(written: tuple[str, str]) -> None:
    main, part = written
    told = " ".join(run("diff", main, part, "--beside", main).output.split())

    assert "mall 1 + barn 1" in told
    assert "underavtal" in told
    assert "Av 48 frågor om ansvar" in told
    assert "BAR-1-1" in told


def test_the_comparison_shows_what_it_may_replace() -> None:
    adding, rows, limits = (load(text.encode()) for text in (allow(), allow("matrix"), allow("deadlines")))

    for other, said in ((adding, "adds: yes"), (limits, "replaces: deadlines")):
        (found,) = compare_entries(rows, other, language=Language.ENGLISH)
        assert (found.topic, found.what) == ("subordinates", "barn")
        assert ("replaces: matrix" in found.first, said in found.second) == (True, True)
