"""Responsibility for interventions: decided once at each act, and never with two answers for one moment."""

import pytest

from domain.agreements.conditions import ASSESSED_AS_SELF_CARE
from domain.agreements.model import Agreement, Holder, MatrixRow, Way
from domain.case.acts import care_plan, criteria, death_and_move, disagreement, referral, self_care, statements, tasks
from domain.case.decisions import decide
from domain.case.events.care_plan import InterventionPlanned, PlanEstablished, PlannedIntervention, PlanRevised
from domain.case.events.enrolment import EnrolmentStarted, InterventionPerformed
from domain.case.rules.responsibility import allocate, refuse_out_of_scope
from domain.case.state.case import evolve
from domain.intervention import CareLevel, Intervention, Profession, Scope
from domain.kernel import Keeper, Party
from domain.refusals import CircumstanceFollows, NotMunicipal
from domain.versions.local_agreement import LocalAgreement
from domain.versions.validity import ValidityPeriod, VersionValidity
from tests.agreements.orebro import OREBRO as ORE
from tests.agreements.published import find_in_force
from tests.domain.test_enrolment_gavleborg import JUDGED
from tests.scenario import (
    DISTRICT_NURSE,
    GAVLEBORG,
    MORNINGS,
    NURSE_A,
    OREBRO,
    REGION,
    REQUEST,
    VASTMANLAND,
    VISIT,
    WOUND,
    A,
    Story,
    accepted,
    enrolled,
    given,
    given_to,
    investigated,
    level_established,
    planned,
    request_in,
    weighed,
)

INJECTION = Intervention(key="injection", text="An injection each week")
BATHING = Intervention(key="bathing", text="Bathing aids", profession=Profession.OCCUPATIONAL_THERAPIST)


def enrolled_with(*interventions: PlannedIntervention) -> Story:
    """Tell that the person is enrolled on a plan of these interventions."""
    story = accepted().plan_begun().plan_held().plan_written(*interventions).plan_agreed()
    return story.committed().ready().started()


@pytest.mark.rule("ORE-3-1")
@pytest.mark.rule("ORE-2.1-2")
@pytest.mark.parametrize("story", [Story().need_raised().sent(), investigated(), level_established(), accepted()])
def test_the_region_answers_until_the_person_is_enrolled(story: Story) -> None:
    held = story.state.allocations[WOUND.key]

    assert (held.treatment, held.performer, held.derived) == (REGION, REGION, False)


@pytest.mark.rule("ORE-1.2-2")
@pytest.mark.rule("ORE-2.1-3")
def test_the_municipality_answers_for_care_up_to_nurse_level_of_the_enrolled() -> None:
    held = enrolled().state.allocations[WOUND.key]

    assert (held.treatment, held.performer, held.shared) == (A, A, False)
    assert held.clauses == ("ORE-1.2-2", "ORE-2.1-3", "ORE-2.2-11")
    assert held.effective_from == enrolled().enrolment.started_at


@pytest.mark.rule("ORE-1.2-3")
@pytest.mark.rule("ORE-1.1-2")
def test_the_physicians_care_stays_with_the_region_of_the_enrolled() -> None:
    story = enrolled()
    held = story.state.allocations[VISIT.key]
    started = next(event for event in story.events if isinstance(event, EnrolmentStarted))

    assert (held.treatment, held.performer) == (REGION, REGION)
    assert held.clauses == (*started.basis.clauses, "ORE-1.2-3", "ORE-1.1-2")


@pytest.mark.rule("ORE-3.1.4-15")
def test_of_a_single_intervention_only_the_performance_passes() -> None:
    held = enrolled_with(planned(INJECTION, scope=Scope.SINGLE, shared=False)).state.allocations[INJECTION.key]

    assert (held.treatment, held.performer, held.shared, held.derived) == (REGION, A, False, True)
    assert held.clauses == ("ORE-3.1.4-15",)


