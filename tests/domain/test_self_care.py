"""Self-care (egenvård): judged case by case, performed by whom it is handed to, and answered for by one (GAV-5, 9)."""

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.agreements.model import ActName, Agreement, Need, Precondition
from domain.case.acts import care_plan, referral_decision, self_care
from domain.case.acts.statements import record_circumstance
from domain.case.events.case import CircumstanceRecorded, ResponsibilityChanged
from domain.case.events.referral import WithdrawalReason
from domain.case.events.self_care import (
    Carer,
    SelfCareAssessed,
    SelfCarePerformanceHandedOver,
    SelfCareResponsibilityMoved,
)
from domain.case.rules.self_care_reassessment import find_reassessments
from domain.intervention import Intervention
from domain.kernel import Actor, Party
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    DisputeOpen,
    NeverMunicipal,
    NotYourPrincipal,
    OccurredTooEarly,
    PreconditionMissing,
    ReassessmentRequired,
    UnknownReference,
    WrongState,
)
from tests.agreements.published import find_in_force
from tests.domain.test_enrolment_gavleborg import JUDGED, MEASURE, with_measure_left_to_region
from tests.domain.test_enrolment_gavleborg import enrolled as enrolled_with_ventilator
from tests.domain.test_plan_kinds import TRAINING, in_rehabilitation
from tests.scenario import (
    GAVLEBORG,
    THERAPIST_A,
    VISIT,
    WOUND,
    Story,
    an,
    enrolled,
    given,
    planned,
    request_in,
    story_in,
    swedish,
)

SUCTION = Intervention(key="suction", text="Suction of the tracheostomy", category="tracheostomy")


@cache
def with_tracheostomy(age: int) -> Story:
    """Tell of a person with a tracheostomy."""
    story = story_in("gavleborg", age=age, at="2018-10-01 08:00")
    request = request_in(GAVLEBORG, SUCTION, VISIT)
    return story.need_raised(request, by=GAVLEBORG.specialist, municipality=GAVLEBORG.a).sent()


def girl() -> Story:
    """Tell of a girl of eleven with a tracheostomy."""
    return with_tracheostomy(11)


def judged(story: Story | None = None, by: Actor = GAVLEBORG.specialist, **changed: Any) -> Story:
    """Tell that the suction was judged to be self-care."""
    return (story or girl()).after(self_care.assess, by, **JUDGED | changed)


def handed_over(**changed: Any) -> Story:
    """Tell that the guardian let somebody else do it."""
    said = {"intervention": SUCTION.key, "performer": Carer.MUNICIPALITY} | changed
    return judged().after(self_care.hand_over, GAVLEBORG.nurse_a, **said)


def answers(story: Story) -> tuple[Carer | None, Carer | None]:
    """Return who answers for the suction, and who performs it."""
    found = story.state.self_care[SUCTION.key]
    return found.responsible, found.performer


@pytest.mark.rule("GAV-5-1")
def test_self_care_is_judged_with_assessor_reason_and_day() -> None:
    story = (
        given(girl())
        .when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED)
        .then(an(SelfCareAssessed, is_self_care=True, reason=JUDGED["reason"]))
    )

    found = story.state.self_care[SUCTION.key]
    assert (story.events[-1].actor.person, found.assessed_at) == (GAVLEBORG.specialist.person, story.clock)
    assert "GAV-5-1" in story.events[-1].basis.clauses


@pytest.mark.rule("GAV-5-4")
@pytest.mark.parametrize("without", ["routine", "routine_version"])
def test_the_assessment_cites_the_countys_common_routine_and_its_edition(without: str) -> None:
    said = {name: value for name, value in JUDGED.items() if name != without}

    given(girl()).when(self_care.assess, by=GAVLEBORG.specialist, **said).then_refused(
        ContentMissing, rule="GAV-5-4", where=(without.replace("_", "-"),)
    )


@pytest.mark.rule("GAV-9-4")
@pytest.mark.rule("D8")
def test_for_a_child_the_guardian_answers_for_self_care() -> None:
    story = given(girl()).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED).then(SelfCareAssessed)

    assert answers(story) == (Carer.GUARDIAN, Carer.GUARDIAN)
    held = story.state.allocations[SUCTION.key]
    assert (held.guardian, held.treatment, held.performer, held.clauses) == (True, None, None, ("GAV-9-4",))


