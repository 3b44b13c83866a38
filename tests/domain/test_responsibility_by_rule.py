"""Responsibility as the acts of a case decide it: one question for each rule of a county's matrix."""

from collections.abc import Mapping
from typing import Any

import pytest

from domain.case.acts import criteria, enrolment, referral
from domain.case.events.care_plan import PlannedIntervention
from domain.case.events.case import ResponsibilityChanged
from domain.case.events.enrolment import EnrolmentStarted
from domain.case.events.referral import ReferralClosed, ReferralSent
from domain.intervention import CareLevel, Intervention, OrderLevels, Profession, Scope
from domain.kernel import HsaId, Keeper, Party
from tests.scenario import COUNTIES, NURSE_A, Story, accepted, given, planned, request_in, story_in

R, M = Party.REGION, Party.MUNICIPALITY
FACTS: Mapping[str, Mapping[str, dict[str, Any]]] = {
    "vastmanland": {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "disease"},
        "commissioned": {"commissioned_by_primary_care": True},
    },
}
TRACKS = {"vastmanland": "home-care", "orebro": "primary-care", "gavleborg": "severely-ill-at-home"}
NAMED = {"VML-4-1": "vårdcentral/familjeläkarmottagning", "VML-18-2": "LAH-team"}
PROFESSIONS = ("nurse", "occupational-therapist", "physiotherapist")


def care(category: str | None = None, *, by: str = "nurse", level: str = "primary") -> Intervention:
    """Return care of a category, by a profession and at a level."""
    ordering = OrderLevels(ordering_level=CareLevel(level), performing_level=CareLevel(level))
    return Intervention(
        key="care", text="Care at home", category=category, profession=Profession(by), ordering=ordering
    )


def unsent(county: str, one: Intervention, *circumstances: str, met: bool = False, **content: Any) -> Story:
    """Tell of a need whose circumstances, and criteria if they are met, are on record before anybody is asked."""
    people, age = COUNTIES[county], content.pop("age", 82)
    story = story_in(county, age=age).need_raised(
        request_in(people, one), **{"track": TRACKS[county], "municipality": people.a} | content
    )
    for circumstance in circumstances:
        story = story.circumstance(circumstance, people.district_nurse)
    return story.after(criteria.evaluate_criteria, people.district_nurse, facts=FACTS[county]) if met else story


def send(story: Story) -> Story:
    """Check that the request is sent to municipality A, and return the story after it."""
    people = story.people
    return given(story).when(referral.send, by=people.district_nurse, receiver=people.a).then(ReferralSent)


def assert_answer(
    story: Story, rule: str, treatment: Party | None, performer: Party | None, named: str | None = None
) -> None:
    """Check who answers for the care, on which rule, and who is named."""
    principals: dict[Party | None, HsaId | None] = {R: story.people.region, M: story.people.a}
    answer = story.state.allocations["care"]
    assert (answer.treatment, answer.performer) == (principals.get(treatment), principals.get(performer))
    assert rule in answer.clauses
    assert answer.named == named


def case(rule: str, *question: Any) -> Any:
    """Return one case of a table, which shows a rule."""
    return pytest.param(rule, *question, marks=pytest.mark.rule(rule), id=rule)


