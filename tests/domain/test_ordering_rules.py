"""Ordering rules of a version: what each holds for, what meets it, and the acts that its refusal recommends."""

from datetime import timedelta
from typing import Any

import pytest

from domain.agreements.model import ActName, ActorGroup, Need, Precondition, StatementRule
from domain.case.acts import care_plan, care_plan_end, criteria, enrolment, referral, statements, tasks
from domain.case.events.care_plan import PlanRevisionOpened
from domain.case.events.case import CircumstanceRecorded
from domain.case.events.enrolment import InterventionPerformed
from domain.case.events.referral import CriteriaEvaluated, JointConsiderationRecorded, NeedRaised, ReferralSent
from domain.case.rules.referral_criteria import EVALUATION
from domain.intervention import Intervention
from domain.kernel import Actor, Party, Refusal
from domain.refusals import NotParty, PreconditionMissing, WrongState
from tests.agreements.orebro import OREBRO as ORE
from tests.scenario import (
    CRITERIA,
    DISTRICT_NURSE,
    NURSE_A,
    OREBRO,
    PATIENT,
    REQUEST,
    A,
    Decision,
    Story,
    accepted,
    established,
    given,
    planned,
    request_in,
)

FIRST = ("ORE-0-2",)
CONSENT = Need(statement="consent-to-relatives")
TREATED: dict[str, Any] = {"circumstance": "specialist-treatment"}
AID = Intervention(key="aid", text="A memory aid", category="cognitive-aid")
FRAME = Intervention(key="frame", text="A walking frame", category="walking-aid")


def ruled(story: Story, needs: Need, *acts: ActName, talk: StatementRule | None = None, **narrowed: Any) -> Story:
    """Return the story under a version with one ordering rule, and perhaps a kind of statement more."""
    rule = Precondition(id="first", title="Först", remedy="do it", clauses=FIRST, acts=acts, needs=needs, **narrowed)
    statements = {**ORE.statements, **({"talk": talk} if talk else {})}
    return story.under(ORE.model_copy(update={"preconditions": (rule,), "statements": statements}))


def refused(story: Story, decide: Decision, by: Actor, **content: Any) -> Refusal:
    """Check that the rule refuses an act, and return the refusal."""
    return given(story).when(decide, by=by, **content).then_refused(PreconditionMissing, rule=FIRST[0])


# --- What a rule holds for --------------------------------------------------------------------------------------------


def test_a_rule_for_one_party_leaves_the_other_alone() -> None:
    story = ruled(Story().need_raised().sent(), CONSENT, ActName.RECORD_CIRCUMSTANCE, party=Party.REGION)

    refused(story, statements.record_circumstance, DISTRICT_NURSE, **TREATED)
    given(story).when(statements.record_circumstance, by=NURSE_A, **TREATED).then(CircumstanceRecorded)


def test_a_rule_for_one_kind_of_plan_leaves_other_kinds_alone() -> None:
    opened: dict[str, Any] = {"plan": established().plan.id, "reason": "The need has changed"}

    refused(
        ruled(established(), CONSENT, ActName.REVISE_PLAN, plans=("medical",)),
        care_plan.revise,
        DISTRICT_NURSE,
        **opened,
    )
    other = ruled(established(), CONSENT, ActName.REVISE_PLAN, plans=("sip",))
    given(other).when(care_plan.revise, by=DISTRICT_NURSE, **opened).then(PlanRevisionOpened)


def test_a_rule_for_one_sort_of_intervention_leaves_others_alone() -> None:
    story = Story().need_raised(request_in(OREBRO, AID, FRAME)).sent().acknowledged().contacted().start_assessment()
    story = ruled(story, CONSENT, ActName.CONSIDER_JOINTLY, interventions=("cognitive-aid",))
    said = {"conclusion": "At home"}

    refused(story, referral.consider_jointly, NURSE_A, intervention=AID.key, **said)
    given(story).when(referral.consider_jointly, by=NURSE_A, intervention=FRAME.key, **said).then(
        JointConsiderationRecorded
    )


@pytest.mark.parametrize(("sort", "holds"), [("cognitive-aid", True), ("walking-aid", False)])
def test_a_rule_for_one_sort_of_intervention_holds_when_the_enrolment_begins_with_it_or_it_is_performed(
    sort: str, holds: bool
) -> None:
    planned_aid = accepted().plan_begun().plan_held().plan_written(planned(AID)).plan_agreed().committed().ready()
    starting = ruled(planned_aid, CONSENT, ActName.START_ENROLMENT, interventions=(sort,))
    performing = ruled(planned_aid.started(), CONSENT, ActName.PERFORM_INTERVENTION, interventions=(sort,))
    done = {"intervention": AID.key, "performer": NURSE_A.person}

    if holds:
        refused(starting, enrolment.start, NURSE_A)
        refused(performing, tasks.perform, NURSE_A, **done)
    else:
        assert starting.started().state.is_enrolled
        given(performing).when(tasks.perform, by=NURSE_A, **done).then(InterventionPerformed)


def test_a_rule_asks_nothing_of_the_act_that_opens_the_case() -> None:
    story = ruled(Story(), CONSENT, ActName.RAISE_NEED)

    given(story).when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST).then(NeedRaised)


# --- What meets it ----------------------------------------------------------------------------------------------------


def test_a_statement_meets_a_rule_from_the_moment_at_which_it_was_made() -> None:
    story = Story().need_raised().stated("consent-to-relatives", DISTRICT_NURSE, at="2025-04-02 09:00")
    story = ruled(story.on("2025-04-03 09:00"), CONSENT, ActName.RECORD_CIRCUMSTANCE)

    told: dict[str, Any] = {"by": DISTRICT_NURSE, "now": story.clock, **TREATED}
    refused(story, statements.record_circumstance, at="2025-04-02 08:59", **told)
    given(story).when(statements.record_circumstance, at="2025-04-02 09:00", **told).then(CircumstanceRecorded)


