"""A request goes to a unit: the one that fits, or the one that the sender chooses; and on to another (vidaresänd)."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from domain.case.acts import disagreement, referral, referral_receiver, track_openings
from domain.case.events.referral import ReferralRedirected, ReferralSent
from domain.case.rules.receiving_unit import find_receiving_units
from domain.case.state.case import Case
from domain.directory import Directory
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import Party, UnitKind
from domain.refusals import ActorNotReceiver, OccurredTooEarly, ReceivingUnitMissing, UnknownReference, WrongState
from projections.worklist.items import list_items
from tests.agreements.published import find_in_force
from tests.projections.open_items import items_of
from tests.scenario import (
    DIRECTORY,
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    OREBRO,
    PHYSIOTHERAPIST,
    WOUND,
    A,
    B,
    Story,
    accepted,
    an,
    at_odds,
    given,
    level_established,
    request_in,
)

OWN, PRIVATE, REHAB = NURSE_A.unit, OREBRO.private_nurse.unit, "SE2120000001-U2"
TRAINING = Intervention(
    key="training",
    text="Walking with a frame",
    kind=InterventionKind.REHABILITATIVE,
    profession=Profession.OCCUPATIONAL_THERAPIST,
)
TEXT = find_in_force("orebro", Story().clock)
SENT = Story().need_raised().sent()


VISIT = Intervention(key="visit", text="See how the ulcer heals", profession=Profession.PHYSICIAN)


def about(category: str) -> Intervention:
    """Return an intervention of a category."""
    return Intervention(key=category, text="As the decision says", category=category)


def ask_for(interventions: tuple[Intervention, ...]) -> Case:
    """Return the case of a request for just these interventions."""
    case = Story().need_raised().state
    request = case.referral.request.model_copy(update={"interventions": interventions})
    return case.model_copy(update={"referral": case.referral.model_copy(update={"request": request})})


def with_units(**receives: tuple[str, ...]) -> Directory:
    """Return the directory with a second unit in municipality A's own operation. Each unit receives what is said."""
    own = next(unit for unit in DIRECTORY.units if unit.id == OWN)
    units = (*DIRECTORY.units, own.model_copy(update={"id": REHAB, "name": "Rehabilitation A"}))
    told = {OWN: receives.get("own", ()), REHAB: receives.get("rehab", ()), PRIVATE: receives.get("private", ())}
    return DIRECTORY.model_copy(
        update={"units": tuple(unit.model_copy(update={"receives": told.get(unit.id, ())}) for unit in units)}
    )


def test_a_request_goes_to_the_only_unit_in_the_municipalitys_own_operation() -> None:
    given(Story().need_raised()).when(referral.send, by=DISTRICT_NURSE, receiver=A).then(an(ReferralSent, unit=OWN))


def test_the_sender_may_name_another_unit() -> None:
    story = given(Story().need_raised()).when(referral.send, by=DISTRICT_NURSE, receiver=A, unit=PRIVATE)
    assert [item.unit for item in items_of(story.then(an(ReferralSent, unit=PRIVATE)))] == [PRIVATE]


def test_a_unit_of_another_municipality_is_refused() -> None:
    refusal = (
        given(Story().need_raised())
        .when(referral.send, by=DISTRICT_NURSE, receiver=A, unit=NURSE_B.unit)
        .then_refused(UnknownReference, rule="SYS-1", where=["unit"])
    )
    assert OWN in refusal.remedy


