"""The medical treatment plan: catalogue C.2, P1-P12 as far as they concern it, and the refusals that guard it."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.agreements.model import ActName
from domain.case.acts import DECISIONS, care_plan, care_plan_end, care_plan_start, discharge, referral_decision
from domain.case.events.care_plan import (
    ContactRoleAssigned,
    InterventionPlanned,
    PlanAgreedByParty,
    PlanClosed,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanMeetingHeld,
    PlanningWithoutIndividualAgreed,
    PlanningWithoutIndividualProposed,
    PlanRevised,
    PlanRevisionOpened,
    PlanSectionRecorded,
    PlanSuperseded,
    Section,
)
from domain.case.events.enrolment import Discharged, IndividualInformed
from domain.case.permission import refuse_role_of
from domain.case.state.care_plan import PlanStatus
from domain.intervention import Intervention, Participation, Profession, Scope
from domain.kernel import Actor, Party
from domain.refusals import (
    ActorNotAllowed,
    ContentNotKnown,
    NeverMunicipal,
    NotMunicipal,
    NotYourPrincipal,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanContentMissing,
    PlanPartyMissing,
    PlanTextChanged,
    UnknownReference,
    WrongState,
)
from service.acts.bodies import OfferedAct
from tests.scenario import (
    BOTH,
    CARE_STAFF_A,
    DISTRICT_NURSE,
    NURSE_A,
    PARTS,
    PATIENT,
    PHYSICIAN,
    PHYSIOTHERAPIST,
    REGION,
    TOOK_PART,
    VISIT,
    WARD_NURSE,
    WOUND,
    A,
    Decision,
    Story,
    accepted,
    an,
    committed,
    drafted,
    enrolled,
    established,
    given,
    level_established,
    planned,
    swedish,
    weighed,
)

MEETING: dict[str, Any] = {
    "form": "home",
    "participants": [one.person for one in BOTH],
    "participation": TOOK_PART,
}


def begun() -> Story:
    """Tell that a plan is begun, with nothing written in it."""
    return accepted().plan_begun()


# --- P1: begun --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-2")
@pytest.mark.parametrize("by", BOTH, ids=lambda by: by.party)
@pytest.mark.parametrize("story", [weighed(), level_established(), accepted()], ids=["assessing", "level", "accepted"])
def test_either_party_begins_a_plan_also_while_the_investigation_goes_on(story: Story, by: Actor) -> None:
    given(story).when(care_plan_start.initiate, by=by).then(an(PlanInitiated, patient_id=PATIENT))


@pytest.mark.rule("ORE-3.1.3-2")
@pytest.mark.parametrize(
    "story",
    [
        Story().need_raised().sent(),
        weighed().declined(),
        weighed().declined().after(referral_decision.close, NURSE_A, note="She knows why"),
        enrolled().discharged(),
    ],
    ids=["sent", "declined", "declined and closed", "discharged"],
)
def test_no_plan_is_begun_before_the_investigation_or_after_the_end(story: Story) -> None:
    rule = "C.3" if story.state.enrolment else "ORE-3.1.3-2"

    given(story).when(care_plan_start.initiate, by=NURSE_A).then_refused(WrongState, rule=rule)


def closed() -> Story:
    """Tell that both parties have closed the plan."""
    story = established()
    for by in BOTH:
        story = story.after(care_plan_end.close, by, plan=story.plan.id, reason="She is away")
    return story


# --- P4: planned together, in time ------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.rule("D1")
@pytest.mark.parametrize(
    ("at", "late"),
    [("2025-04-11 23:59", False), ("2025-04-12 00:00", True), ("2025-04-12 09:00", True)],
    ids=["on D+7", "as D+8 begins", "on D+8"],
)
def test_joint_planning_is_late_from_the_eighth_day_after_the_level(at: str, late: bool) -> None:
    story = (
        given(begun())
        .when(care_plan_start.hold_planning, by=NURSE_A, at=at, plan=begun().plan.id, **MEETING)
        .then(an(PlanMeetingHeld, due=date(2025, 4, 11), late=late))
    )

    assert story.plan.planned_late is late


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.rule("S3")
@pytest.mark.parametrize(
    ("established_at", "due"), [("2025-04-04 23:59", date(2025, 4, 11)), ("2025-04-05 00:30", date(2025, 4, 12))]
)
def test_the_week_counts_in_swedish_days_from_the_established_level(established_at: str, due: date) -> None:
    story = weighed().level_established(at=established_at).plan_begun()

    given(story).when(care_plan_start.hold_planning, by=NURSE_A, plan=story.plan.id, **MEETING).then(
        an(PlanMeetingHeld, due=due, late=False)
    )


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.parametrize(
    ("at", "due"),
    [("2025-05-20 09:00", None), ("2025-04-14 09:00", None), ("2025-04-10 09:00", date(2025, 4, 11))],
    ids=["after the first", "at the same time", "before it"],
)
def test_only_the_first_meeting_has_a_time_limit_also_when_another_was_told_of_before_it(
    at: str, due: date | None
) -> None:
    story = begun().plan_held(at="2025-04-14 09:00")
    assert story.plan.planned_late

    told = (
        given(story)
        .when(care_plan_start.hold_planning, by=NURSE_A, at=at, now="2025-05-20 10:00", plan=story.plan.id, **MEETING)
        .then(an(PlanMeetingHeld, due=due, late=False))
    )
    assert told.plan.planned_late is (due is None)


@pytest.mark.rule("ORE-3.1.4-4")
def test_a_planning_with_the_individual_takes_one_of_the_forms_that_the_agreement_names() -> None:
    given(begun()).when(
        care_plan_start.hold_planning,
        by=NURSE_A,
        plan=begun().plan.id,
        **MEETING | {"form": "telephone"},
    ).then_refused(ContentNotKnown, rule="ORE-3.1.4-4", where=("telephone",))


def test_no_planning_is_held_of_a_plan_that_has_ended() -> None:
    story = begun().after(care_plan_end.close, PHYSICIAN, plan=begun().plan.id, reason="A mistake")

    given(story).when(care_plan_start.hold_planning, by=NURSE_A, plan=story.plan.id, **MEETING).then_refused(
        WrongState, rule="C.2", where=("closed",)
    )


@pytest.mark.rule("ORE-3.1.4-2")
@pytest.mark.parametrize("again", ["2025-04-12 09:00", "2025-05-20 09:00"], ids=["at once", "later"])
def test_a_meeting_after_a_late_one_leaves_the_first_late(again: str) -> None:
    late = begun().plan_held(at="2025-04-12 09:00")
    story = (
        given(late)
        .when(care_plan_start.hold_planning, by=NURSE_A, at=again, plan=late.plan.id, **MEETING)
        .then(an(PlanMeetingHeld, due=None, late=False))
    )

    assert (story.plan.planned_at, story.plan.planned_late) == (swedish("2025-04-12 09:00"), True)


def test_planning_that_was_held_in_time_is_noted_as_such_when_writing_has_begun_since() -> None:
    story = begun().on("2025-04-12 09:00")
    story = story.plan_written().plan_held(at="2025-04-11 13:00", now="2025-04-14 09:00")

    assert (story.plan.planned_late, story.plan.status) == (False, PlanStatus.DRAFTING)


@pytest.mark.rule("ORE-3.1.3-2")
def test_planning_before_the_level_is_set_is_not_late() -> None:
    story = weighed().plan_begun()

    given(story).when(care_plan_start.hold_planning, by=NURSE_A, plan=story.plan.id, **MEETING).then(
        an(PlanMeetingHeld, due=None, late=False)
    )


@pytest.mark.rule("ORE-3.1.4-10")
def test_planning_without_the_other_party_is_refused() -> None:
    given(begun()).when(
        care_plan_start.hold_planning, by=NURSE_A, plan=begun().plan.id, **MEETING | {"participants": [NURSE_A.person]}
    ).then_refused(OtherPartyMissing, rule="ORE-3.1.4-10", where=("participants", "region"))


@pytest.mark.rule("ORE-3.1.4-4")
@pytest.mark.rule("ORE-1.4-1")
def test_planning_without_the_individual_is_refused() -> None:
    absent = Participation(took_part=False, note="She was asleep")

    given(begun()).when(
        care_plan_start.hold_planning, by=NURSE_A, plan=begun().plan.id, **MEETING | {"participation": absent}
    ).then_refused(PlanPartyMissing, rule="ORE-3.1.4-4", where=("participation",))


@pytest.mark.rule("ORE-3.1.4-5")
def test_both_may_hold_that_planning_with_the_individual_is_obviously_unnecessary() -> None:
    plan = begun().plan.id
    story = (
        given(begun())
        .when(care_plan_start.plan_without_individual, by=NURSE_A, plan=plan, reason="A single injection")
        .then(an(PlanningWithoutIndividualProposed, party=Party.MUNICIPALITY))
    )

    given(story).when(care_plan_start.plan_without_individual, by=CARE_STAFF_A, plan=plan, reason="Still").then_refused(
        OtherPartyMissing, rule="ORE-3.1.4-5", where=("region",)
    )
    agreed = (
        given(story)
        .when(care_plan_start.plan_without_individual, by=PHYSICIAN, plan=plan, reason="Agreed")
        .then(PlanningWithoutIndividualAgreed)
    )
    assert agreed.plan.planned_at is None
    alone = MEETING | {"participation": Participation(took_part=False, note="It is obviously unnecessary")}
    given(agreed).when(
        care_plan_start.hold_planning, by=NURSE_A, plan=plan, **alone | {"participants": [NURSE_A.person]}
    ).then_refused(OtherPartyMissing, rule="ORE-3.1.4-10", where=("participants", "region"))

    held = (
        given(agreed)
        .when(
            care_plan_start.hold_planning,
            by=NURSE_A,
            at="2025-04-12 09:00",
            plan=plan,
            **alone | {"form": "telephone"},
        )
        .then(an(PlanMeetingHeld, due=date(2025, 4, 11), late=True))
    )
    assert held.plan.planned_late


@pytest.mark.rule("ORE-3.1.4-5")
def test_a_plan_rests_on_a_planning_also_without_the_individual() -> None:
    story = begun().plan_written()
    for by in (NURSE_A, PHYSICIAN):
        story = story.after(
            care_plan_start.plan_without_individual, by, plan=story.plan.id, reason="It is obviously unnecessary"
        )

    refused = (
        given(story)
        .when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id)
        .then_refused(PlanPartyMissing, rule="ORE-3.1.4-10", where=("planning",))
    )
    assert refused.acts == (ActName.HOLD_PLANNING,)
    alone = Participation(took_part=False, note="It is obviously unnecessary")
    held = story.after(care_plan_start.hold_planning, NURSE_A, plan=story.plan.id, **MEETING | {"participation": alone})
    assert held.plan_agreed().plan.status is PlanStatus.ESTABLISHED


# --- P5: written, each its own words ----------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-12")
def test_a_party_writes_a_part_in_its_own_words() -> None:
    story = (
        given(begun())
        .when(
            care_plan.record_section,
            by=NURSE_A,
            plan=begun().plan.id,
            part="action-plan",
            fields=PARTS["action-plan"],
        )
        .then(an(PlanSectionRecorded, party=Party.MUNICIPALITY))
    )

    assert story.plan.status is PlanStatus.DRAFTING


@pytest.mark.rule("F22")
@pytest.mark.rule("ORE-3.1.4-8")
def test_a_partys_words_stand_beside_the_others_and_replace_only_its_own() -> None:
    plan = begun().plan.id
    story = begun()
    for by, words in ((DISTRICT_NURSE, "First"), (NURSE_A, "Ours"), (DISTRICT_NURSE, "Second")):
        story = story.after(care_plan.record_section, by, plan=plan, part="prognosis", fields={"text": words})

    assert {(one.party, one.fields["text"]) for one in story.plan.draft.sections} == {
        (Party.REGION, "Second"),
        (Party.MUNICIPALITY, "Ours"),
    }


def test_a_field_is_read_from_its_own_part_in_the_latest_words_that_have_it() -> None:
    story = drafted().after(
        care_plan.record_section, NURSE_A, plan=drafted().plan.id, part="follow-up", fields={"frequency": "Each week"}
    )

    assert story.plan.value("prognosis.text") == PARTS["prognosis"]["text"]
    assert story.plan.value("follow-up.when") == PARTS["follow-up"]["when"]
    assert story.plan.value("follow-up.frequency") == "Each week"
    assert story.plan.value("follow-up.text") is None


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2025-06-11", date(2025, 6, 11)),
        ("11 June 2025", "11 June 2025"),
        ("2025-06-11 or so", "2025-06-11 or so"),
        (True, True),
    ],
)
def test_a_text_that_is_only_a_day_is_read_as_that_day(said: object, read: object) -> None:
    section = Section.model_validate({"part": "follow-up", "fields": {"when": said}})

    assert section.fields["when"] == read


@pytest.mark.rule("ORE-3.1.4-9")
def test_each_party_names_its_own_contact() -> None:
    given(begun()).when(
        care_plan.assign_contact,
        by=NURSE_A,
        plan=begun().plan.id,
        role="care-contact-municipality",
        person=NURSE_A.person,
    ).then(an(ContactRoleAssigned, person=NURSE_A.person, principal=A))


@pytest.mark.rule("F22")
@pytest.mark.rule("SYS-3")
def test_a_party_names_no_contact_of_the_other() -> None:
    given(begun()).when(
        care_plan.assign_contact, by=NURSE_A, plan=begun().plan.id, role="physician-contact", person=PHYSICIAN.person
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("person",))


@pytest.mark.rule("F22")
@pytest.mark.rule("SYS-3")
@pytest.mark.parametrize(
    ("role", "person"),
    [("care-contact-municipality", DISTRICT_NURSE), ("coordinator", WARD_NURSE)],
    ids=["a contact in another role", "a coordinator who is no contact"],
)
def test_only_as_coordinator_is_a_contact_of_the_other_party_named(role: str, person: Actor) -> None:
    given(drafted()).when(
        care_plan.assign_contact, by=NURSE_A, plan=drafted().plan.id, role=role, person=person.person
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("person",))


@pytest.mark.rule("ORE-3.1.4-9")
def test_a_party_names_another_person_for_a_role_that_it_has_filled() -> None:
    given(drafted()).when(
        care_plan.assign_contact,
        by=DISTRICT_NURSE,
        plan=drafted().plan.id,
        role="care-contact-region",
        person=PHYSIOTHERAPIST.person,
    ).then(an(ContactRoleAssigned, person=PHYSIOTHERAPIST.person))


@pytest.mark.rule("F22")
@pytest.mark.rule("ORE-3.1.4-8")
def test_a_party_does_not_take_over_a_contact_role_that_the_other_has_filled() -> None:
    given(drafted()).when(
        care_plan.assign_contact, by=NURSE_A, plan=drafted().plan.id, role="care-contact-region", person=NURSE_A.person
    ).then_refused(NotYourPrincipal, rule="ORE-3.1.4-8", where=("role",))


@pytest.mark.rule("ORE-3.1.4-9")
@pytest.mark.rule("ORE-1.2-3")
@pytest.mark.parametrize(("by", "role"), [(DISTRICT_NURSE, "physician-contact"), (NURSE_A, "care-contact-region")])
def test_a_contact_is_of_the_kind_that_the_agreement_asks_for(by: Actor, role: str) -> None:
    given(begun()).when(
        care_plan.assign_contact, by=by, plan=begun().plan.id, role=role, person=by.person
    ).then_refused(ActorNotAllowed, rule="ORE-3.1.4-9", where=("person", role))


@pytest.mark.rule("ORE-3.1.4-9")
def test_either_party_says_which_of_the_contacts_coordinates() -> None:
    given(drafted()).when(
        care_plan.assign_contact, by=DISTRICT_NURSE, plan=drafted().plan.id, role="coordinator", person=NURSE_A.person
    ).then(an(ContactRoleAssigned, party=Party.REGION, role="coordinator", person=NURSE_A.person))


@pytest.mark.rule("ORE-3.1.1-11")
def test_an_intervention_is_planned_with_scope_and_performer() -> None:
    one = planned(WOUND, scope=Scope.SINGLE, shared=True)

    given(begun()).when(care_plan.plan_intervention, by=NURSE_A, plan=begun().plan.id, intervention=one).then(
        an(InterventionPlanned, party=Party.MUNICIPALITY, intervention=one)
    )


@pytest.mark.rule("F17")
@pytest.mark.rule("ORE-1.1-2")
def test_a_physicians_intervention_is_not_planned_for_the_municipality() -> None:
    given(begun()).when(
        care_plan.plan_intervention, by=NURSE_A, plan=begun().plan.id, intervention=planned(VISIT)
    ).then_refused(NeverMunicipal, rule="ORE-1.1-2", where=("physician",))


@pytest.mark.rule("ORE-1.2-4")
@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("one", "rule"),
    [
        (Intervention(key="walking", text="Exercise", profession=Profession.PHYSIOTHERAPIST), "ORE-1.2-4"),
        (Intervention(key="walker", text="A walking aid", category="walking-aid"), "ORE-3.4.1-3"),
    ],
    ids=["the matrix says the region", "the matrix names nobody"],
)
def test_what_the_matrix_does_not_give_the_municipality_is_not_planned_for_it(one: Intervention, rule: str) -> None:
    refusal = (
        given(begun())
        .when(care_plan.plan_intervention, by=NURSE_A, plan=begun().plan.id, intervention=planned(one))
        .then_refused(NotMunicipal, rule=rule, where=(one.key,))
    )
    assert refusal.acts == ()


@pytest.mark.rule("F22")
@pytest.mark.rule("ORE-3.1.4-8")
def test_a_party_does_not_change_the_intervention_that_the_other_put_in_the_plan() -> None:
    given(drafted()).when(
        care_plan.plan_intervention, by=NURSE_A, plan=drafted().plan.id, intervention=planned(WOUND, Party.REGION)
    ).then_refused(NotYourPrincipal, rule="ORE-3.1.4-8", where=(WOUND.key,))


@pytest.mark.rule("SYS-1")
def test_only_a_plan_of_the_case_is_written_in() -> None:
    refusal = (
        given(begun())
        .when(care_plan.agree, by=NURSE_A, plan=PATIENT)
        .then_refused(UnknownReference, rule="SYS-1", where=("plan",))
    )

    assert (refusal.acts, refusal.remedy) == ((), "name a plan of this case")


# --- P6 and P7: agreed by both, and established -----------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.4-7")
@pytest.mark.rule("ORE-3.1.4-10")
def test_a_plan_that_both_agree_to_is_established() -> None:
    story = (
        given(drafted())
        .when(care_plan.agree, by=PHYSICIAN, plan=drafted().plan.id)
        .then(an(PlanAgreedByParty, party=Party.REGION))
    )
    assert story.plan.status is PlanStatus.AGREED_BY_ONE

    story = given(story).when(care_plan.agree, by=NURSE_A, plan=story.plan.id).then(PlanAgreedByParty, PlanEstablished)
    assert story.plan.status is PlanStatus.ESTABLISHED


@pytest.mark.rule("F12")
@pytest.mark.rule("ORE-2.2-3")
@pytest.mark.parametrize(
    ("without", "rule", "where"),
    [
        pytest.param("prognosis", "ORE-3.1.4-13", "prognosis", marks=pytest.mark.rule("ORE-3.1.4-13")),
        pytest.param("deterioration", "ORE-3.1.4-14", "deterioration", marks=pytest.mark.rule("ORE-3.1.4-14")),
        ("single-interventions", "ORE-3.1.4-15", "single-interventions"),
        pytest.param("action-plan", "ORE-3.1.4-17", "action-plan", marks=pytest.mark.rule("ORE-3.1.4-17")),
        pytest.param("follow-up", "ORE-3.1.4-18", "follow-up", marks=pytest.mark.rule("ORE-3.1.4-18")),
        ("physician-contact", "ORE-3.1.4-9", "physician-contact"),
        ("care-contact-region", "ORE-3.1.4-9", "care-contact-region"),
        ("coordinator", "ORE-3.1.4-9", "coordinator"),
    ],
)
def test_a_plan_that_lacks_a_part_a_contact_or_the_coordinator_is_agreed_by_nobody(
    without: str, rule: str, where: str
) -> None:
    story = begun().plan_held().plan_written(without=without)

    refused = (
        given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(PlanContentMissing, rule=rule)
    )
    assert where in refused.where


@pytest.mark.parametrize(
    ("part", "field", "rule"),
    [
        pytest.param(part, field, rule, marks=pytest.mark.rule(rule))
        for part, field, rule in (
            ("follow-up", "when", "ORE-3.1.4-18"),
            ("follow-up", "responsible", "ORE-3.1.4-18"),
            ("follow-up", "frequency", "ORE-3.1.6-2"),
            ("deterioration", "level", "ORE-3.1.4-14"),
            ("deterioration", "direct-contact", "ORE-3.1.4-14"),
            ("deterioration", "measures", "ORE-2.2-3"),
            ("deterioration", "contacts", "ORE-2.2-3"),
        )
    ],
)
def test_a_part_that_leaves_out_what_it_must_say_is_agreed_by_nobody(part: str, field: str, rule: str) -> None:
    story = begun().plan_held().plan_written(without=part)
    fields = {name: value for name, value in PARTS[part].items() if name != field}
    story = story.after(care_plan.record_section, DISTRICT_NURSE, plan=story.plan.id, part=part, fields=fields)

    refused = (
        given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(PlanContentMissing, rule=rule)
    )
    assert f"{part}.{field}" in refused.where


@pytest.mark.rule("F12")
@pytest.mark.rule("ORE-3.1.4-9")
def test_the_coordinator_is_one_of_the_care_contacts() -> None:
    story = drafted().after(
        care_plan.assign_contact, DISTRICT_NURSE, plan=drafted().plan.id, role="coordinator", person=PHYSICIAN.person
    )

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(
        PlanContentMissing, rule="ORE-3.1.4-9", where=("coordinator",)
    )


@pytest.mark.rule("ORE-3.1.4-16")
def test_a_single_intervention_must_say_whether_responsibility_is_shared() -> None:
    story = begun().plan_held().plan_written(planned(WOUND, scope=Scope.SINGLE))

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(
        PlanContentMissing, rule="ORE-3.1.4-16", where=("single-interventions.wound-care.shared",)
    )


@pytest.mark.rule("F13")
@pytest.mark.rule("ORE-3.1.4-7")
def test_one_party_does_not_establish_a_plan() -> None:
    given(drafted().plan_agreed(NURSE_A)).when(care_plan.agree, by=NURSE_A, plan=drafted().plan.id).then_refused(
        PlanPartyMissing, rule="ORE-3.1.4-7", where=("region",)
    )


@pytest.mark.rule("F13")
@pytest.mark.rule("ORE-3.1.4-10")
@pytest.mark.parametrize("by", [DISTRICT_NURSE, CARE_STAFF_A], ids=lambda by: by.role)
def test_a_plan_takes_the_health_centres_physician_and_a_municipal_nurse(by: Actor) -> None:
    given(drafted()).when(care_plan.agree, by=by, plan=drafted().plan.id).then_refused(
        PlanPartyMissing, rule="ORE-3.1.4-10", where=(by.role,)
    )


@pytest.mark.rule("F13")
@pytest.mark.rule("ORE-3.1.4-10")
def test_a_plan_takes_the_individual_too() -> None:
    story = begun().plan_written()

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then_refused(
        PlanPartyMissing, rule="ORE-3.1.4-10", where=("individual",)
    )


@pytest.mark.rule("SYS-6")
def test_a_plan_is_not_agreed_to_before_it_was_planned() -> None:
    story = begun().on("2025-04-08 09:00").plan_written().plan_held(at="2025-04-10 09:00")

    given(story).when(
        care_plan.agree, by=PHYSICIAN, at="2025-04-09 09:00", now="2025-04-10 10:00", plan=story.plan.id
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


def change_text(story: Story, what: str) -> Story:
    """Change a part, a contact role or an intervention of the plan's text."""
    plan = story.plan.id
    if what == "prognosis":
        return story.after(care_plan.record_section, NURSE_A, plan=plan, part=what, fields={"text": "Uncertain"})
    if what == "coordinator":
        return story.after(care_plan.assign_contact, NURSE_A, plan=plan, role=what, person=DISTRICT_NURSE.person)
    return story.plan_changed(planned(WOUND, scope=Scope.SINGLE, shared=False))


