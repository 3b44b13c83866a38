"""Disagreements (oenighet): catalogue R9-R11 and E7. Care never lapses, and nothing passes in silence or backwards."""

from datetime import date
from typing import Any

import pytest

from domain.agreements.model import ActName, Holder
from domain.case.acts import (
    care_plan,
    disagreement,
    discharge,
    enrolment,
    handover,
    referral,
    referral_decision,
    resolution,
)
from domain.case.events.care_plan import PlanAgreedByParty, PlanClosed
from domain.case.events.disagreement import (
    DisagreementRaised,
    DisagreementResolved,
    PositionRecorded,
    ProcedureStepRecorded,
    Resolution,
    ResolutionProposed,
)
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel, Intervention, Profession
from domain.kernel import Actor, Party
from domain.refusals import (
    AssessmentRequired,
    DisputeOpen,
    NotMunicipal,
    NotRetroactive,
    OccurredTooEarly,
    OtherPartyMissing,
    ResolutionsDiffer,
    UnknownReference,
    WrongState,
)
from tests.agreements.orebro import OREBRO
from tests.scenario import (
    BOTH,
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    PATIENT,
    PHYSICIAN,
    REGION,
    VISIT,
    WOUND,
    A,
    Story,
    accepted,
    an,
    at_odds,
    committed,
    enrolled,
    given,
    given_to,
    investigated,
    level_established,
    planned,
    swedish,
    weighed,
)

SETTLED: dict[str, Any] = {"level": CareLevel.PRIMARY, "performer": Party.MUNICIPALITY, "conclusion": "Primary care"}


def test_a_resolved_disagreement_still_tells_the_status_in_which_it_was_raised() -> None:
    (resolved,) = at_odds().resolved().state.disputes

    assert resolved.before is ReferralStatus.ASSESSING


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.parametrize("by", BOTH, ids=lambda by: by.party)
@pytest.mark.parametrize("story", [weighed(), level_established()], ids=["assessing", "level established"])
def test_either_party_disagrees_with_a_reason(story: Story, by: Actor) -> None:
    told = (
        given(story)
        .when(disagreement.raise_disagreement, by=by, reason="Special competence is needed")
        .then(an(DisagreementRaised, party=by.party, reason="Special competence is needed"))
    )

    assert told.state.referral.status is ReferralStatus.DISPUTED


@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.rule("S5")
def test_whoever_performed_before_goes_on_and_that_is_marked_as_derived() -> None:
    held = at_odds().state.allocations[WOUND.key]

    assert (held.treatment, held.performer, held.derived) == (REGION, REGION, True)
    assert held.clauses == ("ORE-3.1.3-14", "ORE-3.1.3-13")


@pytest.mark.rule("ORE-3.1.3-13")
@pytest.mark.parametrize(
    "story",
    [Story().need_raised().sent(), weighed().declined(), enrolled().discharged()],
    ids=["sent", "declined", "over"],
)
def test_there_is_nothing_to_disagree_on_before_the_investigation_or_after_the_end(story: Story) -> None:
    subject = story.state.enrolment or story.state.referral
    given(story).when(disagreement.raise_disagreement, by=NURSE_A, reason="No").then_refused(
        WrongState, rule="ORE-3.1.3-13", where=(subject.status,)
    )


@pytest.mark.rule("ORE-3.1.3-13")
def test_one_disagreement_is_open_at_a_time() -> None:
    given(at_odds()).when(disagreement.raise_disagreement, by=DISTRICT_NURSE, reason="No").then_refused(
        DisputeOpen, rule="ORE-3.1.3-13", where=(str(at_odds().dispute),)
    )


@pytest.mark.rule("SYS-3")
def test_each_party_states_its_own_position() -> None:
    story = (
        given(at_odds())
        .when(
            disagreement.record_position,
            by=DISTRICT_NURSE,
            dispute=at_odds().dispute,
            position="Nurse level",
        )
        .then(an(PositionRecorded, party=Party.REGION, position="Nurse level"))
    )

    (position,) = story.state.disputes[-1].positions
    assert (position.party, position.text, position.author) == (Party.REGION, "Nurse level", DISTRICT_NURSE.person)


@pytest.mark.rule("D5")
def test_a_position_is_recorded_late_after_the_resolution_with_the_day_it_was_held() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved()

    given(story).when(
        disagreement.record_position,
        by=NURSE_A,
        at="2025-04-02 09:00",
        now="2025-04-06 09:00",
        dispute=story.dispute,
        position="Special competence is needed",
    ).then(an(PositionRecorded, dispute_id=story.dispute))


