"""Gävleborg's agreement: its validity, its target group, and the order of acts before care at home."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from domain.agreements.content import find_missing
from domain.agreements.criteria import evaluate, require_waiver
from domain.agreements.deadlines import Due, find_due
from domain.agreements.expressions import FactMissing, FactValue
from domain.agreements.model import (
    ActName,
    ActRule,
    Denial,
    Evaluation,
    Guard,
    NotRegulated,
    PlanRule,
    Precondition,
    Track,
)
from domain.kernel import Party, Role, UnitKind, Verdict
from domain.refusals import NoExceptionInPolicy
from tests.agreements.counties import GAVLEBORG, list_missing, statement_rule
from tests.agreements.orebro import actor
from tests.agreements.published import find_in_force

TRACK = "severely-ill-at-home"
REGION, HOSPITAL, MUNICIPAL = UnitKind.PRIMARY_CARE, UnitKind.SPECIALISED_CARE, UnitKind.MUNICIPAL_CARE

EXTENSIVE: dict[str, FactValue] = {
    "ventilator": True,
    "tracheostomy": False,
    "bag_dialysis": False,
    "extensive": True,
    "extent": "Watched over day and night",
}


def verdict(criterion: str, facts: Mapping[str, FactValue]) -> Verdict:
    (given,) = evaluate(GAVLEBORG, track=TRACK, facts={criterion: facts})
    return given


def allowed(act: ActName, kind: UnitKind, role: Role = Role.NURSE) -> ActRule | Denial | NotRegulated:
    return GAVLEBORG.allows(act, actor(kind, role), track=TRACK)


def takes_both(act: ActName) -> bool:
    """Return True if the text gives the act to both parties, each for itself."""
    answers = [allowed(act, kind) for kind in (REGION, MUNICIPAL)]
    return all(isinstance(answer, ActRule) and answer.joint for answer in answers)


def demands(act: ActName) -> dict[str, Precondition]:
    """Return what the text demands first, by the id of the ordering rule."""
    return {rule.id: rule for rule in GAVLEBORG.preconditions if act in rule.acts}


# --- The agreement itself -------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-3-2")
@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2018, 3, 31, 21, 59, tzinfo=UTC), False),
        (datetime(2018, 3, 31, 22, tzinfo=UTC), True),
        (datetime(2019, 12, 31, 22, 59, tzinfo=UTC), True),
        (datetime(2019, 12, 31, 23, tzinfo=UTC), False),
    ],
)
def test_it_is_in_force_from_the_first_of_april_2018_to_the_last_day_of_2019(at: datetime, holds: bool) -> None:
    assert (find_in_force("gavleborg", at) is GAVLEBORG) is holds


@pytest.mark.rule("GAV-3-1")
def test_it_is_temporary_and_ends_early_if_both_parties_declare_its_condition() -> None:
    assert GAVLEBORG.end_condition is not None
    assert "LSS-lagstiftningen och/eller beslut" in GAVLEBORG.end_condition
    assert takes_both(ActName.END_VERSION)


@pytest.mark.rule("GAV-1-1")
def test_the_decision_of_2012_is_kept_as_its_origin() -> None:
    origin = {reference.id: reference.title for reference in GAVLEBORG.external_references}

    assert "2012-02-24" in origin["municipalisation"]


@pytest.mark.rule("GAV-1-10")
def test_its_subject_is_the_severely_ill_and_not_home_care_in_general() -> None:
    assert GAVLEBORG.title == "Svårt sjuka personer som kan vårdas i hemmet"
    assert [track.id for track in GAVLEBORG.tracks] == [TRACK]


@pytest.mark.rule("GAV-8-1")
@pytest.mark.rule("GAV-8-2")
def test_ten_municipalities_and_the_region_each_sign_for_themselves() -> None:
    assert len(GAVLEBORG.signatories) == 11
    assert sum(name.endswith("kommun") for name in GAVLEBORG.signatories) == 10
    assert GAVLEBORG.parties[Party.MUNICIPALITY] == "Gävleborgs läns tio kommuner"
    assert takes_both(ActName.SIGN_VERSION)


@pytest.mark.rule("GAV-2-4")
def test_it_defines_medical_cost_and_employer_responsibility() -> None:
    assert (set(GAVLEBORG.defines), GAVLEBORG.defines_rule) == ({"medical", "cost", "employer"}, "GAV-2-4")


@pytest.mark.rule("GAV-11-1")
@pytest.mark.rule("GAV-11-2")
def test_it_is_followed_up_yearly_by_the_county_leadership() -> None:
    found = find_due(GAVLEBORG, "agreement-follow-up", datetime(2018, 4, 1, 12, tzinfo=UTC))

    assert isinstance(found, Due)
    assert (found.day, found.clauses) == (date(2019, 4, 1), ("GAV-11-1", "GAV-11-2"))
    assert GAVLEBORG.terms["agreement-follow-up-body"] == "Länsledning Välfärd"


@pytest.mark.rule("B19")
def test_it_has_its_own_words() -> None:
    assert GAVLEBORG.terms["health-centre"] == "hälsocentral"
    assert GAVLEBORG.terms["principal"] == "huvudman"


@pytest.mark.rule("GAV-1-6")
@pytest.mark.rule("GAV-2-3")
@pytest.mark.parametrize("age", [0, 11, 45])
def test_it_covers_adults_and_children_in_ordinary_and_special_housing(age: int) -> None:
    scope = GAVLEBORG.scope

    assert (scope.levels, scope.settings) == (("primary", "specialised"), ("ordinary", "special"))
    assert scope.covers_age(age)


# --- The target group -----------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-4-1")
@pytest.mark.parametrize(
    ("health_care", "sol", "lss", "met"),
    [
        (True, False, True, True),
        (True, True, False, True),
        (True, False, False, False),
        (False, True, True, False),
    ],
)
def test_the_group_needs_health_care_together_with_social_services_or_lss(
    health_care: bool, sol: bool, lss: bool, met: bool
) -> None:
    found = verdict("coordination", {"needs_health_care": health_care, "needs_sol": sol, "needs_lss": lss})

    assert (found.met, found.rule) == (met, "GAV-4-1")


@pytest.mark.rule("GAV-4-2")
@pytest.mark.parametrize("device", ["ventilator", "tracheostomy", "bag_dialysis"])
def test_any_of_the_three_interventions_is_enough(device: str) -> None:
    facts = EXTENSIVE | {"ventilator": False} | {device: True}

    assert verdict("extensive-care", facts).met


@pytest.mark.rule("GAV-4-2")
@pytest.mark.parametrize("changed", [{"ventilator": False}, {"extensive": False}])
def test_other_care_and_care_that_is_not_extensive_are_outside_the_group(changed: dict[str, FactValue]) -> None:
    found = verdict("extensive-care", EXTENSIVE | changed)

    assert (found.met, found.rule) == (False, "GAV-4-2")


@pytest.mark.rule("GAV-4-2")
@pytest.mark.rule("G2")
def test_the_assessor_states_a_reason_for_extensive_care() -> None:
    with pytest.raises(FactMissing):
        verdict("extensive-care", EXTENSIVE | {"extent": ""})
    assert verdict("extensive-care", EXTENSIVE).facts["extent"] == "Watched over day and night"


@pytest.mark.rule("GAV-2-3")
def test_no_criterion_asks_for_the_age() -> None:
    assert "age_years" not in GAVLEBORG.facts
    assert isinstance(GAVLEBORG.track(TRACK), Track)


@pytest.mark.rule("GAV-4-1")
@pytest.mark.rule("GAV-4-2")
@pytest.mark.parametrize(("criterion", "rule"), [("coordination", "GAV-4-1"), ("extensive-care", "GAV-4-2")])
def test_every_criterion_is_required_and_none_is_set_aside(criterion: str, rule: str) -> None:
    track = GAVLEBORG.track(TRACK)

    assert isinstance(track, Track)
    assert track.evaluation is Evaluation.ALL
    with pytest.raises(NoExceptionInPolicy) as refused:
        require_waiver(GAVLEBORG, track=TRACK, criterion=criterion)
    assert refused.value.rule == rule


# --- Planning and handover ------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-6-5")
@pytest.mark.parametrize("act", [ActName.START_ENROLMENT, ActName.HAND_OVER_INTERVENTION])
def test_a_plan_and_a_risk_analysis_come_before_care_at_home(act: ActName) -> None:
    first = demands(act)

    assert (first["sip"].needs.plan, first["sip"].code, first["sip"].enforce) == ("sip", "SIP_REQUIRED", "refuse")
    assert (first["risk-analysis"].needs.statement, first["risk-analysis"].enforce) == ("risk-analysis", "refuse")
    track = GAVLEBORG.track(TRACK)
    assert isinstance(track, Track)
    assert (track.plans, track.plan_rule) == (("sip",), "GAV-6-5")


@pytest.mark.rule("GAV-6-5")
@pytest.mark.rule("GAV-12-3")
@pytest.mark.rule("G7")
def test_a_risk_analysis_names_its_template_and_may_use_any() -> None:
    assert list_missing(GAVLEBORG, "risk-analysis", {"findings": "None"}) == ["template"]
    assert list_missing(GAVLEBORG, "risk-analysis", {"template": "SKL", "findings": "None"}) == []
    assert (
        list_missing(GAVLEBORG, "risk-analysis", {"template": "A template of the county's own", "findings": "None"})
        == []
    )


@pytest.mark.rule("GAV-6-1")
@pytest.mark.parametrize("act", [ActName.START_ENROLMENT, ActName.HAND_OVER_INTERVENTION])
def test_the_checklist_is_followed_before_care_at_home(act: ActName) -> None:
    first = demands(act)["checklist"]

    assert (first.needs.statement, first.enforce, first.clauses[0]) == ("checklist", "refuse", "GAV-6-1")
    limit = GAVLEBORG.deadline("checklist")
    assert not isinstance(limit, NotRegulated)
    assert (limit.before, limit.duration) == (ActName.START_ENROLMENT, None)


@pytest.mark.rule("GAV-2-12")
def test_the_checklist_is_followed_before_the_hospital_discharges() -> None:
    first = demands(ActName.RECORD_STATEMENT)["checklist-before-discharge"]

    assert (first.statements, first.needs.statement) == (("hospital-discharge",), "checklist")
    assert list_missing(GAVLEBORG, "checklist", {}) == ["edition"]


@pytest.mark.rule("GAV-6-2")
def test_a_discharge_states_the_edition_of_the_discharge_routines() -> None:
    assert list_missing(GAVLEBORG, "hospital-discharge", {}) == ["routine"]
    assert {who.party for who in statement_rule(GAVLEBORG, "hospital-discharge").by} == {Party.REGION}
    assert "discharge-agreement" in {reference.id for reference in GAVLEBORG.external_references}


@pytest.mark.rule("GAV-6-3")
def test_a_handover_by_the_hospital_moves_nothing_until_it_is_accepted() -> None:
    assert isinstance(allowed(ActName.HAND_OVER_INTERVENTION, HOSPITAL), ActRule)
    assert isinstance(allowed(ActName.HAND_OVER_INTERVENTION, REGION), Denial)
    assert isinstance(allowed(ActName.HAND_OVER_INTERVENTION, MUNICIPAL), Denial)
    ground = GAVLEBORG.ground(Guard.ACCEPTED_HANDOVER, TRACK)
    assert ground is not None
    assert (ground.rule, ground.derived) == ("GAV-6-3", True)


@pytest.mark.rule("GAV-6-5")
@pytest.mark.rule("GAV-2-7")
def test_the_plan_is_made_by_both_principals_together() -> None:
    rule = GAVLEBORG.plan_rule("sip")

    assert isinstance(rule, PlanRule)
    assert (rule.established_by, rule.planning) == ("both-parties", "GAV-6-5")
    assert takes_both(ActName.AGREE_PLAN)
    assert GAVLEBORG.ground(Guard.JOINT_PLANNING, TRACK) is not None


@pytest.mark.rule("GAV-2-8")
@pytest.mark.rule("GAV-2-2")
def test_each_party_plans_only_its_own_care_and_each_intervention_has_one_principal() -> None:
    words, holder = GAVLEBORG.ground(Guard.OWN_WORDS, TRACK), GAVLEBORG.ground(Guard.ONE_DUTY_HOLDER, TRACK)

    assert words is not None
    assert words.rule == "GAV-2-8"
    assert holder is not None
    assert holder.rule == "GAV-2-2"


@pytest.mark.rule("GAV-2-10")
@pytest.mark.rule("GAV-2-11")
@pytest.mark.rule("B8")
def test_the_plan_names_a_physician_at_the_health_centre_and_care_contacts_with_areas() -> None:
    roles = {field.id: field for field in GAVLEBORG.content["contact-roles"].fields}

    assert [gap.path for gap in find_missing(GAVLEBORG, "contact-roles", {})] == [
        "coordinating-physician",
        "care-contact-region",
        "care-contact-municipality",
    ]
    physician = roles["coordinating-physician"].who
    assert physician is not None
    assert physician.is_met_by(actor(REGION, Role.PHYSICIAN))
    assert not physician.is_met_by(actor(HOSPITAL, Role.PHYSICIAN))
    assert [name for name, role in roles.items() if role.area] == ["care-contact-region", "care-contact-municipality"]


# --- Staff ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-7-2")
def test_nobody_works_independently_before_an_introduction_with_the_patient() -> None:
    first = demands(ActName.PERFORM_INTERVENTION)["introduction"]

    assert (first.needs.statement, first.needs.same) == ("introduction", "person")
    assert (first.code, first.enforce) == ("INTRODUCTION_REQUIRED", "refuse")
    assert statement_rule(GAVLEBORG, "introduction").about == "person"


@pytest.mark.rule("GAV-7-1")
@pytest.mark.parametrize("act", [ActName.DELEGATE_TASK, ActName.PERFORM_INTERVENTION])
def test_staff_without_training_is_flagged_and_not_refused(act: ActName) -> None:
    first = demands(act)["training"]

    assert (first.needs.statement, first.needs.same, first.enforce) == ("training", "person", "flag")
    assert list_missing(GAVLEBORG, "training", {}) == ["given-by"]


# --- Self-care ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-5-1")
def test_self_care_is_assessed_case_by_case() -> None:
    assert GAVLEBORG.self_care is not None
    assert GAVLEBORG.self_care.clauses == ("GAV-5-1",)
    assert isinstance(allowed(ActName.ASSESS_SELF_CARE, MUNICIPAL, Role.COORDINATOR), ActRule)


@pytest.mark.rule("GAV-5-4")
def test_an_assessment_of_self_care_cites_the_county_routine_and_its_edition() -> None:
    gaps = find_missing(GAVLEBORG, "self-care-assessment", {"routine": "The county's routine"})

    assert [(gap.path, gap.rule) for gap in gaps] == [("routine-version", "GAV-5-4")]


@pytest.mark.rule("GAV-5-2")
@pytest.mark.rule("GAV-9-5")
@pytest.mark.rule("GAV-9-6")
def test_changed_circumstances_and_a_moved_responsibility_each_ask_for_a_new_assessment() -> None:
    rule = GAVLEBORG.self_care

    assert rule is not None
    assert (rule.reassess, rule.hand_over, rule.move) == ("GAV-5-2", "GAV-9-5", "GAV-9-6")
    assert (rule.child, rule.child_below) == ("GAV-9-6", 18)


@pytest.mark.rule("GAV-9-6")
def test_only_licensed_staff_lets_the_responsibility_for_self_care_move() -> None:
    assert isinstance(allowed(ActName.MOVE_SELF_CARE, HOSPITAL, Role.NURSE), ActRule)
    assert isinstance(allowed(ActName.MOVE_SELF_CARE, MUNICIPAL, Role.CARE_STAFF), Denial)


@pytest.mark.rule("GAV-9-5")
def test_either_party_records_that_a_guardian_hands_over_the_care() -> None:
    assert all(isinstance(allowed(ActName.HAND_OVER_SELF_CARE, kind), ActRule) for kind in (REGION, MUNICIPAL))


# --- What follows the person, money and silence ---------------------------------------------------------------------


@pytest.mark.rule("GAV-2-9")
@pytest.mark.rule("GAV-10-6")
def test_coordination_follows_listing_and_the_employer_follows_residence() -> None:
    found = GAVLEBORG.jurisdiction

    assert found is not None
    assert (found.coordination, found.employer) == ("listing", "residence")
    assert (found.care, found.visitors, found.ends_at_move) == (None, None, None)


@pytest.mark.rule("GAV-10-7")
@pytest.mark.rule("G4")
def test_an_invoice_is_with_the_region_by_the_twenty_fifth() -> None:
    limit = GAVLEBORG.deadline("invoice")

    assert not isinstance(limit, NotRegulated)
    assert (limit.day_of_month, limit.duration, limit.silences) == (25, None, ("G4",))


@pytest.mark.rule("GAV-1-5")
@pytest.mark.rule("GAV-5-4")
@pytest.mark.rule("GAV-10-2")
@pytest.mark.rule("GAV-10-5")
@pytest.mark.rule("G1")
def test_the_documents_behind_the_agreement_are_named_and_not_invented() -> None:
    assert {reference.id for reference in GAVLEBORG.external_references} == {
        "municipalisation",
        "home-care-agreement",
        "checklist",
        "discharge-agreement",
        "self-care-routine",
        "self-care-regulation",
        "risk-analysis-template",
        "social-insurance-rate",
        "model-2017",
    }


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("G5")
@pytest.mark.parametrize("act", [ActName.SEND_REFERRAL, ActName.ACKNOWLEDGE_REFERRAL, ActName.RESOLVE_DISAGREEMENT])
def test_requests_and_the_procedure_for_disagreements_are_not_regulated(act: ActName) -> None:
    assert allowed(act, MUNICIPAL) == NotRegulated(what=act, silences=("G5",))
    assert GAVLEBORG.dispute is None


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("G5")
def test_the_end_of_the_care_is_not_regulated() -> None:
    assert GAVLEBORG.discharge_rule(TRACK) == NotRegulated(what="discharge", silences=("G5",))


@pytest.mark.rule("SYS-7")
def test_other_counties_checks_are_not_demanded_here() -> None:
    borrowed = [Guard.JOINT_ASSESSMENT, Guard.EQUAL_LEVELS, Guard.RISKS_ADDRESSED, Guard.PLAN_AFTER_LEVEL]

    assert [guard for guard in borrowed if GAVLEBORG.ground(guard, TRACK) is not None] == []
    assert isinstance(find_due(GAVLEBORG, "joint-planning", datetime(2018, 5, 14, tzinfo=UTC)), NotRegulated)
