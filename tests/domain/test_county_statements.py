"""Statements of three counties, and the order that their texts give them."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from domain.case.acts import (
    care_plan,
    care_plan_start,
    criteria,
    enrolment,
    handover,
    referral_decision,
    statements,
    tasks,
)
from domain.case.events.care_plan import PlanInitiated
from domain.case.events.case import CircumstanceRecorded, StatementRecorded
from domain.case.events.enrolment import EnrolmentProposed, EnrolmentStarted, InterventionPerformed
from domain.case.events.referral import DeclineDeclared, ReferralAccepted, ReferralClosed, ReferralDeclined
from domain.case.state.case import evolve
from domain.intervention import Intervention, InterventionKind, Profession
from domain.kernel import Actor, Party, Refusal
from domain.refusals import (
    ActorNotAllowed,
    CircumstanceFollows,
    ContentMissing,
    ContentNotKnown,
    PreconditionMissing,
    UnknownReference,
    WrongState,
)
from tests.scenario import BOTH, GAVLEBORG, VASTMANLAND, WOUND, Story, an, given, planned, request_in, story_in
from tests.scenario import enrolled as enrolled_in_orebro

DRESSING = Intervention(key="dressing", text="Wound dressing twice a week")
VENTILATOR = Intervention(key="ventilator-care", text="Look after the ventilator", category="ventilator")
ROLES = {"responsible-physician": VASTMANLAND.physician, "nursing-responsible": VASTMANLAND.nurse_a}


@cache
def in_vastmanland(*, by_primary_care: bool = True) -> Story:
    """Tell of a need of somebody who cannot reach the health centre, commissioned by primary care or by a clinic."""
    return weighed(requested_in_vastmanland(), by_primary_care=by_primary_care)


@cache
def requested_in_vastmanland() -> Story:
    """Tell of a request to the municipality."""
    story = story_in("vastmanland")
    return story.need_raised(request_in(VASTMANLAND, DRESSING), track="home-care", municipality=VASTMANLAND.a).sent()


def weighed(story: Story, *, by_primary_care: bool) -> Story:
    """Tell that the criteria were considered."""
    facts: dict[str, Any] = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "disease"},
        "commissioned": {"commissioned_by_primary_care": by_primary_care},
    }
    return story.after(criteria.evaluate_criteria, VASTMANLAND.nurse_a, facts=facts)


@cache
def enrolled(performer: Party = Party.MUNICIPALITY) -> Story:
    """Tell that home care has begun on a plan of the municipality's own, in which a party performs the dressing."""
    return agreed(performer).started()


@cache
def agreed(performer: Party) -> Story:
    """Tell of a plan of the municipality's own, in which a party performs the dressing."""
    nurse = VASTMANLAND.nurse_a
    story = in_vastmanland().after(referral_decision.accept, nurse).plan_begun(nurse, kind="individual").plan_held()
    (plan,) = story.state.plans
    story = story.after(care_plan.plan_intervention, nurse, plan=plan, intervention=planned(DRESSING, performer))
    for role, person in ROLES.items():
        by = VASTMANLAND.district_nurse if person is VASTMANLAND.physician else nurse
        story = story.after(care_plan.assign_contact, by, plan=plan, role=role, person=person.person)
    return story.after(care_plan.agree, nurse, plan=plan)


@cache
def in_gavleborg() -> Story:
    """Tell of a need of ventilator care at home."""
    story = story_in("gavleborg", age=45)
    return story.need_raised(request_in(GAVLEBORG, VENTILATOR), municipality=GAVLEBORG.a).sent()


@pytest.mark.rule("VML-11-1")
def test_the_municipality_declines_alone_what_a_clinic_commissions() -> None:
    story = in_vastmanland(by_primary_care=False)

    given(story).when(referral_decision.decline, by=VASTMANLAND.district_nurse, reason="Not theirs").then(
        an(DeclineDeclared, party=Party.REGION)
    )
    declined = (
        given(story)
        .when(referral_decision.decline, by=VASTMANLAND.nurse_a, reason="Commissioned by a clinic")
        .then(ReferralDeclined)
    )
    assert declined.events[-1].basis.clauses == ("VML-11-1",)