@pytest.mark.rule("SYS-6")
def test_a_position_is_not_dated_before_its_disagreement() -> None:
    given(at_odds()).when(
        disagreement.record_position,
        by=NURSE_A,
        at="2025-04-01 08:00",
        dispute=at_odds().dispute,
        position="No",
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("SYS-1")
def test_a_position_belongs_to_a_disagreement_of_the_case() -> None:
    for story, acts in ((at_odds(), ()), (weighed(), (ActName.RAISE_DISAGREEMENT,))):
        refused = (
            given(story)
            .when(disagreement.record_position, by=NURSE_A, dispute=PATIENT, position="Not this one")
            .then_refused(UnknownReference, rule="SYS-1", where=("dispute",))
        )
        assert refused.acts == acts


@pytest.mark.rule("S4")
@pytest.mark.rule("ORE-3.1.3-13")
def test_a_step_of_the_parties_own_procedure_is_noted_while_the_disagreement_is_open() -> None:
    given(at_odds()).when(
        disagreement.record_procedure_step,
        by=NURSE_A,
        dispute=at_odds().dispute,
        step="Raised with both managers",
    ).then(an(ProcedureStepRecorded, step="Raised with both managers"))
    given(at_odds().resolved()).when(
        disagreement.record_procedure_step, by=NURSE_A, dispute=at_odds().dispute, step="Too late"
    ).then_refused(WrongState, rule="ORE-3.1.3-14", where=("resolved",))


# --- Resolved by both, never backwards --------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.rule("D5")
def test_performance_passes_when_both_have_declared_the_same_resolution() -> None:
    story = (
        given(at_odds())
        .when(resolution.resolve, by=DISTRICT_NURSE, dispute=at_odds().dispute, **SETTLED)
        .then(an(ResolutionProposed, party=Party.REGION, allocations=()))
    )
    assert story.performer() == REGION

    story = (
        given(story)
        .when(resolution.resolve, by=NURSE_A, dispute=story.dispute, **SETTLED)
        .then(an(DisagreementResolved, resolution=Resolution(effective_from=date(2025, 4, 1), **SETTLED)))
    )
    assert (story.performer(), story.state.allocations[WOUND.key].treatment) == (A, REGION)
    assert (story.state.referral.status, story.state.referral.level) == ("level-established", CareLevel.PRIMARY)


@pytest.mark.rule("ORE-3.1.3-14")
def test_one_party_does_not_resolve_a_disagreement() -> None:
    given(at_odds().resolved(NURSE_A)).when(
        resolution.resolve,
        by=CARE_STAFF_A,
        dispute=at_odds().dispute,
        **SETTLED | {"conclusion": "Primary care, after training"},
    ).then_refused(OtherPartyMissing, rule="ORE-3.1.3-14", where=("region",))


def test_a_party_may_change_its_own_declaration_until_the_other_has_declared() -> None:
    given(at_odds().resolved(NURSE_A)).when(
        resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, **SETTLED | {"performer": Party.REGION}
    ).then(an(ResolutionProposed, party=Party.MUNICIPALITY))


@pytest.mark.rule("ORE-3.1.3-10")
@pytest.mark.parametrize(
    ("other", "where"),
    [
        ({"performer": Party.REGION}, ("performer",)),
        ({"level": CareLevel.SPECIALISED, "performer": Party.REGION}, ("level", "performer")),
    ],
)
def test_resolutions_that_differ_resolve_nothing(other: dict[str, Any], where: tuple[str, ...]) -> None:
    given(at_odds().resolved(DISTRICT_NURSE)).when(
        resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, **SETTLED | other
    ).then_refused(ResolutionsDiffer, rule="ORE-3.1.3-14", where=where)


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
def test_a_resolution_is_not_backdated() -> None:
    given(at_odds().on("2025-04-04 09:00")).when(
        resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, effective_from=date(2025, 4, 3), **SETTLED
    ).then_refused(NotRetroactive, rule="ORE-3.1.3-14", where=("effective_from",))


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
def test_a_resolution_recorded_late_has_no_effect_before_it_is_recorded() -> None:
    story = at_odds().on("2025-04-04 08:50").resolved(DISTRICT_NURSE)
    story = story.after(
        resolution.resolve, NURSE_A, at="2025-04-04 09:00", now="2025-04-04 15:00", dispute=story.dispute, **SETTLED
    )

    assert story.performer(at="2025-04-04 14:59") == REGION
    assert story.performer(at="2025-04-04 15:00") == A


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_resolution_may_take_effect_from_a_later_swedish_day() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(effective_from=date(2025, 4, 14))

    assert story.state.allocations[WOUND.key].effective_from == swedish("2025-04-14 00:00")
    assert story.performer(at="2025-04-13 23:59") == REGION
    assert story.performer(at="2025-04-14 00:00") == A


@pytest.mark.parametrize(("first", "second"), [(date(2025, 4, 14), None), (None, date(2025, 4, 14))])
def test_the_later_of_two_declared_days_holds(first: date | None, second: date | None) -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(DISTRICT_NURSE, effective_from=first)
    story = story.on("2025-04-05 09:00").resolved(NURSE_A, effective_from=second)

    assert story.state.allocations[WOUND.key].effective_from == swedish("2025-04-14 00:00")


@pytest.mark.rule("ORE-3.1.3-10")
@pytest.mark.parametrize("first", [date(2025, 4, 4), date(2025, 4, 20)])
def test_two_days_that_the_parties_named_and_that_differ_resolve_nothing(first: date) -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(DISTRICT_NURSE, effective_from=first)

    given(story).when(
        resolution.resolve,
        by=NURSE_A,
        dispute=story.dispute,
        effective_from=date(2025, 4, 14),
        **SETTLED | {"conclusion": "Primary care, after training"},
    ).then_refused(ResolutionsDiffer, rule="ORE-3.1.3-14", where=("effective_from",))


def test_the_day_of_a_resolution_is_swedish_also_an_hour_before_midnight_in_london() -> None:
    story = at_odds().on("2025-04-05 01:20")

    given(story).when(
        resolution.resolve, by=NURSE_A, dispute=story.dispute, effective_from=date(2025, 4, 4), **SETTLED
    ).then_refused(NotRetroactive, rule="ORE-3.1.3-14", where=("effective_from",))


@pytest.mark.rule("F11")
def test_a_new_disagreement_stops_a_resolution_that_has_not_yet_taken_effect() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(effective_from=date(2025, 4, 14)).disputed(DISTRICT_NURSE)

    assert story.performer(at="2025-04-14 00:00") == REGION


@pytest.mark.rule("SYS-6")
def test_the_second_declaration_is_not_dated_before_the_first() -> None:
    story = at_odds().on("2025-04-04 09:00").resolved(DISTRICT_NURSE)

    given(story).when(
        resolution.resolve, by=NURSE_A, at="2025-04-04 08:00", now="2025-04-04 10:00", dispute=story.dispute, **SETTLED
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("ORE-3.1.2-5")
def test_both_may_resolve_it_by_declining_the_request() -> None:
    story = at_odds().resolved(DISTRICT_NURSE, level=None, performer=Party.REGION, conclusion="To the clinic")

    told = (
        given(story)
        .when(
            resolution.resolve,
            by=NURSE_A,
            dispute=story.dispute,
            level=None,
            performer=Party.REGION,
            conclusion="To the clinic",
        )
        .then(DisagreementResolved)
    )

    assert (told.state.referral.status, told.performer()) == ("declined", REGION)


def test_a_plan_begun_before_the_disagreement_closes_when_it_is_resolved_by_declining() -> None:
    story = weighed().plan_begun().disputed().resolved(DISTRICT_NURSE, level=None, performer=Party.REGION)

    given(story).when(
        resolution.resolve, by=NURSE_A, dispute=story.dispute, level=None, performer=Party.REGION, conclusion="Agreed"
    ).then(DisagreementResolved, an(PlanClosed, reason="declined"))


@pytest.mark.rule("F6")
@pytest.mark.rule("ORE-3.1.2-5")
def test_no_disagreement_is_resolved_by_declining_what_nobody_has_assessed() -> None:
    story = investigated().disputed()

    given(story).when(
        resolution.resolve, by=NURSE_A, dispute=story.dispute, level=None, performer=Party.REGION, conclusion="No"
    ).then_refused(AssessmentRequired, rule="ORE-3.1.2-5", where=("level",))


@pytest.mark.rule("ORE-3-1")
def test_a_declined_request_does_not_leave_the_care_with_the_municipality() -> None:
    given(at_odds()).when(
        resolution.resolve, by=NURSE_A, dispute=at_odds().dispute, **SETTLED | {"level": None}
    ).then_refused(NotMunicipal, rule="ORE-3.1.3-14", where=("level", "performer"))


@pytest.mark.rule("ORE-1.1-3")
@pytest.mark.rule("ORE-2.2-11")
def test_specialised_care_does_not_become_the_municipalitys_by_resolution() -> None:
    given(at_odds()).when(
        resolution.resolve,
        by=NURSE_A,
        dispute=at_odds().dispute,
        **SETTLED | {"level": CareLevel.SPECIALISED},
    ).then_refused(NotMunicipal, rule="ORE-1.1-3", where=("level",))


@pytest.mark.rule("F17")
@pytest.mark.rule("ORE-1.1-2")
@pytest.mark.rule("ORE-1.2-4")
def test_a_resolution_moves_neither_the_physicians_care_nor_the_physiotherapists() -> None:
    walk = Intervention(key="walking", text="Walking exercise", profession=Profession.PHYSIOTHERAPIST)
    story = investigated().assessed(
        DISTRICT_NURSE,
        interventions=[
            given_to(WOUND, Party.MUNICIPALITY),
            given_to(VISIT, Party.REGION),
            given_to(walk, Party.REGION),
        ],
    )
    story = story.disputed().resolved()

    assert {key: held.performer for key, held in story.state.allocations.items()} == {
        WOUND.key: A,
        VISIT.key: REGION,
        walk.key: REGION,
    }
    resolved = next(event for event in story.events if isinstance(event, DisagreementResolved))
    assert [moved.intervention for moved in resolved.allocations] == [WOUND.key]


@pytest.mark.rule("ORE-1.2-4")
def test_a_resolution_leaves_occupational_therapy_with_the_municipality() -> None:
    bath = Intervention(key="bathing", text="Bathing aids", profession=Profession.OCCUPATIONAL_THERAPIST)
    story = investigated().assessed(NURSE_A, interventions=[given_to(bath, Party.MUNICIPALITY)])

    assert story.disputed().resolved(performer=Party.REGION).performer(bath.key) == A


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SKR-7-2")
def test_a_resolution_that_moves_the_care_leaves_nobody_employed_by_the_party_it_moved_from() -> None:
    rows = [
        row.model_copy(update={"employer": Holder.MUNICIPALITY}) if row.id == "enrolled-nurse-level" else row
        for row in OREBRO.matrix
    ]
    story = committed().under(OREBRO.model_copy(update={"matrix": tuple(rows)})).started()
    before, after = (
        told.state.allocations[WOUND.key].employment
        for told in (story, story.disputed().resolved(performer=Party.REGION))
    )

    assert (before.employer, before.clauses[0]) == (A, "ORE-1.2-2")
    assert after == (REGION, ("SKR-7-2",))


@pytest.mark.rule("F17")
def test_a_resolution_during_the_enrolment_leaves_the_plans_physician_visits_with_the_region() -> None:
    story = enrolled().disputed().resolved()

    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (A, REGION)


@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.parametrize("level", CareLevel)
def test_the_municipality_does_not_undo_a_resolution_for_the_region_by_starting(level: CareLevel) -> None:
    story = committed().disputed().resolved(performer=Party.REGION, level=level)

    assert story.state.referral.level is level
    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        NotMunicipal, rule="ORE-3.1.3-14" if level is CareLevel.PRIMARY else "ORE-1.1-3"
    )


@pytest.mark.rule("ORE-3.1.3-14")
def test_a_plan_that_both_agree_to_after_the_resolution_gives_the_municipality_the_care_again() -> None:
    story = committed().disputed().resolved(performer=Party.REGION)
    story = story.plan_reopened().plan_agreed().started()

    assert story.performer() == A


@pytest.mark.rule("ORE-3.1.3-14")
def test_what_a_resolution_left_with_the_region_is_not_handed_over() -> None:
    story = enrolled().disputed().resolved(performer=Party.REGION)

    given(story).when(handover.hand_over, by=DISTRICT_NURSE, intervention=WOUND.key).then_refused(
        NotMunicipal, rule="ORE-3.1.3-14", where=(WOUND.key,)
    )


@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.rule("ORE-2.2-5")
@pytest.mark.parametrize("performer", Party)
def test_a_handover_from_before_the_disagreement_is_not_accepted_after_it(performer: Party) -> None:
    drip = Intervention(key="drip", text="A drip each evening")
    story = enrolled().plan_reopened().plan_changed(planned(drip)).plan_agreed()
    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention=drip.key)
    story = story.disputed().resolved(performer=performer)

    given(story).when(handover.accept_handover, by=NURSE_A, intervention=drip.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("not handed over",)
    )


