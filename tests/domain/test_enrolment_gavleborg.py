"""Enrolment of the severely ill at home: what must be there first, children, and hours. The Gävleborg text."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from domain.agreements.model import ActName
from domain.case.acts import (
    care_plan,
    criteria,
    death_and_move,
    discharge,
    enrolment,
    handover,
    home_visit,
    hours,
    referral,
    self_care,
    statements,
    tasks,
)
from domain.case.events.care_plan import InterventionPlanned
from domain.case.events.case import CircumstanceRecorded, HoursRecorded, MoveRecorded, ResponsibilityChanged
from domain.case.events.enrolment import (
    Discharged,
    EnrolmentProposed,
    EnrolmentRefused,
    EnrolmentStarted,
    HandoverAccepted,
    InterventionHandedOver,
    InterventionPerformed,
    TaskDelegated,
)
from domain.case.events.referral import ReferralClosed, ReferralSent
from domain.intervention import CareLevel, Intervention, Profession
from domain.kernel import Actor, Party
from domain.refusals import (
    ActorNotAllowed,
    AgeNotCovered,
    ContentMissing,
    ContentNotKnown,
    CriterionNotMet,
    IntroductionRequired,
    NoAgreementInForce,
    NoDelegation,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanContentMissing,
    PreconditionMissing,
    SipRequired,
    UnknownReference,
    WrongState,
)
from projections.worklist.items import list_items
from tests.agreements.published import find_in_force
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

PEOPLE = COUNTIES["gavleborg"]
NURSE, REGION_NURSE, CARE_STAFF = PEOPLE.nurse_a, PEOPLE.district_nurse, PEOPLE.care_staff_a
VENTILATOR = Intervention(key="ventilator", text="Care round the clock at a ventilator", category="ventilator")
BAG = Intervention(key="bag-dialysis", text="Bag dialysis", category="bag-dialysis")
MEASURE = Intervention(key="measure", text="Personal assistance", category="lss-measure")
FACTS: dict[str, dict[str, Any]] = {
    "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
    "extensive-care": {
        "ventilator": True,
        "tracheostomy": False,
        "bag_dialysis": False,
        "extensive": True,
        "extent": "Round the clock",
    },
}
PARTS = {
    "needs": {"text": "Care at a ventilator"},
    "principals": {"text": "The region treats, the municipality performs"},
    "others": {"text": "None"},
    "overall-responsibility": {"principal": "region"},
    "participation": {"text": "He took part"},
}

JUDGED: dict[str, Any] = {
    "intervention": "suction",
    "is_self_care": True,
    "reason": "The parents have learnt it and manage it safely",
    "routine": "The county's common routine",
    "routine_version": "2017",
}


@cache
def need(age: int = 45, *interventions: Intervention, at: str | None = None) -> Story:
    """Tell that the municipality has seen a need of somebody in the target group, whom specialists treat."""
    request = request_in(PEOPLE, *(interventions or (VENTILATOR,)))
    story = story_in("gavleborg", age=age, at=at).need_raised(request, by=NURSE)
    return story.circumstance("specialist-treatment").after(criteria.evaluate_criteria, REGION_NURSE, facts=FACTS)


@cache
def proposed(age: int = 45, *interventions: Intervention) -> Story:
    """Tell that an enrolment is proposed."""
    return need(age, *interventions).after(enrolment.propose, NURSE)


def with_sip(story: Story, *interventions: Intervention) -> Story:
    """Return the story with an established SIP that gives the interventions to the municipality."""
    story = story.plan_begun(REGION_NURSE, kind="sip").plan_held()
    plan = list(story.state.plans)[-1]
    for one in interventions or (VENTILATOR,):
        story = story.after(care_plan.plan_intervention, REGION_NURSE, plan=plan, intervention=planned(one))
    return with_parts(story).plan_agreed(PEOPLE.physician, NURSE)


def with_parts(story: Story) -> Story:
    """Return the story with the parts and the contacts of its newest plan."""
    plan = list(story.state.plans)[-1]
    for part, fields in PARTS.items():
        story = story.after(care_plan.record_section, REGION_NURSE, plan=plan, part=part, fields=fields)
    for role, by, person in (
        ("coordinating-physician", REGION_NURSE, PEOPLE.physician),
        ("care-contact-region", REGION_NURSE, REGION_NURSE),
        ("care-contact-municipality", NURSE, NURSE),
    ):
        area = None if role == "coordinating-physician" else "All the care that is given"
        story = story.after(care_plan.assign_contact, by, plan=plan, role=role, person=person.person, area=area)
    return story


def analysed(story: Story) -> Story:
    """Return the story with a risk analysis."""
    return story.stated("risk-analysis", REGION_NURSE, template="SKL", findings="Power cuts; a second ventilator")


def checked(story: Story) -> Story:
    """Return the story with the checklist followed."""
    return story.stated("checklist", REGION_NURSE, edition="2018")


@cache
def enrolled(*interventions: Intervention) -> Story:
    """Tell that the person is enrolled."""
    return checked(analysed(with_sip(proposed(45, *interventions), *interventions))).started()


@cache
def with_measure_left_to_region() -> Story:
    """Tell that a child is enrolled with a measure that the SIP leaves with the region."""
    story = proposed(12, MEASURE).plan_begun(REGION_NURSE, kind="sip").plan_held()
    plan = list(story.state.plans)[-1]
    left = planned(MEASURE, Party.REGION)
    story = story.after(care_plan.plan_intervention, REGION_NURSE, plan=plan, intervention=left)
    story = checked(analysed(with_parts(story).plan_agreed(PEOPLE.physician, NURSE)))
    return story.started()


def perform(story: Story, performer: Actor) -> Any:
    """Tell that a nurse records that somebody was on duty alone."""
    return given(story).when(tasks.perform, by=NURSE, intervention=VENTILATOR.key, performer=performer.person)


# --- What must be there first -----------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-6-5")
def test_nobody_goes_home_without_a_sip_and_a_risk_analysis() -> None:
    given(checked(analysed(proposed()))).when(enrolment.start, by=NURSE).then_refused(
        SipRequired, rule="GAV-6-5", where=("sip",)
    )
    given(checked(with_sip(proposed()))).when(enrolment.start, by=NURSE).then_refused(
        PreconditionMissing, rule="GAV-6-5", where=("risk-analysis",)
    )


@pytest.mark.rule("GAV-6-1")
@pytest.mark.rule("GAV-2-12")
def test_nobody_goes_home_before_the_checklist_is_followed() -> None:
    given(analysed(with_sip(proposed()))).when(enrolment.start, by=NURSE).then_refused(
        PreconditionMissing, rule="GAV-6-1", where=("checklist",)
    )


@pytest.mark.rule("E4")
def test_with_all_of_it_there_the_municipality_performs_and_the_region_treats() -> None:
    story = checked(analysed(with_sip(proposed())))
    started = given(story).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)

    held = started.state.allocations[VENTILATOR.key]
    assert (held.treatment, held.performer) == (PEOPLE.region, PEOPLE.a)


@pytest.mark.rule("GAV-4-2")
def test_somebody_outside_the_target_group_is_not_enrolled() -> None:
    outside = FACTS | {"extensive-care": FACTS["extensive-care"] | {"ventilator": False}}
    ready = checked(analysed(with_sip(proposed())))
    story = ready.after(criteria.evaluate_criteria, REGION_NURSE, facts=outside)

    given(story).when(enrolment.start, by=NURSE).then_refused(
        CriterionNotMet, rule="GAV-4-2", where=("extensive-care",)
    )


@pytest.mark.rule("GAV-4-1")
@pytest.mark.parametrize(("sol", "lss"), [(True, False), (False, True), (False, False)])
def test_only_who_needs_health_care_coordinated_with_social_services_or_lss_is_in_the_target_group(
    sol: bool, lss: bool
) -> None:
    facts = FACTS | {"coordination": {"needs_health_care": True, "needs_sol": sol, "needs_lss": lss}}
    ready = checked(analysed(with_sip(proposed()))).after(criteria.evaluate_criteria, REGION_NURSE, facts=facts)
    starting = given(ready).when(enrolment.start, by=NURSE)

    if sol or lss:
        starting.then(EnrolmentStarted, ReferralClosed)
    else:
        starting.then_refused(CriterionNotMet, rule="GAV-4-1", where=("coordination",))


@pytest.mark.rule("GAV-1-6")
@pytest.mark.parametrize("setting", ["ordinary", "special"])
def test_the_home_is_ordinary_or_special_housing(setting: str) -> None:
    story = story_in("gavleborg", age=45).need_raised(request_in(PEOPLE, VENTILATOR), by=NURSE, setting=setting)
    story = story.circumstance("specialist-treatment").after(criteria.evaluate_criteria, REGION_NURSE, facts=FACTS)
    ready = checked(analysed(with_sip(story.after(enrolment.propose, NURSE))))

    started = given(ready).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)

    assert started.performer(VENTILATOR.key) == PEOPLE.a
    assert "GAV-1-6" in started.state.allocations[VENTILATOR.key].clauses


@pytest.mark.rule("GAV-1-10")
@pytest.mark.rule("GAV-2-3")
@pytest.mark.parametrize(
    ("age", "intervention", "holder", "clause"),
    [
        (45, VENTILATOR, PEOPLE.region, "GAV-6-3"),
        (9, VENTILATOR, PEOPLE.region, "GAV-9-2"),
        (45, WOUND, None, "GAV-1-5"),
    ],
    ids=["a severely ill adult", "a severely ill child", "home care in general"],
)
def test_it_is_about_the_severely_ill_adults_and_children_and_leaves_other_home_care_to_its_own_agreement(
    age: int, intervention: Intervention, holder: str | None, clause: str
) -> None:
    story = story_in("gavleborg", age=age).need_raised(request_in(PEOPLE, intervention), by=NURSE)
    story = story.after(criteria.evaluate_criteria, REGION_NURSE, facts=FACTS)

    told = (
        given(story)
        .when(statements.record_circumstance, by=REGION_NURSE, circumstance="specialist-treatment")
        .then(CircumstanceRecorded, *([ResponsibilityChanged] if (age, intervention) == (45, VENTILATOR) else []))
    )

    held = told.state.allocations[intervention.key]
    assert told.state.referral.track == "severely-ill-at-home"
    assert (held.treatment, held.performer, held.clauses[0]) == (holder, holder, clause)


@pytest.mark.rule("GAV-2-2")
def test_each_intervention_of_a_plan_is_one_principals_own() -> None:
    nobodys = planned(VENTILATOR).model_copy(update={"performer": None})
    story = with_parts(proposed().plan_begun(REGION_NURSE, kind="sip").plan_held())
    plan = list(story.state.plans)[-1]
    story = story.after(care_plan.plan_intervention, REGION_NURSE, plan=plan, intervention=nobodys)
    agreeing = given(story).when(care_plan.agree, by=PEOPLE.physician, plan=plan)

    agreeing.then_refused(PlanContentMissing, rule="GAV-2-2", where=(VENTILATOR.key,))


@pytest.mark.rule("GAV-2-8")
def test_neither_principal_rewrites_what_the_other_has_planned() -> None:
    story = proposed().plan_begun(REGION_NURSE, kind="sip").plan_held()
    plan = list(story.state.plans)[-1]
    own: dict[str, Any] = {"plan": plan, "intervention": planned(VENTILATOR, Party.REGION)}
    story = given(story).when(care_plan.plan_intervention, by=REGION_NURSE, **own).then(InterventionPlanned)

    promised = own | {"intervention": planned(VENTILATOR)}
    given(story).when(care_plan.plan_intervention, by=NURSE, **promised).then_refused(
        NotYourPrincipal, rule="GAV-2-8", where=(VENTILATOR.key,)
    )


@pytest.mark.rule("GAV-6-3")
@pytest.mark.rule("E5")
def test_what_the_region_hands_over_stays_with_it_until_the_municipality_accepts() -> None:
    story = enrolled().after(care_plan.revise, REGION_NURSE, plan=enrolled().plan.id, reason="Dialysis begins")
    plan = list(story.state.plans)[-1]
    story = story.after(care_plan.plan_intervention, REGION_NURSE, plan=plan, intervention=planned(BAG))
    story = story.plan_agreed(PEOPLE.physician, NURSE)
    handed = (
        given(story)
        .when(handover.hand_over, by=PEOPLE.specialist_nurse, intervention=BAG.key)
        .then(InterventionHandedOver)
    )

    assert handed.state.allocations.get(BAG.key) == story.state.allocations.get(BAG.key)
    given(handed).when(handover.accept_handover, by=REGION_NURSE, intervention=BAG.key).then_refused(
        OtherPartyMissing, rule="SYS-7", where=(Party.MUNICIPALITY,)
    )
    accepted = given(handed).when(handover.accept_handover, by=NURSE, intervention=BAG.key).then(HandoverAccepted)
    assert accepted.performer(BAG.key) == PEOPLE.a


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("GAV-6-3")
def test_a_handover_that_waits_to_be_accepted_cites_the_rule_also_where_no_act_is_given_to_anybody() -> None:
    published = enrolled().act(handover.hand_over, REGION_NURSE).in_force
    acts = {name: rule for name, rule in published.acts.items() if name != ActName.HAND_OVER_INTERVENTION}
    story = enrolled().under(published.model_copy(update={"acts": acts}))
    story = story.plan_reopened(REGION_NURSE).plan_changed(planned(BAG), REGION_NURSE)
    story = story.plan_agreed(PEOPLE.physician, NURSE)

    handed = given(story).when(handover.hand_over, by=REGION_NURSE, intervention=BAG.key)
    assert handed.then(InterventionHandedOver).events[-1].basis.clauses == ("GAV-6-3",)


@pytest.mark.rule("GAV-6-3")
def test_a_request_that_is_sent_moves_nothing_from_the_region_that_treats() -> None:
    sent = need().after(referral.send, REGION_NURSE, receiver=PEOPLE.a)

    held = sent.state.allocations[VENTILATOR.key]
    assert (held.treatment, held.performer, held.clauses) == (PEOPLE.region, PEOPLE.region, ("GAV-6-3",))


@pytest.mark.rule("SYS-3")
def test_the_region_proposes_no_enrolment_where_the_version_does_not_say_who_does() -> None:
    given(need()).when(enrolment.propose, by=REGION_NURSE).then_refused(
        NotYourPrincipal, rule="SYS-3", where=(Party.MUNICIPALITY,)
    )


# --- Staff ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-7-2")
@pytest.mark.rule("F24")
def test_nobody_works_alone_before_being_introduced_with_the_patient() -> None:
    story = enrolled().stated("introduction", REGION_NURSE, person=PEOPLE.nurse_a)

    perform(story, NURSE).then(InterventionPerformed)
    perform(enrolled(), NURSE).then_refused(IntroductionRequired, rule="GAV-7-2", where=("introduction",))
    perform(story, PEOPLE.physiotherapist_a).then_refused(IntroductionRequired, rule="GAV-7-2", where=("introduction",))


@pytest.mark.rule("INF-2-6")
@pytest.mark.rule("F18")
def test_care_staff_work_alone_once_introduced_and_entrusted_with_the_task() -> None:
    story = enrolled().stated("introduction", REGION_NURSE, person=CARE_STAFF)
    perform(story, CARE_STAFF).then_refused(NoDelegation, rule="INF-2-6", where=(CARE_STAFF.person, VENTILATOR.key))

    task = {"intervention": VENTILATOR.key, "performer": CARE_STAFF.person}
    delegated = given(story).when(tasks.delegate, by=NURSE, **task, last_day=date(2018, 12, 31))
    perform(delegated.then(TaskDelegated), CARE_STAFF).then(InterventionPerformed)


@pytest.mark.rule("INF-2-6")
@pytest.mark.rule("F18")
def test_a_coordinator_entrusts_nobody_with_a_task() -> None:
    given(enrolled()).when(
        tasks.delegate,
        by=PEOPLE.coordinator_a,
        intervention=VENTILATOR.key,
        performer=CARE_STAFF.person,
        last_day=date(2018, 12, 31),
    ).then_refused(NoDelegation, rule="INF-2-6", where=("coordinator",))


@pytest.mark.rule("GAV-7-1")
def test_untrained_staff_are_recorded_as_going_against_the_agreement() -> None:
    story = enrolled().stated("introduction", REGION_NURSE, person=PEOPLE.nurse_a)
    untrained = perform(story, NURSE).then(InterventionPerformed).events[-1]
    trained = story.stated("training", REGION_NURSE, person=NURSE, given_by="KTC and the clinic")

    assert untrained.basis.breaches == ("GAV-7-1",)
    assert perform(trained, NURSE).then(InterventionPerformed).events[-1].basis.breaches == ()


# --- Children ---------------------------------------------------------------------------------------------------------


@pytest.mark.rule("GAV-9-2")
@pytest.mark.rule("F16")
def test_a_child_is_not_enrolled_in_municipal_health_care_and_the_region_is_named() -> None:
    for age in (11, 17):
        given(need(age)).when(enrolment.propose, by=NURSE).then_refused(
            AgeNotCovered, rule="GAV-9-2", where=("region",)
        )
    given(need(18)).when(enrolment.propose, by=NURSE).then(EnrolmentProposed)


@pytest.mark.rule("GAV-9-2")
def test_the_municipality_makes_no_home_visit_to_a_child() -> None:
    given(need(11)).when(home_visit.record_home_visit, by=NURSE, kind="planned", performer=NURSE.person).then_refused(
        AgeNotCovered, rule="GAV-9-2", where=("region",)
    )


@pytest.mark.rule("GAV-9-3")
def test_a_measure_for_a_child_is_the_municipalitys() -> None:
    story = checked(analysed(with_sip(proposed(11, MEASURE), MEASURE)))

    started = given(story).when(enrolment.start, by=NURSE).then(EnrolmentStarted, ReferralClosed)
    assert started.performer(MEASURE.key) == PEOPLE.a


@pytest.mark.untold("the person's age changes between the acts")
@pytest.mark.rule("E2")
def test_an_enrolment_proposed_by_mistake_is_refused_for_age() -> None:
    story = proposed().at_age(17)

    refused = given(story).when(enrolment.refuse, by=NURSE, reason="She is seventeen")
    ended = refused.then(an(EnrolmentRefused, criterion=None, keeps=Party.REGION))
    assert "GAV-9-2" in ended.events[-1].basis.clauses


# --- What always holds ------------------------------------------------------------------------------------------------


@pytest.mark.rule("SKR-3-3")
def test_a_physicians_act_on_a_ventilator_patient_is_the_regions_though_no_level_is_defined() -> None:
    act = VENTILATOR.model_copy(update={"key": "rounds", "profession": Profession.PHYSICIAN})
    story = given(need(45, act)).when(referral.send, by=REGION_NURSE, receiver=PEOPLE.a).then(ReferralSent)

    held = story.state.allocations["rounds"]
    assert (held.treatment, held.performer) == (PEOPLE.region, PEOPLE.region)
    assert held.clauses == ("INF-2-7", "INF-3-2", "SKR-3-3")


# --- Hours ------------------------------------------------------------------------------------------------------------

MAY: dict[str, Any] = {"day": date(2018, 5, 31), "kind": "health-care", "treatment_level": CareLevel.SPECIALISED}


@pytest.mark.rule("GAV-10-3")
def test_performed_and_planned_hours_are_recorded_apart() -> None:
    story = enrolled().on("2018-06-04 09:00")
    both: dict[str, Any] = {"performed": Decimal("700.0"), "planned": Decimal(744)}

    given(story).when(hours.record_hours, by=NURSE, **MAY, **both).then(
        an(HoursRecorded, hours=Decimal("700.0"), performed=True),
        an(HoursRecorded, hours=Decimal(744), performed=False),
    )
    given(story).when(hours.record_hours, by=NURSE, **MAY).then_refused(ContentMissing, rule="SYS-7")


@pytest.mark.rule("GAV-10-3")
def test_hours_are_the_municipalitys_own_of_a_kind_that_the_text_knows_and_after_the_need() -> None:
    story = enrolled().on("2018-06-04 09:00")
    one: dict[str, Any] = {"performed": Decimal(1)}

    given(story).when(hours.record_hours, by=REGION_NURSE, **MAY, **one).then_refused(
        NotYourPrincipal, rule="SYS-3", where=("municipality",)
    )
    given(story).when(hours.record_hours, by=NURSE, **MAY | {"kind": "gardening"}, **one).then_refused(
        ContentNotKnown, rule="GAV-10-3", where=("gardening",)
    )
    given(story).when(hours.record_hours, by=NURSE, **MAY | {"day": date(2018, 5, 13)}, **one).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("day",)
    )


@pytest.mark.parametrize(
    ("day", "refusal"),
    [(date(2018, 5, 14), None), (date(2018, 6, 4), None), (date(2018, 6, 5), OccurredInFuture)],
    ids=["of the day of the need", "of the same day", "of the day after"],
)
def test_hours_are_performed_from_the_day_of_the_need_to_that_of_the_act(day: date, refusal: Any) -> None:
    hours_of = {**MAY, "day": day, "performed": Decimal(8)}
    recorded = given(enrolled().on("2018-06-04 09:00")).when(hours.record_hours, by=NURSE, **hours_of)

    if refusal is None:
        recorded.then(an(HoursRecorded, day=day))
    else:
        recorded.then_refused(refusal, rule="SYS-1", where=("day",))


def test_hours_are_planned_ahead() -> None:
    given(enrolled().on("2018-06-04 09:00")).when(
        hours.record_hours, by=NURSE, **MAY | {"day": date(2018, 6, 30)}, planned=Decimal(744)
    ).then(an(HoursRecorded, performed=False))


def test_hours_are_recorded_late_but_not_of_days_after_the_end() -> None:
    story = enrolled().on("2018-05-20 09:00")
    story = story.after(
        discharge.declare_discharge, REGION_NURSE, reason="Moved to a ward", participation=TOOK_PART
    ).on("2018-06-04 09:00")

    given(story).when(hours.record_hours, by=NURSE, **MAY | {"day": date(2018, 5, 20)}, performed=Decimal(9)).then(
        HoursRecorded
    )
    given(story).when(hours.record_hours, by=NURSE, **MAY, performed=Decimal(9)).then_refused(
        WrongState, rule="C.3", where=("discharged",)
    )


@pytest.mark.rule("SYS-4")
def test_hours_replace_hours_of_their_own_sort_that_still_count() -> None:
    eight, nine = Decimal(8), Decimal(9)
    story = enrolled().on("2018-06-04 09:00").after(hours.record_hours, NURSE, **MAY, performed=nine, planned=nine)
    performed, planned = (event.id for event in story.events[-2:])
    right = (
        given(story)
        .when(hours.record_hours, by=NURSE, **MAY, corrects=performed, performed=eight)
        .then(an(HoursRecorded, corrects=performed, hours=eight))
    )

    wrong: tuple[tuple[Story, dict[str, Any]], ...] = (
        (story, {"corrects": planned, "performed": eight}),
        (story, {"corrects": performed, "planned": eight}),
        (story, {"corrects": performed, "performed": eight, "planned": eight}),
        (story, {"corrects": story.events[0].id, "performed": eight}),
        (right, {"corrects": performed, "performed": eight}),
    )
    for before, content in wrong:
        refused = given(before).when(hours.record_hours, by=NURSE, **MAY, **content)
        refused.then_refused(UnknownReference, rule="SYS-4", where=("corrects",))


@pytest.mark.parametrize("of_months_alone", [True, False])
def test_hours_are_of_any_kind_where_the_version_lists_none(of_months_alone: bool) -> None:
    version = find_in_force("gavleborg", MORNINGS["gavleborg"])
    assert version is not None
    assert version.settlement is not None
    silent = version.settlement.model_copy(update={"monthly": None}) if of_months_alone else None
    story = enrolled().under(version.model_copy(update={"settlement": silent})).on("2018-06-04 09:00")

    given(story).when(hours.record_hours, by=NURSE, **MAY | {"kind": "gardening"}, performed=Decimal(1)).then(
        an(HoursRecorded, kind="gardening")
    )


@pytest.mark.rule("GAV-3-2")
@pytest.mark.rule("F25")
def test_december_hours_are_recorded_in_january_and_januarys_are_not() -> None:
    story = need(45, at="2019-12-02 08:00")
    late: dict[str, Any] = {"kind": "self-care", "treatment_level": CareLevel.SPECIALISED, "performed": Decimal(8)}

    given(story).when(hours.record_hours, by=NURSE, at="2020-01-24 09:00", day=date(2019, 12, 31), **late).then(
        an(ResponsibilityChanged, occurred_at=swedish("2020-01-01 00:00")), HoursRecorded
    )
    given(story).when(hours.record_hours, by=NURSE, at="2020-01-24 09:00", day=date(2020, 1, 1), **late).then_refused(
        NoAgreementInForce, rule="SYS-2", where=("day",)
    )


@pytest.mark.rule("SYS-2")
def test_after_the_version_only_facts_are_recorded_and_by_whoever_does_what_no_version_gives_to_anybody() -> None:
    story = need(45, at="2019-12-02 08:00").on("2020-01-10 09:00")
    moved: dict[str, Any] = {"moved_on": date(2020, 1, 10), "to": "sandviken"}

    given(story).when(death_and_move.record_move, by=CARE_STAFF, **moved).then_refused(
        ActorNotAllowed, rule="SYS-7", where=("care-staff",)
    )
    given(story).when(death_and_move.record_move, by=NURSE, **moved).then(ResponsibilityChanged, MoveRecorded)
    for by in (CARE_STAFF, NURSE):
        given(story).when(statements.record_circumstance, by=by, circumstance="specialist-treatment").then_refused(
            NoAgreementInForce, rule="SYS-2", where=("occurred_at",)
        )


@pytest.mark.rule("SYS-2")
def test_a_move_of_before_the_versions_end_that_is_told_after_it_stands_on_the_version() -> None:
    story = need(45, at="2019-12-02 08:00").on("2020-01-10 09:00")
    told = story.after(death_and_move.record_move, NURSE, moved_on=date(2019, 12, 31), to="sandviken")
    (moved,) = (event for event in told.events if isinstance(event, MoveRecorded))

    assert moved.occurred_at == swedish("2019-12-31 00:00")
    assert moved.basis.agreement == story.events[0].basis.agreement


@pytest.mark.rule("GAV-9-4")
def test_self_care_that_the_guardian_answers_for_stays_with_no_region_for_the_sake_of_age() -> None:
    named = VENTILATOR.model_copy(update={"key": "suction", "category": "self-care"})

    assessed = need(11, named).after(self_care.assess, REGION_NURSE, **JUDGED)

    given(need(11, named)).when(enrolment.propose, by=NURSE).then_refused(AgeNotCovered, rule="GAV-9-2")
    given(assessed).when(enrolment.propose, by=NURSE).then(EnrolmentProposed)


# --- Silence ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("E12")
def test_a_move_to_another_municipality_ends_nothing_where_the_version_is_silent_on_moves() -> None:
    story = enrolled()
    moved = given(story).when(
        death_and_move.record_move, by=NURSE, moved_on=story.clock.date(), to="bytown", municipality=PEOPLE.b
    )

    basis = moved.then(MoveRecorded).events[-1].basis
    assert (basis.clauses, basis.not_regulated) == ((), ("record-move", "move"))


@pytest.mark.rule("SYS-7")
def test_the_version_does_not_say_who_ends_the_enrolment() -> None:
    story = enrolled().after(discharge.declare_discharge, NURSE, reason="At a ward", participation=TOOK_PART)
    discharged = next(event for event in story.events if isinstance(event, Discharged))
    assert "discharge" in discharged.basis.not_regulated


@pytest.mark.rule("GAV-6-1")
def test_what_waits_for_the_checklist_says_until_when_in_the_texts_own_words() -> None:
    story = with_sip(proposed())
    found = {item.key: item for item in list_items(story.state, story.act(enrolment.start, NURSE).agreement)}

    assert "checklist" in found["start-enrolment"].lacks
    assert found["start-enrolment"].words == "innan utskrivning"
