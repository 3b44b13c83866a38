"""The same questions to three counties. Each answers for itself, and none answers for another (catalogue B)."""

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
from domain.authoring.background import load_national
from domain.refusals import NoExceptionInPolicy
from tests.agreements.counties import GAVLEBORG, VASTMANLAND
from tests.agreements.orebro import OREBRO
from tests.agreements.published import find_in_force

R, M = Holder.REGION, Holder.MUNICIPALITY
COUNTIES = {"orebro": OREBRO, "vastmanland": VASTMANLAND, "gavleborg": GAVLEBORG}
MET = frozenset({"criteria-met"})


def put(agreement: Agreement, **situation: object) -> Answer | None:
    """Return the county's answer about an adult at home; None if it is silent."""
    found = resolve(
        agreement, Question.model_validate({"level": "primary", "setting": "ordinary", "age": 82, **situation})
    )
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
    return next((verdict.rule for verdict in find_unmet(evaluate(agreement, track=track, facts=ages))), None)


@pytest.mark.rule("B1")
def test_each_county_names_the_employer_of_the_physiotherapist_at_home() -> None:
    situation = {"profession": "physiotherapist", "enrolled": True, "conditions": MET}
    answers = {county: put(version, **situation) for county, version in COUNTIES.items()}
    employers = {county: answer.employer if answer is not None else None for county, answer in answers.items()}

    assert employers == {"orebro": R, "vastmanland": M, "gavleborg": None}


@pytest.mark.rule("B2")
def test_each_county_has_its_own_age_limit() -> None:
    assert age_limit(OREBRO, "primary-care", 17) == "ORE-3.1.1-5"
    assert age_limit(OREBRO, "rehabilitation", 9) is None
    assert age_limit(VASTMANLAND, "rehabilitation", 9) == "VML-2-4"
    assert age_limit(GAVLEBORG, "severely-ill-at-home", 11) is None
    child = put(GAVLEBORG, age=11, profession="nurse")
    assert child is not None
    assert (child.performer, child.clauses) == (R, ("GAV-9-2",))


@pytest.mark.rule("B3")
def test_only_vastmanland_asks_if_the_person_can_travel() -> None:
    able: dict[str, dict[str, FactValue]] = {
        "threshold": {"reaches_alone": False, "reaches_with_support": True, "cause": "none"}
    }

    assert [entry.rule for entry in find_unmet(evaluate(VASTMANLAND, track="home-care", facts=able))] == ["VML-4-2"]
    assert not any("reaches" in entry.expression for entry in list_criteria(OREBRO, "primary-care"))
    assert not any("reaches" in entry.expression for entry in list_criteria(GAVLEBORG, "severely-ill-at-home"))


@pytest.mark.rule("B4")
def test_each_county_has_its_own_way_to_set_a_criterion_aside() -> None:
    assert require_waiver(OREBRO, track="primary-care", criterion="coordination").by == "consensus"
    assert require_waiver(VASTMANLAND, track="home-care", criterion="threshold").by == "ground"
    with pytest.raises(NoExceptionInPolicy):
        require_waiver(GAVLEBORG, track="severely-ill-at-home", criterion="coordination")


@pytest.mark.rule("B5")
def test_each_track_weighs_its_criteria_or_demands_them_all() -> None:
    assert tracks(OREBRO)["primary-care"].evaluation is Evaluation.CONSIDER_WITH_EXCEPTION
    assert tracks(OREBRO)["psychiatric-drugs"].evaluation is Evaluation.ALL
    assert tracks(VASTMANLAND)["home-care"].evaluation is Evaluation.CONSIDER_WITH_EXCEPTION
    assert tracks(GAVLEBORG)["severely-ill-at-home"].evaluation is Evaluation.ALL


@pytest.mark.rule("B6")
def test_only_gavleborg_covers_special_housing() -> None:
    assert {county: "special" in version.scope.settings for county, version in COUNTIES.items()} == {
        "orebro": False,
        "vastmanland": False,
        "gavleborg": True,
    }


