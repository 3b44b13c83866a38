"""Required contents of plans, statements, routines and requests: each test takes one thing out of a whole."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from domain.agreements.content import find_missing, find_missing_fields
from domain.agreements.model import Deadline, PlanRule, StatementRule
from domain.kernel import Party, Role, UnitKind
from tests.agreements.orebro import OREBRO, actor

SIP: dict[str, Any] = {
    "habitual-state": {"wellbeing": "Sover gott, håller rutiner"},
    "physician-support": {
        "treating-physician": "Direktnummer",
        "contact-path": "Jourtelefon",
        "answers": "round-the-clock",
    },
    "drug-handling": {"agreed": "Depåinjektion var fjärde vecka"},
    "physician-contact": {"agreed": "Telefon, vardagar före 15"},
    "deterioration-contact": {"contact-path": "Mottagningens telefon"},
}
INTERIM: dict[str, Any] = {
    "discharge": {"date": date(2025, 9, 1)},
    "changed-need": {"text": "Nedsatt rörlighet"},
    "measures": {"text": "Omläggning varannan dag"},
}
ROUTINE = {"responsibility": "A", "structure": "B", "contact-paths": "C", "participation": "D"}


OWN = {rule for rule in OREBRO.clauses if rule.startswith("ORE-")}


def lacks(
    what: str, values: Mapping[str, object], *, track: str, circumstances: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    """Return what is missing by the county's own rules; those of the national background are asked for elsewhere."""
    found = find_missing(OREBRO, what, values, track=track, conditions=circumstances)
    return [(gap.path, gap.rule) for gap in found if gap.rule in OWN]


def rule_of(kind: str) -> PlanRule:
    rule = OREBRO.plan_rule(kind)
    assert isinstance(rule, PlanRule)
    return rule


def statement(kind: str) -> StatementRule:
    rule = OREBRO.statement_rule(kind)
    assert isinstance(rule, StatementRule)
    return rule


# --- SIP --------------------------------------------------------------------------------------------------------------


def test_a_whole_sip_lacks_nothing() -> None:
    assert lacks("sip-plan", SIP, track="psychiatric-drugs") == []


@pytest.mark.parametrize(
    ("part", "field", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[2]))
        for each in (
            ("habitual-state", "wellbeing", "ORE-3.2.1-14"),
            ("physician-support", "treating-physician", "ORE-3.2.1-R8"),
            ("physician-support", "answers", "ORE-3.2.1-R8"),
            ("physician-support", "contact-path", "ORE-3.2.1-R8"),
            ("drug-handling", "agreed", "ORE-3.2.1-K1"),
            ("physician-contact", "agreed", "ORE-3.2.1-K2"),
            ("deterioration-contact", "contact-path", "ORE-3.2.1-K3"),
        )
    ],
)
def test_a_sip_on_psychiatric_drug_handling_says_each_of_these(part: str, field: str, rule: str) -> None:
    values = {**SIP, part: {**SIP[part], field: " "}}

    assert lacks("sip-plan", values, track="psychiatric-drugs") == [(f"{part}.{field}", rule)]


@pytest.mark.rule("ORE-3.2.1-14")
def test_the_words_habitual_state_alone_are_no_description() -> None:
    assert lacks("sip-plan", {**SIP, "habitual-state": {"function": "God"}}, track="psychiatric-drugs") == [
        ("habitual-state.wellbeing", "ORE-3.2.1-14")
    ]


@pytest.mark.rule("ORE-3.2-2")
def test_another_sip_does_not_need_the_fields_of_psychiatry() -> None:
    assert lacks("sip-plan", {}, track="specialised-care") == []
    assert rule_of("sip").established_by == "both-parties"
    assert rule_of("sip").planning == "ORE-3.2-2"


@pytest.mark.rule("ORE-3.2.1-13")
@pytest.mark.parametrize(
    ("task", "gaps"), [("prepare", []), ("administer", []), ("hand-over", []), ("observe", ["interventions.0.task"])]
)
def test_a_drug_is_prepared_administered_or_handed_over(task: str, gaps: list[str]) -> None:
    values = {"interventions": [{"line": "drug", "task": task}]}

    assert [path for path, _ in lacks("sip-interventions", values, track="psychiatric-drugs")] == gaps
    assert lacks("sip-interventions", {"interventions": [{"line": "control"}]}, track="psychiatric-drugs") == []


# --- The medical treatment plan, and that of inpatient care -----------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-11")
@pytest.mark.parametrize("line", ["control", "target-value", "drug", "treatment", "assessment", "planning", None])
def test_a_line_of_a_plan_is_an_order_an_assessment_or_planning(line: str | None) -> None:
    values = {"interventions": [{"scope": "single", "line": line}]}

    assert lacks("planned-interventions", values, track="primary-care") == []