@pytest.mark.rule("ORE-3.1.4-7")
@pytest.mark.parametrize("what", ["prognosis", "coordinator", WOUND.key])
def test_an_agreement_is_void_when_the_text_changes_after_it(what: str) -> None:
    story = change_text(drafted().plan_agreed(PHYSICIAN), what)

    assert story.plan.draft.agreements == ()
    given(story).when(care_plan.agree, by=NURSE_A, plan=story.plan.id).then(PlanAgreedByParty)


@pytest.mark.rule("SYS-5")
@pytest.mark.parametrize("what", ["prognosis", "coordinator", WOUND.key])
def test_a_text_that_has_changed_since_it_was_read_is_not_agreed_to(what: str) -> None:
    read = drafted().plan.draft.digest
    story = change_text(drafted(), what)

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id, text=read).then_refused(
        PlanTextChanged, rule="SYS-5", where=(what,)
    )
    story = given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then(PlanAgreedByParty)
    (agreed,) = story.steps[-1].events
    assert agreed.model_dump()["text"] == {
        "version": drafted().plan.draft.version + 1,
        "digest": story.plan.draft.digest,
    }


@pytest.mark.rule("SYS-5")
def test_nobody_agrees_to_a_text_that_the_plan_has_never_had() -> None:
    other = change_text(drafted(), "prognosis").plan.draft.digest
    given(drafted()).when(care_plan.agree, by=PHYSICIAN, plan=drafted().plan.id, text=other).then_refused(
        UnknownReference, rule="SYS-5", where=("text",)
    )


