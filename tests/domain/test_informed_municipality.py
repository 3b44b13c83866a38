"""No municipality answers for anything in a case that nobody has sent it and that it did not write."""

from collections.abc import Callable

import pytest

from domain.case.acts import criteria, referral, referral_decision, referral_receiver, self_care, statements
from domain.case.events.case import ResponsibilityChanged
from domain.case.events.referral import CriteriaEvaluated, ReferralSent
from domain.case.events.self_care import Carer
from domain.case.rules.current_answers import find_changes
from domain.intervention import Intervention
from domain.kernel import Keeper, Party
from domain.refusals import UnknownReference, WrongState
from tests.agreements.orebro import OREBRO
from tests.domain.test_enrolment_gavleborg import JUDGED
from tests.domain.test_enrolment_vastmanland import FACTS
from tests.scenario import COUNTIES, REGION, WOUND, Story, given, request_in, story_in

LSS = Intervention(key="daily-activities", text="Daily activities", category="lss-measure")


def raised(county: str, *interventions: Intervention) -> Story:
    """Tell that the region has raised a need that names a municipality, and has not sent it."""
    people = COUNTIES[county]
    return story_in(county).need_raised(
        request_in(people, *interventions), by=people.district_nurse, municipality=people.a
    )


def evaluated() -> Story:
    """Tell that the region has found the criteria met, in Västmanland, for a need that it has not sent."""
    story = raised("vastmanland")
    return story.after(criteria.evaluate_criteria, story.people.district_nurse, facts=FACTS)


UNSENT: dict[str, Callable[[], Story]] = {
    "the criteria are met": evaluated,
    "always the municipality's": lambda: raised("gavleborg", LSS),
}


def list_named(story: Story) -> set[str | None]:
    """Return the principals that the answers name."""
    held = story.state.allocations.values()
    return {name for each in held for name in (each.treatment, each.performer, each.employer, each.medical)} - {None}


@pytest.mark.parametrize("which", UNSENT)
@pytest.mark.rule("SYS-3")
def test_a_municipality_answers_for_nothing_until_the_request_is_sent_to_it(which: str) -> None:
    story = UNSENT[which]()
    people = story.people
    assert list_named(story) <= {people.region}

    sent = given(story).when(referral.send, by=people.district_nurse, receiver=people.a).then(ReferralSent)

    assert people.a in list_named(sent)


@pytest.mark.rule("SYS-7")
def test_the_region_goes_on_with_what_the_matrix_gives_to_a_municipality_that_does_not_know() -> None:
    story = raised("vastmanland")
    (before,) = story.state.allocations.values()
    assert before.performer == story.people.region

    met = given(story).when(criteria.evaluate_criteria, by=story.people.district_nurse, facts=FACTS)
    (held,) = met.then(CriteriaEvaluated, ResponsibilityChanged).state.allocations.values()

    assert (held.treatment, held.performer) == (before.treatment, before.performer)
    assert held.kept_by is Keeper.NOT_SENT


def test_a_municipality_that_an_earlier_record_named_without_telling_it_is_named_no_more() -> None:
    story = given(evaluated()).story
    (held,) = story.state.allocations.values()
    wrongly = held.model_copy(update={"treatment": story.people.a, "performer": story.people.a, "kept_by": None})
    key = held.intervention
    case = story.state.model_copy(update={"allocations": {key: wrongly}, "answers": {key: (wrongly,)}})
    act = story.act(statements.record_circumstance, story.people.district_nurse)

    (mended,) = find_changes(act, case)

    assert (mended.treatment, mended.performer, mended.kept_by) == (None, None, Keeper.NOT_SENT)


def test_a_request_is_not_accepted_for_a_municipality_that_has_not_got_it() -> None:
    story = evaluated()
    given(story).when(referral_decision.accept, by=story.people.district_nurse).then_refused(
        UnknownReference, rule="SYS-1", where=["municipality"]
    )


def test_a_municipality_that_returns_a_request_for_a_need_of_its_own_is_named_no_more() -> None:
    people = COUNTIES["gavleborg"]
    own = story_in("gavleborg").need_raised(request_in(people, LSS), by=people.nurse_a, municipality=people.a)
    assert people.a in list_named(own)
    returned = own.sent().after(referral_receiver.return_to_sender, people.nurse_a, reason="She has moved")
    assert list_named(returned) <= {people.region}


def test_a_municipality_is_the_carer_of_self_care_only_when_it_knows_of_it() -> None:
    story = raised("gavleborg")
    people = story.people
    asked = JUDGED | {"intervention": WOUND.key, "responsible": Carer.MUNICIPALITY}
    given(story).when(self_care.assess, by=people.district_nurse, **asked).then_refused(
        WrongState, rule="SYS-1", where=["not sent"]
    )


def test_what_somebody_has_as_self_care_stays_with_them_when_the_request_is_sent() -> None:
    story = evaluated()
    said = JUDGED | {"intervention": WOUND.key, "responsible": Carer.INDIVIDUAL}
    assessed = story.after(self_care.assess, story.people.district_nurse, **said)

    after = assessed.sent().state.allocations[WOUND.key]

    assert (after.treatment, after.performer, after.kept_by) == (None, None, Keeper.SELF_CARE)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.parametrize("holder", ["employer", "medical"])
def test_whoever_is_unnamed_before_the_sending_is_unnamed_in_the_same_words_after_a_return(holder: str) -> None:
    rows = [
        row.model_copy(update={holder: Party.MUNICIPALITY}) if row.id == "not-enrolled-nurse-level" else row
        for row in OREBRO.matrix
    ]
    unsent = raised("orebro").under(OREBRO.model_copy(update={"matrix": tuple(rows)}))
    unsent = unsent.after(referral.supplement, unsent.people.district_nurse, request=request_in(unsent.people, WOUND))
    sent = unsent.sent()
    returned = sent.after(referral_receiver.return_to_sender, sent.people.nurse_a, reason="She has moved")

    assert getattr(sent.state.allocations[WOUND.key], holder) == sent.people.a
    for held in (unsent.state.allocations[WOUND.key], returned.state.allocations[WOUND.key]):
        assert (held.performer, getattr(held, holder), held.kept_by) == (REGION, None, Keeper.NOT_SENT)


@pytest.mark.parametrize(
    "order", ["evaluated, sent, returned", "sent, evaluated, returned", "sent, returned, evaluated"]
)
@pytest.mark.rule("SYS-7")
def test_after_a_return_the_region_goes_on_with_what_it_had_whenever_the_criteria_were_met(order: str) -> None:
    story = raised("vastmanland")
    people = story.people
    for step in order.split(", "):
        if step == "evaluated":
            story = story.after(criteria.evaluate_criteria, people.district_nurse, facts=FACTS)
        else:
            story = story.sent() if step == "sent" else story.returned(people.nurse_a)

    (held,) = story.state.allocations.values()
    assert (held.treatment, held.performer, held.kept_by) == (people.region, people.region, Keeper.NOT_SENT)
