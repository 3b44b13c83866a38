"""A death that another case of the person has on record is told to this one, and so is its correction."""

from datetime import date, timedelta

import pytest

from domain.case.acts import death_and_move, referral_decision
from domain.case.events.case import DeathReported
from domain.case.events.referral import WithdrawalReason
from domain.kernel import Actor
from domain.refusals import ActorNotAllowed, NotParty, OccurredInFuture, OccurredTooEarly
from tests.scenario import DISTRICT_NURSE, NURSE_A, VASTMANLAND, Story, accepted, an, enrolled, given

report = death_and_move.report_death
DAY = date(2025, 4, 10)
pytestmark = pytest.mark.untold("Kvittens itself does the act, by another case")


def record_of(story: Story) -> Actor:
    """Return Kvittens itself as an actor for the municipality."""
    record = story.people.directory.record_actor(story.people.a)
    assert record is not None
    return record


def tell(story: Story, day: date | None) -> Story:
    return story.after(report, record_of(story), deceased_on=day)


@pytest.mark.rule("SYS-3")
def test_an_open_case_is_told_once_of_a_death_and_once_of_its_correction() -> None:
    story = enrolled()
    for day in (DAY, None):
        story = given(story).when(report, by=record_of(story), deceased_on=day).then(an(DeathReported, deceased_on=day))
        assert (story.state.death_reported, story.state.is_ended) == (day, False)
        given(story).when(report, by=record_of(story), deceased_on=day).then()


@pytest.mark.rule("SYS-3")
def test_a_case_that_ended_otherwise_is_told_nothing_more() -> None:
    story = tell(accepted(), DAY).after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.MOVE)
    for day in (None, DAY - timedelta(days=1)):
        given(story).when(report, by=record_of(story), deceased_on=day).then()


@pytest.mark.rule("SYS-3")
def test_a_case_that_the_death_itself_ended_is_told_of_its_correction_alone() -> None:
    story = tell(enrolled(), DAY).after(death_and_move.record_death, NURSE_A, deceased_on=DAY)
    assert story.state.is_ended

    given(story).when(report, by=record_of(story), deceased_on=DAY - timedelta(days=1)).then()
    given(story).when(report, by=record_of(story), deceased_on=None).then(an(DeathReported, deceased_on=None))


@pytest.mark.rule("SYS-3", "SYS-6", "SYS-1")
def test_nobody_but_kvittens_tells_it_and_not_before_the_case_or_ahead_of_time() -> None:
    story = enrolled()
    elsewhere = VASTMANLAND.directory.record_actor(VASTMANLAND.a)
    assert elsewhere is not None
    before = {"at": story.state.opened_at - timedelta(minutes=1), "now": story.clock}
    ahead = {"at": story.clock + timedelta(days=1), "now": story.clock}

    given(story).when(report, by=NURSE_A, deceased_on=DAY).then_refused(ActorNotAllowed, rule="SYS-3")
    given(story).when(report, by=elsewhere, deceased_on=DAY).then_refused(NotParty, rule="SYS-3")
    given(story).when(report, by=record_of(story), **before, deceased_on=DAY).then_refused(
        OccurredTooEarly, rule="SYS-6"
    )
    given(story).when(report, by=record_of(story), **ahead, deceased_on=DAY).then_refused(
        OccurredInFuture, rule="SYS-1"
    )