@pytest.mark.rule("ORE-3.1.4-11")
def test_a_line_of_a_plan_is_nothing_else() -> None:
    values = {"interventions": [{"scope": "single", "line": "visit"}]}

    assert lacks("planned-interventions", values, track="primary-care") == [("interventions.0.line", "ORE-3.1.4-11")]


@pytest.mark.rule("ORE-2.2-3")
def test_there_is_a_plan_for_follow_up() -> None:
    (follow_up,) = [part for part in OREBRO.content["medical-plan"].fields if part.id == "follow-up"]

    assert any("ORE-2.2-3" in field.clauses for field in follow_up.fields)


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.parametrize("part", list(INTERIM))
def test_the_plan_of_inpatient_care_states_the_discharge_the_changed_need_and_the_measures(part: str) -> None:
    values = {key: value for key, value in INTERIM.items() if key != part}

    assert lacks("interim7-plan", values, track="inpatient-discharge") == [(part, "ORE-3.3-2")]


@pytest.mark.rule("ORE-3.3-4")
@pytest.mark.parametrize(
    ("circumstance", "part"), [("rehabilitation-need", "rehabilitation"), ("mobile-team-need", "mobile-team")]
)
def test_needs_of_rehabilitation_and_mobile_teams_are_included_if_there_are_any(circumstance: str, part: str) -> None:
    where: dict[str, Any] = {"track": "inpatient-discharge", "circumstances": (circumstance,)}

    assert lacks("interim7-plan", INTERIM, track="inpatient-discharge") == []
    assert lacks("interim7-plan", INTERIM, **where) == [(part, "ORE-3.3-4")]
    assert lacks("interim7-plan", {**INTERIM, part: {"text": "Gångträning"}}, **where) == []
    assert circumstance in OREBRO.vocabulary.conditions


@pytest.mark.rule("ORE-3.3-2")
def test_inpatient_care_draws_up_its_plan_alone_and_it_lapses_seven_days_after_the_discharge() -> None:
    rule = rule_of("interim7")
    limit = OREBRO.deadline(rule.lapses or "")

    assert (rule.established_by, rule.lapses_from, rule.tracks) == (
        "author",
        "discharge.date",
        ("inpatient-discharge",),
    )
    assert [who.unit_kinds for who in rule.initiated_by] == [(UnitKind.INPATIENT_CARE,)]
    assert isinstance(limit, Deadline)
    assert limit.duration == "P7D"
    assert rule_of("medical").replaces == ("interim7",)


@pytest.mark.rule("ORE-3.1.6-1")
@pytest.mark.rule("ORE-3.4-11")
def test_each_party_follows_up_the_medical_plan_and_the_orderer_the_rehabilitation_plan() -> None:
    assert (rule_of("medical").followed_up_by, rule_of("medical").follow_up) == ("parties", "ORE-3.1.6-1")
    assert (rule_of("rehab").followed_up_by, rule_of("rehab").follow_up) == ("orderer", "ORE-3.4-11")


# --- Rehabilitation ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.4-9")
def test_a_rehabilitation_plan_is_made_with_the_individual_and_its_contents_are_not_specified() -> None:
    rule = rule_of("rehab")

    assert (rule.planning, rule.content) == ("ORE-3.4-9", None)
    assert [
        who.is_met_by(actor(UnitKind.MUNICIPAL_CARE, Role.OCCUPATIONAL_THERAPIST)) for who in rule.initiated_by
    ] == [
        False,
        True,
    ]


@pytest.mark.rule("ORE-3.4-10")
@pytest.mark.parametrize(
    ("values", "gaps"),
    [
        ({"performer-kind": "own-staff"}, []),
        ({"performer-kind": "self-care"}, []),
        ({"performer-kind": "other-staff"}, ["interventions.0.competence"]),
        ({"performer-kind": "other-staff", "competence": "Handledd av fysioterapeuten"}, []),
        ({"performer-kind": "relative"}, ["interventions.0.performer-kind"]),
    ],
)
def test_others_perform_rehabilitation_with_assured_competence_only(values: dict[str, str], gaps: list[str]) -> None:
    found = lacks("rehab-interventions", {"interventions": [values]}, track="rehabilitation")

    assert [path for path, _ in found] == gaps


@pytest.mark.rule("ORE-3.4-5")
@pytest.mark.rule("ORE-3.4-6")
@pytest.mark.parametrize(
    ("channel", "gaps"),
    [
        ("lifecare-sp", []),
        ("telephone", []),
        ("referral", []),
        ("self-care-request", []),
        ("letter", [("channel", "ORE-3.4-5")]),
    ],
)
def test_rehabilitation_can_be_initiated_in_these_ways(channel: str, gaps: list[tuple[str, str]]) -> None:
    assert lacks("rehabilitation-need", {"channel": channel}, track="rehabilitation") == gaps


