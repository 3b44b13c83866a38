"""Enrolment where no request is prescribed, a threshold is, and nobody says how it ends: the Västmanland text."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from domain.agreements.model import Agreement, Content, DisputeSubject, Guard, Key, Requirement
from domain.case.acts import (
    care_plan,
    care_plan_end,
    care_plan_start,
    criteria,
    death_and_move,
    disagreement,
    discharge,
    enrolment,
    home_visit,
    hours,
    referral_decision,
    tasks,
)
from domain.case.events.care_plan import PlanClosed, PlanInitiated, PlanMeetingHeld
from domain.case.events.case import (
    VISIT_KINDS,
    DeathRecorded,
    HomeVisitRecorded,
    HoursRecorded,
    MoveRecorded,
    ResponsibilityChanged,
)
from domain.case.events.enrolment import (
    Discharged,
    DischargeDeclared,
    EnrolmentEndedByDeath,
    EnrolmentEndedByMove,
    EnrolmentGround,
    EnrolmentProposed,
    EnrolmentRefused,
    EnrolmentStarted,
    InterventionPerformed,
)
from domain.case.events.referral import CriteriaEvaluated, ReferralAccepted, ReferralClosed
from domain.case.state.enrolment import EnrolmentStatus
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel, Intervention, InterventionKind, Profession
from domain.kernel import Actor, Party
from domain.refusals import (
    ActorNotAllowed,
    AgeNotCovered,
    ContentMissing,
    ContentNotKnown,
    CriterionNotMet,
    GroundExcluded,
    NotParty,
    NotYourPrincipal,
    OtherPartyMissing,
    PlanRequired,
    RoleMissing,
    UnknownReference,
    WrongState,
)
from projections.worklist.items import WorklistItem
from tests.agreements.published import find_in_force
from tests.projections.open_items import items_of
from tests.scenario import (
    COUNTIES,
    MORNINGS,
    TOOK_PART,
    WOUND,
    Story,
    an,
    given,
    planned,
    request_in,
    story_in,
    swedish,
)

PEOPLE = COUNTIES["vastmanland"]
NURSE, REGION_NURSE = PEOPLE.nurse_a, PEOPLE.district_nurse
FACTS: dict[str, dict[str, Any]] = {
    "age": {},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "disease"},
    "commissioned": {"commissioned_by_primary_care": True},
}
REACHES = FACTS | {"threshold": {"reaches_alone": False, "reaches_with_support": True, "cause": "disability"}}


OF_ANOTHER = FACTS | {"commissioned": {"commissioned_by_primary_care": False}}


@cache
def need(age: int | None = 82, track: str = "home-care") -> Story:
    """Tell that the municipality has seen a need."""
    return story_in("vastmanland", age=age).need_raised(by=NURSE, track=track)


@cache
def proposed(ground: EnrolmentGround = EnrolmentGround.RESIDENCE) -> Story:
    """Tell that the threshold is met, and that the municipality has proposed an enrolment."""
    considered = need().after(criteria.evaluate_criteria, NURSE, facts=FACTS)
    return considered.after(enrolment.propose, NURSE, ground=ground)


def with_plan(story: Story, *roles: str, interventions: tuple[Intervention, ...] = (WOUND,)) -> Story:
    """Return the story with an individual plan that names somebody for each of the roles."""
    holders = {
        "responsible-physician": (REGION_NURSE, PEOPLE.physician),
        "nursing-responsible": (NURSE, NURSE),
        "rehabilitation-responsible": (NURSE, PEOPLE.therapist_a),
    }
    story = story.plan_begun(NURSE, kind="individual").plan_held()
    plan = list(story.state.plans)[-1]
    for one in interventions:
        story = story.after(care_plan.plan_intervention, NURSE, plan=plan, intervention=planned(one))
    for role in roles:
        by, person = holders[role]
        story = story.after(care_plan.assign_contact, by, plan=plan, role=role, person=person.person)
    return story.plan_agreed(NURSE)


@cache
def enrolled() -> Story:
    """Tell that the person is enrolled."""
    return with_plan(proposed(), "responsible-physician", "nursing-responsible").started()


GAIT = WOUND.model_copy(update={"key": "gait", "kind": InterventionKind.REHABILITATIVE})


@cache
def in_rehabilitation() -> Story:
    """Tell that an enrolment for rehabilitation at home has been proposed."""
    story = need(track="rehabilitation").after(criteria.evaluate_criteria, NURSE, facts=FACTS)
    return story.after(enrolment.propose, NURSE)


def find_items(story: Story) -> dict[str, WorklistItem]:
    """Return what waits, by key."""
    return {item.key: item for item in items_of(story)}


# --- Proposed and started ---------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-12-4")
@pytest.mark.rule("E1")
@pytest.mark.parametrize("ground", EnrolmentGround)
def test_the_municipality_enrols_without_a_request_also_those_who_only_stay_there(ground: EnrolmentGround) -> None:
    story = given(need()).when(enrolment.propose, by=NURSE, ground=ground).then(an(EnrolmentProposed, ground=ground))
    assert story.enrolment.ground is ground


@pytest.mark.rule("VML-13-1")
@pytest.mark.parametrize("ground", EnrolmentGround)
def test_a_proposal_cites_what_makes_the_municipality_the_one_that_is_meant(ground: EnrolmentGround) -> None:
    assert {"VML-13-1", "VML-12-4"} <= set(cited(need(), ground))


@pytest.mark.parametrize(
    ("said", "ground"),
    [
        ({"visitors": Key.RESIDENCE}, EnrolmentGround.STAY),
        ({"visitors": Key.RESIDENCE}, EnrolmentGround.VISIT),
        ({"care": Key.STAY}, EnrolmentGround.RESIDENCE),
    ],
)
def test_a_ground_by_which_the_version_means_another_municipality_is_refused(
    said: dict[str, Key], ground: EnrolmentGround
) -> None:
    story = need().under(with_jurisdiction(said))

    given(story).when(enrolment.propose, by=NURSE, ground=ground).then_refused(
        GroundExcluded, rule="VML-13-1", where=("ground",)
    )


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("ground", EnrolmentGround)
def test_a_version_that_means_nobody_by_residence_or_stay_asks_nothing_of_the_ground(ground: EnrolmentGround) -> None:
    story = need().under(with_jurisdiction({"care": None, "visitors": None}))
    assert "VML-13-1" not in cited(story, ground)


@pytest.mark.rule("VML-12-4", "VML-13-1")
@pytest.mark.parametrize(
    ("circumstance", "ground"),
    [("non-resident", EnrolmentGround.STAY), ("doctor-elsewhere", EnrolmentGround.RESIDENCE), (None, "residence")],
)
def test_without_a_word_on_the_ground_it_is_what_the_version_ties_the_care_to(
    circumstance: str | None, ground: EnrolmentGround
) -> None:
    story = need() if circumstance is None else need().circumstance(circumstance, NURSE)
    story = story.after(criteria.evaluate_criteria, NURSE, facts=FACTS)

    proposal = given(story).when(enrolment.propose, by=NURSE).then(an(EnrolmentProposed, ground=ground))
    accepted = given(story).when(referral_decision.accept, by=NURSE)

    assert "VML-13-1" in proposal.events[-1].basis.clauses
    assert "VML-13-1" in accepted.then(ReferralAccepted, an(EnrolmentProposed, ground=ground)).events[-1].basis.clauses


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_where_all_care_follows_the_stay_it_is_the_ground_and_is_cited() -> None:
    story = need().under(with_jurisdiction({"care": Key.STAY, "visitors": None}))

    proposal = given(story).when(enrolment.propose, by=NURSE).then(an(EnrolmentProposed, ground=EnrolmentGround.STAY))

    assert "VML-13-1" in proposal.events[-1].basis.clauses
    given(story).when(enrolment.propose, by=NURSE, ground=EnrolmentGround.VISIT).then(EnrolmentProposed)


def cited(story: Story, ground: EnrolmentGround) -> tuple[str, ...]:
    """Return the ground of a proposal."""
    (event,) = story.decided(story.act(enrolment.propose, NURSE), ground=ground)
    return event.basis.clauses


def with_jurisdiction(said: Mapping[str, Key | bool | None]) -> Agreement:
    """Return the county's version with another section on what follows the person."""
    published = need().act(enrolment.propose, NURSE).in_force
    assert published.jurisdiction is not None
    return published.model_copy(update={"jurisdiction": published.jurisdiction.model_copy(update=said)})


