"""Handovers to the municipality on each of Örebro's tracks: what comes before them, and what is owed after them."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from domain.agreements.criteria import list_criteria
from domain.agreements.model import ActName, ActRule
from domain.case.acts import (
    care_plan,
    care_plan_start,
    criteria,
    discharge,
    enrolment,
    handover,
    referral,
    referral_decision,
    tasks,
    track_openings,
)
from domain.case.events.care_plan import (
    PlanMeetingHeld,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
)
from domain.case.events.enrolment import EnrolmentStarted
from domain.case.events.referral import AcceptanceDeclared, ReferralClosed
from domain.intervention import (
    AllocatedIntervention,
    CareLevel,
    Intervention,
    InterventionKind,
    Participation,
    Profession,
)
from domain.kernel import Actor, Party, Role, UnitKind
from domain.refusals import AgeNotCovered, OtherPartyMissing, PreconditionMissing, SipRequired
from tests.agreements.orebro import OREBRO as TEXT
from tests.agreements.orebro import actor
from tests.agreements.test_orebro_on_record import SIP_PARTS
from tests.projections.open_items import items_of
from tests.scenario import (
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    OREBRO,
    SPECIALIST,
    THERAPIST_A,
    TOOK_PART,
    WARD_NURSE,
    WARD_PHYSICIAN,
    WOUND,
    Story,
    an,
    committed,
    enrolled,
    given,
    given_to,
    planned,
    request_in,
)

GAIT = Intervention(
    key="gait-training",
    text="Gait training at home",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)


def newest(story: Story) -> Any:
    return list(story.state.plans)[-1]


def duties(story: Story, party: Party) -> set[tuple[str, str | None]]:
    """Return what the text's duties leave open for a party, each with its rule."""
    mine = [item for item in items_of(story) if item.key.startswith("duty:") and item.party is party]
    return {(item.key.removeprefix("duty:"), item.rule) for item in mine}


def decided_on(story: Story, by: Actor) -> Story:
    """Tell that the level is established as primary, and that both have accepted and committed."""
    for author in (by, NURSE_A):
        story = story.assessed(author, CareLevel.PRIMARY, (given_to(WOUND, Party.MUNICIPALITY),))
    if list_criteria(TEXT, story.state.referral.track):
        story = story.after(criteria.evaluate_criteria, by, facts={"age": {}})
    return story.after(referral.establish_level, by).accepted(by, NURSE_A).committed(by, NURSE_A)


@cache
def from_specialised_care() -> Story:
    """Tell of track 2, on which all is done for the enrolment to start, but no SIP is established."""
    story = Story().need_raised(
        request_in(OREBRO, WOUND), by=SPECIALIST, track="specialised-care", municipality=OREBRO.a
    )
    story = story.after(track_openings.propose_handover, SPECIALIST, receiver=OREBRO.a, interventions=(WOUND.key,))
    return decided_on(story, SPECIALIST).ready()


@cache
def from_the_ward() -> Story:
    """Tell of track 3, on which the ward's plan for seven days is established, and both have committed themselves."""
    story = Story().need_raised(
        request_in(OREBRO, WOUND), by=WARD_NURSE, track="inpatient-discharge", municipality=OREBRO.a
    )
    story = story.after(track_openings.open_discharge_planning, WARD_NURSE, receiver=OREBRO.a, colour="red")
    story = decided_on(story, WARD_PHYSICIAN).ready().plan_begun(WARD_PHYSICIAN, kind="interim7")
    plan = newest(story)
    story = story.after(care_plan.plan_intervention, WARD_PHYSICIAN, plan=plan, intervention=planned(WOUND))
    parts: dict[str, dict[str, Any]] = {
        "discharge": {"date": date(2025, 4, 1)},
        "changed-need": {"text": "A new ulcer"},
        "measures": {"text": "Dressing twice a week"},
    }
    for part, fields in parts.items():
        story = story.after(care_plan.record_section, WARD_PHYSICIAN, plan=plan, part=part, fields=fields)
    return story.after(care_plan.agree, WARD_PHYSICIAN, plan=plan)


