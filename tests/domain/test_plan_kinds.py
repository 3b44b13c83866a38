"""The kinds of plan besides the medical one (catalogue C.2): seven-day, SIP, rehabilitation and individual plans."""

from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from domain.agreements.model import ActName, ActorGroup, Agreement, Ground, Guard
from domain.case.acts import (
    DECISIONS,
    care_plan,
    care_plan_end,
    care_plan_start,
    criteria,
    discharge,
    enrolment,
    track_openings,
)
from domain.case.acts.statements import record_statement
from domain.case.events.care_plan import (
    NAMED_KINDS,
    PLAN_LINES,
    ContactRoleAssigned,
    FollowUpDecision,
    InterventionPlanned,
    KindName,
    OrdererTransferred,
    PlanAgreedByParty,
    PlanClosed,
    PlanClosingDeclared,
    PlanEstablished,
    PlanFollowUpRecorded,
    PlanInitiated,
    PlanLapsed,
    PlanMeetingHeld,
    PlannedIntervention,
    PlanningWithoutIndividualAgreed,
    PlanRevised,
    PlanRevisionOpened,
    PlanSuperseded,
)
from domain.case.events.case import StatementRecorded
from domain.case.events.enrolment import Discharged, DischargeDeclared
from domain.case.permission import refuse_role_of
from domain.case.rules.plan_lapse import has_lapsed, lapse_day, last_covered_day
from domain.case.rules.plan_steps import is_last_required, list_acts_for_conditions, list_plan_kinds
from domain.case.rules.statement_deadlines import find_statement_due
from domain.case.state.care_plan import PlanStatus
from domain.intervention import Intervention, InterventionKind, Participation, Profession
from domain.kernel import Actor, Party, Role
from domain.refusals import (
    ActorNotAllowed,
    ConsentMissing,
    ContentMissing,
    ContentNotKnown,
    NotYourPrincipal,
    OccurredTooEarly,
    OtherPartyMissing,
    PlanContentMissing,
    PlanPartyMissing,
    PlanRequired,
    PreconditionMissing,
    WrongState,
)
from service.acts.bodies import OfferedAct
from tests.agreements.published import find_in_force
from tests.scenario import (
    DISTRICT_NURSE,
    GAVLEBORG,
    NURSE_A,
    OREBRO,
    PARTS,
    PHYSICIAN,
    PHYSIOTHERAPIST,
    PSYCHIATRIC_NURSE,
    PSYCHIATRIST,
    THERAPIST_A,
    TOOK_PART,
    VASTMANLAND,
    WARD_NURSE,
    WARD_PHYSICIAN,
    WOUND,
    A,
    Story,
    accepted,
    an,
    enrolled,
    established,
    given,
    planned,
    request_in,
    story_in,
    swedish,
)

INJECTION = Intervention(key="depot-injection", text="An injection every third week")
TRAINING = Intervention(
    key="stairs",
    text="Practise the stairs",
    profession=Profession.OCCUPATIONAL_THERAPIST,
    kind=InterventionKind.REHABILITATIVE,
)
VENTILATOR = Intervention(key="ventilator-care", text="Look after the ventilator", category="ventilator")
SYSTEM = OREBRO.ward_nurse.model_copy(update={"role": Role.SYSTEM})
ABSENT = Participation(took_part=False, note="She is too tired to take part")


def drawn_up(story: Story, by: Actor, kind: str) -> Story:
    """Tell that a plan of the kind was begun."""
    return story.plan_begun(by, kind=kind)


def written(story: Story, by: Actor, **parts: dict[str, Any]) -> Story:
    """Tell that parts of the newest plan were written; the parts' names have _ for -."""
    plan = newest(story)
    for part, fields in parts.items():
        said = {name.replace("_", "-"): value for name, value in fields.items()}
        story = story.after(care_plan.record_section, by, plan=plan, part=part.replace("_", "-"), fields=said)
    return story


def newest(story: Story) -> UUID:
    return list(story.state.plans)[-1]


def version(county: str, at: str) -> Agreement:
    """Return the county's agreement at a moment."""
    found = find_in_force(county, swedish(at))
    assert found is not None
    return found


ORE = version("orebro", "2025-09-01 12:00")

# --- The seven-day plan (ORE-3.3) -------------------------------------------------------------------------------------

INTERIM: dict[str, dict[str, Any]] = {
    "discharge": {"date": date(2025, 9, 1)},
    "changed_need": {"text": "Help with the wound after surgery"},
    "measures": {"text": "Dressing every other day"},
}


@cache
def leaving_hospital(colour: str = "red") -> Story:
    """Tell that the ward has opened the discharge planning of a person, in the red track if nothing else is said."""
    story = story_in("orebro", at="2025-08-29 09:00")
    story = story.need_raised(by=WARD_NURSE, track="inpatient-discharge", municipality=A)
    return story.after(track_openings.open_discharge_planning, WARD_PHYSICIAN, receiver=A, colour=colour)


@cache
def interim_written() -> Story:
    """Tell that the ward has written what it has to say of the days ahead, and nothing else."""
    story = drawn_up(leaving_hospital(), WARD_PHYSICIAN, "interim7")
    story = story.after(care_plan.plan_intervention, WARD_PHYSICIAN, plan=newest(story), intervention=planned(WOUND))
    return written(story, WARD_PHYSICIAN, **INTERIM)


@cache
def interim_established() -> Story:
    """Tell of a discharge on Monday 1 September, with the ward's plan for the days ahead."""
    return interim_written().on("2025-09-01 08:50").plan_agreed(WARD_PHYSICIAN)


def test_a_plan_is_not_established_while_the_version_takes_what_is_written_for_another_type() -> None:
    parts = ORE.content["interim7-plan"]
    asks_yes_or_no = [
        part.model_copy(update={"fields": tuple(field.model_copy(update={"type": "bool"}) for field in part.fields)})
        if part.id == "changed-need"
        else part
        for part in parts.fields
    ]
    content = ORE.content | {"interim7-plan": parts.model_copy(update={"fields": tuple(asks_yes_or_no)})}
    story = interim_written().under(ORE.model_copy(update={"content": content}))

    refused = given(story).when(care_plan.agree, by=WARD_PHYSICIAN, plan=newest(story))

    refusal = refused.then_refused(PlanContentMissing, rule=parts.clauses[0], where=("changed-need.text",))
    assert refusal.remedy == "give changed-need.text as true or false by record-plan-section"


@pytest.mark.parametrize(
    ("changes", "is_last"),
    [({}, False), ({"kind": "sip"}, True), ({"ended_at": enrolled().clock}, True)],
    ids=["another of the kind", "of another kind", "not in force"],
)
def test_an_enrolment_runs_on_the_last_plan_in_force_of_a_kind_that_its_track_requires(
    changes: dict[str, Any], is_last: bool
) -> None:
    case, plan = enrolled().state, enrolled().plan
    other = plan.model_copy(update={"id": uuid4()} | changes)
    with_other = case.model_copy(update={"plans": case.plans | {other.id: other}})

    assert is_last_required(case, plan, ("medical",))
    assert is_last_required(with_other, plan, ("medical",)) is is_last
    assert not is_last_required(case, plan, ("sip",))
    assert not is_last_required(case, plan.model_copy(update={"ended_at": enrolled().clock}), ("medical",))


def test_a_kind_of_plan_that_the_version_does_not_have_is_not_to_be_had() -> None:
    assert list_plan_kinds(ORE, enrolled().state, ("medical", "unknown")) == ("medical",)


@pytest.mark.parametrize(
    ("condition", "acts"),
    [("specialist-treatment", (ActName.RECORD_CIRCUMSTANCE,)), ("criteria-met", ())],
    ids=["a circumstance", "the state of the case"],
)
def test_a_condition_is_put_on_record_by_an_act_if_it_is_a_circumstance(
    condition: str, acts: tuple[ActName, ...]
) -> None:
    assert list_acts_for_conditions(ORE, (condition,)) == acts


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.rule("D3")
def test_inpatient_care_establishes_its_seven_day_plan_alone() -> None:
    story = interim_written()

    story = (
        given(story)
        .when(care_plan.agree, by=WARD_PHYSICIAN, plan=newest(story))
        .then(an(PlanAgreedByParty, party=Party.REGION), PlanEstablished)
    )
    assert story.plan.is_in_force


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.parametrize("by", [DISTRICT_NURSE, NURSE_A], ids=lambda by: by.party)
def test_only_inpatient_care_draws_up_a_seven_day_plan(by: Actor) -> None:
    given(leaving_hospital()).when(care_plan_start.initiate, by=by, kind="interim7").then_refused(
        ActorNotAllowed, rule="ORE-3.3-2"
    )
    given(leaving_hospital()).when(care_plan_start.initiate, by=WARD_NURSE, kind="interim7").then(
        an(PlanInitiated, kind="interim7")
    )


