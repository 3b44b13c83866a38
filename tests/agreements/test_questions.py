"""Questions to a text from the command line, and the facts that its answers depend on."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from domain.agreements.matrix import Answer, Conflict
from domain.agreements.model import Agreement, Exclusion, Holder, MatrixRow
from domain.agreements.open_facts import (
    OLDEST,
    AgeSpan,
    FactValue,
    Inquiry,
    Matrix,
    SituationFact,
    answer_inquiry,
    list_spans,
    matrix_of,
)
from domain.authoring.background import list_rows, load_national
from domain.authoring.publication import load
from domain.intervention import CareLevel
from service.commands import agreement
from tests.agreements.counties import GAVLEBORG, VASTMANLAND
from tests.agreements.orebro import OREBRO

DRAFT = Path(__file__).parent / "another-county.toml"
ASSESSED = "assessed-as-self-care"
COUNTIES = [OREBRO, VASTMANLAND, GAVLEBORG]


def run(*arguments: str) -> Result:
    """Run `kvittens agreement ask`."""
    return CliRunner().invoke(agreement.app, ["ask", *arguments])


def test_an_author_asks_a_draft_and_reads_who_by_which_clause() -> None:
    said = run(str(DRAFT), "--profession", "physiotherapist").output

    assert "Hemsjukvård i Exempellän, version 2" in said
    assert "Fråga: yrke: sjukgymnast" in said
    assert "Tas för givet: vårdnivå: primärvård; boendeform: ordinärt boende" in said
    assert "huvudman kommunen, utförare kommunen, arbetsgivare kommunen" in said
    assert "EXA-4" in said


def test_an_answer_that_differs_by_age_names_the_age_and_both_answers() -> None:
    said = run(str(DRAFT), "--intervention", "ventilator").output

    assert "Svar: inte reglerat" in said
    assert "Svaret beror på yrke, vårdnivå, boendeform, ålder" in said
    assert "om ålder: till och med 17 år: huvudman regionen" in said


@pytest.mark.rule("SYS-7")
def test_a_word_that_the_draft_does_not_have_is_named_with_those_that_it_has() -> None:
    result = run(str(DRAFT), "--profession", "dentist")

    assert result.exit_code == 1
    assert "physiotherapist" in result.output
    assert "dentist" not in result.output


def test_a_program_reads_the_answer_of_a_published_version() -> None:
    circumstances = ("--circumstance", "criteria-met", "--circumstance", "asylum-seeker")
    asked = ("--profession", "nurse", "--age", "40", *circumstances)
    said = json.loads(run("vml-overtagande 1", *asked, "--json").output)

    assert (said["responsible"]["performer"], said["responsible"]["key"]) == ("municipality", "stay")
    assert said["question"]["circumstances"] == ["asylum-seeker", "criteria-met"]


# --- Facts that are left open -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", COUNTIES, ids=lambda version: version.county)
@pytest.mark.parametrize("profession", ["nurse", "occupational-therapist", None])
def test_each_single_fact_that_changes_the_answer_is_named(version: object, profession: str | None) -> None:
    assert isinstance(version, type(OREBRO))
    matrix, inquiry = matrix_of(version), Inquiry(profession=profession)
    reply = answer_inquiry(matrix, inquiry)

    def differs(**facts: object) -> bool:
        other = answer_inquiry(matrix, inquiry.model_copy(update=facts)).answer
        return holders(other) != holders(reply.answer)

    changing = {
        "level": any(differs(level=level) for level in version.vocabulary.levels),
        "setting": any(differs(setting=setting) for setting in version.vocabulary.settings),
        "age": any(differs(age=age) for age in (0, 17, 18, 99)),
        "enrolled": differs(enrolled=True),
        "circumstances": any(differs(circumstances=frozenset({word})) for word in version.vocabulary.conditions),
        "intervention": any(differs(intervention=word) for word in version.vocabulary.interventions),
    }
    assert {fact for fact, changes in changing.items() if changes} <= set(reply.depends_on)


def holders(answer: object) -> object:
    """Return the parties that an answer names."""
    if isinstance(answer, Answer):
        return (answer.treatment, answer.performer, answer.employment.employer, answer.shared, answer.key)
    return answer.rows if isinstance(answer, Conflict) else (None, None, None, False, None)


def test_a_fact_that_is_known_is_not_named_and_spans_of_age_are_joined() -> None:
    matrix = matrix_of(OREBRO)
    drugs = Inquiry(intervention="psychiatric-drug-handling", setting="ordinary")
    handed_over = drugs.model_copy(
        update={"circumstances": frozenset({"on-track-psychiatric-drugs", "criteria-met", "plan-in-force-sip"})}
    )
    open_fully, open_partly = (answer_inquiry(matrix, each) for each in (drugs, handed_over))

    assert SituationFact.SETTING not in open_fully.depends_on
    assert open_partly.depends_on == (SituationFact.AGE, SituationFact.ENROLLED)
    (municipal,) = (each for each in open_partly.alternatives if SituationFact.AGE in each.facts)
    assert municipal.facts == {
        SituationFact.AGE: (AgeSpan(lowest=18, highest=None),),
        SituationFact.ENROLLED: (True,),
    }


def list_facts(version: Agreement, **known: Any) -> list[dict[SituationFact, Any]]:
    """List the facts on which the answer to a question depends, those of each other answer by themselves."""
    reply = answer_inquiry(matrix_of(version), Inquiry(**known))
    return [dict(each.facts) for each in reply.alternatives]


@pytest.mark.rule("ORE-3.4-3")
def test_a_fact_that_is_taken_for_granted_is_not_named_among_those_that_change_the_answer() -> None:
    therapist = list_facts(OREBRO, profession="occupational-therapist")
    aid = list_facts(OREBRO, profession="occupational-therapist", intervention="cognitive-aid")

    assert {SituationFact.CIRCUMSTANCES: ("specialist-rehabilitation-need",)} in therapist
    assert {SituationFact.CIRCUMSTANCES: ("psychiatric-outpatient",)} in aid


def test_a_rule_about_another_profession_changes_no_answer() -> None:
    facts = list_facts(OREBRO, profession="care-staff")
    of_level = [each for each in facts if SituationFact.LEVEL in each and SituationFact.INTERVENTION not in each]

    assert of_level == [{SituationFact.LEVEL: (CareLevel.SPECIALISED,)}]


@pytest.mark.rule("GAV-9-2")
def test_an_answer_that_holds_up_to_an_age_names_the_ages_through_it_and_what_it_is_about() -> None:
    children = (AgeSpan(lowest=None, highest=17),)
    of_children = [each for each in list_facts(GAVLEBORG) if each.get(SituationFact.AGE) == children]

    assert {"ventilator", "self-care"} <= {
        word for each in of_children for word in each.get(SituationFact.INTERVENTION, ())
    }


@pytest.mark.rule("SKR-3-5")
def test_where_the_level_is_not_known_primary_care_is_named_if_a_rule_must_be_told() -> None:
    device: dict[str, Any] = {"intervention": "technical-device", "setting": "special"}
    primary = {SituationFact.LEVEL: (CareLevel.PRIMARY,)}

    assert primary in list_facts(VASTMANLAND, **device, profession="care-staff")
    assert {SituationFact.PROFESSION: ("care-staff",), **primary} in list_facts(VASTMANLAND, **device)


@pytest.mark.rule("ORE-1.1-2")
def test_care_that_can_never_be_municipal_changes_an_answer_also_where_no_row_is_about_it() -> None:
    rows = tuple(row for row in OREBRO.matrix if "physician" not in row.professions)
    handed_over = {"on-track-psychiatric-drugs", "criteria-met", "plan-in-force-sip"}
    drugs = {"intervention": "psychiatric-drug-handling", "age": 40, "enrolled": True, "circumstances": handed_over}

    facts = list_facts(OREBRO.model_copy(update={"matrix": rows}), **drugs)

    assert {SituationFact.PROFESSION: ("physician",)} in facts


def test_an_answer_by_what_always_holds_says_so_only_under_an_agreement() -> None:
    helped = Inquiry(intervention="social-services")
    answers = [answer_inquiry(matrix, helped).answer for matrix in (matrix_of(OREBRO), NATIONAL)]

    assert [isinstance(answer, Answer) and answer.always for answer in answers] == [True, False]


@pytest.mark.parametrize(
    ("lowest", "highest", "ages"),
    [(18, 64, [18, 64]), (None, 18, [0, 17, 18]), (18, None, [18, 64, 65, OLDEST]), (0, 0, [0])],
)
def test_a_span_has_its_first_and_its_last_age(lowest: int | None, highest: int | None, ages: list[int]) -> None:
    span = AgeSpan(lowest=lowest, highest=highest)

    assert [age for age in (0, 17, 18, 64, 65, OLDEST) if span.has(age)] == ages


def test_ages_that_do_not_follow_on_each_other_stay_apart() -> None:
    until_80 = MatrixRow(
        id="until-80", max_age=80, treatment=Holder.REGION, performer=Holder.REGION, clauses=("SKR-3-5",)
    )
    between = until_80.model_copy(
        update={"id": "between", "min_age": 18, "max_age": 64, "performer": Holder.MUNICIPALITY}
    )
    matrix = Matrix(agreement=None, rows=(until_80, between), settings=("ordinary",), levels=())

    ages = [each.facts[SituationFact.AGE] for each in answer_inquiry(matrix, Inquiry()).alternatives]

    assert ages == [
        (AgeSpan(lowest=None, highest=17), AgeSpan(lowest=65, highest=80)),
        (AgeSpan(lowest=18, highest=64),),
    ]


@pytest.mark.parametrize("highest", [OLDEST - 1, OLDEST, OLDEST + 1])
def test_no_span_begins_after_the_highest_age_of_a_question(highest: int) -> None:
    row = OREBRO.matrix[0].model_copy(update={"max_age": highest})
    firsts = [span.lowest for span in list_spans(Matrix(agreement=None, rows=(row,), settings=(), levels=()))]

    assert firsts == ([None, OLDEST] if highest < OLDEST else [None])


# --- Every answer, compared with the matrix itself --------------------------------------------------------------------

NATIONAL = Matrix(
    agreement=None, rows=list_rows(load_national()), settings=("ordinary", "special"), levels=("primary", "specialised")
)
MATRICES = {version.county: matrix_of(version) for version in [*COUNTIES, load(DRAFT.read_bytes())]} | {"": NATIONAL}


@st.composite
def situations(draw: st.DrawFn, matrix: Matrix) -> tuple[Inquiry, Inquiry]:
    """Draw a question that leaves facts open, and a situation in which each of them is something.

    That care is assessed as self-care is a circumstance like those of the rows.
    """

    def one(words: Iterable[str]) -> str:
        return draw(st.sampled_from([*sorted(words), "another"]))

    rows: list[MatrixRow | Exclusion] = [*matrix.rows, *matrix.never_municipal]
    circumstances = sorted({ASSESSED, *(word for row in matrix.rows for word in row.conditions)})
    whole: dict[str, Any] = {
        "intervention": one(word for each in rows for word in each.interventions),
        "profession": one(word for each in rows for word in each.professions),
        "level": draw(st.sampled_from(matrix.levels)),
        "setting": draw(st.sampled_from(matrix.settings)),
        "age": draw(st.integers(0, OLDEST)),
        "enrolled": draw(st.booleans()),
        "single_intervention": draw(st.booleans()),
        "circumstances": draw(st.frozensets(st.sampled_from(circumstances), max_size=4)),
    }
    is_open = draw(st.sets(st.sampled_from(sorted(whole)), min_size=1))
    return Inquiry.model_validate({name: whole[name] for name in whole if name not in is_open}), Inquiry(**whole)


@pytest.mark.rule("VML-2-4")
def test_what_stays_with_the_region_at_ages_that_a_text_does_not_cover_is_named() -> None:
    asked = Inquiry(intervention="immediate-care", level="primary", setting="ordinary", single_intervention=False)

    children = (AgeSpan(lowest=None, highest=17),)
    alternatives = answer_inquiry(matrix_of(VASTMANLAND), asked).alternatives

    (kept,) = (each for each in alternatives if each.facts.get(SituationFact.AGE) == children)
    assert isinstance(kept.answer, Answer)
    assert (kept.answer.treatment, kept.answer.clauses) == (Holder.REGION, ("VML-2-4",))
    assert "care-staff" in kept.facts[SituationFact.PROFESSION]


@pytest.mark.rule("VML-2-4")
def test_a_circumstance_that_decides_at_an_age_that_a_text_does_not_cover_is_named_if_nobody_gave_it() -> None:
    asked = Inquiry(intervention="impairment-training", level="primary", setting="ordinary", age=10)

    reply = answer_inquiry(matrix_of(VASTMANLAND), asked)

    assert "requires-home" in reply.not_holding
    assert {each.facts.get(SituationFact.CIRCUMSTANCES) for each in reply.alternatives} >= {("requires-home",)}


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
@given(data=st.data())
def test_what_would_change_an_answer_is_named_and_what_is_named_changes_it(matrix: Matrix, data: st.DataObject) -> None:
    inquiry, situation = data.draw(situations(matrix))
    reply, truth = answer_inquiry(matrix, inquiry), answer_inquiry(matrix, situation).answer

    for each in reply.alternatives:
        assert holders(each.answer) != holders(reply.answer)
        for facts in complete(each.facts):
            stated = inquiry.model_copy(
                update=facts | {"circumstances": inquiry.circumstances | facts["circumstances"]}
            )
            assert answer_inquiry(matrix, stated).answer == each.answer
    if holders(truth) != holders(reply.answer):
        assert any(is_in(situation, each.facts) for each in reply.alternatives)


@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)
@given(data=st.data())
def test_every_circumstance_that_can_change_an_answer_and_nobody_gave_is_named(
    matrix: Matrix, data: st.DataObject
) -> None:
    inquiry, situation = data.draw(situations(matrix))
    reply = answer_inquiry(matrix, inquiry)
    other = inquiry.circumstances | (situation.circumstances - set(reply.not_holding))

    assert (SituationFact.CIRCUMSTANCES in reply.assumed) is bool(reply.not_holding)
    assert not inquiry.circumstances & set(reply.not_holding)
    assert answer_inquiry(matrix, inquiry.model_copy(update={"circumstances": other})).answer == reply.answer


@pytest.mark.rule("VML-4-1", "VML-4-2")
def test_a_threshold_that_nobody_has_said_is_met_is_taken_not_to_be() -> None:
    asked = Inquiry(profession="nurse", level="primary", setting="ordinary", age=82)
    matrix = matrix_of(VASTMANLAND)
    before, after = (
        answer_inquiry(matrix, asked.model_copy(update={"circumstances": frozenset(words)}))
        for words in ((), ("criteria-met",))
    )

    assert "criteria-met" in before.not_holding
    assert before.assumed[-1] is SituationFact.CIRCUMSTANCES
    assert "criteria-met" not in after.not_holding
    assert isinstance(before.answer, Answer)
    assert before.answer.clauses == ("VML-4-1",)
    assert "lss-group-1" not in before.not_holding  # which only another intervention depends on


@pytest.mark.rule("GAV-5-1")
def test_self_care_that_nobody_has_said_is_assessed_is_taken_not_to_be() -> None:
    reply = answer_inquiry(matrix_of(GAVLEBORG), Inquiry(intervention="self-care", profession="nurse", age=11))
    (guardian,) = (each for each in reply.alternatives if each.facts == {SituationFact.CIRCUMSTANCES: (ASSESSED,)})

    assert ASSESSED in reply.not_holding
    assert isinstance(reply.answer, Answer)
    assert reply.answer.treatment is Holder.REGION
    assert isinstance(guardian.answer, Answer)
    assert guardian.answer.treatment is Holder.GUARDIAN


def complete(facts: Mapping[SituationFact, Sequence[FactValue]]) -> Iterator[dict[str, Any]]:
    """Yield each combination of the values of some facts, with the first and the last age of each span."""
    circumstances = frozenset(facts.get(SituationFact.CIRCUMSTANCES, ()))
    others = {fact: values for fact, values in facts.items() if fact is not SituationFact.CIRCUMSTANCES}
    each_way = [[end for value in values for end in _ends(value)] for values in others.values()]
    for combination in product(*each_way):
        yield dict(zip(others, combination, strict=True)) | {"circumstances": circumstances}


def _ends(value: FactValue) -> tuple[object, ...]:
    if not isinstance(value, AgeSpan):
        return (value,)
    return (value.lowest or 0, OLDEST if value.highest is None else value.highest)


def is_in(situation: Inquiry, facts: Mapping[SituationFact, Sequence[FactValue]]) -> bool:
    """Return True if the facts are so in a situation."""
    for fact, values in facts.items():
        said = getattr(situation, fact)
        if fact is SituationFact.CIRCUMSTANCES:
            held = said.issuperset(values)
        elif fact is SituationFact.AGE:
            held = any(isinstance(value, AgeSpan) and value.has(said) for value in values)
        else:
            held = said in values
        if not held:
            return False
    return True