@pytest.mark.rule("VML-11-2")
def test_what_a_clinic_commissions_is_accepted_where_a_local_agreement_is_on_record() -> None:
    story = story_in("vastmanland").need_raised(
        request_in(VASTMANLAND, DRESSING), track="home-care", municipality=VASTMANLAND.a
    )
    agreed = story.sent().circumstance("local-agreement-other-provider", VASTMANLAND.nurse_a)

    given(weighed(agreed, by_primary_care=False)).when(referral_decision.accept, by=VASTMANLAND.nurse_a).then(
        ReferralAccepted, EnrolmentProposed
    )


@pytest.mark.rule("VML-6-1")
@pytest.mark.rule("VML-5-3")
def test_care_at_home_is_the_municipalitys_when_it_starts() -> None:
    answers = enrolled().state.allocations[DRESSING.key]

    assert (answers.treatment, answers.performer) == (VASTMANLAND.a, VASTMANLAND.a)
    assert answers.clauses[:2] == ("VML-6-1", "VML-5-3")


@pytest.mark.rule("VML-5-1")
@pytest.mark.rule("V4")
def test_the_individuals_plan_allocates_beside_the_agreements_rows() -> None:
    nurse = VASTMANLAND.nurse_a
    begun = (
        given(in_vastmanland().after(referral_decision.accept, nurse))
        .when(care_plan_start.initiate, by=nurse, kind="individual")
        .then(PlanInitiated)
    )
    assert "VML-5-1" in begun.events[-1].basis.clauses

    performers = {}
    for party in Party:
        started = given(agreed(party)).when(enrolment.start, by=nurse).then(EnrolmentStarted, ReferralClosed)
        performers[party] = started.state.allocations[DRESSING.key].performer
    assert performers == {Party.REGION: VASTMANLAND.region, Party.MUNICIPALITY: VASTMANLAND.a}


@pytest.mark.rule("VML-7-4")
def test_what_is_performed_before_the_nurse_was_informed_is_recorded_with_the_breach() -> None:
    informed = enrolled().stated(
        "nurse-informed", VASTMANLAND.physician, intervention=DRESSING.key, information="Swab before dressing"
    )
    done = {"intervention": DRESSING.key, "performer": VASTMANLAND.nurse_a.person}

    for story, breaches in ((enrolled(), ("VML-7-4",)), (informed, ())):
        performed = given(story).when(tasks.perform, by=VASTMANLAND.nurse_a, **done).then(InterventionPerformed)
        assert performed.events[-1].basis.breaches == breaches


@pytest.mark.parametrize(
    ("kind", "by", "other", "rule"),
    [
        pytest.param(
            "family-doctor-informed",
            VASTMANLAND.nurse_a,
            VASTMANLAND.district_nurse,
            "VML-7-2",
            marks=pytest.mark.rule("VML-7-2"),
        ),
        pytest.param(
            "information-to-region",
            VASTMANLAND.nurse_a,
            VASTMANLAND.district_nurse,
            "VML-6-3",
            marks=pytest.mark.rule("VML-6-3"),
        ),
        pytest.param(
            "information-to-municipality",
            VASTMANLAND.district_nurse,
            VASTMANLAND.nurse_a,
            "VML-6-7",
            marks=pytest.mark.rule("VML-6-7"),
        ),
    ],
)
def test_each_party_tells_what_is_its_own_to_tell(kind: str, by: Actor, other: Actor, rule: str) -> None:
    said: dict[str, Any] = {"kind": kind, "fields": {"information": "The wound is infected"}}

    given(in_vastmanland()).when(statements.record_statement, by=by, **said).then(an(StatementRecorded, kind=kind))
    given(in_vastmanland()).when(statements.record_statement, by=other, **said).then_refused(ActorNotAllowed, rule=rule)


@pytest.mark.rule("VML-6-10")
def test_only_the_county_council_summons_to_planning_at_discharge() -> None:
    said: dict[str, Any] = {
        "kind": "discharge-planning-summons",
        "fields": {"time-and-place": "Monday at nine, at the ward"},
    }

    given(in_vastmanland()).when(statements.record_statement, by=VASTMANLAND.ward_nurse, **said).then(StatementRecorded)
    given(in_vastmanland()).when(statements.record_statement, by=VASTMANLAND.nurse_a, **said).then_refused(
        ActorNotAllowed, rule="VML-6-10"
    )