@cache
def ready_for_rehabilitation() -> Story:
    """Tell of a child of nine, about to be enrolled for rehabilitation by the occupational therapist's plan."""
    story = Story(age=9).need_raised(
        request_in(OREBRO, GAIT), by=THERAPIST_A, track="rehabilitation", municipality=OREBRO.a
    )
    story = story.after(track_openings.start_rehab_assessment, THERAPIST_A, participants=[THERAPIST_A.person])
    allocated = (AllocatedIntervention(**dict(GAIT), party=Party.MUNICIPALITY),)
    story = story.assessed(THERAPIST_A, CareLevel.PRIMARY, allocated)
    story = story.after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": True}}
    )
    story = story.accepted().committed().ready().plan_begun(THERAPIST_A, kind="rehab")
    plan = newest(story)
    story = story.after(
        care_plan_start.hold_planning,
        THERAPIST_A,
        plan=plan,
        form="home",
        participants=[THERAPIST_A.person],
        participation=TOOK_PART,
    )
    intervention = planned(GAIT).model_copy(update={"performer_kind": "own-staff"})
    story = story.after(care_plan.plan_intervention, THERAPIST_A, plan=plan, intervention=intervention)
    return story.after(care_plan.agree, THERAPIST_A, plan=plan)


def in_rehabilitation() -> Story:
    """Tell of that child, enrolled."""
    return ready_for_rehabilitation().started()


# --- Track 2, and treatment that stays with specialised care ----------------------------------------------------------


@pytest.mark.rule("ORE-3.2-2")
def test_nothing_passes_from_specialised_care_without_a_sip() -> None:
    given(from_specialised_care()).when(enrolment.start, by=NURSE_A).then_refused(
        SipRequired, rule="ORE-3.2-2", where=["sip-before-handover"]
    )


@pytest.mark.rule("ORE-3.2-1")
@pytest.mark.parametrize("age", [17, 18])
def test_all_specialised_care_is_handed_over_from_the_eighteenth_birthday(age: int) -> None:
    story = Story(age=age).need_raised(by=SPECIALIST, municipality=OREBRO.a)
    story = story.after(track_openings.propose_handover, SPECIALIST, receiver=OREBRO.a, interventions=(WOUND.key,))
    story = story.assessed(SPECIALIST).assessed(NURSE_A)
    story = story.after(criteria.evaluate_criteria, SPECIALIST, facts={"age": {}})
    accepting = given(story.after(referral.establish_level, SPECIALIST)).when(referral_decision.accept, by=NURSE_A)

    if age < 18:
        accepting.then_refused(AgeNotCovered, rule="ORE-3.2-1", where=("age", Party.REGION))
    else:
        accepting.then(an(AcceptanceDeclared, party=Party.MUNICIPALITY))


def sip_begun() -> Story:
    """Tell that specialists begin a SIP on what they treat."""
    return from_specialised_care().circumstance("specialist-treatment", SPECIALIST).plan_begun(SPECIALIST, kind="sip")


@pytest.mark.rule("ORE-3.2-3")
def test_both_may_hold_that_planning_of_specialised_care_with_the_individual_is_unnecessary() -> None:
    reason: dict[str, Any] = {"plan": newest(sip_begun()), "reason": "A single infusion"}
    alone = care_plan_start.plan_without_individual

    one = given(sip_begun()).when(alone, by=NURSE_A, **reason).then(PlanningWithoutIndividualProposed)
    given(one).when(alone, by=NURSE_A, **reason).then_refused(
        OtherPartyMissing, rule="ORE-3.2-3", where=(Party.REGION,)
    )
    agreed = given(one).when(alone, by=SPECIALIST, **reason).then(PlanningWithoutIndividualAgreed)
    given(agreed).when(
        care_plan_start.hold_planning,
        by=SPECIALIST,
        plan=newest(agreed),
        form="digital",
        participants=[SPECIALIST.person, NURSE_A.person],
        participation=Participation(took_part=False, note="It is obviously unnecessary"),
    ).then(PlanMeetingHeld)


@pytest.mark.rule("ORE-3.2-4")
def test_after_a_sip_the_municipality_performs_what_specialists_treat() -> None:
    story = sip_begun().plan_held()
    for part, fields in SIP_PARTS.items():
        story = story.after(care_plan.record_section, SPECIALIST, plan=newest(story), part=part, fields=fields)
    story = story.after(care_plan.plan_intervention, SPECIALIST, plan=newest(story), intervention=planned(WOUND))

    started = (
        given(story.plan_agreed(SPECIALIST, NURSE_A))
        .when(enrolment.start, by=NURSE_A)
        .then(EnrolmentStarted, ReferralClosed)
    )

    held = started.state.allocations[WOUND.key]
    assert (held.treatment, held.performer, held.clauses) == (OREBRO.region, OREBRO.a, ("ORE-3.2-4",))


@pytest.mark.rule("ORE-2.2-12")
def test_care_that_specialists_treat_is_not_taken_over_before_a_sip_on_track_1() -> None:
    story = committed().circumstance("specialist-treatment")

    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        SipRequired, rule="ORE-2.2-12", where=["sip-where-specialists-treat"]
    )
    assert story.circumstance("specialist-treatment", holds=False).started().enrolment.started_at is not None