@pytest.mark.rule("ORE-2.2-5")
def test_a_handover_from_before_the_plan_was_revised_is_not_accepted_after_it() -> None:
    drip = Intervention(key="drip", text="A drip each evening")
    story = enrolled().plan_reopened().plan_changed(planned(drip)).plan_agreed()
    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention=drip.key)
    story = story.plan_reopened().plan_agreed()

    given(story).when(handover.accept_handover, by=NURSE_A, intervention=drip.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("not handed over",)
    )


@pytest.mark.rule("ORE-2.2-5")
def test_a_handover_from_the_minute_in_which_the_plan_was_revised_is_not_accepted_after_it() -> None:
    drip, minute = Intervention(key="drip", text="A drip each evening"), "2025-05-05 09:00"
    story = enrolled().plan_reopened().plan_changed(planned(drip)).plan_agreed().plan_reopened().on(minute)
    story = story.after(handover.hand_over, DISTRICT_NURSE, at=minute, intervention=drip.key)
    for by in (PHYSICIAN, NURSE_A):
        story = story.after(care_plan.agree, by, at=minute, plan=story.plan.id)

    given(story).when(handover.accept_handover, by=NURSE_A, intervention=drip.key).then_refused(
        WrongState, rule="ORE-2.2-5", where=("not handed over",)
    )


