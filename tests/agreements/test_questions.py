"""Questions to a text from the command line, and the facts that its answers depend on."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.agreements.matrix import Answer, Conflict
from domain.agreements.open_facts import AgeSpan, Inquiry, SituationFact, answer_inquiry, matrix_of
from service.commands import agreement
from tests.agreements.counties import GAVLEBORG, VASTMANLAND
from tests.agreements.orebro import OREBRO

DRAFT = Path(__file__).parent / "another-county.toml"
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
