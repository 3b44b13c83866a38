"""Enrolment in municipal home care: catalogue C.3, E1-E12 of track 1, and the refusals that guard it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from domain.agreements.model import ActName, Evaluation, Guard
from domain.case.acts import (
    care_plan,
    criteria,
    death_and_move,
    discharge,
    enrolment,
    handover,
    hospital_stay,
    referral_decision,
    statements,
    tasks,
)
from domain.case.events.care_plan import PlanClosed
from domain.case.events.case import DeathRecorded, MoveRecorded
from domain.case.events.enrolment import (
    Aspect,
    DelegationWithdrawn,
    DischargeContested,
    Discharged,
    DischargeDeclared,
    DischargeInformationTransferred,
    EnrolmentCommitted,
    EnrolmentEndedByDeath,
    EnrolmentRefused,
    EnrolmentStarted,
    HandoverAccepted,
    IndividualInformed,
    InterventionHandedOver,
    InterventionPerformed,
    ReadinessActionOpened,
    ReadinessConfirmed,
    Risk,
    RiskAssessmentRecorded,
    TaskDelegated,
    TaskForm,
)
from domain.case.events.referral import ReferralClosed, WithdrawalReason
from domain.case.rules.enrolment_eligibility import find_exclusion
from domain.case.state.case import fold
from domain.case.state.enrolment import EnrolmentStatus
from domain.directory import Assignment, Directory
from domain.intervention import CareLevel, Intervention, OrderLevels
from domain.kernel import Actor, Keeper, Party, Role
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    CriterionNotConsidered,
    CriterionNotMet,
    InformationDutyOpen,
    NoDelegation,
    NotMunicipal,
    NotParty,
    NotReady,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanRequired,
    UnknownReference,
    WrongState,
)
from tests.agreements.orebro import OREBRO as ORE
from tests.projections.open_items import items_of
from tests.scenario import (
    BOTH,
    CARE_STAFF_A,
    DIRECTORY,
    DISTRICT_NURSE,
    FALLS,
    NURSE_A,
    NURSE_B,
    OREBRO,
    PHYSICIAN,
    REGION,
    REGION_COORDINATOR,
    THERAPIST_A,
    TOOK_PART,
    VISIT,
    WARD_NURSE,
    WOUND,
    A,
    Decision,
    Story,
    When,
    accepted,
    an,
    at_odds,
    committed,
    drafted,
    enrolled,
    established,
    given,
    investigated,
    level_established,
    planned,
    swedish,
    weighed,
)

BATH = Intervention(key="bathing", text="Help with the bath")
FALL = Risk(key="fall", text="Loose rugs")
DRESSED: dict[str, Any] = {"intervention": WOUND.key, "performer": NURSE_A.person}


def regiven() -> Story:
    """Tell of an enrolment whose changed plan gives one more intervention to the municipality."""
    return enrolled().plan_reopened().plan_changed(planned(BATH)).plan_agreed()


# --- E1-E3: proposed, refused, committed ------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3-3")
def test_each_party_commits_itself_actively() -> None:
    story = given(accepted()).when(enrolment.commit, by=NURSE_A).then(an(EnrolmentCommitted, party=Party.MUNICIPALITY))
    assert story.enrolment.status is EnrolmentStatus.COMMITTED_BY_ONE

    story = given(story).when(enrolment.commit, by=PHYSICIAN).then(an(EnrolmentCommitted, party=Party.REGION))
    assert story.enrolment.status is EnrolmentStatus.COMMITTED


@pytest.mark.rule("ORE-3-3")
@pytest.mark.rule("F10")
def test_one_party_does_not_commit_the_other() -> None:
    given(accepted().committed(NURSE_A)).when(enrolment.commit, by=CARE_STAFF_A).then_refused(
        OtherPartyMissing, rule="ORE-3-3", where=("region",)
    )


@pytest.mark.parametrize(
    ("story", "decide", "content", "acts"),
    [
        (accepted(), tasks.perform, DRESSED, ("start-enrolment",)),
        (accepted().committed(NURSE_A), tasks.perform, DRESSED, ("start-enrolment",)),
        (enrolled(), discharge.contest_discharge, {"reason": "No"}, ("declare-discharge",)),
        (enrolled(), enrolment.commit, {}, ()),
    ],
    ids=["proposed", "committed by one", "started", "past"],
)
def test_an_act_on_an_enrolment_that_is_not_ready_for_it_recommends_the_next_step(
    story: Story, decide: Decision, content: dict[str, Any], acts: tuple[str, ...]
) -> None:
    with pytest.raises(WrongState) as refused:
        story.after(decide, NURSE_A, **content)

    assert refused.value.acts == acts


@pytest.mark.rule("F22")
@pytest.mark.rule("SYS-3")
def test_another_municipality_commits_nobody() -> None:
    given(accepted()).when(enrolment.commit, by=NURSE_B).then_refused(NotParty, rule="SYS-3", where=())


def test_there_is_no_enrolment_before_both_have_accepted() -> None:
    given(level_established()).when(enrolment.commit, by=NURSE_A).then_refused(
        WrongState, rule="C.3", where=("not proposed",)
    )


@pytest.mark.rule("E1")
@pytest.mark.rule("ORE-3-3")
def test_no_enrolment_is_proposed_in_place_of_an_accepted_request() -> None:
    given(level_established()).when(enrolment.propose, by=NURSE_A).then_refused(
        WrongState, rule="ORE-3-5", where=("level-established",)
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("said", ["for one party", "on another track"])
def test_the_parties_commit_themselves_only_where_the_version_asks_both_on_the_track(said: str) -> None:
    published = established().act(enrolment.start, NURSE_A).in_force
    rule = published.acts[ActName.COMMIT_TO_ENROLMENT]
    elsewhere = tuple(who.model_copy(update={"tracks": ("rehabilitation",)}) for who in rule.by)
    changed = rule.model_copy(update={"joint": False} if said == "for one party" else {"by": elsewhere})
    acts = published.acts | {ActName.COMMIT_TO_ENROLMENT: changed}
    story = established().ready().under(published.model_copy(update={"acts": acts}))

    given(story).when(enrolment.start, by=NURSE_A).then(EnrolmentStarted, ReferralClosed)


@pytest.mark.rule("E2")
@pytest.mark.rule("ORE-3-1")
def test_the_municipality_refuses_on_an_unmet_criterion_and_the_region_keeps_the_care() -> None:
    story = established().considered(safe_at_home={"safe_at_home": False})

    story = (
        given(story)
        .when(enrolment.refuse, by=NURSE_A, criterion="safe-at-home", reason="The home is a building site")
        .then(
            an(EnrolmentRefused, criterion="safe-at-home", keeps=Party.REGION),
            an(PlanClosed, reason="enrolment-refused"),
        )
    )

    assert (story.enrolment.status, story.performer()) == (EnrolmentStatus.REFUSED, REGION)


@pytest.mark.rule("E2")
@pytest.mark.rule("ORE-3-1")
def test_care_that_a_resolution_gave_to_the_municipality_returns_when_it_refuses_to_enrol() -> None:
    story = at_odds().resolved().accepted().considered(safe_at_home={"safe_at_home": False})
    assert story.performer() == A

    refused = story.after(enrolment.refuse, NURSE_A, criterion="safe-at-home", reason="The home is a building site")
    assert refused.performer() == REGION


@pytest.mark.rule("F21")
def test_no_criterion_is_weighed_again_when_the_municipality_has_refused_to_enrol() -> None:
    story = accepted().considered(safe_at_home={"safe_at_home": False})
    refused = story.after(enrolment.refuse, NURSE_A, criterion="safe-at-home", reason="The home is a building site")

    given(refused).when(
        criteria.evaluate_criteria, by=NURSE_A, facts={"safe-at-home": {"safe_at_home": True}}
    ).then_refused(WrongState, rule="C.3", where=("refused",))


@pytest.mark.rule("E2")
def test_the_municipality_does_not_refuse_on_a_criterion_that_is_met() -> None:
    given(accepted()).when(enrolment.refuse, by=NURSE_A, criterion="age", reason="No").then_refused(
        CriterionNotMet, rule="ORE-3.1.1-4", where=("criterion",)
    )


@pytest.mark.rule("ORE-3.1.1-10")
def test_an_exception_that_both_agree_to_after_acceptance_lets_the_enrolment_start() -> None:
    story = committed().considered(safe_at_home={"safe_at_home": False})
    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        CriterionNotMet, rule="ORE-3.1.1-8", where=("safe-at-home",)
    )

    for by in BOTH:
        story = story.after(criteria.agree_exception, by, criterion="safe-at-home", reason="Two nurses visit")
    assert story.started().enrolment.status is EnrolmentStatus.ACTIVE


# --- E4: enrolled -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-1.2-2")
@pytest.mark.rule("ORE-3-2")
@pytest.mark.rule("D1")
def test_the_person_is_enrolled_and_the_municipality_performs_what_the_plan_gives_it() -> None:
    story = (
        given(committed())
        .when(enrolment.start, by=NURSE_A, at="2025-04-11 09:00")
        .then(EnrolmentStarted, ReferralClosed)
    )

    assert story.enrolment.status is EnrolmentStatus.ACTIVE
    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (A, REGION)


@pytest.mark.rule("F15")
@pytest.mark.rule("ORE-3.1.4-1")
@pytest.mark.parametrize("story", [accepted(), drafted(), drafted().plan_agreed(NURSE_A)], ids=["none", "draft", "one"])
def test_nobody_is_enrolled_without_an_established_plan(story: Story) -> None:
    given(story.committed().ready()).when(enrolment.start, by=NURSE_A).then_refused(PlanRequired, rule="ORE-3.1.4-1")


@pytest.mark.rule("ORE-3-3")
@pytest.mark.parametrize(
    ("by", "absent"), [((), ("region", "municipality")), ((NURSE_A,), ("region",)), ((PHYSICIAN,), ("municipality",))]
)
def test_nobody_is_enrolled_on_silence(by: tuple[Actor, ...], absent: tuple[str, ...]) -> None:
    story = established().committed(*by) if by else established()

    given(story.ready()).when(enrolment.start, by=NURSE_A).then_refused(OtherPartyMissing, rule="ORE-3-3", where=absent)


@pytest.mark.rule("ORE-3.1.3-11")
@pytest.mark.parametrize("aspect", list(Aspect))
def test_nobody_is_enrolled_before_competence_and_equipment_are_secured(aspect: Aspect) -> None:
    other = next(one for one in Aspect if one is not aspect)

    given(established().committed().ready(other)).when(enrolment.start, by=NURSE_A).then_refused(
        NotReady, rule="ORE-3.1.3-11", where=(aspect,)
    )


@pytest.mark.rule("ORE-3.1.3-12")
def test_a_gap_that_is_found_undoes_the_confirmation_until_it_is_closed() -> None:
    story = (
        given(committed())
        .when(enrolment.open_readiness_action, by=NURSE_A, aspect=Aspect.EQUIPMENT, gap="The bed is not delivered")
        .then(an(ReadinessActionOpened, aspect=Aspect.EQUIPMENT))
    )
    assert set(story.enrolment.ready) == {Aspect.COMPETENCE}
    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        NotReady, rule="ORE-3.1.3-11", where=(Aspect.EQUIPMENT,)
    )

    story = (
        given(story)
        .when(enrolment.confirm_readiness, by=NURSE_A, aspect=Aspect.EQUIPMENT)
        .then(an(ReadinessConfirmed, aspect=Aspect.EQUIPMENT))
    )
    assert story.started().enrolment.started_at


@pytest.mark.rule("ORE-3.1.3-12")
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_is_told_late_about_readiness_changes_nothing_that_was_found_after_it(order: tuple[int, ...]) -> None:
    confirm: dict[str, Any] = {"decide": enrolment.confirm_readiness, "aspect": Aspect.EQUIPMENT}
    gap = {**confirm, "decide": enrolment.open_readiness_action, "gap": "The bed is not delivered"}
    found = [("2025-04-11 09:00", confirm), ("2025-04-11 10:00", gap), ("2025-04-11 11:00", confirm)]

    def tell(*facts: int) -> Story:
        story = established().committed().ready(Aspect.COMPETENCE)
        for fact in facts:
            at, content = found[fact]
            story = story.after(by=NURSE_A, at=at, now="2025-04-12 09:00", **content)
        return story.on("2025-04-12 10:00")

    assert tell(*order).started().enrolment.started_at
    given(tell(*(fact for fact in order if fact < 2))).when(enrolment.start, by=NURSE_A).then_refused(
        NotReady, rule="ORE-3.1.3-11", where=(Aspect.EQUIPMENT,)
    )


@pytest.mark.rule("ORE-2.2-4")
def test_an_assessment_of_a_risk_that_is_told_late_replaces_no_newer_one() -> None:
    addressed = FALL.model_copy(update={"measure": "The rugs are gone"})
    late: dict[str, Any] = {"now": "2025-04-12 09:00", "by": NURSE_A}

    def assessed(*, first: Risk, then: Risk) -> Story:
        story = committed().after(enrolment.assess_risks, at="2025-04-11 10:00", risks=[then], **late)
        return story.after(enrolment.assess_risks, at="2025-04-11 09:00", risks=[first], **late).on("2025-04-12 10:00")

    assert assessed(first=FALL, then=addressed).started().enrolment.started_at
    given(assessed(first=addressed, then=FALL)).when(enrolment.start, by=NURSE_A).then_refused(
        NotReady, rule="ORE-2.2-4", where=("fall",)
    )


@pytest.mark.rule("ORE-2.2-4")
def test_nobody_is_enrolled_with_a_risk_that_is_not_addressed() -> None:
    story = (
        given(committed())
        .when(enrolment.assess_risks, by=NURSE_A, risks=[FALL])
        .then(an(RiskAssessmentRecorded, risks=(FALL,)))
    )
    given(story).when(enrolment.start, by=NURSE_A).then_refused(NotReady, rule="ORE-2.2-4", where=("fall",))

    addressed = FALL.model_copy(update={"measure": "The rugs are gone"})
    story = story.after(enrolment.assess_risks, NURSE_A, risks=[addressed])
    assert addressed in story.started().enrolment.risks


@pytest.mark.rule("ORE-2.2-4")
def test_identified_risks_are_assessed_before_anybody_is_enrolled() -> None:
    story = established().committed()
    for aspect in Aspect:
        story = story.after(enrolment.confirm_readiness, NURSE_A, aspect=aspect)
    given(story).when(enrolment.start, by=NURSE_A).then_refused(NotReady, rule="ORE-2.2-4", where=("risks",))

    given(story).when(enrolment.assess_risks, by=NURSE_A, risks=[]).then_refused(
        ContentMissing, rule="ORE-2.2-4", where=("risks",)
    )
    facts = {"risks": {"risks_identified": False, "instrument": "Senior alert"}}
    none_found = story.after(criteria.evaluate_criteria, DISTRICT_NURSE, facts=facts)
    assert none_found.after(enrolment.assess_risks, NURSE_A, risks=[]).started().enrolment.started_at


@pytest.mark.rule("ORE-3.1.3-11")
def test_readiness_is_confirmed_by_licensed_staff_of_the_party_that_is_to_perform() -> None:
    story = established().committed()
    for by in (CARE_STAFF_A, REGION_COORDINATOR):
        given(story).when(enrolment.confirm_readiness, by=by, aspect=Aspect.COMPETENCE).then_refused(
            ActorNotAllowed, rule="ORE-3.1.3-11"
        )
    by_region = story.ready()
    for aspect in Aspect:
        by_region = by_region.after(enrolment.open_readiness_action, NURSE_A, aspect=aspect, gap="To be arranged")
        by_region = by_region.after(enrolment.confirm_readiness, DISTRICT_NURSE, aspect=aspect)
    given(by_region).when(enrolment.start, by=NURSE_A).then_refused(
        NotReady, rule="ORE-3.1.3-11", where=(Aspect.COMPETENCE, Aspect.EQUIPMENT)
    )

    assert by_region.ready().started().enrolment.started_at


@pytest.mark.rule("SYS-6")
def test_an_enrolment_does_not_start_before_the_plan_or_readiness_it_stands_on() -> None:
    story = established().committed().ready(Aspect.COMPETENCE).on("2025-04-11 09:00").ready(Aspect.EQUIPMENT)

    given(story).when(enrolment.start, by=NURSE_A, at="2025-04-11 09:00").then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


@pytest.mark.rule("ORE-3.1.3-14")
def test_an_enrolment_does_not_start_before_the_day_that_was_resolved() -> None:
    story = at_odds().resolved(effective_from=date(2025, 4, 14)).accepted()
    story = story.plan_begun().plan_held().plan_written().plan_agreed().committed().ready()

    given(story).when(enrolment.start, by=NURSE_A, at="2025-04-13 23:59").then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )
    assert story.started(at="2025-04-14 00:00").performer() == A


@pytest.mark.rule("SYS-3")
def test_the_region_does_not_enrol() -> None:
    given(committed()).when(enrolment.start, by=DISTRICT_NURSE).then_refused(ActorNotAllowed, rule="ORE-3-2")


# --- E5: handed over and accepted -------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-2.2-5")
def test_an_intervention_moves_when_the_municipal_nurse_accepts_it() -> None:
    story = (
        given(regiven())
        .when(handover.hand_over, by=DISTRICT_NURSE, intervention=BATH.key)
        .then(an(InterventionHandedOver, party=Party.REGION, intervention=BATH.key, allocations=()))
    )
    assert story.performer(BATH.key) == REGION

    story = (
        given(story)
        .when(handover.accept_handover, by=NURSE_A, intervention=BATH.key)
        .then(an(HandoverAccepted, intervention=BATH.key))
    )
    assert story.performer(BATH.key) == A


@pytest.mark.rule("ORE-2.2-5")
def test_only_a_nurse_accepts_a_handover() -> None:
    story = regiven().after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key)

    given(story).when(handover.accept_handover, by=THERAPIST_A, intervention=BATH.key).then_refused(
        ActorNotAllowed, rule="ORE-2.2-5"
    )


@pytest.mark.rule("ORE-2.2-5")
def test_nothing_is_accepted_that_was_not_handed_over() -> None:
    given(regiven()).when(handover.accept_handover, by=NURSE_A, intervention=BATH.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("not handed over",)
    )


@pytest.mark.rule("ORE-2.2-5")
def test_what_waits_to_be_accepted_is_not_handed_over_once_more() -> None:
    story = regiven().after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key)

    given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention=BATH.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("handed over by the region",)
    )


@pytest.mark.rule("SYS-6")
def test_a_plan_that_was_agreed_before_a_handover_and_recorded_after_it_leaves_it_waiting() -> None:
    story = regiven().plan_reopened().plan_changed(planned(Intervention(key="drip", text="A drip each evening")))
    story = story.on("2025-04-14 09:00").after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key)
    for by in (PHYSICIAN, NURSE_A):
        story = story.after(care_plan.agree, by, at="2025-04-13 09:00", now="2025-04-14 10:00", plan=story.plan.id)

    given(story).when(handover.accept_handover, by=NURSE_A, intervention=BATH.key).then(HandoverAccepted)


@pytest.mark.rule("SYS-6")
def test_a_handover_is_not_accepted_before_it_was_made() -> None:
    story = regiven().on("2025-04-14 09:00").after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key)

    given(story).when(
        handover.accept_handover, by=NURSE_A, at="2025-04-13 09:00", now="2025-04-14 10:00", intervention=BATH.key
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("SYS-6")
def test_a_handover_is_not_accepted_before_the_latest_move_of_responsibility() -> None:
    drip = Intervention(key="drip", text="A drip each evening")
    story = regiven().plan_reopened().plan_changed(planned(drip)).plan_agreed().on("2025-04-14 09:00")
    for key in (BATH.key, drip.key):
        story = story.after(handover.hand_over, DISTRICT_NURSE, intervention=key)
    story = story.on("2025-04-15 09:00").after(handover.accept_handover, NURSE_A, intervention=drip.key)

    given(story).when(
        handover.accept_handover, by=NURSE_A, at="2025-04-14 12:00", now="2025-04-15 12:00", intervention=BATH.key
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
def test_nothing_was_handed_over_while_a_disagreement_was_open() -> None:
    story = regiven().on("2025-05-02 09:00").disputed().on("2025-05-05 09:00").resolved(performer=Party.REGION)

    given(story).when(
        handover.hand_over, by=DISTRICT_NURSE, at="2025-05-04 09:00", now="2025-05-06 09:00", intervention=BATH.key
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("ORE-2.2-5")
def test_what_the_municipality_performs_is_not_handed_over_to_it_again() -> None:
    given(enrolled()).when(handover.hand_over, by=DISTRICT_NURSE, intervention=WOUND.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("performed by the municipality",)
    )


@pytest.mark.rule("ORE-3.1.4-7")
@pytest.mark.rule("F17")
def test_what_the_plan_leaves_with_the_region_is_not_handed_over() -> None:
    given(enrolled()).when(handover.hand_over, by=DISTRICT_NURSE, intervention=VISIT.key).then_refused(
        NotMunicipal, rule="ORE-3.1.4-7", where=(VISIT.key,)
    )


@pytest.mark.rule("ORE-3.1.4-7")
def test_only_what_the_plan_holds_is_handed_over() -> None:
    given(enrolled()).when(handover.hand_over, by=DISTRICT_NURSE, intervention="massage").then_refused(
        UnknownReference, rule="ORE-3.1.4-7", where=("intervention",)
    )


@pytest.mark.rule("ORE-2.2-4")
@pytest.mark.rule("ORE-3.1.3-11")
@pytest.mark.parametrize("found", ["risk", "gap"])
def test_nothing_is_handed_over_into_an_open_risk_or_gap(found: str) -> None:
    story = (
        regiven().after(enrolment.assess_risks, NURSE_A, risks=[FALL])
        if found == "risk"
        else regiven().after(enrolment.open_readiness_action, NURSE_A, aspect=Aspect.COMPETENCE, gap="Training")
    )
    rule, where = ("ORE-2.2-4", "fall") if found == "risk" else ("ORE-3.1.3-11", "competence")

    given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention=BATH.key).then_refused(
        NotReady, rule=rule, where=(where,)
    )


# --- E6: delegated and performed --------------------------------------------------------------------------------------

TASK: dict[str, Any] = {"intervention": WOUND.key, "performer": CARE_STAFF_A.person}
ENTRUSTED = TASK | {"last_day": date(2025, 10, 10)}


@pytest.mark.rule("ORE-1.5-5")
def test_care_staff_perform_what_a_nurse_has_delegated_to_them() -> None:
    story = (
        given(enrolled())
        .when(tasks.delegate, by=NURSE_A, **ENTRUSTED)
        .then(an(TaskDelegated, performer=CARE_STAFF_A.person))
    )

    given(story).when(tasks.perform, by=CARE_STAFF_A, intervention=WOUND.key, performer=CARE_STAFF_A.person).then(
        an(InterventionPerformed, performer=CARE_STAFF_A.person)
    )


@pytest.mark.rule("F18")
@pytest.mark.rule("ORE-1.5-5")
def test_care_staff_perform_nothing_that_is_not_delegated_to_them() -> None:
    given(enrolled()).when(
        tasks.perform, by=CARE_STAFF_A, intervention=WOUND.key, performer=CARE_STAFF_A.person
    ).then_refused(NoDelegation, rule="ORE-1.5-5", where=(CARE_STAFF_A.person, WOUND.key))


@pytest.mark.rule("F18")
@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_does_not_reach_back_before_it_was_given() -> None:
    story = enrolled().on("2025-04-14 09:00").after(tasks.delegate, NURSE_A, **ENTRUSTED)

    given(story).when(
        tasks.perform,
        by=CARE_STAFF_A,
        at="2025-04-13 09:00",
        now="2025-04-14 10:00",
        intervention=WOUND.key,
        performer=CARE_STAFF_A.person,
    ).then_refused(NoDelegation, rule="ORE-1.5-5", where=(CARE_STAFF_A.person, WOUND.key))


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_counts_from_the_very_time_at_which_it_is_given() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, at="2025-04-14 09:00", **ENTRUSTED)

    given(story).when(tasks.perform, by=CARE_STAFF_A, at="2025-04-14 09:00", **TASK).then(InterventionPerformed)


@pytest.mark.rule("ORE-1.5-5")
def test_a_task_is_delegated_for_the_very_day_and_for_none_before() -> None:
    given(enrolled()).when(tasks.delegate, by=NURSE_A, **TASK, last_day=date(2025, 4, 11)).then(TaskDelegated)
    given(enrolled()).when(tasks.delegate, by=NURSE_A, **TASK, last_day=date(2025, 4, 10)).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("last_day",)
    )


@pytest.mark.rule("ORE-1.5-5")
def test_of_two_delegations_of_one_moment_the_one_that_was_recorded_last_holds() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, at="2025-04-14 09:00", **ENTRUSTED)
    late: dict[str, Any] = {"at": "2025-04-14 09:00", "now": "2025-04-14 10:00", "form": TaskForm.ASSIGNMENT}
    story = story.after(tasks.delegate, NURSE_A, **late, **ENTRUSTED)

    assert [held.form for held in story.enrolment.delegations] == [TaskForm.ASSIGNMENT]


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_of_before_last_days_were_stated_holds_until_it_is_withdrawn() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)
    *earlier, delegated = story.events
    assert isinstance(delegated, TaskDelegated)
    held = fold([*earlier, delegated.model_copy(update={"last_day": None})])

    assert held is not None
    assert held.enrolment is not None
    for at in (story.clock, swedish("2030-01-01 09:00")):
        assert held.enrolment.find_delegation(WOUND.key, CARE_STAFF_A.person, at) is not None


@pytest.mark.rule("SYS-6")
def test_the_start_is_not_dated_before_the_latest_preparation_also_if_an_earlier_one_was_recorded_since() -> None:
    story = established().committed().after(enrolment.assess_risks, NURSE_A, risks=[FALLS])
    days = {Aspect.COMPETENCE: "2025-04-14 09:00", Aspect.EQUIPMENT: "2025-04-12 09:00"}
    for aspect, at in days.items():
        story = story.after(enrolment.confirm_readiness, NURSE_A, at=at, now="2025-04-14 10:00", aspect=aspect)

    given(story).when(enrolment.start, by=NURSE_A, at="2025-04-13 09:00", now="2025-04-14 11:00").then_refused(
        OccurredTooEarly, rule="SYS-6"
    )


def test_nothing_is_performed_before_the_person_is_enrolled() -> None:
    given(committed()).when(tasks.perform, by=NURSE_A, intervention=WOUND.key, performer=NURSE_A.person).then_refused(
        WrongState, rule="C.3", where=("committed",)
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_that_asks_for_no_delegation_lets_anybody_perform_and_a_coordinator_delegate() -> None:
    published = enrolled().act(tasks.perform, NURSE_A).in_force
    guards = {guard: ground for guard, ground in published.guards.items() if guard is not Guard.DELEGATION}
    acts = {name: rule for name, rule in published.acts.items() if name != ActName.DELEGATE_TASK}
    story = enrolled().under(published.model_copy(update={"guards": guards, "acts": acts}))

    given(story).when(tasks.perform, by=CARE_STAFF_A, **TASK).then(InterventionPerformed)
    given(story).when(tasks.delegate, by=OREBRO.coordinator_a, **ENTRUSTED).then(TaskDelegated)


@pytest.mark.rule("ORE-1.5-5")
@pytest.mark.parametrize("receiver", [NURSE_A, OREBRO.coordinator_a], ids=["oneself", "a coordinator"])
def test_no_task_is_delegated_to_oneself_or_to_somebody_who_performs_no_care(receiver: Actor) -> None:
    task = ENTRUSTED | {"performer": receiver.person}

    given(enrolled()).when(tasks.delegate, by=NURSE_A, **task).then_refused(
        NoDelegation, rule="ORE-1.5-5", where=("performer",)
    )


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_holds_until_the_end_of_its_last_day() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)

    given(story).when(tasks.perform, by=CARE_STAFF_A, at="2025-10-10 23:59", **TASK).then(InterventionPerformed)
    given(story).when(tasks.perform, by=CARE_STAFF_A, at="2025-10-11 00:00", **TASK).then_refused(
        NoDelegation, rule="ORE-1.5-5", where=(CARE_STAFF_A.person, WOUND.key)
    )


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_is_given_anew_before_it_ends() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)
    story = story.on("2025-10-01 09:00").after(
        tasks.delegate, NURSE_A, **TASK, last_day=date(2026, 4, 10), form=TaskForm.ASSIGNMENT
    )

    given(story).when(tasks.perform, by=CARE_STAFF_A, at="2025-10-11 00:00", **TASK).then(InterventionPerformed)
    first, second = story.enrolment.delegations
    assert first.ends == second.since


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_that_is_withdrawn_counts_until_then_and_can_be_given_again() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED).on("2025-05-01 09:00")
    story = (
        given(story)
        .when(tasks.withdraw_delegation, by=NURSE_A, at="2025-05-01 10:00", **TASK, reason="She needs more training")
        .then(an(DelegationWithdrawn, performer=CARE_STAFF_A.person))
    )

    given(story).when(tasks.perform, by=CARE_STAFF_A, **TASK).then_refused(
        NoDelegation, rule="ORE-1.5-5", where=(CARE_STAFF_A.person, WOUND.key)
    )
    given(story).when(tasks.perform, by=NURSE_A, at="2025-05-01 09:59", now="2025-05-02 09:00", **TASK).then(
        InterventionPerformed
    )
    given(story).when(tasks.withdraw_delegation, by=NURSE_A, **TASK, reason="Again").then_refused(
        WrongState, rule="ORE-1.5-5", where=("not in force",)
    )
    given(story.after(tasks.delegate, NURSE_A, **ENTRUSTED)).when(tasks.perform, by=CARE_STAFF_A, **TASK).then(
        InterventionPerformed
    )


def test_a_withdrawal_that_is_recorded_first_ends_a_delegation_of_before_it() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, at="2025-05-02 09:00", **ENTRUSTED)
    story = story.after(tasks.withdraw_delegation, NURSE_A, at="2025-06-02 09:00", **TASK, reason="She has left")
    late = story.after(tasks.delegate, NURSE_A, at="2025-05-01 09:00", now="2025-06-03 09:00", **ENTRUSTED)

    assert [one.since for one in late.enrolment.delegations] == [swedish(f"2025-05-0{day} 09:00") for day in (1, 2)]
    assert late.enrolment.find_delegation(WOUND.key, CARE_STAFF_A.person, swedish("2025-06-02 09:00")) is None


@pytest.mark.rule("SYS-6")
def test_a_delegation_does_not_end_before_it_begins() -> None:
    given(enrolled()).when(tasks.delegate, by=NURSE_A, **TASK, last_day=date(2025, 4, 10)).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("last_day",)
    )


@pytest.mark.rule("F18")
@pytest.mark.rule("ORE-1.5-5")
def test_care_staff_withdraw_no_delegation() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)

    given(story).when(tasks.withdraw_delegation, by=OREBRO.coordinator_a, **TASK, reason="No").then_refused(
        NoDelegation, rule="ORE-1.5-5", where=("coordinator",)
    )


@pytest.mark.rule("F22")
@pytest.mark.rule("SYS-3")
def test_a_party_does_not_withdraw_the_others_delegation() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)

    given(story).when(tasks.withdraw_delegation, by=DISTRICT_NURSE, **TASK, reason="No").then_refused(
        NotYourPrincipal, rule="SYS-3", where=("performer",)
    )


@pytest.mark.rule("ORE-1.5-5")
def test_a_delegation_to_one_person_leaves_the_others() -> None:
    story = enrolled().after(tasks.delegate, NURSE_A, **ENTRUSTED)
    story = story.after(tasks.delegate, NURSE_A, **ENTRUSTED | {"performer": THERAPIST_A.person})

    given(story).when(tasks.perform, by=NURSE_A, intervention=WOUND.key, performer=CARE_STAFF_A.person).then(
        InterventionPerformed
    )


@pytest.mark.rule("SYS-3")
def test_a_task_is_delegated_only_to_staff_of_ones_own() -> None:
    given(enrolled()).when(
        tasks.delegate, by=NURSE_A, **ENTRUSTED | {"performer": REGION_COORDINATOR.person}
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("performer",))


@pytest.mark.rule("SYS-3")
@pytest.mark.parametrize("by", BOTH, ids=lambda by: by.party)
def test_someone_whom_both_principals_employ_counts_as_staff_of_the_one_that_acts(by: Actor) -> None:
    here, there = ("SE2120000000-U1", "SE2120000001-U1")
    both = tuple(
        Assignment(person="SE2120000000-P900", name="Both", unit=unit, role=Role.NURSE) for unit in (here, there)
    )
    directory = Directory.model_validate(
        {name: getattr(DIRECTORY, name) for name in Directory.model_fields} | {"assignments": both}
    )
    act = enrolled().act(tasks.perform, by).model_copy(update={"directory": directory})

    assert act.staff("SE2120000000-P900").principal == by.principal


@pytest.mark.rule("ORE-1.5-5")
def test_only_licensed_staff_delegate() -> None:
    given(enrolled()).when(tasks.delegate, by=REGION_COORDINATOR, **ENTRUSTED).then_refused(
        ActorNotAllowed, rule="ORE-1.5-5"
    )


@pytest.mark.rule("F22")
@pytest.mark.rule("SYS-3")
def test_a_party_does_not_record_what_the_others_staff_performed() -> None:
    given(enrolled()).when(tasks.perform, by=NURSE_A, intervention=VISIT.key, performer=PHYSICIAN.person).then_refused(
        NotYourPrincipal, rule="SYS-3", where=("performer",)
    )


@pytest.mark.rule("INF-2-6")
@pytest.mark.parametrize(
    ("by", "receiver", "key", "rule"),
    [
        (NURSE_A, CARE_STAFF_A, VISIT.key, "ORE-1.2-3"),
        (DISTRICT_NURSE, OREBRO.health_centre_therapist, WOUND.key, "ORE-1.2-2"),
    ],
    ids=["the region's", "the municipality's"],
)
def test_nobody_delegates_what_the_other_party_performs(by: Actor, receiver: Actor, key: str, rule: str) -> None:
    task: dict[str, Any] = {"intervention": key, "performer": receiver.person, "last_day": date(2025, 10, 10)}
    given(enrolled()).when(tasks.delegate, by=by, **task).then_refused(
        NotYourPrincipal, rule=rule, where=("intervention",)
    )


@pytest.mark.rule("ORE-1.2-2")
@pytest.mark.parametrize(
    ("by", "key", "broken"),
    [
        (NURSE_A, WOUND.key, ()),
        (PHYSICIAN, VISIT.key, ()),
        (NURSE_A, VISIT.key, ("ORE-1.2-3",)),
        (DISTRICT_NURSE, WOUND.key, ("ORE-1.2-2",)),
    ],
)
def test_what_the_other_party_was_to_perform_is_recorded_with_the_rule_that_it_breaks(
    by: Actor, key: str, broken: tuple[str, ...]
) -> None:
    done = given(enrolled()).when(tasks.perform, by=by, intervention=key, performer=by.person)
    assert done.then(InterventionPerformed).events[-1].basis.breaches == broken


@pytest.mark.parametrize(
    ("by", "at", "broken"),
    [
        (NURSE_A, "2025-04-11 09:00", ()),
        (NURSE_A, "2025-06-15 09:00", ()),
        (DISTRICT_NURSE, "2025-06-15 09:00", ("ORE-1.2-2",)),
        (NURSE_A, "2025-06-18 09:00", ("ORE-3.1.3-14",)),
        (DISTRICT_NURSE, "2025-06-18 09:00", ()),
    ],
)
def test_a_performance_is_weighed_by_who_was_to_perform_at_its_own_time(
    by: Actor, at: str, broken: tuple[str, ...]
) -> None:
    story = enrolled().on("2025-06-16 09:00").disputed().resolved(performer=Party.REGION).on("2025-06-20 09:00")
    done = given(story).when(tasks.perform, by=by, at=at, intervention=WOUND.key, performer=by.person)
    assert done.then(InterventionPerformed).events[-1].basis.breaches == broken


def test_a_performance_of_before_anybody_was_to_perform_it_breaks_no_rule() -> None:
    drip = Intervention(key="drip", text="A drip each evening")
    story = enrolled().on("2025-05-05 09:00").plan_reopened().plan_changed(planned(drip)).plan_agreed()
    done = given(story).when(
        tasks.perform, by=NURSE_A, at="2025-04-30 09:00", intervention=drip.key, performer=NURSE_A.person
    )
    assert done.then(InterventionPerformed).events[-1].basis.breaches == ()


def test_what_the_region_is_to_perform_is_not_the_municipalitys_in_hospital_either() -> None:
    story = enrolled().after(hospital_stay.record_admission, WARD_NURSE).on("2025-04-14 09:00")
    done = given(story).when(tasks.perform, by=NURSE_A, intervention=VISIT.key, performer=NURSE_A.person)
    assert done.then(InterventionPerformed).events[-1].basis.breaches == ("ORE-1.2-3", "E14")


def test_the_region_may_perform_in_hospital_what_the_municipality_performs_at_home() -> None:
    story = enrolled().after(hospital_stay.record_admission, WARD_NURSE).on("2025-04-14 09:00")
    done = given(story).when(tasks.perform, by=WARD_NURSE, intervention=WOUND.key, performer=WARD_NURSE.person)
    assert done.then(InterventionPerformed).events[-1].basis.breaches == ()


def test_no_delegation_is_recommended_of_what_the_other_party_performs() -> None:
    story = enrolled().on("2025-06-16 09:00").disputed().resolved(performer=Party.REGION).on("2025-06-20 09:00")
    done = {"intervention": WOUND.key, "performer": CARE_STAFF_A.person}
    refused = given(story).when(tasks.perform, by=NURSE_A, **done).then_refused(NoDelegation, rule="ORE-1.5-5")
    assert refused.acts == ()
    assert refused.remedy.startswith("let the region perform it")


def test_the_region_gives_away_no_task_of_the_municipality_because_the_person_is_in_hospital() -> None:
    story = enrolled().after(hospital_stay.record_admission, WARD_NURSE).on("2025-04-14 09:00")
    given(story).when(
        tasks.delegate,
        by=DISTRICT_NURSE,
        intervention=WOUND.key,
        performer=PHYSICIAN.person,
        last_day=swedish("2025-05-30 09:00").date(),
    ).then_refused(NotYourPrincipal, rule="ORE-1.2-2", where=["intervention"])


@pytest.mark.rule("F21")
@pytest.mark.parametrize("at", ["2025-06-15 09:00", "2025-06-16 09:20"], ids=["the day before", "at that very time"])
def test_what_was_performed_until_the_discharge_is_recorded_late(at: str) -> None:
    story = enrolled().on("2025-06-16 09:00").discharged()

    done = given(story).when(
        tasks.perform,
        by=NURSE_A,
        at=at,
        now="2025-06-20 09:00",
        intervention=WOUND.key,
        performer=NURSE_A.person,
    )
    assert done.then(InterventionPerformed).events[-1].basis.breaches == ()


@pytest.mark.rule("F21")
@pytest.mark.parametrize(
    ("at", "refusal", "rule"),
    [("2025-06-17 09:00", WrongState, "C.3"), ("2025-04-10 09:00", OccurredTooEarly, "SYS-6")],
)
def test_nothing_was_performed_after_the_discharge_or_before_the_start(
    at: str, refusal: type[WrongState] | type[OccurredTooEarly], rule: str
) -> None:
    story = enrolled().on("2025-06-16 09:00").discharged()

    given(story).when(
        tasks.perform,
        by=NURSE_A,
        at=at,
        now="2025-06-20 09:00",
        intervention=WOUND.key,
        performer=NURSE_A.person,
    ).then_refused(refusal, rule=rule)


@pytest.mark.rule("ORE-3.1.7-2")
def test_what_the_individual_was_told_and_is_recorded_late_replaces_no_newer_words() -> None:
    story = enrolled()
    for at, words in (("2025-04-14 10:00", "The health centre"), ("2025-04-14 09:00", "The ward")):
        story = story.after(
            discharge.inform_individual, DISTRICT_NURSE, at=at, now="2025-04-15 09:00", where_to_turn=words
        )

    assert story.enrolment.where_to_turn == "The health centre"


# --- E8-E10: discharged by both, or contested -------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.7-1")
@pytest.mark.rule("D1")
@pytest.mark.parametrize(("first", "second"), [BOTH, BOTH[::-1]], ids=["region first", "municipality first"])
def test_both_parties_discharge_and_the_care_returns_to_the_region(first: Actor, second: Actor) -> None:
    story = (
        given(enrolled())
        .when(discharge.declare_discharge, by=first, reason="The ulcer has healed", participation=TOOK_PART)
        .then(an(DischargeDeclared, party=first.party, allocations=()))
    )
    assert (story.enrolment.status, story.performer(WOUND.key)) == (EnrolmentStatus.DISCHARGE_PENDING, A)

    story = (
        given(story)
        .when(discharge.complete_discharge, by=second, where_to_turn="The health centre's telephone")
        .then(an(IndividualInformed, where_to_turn="The health centre's telephone"), Discharged, PlanClosed)
    )
    assert (story.enrolment.status, story.performer(WOUND.key)) == (EnrolmentStatus.DISCHARGED, REGION)


@pytest.mark.rule("F19")
@pytest.mark.rule("ORE-3.1.7-1")
def test_the_party_that_declared_discharge_neither_repeats_completes_nor_contests_it() -> None:
    story = enrolled().discharge_declared(DISTRICT_NURSE)

    given(story).when(discharge.declare_discharge, by=PHYSICIAN, reason="Again", participation=TOOK_PART).then_refused(
        OtherPartyMissing, rule="ORE-3.1.7-1", where=("municipality",)
    )
    given(story).when(discharge.complete_discharge, by=PHYSICIAN, where_to_turn="Here").then_refused(
        OtherPartyMissing, rule="ORE-3.1.7-1", where=("municipality",)
    )
    given(story).when(discharge.contest_discharge, by=PHYSICIAN, reason="No").then_refused(
        OtherPartyMissing, rule="ORE-3.1.7-1", where=("municipality",)
    )


@pytest.mark.rule("F20")
@pytest.mark.rule("ORE-3.1.7-2")
def test_nobody_is_discharged_without_being_told_where_to_turn() -> None:
    story = enrolled().discharge_declared()
    given(story).when(discharge.complete_discharge, by=NURSE_A).then_refused(
        InformationDutyOpen, rule="ORE-3.1.7-2", where=("where_to_turn",)
    )

    story = story.after(discharge.inform_individual, DISTRICT_NURSE, where_to_turn="The health centre")
    given(story).when(discharge.complete_discharge, by=NURSE_A).then(Discharged, PlanClosed)


@pytest.mark.rule("F20")
@pytest.mark.rule("ORE-3.1.7-2")
def test_what_the_declarer_has_told_the_individual_counts_when_the_other_party_completes_the_discharge() -> None:
    over: dict[str, Any] = {"reason": "Healed", "participation": TOOK_PART, "where_to_turn": "The health centre"}
    story = (
        given(enrolled())
        .when(discharge.declare_discharge, by=DISTRICT_NURSE, **over)
        .then(DischargeDeclared, an(IndividualInformed, where_to_turn="The health centre"))
    )

    given(story).when(discharge.complete_discharge, by=NURSE_A).then(Discharged, PlanClosed)
    contested = story.after(discharge.contest_discharge, NURSE_A, reason="Not healed")
    assert contested.enrolment.where_to_turn == "The health centre"


@pytest.mark.rule("E10")
def test_the_other_party_contests_a_discharge_and_the_enrolment_goes_on() -> None:
    story = (
        given(enrolled().discharge_declared(DISTRICT_NURSE))
        .when(discharge.contest_discharge, by=NURSE_A, reason="The ulcer has opened again")
        .then(an(DischargeContested, party=Party.MUNICIPALITY))
    )

    assert (story.enrolment.status, story.performer(WOUND.key)) == (EnrolmentStatus.ACTIVE, A)
    assert story.discharge_declared(NURSE_A).enrolment.discharge_declared_by is Party.MUNICIPALITY


@pytest.mark.rule("ORE-3.1.7-3")
def test_each_party_takes_part_in_the_transfer_to_a_new_form_of_care_also_after_the_discharge() -> None:
    story = enrolled().discharge_declared(new_care_form=True)
    story = story.after(discharge.complete_discharge, NURSE_A, where_to_turn="The short-stay unit")
    assert story.enrolment.new_care_form

    given(story).when(discharge.transfer_information, by=NURSE_A, means="A call and the written plan").then(
        an(DischargeInformationTransferred, party=Party.MUNICIPALITY)
    )


@pytest.mark.rule("F21")
def test_nothing_but_late_facts_follows_on_a_discharge() -> None:
    for decide, content in (
        (enrolment.commit, {}),
        (enrolment.start, {}),
        (enrolment.assess_risks, {"risks": [FALL]}),
        (enrolment.confirm_readiness, {"aspect": Aspect.COMPETENCE}),
        (handover.accept_handover, {"intervention": WOUND.key}),
        (tasks.delegate, ENTRUSTED),
        (tasks.withdraw_delegation, TASK | {"reason": "She has left"}),
        (discharge.declare_discharge, {"reason": "Again", "participation": TOOK_PART}),
        (discharge.contest_discharge, {"reason": "No"}),
        (discharge.complete_discharge, {"where_to_turn": "Here"}),
        (death_and_move.record_death, {"deceased_on": date(2025, 4, 12)}),
        (death_and_move.record_move, {"moved_on": date(2025, 4, 12), "to": "kumla"}),
    ):
        given(enrolled().discharged().on("2025-04-13 09:00")).when(decide, by=NURSE_A, **content).then_refused(
            WrongState, rule="C.3", where=("discharged",)
        )


# --- E11-E13: death and move ------------------------------------------------------------------------------------------


@pytest.mark.rule("E11")
@pytest.mark.rule("S17")
@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("story", [accepted(), enrolled(), enrolled().discharge_declared(), enrolled().disputed()])
def test_death_ends_any_open_enrolment_and_the_care_of_the_deceased_is_not_regulated(story: Story) -> None:
    plans = [an(PlanClosed, reason="death") for plan in story.state.plans.values() if plan.ended_at is None]

    story = (
        given(story)
        .when(death_and_move.record_death, by=NURSE_A, deceased_on=story.clock.date())
        .then(an(DeathRecorded, deceased_on=story.clock.date()), EnrolmentEndedByDeath, *plans)
    )

    assert story.events[-2 - len(plans)].basis.not_regulated == ("record-death", "care-of-deceased")
    assert story.enrolment.status is EnrolmentStatus.ENDED_BY_DEATH
    assert story.performer() is None


@pytest.mark.rule("E11")
def test_a_death_before_any_enrolment_withdraws_the_request_and_after_its_end_changes_nothing() -> None:
    died: dict[str, Any] = {"deceased_on": level_established().clock.date()}

    refused = (
        given(level_established())
        .when(death_and_move.record_death, by=NURSE_A, **died)
        .then_refused(WrongState, rule="C.3", where=("not proposed",))
    )
    assert refused.acts == (ActName.WITHDRAW_REFERRAL,)
    given(weighed().declined()).when(death_and_move.record_death, by=NURSE_A, **died).then_refused(
        WrongState, rule="C.3", where=("ended",)
    )


@pytest.mark.rule("SYS-2")
def test_death_is_not_recorded_before_it_has_happened() -> None:
    given(enrolled()).when(
        death_and_move.record_death, by=NURSE_A, at="2025-05-02 23:59", deceased_on=date(2025, 5, 3)
    ).then_refused(OccurredInFuture, rule="SYS-1", where=("deceased_on",))
    given(enrolled()).when(
        death_and_move.record_death,
        by=NURSE_A,
        at="2025-05-02 23:59",
        now="2025-05-04 09:00",
        deceased_on=date(2025, 5, 3),
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))
    given(enrolled()).when(
        death_and_move.record_death, by=NURSE_A, at="2025-05-03 00:30", deceased_on=date(2025, 5, 3)
    ).then(DeathRecorded, EnrolmentEndedByDeath, PlanClosed)


@pytest.mark.rule("E11")
def test_the_enrolment_ended_with_the_day_of_death_at_the_latest() -> None:
    story = enrolled().on("2025-05-05 09:00")
    told = story.after(death_and_move.record_death, DISTRICT_NURSE, deceased_on=date(2025, 5, 1))
    same_day = story.after(death_and_move.record_death, DISTRICT_NURSE, deceased_on=date(2025, 5, 5))

    assert told.enrolment.ended_at == swedish("2025-05-02 00:00")
    assert same_day.enrolment.ended_at == swedish("2025-05-05 09:10")


@pytest.mark.rule("SYS-6")
def test_nobody_who_is_enrolled_died_before_the_need_was_raised() -> None:
    died: dict[str, Any] = {"decide": death_and_move.record_death, "by": DISTRICT_NURSE}

    given(enrolled()).when(**died, deceased_on=date(2025, 3, 31)).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("deceased_on",)
    )
    given(enrolled()).when(**died, deceased_on=date(2025, 4, 1)).then(DeathRecorded, EnrolmentEndedByDeath, PlanClosed)


@pytest.mark.rule("E11")
@pytest.mark.rule("F21")
def test_a_death_between_the_two_declarations_is_told_after_the_second_one() -> None:
    pending = enrolled().on("2025-06-16 09:00").discharge_declared().on("2025-06-18 09:00")
    done = pending.after(discharge.complete_discharge, NURSE_A, where_to_turn="The clinic").on("2025-06-19 09:00")
    died: dict[str, Any] = {"decide": death_and_move.record_death, "by": NURSE_A}

    told = (
        given(done).when(**died, deceased_on=date(2025, 6, 17)).then(an(DeathRecorded, deceased_on=date(2025, 6, 17)))
    )

    assert (told.enrolment.status, told.performer()) == (EnrolmentStatus.DISCHARGED, None)
    given(done).when(**died, deceased_on=date(2025, 6, 18)).then(DeathRecorded)
    given(done).when(**died, deceased_on=date(2025, 6, 19)).then_refused(WrongState, rule="C.3", where=("discharged",))
    given(told).when(**died, deceased_on=date(2025, 6, 17)).then_refused(WrongState, rule="C.3", where=("discharged",))
    perform: dict[str, Any] = {"by": NURSE_A, "intervention": WOUND.key, "performer": NURSE_A.person}
    given(told).when(tasks.perform, at="2025-06-18 08:00", now="2025-06-19 10:00", **perform).then_refused(
        WrongState, rule="C.3"
    )


@pytest.mark.rule("F21")
def test_a_death_is_not_recorded_in_an_enrolment_that_ended_before_it_started() -> None:
    ended = accepted().after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.INDIVIDUAL_REFUSES)

    given(ended).when(death_and_move.record_death, by=NURSE_A, deceased_on=ended.clock.date()).then_refused(
        WrongState, rule="C.3", where=("withdrawn",)
    )


@pytest.mark.rule("E12")
@pytest.mark.rule("F21")
def test_a_move_before_the_discharge_is_told_after_it_and_changes_no_answer() -> None:
    done = enrolled().on("2025-06-16 09:00").discharged().on("2025-06-19 09:00")
    moved = done.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 6, 15), to="special")

    assert [type(event) for event in moved.events[len(done.events) :]] == [MoveRecorded]
    assert (moved.state.moved_to, moved.performer()) == ("special", REGION)
    given(done).when(death_and_move.record_move, by=NURSE_A, moved_on=date(2025, 6, 17), to="special").then_refused(
        WrongState, rule="C.3", where=("discharged",)
    )


IN_EVERY_STATE: Mapping[str, Callable[[], Story]] = {
    "raised": lambda: Story().need_raised(),
    "sent": lambda: Story().need_raised().sent(),
    "acknowledged": lambda: Story().need_raised().sent().acknowledged(),
    "in contact": lambda: Story().need_raised().sent().acknowledged().contacted(),
    "assessing": lambda: investigated().assessed(DISTRICT_NURSE),
    "at odds": at_odds,
    "level established": lambda: level_established().plan_begun().plan_held(),
    "accepted by one": lambda: level_established().accepted(DISTRICT_NURSE),
    "accepted": accepted,
    "agreed by one": lambda: drafted().plan_agreed(NURSE_A),
    "committed by one": lambda: established().committed(NURSE_A),
    "ready": committed,
    "enrolled": enrolled,
    "handed over": lambda: regiven().after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key),
    "under revision": lambda: enrolled().plan_reopened(),
    "disputed": lambda: enrolled().disputed(),
    "discharge declared": lambda: enrolled().discharge_declared(new_care_form=True),
    "discharge contested": lambda: (
        enrolled().discharge_declared().after(discharge.contest_discharge, NURSE_A, reason="Not healed")
    ),
    "discharge disputed": lambda: enrolled().discharge_declared().disputed(),
}
"""A case in each state that it can be open in, with what can be pending in it."""


@pytest.mark.rule("E11")
@pytest.mark.parametrize("name", IN_EVERY_STATE)
def test_a_death_is_recorded_whatever_is_pending_and_nothing_of_the_care_waits_after_it(name: str) -> None:
    story = IN_EVERY_STATE[name]()
    if story.state.enrolment is None:
        refused = (
            given(story)
            .when(death_and_move.record_death, by=DISTRICT_NURSE, deceased_on=story.clock.date())
            .then_refused(WrongState, rule="C.3", where=("not proposed",))
        )
        assert refused.acts == (ActName.WITHDRAW_REFERRAL,)
        dead = story.after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.DEATH)
    else:
        dead = story.after(death_and_move.record_death, NURSE_A, deceased_on=story.clock.date())
        assert dead.state.deceased_on == story.clock.date()

    assert dead.state.is_ended
    assert all(plan.ended_at is not None for plan in dead.state.plans.values())
    waiting = {item.key.partition(":")[0] for item in items_of(dead)}
    assert waiting == ({"resolve-disagreement"} if story.state.open_dispute else set())


@pytest.mark.parametrize("at", ["2025-05-02 00:00", "2025-05-03 09:00"])
def test_nothing_was_performed_after_the_day_of_death(at: str) -> None:
    story = enrolled().on("2025-05-05 09:00")
    story = story.after(death_and_move.record_death, DISTRICT_NURSE, deceased_on=date(2025, 5, 1))
    content = {"intervention": WOUND.key, "performer": NURSE_A.person}

    given(story).when(tasks.perform, by=NURSE_A, at=at, now="2025-05-06 09:00", **content).then_refused(
        WrongState, rule="C.3"
    )
    given(story).when(tasks.perform, by=NURSE_A, at="2025-05-01 09:00", now="2025-05-06 09:00", **content).then(
        InterventionPerformed
    )


@pytest.mark.rule("S17")
def test_a_disagreement_that_is_resolved_after_a_death_gives_nobody_the_care() -> None:
    story = enrolled().disputed().after(death_and_move.record_death, NURSE_A, deceased_on=date(2025, 4, 11))

    assert story.resolved().performer() is None


@pytest.mark.rule("E12")
@pytest.mark.rule("S17")
def test_a_move_is_recorded_as_not_regulated_and_ends_nothing() -> None:
    story = (
        given(enrolled())
        .when(death_and_move.record_move, by=NURSE_A, moved_on=date(2025, 4, 11), to="kumla")
        .then(an(MoveRecorded, to="kumla", allocations=()))
    )

    assert story.events[-1].basis.not_regulated == ("record-move", "move")
    assert (story.enrolment.status, story.performer(WOUND.key)) == (EnrolmentStatus.ACTIVE, A)


@pytest.mark.rule("ORE-3.1.7-3")
def test_the_second_party_does_not_unsay_that_there_is_a_new_form_of_care() -> None:
    story = enrolled().discharge_declared(new_care_form=True)

    given(story).when(discharge.complete_discharge, by=NURSE_A, where_to_turn="The clinic", new_care_form=False).then(
        IndividualInformed, an(Discharged, new_care_form=True), PlanClosed
    )


@pytest.mark.rule("ORE-3.1.7-3")
def test_the_second_party_may_be_the_one_to_say_that_there_is_a_new_form_of_care() -> None:
    given(enrolled().discharge_declared()).when(
        discharge.complete_discharge, by=NURSE_A, where_to_turn="The clinic", new_care_form=True
    ).then(IndividualInformed, an(Discharged, new_care_form=True), PlanClosed)


def moved(story: Story) -> Story:
    return story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")


@pytest.mark.rule("E13")
@pytest.mark.rule("SKR-3-5")
def test_after_a_move_to_special_housing_more_passes_when_it_is_accepted_and_on_the_national_rules_alone() -> None:
    story = moved(regiven().after(handover.hand_over, DISTRICT_NURSE, intervention=BATH.key))

    assert (story.performer(WOUND.key), story.performer(BATH.key)) == (A, REGION)
    assert story.state.allocations[BATH.key].kept_by is Keeper.TAKEOVER
    taken = given(story).when(handover.accept_handover, by=NURSE_A, intervention=BATH.key).then(HandoverAccepted)
    held = taken.state.allocations[BATH.key]
    assert (held.treatment, held.performer, held.clauses) == (A, A, ("INF-3-1", "SKR-3-5"))


@pytest.mark.rule("SKR-3-4")
def test_care_at_the_specialised_level_is_not_planned_for_the_municipality_in_special_housing_either() -> None:
    levels = OrderLevels(ordering_level=CareLevel.SPECIALISED, performing_level=CareLevel.SPECIALISED)
    story = moved(enrolled())
    given(story.plan_reopened()).when(
        care_plan.plan_intervention,
        by=DISTRICT_NURSE,
        plan=story.plan.id,
        intervention=planned(BATH.model_copy(update={"ordering": levels})),
    ).then_refused(NotMunicipal, rule="SKR-3-4")


@pytest.mark.rule("E13")
@pytest.mark.rule("ORE-1.1-3")
def test_nobody_is_enrolled_or_given_care_by_resolution_in_special_housing() -> None:
    given(moved(committed())).when(enrolment.start, by=NURSE_A).then_refused(
        NotMunicipal, rule="ORE-1.1-3", where=("setting",)
    )
    with pytest.raises(NotMunicipal):
        moved(enrolled()).disputed().resolved()


@pytest.mark.rule("E13")
def test_a_plan_is_revised_in_special_housing_without_moving_what_the_municipality_has() -> None:
    story = moved(enrolled())
    before = story.state.allocations[WOUND.key]

    assert story.plan_reopened().plan_agreed().state.allocations[WOUND.key] == before


@pytest.mark.rule("E12")
def test_the_latest_move_says_where_the_person_lives() -> None:
    story = moved(enrolled().on("2025-05-05 09:00"))
    late = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 4, 20), to="kumla")
    back = story.after(death_and_move.record_move, NURSE_A, moved_on=date(2025, 5, 5), to="ordinary")

    assert (late.state.moved_to, back.state.moved_to) == ("special", "ordinary")


@pytest.mark.rule("INF-2-5")
@pytest.mark.parametrize("lacking", ["municipality", "individual"])
def test_a_private_performer_is_chosen_by_the_individual_among_those_the_municipality_has_approved(
    lacking: str,
) -> None:
    chosen: dict[str, Any] = {
        "provider": OREBRO.private_nurse.provider,
        "municipality": "approved",
        "individual": "chose",
    }
    for fields in (chosen | {lacking: "not"}, {name: said for name, said in chosen.items() if name != lacking}):
        given(enrolled()).when(
            statements.record_statement, by=NURSE_A, kind="performer-chosen", fields=fields
        ).then_refused(ContentMissing, rule="INF-2-5", where=(lacking,))

    story = enrolled().stated("performer-chosen", NURSE_A, **chosen)
    performed = story.after(tasks.perform, NURSE_A, intervention=WOUND.key, performer=OREBRO.private_nurse.person)
    assert performed.performer() == A


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_that_asks_nobody_to_accept_lets_a_handover_move_at_once() -> None:
    published = enrolled().act(enrolment.start, NURSE_A).in_force
    guards = {guard: ground for guard, ground in published.guards.items() if guard is not Guard.ACCEPTED_HANDOVER}
    drip = Intervention(key="drip", text="A drip")
    story = enrolled().under(published.model_copy(update={"guards": guards}))
    story = story.plan_reopened().plan_changed(planned(drip)).plan_agreed()

    given(story).when(
        handover.hand_over, by=DISTRICT_NURSE, intervention="drip", at=story.enrolment.since, now=story.clock
    ).then_refused(OccurredTooEarly, rule="SYS-6")
    handed = given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention="drip")
    assert handed.then(InterventionHandedOver, HandoverAccepted).performer("drip") == A


@pytest.mark.rule("ORE-3.1.3-11")
def test_where_the_region_performs_everything_it_is_the_region_that_must_be_ready() -> None:
    story = accepted().plan_begun().plan_held().plan_written(planned(WOUND, Party.REGION)).plan_agreed()
    story = story.committed().ready()

    with pytest.raises(NotReady) as refused:
        story.started()
    assert "the region confirm" in refused.value.remedy


# --- Told late, or again ----------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-11")
def test_a_late_start_is_judged_by_the_readiness_of_its_own_time_whenever_that_was_told() -> None:
    said: dict[str, Any] = {"aspect": Aspect.EQUIPMENT, "now": "2025-04-16 09:00", "by": NURSE_A}
    story = established().committed().ready(Aspect.COMPETENCE)
    story = story.after(enrolment.open_readiness_action, at="2025-04-15 09:00", gap="The pump is broken", **said)
    story = story.after(enrolment.confirm_readiness, at="2025-04-14 09:00", **said).on("2025-04-16 10:00")

    def start(at: str) -> When:
        return given(story).when(enrolment.start, by=NURSE_A, at=at, now="2025-04-16 11:00")

    for at in ("2025-04-14 08:59", "2025-04-15 09:00", "2025-04-16 10:30"):
        start(at).then_refused(NotReady, rule="ORE-3.1.3-11", where=(Aspect.EQUIPMENT,))
    started = start("2025-04-14 09:00").then(EnrolmentStarted, ReferralClosed)
    assert f"readiness:{Aspect.EQUIPMENT}" in {item.key for item in items_of(started)}


@pytest.mark.rule("ORE-2.2-4")
def test_a_late_start_is_judged_by_the_risks_of_its_own_time() -> None:
    story = committed().after(enrolment.assess_risks, NURSE_A, at="2025-04-15 09:00", risks=[FALL])
    start: dict[str, Any] = {"by": NURSE_A, "now": "2025-04-16 11:00"}

    given(story).when(enrolment.start, at="2025-04-15 09:00", **start).then_refused(
        NotReady, rule="ORE-2.2-4", where=("fall",)
    )
    given(story).when(enrolment.start, at="2025-04-15 08:59", **start).then(EnrolmentStarted, ReferralClosed)


@pytest.mark.rule("SYS-6")
def test_readiness_is_told_late_of_any_time_since_the_proposal() -> None:
    story = accepted().on("2025-04-14 09:00").plan_begun().plan_held().plan_written().plan_agreed().committed()
    proposed_at = story.enrolment.proposed_at
    late: dict[str, Any] = {"by": NURSE_A, "now": "2025-04-16 09:00", "aspect": Aspect.COMPETENCE}

    given(story).when(enrolment.confirm_readiness, at=proposed_at, **late).then(ReadinessConfirmed)
    given(story).when(enrolment.confirm_readiness, at=proposed_at - timedelta(minutes=1), **late).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


def test_a_gap_of_the_moment_of_a_confirmation_stands_against_it() -> None:
    story = committed().on("2025-04-12 09:00")
    story = story.after(enrolment.confirm_readiness, NURSE_A, at=story.clock, aspect=Aspect.COMPETENCE)
    story = story.after(
        enrolment.open_readiness_action, NURSE_A, at=story.clock, aspect=Aspect.COMPETENCE, gap="Nobody is trained"
    )

    with pytest.raises(NotReady):
        story.started()


@pytest.mark.parametrize("again", ["2025-06-18 12:00", "2025-06-19 09:00"], ids=["at once", "later"])
def test_what_the_individual_was_told_last_is_where_to_turn(again: str) -> None:
    story = enrolled().on("2025-06-18 09:00").discharge_declared()
    for at, words in (("2025-06-18 12:00", "The health centre"), (again, "The clinic")):
        story = story.after(discharge.inform_individual, NURSE_A, at=at, where_to_turn=words)

    assert story.enrolment.where_to_turn == "The clinic"


def test_an_enrolment_that_death_ended_did_not_end_before_it_had_started() -> None:
    story = enrolled().after(death_and_move.record_death, NURSE_A, at="2025-04-12 09:00", deceased_on=date(2025, 4, 10))

    assert story.enrolment.ended_at == enrolled().enrolment.started_at


# --- A track that requires no plan ------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", [True, False], ids=["a track without a plan", "a track that the version left out"])
def test_an_enrolment_that_requires_no_plan_starts_without_and_takes_any_intervention_of_the_case(named: bool) -> None:
    first, *others = ORE.tracks
    tracks = (first.model_copy(update={"plans": ()}), *others) if named else tuple(others)
    story = accepted().committed().ready().under(ORE.model_copy(update={"tracks": tracks}))
    started = story.started()
    done: dict[str, Any] = {"by": NURSE_A, "performer": NURSE_A.person}

    given(started).when(tasks.perform, intervention=WOUND.key, **done).then(InterventionPerformed)
    given(started).when(tasks.perform, intervention="other", **done).then_refused(
        UnknownReference, rule=ORE.acts[ActName.PLAN_INTERVENTION].clauses[0], where=("intervention",)
    )


@pytest.mark.parametrize(
    ("when", "words", "acts"),
    [
        ("no-plan-yet", "no-plan-yet", (ActName.RECORD_CIRCUMSTANCE,)),
        ("enrolled", "enrolled", ()),
        (None, "no circumstance", ()),
    ],
    ids=["told by staff", "follows from the case", "no such kind of plan"],
)
def test_where_no_kind_of_plan_is_to_be_had_the_refusal_to_start_says_under_what_there_is_one(
    when: str | None, words: str, acts: tuple[ActName, ...]
) -> None:
    kinds = ORE.tracks[0].plans
    plans = {
        kind: rule.model_copy(update={"when": when}) if kind in kinds else rule
        for kind, rule in ORE.plans.items()
        if when is not None or kind not in kinds
    }
    conditions = ORE.vocabulary.conditions | {"no-plan-yet": "Ingen plan behövs"}
    vocabulary = ORE.vocabulary.model_copy(update={"conditions": conditions})
    text = ORE.model_copy(update={"plans": plans, "vocabulary": vocabulary})

    refused = given(accepted().committed().ready().under(text)).when(enrolment.start, by=NURSE_A)

    refusal = refused.then_refused(PlanRequired, rule="ORE-3.1.4-1", where=kinds)
    assert refusal.message.endswith(f"there is one only under {words}")
    assert refusal.acts == acts


@pytest.mark.rule("SYS-1")
def test_nothing_that_no_plan_has_is_performed_where_a_plan_is_required() -> None:
    story = accepted().plan_begun().plan_held().plan_written(planned(BATH)).plan_agreed().committed().ready().started()

    for key in ("other", WOUND.key):  # the request names the wound care, and no plan does
        given(story).when(tasks.perform, by=NURSE_A, intervention=key, performer=NURSE_A.person).then_refused(
            UnknownReference, rule=ORE.acts[ActName.PLAN_INTERVENTION].clauses[0], where=("intervention",)
        )


def test_a_plan_that_a_track_requires_by_no_rule_of_its_own_is_required_by_the_rule_of_the_act() -> None:
    first, *others = ORE.tracks
    version = ORE.model_copy(update={"tracks": (first.model_copy(update={"plan_rule": None}), *others)})

    given(accepted().committed().ready().under(version)).when(enrolment.start, by=NURSE_A).then_refused(
        PlanRequired, rule=ORE.acts[ActName.START_ENROLMENT].clauses[0]
    )


@pytest.mark.rule("SYS-6")
def test_an_enrolment_is_not_dated_before_the_plan_that_it_stands_on() -> None:
    story = accepted().committed().ready().plan_begun().plan_held(at="2025-04-10 09:00").plan_written().plan_agreed()

    given(story).when(enrolment.start, by=NURSE_A, at="2025-04-10 09:30", now="2025-04-12 09:00").then_refused(
        OccurredTooEarly, rule="SYS-6"
    )


def test_what_the_version_does_not_regulate_is_nobodys_for_the_sake_of_age() -> None:
    story = accepted().under(ORE.model_copy(update={"matrix": ()}))

    assert find_exclusion(story.act(enrolment.refuse, NURSE_A), story.state) is None


@pytest.mark.parametrize("every", [True, False], ids=["every criterion must be met", "exceptions are made"])
def test_a_criterion_that_a_later_version_adds_stops_a_handover_only_where_every_one_must_be_met(every: bool) -> None:
    first, *others = ORE.tracks
    added = first.criteria[0].model_copy(update={"id": "added"})
    changes = {"criteria": (*first.criteria, added), "evaluation": Evaluation.ALL if every else first.evaluation}
    story = regiven().under(ORE.model_copy(update={"tracks": (first.model_copy(update=changes), *others)}))
    attempt = given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention=BATH.key)

    if every:
        attempt.then_refused(CriterionNotConsidered, rule=added.rule, where=("added",))
    else:
        attempt.then(InterventionHandedOver)


def test_a_handover_on_a_track_that_the_version_left_out_asks_for_no_criterion() -> None:
    story = regiven().under(ORE.model_copy(update={"tracks": ORE.tracks[1:]}))

    given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention=BATH.key).then(InterventionHandedOver)