@pytest.mark.rule("VML-5-9")
def test_planning_at_discharge_says_who_attended_or_why_not() -> None:
    given(in_vastmanland()).when(
        statements.record_statement,
        by=VASTMANLAND.ward_nurse,
        kind="discharge-planning",
        fields={"attendance-region": "The ward's nurse"},
    ).then_refused(ContentMissing, rule="VML-5-9", where=("attendance-municipality",))


@pytest.mark.rule("GAV-6-5")
@pytest.mark.rule("GAV-12-3")
def test_a_risk_analysis_without_the_name_of_its_template_is_refused() -> None:
    said: dict[str, Any] = {"kind": "risk-analysis", "fields": {"findings": "Power cuts"}}

    given(in_gavleborg()).when(statements.record_statement, by=GAVLEBORG.specialist, **said).then_refused(
        ContentMissing, rule="GAV-6-5", where=("template",)
    )


@pytest.mark.rule("GAV-2-12")
@pytest.mark.rule("GAV-6-2")
def test_the_hospital_discharges_only_when_the_checklist_has_been_followed() -> None:
    story = in_gavleborg()
    discharge: dict[str, Any] = {"kind": "hospital-discharge", "fields": {"routine": "The edition of 2017"}}

    given(story).when(statements.record_statement, by=GAVLEBORG.ward_nurse, **discharge).then_refused(
        PreconditionMissing, rule="GAV-2-12", where=("checklist-before-discharge",)
    )
    followed = story.stated("checklist", GAVLEBORG.ward_nurse, edition="Annex 1")
    discharged = (
        given(followed).when(statements.record_statement, by=GAVLEBORG.ward_nurse, **discharge).then(StatementRecorded)
    )
    assert {"GAV-6-1", "GAV-6-2"} <= set(discharged.events[-1].basis.clauses)


@pytest.mark.rule("GAV-6-2")
def test_only_the_hospital_says_that_it_discharges_and_by_which_routine() -> None:
    story = in_gavleborg().stated("checklist", GAVLEBORG.ward_nurse, edition="Annex 1")
    said = {"kind": "hospital-discharge"}

    given(story).when(statements.record_statement, by=GAVLEBORG.ward_nurse, **said).then_refused(
        ContentMissing, rule="GAV-6-2", where=("routine",)
    )
    given(story).when(
        statements.record_statement, by=GAVLEBORG.nurse_a, fields={"routine": "2017"}, **said
    ).then_refused(ActorNotAllowed, rule="GAV-6-1")


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize(
    ("story", "by", "kind"),
    [
        (in_vastmanland, VASTMANLAND.nurse_a, "checklist"),
        (in_gavleborg, GAVLEBORG.nurse_a, "family-doctor-informed"),
    ],
    ids=["vastmanland", "gavleborg"],
)
def test_no_county_asks_for_what_only_another_one_knows(story: Callable[[], Story], by: Actor, kind: str) -> None:
    given(story()).when(statements.record_statement, by=by, kind=kind).then_refused(ContentNotKnown, rule="SYS-7")


@pytest.mark.parametrize(
    ("rule", "kind", "by", "other"),
    [
        pytest.param(rule, kind, by, other, marks=pytest.mark.rule(rule), id=rule)
        for rule, kind, by, other in (
            ("VML-8-7", "information-to-region", VASTMANLAND.therapist_a, VASTMANLAND.district_nurse),
            ("VML-8-10", "information-to-municipality", VASTMANLAND.physiotherapist, VASTMANLAND.therapist_a),
        )
    ],
)
def test_the_parties_inform_each_other_about_rehabilitation(rule: str, kind: str, by: Actor, other: Actor) -> None:
    training = Intervention(
        key="training",
        text="Train to walk",
        kind=InterventionKind.REHABILITATIVE,
        profession=Profession.PHYSIOTHERAPIST,
    )
    story = story_in("vastmanland").need_raised(
        request_in(VASTMANLAND, training), track="rehabilitation", municipality=VASTMANLAND.a
    )
    fields = {"information": "He walks with a stick"}
    told = (
        given(story.sent())
        .when(statements.record_statement, by=by, kind=kind, fields=fields)
        .then(an(StatementRecorded, kind=kind, party=by.party, fields=fields))
    )
    assert rule in told.events[-1].basis.clauses
    given(told).when(statements.record_statement, by=by, kind=kind, fields={}).then_refused(
        ContentMissing, rule=told.events[-1].basis.clauses[0], where=("information",)
    )
    with pytest.raises(ActorNotAllowed):
        told.stated(kind, other, information="He walks with a stick")


