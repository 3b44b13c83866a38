"""The national background: every version is checked against it, and no version needs to repeat it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from domain.agreements.content import find_missing, find_missing_fields
from domain.agreements.matrix import Answer, NoAgreement, Question, resolve, resolve_without_agreement
from domain.agreements.model import Agreement, Guard, Holder, Key, NotRegulated, StatementRule
from domain.authoring.background import (
    Background,
    Check,
    complete,
    list_rows,
    load_national,
)
from domain.authoring.consistency import find_faults
from domain.authoring.faults import TextFault
from domain.authoring.publication import load, load_published
from domain.authoring.validation import check
from domain.kernel import Party
from service.commands import agreement as commands
from tests.agreements.orebro import OREBRO
from tests.agreements.published import find_in_force, list_rows_of

COUNTY = Path(__file__).with_name("another-county.toml").read_text("utf-8")
R, M = Holder.REGION, Holder.MUNICIPALITY

WORDS = {
    "levels": 'specialised = "specialiserad vård"',
    "professions": 'nurse = "sjuksköterska"',
    "interventions": 'social-services = "hemtjänst"\nhospital-substituting-care = "sjukhusvård"\naid = "hjälpmedel"',
}


def county_with(*row: str) -> str:
    """Return another county's text with more words and one row more."""
    text = COUNTY
    for dimension, words in WORDS.items():
        text = text.replace(f"[vocabulary.{dimension}]\n", f"[vocabulary.{dimension}]\n{words}\n")
    text = text.replace('id = "physiotherapist"\n', 'id = "physiotherapist"\nlevels = ["primary"]\noverrides = true\n')
    added = "\n".join(("[[matrix]]", 'id = "added"', *row, 'clauses = ["EXA-4"]'))
    return text.replace("[[never_municipal]]", f"{added}\n\n[[never_municipal]]", 1)


def contradiction(*row: str) -> TextFault:
    """Return the one fault of the county's text with the row added."""
    text = county_with(*row)
    (fault,) = check(text.encode())
    assert text.splitlines()[fault.line - 1] in ("[[matrix]]", *row)
    return fault


def rules_in(fault: TextFault) -> list[str]:
    return fault.what.partition("against ")[2].partition(":")[0].split(", ")


def contradicted(*row: str) -> list[str]:
    return rules_in(contradiction(*row))


def sound(*row: str) -> Agreement:
    return load(county_with(*row).encode())


@pytest.mark.rule("INF-2-7")
@pytest.mark.rule("INF-3-2")
@pytest.mark.rule("SKR-3-3")
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_no_version_gives_physicians_to_the_municipality(setting: str) -> None:
    text = county_with(f'settings = ["{setting}"]', 'professions = ["physician"]', 'performer = "municipality"')
    against = [fault for fault in check(text.encode()) if "INF-2-7" in fault.what]

    assert [rules_in(fault) for fault in against] == [["INF-2-7", "INF-3-2", "SKR-3-3"]]
    assert against[0].remedy.startswith("write region, leave it out")


def without_never(*row: str) -> Agreement:
    text = county_with(*row).replace('professions = ["physician"]\nclauses', "professions = []\nclauses")
    return load(text.encode())


@pytest.mark.rule("INF-2-7")
def test_no_county_gives_a_physicians_care_to_the_municipality_even_if_its_text_is_silent() -> None:
    agreement = without_never('levels = ["primary"]', 'settings = ["ordinary"]', 'treatment = "municipality"')
    nurse = Question(level="primary", setting="ordinary", age=82, profession="nurse")
    physician = nurse.model_copy(update={"profession": "physician"})

    assert isinstance(resolve(agreement, nurse), Answer)
    found = resolve(agreement, physician)
    assert isinstance(found, Answer)
    assert (found.performer, found.always) == (R, True)