@pytest.mark.rule("ORE-3.3-2")
def test_the_health_centre_does_not_establish_the_wards_plan() -> None:
    given(interim_written()).when(care_plan.agree, by=PHYSICIAN, plan=newest(interim_written())).then_refused(
        ActorNotAllowed, rule="ORE-3.3-2"
    )


@pytest.mark.rule("ORE-3.3-2")
def test_a_seven_day_plan_belongs_to_the_discharge_from_hospital() -> None:
    given(accepted()).when(care_plan_start.initiate, by=WARD_NURSE, kind="interim7").then_refused(
        ContentNotKnown, rule="ORE-3.3-2", where=("interim7",)
    )


@pytest.mark.rule("ORE-3.3-1")
@pytest.mark.parametrize("colour", ["green", "purple"])
def test_a_seven_day_plan_belongs_to_a_discharge_in_yellow_or_red(colour: str) -> None:
    begun = given(leaving_hospital(colour)).when(care_plan_start.initiate, by=WARD_NURSE, kind="interim7")
    refusal = begun.then_refused(ContentNotKnown, rule="SYS-7", where=("interim7",))
    assert "interim7" not in refusal.remedy


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.parametrize("without", ["discharge", "changed_need", "measures"])
def test_the_seven_day_plan_says_the_need_the_measures_and_from_which_day(without: str) -> None:
    story = drawn_up(leaving_hospital(), WARD_PHYSICIAN, "interim7")
    story = written(story, WARD_PHYSICIAN, **{part: said for part, said in INTERIM.items() if part != without})

    given(story).when(care_plan.agree, by=WARD_PHYSICIAN, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.3-2", where=(without.replace("_", "-"),)
    )


@pytest.mark.rule("ORE-3.3-4")
@pytest.mark.parametrize(
    ("circumstance", "part"), [("rehabilitation-need", "rehabilitation"), ("mobile-team-need", "mobile-team")]
)
def test_the_seven_day_plan_holds_needs_of_rehabilitation_and_mobile_teams_where_there_are_any(
    circumstance: str, part: str
) -> None:
    story = interim_written().circumstance(circumstance, WARD_NURSE)

    given(story).when(care_plan.agree, by=WARD_PHYSICIAN, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.3-4", where=(part,)
    )
    told = written(story, WARD_PHYSICIAN, **{part: {"text": "Walking, twice a week"}})
    given(told).when(care_plan.agree, by=WARD_PHYSICIAN, plan=newest(told)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.rule("S6")
def test_the_plan_covers_seven_days_after_the_discharge_and_shows_a_gap_from_the_eighth() -> None:
    plan = interim_established().plan

    assert (last_covered_day(plan, ORE), lapse_day(plan, ORE)) == (date(2025, 9, 8), date(2025, 9, 9))
    assert [has_lapsed(plan, ORE, date(2025, 9, day)) for day in (1, 8, 9, 30)] == [False, False, True, True]


def test_a_plan_that_holds_until_it_is_replaced_never_lapses() -> None:
    assert lapse_day(established().plan, version("orebro", "2025-05-01 09:00")) is None
    assert not has_lapsed(established().plan, ORE, date(2035, 1, 1))


def test_a_plan_that_is_not_established_covers_no_day() -> None:
    assert last_covered_day(interim_written().plan, ORE) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"plans": {}},
        {"deadlines": ()},
        {"deadlines": tuple(one.model_copy(update={"duration": None}) for one in ORE.deadlines)},
    ],
    ids=["a version without the kind", "a version without the limit", "a limit without a number"],
)
def test_a_plan_lapses_by_no_number_that_the_version_does_not_give(changes: dict[str, Any]) -> None:
    plan, silent = interim_established().plan, ORE.model_copy(update=changes)

    assert lapse_day(plan, silent) is None
    assert not has_lapsed(plan, silent, date(2035, 1, 1))


@pytest.mark.untold("time alone does the act")
@pytest.mark.rule("P11")
@pytest.mark.rule("D3")
def test_a_plan_lapses_on_the_day_after_its_last_and_can_still_be_read() -> None:
    before = interim_established()

    after = (
        given(before)
        .when(care_plan_end.lapse, by=SYSTEM, at="2025-09-09 00:00", plan=before.plan.id)
        .then(an(PlanLapsed, covered_until=date(2025, 9, 8)))
    )
    assert (after.plan.status, after.plan.is_in_force) == (PlanStatus.LAPSED, False)
    assert after.plan.text == before.plan.text
    assert has_lapsed(after.plan, ORE, date(2025, 9, 9))


def test_time_makes_a_plan_lapse_also_where_the_version_gives_that_act_to_nobody() -> None:
    unnamed = ORE.model_copy(update={"acts": {name: rule for name, rule in ORE.acts.items() if name != "lapse-plan"}})
    story = interim_established().under(unnamed)

    given(story).when(care_plan_end.lapse, by=SYSTEM, at="2025-09-09 00:00", plan=story.plan.id).then(PlanLapsed)


@pytest.mark.untold("time alone does the act")
@pytest.mark.rule("P11")
@pytest.mark.rule("ORE-3.3-2")
def test_a_plan_never_lapses_before_its_days_have_passed() -> None:
    story = interim_established()

    given(story).when(care_plan_end.lapse, by=SYSTEM, at="2025-09-08 23:59", plan=story.plan.id).then_refused(
        OccurredTooEarly, rule="SYS-6"
    )


@pytest.mark.rule("P11")
@pytest.mark.parametrize("by", [WARD_PHYSICIAN, NURSE_A], ids=lambda by: by.role)
def test_nobody_makes_a_plan_lapse_but_time(by: Actor) -> None:
    story = interim_established()

    given(story).when(care_plan_end.lapse, by=by, at="2025-09-09 09:00", plan=story.plan.id).then_refused(
        ActorNotAllowed, rule="SYS-3", where=(by.role,)
    )


@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.parametrize(("named", "is_over"), [("2025-08-24", True), ("2025-08-25", False), ("2024-09-01", True)])
def test_a_plan_whose_days_are_over_is_not_agreed_to(named: str, is_over: bool) -> None:
    story = interim_written()
    plan, fields = newest(story), {"date": date.fromisoformat(named)}
    story = story.after(care_plan.record_section, WARD_NURSE, plan=plan, part="discharge", fields=fields)
    agreed = given(story).when(care_plan.agree, by=WARD_PHYSICIAN, at="2025-09-01 09:00", plan=plan)

    if is_over:
        agreed.then_refused(OccurredTooEarly, rule="SYS-6", where=("discharge.date",))
    else:
        agreed.then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("ORE-3.3-2")
@pytest.mark.parametrize("left_out", ["lapses", "lapses_from"])
def test_a_plan_that_does_not_lapse_from_a_day_in_its_text_is_agreed_to_whatever_day_that_is(left_out: str) -> None:
    published = interim_written().act(care_plan.agree, WARD_PHYSICIAN).in_force
    rule = published.plans["interim7"].model_copy(update={left_out: None})
    story = interim_written().under(published.model_copy(update={"plans": published.plans | {"interim7": rule}}))
    fields = {"date": date(2024, 9, 1)}
    story = story.after(care_plan.record_section, WARD_NURSE, plan=newest(story), part="discharge", fields=fields)

    given(story).when(care_plan.agree, by=WARD_PHYSICIAN, at="2025-09-01 09:00", plan=newest(story)).then(
        PlanAgreedByParty, PlanEstablished
    )


def test_a_plan_without_an_end_does_not_lapse() -> None:
    given(established()).when(care_plan_end.lapse, by=SYSTEM, plan=established().plan.id).then_refused(
        WrongState, rule="ORE-3.1.4-1", where=("without end",)
    )


