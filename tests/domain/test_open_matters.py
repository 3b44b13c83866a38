"""The end of a plan or of a disagreement: it comes no earlier than its beginning, whatever the act asks for."""

import pytest

from domain.case.acts import care_plan_end, disagreement
from domain.case.rules.open_matters import refuse_ending_later
from domain.refusals import OccurredTooEarly
from tests.scenario import DISTRICT_NURSE, NURSE_A, Story, accepted, at_odds


def refuse_earlier(before: Story, after: Story) -> OccurredTooEarly:
    """Return the refusal of the last events of a story, if their act had occurred when the story began."""
    decided = after.events[len(before.events) :]
    early = before.act(disagreement.record_position, NURSE_A, at=before.events[0].occurred_at, now=after.clock)
    refuse_ending_later(before.state, decided, before.act(disagreement.record_position, NURSE_A))

    with pytest.raises(OccurredTooEarly) as refused:
        refuse_ending_later(before.state, decided, early)
    return refused.value


def test_a_plan_ends_no_earlier_than_it_was_begun() -> None:
    story = accepted().plan_begun()
    (plan,) = story.state.plans
    ended = story.after(care_plan_end.close, DISTRICT_NURSE, plan=plan, reason="Begun by mistake")

    assert f"plan {plan} was begun" in str(refuse_earlier(story, ended))


def test_a_disagreement_ends_no_earlier_than_it_was_raised() -> None:
    story = at_odds()
    ended = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="They agree")

    assert f"disagreement {story.dispute} was raised" in str(refuse_earlier(story, ended))
