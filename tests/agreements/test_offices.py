"""The offices that a text asks for: what the checks of texts and of directories say where a party has too few staff."""

import pytest

from domain.authoring.directory_check import compare_with_agreements, find_parties_unknown_to, read_directory
from domain.authoring.publication import load
from domain.directory import Directory
from tests.agreements.test_deadlocks import CLAUSES
from tests.agreements.test_directory_check import TEMPLATE, TEXT, replaced

BY_ANYBODY = 'by = [{ party = "municipality" }]'
BY_COORDINATOR = 'by = [{ party = "municipality", offices = ["care-coordinator"] }]'
OFFICES = '[vocabulary.offices]\ncare-coordinator = "vårdsamordnare"\nchair = "ordförande"\n\n[[tracks]]'
NORRBY, SODERBY = 'person = "SE2120000021-{}"\n', 'person = "SE2120000022-{}"\n'


def text_with(*entries: str, by: str = BY_ANYBODY) -> str:
    """Return a text with more entries, and with those who acknowledge a request."""
    assert BY_ANYBODY in TEMPLATE
    text = TEMPLATE.replace(BY_ANYBODY, by, 1).replace("[[tracks]]", OFFICES, 1)
    return text.replace("[[matrix]]", "\n".join((*entries, "[[matrix]]")), 1)


def give(act: str, *groups: str) -> str:
    """Return an act that a text gives to groups."""
    return f"[acts.{act}]\nby = [{', '.join(f'{{ {group} }}' for group in groups)}]\n{CLAUSES}"


def with_offices(staff: str, *offices: str, directory: str = TEXT) -> str:
    """Return a directory in which one of the staff holds these offices and no other."""
    before, found, after = directory.partition(staff)
    assert found
    own, end, others = after.partition("\n\n")
    kept = "\n".join(line for line in own.splitlines() if not line.startswith("offices"))
    held = ", ".join(f'"{office}"' for office in offices)
    return f"{before}{found}{kept}\noffices = [{held}]{end}{others}"


def find_in_directory(directory: str, text: str) -> list[tuple[str, str]]:
    """Return the places and the words of what the directory lacks for a text."""
    found = compare_with_agreements(directory.encode(), [load(text.encode())])
    return [(fault.path, fault.what) for fault in found]


def find_in_text(directory: str, text: str) -> list[str]:
    """Return what a text asks for and the directory lacks, with the remedies."""
    county = read_directory(directory.encode())
    assert isinstance(county, Directory)
    return [f"{fault.path} {fault.what}; {fault.remedy}" for fault in find_parties_unknown_to(text.encode(), county)]


def lacks(act: str, *principals: int) -> list[tuple[str, str]]:
    """Return what the check of a directory says of an act that principals cannot do, by their place in it."""
    return [(f"principals[{place}]", f"has too few persons for {act} of mall 1") for place in principals]


@pytest.mark.parametrize(
    ("staff", "is_enough"),
    [("USK1", True), ("SAMORD1", True), ("DIR1", False)],
    ids=["care staff", "coordinator", "official"],
)
def test_who_holds_an_office_of_a_case_takes_part_in_the_care(staff: str, is_enough: bool) -> None:
    directory = with_offices(NORRBY.format(staff), "care-coordinator", "signatory")
    directory = with_offices(SODERBY.format("SSK1"), "care-coordinator", directory=directory)
    said = (
        "acts.acknowledge-referral.by asks for the office care-coordinator, and nobody of Norrby kommun who can do it "
        "has that; give somebody who takes part in the care there the office care-coordinator in the directory, or ask "
        "for another"
    )

    text = text_with(by=BY_COORDINATOR)

    assert find_in_directory(directory, text) == ([] if is_enough else lacks("acknowledge-referral", 1))
    assert find_in_text(directory, text) == ([] if is_enough else [said])


def test_an_act_of_a_case_that_asks_for_no_office_is_anybodys() -> None:
    by_physician = 'by = [{ party = "municipality", roles = ["physician"] }]'

    assert find_in_directory(TEXT, text_with(by=by_physician)) == []


@pytest.mark.parametrize(
    ("parties", "lacking"), [("", [1, 2]), ('municipalities = ["Norrby kommun"]\n', [1])], ids=["everybody", "one"]
)
def test_a_municipality_that_is_no_party_needs_no_office_of_the_text(parties: str, lacking: list[int]) -> None:
    found = find_in_directory(TEXT, parties + text_with(by=BY_COORDINATOR))

    assert [each for each in found if "has too few persons" in each[1]] == lacks("acknowledge-referral", *lacking)


