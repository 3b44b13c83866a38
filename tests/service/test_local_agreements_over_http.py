"""Care that another provider commissions in Västmanland, with and without a local agreement, over HTTP."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import Caller, patient_id
from tests.service.calls import assert_ok, assert_refused

COUNTY_COUNCIL, MUNICIPALITY, OTHER = "SE2321000001-REGION", "SE2120000011-KOMMUN", "SE2120000012-KOMMUN"
COMMISSIONED, GRANT = "commissioned-by-other-provider", "local-agreement-other-provider"
CARE: dict[str, Any] = {"key": "antibiotics", "text": "Intravenösa antibiotika enligt klinik", "profession": "nurse"}
TERMS: dict[str, Any] = {
    "key": "antibiotics",
    "municipality": MUNICIPALITY,
    "way": "specialised-agreement",
    "providers": ["SE2120000011-VGKOMMUN"],
    "grants": [GRANT],
    "valid_from": "2020-03-01",
    "valid_to": "2020-12-31",
}
ASSESSMENT: dict[str, Any] = {
    "direction": "Bota",
    "content": "Intravenösa antibiotika",
    "responsibility": "Kliniken ansvarar",
    "goals": "Frisk",
    "considerations": "Inga",
    "level": "specialised",
    "interventions": [CARE | {"party": "municipality"}],
    "participation": {"took_part": True, "note": "Med i samtalet"},
}
FACTS: dict[str, dict[str, Any]] = {
    "age": {},
    "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
    "commissioned": {"commissioned_by_primary_care": False},
}
PERIODS = {"before": "2020-02-20T09:00:00+01:00", "during": "2020-03-10T09:00:00+01:00"}


@pytest.fixture(scope="module")
def parties(module_services: Services, module_address: str) -> Iterator[tuple[Caller, Caller]]:
    """Nurses of the county council's clinic and of the municipality, who have made a local agreement."""
    with (
        Caller(module_services, module_address, "SE2321000001-SPECSSK1") as clinic,
        Caller(module_services, module_address, "SE2120000011-SSK1") as nurse,
        Caller(module_services, module_address, "SE2321000001-DSK1") as district_nurse,
    ):
        for caller in (district_nurse, nurse):
            path = "/api/agreements/vml-overtagande/1/agree-local-agreement"
            assert_ok(caller.director.act_at(path, "2020-02-02T09:00:00+01:00", agreed=TERMS))
        yield clinic, nurse


def open_case(services: Services, clinic: Caller, at: str, *circumstances: str) -> str:
    """Open a case that the clinic has sent to the municipality, and record circumstances."""
    patient = patient_id(services, county="vastmanland")
    request = {"need": "Antibiotika hemma", "interventions": [CARE]}
    case = {"patient_id": patient, "track": "home-care", "municipality": MUNICIPALITY, "request": request}
    case["despite"] = clinic.list_cases(patient)
    id = str(assert_ok(clinic.act_at("/api/cases", at, **case))["case"])
    for circumstance in circumstances:
        assert_ok(clinic.act(id, "record-circumstance", at=at, circumstance=circumstance))
    assert_ok(clinic.act(id, "send-referral", at=at, receiver=MUNICIPALITY))
    return id


def start(nurse: Caller, clinic: Caller, case: str, at: str) -> None:
    """Plan that the municipality gives the care, and start the enrolment."""
    plan = assert_ok(nurse.act(case, "initiate-plan", at=at, kind="individual"))["plans"][-1]["id"]
    held = {"form": "home", "participants": ["SE2120000011-SSK1", "SE2321000001-SPECSSK1"]}
    given = CARE | {"scope": "several-with-coordination", "performer": "municipality"}
    contacts = (
        (clinic, "responsible-physician", "SE2321000001-LAKARE1"),
        (nurse, "nursing-responsible", "SE2120000011-SSK1"),
    )
    took_part = {"participation": ASSESSMENT["participation"]}
    assert_ok(nurse.act(case, "hold-planning", at=at, plan=plan, **held, **took_part))
    assert_ok(nurse.act(case, "plan-intervention", at=at, plan=plan, intervention=given))
    for caller, role, person in contacts:
        assert_ok(caller.act(case, "assign-contact-role", at=at, plan=plan, role=role, person=person))
    assert_ok(nurse.act(case, "agree-plan", at=at, plan=plan, text=nurse.read_text(plan)))
    assert_ok(nurse.act(case, "start-enrolment", at=at))