@pytest.mark.rule("GAV-9-4")
def test_as_a_rule_the_guardian_answers_but_the_assessment_can_find_otherwise() -> None:
    assert answers(judged(responsible=Carer.INDIVIDUAL)) == (Carer.INDIVIDUAL, Carer.INDIVIDUAL)


@pytest.mark.rule("GAV-9-4")
def test_a_grown_up_answers_for_self_care_without_a_guardian() -> None:
    assert answers(judged(girl().at_age(18))) == (Carer.INDIVIDUAL, Carer.INDIVIDUAL)


@pytest.mark.rule("GAV-9-4")
@pytest.mark.rule("GAV-5-2")
@pytest.mark.parametrize("performer", [None, Carer.MUNICIPALITY])
def test_a_guardian_answers_no_longer_from_the_day_on_which_the_child_comes_of_age(performer: Carer | None) -> None:
    child = replace(story_in("gavleborg", age=17, at="2018-10-02 08:00"), born=date(2001, 10, 2))
    request = request_in(GAVLEBORG, SUCTION)
    story = judged(child.need_raised(request, by=GAVLEBORG.specialist, municipality=GAVLEBORG.a).sent())
    if performer is not None:
        story = story.after(self_care.hand_over, GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=performer)
    agreement = find_in_force("gavleborg", story.clock)
    assert agreement is not None

    grown = (
        given(story.on("2019-10-08 09:00"))
        .when(record_circumstance, by=GAVLEBORG.nurse_a, circumstance="specialist-treatment", holds=False)
        .then(
            an(ResponsibilityChanged, occurred_at=swedish("2019-10-02 00:00")),
            an(CircumstanceRecorded),
        )
    )

    held = grown.state.allocations[SUCTION.key]
    assert (held.guardian, held.treatment, held.performer) == (False, None, GAVLEBORG.a if performer else None)
    assert "GAV-9-4" not in held.clauses
    assert answers(grown) == (None, performer)
    assert find_reassessments(grown.state, agreement) == ((SUCTION.key, swedish("2019-10-02 00:00"), "GAV-5-2"),)
    given(grown).when(
        self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.RELATIVE
    ).then_refused(ReassessmentRequired, rule="GAV-5-2")
    given(grown).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED, responsible=Carer.GUARDIAN).then_refused(
        WrongState, rule="GAV-5-1", where=("of age",)
    )
    anew = given(grown).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED).then(SelfCareAssessed)
    assert answers(anew) == (Carer.INDIVIDUAL, Carer.INDIVIDUAL)
    assert find_reassessments(anew.state, agreement) == ()


@pytest.mark.rule("GAV-9-6")
@pytest.mark.rule("GAV-9-2")
def test_care_named_by_the_agreements_word_for_self_care_is_judged_by_who_treats_the_child() -> None:
    named = SUCTION.model_copy(update={"category": "self-care"})
    story = story_in("gavleborg", age=7, at="2018-10-01 08:00")
    story = story.need_raised(request_in(GAVLEBORG, named), by=GAVLEBORG.specialist, municipality=GAVLEBORG.a).sent()
    story = judged(story.circumstance("specialist-treatment", GAVLEBORG.specialist))
    held = story.state.allocations[SUCTION.key]
    assert (held.guardian, held.kept_by) == (True, None)  # the version says the same
    asked = story.after(
        self_care.hand_over,
        GAVLEBORG.nurse_a,
        intervention=SUCTION.key,
        performer=Carer.MUNICIPALITY,
        responsibility_too=True,
    )

    said = JUDGED | {"responsible": Carer.MUNICIPALITY}
    given(asked).when(self_care.assess, by=GAVLEBORG.nurse_a, **said).then_refused(ActorNotAllowed, rule="GAV-9-6")
    given(asked).when(
        self_care.move, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, to=Carer.MUNICIPALITY
    ).then_refused(ReassessmentRequired, rule="GAV-9-6")
    care = JUDGED | {"is_self_care": False}
    health_care = given(asked).when(self_care.assess, by=GAVLEBORG.specialist, **care).then(SelfCareAssessed)
    held = health_care.state.allocations[SUCTION.key]
    assert (held.guardian, held.treatment, held.performer) == (False, GAVLEBORG.region, GAVLEBORG.region)
    assert "GAV-9-2" in held.clauses


