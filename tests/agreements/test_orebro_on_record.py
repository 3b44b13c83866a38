"""Demands of Örebro's text beside its criteria: statements of each party, and the order of acts."""

from functools import cache
from typing import Any

import pytest

from domain.case.acts import (
    care_plan,
    care_plan_end,
    care_plan_start,
    criteria,
    discharge,
    enrolment,
    handover,
    referral,
    statements,
    track_openings,
)
from domain.case.events.care_plan import PlannedIntervention
from domain.case.events.case import StatementRecorded
from domain.intervention import AllocatedIntervention, CareLevel, Intervention, Scope
from domain.kernel import Party
from domain.refusals import (
    ActorNotAllowed,
    ConsentMissing,
    ContentMissing,
    CriterionNotMet,
    PreconditionMissing,
    SipRequired,
)
from tests.agreements.orebro import OREBRO as TEXT
from tests.projections.open_items import items_of
from tests.scenario import (
    DISTRICT_NURSE,
    NURSE_A,
    OREBRO,
    PSYCHIATRIC_FACTS,
    PSYCHIATRIC_NURSE,
    PSYCHIATRIST,
    TOOK_PART,
    Story,
    an,
    enrolled,
    given,
    request_in,
)

DRUG = Intervention(key="depot", text="Depot injection every fourth week", category="psychiatric-drug-handling")
SIP_PARTS: dict[str, dict[str, Any]] = {
    "needs": {"text": "A depot injection every fourth week"},
    "principals": {"text": "Psychiatry treats, the municipality gives the injection"},
    "others": {"text": "None"},
    "overall-responsibility": {"principal": "region"},
    "participation": {"text": "He took part in the meeting"},
    "habitual-state": {"wellbeing": "Sleeps well and keeps his routines"},
    "physician-support": {
        "treating-physician": "The clinic's direct line",
        "contact-path": "The physician on call",
        "answers": "round-the-clock",
    },
    "drug-handling": {"agreed": "The municipal nurse takes over the injections"},
    "physician-contact": {"agreed": "By telephone"},
    "deterioration-contact": {"contact-path": "The clinic's direct line"},
}


@cache
def proposed() -> Story:
    """Tell that psychiatry has proposed to hand drug handling over to municipality A, for a man of 34."""
    story = Story(age=34).need_raised(
        request_in(OREBRO, DRUG), by=PSYCHIATRIST, track="psychiatric-drugs", municipality=OREBRO.a
    )
    return story.after(track_openings.propose_handover, PSYCHIATRIST, receiver=OREBRO.a, interventions=(DRUG.key,))


@cache
def summoned() -> Story:
    """Tell that he has consented, and that psychiatry has summoned to the SIP; the plan is begun."""
    story = proposed().stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    return story.stated("sip-summons", PSYCHIATRIC_NURSE, when="At two on Monday").plan_begun(
        PSYCHIATRIC_NURSE, kind="sip"
    )


def held(story: Story) -> Story:
    """Tell that the parties planned with him."""
    return story.after(care_plan_start.hold_planning, PSYCHIATRIC_NURSE, plan=newest(story), **MEETING)


def newest(story: Story) -> Any:
    return list(story.state.plans)[-1]


MEETING: dict[str, Any] = {
    "form": "facility",
    "participants": [PSYCHIATRIC_NURSE.person, NURSE_A.person],
    "participation": TOOK_PART,
}


@cache
def sip_written() -> Story:
    """Tell that the SIP is whole, and that nobody has agreed to it."""
    story = held(summoned())
    plan = newest(story)
    intervention = PlannedIntervention(
        **dict(DRUG),
        scope=Scope.SEVERAL_WITH_COORDINATION,
        performer=Party.MUNICIPALITY,
        line="drug",
        task="administer",
    )
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=plan, intervention=intervention)
    for part, fields in SIP_PARTS.items():
        story = story.after(care_plan.record_section, PSYCHIATRIC_NURSE, plan=plan, part=part, fields=fields)
    return story