@pytest.mark.parametrize(
    ("receives", "interventions", "fitting"),
    [
        ({}, (WOUND,), (OWN, REHAB)),
        ({"rehab": ("rehabilitative",)}, (WOUND,), (OWN,)),
        ({"rehab": ("rehabilitative",)}, (TRAINING,), (REHAB,)),
        ({"rehab": ("rehabilitative",)}, (WOUND, TRAINING), (OWN,)),
        ({"rehab": ("occupational-therapist",)}, (TRAINING,), (REHAB,)),
        ({"own": ("nurse",), "rehab": ("rehabilitative",)}, (WOUND, VISIT), (OWN,)),
        ({"own": ("nurse",), "rehab": ("rehabilitative",)}, (TRAINING, VISIT), (REHAB,)),
        ({"rehab": ("rehabilitative",)}, (VISIT,), (OWN,)),
        ({"rehab": ("rehabilitative",), "private": ("rehabilitative", "medical")}, (TRAINING,), (PRIVATE, REHAB)),
        ({"private": ("medical",), "rehab": ("rehabilitative",)}, (WOUND,), (PRIVATE,)),
        ({"private": ("medical",)}, (), (OWN, REHAB)),
        ({"rehab": ("rehabilitative",)}, (TRAINING, about("coercive-measure")), (REHAB,)),
        ({"rehab": ("rehabilitative",)}, (TRAINING, about("hospital-substituting-care")), (REHAB,)),
        ({"rehab": ("social-services",)}, (about("social-services"),), (REHAB,)),
        ({"own": ("rehabilitative",), "rehab": ("rehabilitative",)}, (WOUND,), (PRIVATE,)),
        (dict.fromkeys(("own", "rehab", "private"), ("rehabilitative",)), (WOUND,), (OWN, PRIVATE, REHAB)),
    ],
)
def test_the_directory_proposes_the_units_that_fit_the_care(
    receives: Mapping[str, tuple[str, ...]], interventions: tuple[Intervention, ...], fitting: tuple[str, ...]
) -> None:
    found = find_receiving_units(with_units(**receives), A, ask_for(interventions), TEXT)
    assert tuple(unit.id for unit in found) == fitting


@pytest.mark.parametrize(("receives", "fitting"), [((), (OWN,)), (("rehabilitative",), (REHAB,))])
def test_a_unit_that_gives_no_health_care_gets_only_what_the_directory_says(
    receives: tuple[str, ...], fitting: tuple[str, ...]
) -> None:
    directory = with_units(rehab=receives)
    units = tuple(
        unit if unit.id != REHAB else unit.model_copy(update={"kind": UnitKind.SOCIAL_SERVICES})
        for unit in directory.units
    )
    found = find_receiving_units(directory.model_copy(update={"units": units}), A, ask_for((TRAINING,)), TEXT)
    assert tuple(unit.id for unit in found) == fitting


def test_where_no_agreement_is_in_force_all_the_care_of_a_request_asks_for_a_unit() -> None:
    directory, asked = with_units(rehab=("physician",)), ask_for((VISIT,))
    assert [unit.id for unit in find_receiving_units(directory, A, asked, None)] == [REHAB]
    assert [unit.id for unit in find_receiving_units(directory, A, asked, TEXT)] == [OWN]


def test_among_several_units_that_fit_the_sender_chooses() -> None:
    story = Story().need_raised()
    act = story.act(referral.send, DISTRICT_NURSE).model_copy(update={"directory": with_units()})
    with pytest.raises(ReceivingUnitMissing) as refused:
        story.decided(act, receiver=A)
    assert all(unit in refused.value.remedy for unit in (OWN, REHAB))
    (sent,) = story.decided(act, receiver=A, unit=REHAB)
    assert isinstance(sent, ReferralSent)
    assert sent.unit == REHAB


def test_a_request_without_a_unit_stays_readable() -> None:
    story = Story().need_raised().sent()
    (need, sent) = story.events
    old = replace(Story(), clock=story.clock).with_step(replace(story.steps[0], events=(need,)))
    old = old.with_step(replace(story.steps[1], events=(sent.model_copy(update={"unit": None}),)))
    (item,) = list_items(old.state, find_in_force("orebro", old.clock))
    assert (item.key, item.unit) == ("acknowledge", None)
    assert [item.unit for item in list_items(old.redirected().state, find_in_force("orebro", old.clock))] == [PRIVATE]