@pytest.mark.rule("ORE-3.1.2-2")
def test_a_request_on_track_1_goes_in_lifecare_sp_only() -> None:
    request = {"need": "a", "goal": "b", "physician_contact": "c", "care_contact": "d"}

    assert lacks("referral", {**request, "channel": "lifecare-sp"}, track="primary-care") == []
    assert lacks("referral", {**request, "channel": "telephone"}, track="primary-care") == [("channel", "ORE-3.1.2-2")]


# --- Discharge planning, routines and statements ----------------------------------------------------------------------


@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.parametrize(("colour", "regulated"), [("yellow", True), ("red", True), ("green", False)])
def test_the_rules_of_discharge_planning_are_for_the_yellow_and_the_red_track(colour: str, regulated: bool) -> None:
    gaps = lacks("discharge-planning", {"colour": colour}, track="inpatient-discharge")

    assert gaps == ([] if regulated else [("colour", "ORE-3.3-1")])


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[1]))
        for each in (
            ("responsibility", "ORE-3.1.5-5"),
            ("structure", "ORE-3.1.5-5"),
            ("contact-paths", "ORE-3.1.5-5"),
            ("participation", "ORE-3.1.5-6"),
        )
    ],
)
def test_a_local_routine_has_each_section(section: str, rule: str) -> None:
    found = find_missing(OREBRO, "local-routine", {**ROUTINE, section: ""})

    assert [(gap.path, gap.rule) for gap in found] == [(section, rule)]


@pytest.mark.rule("ORE-2.1-7")
def test_a_local_routine_shows_the_contact_paths_into_each_party() -> None:
    (paths,) = [field for field in OREBRO.content["local-routine"].fields if field.id == "contact-paths"]

    assert "ORE-2.1-7" in paths.clauses


@pytest.mark.parametrize(
    ("kind", "party", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[2]))
        for each in (
            ("physician-home-visit-request", Party.MUNICIPALITY, "ORE-2.1-4"),
            ("physician-home-visit-answer", Party.REGION, "ORE-2.1-4"),
            ("competence-support-request", Party.MUNICIPALITY, "ORE-2.2-9"),
            ("competence-support-answer", Party.REGION, "ORE-2.2-9"),
            ("sip-consent", Party.REGION, "ORE-3.2.1-R3"),
            ("sip-summons", Party.REGION, "ORE-3.2.1-R7"),
            ("habitual-description", Party.REGION, "ORE-3.2.1-R5"),
            ("psychiatric-support-request", Party.MUNICIPALITY, "ORE-3.2.1-R10"),
            ("psychiatric-support-answer", Party.REGION, "ORE-3.2.1-R10"),
            ("physician-contacted", Party.MUNICIPALITY, "ORE-3.2.1-K2"),
            ("side-effects-report", Party.MUNICIPALITY, "ORE-3.2.1-K3"),
            ("deterioration-report", Party.MUNICIPALITY, "ORE-3.2.1-K3"),
            ("plan-content-published", Party.REGION, "ORE-3.3-3"),
        )
    ],
)
def test_one_party_records_this_alone(kind: str, party: Party, rule: str) -> None:
    assert {who.party for who in statement(kind).by} == {party}
    assert statement(kind).clauses[0] == rule


@pytest.mark.rule("ORE-3.1.5-2")
@pytest.mark.parametrize("field", ["means", "confirmer"])
def test_a_transfer_that_is_not_digital_states_its_means_and_its_confirmer(field: str) -> None:
    values = {"means": "Telefon", "confirmer": "Sjuksköterskan", field: ""}
    found = find_missing_fields(statement("information-transferred-otherwise").fields, values)

    assert [(gap.path, gap.rule) for gap in found] == [(field, "ORE-3.1.5-2")]


@pytest.mark.rule("ORE-3.3-5")
def test_the_content_is_published_at_the_latest_on_the_day_of_discharge() -> None:
    rule = statement("plan-content-published")
    limit = OREBRO.deadline(rule.deadline or "")

    assert rule.counts_from == "plan:interim7"
    assert isinstance(limit, Deadline)
    assert (limit.duration, limit.clauses) == ("P0D", ("ORE-3.3-5",))


@pytest.mark.rule("ORE-2.1-6")
def test_a_request_may_say_that_the_needs_are_composite_and_need_not() -> None:
    request = {"need": "a", "goal": "b", "physician_contact": "c", "care_contact": "d"}
    (field,) = [field for field in OREBRO.content["referral"].fields if field.id == "composite_needs"]

    assert field.clauses == ("ORE-2.1-6",)
    assert lacks("referral", request, track="primary-care") == []