def test_no_enrolment_is_proposed_after_the_request_has_been_declined() -> None:
    considered = need().after(criteria.evaluate_criteria, NURSE, facts=OF_ANOTHER)
    story = considered.declined(NURSE)

    given(story).when(enrolment.propose, by=NURSE).then_refused(WrongState, rule="C.3", where=("declined",))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_without_the_track_prescribes_neither_steps_nor_a_handover_of_each_intervention() -> None:
    silent = need().act(enrolment.propose, NURSE).in_force.model_copy(update={"tracks": ()})

    given(need().under(silent)).when(enrolment.propose, by=NURSE).then(EnrolmentProposed)
    ready = with_plan(proposed(), "responsible-physician", "nursing-responsible")
    started = given(ready.under(silent)).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)
    assert started.performer() == PEOPLE.a


@pytest.mark.rule("R15")
def test_the_start_closes_no_request_that_is_closed_already() -> None:
    story = with_plan(proposed(), "responsible-physician", "nursing-responsible")
    closed = story.accepted(NURSE).after(referral_decision.close, NURSE)

    given(closed).when(enrolment.start, by=NURSE).then(EnrolmentStarted)


@pytest.mark.rule("SYS-7")
def test_a_request_in_dispute_stays_open_when_the_enrolment_starts_where_the_version_does_not_stop_it() -> None:
    story = with_plan(proposed(), "responsible-physician", "nursing-responsible")
    disputed = story.after(
        disagreement.raise_disagreement, REGION_NURSE, reason="She can travel", subject=DisputeSubject.REFERRAL
    )

    started = given(disputed).when(enrolment.start, by=NURSE).then(EnrolmentStarted)
    assert started.state.referral.status is ReferralStatus.DISPUTED