@pytest.mark.rule("GAV-9-6")
def test_the_municipality_that_performs_a_childs_self_care_does_not_judge_it_anew_in_place_of_who_treats() -> None:
    said = JUDGED | {"responsible": Carer.MUNICIPALITY}
    asked = handed_over(responsibility_too=True)

    given(asked).when(self_care.assess, by=GAVLEBORG.nurse_a, **said).then_refused(ActorNotAllowed, rule="GAV-9-6")
    given(asked).when(self_care.assess, by=GAVLEBORG.specialist, **said).then(SelfCareAssessed)


@pytest.mark.untold("the person's age changes between the acts")
@pytest.mark.rule("GAV-9-6")
def test_only_licensed_staff_judge_a_childs_self_care() -> None:
    given(girl()).when(self_care.assess, by=GAVLEBORG.region_coordinator, **JUDGED).then_refused(
        ActorNotAllowed, rule="GAV-9-6"
    )
    adult = girl().at_age(18)
    assert adult.decided(adult.act(self_care.assess, GAVLEBORG.region_coordinator), **JUDGED)


@pytest.mark.rule("GAV-9-5")
@pytest.mark.rule("D8")
def test_a_guardian_hands_the_care_over_and_goes_on_answering_for_it() -> None:
    story = (
        given(judged())
        .when(self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.MUNICIPALITY)
        .then(an(SelfCarePerformanceHandedOver, performer=Carer.MUNICIPALITY))
    )

    assert answers(story) == (Carer.GUARDIAN, Carer.MUNICIPALITY)
    held = story.state.allocations[SUCTION.key]
    assert (held.guardian, held.treatment, held.performer) == (True, None, GAVLEBORG.a)


@pytest.mark.rule("SYS-3")
def test_no_party_takes_the_care_on_for_the_other() -> None:
    given(judged()).when(
        self_care.hand_over, by=GAVLEBORG.specialist, intervention=SUCTION.key, performer=Carer.MUNICIPALITY
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=(Carer.MUNICIPALITY,))


@pytest.mark.rule("F23")
@pytest.mark.rule("GAV-9-6")
@pytest.mark.rule("D8")
def test_responsibility_moves_only_on_a_new_assessment_after_it_was_asked_for() -> None:
    to: dict[str, Any] = {"intervention": SUCTION.key, "to": Carer.MUNICIPALITY}
    asked = handed_over(responsibility_too=True)

    given(asked).when(self_care.move, by=GAVLEBORG.nurse_a, **to).then_refused(
        ReassessmentRequired, rule="GAV-9-6", where=(SUCTION.key,)
    )
    anew = judged(asked.on("2018-10-15 09:00"), responsible=Carer.MUNICIPALITY)
    assert answers(anew) == (Carer.GUARDIAN, Carer.MUNICIPALITY)
    moved = given(anew).when(self_care.move, by=GAVLEBORG.nurse_a, **to).then(SelfCareResponsibilityMoved)
    assert answers(moved) == (Carer.MUNICIPALITY, Carer.MUNICIPALITY)
    held = moved.state.allocations[SUCTION.key]
    assert (held.guardian, held.treatment) == (False, GAVLEBORG.a)


@pytest.mark.rule("F23")
@pytest.mark.rule("GAV-9-6")
def test_the_first_assessment_is_no_new_one_nor_is_one_that_finds_another() -> None:
    to: dict[str, Any] = {"intervention": SUCTION.key, "to": Carer.RELATIVE}

    given(judged()).when(self_care.move, by=GAVLEBORG.specialist, **to).then_refused(
        ReassessmentRequired, rule="GAV-9-6"
    )
    anew = judged(judged().on("2018-10-15 09:00"))
    given(anew).when(self_care.move, by=GAVLEBORG.specialist, **to).then_refused(ReassessmentRequired, rule="GAV-9-6")