def test_the_order_in_which_a_text_was_written_makes_no_difference_to_its_digest() -> None:
    story = drafted()
    for intervention in story.plan.draft.interventions[:1]:
        story = story.after(care_plan.plan_intervention, DISTRICT_NURSE, plan=story.plan.id, intervention=intervention)

    assert story.plan.draft.interventions != drafted().plan.draft.interventions
    assert story.plan.draft.digest == drafted().plan.draft.digest


@pytest.mark.rule("ORE-3.1.3-2")
def test_a_plan_is_established_only_after_the_level_is_set() -> None:
    story = weighed().plan_begun().plan_held().plan_written().plan_agreed(PHYSICIAN)

    given(story).when(care_plan.agree, by=NURSE_A, plan=story.plan.id).then_refused(
        WrongState, rule="ORE-3.1.3-2", where=("assessing",)
    )


# --- P8 and P9: followed up, and changed ------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.6-1")
def test_each_party_follows_the_plan_up_for_itself() -> None:
    story = (
        given(enrolled())
        .when(
            care_plan.follow_up,
            by=NURSE_A,
            at="2025-06-11 09:00",
            plan=enrolled().plan.id,
            finding="The ulcer heals",
            participation=TOOK_PART,
            next_on=date(2025, 8, 11),
        )
        .then(an(PlanFollowUpRecorded, party=Party.MUNICIPALITY, next_on=date(2025, 8, 11)))
    )

    assert story.plan.followed_up_on == {Party.MUNICIPALITY: date(2025, 6, 11)}
    assert story.plan.next_follow_up_on == {Party.MUNICIPALITY: date(2025, 8, 11)}


