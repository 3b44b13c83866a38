"""A request that was sent to the wrong receiver goes back to its sender, who sends it anew (felsänd)."""

from collections.abc import Callable

import pytest

from domain.agreements.model import ActName
from domain.case.acts import (
    cancellation,
    criteria,
    death_and_move,
    disagreement,
    referral,
    referral_decision,
    referral_receiver,
)
from domain.case.events.care_plan import PlanClosed
from domain.case.events.referral import CancellationReason, ReferralReturned, ReferralSent, WithdrawalReason
from domain.case.state.referral import ReferralStatus
from domain.kernel import Party
from domain.refusals import (
    ActorNotReceiver,
    DisputeOpen,
    NotParty,
    NotYourPrincipal,
    OccurredTooEarly,
    UnknownReference,
    WrongState,
)
from tests.domain.test_cancellation import proposed_after_a_request
from tests.domain.test_enrolment_by_track import TRAINING
from tests.domain.test_enrolment_vastmanland import FACTS
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    REGION,
    WOUND,
    A,
    B,
    Story,
    accepted,
    an,
    at_odds,
    given,
    given_to,
    investigated,
    level_established,
    request_in,
    story_in,
)
from tests.scenario import OREBRO as PEOPLE

REASON = "The person lives elsewhere"
SENT = Story().need_raised().sent()
HOME_TRAINING = TRAINING.model_copy(update={"key": "home-training"})
WITH_RECEIVER: dict[str, Callable[[], Story]] = {
    "sent": lambda: SENT,
    "acknowledged": SENT.acknowledged,
    "in contact": lambda: SENT.acknowledged().contacted(),
    "assessing": investigated,
    "level established": level_established,
}


def performers(story: Story) -> dict[str, str | None]:
    """Return the principal that performs each intervention."""
    return {key: held.performer for key, held in story.state.allocations.items()}


@pytest.mark.parametrize("state", WITH_RECEIVER)
def test_a_request_is_returned_in_any_state_before_the_decision(state: str) -> None:
    before = WITH_RECEIVER[state]()
    after = (
        given(before)
        .when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON)
        .then(an(ReferralReturned, reason=REASON, allocations=()))
    )
    assert after.state.referral.status is ReferralStatus.RETURNED
    assert after.state.allocations == before.state.allocations
    assert after.state.readers == (REGION,)
    assert not after.state.is_ended


def test_a_request_that_was_accepted_is_returned_no_more() -> None:
    given(accepted()).when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON).then_refused(
        WrongState, rule="SYS-7", where=["accepted"]
    )


def test_only_the_receiver_returns_a_request() -> None:
    given(SENT).when(referral_receiver.return_to_sender, by=DISTRICT_NURSE, reason=REASON).then_refused(
        ActorNotReceiver, rule="SYS-7", where=["region"]
    )
    given(SENT).when(referral_receiver.return_to_sender, by=NURSE_B, reason=REASON).then_refused(NotParty, rule="SYS-3")


def test_a_need_of_the_municipality_itself_is_not_returned() -> None:
    story = story_in("vastmanland")
    nurse = story.people.nurse_a
    story = story.need_raised(by=nurse).after(referral.start_assessment, nurse, participants=[nurse.person])
    given(story).when(referral_receiver.return_to_sender, by=nurse, reason=REASON).then_refused(
        NotYourPrincipal, rule="SYS-3"
    )


def test_a_need_that_the_region_has_not_sent_is_not_passed_on_although_the_parties_disagree_on_it() -> None:
    story = story_in("vastmanland")
    nurse = story.people.nurse_a
    story = story.need_raised(municipality=story.people.a).disputed()
    assert story.state.referral.status is ReferralStatus.DISPUTED
    given(story).when(
        referral_receiver.redirect, by=nurse, unit=story.people.private_nurse.unit, reason=REASON
    ).then_refused(NotYourPrincipal, rule="SYS-3")