@pytest.mark.rule("SKR-3-4")
@pytest.mark.rule("SKR-3-7")
@pytest.mark.parametrize(
    "row",
    [
        ('levels = ["specialised"]', 'treatment = "municipality"'),
        ('levels = ["primary", "specialised"]', 'professions = ["nurse"]', 'treatment = "municipality"'),
        ('settings = ["ordinary"]', 'professions = ["nurse"]', 'treatment = "municipality"'),
    ],
)
def test_no_version_transfers_specialised_care(row: Sequence[str]) -> None:
    assert contradicted(*row) == ["SKR-3-4", "SKR-3-7"]


@pytest.mark.rule("SKR-3-4")
def test_the_municipality_may_perform_specialised_care_if_the_region_is_principal() -> None:
    agreement = sound('levels = ["specialised"]', 'treatment = "region"', 'performer = "municipality"')
    answer = resolve(agreement, Question(level="specialised", setting="ordinary", profession="nurse"))

    assert isinstance(answer, Answer)
    assert (answer.treatment, answer.performer) == (R, M)


@pytest.mark.rule("INF-3-1")
@pytest.mark.rule("SKR-3-5")
@pytest.mark.parametrize("profession", ["nurse", "physiotherapist"])
def test_no_version_keeps_health_care_in_special_housing_with_the_region(profession: str) -> None:
    row = ('levels = ["primary"]', 'settings = ["special"]', f'professions = ["{profession}"]', 'treatment = "region"')

    assert contradicted(*row) == ["INF-3-1", "SKR-3-5"]


def test_a_row_without_a_profession_answers_for_every_profession() -> None:
    row = ('levels = ["primary"]', 'settings = ["special"]', 'treatment = "region"')

    assert contradicted(*row) == ["INF-3-1", "SKR-3-5"]


def test_a_row_about_one_kind_of_intervention_answers_only_for_it() -> None:
    sound('settings = ["special"]', 'interventions = ["aid"]', 'treatment = "region"')
    sound('interventions = ["aid"]', 'treatment = "municipality"')


def test_a_check_of_one_kind_of_intervention_concerns_rows_about_it_that_leave_the_level_open() -> None:
    aids = Check(id="aids", title="aids", levels=("primary",), interventions=("aid",), treatment=R, clauses=("INF-1",))
    background = BOTH[0].model_copy(update={"checks": (aids,)})
    agreement = sound('interventions = ["aid"]', 'treatment = "municipality"')

    assert "is municipality, against INF-1: aids" in {fault.what for fault in find_faults(agreement, {}, [background])}


def test_a_row_about_children_does_not_answer_for_adults() -> None:
    sound('levels = ["primary"]', "max_age = 17", 'treatment = "region"')
    assert contradicted('levels = ["primary"]', "max_age = 18", 'treatment = "region"') == ["INF-3-1", "SKR-3-5"]


@pytest.mark.rule("INF-2-3")
def test_no_version_gives_care_instead_of_hospital_to_the_municipality() -> None:
    row = ('interventions = ["hospital-substituting-care"]', 'treatment = "municipality"')

    assert contradicted(*row) == ["INF-2-3"]


@pytest.mark.rule("SKR-3-6")
def test_no_version_gives_social_services_to_the_region() -> None:
    assert contradicted('interventions = ["social-services"]', 'treatment = "region"') == ["SKR-3-6"]


@pytest.mark.rule("SKR-7-2")
def test_a_provider_is_the_employer_of_its_own_staff() -> None:
    row = ('levels = ["primary"]', 'professions = ["nurse"]', 'performer = "municipality"', 'employer = "region"')

    assert contradicted(*row) == ["SKR-7-2"]