@pytest.mark.parametrize("late", ["2025-05-20 09:00", "2025-06-11 08:00"], ids=["another day", "the same day"])
@pytest.mark.parametrize("next_on", [date(2025, 6, 20), None])
def test_a_follow_up_that_is_told_late_does_not_take_the_place_of_a_later_one(late: str, next_on: date | None) -> None:
    said: dict[str, Any] = {"plan": enrolled().plan.id, "finding": "The ulcer heals", "participation": TOOK_PART}
    story = enrolled().after(care_plan.follow_up, NURSE_A, at="2025-06-11 09:00", next_on=date(2025, 8, 11), **said)
    story = story.after(care_plan.follow_up, NURSE_A, at=late, now="2025-06-12 09:00", next_on=next_on, **said)

    assert story.plan.followed_up_on == {Party.MUNICIPALITY: date(2025, 6, 11)}
    assert story.plan.next_follow_up_on == {Party.MUNICIPALITY: date(2025, 8, 11)}


@pytest.mark.parametrize(
    ("story", "decide", "content", "acts"),
    [
        (drafted(), care_plan.follow_up, {"finding": "It heals", "participation": TOOK_PART}, ("agree-plan",)),
        (established(), care_plan.record_section, {"part": "prognosis", "fields": {"text": "Good"}}, ("revise-plan",)),
        (closed(), care_plan.revise, {"reason": "The need has changed"}, ()),
    ],
    ids=["draft", "established", "closed"],
)
def test_an_act_that_a_plan_is_not_ready_for_recommends_the_one_before_it(
    story: Story, decide: Decision, content: dict[str, Any], acts: tuple[str, ...]
) -> None:
    refusal = given(story).when(decide, by=NURSE_A, plan=story.plan.id, **content).then_refused(WrongState, rule="C.2")

    assert refusal.acts == acts