@pytest.mark.rule("ORE-3.1.4-16")
def test_a_plan_may_say_that_responsibility_for_a_single_intervention_is_shared() -> None:
    story = enrolled_with(planned(INJECTION, scope=Scope.SINGLE, shared=True))

    assert story.state.allocations[INJECTION.key].shared


@pytest.mark.rule("ORE-3.1.4-16")
@pytest.mark.parametrize(("shared", "broken"), [(True, ()), (False, ("ORE-3.1.4-15",))])
def test_either_party_performs_what_is_shared(shared: bool, broken: tuple[str, ...]) -> None:
    story = enrolled_with(planned(INJECTION, scope=Scope.SINGLE, shared=shared))
    done = given(story).when(
        tasks.perform, by=DISTRICT_NURSE, intervention=INJECTION.key, performer=DISTRICT_NURSE.person
    )

    assert story.performer(INJECTION.key) == A
    assert done.then(InterventionPerformed).events[-1].basis.breaches == broken


@pytest.mark.rule("ORE-3.1.4-15")
def test_a_changed_plan_answers_by_its_new_text() -> None:
    changed = planned(INJECTION, scope=Scope.SINGLE, shared=False)
    story = enrolled_with(planned(INJECTION)).plan_reopened().plan_changed(changed).plan_agreed()

    (revised,) = (event for event in story.events if isinstance(event, PlanRevised))
    assert [(one.treatment, one.performer) for one in revised.allocations] == [(REGION, A)]


@pytest.mark.rule("ORE-1.2-4")
@pytest.mark.rule("ORE-1.2-6")
@pytest.mark.rule("SYS-7")
def test_who_treats_in_the_rehabilitation_chain_is_not_regulated() -> None:
    held = enrolled_with(planned(BATHING)).state.allocations[BATHING.key]

    assert (held.treatment, held.performer, held.shared) == (None, A, True)


@pytest.mark.rule("D5")
@pytest.mark.rule("SYS-6")
@pytest.mark.rule("ORE-3.1.3-14")
def test_a_visit_during_a_disagreement_was_the_regions_before_and_after_it_is_resolved() -> None:
    story = weighed(CareLevel.PRIMARY, CareLevel.SPECIALISED).on("2025-04-02 09:00").disputed()
    during = story.performer(at="2025-04-03 09:00")
    story = story.on("2025-04-04 09:00").resolved()
    story = story.after(
        disagreement.record_position,
        NURSE_A,
        at="2025-04-02 10:00",
        now="2025-04-06 09:00",
        dispute=story.dispute,
        position="Special competence is needed",
    )

    assert (during, story.performer(at="2025-04-03 09:00")) == (REGION, REGION)
    assert story.performer(at="2025-04-05 09:00") == A


@pytest.mark.rule("SYS-6")
def test_each_moment_has_the_answer_it_had() -> None:
    story = enrolled().on("2025-06-18 09:00").discharged()

    assert story.performer(at="2025-04-11 08:59") == REGION
    assert story.performer(at="2025-04-11 09:00") == A
    assert story.performer(at="2025-06-18 09:10") == A
    assert story.performer(at="2025-06-18 09:20") == REGION


@pytest.mark.rule("ORE-2.1-9")
def test_an_intervention_that_an_assessment_gives_the_municipality_is_the_regions_until_it_is_taken_over() -> None:
    story = investigated().assessed(NURSE_A, interventions=[given_to(INJECTION, Party.MUNICIPALITY)])

    assert story.performer(INJECTION.key) == REGION


def test_death_leaves_the_answers_before_it_as_they_were() -> None:
    story = enrolled().on("2025-05-02 09:00")
    story = story.after(death_and_move.record_death, DISTRICT_NURSE, deceased_on=story.clock.date())

    assert story.performer(at="2025-05-02 09:00") == A
    assert story.performer(at="2025-05-02 09:10") is None


