"""Enrolment on the other ways of the Örebro text: psychiatry, discharge, rehabilitation, special housing."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.agreements.model import ActName
from domain.case.acts import (
    care_plan,
    care_plan_end,
    criteria,
    death_and_move,
    discharge,
    enrolment,
    handover,
    referral,
    statements,
    tasks,
    track_openings,
)
from domain.case.events.care_plan import PlanAgreedByParty, PlanClosed, PlanEstablished
from domain.case.events.case import CircumstanceRecorded, MoveRecorded, ResponsibilityChanged
from domain.case.events.enrolment import (
    Discharged,
    DischargeDeclared,
    EnrolmentStarted,
    HandoverAccepted,
    InterventionHandedOver,
    InterventionPerformed,
    TaskAssigned,
    TaskDelegated,
    TaskForm,
)
from domain.case.events.referral import CriteriaAnswered, ReferralClosed
from domain.intervention import CareLevel, Intervention, InterventionKind, Profession
from domain.kernel import Keeper, Party, legal_midnight
from domain.refusals import (
    ActorNotAllowed,
    CriterionNotMet,
    DisputeOpen,
    NoExceptionInPolicy,
    PlanPartyMissing,
    PlanRequired,
    PreconditionMissing,
    SipRequired,
)
from projections.worklist.items import WorklistItem
from tests.projections.open_items import items_of
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    OREBRO,
    PHYSIOTHERAPIST,
    PSYCHIATRIC_FACTS,
    PSYCHIATRIC_NURSE,
    PSYCHIATRIST,
    REGION,
    REQUEST,
    THERAPIST_A,
    TOOK_PART,
    VISIT,
    WARD_NURSE,
    WARD_PHYSICIAN,
    WOUND,
    A,
    Story,
    enrolled,
    given,
    given_to,
    planned,
)

DEPOT = Intervention(key="depot", text="A depot injection every other week", category="psychiatric-drug-handling")
AID = Intervention(
    key="aid", text="A weekly planner", profession=Profession.OCCUPATIONAL_THERAPIST, category="cognitive-aid"
)


def waits_for(story: Story, party: Party = Party.MUNICIPALITY) -> dict[str, WorklistItem]:
    """Return what waits for the party, by key."""
    return {item.key: item for item in items_of(story) if item.party is party}


# --- Psychiatric drugs: a SIP first, and every criterion --------------------------------------------------------------

MOVED = "2025-05-20 09:00"
"""The time at which a move to special housing is recorded."""
TITRATING = {"stabilised": PSYCHIATRIC_FACTS["stabilised"] | {"physician_judges_stable": False}}
SIP_PARTS = {
    "habitual-state": {"wellbeing": "Calm", "function": "Manages at home"},
    "physician-support": {
        "treating-physician": PSYCHIATRIST.person,
        "contact-path": "The clinic's line",
        "answers": "round-the-clock",
    },
    "drug-handling": {"agreed": "The municipal nurse injects"},
    "physician-contact": {"agreed": "By telephone"},
    "deterioration-contact": {"contact-path": "The clinic's line"},
    "needs": {"text": "A depot injection"},
    "principals": {"text": "The region treats, the municipality injects"},
    "others": {"text": "None"},
    "overall-responsibility": {"principal": "region"},
    "participation": {"text": "He took part"},
}


@cache
def psychiatric() -> Story:
    """Tell that the psychiatric clinic has proposed to hand the injections over."""
    request = REQUEST.model_copy(update={"interventions": (DEPOT,)})
    story = Story(age=34).on("2025-05-05 08:00")
    story = story.need_raised(request, by=PSYCHIATRIC_NURSE, track="psychiatric-drugs")
    story = story.after(track_openings.propose_handover, PSYCHIATRIC_NURSE, receiver=A, interventions=(DEPOT.key,))
    story = story.assessed(PSYCHIATRIST, CareLevel.PRIMARY, (given_to(DEPOT, Party.MUNICIPALITY),))
    story = story.stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    story = story.stated("sip-summons", PSYCHIATRIC_NURSE, when=date(2025, 5, 12))
    return story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS).after(
        referral.establish_level, PSYCHIATRIST
    )


def with_sip_written(story: Story, *interventions: Intervention) -> Story:
    """Return the story with a whole SIP that nobody has agreed to yet."""
    story = story.plan_begun(PSYCHIATRIC_NURSE, kind="sip").plan_held(at="2025-05-12 09:00")
    plan = list(story.state.plans)[-1]
    for one in interventions:
        line = planned(one).model_copy(update={"task": "administer"})
        story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=plan, intervention=line)
    for part, fields in SIP_PARTS.items():
        story = story.after(care_plan.record_section, PSYCHIATRIC_NURSE, plan=plan, part=part, fields=fields)
    return story


def with_sip(story: Story, *interventions: Intervention) -> Story:
    """Return the story with an established SIP, and with the criteria that it meets considered again."""
    story = with_sip_written(story, *interventions).plan_agreed(PSYCHIATRIST, NURSE_A)
    return story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)


@cache
def sip_established() -> Story:
    """Tell that the request is accepted and committed to on a SIP, with every criterion met."""
    story = with_sip(psychiatric(), DEPOT).stated(
        "habitual-description", PSYCHIATRIC_NURSE, wellbeing="Calm", function="Manages at home"
    )
    return story.accepted(PSYCHIATRIC_NURSE, NURSE_A).committed(PSYCHIATRIC_NURSE, NURSE_A).ready()


@pytest.mark.rule("ORE-3.2.1-11")
@pytest.mark.rule("F14")
def test_psychiatry_hands_nothing_over_before_the_sip() -> None:
    given(psychiatric()).when(handover.hand_over, by=PSYCHIATRIC_NURSE, intervention=DEPOT.key).then_refused(
        SipRequired, rule="ORE-3.2.1-11", where=("sip-before-drug-handover",)
    )


@pytest.mark.rule("ORE-3.2.1-5")
def test_a_consent_that_is_withdrawn_stops_what_is_not_handed_over_yet_until_it_is_given_again() -> None:
    withdrawn = sip_established().stated("sip-consent", PSYCHIATRIC_NURSE, given=False)
    given(withdrawn).when(enrolment.start, by=NURSE_A).then_refused(CriterionNotMet, rule="ORE-3.2.1-5")

    withdrawn = sip_established().started().stated("sip-consent", PSYCHIATRIC_NURSE, given=False)
    hand_over: dict[str, Any] = {"decide": handover.hand_over, "by": PSYCHIATRIC_NURSE, "intervention": DEPOT.key}
    given(withdrawn).when(**hand_over).then_refused(CriterionNotMet, rule="ORE-3.2.1-5", where=("sip-consent",))
    consented = withdrawn.stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    given(consented).when(**hand_over).then(InterventionHandedOver)


@pytest.mark.rule("ORE-3.2.1-4")
def test_nothing_is_handed_over_to_somebody_who_has_moved_to_special_housing() -> None:
    story = sip_established().started()
    moved = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")

    given(moved).when(handover.hand_over, by=PSYCHIATRIC_NURSE, intervention=DEPOT.key).then_refused(
        CriterionNotMet, rule="ORE-3.2.1-4", where=("adult-in-ordinary-housing",)
    )


@pytest.mark.rule("ORE-3.2.1-R9")
def test_a_sip_that_one_party_alone_has_agreed_to_is_not_there_before_the_handover() -> None:
    story = with_sip_written(psychiatric(), DEPOT).plan_agreed(PSYCHIATRIST)
    agreement: dict[str, Any] = {"plan": list(story.state.plans)[-1]}

    given(story).when(care_plan.agree, by=PSYCHIATRIST, **agreement).then_refused(
        PlanPartyMissing, rule="ORE-3.2.1-R9", where=("municipality",)
    )
    given(story).when(handover.hand_over, by=PSYCHIATRIC_NURSE, intervention=DEPOT.key).then_refused(
        SipRequired, rule="ORE-3.2.1-11"
    )
    given(story).when(care_plan.agree, by=NURSE_A, **agreement).then(
        PlanAgreedByParty, PlanEstablished, CriteriaAnswered
    )


@pytest.mark.rule("ORE-3.2.1-12")
def test_with_every_criterion_met_the_region_treats_and_the_municipality_performs() -> None:
    started = (
        given(sip_established())
        .when(enrolment.start, by=NURSE_A)
        .then(EnrolmentStarted, ReferralClosed, ResponsibilityChanged)
    )
    assert started.performer(DEPOT.key) == REGION
    assert started.state.allocations[DEPOT.key].kept_by is Keeper.TAKEOVER

    handed = started.after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DEPOT.key)
    taken = handed.after(handover.accept_handover, NURSE_A, intervention=DEPOT.key)
    held = taken.state.allocations[DEPOT.key]
    assert (held.treatment, held.performer) == (REGION, A)


@pytest.mark.rule("ORE-3.2.1-10")
@pytest.mark.rule("ORE-3.2.1-12")
@pytest.mark.rule("F9")
def test_while_the_dose_is_set_nothing_starts_and_nobody_sets_the_criterion_aside() -> None:
    story = sip_established().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=TITRATING)

    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        CriterionNotMet, rule="ORE-3.2.1-10", where=("stabilised",)
    )
    given(story).when(
        criteria.agree_exception, by=PSYCHIATRIST, criterion="stabilised", reason="Nearly there"
    ).then_refused(NoExceptionInPolicy, rule="ORE-3.2.1-12", where=("stabilised",))


SETTING_DOSE: dict[str, Any] = PSYCHIATRIC_FACTS["stabilised"]


@pytest.mark.parametrize(
    ("rule", "criterion", "facts"),
    [
        pytest.param(rule, criterion, facts, marks=[pytest.mark.rule(each) for each in (rule, *also)], id=rule)
        for rule, criterion, facts, *also in (
            ("ORE-3.2.1-2", "no-observation", {"observation_needed": True}),
            ("ORE-3.2.1-6", "psychiatric-outpatient", {"psychiatric_outpatient_treats": False}),
            ("ORE-3.2.1-7", "no-specialist-competence", {"specialist_competence_needed": True}),
            ("ORE-3.2.1-8", "assessment-complete", {"psychiatric_assessment_complete": False}, "ORE-3.2.1-R4"),
            ("ORE-3.2.1-9", "habitual-state", {"in_habitual_state": False}),
            ("ORE-3.2.1-10", "stabilised", SETTING_DOSE | {"drug_prescribed": False}, "ORE-3.2.1-19"),
            ("ORE-3.2.1-10", "stabilised", SETTING_DOSE | {"physician_judges_stable": False}, "ORE-3.2.1-15"),
            ("ORE-3.2.1-10", "stabilised", SETTING_DOSE | {"side_effects_tolerable": False}, "ORE-3.2.1-16"),
            ("ORE-3.2.1-17", "no-coercion", {"coercive_measure": True}),
            ("ORE-3.2.1-18", "cannot-visit-care", {"can_visit_care": True}),
        )
    ],
)
def test_nothing_starts_while_a_criterion_of_the_drugs_is_not_met(
    rule: str, criterion: str, facts: dict[str, Any]
) -> None:
    story = sip_established().after(criteria.evaluate_criteria, PSYCHIATRIST, facts={criterion: facts})

    given(story).when(enrolment.start, by=NURSE_A).then_refused(CriterionNotMet, rule=rule, where=(criterion,))


@pytest.mark.rule("ORE-3.2.1-15")
@pytest.mark.parametrize(
    ("target", "judged"), [(True, False), (False, True), (True, True)], ids=["target dose", "judgement", "both"]
)
def test_the_target_dose_or_the_physicians_judgement_is_enough(target: bool, judged: bool) -> None:
    facts = SETTING_DOSE | {"target_dose_reached": target, "physician_judges_stable": judged}
    story = sip_established().after(criteria.evaluate_criteria, PSYCHIATRIST, facts={"stabilised": facts})

    given(story).when(enrolment.start, by=NURSE_A).then(EnrolmentStarted, ReferralClosed, ResponsibilityChanged)


@pytest.mark.rule("ORE-3.2.1-1")
@pytest.mark.rule("ORE-3.2.1-R1")
def test_psychiatry_goes_on_treating_when_the_municipality_has_accepted_the_drugs() -> None:
    handed = sip_established().started().after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DEPOT.key)
    taken = given(handed).when(handover.accept_handover, by=NURSE_A, intervention=DEPOT.key).then(HandoverAccepted)

    held = taken.state.allocations[DEPOT.key]
    assert (held.treatment, held.performer, held.named) == (REGION, A, "öppenvården i psykiatrin")
    assert {"ORE-3.2.1-1", "ORE-3.2.1-R1"} <= set(held.clauses)


@pytest.mark.rule("ORE-3.2.1-1", "ORE-3.2.1-12")
def test_drugs_that_the_municipality_has_taken_over_do_not_go_back_at_a_move_out_of_ordinary_housing() -> None:
    story = sip_established().started().after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DEPOT.key)
    taken = story.after(handover.accept_handover, NURSE_A, intervention=DEPOT.key)

    moved = given(taken).when(
        death_and_move.record_move, by=NURSE_A, moved_on=date(2025, 5, 20), to="special", at=MOVED
    )
    held = moved.then(MoveRecorded, CriteriaAnswered, ResponsibilityChanged).state.allocations[DEPOT.key]
    assert (held.treatment, held.performer, held.kept_by) == (REGION, A, Keeper.TAKEOVER)


def test_drugs_that_wait_to_be_handed_over_wait_after_a_move_to_special_housing_too() -> None:
    story = sip_established().started()
    assert (story.performer(DEPOT.key), story.state.allocations[DEPOT.key].kept_by) == (REGION, Keeper.TAKEOVER)

    moved = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 5, 20), to="special", at=MOVED)

    held = moved.state.allocations[DEPOT.key]
    assert (held.treatment, held.performer, held.kept_by) == (REGION, REGION, Keeper.TAKEOVER)


# --- Rehabilitation: one profession ends it ---------------------------------------------------------------------------

TRAINING = Intervention(
    key="training",
    text="Train walking indoors",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)


@cache
def rehabilitated(age: int = 9) -> Story:
    """Tell that a child is enrolled for rehabilitation alone."""
    request = REQUEST.model_copy(update={"interventions": (TRAINING,), "channel": "telephone"})
    story = Story(age=age).on("2025-10-06 08:00").need_raised(request, by=THERAPIST_A, track="rehabilitation")
    story = story.after(
        track_openings.start_rehab_assessment,
        THERAPIST_A,
        receiver=A,
        participants=[THERAPIST_A.person, PHYSIOTHERAPIST.person],
    )
    story = story.assessed(THERAPIST_A, CareLevel.PRIMARY, (given_to(TRAINING, Party.MUNICIPALITY),))
    story = story.after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": True}}
    )
    story = story.accepted(PHYSIOTHERAPIST, THERAPIST_A)
    story = story.plan_begun(THERAPIST_A, kind="rehab").plan_held(at="2025-10-13 09:00")
    plan = list(story.state.plans)[-1]
    line = planned(TRAINING).model_copy(update={"performer_kind": "own-staff"})
    story = story.after(care_plan.plan_intervention, THERAPIST_A, plan=plan, intervention=line)
    return story.plan_agreed(THERAPIST_A).committed(PHYSIOTHERAPIST, THERAPIST_A).ready().started()


@pytest.mark.rule("ORE-3.4-3")
def test_running_rehabilitation_passes_to_specialist_care_while_specialists_are_needed() -> None:
    need = {"circumstance": "specialist-rehabilitation-need"}
    story = rehabilitated()
    assert story.performer(TRAINING.key) == A

    needed = given(story).when(statements.record_circumstance, by=PHYSIOTHERAPIST, **need)
    passed = needed.then(CircumstanceRecorded, ResponsibilityChanged)
    assert passed.performer(TRAINING.key) == REGION
    assert passed.state.allocations[TRAINING.key].clauses == ("ORE-3.4-3",)
    over = given(passed).when(statements.record_circumstance, by=PHYSIOTHERAPIST, holds=False, **need)
    assert over.then(CircumstanceRecorded, ResponsibilityChanged).performer(TRAINING.key) == A


def declare_discharge(story: Story, by: Any, **content: Any) -> Any:
    """Tell that somebody holds that the rehabilitation has ended."""
    said: dict[str, Any] = {"reason": "She walks", "participation": TOOK_PART} | content
    return given(story).when(discharge.declare_discharge, by=by, **said)


@pytest.mark.rule("ORE-3.4-12")
@pytest.mark.parametrize("by", [THERAPIST_A, PHYSIOTHERAPIST], ids=lambda by: by.role)
def test_one_rehabilitation_profession_ends_it_without_the_other_party(by: Any) -> None:
    ended = declare_discharge(rehabilitated(), by).then(DischargeDeclared, Discharged, PlanClosed)

    assert ended.enrolment.status == "discharged"
    assert "ORE-3.4-12" in ended.events[-2].basis.clauses


@pytest.mark.rule("ORE-3.4-12")
def test_nobody_else_ends_rehabilitation() -> None:
    for by in (NURSE_A, DISTRICT_NURSE):
        declare_discharge(rehabilitated(), by).then_refused(ActorNotAllowed, rule="ORE-3.4-12")


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
def test_one_profession_ends_no_rehabilitation_while_the_parties_disagree() -> None:
    story = rehabilitated().disputed(THERAPIST_A)

    declare_discharge(story, THERAPIST_A).then_refused(DisputeOpen, rule="ORE-3.1.3-14", where=(str(story.dispute),))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("ORE-3.4-12")
def test_who_ends_rehabilitation_is_the_rule_of_discharges_where_no_act_is_given_to_anybody() -> None:
    published = rehabilitated().act(discharge.declare_discharge, THERAPIST_A).in_force
    acts = {name: rule for name, rule in published.acts.items() if name != ActName.DECLARE_DISCHARGE}
    story = rehabilitated().under(published.model_copy(update={"acts": acts}))

    declare_discharge(story, NURSE_A).then_refused(ActorNotAllowed, rule="ORE-3.4-12", where=("nurse",))
    declared, ended, _ = (
        declare_discharge(story, THERAPIST_A).then(DischargeDeclared, Discharged, PlanClosed).events[-3:]
    )
    for event in (declared, ended):
        assert (event.basis.clauses, event.basis.not_regulated) == (("ORE-3.4-12",), ())


@pytest.mark.rule("ORE-3.4-13")
def test_a_new_form_of_care_leaves_both_to_make_a_request_and_share_what_they_know() -> None:
    plain = declare_discharge(rehabilitated(), THERAPIST_A).then(DischargeDeclared, Discharged, PlanClosed)
    story = declare_discharge(rehabilitated(), THERAPIST_A, new_care_form=True).then(
        DischargeDeclared, Discharged, PlanClosed
    )
    keys = {"duty:rehabilitation-new-care-request", "duty:rehabilitation-new-care-form"}

    assert not keys & waits_for(plain).keys()
    assert keys <= waits_for(story).keys()
    assert waits_for(story)["duty:rehabilitation-new-care-request"].rule == "ORE-3.4-13"
    told = story.after(discharge.transfer_information, THERAPIST_A, means="By telephone")
    assert "duty:rehabilitation-new-care-form" not in waits_for(told)
    assert "duty:rehabilitation-new-care-form" in waits_for(told, Party.REGION)


@pytest.mark.rule("ORE-3.4-10")
def test_rehabilitation_is_handed_to_others_only_with_their_competence_confirmed() -> None:
    content: dict[str, Any] = {
        "intervention": TRAINING.key,
        "performer": CARE_STAFF_A.person,
        "last_day": date(2026, 1, 31),
        "form": TaskForm.ASSIGNMENT,
    }
    given(rehabilitated()).when(tasks.delegate, by=THERAPIST_A, **content).then_refused(
        PreconditionMissing, rule="ORE-3.4-10", where=("competence-confirmed",)
    )

    confirmed = rehabilitated().stated("competence-confirmed", THERAPIST_A, person=CARE_STAFF_A, how="Shown and seen")
    entrusted = given(confirmed).when(tasks.delegate, by=THERAPIST_A, **content).then(TaskAssigned)
    given(entrusted).when(tasks.perform, by=NURSE_A, intervention=TRAINING.key, performer=CARE_STAFF_A.person).then(
        InterventionPerformed
    )


@pytest.mark.rule("ORE-1.2-4")
def test_shared_rehabilitation_is_performed_and_assigned_by_either_party_without_a_remark() -> None:
    therapist, colleague = OREBRO.health_centre_therapist, OREBRO.physiotherapist
    story = rehabilitated().stated("competence-confirmed", therapist, person=colleague, how="Shown and seen")
    assert story.performer(TRAINING.key) == A

    task: dict[str, Any] = {"intervention": TRAINING.key, "performer": colleague.person}
    given(story).when(tasks.delegate, by=therapist, **task, last_day=date(2026, 1, 31)).then(TaskDelegated)
    done = given(story).when(tasks.perform, by=colleague, **task).then(InterventionPerformed)
    assert done.events[-1].basis.breaches == ()


# --- Discharge from inpatient care: seven days ------------------------------------------------------------------------


@cache
def discharged_home() -> Story:
    """Tell of a plan for seven days from Monday 1 September, with commitment to the enrolment."""
    story = Story().on("2025-09-01 07:00").need_raised(by=WARD_NURSE, track="inpatient-discharge")
    story = story.after(track_openings.open_discharge_planning, WARD_NURSE, receiver=A, colour="red")
    story = story.assessed(WARD_NURSE).assessed(NURSE_A)
    story = story.after(referral.establish_level, WARD_NURSE).accepted(WARD_NURSE, NURSE_A)
    story = story.plan_begun(WARD_NURSE, kind="interim7")
    plan = list(story.state.plans)[-1]
    story = story.after(care_plan.plan_intervention, WARD_NURSE, plan=plan, intervention=planned(WOUND))
    parts: dict[str, dict[str, Any]] = {
        "discharge": {"date": date(2025, 9, 1)},
        "changed-need": {"text": "A wound after surgery"},
        "measures": {"text": "Dressing"},
    }
    for part, fields in parts.items():
        story = story.after(care_plan.record_section, WARD_NURSE, plan=plan, part=part, fields=fields)
    story = story.plan_agreed(WARD_PHYSICIAN)
    return story.committed(WARD_NURSE, NURSE_A).ready()


@pytest.mark.rule("ORE-3.3-2")
def test_the_enrolment_starts_on_the_wards_plan_through_the_seventh_day_and_not_after() -> None:
    for day in ("2025-09-01 12:00", "2025-09-08 23:59"):
        story = (
            given(discharged_home()).when(enrolment.start, by=NURSE_A, at=day).then(EnrolmentStarted, ReferralClosed)
        )
        assert story.performer() == A
    lapsed = given(discharged_home()).when(enrolment.start, by=NURSE_A, at="2025-09-09 00:00")
    refusal = lapsed.then_refused(PlanRequired, rule="ORE-3.1.4-1", where=("medical", "interim7"))
    assert ActName.INITIATE_PLAN in refusal.acts


@pytest.mark.rule("ORE-3.3-2")
def test_the_last_covered_day_waits_for_both_and_reads_as_a_gap_from_the_day_after() -> None:
    story = discharged_home().started()
    plan = story.plan.id
    for party in Party:
        item = waits_for(story, party)[f"lapse:{plan}"]
        assert item.due == date(2025, 9, 8)
        keys = [item.as_of(legal_midnight(date(2025, 9, day))).key for day in (8, 9)]
        assert keys == [f"lapse:{plan}", f"gap:{plan}"]


@pytest.mark.untold("time alone does the act")
@pytest.mark.rule("ORE-3.3-2")
def test_a_lapsed_plan_leaves_a_gap_for_both_until_another_is_in_force() -> None:
    story = discharged_home().started()
    plan, record = story.plan.id, story.people.directory.record_actor(A)
    assert record is not None
    lapsed = story.after(care_plan_end.lapse, record, at="2025-09-09 00:00", plan=plan)

    for party in Party:
        assert f"gap:{plan}" in waits_for(lapsed, party)
        assert f"lapse:{plan}" not in waits_for(lapsed, party)


@pytest.mark.untold("time alone does an act")
@pytest.mark.rule("P12")
def test_a_draft_is_closed_by_its_author_also_after_the_wards_plan_has_lapsed() -> None:
    story = discharged_home().started()
    record = story.people.directory.record_actor(A)
    assert record is not None
    lapsed = story.after(care_plan_end.lapse, record, at="2025-09-09 00:00", plan=story.plan.id)
    drafted = lapsed.plan_begun(NURSE_A, kind="medical")

    given(drafted).when(care_plan_end.close, by=NURSE_A, plan=list(drafted.state.plans)[-1], reason="Begun twice").then(
        PlanClosed
    )


@pytest.mark.rule("ORE-3.1.4-3")
def test_planning_after_inpatient_care_has_priority() -> None:
    assert waits_for(discharged_home())["joint-planning"].priority
    assert not waits_for(enrolled())["follow-up:medical"].priority


# --- Moving to special housing ----------------------------------------------------------------------------------------


@cache
def with_aid() -> Story:
    """Tell that somebody in psychiatric outpatient care is enrolled, and has a cognitive aid."""
    both = (given_to(WOUND, Party.MUNICIPALITY), given_to(AID, Party.REGION))
    story = (
        Story()
        .need_raised()
        .sent()
        .acknowledged()
        .contacted()
        .circumstance("psychiatric-outpatient")
        .start_assessment()
    )
    story = story.assessed(DISTRICT_NURSE, interventions=both).assessed(NURSE_A, interventions=both).considered()
    story = story.level_established().accepted().plan_begun().plan_held().plan_written().plan_agreed()
    return story.committed().ready().started().on("2025-11-03 08:00")


@pytest.mark.rule("ORE-3.4.1-2")
@pytest.mark.rule("E13")
def test_a_cognitive_aid_passes_to_the_municipality_the_day_the_person_moves_to_special_housing() -> None:
    story = with_aid()
    moved = (
        given(story)
        .when(death_and_move.record_move, by=NURSE_A, moved_on=date(2025, 11, 3), to="special")
        .then(MoveRecorded, ResponsibilityChanged)
    )

    assert story.performer(AID.key) == REGION
    assert moved.performer(AID.key) == A
    assert moved.state.allocations[AID.key].clauses == ("ORE-3.4.1-2",)
    assert moved.performer(AID.key, at="2025-11-02 12:00") == REGION
    assert moved.performer(VISIT.key) == REGION


@pytest.mark.rule("SKR-3-5")
def test_at_a_move_to_special_housing_the_municipality_goes_on_by_law_and_takes_nothing_over_unasked() -> None:
    dressing = WOUND.model_copy(update={"profession": Profession.NURSE})
    gait = Intervention(key="gait", text="Walk indoors", profession=Profession.PHYSIOTHERAPIST)
    both = (given_to(dressing, Party.MUNICIPALITY), given_to(gait, Party.REGION))
    story = Story().need_raised().sent().acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE, interventions=both).assessed(NURSE_A, interventions=both).considered()
    story = story.level_established().accepted().plan_begun().plan_held().plan_written(planned(dressing)).plan_agreed()
    story = story.committed().ready().started().on("2025-11-03 08:00")
    assert (story.performer(WOUND.key), story.performer("gait")) == (A, REGION)

    moved = given(story).when(death_and_move.record_move, by=NURSE_A, moved_on=date(2025, 11, 3), to="special")

    held = moved.then(MoveRecorded, ResponsibilityChanged).state.allocations
    assert (held[WOUND.key].performer, held[WOUND.key].kept_by) == (A, None)
    assert held[WOUND.key].clauses == ("INF-3-1", "SKR-3-5")
    assert (held["gait"].performer, held["gait"].kept_by) == (REGION, Keeper.TAKEOVER)


@pytest.mark.rule("ORE-1.1-3")
def test_an_enrolment_that_a_move_took_outside_the_agreement_waits_to_be_settled_by_both() -> None:
    moved = with_aid().after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 11, 3), to="special")

    for party in Party:
        assert waits_for(moved, party)["outside-scope"].rule == "ORE-1.1-3"
        assert "outside-scope" not in waits_for(with_aid(), party)


def test_a_move_moves_nothing_while_the_parties_disagree() -> None:
    moved = with_aid().disputed().after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 11, 3), to="special")
    assert moved.performer(AID.key) == REGION