@pytest.mark.untold("time alone does the act")
@pytest.mark.rule("P10")
@pytest.mark.rule("D3")
@pytest.mark.rule("ORE-3.3-2")
def test_the_joint_plan_takes_the_place_of_the_seven_day_plan() -> None:
    story = interim_established()
    interim = story.plan.id
    story = story.plan_begun(kind="medical").plan_held(at="2025-09-04 09:00").plan_written()
    fields = PARTS["follow-up"] | {"when": date(2025, 11, 5)}
    story = story.after(
        care_plan.record_section, DISTRICT_NURSE, plan=newest(story), part="follow-up", fields=fields
    ).plan_agreed(PHYSICIAN)

    story = (
        given(story)
        .when(care_plan.agree, by=NURSE_A, at="2025-09-05 09:00", plan=newest(story))
        .then(PlanAgreedByParty, PlanEstablished, an(PlanSuperseded, originator_id=interim))
    )
    assert not has_lapsed(story.state.plans[interim], ORE, date(2025, 9, 9))
    given(story).when(care_plan_end.lapse, by=SYSTEM, at="2025-09-09 09:00", plan=interim).then_refused(
        WrongState, rule="C.2", where=("superseded",)
    )


@pytest.mark.rule("ORE-3.3-5")
@pytest.mark.rule("D3")
@pytest.mark.parametrize(
    ("at", "breaches"),
    [("2025-09-01 23:59", ()), ("2025-09-02 00:00", ("ORE-3.3-5",))],
    ids=["on the day", "the day after"],
)
def test_the_plans_content_is_late_from_the_day_after_the_discharge(at: str, breaches: tuple[str, ...]) -> None:
    said: dict[str, Any] = {"kind": "plan-content-published", "fields": {"final-note": "The note of 1 September"}}
    story = given(interim_established()).when(record_statement, by=WARD_NURSE, at=at, **said).then(StatementRecorded)

    assert story.events[-1].basis.breaches == breaches


@pytest.mark.rule("ORE-3.3-5")
def test_the_limit_counts_from_the_day_of_discharge_and_stands_until_that_is_known() -> None:
    limit = find_statement_due(interim_established().state, ORE, "plan-content-published")
    assert limit is not None
    assert (limit.day, limit.rule) == (date(2025, 9, 1), "ORE-3.3-5")

    assert find_statement_due(interim_written().state, ORE, "plan-content-published") is None
    assert find_statement_due(interim_established().state, ORE, "sip-needed") is None


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"deadline": None}, None),
        ({"counts_from": None}, None),
        ({"when": "mobile-team-need"}, None),
        ({"when": None}, date(2025, 9, 1)),
        ({"counts_from": "event:referral.need-raised"}, date(2025, 8, 29)),
    ],
    ids=["no limit", "no start", "a circumstance that does not hold", "in any circumstance", "from another event"],
)
def test_a_statement_is_due_as_the_version_says(changes: dict[str, Any], due: date | None) -> None:
    rule = ORE.statements["plan-content-published"].model_copy(update=changes)
    version = ORE.model_copy(update={"statements": {"plan-content-published": rule}})
    limit = find_statement_due(interim_established().state, version, "plan-content-published")

    assert (limit.day if limit else None) == due
    assert find_statement_due(interim_established().state, version, "sip-needed") is None


@pytest.mark.rule("ORE-3.3-3")
def test_that_the_content_is_published_says_in_which_final_note() -> None:
    given(interim_established()).when(record_statement, by=WARD_NURSE, kind="plan-content-published").then_refused(
        ContentMissing, rule="ORE-3.3-3", where=("final-note",)
    )


# --- The SIP of psychiatry (ORE-3.2, 3.2.1) ---------------------------------------------------------------------------

SIP: dict[str, dict[str, Any]] = {
    "needs": {"text": "A depot injection every third week"},
    "principals": {"text": "The municipality gives it; psychiatry treats"},
    "others": {"text": "None"},
    "overall_responsibility": {"principal": "region"},
    "participation": {"text": "He took part"},
    "habitual_state": {"wellbeing": "Sleeps well, goes for walks", "function": "Manages his home"},
    "physician_support": {
        "treating_physician": "Psychiatric outpatient care",
        "contact_path": "The clinic's line",
        "answers": "round-the-clock",
    },
    "drug_handling": {"agreed": "The municipal nurse gives the injection"},
    "physician_contact": {"agreed": "By telephone on weekdays"},
    "deterioration_contact": {"contact_path": "The clinic's line, day and night"},
}


@cache
def psychiatry() -> Story:
    """Tell that psychiatry has proposed to hand the depot injection over to municipality A."""
    story = story_in("orebro", age=34, at="2025-05-05 08:00")
    story = story.need_raised(
        request_in(OREBRO, INJECTION), by=PSYCHIATRIC_NURSE, track="psychiatric-drugs", municipality=A
    )
    return story.after(track_openings.propose_handover, PSYCHIATRIST, receiver=A, interventions=(INJECTION.key,))


@cache
def summoned() -> Story:
    """Tell that he has consented to a SIP, and that the region has summoned to it."""
    story = drawn_up(psychiatry(), PSYCHIATRIC_NURSE, "sip")
    story = story.stated("sip-consent", PSYCHIATRIC_NURSE, given=True)
    return story.stated("sip-summons", PSYCHIATRIC_NURSE, when="12 May")


def meeting(story: Story) -> dict[str, Any]:
    return {
        "plan": newest(story),
        "form": "facility",
        "participants": [PSYCHIATRIC_NURSE.person, NURSE_A.person],
        "participation": TOOK_PART,
    }


def sip_written(*, without: str | None = None, **changed: dict[str, Any]) -> Story:
    """Tell that the SIP meeting was held, and all its parts but one written."""
    story = summoned()
    story = story.after(care_plan_start.hold_planning, PSYCHIATRIC_NURSE, at="2025-05-12 09:00", **meeting(story))
    one = planned(INJECTION, Party.REGION)
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=newest(story), intervention=one)
    parts = {part: said for part, said in (SIP | changed).items() if part != without}
    return written(story, PSYCHIATRIC_NURSE, **parts)


@pytest.mark.rule("ORE-3.2-2")
@pytest.mark.rule("D2")
def test_a_sip_that_both_agree_to_is_established() -> None:
    story = sip_written()
    story = story.plan_agreed(PSYCHIATRIST)

    story = given(story).when(care_plan.agree, by=NURSE_A, plan=newest(story)).then(PlanAgreedByParty, PlanEstablished)
    assert (story.plan.kind, story.plan.is_in_force) == ("sip", True)


def test_a_kind_of_plan_without_contact_roles_takes_any_contact() -> None:
    told = {"role": "whom-to-call", "person": PSYCHIATRIC_NURSE.person}

    given(summoned()).when(care_plan.assign_contact, by=PSYCHIATRIC_NURSE, plan=newest(summoned()), **told).then(
        an(ContactRoleAssigned, **told)
    )


@pytest.mark.parametrize(("track", "taken"), [("psychiatric-drugs", True), ("rehabilitation", False)])
def test_staff_whom_the_version_names_for_a_kind_on_one_track_draw_it_up_there_alone(track: str, taken: bool) -> None:
    nurses = (ActorGroup(party=Party.REGION, roles=(Role.NURSE,), tracks=(track,)),)
    sip = ORE.plans["sip"].model_copy(update={"initiated_by": nurses})
    story = psychiatry().under(ORE.model_copy(update={"plans": {**ORE.plans, "sip": sip}}))
    attempt = given(story).when(care_plan_start.initiate, by=PSYCHIATRIC_NURSE, kind="sip")

    if taken:
        attempt.then(PlanInitiated)
    else:
        attempt.then_refused(ActorNotAllowed, rule="ORE-3.2-2")


def test_the_plan_that_nobody_names_is_of_the_tracks_first_kind() -> None:
    given(psychiatry()).when(care_plan_start.initiate, by=PSYCHIATRIC_NURSE).then(an(PlanInitiated, kind="sip"))
    given(leaving_hospital()).when(care_plan_start.initiate, by=WARD_NURSE).then(an(PlanInitiated, kind="medical"))