@pytest.mark.rule("GAV-5-2")
def test_changed_circumstances_open_a_duty_of_a_new_assessment_until_it_is_made() -> None:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    assert find_reassessments(judged().state, agreement) == ()

    changed = judged().circumstance("specialist-treatment", GAVLEBORG.specialist)
    assert find_reassessments(changed.state, agreement) == ((SUCTION.key, changed.clock, "GAV-5-2"),)
    assert find_reassessments(judged(changed).state, agreement) == ()


@pytest.mark.rule("GAV-5-2")
def test_only_self_care_in_an_open_case_is_judged_anew_and_by_what_came_after_the_judgement() -> None:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    at_once = judged().circumstance("specialist-treatment", GAVLEBORG.specialist, at="2018-10-01 08:30")
    ended = (
        judged()
        .circumstance("specialist-treatment")
        .after(referral_decision.withdraw, GAVLEBORG.district_nurse, reason=WithdrawalReason.INDIVIDUAL_REFUSES)
    )

    assert at_once.state.self_care[SUCTION.key].assessed_at == swedish("2018-10-01 08:30")
    for story in (at_once, ended, judged(is_self_care=False)):
        assert find_reassessments(story.state, agreement) == ()


@pytest.mark.rule("GAV-9-6")
def test_an_assessment_that_was_made_since_answers_what_was_asked_and_one_of_that_moment_does_not() -> None:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    said: dict[str, Any] = {"intervention": SUCTION.key, "performer": Carer.MUNICIPALITY, "responsibility_too": True}
    at_once = judged().after(self_care.hand_over, GAVLEBORG.nurse_a, at=judged().clock, **said)

    assert find_reassessments(at_once.state, agreement) == ((SUCTION.key, judged().clock, "GAV-9-6"),)
    assert find_reassessments(judged(handed_over(responsibility_too=True)).state, agreement) == ()


@pytest.mark.rule("SYS-7")
def test_a_version_that_asks_for_no_new_assessment_gets_none() -> None:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    assert agreement.self_care is not None
    silent = agreement.model_copy(
        update={"self_care": agreement.self_care.model_copy(update={"reassess": None, "move": None})}
    )
    child = replace(story_in("gavleborg", age=17, at="2018-10-02 08:00"), born=date(2001, 10, 2))
    request = request_in(GAVLEBORG, SUCTION)
    child = judged(child.need_raised(request, by=GAVLEBORG.specialist, municipality=GAVLEBORG.a).sent())
    grown = child.on("2019-10-08 09:00").circumstance("specialist-treatment", GAVLEBORG.nurse_a)

    for story in (judged().circumstance("specialist-treatment"), handed_over(responsibility_too=True), grown):
        assert find_reassessments(story.state, silent) == ()


@pytest.mark.rule("GAV-9-6")
def test_that_responsibility_is_asked_to_pass_calls_for_a_new_assessment() -> None:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    asked = handed_over(responsibility_too=True)

    assert find_reassessments(handed_over().state, agreement) == ()
    assert find_reassessments(asked.state, agreement) == ((SUCTION.key, asked.clock, "GAV-9-6"),)


@pytest.mark.rule("GAV-5-1")
def test_what_is_judged_as_health_care_is_nobodys_self_care() -> None:
    care = JUDGED | {"is_self_care": False}
    story = (
        given(judged().on("2018-10-15 09:00"))
        .when(self_care.assess, by=GAVLEBORG.specialist, **care)
        .then(SelfCareAssessed)
    )

    assert answers(story) == (None, None)
    assert story.state.allocations[SUCTION.key].guardian is False
    given(story).when(
        self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.RELATIVE
    ).then_refused(WrongState, rule="GAV-9-5", where=("health care",))
    given(girl()).when(
        self_care.assess, by=GAVLEBORG.specialist, **JUDGED | {"is_self_care": False, "responsible": Carer.GUARDIAN}
    ).then_refused(WrongState, rule="GAV-5-1")