@pytest.mark.rule("F17")
@pytest.mark.rule("ORE-1.1-2")
def test_an_intervention_that_a_later_assessment_leaves_out_is_still_no_municipalitys_if_it_takes_a_physician() -> None:
    story = investigated().assessed(
        DISTRICT_NURSE, interventions=[given_to(WOUND, Party.MUNICIPALITY), given_to(VISIT, Party.REGION)]
    )
    story = story.assessed(DISTRICT_NURSE).disputed().resolved()

    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (A, REGION)


@pytest.mark.rule("ORE-3-1")
def test_an_intervention_that_a_later_assessment_leaves_out_returns_when_both_decline() -> None:
    story = investigated().assessed(
        DISTRICT_NURSE, interventions=[given_to(WOUND, Party.MUNICIPALITY), given_to(INJECTION, Party.MUNICIPALITY)]
    )
    story = story.assessed(DISTRICT_NURSE).disputed().resolved().assessed(NURSE_A).considered()
    assert story.performer(INJECTION.key) == A

    assert story.declined().performer(INJECTION.key) == REGION


def test_the_latest_wording_of_an_intervention_holds() -> None:
    worded = WOUND.model_copy(update={"text": "Dressing three times a week"})
    story = investigated().assessed(DISTRICT_NURSE)
    story = story.after(
        referral.supplement, DISTRICT_NURSE, request=REQUEST.model_copy(update={"interventions": (worded,)})
    )

    assert story.state.interventions == (worded,)


def test_of_two_wordings_of_one_moment_the_last_holds() -> None:
    worded = WOUND.model_copy(update={"text": "Dressing three times a week"})
    story = Story().need_raised()
    story = story.after(
        referral.supplement,
        DISTRICT_NURSE,
        at=story.clock,
        request=REQUEST.model_copy(update={"interventions": (worded,)}),
    )

    assert story.state.referral.request.interventions == (worded,)
    assert story.state.interventions == (worded,)


# --- Other counties, local agreements and guardians -------------------------------------------------------------------


def severely_ill(one: Intervention, age: int = 40) -> Story:
    """Tell of a need under the third agreement, about one intervention."""
    story = Story(county="gavleborg", clock=MORNINGS["gavleborg"], age=age)
    return story.need_raised(request_in(GAVLEBORG, one), by=GAVLEBORG.specialist, municipality=GAVLEBORG.a)


@pytest.mark.rule("GAV-2-9")
@pytest.mark.rule("GAV-2-10")
def test_the_answer_names_the_unit_that_the_agreement_names() -> None:
    coordination = Intervention(key="coordination", text="Coordinate the care", category="coordination")

    held = severely_ill(coordination).state.allocations["coordination"]

    assert (held.performer, held.guardian) == (GAVLEBORG.region, False)
    assert held.named == "en utsedd läkare vid den hälsocentral där patienten är listad"


@pytest.mark.rule("GAV-9-4")
@pytest.mark.parametrize(("age", "guardian"), [(17, True), (18, False)])
def test_a_childs_guardian_answers_for_its_self_care_and_no_principal_does(age: int, guardian: bool) -> None:
    suction = Intervention(key="suction", text="Suction of the tube", category="self-care")

    story = severely_ill(suction, age).after(self_care.assess, GAVLEBORG.specialist, **JUDGED)
    held = story.state.allocations["suction"]

    assert held.guardian is guardian
    assert (held.treatment, held.performer) == (None, None) or not guardian