def read_answer(caller: Caller, case: str, at: str) -> tuple[Any, Any, Any]:
    """Return the principals that treat and perform, and the clauses, in the only answer of a case."""
    asked = {"at": at, "mode": "as-known-now"}
    (answer,) = assert_ok(caller.get(f"/api/cases/{case}/responsibility", params=asked))["responsible"]
    return answer["treatment"], answer["performer"], answer["clauses"]


def read_clauses(caller: Caller, case: str) -> Any:
    """Return the clauses that the last decline of a case stands on."""
    timeline: Any = assert_ok(caller.get(f"/api/cases/{case}/timeline"))
    return [each for each in timeline if "decline" in each["topic"]][-1]["clauses"]


def ask(caller: Caller, at: str, *conditions: str, **situation: Any) -> tuple[Any, Any, Any]:
    """Return the parties that treat and perform, and the clauses, in a situation without a case."""
    asked = {"at": at, "profession": "nurse", "age": 80, "circumstances": conditions, **situation}
    answer = assert_ok(caller.get("/api/agreements/in-force/responsible", params=asked))["responsible"]
    return answer["treatment"], answer["performer"], answer["clauses"]


@pytest.mark.rule("VML-11-1")
@pytest.mark.parametrize("person", ["non-resident", "asylum-seeker", "doctor-elsewhere"])
def test_what_another_provider_commissions_stays_with_the_county_council_whoever_the_person_is(
    module_services: Services, parties: tuple[Caller, Caller], person: str
) -> None:
    clinic, nurse = parties
    at = PERIODS["before"]
    case = open_case(module_services, clinic, at, person)
    assert_ok(
        nurse.act(
            case, "evaluate-criteria", at=at, facts=FACTS | {"commissioned": {"commissioned_by_primary_care": True}}
        )
    )
    assert read_answer(nurse, case, at)[:2] == (MUNICIPALITY, MUNICIPALITY)

    assert_ok(nurse.act(case, "record-circumstance", at=at, circumstance=COMMISSIONED))

    assert (
        read_answer(clinic, case, at) == read_answer(nurse, case, at) == (COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-11-1"])
    )
    assert ask(nurse, at, "criteria-met", person, COMMISSIONED) == ("region", "region", ["VML-11-1"])


@pytest.mark.rule("SYS-7")
@pytest.mark.rule("VML-4-2")
def test_nobody_moves_responsibility_by_saying_that_the_criteria_are_met_instead_of_evaluating_them(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, at = parties[0], PERIODS["before"]
    case = open_case(module_services, clinic, at)
    before = read_answer(clinic, case, at)

    for caller in parties:
        refused = caller.act(case, "record-circumstance", at=at, circumstance="criteria-met")
        assert_refused(refused, 422, "CIRCUMSTANCE_FOLLOWS")
        assert refused.json()["acts"] == ["evaluate-criteria"]

    assert read_answer(clinic, case, at) == before == (COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-4-1"])


@pytest.mark.rule("VML-11-1")
def test_care_that_is_judged_to_be_commissioned_by_a_specialist_cites_the_rule_about_that(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, nurse = parties
    at = PERIODS["before"]
    case = open_case(module_services, clinic, at, "doctor-elsewhere")

    assert_ok(nurse.act(case, "evaluate-criteria", at=at, facts=FACTS))

    assert (
        read_answer(clinic, case, at) == read_answer(nurse, case, at) == (COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-11-1"])
    )
    care = {"level": "primary", "setting": "ordinary"}
    assert ask(nurse, at, COMMISSIONED, **care) == ("region", "region", ["VML-11-1"])


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
def test_what_a_criterion_tells_and_what_a_circumstance_tells_have_one_answer_with_and_without_a_local_agreement(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, nurse = parties
    for period, at in PERIODS.items():
        by_circumstance = open_case(module_services, clinic, at, COMMISSIONED)
        by_criterion = open_case(module_services, clinic, at)
        for case in (by_circumstance, by_criterion):
            assert_ok(nurse.act(case, "evaluate-criteria", at=at, facts=FACTS))
        local = (None, MUNICIPALITY, ["VML-11-2"])
        expected = local if period == "during" else (COUNTY_COUNCIL, COUNTY_COUNCIL, ["VML-11-1"])
        assert read_answer(clinic, by_criterion, at) == read_answer(clinic, by_circumstance, at) == expected


@pytest.mark.rule("VML-11-1")
@pytest.mark.rule("VML-11-2")
def test_the_municipality_alone_declines_only_what_primary_care_has_not_commissioned(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, nurse = parties
    for period, at in PERIODS.items():
        case = open_case(module_services, clinic, at)
        assert_ok(nurse.act(case, "evaluate-criteria", at=at, facts=FACTS))

        declined = assert_ok(nurse.act(case, "decline-referral", at=at, reason="Beställs av kliniken"))

        ended = period != "during"
        assert read_clauses(clinic, case) == (["VML-11-1"] if ended else ["VML-5-2"])
        assert (declined["referral"]["status"] == "declined") is ended
        if not ended:
            answer = assert_ok(clinic.act(case, "decline-referral", at=at, reason="Vården ges på vårdcentralen"))
            assert answer["referral"]["status"] == "declined"


@pytest.mark.rule("VML-11-1")
def test_where_the_parties_differ_on_who_commissioned_it_the_municipality_does_not_decline_alone(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, nurse = parties
    at = PERIODS["before"]
    case = open_case(module_services, clinic, at)
    ours = {"commissioned": {"commissioned_by_primary_care": True}}
    assert_ok(clinic.act(case, "evaluate-criteria", at=at, facts=ours))
    assert_ok(nurse.act(case, "evaluate-criteria", at=at, facts=FACTS))

    declined = assert_ok(nurse.act(case, "decline-referral", at=at, reason="Beställs av kliniken"))

    assert declined["referral"]["status"] == "sent"
    assert read_clauses(clinic, case) == ["VML-5-2"]


@pytest.mark.rule("VML-5-7", "VML-2-1")
@pytest.mark.parametrize(
    ("intervention", "circumstance"),
    [
        ("impairment-training", "requires-home"),
        ("recurring-rehabilitation", "long-lasting-impairment"),
        ("technical-device", "requires-home-visit"),
        ("environment-adaptation", "requires-home"),
        ("general-palliative-care", "criteria-met"),
    ],
)
def test_the_county_council_answers_for_all_specialist_care_whatever_the_intervention(
    parties: tuple[Caller, Caller], intervention: str, circumstance: str
) -> None:
    care = {"profession": "physiotherapist", "intervention": intervention}
    for caller in parties:
        treatment = {
            level: ask(caller, PERIODS["before"], "criteria-met", circumstance, level=level, **care)[0]
            for level in ("primary", "specialised")
        }
        assert treatment == {"primary": "municipality", "specialised": "region"}


@pytest.mark.rule("VML-11-2")
def test_a_question_about_a_municipality_knows_what_its_local_agreement_grants_in_its_period(
    parties: tuple[Caller, Caller],
) -> None:
    conditions = ("criteria-met", COMMISSIONED)
    for caller in parties:
        answers = {
            (period, municipality): ask(caller, at, *conditions, municipality=municipality)
            for period, at in PERIODS.items()
            for municipality in (MUNICIPALITY, OTHER)
        }
        by_agreement = answers.pop(("during", MUNICIPALITY))
        assert by_agreement == (None, "municipality", ["VML-11-2"])
        assert set(map(str, answers.values())) == {str(("region", "region", ["VML-11-1"]))}
        assert ask(caller, PERIODS["during"], *conditions, GRANT, municipality=OTHER) == by_agreement


@pytest.mark.rule("VML-11-2")
@pytest.mark.rule("VML-5-7")
def test_specialised_care_is_enrolled_only_under_a_local_agreement_and_stays_the_county_councils(
    module_services: Services, parties: tuple[Caller, Caller]
) -> None:
    clinic, nurse = parties
    for period, at in PERIODS.items():
        case = open_case(module_services, clinic, at, COMMISSIONED)
        for caller in parties:
            assert_ok(caller.act(case, "record-assessment", at=at, **ASSESSMENT))
        assert_ok(nurse.act(case, "evaluate-criteria", at=at, facts=FACTS))
        assert_ok(nurse.act(case, "establish-level", at=at))
        proposed = nurse.act(case, "propose-enrolment", at=at, ground="residence")
        if period == "before":
            refusal = assert_refused(proposed, 422, "NOT_MUNICIPAL")
            assert (refusal["where"], refusal["acts"]) == (["level"], ["decline-referral"])
            assert_ok(nurse.act(case, "decline-referral", at=at, reason="Inget lokalt avtal gäller"))
        else:
            assert_ok(proposed)
            situation = {"level": "specialised", "municipality": MUNICIPALITY}
            answer = ask(nurse, at, "criteria-met", COMMISSIONED, **situation)
            assert answer == ("region", "municipality", ["VML-11-2", "VML-5-7"])
            start(nurse, clinic, case, at)
            assert read_answer(nurse, case, at) == (COUNTY_COUNCIL, MUNICIPALITY, ["VML-11-2", "VML-5-7"])