# --- What waits while it is open --------------------------------------------------------------------------------------


@pytest.mark.rule("F11")
@pytest.mark.rule("E7")
def test_a_disagreement_during_the_enrolment_leaves_it_running_and_the_municipality_performing() -> None:
    story = enrolled().disputed(DISTRICT_NURSE)

    assert (story.enrolment.status, story.state.referral.status) == ("active", "closed")
    assert story.performer(WOUND.key) == A
    assert story.resolved(performer=Party.REGION).performer(WOUND.key) == REGION


@pytest.mark.rule("F11")
@pytest.mark.rule("ORE-3.1.3-14")
@pytest.mark.rule("D5")
def test_nothing_is_handed_over_discharged_or_started_while_a_disagreement_is_open() -> None:
    for story, decide, by, content in (
        (at_odds(), handover.hand_over, DISTRICT_NURSE, {"intervention": WOUND.key}),
        (at_odds(), handover.accept_handover, NURSE_A, {"intervention": WOUND.key}),
        (at_odds(), enrolment.start, NURSE_A, {}),
        (at_odds(), referral_decision.accept, NURSE_A, {}),
        (at_odds(), referral_decision.decline, NURSE_A, {"reason": "No"}),
        (at_odds(), referral.establish_level, NURSE_A, {}),
        (
            enrolled().discharge_declared().disputed(),
            discharge.complete_discharge,
            NURSE_A,
            {"where_to_turn": "The health centre"},
        ),
        (
            accepted().disputed(),
            enrolment.refuse,
            NURSE_A,
            {"criterion": "age", "reason": "No"},
        ),
    ):
        given(story).when(decide, by=by, **content).then_refused(
            DisputeOpen, rule="ORE-3.1.3-14", where=(str(story.dispute),)
        )


