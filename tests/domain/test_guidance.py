"""The acts that a refusal recommends: possible now for somebody, and leading on; or none, and the reason."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from domain.act import Act
from domain.agreements.model import ActName, ActorGroup, ActRule, Need
from domain.case.acts import (
    DECISIONS,
    care_plan,
    care_plan_start,
    correction,
    criteria,
    death_and_move,
    disagreement,
    discharge,
    enrolment,
    referral,
    referral_decision,
    self_care,
    statements,
    tasks,
)
from domain.case.events.case import CorrectionReason, FactKind
from domain.case.events.referral import WithdrawalReason
from domain.case.events.self_care import Carer
from domain.case.guidance import find_next_acts, find_open_acts, guide
from domain.case.state.care_plan import PlanText
from domain.directory import Directory
from domain.kernel import Actor, Party, Refusal, RefusalKind, Role
from tests.agreements.orebro import OREBRO
from tests.agreements.published import find_in_force
from tests.domain import test_enrolment_vastmanland
from tests.domain.random_acts import Maker, read_as_sent
from tests.domain.test_enrolment_by_track import TRAINING, rehabilitated
from tests.domain.test_ordering_rules import ruled
from tests.domain.test_tracks import at_discharge, in_rehabilitation, specialised
from tests.scenario import (
    CARE_STAFF_A,
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    PHYSICIAN,
    REQUEST,
    SPECIALIST,
    THERAPIST_A,
    VASTMANLAND,
    WARD_NURSE,
    WOUND,
    Decision,
    Story,
    accepted,
    at_odds,
    committed,
    drafted,
    enrolled,
    investigated,
    level_established,
    planned,
)
from tests.scenario import OREBRO as PEOPLE


def refused(story: Story, decide: Decision, by: Actor, **content: Any) -> Refusal:
    """Return the refusal of an act, as it is answered."""
    return answered(story, story.act(decide, by), **content)


def answered(story: Story, act: Act, **content: Any) -> Refusal:
    """Return the refusal of an act, with the acts that lead on from it."""
    with pytest.raises(Refusal) as refusal:
        story.decided(act, **content)
    guide(refusal.value, story.state, act, story.calendar())
    return refusal.value


def acknowledged() -> Story:
    """Tell of a request that the municipality has acknowledged."""
    return Story().need_raised().sent().acknowledged()


def test_the_step_that_is_possible_now_is_recommended_and_not_the_last_one_on_the_way() -> None:
    assert refused(Story().need_raised(), criteria.evaluate_criteria, DISTRICT_NURSE, facts={"age": {}}).acts == (
        ActName.SEND_REFERRAL,
    )
    assert refused(acknowledged(), enrolment.commit, NURSE_A).acts == (ActName.CONTACT_PRINCIPAL,)
    assert refused(acknowledged().contacted().start_assessment(), referral_decision.accept, NURSE_A).acts == (
        ActName.RECORD_ASSESSMENT,
    )


@pytest.mark.parametrize(
    ("story", "by", "act", "others"),
    [
        (specialised(), SPECIALIST, ActName.PROPOSE_HANDOVER, {ActName.START_ASSESSMENT}),
        (at_discharge(), WARD_NURSE, ActName.OPEN_DISCHARGE_PLANNING, {ActName.START_ASSESSMENT}),
        (in_rehabilitation(), THERAPIST_A, ActName.START_REHAB_ASSESSMENT, {ActName.START_ASSESSMENT}),
        (acknowledged().contacted(), DISTRICT_NURSE, ActName.START_ASSESSMENT, set()),
    ],
)
def test_each_track_has_its_own_way_to_begin_the_assessment(
    story: Story, by: Actor, act: ActName, others: set[ActName]
) -> None:
    refusal = refused(story, criteria.evaluate_criteria, by, facts={"age": {}})

    assert set(refusal.acts) == {act, *others}


def test_a_recommended_act_that_the_asker_cannot_do_is_told_with_somebody_who_can() -> None:
    refusal = refused(Story().need_raised().sent(), criteria.evaluate_criteria, DISTRICT_NURSE, facts={"age": {}})

    assert refusal.acts == (ActName.ACKNOWLEDGE_REFERRAL,)
    assert refusal.remedy.startswith("first do acknowledge-referral; acknowledge-referral can be done by a ")
    assert refusal.remedy.endswith("of municipal-care in the municipality")


def test_an_act_that_the_asker_can_do_is_told_without_others() -> None:
    refusal = refused(Story().need_raised().sent(), criteria.evaluate_criteria, NURSE_A, facts={"age": {}})

    assert refusal.remedy == "first do acknowledge-referral"


def test_a_refusal_that_recommends_no_act_keeps_its_own_remedy() -> None:
    refusal = refused(Story().need_raised().sent(), referral.supplement, NURSE_A, request=REQUEST)

    assert (refusal.acts, refusal.remedy) == ((), "record your own assessment instead")


def test_an_act_that_takes_a_licence_is_told_with_somebody_who_has_one() -> None:
    unnamed = {name: rule for name, rule in OREBRO.acts.items() if name != ActName.DELEGATE_TASK}
    story = enrolled().under(OREBRO.model_copy(update={"acts": unnamed}))
    done = {"intervention": WOUND.key, "performer": CARE_STAFF_A.person}
    refusal = refused(story, tasks.perform, PEOPLE.coordinator_a, **done)

    assert refusal.acts == (ActName.DELEGATE_TASK,)
    assert refusal.remedy.endswith("delegate-task can be done by a nurse of municipal-care in the municipality")


def test_an_act_that_takes_an_office_is_told_with_somebody_who_holds_it() -> None:
    offices = ("chair", "care-coordinator")
    holder = ActorGroup(party=Party.MUNICIPALITY, offices=offices[1:])
    rule = OREBRO.acts[ActName.ACKNOWLEDGE_REFERRAL].model_copy(update={"by": (holder,)})
    acts = OREBRO.acts | {ActName.ACKNOWLEDGE_REFERRAL: rule}
    staff = tuple(
        each.model_copy(update={"offices": offices if each.person == NURSE_A.person else ()})
        for each in DIRECTORY.assignments
    )
    story = Story().need_raised().sent().under(OREBRO.model_copy(update={"acts": acts}))
    act = story.act(criteria.evaluate_criteria, DISTRICT_NURSE)
    act = act.model_copy(update={"directory": Directory(**DIRECTORY.model_dump() | {"assignments": staff})})

    assert answered(story, act, facts={"age": {}}).remedy == (
        "first do acknowledge-referral; "
        "acknowledge-referral can be done by a nurse (care-coordinator) of municipal-care in the municipality"
    )


def test_while_no_agreement_is_in_force_an_act_is_told_with_somebody_of_the_licensed_staff() -> None:
    nurse, story = VASTMANLAND.nurse_a, test_enrolment_vastmanland.enrolled()
    today, version = story.clock.date(), find_in_force("vastmanland", story.clock)
    assert version is not None
    story = story.after(
        death_and_move.record_move, nurse, moved_on=today, to="bytown", municipality=VASTMANLAND.b
    ).after(death_and_move.record_death, VASTMANLAND.district_nurse, deceased_on=today)
    (move,) = (id for id, fact in story.state.correctable.items() if fact.kind is FactKind.MOVE)
    ended = story.under(version.model_copy(update={"valid_to": today})).on("2012-09-20 09:00")
    refusal = refused(ended, correction.correct_fact, nurse, corrects=move, reason=CorrectionReason.MISTAKE)

    assert refusal.acts == (ActName.CORRECT_FACT,)
    assert refusal.remedy.endswith("; correct-fact can be done by a nurse of primary-care in the region")


def test_an_act_that_only_the_orderer_of_a_plan_can_do_is_told_with_the_orderer() -> None:
    orderer = DIRECTORY.actor("SE5560000009-P302")
    assert orderer is not None
    line = planned(TRAINING).model_copy(update={"performer_kind": "own-staff"})
    story = accepted().plan_begun(orderer, kind="rehab").plan_held().plan_changed(line, orderer).plan_agreed(orderer)
    story = ruled(story, Need(happened="care-plan.follow-up-recorded"), ActName.RECORD_CIRCUMSTANCE)
    refusal = refused(story, statements.record_circumstance, NURSE_A, circumstance="specialist-treatment")

    assert refusal.acts == (ActName.FOLLOW_UP_PLAN,)
    assert "can be done by a occupational-therapist" in refusal.remedy


def test_who_may_not_agree_to_a_plan_is_told_who_may() -> None:
    story = drafted()
    refusal = refused(story, care_plan.agree, DISTRICT_NURSE, plan=story.plan.id, text=story.plan.text.digest)

    assert refusal.remedy.startswith("let region (primary-care, physician) agree")


def test_for_want_of_a_plan_one_that_is_begun_goes_on_and_no_second_one_is_begun() -> None:
    none = accepted().committed()
    begun = none.plan_begun()

    assert ActName.INITIATE_PLAN in refused(none, enrolment.start, NURSE_A).acts
    assert ActName.INITIATE_PLAN not in refused(begun, enrolment.start, NURSE_A).acts
    assert refused(begun, enrolment.start, NURSE_A).acts


def test_a_plan_of_another_kind_is_recommended_if_the_asker_may_begin_that_one() -> None:
    physicians = (ActorGroup(party=Party.REGION, roles=(Role.PHYSICIAN,)),)
    medical = OREBRO.plans["medical"].model_copy(update={"initiated_by": physicians})
    version = OREBRO.model_copy(update={"plans": {**OREBRO.plans, "medical": medical}})
    story = acknowledged().contacted().start_assessment().under(version)
    refusal = refused(story, care_plan.revise, NURSE_A, plan=story.state.id, reason="She is better")

    assert (refusal.acts, refusal.remedy) == ((ActName.INITIATE_PLAN,), "begin a plan first")


def test_a_case_that_has_ended_recommends_no_act_but_a_new_need() -> None:
    withdrawn = Story().need_raised().sent().after(referral_decision.withdraw, DISTRICT_NURSE, reason="by-sender")
    refusal = refused(withdrawn, enrolment.commit, NURSE_A)

    assert refusal.acts == ()
    assert refusal.remedy == (
        "nothing leads there, because the case has ended; raise a new need if the person needs care again"
    )


@pytest.mark.parametrize(
    ("story", "decide", "content"),
    [
        (rehabilitated(), discharge.contest_discharge, {"reason": "The need remains"}),
        (rehabilitated(), self_care.hand_over, {"intervention": TRAINING.key, "performer": Carer.INDIVIDUAL}),
        (rehabilitated(), self_care.move, {"intervention": TRAINING.key, "to": Carer.INDIVIDUAL}),
    ],
)
def test_what_a_disagreement_stops_is_not_recommended_before_it_ends(
    story: Story, decide: Decision, content: dict[str, Any]
) -> None:
    undisputed = refused(story, decide, THERAPIST_A, **content)
    assert set(undisputed.acts) & {ActName.DECLARE_DISCHARGE, ActName.ASSESS_SELF_CARE}
    disputed = refused(story.disputed(THERAPIST_A), decide, THERAPIST_A, **content)

    assert set(disputed.acts) == {ActName.RESOLVE_DISAGREEMENT, ActName.WITHDRAW_DISAGREEMENT}


def test_a_death_before_the_enrolment_ends_the_request() -> None:
    story = Story().need_raised().sent()
    refusal = refused(story, death_and_move.record_death, DISTRICT_NURSE, deceased_on=story.clock.date())

    assert (refusal.acts, refusal.remedy) == (
        (ActName.WITHDRAW_REFERRAL,),
        "withdraw the request with the reason death",
    )
    assert story.after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.DEATH).state.is_ended


def test_what_hinders_every_recommended_act_is_told() -> None:
    moved = Story(versions=(OREBRO.model_copy(update={"valid_to": date(2025, 4, 1)}),)).need_raised().sent()
    refusal = answered(moved, moved.act(enrolment.commit, NURSE_A, at="2025-04-01 23:00", now="2025-04-03 10:00"))

    assert refusal.acts == ()
    assert refusal.remedy.startswith("nothing leads there: orebro had no agreement version in force")


def test_a_case_without_plan_is_led_to_its_first_one() -> None:
    begun = acknowledged().contacted().start_assessment()
    refusal = refused(begun, care_plan.agree, PHYSICIAN, plan=begun.state.id, text=PlanText().digest)

    assert (refusal.acts, refusal.code) == ((ActName.INITIATE_PLAN,), "UNKNOWN_REFERENCE")


def test_an_act_that_can_give_itself_what_it_lacks_comes_next_also_where_no_other_act_gives_it() -> None:
    nobody = ActRule(by=(ActorGroup(party=Party.MUNICIPALITY, roles=(Role.AUDITOR,)),), clauses=("ORE-3.1.7-2",))
    told_by_nobody = OREBRO.model_copy(update={"acts": {**OREBRO.acts, ActName.INFORM_INDIVIDUAL: nobody}})
    for version, leads in ((OREBRO, (ActName.INFORM_INDIVIDUAL,)), (told_by_nobody, None)):
        story = enrolled().under(version).discharge_declared()
        act = story.act(discharge.complete_discharge, NURSE_A)
        found = find_next_acts(story.state, act, [ActName.COMPLETE_DISCHARGE], story.calendar())
        lack = found[ActName.COMPLETE_DISCHARGE]
        assert (lack.acts if lack is not None else None) == leads


def test_a_plan_that_lacks_content_names_the_acts_that_give_it() -> None:
    begun = acknowledged().contacted().start_assessment().plan_begun()
    refusal = refused(begun, care_plan.agree, PHYSICIAN, plan=begun.plan.id, text=begun.plan.draft.digest)

    assert set(refusal.acts) == {ActName.RECORD_PLAN_SECTION, ActName.PLAN_INTERVENTION, ActName.ASSIGN_CONTACT_ROLE}
    assert "record-plan-section" in refusal.remedy


def test_a_case_without_disagreement_is_led_to_one_only_if_one_can_be_raised() -> None:
    position: dict[str, Any] = {"dispute": Story().need_raised().state.id, "position": "We need training"}
    assert refused(Story().need_raised(), disagreement.record_position, DISTRICT_NURSE, **position).acts == ()
    assessing = acknowledged().contacted().start_assessment()
    assert refused(assessing, disagreement.record_position, NURSE_A, **position).acts == (ActName.RAISE_DISAGREEMENT,)


# --- What is offered --------------------------------------------------------------------------------------------------

STANDING: dict[str, Callable[[], Story]] = {
    "need raised": lambda: Story().need_raised(),
    "sent": lambda: Story().need_raised().sent(),
    "acknowledged": acknowledged,
    "in contact": lambda: acknowledged().contacted(),
    "returned": lambda: acknowledged().returned(),
    "assessing": investigated,
    "level established": level_established,
    "disputed": at_odds,
    "resolved": lambda: level_established().disputed().resolved(),
    "accepted": accepted,
    "declined": lambda: level_established().declined(),
    "plan drafted": drafted,
    "committed": committed,
    "enrolled": enrolled,
    "discharged": lambda: enrolled().discharged(),
}


def offered(story: Story, by: Actor) -> list[ActName]:
    """List the acts that are open to somebody and lack nothing."""
    act = story.act(care_plan_start.initiate, by)
    names = [name for name in DECISIONS if name is not ActName.RAISE_NEED]
    return [name for name, lack in find_open_acts(story.state, act, names).items() if lack is None]


@pytest.mark.parametrize("by", [DISTRICT_NURSE, PHYSICIAN, NURSE_A, PEOPLE.coordinator_a], ids=lambda by: str(by.role))
@pytest.mark.parametrize("standing", STANDING)
def test_no_offered_act_is_refused_for_the_cases_sake_whatever_its_content(standing: str, by: Actor) -> None:
    story = STANDING[standing]()
    met = {name: find_refusals(story, by, name) for name in offered(story, by)}
    untrue = [name for name, refusals in met.items() if is_hindered(refusals)]
    assert not untrue


def is_hindered(refusals: Sequence[Refusal]) -> bool:
    """Return True if the case stops an act, and nothing else does but values that a random content has wrong."""
    kinds = {refusal.kind for refusal in refusals}
    return RefusalKind.CONFLICT in kinds and kinds <= {RefusalKind.CONFLICT, RefusalKind.VALUE, RefusalKind.NOT_FOUND}


def find_refusals(story: Story, by: Actor, name: ActName) -> list[Refusal]:
    """Return the refusals of an act with contents drawn at random; none as soon as one of them is accepted."""
    decide, met = DECISIONS[name], []
    for seed in range(40):
        chance = Random(seed)
        kind = chance.choice(list(OREBRO.plans)) if name is ActName.INITIATE_PLAN else None
        try:
            content = read_as_sent(decide, Maker(story, OREBRO, chance, kind).content(decide))
            story.decided(story.act(decide, by, content=content), **content)
        except ValidationError:
            continue
        except Refusal as refusal:
            met.append(refusal)
        else:
            return []
    return met


def test_an_act_that_lacks_content_is_open_and_one_that_the_case_refuses_is_not() -> None:
    begun = acknowledged().contacted().start_assessment().plan_begun()
    names = [ActName.AGREE_PLAN, ActName.REVISE_PLAN, ActName.INITIATE_PLAN]
    found = find_open_acts(begun.state, begun.act(care_plan.agree, PHYSICIAN), names)

    lacks = {name: lack and lack.code for name, lack in found.items()}
    assert lacks == {ActName.AGREE_PLAN: "PLAN_CONTENT_MISSING", ActName.INITIATE_PLAN: None}


def test_a_plan_is_offered_only_when_one_of_its_kinds_can_begin() -> None:
    begins = {standing for standing, story in STANDING.items() if ActName.INITIATE_PLAN in offered(story(), PHYSICIAN)}
    assert begins == {"assessing", "level established", "resolved", "accepted", "plan drafted", "committed", "enrolled"}


def test_a_request_is_passed_on_only_in_a_municipality_that_has_another_unit() -> None:
    for nurse in (NURSE_A, NURSE_B):
        sent = Story().need_raised().sent(nurse.principal)
        others = {unit.id for unit in DIRECTORY.units_of(nurse.principal)} - {sent.state.referral.unit}
        assert (ActName.REDIRECT_REFERRAL in offered(sent, nurse)) is bool(others)
