"""The same question put to three counties: each answers for itself, and none answers for another (catalogue B)."""

from datetime import UTC, datetime

import pytest

from domain.agreements.criteria import evaluate, find_unmet, list_criteria, require_waiver
from domain.agreements.expressions import FactValue
from domain.agreements.matrix import Answer, Question, resolve
from domain.agreements.model import (
    ActName,
    Agreement,
    Evaluation,
    Holder,
    NotRegulated,
    PlanRule,
    Step,
    Track,
)
from domain.authoring.publication import find_in_force
from domain.refusals import NoExceptionInPolicy
from tests.agreements.counties import GAVLEBORG, VASTMANLAND
from tests.agreements.orebro import OREBRO

R, M = Holder.REGION, Holder.MUNICIPALITY
COUNTIES = {"orebro": OREBRO, "vastmanland": VASTMANLAND, "gavleborg": GAVLEBORG}
MET = frozenset({"criteria-met"})


def put(agreement: Agreement, **asked: object) -> Answer | None:
    """Return the county's answer about an adult at home; None if it is silent."""
    found = resolve(agreement, Question.model_validate({"level": "primary", "setting": "ordinary", "age": 82, **asked}))
    return found if isinstance(found, Answer) else None


def tracks(agreement: Agreement) -> dict[str, Track]:
    return {track.id: track for track in agreement.tracks}


def age_limit(agreement: Agreement, track: str, age: int) -> str | None:
    """Return the rule that keeps somebody of this age out of the track; None if nobody is kept out for their age."""
    ages: dict[str, dict[str, FactValue]] = {
        criterion.id: {"age_years": age}
        for criterion in list_criteria(agreement, track)
        if criterion.expression == "age_years >= 18"
    }
    return next((one.rule for one in find_unmet(evaluate(agreement, track=track, facts=ages))), None)


@pytest.mark.rule("B1")
def test_who_employs_the_physiotherapist_at_home() -> None:
    asked = {"profession": "physiotherapist", "enrolled": True, "conditions": MET}
    answers = {county: put(one, **asked) for county, one in COUNTIES.items()}
    employers = {county: answer.employer if answer is not None else None for county, answer in answers.items()}

    assert employers == {"orebro": R, "vastmanland": M, "gavleborg": None}


@pytest.mark.rule("B2")
def test_who_is_kept_out_for_being_under_eighteen() -> None:
    assert age_limit(OREBRO, "primary-care", 17) == "ORE-3.1.1-5"
    assert age_limit(OREBRO, "rehabilitation", 9) is None
    assert age_limit(VASTMANLAND, "rehabilitation", 9) == "VML-2-4"
    assert age_limit(GAVLEBORG, "severely-ill-at-home", 11) is None
    child = put(GAVLEBORG, age=11, profession="nurse")
    assert child is not None
    assert (child.performer, child.clauses) == (R, ("GAV-9-2",))


@pytest.mark.rule("B3")
def test_whether_somebody_who_can_travel_is_kept_out() -> None:
    able: dict[str, dict[str, FactValue]] = {
        "threshold": {"reaches_alone": False, "reaches_with_support": True, "cause": "none"}
    }

    assert [one.rule for one in find_unmet(evaluate(VASTMANLAND, track="home-care", facts=able))] == ["VML-4-2"]
    assert not any("reaches" in one.expression for one in list_criteria(OREBRO, "primary-care"))
    assert not any("reaches" in one.expression for one in list_criteria(GAVLEBORG, "severely-ill-at-home"))


@pytest.mark.rule("B4")
def test_who_sets_a_criterion_aside_and_how() -> None:
    assert require_waiver(OREBRO, track="primary-care", criterion="coordination").by == "consensus"
    assert require_waiver(VASTMANLAND, track="home-care", criterion="threshold").by == "ground"
    with pytest.raises(NoExceptionInPolicy):
        require_waiver(GAVLEBORG, track="severely-ill-at-home", criterion="coordination")


@pytest.mark.rule("B5")
def test_whether_criteria_are_weighed_or_all_required() -> None:
    assert tracks(OREBRO)["primary-care"].evaluation is Evaluation.CONSIDER_WITH_EXCEPTION
    assert tracks(OREBRO)["psychiatric-drugs"].evaluation is Evaluation.ALL
    assert tracks(VASTMANLAND)["home-care"].evaluation is Evaluation.CONSIDER_WITH_EXCEPTION
    assert tracks(GAVLEBORG)["severely-ill-at-home"].evaluation is Evaluation.ALL