@cache
def sip() -> Story:
    """Tell that the SIP is established."""
    return sip_written().plan_agreed(PSYCHIATRIST, NURSE_A)


# --- Psychiatric drug handling: consent, summons, SIP -----------------------------------------------------------------


@pytest.mark.rule("ORE-3.2.1-R3")
def test_the_region_obtains_the_consent_and_nobody_else() -> None:
    statement: dict[str, Any] = {"kind": "sip-consent", "fields": {"given": True}}

    given(proposed()).when(statements.record_statement, by=PSYCHIATRIC_NURSE, **statement).then(
        an(StatementRecorded, party=Party.REGION, kind="sip-consent")
    )
    given(proposed()).when(statements.record_statement, by=NURSE_A, **statement).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-R3"
    )


@pytest.mark.rule("ORE-3.2.1-R7")
def test_the_municipality_does_not_summon_to_the_sip() -> None:
    story = proposed().stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    statement: dict[str, Any] = {"kind": "sip-summons", "fields": {"when": "On Monday"}}

    given(story).when(statements.record_statement, by=NURSE_A, **statement).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-R7"
    )
    given(story).when(statements.record_statement, by=PSYCHIATRIC_NURSE, **statement).then(StatementRecorded)


@pytest.mark.rule("ORE-3.2.1-R3")
@pytest.mark.parametrize("answer", [None, False])
def test_without_consent_nobody_is_summoned(answer: bool | None) -> None:
    story = proposed() if answer is None else proposed().stated("sip-consent", PSYCHIATRIC_NURSE, given=answer)

    given(story).when(
        statements.record_statement, by=PSYCHIATRIC_NURSE, kind="sip-summons", fields={"when": "On Monday"}
    ).then_refused(ConsentMissing, rule="ORE-3.2.1-R3", where=["consent-before-summons"])


@pytest.mark.rule("ORE-3.2.1-R7")
def test_the_sip_is_not_planned_before_the_region_has_summoned() -> None:
    story = proposed().stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    story = story.plan_begun(PSYCHIATRIC_NURSE, kind="sip")

    given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, plan=newest(story), **MEETING).then_refused(
        PreconditionMissing, rule="ORE-3.2.1-R7", where=["summons-before-sip"]
    )


@pytest.mark.rule("ORE-3.2.1-5")
@pytest.mark.rule("ORE-3.2.1-11")
def test_consent_and_sip_are_criteria_that_the_record_answers() -> None:

    def unmet(story: Story) -> list[str]:
        state = story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS).state
        return [verdict.criterion for verdict in state.referral.verdicts if not verdict.met]

    assert unmet(proposed()) == ["sip-consent", "sip-established"]
    assert unmet(summoned()) == ["sip-established"]
    assert unmet(sip()) == []


@pytest.mark.rule("ORE-3.2.1-R4")
@pytest.mark.rule("ORE-3.2.1-R6")
@pytest.mark.parametrize("criterion", ["assessment-complete", "stabilised"])
def test_the_municipality_does_not_confirm_the_regions_responsibilities(criterion: str) -> None:
    given(proposed()).when(
        criteria.evaluate_criteria, by=NURSE_A, facts={criterion: PSYCHIATRIC_FACTS[criterion]}
    ).then_refused(ActorNotAllowed, rule="ORE-3.2.1-R4")


@pytest.mark.rule("ORE-3.2.1-R2")
def test_the_municipality_does_not_judge_the_level_of_drug_handling() -> None:
    given(proposed()).when(referral.establish_level, by=NURSE_A).then_refused(ActorNotAllowed, rule="ORE-3.2.1-R2")


# --- Handing over -----------------------------------------------------------------------------------------------------