def test_a_request_is_not_returned_once_an_enrolment_is_proposed() -> None:
    story = proposed_after_a_request(FACTS)
    nurse = story.people.nurse_a
    for act, content in (
        (referral_receiver.return_to_sender, {}),
        (referral_receiver.redirect, {"unit": story.people.private_nurse.unit}),
    ):
        given(story).when(act, by=nurse, reason=REASON, **content).then_refused(
            WrongState, rule="SYS-7", where=["proposed"]
        )


def test_a_disagreement_ends_before_the_request_is_returned() -> None:
    refusal = (
        given(at_odds())
        .when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON)
        .then_refused(DisputeOpen, rule="SYS-7")
    )
    assert refusal.acts == (ActName.WITHDRAW_DISAGREEMENT, ActName.RESOLVE_DISAGREEMENT)


def test_care_that_the_matrix_gives_a_municipality_is_nobodys_by_name_until_the_request_is_sent_anew() -> None:
    assessed = Story().need_raised(request_in(PEOPLE, WOUND, TRAINING)).sent().acknowledged().contacted()
    assessed = assessed.start_assessment().assessed(
        NURSE_A, interventions=[given_to(HOME_TRAINING, Party.MUNICIPALITY)]
    )
    by_matrix = {TRAINING.key, HOME_TRAINING.key}
    assert performers(assessed) == {WOUND.key: REGION} | dict.fromkeys(by_matrix, A)

    returned = assessed.returned()

    assert performers(returned) == {WOUND.key: REGION} | dict.fromkeys(by_matrix)
    assert A not in str(returned.state.allocations)
    kept = returned.after(referral.supplement, DISTRICT_NURSE, request=request_in(PEOPLE, TRAINING, WOUND))
    assert performers(kept) == performers(returned)
    assert performers(kept.sent(B)) == {WOUND.key: REGION} | dict.fromkeys(by_matrix, B)


@pytest.mark.rule("SYS-6")
def test_a_return_that_changes_who_answers_is_not_dated_before_the_latest_answer() -> None:
    began = Story().need_raised(request_in(PEOPLE, WOUND, TRAINING)).sent().acknowledged().contacted()
    request = request_in(PEOPLE, WOUND, TRAINING, HOME_TRAINING)
    asked = began.start_assessment().on("2025-04-03 12:00").after(referral.supplement, DISTRICT_NURSE, request=request)

    given(asked).when(
        referral_receiver.return_to_sender, by=NURSE_A, at="2025-04-02 12:00", reason=REASON
    ).then_refused(OccurredTooEarly, rule="SYS-6")
    by_matrix = dict.fromkeys((TRAINING.key, HOME_TRAINING.key))
    assert performers(asked.returned()) == {WOUND.key: REGION} | by_matrix


@pytest.mark.parametrize("performer", Party)
def test_a_request_that_a_disagreement_was_resolved_on_is_returned_no_more(performer: Party) -> None:
    story = level_established().disputed().resolved(performer=performer)
    assert story.state.referral.status is ReferralStatus.LEVEL_ESTABLISHED
    refusal = (
        given(story)
        .when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON)
        .then_refused(WrongState, rule="SYS-7", where=["resolved after a disagreement"])
    )
    assert ActName.DECLINE_REFERRAL in refusal.acts
    declined = story.declined()
    assert (declined.state.referral.status, declined.state.readers) == (ReferralStatus.DECLINED, (REGION, A))
    assert {held.performer for held in declined.state.allocations.values()} == {REGION}


def test_a_disagreement_that_was_withdrawn_leaves_the_request_to_be_returned() -> None:
    story = level_established().disputed()
    story = story.after(
        disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="The person lives elsewhere"
    ).returned()
    assert {held.performer for held in story.state.allocations.values()} == {REGION}


