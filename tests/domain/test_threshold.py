"""Västmanland's threshold: who cannot reach the health centre is cared for at home, and who may be all the same."""

from functools import cache
from typing import Any

import pytest

from domain import statements
from domain.care_plan import decisions as care_plan
from domain.care_plan.events import PlanKind
from domain.enrolment import decisions as enrolment
from domain.enrolment import visits
from domain.enrolment.events import EnrolmentProposed, EnrolmentStarted
from domain.intervention import Intervention, Profession
from domain.kernel import Actor
from domain.referral import decisions as referral
from domain.referral.events import (
    DepartureGranted,
    HomeVisitRecorded,
    ReferralAccepted,
    ReferralClosed,
    ReferralDeclined,
    StatementRecorded,
    VisitKind,
)
from domain.refusals import (
    ActorNotAllowed,
    AgeNotCovered,
    ContentMissing,
    CriterionNotMet,
    ExceptionGroundInvalid,
    NoExceptionInPolicy,
    PlanRequired,
    RoleMissing,
)
from tests.scenario import VASTMANLAND, Story, an, given, planned, request_in, story_in

PEOPLE = VASTMANLAND
DRESSING = Intervention(key="dressing", text="Wound dressing twice a week")
TRAINING = Intervention(key="training", text="Balance training", profession=Profession.PHYSIOTHERAPIST)
PHOBIA = "A severe social phobia keeps her from the waiting room"


@cache
def need(age: int = 45, track: str = "home-care", one: Intervention = DRESSING) -> Story:
    """A need in municipality A."""
    story = story_in("vastmanland", age=age)
    return story.need_raised(request_in(PEOPLE, one), track=track, municipality=PEOPLE.a)


def weighed(story: Story, *, with_support: bool = False, by_primary_care: bool = True) -> Story:
    """The criteria were considered; she can or cannot reach the health centre with support."""
    facts: dict[str, Any] = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": with_support, "cause": "social phobia"},
        "commissioned": {"commissioned_by_primary_care": by_primary_care},
    }
    return story.after(referral.evaluate_criteria, PEOPLE.nurse_a, facts=facts)


def proposed(track: str = "home-care", one: Intervention = DRESSING) -> Story:
    """She cannot reach it, and an enrolment is proposed."""
    return weighed(need(track=track, one=one)).after(referral.accept, PEOPLE.nurse_a)


def with_plan(story: Story, kind: PlanKind, one: Intervention, *roles: tuple[str, Actor], held: bool = True) -> Story:
    """A plan of the municipality's own was established, in which these have their roles."""
    author = PEOPLE.nurse_a
    story = story.plan_begun(author, kind=kind)
    story = story.plan_held() if held else story
    (plan,) = story.told.plans
    story = story.after(care_plan.plan_intervention, author, plan=plan, intervention=planned(one))
    for role, person in roles:
        by = PEOPLE.district_nurse if person is PEOPLE.physician else author
        story = story.after(care_plan.assign_contact, by, plan=plan, role=role, person=person.person)
    return story.after(care_plan.agree, author, plan=plan)


@pytest.mark.rule("VML-4-2")
@pytest.mark.rule("D6")
def test_who_reaches_the_health_centre_with_support_is_not_cared_for_at_home() -> None:
    given(weighed(need(), with_support=True)).when(referral.accept, by=PEOPLE.nurse_a).then_refused(
        CriterionNotMet, rule="VML-4-2", where=("threshold",)
    )


@pytest.mark.rule("VML-4-3")
@pytest.mark.rule("D6")
@pytest.mark.parametrize("ground", ["disease", "disability", "social-situation"])
@pytest.mark.parametrize("by", [PEOPLE.nurse_a, PEOPLE.district_nurse])
def test_one_party_departs_from_the_threshold_on_one_of_three_grounds_with_a_reason(ground: str, by: Actor) -> None:
    story = weighed(need(), with_support=True)
    said = {"criterion": "threshold", "ground": ground}

    departed = (
        given(story)
        .when(referral.grant_departure, by=by, reason=PHOBIA, **said)
        .then(an(DepartureGranted, ground=ground, reason=PHOBIA, party=by.party))
    )

    given(departed).when(referral.accept, by=PEOPLE.nurse_a).then(ReferralAccepted, EnrolmentProposed)