NURSE = ('levels = ["primary"]', 'settings = ["ordinary"]', 'professions = ["nurse"]')
SPECIALIST_NURSE = ('levels = ["specialised"]', 'professions = ["nurse"]')


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        pytest.param(
            (*NURSE, 'way = "transfer"', 'treatment = "municipality"', 'performer = "region"'),
            "SKR-10-1",
            marks=pytest.mark.rule("SKR-10-1"),
        ),
        pytest.param(
            (*NURSE, 'way = "cooperation"', 'treatment = "region"', 'performer = "municipality"'),
            "SKR-10-2",
            marks=pytest.mark.rule("SKR-10-2"),
        ),
        pytest.param(
            (*NURSE, 'way = "primary-agreement"', 'performer = "municipality"'),
            "SKR-10-3",
            marks=pytest.mark.rule("SKR-10-3"),
        ),
        pytest.param(
            (*SPECIALIST_NURSE, 'way = "specialised-agreement"', 'performer = "municipality"'),
            "SKR-10-4",
            marks=pytest.mark.rule("SKR-10-4"),
        ),
    ],
)
def test_a_row_that_contradicts_its_form_of_cooperation_is_reported(row: Sequence[str], rule: str) -> None:
    assert contradicted(*row) == [rule]


@pytest.mark.rule("SKR-10-4")
def test_an_agreement_on_specialised_tasks_leaves_the_region_principal() -> None:
    row = (
        *SPECIALIST_NURSE,
        'way = "specialised-agreement"',
        'treatment = "municipality"',
        'performer = "municipality"',
    )

    assert contradicted(*row) == ["SKR-3-4", "SKR-3-7", "SKR-10-4"]


@pytest.mark.parametrize(
    "row",
    [
        (*NURSE, 'way = "transfer"', 'treatment = "municipality"', 'performer = "municipality"'),
        (*NURSE, 'way = "cooperation"', 'treatment = "region"', 'performer = "region"'),
        (*NURSE, 'way = "primary-agreement"', 'treatment = "region"', 'performer = "municipality"'),
        (*SPECIALIST_NURSE, 'way = "specialised-agreement"', 'treatment = "region"', 'performer = "municipality"'),
        NURSE,
    ],
)
def test_every_form_of_cooperation_can_be_written_and_silence_contradicts_nothing(row: Sequence[str]) -> None:
    assert [row.id for row in sound(*row).matrix if not row.always][-1] == "added"


@pytest.mark.rule("SKR-2-1")
def test_the_background_is_never_in_force() -> None:
    counties = {agreement.county for agreement in load_published().agreements}

    assert all(isinstance(each, Background) for each in load_national())
    assert counties & {"background", *(each.id for each in load_national())} == set()
    assert find_in_force("background", datetime(2025, 4, 1, 12, tzinfo=UTC)) is None


def without(**changed: Any) -> Answer:
    question = Question(**{"level": "primary", "setting": "ordinary", "age": 82, "profession": "nurse", **changed})
    found = resolve_without_agreement(list_rows(load_national()), question)
    assert isinstance(found, NoAgreement)
    assert isinstance(found.answer, Answer), found
    return found.answer


@pytest.mark.rule("SKR-3-8")
def test_without_an_agreement_the_region_keeps_its_duty() -> None:
    answer = without()

    assert (answer.treatment, answer.performer, answer.derived) == (R, R, True)
    assert "SKR-3-8" in answer.clauses


@pytest.mark.rule("INF-2-4")
def test_primary_care_gives_home_care_if_the_region_is_principal() -> None:
    assert without().named == ("primärvården (vårdcentral eller motsvarande)",)


@pytest.mark.rule("INF-2-8")
def test_a_person_at_home_turns_to_the_family_doctor_and_a_visit_is_not_promised() -> None:
    answer = without(profession="physician")

    assert (answer.treatment, answer.key, answer.named) == (R, Key.LISTING, ("husläkaren",))
    (row,) = list_rows_of(answer, list_rows(BOTH))
    assert "inte utlovat" in (row.note or "")
    assert without(profession="physician", setting="special").named == ()


@pytest.mark.rule("SKR-4-1")
def test_primary_level_is_not_an_organisation() -> None:
    assert {setting: without(setting=setting).performer for setting in ("ordinary", "special")} == {
        "ordinary": R,
        "special": M,
    }


@pytest.mark.rule("INF-2-1")
def test_responsibility_for_basic_home_care_differs_between_municipalities_on_the_same_day() -> None:
    question = Question(level="primary", setting="ordinary", age=82, profession="nurse", enrolled=True)
    transferred = resolve(OREBRO, question)

    assert isinstance(transferred, Answer)
    assert (transferred.treatment, without(enrolled=True).treatment) == (M, R)