@pytest.mark.rule("ORE-3.2.1-5")
@pytest.mark.parametrize("said", [None, False], ids=["not asked", "refused"])
def test_no_sip_meeting_is_held_without_consent(said: bool | None) -> None:
    story = drawn_up(psychiatry(), PSYCHIATRIC_NURSE, "sip")
    if said is not None:
        story = story.stated("sip-consent", PSYCHIATRIC_NURSE, given=said)

    given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **meeting(story)).then_refused(
        ConsentMissing, rule="ORE-3.2.1-5", where=("consent-before-sip",)
    )


@pytest.mark.rule("ORE-3.2.1-5")
def test_a_sip_is_not_agreed_to_when_the_consent_has_been_withdrawn() -> None:
    story = sip_written().stated("sip-consent", PSYCHIATRIC_NURSE, given=False)

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        ConsentMissing, rule="ORE-3.2.1-5"
    )


@pytest.mark.rule("ORE-3.2.1-R3")
def test_the_region_obtains_the_consent() -> None:
    given(psychiatry()).when(record_statement, by=NURSE_A, kind="sip-consent", fields={"given": True}).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-R3"
    )


@pytest.mark.rule("ORE-3.2.1-R7")
def test_the_region_summons_to_the_sip_before_it_is_held() -> None:
    story = drawn_up(psychiatry(), PSYCHIATRIC_NURSE, "sip").stated("sip-consent", PSYCHIATRIC_NURSE, given=True)

    given(story).when(record_statement, by=NURSE_A, kind="sip-summons", fields={"when": "12 May"}).then_refused(
        ActorNotAllowed, rule="ORE-3.2.1-R7"
    )
    given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **meeting(story)).then_refused(
        PreconditionMissing, rule="ORE-3.2.1-R7", where=("summons-before-sip",)
    )


@pytest.mark.rule("ORE-3.2-2")
def test_a_sip_is_not_established_before_the_parties_have_met_with_the_individual() -> None:
    story = written(summoned(), PSYCHIATRIC_NURSE, **SIP)
    one = planned(INJECTION, Party.REGION)
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=newest(story), intervention=one)

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanPartyMissing, rule="ORE-3.2-2", where=("individual",)
    )


@pytest.mark.parametrize(
    ("without", "rule"),
    [
        pytest.param("needs", "INF-6-5", marks=pytest.mark.rule("INF-6-5")),
        pytest.param("principals", "INF-6-6", marks=pytest.mark.rule("INF-6-6")),
        pytest.param("others", "INF-6-7", marks=pytest.mark.rule("INF-6-7")),
        pytest.param("overall_responsibility", "INF-6-8", marks=pytest.mark.rule("INF-6-8")),
        pytest.param("participation", "INF-6-3", marks=pytest.mark.rule("INF-6-3")),
        pytest.param("habitual_state", "ORE-3.2.1-14", marks=pytest.mark.rule("ORE-3.2.1-14")),
        pytest.param("physician_support", "ORE-3.2.1-R8", marks=pytest.mark.rule("ORE-3.2.1-R8")),
        pytest.param("drug_handling", "ORE-3.2.1-K1", marks=pytest.mark.rule("ORE-3.2.1-K1")),
        pytest.param("physician_contact", "ORE-3.2.1-K2", marks=pytest.mark.rule("ORE-3.2.1-K2")),
        pytest.param("deterioration_contact", "ORE-3.2.1-K3", marks=pytest.mark.rule("ORE-3.2.1-K3")),
    ],
)
def test_a_sip_that_lacks_a_part_is_agreed_to_by_nobody(without: str, rule: str) -> None:
    story = sip_written(without=without)

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanContentMissing, rule=rule, where=(without.replace("_", "-"),)
    )


@pytest.mark.rule("ORE-3.2.1-R8")
@pytest.mark.parametrize(
    ("written", "lacking"),
    [
        ({"answers": "round-the-clock"}, "contact-path"),
        ({"contact_path": "Weekdays from 8 to 16"}, "answers"),
        ({"contact_path": "The clinic's line", "answers": "weekdays-8-16"}, "answers"),
    ],
)
def test_the_sip_says_the_way_to_a_physician_round_the_clock(written: dict[str, str], lacking: str) -> None:
    story = sip_written(physician_support={"treating_physician": "Psychiatric outpatient care", **written})

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.2.1-R8", where=(f"physician-support.{lacking}",)
    )


@pytest.mark.rule("ORE-3.2.1-R8")
def test_a_sip_that_is_not_answered_as_the_text_asks_is_told_how() -> None:
    support = {"treating_physician": "Psychiatric outpatient care", "contact_path": "A line", "answers": "00:00-24:00"}
    agree: dict[str, Any] = {"decide": care_plan.agree, "by": PSYCHIATRIST}
    story = sip_written(physician_support=support)
    silent = sip_written(without="participation")

    by_hours = given(story).when(**agree, plan=newest(story))
    unsaid = given(silent).when(**agree, plan=newest(silent))

    refusal = by_hours.then_refused(PlanContentMissing, rule="ORE-3.2.1-R8", where=("physician-support.answers",))
    assert refusal.remedy == "give physician-support.answers as round-the-clock by record-plan-section"
    refusal = unsaid.then_refused(PlanContentMissing, rule="INF-6-3", where=("participation",))
    assert refusal.remedy == "give participation with text or why it does not apply by record-plan-section"


@pytest.mark.rule("INF-6-8")
def test_two_principals_are_not_both_responsible_for_the_whole_plan() -> None:
    story = written(sip_written(), NURSE_A, overall_responsibility={"principal": "municipality"})

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanContentMissing, rule="INF-6-8", where=("overall-responsibility.principal",)
    )


@pytest.mark.rule("INF-6-6")
def test_an_intervention_that_no_principal_answers_for_is_named() -> None:
    story = sip_written()
    walk = PlannedIntervention(key="walks", text="Walks on Sundays")
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=newest(story), intervention=walk)

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanContentMissing, rule="INF-6-6", where=("walks",)
    )


@pytest.mark.rule("ORE-3.2.1-13")
def test_a_line_on_a_drug_says_whether_it_is_prepared_given_or_handed_over() -> None:
    story = sip_written()
    one = planned(INJECTION, Party.REGION).model_copy(update={"line": "drug"})
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=newest(story), intervention=one)

    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.2.1-13", where=("interventions.depot-injection.task",)
    )
    told = one.model_copy(update={"task": "administer"})
    story = story.after(care_plan.plan_intervention, PSYCHIATRIC_NURSE, plan=newest(story), intervention=told)
    given(story).when(care_plan.agree, by=PSYCHIATRIST, plan=newest(story)).then(PlanAgreedByParty)


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        pytest.param("line", "banana", "SYS-7", marks=pytest.mark.rule("ORE-3.1.4-11")),
        pytest.param("task", "dispense", "ORE-3.2.1-13", marks=pytest.mark.rule("ORE-3.2.1-13")),
        pytest.param("performer_kind", "neighbour", "SYS-7", marks=pytest.mark.rule("ORE-3.4-10")),
    ],
)
def test_a_line_of_a_plan_is_of_a_known_sort(field: str, value: str, rule: str) -> None:
    story = sip_written()
    line = PlannedIntervention(key="drug", text="A drug").model_copy(update={field: value})

    given(story).when(
        care_plan.plan_intervention, by=PSYCHIATRIC_NURSE, plan=newest(story), intervention=line
    ).then_refused(ContentNotKnown, rule=rule)


@pytest.mark.rule("ORE-3.1.4-11")
@pytest.mark.parametrize("line", list(PLAN_LINES))
def test_a_line_can_be_a_control_a_target_value_a_drug_a_treatment_an_assessment_or_planning(line: str) -> None:
    story = accepted().plan_begun()
    one = planned(WOUND).model_copy(update={"line": line})

    given(story).when(care_plan.plan_intervention, by=DISTRICT_NURSE, plan=newest(story), intervention=one).then(
        an(InterventionPlanned, intervention=one)
    )


@pytest.mark.rule("ORE-3.1.4-6")
def test_a_medical_plan_leaves_the_sip_as_open_as_it_was() -> None:
    story = enrolled()
    story = drawn_up(story, DISTRICT_NURSE, "sip")
    sip = newest(story)
    story = story.plan_begun(kind="medical").plan_held().plan_written().plan_agreed()

    assert story.state.plans[sip].ended_at is None
    assert not any(plan.kind == "sip" and plan.is_in_force for plan in story.state.plans.values())