def test_nobody_proposes_an_enrolment_for_the_municipality() -> None:
    story = need()
    given(story).when(enrolment.propose, by=PEOPLE.nurse_b).then_refused(NotParty, rule="SYS-3")
    for by in (REGION_NURSE, PEOPLE.physician):
        given(story).when(enrolment.propose, by=by).then_refused(ActorNotAllowed, rule="VML-7-1")


@pytest.mark.rule("VML-2-4")
@pytest.mark.rule("F16")
def test_nobody_under_eighteen_is_enrolled_and_the_region_is_named() -> None:
    given(need(17)).when(enrolment.propose, by=NURSE).then_refused(AgeNotCovered, rule="VML-2-4", where=("region",))
    given(need(18)).when(enrolment.propose, by=NURSE).then(EnrolmentProposed)


def test_somebody_of_unknown_age_is_outside_no_age() -> None:
    given(need(None)).when(enrolment.propose, by=NURSE, ground=EnrolmentGround.RESIDENCE).then(EnrolmentProposed)


def test_an_age_that_the_scope_has_by_no_clause_of_its_own_is_refused_on_the_scope() -> None:
    version = find_in_force("vastmanland", MORNINGS["vastmanland"])
    assert version is not None
    scope = version.scope.model_copy(update={"age": None})
    story = need(17).under(version.model_copy(update={"scope": scope}))

    given(story).when(enrolment.propose, by=NURSE, ground=EnrolmentGround.RESIDENCE).then_refused(
        AgeNotCovered, rule=scope.clauses[0]
    )


@pytest.mark.rule("VML-3-2")
@pytest.mark.rule("F15")
def test_home_care_does_not_start_before_it_has_been_planned() -> None:
    given(proposed()).when(enrolment.start, by=NURSE).then_refused(PlanRequired, rule="VML-3-2")


@pytest.mark.rule("VML-5-6")
@pytest.mark.rule("VML-6-2")
@pytest.mark.parametrize(
    ("named", "role", "rule"),
    [
        ("nursing-responsible", "responsible-physician", "VML-5-6"),
        ("responsible-physician", "nursing-responsible", "VML-6-2"),
    ],
)
def test_home_care_does_not_start_while_nobody_holds_a_role_and_the_refusal_names_it(
    named: str, role: str, rule: str
) -> None:
    story = with_plan(proposed(), named)

    given(story).when(enrolment.start, by=NURSE).then_refused(RoleMissing, rule=rule, where=(role,))
    assert find_items(story)["start-enrolment"].lacks == (role,)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("VML-5-6")
def test_a_physicians_visit_that_nobody_is_named_for_needs_no_nurse_in_the_plan() -> None:
    version = proposed().act(enrolment.propose, NURSE).in_force
    guards = {guard: ground for guard, ground in version.guards.items() if guard is not Guard.ONE_DUTY_HOLDER}
    begun = proposed().under(version.model_copy(update={"guards": guards})).plan_begun(NURSE, kind="individual")
    begun = begun.plan_held()
    planned_for = {}
    for profession in (Profession.PHYSICIAN, Profession.NURSE):
        one = planned(WOUND.model_copy(update={"profession": profession}), None)
        story = begun.after(
            care_plan.plan_intervention, NURSE, plan=list(begun.state.plans)[-1], intervention=one
        ).plan_agreed(NURSE)
        planned_for[profession] = "nursing-planned" in story.state.conditions

    assert planned_for == {Profession.PHYSICIAN: False, Profession.NURSE: True}