@pytest.mark.parametrize(
    ("rule", "one", "circumstances", "met", "holder"),
    [
        *(case("VML-2-2", care(by=profession), (), True, M) for profession in PROFESSIONS),
        case("VML-5-3", care(), (), True, M),
        case("VML-6-1", care(), (), True, M),
        case("VML-8-1", care(by="occupational-therapist"), (), True, M),
        *(case("VML-4-1", care(by=profession), (), False, R) for profession in PROFESSIONS),
        *(
            case(rule, care(by="physician"), (), met, R)
            for rule in ("VML-5-5", "VML-6-6", "VML-7-3")
            for met in (True, False)
        ),
        case("VML-5-7", care(level="specialised"), (), True, R),
        case("VML-8-3", care("impairment-training"), ("requires-home",), False, M),
        case("VML-8-4", care("environment-adaptation"), (), False, M),
        case("VML-8-4", care("housing-adaptation-certificate"), (), False, M),
        case("VML-8-5", care("technical-device"), ("requires-home-visit",), False, M),
        case("VML-9-3", care("technical-device"), (), True, None),
        case("VML-8-6", care("recurring-rehabilitation"), ("long-lasting-impairment",), False, M),
        case("VML-8-9", care("team-visit", by="physiotherapist"), (), True, R),
        case("VML-14-1", care("care-of-deceased"), (), True, R),
        case("VML-14-2", care("transport-of-deceased"), (), True, R),
        case("VML-14-2", care("storage-of-deceased"), (), True, R),
        case("VML-17-2", care("dementia-investigation"), ("dementia",), True, R),
        case("VML-18-2", care("specialist-palliative-care"), (), True, R),
        case("VML-18-1", care("general-palliative-care"), (), False, M),
        case("VML-11-1", care(), ("commissioned-by-other-provider",), True, R),
        case("VML-11-3", care(), ("regular-at-health-centre", "health-centre-closed"), False, R),
        case("VML-12-1", care("immediate-care"), ("non-resident",), False, R),
        case("VML-12-4", care(), ("non-resident",), True, M),
        case("VML-19-1", care(), ("asylum-seeker",), True, M),
        case("VML-13-1", care(), ("doctor-elsewhere",), True, M),
    ],
)
def test_the_second_county_answers_by_its_rule(
    rule: str, one: Intervention, circumstances: tuple[str, ...], met: bool, holder: Party | None
) -> None:
    sent = send(unsent("vastmanland", one, *circumstances, met=met))
    assert_answer(sent, rule, holder, holder, NAMED.get(rule))


@pytest.mark.parametrize(
    ("rule", "group", "named"),
    [
        case("VML-15-2", "lss-group-1", "Handikappcentrum"),
        case("VML-15-2", "lss-group-2", "Handikappcentrum"),
        case("VML-15-2", "lss-group-3", None),
    ],
)
def test_specialist_rehabilitation_is_the_disability_centres_for_two_groups(
    rule: str, group: str, named: str | None
) -> None:
    sent = send(unsent("vastmanland", care("specialist-rehabilitation", level="specialised"), group, met=True))
    assert_answer(sent, rule if named else "VML-5-7", R, R, named)


@pytest.mark.rule("VML-2-5")
@pytest.mark.rule("VML-2-6")
@pytest.mark.rule("VML-2-7")
@pytest.mark.parametrize(
    "circumstance",
    [
        "night-or-holiday",
        "acute-visit",
        "planned-visit",
        pytest.param("lss-group-3", marks=pytest.mark.rule("VML-15-1")),
        pytest.param("psychiatric-diagnosis", marks=pytest.mark.rule("VML-16-1")),
        pytest.param("dementia", marks=pytest.mark.rule("VML-17-1")),
    ],
)
def test_neither_the_diagnosis_nor_the_hour_changes_who_answers(circumstance: str) -> None:
    for met, holder, rule in ((True, M, "VML-6-1"), (False, R, "VML-4-1")):
        story = unsent("vastmanland", care(), circumstance, met=met)
        assert_answer(send(story), rule, holder, holder, NAMED.get(rule))


@pytest.mark.parametrize(
    ("rule", "setting", "named"),
    [case("VML-5-4", "health-centre", None), case("VML-2-1", "special", None)],
)
def test_the_setting_decides_in_the_second_county(rule: str, setting: str, named: str | None) -> None:
    sent = send(unsent("vastmanland", care(), setting=setting, met=True))
    answer = sent.state.allocations["care"]
    assert (answer.performer, answer.clauses) == (
        (sent.people.region, ("VML-5-4",)) if setting == "health-centre" else (sent.people.a, ("INF-3-1", "SKR-3-5"))
    )


OT = "occupational-therapist"