@cache
def ready() -> Story:
    """Tell that all eight criteria are met and both committed. Only the written description is missing."""
    story = sip()
    for by, party in ((PSYCHIATRIST, Party.MUNICIPALITY), (NURSE_A, Party.MUNICIPALITY)):
        story = story.assessed(by, CareLevel.PRIMARY, (AllocatedIntervention(**dict(DRUG), party=party),))
    story = story.after(criteria.evaluate_criteria, PSYCHIATRIST, facts=PSYCHIATRIC_FACTS)
    story = story.after(referral.establish_level, PSYCHIATRIST).accepted(PSYCHIATRIC_NURSE, NURSE_A)
    return story.committed(PSYCHIATRIC_NURSE, NURSE_A).ready()


@pytest.mark.rule("ORE-3.2.1-R5")
def test_drug_handling_is_not_taken_over_without_a_written_description_of_the_habitual_state() -> None:
    given(ready()).when(enrolment.start, by=NURSE_A).then_refused(
        PreconditionMissing, rule="ORE-3.2.1-R5", where=["habitual-description"]
    )
    described = ready().stated("habitual-description", PSYCHIATRIC_NURSE, wellbeing="Sleeps well, keeps his routines")
    assert described.started().enrolment.started_at is not None


@pytest.mark.rule("ORE-3.2.1-R5")
def test_the_description_says_more_than_that_the_state_is_habitual() -> None:
    given(ready()).when(
        statements.record_statement, by=PSYCHIATRIC_NURSE, kind="habitual-description", fields={}
    ).then_refused(ContentMissing, rule="ORE-3.2.1-R5", where=["wellbeing"])


@pytest.mark.rule("ORE-3.2.1-K1")
def test_the_drugs_pass_when_a_municipal_nurse_accepts_them_and_not_as_the_enrolment_starts() -> None:
    described = ready().stated("habitual-description", PSYCHIATRIC_NURSE, wellbeing="Sleeps well, keeps his routines")
    story = described.started()
    assert story.state.allocations[DRUG.key].performer == OREBRO.region
    assert ("hand-over:depot", Party.REGION) in {(item.key, item.party) for item in items_of(story)}

    story = story.after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DRUG.key)
    assert story.state.allocations[DRUG.key].performer == OREBRO.region
    assert "hand-over:depot" not in {item.key for item in items_of(story)}
    given(story).when(handover.accept_handover, by=OREBRO.therapist_a, intervention=DRUG.key).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-K1"
    )
    held = story.after(handover.accept_handover, NURSE_A, intervention=DRUG.key).state.allocations[DRUG.key]
    assert (held.treatment, held.performer) == (OREBRO.region, OREBRO.a)


@pytest.mark.rule("ORE-3.2.1-12")
def test_a_handover_with_seven_of_eight_names_the_one() -> None:
    titrating = PSYCHIATRIC_FACTS["stabilised"] | {"physician_judges_stable": False}
    facts = PSYCHIATRIC_FACTS | {"stabilised": titrating}
    story = sip().after(criteria.evaluate_criteria, PSYCHIATRIST, facts=facts)
    story = story.stated("habitual-description", PSYCHIATRIC_NURSE, wellbeing="Sleeps well, keeps his routines")

    given(story).when(handover.hand_over, by=PSYCHIATRIC_NURSE, intervention=DRUG.key).then_refused(
        CriterionNotMet, rule="ORE-3.2.1-10", where=["stabilised"]
    )


@pytest.mark.rule("ORE-3.2.1-1")
def test_after_the_enrolment_the_drugs_are_psychiatrys_again() -> None:
    described = ready().stated("habitual-description", PSYCHIATRIC_NURSE, wellbeing="Sleeps well, keeps his routines")
    story = described.started().after(handover.hand_over, PSYCHIATRIC_NURSE, intervention=DRUG.key)
    story = story.after(handover.accept_handover, NURSE_A, intervention=DRUG.key)
    over: dict[str, Any] = {"reason": "He goes to the clinic himself", "participation": TOOK_PART}
    story = story.after(discharge.declare_discharge, NURSE_A, **over)

    story = story.after(discharge.complete_discharge, PSYCHIATRIC_NURSE, where_to_turn="The clinic")

    assert story.state.allocations[DRUG.key].performer == OREBRO.region