@pytest.mark.rule("ORE-3.1.6-1")
@pytest.mark.parametrize(("next_on", "taken"), [(date(2025, 6, 10), False), (date(2025, 6, 11), True)])
def test_the_next_follow_up_is_not_before_this_one(next_on: date, taken: bool) -> None:
    said: dict[str, Any] = {"plan": enrolled().plan.id, "finding": "The ulcer heals", "participation": TOOK_PART}
    decided = given(enrolled()).when(care_plan.follow_up, by=NURSE_A, at="2025-06-11 09:00", next_on=next_on, **said)

    if taken:
        decided.then(an(PlanFollowUpRecorded, next_on=next_on))
    else:
        decided.then_refused(OccurredTooEarly, rule="SYS-6", where=("next_on",))


@pytest.mark.rule("ORE-3.1.4-18")
@pytest.mark.parametrize(("days", "taken"), [(-1, False), (0, True)])
def test_a_plan_is_not_agreed_to_after_the_day_on_which_it_was_to_be_followed_up(days: int, taken: bool) -> None:
    fields = PARTS["follow-up"] | {"when": drafted().clock.date() + timedelta(days)}
    story = drafted().after(
        care_plan.record_section, DISTRICT_NURSE, plan=drafted().plan.id, part="follow-up", fields=fields
    )
    decided = given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id)

    if taken:
        decided.then(an(PlanAgreedByParty, party=Party.REGION))
    else:
        decided.then_refused(OccurredTooEarly, rule="SYS-6", where=("follow-up.when",))


