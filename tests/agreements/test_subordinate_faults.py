"""The faults of a subordinate agreement that only the texts beside it show, and the place where each is told."""

import pytest

from domain.agreements.subordinate import LISTED, NAMED, OF_THE_MAIN, WHOLE, Subordinate, compose
from domain.authoring.publication import load
from domain.authoring.validation import warn
from tests.agreements.test_subordinate_texts import MAIN, NURSE, PART, allow, find_fault, find_faults

CITED = 'clauses = ["BAR-1-1"]\n'
SCHOOL = (
    PART.replace('id = "barn"', 'id = "skola"', 1)
    .replace("BAR", "SKO")
    .replace('id = "contact"', 'id = "readiness"')
    .replace('"dietitian"', '"pedagogue"')
    .replace("dietitian =", "pedagogue =")
)
"""Another subordinate agreement, which says nothing that the first one says."""


def changed(text: str, *changes: tuple[str, str]) -> str:
    """Return the text with words of it changed, each once."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def added(text: str, entry: str) -> str:
    """Return the text with an entry before its rules."""
    return changed(text, ("[document]", f"{entry}\n[document]"))


# --- What it stands under ---------------------------------------------------------------------------------------------


def test_a_subordinate_agreement_stands_under_no_other_subordinate_agreement() -> None:
    under_school = changed(PART, ('agreement = "mall"', 'agreement = "skola"'))

    assert find_fault(under_school, MAIN, SCHOOL) == (
        "under.agreement",
        "is skola, and mall-lan has no such agreement here",
    )


def test_it_has_an_id_that_no_main_agreement_has() -> None:
    other_main = changed(MAIN, ('id = "mall"', 'id = "barn"'))

    assert find_fault(PART, MAIN, other_main) == ("id", "is barn, the id of an agreement that stands under no other")
    assert find_faults(PART, MAIN, changed(PART, ('version = "1"', 'version = "2"'))) == ()


def test_a_text_without_rules_of_its_own_is_told() -> None:
    empty = PART[: PART.index("[vocabulary.professions]")].replace("BAR-1-1", "MAL-1-1") + "[clauses]\n"

    place, what = find_fault(empty, MAIN)

    assert (place, what.startswith("has no rule")) == ("clauses", True)


ENDING = ("2026-01-01", "2026-01-01\nvalid_to = 2027-12-31")
NEXT = (('version = "1"', 'version = "2"'), ("2026-01-01", "2028-01-01"))


@pytest.mark.parametrize(
    ("dates", "mains"),
    [
        ("2026-01-01", [MAIN]),
        ("2026-04-01", [changed(MAIN, ENDING)]),
        ("2026-04-01\nvalid_to = 2027-06-30", [changed(MAIN, ENDING)]),
        ("2026-04-01\nvalid_to = 2027-12-31", [changed(MAIN, ENDING)]),
        ("2026-04-01\nvalid_to = 2028-06-30", [changed(MAIN, ENDING), changed(MAIN, *NEXT)]),
    ],
    ids=[
        "from the same day",
        "until the main agreement ends",
        "to an earlier day",
        "to the same day",
        "into the next version",
    ],
)
def test_it_may_hold_on_every_day_of_the_main_agreement(dates: str, mains: list[str]) -> None:
    assert find_faults(changed(PART, ("2026-04-01", dates)), *mains) == ()


# --- Beside other subordinate agreements ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "is_told"),
    [
        (("2026-04-01", "2026-04-01"), True),
        (('agreement = "mall"', 'agreement = "mall"\nversions = ["2"]'), False),
        (("2026-04-01", "2026-01-01\nvalid_to = 2026-03-31"), False),
    ],
    ids=["at the same time", "under another version", "before this one begins"],
)
def test_only_those_that_hold_together_must_not_say_the_same_thing(limits: tuple[str, str], is_told: bool) -> None:
    other = changed(SCHOOL, ('id = "readiness"', 'id = "contact"'), limits)

    assert [fault.path for fault in find_faults(PART, MAIN, other)] == (["deadlines[0]"] if is_told else [])


JURISDICTION = '[jurisdiction]\ncare = "residence"\n'


def test_what_answers_one_question_as_a_whole_is_said_once() -> None:
    part = added(PART, JURISDICTION + CITED)
    main = added(MAIN, JURISDICTION + 'clauses = ["MAL-1-1"]\n')

    assert find_faults(part, MAIN, SCHOOL) == ()
    assert find_fault(part, main) == (
        "jurisdiction",
        "replaces jurisdiction of mall 1, which does not let barn replace anything in jurisdiction",
    )
    assert find_fault(part, MAIN, added(SCHOOL, JURISDICTION + 'clauses = ["SKO-1-1"]\n')) == (
        "jurisdiction",
        "is jurisdiction, which the subordinate agreement skola 1 has too",
    )


def test_a_word_means_what_it_means_in_the_main_agreement() -> None:
    assert find_faults(added(PART, '[vocabulary.settings]\nordinary = "ordinärt boende"'), MAIN) == ()
    assert find_fault(added(PART, '[vocabulary.settings]\nordinary = "särskilt boende"'), MAIN) == (
        "vocabulary.settings.ordinary",
        "is särskilt boende, and ordinärt boende in the main agreement",
    )


# --- Answers ----------------------------------------------------------------------------------------------------------


def row(id: str, *fields: str, rule: str = "BAR-1-1") -> str:
    """Return a row of the matrix as a text has it."""
    return "\n".join(("[[matrix]]", f'id = "{id}"', *fields, f'clauses = ["{rule}"]\n'))


NURSES = 'professions = ["nurse"]'
REGION = ('treatment = "region"', 'performer = "region"')
MUNICIPALITY = ('treatment = "municipality"', 'performer = "municipality"')
CHANGED = "changes the answer of the row home-nursing of mall 1"


def with_row(*fields: str) -> str:
    """Return the main text with one more row."""
    return MAIN + row("own", *fields, rule="MAL-3-2")


OPEN = '[[silences]]\nid = "S1"\nabout = ["home-nursing", "{}"]\nstatement = "Vem ansvarar?"\nhandling = "Ingen vet."\n'
LEFT_OPEN = added(
    with_row(NURSES, 'levels = ["primary"]', 'settings = ["ordinary"]', "enrolled = true", *REGION), OPEN.format("own")
)
"""A main text that answers in two ways about the same nurse, and says that it leaves that open."""


@pytest.mark.parametrize(
    ("main", "rows", "told"),
    [
        (MAIN, NURSE.replace('"region"', '"municipality"'), []),
        (LEFT_OPEN, NURSE, []),
        (with_row(NURSES, 'named = "distriktsköterskan"'), row("shared", NURSES, "max_age = 17", "shared = true"), []),
        (with_row(NURSES, *REGION), NURSE, [("matrix[1]", CHANGED)]),
        (MAIN, NURSE + row("children", NURSES, "max_age = 17", *REGION), [("matrix[1]", CHANGED)]),
        (MAIN, NURSE.replace("max_age = 17\n", ""), [("matrix[1]", "contradicts the row home-nursing")]),
    ],
    ids=[
        "the same answer",
        "what was left open between two rows",
        "what a row left open",
        "one row, and not one that did not answer",
        "by one row, and not by one that does not answer",
        "another answer where neither row goes before",
    ],
)
def test_only_a_row_that_gives_another_answer_is_told(main: str, rows: str, told: list[tuple[str, str]]) -> None:
    faults = find_faults(PART + rows, main)

    assert [fault.path for fault in faults] == [place for place, _ in told]
    assert all(fault.what.startswith(what) for fault, (_, what) in zip(faults, told, strict=True))


# --- Where a fault of the whole is told -------------------------------------------------------------------------------

CALL = f'[statements.call]\ntitle = "Samtalet"\nby = [{{ party = "region" }}]\n{CITED}'
GROUP = f'fields = [{{ id = "day", title = "Dag", {CITED.strip()}, fields = [{{ id = "hour", title = "Timme", '
GROUP += f"{CITED.strip()} }}] }}]\n"


@pytest.mark.parametrize(
    ("entry", "place", "words"),
    [
        (CALL + GROUP, "statements.call.fields[0]", "is day, a group of fields"),
        (f'[self_care]\nassessment = "own"\n{CITED}', "self_care.assessment", "names own"),
        (f'[[discharge]]\nby = "both-parties"\ntracks = ["own"]\n{CITED}', "discharge[0].tracks", "names own"),
        ('[vocabulary.levels]\nregional = "regionvård"\n', "vocabulary.levels.regional", "is regional, a care level"),
    ],
    ids=["an entry with a name", "a table", "a list that answers as a whole", "a word"],
)
def test_a_fault_of_its_own_entry_is_told_there(entry: str, place: str, words: str) -> None:
    path, what = find_fault(added(PART, entry), MAIN)

    assert (path, what.startswith(words)) == (place, True)


def test_a_sentence_in_english_is_told_at_its_rule() -> None:
    english = "The region is responsible for the children that it has in its care."

    assert find_fault(changed(PART, ("Regionen ansvarar för dietistens insatser till barn.", english)), MAIN) == (
        "clauses.BAR-1-1.statement",
        "is in English",
    )


BODY = '[[bodies]]\nid = "board"\ntitle = "Nämnden"\nclauses = ["MAL-1-1"]\n'
ONE_PARTY = '[acts.resolve-disagreement]\nclauses = ["MAL-2-2"]\nby = [{ party = "region" }]\n'
BY_BODY = f'[dispute]\ndecider = "board"\n{CITED}'
OWN_ACT = f'[acts.raise-need]\nby = [{{ party = "region" }}]\n{CITED}'
MONEY = """
[settlement.monthly]
care = "home-care"
title = "Hemsjukvård"
form = "per-case"
clauses = ["MAL-1-1"]