@pytest.mark.rule("GAV-5-1")
def test_what_is_only_in_the_draft_of_a_plan_is_judged_too() -> None:
    massage = Intervention(key="massage", text="Massage of the neck")
    story = girl().plan_begun(GAVLEBORG.district_nurse, kind="sip")
    plan = list(story.state.plans)[-1]
    story = story.after(
        care_plan.plan_intervention, GAVLEBORG.district_nurse, plan=plan, intervention=planned(massage, Party.REGION)
    )

    given(story).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED | {"intervention": massage.key}).then(
        an(SelfCareAssessed, intervention=massage.key)
    )
    care = JUDGED | {"intervention": massage.key, "is_self_care": False}
    health_care = given(story).when(self_care.assess, by=GAVLEBORG.specialist, **care).then(SelfCareAssessed)
    assert health_care.performer(massage.key) == GAVLEBORG.region


@pytest.mark.rule("F21")
def test_nothing_is_judged_after_the_request_has_been_declined() -> None:
    declined = girl().declined(GAVLEBORG.district_nurse)

    given(declined).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED).then_refused(
        WrongState, rule="C.3", where=("ended",)
    )


def test_a_rule_of_order_may_ask_for_something_before_only_one_kind_of_care_is_judged() -> None:
    published = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert published is not None
    trained = Precondition(
        id="training-first",
        acts=(ActName.ASSESS_SELF_CARE,),
        interventions=("tracheostomy",),
        needs=Need(statement="training"),
        title="Utbildning",
        remedy="record the training first",
        clauses=("GAV-7-1",),
    )
    story = girl().under(published.model_copy(update={"preconditions": (trained,)}))

    given(story).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED).then_refused(
        PreconditionMissing, rule="GAV-7-1", where=("training-first",)
    )
    given(story).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED | {"intervention": VISIT.key}).then(
        SelfCareAssessed
    )


def test_self_care_is_judged_of_an_intervention_of_the_case() -> None:
    given(girl()).when(self_care.assess, by=GAVLEBORG.specialist, **JUDGED | {"intervention": "banana"}).then_refused(
        UnknownReference, rule="SYS-1", where=("intervention",)
    )


@pytest.mark.rule("GAV-5-1")
def test_care_that_is_judged_to_be_the_health_care_that_it_is_stays_with_who_has_it() -> None:
    before = enrolled_with_ventilator()
    said = JUDGED | {"intervention": "ventilator", "is_self_care": False}

    story = given(before).when(self_care.assess, by=GAVLEBORG.nurse_a, **said).then(SelfCareAssessed)

    assert (story.performer("ventilator"), before.performer("ventilator")) == (GAVLEBORG.a, GAVLEBORG.a)
    assert story.state.taken_over == before.state.taken_over == ("ventilator",)


@pytest.mark.rule("GAV-9-6")
def test_a_measure_that_the_plan_leaves_with_the_region_is_judged_by_the_region_that_treats_the_child() -> None:
    said = JUDGED | {"intervention": MEASURE.key, "is_self_care": False}
    story = with_measure_left_to_region()

    given(story).when(self_care.assess, by=GAVLEBORG.nurse_a, **said).then_refused(ActorNotAllowed, rule="GAV-9-6")
    once = given(story).when(self_care.assess, by=GAVLEBORG.specialist, **said).then(SelfCareAssessed)
    given(once).when(self_care.assess, by=GAVLEBORG.specialist, **said).then(SelfCareAssessed)


@pytest.mark.rule("GAV-9-6")
def test_the_region_judges_a_childs_self_care_also_when_it_has_moved_or_nobody_is_named_in_a_disagreement() -> None:
    anew = judged(handed_over(responsibility_too=True).on("2018-10-15 09:00"), responsible=Carer.MUNICIPALITY)
    moved = anew.after(self_care.move, GAVLEBORG.nurse_a, intervention=SUCTION.key, to=Carer.MUNICIPALITY)
    assert moved.state.allocations[SUCTION.key].treatment == GAVLEBORG.a
    disputed = girl().start_assessment().disputed()
    assert disputed.state.allocations[SUCTION.key].treatment is None

    for story in (moved, disputed):
        given(story).when(self_care.assess, by=GAVLEBORG.nurse_a, **JUDGED).then_refused(
            ActorNotAllowed, rule="GAV-9-6"
        )