@pytest.mark.rule("ORE-3.1.4-18")
@pytest.mark.rule("P9")
def test_a_changed_plan_keeps_a_day_of_follow_up_that_has_passed_since_it_was_first_agreed_to() -> None:
    story = established().on("2025-07-01 09:00").plan_reopened()

    given(story).when(care_plan.agree, by=PHYSICIAN, plan=story.plan.id).then(an(PlanAgreedByParty, party=Party.REGION))


def test_a_plan_that_is_not_established_is_not_followed_up() -> None:
    given(drafted()).when(
        care_plan.follow_up, by=NURSE_A, plan=drafted().plan.id, finding="Nothing", participation=TOOK_PART
    ).then_refused(WrongState, rule="C.2", where=("drafting",))


@pytest.mark.rule("P9")
def test_an_established_plan_is_written_in_only_after_it_has_been_opened() -> None:
    one = planned(WOUND, scope=Scope.SINGLE, shared=False)

    given(established()).when(
        care_plan.plan_intervention, by=DISTRICT_NURSE, plan=established().plan.id, intervention=one
    ).then_refused(WrongState, rule="C.2", where=("established",))
    given(established()).when(
        care_plan.revise, by=DISTRICT_NURSE, plan=established().plan.id, reason="One visit is enough"
    ).then(an(PlanRevisionOpened, reason="One visit is enough"))


@pytest.mark.rule("P9")
@pytest.mark.rule("ORE-3.1.4-7")
def test_the_agreed_plan_holds_while_a_new_text_is_written() -> None:
    bath = Intervention(key="bathing", text="Help with the bath")
    story = established().plan_reopened().plan_changed(planned(bath))
    assert story.plan.is_in_force

    story = story.committed().ready().started()
    assert bath.key not in story.state.allocations