# --- Signing ----------------------------------------------------------------------------------------------------------

SIGNED_BY = ('party = "region"', 'party = "municipality", {}')
WITHOUT_OFFICIALS = TEXT.replace('role = "official"', 'role = "coordinator"')


@pytest.mark.parametrize(
    ("group", "directory", "asked"),
    [
        ('offices = ["chair"]', TEXT, "the office chair"),
        ('offices = ["chair", "care-coordinator"]', TEXT, "the office chair or care-coordinator"),
        ('roles = ["official"]', TEXT, None),
        ('roles = ["official"]', WITHOUT_OFFICIALS, "the role official"),
    ],
    ids=["an office", "one of two offices", "a role", "a role that nobody has"],
)
def test_those_whom_a_text_lets_sign_are_there(group: str, directory: str, asked: str | None) -> None:
    text = text_with(give("sign-version", SIGNED_BY[0], SIGNED_BY[1].format(group)))

    found = find_in_text(directory, text)

    assert found == [
        f"acts.sign-version.by asks for {asked}, and nobody of {name} who can do it has that; give somebody there "
        f"{asked} in the directory, or ask for another"
        for name in ("Norrby kommun", "Söderby kommun")
        if asked is not None
    ]


@pytest.mark.parametrize(
    ("staff", "lacking"),
    [
        ({"DIR1": ("signatory", "chair", "care-coordinator")}, [1]),
        ({"DIR1": ("signatory", "chair"), "SAMORD1": ("care-coordinator",)}, []),
        ({"DIR1": ("signatory", "chair"), "SAMORD1": ("chair",)}, [1]),
    ],
    ids=["one person with both offices", "two persons", "two persons with the same office"],
)
def test_each_signature_is_another_persons(staff: dict[str, tuple[str, ...]], lacking: list[int]) -> None:
    both = 'offices = ["chair", "care-coordinator"], signatures = 2'
    text = text_with(give("sign-version", SIGNED_BY[0], SIGNED_BY[1].format(both)))
    directory = TEXT
    for person, offices in staff.items():
        directory = with_offices(NORRBY.format(person), *offices, directory=directory)

    found = find_in_directory(directory, f'municipalities = ["Norrby kommun"]\n{text}')

    assert [each for each in found if "sign-version" in each[1]] == lacks("sign-version", *lacking)


@pytest.mark.parametrize(
    ("offices", "said"),
    [
        (
            ("chair",),
            "asks for 2 persons with the office chair or care-coordinator, and 1 of Norrby kommun can sign so; give "
            "the office chair or care-coordinator there to 1 more, or ask for fewer signatures",
        ),
        (
            (),
            "asks for the office chair or care-coordinator, and nobody of Norrby kommun who can do it has that; give "
            "somebody there the office chair or care-coordinator in the directory, or ask for another",
        ),
    ],
    ids=["one of two", "none of two"],
)
def test_too_few_who_can_sign_are_not_called_nobody(offices: tuple[str, ...], said: str) -> None:
    both = 'offices = ["chair", "care-coordinator"], signatures = 2'
    text = text_with(give("sign-version", SIGNED_BY[0], SIGNED_BY[1].format(both)))
    directory = with_offices(NORRBY.format("DIR1"), "signatory", *offices)

    found = find_in_text(directory, f'municipalities = ["Norrby kommun"]\n{text}')

    assert found == [f"acts.sign-version.by {said}"]


def test_what_a_text_does_not_say_of_signing_is_the_directorys_to_put_right() -> None:
    directory = replaced(('offices = ["signatory"]\n', ""))

    assert find_in_directory(directory, text_with()) == [
        lack for act in ("declare-conclusion", "end-version", "sign-version") for lack in lacks(act, 0)
    ]
    assert find_in_text(directory, text_with()) == []


def test_what_a_text_lets_nobody_do_lacks_nobody() -> None:
    text = text_with(give("sign-version"), give("declare-conclusion"))
    directory = TEXT.replace('offices = ["signatory"]\n', "")

    assert find_in_directory(directory, text) == lacks("end-version", 0, 1, 2)