# --- Requests that the other party owes an answer ---------------------------------------------------------------------


def duties(story: Story, party: Party) -> list[tuple[str, str | None]]:
    """Return what the text's duties leave open for a party, each with its rule."""
    open_items = items_of(story)
    return [
        (item.key.removeprefix("duty:"), item.rule)
        for item in open_items
        if item.key.startswith("duty:") and item.party is party
    ]


@pytest.mark.parametrize(
    ("duty", "question", "answer", "rule"),
    [
        pytest.param(*each, marks=pytest.mark.rule(each[3]))
        for each in (
            ("physician-home-visit", {"reason": "Fever"}, {"answer": "This afternoon"}, "ORE-2.1-4"),
            ("competence-support", {"competence": "Drains"}, {"support": "A day of training"}, "ORE-2.2-9"),
        )
    ],
)
def test_a_request_of_the_municipality_is_an_open_duty_of_the_region_until_it_is_answered(
    duty: str, question: dict[str, Any], answer: dict[str, Any], rule: str
) -> None:
    story = enrolled().stated(f"{duty}-request", NURSE_A, **question)

    assert (duty, rule) in duties(story, Party.REGION)
    assert (duty, rule) not in duties(story, Party.MUNICIPALITY)
    assert (duty, rule) not in duties(story.stated(f"{duty}-answer", DISTRICT_NURSE, **answer), Party.REGION)


@pytest.mark.rule("ORE-3.2.1-R10")
def test_a_request_for_support_from_psychiatry_is_an_open_duty() -> None:
    story = proposed().stated("psychiatric-support-request", NURSE_A, support="A plan for how to meet him")

    assert ("psychiatric-support", "ORE-3.2.1-R10") in duties(story, Party.REGION)
    answered = story.stated("psychiatric-support-answer", PSYCHIATRIST, support="A plan was made")
    assert duties(answered, Party.REGION) == []


@pytest.mark.rule("ORE-3.1.4-6")
def test_a_medical_plan_does_not_take_the_place_of_a_sip_that_is_needed() -> None:
    story = enrolled().stated("sip-needed", NURSE_A, reason="Home help as well")

    for party in Party:
        assert ("sip", "ORE-3.1.4-6") in duties(story, party)


@pytest.mark.rule("ORE-3.1.4-6")
def test_an_established_sip_meets_the_duty_of_a_sip() -> None:
    story = sip().stated("sip-needed", NURSE_A, reason="Home help as well")

    assert all(key != "sip" for party in Party for key, _ in duties(story, party))


@pytest.mark.rule("ORE-3.1.4-6")
def test_a_sip_that_has_been_closed_meets_no_need_of_a_new_one() -> None:
    story = sip()
    for by in (PSYCHIATRIST, NURSE_A):
        story = story.after(care_plan_end.close, by, plan=story.plan.id, reason="The goals are reached")
    story = story.stated("sip-needed", NURSE_A, reason="Home help as well")

    assert [duties(story, party) for party in Party] == [[("sip", "ORE-3.1.4-6")]] * 2


# --- Reports and transfers --------------------------------------------------------------------------------------------


@pytest.mark.rule("ORE-3.2.1-K2")
def test_the_treating_physician_is_contacted_by_the_path_that_a_sip_has_agreed() -> None:
    report: dict[str, Any] = {
        "kind": "physician-contacted",
        "fields": {"contact-path": "by  telephone", "about": "Poor sleep"},
    }

    given(proposed()).when(statements.record_statement, by=NURSE_A, **report).then_refused(
        SipRequired, rule="ORE-3.2.1-K2"
    )
    for path in ("by  telephone", "The physician on call"):
        fields = report["fields"] | {"contact-path": path}
        told = given(sip()).when(statements.record_statement, by=NURSE_A, **report | {"fields": fields})
        assert told.then(StatementRecorded).events[-1].basis.breaches == ()
    given(sip()).when(statements.record_statement, by=PSYCHIATRIST, **report).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-K2"
    )


