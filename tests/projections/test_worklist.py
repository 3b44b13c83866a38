"""The worklist has only items that can be done, all that the other party waits for, and no invented limit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given

from domain.agreements.model import ActName
from domain.case.acts import (
    DECISIONS,
    care_plan,
    care_plan_end,
    care_plan_start,
    criteria,
    death_and_move,
    disagreement,
    discharge,
    enrolment,
    handover,
    hospital_stay,
    question,
    referral,
    referral_decision,
    resolution,
    statements,
)
from domain.case.events.enrolment import Aspect, Risk, StayNews
from domain.intervention import CareLevel, Intervention
from domain.kernel import Actor, Party, Refusal, legal_day, legal_midnight
from domain.refusals import (
    DisputeOpen,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    NotMunicipal,
    NotReady,
    OtherPartyMissing,
    PlanContentMissing,
    PlanRequired,
    PositionsDiffer,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from projections.worklist.items import WorklistItem
from service.web import swedish
from tests.domain.test_enrolment_vastmanland import FACTS
from tests.domain.test_plan_kinds import rehab_written
from tests.domain.test_properties import HISTORIES, enough
from tests.projections.open_items import items_of
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    CARE_STAFF_A,
    COUNTIES,
    CRITERIA,
    DISTRICT_NURSE,
    FALLS,
    NURSE_A,
    PARTS,
    PHYSICIAN,
    PHYSIOTHERAPIST,
    REQUEST,
    THERAPIST_A,
    TOOK_PART,
    WOUND,
    A,
    Decision,
    Story,
    accepted,
    at_odds,
    committed,
    drafted,
    enrolled,
    established,
    investigated,
    level_established,
    planned,
    story_in,
    weighed,
)

REGION_WAITS, MUNICIPALITY_WAITS = Party.REGION, Party.MUNICIPALITY
OF_STATE = (
    DisputeOpen,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    NotMunicipal,
    NotReady,
    OtherPartyMissing,
    PlanContentMissing,
    PositionsDiffer,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
"""The refusals by the state of the case. They do not depend on the content of the act."""
PLAN = "agree-plan:medical"
ADVANCED = Intervention(key="drip", text="A drip", advanced=True)


def keys_of(story: Story, party: Party) -> set[str]:
    return {item.key for item in items_of(story) if item.party is party}


def find_item(story: Story, key: str, party: Party = Party.MUNICIPALITY) -> WorklistItem:
    (found,) = [item for item in items_of(story) if (item.key, item.party) == (key, party)]
    return found


# --- Only what can be done --------------------------------------------------------------------------------------------

AnyAct = tuple[Decision, dict[str, Any]]


def test_nothing_waits_for_a_municipality_that_has_not_been_told_of_the_case() -> None:
    people = COUNTIES["vastmanland"]
    untold, told = (
        story_in("vastmanland").need_raised(by=by, municipality=people.a)
        for by in (people.district_nurse, people.nurse_a)
    )

    assert keys_of(untold, Party.REGION)
    assert keys_of(untold, Party.MUNICIPALITY) == set()
    assert keys_of(told, Party.MUNICIPALITY)


def _planning_act(story: Story) -> AnyAct:
    if story.state.plan is None:
        return care_plan_start.initiate, {}
    return care_plan_start.hold_planning, {
        "plan": story.state.plan.id,
        "form": "home",
        "participants": [actor.person for actor in BOTH],
        "participation": TOOK_PART,
    }


def _decision_act(story: Story, item: WorklistItem) -> AnyAct:
    if item.party not in story.state.referral.declined_by:
        return referral_decision.decline, {"reason": "Better cared for at the health centre"}
    if ActName.ACCEPT_REFERRAL in item.acts:
        return referral_decision.accept, {}
    return disagreement.raise_disagreement, {"reason": "She can be cared for at home"}


def _accepting_acts(item: WorklistItem) -> Sequence[AnyAct]:
    decline: AnyAct = (referral_decision.decline, {"reason": "Not at home"})
    return [(referral_decision.accept, {}), decline] if ActName.ACCEPT_REFERRAL in item.acts else [decline]


def _resolution_act(story: Story, party: Party) -> AnyAct:
    dispute = story.state.open_dispute
    assert dispute is not None
    theirs = dispute.proposals.get(party.other)
    level, performer = (theirs.level, theirs.performer) if theirs else (CareLevel.PRIMARY, Party.REGION)
    return resolution.resolve, {
        "dispute": dispute.id,
        "level": level,
        "performer": performer,
        "conclusion": "So be it",
    }


def _agreement_act(item: WorklistItem) -> AnyAct:
    content: dict[ActName, AnyAct] = {
        ActName.AGREE_PLAN: (care_plan.agree, {}),
        ActName.RECORD_PLAN_SECTION: (care_plan.record_section, {"part": "prognosis", "fields": PARTS["prognosis"]}),
        ActName.ASSIGN_CONTACT_ROLE: (care_plan.assign_contact, {"role": "coordinator", "person": PHYSICIAN.person}),
        ActName.PLAN_INTERVENTION: (care_plan.plan_intervention, {"intervention": planned(WOUND, Party.REGION)}),
    }
    decide, given_content = content[item.acts[0]]
    return decide, given_content | {"plan": item.plan}


def _start_act(item: WorklistItem) -> AnyAct:
    if ActName.START_ENROLMENT in item.acts:
        return enrolment.start, {}
    if ActName.REFUSE_ENROLMENT in item.acts:
        return enrolment.refuse, {"reason": "Not at home", "criterion": None}
    return criteria.evaluate_criteria, {"facts": CRITERIA}


def _discharge_act(item: WorklistItem) -> AnyAct:
    if ActName.COMPLETE_DISCHARGE in item.acts:
        return discharge.complete_discharge, {"where_to_turn": "The health centre"}
    return discharge.contest_discharge, {"reason": "The need remains"}


def acts_for(story: Story, item: WorklistItem) -> Sequence[AnyAct]:
    """Return the acts that do the item; one of them is enough."""
    key, _, concerns = item.key.partition(":")
    acts: dict[str, Callable[[], Sequence[AnyAct]]] = {
        "send-referral": lambda: [(referral.send, {"receiver": story.state.municipality or A})],
        "acknowledge": lambda: [(referral.acknowledge, {})],
        "contact": lambda: [(referral.contact, {})],
        "start-assessment": lambda: [(referral.start_assessment, {"participants": [actor.person for actor in BOTH]})],
        "assess": lambda: [(referral.record_assessment, ASSESSMENT)],
        "evaluate-criteria": lambda: [(criteria.evaluate_criteria, {"facts": CRITERIA})],
        "agree-exception": lambda: [(criteria.agree_exception, {"criterion": concerns, "reason": "Both hold so"})],
        "consider-jointly": lambda: [(referral.consider_jointly, {"intervention": concerns, "conclusion": "At home"})],
        "settle-levels": lambda: [(referral.record_assessment, ASSESSMENT)],
        "establish-level": lambda: [(referral.establish_level, {})],
        "answer-decline": lambda: [(referral_decision.decline, {"reason": "As the other says"})],
        "settle-decision": lambda: [_decision_act(story, item)],
        "accept": lambda: _accepting_acts(item),
        "resolve-disagreement": lambda: [_resolution_act(story, item.party)],
        **dict.fromkeys(("joint-planning", "planning", "required-plan"), lambda: [_planning_act(story)]),
        "plan-without-individual": lambda: [
            (care_plan_start.plan_without_individual, {"plan": item.plan, "reason": "Obvious"})
        ],
        "agree-plan": lambda: [_agreement_act(item)],
        "follow-up": lambda: [
            (
                care_plan.follow_up,
                {
                    "plan": item.plan,
                    "finding": "It heals",
                    "participation": TOOK_PART,
                },
            )
        ],
        "close-plan": lambda: [(care_plan_end.close, {"plan": item.plan, "reason": "As the other says"})],
        "revise-plan": lambda: [(care_plan.revise, {"plan": item.plan, "reason": "As it was resolved"})],
        "commit": lambda: [(enrolment.commit, {})],
        "start-enrolment": lambda: [_start_act(item)],
        "readiness": lambda: [(enrolment.confirm_readiness, {"aspect": Aspect(concerns)})],
        "hand-over": lambda: [(handover.hand_over, {"intervention": concerns})],
        "accept-handover": lambda: [(handover.accept_handover, {"intervention": concerns})],
        "assess-risks": lambda: [(enrolment.assess_risks, {"risks": [FALLS]})],
        "complete-discharge": lambda: [_discharge_act(item)],
        "discharge-contested": lambda: [(question.ask_question, {"text": "How do we go on?"})],
        **_acts_on_stay(),
        "duty": lambda: (
            [(discharge.transfer_information, {"means": "By telephone"})] if concerns == "new-care-form" else []
        ),
        **dict.fromkeys(("outside-scope", "residence-not-regulated"), list),
    }
    return acts[key]()


def _acts_on_stay() -> dict[str, Callable[[], Sequence[AnyAct]]]:
    """Return the acts that meet the items about a stay in hospital, by key."""
    home: dict[str, Callable[[], Sequence[AnyAct]]]
    home = dict.fromkeys(("homecoming", "take-home"), lambda: [(hospital_stay.record_homecoming, {})])
    return home | {f"acknowledge-{news}": partial(_acknowledge, news) for news in StayNews}


def _acknowledge(news: StayNews) -> Sequence[AnyAct]:
    return [(hospital_stay.acknowledge_stay, {"news": news})]


def find_refusal(story: Story, by: Sequence[Actor], decide: Decision, content: dict[str, Any]) -> Refusal | None:
    """Return the last refusal of the act; None if one of these actors can do it."""
    last: Refusal | None = None
    for actor in by:
        try:
            story.after(decide, actor, at=story.clock + timedelta(days=40), **content)
        except Refusal as refusal:
            last = refusal
            continue
        return None
    return last


@given(HISTORIES)
@enough
def test_each_item_can_be_done_or_names_the_disagreement_that_blocks_it(story: Story) -> None:
    staff = {Party.REGION: (DISTRICT_NURSE, PHYSICIAN), Party.MUNICIPALITY: (NURSE_A,)}
    for item in items_of(story):
        acts = acts_for(story, item)
        assert {decide for decide, _ in acts} <= {DECISIONS[act] for act in item.acts}
        answers = [find_refusal(story, staff[item.party], decide, content) for decide, content in acts]
        if item.blocked_by is not None:
            assert any(isinstance(answer, DisputeOpen | WrongState) for answer in answers)
        elif answers:
            assert not all(isinstance(answer, OF_STATE) for answer in answers), (item, answers)


@given(HISTORIES)
@enough
def test_a_principal_has_each_item_once_with_a_swedish_label(story: Story) -> None:
    found = [(item.principal, item.key) for item in items_of(story)]
    assert len(set(found)) == len(found)
    assert {key.partition(":")[0] for _, key in found} <= swedish.WORKLIST.keys()


def test_a_declined_or_closed_request_has_no_items() -> None:
    story = level_established().plan_begun().declined()
    assert items_of(story) == ()
    assert items_of(story.after(referral_decision.close, DISTRICT_NURSE, note="The reasons were told")) == ()


def test_an_open_disagreement_blocks_some_items_and_no_others() -> None:
    story = accepted().plan_begun().disputed()
    assert find_item(story, "resolve-disagreement").blocked_by is None
    assert find_item(story, "commit").blocked_by is None
    begun = committed().disputed()
    assert find_item(begun, "start-enrolment").blocked_by == begun.dispute
    handed = enrolled().discharge_declared().disputed(DISTRICT_NURSE)
    assert find_item(handed, "complete-discharge").acts == (ActName.CONTEST_DISCHARGE,)
    assert find_item(handed, "follow-up:medical").blocked_by is None


def test_who_declared_a_discharge_is_told_that_it_was_contested_until_they_answer() -> None:
    contested = enrolled().discharge_declared().after(discharge.contest_discharge, NURSE_A, reason="It has not healed")
    assert find_item(contested, "discharge-contested", Party.REGION).acts == (
        ActName.DECLARE_DISCHARGE,
        ActName.RAISE_DISAGREEMENT,
        ActName.ASK_QUESTION,
    )
    assert "discharge-contested" not in keys_of(contested, Party.MUNICIPALITY)
    for answered in (
        contested.discharge_declared(),
        contested.disputed(DISTRICT_NURSE),
        contested.after(question.ask_question, DISTRICT_NURSE, text="We agree. When do we meet?"),
    ):
        assert "discharge-contested" not in keys_of(answered, Party.REGION)
    asked_by_the_other = contested.after(question.ask_question, NURSE_A, text="When do we meet?")
    assert "discharge-contested" in keys_of(asked_by_the_other, Party.REGION)


# --- All that the other party waits for -------------------------------------------------------------------------------


def test_both_parties_are_to_evaluate_criteria_until_each_is_considered() -> None:
    assert keys_of(investigated(), MUNICIPALITY_WAITS) == {"assess", "evaluate-criteria"}
    assessed = investigated().assessed(DISTRICT_NURSE).assessed(NURSE_A)
    assert keys_of(assessed, REGION_WAITS) == keys_of(assessed, MUNICIPALITY_WAITS) == {"evaluate-criteria"}
    assert keys_of(weighed(), REGION_WAITS) == {"establish-level"}


def test_differing_levels_are_to_be_settled_rather_than_established() -> None:
    story = weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED)
    assert keys_of(story, REGION_WAITS) == keys_of(story, MUNICIPALITY_WAITS) == {"settle-levels"}


def test_both_parties_are_to_settle_the_decision_if_one_accepts_and_the_other_declines() -> None:
    story = level_established().accepted(DISTRICT_NURSE).declined(NURSE_A)
    for party in Party:
        assert "settle-decision" in keys_of(story, party)
        assert "accept" not in keys_of(story, party)
        assert find_item(story, "settle-decision", party).since == story.clock


def test_the_other_party_is_to_answer_a_decline_before_the_level_is_set() -> None:
    story = weighed().declined(NURSE_A)
    assert "answer-decline" in keys_of(story, REGION_WAITS)
    assert "answer-decline" not in keys_of(story, MUNICIPALITY_WAITS)


def test_the_other_party_is_to_answer_a_decline_also_while_criteria_are_unconsidered() -> None:
    people = COUNTIES["vastmanland"]
    sent = story_in("vastmanland").need_raised(by=people.district_nurse, municipality=people.a).sent()
    for decliner, other in ((people.nurse_a, Party.REGION), (people.district_nurse, Party.MUNICIPALITY)):
        story = sent.declined(decliner)
        assert "evaluate-criteria" in keys_of(story, other)
        assert "answer-decline" in keys_of(story, other)
        assert "answer-decline" not in keys_of(story, other.other)


def test_the_other_party_is_to_agree_on_an_exception_from_a_criterion() -> None:
    story = Story(age=10).need_raised().sent().acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered()
    assert not any(item.key.startswith("agree-exception") for item in items_of(story))
    story = story.after(criteria.agree_exception, NURSE_A, criterion="age", reason="She is frail")
    assert find_item(story, "agree-exception:age", REGION_WAITS).since == story.clock
    story = story.after(criteria.agree_exception, DISTRICT_NURSE, criterion="age", reason="She is frail")
    assert not any(item.key.startswith("agree-exception") for item in items_of(story))


@pytest.mark.rule("ORE-2.2-10")
def test_each_party_is_to_consider_an_advanced_intervention() -> None:
    request = REQUEST.model_copy(update={"interventions": (WOUND, ADVANCED)})
    story = Story().need_raised(request).sent().acknowledged().contacted().start_assessment()
    assert "consider-jointly:drip" in keys_of(story, REGION_WAITS) & keys_of(story, MUNICIPALITY_WAITS)
    story = story.after(referral.consider_jointly, NURSE_A, intervention="drip", conclusion="At home")
    assert "consider-jointly:drip" in keys_of(story, REGION_WAITS)
    assert "consider-jointly:drip" not in keys_of(story, MUNICIPALITY_WAITS)


@pytest.mark.rule("ORE-3.1.4-5")
def test_the_other_party_is_to_answer_planning_without_the_individual_by_any_planning() -> None:
    begun = accepted().plan_begun()
    proposed = begun.after(care_plan_start.plan_without_individual, NURSE_A, plan=begun.plan.id, reason="Obvious")
    assert find_item(proposed, "plan-without-individual:medical", REGION_WAITS).since == proposed.clock
    assert "plan-without-individual:medical" not in keys_of(proposed, MUNICIPALITY_WAITS)
    agreed = proposed.after(
        care_plan_start.plan_without_individual, DISTRICT_NURSE, plan=begun.plan.id, reason="Obvious"
    )
    for story in (agreed, proposed.plan_held()):
        assert "plan-without-individual:medical" not in keys_of(story, REGION_WAITS) | keys_of(
            story, MUNICIPALITY_WAITS
        )
    anew = agreed.after(care_plan_start.plan_without_individual, DISTRICT_NURSE, plan=begun.plan.id, reason="Once more")
    assert "plan-without-individual:medical" in keys_of(anew, MUNICIPALITY_WAITS)


def test_a_missing_assessment_is_still_to_be_made_while_the_parties_disagree() -> None:
    story = investigated().assessed(DISTRICT_NURSE).disputed()
    assert keys_of(story, MUNICIPALITY_WAITS) == {"assess", "resolve-disagreement"}
    assert keys_of(story, REGION_WAITS) == {"resolve-disagreement"}


def test_the_other_party_is_to_answer_a_proposed_resolution_since_it_was_proposed() -> None:
    assert {"resolve-disagreement"} == keys_of(at_odds(), REGION_WAITS) == keys_of(at_odds(), MUNICIPALITY_WAITS)
    story = at_odds().on("2025-04-20 09:00").resolved(NURSE_A)
    assert find_item(story, "resolve-disagreement", REGION_WAITS).since == story.clock
    assert "resolve-disagreement" not in keys_of(story, MUNICIPALITY_WAITS)


@pytest.mark.rule("P12")
def test_a_closing_that_the_enrolment_hinders_by_now_waits_for_a_change() -> None:
    declared = committed().on("2025-04-20 09:00")
    declared = declared.after(care_plan_end.close, DISTRICT_NURSE, plan=declared.plan.id, reason="Not needed")
    item = find_item(declared, "close-plan:medical")
    assert (item.since, item.acts) == (declared.clock, (ActName.CLOSE_PLAN, ActName.REVISE_PLAN))

    running = declared.started()
    with pytest.raises(PlanRequired):
        running.after(care_plan_end.close, NURSE_A, plan=running.plan.id, reason="Not needed")
    hindered = find_item(running, "close-plan:medical")
    assert (hindered.since, hindered.acts) == (item.since, (ActName.REVISE_PLAN,))


@pytest.mark.rule("P12")
def test_a_plan_that_goes_on_no_longer_waits_to_be_closed() -> None:
    plan = established().plan.id
    declared = established().after(care_plan_end.close, DISTRICT_NURSE, plan=plan, reason="Not needed")
    item = find_item(declared, "close-plan:medical")
    assert item.acts == (ActName.CLOSE_PLAN, ActName.REVISE_PLAN)

    reopened = declared.plan_reopened(NURSE_A)
    for story in (reopened, reopened.plan_agreed()):
        assert "close-plan:medical" not in keys_of(story, MUNICIPALITY_WAITS)
    alone = reopened.plan_agreed().after(care_plan_end.close, NURSE_A, plan=plan, reason="Not needed")
    assert alone.plan.is_in_force
    assert "close-plan:medical" in keys_of(alone, REGION_WAITS)


@pytest.mark.rule("E12")
@pytest.mark.rule("S17")
def test_a_move_that_is_not_regulated_waits_until_the_person_is_home_again() -> None:
    def move(story: Story, to: str, municipality: str | None = None) -> Story:
        story = story.on(f"2025-05-{story.state.version % 20 + 1:02} 09:00")
        day = story.clock.date()
        return story.after(death_and_move.record_move, NURSE_A, moved_on=day, to=to, municipality=municipality)

    for away in (move(enrolled(), "kumla"), move(enrolled(), "ordinary", COUNTIES["orebro"].b)):
        for party in Party:
            assert ActName.RECORD_MOVE in find_item(away, "residence-not-regulated", party).acts
        for home in (move(away, "ordinary"), move(away, "the-house-by-the-lake", A)):
            assert not any("residence-not-regulated" in keys_of(home, party) for party in Party)


def test_a_handover_is_open_since_the_intervention_was_handed_over() -> None:
    drip = Intervention(key="drip", text="A drip")
    story = enrolled().plan_reopened().plan_changed(planned(drip)).plan_agreed().on("2025-06-02 09:00")
    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention="drip")
    assert find_item(story, "accept-handover:drip").since == story.clock


@pytest.mark.rule("ORE-2.2-5")
def test_what_a_revised_plan_gives_the_municipality_is_to_be_handed_over_to_it() -> None:
    pump = Intervention(key="pump", text="A pump for pain relief")
    assert not _keys(enrolled(), "hand-over:")

    story = enrolled().plan_reopened().plan_changed(planned(pump)).plan_agreed()
    assert _keys(story, "hand-over:") == {("hand-over:pump", Party.REGION)}

    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention="pump")
    assert not _keys(story, "hand-over:")
    assert _keys(story, "accept-handover:") == {("accept-handover:pump", Party.MUNICIPALITY)}


def _keys(story: Story, prefix: str) -> set[tuple[str, Party]]:
    return {(item.key, item.party) for item in items_of(story) if item.key.startswith(prefix)}


def test_a_party_that_has_not_agreed_to_a_planned_plan_is_to_do_so() -> None:
    assert "agree-plan:medical" in keys_of(accepted().plan_begun().plan_held(), REGION_WAITS)
    story = drafted().plan_agreed(PHYSICIAN)
    assert "agree-plan:medical" in keys_of(story, MUNICIPALITY_WAITS)
    assert "agree-plan:medical" not in keys_of(story, REGION_WAITS)
    assert "agree-plan:medical" in keys_of(established().plan_reopened(), REGION_WAITS)


@pytest.mark.rule("ORE-3.1.4-13")
def test_a_plan_waits_for_what_it_lacks_before_it_waits_for_agreement() -> None:
    for party in Party:
        assert ActName.RECORD_PLAN_SECTION in find_item(accepted().plan_begun().plan_held(), PLAN, party).acts
        assert ActName.AGREE_PLAN not in find_item(accepted().plan_begun().plan_held(), PLAN, party).acts
        assert find_item(drafted(), PLAN, party).acts == (ActName.AGREE_PLAN,)


@pytest.mark.rule("ORE-3.1.3-11")
def test_who_is_to_perform_is_to_confirm_readiness_before_the_start_waits() -> None:
    waiting = established().committed()
    assert {"readiness:competence", "readiness:equipment"} <= keys_of(waiting, MUNICIPALITY_WAITS)
    assert "start-enrolment" not in keys_of(waiting, MUNICIPALITY_WAITS)
    assert not any(key.startswith("readiness") for key in keys_of(waiting, REGION_WAITS))
    assert find_item(waiting, "readiness:equipment").rule == "ORE-3.1.3-11"
    assert "start-enrolment" in keys_of(waiting.ready(), MUNICIPALITY_WAITS)


@pytest.mark.rule("ORE-2.2-4")
def test_identified_risks_are_to_be_assessed_before_the_start_waits() -> None:
    waiting = established().committed()
    for aspect in Aspect:
        waiting = waiting.after(enrolment.confirm_readiness, NURSE_A, aspect=aspect)
    assert {"assess-risks"} <= keys_of(waiting, MUNICIPALITY_WAITS) & keys_of(waiting, REGION_WAITS)
    assert find_item(waiting, "assess-risks").rule == "ORE-2.2-4"
    assert keys_of(waiting.ready(), MUNICIPALITY_WAITS) >= {"start-enrolment"}


@pytest.mark.rule("ORE-2.2-4")
@pytest.mark.parametrize("begun", [enrolled(), enrolled().discharge_declared()])
def test_a_risk_that_is_found_when_care_is_in_the_home_waits_for_a_measure(begun: Story) -> None:
    stairs = Risk(key="stairs", text="She slips on the stairs")
    found = begun.after(enrolment.assess_risks, NURSE_A, risks=[stairs])
    assert "assess-risks" not in keys_of(begun, REGION_WAITS) | keys_of(begun, MUNICIPALITY_WAITS)

    worse = found.after(enrolment.assess_risks, NURSE_A, risks=[FALLS.model_copy(update={"measure": None})])
    for party in Party:
        item = find_item(worse, "assess-risks", party)
        assert (item.acts, item.since) == ((ActName.ASSESS_RISKS,), found.clock)

    met = [risk.model_copy(update={"measure": "A rail"}) for risk in (FALLS, stairs)]
    assert "assess-risks" not in keys_of(worse.after(enrolment.assess_risks, DISTRICT_NURSE, risks=met), REGION_WAITS)


@pytest.mark.rule("ORE-3.1.3-12")
def test_only_who_is_to_perform_closes_a_gap() -> None:
    gap = committed().after(enrolment.open_readiness_action, NURSE_A, aspect=Aspect.EQUIPMENT, gap="There is no lift")
    theirs = gap.after(enrolment.confirm_readiness, DISTRICT_NURSE, aspect=Aspect.EQUIPMENT)
    for story in (gap, theirs):
        assert find_item(story, "readiness:equipment").since == gap.clock
        assert "readiness:equipment" not in keys_of(story, REGION_WAITS)
    own = theirs.after(enrolment.confirm_readiness, NURSE_A, aspect=Aspect.EQUIPMENT)
    assert "readiness:equipment" not in keys_of(own, MUNICIPALITY_WAITS)
    assert "start-enrolment" in keys_of(own, MUNICIPALITY_WAITS)


def test_a_plan_of_its_author_alone_waits_for_the_end_of_a_disagreement() -> None:
    facts = {"primary-level": {"primary_level_suffices": True}}
    story = rehab_written().after(criteria.evaluate_criteria, THERAPIST_A, facts=facts)
    story = story.accepted(THERAPIST_A, PHYSIOTHERAPIST)
    assert find_item(story, "agree-plan:rehab").blocked_by is None
    disputed = story.disputed(PHYSIOTHERAPIST)
    assert find_item(disputed, "agree-plan:rehab").blocked_by == disputed.dispute


def test_nobody_is_to_accept_care_in_a_setting_that_the_agreement_does_not_cover() -> None:
    people = COUNTIES["vastmanland"]
    raised = [
        story_in("vastmanland").need_raised(by=people.nurse_a, municipality=people.a, setting=setting)
        for setting in ("ordinary", "health-centre")
    ]
    assert [find_item(story, "propose-enrolment").acts for story in raised] == [
        (ActName.PROPOSE_ENROLMENT,),
        (ActName.DECLINE_REFERRAL,),
    ]
    declined = raised[1].declined(people.nurse_a)
    assert find_item(declined, "answer-decline", Party.REGION).acts == (
        ActName.DECLINE_REFERRAL,
        ActName.RAISE_DISAGREEMENT,
    )
    assert not {"propose-enrolment", "answer-decline"} & keys_of(declined, MUNICIPALITY_WAITS)
    assert declined.declined(people.district_nurse).state.is_ended

    covered, elsewhere = (
        story_in("vastmanland")
        .need_raised(by=people.district_nurse, municipality=people.a, setting=setting)
        .after(criteria.evaluate_criteria, people.district_nurse, facts=FACTS)
        .after(referral.send, people.district_nurse, receiver=people.a)
        for setting in ("ordinary", "health-centre")
    )
    assert ActName.ACCEPT_REFERRAL in find_item(covered, "accept").acts
    assert find_item(elsewhere, "accept").acts == (ActName.DECLINE_REFERRAL,)
    assert find_item(elsewhere, "accept", Party.REGION).acts == (ActName.DECLINE_REFERRAL,)


@pytest.mark.rule("ORE-1.1-3")
@pytest.mark.rule("ORE-2.2-11")
def test_nobody_is_to_accept_care_at_a_level_that_the_agreement_does_not_cover() -> None:
    for party in Party:
        assert find_item(weighed(CareLevel.SPECIALISED).level_established(), "accept", party).acts == (
            ActName.DECLINE_REFERRAL,
        )


@pytest.mark.rule("ORE-1.1-3")
def test_a_proposal_of_care_that_the_agreement_no_longer_covers_waits_for_another() -> None:
    def move(story: Story, to: str) -> Story:
        day = legal_day(story.clock)
        return story.after(death_and_move.record_move, DISTRICT_NURSE, moved_on=day, to=to)

    proposed = enrolled().disputed().resolved(NURSE_A)
    waiting = {("resolve-disagreement", Party.REGION)}
    assert _keys(proposed, "resolve-disagreement") == waiting
    moved = move(proposed, "special")
    assert _keys(moved, "resolve-disagreement") == {("resolve-disagreement", Party.MUNICIPALITY)}
    assert _keys(moved.resolved(NURSE_A, performer=Party.REGION), "resolve-disagreement") == waiting
    assert _keys(move(moved, "ordinary"), "resolve-disagreement") == waiting


@pytest.mark.rule("ORE-3.1.7-1")
def test_a_discharge_from_where_the_agreement_does_not_cover_waits_for_the_party_that_has_not_declared_it() -> None:
    story = enrolled().on("2025-04-15 09:00")
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")
    moved, declared = (
        {item.party: item.acts for item in items_of(each) if item.key == "outside-scope"}
        for each in (story, story.discharge_declared(DISTRICT_NURSE))
    )

    assert moved == dict.fromkeys(Party, (ActName.DECLARE_DISCHARGE, ActName.RECORD_MOVE))
    assert declared == {
        Party.REGION: (ActName.RECORD_MOVE,),
        Party.MUNICIPALITY: (ActName.COMPLETE_DISCHARGE, ActName.RECORD_MOVE),
    }


@pytest.mark.rule("ORE-3.1.3-14")
def test_what_a_resolution_left_with_the_region_waits_for_another_plan_before_the_start() -> None:
    left = committed().disputed().resolved(performer=Party.REGION)
    assert keys_of(left, REGION_WAITS) == keys_of(left, MUNICIPALITY_WAITS) == {"revise-plan", "follow-up:medical"}
    assert (find_item(left, "revise-plan").acts, find_item(left, "revise-plan").plan) == (
        (ActName.REVISE_PLAN,),
        left.plan.id,
    )
    assert "revise-plan" not in keys_of(left.plan_reopened(), REGION_WAITS)
    assert "start-enrolment" in keys_of(left.plan_reopened().plan_agreed(), MUNICIPALITY_WAITS)


def test_a_contact_of_the_plan_keeps_the_items_that_others_only_stand_in_for() -> None:
    stand_in = DISTRICT_NURSE.model_copy(update={"person": "SE2321000000-P999", "unit": "SE2321000000-U99"})
    for story, unit in ((enrolled(), DISTRICT_NURSE.unit), (accepted(), stand_in.unit)):
        items = items_of(story.circumstance("psychiatric-outpatient", stand_in))
        assert {item.unit for item in items if item.party is Party.REGION} == {unit}


@pytest.mark.parametrize("minutes", [-10, 10], ids=["told late", "the latest"])
def test_a_contact_who_has_moved_has_the_items_where_the_contact_acted_last(minutes: int) -> None:
    story = enrolled()
    last = story.state.persons[DISTRICT_NURSE.person].at
    elsewhere = DISTRICT_NURSE.model_copy(update={"unit": "SE2321000000-U99"})
    at = last + timedelta(minutes=minutes)
    told = story.after(
        statements.record_circumstance,
        elsewhere,
        at=at,
        now=last + timedelta(days=2),
        circumstance="psychiatric-outpatient",
    )

    units = {item.unit for item in items_of(told) if item.party is Party.REGION}
    assert units == {elsewhere.unit if minutes > 0 else DISTRICT_NURSE.unit}


# --- Since when, until when -------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-2")
def test_joint_planning_is_due_a_week_after_the_level_and_overdue_the_day_after_without_anyone_acting() -> None:
    item = find_item(level_established(), "joint-planning")
    assert item.due == date(2025, 4, 11)
    assert item.words is not None
    assert item.words.startswith("som längst inom en vecka efter fastställd vårdnivå")
    assert [item.is_overdue(legal_midnight(date(2025, 4, day))) for day in (4, 11, 12)] == [False, False, True]
    assert [item.elapsed_days(legal_midnight(date(2025, 4, day))) for day in (4, 11, 12)] == [0, 7, 8]


@pytest.mark.rule("ORE-3.1.4-1")
def test_the_limit_of_planning_has_both_the_week_and_the_word_promptly() -> None:
    item = find_item(level_established(), "joint-planning")
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
def test_a_limit_without_a_number_has_no_day_and_is_never_overdue(story: Story, key: str) -> None:
    item = find_item(story, key)
    assert (item.due, bool(item.words), bool(item.rule)) == (None, True, True)
    assert not item.is_overdue(story.clock + timedelta(days=400))


@pytest.mark.rule("ORE-3.1.6-1")
def test_the_follow_up_day_is_the_agreed_one_until_another_is_agreed() -> None:
    story = established().plan_reopened()
    story = story.after(
        care_plan.record_section,
        DISTRICT_NURSE,
        plan=story.plan.id,
        part="follow-up",
        fields=PARTS["follow-up"] | {"when": date(2026, 6, 11)},
    )
    assert find_item(story, "follow-up:medical").due == date(2025, 6, 11)
    assert find_item(story.plan_agreed(), "follow-up:medical").due == date(2026, 6, 11)


@pytest.mark.rule("ORE-2.1-6")
def test_composite_needs_have_priority() -> None:
    request = REQUEST.model_copy(update={"composite_needs": True})
    assert {item.priority for item in items_of(Story().need_raised(request).sent())} == {True}
    assert {item.priority for item in items_of(level_established())} == {False}


def test_an_item_of_a_request_without_a_unit_is_for_the_unit_from_which_somebody_who_can_do_it_has_acted() -> None:
    need, sending = Story().need_raised().sent().steps
    without_unit = replace(sending, events=(sending.events[0].model_copy(update={"unit": None}),))
    sent = Story().with_step(need).with_step(without_unit)
    both = [one.person for one in BOTH]
    for actor, unit in ((CARE_STAFF_A, None), (NURSE_A, NURSE_A.unit)):
        reached = sent.after(referral.acknowledge, actor).after(referral.contact, actor)
        begun = reached.after(referral.start_assessment, actor, participants=both)
        assert {item.unit for item in items_of(begun) if item.key == "assess" and item.party is actor.party} == {unit}
