"""`kvittens directory check`: the faults of a county's directory, and its differences from the county's agreements."""

from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from domain.authoring.directory_check import read_directory
from domain.directory import Directory
from service.cli import app

TEXT = (files("service.directory") / "demonstration" / "gavleborg.toml").read_text("utf-8")
TEMPLATE = (files("domain.agreements") / "template.toml").read_text("utf-8").replace('"mall-lan"', '"gavleborg"')
SECOND = '[[principals]]\nid = "SE2120000022'
PARTIES = 'municipalities = ["Norrby kommun", "Söderby kommun"]\n'


def check(folder: Path, text: str, *agreements: str) -> tuple[int, list[str]]:
    """Return the exit status of the command, and its lines without the name of the directory's file."""
    file = folder / "katalog.toml"
    file.write_text(text, encoding="utf-8")
    options = ["--language", "en"]
    for number, agreement in enumerate(agreements):
        (folder / f"{number}.toml").write_text(agreement, encoding="utf-8")
        options += ["--text", str(folder / f"{number}.toml")]
    result = CliRunner().invoke(app, ["directory", "check", str(file), *options])
    return result.exit_code, [line.removeprefix(f"{file}:") for line in result.output.splitlines()]


def replaced(*changes: tuple[str, str]) -> str:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_sound_directory_goes_with_the_agreement_of_its_county(tmp_path: Path) -> None:
    assert check(tmp_path, TEXT) == (
        0,
        ["The directory has no faults: 3 principals, 3 providers, 5 units, 18 assignments."],
    )


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            'kind = "inpatient-care"',
            'kind = "hospital"',
            "units[2].kind is 'hospital'; write one of 'primary-care', 'specialised-care', 'inpatient-care', "
            "'municipal-care', 'dental-care' or 'social-services'",
        ),
        (
            'provider = "SE2120000021-VGKOMMUN"',
            'provider = "SE2120000021-VGKOMUN"',
            "units[3].provider is SE2120000021-VGKOMUN, which [[providers]] does not have; "
            "did you mean SE2120000021-VGKOMMUN?",
        ),
        (
            'principal = "SE2120000022-KOMMUN"',
            'principal = "SE5550000000-X"',
            "providers[2].principal is SE5550000000-X, which [[principals]] does not have; add it to [[principals]], "
            "or correct it",
        ),
        (
            'unit = "SE2120000022-HSV1"\nrole = "nurse"',
            'unit = "SE5550000000-X" # here\nrole = "nurse"',
            "assignments[13].unit is SE5550000000-X, which [[units]] does not have; add it to [[units]], or correct it",
        ),
        (
            'id = "SE2321000002-KLINIK1"',
            'id = "SE2321000002-VC1" # again',
            "units[1].id is SE2321000002-VC1, as in an entry above; give each entry its own id",
        ),
        (
            'person = "SE2321000002-DSK1"',
            'person = "SE2321000002-LAKARE1" # again',
            "assignments[1].person is SE2321000002-LAKARE1 at SE2321000002-VC1, as in an entry above; "
            "remove one of them: a person has one role at a unit",
        ),
        (
            'person = "SE2120000021-SSK1"',
            'person = "se2120000021-ssk1"',
            "assignments[7].person is 'se2120000021-ssk1'; write an HSA-id: SE, ten digits, a hyphen, and at most "
            "twenty capitals and digits",
        ),
        (
            'party = "municipality"',
            'party = "region" # here',
            "principals[1].party is a second region; give each county a directory of its own",
        ),
        (
            'name = "Söderby kommun"\norganisation_number',
            'name = "Norrby kommun" # again\norganisation_number',
            "principals[2].name is Norrby kommun, as in an entry above; give each principal its own name; texts use it",
        ),
        ('role = "auditor"', 'role = "system"', "assignments[6].role is system, the role of Kvittens itself; write"),
        (
            'phone = "010-002 02 01"',
            'offices = ["signatory"] # here',
            "units[3].offices has signatory, and so lets everybody at the unit sign agreements; give it to persons",
        ),
        (
            'phone = "010-002 01 01"',
            'phon = "010-002 01 01"',
            "units[0].phon is not a known field; did you mean phone?",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_remedy(tmp_path: Path, old: str, new: str, fault: str) -> None:
    text = replaced((old, new))

    status, lines = check(tmp_path, text)

    assert status == 1
    (found,) = [line for line in lines if fault in line]
    assert found.startswith(f"{line_of(text, new)}: {fault}" if "\n" not in new else f"{line_of(text, new)}:")


def test_faults_of_every_kind_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = replaced(
        ('kind = "inpatient-care"', 'kind = "hospital"'),
        ('principal = "SE2120000022-KOMMUN"', 'principal = "SE5550000000-X"'),
        ('person = "SE2120000021-SSK1"', 'person = "se2120000021-ssk1"'),
    )

    status, lines = check(tmp_path, text)

    assert status == 1
    assert [line.split(" ")[1] for line in lines] == [
        "providers[2].principal",
        "units[2].kind",
        "assignments[7].person",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (TEXT.replace('party = "region"', 'party = "municipality"'), "principals has no region; add the region"),
        ('county = "a\n', "the text is not TOML"),
    ],
)
def test_a_text_that_is_no_directory_is_told_so(tmp_path: Path, text: str, fault: str) -> None:
    status, lines = check(tmp_path, text)

    assert (status, len(lines)) == (1, 1)
    assert fault in lines[0]