@pytest.mark.rule("P9")
@pytest.mark.rule("ORE-3.1.4-7")
def test_one_partys_words_are_a_draft_until_both_have_agreed_to_them() -> None:
    before = established()
    plan = before.plan.id
    story = before.plan_reopened().after(
        care_plan.record_section,
        DISTRICT_NURSE,
        plan=plan,
        part="deterioration",
        fields=PARTS["deterioration"] | {"measures": "Wait until Monday"},
    )
    story = story.after(care_plan.assign_contact, NURSE_A, plan=plan, role="coordinator", person=DISTRICT_NURSE.person)
    story = story.plan_changed(planned(VISIT, Party.REGION, Scope.SINGLE, shared=True)).plan_agreed(PHYSICIAN)

    assert story.plan.agreed == story.plan.text == before.plan.agreed
    assert (story.plan.text.contact("coordinator"), story.plan.draft.contact("coordinator")) != (None, None)
    assert story.plan.draft != story.plan.agreed

    story = story.plan_agreed(NURSE_A)
    assert story.plan.text == story.plan.draft
    assert {one.party for one in story.plan.text.agreements} == set(Party)


def test_the_plan_of_a_case_is_the_one_in_force_also_when_another_has_been_begun() -> None:
    assert established().plan_begun(kind="sip").state.plan == established().state.plan


def test_a_plan_that_is_changed_stays_under_revision_until_both_agree_and_was_established_when_it_first_was() -> None:
    story = (
        established()
        .on("2025-05-02 09:00")
        .plan_reopened()
        .plan_changed(planned(WOUND, scope=Scope.SINGLE, shared=False))
    )
    one_agreed = story.plan_agreed(PHYSICIAN)
    assert one_agreed.plan.status is PlanStatus.UNDER_REVISION

    assert one_agreed.plan_agreed(NURSE_A).plan.established_at == established().plan.established_at


@pytest.mark.rule("P9")
def test_both_agree_to_a_changed_plan_as_they_did_to_the_first() -> None:
    story = established().plan_reopened().plan_agreed(PHYSICIAN)

    story = given(story).when(care_plan.agree, by=NURSE_A, plan=story.plan.id).then(PlanAgreedByParty, PlanRevised)
    assert story.plan.status is PlanStatus.ESTABLISHED


@pytest.mark.rule("P9")
@pytest.mark.rule("ORE-3.1.3-6")
def test_what_a_changed_plan_leaves_with_the_region_returns_to_it_at_once() -> None:
    bath = Intervention(key="bathing", text="Help with the bath")
    story = (
        enrolled().plan_reopened().plan_changed(planned(WOUND, Party.REGION)).plan_changed(planned(bath, Party.REGION))
    )
    story = (
        given(story.plan_agreed(PHYSICIAN))
        .when(care_plan.agree, by=NURSE_A, plan=story.plan.id)
        .then(PlanAgreedByParty, PlanRevised)
    )

    assert {one.intervention for one in story.events[-1].allocations} >= {WOUND.key, bath.key}
    assert story.performer(bath.key) == REGION
    assert (story.performer(WOUND.key), story.state.allocations[WOUND.key].treatment) == (REGION, REGION)


@pytest.mark.rule("P9")
@pytest.mark.rule("ORE-3.1.4-15")
def test_a_changed_scope_changes_treatment_responsibility_but_not_who_performs() -> None:
    story = enrolled().plan_reopened().plan_changed(planned(WOUND, scope=Scope.SINGLE, shared=False))
    story = (
        given(story.plan_agreed(PHYSICIAN))
        .when(care_plan.agree, by=NURSE_A, plan=story.plan.id)
        .then(PlanAgreedByParty, PlanRevised)
    )

    assert (story.performer(WOUND.key), story.state.allocations[WOUND.key].treatment) == (A, REGION)


@pytest.mark.rule("ORE-2.2-5")
def test_what_a_changed_plan_gives_the_municipality_stays_with_the_region_until_it_is_handed_over() -> None:
    story = enrolled().plan_reopened().plan_changed(planned(Intervention(key="drip", text="A drip"))).plan_agreed()

    assert story.performer("drip") == REGION