@pytest.mark.parametrize(
    ("situation", "treatment", "rule"),
    [
        pytest.param(
            {"profession": "physician", "setting": "special"}, R, "SKR-3-3", marks=pytest.mark.rule("SKR-3-3")
        ),
        pytest.param(
            {"level": "specialised", "intervention": "care-chain"}, R, "SKR-8-1", marks=pytest.mark.rule("SKR-8-1")
        ),
        pytest.param({"intervention": "home-help"}, M, "INF-2-4", marks=pytest.mark.rule("INF-2-4")),
        pytest.param({"level": "specialised"}, R, "SKR-3-4", marks=pytest.mark.rule("SKR-3-4")),
        pytest.param({"setting": "special"}, M, "SKR-3-5", marks=pytest.mark.rule("SKR-3-5")),
        pytest.param({"setting": "special"}, M, "INF-3-1", marks=pytest.mark.rule("INF-3-1")),
        pytest.param({"intervention": "social-services"}, M, "SKR-3-6", marks=pytest.mark.rule("SKR-3-6")),
        pytest.param({"intervention": "social-services"}, M, "INF-1-1", marks=pytest.mark.rule("INF-1-1")),
        pytest.param({"profession": "dietitian"}, R, "INF-1-1", marks=pytest.mark.rule("INF-1-1")),
        pytest.param({"intervention": "hospital-substituting-care"}, R, "INF-2-3", marks=pytest.mark.rule("INF-2-3")),
    ],
)
def test_the_background_answers_if_no_agreement_is_in_force(
    situation: dict[str, str], treatment: Holder, rule: str
) -> None:
    answer = without(**situation)

    assert answer.treatment is treatment
    assert rule in answer.clauses


def under(*row: str, **changed: Any) -> Answer | NotRegulated:
    """Ask a county whose text has one row more."""
    question = Question(**{"setting": "special", "age": 82, "profession": "nurse", **changed})
    found = resolve(sound(*row), question)
    assert isinstance(found, Answer | NotRegulated)
    return found


AID = ('interventions = ["aid"]',)
"""A row that speaks of an aid and names nobody, at any level."""
LEVELLED_AID = (*AID, 'levels = ["primary"]')


@pytest.mark.parametrize(
    ("situation", "holder", "rules"),
    [
        pytest.param({}, M, ("INF-3-1", "SKR-3-5"), marks=pytest.mark.rule("SKR-3-5", "INF-3-1")),
        pytest.param({"profession": "care-staff"}, M, ("SKR-3-5",), marks=pytest.mark.rule("SKR-3-5")),
        pytest.param({"profession": "physician"}, R, ("INF-2-7", "INF-3-2", "SKR-3-3")),
        pytest.param({"level": "specialised"}, R, ("SKR-3-4",), marks=pytest.mark.rule("SKR-3-4")),
        pytest.param({"intervention": "social-services"}, M, ("SKR-3-6",), marks=pytest.mark.rule("SKR-3-6")),
        pytest.param(
            {"intervention": "hospital-substituting-care"}, R, ("INF-2-3",), marks=pytest.mark.rule("INF-2-3")
        ),
    ],
)
def test_what_always_holds_answers_under_an_agreement_that_is_silent(
    situation: dict[str, str], holder: Holder, rules: tuple[str, ...]
) -> None:
    found = under(*AID, **situation)

    assert isinstance(found, Answer)
    assert (found.treatment, found.clauses, found.always) == (holder, rules, True)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    "situation",
    [
        {"profession": None},
        {"intervention": "self-care", "conditions": frozenset({"assessed-as-self-care"})},
        {"profession": "dietitian"},
    ],
)
def test_nothing_else_of_the_background_answers_under_an_agreement(situation: dict[str, Any]) -> None:
    assert isinstance(under(*AID, **situation), NotRegulated)