@pytest.mark.rule("VML-5-6")
@pytest.mark.rule("VML-6-2")
@pytest.mark.rule("VML-8-2")
def test_every_role_that_nobody_holds_is_named_at_once_with_the_remedy_for_each() -> None:
    gait = WOUND.model_copy(update={"key": "gait", "kind": InterventionKind.REHABILITATIVE})
    roles = ("responsible-physician", "nursing-responsible", "rehabilitation-responsible")

    refusal = (
        given(with_plan(proposed(), interventions=(WOUND, gait)))
        .when(enrolment.start, by=NURSE)
        .then_refused(RoleMissing, rule="VML-5-6", where=roles)
    )

    assert all(role in refusal.message for role in roles)
    assert refusal.remedy.count(";") == len(roles) - 1


@pytest.mark.rule("VML-8-2")
def test_rehabilitation_at_home_does_not_start_without_a_responsible_therapist() -> None:
    story = with_plan(in_rehabilitation(), "responsible-physician", interventions=(GAIT,))

    given(story).when(enrolment.start, by=NURSE).then_refused(
        RoleMissing, rule="VML-8-2", where=("rehabilitation-responsible",)
    )


@pytest.mark.rule("VML-6-2")
def test_rehabilitation_with_nursing_does_not_start_without_a_responsible_nurse() -> None:
    roles = ("responsible-physician", "rehabilitation-responsible")
    story = with_plan(in_rehabilitation(), *roles, interventions=(GAIT, WOUND))

    given(story).when(enrolment.start, by=NURSE).then_refused(
        RoleMissing, rule="VML-6-2", where=("nursing-responsible",)
    )
    both = with_plan(in_rehabilitation(), *roles, "nursing-responsible", interventions=(GAIT, WOUND))
    assert both.started().enrolment.started_at
    assert with_plan(in_rehabilitation(), *roles, interventions=(GAIT,)).started().enrolment.started_at


@pytest.mark.rule("VML-8-2")
@pytest.mark.parametrize(
    "intervention",
    [
        WOUND.model_copy(update={"key": "gait", "kind": InterventionKind.REHABILITATIVE}),
        WOUND.model_copy(update={"key": "gait", "profession": Profession.PHYSIOTHERAPIST}),
    ],
    ids=["rehabilitative", "a physiotherapist's"],
)
def test_home_care_with_rehabilitation_does_not_start_without_a_responsible_therapist(
    intervention: Intervention,
) -> None:
    roles = ("responsible-physician", "nursing-responsible")
    story = with_plan(proposed(), *roles, interventions=(WOUND, intervention))

    given(story).when(enrolment.start, by=NURSE).then_refused(
        RoleMissing, rule="VML-8-2", where=("rehabilitation-responsible",)
    )
    named = with_plan(proposed(), *roles, "rehabilitation-responsible", interventions=(WOUND, intervention))
    assert named.started().enrolment.started_at


@pytest.mark.rule("VML-8-2")
def test_home_care_starts_without_a_responsible_therapist_if_the_rehabilitation_is_the_regions() -> None:
    gait = planned(WOUND.model_copy(update={"key": "gait", "kind": InterventionKind.REHABILITATIVE}), Party.REGION)
    story = with_plan(proposed(), "responsible-physician", "nursing-responsible").plan_reopened(NURSE)
    story = story.plan_changed(gait, NURSE).plan_agreed(NURSE)

    given(story).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)


@pytest.mark.rule("E4")
def test_one_party_starts_alone_where_the_version_asks_nobody_to_commit() -> None:
    story = with_plan(proposed(), "responsible-physician", "nursing-responsible")

    started = given(story).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)
    assert started.performer() == PEOPLE.a


@pytest.mark.rule("VML-4-2")
@pytest.mark.rule("VML-2-3")
@pytest.mark.rule("E2")
def test_whoever_reaches_the_health_centre_with_support_is_not_enrolled() -> None:
    story = need().after(criteria.evaluate_criteria, NURSE, facts=REACHES).after(enrolment.propose, NURSE)
    planned_for = with_plan(story, "responsible-physician", "nursing-responsible", interventions=())

    given(planned_for).when(enrolment.start, by=NURSE).then_refused(
        CriterionNotMet, rule="VML-4-2", where=("threshold",)
    )
    refused = given(story).when(enrolment.refuse, by=NURSE, criterion="threshold", reason="She comes by taxi")
    refused.then(an(EnrolmentRefused, criterion="threshold", keeps=Party.REGION))


@pytest.mark.rule("VML-4-3")
def test_a_departure_from_the_threshold_lets_the_enrolment_start() -> None:
    story = need(45).after(criteria.evaluate_criteria, NURSE, facts=REACHES)
    story = story.after(
        criteria.grant_departure, NURSE, criterion="threshold", ground="social-situation", reason="Severe social phobia"
    )
    story = with_plan(story.after(enrolment.propose, NURSE), "responsible-physician", "nursing-responsible")

    given(story).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)