@pytest.mark.rule("INF-6-4")
def test_relatives_do_not_take_part_while_the_individual_objects() -> None:
    story = summoned().circumstance("objects-to-relatives", PSYCHIATRIC_NURSE)
    with_relatives = meeting(story) | {"relatives": True}

    given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **with_relatives).then_refused(
        PreconditionMissing, rule="INF-6-4"
    )
    given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **meeting(story)).then(PlanMeetingHeld)
    given(summoned()).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **with_relatives).then(
        an(PlanMeetingHeld, relatives=True)
    )


@pytest.mark.rule("INF-6-4")
def test_relatives_take_part_again_when_the_individual_has_agreed_since_the_latest_word() -> None:
    agreed = summoned().circumstance("objects-to-relatives", PSYCHIATRIC_NURSE)
    agreed = agreed.stated("consent-to-relatives", PSYCHIATRIC_NURSE, at="2025-05-06 09:00")
    told_late = agreed.circumstance("objects-to-relatives", PSYCHIATRIC_NURSE, at="2025-05-06 09:00")
    objects_anew = agreed.circumstance("objects-to-relatives", PSYCHIATRIC_NURSE, at="2025-05-06 09:01")
    with_relatives = meeting(agreed) | {"relatives": True}

    for story in (agreed, told_late):
        given(story).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **with_relatives).then(PlanMeetingHeld)
    given(objects_anew).when(care_plan_start.hold_planning, by=PSYCHIATRIC_NURSE, **with_relatives).then_refused(
        PreconditionMissing, rule="INF-6-4"
    )


# --- The rehabilitation plan (ORE-3.4) --------------------------------------------------------------------------------


@cache
def in_rehabilitation() -> Story:
    """Tell that an occupational therapist has begun to assess a child; no referral was needed."""
    story = story_in("orebro", age=9, at="2025-10-06 08:00")
    story = story.need_raised(request_in(OREBRO, TRAINING), by=THERAPIST_A, track="rehabilitation", municipality=A)
    return story.after(
        track_openings.start_rehab_assessment, THERAPIST_A, participants=[THERAPIST_A.person, PHYSIOTHERAPIST.person]
    )


def rehab_written(story: Story | None = None, **said: Any) -> Story:
    """Tell that the therapist has planned with the individual, and written what is to be done."""
    story = drawn_up(story or in_rehabilitation(), THERAPIST_A, "rehab")
    story = story.after(
        care_plan_start.hold_planning,
        THERAPIST_A,
        plan=newest(story),
        form="home",
        participants=[THERAPIST_A.person],
        participation=TOOK_PART,
    )
    one = PlannedIntervention(**dict(TRAINING), performer=Party.MUNICIPALITY, **{"performer_kind": "own-staff"} | said)
    return story.after(care_plan.plan_intervention, THERAPIST_A, plan=newest(story), intervention=one)


@cache
def rehab_established() -> Story:
    """Tell that the rehabilitation plan is established since 13 October."""
    return rehab_written().on("2025-10-13 09:00").plan_agreed(THERAPIST_A)


FOLLOWED_UP: dict[str, Any] = {"finding": "She climbs the stairs", "participation": TOOK_PART}


@pytest.mark.rule("ORE-3.4-9")
@pytest.mark.rule("D4")
def test_the_rehabilitation_profession_establishes_its_plan_with_the_individual() -> None:
    story = rehab_written()

    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("ORE-3.4-9")
def test_a_rehabilitation_plan_is_made_with_the_individual() -> None:
    story = drawn_up(in_rehabilitation(), THERAPIST_A, "rehab")
    one = PlannedIntervention(**dict(TRAINING), performer=Party.MUNICIPALITY, performer_kind="own-staff")
    story = story.after(care_plan.plan_intervention, THERAPIST_A, plan=newest(story), intervention=one)

    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then_refused(
        PlanPartyMissing, rule="ORE-3.4-9", where=("individual",)
    )


@pytest.mark.rule("ORE-3.4-9")
def test_the_contents_of_a_rehabilitation_plan_are_not_specified_and_none_is_demanded() -> None:
    story = written(rehab_written(), THERAPIST_A, **{"what_we_hope_for": {"text": "To walk to school"}})

    assert [one.part for one in story.plan.draft.sections] == ["what-we-hope-for"]
    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("ORE-3.4-10")