def test_a_receiver_that_has_accepted_a_request_returns_it_no_more_but_one_that_changes_its_mind_does() -> None:
    story = level_established().accepted(NURSE_A)
    refusal = (
        given(story)
        .when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON)
        .then_refused(WrongState, rule="SYS-7", where=["accepted by the municipality"])
    )
    assert ActName.DECLINE_REFERRAL in refusal.acts
    assert story.declined(NURSE_A).returned().state.referral.status is ReferralStatus.RETURNED
    by_sender = level_established().accepted(DISTRICT_NURSE)
    assert by_sender.returned().state.referral.status is ReferralStatus.RETURNED


def test_a_receiver_that_performs_by_a_resolution_reads_the_case_wherever_the_request_goes() -> None:
    story = level_established().disputed().resolved()
    cancelled = story.after(cancellation.request_cancellation, DISTRICT_NURSE, reason=CancellationReason.DUPLICATE)
    ended = cancelled.after(cancellation.accept_cancellation, NURSE_A)
    moved = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="ordinary", municipality=B)
    for after in (story, ended, moved):
        held = {held.performer for held in after.state.allocations.values()}
        assert held <= {*after.state.readers}
    assert {held.performer for held in ended.state.allocations.values()} == {REGION}


def test_drafts_of_plans_are_closed_when_the_request_is_returned() -> None:
    story = level_established().plan_begun()
    after = (
        given(story)
        .when(referral_receiver.return_to_sender, by=NURSE_A, reason=REASON)
        .then(ReferralReturned, an(PlanClosed, reason="returned"))
    )
    assert after.plan.ended_at is not None


def test_the_wrong_receivers_words_do_not_bind_the_next_one() -> None:
    story = level_established().returned()
    known = story.state.referral
    assert known.assessments.keys() == {Party.REGION}
    assert known.evaluations.keys() == {Party.REGION}
    assert (known.level, known.judged, known.accepted_by, known.contact_note) == (None, (), (), None)
    assert [item.key for item in items_of(story)] == ["send-anew"]


def test_the_sender_sends_the_request_anew_to_another_municipality() -> None:
    story = given(level_established().returned()).when(referral.send, by=DISTRICT_NURSE, receiver=B).then(ReferralSent)
    assert (story.state.municipality, story.state.readers) == (B, (REGION, B))
    waiting = {(item.party, item.principal, item.key, item.since) for item in items_of(story)}
    assert waiting == {(Party.MUNICIPALITY, B, "acknowledge", story.clock)}
    given(story).when(referral.acknowledge, by=NURSE_A).then_refused(ActorNotReceiver, rule="ORE-3.1.2-6")
    taken = story.after(referral.acknowledge, NURSE_B).after(referral.contact, NURSE_B)
    taken = taken.after(referral.start_assessment, NURSE_B, participants=[DISTRICT_NURSE.person, NURSE_B.person])
    assert taken.state.referral.status is ReferralStatus.ASSESSING
    own = {(item.key, item.unit) for item in items_of(taken) if item.party is Party.MUNICIPALITY}
    assert own == {("assess", NURSE_B.unit)}


def test_the_wrong_receiver_can_get_the_request_again() -> None:
    story = SENT.returned().sent(A).acknowledged()
    assert story.state.readers == (REGION, A)
    assert [left.receiver for left in story.state.referral.past] == [A]


def test_a_returned_request_can_be_withdrawn_by_its_sender() -> None:
    story = SENT.acknowledged().returned()
    withdrawn = story.after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.BY_SENDER)
    assert withdrawn.state.is_ended


def test_nobody_accepts_a_request_for_a_municipality_that_returned_it() -> None:
    people = story_in("vastmanland").people
    story = story_in("vastmanland").need_raised(municipality=people.a).sent()
    story = story.returned(people.nurse_a)
    given(story).when(referral_decision.accept, by=people.district_nurse).then_refused(
        UnknownReference, rule="SYS-1", where=["municipality"]
    )


def test_the_wrong_receiver_acts_on_the_case_no_more() -> None:
    given(SENT.returned()).when(criteria.evaluate_criteria, by=NURSE_A, facts={}).then_refused(NotParty, rule="SYS-3")