@pytest.mark.rule("ORE-2.2-12")
def test_rehabilitation_of_somebody_whom_specialists_treat_needs_a_sip_as_well() -> None:
    story = ready_for_rehabilitation().circumstance("specialist-treatment", DISTRICT_NURSE)

    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        SipRequired, rule="ORE-2.2-12", where=["sip-where-specialists-treat"]
    )


@pytest.mark.rule("ORE-2.2-12")
def test_care_that_specialists_treat_needs_discharge_planning_on_track_3() -> None:
    story = from_the_ward().circumstance("specialist-treatment", WARD_NURSE)

    given(story).when(enrolment.start, by=NURSE_A).then_refused(
        PreconditionMissing, rule="ORE-2.2-12", where=["discharge-planning-where-specialists-treat"]
    )
    held = story.stated("discharge-planning-held", WARD_NURSE, responsibility="The clinic", contact_paths="Direct line")
    assert held.started().enrolment.started_at is not None


@pytest.mark.rule("ORE-3-2")
@pytest.mark.parametrize("track", ["primary-care", "specialised-care", "psychiatric-drugs", "inpatient-discharge"])
def test_an_enrolment_needs_coordinated_planning(track: str) -> None:
    started = TEXT.allows(ActName.START_ENROLMENT, actor(UnitKind.MUNICIPAL_CARE, Role.NURSE), track=track)

    assert isinstance(started, ActRule)
    assert started.clauses[0] == "ORE-3-2"


# --- Track 3 ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.3-3")
def test_an_enrolment_without_a_reference_to_the_final_note_is_flagged() -> None:
    published = from_the_ward().stated("plan-content-published", WARD_PHYSICIAN, final_note="The note of 1 April")

    assert from_the_ward().started().events[-1].basis.breaches == ("ORE-3.3-3",)
    assert published.started().events[-1].basis.breaches == ()


# --- Rehabilitation ---------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.4-10")
def test_rehabilitation_is_left_to_other_staff_with_confirmed_competence_only() -> None:
    task: dict[str, Any] = {
        "intervention": GAIT.key,
        "performer": CARE_STAFF_A.person,
        "last_day": date(2026, 1, 31),
    }

    given(in_rehabilitation()).when(tasks.delegate, by=THERAPIST_A, **task).then_refused(
        PreconditionMissing, rule="ORE-3.4-10", where=["competence-confirmed"]
    )
    confirmed = in_rehabilitation().stated("competence-confirmed", THERAPIST_A, person=CARE_STAFF_A, how="Supervised")
    assert confirmed.after(tasks.delegate, THERAPIST_A, **task).events[-1].TOPIC.startswith("enrolment.task-")


@pytest.mark.rule("ORE-3.4-13")
def test_a_new_form_of_care_after_rehabilitation_needs_a_request_and_a_transfer() -> None:
    story = in_rehabilitation().discharge_declared(THERAPIST_A, new_care_form=True)

    for party in Party:
        assert {key for key, _ in duties(story, party)} >= {
            "rehabilitation-new-care-request",
            "rehabilitation-new-care-form",
        }
    requested = story.stated("new-care-request", THERAPIST_A, receiver="The health centre")
    assert "rehabilitation-new-care-request" not in {key for key, _ in duties(requested, Party.MUNICIPALITY)}


# --- After a handover, and at a discharge -----------------------------------------------------------------------------


@pytest.mark.rule("ORE-2.2-6")
def test_after_a_handover_the_region_owes_information_to_all_concerned() -> None:
    story = enrolled().plan_reopened().plan_changed(planned(WOUND, Party.REGION)).plan_agreed()
    story = story.plan_reopened().plan_changed(planned(WOUND)).plan_agreed()
    story = story.after(handover.hand_over, DISTRICT_NURSE, intervention=WOUND.key)
    story = story.after(handover.accept_handover, NURSE_A, intervention=WOUND.key)

    assert duties(story, Party.REGION) >= {("handover-information", "ORE-2.2-6")}
    shared = story.stated(
        "information-shared", DISTRICT_NURSE, recipients="All in the team", contact_paths="Direct line"
    )
    assert "handover-information" not in {key for key, _ in duties(shared, Party.REGION)}


@pytest.mark.rule("ORE-3.1.7-3")
def test_both_owe_a_transfer_of_information_to_a_new_form_of_care() -> None:
    story = enrolled().discharge_declared(new_care_form=True)
    informed = story.after(
        discharge.complete_discharge,
        NURSE_A,
        where_to_turn="The health centre's telephone",
    )

    for party in Party:
        assert ("new-care-form", "ORE-3.1.7-3") in duties(informed, party)