def test_an_enrolment_is_proposed_once() -> None:
    given(proposed()).when(enrolment.propose, by=NURSE).then_refused(WrongState, rule="C.3", where=("proposed",))


@pytest.mark.rule("P12")
@pytest.mark.rule("VML-3-2")
@pytest.mark.parametrize("track", ["home-care", "home-visit"])
def test_only_home_care_keeps_the_plan_that_it_stands_on(track: str) -> None:
    story = need(track=track).after(criteria.evaluate_criteria, NURSE, facts=FACTS).after(enrolment.propose, NURSE)
    story = with_plan(story, "responsible-physician", "nursing-responsible").started()

    closing = given(story).when(care_plan_end.close, by=NURSE, plan=story.plan.id, reason="Nothing more to plan")
    if track == "home-care":
        closing.then_refused(PlanRequired, rule="VML-3-2", where=("individual",))
    else:
        closing.then(PlanClosed)


def test_nobody_is_refused_whom_the_version_covers() -> None:
    given(proposed()).when(enrolment.refuse, by=NURSE, reason="No").then_refused(CriterionNotMet, rule="VML-4-2")


# --- Visits -----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("VML-3-3")
@pytest.mark.rule("VML-7-1")
@pytest.mark.rule("VML-2-7")
@pytest.mark.parametrize("kind", VISIT_KINDS)
def test_an_occasional_visit_acute_or_planned_needs_neither_enrolment_nor_plan(kind: str) -> None:
    story = need(track="home-visit")

    visited = given(story).when(home_visit.record_home_visit, by=NURSE, kind=kind, performer=NURSE.person)
    assert visited.then(an(HomeVisitRecorded, kind=kind)).state.enrolment is None


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_text_that_lists_its_own_kinds_of_visit_has_those_and_no_others() -> None:
    story = need(track="home-visit")
    published = story.act(home_visit.record_home_visit, NURSE).in_force
    kind = Requirement(id="kind", title="Slag", choices={"night": "Nattbesök"}, clauses=("VML-3-3",))
    content = published.content | {
        "home-visit-municipality": Content(title="Hembesök", clauses=("VML-3-3",), fields=(kind,))
    }
    story = story.under(published.model_copy(update={"content": content}))
    said: dict[str, Any] = {"by": NURSE, "performer": NURSE.person}

    given(story).when(home_visit.record_home_visit, kind="night", **said).then(an(HomeVisitRecorded, kind="night"))
    given(story).when(home_visit.record_home_visit, kind="acute", **said).then_refused(
        ContentNotKnown, rule="VML-3-3", where=("acute",)
    )


@pytest.mark.rule("VML-8-9")
def test_the_county_council_visits_for_an_investigation_and_moves_no_responsibility() -> None:
    story, by = enrolled(), PEOPLE.physician
    visit = given(story).when(
        home_visit.record_home_visit, by=by, kind="planned", performer=by.person, purpose="investigation"
    )

    assert visit.then(an(HomeVisitRecorded, allocations=())).performer() == PEOPLE.a
    for purpose in ("dressing", None):
        given(story).when(
            home_visit.record_home_visit, by=by, kind="planned", performer=by.person, purpose=purpose
        ).then_refused(ContentMissing, rule="VML-8-9", where=("purpose",))


@pytest.mark.rule("VML-7-2")
def test_each_visit_leaves_the_municipality_to_inform_the_family_doctor() -> None:
    def visited(story: Story) -> Story:
        return story.after(home_visit.record_home_visit, NURSE, kind="acute", performer=NURSE.person)

    once = visited(need(track="home-visit"))
    duty = find_items(once)["duty:inform-family-doctor"]
    assert (duty.party, duty.rule) == (Party.MUNICIPALITY, "VML-7-2")
    informed = once.stated("family-doctor-informed", NURSE, information="A new dressing")
    assert "duty:inform-family-doctor" not in find_items(informed)
    assert "duty:inform-family-doctor" in find_items(visited(informed))


def test_a_visit_is_recorded_by_the_party_whose_staff_made_it() -> None:
    given(need()).when(
        home_visit.record_home_visit, by=NURSE, kind="acute", performer=REGION_NURSE.person
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("performer",))


@pytest.mark.rule("VML-7-1")
def test_the_municipality_makes_no_visit_to_somebody_found_to_reach_the_health_centre() -> None:
    story = need(track="home-visit").after(criteria.evaluate_criteria, NURSE, facts=REACHES)
    given(story).when(home_visit.record_home_visit, by=NURSE, kind="planned", performer=NURSE.person).then_refused(
        CriterionNotMet, rule="VML-4-2", where=("threshold",)
    )


