"""The fields that a text asks for in an act, as `next` tells them."""

import pytest

from domain.case.acts import home_visit, referral, self_care
from domain.case.rules.act_content import list_content_fields
from domain.kernel import Party
from tests.scenario import Decision, Story, story_in

ASSESSMENT = ("direction", "content", "responsibility", "goals", "considerations", "participation", "interventions")


def list_fields(story: Story, decide: Decision, party: Party) -> tuple[str, ...]:
    """List the fields of an act that a nurse of a party would be asked for."""
    actor = story.people.nurse_a if party is Party.MUNICIPALITY else story.people.district_nurse
    act = story.act(decide, actor).model_copy(update={"track": story.state.referral.track})
    return list_content_fields(act)


@pytest.mark.parametrize(
    ("county", "decide", "party", "fields"),
    [
        ("orebro", referral.record_assessment, Party.MUNICIPALITY, ASSESSMENT),
        ("vastmanland", home_visit.record_home_visit, Party.MUNICIPALITY, ("kind",)),
        ("vastmanland", home_visit.record_home_visit, Party.REGION, ("purpose",)),
        ("gavleborg", self_care.assess, Party.REGION, ("routine", "routine_version")),
        ("gavleborg", referral.record_assessment, Party.MUNICIPALITY, ()),
        ("orebro", referral.acknowledge, Party.MUNICIPALITY, ()),
    ],
)
def test_an_act_asks_for_the_fields_of_its_countys_text(
    county: str, decide: Decision, party: Party, fields: tuple[str, ...]
) -> None:
    assert list_fields(story_in(county).need_raised(), decide, party) == fields


def test_no_field_is_asked_for_while_no_agreement_is_in_force() -> None:
    story = story_in("orebro").need_raised().on("2020-01-01 09:00")

    assert list_fields(story, referral.record_assessment, Party.MUNICIPALITY) == ()