@pytest.mark.rule("P9")
@pytest.mark.rule("SYS-6")
def test_a_changed_plan_moves_nothing_at_a_time_before_responsibility_was_last_decided() -> None:
    story = committed().on("2025-04-11 08:00").plan_reopened().plan_changed(planned(WOUND, Party.REGION))
    story = story.plan_agreed(PHYSICIAN).started(at="2025-04-11 09:00")

    given(story).when(
        care_plan.agree, by=NURSE_A, at="2025-04-11 08:50", now="2025-04-11 10:00", plan=story.plan.id
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


# --- P10 and P12: replaced, and closed --------------------------------------------------------------------------------


@pytest.mark.rule("P10")
def test_a_newer_plan_takes_the_place_of_the_one_in_force() -> None:
    story = enrolled().plan_begun().plan_held().plan_written().plan_agreed(PHYSICIAN)
    newest = list(story.state.plans)[-1]

    story = (
        given(story)
        .when(care_plan.agree, by=NURSE_A, plan=newest)
        .then(PlanAgreedByParty, PlanEstablished, an(PlanSuperseded, by=newest))
    )

    assert [plan.status for plan in story.state.plans.values()] == ["superseded", "established"]


@pytest.mark.rule("P10")
@pytest.mark.rule("SYS-6")
def test_a_plan_does_not_take_the_place_of_one_established_later_than_itself() -> None:
    first = accepted().plan_begun().plan_held().plan_written().on("2025-04-14 09:00")
    older = first.plan.id
    story = first.plan_begun().plan_held().plan_written().plan_agreed()

    story = story.after(care_plan.agree, PHYSICIAN, at="2025-04-13 09:00", plan=older)
    given(story).when(
        care_plan.agree, by=NURSE_A, at="2025-04-13 10:00", now="2025-04-15 09:00", plan=older
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


@pytest.mark.rule("ORE-3-1")
def test_discharge_returns_also_what_only_a_replaced_plan_names() -> None:
    bath = Intervention(key="bathing", text="Help with the bath")
    story = accepted().plan_begun().plan_held().plan_written(planned(bath), planned(WOUND)).plan_agreed()
    story = story.committed().ready().started()
    story = story.plan_begun().plan_held().plan_written().plan_agreed()
    assert story.performer(bath.key) == A

    assert story.discharged().performer(bath.key) == REGION


@pytest.mark.rule("P12")
def test_every_open_plan_closes_with_the_enrolment() -> None:
    given(enrolled().plan_begun().discharge_declared()).when(
        discharge.complete_discharge, by=NURSE_A, where_to_turn="The health centre"
    ).then(IndividualInformed, Discharged, an(PlanClosed, reason="discharged"), an(PlanClosed, reason="discharged"))


@pytest.mark.rule("P12")
@pytest.mark.rule("SYS-6")
def test_a_discharge_is_not_dated_before_a_plan_that_it_closes() -> None:
    story = enrolled().on("2025-06-16 09:00").discharge_declared().on("2025-06-18 09:00").plan_begun()

    given(story).when(
        discharge.complete_discharge,
        by=NURSE_A,
        at="2025-06-17 09:00",
        now="2025-06-18 10:00",
        where_to_turn="The health centre",
    ).then_refused(OccurredTooEarly, rule="SYS-6", where=("occurred_at",))


def test_a_closed_plan_is_not_written_in() -> None:
    story = enrolled().discharged()

    given(story).when(
        care_plan.record_section, by=NURSE_A, plan=story.plan.id, part="prognosis", fields={"text": "Good"}
    ).then_refused(WrongState, rule="C.2", where=("closed",))


@pytest.mark.parametrize("number", [1, 86400, 1.5])
def test_a_number_is_not_taken_for_an_answer_or_a_day_in_a_part_of_the_plan(number: float) -> None:
    with pytest.raises(ValidationError):
        Section.model_validate({"part": "follow-up", "fields": {"when": number}})
    with pytest.raises(ValidationError):
        OfferedAct(
            ActName.RECORD_PLAN_SECTION, DECISIONS[ActName.RECORD_PLAN_SECTION], refuse_role_of
        ).body.model_validate({"plan": PATIENT, "part": "follow-up", "fields": {"when": number}})


@pytest.mark.rule("ORE-3.1.4-12")
@pytest.mark.parametrize(
    ("part", "fields", "where", "rule"),
    [
        ("banana", {"text": "A prognosis"}, "banana", "ORE-3.1.4-1"),
        ("prognosis", {"x": "y"}, "x", "ORE-3.1.4-13"),
        ("single-interventions", {"x": "y"}, "x", "ORE-3.1.4-15"),
    ],
)
def test_a_part_or_field_that_the_agreement_does_not_have_never_enters_the_plan(
    part: str, fields: dict[str, str], where: str, rule: str
) -> None:
    story = drafted()
    given(story).when(
        care_plan.record_section, by=PHYSICIAN, plan=story.plan.id, part=part, fields=fields
    ).then_refused(ContentNotKnown, rule=rule, where=(where,))


def test_the_list_of_interventions_is_written_by_planning_them_and_in_no_other_words() -> None:
    given(drafted()).when(
        care_plan.record_section,
        by=DISTRICT_NURSE,
        plan=drafted().plan.id,
        part="single-interventions",
        fields={"intervention": "An injection"},
    ).then_refused(ContentNotKnown, rule="ORE-3.1.4-15", where=("intervention",))


def test_a_part_that_says_nothing_is_refused() -> None:
    story = drafted()
    given(story).when(care_plan.record_section, by=PHYSICIAN, plan=story.plan.id, part="follow-up").then_refused(
        PlanContentMissing, rule="ORE-3.1.4-18", where=("follow-up",)
    )


@pytest.mark.rule("ORE-3.1.4-9")
def test_a_contact_role_that_the_agreement_does_not_have_is_refused() -> None:
    story = drafted()
    given(story).when(
        care_plan.assign_contact, by=PHYSICIAN, plan=story.plan.id, role="care-contact", person=PHYSICIAN.person
    ).then_refused(ContentNotKnown, rule="ORE-3.1.4-9", where=("care-contact",))


@pytest.mark.rule("ORE-1.5-8")
@pytest.mark.parametrize("by", BOTH, ids=["region", "municipality"])
def test_neither_party_plans_an_intervention_by_itself_without_the_individual(by: Actor) -> None:
    story = begun()
    alone = MEETING | {"participation": Participation(took_part=False, note="She was not asked")}

    given(story).when(care_plan_start.hold_planning, by=by, plan=story.plan.id, **alone).then_refused(
        PlanPartyMissing, rule="ORE-3.1.4-4", where=("participation",)
    )
    met = given(story).when(care_plan_start.hold_planning, by=by, plan=story.plan.id, **MEETING).then(PlanMeetingHeld)
    assert {"ORE-3.1.4-4"} <= set(met.events[-1].basis.clauses)