@pytest.mark.rule("SYS-6")
def test_an_assessment_is_not_dated_before_the_one_that_it_follows() -> None:
    story = judged(judged().on("2018-10-15 09:00"))

    given(story).when(
        self_care.assess, by=GAVLEBORG.specialist, at="2018-10-14 09:00", now="2018-10-16 09:00", **JUDGED
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("GAV-9-4")
def test_the_guardian_of_a_child_is_named_and_its_own_carer_is_no_guardian() -> None:
    told = given(girl()).when(self_care.assess, by=GAVLEBORG.specialist, responsible=Carer.GUARDIAN, **JUDGED)
    assert told.then(SelfCareAssessed).state.allocations[SUCTION.key].clauses == ("GAV-9-4",)

    own = judged(responsible=Carer.INDIVIDUAL).state.allocations[SUCTION.key]
    assert own.clauses == ("GAV-5-1", "GAV-5-4")


def test_only_what_has_been_judged_is_handed_over() -> None:
    given(girl()).when(
        self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.MUNICIPALITY
    ).then_refused(WrongState, rule="GAV-9-5", where=("not assessed",))


def test_a_person_of_unknown_age_is_not_taken_for_a_child() -> None:
    unknown = girl().at_age(None)

    assert unknown.decided(unknown.act(self_care.assess, GAVLEBORG.region_coordinator), **JUDGED)


@pytest.mark.rule("F23")
@pytest.mark.rule("GAV-9-6")
@pytest.mark.parametrize("asked_at", ["2018-10-15 09:00", "2018-10-15 09:01"], ids=["at the same time", "before"])
def test_an_assessment_that_is_not_later_than_the_question_moves_nothing(asked_at: str) -> None:
    anew = judged().after(
        self_care.assess, GAVLEBORG.specialist, at="2018-10-15 09:00", **JUDGED, responsible=Carer.MUNICIPALITY
    )
    asked = anew.after(
        self_care.hand_over,
        GAVLEBORG.nurse_a,
        at=asked_at,
        intervention=SUCTION.key,
        performer=Carer.MUNICIPALITY,
        responsibility_too=True,
    )

    given(asked).when(
        self_care.move, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, to=Carer.MUNICIPALITY
    ).then_refused(ReassessmentRequired, rule="GAV-9-6", where=(SUCTION.key,))


@pytest.mark.rule("F11")
@pytest.mark.parametrize("before", [None, False, True], ids=["not judged", "health care", "self-care"])
def test_only_self_care_that_somebody_answers_for_is_judged_while_the_parties_disagree(before: bool | None) -> None:
    story = in_rehabilitation()
    said: dict[str, Any] = {"intervention": TRAINING.key, "reason": "She trains by herself"}
    if before is not None:
        story = story.after(self_care.assess, THERAPIST_A, **said, is_self_care=before)
    decided = given(story.disputed(THERAPIST_A)).when(
        self_care.assess, by=THERAPIST_A, **said, is_self_care=before is not False
    )

    if before:
        decided.then(an(SelfCareAssessed, allocations=()))
    else:
        decided.then_refused(DisputeOpen, rule="ORE-3.1.3-14")


@pytest.mark.rule("SYS-7")
def test_a_version_that_says_nothing_of_handing_self_care_over_lets_it_be_handed_over() -> None:
    story = in_rehabilitation()
    said: dict[str, Any] = {"intervention": TRAINING.key, "is_self_care": True, "reason": "She trains by herself"}
    story = story.after(self_care.assess, THERAPIST_A, **said)

    handed = given(story).when(
        self_care.hand_over, by=THERAPIST_A, intervention=TRAINING.key, performer=Carer.MUNICIPALITY
    )
    assert handed.then(SelfCarePerformanceHandedOver).state.self_care[TRAINING.key].performer is Carer.MUNICIPALITY


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_what_a_version_leaves_out_of_its_rule_of_self_care_is_not_asked_for() -> None:
    silent = with_rule(assessment=None, child_below=None, hand_over=None, move=None)
    said: dict[str, Any] = {"intervention": SUCTION.key, "is_self_care": True, "reason": "The parents manage it"}
    story = girl().under(silent).after(self_care.assess, GAVLEBORG.region_coordinator, **said)
    story = story.after(self_care.hand_over, GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.MUNICIPALITY)

    moved = given(story).when(self_care.move, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, to=Carer.MUNICIPALITY)
    assert moved.then(SelfCareResponsibilityMoved).events[-2].basis.clauses == ("GAV-9-5",)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("GAV-5-1")
@pytest.mark.rule("GAV-9-5")
@pytest.mark.rule("GAV-9-6")
def test_each_step_of_self_care_cites_its_rule_also_where_no_act_is_given_to_anybody() -> None:
    published = with_rule(child=None)
    acts = {name: rule for name, rule in published.acts.items() if "self-care" not in name}
    story = girl().under(published.model_copy(update={"acts": acts}))

    given(story).when(self_care.assess, by=GAVLEBORG.region_coordinator, **JUDGED).then_refused(
        ActorNotAllowed, rule="GAV-5-1"
    )
    story = judged(story).after(
        self_care.hand_over,
        GAVLEBORG.nurse_a,
        intervention=SUCTION.key,
        performer=Carer.MUNICIPALITY,
        responsibility_too=True,
    )
    story = judged(story, responsible=Carer.MUNICIPALITY)
    story = story.after(self_care.move, GAVLEBORG.nurse_a, intervention=SUCTION.key, to=Carer.MUNICIPALITY)
    assert [event.basis.clauses for event in story.events[-4:]] == [
        ("GAV-5-1",),
        ("GAV-9-5",),
        ("GAV-5-1",),
        ("GAV-9-6",),
    ]


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("GAV-5-2")
@pytest.mark.parametrize("silent", ["on new assessments", "on self-care"])
def test_self_care_that_nobody_answers_for_is_not_handed_over_on_the_rule_of_the_act(silent: str) -> None:
    agreement = with_rule(reassess=None)
    if silent == "on self-care":
        agreement = agreement.model_copy(update={"self_care": None})
    child = replace(story_in("gavleborg", age=17, at="2018-10-02 08:00"), born=date(2001, 10, 2))
    request = request_in(GAVLEBORG, SUCTION)
    story = judged(child.need_raised(request, by=GAVLEBORG.specialist, municipality=GAVLEBORG.a).sent())
    grown = story.on("2019-10-08 09:00").circumstance("specialist-treatment", GAVLEBORG.nurse_a, holds=False)

    given(grown.under(agreement)).when(
        self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=SUCTION.key, performer=Carer.RELATIVE
    ).then_refused(ReassessmentRequired, rule="GAV-9-5")


def with_rule(**changes: Any) -> Agreement:
    """Return the county's agreement with another rule of self-care."""
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    assert agreement.self_care is not None
    return agreement.model_copy(update={"self_care": agreement.self_care.model_copy(update=changes)})


@pytest.mark.rule("F17")
def test_a_physicians_care_does_not_become_the_municipalitys_as_self_care() -> None:
    story = judged(intervention=VISIT.key)

    given(story).when(
        self_care.hand_over, by=GAVLEBORG.nurse_a, intervention=VISIT.key, performer=Carer.MUNICIPALITY
    ).then_refused(NeverMunicipal, rule=_rule_on_physicians())


def _rule_on_physicians() -> str:
    agreement = find_in_force("gavleborg", swedish("2018-10-01 09:00"))
    assert agreement is not None
    return next(one.clauses[0] for one in agreement.never_municipal if "physician" in one.professions)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_that_does_not_regulate_self_care_demands_no_routine_and_no_new_assessment() -> None:
    agreement = find_in_force("orebro", swedish("2025-06-01 09:00"))
    assert agreement is not None
    silent = agreement.model_copy(
        update={"acts": {name: rule for name, rule in agreement.acts.items() if "self-care" not in name}}
    )
    story = enrolled().under(silent)
    nurse = story.people.nurse_a
    told = story.after(
        self_care.assess, nurse, intervention=WOUND.key, is_self_care=True, reason="She dresses it herself"
    )

    assert told.events[-1].basis.not_regulated == ("assess-self-care",)
    moved = (
        given(told)
        .when(self_care.move, by=nurse, intervention=WOUND.key, to=Carer.RELATIVE)
        .then(SelfCareResponsibilityMoved)
    )
    assert find_reassessments(moved.state, silent) == ()