def test_a_countys_own_answer_stands_before_what_always_holds() -> None:
    found = under('levels = ["primary"]', 'settings = ["special"]', 'treatment = "municipality"')

    assert isinstance(found, Answer)
    assert (found.rows, found.treatment, found.performer, found.always) == (("added",), M, None, False)


@pytest.mark.rule("INF-2-3", "SKR-3-6")
def test_what_always_holds_of_an_intervention_stands_before_a_row_about_who_performs_it() -> None:
    performer = ('levels = ["primary"]', 'professions = ["nurse"]', 'treatment = "municipality"')
    substituting, social, other = (
        under(*performer, intervention=intervention, level="primary")
        for intervention in ("hospital-substituting-care", "social-services", "aid")
    )

    assert isinstance(substituting, Answer)
    assert (substituting.treatment, substituting.clauses, substituting.always) == (R, ("INF-2-3",), True)
    assert isinstance(social, Answer)
    assert (social.clauses, social.always) == (("SKR-3-6",), True)
    assert isinstance(other, Answer)
    assert (other.rows, other.always) == (("added",), False)


@pytest.mark.rule("SKR-3-5")
@pytest.mark.parametrize(
    ("row", "level", "holder"),
    [
        (LEVELLED_AID, None, M),
        (LEVELLED_AID, "primary", M),
        (AID, None, None),
        (AID, "primary", M),
        (AID, "specialised", R),
    ],
)
def test_what_always_holds_fills_in_a_row_that_names_nobody_unless_the_level_is_open_as_well(
    row: Sequence[str], level: str | None, holder: Holder | None
) -> None:
    found = under(*row, level=level, intervention="aid")

    assert isinstance(found, Answer)
    assert (found.treatment, found.always) == (holder, holder is not None)


@pytest.mark.rule("SKR-3-3")
def test_a_physician_is_the_regions_also_where_a_row_leaves_open_who_and_at_which_level() -> None:
    found = under(*AID, intervention="aid", profession="physician")

    assert isinstance(found, Answer)
    assert (found.treatment, found.performer) == (R, R)


@pytest.mark.rule("INF-2-7", "SKR-3-3")
@pytest.mark.parametrize("employer", [(), ('employer = "region"',)], ids=["no employer", "an employer"])
def test_a_county_that_says_itself_that_a_physician_is_always_the_regions_agrees_with_what_always_holds(
    employer: Sequence[str],
) -> None:
    physician = ("always = true", 'professions = ["physician"]', 'treatment = "region"', 'performer = "region"')
    found = under(*physician, *employer, profession="physician")

    assert isinstance(found, Answer)
    assert (found.treatment, found.performer, found.employment.employer, found.always) == (R, R, R, True)
    assert found.clauses == ("EXA-4", "INF-2-7", "INF-3-2", "SKR-3-3")


PLAN: dict[str, Any] = {
    "needs": {"text": "Dosett och sårvård"},
    "principals": {"text": "Kommunen svarar för båda"},
    "others": {"text": "Inga"},
    "overall-responsibility": {"principal": "municipality"},
    "participation": {"text": "Deltog vid mötet"},
}
BOTH = load_national()
SIP = complete(load(COUNTY.encode()).model_copy(update={"content": {}, "plans": {}}), BOTH)


def test_a_joint_individual_plan_with_its_four_parts_is_complete_in_any_county() -> None:
    assert find_missing(SIP, "sip-plan", PLAN) == ()


@pytest.mark.parametrize(
    ("part", "value", "path"),
    [
        pytest.param("needs", None, "needs", marks=pytest.mark.rule("INF-6-5")),
        pytest.param("principals", None, "principals", marks=pytest.mark.rule("INF-6-6")),
        pytest.param("others", {"text": " "}, "others.text", marks=pytest.mark.rule("INF-6-7")),
        pytest.param("overall-responsibility", None, "overall-responsibility", marks=pytest.mark.rule("INF-6-8")),
        pytest.param(
            "overall-responsibility",
            {"principal": ["region", "municipality"]},
            "overall-responsibility.principal",
            marks=pytest.mark.rule("INF-6-8"),
        ),
        pytest.param("participation", None, "participation", marks=pytest.mark.rule("INF-6-3")),
    ],
)
def test_a_joint_individual_plan_lacks_each_part_that_is_left_out(part: str, value: object, path: str) -> None:
    assert [gap.path for gap in find_missing(SIP, "sip-plan", PLAN | {part: value})] == [path]