@pytest.mark.rule("ORE-2.2-6")
@pytest.mark.rule("F21")
def test_information_is_shared_also_after_the_discharge_and_a_contact_path_is_not_given_then() -> None:
    over = enrolled_in_orebro().discharged()
    shared = {"recipients": "The health centre", "contact-paths": "The nurse on duty"}

    given(over).when(statements.record_statement, by=BOTH[1], kind="information-shared", fields=shared).then(
        an(StatementRecorded, fields=shared)
    )
    given(over).when(
        statements.record_statement, by=BOTH[1], kind="contact-path", fields={"path": "The nurse on duty"}
    ).then_refused(WrongState, rule="ORE-2.1-7", where=("ended",))


PATH: dict[str, Any] = {"kind": "contact-path", "fields": {"path": "The nurse on duty"}}
TRAINING: dict[str, Any] = {"kind": "training", "fields": {"given-by": "The clinic"}}
INFORMED: dict[str, Any] = {"kind": "nurse-informed", "fields": {"information": "Swab first"}}


@pytest.mark.parametrize(
    ("story", "by", "said", "refusal", "where", "rule"),
    [
        pytest.param(story, by, said, refusal, where, rule, marks=pytest.mark.rule(rule), id=name)
        for name, story, by, said, refusal, where, rule in (
            (
                "a field",
                in_gavleborg,
                GAVLEBORG.nurse_a,
                TRAINING | {"fields": {"x": "y"}},
                ContentNotKnown,
                "x",
                "GAV-7-1",
            ),
            ("no person", in_gavleborg, GAVLEBORG.nurse_a, TRAINING, UnknownReference, "person", "GAV-7-1"),
            (
                "no intervention",
                in_vastmanland,
                VASTMANLAND.district_nurse,
                INFORMED,
                UnknownReference,
                "intervention",
                "VML-7-4",
            ),
            (
                "another intervention",
                in_vastmanland,
                VASTMANLAND.district_nurse,
                INFORMED | {"intervention": "banana"},
                UnknownReference,
                "intervention",
                "VML-7-4",
            ),
            (
                "of an intervention",
                enrolled_in_orebro,
                BOTH[0],
                PATH | {"intervention": WOUND.key},
                UnknownReference,
                "intervention",
                "ORE-2.1-7",
            ),
        )
    ],
)
def test_a_statement_has_its_own_fields_and_is_about_what_its_kind_is_about(
    story: Callable[[], Story],
    by: Actor,
    said: dict[str, Any],
    refusal: type[Refusal],
    where: str,
    rule: str,
) -> None:
    given(story()).when(statements.record_statement, by=by, **said).then_refused(refusal, rule=rule, where=(where,))


@pytest.mark.rule("SYS-1")
def test_a_statement_about_a_person_is_about_somebody_in_the_directory() -> None:
    given(in_gavleborg()).when(
        statements.record_statement, by=GAVLEBORG.nurse_a, person="SE2120000020-P999", **TRAINING
    ).then_refused(UnknownReference, rule="SYS-1", where=("SE2120000020-P999",))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("F2")