@pytest.mark.rule("VML-4-3")
@pytest.mark.rule("F28")
@pytest.mark.parametrize(("ground", "reason"), [("convenience", PHOBIA), ("disease", None)])
def test_no_other_ground_will_do_and_no_ground_without_a_reason(ground: str, reason: str | None) -> None:
    given(weighed(need(), with_support=True)).when(
        referral.grant_departure, by=PEOPLE.nurse_a, criterion="threshold", ground=ground, reason=reason
    ).then_refused(ExceptionGroundInvalid, rule="VML-4-3", where=("reason",) if reason is None else ("ground",))


@pytest.mark.rule("VML-2-4")
@pytest.mark.rule("F16")
def test_nobody_under_eighteen_is_cared_for_and_nobody_departs_from_that() -> None:
    child = weighed(need(age=17))

    given(child).when(
        referral.grant_departure, by=PEOPLE.nurse_a, criterion="age", ground="disease", reason="A reason"
    ).then_refused(NoExceptionInPolicy, rule="VML-2-4")
    given(need(age=17)).when(enrolment.propose, by=PEOPLE.nurse_a).then_refused(AgeNotCovered, rule="VML-2-4")
    given(weighed(need(age=18))).when(enrolment.propose, by=PEOPLE.nurse_a).then(EnrolmentProposed)


@pytest.mark.rule("VML-11-1")
def test_what_a_clinic_commissions_is_not_accepted_and_the_municipality_declines_it_alone() -> None:
    story = weighed(need(), by_primary_care=False)

    given(story).when(referral.accept, by=PEOPLE.nurse_a).then_refused(
        CriterionNotMet, rule="VML-11-1", where=("commissioned",)
    )
    given(story).when(referral.decline, by=PEOPLE.district_nurse, reason="Not theirs").then_refused(
        ActorNotAllowed, rule="VML-11-1"
    )
    declined = (
        given(story).when(referral.decline, by=PEOPLE.nurse_a, reason="Commissioned by a clinic").then(ReferralDeclined)
    )
    assert declined.events[-1].basis.clauses == ("VML-11-1",)


@pytest.mark.rule("VML-11-2")
def test_with_a_local_agreement_on_record_what_a_clinic_commissions_is_accepted() -> None:
    story = need().circumstance("local-agreement-other-provider", PEOPLE.nurse_a)

    given(weighed(story, by_primary_care=False)).when(referral.accept, by=PEOPLE.nurse_a).then(
        ReferralAccepted, EnrolmentProposed
    )


@pytest.mark.rule("VML-3-2")
def test_home_care_does_not_start_before_it_has_been_planned() -> None:
    given(proposed()).when(enrolment.start, by=PEOPLE.nurse_a).then_refused(
        PlanRequired, rule="VML-3-2", where=("planning-held",)
    )


HOME = (("responsible-physician", PEOPLE.physician), ("nursing-responsible", PEOPLE.nurse_a))
REHAB = (("responsible-physician", PEOPLE.physician), ("rehabilitation-responsible", PEOPLE.physiotherapist_a))


@pytest.mark.rule("VML-5-6")
@pytest.mark.rule("VML-6-2")
@pytest.mark.rule("VML-8-2")
@pytest.mark.parametrize(
    ("track", "kind", "one", "roles", "lacking", "rule"),
    [
        ("home-care", PlanKind.INDIVIDUAL, DRESSING, HOME, "responsible-physician", "VML-5-6"),
        ("home-care", PlanKind.INDIVIDUAL, DRESSING, HOME, "nursing-responsible", "VML-6-2"),
        ("rehabilitation", PlanKind.REHAB, TRAINING, REHAB, "responsible-physician", "VML-5-6"),
        ("rehabilitation", PlanKind.REHAB, TRAINING, REHAB, "rehabilitation-responsible", "VML-8-2"),
    ],
)
def test_care_does_not_start_before_everybody_who_must_be_is_responsible(
    track: str,
    kind: PlanKind,
    one: Intervention,
    roles: tuple[tuple[str, Actor], ...],
    lacking: str,
    rule: str,
) -> None:
    named = [role for role in roles if role[0] != lacking]

    given(with_plan(proposed(track, one), kind, one, *named)).when(enrolment.start, by=PEOPLE.nurse_a).then_refused(
        RoleMissing, rule=rule, where=(lacking,)
    )
    given(with_plan(proposed(track, one), kind, one, *roles)).when(enrolment.start, by=PEOPLE.nurse_a).then(
        EnrolmentStarted, ReferralClosed
    )


