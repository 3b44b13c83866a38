"""Required content: each test takes one thing out of a complete whole."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Literal

import pytest

from domain.agreements.content import (
    NOT_APPLICABLE,
    find_capacities,
    find_missing,
    find_missing_fields,
    is_of_type,
    list_yes_no_fields,
    refuse_other_types,
)
from domain.agreements.model import Fact, FactSource, NotRegulated, Requirement
from domain.agreements.model.content import ValueType
from domain.kernel import Role, UnitKind
from domain.refusals import ContentOfOtherType
from tests.agreements.orebro import OREBRO, actor

REFERRAL = {"need": "Bensår", "goal": "Läkning", "physician_contact": "SE1-A", "care_contact": "SE1-B"}
ASSESSMENT: dict[str, Any] = {
    "direction": "Omvårdnad",
    "content": "Såromläggning",
    "responsibility": "Kommunen lägger om, regionen ordinerar",
    "goals": "Läkt sår",
    "considerations": "Inga hinder",
    "participation": {"took_part": True},
    "interventions": [{"intervention": "omlaggning", "party": "municipality"}],
}
PLAN: dict[str, Any] = {
    "prognosis": {"text": "God"},
    "deterioration": {
        "level": "Primärvård",
        "direction": "Vård hemma",
        "direct-contact": "Vårdcentralens direktnummer",
        "measures": "Odling",
        "contacts": "Sjuksköterska i jour",
        "responsible": "Regionen ordinerar",
    },
    "single-interventions": [{"intervention": "omlaggning", "shared": False}],
    "action-plan": {"text": "Ring vid rodnad"},
    "follow-up": {"when": "2025-06-01", "frequency": "var tredje månad", "responsible": "SE1-A"},
}
CONTACTS = {
    "physician-contact": "SE1-A",
    "care-contact-region": "SE1-B",
    "care-contact-municipality": "SE2-C",
    "coordinator": "SE2-C",
}


def lacks(what: str, values: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(gap.path, gap.rule) for gap in find_missing(OREBRO, what, values, track="primary-care")]


def plan_with(part: str, **fields: object) -> dict[str, Any]:
    return {**PLAN, part: {**PLAN[part], **fields}}


@pytest.mark.parametrize(
    ("what", "values"),
    [("referral", REFERRAL), ("assessment", ASSESSMENT), ("medical-plan", PLAN), ("contact-roles", CONTACTS)],
)
def test_complete_content_lacks_nothing(what: str, values: Mapping[str, object]) -> None:
    assert lacks(what, values) == []


@pytest.mark.rule("ORE-3.1.2-3")
@pytest.mark.rule("ORE-3.1.2-4")
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("need", "ORE-3.1.2-3"),
        ("goal", "ORE-3.1.2-3"),
        ("physician_contact", "ORE-3.1.2-4"),
        ("care_contact", "ORE-3.1.2-4"),
    ],
)
@pytest.mark.parametrize("absent", [None, "", " \n"])
def test_a_request_states_need_goal_and_both_contacts(field: str, rule: str, absent: str | None) -> None:
    assert lacks("referral", {**REFERRAL, field: absent}) == [(field, rule)]


@pytest.mark.rule("ORE-3.1.2-3")
def test_a_request_on_another_track_has_no_required_content() -> None:
    assert find_missing(OREBRO, "referral", {}, track="specialised-care") == ()


@pytest.mark.rule("SYS-7")
def test_a_plan_statement_track_or_deadline_that_the_version_does_not_have_is_not_regulated() -> None:
    assert OREBRO.plan_rule("palliative") == NotRegulated(what="plan:palliative")
    assert OREBRO.statement_rule("palliative") == NotRegulated(what="statement:palliative")
    assert OREBRO.track("palliative") == OREBRO.deadline("palliative") == NotRegulated(what="palliative")


def test_a_plan_is_followed_up_by_the_rule_about_it_or_else_by_the_plans_first() -> None:
    plan = OREBRO.plans["medical"].model_copy(update={"clauses": ("ORE-1.1-1", "ORE-1.1-2")})

    assert plan.model_copy(update={"follow_up": "ORE-3.1.6-1"}).follow_up_ground == "ORE-3.1.6-1"
    assert plan.model_copy(update={"follow_up": None}).follow_up_ground == "ORE-1.1-1"


def test_content_that_the_version_does_not_have_requires_nothing() -> None:
    assert find_missing(OREBRO, "handover-letter", {}, track="primary-care") == ()


@pytest.mark.rule("ORE-3.1.3-4")
@pytest.mark.parametrize("field", ["direction", "content", "responsibility", "goals"])
def test_an_investigation_clarifies_direction_content_responsibility_and_goals(field: str) -> None:
    assert lacks("assessment", {**ASSESSMENT, field: ""}) == [(field, "ORE-3.1.3-4")]


@pytest.mark.rule("ORE-3.1.3-9")
def test_an_assessment_rests_on_medical_considerations() -> None:
    assert lacks("assessment", {**ASSESSMENT, "considerations": None}) == [("considerations", "ORE-3.1.3-9")]


@pytest.mark.rule("ORE-3.1.3-5")
@pytest.mark.rule("ORE-1.4-1")
def test_an_assessment_says_how_the_individual_took_part() -> None:
    assert lacks("assessment", {**ASSESSMENT, "participation": None}) == [("participation", "ORE-3.1.3-5")]


@pytest.mark.rule("ORE-3.1.3-6")
def test_every_intervention_of_an_assessment_has_a_principal() -> None:
    interventions = [{"party": "region"}, {"party": None}]

    assert lacks("assessment", {**ASSESSMENT, "interventions": interventions}) == [
        ("interventions.1.party", "ORE-3.1.3-6")
    ]


@pytest.mark.rule("ORE-3.1.4-12")
@pytest.mark.parametrize(
    ("part", "rule"),
    [
        pytest.param("prognosis", "ORE-3.1.4-13", marks=pytest.mark.rule("ORE-3.1.4-13")),
        pytest.param("deterioration", "ORE-3.1.4-14", marks=pytest.mark.rule("ORE-3.1.4-14")),
        pytest.param("single-interventions", "ORE-3.1.4-15", marks=pytest.mark.rule("ORE-3.1.4-15")),
        pytest.param("action-plan", "ORE-3.1.4-17", marks=pytest.mark.rule("ORE-3.1.4-17")),
        pytest.param("follow-up", "ORE-3.1.4-18", marks=pytest.mark.rule("ORE-3.1.4-18")),
    ],
)
def test_a_plan_has_five_parts(part: str, rule: str) -> None:
    assert lacks("medical-plan", {key: value for key, value in PLAN.items() if key != part}) == [(part, rule)]


@pytest.mark.rule("ORE-3.1.4-14")
@pytest.mark.rule("ORE-2.2-3")
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("level", "ORE-3.1.4-14"),
        ("direction", "ORE-3.1.4-14"),
        ("direct-contact", "ORE-3.1.4-14"),
        ("measures", "ORE-2.2-3"),
        ("contacts", "ORE-2.2-3"),
        ("responsible", "ORE-2.2-3"),
    ],
)
def test_the_part_about_deterioration_needs_all_its_fields(field: str, rule: str) -> None:
    assert lacks("medical-plan", plan_with("deterioration", **{field: None})) == [(f"deterioration.{field}", rule)]


@pytest.mark.rule("ORE-3.1.4-16")
def test_a_single_intervention_says_whether_responsibility_is_shared() -> None:
    singles = [{"intervention": "a", "shared": False}, {"intervention": "b", "shared": None}]

    assert lacks("medical-plan", {**PLAN, "single-interventions": singles}) == [
        ("single-interventions.1.shared", "ORE-3.1.4-16")
    ]


@pytest.mark.rule("ORE-3.1.4-18")
@pytest.mark.rule("ORE-3.1.6-2")
@pytest.mark.parametrize(
    ("field", "rule"), [("when", "ORE-3.1.4-18"), ("responsible", "ORE-3.1.4-18"), ("frequency", "ORE-3.1.6-2")]
)
def test_the_follow_up_has_a_time_a_frequency_and_somebody_responsible(field: str, rule: str) -> None:
    assert lacks("medical-plan", plan_with("follow-up", **{field: None})) == [(f"follow-up.{field}", rule)]


@pytest.mark.rule("ORE-3.1.4-12")
@pytest.mark.parametrize("part", ["prognosis", "deterioration", "single-interventions", "action-plan"])
def test_a_part_may_be_not_applicable_for_a_reason(part: str) -> None:
    assert lacks("medical-plan", {**PLAN, part: {NOT_APPLICABLE: "Inga kända tillstånd"}}) == []


@pytest.mark.rule("ORE-3.1.4-12")
def test_a_part_is_not_left_out_without_a_reason() -> None:
    assert lacks("medical-plan", {**PLAN, "prognosis": {NOT_APPLICABLE: " "}}) == [("prognosis.text", "ORE-3.1.4-13")]


@pytest.mark.rule("ORE-3.1.6-2")
def test_the_follow_up_is_always_applicable() -> None:
    gaps = lacks("medical-plan", {**PLAN, "follow-up": {NOT_APPLICABLE: "Behövs inte"}})

    assert [path for path, _ in gaps] == ["follow-up.when", "follow-up.frequency", "follow-up.responsible"]


@pytest.mark.rule("ORE-3.1.1-11")
@pytest.mark.parametrize("scope", ["single", "several-with-coordination"])
def test_a_planned_intervention_is_single_or_one_of_several(scope: str | None) -> None:
    assert lacks("planned-interventions", {"interventions": [{"scope": scope}]}) == []


@pytest.mark.rule("ORE-3.1.1-11")
@pytest.mark.parametrize("scope", ["weekly", None])
def test_a_planned_intervention_has_no_other_scope(scope: str | None) -> None:
    assert lacks("planned-interventions", {"interventions": [{"scope": scope}]}) == [
        ("interventions.0.scope", "ORE-3.1.1-11")
    ]


@pytest.mark.rule("ORE-3.1.4-7")
def test_a_plan_names_the_interventions_agreed_on() -> None:
    assert lacks("planned-interventions", {"interventions": []}) == [("interventions", "ORE-3.1.4-7")]


@pytest.mark.rule("ORE-3.1.4-4")
@pytest.mark.parametrize(("form", "gaps"), [("home", []), ("digital", []), ("facility", []), ("letter", ["form"])])
def test_planning_is_held_at_home_digitally_or_at_a_facility(form: str, gaps: list[str]) -> None:
    assert [path for path, _ in lacks("planning", {"form": form, "participation": "Deltog"})] == gaps


@pytest.mark.rule("ORE-3.1.4-9")
@pytest.mark.parametrize(
    ("role", "gaps"),
    [
        ("physician-contact", ["physician-contact"]),
        ("care-contact-region", ["care-contact-region"]),
        ("care-contact-municipality", ["care-contact-municipality", "coordinator"]),
        ("coordinator", ["coordinator"]),
    ],
)
def test_a_plan_names_every_contact(role: str, gaps: list[str]) -> None:
    named = {key: value for key, value in CONTACTS.items() if key != role}

    assert lacks("contact-roles", named) == [(gap, "ORE-3.1.4-9") for gap in gaps]


@pytest.mark.rule("ORE-3.1.4-9")
def test_the_coordinator_is_one_of_the_care_contacts() -> None:
    assert lacks("contact-roles", {**CONTACTS, "coordinator": "SE1-B"}) == []
    assert lacks("contact-roles", {**CONTACTS, "coordinator": "SE1-A"}) == [("coordinator", "ORE-3.1.4-9")]


@pytest.mark.rule("ORE-3.1.4-10")
@pytest.mark.parametrize("absent", ["health-centre-physician", "municipal-nurse", "individual"])
def test_a_plan_is_drawn_up_by_physician_nurse_and_individual(absent: str) -> None:
    present = {"health-centre-physician": "SE1-A", "municipal-nurse": "SE2-C", "individual": True, absent: None}

    assert lacks("participants", present) == [(absent, "ORE-3.1.4-10")]


@pytest.mark.rule("ORE-3.1.4-5")
def test_the_individual_may_be_absent_for_a_reason() -> None:
    present = {"health-centre-physician": "SE1-A", "municipal-nurse": "SE2-C"}

    assert lacks("participants", {**present, "individual": {NOT_APPLICABLE: "Uppenbart obehövligt"}}) == []


@pytest.mark.rule("ORE-3.1.4-10")
@pytest.mark.parametrize(
    ("kind", "role", "capacities"),
    [
        (UnitKind.PRIMARY_CARE, Role.PHYSICIAN, ("health-centre-physician",)),
        (UnitKind.MUNICIPAL_CARE, Role.NURSE, ("municipal-nurse",)),
        (UnitKind.SPECIALISED_CARE, Role.PHYSICIAN, ()),
        (UnitKind.PRIMARY_CARE, Role.NURSE, ()),
    ],
)
def test_an_actor_fills_the_capacity_it_has(kind: UnitKind, role: Role, capacities: tuple[str, ...]) -> None:
    assert find_capacities(OREBRO, "participants", actor(kind, role)) == capacities


@pytest.mark.rule("ORE-3.1.3-11")
@pytest.mark.parametrize("aspect", ["competence", "equipment"])
def test_competence_and_equipment_are_both_secured(aspect: str) -> None:
    secured = {"competence": True, "equipment": True, aspect: None}

    assert lacks("readiness", secured) == [(aspect, "ORE-3.1.3-11")]


@pytest.mark.rule("SYS-7")
def test_content_that_the_version_does_not_name_requires_nothing() -> None:
    assert find_missing(OREBRO, "rehabilitation-plan", {}) == ()


@pytest.mark.parametrize(
    ("what", "values"),
    [("medical-plan", {**PLAN, "prognosis": "God"}), ("assessment", {**ASSESSMENT, "interventions": "x"})],
)
def test_a_value_of_another_shape_is_a_fault_in_the_caller(what: str, values: Mapping[str, object]) -> None:
    with pytest.raises(TypeError):
        find_missing(OREBRO, what, values)


@pytest.mark.parametrize(("conditions", "lacks"), [((), []), (("lives-alone",), ["home.relative"])])
def test_a_field_of_a_part_is_demanded_only_under_its_condition(conditions: Collection[str], lacks: list[str]) -> None:
    relative = Requirement(id="relative", title="Närstående", clauses=("ORE-1-1",), when="lives-alone")
    part = Requirement(id="home", title="Hemmet", clauses=("ORE-1-1",), fields=(relative,))

    found = find_missing_fields([part], {"home": {"keys": "hos grannen"}}, conditions=conditions)

    assert [gap.path for gap in found] == lacks


def test_what_lacks_is_described_by_what_it_must_have() -> None:
    parts = (
        Requirement(id="text", title="Text", clauses=("EXA-1",)),
        Requirement(id="phone", title="Telefon", clauses=("EXA-1",), optional=True),
        Requirement(id="night", title="Natt", clauses=("EXA-1",), when="at-night"),
        Requirement(id="other", title="Annat", clauses=("EXA-1",), where={"text": ("other",)}),
    )
    group = Requirement(id="way", title="Kontaktväg", clauses=("EXA-1",), fields=parts)
    answers = {"day": "dagtid", "round-the-clock": "dygnet runt"}
    choice = Requirement(id="answers", title="Svarar", clauses=("EXA-1",), choices=answers)
    excused = Requirement(id="goal", title="Mål", clauses=("EXA-1",), not_applicable="EXA-1")

    gaps = find_missing_fields((group, choice, excused), {"answers": "00:00-24:00"})

    assert [gap.description for gap in gaps] == [
        "way with text",
        "answers as day or round-the-clock",
        "goal or why it does not apply",
    ]


@pytest.mark.parametrize(
    ("value", "type", "fits"),
    [
        (True, "bool", True),
        ("yes", "bool", False),
        (date(2025, 6, 1), "date", True),
        (date(1899, 12, 31), "date", False),
        (date(2200, 1, 1), "date", False),
        ("2025-06-01", "date", False),
        (False, "date", False),
    ],
)
def test_a_value_is_a_day_of_the_record_or_an_answer_where_its_field_asks_for_one(
    value: object, type: ValueType, *, fits: bool
) -> None:
    field = Requirement(id="from", title="Från", clauses=("ORE-1",))

    assert is_of_type(value, type) is fits
    if fits:
        refuse_other_types([field], {"from": value}, {"from": type})
    else:
        with pytest.raises(ContentOfOtherType) as refusal:
            refuse_other_types([field], {"from": value}, {"from": type})
        assert (refusal.value.where, refusal.value.rule) == (("from",), "ORE-1")


@pytest.mark.parametrize(
    ("type", "of", "answered"),
    [("bool", "statement", True), ("string", "statement", False), ("bool", "plan", False)],
)
def test_a_field_is_answered_with_yes_or_no_if_a_criterion_asks_so_of_the_statement(
    type: Literal["bool", "string"], of: Literal["statement", "plan"], *, answered: bool
) -> None:
    source = FactSource(of=of, name="sip-consent", field="asked")
    fact = Fact(type=type, label="Tillfrågad?", description="True if the individual was asked", source=source)
    version = OREBRO.model_copy(update={"facts": {"asked": fact}})

    assert ("asked" in list_yes_no_fields(version, "sip-consent")) is answered
    assert "asked" not in list_yes_no_fields(version, "contact-path")