def test_entries_without_an_id_are_not_told_to_be_alike() -> None:
    text = replaced(*((f'id = "{unit}"\nname', "name") for unit in ("SE2321000002-KLINIK1", "SE2321000002-AVD1")))

    faults = read_directory(text.encode())

    assert isinstance(faults, tuple)
    assert [fault.what for fault in faults if fault.path.startswith("units[")] == ["is missing"] * 2


def test_a_directory_without_principals_is_not_told_that_it_has_no_region() -> None:
    faults = read_directory(TEXT.replace("[[principals]]", "[[principal]]").encode())

    assert isinstance(faults, tuple)
    assert [fault.what for fault in faults if fault.path == "principals"] == ["is missing"]


def test_what_a_directory_and_its_agreements_do_not_have_in_common_is_told_and_hinders_nothing(tmp_path: Path) -> None:
    agreement = PARTIES.replace("Söderby kommun", "Söderbys kommun") + TEMPLATE
    text = TEXT.replace('phone = "010-002 02 01"', 'receives = ["nurse", "sea-transport"]')

    status, lines = check(tmp_path, text, agreement)

    assert status == 0
    assert lines[1:] == [
        "The service starts with it, but it does not go with the agreements:",
        "7: principals has no municipality Söderbys kommun, a party of mall 1; did you mean Söderby kommun?",
        f"{line_of(text, SECOND)}: principals[2] is Söderby kommun, which is party of no "
        "agreement; add it to `municipalities` of the text, if it is a party",
        f"{line_of(text, 'receives')}: units[3].receives[1] is sea-transport, a word for care that no agreement has; "
        "write one of medical, nurse, occupational-therapist, physician, physiotherapist, rehabilitative",
    ]
    assert check(tmp_path, text.replace(', "sea-transport"', ""), PARTIES + TEMPLATE)[1][1:] == []


def test_a_party_whose_staff_cannot_sign_or_end_its_agreement_is_told_of(tmp_path: Path) -> None:
    text = replaced(('offices = ["signatory"]\n', ""))

    status, lines = check(tmp_path, text, TEMPLATE)

    assert status == 0
    for act in ("sign-version", "end-version"):
        assert [line for line in lines if f"principals[0] has too few persons for {act} of" in line] != []
    assert not any("principals[1] has too few persons" in line for line in lines)


def test_a_directory_of_another_county_than_the_text_is_told_so(tmp_path: Path) -> None:
    text = TEXT.replace('county = "gavleborg"', 'county = "gavle"')

    status, lines = check(tmp_path, text, TEMPLATE)

    assert status == 0
    assert lines[2] == (
        f"{line_of(text, 'county =')}: county is gavle, and no agreement has that county; write the county "
        "of its agreement (gavleborg), or publish one for it"
    )


def test_the_directories_of_the_package_are_sound() -> None:
    folders = [files("service.directory") / "demonstration", files("world.counties") / "directories"]

    assert all(
        isinstance(read_directory(file.read_bytes()), Directory) for folder in folders for file in folder.iterdir()
    )