def test_a_request_that_is_passed_on_waits_for_the_other_unit_and_counts_from_the_first() -> None:
    sent_at = SENT.clock
    story = (
        given(SENT.on("2025-04-03 09:00"))
        .when(referral_receiver.redirect, by=NURSE_A, unit=PRIVATE, reason="That unit has the area")
        .then(an(ReferralRedirected, unit=PRIVATE, allocations=()))
    )
    assert [(item.key, item.unit, item.since) for item in items_of(story)] == [("acknowledge", PRIVATE, sent_at)]
    assert (story.state.referral.sent_at, story.state.referral.received_at) == (sent_at, story.clock)
    after = story.acknowledged()
    assert [(item.key, item.unit, item.since) for item in items_of(after)] == [("contact", PRIVATE, sent_at)]


def test_the_municipalitys_own_words_stay_when_the_request_is_passed_on() -> None:
    before = level_established()
    after = before.redirected()
    assert after.state.referral.assessments == before.state.referral.assessments
    assert after.state.referral.status is before.state.referral.status
    assert {item.unit for item in items_of(after) if item.party is Party.MUNICIPALITY} == {PRIVATE}


def test_after_the_decision_the_unit_that_acts_has_what_waits() -> None:
    story = level_established().redirected().accepted()
    assert {item.unit for item in items_of(story) if item.party is Party.MUNICIPALITY} == {OWN}


def test_a_request_is_passed_on_during_a_disagreement() -> None:
    story = at_odds().redirected()
    assert story.state.open_dispute is not None
    assert story.state.referral.unit == PRIVATE
    over = story.after(disagreement.withdraw_disagreement, NURSE_A, dispute=story.dispute, reason="Agreed")
    assert over.state.referral.unit == PRIVATE


def test_only_the_municipality_that_has_the_request_passes_it_on_before_the_decision() -> None:
    content = {"unit": PRIVATE, "reason": "That unit has the area"}
    redirect = referral_receiver.redirect
    given(SENT).when(redirect, by=DISTRICT_NURSE, **content).then_refused(ActorNotReceiver, rule="SYS-7")
    given(accepted()).when(redirect, by=NURSE_A, **content).then_refused(WrongState, rule="SYS-7", where=["accepted"])
    given(SENT).when(redirect, by=NURSE_A, unit=OWN, reason="Here").then_refused(WrongState, rule="SYS-1")
    given(SENT).when(redirect, by=NURSE_A, unit=NURSE_B.unit, reason="There").then_refused(
        UnknownReference, rule="SYS-1", where=["unit"]
    )
    passed_on = SENT.redirected()
    given(passed_on).when(redirect, by=NURSE_A, at=SENT.clock, unit=OWN, reason="Back").then_refused(
        OccurredTooEarly, rule="SYS-6"
    )


def test_a_request_that_was_passed_on_can_still_be_returned() -> None:
    assert SENT.redirected().state.referral.is_redirected
    story = SENT.redirected().returned().sent(B)
    assert not story.state.referral.is_redirected
    assert [(left.unit, left.redirected) for left in story.state.referral.past] == [(OWN, True), (PRIVATE, False)]
    assert story.state.referral.first_sent_at == SENT.clock
    assert [(item.principal, item.unit) for item in items_of(story)] == [(B, NURSE_B.unit)]


def test_a_request_that_was_passed_on_remembers_the_unit_that_sent_it_or_else_the_one_that_saw_the_need() -> None:
    sent = Story().need_raised(by=NURSE_A).sent().redirected()
    seen = Story().need_raised(request_in(OREBRO, TRAINING), by=PHYSIOTHERAPIST, track="rehabilitation")
    begun = seen.after(
        track_openings.start_rehab_assessment, PHYSIOTHERAPIST, receiver=A, participants=[PHYSIOTHERAPIST.person]
    ).redirected()

    assert sent.state.referral.past[-1].sender_unit == DISTRICT_NURSE.unit
    assert begun.state.referral.past[-1].sender_unit == PHYSIOTHERAPIST.unit
