"""After the acknowledgement the sender asks for cancellation, and the receiver accepts or refuses it."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.agreements.model import DisputeSubject
from domain.case.acts import cancellation, criteria, disagreement, enrolment, referral_decision
from domain.case.events.care_plan import PlanClosed
from domain.case.events.enrolment import EnrolmentWithdrawn
from domain.case.events.referral import (
    CancellationAccepted,
    CancellationReason,
    CancellationRefused,
    CancellationRequested,
    ReferralWithdrawn,
    WithdrawalReason,
)
from domain.case.state.referral import ReferralStatus
from domain.kernel import Party
from domain.refusals import NotYourPrincipal, OccurredTooEarly, WrongState
from tests.domain.test_enrolment_vastmanland import FACTS, REACHES, with_plan
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    REGION,
    VASTMANLAND,
    WOUND,
    Story,
    accepted,
    an,
    at_odds,
    committed,
    enrolled,
    given,
    investigated,
    level_established,
    story_in,
)

SENT = Story().need_raised().sent()
STATES: dict[str, Callable[[], Story]] = {
    "acknowledged": SENT.acknowledged,
    "in contact": lambda: SENT.acknowledged().contacted(),
    "assessing": investigated,
    "level established": level_established,
    "disputed": at_odds,
    "accepted": accepted,
    "committed": committed,
}


def proposed_after_a_request(facts: dict[str, dict[str, Any]]) -> Story:
    """Tell that the region sent a request in Västmanland, and that the municipality has proposed an enrolment."""
    nurse = VASTMANLAND.nurse_a
    story = story_in("vastmanland").need_raised(municipality=VASTMANLAND.a).sent().acknowledged().contacted()
    return story.after(criteria.evaluate_criteria, nurse, facts=facts).after(enrolment.propose, nurse)


@pytest.mark.rule("R14")
@pytest.mark.parametrize("state", STATES)
def test_the_sender_asks_after_the_acknowledgement_and_everything_holds_until_the_answer(state: str) -> None:
    before = STATES[state]()
    after = (
        given(before)
        .when(cancellation.request_cancellation, by=DISTRICT_NURSE, reason=CancellationReason.NEED_CEASED)
        .then(an(CancellationRequested, party=Party.REGION, allocations=()))
    )
    assert after.state.referral.status is before.state.referral.status
    assert after.state.allocations == before.state.allocations
    asked = [(item.party, item.since) for item in items_of(after) if item.key == "answer-cancellation"]
    assert asked == [(Party.MUNICIPALITY, after.clock)]
    assert {item.key for item in items_of(before)} == {item.key for item in items_of(after)} - {"answer-cancellation"}


@pytest.mark.rule("R14")
@pytest.mark.parametrize("reason", CancellationReason)
def test_the_receiver_accepts_and_the_request_ends_for_the_reason(reason: CancellationReason) -> None:
    story = level_established().cancellation_requested(reason)
    after = given(story).when(cancellation.accept_cancellation, by=NURSE_A).then(CancellationAccepted)
    assert (after.state.referral.status, after.state.referral.ended_reason) == (ReferralStatus.WITHDRAWN, reason.value)
    assert after.state.is_ended
    assert after.performer(WOUND.key) == REGION
    assert items_of(after) == ()


@pytest.mark.rule("R14")
def test_an_accepted_cancellation_ends_a_proposed_enrolment_and_its_plan() -> None:
    given(committed().cancellation_requested()).when(cancellation.accept_cancellation, by=NURSE_A).then(
        CancellationAccepted,
        an(EnrolmentWithdrawn, reason=WithdrawalReason.DUPLICATE),
        an(PlanClosed, reason="withdrawn"),
    )


@pytest.mark.rule("R14")
def test_the_receiver_refuses_and_the_request_goes_on() -> None:
    before = level_established()
    refused = (
        given(before.cancellation_requested())
        .when(cancellation.refuse_cancellation, by=NURSE_A, reason="The visits have begun")
        .then(an(CancellationRefused, reason="The visits have begun"))
    )
    assert {item.key for item in items_of(refused)} == {item.key for item in items_of(before)}
    asked_again = refused.cancellation_requested()
    assert [each.accepted for each in asked_again.state.referral.cancellations] == [False, None]
    given(asked_again.accepted()).when(cancellation.accept_cancellation, by=NURSE_A).then(
        CancellationAccepted, EnrolmentWithdrawn
    )


@pytest.mark.rule("R14")
def test_a_cancellation_is_for_the_time_between_acknowledgement_and_enrolment() -> None:
    ask = {"reason": CancellationReason.DUPLICATE}
    unacknowledged = (
        given(SENT)
        .when(cancellation.request_cancellation, by=DISTRICT_NURSE, **ask)
        .then_refused(WrongState, rule="R14", where=["sent"])
    )
    assert unacknowledged.acts == ("withdraw-referral",)
    refusal = (
        given(enrolled())
        .when(cancellation.request_cancellation, by=DISTRICT_NURSE, **ask)
        .then_refused(WrongState, rule="R14", where=["active"])
    )
    assert refusal.acts == ("declare-discharge",)
    given(SENT).when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=WithdrawalReason.DUPLICATE).then(
        an(ReferralWithdrawn, reason=WithdrawalReason.DUPLICATE)
    )


@pytest.mark.rule("R14")
def test_a_request_in_dispute_does_not_end_when_the_person_is_enrolled() -> None:
    """In Västmanland the care can begin while the parties disagree on the request."""
    nurse, region_nurse = VASTMANLAND.nurse_a, VASTMANLAND.district_nurse
    story = proposed_after_a_request(FACTS)
    story = with_plan(story, "responsible-physician", "nursing-responsible")
    story = story.after(
        disagreement.raise_disagreement, nurse, reason="She lives elsewhere", subject=DisputeSubject.REFERRAL
    ).started()
    assert (story.state.referral.status, story.enrolment.status) == ("disputed", "active")

    given(story).when(
        referral_decision.withdraw, by=region_nurse, reason=WithdrawalReason.INDIVIDUAL_REFUSES
    ).then_refused(WrongState, rule="R14", where=["active"])
    given(story).when(
        cancellation.request_cancellation, by=region_nurse, reason=CancellationReason.DUPLICATE
    ).then_refused(WrongState, rule="R14", where=["active"])


@pytest.mark.rule("R14")
def test_a_request_whose_enrolment_was_refused_does_not_end_a_second_time() -> None:
    nurse, region_nurse = VASTMANLAND.nurse_a, VASTMANLAND.district_nurse
    story = proposed_after_a_request(REACHES).after(
        enrolment.refuse, nurse, criterion="threshold", reason="She reaches the health centre with her daughter"
    )
    assert (story.state.referral.status, story.enrolment.status) == ("in-contact", "refused")

    for act, reason in (
        (referral_decision.withdraw, WithdrawalReason.DEATH),
        (cancellation.request_cancellation, CancellationReason.DUPLICATE),
    ):
        refusal = given(story).when(act, by=region_nurse, reason=reason).then_refused(WrongState, rule="R14")
        assert (refusal.where, refusal.acts) == (("refused",), ())


@pytest.mark.rule("R14")
def test_one_cancellation_is_asked_for_at_a_time() -> None:
    refusal = (
        given(accepted().cancellation_requested())
        .when(cancellation.request_cancellation, by=DISTRICT_NURSE, reason=CancellationReason.NEED_CEASED)
        .then_refused(WrongState, rule="R14")
    )
    assert refusal.acts == ("accept-cancellation", "refuse-cancellation")


@pytest.mark.rule("R14")
def test_the_sender_asks_and_the_other_party_answers() -> None:
    story = accepted()
    given(story).when(cancellation.request_cancellation, by=NURSE_A, reason=CancellationReason.DUPLICATE).then_refused(
        NotYourPrincipal, rule="SYS-3"
    )
    given(story).when(cancellation.accept_cancellation, by=NURSE_A).then_refused(WrongState, rule="R14")
    asked = story.cancellation_requested()
    given(asked).when(cancellation.accept_cancellation, by=DISTRICT_NURSE).then_refused(
        NotYourPrincipal, rule="SYS-3", where=["municipality"]
    )
    given(asked).when(cancellation.refuse_cancellation, by=DISTRICT_NURSE, reason="No").then_refused(
        NotYourPrincipal, rule="SYS-3"
    )


@pytest.mark.rule("R14")
def test_an_answer_is_not_dated_before_the_question() -> None:
    story = accepted()
    given(story.cancellation_requested()).when(
        cancellation.accept_cancellation, by=NURSE_A, at=story.clock, now=story.cancellation_requested().clock
    ).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("R14", "SYS-6")
def test_a_cancellation_is_not_asked_for_again_at_a_time_before_the_last_answer() -> None:
    asked = accepted().cancellation_requested()
    given(asked.cancellation_refused()).when(
        cancellation.request_cancellation,
        by=DISTRICT_NURSE,
        at=asked.clock,
        now=asked.cancellation_refused().clock,
        reason=CancellationReason.NEED_CEASED,
    ).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("R14")
def test_the_sender_withdraws_for_another_reason_by_asking() -> None:
    refusal = (
        given(accepted())
        .when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=WithdrawalReason.NEED_CEASED)
        .then_refused(WrongState, rule="R14", where=["accepted"])
    )
    assert refusal.acts == ("request-cancellation",)


@pytest.mark.rule("R14")
def test_a_refused_cancellation_ended_when_it_was_refused_also_if_the_request_is_returned_since() -> None:
    refused = level_established().cancellation_requested().cancellation_refused()
    (answered,) = refused.on("2025-04-07 09:00").returned().state.referral.cancellations

    assert (answered.ended_at, answered.accepted) == (refused.clock, False)


def test_a_cancellation_that_nobody_answered_ends_with_the_return_the_start_or_the_end() -> None:
    for story in (
        level_established().cancellation_requested().returned(),
        committed().cancellation_requested().started(at="2025-04-11 09:00"),
        level_established().cancellation_requested().declined(),
    ):
        assert story.state.open_cancellation is None
        assert "answer-cancellation" not in {item.key for item in items_of(story)}