@pytest.mark.rule("GAV-5-1", "GAV-9-2", "GAV-9-4")
def test_what_is_named_a_childs_self_care_is_the_regions_until_it_is_assessed_as_such_and_when_it_is_not() -> None:
    suction = Intervention(key="suction", text="Suction of the tube", category="self-care")

    story = severely_ill(suction, 11)
    for is_self_care in (None, True, False):
        if is_self_care is not None:
            said = JUDGED | {"is_self_care": is_self_care}
            story = story.after(self_care.assess, GAVLEBORG.specialist, **said)
        held = story.state.allocations["suction"]
        if is_self_care:
            assert (held.treatment, held.performer, held.guardian, held.clauses) == (None, None, True, ("GAV-9-4",))
        else:
            assert (held.treatment, held.performer, held.guardian) == (GAVLEBORG.region, GAVLEBORG.region, False)
            assert "GAV-9-2" in held.clauses


def test_nobody_records_that_self_care_is_assessed_but_by_assessing_it() -> None:
    suction = Intervention(key="suction", text="Suction of the tube", category="self-care")
    story = severely_ill(suction, 11)
    text = find_in_force("gavleborg", story.clock)
    assert text is not None
    words = {**text.vocabulary.conditions, ASSESSED_AS_SELF_CARE: "bedömd som egenvård"}
    vocabulary = text.vocabulary.model_copy(update={"conditions": words})
    story = story.under(text.model_copy(update={"vocabulary": vocabulary}))

    given(story).when(
        statements.record_circumstance, by=GAVLEBORG.specialist, circumstance=ASSESSED_AS_SELF_CARE
    ).then_refused(CircumstanceFollows, rule="SYS-7", where=("circumstance",))


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
@pytest.mark.parametrize("agreed", [False, True], ids=["without a local agreement", "under a local agreement"])
def test_what_another_provider_commissions_is_the_municipalitys_only_by_a_local_agreement(agreed: bool) -> None:
    nurse = VASTMANLAND.nurse_a
    story = Story(county="vastmanland", clock=MORNINGS["vastmanland"]).need_raised(by=nurse)
    story = story.after(
        criteria.evaluate_criteria,
        nurse,
        facts={
            "age": {},
            "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "Heart failure"},
        },
    )
    story = story.after(statements.record_circumstance, nurse, circumstance="commissioned-by-other-provider")
    local = LocalAgreement(
        key="clinic",
        municipality=VASTMANLAND.a,
        way=Way.PRIMARY_AGREEMENT,
        principal=VASTMANLAND.region,
        grants=("local-agreement-other-provider",),
        valid_from=story.clock.date(),
    )
    calendar = story.calendar()
    act = story.act(criteria.evaluate_criteria, nurse)
    period = ValidityPeriod(first=act.in_force.valid_from)
    validity = VersionValidity(agreement=act.in_force.ref, periods={VASTMANLAND.a: period}, local=(local,))
    catalogue = calendar.catalogue.model_copy(update={"validities": (validity,) if agreed else ()})
    calendar = calendar.model_copy(update={"catalogue": catalogue})
    act = calendar.date_act(act, act.occurred_at)

    facts = {"commissioned": {"commissioned_by_primary_care": False}}
    after = story.state
    for event in decide(after, act=act, calendar=calendar, history=story.events, facts=facts):
        after = evolve(after, event)

    assert [one.met for one in after.referral.verdicts if one.criterion == "commissioned"] == [agreed]
    assert ("criteria-met" in after.conditions) is agreed
    allocated = allocate(act, after, [WOUND], enrolled=True)
    assert allocated[0].performer == (VASTMANLAND.a if agreed else VASTMANLAND.region)
    if agreed:
        refuse_out_of_scope(act, after, CareLevel.SPECIALISED)
    else:
        with pytest.raises(NotMunicipal):
            refuse_out_of_scope(act, after, CareLevel.SPECIALISED)


# --- Versions of the tests' own ---------------------------------------------------------------------------------------

WALKING = Intervention(key="walking", text="Practise walking", profession=Profession.PHYSIOTHERAPIST)
NURSING = next(row for row in ORE.matrix if row.id == "single-intervention").model_copy(
    update={"enrolled": None, "single_intervention": None, "treatment": Holder.REGION, "performer": Holder.REGION}
)
"""A row about all care by nurses at primary level, before and after an enrolment."""