@pytest.mark.rule("INF-6-3")
def test_a_plan_made_without_the_individual_gives_the_reason() -> None:
    assert find_missing(SIP, "sip-plan", PLAN | {"participation": {"not-applicable": "Kunde inte delta"}}) == ()


@pytest.mark.rule("INF-6-5")
@pytest.mark.rule("INF-6-8")
def test_a_countys_own_parts_are_added_to_the_four() -> None:
    own = OREBRO.content["medical-plan"]
    bare = OREBRO.model_copy(update={"content": {"sip-plan": own}, "plans": {}})
    parts = [field.id for field in complete(bare, BOTH).content["sip-plan"].fields]

    assert parts == [*PLAN, *(field.id for field in own.fields)]


@pytest.mark.rule("INF-6-5")
@pytest.mark.rule("INF-6-8")
def test_the_four_parts_come_under_a_countys_own_name_for_the_parts_of_its_plan() -> None:
    own = OREBRO.content["medical-plan"]
    plan = OREBRO.plans["sip"].model_copy(update={"content": "own-name"})
    county = complete(OREBRO.model_copy(update={"content": {"own-name": own}, "plans": {"sip": plan}}), BOTH)

    assert county.plans["sip"].content == "own-name"
    assert [field.id for field in county.content["own-name"].fields] == [*PLAN, *(field.id for field in own.fields)]
    assert county.content.keys() == {"own-name", "order", "specialised-level"}


@pytest.mark.rule("SKR-10-5")
@pytest.mark.rule("INF-2-6")
@pytest.mark.rule("INF-6-6")
def test_a_silent_county_gets_the_national_guards_and_their_rules() -> None:
    bare = complete(OREBRO.model_copy(update={"guards": {}}), BOTH)

    assert {guard: ground.rule for guard, ground in bare.guards.items()} == {
        Guard.JOINT_LEVEL: "SKR-10-5",
        Guard.DELEGATION: "INF-2-6",
        Guard.ONE_DUTY_HOLDER: "INF-6-6",
    }
    assert all(bare.clause(ground.rule) for ground in bare.guards.values())


def test_a_countys_own_guard_comes_before_the_national_one() -> None:
    assert OREBRO.guards[Guard.DELEGATION].rule == "ORE-1.5-5"


@pytest.mark.rule("SKR-4-7")
@pytest.mark.parametrize(
    ("ground", "lacking"),
    [("special-competence", []), ("special-technical-resources", []), ("usually-in-hospital", ["ground"])],
)
def test_only_special_resources_or_competence_make_care_specialised(ground: str, lacking: list[str]) -> None:
    assert [gap.path for gap in find_missing(OREBRO, "specialised-level", {"ground": ground})] == lacking


@pytest.mark.rule("SKR-4-2")
@pytest.mark.parametrize("left_out", ["ordering-level", "performing-level"])
def test_an_order_states_the_level_of_the_order_and_of_the_performance(left_out: str) -> None:
    order = {"ordering-level": "specialised", "performing-level": "primary"}

    assert [gap.path for gap in find_missing(OREBRO, "order", order | {left_out: None})] == [left_out]


@pytest.mark.rule("SKR-4-3")
def test_an_order_by_specialised_care_can_be_performed_at_primary_level() -> None:
    order = {"ordering-level": "specialised", "performing-level": "primary"}
    performing = OREBRO.content["order"].fields[1]

    assert find_missing(OREBRO, "order", order) == ()
    assert "SKR-4-3" in performing.clauses


@pytest.mark.rule("SKR-4-8")
def test_the_meaning_of_primary_care_changed_on_the_first_of_july_2021() -> None:
    meanings = [term for background in BOTH for term in background.definitions if term.id == "primary-care"]

    assert [term.valid_from for term in meanings] == [None, date(2021, 7, 1)]


