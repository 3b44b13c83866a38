"""Differences between two versions: entry by entry, and question by question."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.agreements.model import (
    ActorGroup,
    Agreement,
    Content,
    Exclusion,
    Ground,
    Guard,
    Holder,
    Key,
    MatrixRow,
    PaymentLiability,
    Requirement,
)
from domain.authoring import entry_comparison, matrix_comparison
from domain.authoring.entry_comparison import Difference
from domain.authoring.faults import Language
from domain.authoring.matrix_comparison import AnswerDifference, MatrixComparison
from domain.authoring.publication import load, load_published
from domain.authoring.validation import read_as_written
from domain.kernel import Party, Value
from service.commands import agreement
from tests.agreements.orebro import OREBRO
from tests.docs.agreement_page import PAGE, assemble, tables

ANOTHER = Path(__file__).with_name("another-county.toml")
compare_entries = partial(entry_comparison.compare_entries, language=Language.ENGLISH)
compare_matrices = partial(matrix_comparison.compare_matrices, language=Language.ENGLISH)
describe = partial(entry_comparison.describe, language=Language.ENGLISH)
SILENT = entry_comparison.SILENT.english
EXEMPELLAN = load(ANOTHER.read_bytes())


@cache
def between_counties() -> MatrixComparison:
    return compare_matrices(OREBRO, EXEMPELLAN)


def changed(**changes: Any) -> Agreement:
    return OREBRO.model_copy(update=changes)


def with_row(row_id: str, **changes: Any) -> Agreement:
    rows = [row.model_copy(update=changes) if row.id == row_id else row for row in OREBRO.matrix]
    return changed(matrix=tuple(rows))


@pytest.mark.parametrize("version", load_published().agreements, ids=lambda version: str(version.ref))
def test_a_version_does_not_differ_from_itself(version: Agreement) -> None:
    assert compare_entries(version, version) == ()
    assert compare_matrices(version, version).differences == ()


def test_one_changed_row_is_one_difference_that_names_its_subject() -> None:
    compared = compare_matrices(OREBRO, with_row("coercive-measure", employer=Holder.REGION))

    assert [(difference.about, difference.first, difference.second) for difference in compared.differences] == [
        (
            ("intervention coercive-measure",),
            "principal region, performer region (ORE-3.2.1-17)",
            "principal region, performer region, employer region (ORE-3.2.1-17)",
        )
    ]
    assert 0 < compared.differing_questions < compared.questions


def test_a_change_for_old_persons_is_described_by_age_and_person() -> None:
    row = next(row for row in OREBRO.matrix if row.id == "enrolled-nurse-level")
    old = row.model_copy(update={"id": "the-old", "min_age": 65, "treatment": Holder.REGION})
    compared = compare_matrices(OREBRO, changed(matrix=(*OREBRO.matrix, old)))
    lines = [line for difference in compared.differences for line in difference.about]

    assert lines
    assert all("age 82" in line and "person enrolled" in line for line in lines)


def test_a_matter_that_one_version_regulates_is_not_regulated_by_the_other() -> None:
    compared = between_counties()
    ventilator = [
        difference for difference in compared.differences if any("ventilator" in line for line in difference.about)
    ]

    assert (SILENT, "principal region (EXA-4)") in {(difference.first, difference.second) for difference in ventilator}


def test_equal_differences_are_collected() -> None:
    compared = between_counties()

    assert compared.differing_questions > 1000
    assert len(compared.differences) < 40
    assert sum(len(difference.about) for difference in compared.differences) < 120


def test_a_conflict_is_an_answer_of_its_own() -> None:
    row = next(row for row in OREBRO.matrix if row.id == "coercive-measure")
    other = row.model_copy(update={"id": "another", "performer": None})
    (difference,) = compare_matrices(OREBRO, changed(matrix=(*OREBRO.matrix, other))).differences

    assert isinstance(difference, AnswerDifference)
    assert difference.second == "conflict between coercive-measure and another (ORE-3.2.1-17)"


def the_difference(other: Agreement) -> Difference:
    (found,) = compare_entries(OREBRO, other)
    return found


def test_a_guard_of_one_version_is_not_regulated_by_the_other() -> None:
    off = {guard: ground for guard, ground in OREBRO.guards.items() if guard is not Guard.JOINT_INVESTIGATION}
    found = the_difference(changed(guards=off))

    assert (found.topic, found.what, found.second) == ("guards", "joint-investigation", SILENT)
    assert found.first != SILENT


def test_a_deadline_of_another_length_is_a_difference() -> None:
    longer = tuple(
        each.model_copy(update={"duration": "P14D"}) if each.id == "joint-planning" else each
        for each in OREBRO.deadlines
    )
    found = the_difference(changed(deadlines=longer))

    assert (found.topic, found.what) == ("deadlines", "joint-planning")
    assert ("P7D" in found.first, "P14D" in found.second) == (True, True)


def test_a_criterion_is_listed_under_its_track_with_its_expression() -> None:
    track = OREBRO.tracks[0]
    age = track.criteria[0].model_copy(update={"expression": "age_years >= 65"})
    other = track.model_copy(update={"criteria": (age, *track.criteria[1:])})
    found = the_difference(changed(tracks=(other, *OREBRO.tracks[1:])))

    assert (found.topic, found.what) == (f"track {track.id}", "criterion age")
    assert ("age_years >= 18" in found.first, "age_years >= 65" in found.second) == (True, True)


def test_a_field_that_only_one_version_requires_is_a_difference() -> None:
    referral = OREBRO.content["referral"]
    shorter = referral.model_copy(update={"fields": referral.fields[1:]})
    found = the_difference(changed(content=OREBRO.content | {"referral": shorter}))

    assert (found.topic, found.what, found.second) == ("content", "referral.need", SILENT)
    assert found.first.startswith("need (")


@pytest.mark.parametrize("topic", ["dispute", "discharge"])
def test_a_silent_version_is_described_as_not_regulated(topic: str) -> None:
    silent = compare_entries(OREBRO, changed(dispute=None, discharge=()))

    assert {each.second for each in silent if each.topic == topic} == {SILENT}


def test_a_fact_and_a_municipality_of_only_one_version_are_differences() -> None:
    name, *_ = OREBRO.facts
    facts = {known: fact for known, fact in OREBRO.facts.items() if known != name}

    fact = the_difference(changed(facts=facts))
    parties = the_difference(changed(municipalities=("Ekeby",)))

    assert (fact.topic, fact.what, fact.second) == ("facts", name, SILENT)
    assert (parties.topic, parties.what, parties.second) == ("parties", "municipalities", "Ekeby")


def test_a_newer_version_differs_by_its_dates() -> None:
    found = the_difference(changed(valid_to=date(2026, 12, 31)))

    assert (found.topic, found.what, found.first, found.second) == ("validity", "valid_to", SILENT, "2026-12-31")


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(agreement.app, ["diff", *arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def test_the_command_speaks_swedish_unless_asked_for_english() -> None:
    _, swedish = run("1085641 R1", str(ANOTHER))
    _, english = run("1085641 R1", str(ANOTHER), "--language", "en")
    said = {
        "Skillnader i texterna": "Differences in the texts",
        "Skillnader i ansvar": "Differences in responsibility",
        "giltighet": "validity",
        "kriterium age": "criterion age",
        "inte reglerat": "not regulated",
        "huvudman regionen": "principal region",
        "utförare kommunen": "performer municipality",
        "den enskilde inskriven": "person enrolled",
        "frågor om ansvar": "questions about responsibility",
    }

    assert [words for words in said if words not in swedish] == []
    assert [words for words in said.values() if words not in english] == []
    assert [words for words in said if words in english] + [words for words in said.values() if words in swedish] == []


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (changed(discharge=(OREBRO.discharge[0].model_copy(update={"tracks": ()}),)), "varje väg in"),
        (changed(payment_liability=load(ANOTHER.read_bytes()).payment_liability), "villkor"),
    ],
    ids=["a rule for all tracks", "conditions"],
)
def test_every_word_between_those_of_the_texts_is_swedish(version: Agreement, words: str) -> None:
    silent = changed(discharge=(), payment_liability=PaymentLiability())

    found = entry_comparison.compare_entries(silent, version, language=Language.SWEDISH)

    assert any(words in each.what for each in found)


def test_the_command_compares_a_published_version_with_a_file() -> None:
    code, output = run("1085641 R1", str(ANOTHER), "--language", "en")

    assert code == 0
    assert ("Differences in the texts" in output, "Differences in responsibility" in output) == (True, True)
    assert "not regulated" in output
    assert "questions about responsibility" in output.splitlines()[-1]


def test_the_command_lists_the_versions_that_exist() -> None:
    code, output = run("1085641 R9", str(ANOTHER))

    assert code == 2
    assert "1085641 R1" in output


def test_the_command_prints_the_faults_of_a_faulty_file(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.toml"
    faulty.write_text('county = "x"\n', "utf-8")
    code, output = run(str(faulty), "1085641 R1", "--language", "en")

    assert code == 1
    assert "matrix is missing" in output


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (Ground(clauses=("EXA-1",)), "yes"),
        (Ground(clauses=("EXA-1",), tracks=("short",)), "tracks: short"),
        (Exclusion(id="nobody", clauses=("EXA-1",)), "nobody"),
        (Exclusion(id="nobody", professions=("nurse",), clauses=("EXA-1",)), "nobody (professions: nurse)"),
    ],
)
def test_an_entry_is_described_by_what_it_states(value: object, words: str) -> None:
    assert describe(value) == words


def test_each_field_of_a_content_is_an_entry_with_what_it_demands() -> None:
    when = Requirement(id="when", title="När", clauses=("EXA-1",), optional=True)
    chosen = when.model_copy(update={"choices": {"now": "nu"}, "not_applicable": "EXA-2", "who": SOMEBODY})
    plan = Requirement(id="plan", title="Plan", clauses=("EXA-1",), fields=(when,))
    content = Content(title="Begäran", clauses=("EXA-1",), fields=(plan,))
    other = content.model_copy(
        update={"tracks": ("short", "long"), "fields": (plan.model_copy(update={"fields": (chosen,)}),)}
    )

    found = compare_entries(*(EXEMPELLAN.model_copy(update={"content": {"letter": each}}) for each in (content, other)))

    letter, field = ((each.what, each.first, each.second) for each in found)
    assert letter == (
        "letter",
        "title: Begäran; clauses: EXA-1",
        "title: Begäran; clauses: EXA-1; tracks: short, long",
    )
    assert (field[0], field[1]) == ("letter.plan.when", "when (title: När; clauses: EXA-1; optional: yes)")
    assert "choices: now: nu; who: party: region; not applicable: EXA-2" in field[2]


# --- Every field ------------------------------------------------------------------------------------------------------

SOMEBODY = ActorGroup(party=Party.REGION)
EVERYTHING = read_as_written(assemble(PAGE.read_text("utf-8")).encode())
"""The agreement of docs/avtalstexter.md, whose examples have every field."""
NAMES = {"Agreement.id", "Agreement.version", "Agreement.county"}
"""The names of what is compared."""
NEVER_LEFT_OUT = {"Agreement.vocabulary", "Agreement.payment_liability"}
"""The entries that a text always has. Their own fields are compared."""
Place = tuple[str | int, ...]


def list_places(value: object, place: Place = ()) -> Iterator[tuple[str, Place]]:
    """Yield each field that an entry has a value of its own in, with its place in the agreement."""
    match value:
        case Value():
            for name, each in value:
                if name in value.model_fields_set:
                    yield f"{type(value).__name__}.{name}", (*place, name)
                    yield from list_places(each, (*place, name))
        case dict():
            for key, each in value.items():
                yield from list_places(each, (*place, key))
        case tuple():
            for index, each in enumerate(value):
                yield from list_places(each, (*place, index))


PLACES: dict[str, Place] = {}
for name, place in list_places(EVERYTHING):
    PLACES.setdefault(name, place)


def replace_at(value: Any, place: Place) -> Any:
    """Return the agreement with another value at the place."""
    if not place:
        return make_other(value)
    first, *rest = place
    if isinstance(value, Value):
        return value.model_copy(update={str(first): replace_at(getattr(value, str(first)), tuple(rest))})
    if isinstance(value, dict):
        return value | {first: replace_at(value[first], tuple(rest))}
    return tuple(replace_at(each, tuple(rest)) if index == first else each for index, each in enumerate(value))


def make_other(value: Any) -> Any:
    """Return another value of the same type, or nothing in the place of an entry."""
    match value:
        case bool():
            return not value
        case Enum():
            return next(other for other in type(value) if other is not value)
        case str():
            return f"{value}x"
        case int() | Decimal():
            return value + 1
        case date():
            return value + timedelta(days=1)
        case time():
            return value.replace(minute=59)
        case tuple():
            return value[:-1]
        case dict():
            return dict(list(value.items())[:-1])
        case _:
            return None


def test_the_examples_of_the_page_have_every_field() -> None:
    assert PLACES.keys() == {f"{model.__name__}.{name}" for _, model in tables() for name in model.model_fields}


@pytest.mark.parametrize("name", sorted(PLACES.keys() - NAMES - NEVER_LEFT_OUT))
def test_a_change_of_any_field_of_a_text_is_a_difference(name: str) -> None:
    assert compare_entries(EVERYTHING, replace_at(EVERYTHING, PLACES[name])) != ()


def test_a_rule_on_discharge_is_described_for_each_of_its_tracks() -> None:
    rule = OREBRO.discharge[0].model_copy(update={"tracks": ()})
    own, other = (
        EXEMPELLAN.model_copy(update={"discharge": (each,)})
        for each in (rule, rule.model_copy(update={"tracks": ("short",)}))
    )

    assert [found.what for found in compare_entries(own, other)] == ["every track", "short"]


@pytest.mark.parametrize("row", [row for row in OREBRO.matrix if row.conditions], ids=lambda row: str(row.id))
def test_a_row_that_depends_on_conditions_is_asked_about_under_them(row: MatrixRow) -> None:
    compared = compare_matrices(OREBRO, with_row(row.id, treatment=None, performer=None, shared=True))

    assert compared.differing_questions
    assert "shared" in {difference.second.partition(" (")[0] for difference in compared.differences}


def lines_with_ages(min_age: int | None, max_age: int | None) -> list[str]:
    """List what differs if a row about coercive measures of some ages names a link as well."""
    row = next(row for row in OREBRO.matrix if row.id == "coercive-measure")
    own = row.model_copy(update={"id": "own", "min_age": min_age, "max_age": max_age, "key": Key.STAY})
    (difference,) = compare_matrices(OREBRO, changed(matrix=(*OREBRO.matrix, own))).differences
    assert "by stay" in difference.second
    return list(difference.about)


@pytest.mark.parametrize(
    ("ages", "line"),
    [
        ((17, None), "intervention coercive-measure; age other than 10"),
        ((None, 17), "intervention coercive-measure; age 10, 17"),
        ((82, None), "intervention coercive-measure; age 82"),
    ],
)
def test_the_ages_that_differ_are_described_in_the_shorter_way(ages: tuple[int | None, int | None], line: str) -> None:
    assert lines_with_ages(*ages) == [line]


def test_the_questions_that_differ_are_described_in_swedish() -> None:
    row = next(row for row in OREBRO.matrix if row.id == "coercive-measure")
    own = row.model_copy(update={"id": "own", "min_age": 17, "key": Key.STAY})
    other = changed(matrix=(*OREBRO.matrix, own))

    (difference,) = matrix_comparison.compare_matrices(OREBRO, other, language=Language.SWEDISH).differences

    assert difference.about == ("insats coercive-measure; ålder: annat än 10",)
    assert "huvudman regionen, utförare regionen, efter vistelse" in difference.second


def test_a_question_that_is_about_no_intervention_names_none() -> None:
    first, *_ = compare_matrices(OREBRO, with_row("specialist-treatment", shared=True)).differences

    assert first.about == (
        "level primary; setting ordinary; profession nurse, care-staff; person enrolled; "
        "conditions specialist-treatment",
    )
