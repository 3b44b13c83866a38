"""The worklist: only what can be done, all that the other party waits for, and no invented limit."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given

from domain.authoring.publication import find_in_force
from domain.case.acts import (
    care_plan,
    care_plan_start,
    criteria,
    discharge,
    enrolment,
    handover,
    referral,
    referral_decision,
    resolution,
)
from domain.case.events.care_plan import MeetingForm
from domain.case.events.enrolment import Aspect
from domain.intervention import CareLevel, Intervention
from domain.kernel import Actor, Party, Refusal, legal_day
from domain.refusals import (
    DisputeOpen,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    OtherPartyMissing,
    PositionsDiffer,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from projections.worklist.items import WorklistItem, list_items
from service.web import swedish
from tests.domain.test_properties import HISTORIES, enough
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    CRITERIA,
    DISTRICT_NURSE,
    NURSE_A,
    PARTS,
    PHYSICIAN,
    REQUEST,
    TOOK_PART,
    WOUND,
    A,
    Decision,
    Story,
    accepted,
    at_odds,
    drafted,
    enrolled,
    established,
    investigated,
    level_established,
    planned,
    weighed,
)

REGION_WAITS, MUNICIPALITY_WAITS = Party.REGION, Party.MUNICIPALITY
OF_STATE = (
    DisputeOpen,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    OtherPartyMissing,
    PositionsDiffer,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
"""The refusals that say that the act has no place as things stand, whatever it is told."""
ADVANCED = Intervention(key="drip", text="A drip", advanced=True)


def items_of(story: Story) -> tuple[WorklistItem, ...]:
    return list_items(story.state, find_in_force("orebro", story.clock))


def keys(story: Story, party: Party) -> set[str]:
    return {item.key for item in items_of(story) if item.party is party}


def the(story: Story, key: str, party: Party = Party.MUNICIPALITY) -> WorklistItem:
    (found,) = [item for item in items_of(story) if (item.key, item.party) == (key, party)]
    return found


# --- Only what can be done --------------------------------------------------------------------------------------------

Way = tuple[Decision, dict[str, Any]]


def _open_plan(story: Story, *, proposed: bool = False) -> Any:
    plans = [plan for plan in story.state.plans.values() if plan.ended_at is None]
    if proposed:
        plans = [plan for plan in plans if plan.without_individual_proposed_by is not None]
    return plans[-1].id


def _agreeable(story: Story) -> Any:
    open_plans = [plan for plan in story.state.plans.values() if plan.ended_at is None and plan.planned_at is not None]
    return [plan for plan in open_plans if plan.status != "established"][-1].id


def _meeting(story: Story) -> Way:
    if story.state.plan is None:
        return care_plan_start.initiate, {}
    return care_plan_start.hold_planning, {
        "plan": story.state.plan.id,
        "form": MeetingForm.HOME,
        "participants": [one.person for one in BOTH],
        "participation": TOOK_PART,
    }


def _settled(story: Story, party: Party) -> Way:
    if party in story.state.referral.declined_by:
        return referral_decision.accept, {}
    return referral_decision.decline, {"reason": "Better cared for at the health centre"}


def _resolved(story: Story) -> Way:
    dispute = story.state.open_dispute
    assert dispute is not None
    level, performer = next(
        ((one.level, one.performer) for one in dispute.proposals.values()), (CareLevel.PRIMARY, Party.REGION)
    )
    return resolution.resolve, {
        "dispute": dispute.id,
        "level": level,
        "performer": performer,
        "conclusion": "So be it",
    }


def ways(story: Story, item: WorklistItem) -> Sequence[Way]:
    """Return the acts of which one answers the item."""
    key, _, concerns = item.key.partition(":")
    plain: dict[str, Callable[[], Sequence[Way]]] = {
        "send-referral": lambda: [(referral.send, {"receiver": story.state.municipality or A})],
        "acknowledge": lambda: [(referral.acknowledge, {})],
        "contact": lambda: [(referral.contact, {})],
        "start-assessment": lambda: [(referral.start_assessment, {"participants": [one.person for one in BOTH]})],
        "assess": lambda: [(referral.record_assessment, ASSESSMENT)],
        "evaluate-criteria": lambda: [(criteria.evaluate_criteria, {"facts": CRITERIA})],
        "agree-exception": lambda: [(criteria.agree_exception, {"criterion": concerns, "reason": "Both hold so"})],
        "consider-jointly": lambda: [(referral.consider_jointly, {"intervention": concerns, "conclusion": "At home"})],
        "settle-levels": lambda: [(referral.record_assessment, ASSESSMENT)],
        "establish-level": lambda: [(referral.establish_level, {})],
        "answer-decline": lambda: [(referral_decision.decline, {"reason": "As the other says"})],
        "settle-decision": lambda: [_settled(story, item.party)],
        "accept": lambda: [(referral_decision.accept, {}), (referral_decision.decline, {"reason": "Not at home"})],
        "resolve-disagreement": lambda: [_resolved(story)],
        "joint-planning": lambda: [_meeting(story)],
        "plan-without-individual": lambda: [
            (care_plan_start.plan_without_individual, {"plan": _open_plan(story, proposed=True), "reason": "Obvious"})
        ],
        "agree-plan": lambda: [(care_plan.agree, {"plan": _agreeable(story)})],
        "follow-up": lambda: [
            (
                care_plan.follow_up,
                {
                    "plan": next(plan.id for plan in story.state.plans.values() if plan.is_in_force),
                    "finding": "It heals",
                    "participation": TOOK_PART,
                },
            )
        ],
        "commit": lambda: [(enrolment.commit, {})],
        "start-enrolment": lambda: [(enrolment.start, {})],
        "readiness": lambda: [(enrolment.confirm_readiness, {"aspect": Aspect(concerns)})],
        "accept-handover": lambda: [(handover.accept_handover, {"intervention": concerns})],
        "complete-discharge": lambda: [(discharge.complete_discharge, {"where_to_turn": "The health centre"})],
        "duty": lambda: (
            [(discharge.transfer_information, {"means": "By telephone"})] if concerns == "new-care-form" else []
        ),
        "outside-scope": lambda: [],
        "residence-not-regulated": lambda: [],
    }
    return plain[key]()


def refused(story: Story, by: Sequence[Actor], decide: Decision, content: dict[str, Any]) -> Refusal | None:
    """Return the refusal of the act when one of these does it; None if it is not refused."""
    found: Refusal | None = None
    for actor in by:
        try:
            story.after(decide, actor, at=story.clock + timedelta(days=40), **content)
        except Refusal as refusal:
            found = refusal
            continue
        return None
    return found


@given(HISTORIES)
@enough
def test_what_waits_can_be_done_or_says_which_disagreement_stops_it(story: Story) -> None:
    staff = {Party.REGION: (DISTRICT_NURSE, PHYSICIAN), Party.MUNICIPALITY: (NURSE_A,)}
    for item in items_of(story):
        answers = [refused(story, staff[item.party], decide, content) for decide, content in ways(story, item)]
        if item.blocked_by is not None:
            assert any(isinstance(one, DisputeOpen | WrongState) for one in answers)
        elif answers:
            assert not all(isinstance(one, OF_STATE) for one in answers), (item, answers)


@given(HISTORIES)
@enough
def test_each_thing_waits_once_for_a_principal_and_has_its_swedish_label(story: Story) -> None:
    found = [(item.principal, item.key) for item in items_of(story)]
    assert len(set(found)) == len(found)
    assert {key.partition(":")[0] for _, key in found} <= swedish.WORKLIST.keys()


def test_a_declined_and_closed_request_asks_for_nothing() -> None:
    story = level_established().plan_begun().declined()
    assert items_of(story) == ()
    assert items_of(story.after(referral_decision.close, DISTRICT_NURSE, note="The reasons were told")) == ()


def test_an_open_disagreement_stops_what_it_stops_and_nothing_else() -> None:
    story = accepted().plan_begun().disputed()
    assert the(story, "resolve-disagreement").blocked_by is None
    assert the(story, "commit").blocked_by is None
    handed = enrolled().discharge_declared().disputed(DISTRICT_NURSE)
    assert the(handed, "complete-discharge").blocked_by == handed.dispute
    assert the(handed, "follow-up").blocked_by is None


# --- All that the other party waits for -------------------------------------------------------------------------------


def test_the_criteria_wait_for_both_until_each_is_considered() -> None:
    assert keys(investigated(), MUNICIPALITY_WAITS) == {"assess", "evaluate-criteria"}
    assessed = investigated().assessed(DISTRICT_NURSE).assessed(NURSE_A)
    assert keys(assessed, REGION_WAITS) == keys(assessed, MUNICIPALITY_WAITS) == {"evaluate-criteria"}
    assert keys(weighed(), REGION_WAITS) == {"establish-level"}


def test_differing_levels_are_to_be_settled_rather_than_established() -> None:
    story = weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED)
    assert keys(story, REGION_WAITS) == keys(story, MUNICIPALITY_WAITS) == {"settle-levels"}


def test_where_one_accepts_and_the_other_declines_both_are_told() -> None:
    story = level_established().accepted(DISTRICT_NURSE).declined(NURSE_A)
    for party in Party:
        assert "settle-decision" in keys(story, party)
        assert "accept" not in keys(story, party)
        assert the(story, "settle-decision", party).since == story.clock


def test_a_decline_before_the_level_is_set_waits_for_the_other() -> None:
    story = weighed().declined(NURSE_A)
    assert "answer-decline" in keys(story, REGION_WAITS)
    assert "answer-decline" not in keys(story, MUNICIPALITY_WAITS)


def test_an_exception_from_a_criterion_waits_for_the_other_party() -> None:
    story = Story(age=10).need_raised().sent().acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered()
    assert not any(item.key.startswith("agree-exception") for item in items_of(story))
    story = story.after(criteria.agree_exception, NURSE_A, criterion="age", reason="She is frail")
    assert the(story, "agree-exception:age", REGION_WAITS).since == story.clock
    story = story.after(criteria.agree_exception, DISTRICT_NURSE, criterion="age", reason="She is frail")
    assert not any(item.key.startswith("agree-exception") for item in items_of(story))


@pytest.mark.rule("ORE-2.2-10")
def test_an_advanced_intervention_waits_to_be_considered_by_each_party() -> None:
    request = REQUEST.model_copy(update={"interventions": (WOUND, ADVANCED)})
    story = Story().need_raised(request).sent().acknowledged().contacted().start_assessment()
    assert "consider-jointly:drip" in keys(story, REGION_WAITS) & keys(story, MUNICIPALITY_WAITS)
    story = story.after(referral.consider_jointly, NURSE_A, intervention="drip", conclusion="At home")
    assert "consider-jointly:drip" in keys(story, REGION_WAITS)
    assert "consider-jointly:drip" not in keys(story, MUNICIPALITY_WAITS)


@pytest.mark.rule("ORE-3.1.4-5")
def test_planning_without_the_individual_waits_for_the_other_party_and_is_answered_by_any_planning() -> None:
    begun = accepted().plan_begun()
    proposed = begun.after(care_plan_start.plan_without_individual, NURSE_A, plan=begun.plan.id, reason="Obvious")
    assert the(proposed, "plan-without-individual", REGION_WAITS).since == proposed.clock
    assert "plan-without-individual" not in keys(proposed, MUNICIPALITY_WAITS)
    agreed = proposed.after(
        care_plan_start.plan_without_individual, DISTRICT_NURSE, plan=begun.plan.id, reason="Obvious"
    )
    for story in (agreed, proposed.plan_held()):
        assert "plan-without-individual" not in keys(story, REGION_WAITS) | keys(story, MUNICIPALITY_WAITS)
    anew = agreed.after(care_plan_start.plan_without_individual, DISTRICT_NURSE, plan=begun.plan.id, reason="Once more")
    assert "plan-without-individual" in keys(anew, MUNICIPALITY_WAITS)


def test_an_assessment_that_is_still_to_be_made_waits_also_while_the_parties_disagree() -> None:
    story = investigated().assessed(DISTRICT_NURSE).disputed()
    assert keys(story, MUNICIPALITY_WAITS) == {"assess", "resolve-disagreement"}
    assert keys(story, REGION_WAITS) == {"resolve-disagreement"}


def test_a_proposed_resolution_waits_for_the_other_party_since_it_was_proposed() -> None:
    assert {"resolve-disagreement"} == keys(at_odds(), REGION_WAITS) == keys(at_odds(), MUNICIPALITY_WAITS)
    story = at_odds().on("2025-04-20 09:00").resolved(NURSE_A)
    assert the(story, "resolve-disagreement", REGION_WAITS).since == story.clock
    assert "resolve-disagreement" not in keys(story, MUNICIPALITY_WAITS)


def test_a_handover_waits_since_it_was_handed_over() -> None:
    drip = Intervention(key="drip", text="A drip")
    story = enrolled().plan_reopened().plan_changed(planned(drip)).plan_agreed().on("2025-06-02 09:00")
    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention="drip")
    assert the(story, "accept-handover:drip").since == story.clock


def test_a_plan_that_was_planned_waits_to_be_agreed_to_by_those_who_have_not() -> None:
    assert "agree-plan" in keys(accepted().plan_begun().plan_held(), REGION_WAITS)
    story = drafted().plan_agreed(PHYSICIAN)
    assert "agree-plan" in keys(story, MUNICIPALITY_WAITS)
    assert "agree-plan" not in keys(story, REGION_WAITS)
    assert "agree-plan" in keys(established().plan_reopened(), REGION_WAITS)


# --- Since when, until when -------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-2")
def test_joint_planning_is_due_a_week_after_the_level_and_overdue_the_day_after_without_anyone_acting() -> None:
    item = the(level_established(), "joint-planning")
    assert item.due == date(2025, 4, 11)
    assert item.words is not None
    assert item.words.startswith("som längst inom en vecka efter fastställd vårdnivå")
    assert [item.is_overdue(date(2025, 4, day)) for day in (4, 11, 12)] == [False, False, True]
    assert [item.elapsed_days(date(2025, 4, day)) for day in (4, 11, 12)] == [0, 7, 8]


@pytest.mark.rule("ORE-3.1.4-1")
def test_that_planning_is_to_be_prompt_is_told_beside_its_week() -> None:
    item = the(level_established(), "joint-planning")
    assert item.words is not None
    assert item.words.split("; ")[1:] == ["skyndsamt"]


@pytest.mark.parametrize(
    ("story", "key"),
    [
        (Story().need_raised().sent(), "acknowledge"),
        (Story().need_raised().sent().acknowledged(), "contact"),
        (
            accepted().after(enrolment.open_readiness_action, NURSE_A, aspect=Aspect.EQUIPMENT, gap="There is no lift"),
            "readiness:equipment",
        ),
    ],
)
def test_words_without_a_number_have_no_day_and_are_never_overdue(story: Story, key: str) -> None:
    item = the(story, key)
    assert (item.due, bool(item.words), bool(item.rule)) == (None, True, True)
    assert not item.is_overdue(legal_day(story.clock) + timedelta(days=400))


@pytest.mark.rule("ORE-3.1.6-1")
def test_the_follow_up_day_is_the_agreed_one_while_another_is_being_written() -> None:
    story = established().plan_reopened()
    story = story.after(
        care_plan.record_section,
        DISTRICT_NURSE,
        plan=story.plan.id,
        part="follow-up",
        fields=PARTS["follow-up"] | {"when": date(2026, 6, 11)},
    )
    assert the(story, "follow-up").due == date(2025, 6, 11)
    assert the(story.plan_agreed(), "follow-up").due == date(2026, 6, 11)


@pytest.mark.rule("ORE-2.1-6")
def test_composite_needs_have_priority() -> None:
    request = REQUEST.model_copy(update={"composite_needs": True})
    assert {item.priority for item in items_of(Story().need_raised(request).sent())} == {True}
    assert {item.priority for item in items_of(level_established())} == {False}