@pytest.mark.rule("SYS-7")
def test_hours_are_of_any_kind_where_the_version_lists_none() -> None:
    said: dict[str, Any] = {"day": enrolled().clock.date(), "kind": "gardening", "treatment_level": CareLevel.PRIMARY}
    given(enrolled()).when(hours.record_hours, by=NURSE, performed=Decimal(2), **said).then(HoursRecorded)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("lacks", ["the settlement", "the share"])
def test_hours_are_of_any_kind_where_the_version_does_not_share_their_cost(lacks: str) -> None:
    published = find_in_force("gavleborg", swedish("2018-06-04 09:00"))
    assert published is not None
    assert published.settlement is not None
    assert published.settlement.monthly is not None
    monthly = published.settlement.monthly.model_copy(update={"share": None})
    settlement = published.settlement.model_copy(update={"monthly": monthly}) if lacks == "the share" else None
    story = story_in("gavleborg").need_raised(by=COUNTIES["gavleborg"].nurse_a)
    said: dict[str, Any] = {"day": story.clock.date(), "kind": "gardening", "treatment_level": CareLevel.PRIMARY}

    given(story.under(published.model_copy(update={"settlement": settlement}))).when(
        hours.record_hours, by=COUNTIES["gavleborg"].nurse_a, performed=Decimal(2), **said
    ).then(HoursRecorded)


@pytest.mark.parametrize("ends", [True, False])
def test_a_move_ends_the_enrolment_only_where_the_version_says_so(ends: bool) -> None:
    story = enrolled().under(with_jurisdiction({"ends_at_move": ends})).on("2013-05-01 09:00")
    move: dict[str, Any] = {"moved_on": story.clock.date(), "to": "bytown"}
    moved = given(story).when(death_and_move.record_move, by=NURSE, municipality=PEOPLE.b, **move)

    told = moved.then(MoveRecorded, EnrolmentEndedByMove, PlanClosed) if ends else moved.then(MoveRecorded)
    cited = next(event for event in told.events if isinstance(event, MoveRecorded)).basis
    assert (cited.clauses, cited.not_regulated) == (("VML-13-1", "VML-12-4"), ())
    given(story).when(death_and_move.record_move, by=NURSE, municipality="SE2120000099-H0", **move).then_refused(
        UnknownReference, rule="SYS-1", where=("municipality",)
    )


# --- Endings ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("by", PEOPLE.both, ids=lambda by: by.party)
def test_where_the_version_is_silent_one_party_ends_the_enrolment_and_it_says_so(by: Any) -> None:
    ended = given(enrolled()).when(discharge.declare_discharge, by=by, reason="Healed", participation=TOOK_PART)

    story = ended.then(DischargeDeclared, Discharged, PlanClosed)
    discharged = next(event for event in story.events if isinstance(event, Discharged))
    assert "discharge" in discharged.basis.not_regulated
    assert story.enrolment.status == "discharged"


@pytest.mark.rule("VML-14-1")
@pytest.mark.rule("E11")
def test_care_of_the_deceased_is_the_county_councils_and_late_facts_are_still_recorded() -> None:
    story = enrolled().on("2013-02-02 08:00")
    day = story.clock.date()
    died = (
        given(story)
        .when(death_and_move.record_death, by=NURSE, deceased_on=day)
        .then(DeathRecorded, EnrolmentEndedByDeath, PlanClosed)
    )

    assert next(event for event in died.events if isinstance(event, DeathRecorded)).basis.not_regulated == ()
    held = died.state.allocations["care-of-deceased"]
    assert (held.treatment, held.performer, held.clauses[0]) == (PEOPLE.region, PEOPLE.region, "VML-14-1")
    assert died.state.allocations[WOUND.key].performer is None
    late = died.after(
        tasks.perform,
        NURSE,
        at="2013-02-01 09:00",
        now="2013-02-04 09:00",
        intervention=WOUND.key,
        performer=NURSE.person,
    )
    assert late.enrolment.performed == 1
    visit: dict[str, Any] = {"kind": "acute", "performer": NURSE.person}
    for at in ("2013-02-01 09:00", "2013-02-02 07:00"):
        given(died).when(home_visit.record_home_visit, by=NURSE, at=at, now="2013-02-04 09:00", **visit).then(
            HomeVisitRecorded
        )
    given(died).when(home_visit.record_home_visit, by=NURSE, at="2013-02-03 09:00", **visit).then_refused(
        WrongState, rule="C.3"
    )