MUNICIPAL = NURSING.model_copy(update={"treatment": Holder.MUNICIPALITY, "performer": Holder.MUNICIPALITY})


def by_rows(*rows: MatrixRow) -> Agreement:
    """Return the first county's version with these rows alone."""
    return ORE.model_copy(update={"matrix": rows})


def test_rows_that_contradict_each_other_leave_nobody_named_and_are_both_cited() -> None:
    other = MUNICIPAL.model_copy(update={"id": "other", "clauses": ("ORE-2.1-3",)})
    story = Story().under(by_rows(NURSING, other)).need_raised().sent()
    held = story.state.allocations[WOUND.key]

    assert (held.treatment, held.performer) == (None, None)
    assert {*held.clauses} == {*NURSING.clauses, "ORE-2.1-3"}


def test_a_plan_is_asked_about_only_for_the_enrolled() -> None:
    single = MUNICIPAL.model_copy(update={"id": "single", "single_intervention": True, "overrides": True})
    story = accepted().under(by_rows(NURSING, single)).plan_begun().plan_held()
    story = story.plan_written(planned(WOUND, Party.REGION, Scope.SINGLE, shared=False)).plan_agreed()
    story = story.circumstance("specialist-treatment")

    assert story.performer() == REGION


def test_the_start_of_an_enrolment_says_whether_a_responsibility_is_shared_by_the_matrix_or_the_plan() -> None:
    story = enrolled_with(
        planned(BATHING),
        planned(INJECTION, scope=Scope.SINGLE, shared=True),
        planned(WALKING, Party.REGION),
        planned(VISIT, Party.REGION, shared=True),
        planned(WOUND, Party.REGION),
    )
    started = next(event for event in story.events if isinstance(event, EnrolmentStarted))

    assert {one.intervention: one.shared for one in started.allocations} == {
        BATHING.key: True,
        INJECTION.key: True,
        WALKING.key: True,
        VISIT.key: True,
        WOUND.key: False,
    }


def test_what_a_plan_leaves_with_the_region_is_the_regions_where_the_version_is_silent() -> None:
    silent = enrolled().under(by_rows(MUNICIPAL))
    story = silent.plan_reopened().plan_changed(planned(WALKING, Party.REGION)).plan_agreed()
    held = story.state.allocations[WALKING.key]

    assert (held.treatment, held.performer, held.kept_by) == (REGION, REGION, Keeper.PLAN)


def test_a_plan_of_before_the_enrolment_moves_nothing_that_the_request_asks_for() -> None:
    plans = (planned(WOUND, Party.REGION), planned(INJECTION))
    story = accepted().plan_begun().plan_held().plan_written(*plans).plan_agreed()
    (agreed,) = (event for event in story.events if isinstance(event, PlanEstablished))

    assert [allocation.intervention for allocation in agreed.allocations] == [INJECTION.key]


# --- What a resolution moves ------------------------------------------------------------------------------------------

RESTRAINT = Intervention(key="restraint", text="Keep him back", category="coercive-measure")


def disputed_about(*interventions: Intervention) -> Story:
    """Tell that the parties assess the level of these interventions differently, and disagree."""
    story = Story().need_raised(request_in(OREBRO, *interventions)).sent().acknowledged().contacted()
    given_away = [given_to(interventions[0], Party.MUNICIPALITY)]
    story = story.start_assessment().assessed(DISTRICT_NURSE, interventions=given_away)
    return story.assessed(NURSE_A, CareLevel.SPECIALISED, given_away).considered().disputed()


@pytest.mark.rule("F17")
def test_a_resolution_gives_the_municipality_no_measure_that_it_can_never_have() -> None:
    story = disputed_about(WOUND, RESTRAINT)

    for resolved in (story.resolved(), story.under(by_rows(MUNICIPAL)).resolved()):
        assert (resolved.performer(), resolved.performer(RESTRAINT.key)) == (A, REGION)