@pytest.mark.rule("VML-6-1")
@pytest.mark.rule("VML-5-3")
def test_care_at_home_passes_to_the_municipality_when_it_starts() -> None:
    story = with_plan(proposed(), PlanKind.INDIVIDUAL, DRESSING, *HOME).started()

    assert story.performer(DRESSING.key) == PEOPLE.a
    assert story.told.allocations[DRESSING.key].treatment == PEOPLE.a


@pytest.mark.rule("VML-3-3")
@pytest.mark.rule("VML-7-1")
def test_an_occasional_visit_is_recorded_with_no_plan_and_no_enrolment() -> None:
    story = weighed(need(track="home-visit"))

    given(story).when(
        visits.record_home_visit, by=PEOPLE.nurse_a, kind=VisitKind.ACUTE, performer=PEOPLE.nurse_a.person
    ).then(an(HomeVisitRecorded, kind=VisitKind.ACUTE))


@pytest.mark.rule("VML-8-9")
def test_the_county_councils_visit_says_why_it_is_made_and_moves_nothing() -> None:
    story = with_plan(proposed(), PlanKind.INDIVIDUAL, DRESSING, *HOME).started()
    visit = {"kind": VisitKind.PLANNED, "performer": PEOPLE.physiotherapist.person}

    given(story).when(visits.record_home_visit, by=PEOPLE.physiotherapist, **visit).then_refused(
        ContentMissing, rule="VML-8-9", where=("purpose",)
    )
    visited = (
        given(story)
        .when(visits.record_home_visit, by=PEOPLE.physiotherapist, purpose="investigation", **visit)
        .then(HomeVisitRecorded)
    )
    assert visited.told.allocations == story.told.allocations


@pytest.mark.rule("VML-7-4")
def test_what_is_performed_before_the_nurse_was_informed_is_recorded_with_the_breach() -> None:
    story = with_plan(proposed(), PlanKind.INDIVIDUAL, DRESSING, *HOME).started()
    informed = story.stated(
        "nurse-informed", PEOPLE.physician, intervention=DRESSING.key, information="Swab before dressing"
    )
    done = {"intervention": DRESSING.key, "performer": PEOPLE.nurse_a.person}

    assert story.after(enrolment.perform, PEOPLE.nurse_a, **done).events[-1].basis.breaches == ("VML-7-4",)
    assert informed.after(enrolment.perform, PEOPLE.nurse_a, **done).events[-1].basis.breaches == ()


@pytest.mark.rule("VML-6-10")
def test_only_the_county_council_summons_to_planning_at_discharge() -> None:
    said: dict[str, Any] = {"kind": "discharge-planning-summons", "fields": {"time-and-place": "Monday at the ward"}}

    given(need()).when(statements.record_statement, by=PEOPLE.nurse_a, **said).then_refused(
        ActorNotAllowed, rule="VML-6-10"
    )
    given(need()).when(statements.record_statement, by=PEOPLE.ward_nurse, **said).then(StatementRecorded)


@pytest.mark.rule("VML-7-2")
@pytest.mark.rule("VML-6-3")
@pytest.mark.rule("VML-6-7")
@pytest.mark.parametrize(
    ("kind", "by", "other", "rule"),
    [
        ("family-doctor-informed", PEOPLE.nurse_a, PEOPLE.district_nurse, "VML-7-2"),
        ("information-to-region", PEOPLE.nurse_a, PEOPLE.district_nurse, "VML-6-3"),
        ("information-to-municipality", PEOPLE.district_nurse, PEOPLE.nurse_a, "VML-6-7"),
    ],
)
def test_each_party_tells_what_is_its_own_to_tell(kind: str, by: Actor, other: Actor, rule: str) -> None:
    said: dict[str, Any] = {"kind": kind, "fields": {"information": "The wound is infected"}}

    given(need()).when(statements.record_statement, by=by, **said).then(an(StatementRecorded, kind=kind))
    given(need()).when(statements.record_statement, by=other, **said).then_refused(ActorNotAllowed, rule=rule)