@pytest.mark.rule("INF-2-2")
def test_an_intervention_that_the_source_does_not_list_is_not_classified() -> None:
    kinds = {name: kind.id for background in BOTH for kind in background.categories for name in kind.interventions}

    assert kinds["wound-dressing"] == "basic-home-care"
    assert "ventilator" not in kinds


@pytest.mark.parametrize(
    ("kind", "duty", "owner"),
    [
        pytest.param("care-contact-request", "care-contact-on-request", "either", marks=pytest.mark.rule("INF-6-1")),
        pytest.param("plan-request", "plan-on-request", "either", marks=pytest.mark.rule("INF-6-2")),
        pytest.param("other-care-requested", "other-care", Party.REGION, marks=pytest.mark.rule("SKR-3-2")),
        pytest.param("specialised-care", "training", Party.REGION, marks=pytest.mark.rule("SKR-8-2")),
        pytest.param("specialised-care", "specialised-assessment", Party.REGION, marks=pytest.mark.rule("SKR-8-3")),
        pytest.param("specialised-care", "specialised-information", Party.REGION, marks=pytest.mark.rule("SKR-8-4")),
        pytest.param("specialised-care", "specialised-follow-up", Party.REGION, marks=pytest.mark.rule("SKR-8-5")),
    ],
)
def test_a_statement_opens_the_duty_of_the_party_that_has_it(kind: str, duty: str, owner: Party | str) -> None:
    (found,) = [each for each in OREBRO.duties if each.id == duty]

    assert isinstance(OREBRO.statement_rule(kind), StatementRule)
    assert (found.opened_by, found.owner) == ((f"statement:{kind}",), owner)


ARRANGEMENT: dict[str, object] = {
    "task": "Blodtransfusion",
    "principal": "region",
    "medical": "Regionens läkare",
    "cost": "Regionen",
    "employer": "Kommunen",
}


def lacking_in_arrangement(**changed: object) -> list[str]:
    return [
        gap.path for gap in find_missing_fields(OREBRO.statements["provider-arrangement"].fields, ARRANGEMENT | changed)
    ]


@pytest.mark.rule("SKR-7-1")
@pytest.mark.parametrize("area", ["medical", "cost", "employer"])
def test_an_arrangement_between_providers_lacks_each_area_that_is_left_out(area: str) -> None:
    assert lacking_in_arrangement() == []
    assert lacking_in_arrangement(**{area: None}) == [area]


@pytest.mark.rule("SKR-6-2")
def test_a_municipality_that_performs_for_the_region_does_not_become_principal() -> None:
    assert lacking_in_arrangement(principal="municipality") == ["principal"]


def test_the_command_prints_the_line_the_rule_and_the_remedy_of_a_contradiction(tmp_path: Path) -> None:
    text = tmp_path / "county.toml"
    text.write_text(county_with('levels = ["specialised"]', 'treatment = "municipality"'), "utf-8")
    result = CliRunner().invoke(commands.app, ["check", str(text), "--language", "en"])
    line = text.read_text("utf-8").splitlines().index('levels = ["specialised"]') + 2

    assert result.exit_code == 1
    assert result.output.startswith(f"{text}:{line}: matrix[2].treatment is municipality, against SKR-3-4, SKR-3-7: ")
    assert result.output.rstrip().endswith("write region, leave it out, or limit the row to other care")


def test_the_national_texts_have_one_word_for_one_thing() -> None:
    vocabularies = [text.vocabulary.model_dump() for text in load_national()]
    names = {
        (table, key): {words[table][key] for words in vocabularies if key in words[table]}
        for words in vocabularies
        for table in words
        for key in words[table]
    }

    assert [key for key, found in names.items() if len(found) > 1] == []


def test_the_background_is_in_the_lock() -> None:
    lock = (files("domain.agreements") / "texts" / "LOCK.toml").read_text("utf-8")

    assert [f'"background/{name}.toml"' in lock for name in ("INF", "SKR")] == [True, True]