@pytest.mark.rule("B6")
def test_whether_special_housing_belongs() -> None:
    assert {county: "special" in one.scope.settings for county, one in COUNTIES.items()} == {
        "orebro": False,
        "vastmanland": False,
        "gavleborg": True,
    }


@pytest.mark.rule("B7")
def test_whether_an_invoice_per_individual_is_ended_demanded_or_unknown() -> None:
    ended = OREBRO.settlement and OREBRO.settlement.per_individual
    monthly = GAVLEBORG.settlement and GAVLEBORG.settlement.monthly

    assert ended
    assert monthly
    assert monthly.invoice.annex is not None
    assert monthly.invoice.annex.clauses == ("GAV-10-8",)
    assert VASTMANLAND.settlement is not None
    assert (VASTMANLAND.settlement.per_individual, VASTMANLAND.settlement.monthly) == (None, None)


@pytest.mark.rule("B8")
def test_who_coordinates() -> None:
    def roles(agreement: Agreement) -> set[str]:
        return {field.id for field in agreement.content["contact-roles"].fields}

    assert "coordinator" in roles(OREBRO)
    assert "nursing-responsible" in roles(VASTMANLAND)
    assert "coordinating-physician" in roles(GAVLEBORG)


@pytest.mark.rule("B9")
def test_what_follows_the_person() -> None:
    assert OREBRO.jurisdiction is None
    assert VASTMANLAND.jurisdiction is not None
    assert (VASTMANLAND.jurisdiction.care, VASTMANLAND.jurisdiction.coordination) == ("residence", None)
    assert GAVLEBORG.jurisdiction is not None
    assert (GAVLEBORG.jurisdiction.coordination, GAVLEBORG.jurisdiction.employer) == ("listing", "residence")


@pytest.mark.rule("B10")
def test_who_ends_it() -> None:
    both, one = OREBRO.discharge_rule("primary-care"), OREBRO.discharge_rule("rehabilitation")

    assert not isinstance(both, NotRegulated)
    assert both.by == "both-parties"
    assert not isinstance(one, NotRegulated)
    assert one.by == "profession"
    assert isinstance(VASTMANLAND.discharge_rule("home-care"), NotRegulated)
    assert isinstance(GAVLEBORG.discharge_rule("severely-ill-at-home"), NotRegulated)


@pytest.mark.rule("B11")
def test_whether_a_request_is_prescribed() -> None:
    sent = {(county, track.id) for county, one in COUNTIES.items() for track in one.tracks if Step.SENT in track.steps}

    assert sent == {("orebro", "primary-care")}
    assert {county: "referral" in one.content for county, one in COUNTIES.items()} == {
        "orebro": True,
        "vastmanland": False,
        "gavleborg": False,
    }


@pytest.mark.rule("B12")
def test_what_becomes_of_care_that_specialists_commission() -> None:
    assert tracks(OREBRO)["specialised-care"].plans == ("sip",)
    outside = put(VASTMANLAND, profession="nurse", conditions=MET | {"commissioned-by-other-provider"})
    assert outside is not None
    assert (outside.performer, outside.clauses) == (R, ("VML-11-1",))
    inside = put(
        GAVLEBORG, profession="nurse", intervention="ventilator", conditions=frozenset({"specialist-treatment"})
    )
    assert inside is not None
    assert (inside.treatment, inside.performer) == (R, M)


@pytest.mark.rule("B13")
def test_what_a_plan_must_say() -> None:
    medical, individual = OREBRO.plan_rule("medical"), VASTMANLAND.plan_rule("individual")

    assert isinstance(medical, PlanRule)
    assert len(OREBRO.content[medical.content or ""].fields) == 5
    assert isinstance(individual, PlanRule)
    assert individual.content is None
    before = {rule.id for rule in GAVLEBORG.preconditions if ActName.START_ENROLMENT in rule.acts}
    assert {"sip", "risk-analysis", "checklist"} <= before
    assert "risk-analysis" not in {rule.id for rule in (*OREBRO.preconditions, *VASTMANLAND.preconditions)}


