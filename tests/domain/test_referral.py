"""The request between the principals: catalogue C.1, R1-R15, and the refusals that guard it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain import refusals
from domain.agreements.expressions import FactMissing, FactRefused
from domain.case.acts import (
    care_plan_start,
    criteria,
    disagreement,
    discharge,
    enrolment,
    referral,
    referral_decision,
    statements,
    tasks,
)
from domain.case.events.care_plan import PlanClosed
from domain.case.events.enrolment import EnrolmentProposed
from domain.case.events.referral import (
    AcceptanceDeclared,
    AssessmentRecorded,
    CareLevelEstablished,
    CareRequest,
    CriteriaEvaluated,
    CriteriaExceptionAgreed,
    CriteriaExceptionProposed,
    DeclineDeclared,
    JointAssessmentStarted,
    JointConsiderationRecorded,
    NeedRaised,
    NeedSource,
    PrincipalContacted,
    ReferralAccepted,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralSent,
    ReferralSupplemented,
    ReferralWithdrawn,
    WithdrawalReason,
)
from domain.case.rules.current_answers import find_changes
from domain.case.rules.referral_steps import prescribed_steps
from domain.case.state.referral import ReferralStatus
from domain.intervention import CareLevel, Intervention, Participation
from domain.kernel import Actor, Party, Refusal
from domain.refusals import (
    ActorNotAllowed,
    ActorNotReceiver,
    AgeNotCovered,
    AssessmentContentMissing,
    AssessmentRequired,
    ContentNotKnown,
    CriterionNotConsidered,
    CriterionNotMet,
    ExceptionNeedsConsensus,
    JointAssessmentMissing,
    JointConsiderationMissing,
    NeverMunicipal,
    NoAgreementInForce,
    NotMunicipal,
    NotParty,
    NotYourPrincipal,
    OccurredInFuture,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanRequired,
    PositionsDiffer,
    ReferralContentMissing,
    UnknownReference,
    WrongState,
)
from tests.agreements.orebro import OREBRO as ORE
from tests.scenario import (
    ASSESSMENT,
    BOTH,
    CARE_STAFF_A,
    CRITERIA,
    DISTRICT_NURSE,
    NURSE_A,
    NURSE_B,
    PATIENT,
    PHYSICIAN,
    REGION,
    REGION_COORDINATOR,
    REQUEST,
    SPECIALIST,
    TOOK_PART,
    VISIT,
    WOUND,
    A,
    B,
    Decision,
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
    swedish,
    weighed,
)

DRIP = Intervention(key="drip", text="Antibiotics by drip", advanced=True)


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (refusals.ReferralContentMissing, "REFERRAL_CONTENT_MISSING"),
        (refusals.ActorNotAllowed, "ACTOR_NOT_ALLOWED"),
        (refusals.ActorNotReceiver, "ACTOR_NOT_RECEIVER"),
        (refusals.WrongState, "WRONG_STATE"),
        (refusals.JointAssessmentMissing, "JOINT_ASSESSMENT_MISSING"),
        (refusals.AssessmentRequired, "ASSESSMENT_REQUIRED"),
        (refusals.CriterionNotConsidered, "CRITERION_NOT_CONSIDERED"),
        (refusals.ExceptionNeedsConsensus, "EXCEPTION_NEEDS_CONSENSUS"),
        (refusals.OtherPartyMissing, "OTHER_PARTY_MISSING"),
        (refusals.DisputeOpen, "DISPUTE_OPEN"),
        (refusals.NotRetroactive, "NOT_RETROACTIVE"),
        (refusals.PlanContentMissing, "PLAN_CONTENT_MISSING"),
        (refusals.PlanPartyMissing, "PLAN_PARTY_MISSING"),
        (refusals.PlanRequired, "PLAN_REQUIRED"),
        (refusals.AgeNotCovered, "AGE_NOT_COVERED"),
        (refusals.NeverMunicipal, "NEVER_MUNICIPAL"),
        (refusals.NoDelegation, "NO_DELEGATION"),
        (refusals.InformationDutyOpen, "INFORMATION_DUTY_OPEN"),
        (refusals.NotYourPrincipal, "NOT_YOUR_PRINCIPAL"),
        (refusals.NoAgreementInForce, "NO_AGREEMENT_IN_FORCE"),
    ],
)
def test_a_refusal_has_the_code_of_the_catalogue(refusal: type[Refusal], code: str) -> None:
    assert refusal.code == code


# --- R1 and R2: the need, and the request -----------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.1-1")
@pytest.mark.parametrize(("by", "municipality"), [(DISTRICT_NURSE, None), (NURSE_A, A)])
def test_region_and_municipality_may_both_raise_a_need(by: Actor, municipality: str | None) -> None:
    given().when(referral.raise_need, by=by, patient_id=PATIENT, request=REQUEST).then(
        an(NeedRaised, patient_id=PATIENT, municipality=municipality)
    )


@pytest.mark.rule("ORE-3-1")
@pytest.mark.parametrize("by", BOTH, ids=lambda by: by.party)
def test_the_region_answers_from_the_moment_that_a_need_is_raised(by: Actor) -> None:
    story = given().when(referral.raise_need, by=by, patient_id=PATIENT, request=REQUEST).then(NeedRaised)

    (held,) = story.state.responsibility_at(story.state.opened_at).values()
    assert (held.treatment, held.performer, held.clauses) == (REGION, REGION, ("ORE-3-1", "ORE-2.1-2"))


@pytest.mark.rule("ORE-3-1")
def test_the_region_answers_at_once_for_what_is_added_to_a_need_that_nobody_has_sent() -> None:
    both = REQUEST.model_copy(update={"interventions": (WOUND, VISIT)})

    need = given(Story().need_raised())
    story = need.when(referral.supplement, by=DISTRICT_NURSE, request=both).then(ReferralSupplemented)

    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (REGION, REGION)


@pytest.mark.rule("ORE-3-1")
def test_a_need_that_an_earlier_record_gave_no_answer_gets_one_by_the_next_act() -> None:
    story = given(Story().need_raised()).story
    unanswered = story.state.model_copy(update={"allocations": {}, "answers": {}})
    act = story.act(statements.record_circumstance, DISTRICT_NURSE)

    (found,) = find_changes(act, unanswered)

    assert (found.treatment, found.performer) == (REGION, REGION)


@pytest.mark.rule("ORE-3.1.1-2")
@pytest.mark.parametrize("source", [NeedSource.INDIVIDUAL, NeedSource.RELATIVE])
def test_a_need_may_come_from_the_individual_or_a_relative_and_is_not_yet_a_request(source: NeedSource) -> None:
    story = (
        given()
        .when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, source=source)
        .then(an(NeedRaised, source=source))
    )

    assert story.state.referral.status is ReferralStatus.NEED_RAISED
    assert "ORE-3.1.1-2" in story.events[-1].basis.clauses


@pytest.mark.rule("SYS-1")
@pytest.mark.parametrize("contact", ["physician_contact", "care_contact"])
def test_a_request_names_contacts_of_the_directory(contact: str) -> None:
    request = REQUEST.model_copy(update={contact: f"{REGION[:12]}-P999"})

    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=request).then_refused(
        UnknownReference, rule="SYS-1"
    )


@pytest.mark.rule("ORE-3.1.2-4")
@pytest.mark.parametrize("person", [DISTRICT_NURSE, NURSE_A], ids=lambda person: person.party)
def test_the_permanent_physician_contact_is_a_physician(person: Actor) -> None:
    request = REQUEST.model_copy(update={"physician_contact": person.person})
    refused: dict[str, Any] = {"rule": "ORE-3.1.2-4", "where": ("physician_contact",)}

    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=request).then_refused(
        ActorNotAllowed, **refused
    )
    given(Story().need_raised()).when(referral.supplement, by=DISTRICT_NURSE, request=request).then_refused(
        ActorNotAllowed, **refused
    )


@pytest.mark.rule("SYS-3")
def test_a_municipality_raises_no_need_for_another() -> None:
    given().when(referral.raise_need, by=NURSE_A, patient_id=PATIENT, request=REQUEST, municipality=B).then_refused(
        NotYourPrincipal, rule="SYS-3", where=("municipality",)
    )


@pytest.mark.rule("SYS-1")
def test_a_need_names_a_municipality_of_the_county_only() -> None:
    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, municipality="SE2120000099-H0"
    ).then_refused(UnknownReference, rule="SYS-1", where=("municipality",))


@pytest.mark.rule("SYS-7")
def test_an_intervention_is_by_a_profession_that_the_agreement_or_the_law_knows() -> None:
    request = REQUEST.model_copy(update={"interventions": (WOUND.model_copy(update={"profession": "astrologer"}),)})

    given().when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=request).then_refused(
        ContentNotKnown, rule="SYS-7", where=("astrologer",)
    )


@pytest.mark.rule("ORE-3-5")
def test_a_need_is_raised_only_on_a_track_that_the_agreement_has() -> None:
    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, track="unheard-of"
    ).then_refused(UnknownReference, rule="ORE-3-5", where=("track",))


@pytest.mark.untold("the case is changed by hand")
@pytest.mark.rule("ORE-3-5")
@pytest.mark.rule("SYS-7")
def test_nobody_sends_a_request_on_a_track_that_the_version_in_force_gives_to_nobody() -> None:
    case = Story().need_raised().state
    elsewhere = case.model_copy(update={"referral": case.referral.model_copy(update={"track": "inpatient-discharge"})})

    given(replace(Story(), case=elsewhere)).when(referral.send, by=DISTRICT_NURSE, receiver=A).then_refused(
        ActorNotAllowed, rule="SYS-7", where=("track",)
    )


@pytest.mark.rule("ORE-3.1.2-1")
@pytest.mark.rule("ORE-3-1")
def test_the_health_centre_sends_the_request_and_the_region_answers_until_somebody_takes_over() -> None:
    story = (
        given(Story().need_raised())
        .when(referral.send, by=DISTRICT_NURSE, receiver=A)
        .then(an(ReferralSent, receiver=A))
    )

    assert story.performer(WOUND.key) == story.state.region
    assert story.state.allocations[WOUND.key].clauses == ("ORE-3-1", "ORE-2.1-2")


@pytest.mark.rule("F1")
@pytest.mark.rule("ORE-3.1.2-3")
@pytest.mark.rule("ORE-3.1.2-4")
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("need", "ORE-3.1.2-3"),
        ("goal", "ORE-3.1.2-3"),
        ("physician_contact", "ORE-3.1.2-4"),
        ("care_contact", "ORE-3.1.2-4"),
    ],
)
def test_a_request_without_a_required_field_is_refused_by_its_name(field: str, rule: str) -> None:
    lacking = REQUEST.model_copy(update={field: None})

    given(Story().need_raised(lacking)).when(referral.send, by=DISTRICT_NURSE, receiver=A).then_refused(
        ReferralContentMissing, rule=rule, where=(field,)
    )


@pytest.mark.rule("F2")
@pytest.mark.rule("ORE-3.1.2-1")
@pytest.mark.rule("ORE-3-5")
@pytest.mark.parametrize("by", [NURSE_A, REGION_COORDINATOR, SPECIALIST], ids=lambda by: by.role)
def test_only_health_staff_of_the_regions_primary_care_send_a_request(by: Actor) -> None:
    given(Story().need_raised(municipality=A)).when(referral.send, by=by, receiver=A).then_refused(
        ActorNotAllowed,
        rule="ORE-3.1.2-1",
        where=(by.party, by.unit_kind, by.role),
    )


@pytest.mark.rule("ORE-3.1.2-2")
def test_a_request_is_sent_in_the_agreed_system_only() -> None:
    by_telephone = REQUEST.model_copy(update={"channel": "telephone"})

    given(Story().need_raised(by_telephone)).when(referral.send, by=DISTRICT_NURSE, receiver=A).then_refused(
        ActorNotAllowed, rule="ORE-3.1.2-2", where=("channel",)
    )


@pytest.mark.rule("SYS-1")
def test_a_request_is_sent_to_a_municipality_of_the_county_only() -> None:
    given(Story().need_raised()).when(referral.send, by=DISTRICT_NURSE, receiver="SE2120000009-H0").then_refused(
        UnknownReference, rule="SYS-1", where=("receiver",)
    )


@pytest.mark.rule("SYS-3")
def test_a_need_that_one_municipality_raised_is_not_sent_to_another() -> None:
    given(Story().need_raised(by=NURSE_A)).when(referral.send, by=DISTRICT_NURSE, receiver=B).then_refused(
        NotYourPrincipal, rule="SYS-3", where=("receiver",)
    )


def test_the_sender_supplements_the_request_and_the_region_answers_for_what_is_new_in_it() -> None:
    request = REQUEST.model_copy(update={"interventions": (WOUND, VISIT)})

    story = (
        given(Story().need_raised().sent())
        .when(referral.supplement, by=DISTRICT_NURSE, request=request)
        .then(an(ReferralSupplemented, request=request))
    )

    assert story.performer(VISIT.key) == story.state.region


def test_words_of_the_request_that_are_told_late_replace_no_newer_ones() -> None:
    newer = REQUEST.model_copy(update={"goal": "A healed ulcer by June"})
    story = Story().need_raised().sent()
    for at, request in (("2025-04-01 11:00", newer), ("2025-04-01 10:00", REQUEST)):
        story = story.after(referral.supplement, DISTRICT_NURSE, at=at, now="2025-04-02 09:00", request=request)

    assert story.state.referral.request == newer


@pytest.mark.rule("F22")
@pytest.mark.rule("ORE-3.1.4-8")
@pytest.mark.parametrize("by", BOTH, ids=lambda by: by.party)
def test_the_municipality_does_not_rewrite_the_regions_request_whoever_saw_the_need(by: Actor) -> None:
    sent = Story().need_raised(by=by).sent()

    given(sent).when(referral.supplement, by=NURSE_A, request=REQUEST).then_refused(
        NotYourPrincipal, rule="ORE-3.1.4-8"
    )
    given(sent).when(referral.supplement, by=DISTRICT_NURSE, request=REQUEST).then(ReferralSupplemented)


def test_a_sent_request_is_not_emptied_of_what_is_required() -> None:
    given(Story().need_raised().sent()).when(
        referral.supplement, by=DISTRICT_NURSE, request=CareRequest(need="Leg ulcer care")
    ).then_refused(ReferralContentMissing, rule="ORE-3.1.2-3", where=("goal", "physician_contact", "care_contact"))


# --- R3-R5: acknowledged, in contact, under investigation -------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.2-6")
def test_the_receiving_municipality_acknowledges() -> None:
    given(Story().need_raised().sent()).when(referral.acknowledge, by=CARE_STAFF_A).then(ReferralAcknowledged)


@pytest.mark.rule("F3")
@pytest.mark.rule("ORE-3.1.2-6")
@pytest.mark.parametrize("by", [DISTRICT_NURSE, NURSE_B], ids=["the region", "another municipality"])
def test_only_the_receiving_municipality_acknowledges(by: Actor) -> None:
    given(Story().need_raised().sent()).when(referral.acknowledge, by=by).then_refused(
        ActorNotReceiver,
        rule="ORE-3.1.2-6",
        where=(by.party,),
    )


@pytest.mark.rule("F4")
@pytest.mark.rule("ORE-3.1.2-6")
def test_a_request_is_acknowledged_once() -> None:
    given(Story().need_raised().sent().acknowledged()).when(referral.acknowledge, by=NURSE_A).then_refused(
        WrongState, rule="ORE-3.1.2-6", where=("acknowledged",)
    )


@pytest.mark.rule("ORE-3.1.2-7")
def test_the_municipality_contacts_the_region() -> None:
    given(Story().need_raised().sent().acknowledged()).when(
        referral.contact, by=NURSE_A, note="Called the health centre"
    ).then(an(PrincipalContacted, note="Called the health centre"))


@pytest.mark.rule("F4")
@pytest.mark.rule("ORE-3.1.2-7")
def test_there_is_no_contact_before_the_acknowledgement() -> None:
    given(Story().need_raised().sent()).when(referral.contact, by=NURSE_A).then_refused(
        WrongState, rule="ORE-3.1.2-7", where=("sent",)
    )


@pytest.mark.rule("ORE-3.1.3-1")
def test_the_joint_investigation_begins_with_team_members_of_both_parties() -> None:
    participants = tuple(one.person for one in BOTH)

    given(Story().need_raised().sent().acknowledged().contacted()).when(
        referral.start_assessment, by=DISTRICT_NURSE, participants=participants
    ).then(an(JointAssessmentStarted, participants=participants))


@pytest.mark.rule("ORE-3.1.3-1")
def test_an_investigation_without_the_municipality_is_refused() -> None:
    given(Story().need_raised().sent().acknowledged().contacted()).when(
        referral.start_assessment, by=DISTRICT_NURSE, participants=[PHYSICIAN.person]
    ).then_refused(OtherPartyMissing, rule="ORE-3.1.3-1", where=("participants", "municipality"))


# --- R6 and R7: assessments, criteria and exceptions ------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-4")
@pytest.mark.rule("ORE-3.1.3-6")
@pytest.mark.rule("ORE-3.1.3-9")
def test_each_party_records_its_own_assessment() -> None:
    given(investigated()).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT).then(
        an(AssessmentRecorded, party=Party.MUNICIPALITY, level=CareLevel.PRIMARY)
    )


@pytest.mark.rule("ORE-3.1.3-4")
@pytest.mark.parametrize(
    ("field", "rule"),
    [
        ("direction", "ORE-3.1.3-4"),
        ("content", "ORE-3.1.3-4"),
        ("responsibility", "ORE-3.1.3-4"),
        ("goals", "ORE-3.1.3-4"),
        ("considerations", "ORE-3.1.3-9"),
    ],
)
def test_an_assessment_that_leaves_something_open_is_refused_by_its_name(field: str, rule: str) -> None:
    given(investigated()).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT | {field: None}).then_refused(
        AssessmentContentMissing, rule=rule, where=(field,)
    )


@pytest.mark.rule("ORE-3.1.3-6")
def test_an_assessment_says_which_principal_gives_each_intervention() -> None:
    given(investigated()).when(
        referral.record_assessment, by=NURSE_A, **ASSESSMENT | {"interventions": [given_to(WOUND, None)]}
    ).then_refused(AssessmentContentMissing, rule="ORE-3.1.3-6", where=("interventions.0.party",))


@pytest.mark.rule("ORE-1.4-1")
def test_an_assessment_says_how_the_individual_took_part_or_why_not() -> None:
    absent = Participation(took_part=False, note="She was too tired to talk")

    given(investigated()).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT | {"participation": absent}).then(
        an(AssessmentRecorded, participation=absent)
    )


@pytest.mark.rule("F17")
@pytest.mark.rule("ORE-1.1-2")
@pytest.mark.rule("ORE-3.2.1-17")
@pytest.mark.parametrize(
    ("one", "rule", "where"),
    [
        (VISIT, "ORE-1.1-2", "physician"),
        (Intervention(key="hold", text="Held still", category="coercive-measure"), "ORE-3.2.1-17", "coercive-measure"),
    ],
    ids=["physician", "coercion"],
)
def test_an_assessment_gives_no_physicians_intervention_or_coercion_to_the_municipality(
    one: Intervention, rule: str, where: str
) -> None:
    given(investigated()).when(
        referral.record_assessment, by=NURSE_A, **ASSESSMENT | {"interventions": [given_to(one, Party.MUNICIPALITY)]}
    ).then_refused(NeverMunicipal, rule=rule, where=(where,))


def test_the_region_answers_for_what_an_assessment_names_first() -> None:
    anew = {"interventions": [given_to(VISIT, Party.REGION)]}
    story = (
        given(investigated()).when(referral.record_assessment, by=NURSE_A, **ASSESSMENT | anew).then(AssessmentRecorded)
    )

    assert story.performer(VISIT.key) == story.state.region


@pytest.mark.rule("ORE-3.1.1-4")
@pytest.mark.rule("ORE-3.1.1-7")
def test_every_criterion_is_evaluated_once_and_its_verdict_kept() -> None:
    story = weighed()

    assert {verdict.criterion: verdict.met for verdict in story.state.referral.verdicts} == {
        "age": True,
        "coordination": True,
        "risks": True,
        "safe-at-home": True,
        "not-digital": True,
    }
    assert story.state.referral.verdicts[2].facts == {"risks_identified": True, "instrument": "CFS"}


@pytest.mark.rule("ORE-3.1.1-4")
def test_a_party_notes_what_it_considered_in_a_criterion() -> None:
    story = (
        given(investigated())
        .when(
            criteria.evaluate_criteria,
            by=NURSE_A,
            facts={"safe-at-home": CRITERIA["safe-at-home"]},
            notes={"safe-at-home": "A rail by the bed"},
        )
        .then(CriteriaEvaluated)
    )

    assert [verdict.note for verdict in story.state.referral.verdicts] == ["A rail by the bed"]


@pytest.mark.rule("ORE-3.1.1-5")
@pytest.mark.parametrize(("age", "met"), [(17, False), (18, True)])
def test_age_is_taken_from_the_register_and_eighteen_is_enough(age: int, met: bool) -> None:
    story = (
        given(Story(age=age).need_raised().sent().acknowledged().contacted().start_assessment())
        .when(criteria.evaluate_criteria, by=NURSE_A, facts={"age": {}})
        .then(CriteriaEvaluated)
    )

    assert [(verdict.met, verdict.facts) for verdict in story.state.referral.verdicts] == [(met, {"age_years": age})]


@pytest.mark.rule("ORE-3.1.1-5")
def test_a_callers_word_on_age_is_refused() -> None:
    given(investigated()).when(criteria.evaluate_criteria, by=NURSE_A, facts={"age": {"age_years": 40}}).then_refused(
        FactRefused, rule="ORE-3.1.1-5", where=("age", "age_years")
    )


@pytest.mark.untold("the register knows every age")
@pytest.mark.rule("ORE-3.1.1-5")
def test_a_person_of_unknown_age_is_not_judged_on_it() -> None:
    given(Story(age=None).need_raised().sent().acknowledged().contacted().start_assessment()).when(
        criteria.evaluate_criteria, by=NURSE_A, facts={"age": {}}
    ).then_refused(FactMissing, rule="ORE-3.1.1-5", where=("age", "age_years"))


@pytest.mark.untold("the shape of the body refuses it first")
@pytest.mark.rule("ORE-3.1.1-7")
def test_risks_without_a_named_instrument_are_refused() -> None:
    given(investigated()).when(
        criteria.evaluate_criteria, by=NURSE_A, facts={"risks": {"risks_identified": True, "instrument": " "}}
    ).then_refused(FactMissing, rule="ORE-3.1.1-7", where=("risks", "instrument"))


UNSAFE = {"safe_at_home": False}


def unsafe() -> Story:
    """Tell that care at home is not safe, on an otherwise agreed level."""
    return (
        investigated()
        .assessed(DISTRICT_NURSE)
        .assessed(NURSE_A)
        .considered(safe_at_home={**UNSAFE})
        .level_established()
    )


@pytest.mark.rule("ORE-3.1.1-8")
@pytest.mark.rule("ORE-3.1.1-9")
@pytest.mark.parametrize(
    ("criterion", "facts", "rule"),
    [
        ("safe-at-home", UNSAFE, "ORE-3.1.1-8"),
        ("not-digital", {"digital_care_suffices": True}, "ORE-3.1.1-9"),
    ],
)
def test_a_request_is_not_accepted_on_an_unmet_criterion(criterion: str, facts: dict[str, bool], rule: str) -> None:
    story = weighed().after(criteria.evaluate_criteria, DISTRICT_NURSE, facts={criterion: facts}).level_established()

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(CriterionNotMet, rule=rule, where=(criterion,))


@pytest.mark.rule("ORE-3.1.1-4", "ORE-3.1.1-6", "ORE-3.1.1-7")
@pytest.mark.parametrize(
    ("criterion", "facts"),
    [
        ("coordination", {"coordination_needed": False}),
        ("risks", {"risks_identified": False, "instrument": "Senior alert"}),
    ],
)
def test_no_need_of_coordination_and_no_risk_are_weighed_and_stop_no_care(
    criterion: str, facts: dict[str, bool | str]
) -> None:
    story = weighed().after(criteria.evaluate_criteria, DISTRICT_NURSE, facts={criterion: facts})

    accepted = story.level_established().accepted()

    assert accepted.state.referral.status is ReferralStatus.ACCEPTED
    (verdict,) = (one for one in accepted.state.referral.verdicts if one.criterion == criterion)
    assert (verdict.met, verdict.weighed) == (False, True)
    assert "criteria-met" in accepted.state.conditions


@pytest.mark.rule("ORE-3.1.1-4")
def test_each_partys_evaluation_stands_as_its_own_and_a_difference_is_settled() -> None:
    safe = {"safe_at_home": True}
    story = unsafe().after(criteria.evaluate_criteria, NURSE_A, facts={"safe-at-home": safe})

    own = {party: found["safe-at-home"].met for party, found in story.state.referral.evaluations.items()}
    assert own == {Party.REGION: False, Party.MUNICIPALITY: True}
    for by in BOTH:
        given(story).when(referral_decision.accept, by=by).then_refused(
            PositionsDiffer, rule="ORE-3.1.1-8", where=("safe-at-home",)
        )

    alike = story.after(criteria.evaluate_criteria, DISTRICT_NURSE, facts={"safe-at-home": safe})
    assert alike.accepted().state.referral.status is ReferralStatus.ACCEPTED
    exempted = story
    for by in BOTH:
        exempted = exempted.after(criteria.agree_exception, by, criterion="safe-at-home", reason="Two nurses visit")
    assert exempted.accepted().state.referral.status is ReferralStatus.ACCEPTED


@pytest.mark.rule("ORE-3.1.1-4")
@pytest.mark.rule("ORE-3.1.1-8")
@pytest.mark.parametrize("doubter", BOTH, ids=lambda by: by.party)
@pytest.mark.parametrize("latest", BOTH, ids=lambda by: by.party)
def test_a_criterion_that_one_party_finds_unmet_is_unmet_whoever_speaks_last(doubter: Actor, latest: Actor) -> None:
    story = level_established()
    for by in (*(one for one in BOTH if one is not latest), latest):
        facts = {"safe-at-home": {"safe_at_home": by is not doubter}}
        story = story.after(criteria.evaluate_criteria, by, facts=facts)

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        PositionsDiffer, rule="ORE-3.1.1-8", where=("safe-at-home",)
    )


def test_of_two_evaluations_that_say_the_same_the_latest_counts() -> None:
    story = weighed()
    for by in BOTH:
        story = story.after(
            criteria.evaluate_criteria,
            by,
            facts={"safe-at-home": {"safe_at_home": True}},
            notes={"safe-at-home": f"Judged by the {by.party}"},
        )

    (counted,) = (one for one in story.state.referral.verdicts if one.criterion == "safe-at-home")
    assert counted.note == "Judged by the municipality"


@pytest.mark.rule("ORE-3.1.1-5")
def test_what_the_record_answers_is_no_partys_word() -> None:
    child = Story(age=17).need_raised().sent().acknowledged().contacted().start_assessment()
    story = child.after(criteria.evaluate_criteria, DISTRICT_NURSE, facts={"age": {}})

    grown = story.at_age(18).after(criteria.evaluate_criteria, NURSE_A, facts={"age": {}})

    assert [verdict.met for verdict in grown.state.referral.verdicts] == [True]
    assert not grown.state.referral.differs("age")


@pytest.mark.rule("F16")
@pytest.mark.rule("ORE-3.1.1-5")
def test_someone_under_eighteen_is_not_accepted_without_an_exception() -> None:
    child = Story(age=17).need_raised().sent().acknowledged().contacted().start_assessment()
    story = child.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered().level_established()

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        AgeNotCovered, rule="ORE-3.1.1-5", where=("age", Party.REGION)
    )


@pytest.mark.rule("ORE-3.1.1-10")
@pytest.mark.rule("S19")
def test_both_parties_may_set_the_age_criterion_aside() -> None:
    child = Story(age=17).need_raised().sent().acknowledged().contacted().start_assessment()
    story = child.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered()
    for by in BOTH:
        story = story.after(criteria.agree_exception, by, criterion="age", reason="Turns eighteen in May")

    assert story.level_established().accepted().state.referral.status is ReferralStatus.ACCEPTED


@pytest.mark.rule("ORE-3.1.1-10")
def test_an_exception_is_proposed_by_one_party_and_agreed_by_the_other() -> None:
    story = (
        given(unsafe())
        .when(criteria.agree_exception, by=NURSE_A, criterion="safe-at-home", reason="Two nurses visit together")
        .then(an(CriteriaExceptionProposed, party=Party.MUNICIPALITY, criterion="safe-at-home"))
    )

    story = (
        given(story)
        .when(criteria.agree_exception, by=DISTRICT_NURSE, criterion="safe-at-home", reason="Agreed")
        .then(an(CriteriaExceptionAgreed, criterion="safe-at-home"))
    )

    assert story.accepted().state.referral.status is ReferralStatus.ACCEPTED


@pytest.mark.rule("F8")
@pytest.mark.rule("ORE-3.1.1-10")
def test_one_party_sets_no_criterion_aside() -> None:
    story = unsafe().after(criteria.agree_exception, NURSE_A, criterion="safe-at-home", reason="We can do it")
    where = ("safe-at-home", "region")

    given(story).when(criteria.agree_exception, by=NURSE_A, criterion="safe-at-home", reason="We insist").then_refused(
        ExceptionNeedsConsensus, rule="ORE-3.1.1-10", where=where
    )
    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        ExceptionNeedsConsensus, rule="ORE-3.1.1-10", where=where
    )


# --- R8: the level ----------------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.1.3-10")
def test_the_level_is_established_when_both_assessments_agree() -> None:
    given(weighed()).when(referral.establish_level, by=NURSE_A).then(an(CareLevelEstablished, level=CareLevel.PRIMARY))


@pytest.mark.rule("F5")
@pytest.mark.rule("ORE-3.1.1-3")
def test_one_partys_assessment_establishes_no_level() -> None:
    given(investigated().assessed(DISTRICT_NURSE).considered()).when(
        referral.establish_level, by=DISTRICT_NURSE
    ).then_refused(JointAssessmentMissing, rule="ORE-3.1.1-3", where=("municipality",))


@pytest.mark.rule("F7")
@pytest.mark.rule("ORE-3.1.1-4")
@pytest.mark.rule("ORE-3.1.3-8")
def test_no_level_is_established_while_a_criterion_is_not_considered() -> None:
    story = investigated().assessed(DISTRICT_NURSE).assessed(NURSE_A)
    story = story.after(criteria.evaluate_criteria, NURSE_A, facts={"age": {}, "safe-at-home": {"safe_at_home": True}})
    assert story.events[-1].basis.clauses == ("ORE-3.1.1-4", "ORE-3.1.3-8")

    given(story).when(referral.establish_level, by=NURSE_A).then_refused(
        CriterionNotConsidered, rule="ORE-3.1.1-6", where=("coordination", "risks", "not-digital")
    )


@pytest.mark.rule("ORE-3.1.3-10")
def test_assessments_that_differ_establish_no_level() -> None:
    given(weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED)).when(referral.establish_level, by=NURSE_A).then_refused(
        PositionsDiffer, rule="ORE-3.1.3-10", where=("primary", "specialised")
    )


@pytest.mark.rule("SYS-6")
def test_the_level_is_not_dated_before_the_assessments_it_stands_on() -> None:
    given(weighed()).when(referral.establish_level, by=NURSE_A, at="2025-04-01 08:55").then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


@pytest.mark.rule("SYS-6")
def test_an_assessment_that_is_recorded_late_lets_no_decision_be_dated_before_another() -> None:
    story = investigated().considered().assessed(DISTRICT_NURSE, at="2025-04-02 12:00")
    story = story.after(
        referral.record_assessment, NURSE_A, at="2025-04-02 09:00", now="2025-04-03 09:00", **ASSESSMENT
    )

    given(story).when(referral.establish_level, by=NURSE_A, at="2025-04-02 10:00", now="2025-04-03 10:00").then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


def test_the_request_reached_the_municipality_when_it_was_sent() -> None:
    sent = Story().need_raised().sent(at="2025-04-01 08:20")
    story = sent.acknowledged().contacted().start_assessment()
    story = story.assessed(DISTRICT_NURSE).assessed(NURSE_A).considered().level_established().accepted()

    assert story.state.referral.sent_at == swedish("2025-04-01 08:20")


@pytest.mark.rule("ORE-2.2-10")
def test_an_advanced_intervention_is_accepted_only_when_both_have_considered_it_together() -> None:
    story = investigated()
    for by in BOTH:
        story = story.assessed(by, interventions=[given_to(DRIP, Party.MUNICIPALITY)])
    story = story.considered().level_established()
    story = (
        given(story)
        .when(referral.consider_jointly, by=NURSE_A, intervention="drip", conclusion="At home with training")
        .then(an(JointConsiderationRecorded, party=Party.MUNICIPALITY))
    )

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        JointConsiderationMissing, rule="ORE-2.2-10", where=("drip",)
    )
    both = story.after(referral.consider_jointly, DISTRICT_NURSE, intervention="drip", conclusion="Agreed")
    given(both).when(referral_decision.accept, by=NURSE_A).then(AcceptanceDeclared)


def test_only_an_intervention_of_the_case_is_considered_jointly() -> None:
    given(weighed()).when(
        referral.consider_jointly, by=NURSE_A, intervention="drip", conclusion="At home"
    ).then_refused(UnknownReference, rule="ORE-2.2-10", where=("intervention",))


# --- R12 and R13: accepted or declined, by both -----------------------------------------------------------------------


@pytest.mark.rule("ORE-3-3")
def test_both_accept_and_an_enrolment_is_proposed() -> None:
    story = (
        given(level_established())
        .when(referral_decision.accept, by=DISTRICT_NURSE)
        .then(an(AcceptanceDeclared, party=Party.REGION))
    )

    story = (
        given(story)
        .when(referral_decision.accept, by=NURSE_A)
        .then(ReferralAccepted, an(EnrolmentProposed, municipality=A, patient_id=PATIENT))
    )

    assert story.enrolment.id == story.state.enrolment_id


@pytest.mark.rule("F10")
@pytest.mark.rule("ORE-3-3")
def test_one_party_does_not_accept_for_both() -> None:
    given(level_established().accepted(NURSE_A)).when(referral_decision.accept, by=CARE_STAFF_A).then_refused(
        OtherPartyMissing, rule="ORE-3-3", where=("region",)
    )


@pytest.mark.rule("SYS-6")
def test_the_second_acceptance_is_not_dated_before_the_first() -> None:
    story = level_established().on("2025-04-04 12:00").accepted(DISTRICT_NURSE)

    given(story).when(referral_decision.accept, by=NURSE_A, at="2025-04-04 11:00").then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


@pytest.mark.rule("ORE-1.1-3")
@pytest.mark.rule("ORE-2.2-11")
def test_specialised_care_lies_outside_the_agreement_and_is_not_accepted() -> None:
    story = weighed(CareLevel.SPECIALISED).level_established()

    given(story).when(referral_decision.accept, by=NURSE_A).then_refused(
        NotMunicipal, rule="ORE-1.1-3", where=("level",)
    )


@pytest.mark.rule("ORE-3.1.2-5")
def test_both_decline_with_reasons_and_the_region_goes_on() -> None:
    story = (
        given(weighed())
        .when(referral_decision.decline, by=DISTRICT_NURSE, reason="She can visit the health centre")
        .then(an(DeclineDeclared, party=Party.REGION))
    )

    story = (
        given(story)
        .when(referral_decision.decline, by=NURSE_A, reason="Agreed: she can visit the health centre")
        .then(an(ReferralDeclined, reason="Agreed: she can visit the health centre"))
    )

    assert story.performer(WOUND.key) == story.state.region


@pytest.mark.rule("ORE-3-1")
def test_care_that_a_resolution_gave_to_the_municipality_returns_when_the_request_is_declined() -> None:
    story = at_odds().resolved()
    assert story.performer() == A

    assert story.declined().performer() == story.state.region


def test_a_plan_begun_during_the_investigation_closes_when_the_request_is_declined() -> None:
    given(weighed().plan_begun().declined(NURSE_A)).when(
        referral_decision.decline, by=DISTRICT_NURSE, reason="Agreed"
    ).then(ReferralDeclined, an(PlanClosed, reason="declined"))


@pytest.mark.rule("F10")
@pytest.mark.rule("S16")
@pytest.mark.rule("ORE-3.1.3-10")
def test_the_municipality_does_not_decline_alone() -> None:
    given(weighed().declined(NURSE_A)).when(referral_decision.decline, by=CARE_STAFF_A, reason="No staff").then_refused(
        OtherPartyMissing, rule="ORE-3.1.2-5", where=("region",)
    )


@pytest.mark.rule("F6")
@pytest.mark.rule("ORE-3.1.2-5")
@pytest.mark.parametrize("story", [Story().need_raised().sent(), investigated()], ids=["sent", "under investigation"])
def test_a_request_is_not_declined_or_closed_without_assessment(story: Story) -> None:
    given(story).when(referral_decision.decline, by=NURSE_A, reason="No staff").then_refused(
        AssessmentRequired, rule="ORE-3.1.2-5"
    )
    given(story).when(referral_decision.close, by=NURSE_A).then_refused(AssessmentRequired, rule="ORE-3.1.2-5")


@pytest.mark.rule("ORE-3.1.3-10")
def test_a_need_that_nobody_has_sent_is_not_declined() -> None:
    given(Story().need_raised()).when(referral_decision.decline, by=DISTRICT_NURSE, reason="No").then_refused(
        WrongState, rule="ORE-3.1.2-5", where=("need-raised",)
    )


@pytest.mark.rule("F5")
@pytest.mark.rule("ORE-3.1.1-3")
def test_one_partys_assessment_declines_nothing() -> None:
    given(investigated().assessed(NURSE_A)).when(referral_decision.decline, by=NURSE_A, reason="No staff").then_refused(
        JointAssessmentMissing, rule="ORE-3.1.1-3", where=("region",)
    )


@pytest.mark.rule("F5")
def test_a_resolved_disagreement_does_not_stand_in_for_a_partys_assessment() -> None:
    story = investigated().assessed(DISTRICT_NURSE).disputed().resolved().considered()

    given(story).when(referral_decision.accept, by=DISTRICT_NURSE).then_refused(
        JointAssessmentMissing, rule="ORE-3.1.1-3", where=("municipality",)
    )
    given(story).when(referral.record_assessment, by=DISTRICT_NURSE, **ASSESSMENT).then_refused(
        WrongState, rule="ORE-3.1.1-3", where=("level-established",)
    )
    assert story.assessed(NURSE_A).accepted().state.referral.status is ReferralStatus.ACCEPTED


def test_a_party_that_declines_no_longer_accepts() -> None:
    story = level_established().accepted(DISTRICT_NURSE).declined(DISTRICT_NURSE)

    given(story).when(referral_decision.accept, by=NURSE_A).then(an(AcceptanceDeclared, party=Party.MUNICIPALITY))


# --- R14 and R15: withdrawn, closed -----------------------------------------------------------------------------------


@pytest.mark.rule("R14")
@pytest.mark.parametrize("story", [Story().need_raised(), Story().need_raised().sent()], ids=["raised", "sent"])
def test_the_sender_withdraws_a_request_freely_until_it_is_acknowledged(story: Story) -> None:
    given(story).when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=WithdrawalReason.BY_SENDER).then(
        an(ReferralWithdrawn, reason=WithdrawalReason.BY_SENDER)
    )


@pytest.mark.rule("R14")
def test_an_acknowledged_request_is_not_withdrawn_at_will() -> None:
    given(Story().need_raised().sent().acknowledged()).when(
        referral_decision.withdraw, by=DISTRICT_NURSE, reason=WithdrawalReason.BY_SENDER
    ).then_refused(WrongState, rule="R14", where=("acknowledged",))


@pytest.mark.rule("R14")
def test_a_request_whose_enrolment_was_refused_is_not_withdrawn() -> None:
    story = accepted().considered(safe_at_home={"safe_at_home": False})
    refused = story.after(enrolment.refuse, NURSE_A, criterion="safe-at-home", reason="The home is a building site")

    given(refused).when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=WithdrawalReason.MOVE).then_refused(
        WrongState, rule="R14", where=("refused",)
    )


@pytest.mark.rule("R14")
@pytest.mark.parametrize("reason", [WithdrawalReason.DEATH, WithdrawalReason.MOVE, WithdrawalReason.INDIVIDUAL_REFUSES])
@pytest.mark.parametrize(
    "story",
    [Story().need_raised().sent().acknowledged(), weighed(), level_established()],
    ids=lambda one: one.state.referral.status,
)
def test_an_acknowledged_request_is_withdrawn_when_the_person_dies_moves_or_refuses(
    story: Story, reason: WithdrawalReason
) -> None:
    given(story).when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=reason).then(
        an(ReferralWithdrawn, reason=reason)
    )


@pytest.mark.rule("R14")
@pytest.mark.parametrize("reason", [WithdrawalReason.DEATH, WithdrawalReason.MOVE, WithdrawalReason.INDIVIDUAL_REFUSES])
@pytest.mark.parametrize(
    "story",
    [accepted(), committed(), accepted().after(referral_decision.close, NURSE_A), accepted().disputed()],
    ids=["accepted", "committed", "closed", "accepted and disputed"],
)
def test_an_accepted_request_is_withdrawn_with_its_enrolment_until_the_person_is_enrolled(
    story: Story, reason: WithdrawalReason
) -> None:
    told = story.after(referral_decision.withdraw, DISTRICT_NURSE, reason=reason)

    assert (told.state.referral.status, told.enrolment.status) == ("withdrawn", "withdrawn")
    assert told.performer() == (None if reason is WithdrawalReason.DEATH else REGION)
    assert all(plan.ended_at is not None for plan in told.state.plans.values())


@pytest.mark.rule("R14")
@pytest.mark.parametrize("reason", WithdrawalReason)
def test_the_request_of_the_enrolled_is_not_withdrawn(reason: WithdrawalReason) -> None:
    given(enrolled()).when(referral_decision.withdraw, by=DISTRICT_NURSE, reason=reason).then_refused(
        WrongState, rule="R14", where=("active",)
    )


@pytest.mark.rule("R14")
@pytest.mark.parametrize("reason", [WithdrawalReason.MOVE, WithdrawalReason.INDIVIDUAL_REFUSES])
def test_a_refusal_or_a_move_ends_the_request_also_during_a_disagreement(reason: WithdrawalReason) -> None:
    story = at_odds().after(referral_decision.withdraw, DISTRICT_NURSE, reason=reason)

    assert (story.state.referral.status, story.performer()) == ("withdrawn", REGION)


@pytest.mark.rule("R14", "SYS-6")
def test_a_request_is_not_withdrawn_at_a_time_before_the_latest_step_of_its_enrolment() -> None:
    story = accepted().committed(DISTRICT_NURSE)
    given(story).when(
        referral_decision.withdraw,
        by=DISTRICT_NURSE,
        at=accepted().clock,
        now=story.clock,
        reason=WithdrawalReason.INDIVIDUAL_REFUSES,
    ).then_refused(OccurredTooEarly, rule="SYS-6")


@pytest.mark.rule("SYS-3")
def test_the_municipality_does_not_withdraw_the_regions_request() -> None:
    given(Story().need_raised().sent()).when(
        referral_decision.withdraw, by=NURSE_A, reason=WithdrawalReason.BY_SENDER
    ).then_refused(NotYourPrincipal, rule="SYS-3")


@pytest.mark.rule("S17")
def test_nobody_answers_for_the_care_of_a_person_who_died_during_a_disagreement() -> None:
    story = at_odds().after(referral_decision.withdraw, DISTRICT_NURSE, reason=WithdrawalReason.DEATH)

    held = story.state.allocations[WOUND.key]
    assert (held.performer, held.kept_by) == (None, None)
    assert story.resolved().performer(WOUND.key) is None


@pytest.mark.rule("R15")
def test_an_accepted_request_is_closed() -> None:
    given(accepted()).when(referral_decision.close, by=NURSE_A).then(ReferralClosed)


@pytest.mark.rule("R15")
def test_a_declined_request_is_closed_when_the_reasons_have_been_told() -> None:
    declined = weighed().declined()

    given(declined).when(referral_decision.close, by=DISTRICT_NURSE).then_refused(
        ReferralContentMissing, rule="R15", where=("note",)
    )
    given(declined).when(referral_decision.close, by=DISTRICT_NURSE, note="Told by telephone").then(
        an(ReferralClosed, note="Told by telephone")
    )


@pytest.mark.rule("R15")
def test_an_open_request_is_not_closed() -> None:
    given(weighed()).when(referral_decision.close, by=NURSE_A).then_refused(
        WrongState, rule="R15", where=("assessing",)
    )


# --- Who, when, and under what ----------------------------------------------------------------------------------------


@pytest.mark.rule("SYS-3")
def test_a_principal_that_is_not_a_party_of_the_case_does_nothing_in_it() -> None:
    given(investigated()).when(referral.record_assessment, by=NURSE_B, **ASSESSMENT).then_refused(
        NotParty, rule="SYS-3", where=()
    )


@pytest.mark.rule("F25")
@pytest.mark.rule("ORE-0-2")
@pytest.mark.rule("SYS-2")
def test_a_need_the_day_before_the_agreement_takes_effect_is_refused() -> None:
    given().when(
        referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, at="2025-03-10 23:59"
    ).then_refused(NoAgreementInForce, rule="SYS-2", where=("occurred_at",))


@pytest.mark.rule("F25")
@pytest.mark.rule("ORE-0-2")
def test_a_need_on_the_day_the_agreement_takes_effect_stands_on_it() -> None:
    story = (
        given()
        .when(referral.raise_need, by=DISTRICT_NURSE, patient_id=PATIENT, request=REQUEST, at="2025-03-11 00:00")
        .then(NeedRaised)
    )

    assert str(story.state.agreement) == "1085641 R1"
    assert story.state.opened_at.date() == date(2025, 3, 10)


@pytest.mark.rule("SYS-1")
def test_an_act_in_the_future_is_refused() -> None:
    given(Story().need_raised().sent()).when(
        referral.acknowledge, by=NURSE_A, at="2025-04-02 09:00", now="2025-04-02 08:59"
    ).then_refused(OccurredInFuture, rule="SYS-1", where=("occurred_at",))


@pytest.mark.rule("SYS-6")
@pytest.mark.parametrize(
    ("story", "decide", "by", "content"),
    [
        (Story().need_raised(), referral.send, DISTRICT_NURSE, {"receiver": A}),
        (Story().need_raised().sent(), referral.acknowledge, NURSE_A, {}),
        (Story().need_raised().sent().acknowledged(), referral.contact, NURSE_A, {}),
        (weighed(), disagreement.raise_disagreement, NURSE_A, {"reason": "Too early"}),
        (weighed(), care_plan_start.initiate, NURSE_A, {}),
        (accepted(), criteria.evaluate_criteria, NURSE_A, {"facts": CRITERIA}),
    ],
    ids=["send", "acknowledge", "contact", "disagree", "plan", "weigh"],
)
def test_an_act_is_not_dated_before_the_state_it_follows(
    story: Story, decide: Decision, by: Actor, content: dict[str, Any]
) -> None:
    given(story).when(decide, by=by, at="2025-04-01 07:00", **content).then_refused(
        OccurredTooEarly, rule="SYS-6", where=("occurred_at",)
    )


# --- The ground of a decision -----------------------------------------------------------------------------------------


def _considered(story: Story) -> Story:
    for by in BOTH:
        story = story.after(referral.consider_jointly, by, intervention=WOUND.key, conclusion="Dressing at home")
    return story


@pytest.mark.rule("ORE-3-3")
@pytest.mark.parametrize(
    "change",
    [lambda story: story.considered(), _considered],
    ids=["criteria", "joint consideration"],
)
def test_an_acceptance_or_a_decline_is_void_when_its_ground_changes_after_it(change: Callable[[Story], Story]) -> None:
    accepting = change(level_established().accepted(DISTRICT_NURSE))
    declining = change(level_established().declined(DISTRICT_NURSE))

    assert (accepting.state.referral.accepted_by, declining.state.referral.declined_by) == ((), ())
    assert accepting.accepted(NURSE_A).state.referral.status is ReferralStatus.LEVEL_ESTABLISHED
    assert declining.declined(NURSE_A).state.referral.status is ReferralStatus.LEVEL_ESTABLISHED


@pytest.mark.rule("ORE-3.1.3-10")
def test_a_decline_is_void_when_a_new_assessment_follows_on_it() -> None:
    story = weighed().declined(DISTRICT_NURSE).assessed(NURSE_A)

    assert story.state.referral.declined_by == ()


@pytest.mark.rule("ORE-3.1.1-10")
def test_a_decline_is_void_when_the_parties_agree_to_an_exception_after_it() -> None:
    story = weighed().considered(safe_at_home={"safe_at_home": False}).declined(DISTRICT_NURSE)
    for by in BOTH:
        story = story.after(criteria.agree_exception, by, criterion="safe-at-home", reason="The home is being rebuilt")

    assert story.state.referral.declined_by == ()


def test_a_criterion_that_is_weighed_after_both_accepted_leaves_their_acceptance() -> None:
    assert accepted().considered().state.referral.accepted_by == (Party.REGION, Party.MUNICIPALITY)


@pytest.mark.rule("ORE-3.1.1-10")
@pytest.mark.parametrize(
    ("story", "state"), [(weighed(), "met"), (investigated(), "not considered")], ids=["met", "not considered"]
)
def test_no_exception_is_made_from_a_criterion_that_nobody_found_unmet(story: Story, state: str) -> None:
    given(story).when(
        criteria.agree_exception, by=NURSE_A, criterion="safe-at-home", reason="To be on the safe side"
    ).then_refused(WrongState, rule="ORE-3.1.1-10", where=(state,))


def in_contact() -> Story:
    """Tell that the municipality has received the request and contacted the region."""
    return Story().need_raised().sent().acknowledged().contacted()


HEALED = {"reason": "Healed", "participation": TOOK_PART}
PERFORMED = {"intervention": WOUND.key, "performer": NURSE_A.person}
STEPS: dict[str, tuple[Story, Decision, dict[str, Any], type[Refusal], str]] = {
    "request": (Story().need_raised(by=NURSE_A), referral.acknowledge, {}, WrongState, "ORE-3.1.2-6"),
    "investigate": (
        Story().need_raised().sent().acknowledged(),
        referral.start_assessment,
        {"participants": [one.person for one in BOTH]},
        WrongState,
        "ORE-3.1.3-1",
    ),
    "assess": (in_contact(), referral.record_assessment, ASSESSMENT, WrongState, "ORE-3.1.1-3"),
    "decide": (weighed(), referral_decision.accept, {}, WrongState, "ORE-3-3"),
    "plan": (accepted().committed().ready(), enrolment.start, {}, PlanRequired, "ORE-3.1.4-1"),
    "ongoing": (committed(), tasks.perform, PERFORMED, WrongState, "C.3"),
    "end": (committed(), discharge.declare_discharge, HEALED, WrongState, "C.3"),
}
"""Acts that a step of the process is still missing for: the story, the act, its content, the refusal and its rule."""


@pytest.mark.rule("ORE-3.1-1")
@pytest.mark.parametrize("step", STEPS)
def test_no_act_of_the_process_passes_over_a_step(step: str) -> None:
    story, decide, content, refusal, rule = STEPS[step]

    given(story).when(decide, by=NURSE_A, **content).then_refused(refusal, rule=rule)


@pytest.mark.rule("ORE-3.1.3-3")
@pytest.mark.parametrize("more", [(), (PHYSICIAN,), (PHYSICIAN, CARE_STAFF_A, REGION_COORDINATOR)])
def test_as_many_take_part_in_the_investigation_as_the_need_asks_for(more: tuple[Actor, ...]) -> None:
    participants = tuple(one.person for one in (*BOTH, *more))
    given(in_contact()).when(referral.start_assessment, by=NURSE_A, participants=participants).then(
        an(JointAssessmentStarted, participants=participants)
    )


# --- The ways on from a request that is not ready ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "decide", "content", "acts"),
    [
        (level_established(), enrolment.propose, {}, ("accept-referral",)),
        (
            weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED).disputed(),
            referral.acknowledge,
            {},
            ("resolve-disagreement", "withdraw-disagreement"),
        ),
        (enrolled(), referral.acknowledge, {}, ()),
        (Story().need_raised(municipality=A), referral.contact, {}, ("send-referral",)),
    ],
    ids=["established", "disputed", "closed", "raised"],
)
def test_an_act_that_the_request_is_not_ready_for_recommends_the_next_step(
    story: Story, decide: Decision, content: dict[str, Any], acts: tuple[str, ...]
) -> None:
    with pytest.raises(WrongState) as refused:
        story.after(decide, NURSE_A, **content)

    assert refused.value.acts == acts


@pytest.mark.parametrize(
    ("left_out", "acts"),
    [
        ((), ("start-assessment",)),
        (("start-assessment",), ("start-assessment",)),
        (("start-assessment", "propose-handover"), ("start-assessment",)),
    ],
)
def test_of_the_ways_to_begin_an_assessment_those_are_recommended_that_the_version_gives_to_somebody(
    left_out: tuple[str, ...], acts: tuple[str, ...]
) -> None:
    version = ORE.model_copy(update={"acts": {name: rule for name, rule in ORE.acts.items() if name not in left_out}})
    story = Story().need_raised().sent().acknowledged().contacted().under(version)

    with pytest.raises(WrongState) as refused:
        story.after(criteria.evaluate_criteria, NURSE_A, facts={"age": {}})

    assert refused.value.acts == acts


def test_a_version_that_left_out_the_track_prescribes_no_step() -> None:
    story = Story().need_raised().sent()
    without = story.under(ORE.model_copy(update={"tracks": ORE.tracks[1:]}))

    assert prescribed_steps(without.act(referral.acknowledge, NURSE_A), without.state) == ()
