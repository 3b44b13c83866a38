"""The ways from need to decision that the agreements' texts lay down: which acts, by whom, in which order."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.agreements.model import ActName
from domain.case.acts import criteria, referral, referral_decision, track_openings
from domain.case.events.enrolment import EnrolmentProposed
from domain.case.events.referral import (
    AssessmentRecorded,
    DeclineDeclared,
    DischargePlanningOpened,
    JointAssessmentStarted,
    NeedRaised,
    NeedSource,
    ReferralAccepted,
    ReferralDeclined,
    ReferralSupplemented,
    RehabAssessmentStarted,
    SpecialisedHandoverProposed,
)
from domain.case.permission import permit_actor
from domain.case.state.referral import ReferralStatus
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import Actor, Event, Party
from domain.refusals import (
    ActorNotAllowed,
    ContentMissing,
    ContentNotKnown,
    CriterionNotMet,
    NotYourPrincipal,
    OtherPartyMissing,
    ReferralContentMissing,
    TrackRequired,
    UnknownReference,
    WrongState,
)
from tests.agreements.orebro import OREBRO as ORE
from tests.agreements.published import find_in_force
from tests.scenario import (
    ASSESSMENT,
    DISTRICT_NURSE,
    GAVLEBORG,
    MORNING,
    MORNINGS,
    NURSE_A,
    OREBRO,
    PATIENT,
    PHYSIOTHERAPIST,
    REGION,
    REQUEST,
    SPECIALIST,
    THERAPIST_A,
    VASTMANLAND,
    WARD_NURSE,
    WOUND,
    A,
    B,
    Story,
    an,
    given,
    request_in,
)

GAIT = Intervention(
    key="gait",
    text="Gait training",
    profession=Profession.PHYSIOTHERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)
REHAB = REQUEST.model_copy(update={"interventions": (GAIT,)})
PRIVATE_THERAPIST = OREBRO.private_therapist
VML = Story(county="vastmanland", clock=MORNINGS["vastmanland"])
GAV = Story(county="gavleborg", clock=MORNINGS["gavleborg"])
THRESHOLD = {"reaches_alone": False, "reaches_with_support": False, "cause": "Heart failure"}


def specialised() -> Story:
    """Tell of a need that specialised care has seen."""
    return Story().need_raised(by=SPECIALIST, municipality=A)


def at_discharge() -> Story:
    """Tell of a need that the ward has seen."""
    return Story().need_raised(by=WARD_NURSE, municipality=A)


def in_rehabilitation(by: Actor = THERAPIST_A, **content: Any) -> Story:
    """Tell of a need of rehabilitation only."""
    return Story(age=9).need_raised(REHAB, by=by, **content)


# --- Which way a need goes --------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3-5")
@pytest.mark.parametrize(
    ("by", "track"),
    [
        (DISTRICT_NURSE, "primary-care"),
        (NURSE_A, "primary-care"),
        (SPECIALIST, "specialised-care"),
        (WARD_NURSE, "inpatient-discharge"),
    ],
    ids=lambda one: str(getattr(one, "unit_kind", one)),
)
def test_a_need_goes_the_way_that_is_meant_for_the_unit_that_saw_it(by: Actor, track: str) -> None:
    given().when(referral.raise_need, by=by, patient_id=PATIENT, request=REQUEST).then(an(NeedRaised, track=track))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("ORE-3-5")
def test_a_need_that_could_go_more_than_one_way_names_its_track() -> None:
    agreement = find_in_force("orebro", MORNING)
    assert agreement is not None
    nobodys = [track.model_copy(update={"from_unit_kinds": ()}) for track in agreement.tracks]
    story = Story().under(agreement.model_copy(update={"tracks": tuple(nobodys)}))

    given(story).when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST).then_refused(
        TrackRequired, rule="ORE-3-5", where=("track",)
    )


@pytest.mark.rule("ORE-3-7")
def test_needs_of_rehabilitation_only_go_the_way_of_rehabilitation() -> None:
    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REHAB).then(
        an(NeedRaised, track="rehabilitation")
    )
    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REHAB, track="primary-care"
    ).then_refused(TrackRequired, rule="ORE-3-7", where=("track",))


def test_a_need_that_two_tracks_are_for_names_one_of_them_whatever_unit_saw_it() -> None:
    (chain,) = (track for track in ORE.tracks if track.kinds)
    story = Story().under(ORE.model_copy(update={"tracks": (*ORE.tracks, chain.model_copy(update={"id": "more"}))}))

    given(story).when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REHAB).then_refused(
        TrackRequired, rule="ORE-3-5", where=("track",)
    )


@pytest.mark.rule("ORE-3-5")
def test_a_need_without_interventions_goes_the_way_of_the_unit_that_saw_it() -> None:
    request = REQUEST.model_copy(update={"interventions": ()})

    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=request).then(
        an(NeedRaised, track="primary-care")
    )


def test_a_request_on_a_track_that_the_version_left_out_is_of_any_kind() -> None:
    story = Story().need_raised().under(ORE.model_copy(update={"tracks": ORE.tracks[1:]}))

    given(story).when(referral.supplement, by=DISTRICT_NURSE, request=REQUEST).then(ReferralSupplemented)


@pytest.mark.rule("ORE-3-7")
def test_a_medical_need_beside_the_rehabilitation_goes_a_medical_way() -> None:
    mixed = REQUEST.model_copy(update={"interventions": (GAIT, WOUND)})

    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=mixed, track="rehabilitation"
    ).then_refused(TrackRequired, rule="ORE-3-7", where=(WOUND.key,))
    given(in_rehabilitation()).when(referral.supplement, by=THERAPIST_A, request=mixed).then_refused(
        TrackRequired, rule="ORE-3-7", where=(WOUND.key,)
    )
    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=mixed).then(
        an(NeedRaised, track="primary-care")
    )


@pytest.mark.rule("ORE-3.4-4")
@pytest.mark.rule("ORE-3.4-6")
def test_the_individual_may_ask_for_rehabilitation_without_a_referral_and_by_a_self_care_request() -> None:
    asked = REHAB.model_copy(update={"channel": "self-care-request"})

    story = (
        given()
        .when(referral.raise_need, by=THERAPIST_A, patient_id=PATIENT, request=asked, source=NeedSource.INDIVIDUAL)
        .then(an(NeedRaised, source=NeedSource.INDIVIDUAL))
    )
    given(story).when(track_openings.start_rehab_assessment, by=THERAPIST_A, participants=[THERAPIST_A.person]).then(
        RehabAssessmentStarted
    )


@pytest.mark.rule("ORE-3.4-5")
@pytest.mark.parametrize("channel", ["lifecare-sp", "telephone", "referral"])
def test_a_need_of_rehabilitation_comes_by_any_of_the_channels_that_the_agreement_names(channel: str) -> None:
    assert in_rehabilitation().state.referral.request.channel is None
    by_channel = REHAB.model_copy(update={"channel": channel})
    given().when(referral.raise_need, by=THERAPIST_A, patient_id=PATIENT, request=by_channel).then(NeedRaised)


@pytest.mark.rule("ORE-3.4-5")
def test_a_need_of_rehabilitation_does_not_come_by_another_channel() -> None:
    by_fax = REHAB.model_copy(update={"channel": "fax"})

    given().when(referral.raise_need, by=THERAPIST_A, patient_id=PATIENT, request=by_fax).then_refused(
        ActorNotAllowed, rule="ORE-3.4-5", where=("channel",)
    )


@pytest.mark.rule("SYS-7")
def test_a_version_that_names_no_channel_takes_a_need_by_any() -> None:
    by_fax = request_in(VASTMANLAND).model_copy(update={"channel": "fax"})

    assert VML.need_raised(by_fax).state.referral.request.channel == "fax"


def test_a_need_says_where_the_person_lives_in_the_agreements_words() -> None:
    assert Story().need_raised(setting="special").state.referral.setting == "special"
    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, setting="at sea"
    ).then_refused(ContentNotKnown, rule="ORE-3.1.1-1", where=("at sea",))


# --- R2s and R2r: the other ways in -----------------------------------------------------------------------------------


@pytest.mark.rule("R2s")
@pytest.mark.rule("ORE-3.2-2")
def test_specialised_care_proposes_to_hand_over_and_the_region_answers_meanwhile() -> None:
    story = (
        given(specialised())
        .when(track_openings.propose_handover, by=SPECIALIST, receiver=A, interventions=(WOUND.key,))
        .then(an(SpecialisedHandoverProposed, receiver=A, interventions=(WOUND.key,)))
    )

    assert story.state.referral.status is ReferralStatus.ASSESSING
    assert story.performer() == REGION
    assert (specialised().state.readers, story.state.readers) == ((REGION,), (REGION, A))


BATH = Intervention(
    key="bathing",
    text="Bathing aids",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)


@pytest.mark.rule("ORE-1.2-4")
@pytest.mark.parametrize(
    ("by", "track", "opening", "content", "event"),
    [
        (
            SPECIALIST,
            "specialised-care",
            track_openings.propose_handover,
            {"interventions": (BATH.key,)},
            SpecialisedHandoverProposed,
        ),
        (
            WARD_NURSE,
            "inpatient-discharge",
            track_openings.open_discharge_planning,
            {"colour": "red"},
            DischargePlanningOpened,
        ),
        (
            PHYSIOTHERAPIST,
            "rehabilitation",
            track_openings.start_rehab_assessment,
            {"participants": [PHYSIOTHERAPIST.person]},
            RehabAssessmentStarted,
        ),
    ],
    ids=["specialised care", "discharge", "rehabilitation"],
)
def test_the_municipality_that_a_way_leads_to_performs_occupational_therapy_from_then_on(
    by: Actor, track: str, opening: Any, content: dict[str, Any], event: type[Event]
) -> None:
    kind = InterventionKind.REHABILITATIVE if track == "rehabilitation" else InterventionKind.MEDICAL
    request = REQUEST.model_copy(update={"interventions": (BATH.model_copy(update={"kind": kind}),)})
    story = Story().need_raised(request, by=by, track=track)
    assert story.performer(BATH.key) is None

    opened = given(story).when(opening, by=by, receiver=A, **content).then(event)
    assert (opened.performer(BATH.key), opened.state.municipality) == (A, A)


@pytest.mark.rule("R2s")
@pytest.mark.rule("ORE-3-5")
@pytest.mark.parametrize("by", [DISTRICT_NURSE, NURSE_A, WARD_NURSE], ids=lambda by: by.unit_kind)
def test_only_specialised_care_proposes_a_handover(by: Actor) -> None:
    given(specialised()).when(
        track_openings.propose_handover, by=by, receiver=A, interventions=(WOUND.key,)
    ).then_refused(ActorNotAllowed, rule="ORE-3.2-2")


@pytest.mark.parametrize(
    ("interventions", "refusal", "where"),
    [((), ReferralContentMissing, ("interventions",)), (("drip",), UnknownReference, ("intervention",))],
    ids=["none", "unknown"],
)
def test_a_proposed_handover_names_interventions_of_the_request(
    interventions: Sequence[str], refusal: Any, where: Sequence[str]
) -> None:
    given(specialised()).when(
        track_openings.propose_handover, by=SPECIALIST, receiver=A, interventions=interventions
    ).then_refused(refusal, rule="ORE-3.2-2", where=where)


@pytest.mark.rule("SYS-3")
def test_a_handover_is_not_proposed_to_another_municipality_than_the_need_concerns() -> None:
    given(specialised()).when(
        track_openings.propose_handover, by=SPECIALIST, receiver=B, interventions=(WOUND.key,)
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("receiver",))


@pytest.mark.rule("ORE-3-8")
def test_what_a_track_takes_over_from_another_is_marked_as_by_analogy() -> None:
    story = (
        given(specialised())
        .when(track_openings.propose_handover, by=SPECIALIST, receiver=A, interventions=(WOUND.key,))
        .then(SpecialisedHandoverProposed)
    )
    assert story.events[-1].basis.by_analogy == ()

    assessed = given(story).when(referral.record_assessment, by=SPECIALIST, **ASSESSMENT).then(AssessmentRecorded)
    assert "ORE-3.1.3-4" in assessed.events[-1].basis.by_analogy


@pytest.mark.rule("R2")
@pytest.mark.rule("ORE-3-5")
def test_a_need_on_the_way_of_specialised_care_is_not_sent_as_a_request_of_primary_care() -> None:
    given(specialised()).when(referral.send, by=DISTRICT_NURSE, receiver=A).then_refused(ActorNotAllowed, rule="SYS-7")


@pytest.mark.rule("R2s")
@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.parametrize("colour", ["yellow", "red"])
def test_the_ward_opens_the_discharge_planning_under_the_agreements_rules(colour: str) -> None:
    story = (
        given(at_discharge())
        .when(track_openings.open_discharge_planning, by=WARD_NURSE, receiver=A, colour=colour)
        .then(an(DischargePlanningOpened, receiver=A, colour=colour))
    )

    assert story.events[-1].basis.not_regulated == ()
    assert story.events[-1].basis.clauses == ("ORE-3-6", "ORE-3.3-1")
    assert (story.state.referral.status, story.state.referral.colour) == ("assessing", colour)


@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.rule("ORE-3-6")
@pytest.mark.parametrize("colour", ["green", "purple"])
def test_a_discharge_of_another_colour_is_recorded_and_left_to_the_other_agreement(colour: str) -> None:
    story = (
        given(at_discharge())
        .when(track_openings.open_discharge_planning, by=WARD_NURSE, receiver=A, colour=colour)
        .then(DischargePlanningOpened)
    )

    assert story.events[-1].basis.not_regulated == (f"discharge-planning:{colour}", "discharge-agreement")
    assert story.events[-1].basis.clauses == ("ORE-3-6",)


@pytest.mark.rule("ORE-3.3-1")
def test_a_discharge_planning_says_its_colour() -> None:
    given(at_discharge()).when(track_openings.open_discharge_planning, by=WARD_NURSE, receiver=A).then_refused(
        ContentMissing, rule="ORE-3.3-1", where=("colour",)
    )


@pytest.mark.rule("SYS-7")
def test_a_discharge_planning_needs_no_colour_where_the_version_knows_none() -> None:
    story = VML.need_raised(by=VASTMANLAND.ward_nurse, track="home-care")
    opened = given(story).when(
        track_openings.open_discharge_planning, by=VASTMANLAND.ward_nurse, receiver=VASTMANLAND.a
    )

    basis = opened.then(an(DischargePlanningOpened, colour=None)).events[-1].basis
    assert (basis.clauses, basis.not_regulated) == (("VML-6-10",), ())


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_without_the_track_points_to_no_other_agreement_for_a_colour() -> None:
    published = at_discharge().act(track_openings.open_discharge_planning, WARD_NURSE).in_force
    story = at_discharge().under(published.model_copy(update={"tracks": ()}))

    opened = given(story).when(track_openings.open_discharge_planning, by=WARD_NURSE, receiver=A, colour="green")
    assert opened.then(DischargePlanningOpened).events[-1].basis.not_regulated == ("discharge-planning:green",)


@pytest.mark.rule("SYS-3")
def test_a_rehabilitation_is_not_begun_in_another_municipality_than_the_need_names() -> None:
    given(in_rehabilitation(PHYSIOTHERAPIST, municipality=B)).when(
        track_openings.start_rehab_assessment, by=PHYSIOTHERAPIST, receiver=A, participants=[PHYSIOTHERAPIST.person]
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("receiver",))


@pytest.mark.rule("R2r")
def test_a_unit_is_not_given_without_its_municipality() -> None:
    story = in_rehabilitation(PHYSIOTHERAPIST)
    begun: dict[str, Any] = {"unit": NURSE_A.unit, "participants": [PHYSIOTHERAPIST.person]}

    given(story).when(track_openings.start_rehab_assessment, by=PHYSIOTHERAPIST, **begun).then_refused(
        ReferralContentMissing, rule="ORE-3.4-7", where=("receiver",)
    )


@pytest.mark.rule("R2r")
@pytest.mark.rule("ORE-3.4-7")
def test_one_rehabilitation_profession_assesses_alone() -> None:
    story = (
        given(in_rehabilitation(PHYSIOTHERAPIST, municipality=A))
        .when(track_openings.start_rehab_assessment, by=PHYSIOTHERAPIST, participants=[PHYSIOTHERAPIST.person])
        .then(an(RehabAssessmentStarted, receiver=A))
    )

    assert story.state.referral.status is ReferralStatus.ASSESSING


@pytest.mark.rule("R2r")
def test_an_assessment_that_the_municipalitys_own_staff_begin_is_at_their_unit() -> None:
    for therapist in (THERAPIST_A, PRIVATE_THERAPIST):
        given(in_rehabilitation(therapist)).when(
            track_openings.start_rehab_assessment, by=therapist, participants=[therapist.person]
        ).then(an(RehabAssessmentStarted, receiver=A, unit=therapist.unit))


@pytest.mark.rule("R2r")
def test_an_assessment_that_the_region_begins_is_at_the_unit_that_fits_if_a_municipality_is_named() -> None:
    begin: dict[str, Any] = {"by": PHYSIOTHERAPIST, "participants": [PHYSIOTHERAPIST.person]}
    for receiver, unit in ((A, THERAPIST_A.unit), (None, None)):
        given(in_rehabilitation(PHYSIOTHERAPIST)).when(
            track_openings.start_rehab_assessment, **begin, receiver=receiver
        ).then(an(RehabAssessmentStarted, receiver=receiver, unit=unit))


@pytest.mark.rule("R2r")
@pytest.mark.rule("ORE-3.4-7")
def test_a_nurse_starts_no_rehabilitation_assessment() -> None:
    given(in_rehabilitation()).when(
        track_openings.start_rehab_assessment, by=NURSE_A, participants=[NURSE_A.person]
    ).then_refused(ActorNotAllowed, rule="ORE-3.4-7")


@pytest.mark.parametrize(
    ("story", "by", "way"),
    [
        (specialised(), SPECIALIST, "propose-handover"),
        (at_discharge(), WARD_NURSE, "open-discharge-planning"),
        (in_rehabilitation(), THERAPIST_A, "start-rehab-assessment"),
    ],
    ids=["specialised care", "discharge", "rehabilitation"],
)
def test_the_ways_of_the_track_are_recommended_to_begin_its_assessment(story: Story, by: Actor, way: str) -> None:
    refused = given(story).when(referral.establish_level, by=by).then_refused(WrongState, rule="ORE-3.1.3-10")

    assert refused.acts == ("start-assessment", way)


@pytest.mark.rule("R2s")
def test_a_way_begun_is_not_begun_again() -> None:
    story = specialised().after(track_openings.propose_handover, SPECIALIST, receiver=A, interventions=(WOUND.key,))

    given(story).when(
        track_openings.propose_handover, by=SPECIALIST, receiver=A, interventions=(WOUND.key,)
    ).then_refused(WrongState, rule="ORE-3.2-2", where=("assessing",))


@pytest.mark.rule("ORE-3.4-2")
@pytest.mark.rule("D4")
def test_a_child_of_nine_is_accepted_for_rehabilitation_without_a_level_being_established() -> None:
    story = in_rehabilitation().after(
        track_openings.start_rehab_assessment, THERAPIST_A, participants=[THERAPIST_A.person]
    )
    story = story.after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": True}}
    )

    needs_hospital = story.after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": False}}
    )
    given(needs_hospital).when(referral_decision.accept, by=THERAPIST_A).then_refused(
        CriterionNotMet, rule="ORE-3.4-2", where=("primary-level",)
    )
    one = story.accepted(THERAPIST_A)
    accepted = given(one).when(referral_decision.accept, by=PHYSIOTHERAPIST).then(ReferralAccepted, EnrolmentProposed)
    assert accepted.state.referral.status is ReferralStatus.ACCEPTED


# --- A version that prescribes no steps -------------------------------------------------------------------------------


@pytest.mark.rule("V2")
@pytest.mark.rule("SYS-7")
def test_a_version_without_steps_lets_a_need_be_weighed_and_accepted_at_once_by_one_party() -> None:
    nurse = VASTMANLAND.nurse_a
    story = VML.need_raised(by=nurse)
    story = story.after(
        criteria.evaluate_criteria,
        nurse,
        facts={
            "age": {},
            "threshold": THRESHOLD,
            "commissioned": {"commissioned_by_primary_care": True},
        },
    )

    story = given(story).when(referral_decision.accept, by=nurse).then(ReferralAccepted, EnrolmentProposed)

    assert story.state.referral.accepted_by == (Party.MUNICIPALITY,)


@pytest.mark.rule("SYS-7")
def test_no_level_is_established_after_an_acceptance_that_needed_none() -> None:
    nurse = VASTMANLAND.nurse_a
    facts = {"age": {}, "threshold": THRESHOLD, "commissioned": {"commissioned_by_primary_care": True}}
    story = VML.need_raised(by=nurse).assessed(nurse).after(criteria.evaluate_criteria, nurse, facts=facts)

    given(story.accepted(nurse)).when(referral.establish_level, by=nurse).then_refused(
        WrongState, rule="SYS-7", where=("accepted",)
    )


@pytest.mark.rule("SYS-7")
def test_a_version_without_steps_lets_any_of_them_be_taken_and_one_party_investigate() -> None:
    story = VML.need_raised(municipality=VASTMANLAND.a).sent()

    given(story).when(
        referral.start_assessment, by=VASTMANLAND.nurse_a, participants=[VASTMANLAND.nurse_a.person]
    ).then(JointAssessmentStarted)


def test_a_need_that_nobody_sends_reaches_the_municipality_when_the_investigation_begins() -> None:
    story = VML.need_raised(municipality=VASTMANLAND.a).start_assessment()

    assert story.state.referral.sent_at == story.clock


@pytest.mark.rule("SYS-7")
def test_who_answers_for_a_need_is_known_at_once_where_no_request_has_to_be_sent() -> None:
    story = VML.need_raised(municipality=VASTMANLAND.a)

    assert WOUND.key in story.state.allocations


@pytest.mark.rule("SYS-7")
def test_who_answers_for_what_a_need_is_supplemented_with_is_known_at_once_too() -> None:
    story = VML.need_raised(municipality=VASTMANLAND.a)
    bath = Intervention(key="bathing", text="Help with the bath")

    added = given(story).when(
        referral.supplement, by=VASTMANLAND.district_nurse, request=request_in(VASTMANLAND, WOUND, bath)
    )
    assert bath.key in added.then(ReferralSupplemented).state.allocations


@pytest.mark.rule("R13v")
@pytest.mark.rule("VML-11-1")
def test_the_municipality_declines_alone_what_the_version_leaves_outside() -> None:
    facts = {"commissioned": {"commissioned_by_primary_care": False}}
    sent = VML.need_raised(municipality=VASTMANLAND.a).sent()
    story = (
        given(sent.after(criteria.evaluate_criteria, VASTMANLAND.nurse_a, facts=facts))
        .when(referral_decision.decline, by=VASTMANLAND.nurse_a, reason="Commissioned by the clinic")
        .then(an(ReferralDeclined, reason="Commissioned by the clinic"))
    )

    assert story.state.referral.declined_by == (Party.MUNICIPALITY,)
    given(story).when(referral_decision.decline, by=VASTMANLAND.nurse_a, reason="Again").then_refused(
        WrongState, rule="VML-11-1"
    )


def test_nobody_opens_a_case_alone_by_a_condition_that_no_case_has_met() -> None:
    act = VML.act(referral.raise_need, VASTMANLAND.nurse_a)
    rule = act.in_force.acts[ActName.DECLINE_REFERRAL]
    version = act.in_force.model_copy(update={"acts": {**act.in_force.acts, ActName.RAISE_NEED: rule}})

    assert rule.alone is not None
    assert permit_actor(VML.under(version).act(referral.raise_need, VASTMANLAND.nurse_a), None).alone is None


@pytest.mark.rule("R13v")
@pytest.mark.rule("VML-11-1")
@pytest.mark.parametrize("by", [VASTMANLAND.district_nurse, VASTMANLAND.nurse_a], ids=["region", "municipality"])
def test_no_party_declines_alone_what_nobody_has_found_to_be_outside(by: Actor) -> None:
    told = given(VML.need_raised(municipality=VASTMANLAND.a).sent()).when(referral_decision.decline, by=by, reason="No")

    assert told.then(an(DeclineDeclared, party=by.party)).state.referral.status is ReferralStatus.SENT


def test_nobody_accepts_for_a_municipality_that_is_not_named() -> None:
    story = VML.need_raised()

    given(story).when(referral_decision.accept, by=VASTMANLAND.district_nurse).then_refused(
        UnknownReference, rule="SYS-1", where=("municipality",)
    )


@pytest.mark.rule("F10")
@pytest.mark.rule("ORE-3-3")
def test_where_the_version_wants_both_one_partys_acceptance_accepts_nothing_on_any_track() -> None:
    story = in_rehabilitation().after(
        track_openings.start_rehab_assessment, THERAPIST_A, participants=[THERAPIST_A.person]
    )
    story = story.after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": True}}
    )
    story = story.accepted(THERAPIST_A)

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        OtherPartyMissing, rule="ORE-3-3", where=("region",)
    )


@pytest.mark.rule("SYS-7")
def test_a_need_under_the_third_agreement_goes_its_only_way() -> None:
    assert GAV.need_raised(by=GAVLEBORG.specialist).state.referral.track == "severely-ill-at-home"