def test_a_resolution_that_the_region_performs_covers_also_what_could_never_be_the_municipalitys() -> None:
    story = disputed_about(WOUND, VISIT).resolved(performer=Party.REGION)

    assert "ORE-3.1.3-14" in story.state.allocations[VISIT.key].clauses


@pytest.mark.parametrize(("level", "performer"), [(CareLevel.PRIMARY, A), (CareLevel.SPECIALISED, REGION)])
def test_a_resolution_leaves_what_the_level_that_it_sets_gives_to_the_other_party(
    level: CareLevel, performer: str
) -> None:
    story = disputed_about(WOUND, BATHING).resolved(level=level, performer=Party.REGION)

    assert story.performer(BATHING.key) == performer


def test_a_resolution_moves_what_the_version_does_not_regulate() -> None:
    story = disputed_about(WOUND).under(by_rows()).resolved()

    assert story.performer() == A


def test_care_at_a_level_that_no_row_speaks_of_is_out_of_scope_and_by_one_row_about_it_is_not() -> None:
    given_beyond = NURSING.model_copy(update={"levels": (CareLevel.SPECIALISED,), "performer": Holder.MUNICIPALITY})
    story = level_established()

    refuse_out_of_scope(
        story.under(by_rows(given_beyond)).act(criteria.evaluate_criteria, NURSE_A), story.state, CareLevel.SPECIALISED
    )
    with pytest.raises(NotMunicipal):
        refuse_out_of_scope(
            story.under(by_rows()).act(criteria.evaluate_criteria, NURSE_A), story.state, CareLevel.SPECIALISED
        )


def test_a_row_about_a_level_gives_only_the_care_that_it_is_about() -> None:
    about_another = NURSING.model_copy(
        update={"levels": (CareLevel.SPECIALISED,), "performer": Holder.MUNICIPALITY, "interventions": ("catheter",)}
    )
    story = level_established()

    with pytest.raises(NotMunicipal) as refused:
        refuse_out_of_scope(
            story.under(by_rows(about_another)).act(criteria.evaluate_criteria, NURSE_A),
            story.state,
            CareLevel.SPECIALISED,
        )
    assert refused.value.where == ("level",)


def test_in_a_setting_that_is_out_of_scope_the_refusal_is_about_the_setting_first() -> None:
    about_level = NURSING.model_copy(update={"levels": (CareLevel.SPECIALISED,), "performer": Holder.MUNICIPALITY})
    story = enrolled()
    story = story.after(death_and_move.record_move, NURSE_A, moved_on=story.clock.date(), to="special")

    with pytest.raises(NotMunicipal) as refused:
        refuse_out_of_scope(
            story.under(by_rows(about_level.model_copy(update={"interventions": ("catheter",)}))).act(
                criteria.evaluate_criteria, NURSE_A
            ),
            story.state,
            CareLevel.SPECIALISED,
        )
    assert refused.value.where == ("setting",)


def test_rows_that_contradict_each_other_tie_the_enrolment_to_no_ground() -> None:
    other = MUNICIPAL.model_copy(update={"id": "other", "clauses": ("ORE-2.1-3",)})
    story = level_established().under(by_rows(NURSING, other)).accepted()

    assert story.enrolment.ground is None


@pytest.mark.rule("VML-5-1")
def test_care_is_planned_for_the_municipality_before_the_criteria_are_met_on_which_it_is_its() -> None:
    nurse = VASTMANLAND.nurse_a
    story = (
        Story(county="vastmanland", clock=MORNINGS["vastmanland"])
        .need_raised(by=nurse)
        .plan_begun(nurse, kind="individual")
    )

    given(story).when(
        care_plan.plan_intervention, by=nurse, plan=list(story.state.plans)[-1], intervention=planned(WOUND)
    ).then(InterventionPlanned)