def test_a_statement_is_made_by_those_whom_the_version_names_on_the_track() -> None:
    published = in_gavleborg().act(statements.record_statement, GAVLEBORG.nurse_a).in_force
    training = published.statements["training"]
    elsewhere = tuple(who.model_copy(update={"tracks": ("rehabilitation",)}) for who in training.by)
    changed = published.statements | {"training": training.model_copy(update={"by": elsewhere})}

    given(in_gavleborg().under(published.model_copy(update={"statements": changed}))).when(
        statements.record_statement, by=GAVLEBORG.nurse_a, person=GAVLEBORG.nurse_a.person, **TRAINING
    ).then_refused(ActorNotAllowed, rule="GAV-7-1")


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_statement_is_made_only_while_the_circumstance_holds_on_which_it_hangs() -> None:
    published = in_gavleborg().act(statements.record_statement, GAVLEBORG.nurse_a).in_force
    training = published.statements["training"].model_copy(update={"when": "dialysis"})
    changed = published.model_copy(update={"statements": published.statements | {"training": training}})

    given(in_gavleborg().under(changed)).when(
        statements.record_statement, by=GAVLEBORG.nurse_a, person=GAVLEBORG.nurse_a.person, **TRAINING
    ).then_refused(ContentNotKnown, rule="SYS-7", where=("training",))


@pytest.mark.rule("ORE-3.2.1-R3")
def test_consent_to_a_sip_is_recorded_on_the_track_of_psychiatry_only() -> None:
    given(enrolled_in_orebro()).when(
        statements.record_statement, by=BOTH[0], kind="sip-consent", fields={"given": True}
    ).then_refused(ContentNotKnown, rule="ORE-3.2.1-R3", where=("sip-consent",))


@pytest.mark.rule("SYS-7")
def test_a_circumstance_is_one_of_the_agreements_own_words() -> None:
    given(in_vastmanland()).when(
        statements.record_circumstance, by=VASTMANLAND.nurse_a, circumstance="mobile-team-need"
    ).then_refused(ContentNotKnown, rule="SYS-7", where=("mobile-team-need",))


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("VML-4-2")
def test_nobody_says_by_a_circumstance_that_criteria_are_met_which_nobody_has_evaluated() -> None:
    given(requested_in_vastmanland()).when(
        statements.record_circumstance, by=VASTMANLAND.district_nurse, circumstance="criteria-met"
    ).then_refused(CircumstanceFollows, rule="SYS-7", where=("circumstance",))


@pytest.mark.rule("VML-11-1")
def test_nobody_takes_back_by_a_circumstance_what_an_evaluation_says() -> None:
    story = in_vastmanland(by_primary_care=False)
    said: dict[str, Any] = {"by": VASTMANLAND.district_nurse, "circumstance": "commissioned-by-other-provider"}

    given(story).when(statements.record_circumstance, **said, holds=False).then_refused(
        CircumstanceFollows, rule="SYS-7", where=("circumstance",)
    )
    given(story).when(statements.record_circumstance, **said).then(
        an(CircumstanceRecorded, circumstance="commissioned-by-other-provider", holds=True)
    )


@pytest.mark.rule("VML-4-1")
def test_a_circumstance_of_an_old_record_does_not_stand_for_an_evaluation() -> None:
    story = requested_in_vastmanland()
    act = story.act(statements.record_circumstance, VASTMANLAND.nurse_a)
    recorded = act.record(
        CircumstanceRecorded,
        on=story.state.stream,
        case_id=story.state.id,
        party=Party.MUNICIPALITY,
        circumstance="criteria-met",
        holds=True,
    )

    after = evolve(story.state, recorded)
    assert after is not None
    assert "criteria-met" not in after.conditions


@pytest.mark.rule("ORE-2.1-7")
@pytest.mark.parametrize("by", BOTH, ids=["region", "municipality"])
def test_each_party_says_the_way_into_it(by: Actor) -> None:
    said: dict[str, Any] = {"kind": "contact-path", "fields": {"path": "The nurse on duty, day and night"}}
    given(Story().need_raised().sent()).when(statements.record_statement, by=by, **said).then(
        an(StatementRecorded, kind="contact-path", party=by.party, fields=said["fields"])
    )
    given(Story().need_raised().sent()).when(
        statements.record_statement, by=by, kind="contact-path", fields={}
    ).then_refused(ContentMissing, rule="ORE-2.1-7", where=("path",))


@pytest.mark.parametrize("by", [VASTMANLAND.district_nurse, VASTMANLAND.nurse_a], ids=["region", "municipality"])
def test_nobody_hands_over_what_the_municipality_performs_where_a_text_names_no_giver(by: Actor) -> None:
    given(enrolled()).when(handover.hand_over, by=by, intervention=DRESSING.key).then_refused(
        WrongState, rule="SYS-7", where=("performed by the municipality",)
    )