@pytest.mark.rule("B14")
def test_up_to_which_level_the_municipality_performs() -> None:
    asked = {"profession": "nurse", "level": "specialised", "enrolled": True, "conditions": MET}

    answers = [put(OREBRO, **asked), put(VASTMANLAND, **asked)]
    assert [answer.performer for answer in answers if answer is not None] == [None, R]
    treated = put(
        GAVLEBORG,
        level="specialised",
        profession="nurse",
        intervention="tracheostomy",
        conditions=frozenset({"specialist-treatment"}),
    )
    assert treated is not None
    assert treated.performer is M


@pytest.mark.rule("B15")
def test_which_time_limits_have_a_number() -> None:
    def numbers(agreement: Agreement) -> dict[str, str | int]:
        limits = agreement.deadlines
        return {each.id: value for each in limits if (value := each.duration or each.day_of_month) is not None}

    assert numbers(OREBRO)["joint-planning"] == "P7D"
    assert numbers(VASTMANLAND) == {}
    assert numbers(GAVLEBORG) == {"invoice": 25, "agreement-follow-up": "P1Y"}


@pytest.mark.rule("B16")
def test_whether_psychiatry_has_a_section_of_its_own() -> None:
    psychiatry = {county: "psychiatric-drugs" in tracks(one) for county, one in COUNTIES.items()}

    assert psychiatry == {"orebro": True, "vastmanland": False, "gavleborg": False}
    assert put(VASTMANLAND, profession="nurse", conditions=MET | {"psychiatric-diagnosis"}) == put(
        VASTMANLAND, profession="nurse", conditions=MET
    )


@pytest.mark.rule("B17")
def test_for_how_long_each_holds() -> None:
    ends = {county: (one.valid_to is not None, one.end_condition is not None) for county, one in COUNTIES.items()}

    assert ends == {"orebro": (False, False), "vastmanland": (False, False), "gavleborg": (True, True)}


@pytest.mark.rule("B18")
def test_who_answers_for_an_aid() -> None:
    cognitive = put(OREBRO, intervention="cognitive-aid", conditions=frozenset({"psychiatric-outpatient"}))
    device = put(VASTMANLAND, intervention="technical-device")

    assert cognitive is not None
    assert cognitive.treatment is R
    assert device is not None
    assert (device.treatment, device.clauses) == (None, ("VML-9-3",))
    assert put(VASTMANLAND, intervention="cognitive-aid") is None
    assert put(GAVLEBORG, intervention="technical-device", age=None) is None


@pytest.mark.rule("B19")
def test_what_the_same_thing_is_called() -> None:
    assert [one.vocabulary.professions["physiotherapist"] for one in (OREBRO, VASTMANLAND)] == [
        "fysioterapeut",
        "sjukgymnast",
    ]
    assert [one.terms["health-centre"] for one in (OREBRO, VASTMANLAND, GAVLEBORG)] == [
        "vårdcentral",
        "vårdcentral/familjeläkarmottagning",
        "hälsocentral",
    ]


@pytest.mark.rule("B20")
def test_who_has_it_while_the_parties_disagree() -> None:
    assert OREBRO.dispute is not None
    assert OREBRO.dispute.interim == "holder-before"
    assert (VASTMANLAND.dispute, GAVLEBORG.dispute) == (None, None)
    assert VASTMANLAND.silence("dispute-interim").silences == ("V3",)
    assert GAVLEBORG.silence("dispute-interim").silences == ("G5",)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("county", COUNTIES)
def test_no_county_stands_on_anothers_rules(county: str) -> None:
    own = {"orebro": "ORE-", "vastmanland": "VML-", "gavleborg": "GAV-"}[county]

    foreign = [rule for rule in COUNTIES[county].clauses if not rule.startswith((own, "INF-", "SKR-"))]

    assert foreign == []


@pytest.mark.rule("SYS-7")
def test_the_time_of_one_countys_agreement_is_not_covered_by_anothers() -> None:
    in_2013, in_2018 = datetime(2013, 2, 1, tzinfo=UTC), datetime(2018, 10, 1, tzinfo=UTC)

    assert (
        find_in_force("orebro", in_2013)
        is find_in_force("gavleborg", in_2013)
        is find_in_force("orebro", in_2018)
        is None
    )
    assert find_in_force("vastmanland", in_2018) is VASTMANLAND
