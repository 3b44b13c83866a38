"""The answers of Örebro's text: responsibility, times, the meaning of words, and its silences."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.agreements.deadlines import Due, find_due
from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import ActName, Deadline, DisputeSubject, Holder, NotRegulated
from tests.agreements.orebro import OREBRO

R, M = Holder.REGION, Holder.MUNICIPALITY
HANDED_OVER = frozenset({"on-track-psychiatric-drugs", "criteria-met", "plan-in-force-sip"})


def answer(**changed: Any) -> Answer:
    situation = {"level": "primary", "setting": "ordinary", "age": 82, "profession": "nurse", **changed}
    found = resolve(OREBRO, Question(**situation))
    assert isinstance(found, Answer), found
    return found


# --- Who answers ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-2.1-1")
@pytest.mark.rule("ORE-2.1-9")
def test_home_care_as_a_whole_is_shared_and_each_line_still_has_its_own_principal() -> None:
    whole = answer(enrolled=True, intervention="home-care-as-a-whole")

    assert (whole.shared, whole.treatment, whole.performer) == (True, None, None)
    assert whole.clauses == ("ORE-2.1-1", "ORE-2.1-9")
    line = answer(enrolled=True)
    assert (line.shared, line.treatment) == (False, M)


@pytest.mark.rule("ORE-1.2-6")
def test_the_rehabilitation_chain_is_shared() -> None:
    assert answer(intervention="rehabilitation-chain").shared


@pytest.mark.rule("ORE-3-4")
def test_the_ultimate_medical_responsibility_is_the_physicians() -> None:
    found = answer(intervention="ultimate-medical-responsibility", enrolled=True)

    assert (found.treatment, found.named, found.clauses) == (R, ("läkaren",), ("ORE-3-4",))


@pytest.mark.rule("ORE-2.1-4")
def test_the_region_makes_physician_home_visits_as_a_framework_agreement_says() -> None:
    found = answer(intervention="physician-home-visit", enrolled=True)

    assert (found.treatment, found.performer) == (R, R)
    assert "ramavtal" in found.named[0]


@pytest.mark.rule("ORE-2.2-9")
def test_the_region_gives_the_support_that_competence_takes() -> None:
    assert answer(intervention="competence-support", enrolled=True).performer is R


@pytest.mark.rule("ORE-1.2-5")
@pytest.mark.rule("ORE-1.5-4")
@pytest.mark.parametrize(("profession", "employer"), [("occupational-therapist", M), ("physiotherapist", R)])
def test_home_care_covers_both_rehabilitation_professions_whoever_employs_them(
    profession: str, employer: Holder
) -> None:
    found = answer(enrolled=True, profession=profession)

    assert (found.employer, found.shared) == (employer, True)
    assert {"ORE-1.2-5", "ORE-1.5-4"} <= set(found.clauses)


@pytest.mark.rule("ORE-3.2-4")
def test_where_specialists_treat_the_municipality_may_perform_at_primary_level() -> None:
    found = answer(enrolled=True, conditions=frozenset({"specialist-treatment"}))

    assert (found.treatment, found.performer, found.named) == (R, M, ("specialiserad vård",))
    assert found.clauses == ("ORE-3.2-4",)


@pytest.mark.rule("ORE-2.2-7")
@pytest.mark.rule("ORE-1.5-3")
def test_specialised_care_may_treat_at_home_and_who_performs_is_not_named() -> None:
    found = answer(level="specialised", enrolled=True)

    assert (found.treatment, found.performer, found.named) == (R, None, ("specialiserad vård",))
    assert found.clauses == ("ORE-2.2-7", "ORE-1.5-3")


@pytest.mark.rule("ORE-3.2.1-1")
@pytest.mark.rule("ORE-3.2.1-R1")
def test_psychiatry_treats_and_the_municipality_handles_the_drugs() -> None:
    found = answer(enrolled=True, intervention="psychiatric-drug-handling", conditions=HANDED_OVER)

    assert (found.treatment, found.performer, found.named) == (R, M, ("öppenvården i psykiatrin",))
    assert found.clauses[:2] == ("ORE-3.2.1-1", "ORE-3.2.1-R1")


@pytest.mark.rule("ORE-3.2.1-12")
@pytest.mark.parametrize("condition", sorted(HANDED_OVER))
def test_the_drugs_stay_with_psychiatry_while_any_of_it_is_wanting(condition: str) -> None:
    found = answer(enrolled=True, intervention="psychiatric-drug-handling", conditions=HANDED_OVER - {condition})

    assert (found.performer, found.clauses) == (R, ("ORE-3.2.1-12",))


@pytest.mark.rule("ORE-3.4.1-1")
@pytest.mark.rule("ORE-3.4.1-2")
def test_cognitive_aids_pass_from_psychiatry_to_the_municipality_at_a_move_to_special_housing() -> None:
    at_home = answer(intervention="cognitive-aid", conditions=frozenset({"psychiatric-outpatient"}))
    moved = answer(intervention="cognitive-aid", setting="special", conditions=frozenset({"psychiatric-outpatient"}))

    assert (at_home.treatment, at_home.performer, at_home.named) == (R, R, ("psykiatrin",))
    assert (moved.treatment, moved.performer) == (M, M)


@pytest.mark.rule("ORE-3.4.1-3")
@pytest.mark.parametrize("aid", ["walking-aid", "housing-adaptation", "adl-aid"])
def test_physical_aids_are_not_psychiatrys_also_for_its_patients(aid: str) -> None:
    found = answer(intervention=aid, conditions=frozenset({"psychiatric-outpatient"}))

    assert (found.treatment, found.named, found.clauses) == (None, (), ("ORE-3.4.1-3",))


# --- When -------------------------------------------------------------------------------------------------------------


def deadline(name: str) -> Deadline:
    found = OREBRO.deadline(name)
    assert isinstance(found, Deadline)
    return found


@pytest.mark.rule("ORE-3.1.4-1")
def test_planning_is_to_be_prompt_within_its_week() -> None:
    found = find_due(OREBRO, "prompt-planning", datetime(2025, 4, 4, 9, tzinfo=UTC))

    assert isinstance(found, Due)
    assert (found.rule, found.day, found.words) == ("ORE-3.1.4-1", None, "skyndsamt")


@pytest.mark.rule("ORE-3.1.4-3")
def test_the_week_matters_above_all_after_discharge_planning() -> None:
    assert deadline("joint-planning").priority == ("inpatient-discharge",)
    assert "ORE-3.1.4-3" in deadline("joint-planning").clauses


@pytest.mark.parametrize(
    ("name", "day", "rule"),
    [
        pytest.param("interim7", date(2025, 9, 8), "ORE-3.3-2", marks=pytest.mark.rule("ORE-3.3-2")),
        pytest.param("plan-content-published", date(2025, 9, 1), "ORE-3.3-5", marks=pytest.mark.rule("ORE-3.3-5")),
        pytest.param("supplement-review", date(2026, 9, 1), "ORE-4.1.2-6", marks=pytest.mark.rule("ORE-4.1.2-6")),
    ],
)
def test_a_limit_with_a_number_has_its_last_day(name: str, day: date, rule: str) -> None:
    found = find_due(OREBRO, name, datetime(2025, 9, 1, 10, tzinfo=UTC))

    assert isinstance(found, Due)
    assert (found.day, found.rule) == (day, rule)
    assert not found.is_late(datetime(day.year, day.month, day.day, 21, 59, tzinfo=UTC))
    assert found.is_late(datetime(day.year, day.month, day.day, 22, tzinfo=UTC))


@pytest.mark.rule("ORE-4.2-7")
def test_the_supplement_is_presented_in_december_and_paid_in_january() -> None:
    assert (deadline("supplement-presented").months, deadline("supplement-paid").months) == ((12,), (1,))


# --- Words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "says", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[2]))
        for each in (
            ("health-care", "både medicinska och rehabiliterande insatser", "ORE-1.5-1"),
            ("primary-care", "inte kräver särskilda medicinska eller tekniska resurser", "ORE-1.5-2"),
            ("health-care-at-home", "av primärvården eller den specialiserade vården", "ORE-1.5-3"),
            ("home-care", "vård upp till sjuksköterskenivå", "ORE-1.5-4"),
            ("specialised-care", "mer specialiserade åtgärder än primärvården kan ge", "ORE-1.5-6"),
            ("multiprofessional-team", "olika yrken eller kompetenser", "ORE-1.5-7"),
            ("individual", "orden betyder samma sak", "ORE-1.5-9"),
            ("advanced-intervention", "förändras över tid", "ORE-2.2-8"),
            ("prepare-drugs", "dela upp läkemedlet i doser", "ORE-3.2.1-13"),
            ("rehabilitation", "på vårdcentral och i hemmet", "ORE-3.4-1"),
            ("rehabilitation-team", "logoped, kurator, dietist, psykolog", "ORE-3.4-8"),
        )
    ],
)
def test_the_agreement_says_what_its_words_mean(word: str, says: str, rule: str) -> None:
    (found,) = [known for known in OREBRO.definitions if known.id == word]

    assert says in found.meaning
    assert rule in found.clauses


@pytest.mark.rule("ORE-3.4-8")
def test_every_profession_that_a_rehabilitation_team_may_include_has_a_word() -> None:
    (team,) = [known for known in OREBRO.definitions if known.id == "rehabilitation-team"]

    for profession, label in OREBRO.vocabulary.professions.items():
        assert label in team.meaning, profession


@pytest.mark.rule("ORE-3.4-1")
def test_rehabilitation_at_the_health_centre_and_at_home_is_in_scope() -> None:
    assert OREBRO.scope.settings == ("ordinary", "health-centre")
    assert "ORE-3.4-1" in OREBRO.scope.clauses


# --- Other documents, disagreement and silence -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[1]))
        for each in (
            ("principles", "ORE-3.1.3-13"),
            ("physician-framework", "ORE-2.1-4"),
            ("referral-regulation", "ORE-3.1.2-8"),
            ("discharge-agreement", "ORE-3-6"),
            ("sip-routine", "ORE-3.2.1-R7"),
            ("referral-form", "ORE-3.1.2-2"),
            ("development-budget", "ORE-4.1-3"),
            ("health-centre-allocation", "ORE-4.2-5"),
            ("drug-definitions", "ORE-3.2.1-13"),
        )
    ],
)
def test_a_document_that_is_not_in_the_source_is_cited(reference: str, rule: str) -> None:
    (found,) = [each for each in OREBRO.external_references if each.id == reference]

    assert rule in found.clauses


@pytest.mark.rule("ORE-3.1.3-13")
def test_the_procedure_is_for_disagreement_on_enrolment() -> None:
    dispute = OREBRO.dispute

    assert dispute is not None
    assert dispute.subjects == (DisputeSubject.REFERRAL, DisputeSubject.ENROLMENT)
    assert (dispute.steps, dispute.decider) == ((), None)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("number", range(1, 24))
def test_every_silence_of_the_catalogue_is_noted_and_handled(number: int) -> None:
    (silence,) = [each for each in OREBRO.silences if each.id == f"S{number}"]

    assert silence.handling
    assert all(OREBRO.silence(about).silences == (silence.id,) for about in silence.about)


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        pytest.param("internal-organisation", "ORE-1.1-5", marks=pytest.mark.rule("ORE-1.1-5")),
        pytest.param("investigation-extent", "ORE-3.1.3-3", marks=pytest.mark.rule("ORE-3.1.3-3")),
    ],
)
def test_the_text_itself_leaves_this_to_the_parties(about: str, rule: str) -> None:
    (silence,) = [each for each in OREBRO.silences if about in each.about]

    assert silence.clauses == (rule,)
    assert OREBRO.silence(about) == NotRegulated(what=about, silences=(about,))


@pytest.mark.rule("ORE-1.1-5")
def test_any_unit_of_the_municipality_may_do_its_acts() -> None:
    municipal = [who for rule in OREBRO.acts.values() for who in rule.by if who.party == "municipality"]

    assert all(who.unit_kinds == () for who in municipal)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("act", [ActName.RECORD_DEATH, ActName.RECORD_MOVE, ActName.TRANSFER_ORDERER])
def test_an_act_that_the_document_does_not_mention_is_given_to_nobody(act: ActName) -> None:
    assert act not in OREBRO.acts


@pytest.mark.rule("SYS-7")
def test_incontinence_care_of_the_deceased_and_what_follows_a_move_are_not_regulated() -> None:
    assert {"incontinence-consumables", "care-of-deceased"}.isdisjoint(OREBRO.vocabulary.interventions)
    assert OREBRO.silence("incontinence").silences == ("S17",)
    assert (OREBRO.jurisdiction, OREBRO.self_care) == (None, None)