@pytest.mark.rule("ORE-3.2.1-K3")
@pytest.mark.parametrize("kind", ["side-effects-report", "deterioration-report"])
def test_the_municipality_reports_its_observations_to_psychiatry(kind: str) -> None:
    given(sip()).when(
        statements.record_statement, by=NURSE_A, kind=kind, fields={"observed": "Tremor", "contact-path": "Phone"}
    ).then(an(StatementRecorded, kind=kind, party=Party.MUNICIPALITY))
    given(sip()).when(
        statements.record_statement, by=NURSE_A, kind=kind, fields={"contact-path": "Phone"}
    ).then_refused(ContentMissing, rule="ORE-3.2.1-K3", where=["observed"])


@pytest.mark.rule("ORE-3.2.1-K2", "ORE-3.2.1-K3")
@pytest.mark.parametrize(
    ("kind", "field", "path", "rule"),
    [
        ("side-effects-report", "observed", "The clinic's direct line", "ORE-3.2.1-K3"),
        ("deterioration-report", "observed", "The clinic's direct line", "ORE-3.2.1-K3"),
        ("physician-contacted", "about", "By telephone", "ORE-3.2.1-K2"),
    ],
)
def test_the_path_is_the_one_that_the_sip_agreed_and_another_is_recorded_as_a_breach(
    kind: str, field: str, path: str, rule: str
) -> None:
    said: dict[str, Any] = {"decide": statements.record_statement, "by": NURSE_A, "kind": kind}
    as_agreed = (
        given(sip())
        .when(**said, fields={field: "Tremor"})
        .then(an(StatementRecorded, fields={field: "Tremor", "contact-path": path}))
    )
    other = {field: "Tremor", "contact-path": "A text message to a colleague"}
    otherwise = given(sip()).when(**said, fields=other).then(an(StatementRecorded, fields=other))

    assert [story.events[-1].basis.breaches for story in (as_agreed, otherwise)] == [(), (rule,)]


@pytest.mark.rule("ORE-3.2.1-K3")
@pytest.mark.parametrize("kind", ["side-effects-report", "deterioration-report"])
def test_a_report_waits_for_psychiatry_until_it_is_received(kind: str) -> None:
    report: dict[str, Any] = {"kind": kind, "fields": {"observed": "Tremor", "contact-path": "Phone"}}
    reported = sip().after(statements.record_statement, NURSE_A, **report)
    received = reported.after(
        statements.record_statement, PSYCHIATRIST, kind="report-received", fields={"action": "A lower dose"}
    )

    waiting = [
        [item.party for item in items_of(story) if item.key == "duty:psychiatry-report"]
        for story in (sip(), reported, received)
    ]

    assert waiting == [[], [Party.REGION], []]


@pytest.mark.rule("ORE-3.1.5-2")
def test_a_transfer_that_is_not_digital_names_its_confirmer() -> None:
    given(enrolled()).when(
        statements.record_statement,
        by=NURSE_A,
        kind="information-transferred-otherwise",
        fields={"means": "A telephone call"},
    ).then_refused(ContentMissing, rule="ORE-3.1.5-2", where=["confirmer"])


@pytest.mark.rule("ORE-2.2-6")
def test_after_a_handover_the_region_transfers_information_to_all_concerned() -> None:
    assert "handover-information" in {duty.id for duty in TEXT.duties}
    (duty,) = [duty for duty in TEXT.duties if duty.id == "handover-information"]
    assert (duty.owner, duty.opened_by) == (Party.REGION, ("event:enrolment.handover-accepted",))
