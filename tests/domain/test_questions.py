"""The parties ask and answer each other inside a case, and it is on record who opened what."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from domain.case.acts import correction, death_and_move, question
from domain.case.events.case import CorrectionReason
from domain.case.events.question import (
    AnswerOpened,
    QuestionAnswered,
    QuestionOpened,
    QuestionSent,
    QuestionWithdrawn,
)
from domain.case.state.question import QuestionStatus
from domain.kernel import Actor, Party
from domain.refusals import (
    ActorNotAllowed,
    NobodyToAsk,
    NotParty,
    NotYourPrincipal,
    OccurredTooEarly,
    UnknownReference,
    WrongState,
)
from projections.worklist.items import WorklistItem
from tests.domain.test_tracks import in_rehabilitation
from tests.projections.open_items import items_of
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    PHYSICIAN,
    REGION,
    REGION_AUDITOR,
    WARD_NURSE,
    A,
    B,
    Story,
    accepted,
    an,
    drafted,
    enrolled,
    given,
    level_established,
)

SENT = Story().need_raised().sent()
TEXT = "Which dressing does she have?"
STATES: dict[str, Callable[[], Story]] = {
    "sent": lambda: SENT,
    "level established": level_established,
    "accepted": accepted,
    "enrolled": enrolled,
    "declined": lambda: level_established().declined(),
    "discharged": lambda: enrolled().discharged(),
}


def question_items(story: Story) -> list[WorklistItem]:
    """Return what waits because of questions."""
    return [item for item in items_of(story) if item.key.startswith(("answer-question:", "open-answer:"))]


@pytest.mark.rule("SYS-8")
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("asker", "party", "asked"), [(NURSE_A, "municipality", REGION), (DISTRICT_NURSE, "region", A)]
)
def test_either_party_asks_the_other_and_nothing_else_changes(state: str, asker: Actor, party: str, asked: str) -> None:
    before = STATES[state]()
    after = (
        given(before)
        .when(question.ask_question, by=asker, text=TEXT)
        .then(an(QuestionSent, party=Party(party), receiver=asked, text=TEXT, plan=None, allocations=()))
    )
    assert after.state.allocations == before.state.allocations
    assert after.state.referral == before.state.referral
    (item,) = question_items(after)
    assert (item.key, item.party, item.principal) == (
        f"answer-question:{after.newest_question}",
        Party(party).other,
        asked,
    )
    assert (item.since, item.due, item.acts, item.rule) == (after.clock, None, ("answer-question",), "SYS-8")
    assert {each.key for each in items_of(after)} - {item.key} == {each.key for each in items_of(before)}


@pytest.mark.rule("SYS-8")
def test_an_answer_waits_for_the_unit_that_asked_until_it_is_opened() -> None:
    story = accepted().question_sent(by=PHYSICIAN)
    first = story.newest_question
    story = story.question_sent(by=WARD_NURSE, text="Has she been to hospital?").question_withdrawn(by=WARD_NURSE)
    answered = (
        given(story)
        .when(question.answer_question, by=NURSE_A, question=first, text="A dry one")
        .then(an(QuestionAnswered, party=Party.MUNICIPALITY, text="A dry one", allocations=()))
    )
    (item,) = question_items(answered)
    assert WARD_NURSE.unit != PHYSICIAN.unit
    assert (item.key, item.party, item.unit, item.acts) == (
        f"open-answer:{first}",
        Party.REGION,
        PHYSICIAN.unit,
        ("open-answer",),
    )
    assert item.since == answered.clock
    opened = given(answered).when(question.open_answer, by=DISTRICT_NURSE, question=first).then(AnswerOpened)
    assert question_items(opened) == []
    asked = opened.state.question(first)
    assert asked is not None
    assert asked.answer is not None
    assert asked.answer.opened is not None
    assert (asked.answer.opened.person, asked.answer.opened.at) == (DISTRICT_NURSE.person, opened.clock)


@pytest.mark.rule("SYS-8")
def test_it_is_on_record_who_opened_a_question_and_it_still_waits_for_its_answer() -> None:
    story = SENT.question_sent()
    opened = (
        given(story)
        .when(question.open_question, by=PHYSICIAN, question=story.newest_question)
        .then(an(QuestionOpened, question_id=story.newest_question))
    )
    (asked,) = opened.state.questions
    assert asked.opened is not None
    assert (asked.opened.person, asked.opened.unit, asked.opened.at) == (PHYSICIAN.person, PHYSICIAN.unit, opened.clock)
    assert [(item.key, item.since) for item in question_items(opened)] == [
        (item.key, item.since) for item in question_items(story)
    ]
    answered = opened.answered()
    assert answered.state.questions[0].opened == asked.opened


@pytest.mark.rule("SYS-8")
def test_whoever_answers_a_question_that_nobody_opened_has_opened_it() -> None:
    answered = SENT.question_sent().answered()
    (asked,) = answered.state.questions
    assert asked.opened is not None
    assert (asked.opened.person, asked.opened.at) == (DISTRICT_NURSE.person, answered.clock)


@pytest.mark.rule("SYS-8")
def test_the_asker_withdraws_a_question_and_nobody_answers_it_any_more() -> None:
    story = SENT.question_sent().question_opened()
    withdrawn = (
        given(story)
        .when(question.withdraw_question, by=NURSE_A, question=story.newest_question)
        .then(QuestionWithdrawn)
    )
    assert question_items(withdrawn) == []
    about: dict[str, Any] = {"question": story.newest_question}
    for act, by, content in (
        (question.answer_question, DISTRICT_NURSE, {"text": "A dry one"}),
        (question.withdraw_question, NURSE_A, {}),
    ):
        refusal = (
            given(withdrawn)
            .when(act, by=by, **about, **content)
            .then_refused(WrongState, rule="SYS-8", where=["withdrawn"])
        )
        assert refusal.acts == ("ask-question",)
    given(withdrawn).when(question.open_answer, by=NURSE_A, **about).then_refused(
        WrongState, rule="SYS-8", where=["withdrawn"]
    )


@pytest.mark.rule("SYS-8")
def test_a_question_is_answered_and_each_is_opened_once() -> None:
    opened = SENT.question_sent().question_opened()
    about: dict[str, Any] = {"question": opened.newest_question}
    given(opened).when(question.open_question, by=PHYSICIAN, **about).then_refused(
        WrongState, rule="SYS-8", where=["opened"]
    )
    refusal = (
        given(opened)
        .when(question.open_answer, by=NURSE_A, **about)
        .then_refused(WrongState, rule="SYS-8", where=["open"])
    )
    assert refusal.acts == ("answer-question",)
    answered = opened.answered()
    for act, by, content in (
        (question.answer_question, DISTRICT_NURSE, {"text": "Once more"}),
        (question.open_question, DISTRICT_NURSE, {}),
        (question.withdraw_question, NURSE_A, {}),
    ):
        given(answered).when(act, by=by, **about, **content).then_refused(WrongState, rule="SYS-8", where=["answered"])
    given(answered.answer_opened()).when(question.open_answer, by=NURSE_A, **about).then_refused(
        WrongState, rule="SYS-8", where=["opened"]
    )


@pytest.mark.rule("SYS-8")
def test_several_questions_are_open_at_once_and_each_is_answered_by_its_id() -> None:
    story = (
        SENT.question_sent()
        .question_sent(by=DISTRICT_NURSE, text="When do you come?")
        .question_sent(text="Who has the key?")
    )
    first, second, third = (asked.id for asked in story.state.questions)
    answered = story.after(question.answer_question, DISTRICT_NURSE, question=first, text="A dry one")
    assert {(item.key, item.party) for item in question_items(answered)} == {
        (f"open-answer:{first}", Party.MUNICIPALITY),
        (f"answer-question:{second}", Party.MUNICIPALITY),
        (f"answer-question:{third}", Party.REGION),
    }
    assert [asked.status for asked in answered.state.questions] == ["answered", "open", "open"]


@pytest.mark.rule("SYS-8")
def test_a_question_can_be_about_a_plan_of_the_case() -> None:
    story = drafted()
    (plan,) = story.state.plans
    given(story).when(question.ask_question, by=NURSE_A, text=TEXT, plan=plan).then(an(QuestionSent, plan=plan))
    given(story).when(question.ask_question, by=NURSE_A, text=TEXT, plan=uuid4()).then_refused(
        UnknownReference, rule="SYS-1", where=["plan"]
    )
    given(story).when(
        question.ask_question, by=NURSE_A, text=TEXT, plan=plan, at=SENT.clock, now=story.clock
    ).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("SYS-8")
def test_before_the_request_is_sent_there_is_nobody_to_ask() -> None:
    refusal = (
        given(Story().need_raised())
        .when(question.ask_question, by=DISTRICT_NURSE, text=TEXT)
        .then_refused(NobodyToAsk, rule="SYS-8")
    )
    assert "send-referral" in refusal.acts
    given(SENT.returned()).when(question.ask_question, by=DISTRICT_NURSE, text=TEXT).then_refused(
        NobodyToAsk, rule="SYS-8"
    )


@pytest.mark.rule("SYS-8")
def test_a_question_is_asked_and_answered_by_licensed_staff_and_coordinators() -> None:
    for by in (CARE_STAFF_A, REGION_AUDITOR):
        rule = "SYS-7" if by is CARE_STAFF_A else "SYS-3"
        given(SENT).when(question.ask_question, by=by, text=TEXT).then_refused(ActorNotAllowed, rule=rule)
    story = SENT.question_sent(by=DISTRICT_NURSE)
    given(story).when(
        question.answer_question, by=CARE_STAFF_A, question=story.newest_question, text="A dry one"
    ).then_refused(ActorNotAllowed, rule="SYS-7")


@pytest.mark.rule("SYS-3", "SYS-8")
def test_the_party_that_was_asked_opens_and_answers_and_the_other_opens_the_answer() -> None:
    story = SENT.question_sent()
    about: dict[str, Any] = {"question": story.newest_question}
    for act, content in ((question.open_question, {}), (question.answer_question, {"text": "A dry one"})):
        refusal = (
            given(story)
            .when(act, by=NURSE_A, **about, **content)
            .then_refused(NotYourPrincipal, rule="SYS-3", where=["region"])
        )
        assert refusal.acts
    given(story).when(question.withdraw_question, by=DISTRICT_NURSE, **about).then_refused(
        NotYourPrincipal, rule="SYS-3", where=["municipality"]
    )
    given(story.answered()).when(question.open_answer, by=DISTRICT_NURSE, **about).then_refused(
        NotYourPrincipal, rule="SYS-3", where=["municipality"]
    )
    given(story).when(question.ask_question, by=NURSE_B, text=TEXT).then_refused(NotParty, rule="SYS-3")


@pytest.mark.rule("SYS-8")
def test_a_municipality_that_returned_the_request_answers_no_more_and_the_next_one_owes_no_answer() -> None:
    unanswered = SENT.question_sent(by=DISTRICT_NURSE)
    about: dict[str, Any] = {"question": unanswered.newest_question}
    returned = unanswered.returned()
    assert returned.state.questions[0].status is QuestionStatus.RETURNED
    assert question_items(returned) == []
    given(returned).when(question.answer_question, by=NURSE_A, **about, text="A dry one").then_refused(
        NotParty, rule="SYS-3"
    )
    sent_anew = returned.sent(B)
    assert question_items(sent_anew) == []
    given(sent_anew).when(question.answer_question, by=NURSE_B, **about, text="A dry one").then_refused(
        WrongState, rule="SYS-8", where=["returned"]
    )


@pytest.mark.rule("SYS-8")
def test_the_answer_to_a_municipality_that_returned_the_request_is_not_the_next_ones_to_open() -> None:
    story = SENT.question_sent().answered()
    sent_anew = story.returned().sent(B)
    assert question_items(sent_anew) == []
    given(sent_anew).when(question.open_answer, by=NURSE_B, question=story.newest_question).then_refused(
        NotYourPrincipal, rule="SYS-3"
    )
    by_region = SENT.question_sent(by=DISTRICT_NURSE).answered(by=NURSE_A).returned()
    assert [(item.key, item.party) for item in question_items(by_region)] == [
        (f"open-answer:{by_region.newest_question}", Party.REGION)
    ]


@pytest.mark.rule("SYS-6", "SYS-8")
def test_nothing_about_a_question_is_dated_before_what_it_follows_on() -> None:
    early: dict[str, Any] = {"at": SENT.clock, "now": "2025-12-01 09:00"}
    asked = SENT.question_sent()
    about: dict[str, Any] = {"question": asked.newest_question}
    raised = Story().need_raised()
    given(SENT).when(question.ask_question, by=NURSE_A, text=TEXT, at=raised.clock, now=SENT.clock).then_refused(
        OccurredTooEarly, rule="SYS-6"
    )
    for story, act, by, content in (
        (asked, question.open_question, DISTRICT_NURSE, {}),
        (asked, question.answer_question, DISTRICT_NURSE, {"text": "A dry one"}),
        (asked, question.withdraw_question, NURSE_A, {}),
        (asked.answered(), question.open_answer, NURSE_A, {}),
    ):
        given(story).when(act, by=by, **early, **about, **content).then_refused(OccurredTooEarly, rule="SYS-6")
    opened = asked.question_opened()
    given(opened).when(
        question.answer_question, by=DISTRICT_NURSE, at=asked.clock, now=opened.clock, **about, text="A dry one"
    ).then_refused(OccurredTooEarly, rule="SYS-6")
    given(opened.answered()).when(
        question.open_answer, by=NURSE_A, at=opened.clock, now=early["now"], **about
    ).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("SYS-6", "SYS-8")
def test_in_a_case_that_the_municipality_opened_either_party_asks_at_once_but_not_before() -> None:
    story = in_rehabilitation()
    for by, asked in ((NURSE_A, REGION), (DISTRICT_NURSE, A)):
        ask: dict[str, Any] = {"decide": question.ask_question, "by": by, "text": TEXT, "now": "2025-12-01 09:00"}
        given(story).when(at=story.state.opened_at, **ask).then(an(QuestionSent, receiver=asked))
        given(story).when(at="2025-04-01 08:00", **ask).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("SYS-1")
def test_a_question_that_the_case_does_not_have_is_refused() -> None:
    given(SENT).when(question.open_question, by=DISTRICT_NURSE, question=uuid4()).then_refused(
        UnknownReference, rule="SYS-1", where=["question"]
    )


@pytest.mark.rule("SYS-4", "SYS-8")
def test_a_question_stays_when_a_death_before_it_is_corrected() -> None:
    dead = enrolled().question_sent().after(death_and_move.record_death, NURSE_A, deceased_on=enrolled().clock.date())
    death = dead.steps[-1].events[0]
    story = dead.answered().question_sent(by=DISTRICT_NURSE, text="Who has the key?")
    corrected = story.after(correction.correct_fact, NURSE_A, corrects=death.id, reason=CorrectionReason.MISTAKE)
    assert corrected.state.questions == story.state.questions
    assert not corrected.state.is_ended
    assert len(question_items(corrected)) == 2