def test_a_statement_about_one_intervention_meets_a_rule_about_that_one_alone() -> None:
    told = StatementRule(title="Samråd", about="intervention", by=(ActorGroup(party=Party.REGION),), clauses=FIRST)
    story = Story().need_raised(request_in(OREBRO, AID, FRAME)).sent().acknowledged().contacted().start_assessment()
    story = ruled(story, Need(statement="talk", same="intervention"), ActName.CONSIDER_JOINTLY, talk=told)
    story = story.stated("talk", DISTRICT_NURSE, intervention=AID.key)
    said = {"conclusion": "At home"}

    refused(story, referral.consider_jointly, NURSE_A, intervention=FRAME.key, **said)
    given(story).when(referral.consider_jointly, by=NURSE_A, intervention=AID.key, **said).then(
        JointConsiderationRecorded
    )


def test_a_plan_meets_a_rule_from_its_establishment_until_it_ends() -> None:
    story = established().on("2025-05-02 09:00")
    established_at, told = story.plan.established_at, {"by": DISTRICT_NURSE, "now": story.clock, **TREATED}
    assert established_at is not None
    story = ruled(story, Need(plan="medical"), ActName.RECORD_CIRCUMSTANCE)

    refused(story, statements.record_circumstance, at=established_at - timedelta(minutes=1), **told)
    given(story).when(statements.record_circumstance, at=established_at, **told).then(CircumstanceRecorded)
    for by in (DISTRICT_NURSE, NURSE_A):
        story = story.after(care_plan_end.close, by, plan=story.plan.id, reason="She is away")
    refused(story, statements.record_circumstance, DISTRICT_NURSE, **TREATED)


def test_a_contact_of_a_plan_that_has_been_closed_meets_nothing() -> None:
    story = ruled(established(), Need(contact="coordinator"), ActName.RECORD_CIRCUMSTANCE)
    given(story).when(statements.record_circumstance, by=DISTRICT_NURSE, **TREATED).then(CircumstanceRecorded)

    for by in (DISTRICT_NURSE, NURSE_A):
        story = story.after(care_plan_end.close, by, plan=established().plan.id, reason="She is away")
    refused(story, statements.record_circumstance, DISTRICT_NURSE, **TREATED)


@pytest.mark.parametrize("tracks", [(), ("primary-care",)], ids=["on every track", "on this one"])
def test_criteria_that_come_before_the_sending_are_evaluated_by_those_who_know_of_the_case(
    tracks: tuple[str, ...],
) -> None:
    told, before = Story().need_raised(municipality=A), Need(happened=EVALUATION)
    story = ruled(told, before, ActName.SEND_REFERRAL, tracks=tracks)
    evaluation: dict[str, Any] = {"decide": criteria.evaluate_criteria, "facts": CRITERIA}

    refused(story, referral.send, DISTRICT_NURSE, receiver=A)
    given(story).when(by=NURSE_A, **evaluation).then_refused(NotParty, rule="SYS-3")
    evaluated = given(story).when(by=DISTRICT_NURSE, **evaluation).then(CriteriaEvaluated)
    given(evaluated).when(referral.send, by=DISTRICT_NURSE, receiver=A).then(ReferralSent)
    given(told).when(by=DISTRICT_NURSE, **evaluation).then_refused(WrongState, rule="ORE-3.1.1-4")


@pytest.mark.parametrize(
    ("needs", "act", "narrowed"),
    [
        (Need(happened=EVALUATION), ActName.ACCEPT_REFERRAL, {}),
        (CONSENT, ActName.SEND_REFERRAL, {}),
        (Need(happened=EVALUATION), ActName.SEND_REFERRAL, {"tracks": ("rehabilitation",)}),
        (Need(happened=EVALUATION), ActName.SEND_REFERRAL, {"when": "specialist-treatment"}),
    ],
    ids=["before another act", "something else before it", "on another track", "in other circumstances"],
)
def test_criteria_wait_for_the_sending_unless_a_rule_demands_them_before_it(
    needs: Need, act: ActName, narrowed: dict[str, Any]
) -> None:
    story = ruled(Story().need_raised(municipality=A), needs, act, **narrowed)

    given(story).when(criteria.evaluate_criteria, by=DISTRICT_NURSE, facts=CRITERIA).then_refused(
        WrongState, rule="ORE-3.1.1-4"
    )


# --- The ways on from it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("needs", "acts", "kind"),
    [
        (Need(plan="sip"), ("initiate-plan", "agree-plan"), "sip"),
        (Need(contact="coordinator"), ("assign-contact-role",), None),
        (CONSENT, ("record-statement",), "consent-to-relatives"),
        (Need(happened="care-plan.meeting-held"), ("hold-planning",), None),
        (Need(happened="enrolment.started"), (), None),
    ],
    ids=["plan", "contact", "statement", "act", "what no single act brings about"],
)
def test_a_refusal_recommends_the_acts_that_meet_the_rule(needs: Need, acts: tuple[str, ...], kind: str | None) -> None:
    story = ruled(Story().need_raised(), needs, ActName.RECORD_CIRCUMSTANCE)

    refusal = refused(story, statements.record_circumstance, DISTRICT_NURSE, **TREATED)

    assert (refusal.acts, refusal.kinds_needed) == (acts, (kind,) if kind is not None else ())
    assert ("consent-to-relatives" in refusal.remedy) is (needs is CONSENT)