def test_rehabilitation_is_handed_to_others_only_with_competence_assured() -> None:
    story = rehab_written(performer_kind="other-staff")

    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.4-10", where=("interventions.stairs.competence",)
    )
    for kind, competence in (("other-staff", "Shown how, and watched twice"), ("self-care", None)):
        told = rehab_written(performer_kind=kind, competence=competence)
        given(told).when(care_plan.agree, by=THERAPIST_A, plan=newest(told)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("ORE-3.4-10")
def test_a_rehabilitation_plan_says_by_whom_each_intervention_is_performed() -> None:
    story = rehab_written(performer_kind=None)

    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then_refused(
        PlanContentMissing, rule="ORE-3.4-10", where=("interventions.stairs.performer-kind",)
    )


@pytest.mark.rule("ORE-3.4-11")
@pytest.mark.rule("P8")
def test_only_the_one_who_ordered_follows_the_rehabilitation_up() -> None:
    story = rehab_established()

    given(story).when(
        care_plan.follow_up, by=PHYSIOTHERAPIST, plan=story.plan.id, decision=FollowUpDecision.CONTINUE, **FOLLOWED_UP
    ).then_refused(ActorNotAllowed, rule="ORE-3.4-11", where=("orderer",))
    given(story).when(
        care_plan.follow_up, by=THERAPIST_A, plan=story.plan.id, decision=FollowUpDecision.CONTINUE, **FOLLOWED_UP
    ).then(an(PlanFollowUpRecorded, decision=FollowUpDecision.CONTINUE))


@pytest.mark.rule("ORE-3.4-11")
def test_the_one_who_ordered_decides_on_change_and_end_at_the_follow_up() -> None:
    story = rehab_established()

    given(story).when(care_plan.follow_up, by=THERAPIST_A, plan=story.plan.id, **FOLLOWED_UP).then_refused(
        ContentMissing, rule="ORE-3.4-11", where=("decision",)
    )
    changed = (
        given(story)
        .when(care_plan.follow_up, by=THERAPIST_A, plan=story.plan.id, decision=FollowUpDecision.CHANGE, **FOLLOWED_UP)
        .then(PlanFollowUpRecorded, PlanRevisionOpened)
    )
    given(changed).when(care_plan.agree, by=THERAPIST_A, plan=story.plan.id).then(PlanAgreedByParty, PlanRevised)
    ended = (
        given(story)
        .when(care_plan.follow_up, by=THERAPIST_A, plan=story.plan.id, decision=FollowUpDecision.END, **FOLLOWED_UP)
        .then(PlanFollowUpRecorded, an(PlanClosed, reason="ended-by-orderer"))
    )
    assert ended.plan.status is PlanStatus.CLOSED


@pytest.mark.rule("ORE-3.4-11")
def test_another_decides_once_what_was_ordered_has_been_transferred() -> None:
    story = rehab_established()
    colleague = OREBRO.physiotherapist_a
    to_her: dict[str, Any] = {"plan": story.plan.id, "person": colleague.person}

    given(story).when(care_plan_end.transfer_orderer, by=NURSE_A, **to_her).then_refused(
        ActorNotAllowed, rule="ORE-3.4-11"
    )
    for other in (to_her, to_her | {"person": OREBRO.health_centre_therapist.person}):
        given(story).when(care_plan_end.transfer_orderer, by=PHYSIOTHERAPIST, **other).then_refused(
            NotYourPrincipal, rule="SYS-3", where=("person",)
        )
    to_nurse = to_her | {"person": NURSE_A.person}
    given(story).when(care_plan_end.transfer_orderer, by=THERAPIST_A, **to_nurse).then_refused(
        ActorNotAllowed, rule="ORE-3.4-11", where=(NURSE_A.party, NURSE_A.unit_kind, NURSE_A.role)
    )
    story = (
        given(story)
        .when(care_plan_end.transfer_orderer, by=THERAPIST_A, **to_her)
        .then(an(OrdererTransferred, person=colleague.person))
    )
    back = story.after(
        care_plan_end.transfer_orderer, colleague, at=story.clock, plan=story.plan.id, person=THERAPIST_A.person
    )
    assert back.plan.orderer == THERAPIST_A.person
    given(story).when(
        care_plan.follow_up, by=colleague, plan=story.plan.id, decision=FollowUpDecision.CONTINUE, **FOLLOWED_UP
    ).then(PlanFollowUpRecorded)
    given(story).when(
        care_plan.follow_up, by=THERAPIST_A, plan=story.plan.id, decision=FollowUpDecision.CONTINUE, **FOLLOWED_UP
    ).then_refused(ActorNotAllowed, rule="ORE-3.4-11", where=("orderer",))


@pytest.mark.rule("ORE-3.4-11")
def test_a_transfer_that_is_told_late_replaces_no_newer_one() -> None:
    story = rehab_established()
    newer, older = OREBRO.physiotherapist_a.person, THERAPIST_A.person
    for at, person in (("2025-10-14 10:00", newer), ("2025-10-14 09:00", older)):
        story = story.after(
            care_plan_end.transfer_orderer,
            THERAPIST_A,
            at=at,
            now="2025-10-15 09:00",
            plan=story.plan.id,
            person=person,
        )

    assert story.plan.orderer == newer


@pytest.mark.rule("ORE-3.4-11")
def test_a_follow_up_by_the_one_who_ordered_cites_its_rule_also_beside_medical_care() -> None:
    story = rehab_written(enrolled()).plan_agreed(THERAPIST_A)
    followed = given(story).when(
        care_plan.follow_up, by=THERAPIST_A, plan=newest(story), decision=FollowUpDecision.CONTINUE, **FOLLOWED_UP
    )

    assert "ORE-3.4-11" in followed.then(PlanFollowUpRecorded).events[-1].basis.clauses


@pytest.mark.rule("SYS-7")
def test_no_party_decides_alone_on_a_sip_although_no_rule_says_who_follows_it_up() -> None:
    story = with_contacts(severely_ill()).plan_agreed(GAVLEBORG.physician, GAVLEBORG.nurse_a)

    given(story).when(
        care_plan.follow_up, by=GAVLEBORG.nurse_a, plan=newest(story), decision=FollowUpDecision.END, **FOLLOWED_UP
    ).then_refused(ContentNotKnown, rule="GAV-6-5", where=("end",))


@pytest.mark.rule("ORE-3.1.6-1")
def test_no_party_decides_alone_on_what_both_have_established() -> None:
    given(enrolled()).when(
        care_plan.follow_up, by=NURSE_A, plan=enrolled().plan.id, decision=FollowUpDecision.END, **FOLLOWED_UP
    ).then_refused(ContentNotKnown, rule="ORE-3.1.6-1")


@pytest.mark.rule("ORE-3.4-11")
@pytest.mark.rule("ORE-3.4-12")
@pytest.mark.rule("D4")
def test_the_one_who_ordered_ends_it_and_then_the_profession_discharges_alone() -> None:
    story = rehab_established().after(
        criteria.evaluate_criteria, THERAPIST_A, facts={"primary-level": {"primary_level_suffices": True}}
    )
    story = story.accepted(THERAPIST_A, PHYSIOTHERAPIST).committed(THERAPIST_A, PHYSIOTHERAPIST).ready()
    story = story.after(enrolment.start, THERAPIST_A)

    story = (
        given(story)
        .when(care_plan.follow_up, by=THERAPIST_A, plan=newest(story), decision=FollowUpDecision.END, **FOLLOWED_UP)
        .then(PlanFollowUpRecorded, an(PlanClosed, reason="ended-by-orderer"))
    )
    given(story).when(
        discharge.declare_discharge, by=THERAPIST_A, reason="She climbs the stairs", participation=TOOK_PART
    ).then(DischargeDeclared, Discharged)


@pytest.mark.rule("ORE-3.4-9")
@pytest.mark.rule("P10")
def test_a_rehabilitation_plan_beside_the_medical_one_is_planned_by_the_profession_alone_and_replaces_nothing() -> None:
    story = rehab_written(enrolled())

    given(story).when(care_plan.agree, by=THERAPIST_A, plan=newest(story)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("ORE-3.4-9")
@pytest.mark.rule("SYS-7")
def test_whom_a_plan_names_as_contacts_is_free_where_no_contact_roles_are_listed() -> None:
    story = rehab_written()

    given(story).when(
        care_plan.assign_contact, by=THERAPIST_A, plan=newest(story), role="trainer", person=THERAPIST_A.person
    ).then(an(ContactRoleAssigned, role="trainer"))
    given(story).when(
        care_plan.assign_contact, by=THERAPIST_A, plan=newest(story), role="trainer", person=PHYSIOTHERAPIST.person
    ).then_refused(NotYourPrincipal, rule="SYS-3", where=("person",))


@pytest.mark.rule("SYS-7")
def test_a_sip_in_rehabilitation_is_planned_by_one_party_since_no_rule_of_that_way_asks_for_both() -> None:
    story = drawn_up(in_rehabilitation(), THERAPIST_A, "sip")

    given(story).when(
        care_plan_start.hold_planning,
        by=THERAPIST_A,
        **meeting(story) | {"form": "home", "participants": [THERAPIST_A.person]},
    ).then(an(PlanMeetingHeld, due=None, late=False))


@pytest.mark.rule("ORE-3.4-11")
def test_the_follow_up_of_what_both_established_is_transferred_to_nobody() -> None:
    given(enrolled()).when(
        care_plan_end.transfer_orderer, by=NURSE_A, plan=enrolled().plan.id, person=NURSE_A.person
    ).then_refused(WrongState, rule="ORE-3.1.4-1", where=("followed up by the parties",))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_planning_takes_any_form_where_the_version_lists_none() -> None:
    form, participation = ORE.content["planning"].fields
    asked = (
        form.model_copy(update={"choices": {}}),
        participation.model_copy(update={"choices": {"whole": "helt", "part": "delvis"}}),
    )
    content = ORE.content | {"planning": ORE.content["planning"].model_copy(update={"fields": asked})}
    story = accepted().plan_begun().under(ORE.model_copy(update={"content": content}))
    both = {"participants": [DISTRICT_NURSE.person, NURSE_A.person], "form": "telephone"}

    given(story).when(care_plan_start.hold_planning, by=NURSE_A, **meeting(story) | both).then(PlanMeetingHeld)


@pytest.mark.rule("ORE-3.1.4-2")
def test_a_sip_has_no_time_limit_after_the_level_is_established() -> None:
    story = drawn_up(established(), DISTRICT_NURSE, "sip")

    given(story).when(
        care_plan_start.hold_planning,
        by=DISTRICT_NURSE,
        at="2025-05-20 09:00",
        **meeting(story) | {"participants": [DISTRICT_NURSE.person, NURSE_A.person]},
    ).then(an(PlanMeetingHeld, due=None, late=False))


# --- P12: closed before the enrolment ends ----------------------------------------------------------------------------


@pytest.mark.rule("P12")
def test_the_one_who_ordered_closes_the_rehabilitation_plan() -> None:
    story = rehab_established()

    given(story).when(care_plan_end.close, by=PHYSIOTHERAPIST, plan=story.plan.id, reason="Done").then_refused(
        ActorNotAllowed, rule="ORE-3.4-11", where=("orderer",)
    )
    given(story).when(care_plan_end.close, by=THERAPIST_A, plan=story.plan.id, reason="Done").then(
        an(PlanClosed, reason="closed", note="Done")
    )


@pytest.mark.rule("P12")
def test_what_both_established_takes_both_to_close() -> None:
    plan = established().plan.id
    story = (
        given(established())
        .when(care_plan_end.close, by=NURSE_A, plan=plan, reason="She has moved in with her son")
        .then(an(PlanClosingDeclared, party=Party.MUNICIPALITY))
    )
    assert story.plan.is_in_force

    given(story).when(care_plan_end.close, by=NURSE_A, plan=plan, reason="Still").then_refused(
        OtherPartyMissing, rule="ORE-3.1.4-1", where=("region",)
    )
    given(story).when(care_plan_end.close, by=PHYSICIAN, plan=plan, reason="Agreed").then(PlanClosed)


@pytest.mark.rule("P12")
@pytest.mark.rule("ORE-3.1.4-1")
@pytest.mark.parametrize("story", [enrolled(), enrolled().plan_begun()], ids=["its only plan", "beside a draft"])
def test_a_running_enrolment_keeps_the_plan_that_it_stands_on(story: Story) -> None:
    given(story).when(care_plan_end.close, by=NURSE_A, plan=enrolled().plan.id, reason="Not needed").then_refused(
        PlanRequired, rule="ORE-3.1.4-1", where=("medical",)
    )


def test_a_draft_is_closed_by_the_party_that_drew_it_up() -> None:
    story = accepted().plan_begun()

    given(story).when(care_plan_end.close, by=NURSE_A, plan=story.plan.id, reason="A mistake").then_refused(
        NotYourPrincipal, rule="ORE-3.1.4-1", where=("plan",)
    )
    closed = (
        given(story).when(care_plan_end.close, by=PHYSICIAN, plan=story.plan.id, reason="A mistake").then(PlanClosed)
    )
    given(closed).when(care_plan_end.close, by=PHYSICIAN, plan=story.plan.id, reason="Again").then_refused(
        WrongState, rule="C.2", where=("closed",)
    )


@pytest.mark.rule("P12")
def test_a_colleague_closes_a_draft_of_the_one_who_ordered() -> None:
    story = rehab_written()

    given(story).when(care_plan_end.close, by=OREBRO.physiotherapist_a, plan=newest(story), reason="Not needed").then(
        PlanClosed
    )


@pytest.mark.rule("P12")
def test_what_one_party_established_is_closed_by_that_party_alone() -> None:
    story = interim_established()

    given(story).when(care_plan_end.close, by=NURSE_A, plan=story.plan.id, reason="She is well").then_refused(
        NotYourPrincipal, rule="ORE-3.3-2", where=("plan",)
    )
    given(story).when(care_plan_end.close, by=WARD_NURSE, plan=story.plan.id, reason="She is well").then(PlanClosed)


@pytest.mark.rule("P12")
@pytest.mark.rule("ORE-3.1.4-1")
def test_a_plan_that_one_party_asked_to_close_is_kept_when_the_person_has_been_enrolled_since() -> None:
    story = established().after(care_plan_end.close, NURSE_A, plan=established().plan.id, reason="Not needed")
    story = story.committed().ready().started()

    given(story).when(care_plan_end.close, by=PHYSICIAN, plan=story.plan.id, reason="Agreed").then_refused(
        PlanRequired, rule="ORE-3.1.4-1", where=("medical",)
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_version_that_no_longer_has_the_track_requires_no_plan_and_no_investigation_before_one() -> None:
    silent = ORE.model_copy(update={"tracks": ()})
    needed = Story().need_raised(by=NURSE_A).under(silent)
    plan = enrolled().plan.id
    asked = enrolled().under(silent).after(care_plan_end.close, NURSE_A, plan=plan, reason="She is well")

    unnamed = ORE.model_copy(
        update={"tracks": tuple(track.model_copy(update={"plan_rule": None}) for track in ORE.tracks)}
    )
    given(enrolled().under(unnamed)).when(
        care_plan_end.close, by=NURSE_A, plan=plan, reason="She is well"
    ).then_refused(PlanRequired, rule="ORE-3-5", where=("medical",))
    given(needed).when(care_plan_start.initiate, by=NURSE_A).then(an(PlanInitiated, kind="medical"))
    given(asked).when(care_plan_end.close, by=PHYSICIAN, plan=plan, reason="Agreed").then(PlanClosed)


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_plan_that_nobody_names_is_of_a_kind_that_the_version_has_for_the_track() -> None:
    (rehabilitation,) = (track for track in ORE.tracks if track.id == "rehabilitation")
    tracks = (rehabilitation.model_copy(update={"plans": ()}),)
    own = ORE.plans["rehab"].model_copy(update={"tracks": ("rehabilitation",)})
    by_kind = ORE.model_copy(update={"tracks": tracks, "plans": {"medical": ORE.plans["medical"], "rehab": own}})

    given(in_rehabilitation().under(by_kind)).when(care_plan_start.initiate, by=THERAPIST_A).then(
        an(PlanInitiated, kind="rehab")
    )
    none = ORE.model_copy(update={"tracks": tracks, "plans": {}})
    given(in_rehabilitation().under(none)).when(care_plan_start.initiate, by=THERAPIST_A).then_refused(
        ContentNotKnown, rule="SYS-7", where=("kind",)
    )


# --- The individual plan (VML), and the SIP of the severely ill (GAV) -------------------------------------------------


@cache
def at_home() -> Story:
    """Tell of a need in a county that prescribes no investigation before the planning."""
    return story_in("vastmanland", age=45).need_raised(track="home-care", municipality=VASTMANLAND.a).sent()


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(VASTMANLAND.nurse_a, marks=pytest.mark.rule("VML-6-4"), id="municipality"),
        pytest.param(VASTMANLAND.district_nurse, marks=pytest.mark.rule("VML-6-8"), id="region"),
    ],
)
def test_either_party_takes_the_initiative_to_care_planning_from_the_need_on(by: Actor) -> None:
    given(at_home()).when(care_plan_start.initiate, by=by).then(an(PlanInitiated, kind="individual"))


@pytest.mark.rule("VML-5-8")
def test_of_an_individual_plan_the_version_specifies_no_contents() -> None:
    nurse = VASTMANLAND.nurse_a
    story = drawn_up(at_home(), nurse, "individual").plan_held()

    given(story).when(care_plan.agree, by=nurse, plan=newest(story)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("SYS-7")
def test_a_visit_at_home_may_have_an_individual_plan_although_none_is_required() -> None:
    story = story_in("vastmanland").need_raised(by=VASTMANLAND.nurse_a, track="home-visit")

    given(story).when(care_plan_start.initiate, by=VASTMANLAND.nurse_a).then(an(PlanInitiated, kind="individual"))


@pytest.mark.rule("VML-5-8")
def test_an_individual_plan_is_established_by_the_party_that_drew_it_up() -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual").plan_held()

    given(story).when(care_plan.agree, by=VASTMANLAND.district_nurse, plan=newest(story)).then_refused(
        NotYourPrincipal, rule="VML-5-8", where=("plan",)
    )


@pytest.mark.rule("SYS-7")
def test_one_party_alone_plans_without_the_individual_where_the_version_does_not_ask_for_both() -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual")

    given(story).when(
        care_plan_start.plan_without_individual, by=VASTMANLAND.nurse_a, plan=newest(story), reason="A single injection"
    ).then(PlanningWithoutIndividualAgreed)


@pytest.mark.rule("SYS-7")
def test_a_coordinator_establishes_a_plan_for_which_the_version_names_no_professions() -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual").plan_held()

    given(story).when(care_plan.agree, by=VASTMANLAND.coordinator_a, plan=newest(story)).then(
        PlanAgreedByParty, PlanEstablished
    )


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
def test_a_plan_leaves_a_performer_open_where_the_version_asks_for_none() -> None:
    agreement = version("vastmanland", "2012-09-03 12:00")
    guards = {guard: ground for guard, ground in agreement.guards.items() if guard is not Guard.ONE_DUTY_HOLDER}
    silent = agreement.model_copy(update={"guards": guards})
    story = drawn_up(at_home().under(silent), VASTMANLAND.nurse_a, "individual").plan_held()
    one = PlannedIntervention(**dict(WOUND))
    story = story.after(care_plan.plan_intervention, VASTMANLAND.nurse_a, plan=newest(story), intervention=one)

    given(story).when(care_plan.agree, by=VASTMANLAND.nurse_a, plan=newest(story)).then(
        PlanAgreedByParty, PlanEstablished
    )


@pytest.mark.rule("VML-5-6")
def test_a_municipal_nurse_does_not_become_the_responsible_physician_that_the_region_has_named() -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual")
    role: dict[str, Any] = {"plan": newest(story), "role": "responsible-physician"}
    story = story.after(
        care_plan.assign_contact, VASTMANLAND.district_nurse, **role, person=VASTMANLAND.physician.person
    )

    given(story).when(
        care_plan.assign_contact, by=VASTMANLAND.nurse_a, **role, person=VASTMANLAND.nurse_a.person
    ).then_refused(ActorNotAllowed, rule="VML-5-6", where=("person", "responsible-physician"))


@pytest.mark.rule("SYS-7")
def test_a_kind_of_plan_that_the_version_does_not_know_is_not_begun() -> None:
    given(at_home()).when(care_plan_start.initiate, by=VASTMANLAND.nurse_a, kind="medical").then_refused(
        ContentNotKnown, rule="SYS-7", where=("medical",)
    )


@pytest.mark.parametrize(
    ("present", "absent"),
    [
        pytest.param(
            VASTMANLAND.district_nurse, Party.MUNICIPALITY, marks=pytest.mark.rule("VML-6-5"), id="the region"
        ),
        pytest.param(VASTMANLAND.nurse_a, Party.REGION, marks=pytest.mark.rule("VML-6-9"), id="the municipality"),
    ],
)
@pytest.mark.rule("VML-5-9")
def test_a_party_attends_the_planning_or_says_why_it_does_not(present: Actor, absent: Party) -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual")
    said: dict[str, Any] = {
        "plan": newest(story),
        "form": "digital",
        "participants": [present.person],
        "participation": TOOK_PART,
    }

    given(story).when(care_plan_start.hold_planning, by=present, **said).then_refused(
        OtherPartyMissing, rule="VML-6-5", where=("absences", absent)
    )
    reasons = {absent: "The planning concerns nothing of ours"}
    given(story).when(care_plan_start.hold_planning, by=present, absences=reasons, **said).then(
        an(PlanMeetingHeld, absences=reasons)
    )


@pytest.mark.rule("INF-6-3")
def test_where_the_version_lets_planning_be_held_without_the_individual_the_reason_is_told() -> None:
    story = drawn_up(at_home(), VASTMANLAND.nurse_a, "individual")
    said: dict[str, Any] = {
        "plan": newest(story),
        "form": "digital",
        "participants": [VASTMANLAND.nurse_a.person, VASTMANLAND.district_nurse.person],
    }

    given(story).when(care_plan_start.hold_planning, by=VASTMANLAND.nurse_a, participation=ABSENT, **said).then(
        an(PlanMeetingHeld, participation=ABSENT)
    )
    with pytest.raises(ValidationError):
        OfferedAct(ActName.HOLD_PLANNING, DECISIONS[ActName.HOLD_PLANNING], refuse_role_of).body.model_validate(
            said | {"participation": {"took_part": False}}
        )


@cache
def severely_ill() -> Story:
    """Tell of a need of ventilator care at home, with a SIP begun and the meeting held."""
    story = story_in("gavleborg", age=40)
    story = story.need_raised(request_in(GAVLEBORG, VENTILATOR), municipality=GAVLEBORG.a).sent()
    return drawn_up(story, GAVLEBORG.district_nurse, "sip").plan_held()


def with_contacts(story: Story, *, without: str | None = None, area: str | None = "Nursing at home") -> Story:
    """Tell that the parts, an intervention and the contacts of the SIP are there, but for one contact."""
    people, plan = GAVLEBORG, newest(story)
    story = written(story, people.district_nurse, **{part: SIP[part] for part in list(SIP)[:5]})
    story = story.after(
        care_plan.plan_intervention,
        people.district_nurse,
        plan=plan,
        intervention=PlannedIntervention(**dict(VENTILATOR), performer=Party.REGION),
    )
    contacts = {
        "coordinating-physician": (people.district_nurse, people.physician),
        "care-contact-region": (people.district_nurse, people.district_nurse),
        "care-contact-municipality": (people.nurse_a, people.nurse_a),
    }
    for role, (by, person) in contacts.items():
        if role != without:
            named = area if role.startswith("care-contact") else None
            story = story.after(care_plan.assign_contact, by, plan=plan, role=role, person=person.person, area=named)
    return story


@pytest.mark.rule("GAV-2-10")
def test_a_sip_names_the_designated_physician_with_responsibility_for_coordination() -> None:
    story = with_contacts(severely_ill(), without="coordinating-physician")

    given(story).when(care_plan.agree, by=GAVLEBORG.physician, plan=newest(story)).then_refused(
        PlanContentMissing, rule="GAV-2-10", where=("coordinating-physician",)
    )


@pytest.mark.rule("GAV-2-10")
def test_the_designated_physician_is_of_the_health_centre_also_where_a_specialist_treats() -> None:
    given(severely_ill()).when(
        care_plan.assign_contact,
        by=GAVLEBORG.specialist,
        plan=newest(severely_ill()),
        role="coordinating-physician",
        person=GAVLEBORG.specialist.person,
    ).then_refused(ActorNotAllowed, rule="GAV-2-10")


@pytest.mark.rule("GAV-2-7")
@pytest.mark.parametrize(
    ("first", "second"),
    [(GAVLEBORG.physician, GAVLEBORG.nurse_a), (GAVLEBORG.nurse_a, GAVLEBORG.physician)],
    ids=["region first", "municipality first"],
)
def test_neither_principal_establishes_the_sip_of_the_severely_ill_alone(first: Actor, second: Actor) -> None:
    story = with_contacts(severely_ill())
    plan = newest(story)

    one = given(story).when(care_plan.agree, by=first, plan=plan).then(an(PlanAgreedByParty, party=first.party))
    assert one.state.plan is None or one.state.plan.established_at is None
    given(one).when(care_plan.agree, by=first, plan=plan).then_refused(
        PlanPartyMissing, rule="GAV-6-5", where=(first.party.other,)
    )
    both = given(one).when(care_plan.agree, by=second, plan=plan).then(PlanAgreedByParty, PlanEstablished)
    assert "GAV-2-7" in both.events[-1].basis.clauses


@pytest.mark.rule("GAV-2-11")
def test_the_permanent_care_contacts_of_a_sip_have_clear_areas_of_responsibility() -> None:
    story = with_contacts(severely_ill(), area=None)

    given(story).when(care_plan.agree, by=GAVLEBORG.physician, plan=newest(story)).then_refused(
        PlanContentMissing, rule="GAV-2-11", where=("care-contact-region.area", "care-contact-municipality.area")
    )
    told = with_contacts(severely_ill()).plan_agreed(GAVLEBORG.physician)
    given(told).when(care_plan.agree, by=GAVLEBORG.nurse_a, plan=newest(told)).then(PlanAgreedByParty, PlanEstablished)


@pytest.mark.rule("GAV-2-11")
def test_a_sip_names_the_permanent_care_contacts_of_both_parties() -> None:
    story = with_contacts(severely_ill(), without="care-contact-region")

    given(story).when(care_plan.agree, by=GAVLEBORG.physician, plan=newest(story)).then_refused(
        PlanContentMissing, rule="GAV-2-11", where=("care-contact-region",)
    )


def test_the_area_of_a_contact_is_told() -> None:
    given(severely_ill()).when(
        care_plan.assign_contact,
        by=GAVLEBORG.nurse_a,
        plan=newest(severely_ill()),
        role="care-contact-municipality",
        person=GAVLEBORG.nurse_a.person,
        area="The staff at home",
    ).then(an(ContactRoleAssigned, area="The staff at home"))


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("guarded", [True, False], ids=["one's own words", "silent"])
def test_a_check_that_the_text_does_not_turn_on_is_not_made(guarded: bool) -> None:
    silent = ORE.model_copy(update={"guards": {Guard.OWN_WORDS: Ground(clauses=("ORE-3.1.4-8",))} if guarded else {}})
    story = accepted().plan_begun().plan_written().under(silent)
    when = given(story).when(
        care_plan.plan_intervention, by=NURSE_A, plan=newest(story), intervention=planned(WOUND, Party.REGION)
    )

    if guarded:
        when.then_refused(NotYourPrincipal, rule="ORE-3.1.4-8", where=(WOUND.key,))
    else:
        when.then(InterventionPlanned)


def test_a_plan_keeps_the_names_that_the_version_gave_its_kind_when_it_was_begun() -> None:
    assert accepted().plan_begun(kind="medical").plan.name == NAMED_KINDS["medical"]

    rule = ORE.plans["medical"].model_copy(update={"title": "Vårdplan", "english": "Plan of care", "care_plan": True})
    story = accepted().under(ORE.model_copy(update={"plans": {**ORE.plans, "medical": rule}}))
    begun = story.plan_begun(kind="medical").under(ORE)
    assert begun.plan.name == KindName(title="Vårdplan", english="Plan of care", care_plan=True)