@pytest.mark.parametrize(
    ("rule", "one", "circumstances", "treatment", "performer", "named"),
    [
        case("ORE-2.1-2", care(), (), R, R, None),
        case("ORE-3-4", care("ultimate-medical-responsibility"), (), R, None, "läkaren"),
        case("ORE-1.2-6", care("rehabilitation-chain"), (), None, None, None),
        case("ORE-1.2-5", care(by=OT), (), None, M, None),
        case("ORE-1.2-5", care(by="physiotherapist"), (), None, R, None),
        case(
            "ORE-2.1-4",
            care("physician-home-visit"),
            (),
            R,
            R,
            "läkare, enligt ramavtal för läkarmedverkan",
        ),
        case("ORE-2.2-9", care("competence-support"), (), None, R, None),
        case("ORE-2.2-7", care(level="specialised"), (), R, None, "specialiserad vård"),
        case("ORE-1.5-3", care(level="specialised"), (), R, None, "specialiserad vård"),
        case(
            "ORE-3.4-3",
            care(by=OT, level="specialised"),
            ("specialist-rehabilitation-need",),
            R,
            R,
            "specialistvården",
        ),
        case("ORE-3.4.1-1", care("cognitive-aid", by=OT), ("psychiatric-outpatient",), R, R, "psykiatrin"),
        case("ORE-3.4.1-1", care("cognitive-aid"), ("psychiatric-outpatient",), R, R, "psykiatrin"),
        *(
            case("ORE-3.4.1-3", care(aid, by=OT), ("psychiatric-outpatient",), None, None, None)
            for aid in ("walking-aid", "housing-adaptation", "adl-aid")
        ),
    ],
)
def test_the_first_county_answers_by_its_rule_before_anybody_is_enrolled(
    rule: str,
    one: Intervention,
    circumstances: tuple[str, ...],
    treatment: Party | None,
    performer: Party | None,
    named: str | None,
) -> None:
    sent = send(unsent("orebro", one, *circumstances))
    assert_answer(sent, rule, treatment, performer, named)


@pytest.mark.rule("ORE-3.4.1-1")
def test_a_cognitive_aid_is_not_psychiatrys_for_somebody_it_does_not_treat() -> None:
    sent = send(unsent("orebro", care("cognitive-aid", by=OT)))
    assert_answer(sent, "ORE-1.2-4", None, M)


@pytest.mark.parametrize(
    ("rule", "one", "treatment"),
    [
        case("ORE-2.1-3", planned(care()), M),
        case("ORE-1.5-4", planned(care(by=OT)), None),
        case("ORE-3.1.4-15", planned(care(), scope=Scope.SINGLE, shared=False), R),
    ],
)
def test_the_municipality_performs_by_its_rule_for_the_enrolled(
    rule: str, one: PlannedIntervention, treatment: Party | None
) -> None:
    story = accepted().plan_begun().plan_held(at="2025-04-10 09:00").plan_written(one).plan_agreed()
    ready = story.committed().ready()
    started = (
        given(ready)
        .when(enrolment.start, by=NURSE_A, at="2025-04-11 09:00")
        .then(EnrolmentStarted, ReferralClosed, ResponsibilityChanged)
    )
    assert started.state.allocations["wound-care"].kept_by is Keeper.TAKEOVER  # no plan gives it to the municipality
    assert_answer(started, rule, treatment, M)


@pytest.mark.parametrize(
    ("rule", "one", "circumstances", "holder", "named"),
    [
        case("GAV-1-2", care(level="specialised"), (), R, None),
        case("GAV-1-5", care(), (), None, None),
        case(
            "GAV-2-9",
            care("coordination"),
            (),
            R,
            "en utsedd läkare vid den hälsocentral där patienten är listad",
        ),
        case("GAV-6-4", care("coordination"), ("specialist-treatment",), R, "primärvårdsläkaren"),
        *(case("SKR-3-6", care(measure), (), M, None) for measure in ("social-services", "lss-measure")),
    ],
)
def test_the_third_county_answers_by_its_rule(
    rule: str, one: Intervention, circumstances: tuple[str, ...], holder: Party | None, named: str | None
) -> None:
    sent = send(unsent("gavleborg", one, *circumstances))
    assert_answer(sent, rule, holder, holder, named)


@pytest.mark.parametrize(("rule", "category"), [case("GAV-9-1", None), case("GAV-9-1", "ventilator")])
def test_the_region_answers_for_a_child_in_the_third_county(rule: str, category: str | None) -> None:
    sent = send(unsent("gavleborg", care(category), age=11))
    assert_answer(sent, "GAV-9-2", R, R)


@pytest.mark.rule("GAV-9-3")
@pytest.mark.parametrize("measure", ["social-services", "lss-measure"])
def test_the_municipality_answers_for_a_childs_assistance_and_measures_in_the_third_county(measure: str) -> None:
    sent = send(unsent("gavleborg", care(measure), age=11))
    assert_answer(sent, "GAV-9-3", M, M)