@pytest.mark.rule("F11")
def test_a_changed_plan_waits_for_the_disagreement_before_it_takes_anything_back() -> None:
    story = enrolled().plan_reopened().plan_changed(planned(WOUND, Party.REGION)).disputed(NURSE_A)
    story = (
        given(story)
        .when(care_plan.agree, by=NURSE_A, plan=story.plan.id)
        .then(an(PlanAgreedByParty, party=Party.MUNICIPALITY))
    )

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(
        DisputeOpen, rule="ORE-3.1.3-14", where=(str(story.dispute),)
    )


@pytest.mark.rule("F11")
@pytest.mark.rule("SYS-6")
def test_nothing_is_dated_into_the_time_of_a_resolved_disagreement() -> None:
    story = enrolled().on("2025-05-01 09:00").discharge_declared(DISTRICT_NURSE).on("2025-05-02 09:00").disputed()
    story = story.on("2025-05-05 09:00").resolved()

    given(story).when(
        discharge.complete_discharge,
        by=NURSE_A,
        at="2025-05-04 09:00",
        now="2025-05-06 09:00",
        where_to_turn="The health centre",
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("SYS-6")
def test_a_disagreement_is_not_dated_before_a_move_that_has_been_made() -> None:
    given(enrolled()).when(
        disagreement.raise_disagreement, by=NURSE_A, at="2025-04-11 08:00", reason="Too late"
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


def test_an_acceptance_from_before_the_disagreement_does_not_count_after_it() -> None:
    story = level_established().accepted(DISTRICT_NURSE).disputed().resolved()

    assert story.accepted(NURSE_A).state.referral.status is ReferralStatus.LEVEL_ESTABLISHED


@pytest.mark.rule("ORE-3-1")
def test_care_that_a_resolution_gave_to_the_municipality_returns_when_both_then_decline() -> None:
    story = at_odds().resolved()

    assert (story.performer(), story.declined().performer()) == (A, REGION)