@pytest.mark.rule("F21")
def test_an_enrolment_that_death_ended_does_not_start_again_and_that_is_what_the_refusal_says() -> None:
    died = enrolled().after(death_and_move.record_death, NURSE, deceased_on=enrolled().clock.date())

    given(died).when(enrolment.start, by=NURSE).then_refused(WrongState, rule="C.3", where=("ended-by-death",))


@pytest.mark.rule("VML-13-1")
@pytest.mark.rule("E12")
def test_a_move_to_another_municipality_ends_the_enrolment_and_the_other_needs_its_own() -> None:
    story = enrolled().on("2013-05-01 09:00")
    day = story.clock.date()
    moved = (
        given(story)
        .when(death_and_move.record_move, by=NURSE, moved_on=day, to="bytown", municipality=PEOPLE.b)
        .then(MoveRecorded, an(EnrolmentEndedByMove, municipality=PEOPLE.b), PlanClosed)
    )

    assert (moved.enrolment.status, moved.state.is_ended) == ("ended-by-move", True)
    assert (moved.performer(at="2013-04-30 12:00"), moved.performer()) == (PEOPLE.a, PEOPLE.b)
    given(moved).when(enrolment.start, by=PEOPLE.nurse_b).then_refused(NotParty, rule="SYS-3")
    own = story_in("vastmanland", at="2013-05-02 08:00").need_raised(by=PEOPLE.nurse_b, track="home-care")
    given(own).when(enrolment.propose, by=PEOPLE.nurse_b).then(an(EnrolmentProposed, municipality=PEOPLE.b))


@pytest.mark.rule("VML-13-1")
@pytest.mark.rule("E12")
def test_a_move_of_before_a_newer_word_on_where_the_person_lives_ends_nothing() -> None:
    story = enrolled().on("2013-05-01 09:00")
    away: dict[str, Any] = {"decide": death_and_move.record_move, "by": NURSE, "to": "bytown", "municipality": PEOPLE.b}
    back = story.after(
        death_and_move.record_move, NURSE, moved_on=date(2013, 4, 20), to="aytown", municipality=PEOPLE.a
    )

    older = back.after(**away, moved_on=date(2013, 4, 19))
    assert (older.enrolment.status, older.state.lives_in) == ("active", PEOPLE.a)
    before_enrolment = story.after(**away, moved_on=date(2012, 9, 2))
    assert before_enrolment.enrolment.status == "active"
    given(back).when(**away, moved_on=date(2013, 4, 20)).then(MoveRecorded, EnrolmentEndedByMove, PlanClosed)
    given(story).when(**away, moved_on=date(2012, 9, 3)).then(MoveRecorded, EnrolmentEndedByMove, PlanClosed)


@pytest.mark.rule("VML-13-1")
@pytest.mark.rule("E12")
def test_a_move_that_is_recorded_after_the_end_of_the_enrolment_ends_nothing_more() -> None:
    story = enrolled().on("2013-05-01 09:00")
    story = story.after(discharge.declare_discharge, NURSE, reason="Healed", participation=TOOK_PART)
    move: dict[str, Any] = {"moved_on": date(2013, 4, 20), "to": "bytown", "municipality": PEOPLE.b}
    given(story).when(death_and_move.record_move, by=NURSE, at="2013-04-20 12:00", now="2013-05-02 09:00", **move).then(
        MoveRecorded
    )


@pytest.mark.rule("VML-12-4")
@pytest.mark.rule("E12")
@pytest.mark.parametrize("ground", [EnrolmentGround.STAY, EnrolmentGround.VISIT])
def test_where_somebody_lives_who_only_stays_here_ends_nothing(ground: EnrolmentGround) -> None:
    story = with_plan(proposed(ground), "responsible-physician", "nursing-responsible").started().on("2013-05-01 09:00")
    moved = given(story).when(
        death_and_move.record_move, by=NURSE, moved_on=story.clock.date(), to="bytown", municipality=PEOPLE.b
    )

    assert moved.then(MoveRecorded).performer() == PEOPLE.a


def test_a_move_to_another_municipality_before_any_enrolment_ends_nothing() -> None:
    story = need().on("2013-05-01 09:00")
    given(story).when(
        death_and_move.record_move, by=NURSE, moved_on=story.clock.date(), to="bytown", municipality=PEOPLE.b
    ).then(MoveRecorded)


def test_a_move_within_the_municipality_ends_nothing() -> None:
    story = enrolled().on("2013-05-01 09:00")
    given(story).when(
        death_and_move.record_move, by=NURSE, moved_on=story.clock.date(), to="aytown", municipality=PEOPLE.a
    ).then(MoveRecorded)


