"""Västmanland's agreement: its scope, tracks, permissions and silences."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest

from domain.agreements.content import find_missing_fields
from domain.agreements.criteria import evaluate, require_waiver
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
from domain.authoring.validation import check
from domain.kernel import Party, Role, UnitKind, Verdict
from domain.refusals import NoExceptionInPolicy
from tests.agreements.counties import VASTMANLAND, list_missing, statement_rule
from tests.agreements.orebro import actor
from tests.agreements.published import find_in_force

HOME = ["home-care", "home-visit", "rehabilitation"]
TRACKS = [*HOME, "closed-hours"]
BOTH = [UnitKind.MUNICIPAL_CARE, UnitKind.PRIMARY_CARE]

ALL_MET: dict[str, dict[str, FactValue]] = {
    "age": {"age_years": 82},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "disease"},
    "commissioned": {"commissioned_by_primary_care": True, "local_agreement_other_provider": False},
}
CLOSED: dict[str, FactValue] = {
    "regular_at_health_centre": True,
    "needed_when_closed": True,
    "local_agreement_closed_hours": True,
}


def verdict(track: str, criterion: str, facts: Mapping[str, FactValue]) -> Verdict:
    """Return the verdict on one criterion."""
    (given,) = evaluate(VASTMANLAND, track=track, facts={criterion: facts})
    return given


def threshold(track: str, **facts: FactValue) -> Verdict:
    return verdict(track, "threshold", ALL_MET["threshold"] | facts)


def allowed(act: ActName, kind: UnitKind, role: Role = Role.NURSE) -> ActRule | Denial | NotRegulated:
    return VASTMANLAND.allows(act, actor(kind, role), track="home-care")


def is_open_to(act: ActName, *kinds: UnitKind) -> bool:
    """Return True if the text itself gives the act to staff of these units."""
    return all(isinstance(allowed(act, kind), ActRule) for kind in kinds)


def authors(kind: str) -> set[Party]:
    return {who.party for who in statement_rule(VASTMANLAND, kind).by}


def precondition(name: str) -> Precondition:
    found = [rule for rule in VASTMANLAND.preconditions if rule.id == name]
    assert len(found) == 1, name
    return found[0]


# --- The agreement itself -------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-0-1")
def test_the_agreement_is_between_the_county_council_and_the_municipalities_and_bears_no_date() -> None:
    assert VASTMANLAND.parties == {
        Party.REGION: "Landstinget i Västmanlands län",
        Party.MUNICIPALITY: "Kommunerna i Västmanlands län",
    }
    assert VASTMANLAND.document.revised is None
    assert (VASTMANLAND.valid_from, VASTMANLAND.valid_to) == (date(2012, 9, 1), None)


@pytest.mark.rule("V1")
def test_without_a_supplied_first_day_the_text_cannot_be_published() -> None:
    text = (files("domain.agreements") / "texts" / "vastmanland" / "vml-overtagande-1.toml").read_text("utf-8")
    undated = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("valid_from"))

    (fault,) = check(undated.encode())

    assert (fault.path, fault.remedy) == ("valid_from", "add valid_from")


@pytest.mark.rule("V1")
def test_it_has_no_last_day() -> None:
    assert find_in_force("vastmanland", datetime(2012, 8, 31, 21, 59, tzinfo=UTC)) is None
    assert find_in_force("vastmanland", datetime(2035, 1, 1, tzinfo=UTC)) is VASTMANLAND


@pytest.mark.rule("B19")
def test_it_has_its_own_words() -> None:
    assert VASTMANLAND.terms["region"] == "landsting"
    assert VASTMANLAND.terms["physiotherapist"] == "sjukgymnast"
    assert VASTMANLAND.terms["family-doctor"] == "familjeläkare"
    assert VASTMANLAND.vocabulary.settings["health-centre"] == "vårdcentral/familjeläkarmottagning"


@pytest.mark.rule("VML-2-1")
def test_it_covers_ordinary_housing_within_the_commission_of_primary_care() -> None:
    assert (VASTMANLAND.scope.levels, VASTMANLAND.scope.settings) == (("primary",), ("ordinary",))


@pytest.mark.rule("VML-2-4")
def test_it_covers_nobody_under_eighteen() -> None:
    assert VASTMANLAND.scope.covers_age(18)
    assert not VASTMANLAND.scope.covers_age(17)


# --- Criteria -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-2-4")
@pytest.mark.parametrize("track", TRACKS)
def test_the_eighteenth_birthday_is_the_first_day_on_every_track(track: str) -> None:
    assert verdict(track, "age", {"age_years": 18}).met
    refused = verdict(track, "age", {"age_years": 17})
    assert (refused.met, refused.rule) == (False, "VML-2-4")


@pytest.mark.rule("VML-2-4")
@pytest.mark.parametrize("track", TRACKS)
def test_nobody_can_set_the_age_aside(track: str) -> None:
    with pytest.raises(NoExceptionInPolicy) as refused:
        require_waiver(VASTMANLAND, track=track, criterion="age")

    assert refused.value.rule == "VML-2-4"


@pytest.mark.rule("VML-4-2")
@pytest.mark.parametrize("track", HOME)
@pytest.mark.parametrize(
    ("alone", "with_support", "met"),
    [(False, False, True), (False, True, False), (True, False, False), (True, True, False)],
)
def test_only_a_person_who_cannot_reach_the_health_centre_meets_the_threshold(
    track: str, alone: bool, with_support: bool, met: bool
) -> None:
    found = threshold(track, reaches_alone=alone, reaches_with_support=with_support)

    assert (found.met, found.rule) == (met, "VML-4-2")


@pytest.mark.rule("V6")
@pytest.mark.parametrize("cause", ["disease", "disability", "lives where no transport goes"])
def test_the_cause_is_stored_with_the_verdict_and_does_not_change_it(cause: str) -> None:
    found = threshold("home-care", cause=cause)

    assert (found.met, found.facts["cause"]) == (True, cause)


@pytest.mark.rule("V6")
def test_a_threshold_without_a_cause_is_not_considered() -> None:
    with pytest.raises(FactMissing):
        threshold("home-care", cause=" ")


@pytest.mark.rule("VML-4-3")
@pytest.mark.parametrize("track", HOME)
def test_the_threshold_has_three_grounds_for_a_departure_and_no_other(track: str) -> None:
    departure = require_waiver(VASTMANLAND, track=track, criterion="threshold")

    assert (departure.by, departure.rule) == ("ground", "VML-4-3")
    assert set(departure.grounds) == {"disease", "disability", "social-situation"}


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
@pytest.mark.parametrize("track", HOME)
@pytest.mark.parametrize(
    ("primary_care", "local", "met"), [(True, False, True), (False, False, False), (False, True, True)]
)
def test_care_that_another_provider_commissions_needs_a_local_agreement(
    track: str, primary_care: bool, local: bool, met: bool
) -> None:
    facts = {"commissioned_by_primary_care": primary_care, "local_agreement_other_provider": local}

    found = verdict(track, "commissioned", facts)

    assert (found.met, found.rule) == (met, "VML-11-1")


@pytest.mark.rule("VML-11-3")
@pytest.mark.parametrize("lacks", [None, *CLOSED])
def test_care_when_the_health_centre_is_closed_needs_regular_care_there_and_a_local_agreement(
    lacks: str | None,
) -> None:
    facts = CLOSED | ({lacks: False} if lacks else {})

    found = verdict("closed-hours", "closed-hours", facts)

    assert (found.met, found.rule) == (lacks is None, "VML-11-3")


@pytest.mark.rule("VML-11-3")
def test_closed_hours_have_a_track_of_their_own_on_which_nothing_is_set_aside() -> None:
    track = VASTMANLAND.track("closed-hours")

    assert isinstance(track, Track)
    assert (track.evaluation, track.external) == (Evaluation.ALL, "local-agreements")


@pytest.mark.rule("VML-11-2")
@pytest.mark.rule("VML-11-3")
def test_a_local_agreement_may_be_made_by_the_county_council_and_a_municipality_together() -> None:
    made = allowed(ActName.AGREE_LOCAL_AGREEMENT, UnitKind.MUNICIPAL_CARE)

    assert isinstance(made, ActRule)
    assert made.joint
    assert is_open_to(ActName.AGREE_LOCAL_AGREEMENT, *BOTH)
    assert {"local-agreement-other-provider", "local-agreement-closed-hours"} <= set(VASTMANLAND.vocabulary.conditions)


@pytest.mark.rule("VML-2-5")
@pytest.mark.rule("VML-2-6")
@pytest.mark.parametrize("track", TRACKS)
def test_no_criterion_asks_about_diagnosis_or_time_of_day(track: str) -> None:
    found = VASTMANLAND.track(track)

    assert isinstance(found, Track)
    assert {criterion.id for criterion in found.criteria} <= {"age", "threshold", "commissioned", "closed-hours"}
    assert not {"diagnosis", "hour", "weekday"} & set(VASTMANLAND.facts)


# --- Home care, home visits and rehabilitation ----------------------------------------------------------------------


@pytest.mark.rule("VML-3-1")
@pytest.mark.rule("VML-3-2")
def test_home_care_is_continuous_and_needs_a_plan() -> None:
    track = VASTMANLAND.track("home-care")

    assert isinstance(track, Track)
    assert (track.title, track.plans, track.plan_rule) == ("Hemsjukvård", ("individual",), "VML-3-2")
    assert precondition("planning-held").needs.happened == "care-plan.meeting-held"


@pytest.mark.rule("VML-3-3")
@pytest.mark.rule("VML-7-1")
def test_a_home_visit_needs_no_plan_and_no_planning() -> None:
    track = VASTMANLAND.track("home-visit")

    assert isinstance(track, Track)
    assert (track.title, track.plans, track.plan_rule) == ("Hembesök", (), None)
    before = [rule.id for rule in VASTMANLAND.preconditions if not rule.tracks or "home-visit" in rule.tracks]
    assert "planning-held" not in before
    assert is_open_to(ActName.RECORD_HOME_VISIT, UnitKind.MUNICIPAL_CARE)


@pytest.mark.rule("VML-8-1")
def test_rehabilitation_at_home_has_a_track_and_a_plan_of_its_own() -> None:
    track = VASTMANLAND.track("rehabilitation")

    assert isinstance(track, Track)
    assert track.plans == ("rehab", "individual")


@pytest.mark.rule("V2")
@pytest.mark.parametrize("track", TRACKS)
def test_no_step_is_prescribed_on_the_way(track: str) -> None:
    found = VASTMANLAND.track(track)

    assert isinstance(found, Track)
    assert found.steps == ()


@pytest.mark.rule("VML-5-8")
@pytest.mark.parametrize("kind", ["individual", "rehab"])
def test_an_individual_plan_must_exist_and_its_content_is_not_specified(kind: str) -> None:
    rule = VASTMANLAND.plan_rule(kind)

    assert isinstance(rule, PlanRule)
    assert (rule.established_by, rule.content, rule.clauses[0]) == ("author", None, "VML-5-8")


@pytest.mark.rule("VML-5-6")
@pytest.mark.rule("VML-6-2")
@pytest.mark.rule("VML-8-2")
@pytest.mark.parametrize(
    ("role", "tracks", "rule"),
    [
        ("responsible-physician", ("home-care", "rehabilitation"), "VML-5-6"),
        ("nursing-responsible", ("home-care",), "VML-6-2"),
        ("rehabilitation-responsible", ("rehabilitation",), "VML-8-2"),
    ],
)
def test_care_does_not_begin_before_somebody_is_responsible(role: str, tracks: tuple[str, ...], rule: str) -> None:
    before = precondition(role)

    assert (before.acts, before.tracks, before.clauses) == ((ActName.START_ENROLMENT,), tracks, (rule,))
    assert (before.needs.contact, before.code, before.enforce) == (role, "ROLE_MISSING", "refuse")


@pytest.mark.rule("VML-5-6")
@pytest.mark.rule("VML-6-2")
@pytest.mark.rule("VML-8-2")
@pytest.mark.parametrize(
    ("role", "able", "unable"),
    [
        (
            "responsible-physician",
            [(UnitKind.PRIMARY_CARE, Role.PHYSICIAN)],
            [(UnitKind.SPECIALISED_CARE, Role.PHYSICIAN), (UnitKind.PRIMARY_CARE, Role.NURSE)],
        ),
        (
            "nursing-responsible",
            [(UnitKind.MUNICIPAL_CARE, Role.NURSE)],
            [(UnitKind.PRIMARY_CARE, Role.NURSE), (UnitKind.MUNICIPAL_CARE, Role.CARE_STAFF)],
        ),
        (
            "rehabilitation-responsible",
            [(UnitKind.MUNICIPAL_CARE, Role.OCCUPATIONAL_THERAPIST), (UnitKind.MUNICIPAL_CARE, Role.PHYSIOTHERAPIST)],
            [(UnitKind.PRIMARY_CARE, Role.PHYSIOTHERAPIST), (UnitKind.MUNICIPAL_CARE, Role.NURSE)],
        ),
    ],
)
def test_only_licensed_staff_of_the_right_kind_can_be_responsible(
    role: str, able: list[tuple[UnitKind, Role]], unable: list[tuple[UnitKind, Role]]
) -> None:
    (required,) = [field for field in VASTMANLAND.content["contact-roles"].fields if field.id == role]

    assert required.who is not None
    assert all(required.who.is_met_by(actor(*kind_and_role)) for kind_and_role in able)
    assert not any(required.who.is_met_by(actor(*kind_and_role)) for kind_and_role in unable)


# --- Planning and information ---------------------------------------------------------------------------------------


@pytest.mark.rule("VML-6-4")
@pytest.mark.rule("VML-6-8")
@pytest.mark.rule("VML-8-8")
@pytest.mark.rule("VML-8-11")
def test_either_party_may_begin_care_planning() -> None:
    assert is_open_to(ActName.INITIATE_PLAN, *BOTH)


@pytest.mark.rule("VML-6-5")
@pytest.mark.rule("VML-6-9")
@pytest.mark.rule("VML-5-9")
@pytest.mark.parametrize("track", TRACKS)
def test_each_party_takes_part_in_planning_or_gives_a_reason(track: str) -> None:
    assert VASTMANLAND.ground(Guard.ATTENDANCE, track) is not None
    assert VASTMANLAND.ground(Guard.JOINT_PLANNING, track) is None


@pytest.mark.rule("VML-6-10")
def test_only_the_county_council_summons_to_planning_at_discharge() -> None:
    assert authors("discharge-planning-summons") == {Party.REGION}
    assert is_open_to(ActName.OPEN_DISCHARGE_PLANNING, UnitKind.INPATIENT_CARE)
    denied = allowed(ActName.OPEN_DISCHARGE_PLANNING, UnitKind.MUNICIPAL_CARE)
    assert isinstance(denied, Denial)
    assert denied.rule == "VML-6-10"


@pytest.mark.rule("VML-5-9")
def test_planning_at_discharge_states_the_attendance_of_each_party_or_its_reason() -> None:
    assert list_missing(VASTMANLAND, "discharge-planning", {}) == ["attendance-region", "attendance-municipality"]
    alone = {"attendance-region": "The ward's nurse"}
    assert list_missing(VASTMANLAND, "discharge-planning", alone) == ["attendance-municipality"]
    both = alone | {"attendance-municipality": "Absent: the summons came the same day"}
    assert list_missing(VASTMANLAND, "discharge-planning", both) == []


@pytest.mark.rule("VML-5-9")
def test_a_summons_gives_the_municipality_a_duty_to_take_part() -> None:
    (duty,) = [known for known in VASTMANLAND.duties if known.id == "discharge-planning"]

    assert (duty.owner, duty.opened_by, duty.met_by) == (
        Party.MUNICIPALITY,
        ("statement:discharge-planning-summons",),
        ("statement:discharge-planning",),
    )


@pytest.mark.rule("VML-7-2")
def test_a_home_visit_gives_the_municipality_a_duty_to_inform_the_family_doctor() -> None:
    (duty,) = [known for known in VASTMANLAND.duties if known.id == "inform-family-doctor"]

    assert (duty.owner, duty.opened_by) == (Party.MUNICIPALITY, ("event:case.home-visit-recorded",))
    assert (duty.met_by, duty.deadline) == (("statement:family-doctor-informed",), None)
    assert authors("family-doctor-informed") == {Party.MUNICIPALITY}


@pytest.mark.rule("VML-7-4")
def test_the_county_council_informs_the_nurse_before_an_intervention_and_a_breach_is_only_shown() -> None:
    before = precondition("nurse-informed")
    limit = VASTMANLAND.deadline("nurse-information")

    assert (before.acts, before.needs.statement, before.needs.same) == (
        (ActName.PERFORM_INTERVENTION,),
        "nurse-informed",
        "intervention",
    )
    assert before.enforce == "flag"
    assert not isinstance(limit, NotRegulated)
    assert (limit.before, limit.duration) == (ActName.PERFORM_INTERVENTION, None)
    assert authors("nurse-informed") == {Party.REGION}


@pytest.mark.rule("VML-6-3")
@pytest.mark.rule("VML-6-7")
@pytest.mark.rule("VML-8-7")
@pytest.mark.rule("VML-8-10")
@pytest.mark.parametrize(
    ("kind", "author"),
    [("information-to-region", Party.MUNICIPALITY), ("information-to-municipality", Party.REGION)],
)
def test_each_party_informs_the_other(kind: str, author: Party) -> None:
    assert authors(kind) == {author}
    assert list_missing(VASTMANLAND, kind, {}) == ["information"]
    assert is_open_to(ActName.TRANSFER_INFORMATION, *BOTH)


@pytest.mark.rule("VML-12-4")
@pytest.mark.rule("VML-5-3")
@pytest.mark.parametrize("act", [ActName.PROPOSE_ENROLMENT, ActName.START_ENROLMENT])
def test_the_municipality_opens_and_starts_home_care(act: ActName) -> None:
    assert is_open_to(act, UnitKind.MUNICIPAL_CARE)
    assert isinstance(allowed(act, UnitKind.PRIMARY_CARE), Denial)


@pytest.mark.rule("VML-2-7")
def test_a_visit_states_if_it_was_acute_or_planned() -> None:
    fields = VASTMANLAND.content["home-visit-municipality"].fields

    assert [gap.path for gap in find_missing_fields(fields, {"kind": "nightly"})] == ["kind"]
    assert find_missing_fields(fields, {"kind": "acute"}) == find_missing_fields(fields, {"kind": "planned"}) == ()


@pytest.mark.rule("VML-8-9")
def test_the_county_council_may_visit_for_an_investigation_or_team_activity() -> None:
    assert is_open_to(ActName.RECORD_HOME_VISIT, UnitKind.PRIMARY_CARE)
    (purpose,) = [field for field in VASTMANLAND.content["home-visit-region"].fields if field.id == "purpose"]
    assert {"investigation", "team-activity"} <= set(purpose.choices)


# --- What follows the person ----------------------------------------------------------------------------------------


@pytest.mark.rule("VML-13-1")
@pytest.mark.rule("VML-12-4")
def test_care_follows_residence_and_visitors_are_cared_for_where_they_stay() -> None:
    found = VASTMANLAND.jurisdiction

    assert found is not None
    assert (found.care, found.visitors, found.coordination) == ("residence", "stay", None)
    assert found.ends_at_move is True


# --- Silence --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("V2")
@pytest.mark.parametrize(
    "act", [ActName.SEND_REFERRAL, ActName.ACKNOWLEDGE_REFERRAL, ActName.CONTACT_PRINCIPAL, ActName.SUPPLEMENT_REFERRAL]
)
def test_a_request_and_its_acknowledgement_are_not_regulated(act: ActName) -> None:
    assert allowed(act, UnitKind.PRIMARY_CARE) == NotRegulated(what=act, silences=("V2",))


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("V3")
@pytest.mark.parametrize("act", [ActName.RAISE_DISAGREEMENT, ActName.RESOLVE_DISAGREEMENT, ActName.GRANT_DEPARTURE])
def test_disagreements_and_departures_are_not_regulated(act: ActName) -> None:
    assert allowed(act, UnitKind.MUNICIPAL_CARE) == NotRegulated(what=act, silences=("V3",))
    assert VASTMANLAND.dispute is None


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("V5")
@pytest.mark.parametrize("track", TRACKS)
def test_the_end_of_home_care_is_not_regulated(track: str) -> None:
    assert VASTMANLAND.discharge_rule(track) == NotRegulated(what="discharge", silences=("V5",))


@pytest.mark.rule("V1")
@pytest.mark.rule("B15")
def test_no_time_limit_has_a_number() -> None:
    assert [limit.id for limit in VASTMANLAND.deadlines if limit.duration or limit.day_of_month or limit.months] == []


@pytest.mark.rule("SYS-7")
def test_other_counties_checks_are_not_demanded_here() -> None:
    borrowed = [Guard.JOINT_ASSESSMENT, Guard.EQUAL_LEVELS, Guard.RISKS_ADDRESSED, Guard.ACCEPTED_HANDOVER]

    assert [guard for guard in borrowed if VASTMANLAND.ground(guard, "home-care") is not None] == []


@pytest.mark.rule("VML-9-3")
@pytest.mark.rule("VML-11-2")
def test_content_of_other_documents_is_referred_to_and_not_invented() -> None:
    titles = {reference.id: reference.title for reference in VASTMANLAND.external_references}

    assert titles["device-handbook"] == "Hjälpmedelshandboken för Västmanland 2011"
    assert titles["local-agreements"] == "Lokala avtal med aktuell kommun"