@pytest.mark.rule("B7")
def test_an_invoice_per_individual_is_ended_demanded_or_not_regulated() -> None:
    ended = OREBRO.settlement and OREBRO.settlement.per_individual
    monthly = GAVLEBORG.settlement and GAVLEBORG.settlement.monthly

    assert ended
    assert monthly
    assert monthly.invoice.annex is not None
    assert monthly.invoice.annex.clauses == ("GAV-10-8",)
    assert VASTMANLAND.settlement is not None
    assert (VASTMANLAND.settlement.per_individual, VASTMANLAND.settlement.monthly) == (None, None)


@pytest.mark.rule("B8")
def test_each_county_names_its_own_coordinating_role() -> None:
    def roles(agreement: Agreement) -> set[str]:
        return {field.id for field in agreement.content["contact-roles"].fields}

    assert "coordinator" in roles(OREBRO)
    assert "nursing-responsible" in roles(VASTMANLAND)
    assert "coordinating-physician" in roles(GAVLEBORG)


@pytest.mark.rule("B9")
def test_each_county_links_its_own_duties_to_the_person() -> None:
    assert OREBRO.jurisdiction is None
    assert VASTMANLAND.jurisdiction is not None
    assert (VASTMANLAND.jurisdiction.care, VASTMANLAND.jurisdiction.coordination) == ("residence", None)
    assert GAVLEBORG.jurisdiction is not None
    assert (GAVLEBORG.jurisdiction.coordination, GAVLEBORG.jurisdiction.employer) == ("listing", "residence")


@pytest.mark.rule("B10")
def test_each_county_says_for_itself_who_ends_an_enrolment() -> None:
    both, alone = OREBRO.discharge_rule("primary-care"), OREBRO.discharge_rule("rehabilitation")

    assert not isinstance(both, NotRegulated)
    assert both.by == "both-parties"
    assert not isinstance(alone, NotRegulated)
    assert alone.by == "profession"
    assert isinstance(VASTMANLAND.discharge_rule("home-care"), NotRegulated)
    assert isinstance(GAVLEBORG.discharge_rule("severely-ill-at-home"), NotRegulated)


@pytest.mark.rule("B11")
def test_only_orebro_prescribes_a_request() -> None:
    sent = {
        (county, track.id)
        for county, version in COUNTIES.items()
        for track in version.tracks
        if Step.SENT in track.steps
    }

    assert sent == {("orebro", "primary-care")}
    assert {county: "referral" in version.content for county, version in COUNTIES.items()} == {
        "orebro": True,
        "vastmanland": False,
        "gavleborg": False,
    }


@pytest.mark.rule("B12")
def test_each_county_has_its_own_rule_for_care_that_specialists_commission() -> None:
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
def test_each_county_has_its_own_content_of_a_plan() -> None:
    medical, individual = OREBRO.plan_rule("medical"), VASTMANLAND.plan_rule("individual")

    assert isinstance(medical, PlanRule)
    assert len(OREBRO.content[medical.content or ""].fields) == 5
    assert isinstance(individual, PlanRule)
    assert individual.content is None
    before = {rule.id for rule in GAVLEBORG.preconditions if ActName.START_ENROLMENT in rule.acts}
    assert {"sip", "risk-analysis", "checklist"} <= before
    assert "risk-analysis" not in {rule.id for rule in (*OREBRO.preconditions, *VASTMANLAND.preconditions)}


