"""The national background in every case, under any county's agreement."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from domain.case.acts import care_plan, enrolment, referral, referral_decision, statements
from domain.case.events.case import StatementRecorded
from domain.case.events.enrolment import EnrolmentStarted
from domain.case.events.referral import CareLevelEstablished, ReferralClosed
from domain.case.state.case import EVENT_CLASSES
from domain.intervention import CareLevel, Intervention
from domain.kernel import Actor, Event
from domain.refusals import ContentMissing, NotMunicipal
from tests.domain import test_county_statements, test_enrolment_gavleborg
from tests.scenario import (
    BOTH,
    DISTRICT_NURSE,
    NURSE_A,
    REGION,
    REQUEST,
    VISIT,
    WOUND,
    A,
    Story,
    accepted,
    an,
    committed,
    enrolled,
    given,
    planned,
)

DRIP = Intervention(key="drip", text="Antibiotics by drip", advanced=True)


@pytest.mark.rule("SKR-4-1")
def test_care_at_primary_level_is_given_by_either_principals_organisation() -> None:
    story = given(committed()).when(enrolment.start, by=NURSE_A).then(EnrolmentStarted, ReferralClosed)

    assert story.state.referral.level is CareLevel.PRIMARY
    assert (story.performer(WOUND.key), story.performer(VISIT.key)) == (A, REGION)


@pytest.mark.rule("SKR-4-4")
@pytest.mark.rule("SKR-4-6")
def test_complex_needs_alone_do_not_make_the_care_specialised() -> None:
    request = REQUEST.model_copy(update={"composite_needs": True, "interventions": (WOUND,)})
    story = Story().need_raised(request).sent().acknowledged().contacted().start_assessment()
    for by in BOTH:
        story = story.assessed(by)

    given(story.considered()).when(referral.establish_level, by=DISTRICT_NURSE).then(
        an(CareLevelEstablished, level=CareLevel.PRIMARY)
    )


@pytest.mark.rule("SKR-4-5")
@pytest.mark.rule("SKR-4-6")
def test_the_municipality_performs_what_is_advanced_at_primary_level() -> None:
    story = accepted().plan_begun().plan_held().plan_written(planned(DRIP)).plan_agreed()

    assert story.committed().ready().started().performer(DRIP.key) == A


@pytest.mark.untold("its agreement version is made for the test")
@pytest.mark.rule("SKR-5-2")
def test_what_no_agreement_decides_is_left_to_the_parties_together() -> None:
    version = accepted().act(referral_decision.accept, NURSE_A).in_force
    silent = accepted().under(version.model_copy(update={"matrix": ()})).plan_begun().plan_held()

    refused = (
        given(silent)
        .when(
            care_plan.plan_intervention,
            by=DISTRICT_NURSE,
            plan=list(silent.state.plans)[-1],
            intervention=planned(WOUND),
        )
        .then_refused(NotMunicipal, rule="SYS-7", where=(WOUND.key,))
    )
    assert refused.remedy == "plan it for the region, or agree on it between the parties first"


@pytest.mark.rule("SKR-5-3")
@pytest.mark.parametrize(
    ("story", "agreement", "document"),
    [
        (enrolled, "1085641 R1", "ORE"),
        (test_county_statements.enrolled, "vml-overtagande 1", "VML"),
        (test_enrolment_gavleborg.enrolled, "svart-sjuka-i-hemmet 2018", "GAV"),
    ],
)
def test_who_answers_stands_on_the_countys_own_agreement(
    story: Callable[[], Story], agreement: str, document: str
) -> None:
    deciding = [event for event in story().events if event.allocations]

    assert {str(event.basis.agreement) for event in deciding} == {agreement}
    assert {rule[:3] for event in deciding for one in event.allocations for rule in one.clauses} == {document}


ARRANGEMENT: dict[str, Any] = {
    "task": "Transfusions",
    "principal": "region",
    "medical": "The region's physician",
    "cost": "The region",
    "employer": "The municipality",
}


@pytest.mark.parametrize(
    ("changed", "lacking"),
    [
        *(
            pytest.param({area: None}, area, marks=pytest.mark.rule("SKR-7-1"))
            for area in ("medical", "cost", "employer")
        ),
        *(
            pytest.param({"principal": principal}, "principal", marks=pytest.mark.rule("SKR-6-2"))
            for principal in (None, "municipality")
        ),
    ],
)
def test_where_the_municipality_performs_for_the_region_each_responsibility_is_said_and_the_region_stays_principal(
    changed: dict[str, Any], lacking: str
) -> None:
    arrange: dict[str, Any] = {"decide": statements.record_statement, "by": DISTRICT_NURSE}
    said = {name: value for name, value in (ARRANGEMENT | changed).items() if value is not None}
    rule = "SKR-6-2" if lacking == "principal" else "SKR-7-1"

    given(enrolled()).when(**arrange, kind="provider-arrangement", fields=said).then_refused(
        ContentMissing, rule=rule, where=(lacking,)
    )
    given(enrolled()).when(**arrange, kind="provider-arrangement", fields=ARRANGEMENT).then(StatementRecorded)


@pytest.mark.rule("SKR-7-3")
@pytest.mark.parametrize("event_class", EVENT_CLASSES)
def test_nothing_is_recorded_without_who_did_it(event_class: type[Event]) -> None:
    assert event_class.model_fields["actor"].is_required()
    assert event_class.model_fields["actor"].annotation is Actor


@pytest.mark.rule("SKR-7-3")
@pytest.mark.parametrize("field", ["person", "role"])
def test_whoever_acts_is_a_named_person_in_a_profession(field: str) -> None:
    said = {name: value for name, value in NURSE_A if name != field}

    with pytest.raises(ValidationError):
        Actor.model_validate(said)