def test_a_move_into_special_housing_is_outside_the_version_and_waits_to_be_settled() -> None:
    story = enrolled().on("2013-05-01 09:00")
    moved = story.after(death_and_move.record_move, NURSE, moved_on=story.clock.date(), to="special")

    assert find_items(moved)["outside-scope"].rule == "VML-2-1"
    assert moved.enrolment.status == "active"


@pytest.mark.rule("VML-7-4")
def test_the_region_is_to_inform_the_nurse_before_interventions_in_the_texts_own_words() -> None:
    item = find_items(enrolled())["duty:inform-nurse"]
    assert (item.party, item.words, item.due) == (Party.REGION, "inför insatser", None)

    told = enrolled().stated("nurse-informed", REGION_NURSE, intervention=WOUND.key, information="Swab first")
    assert "duty:inform-nurse" not in find_items(told)


@pytest.mark.rule("VML-3-1")
@pytest.mark.parametrize(
    ("setting", "performer"),
    [("ordinary", PEOPLE.a), ("health-centre", PEOPLE.region)],
    ids=["in the dwelling", "at the health centre"],
)
def test_home_care_is_what_is_given_in_the_dwelling(setting: str, performer: str) -> None:
    story = story_in("vastmanland").need_raised(by=NURSE, track="home-care", setting=setting)

    told = given(story).when(criteria.evaluate_criteria, by=NURSE, facts=FACTS)
    changed = [ResponsibilityChanged] if setting == "ordinary" else []

    assert told.then(CriteriaEvaluated, *changed).performer() == performer


@pytest.mark.rule("VML-3-1")
def test_home_care_goes_on_over_time_and_a_visit_does_not() -> None:
    later = enrolled().on("2013-03-04 09:00")
    done = {"intervention": WOUND.key, "performer": NURSE.person}
    performed = given(later).when(tasks.perform, by=NURSE, **done).then(InterventionPerformed)
    assert performed.enrolment.ended_at is None

    visited = (
        given(need(track="home-visit"))
        .when(home_visit.record_home_visit, by=NURSE, kind="planned", performer=NURSE.person)
        .then(HomeVisitRecorded)
    )
    assert visited.state.enrolment is None


GAIT = Intervention(
    key="gait-training",
    text="Gait training at home",
    profession=Profession.PHYSIOTHERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)


@pytest.mark.parametrize(
    ("by", "absent"),
    [
        pytest.param(NURSE, Party.REGION, marks=pytest.mark.rule("VML-8-8"), id="the municipality"),
        pytest.param(REGION_NURSE, Party.MUNICIPALITY, marks=pytest.mark.rule("VML-8-11"), id="the county council"),
    ],
)
def test_each_party_begins_the_care_planning_of_rehabilitation_and_takes_part_or_says_why_not(
    by: Actor, absent: Party
) -> None:
    rule = {Party.REGION: "VML-8-8", Party.MUNICIPALITY: "VML-8-11"}[absent]
    story = story_in("vastmanland").need_raised(
        request_in(PEOPLE, GAIT), by=PEOPLE.physiotherapist_a, track="rehabilitation", municipality=PEOPLE.a
    )
    begun = given(story).when(care_plan_start.initiate, by=by, kind="rehab").then(PlanInitiated)
    assert rule in begun.events[-1].basis.clauses

    meeting: dict[str, Any] = {"plan": list(begun.state.plans)[-1], "form": "home", "participation": TOOK_PART}
    planning = care_plan_start.hold_planning
    alone = meeting | {"participants": [by.person]}
    given(begun).when(planning, by=by, **alone).then_refused(
        OtherPartyMissing, rule="VML-6-5", where=("absences", absent)
    )
    given(begun).when(planning, by=by, **alone, absences={absent: "Nobody could come"}).then(PlanMeetingHeld)
    both = meeting | {"participants": [NURSE.person, REGION_NURSE.person]}
    held = given(begun).when(planning, by=by, **both).then(PlanMeetingHeld)
    assert rule in held.events[-1].basis.clauses


@pytest.mark.rule("VML-12-4")
@pytest.mark.parametrize("by", [NURSE, REGION_NURSE], ids=["municipality", "region"])
def test_a_request_can_be_accepted_after_the_municipality_has_proposed_the_enrolment(by: Actor) -> None:
    story = proposed()

    story = given(story).when(referral_decision.accept, by=by).then(ReferralAccepted)

    assert story.state.referral.status is ReferralStatus.ACCEPTED
    assert story.enrolment.status is EnrolmentStatus.PROPOSED
    assert story.enrolment.id == proposed().enrolment.id