@pytest.mark.rule("B14")
def test_only_in_gavleborg_does_the_municipality_perform_at_specialised_level() -> None:
    situation = {"profession": "nurse", "level": "specialised", "enrolled": True, "conditions": MET}

    answers = [put(OREBRO, **situation), put(VASTMANLAND, **situation)]
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
def test_each_county_has_its_own_time_limits_with_a_number() -> None:
    def numbers(agreement: Agreement) -> dict[str, str | int]:
        limits = agreement.deadlines
        return {each.id: value for each in limits if (value := each.duration or each.day_of_month) is not None}

    assert numbers(OREBRO)["joint-planning"] == "P7D"
    assert numbers(VASTMANLAND) == {}
    assert numbers(GAVLEBORG) == {"invoice": 25, "agreement-follow-up": "P1Y"}


@pytest.mark.rule("B16")
def test_only_orebro_has_a_section_about_psychiatry() -> None:
    psychiatry = {county: "psychiatric-drugs" in tracks(version) for county, version in COUNTIES.items()}

    assert psychiatry == {"orebro": True, "vastmanland": False, "gavleborg": False}
    assert put(VASTMANLAND, profession="nurse", conditions=MET | {"psychiatric-diagnosis"}) == put(
        VASTMANLAND, profession="nurse", conditions=MET
    )


@pytest.mark.rule("B17")
def test_only_gavleborgs_agreement_has_a_last_day() -> None:
    ends = {
        county: (version.valid_to is not None, version.end_condition is not None)
        for county, version in COUNTIES.items()
    }

    assert ends == {"orebro": (False, False), "vastmanland": (False, False), "gavleborg": (True, True)}


@pytest.mark.rule("B18")
def test_each_county_has_its_own_responsibility_for_aids() -> None:
    cognitive = put(OREBRO, intervention="cognitive-aid", conditions=frozenset({"psychiatric-outpatient"}))
    device = put(VASTMANLAND, intervention="technical-device")

    assert cognitive is not None
    assert cognitive.treatment is R
    assert device is not None
    assert (device.treatment, device.clauses) == (None, ("VML-9-3",))
    assert put(VASTMANLAND, intervention="cognitive-aid") is None
    assert put(GAVLEBORG, intervention="technical-device", age=None) is None


@pytest.mark.rule("B19")
def test_each_county_has_its_own_word_for_the_same_thing() -> None:
    assert [version.vocabulary.professions["physiotherapist"] for version in (OREBRO, VASTMANLAND)] == [
        "fysioterapeut",
        "sjukgymnast",
    ]
    assert [version.terms["health-centre"] for version in (OREBRO, VASTMANLAND, GAVLEBORG)] == [
        "vårdcentral",
        "vårdcentral/familjeläkarmottagning",
        "hälsocentral",
    ]


@pytest.mark.rule("B20")
def test_only_orebro_says_who_is_responsible_during_a_disagreement() -> None:
    assert OREBRO.dispute is not None
    assert OREBRO.dispute.interim == "holder-before"
    assert (VASTMANLAND.dispute, GAVLEBORG.dispute) == (None, None)
    assert VASTMANLAND.silence("dispute-interim").silences == ("V3",)
    assert GAVLEBORG.silence("dispute-interim").silences == ("G5",)


@pytest.mark.rule("SYS-7")
@pytest.mark.parametrize("county", COUNTIES)
def test_no_county_cites_another_countys_rules(county: str) -> None:
    own = {"orebro": "ORE-", "vastmanland": "VML-", "gavleborg": "GAV-"}[county]

    national = tuple({rule.partition("-")[0] + "-" for each in load_national() for rule in each.clauses})

    foreign = [rule for rule in COUNTIES[county].clauses if not rule.startswith((own, *national))]

    assert foreign == []


@pytest.mark.rule("SYS-7")
def test_one_countys_agreement_is_never_in_force_in_another_county() -> None:
    in_2013, in_2018 = datetime(2013, 2, 1, tzinfo=UTC), datetime(2018, 10, 1, tzinfo=UTC)

    assert (
        find_in_force("orebro", in_2013)
        is find_in_force("gavleborg", in_2013)
        is find_in_force("orebro", in_2018)
        is None
    )
    assert find_in_force("vastmanland", in_2018) is VASTMANLAND