[settlement.monthly.invoice]
clauses = ["MAL-1-1"]

[settlement.monthly.reimbursable]
criteria = ["hours"]
clauses = ["MAL-1-1"]
"""
CRITERION = """evaluation = "all"
clauses = ["MAL-2-1"]

[[tracks.criteria]]
id = "hours"
rule = "MAL-2-1"
title = "Över fyra timmar"
expression = "hours > 4"

[facts.hours]
type = "int"
label = "Timmar i veckan"
description = "hours of care a week"
"""
TRACK = f'[[tracks]]\nid = "home-care"\ntitle = "Hemsjukvård"\n{CITED}'


@pytest.mark.parametrize(
    ("entries", "main", "what"),
    [
        (
            BY_BODY + OWN_ACT,
            added(MAIN, BODY + ONE_PARTY),
            "makes acts.resolve-disagreement.by of the whole faulty: leaves out the municipality",
        ),
        (
            TRACK,
            changed(added(allow("tracks"), MONEY), ('clauses = ["MAL-2-1"]\n', CRITERION)),
            "makes settlement.monthly.reimbursable.criteria of the whole faulty: names the criterion hours",
        ),
    ],
    ids=["in an entry with a name", "in a table"],
)
def test_a_fault_that_it_brings_into_the_main_agreement_is_told_where_it_names_that(
    entries: str, main: str, what: str
) -> None:
    place, told = find_fault(added(PART, entries), main)

    assert (place, told[: len(what)]) == ("under.agreement", what)


# --- The same checks as of a main text --------------------------------------------------------------------------------

SEASON = '[plans.season]\ntitle = "Säsongsplan"\nenglish = "Season plan"\nestablished_by = "both-parties"\n' + CITED
OFFICE = '[acts.{}]\nby = [{{ party = "region", offices = ["leader"] }}, {{ party = "municipality" }}]\n' + CITED


@pytest.mark.parametrize(
    ("entry", "place", "what"),
    [
        (OFFICE.format("sign-version"), "acts.sign-version.by[0].offices", "names the office leader, which"),
        (OFFICE.format("hold-follow-up"), "acts.hold-follow-up.by[0].offices", "names the office leader, which"),
        (OFFICE.format("agree-plan"), "acts.agree-plan.by[0].offices", "names the office leader, which"),
        (
            '[acts.hold-follow-up]\nby = [{ party = "municipality", unit_kinds = ["primary-care"] }]\n' + CITED,
            "acts.hold-follow-up.by[0]",
            "names primary-care, of which a municipality has none",
        ),
        (
            SEASON + '[acts.close-plan]\nby = [{ party = "region" }]\n' + CITED,
            "acts.close-plan",
            "leaves out the municipality, which must do close-plan for plans of the kind season",
        ),
        (
            f"[payment_liability.end]\ncounted = true\n{CITED}",
            "payment_liability",
            "stands in a subordinate agreement, and only the main agreement has it",
        ),
    ],
    ids=[
        "an office that signs",
        "an office that follows up",
        "an office of an act on a case",
        "a unit that no party has",
        "an act on a plan that a party lacks",
        "a table that only a main agreement has",
    ],
)
def test_a_subordinate_text_is_checked_as_a_main_one(entry: str, place: str, what: str) -> None:
    found = [(fault.path, fault.what) for fault in find_faults(added(PART, entry), MAIN)]

    assert [each for each in found if each[0] == place and each[1].startswith(what)] != []


def test_an_office_of_the_main_agreement_is_one_of_the_subordinate_one_too() -> None:
    main = changed(MAIN, ("[[tracks]]", '[vocabulary.offices]\nleader = "ledare"\n\n[[tracks]]'))

    assert find_faults(added(PART, OFFICE.format("sign-version")), main) == ()


def test_what_a_subordinate_text_leaves_open_about_its_own_plan_is_doubted_at_its_place() -> None:
    part = added(PART, SEASON)

    (doubt,) = warn(part.encode(), beside=[MAIN.encode()])

    assert (doubt.path, doubt.what) == (
        "plans.season",
        "says nothing by initiated_by, content, followed_up_by",
    )
    assert warn(PART.encode(), beside=[added(MAIN, SEASON.replace("BAR", "MAL")).encode()]) == ()


def test_every_table_of_a_subordinate_text_counts_in_the_whole_or_is_its_own_or_is_refused() -> None:
    own = {*list_own_fields(), "vocabulary", "clauses", "under"}

    assert {*NAMED, *LISTED, *WHOLE, *OF_THE_MAIN, *own} == set(Subordinate.model_fields)


def list_own_fields() -> set[str]:
    """Return the fields in which a text tells what it is."""
    return {
        "id",
        "version",
        "county",
        "title",
        "document",
        "parties",
        "municipalities",
        "valid_from",
        "valid_to",
        "prolongation",
        "end_condition",
        "signatories",
        "defines",
        "defines_rule",
    }


def test_the_words_and_bodies_of_a_subordinate_text_are_those_of_the_whole() -> None:
    body = f'[[bodies]]\nid = "council"\ntitle = "Barnrådet"\nenglish = "The council"\n{CITED}'
    part = added(PART, f'[terms]\nhome-care = "barnvård"\n{body}')

    assert find_faults(part, MAIN) == ()
    main, own = load(MAIN.encode()), load(part.encode(), beside=[MAIN.encode()])
    assert isinstance(own, Subordinate)
    whole = compose(main, [own])
    assert (whole.terms["home-care"], whole.find_decider("council").name) == ("barnvård", "Barnrådet")
