"""Responsibility follows the facts on record over HTTP, on every face, whatever the order of the acts."""

from collections.abc import Iterator
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from fhir_profiles import systems
from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, TLS, Caller, patient_id
from tests.scenario import CRITERIA
from tests.service.calls import REQUEST, assert_ok, assert_rebuild_identical, publish
from tests.service.test_agreements_over_http import REGION, second_text
from tests.web.cases import TOOK_PART, at, make_assessment, raise_need
from tests.web.conftest import Browser

THERAPIST, PHYSIOTHERAPIST = "SE2120000001-AT1", "SE2321000000-FT1"
AID = {
    "key": "planner",
    "text": "Planeringshjälpmedel",
    "profession": "occupational-therapist",
    "kind": "rehabilitative",
}
COGNITIVE = AID | {"category": "cognitive-aid"}
TRAINING = AID | {"text": "Träning i hemmet"}
SPECIALISED = {"level": "specialised", "participation": TOOK_PART, "interventions": []}
TUVA = "200705209849"
"""A person who turns 18 on 20 May 2025."""
Answer = dict[str, Any]


def at_moment(wall_clock: str) -> datetime:
    """Return a Swedish wall-clock time as a moment."""
    return datetime.fromisoformat(at(wall_clock))


@pytest.fixture
def therapist(services: Services, address: str) -> Iterator[Caller]:
    """An occupational therapist of the municipality."""
    with Caller(services, address, THERAPIST) as caller:
        yield caller


@pytest.fixture
def physiotherapist(services: Services, address: str) -> Iterator[Caller]:
    """A physiotherapist of the region."""
    with Caller(services, address, PHYSIOTHERAPIST) as caller:
        yield caller


def raise_rehabilitation(services: Services, therapist: Caller, aid: dict[str, str]) -> str:
    """Raise a need of rehabilitation, and return the case."""
    said = {"need": "Struktur i vardagen", "interventions": [aid]}
    opened = {"patient_id": patient_id(services), "request": said, "track": "rehabilitation"}
    answer = therapist.act_at("/api/cases", at("2025-04-01 09:00"), **opened)
    return str(assert_ok(answer)["case"])


def start_assessment(therapist: Caller, case: str) -> None:
    """Start the assessment as a rehabilitation profession."""
    assert_ok(therapist.act(case, "start-rehab-assessment", at=at("2025-04-02 09:00"), participants=[THERAPIST]))


def assess_cognitive_aid(services: Services, therapist: Caller) -> str:
    """Start the assessment of a cognitive aid for a person whom psychiatry treats, and return the case."""
    case = raise_rehabilitation(services, therapist, COGNITIVE)
    said = {"circumstance": "psychiatric-outpatient"}
    assert_ok(therapist.act(case, "record-circumstance", at=at("2025-04-01 10:00"), **said))
    start_assessment(therapist, case)
    return case


def read_holders(caller: Caller, case: str, moment: str, key: str = "planner") -> Answer:
    """Read who is responsible on every face, check that they agree, and return the answer as known now."""
    answers = []
    for mode in ("as-known-at", "as-known-now"):
        asked = {"mode": mode, "at": at(moment)}
        found = caller.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]
        assert caller.get(f"/api/cases/{case}/replay", params=asked).json()["responsible"] == found
        answers += [period for period in found if period["intervention"] == key]
    assert len({(one["treatment"], one["performer"], one["kept_by"]) for one in answers}) == 1, answers
    return dict(answers[-1])


@pytest.mark.rule("ORE-3.4.1-1")
@pytest.mark.rule("ORE-1.2-4")
@pytest.mark.parametrize("first", ["the assessment", "the circumstance"])
def test_psychiatry_answers_for_a_cognitive_aid_whichever_is_recorded_first(
    services: Services, region: Caller, therapist: Caller, first: str
) -> None:
    case = raise_rehabilitation(services, therapist, COGNITIVE)
    said = {"circumstance": "psychiatric-outpatient"}
    if first == "the assessment":
        start_assessment(therapist, case)
        assert read_holders(therapist, case, "2025-04-02 09:00")["performer"] == MUNICIPALITY_A
        assert_ok(therapist.act(case, "record-circumstance", at=at("2025-04-02 10:00"), **said))
    else:
        assert_ok(therapist.act(case, "record-circumstance", at=at("2025-04-01 10:00"), **said))
        start_assessment(therapist, case)

    held = read_holders(therapist, case, "2025-04-03 08:00")

    assert (held["treatment"], held["performer"], held["clauses"]) == (REGION, REGION, ["ORE-3.4.1-1"])
    assert_ok(therapist.act(case, "record-circumstance", at=at("2025-04-04 09:00"), holds=False, **said))
    assert read_holders(region, case, "2025-04-05 08:00")["performer"] == MUNICIPALITY_A
    assert read_holders(region, case, "2025-04-03 08:00")["performer"] == REGION
    assert_rebuild_identical(services)


@pytest.mark.rule("ORE-3.4-3")
@pytest.mark.parametrize("shown_by", ["the need", "the level", "both"])
def test_specialist_care_answers_for_rehabilitation_once_the_need_or_the_level_shows_it(
    services: Services, region: Caller, therapist: Caller, physiotherapist: Caller, shown_by: str
) -> None:
    case = raise_rehabilitation(services, therapist, TRAINING)
    start_assessment(therapist, case)
    assert read_holders(region, case, "2025-04-02 09:30")["performer"] == MUNICIPALITY_A
    if shown_by != "the level":
        said = {"circumstance": "specialist-rehabilitation-need"}
        assert_ok(therapist.act(case, "record-circumstance", at=at("2025-04-02 10:00"), **said))
        held = read_holders(region, case, "2025-04-02 11:00")
        assert (held["treatment"], held["performer"], held["clauses"]) == (REGION, REGION, ["ORE-3.4-3"])
    if shown_by == "the need":
        return
    for caller in (therapist, physiotherapist):
        assert_ok(caller.act(case, "record-assessment", at=at("2025-04-03 09:00"), **SPECIALISED))
    facts = {"primary-level": {"primary_level_suffices": False}}
    assert_ok(therapist.act(case, "evaluate-criteria", at=at("2025-04-03 09:30"), facts=facts))
    assert_ok(therapist.act(case, "establish-level", at=at("2025-04-03 10:00")))

    held = read_holders(region, case, "2025-04-03 11:00")

    assert (held["treatment"], held["performer"], held["kept_by"]) == (REGION, REGION, None)
    assert held["clauses"][0] == "ORE-3.4-3"


@pytest.mark.rule("ORE-3.4.1-2")
def test_a_cognitive_aid_passes_with_a_move_that_is_told_a_week_late_from_the_day_of_the_move(
    services: Services, region: Caller, therapist: Caller
) -> None:
    case = assess_cognitive_aid(services, therapist)
    assert_ok(therapist.act(case, "record-move", at=at("2025-11-10 09:00"), moved_on="2025-11-03", to="special"))

    def performer(moment: str, mode: str) -> str:
        asked = {"mode": mode, "at": at(moment)}
        (found,) = region.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]
        return str(found["performer"])

    now = [performer(f"2025-11-{moment}", "as-known-now") for moment in ("02 23:59", "03 00:00", "11 12:00")]
    assert now == [REGION, MUNICIPALITY_A, MUNICIPALITY_A]
    assert performer("2025-11-05 12:00", "as-known-at") == REGION


@pytest.mark.rule("ORE-3.4.1-2")
def test_a_cognitive_aid_passes_with_a_move_to_special_housing_of_a_person_who_is_not_enrolled(
    services: Services, region: Caller, therapist: Caller
) -> None:
    case = assess_cognitive_aid(services, therapist)
    assert_ok(therapist.act(case, "record-move", at=at("2025-11-03 09:00"), moved_on="2025-11-03", to="special"))

    before, after = (read_holders(region, case, f"2025-11-0{day} 12:00") for day in (2, 3))

    assert (before["performer"], after["performer"], after["clauses"]) == (REGION, MUNICIPALITY_A, ["ORE-3.4.1-2"])


@pytest.mark.rule("SKR-3-5", "INF-3-1")
def test_care_of_a_person_in_special_housing_is_the_municipalitys_from_the_first_answer(
    services: Services, region: Caller
) -> None:
    care = {"key": "insulin", "text": "Insulin varje morgon", "profession": "nurse"}
    said = {"need": "Insulin", "goal": "Jämnt blodsocker", "interventions": [care]}
    said |= {"physician_contact": "SE2321000000-LAKARE1", "care_contact": "SE2321000000-DSK1"}
    need = {"patient_id": patient_id(services), "request": said, "setting": "special"}
    opened = region.act_at("/api/cases", at("2025-04-01 09:00"), **need)
    case = str(assert_ok(opened)["case"])
    assert_ok(region.act(case, "send-referral", at=at("2025-04-01 10:00"), receiver=MUNICIPALITY_A))

    held = read_holders(region, case, "2025-04-01 11:00", "insulin")

    assert (held["treatment"], held["performer"], held["kept_by"]) == (MUNICIPALITY_A, MUNICIPALITY_A, None)
    assert held["clauses"] == ["INF-3-1", "SKR-3-5"]
    assert_rebuild_identical(services)


@pytest.mark.rule("VML-2-4")
@pytest.mark.rule("VML-8-4")
@pytest.mark.parametrize("noticed_by", ["the clockwork", "the next act"])
def test_on_the_18th_birthday_the_record_enters_who_is_responsible_from_then_on(
    services: Services, address: str, noticed_by: str
) -> None:
    adaptation = {"key": "planner", "text": "Anpassa bostaden", "category": "environment-adaptation"}
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        said = {"need": "Bostadsanpassning", "interventions": [adaptation]}
        patient = patient_id(services, TUVA, county="vastmanland")
        opened = nurse.act_at("/api/cases", at("2025-05-02 09:00"), patient_id=patient, request=said)
        case = str(assert_ok(opened)["case"])
        child = read_holders(nurse, case, "2025-05-02 10:00")
        if noticed_by == "the clockwork":
            ticked = nurse.post("/api/demonstration/tick", headers={CLOCK: at("2025-05-23 08:00")}).json()
            assert ticked == {"recorded": 1}
            assert (
                nurse.post("/api/demonstration/tick", headers={CLOCK: at("2025-05-23 09:00")}).json()["recorded"] == 0
            )
        else:
            said_late = {"circumstance": "requires-home"}
            assert_ok(nurse.act(case, "record-circumstance", at=at("2025-05-23 08:00"), **said_late))

        adult = read_holders(nurse, case, "2025-05-23 10:00")
        entered = [
            entry
            for entry in nurse.get(f"/api/cases/{case}/timeline").json()
            if entry["topic"] == "case.responsibility-changed.v1"
        ]

    assert (child["performer"], child["clauses"]) == ("SE2321000001-REGION", ["VML-2-4"])
    assert (adult["performer"], adult["clauses"]) == ("SE2120000011-KOMMUN", ["VML-8-4"])
    assert adult["valid_from"] == "2025-05-19T22:00:00Z"
    assert [entry["actor"]["role"] for entry in entered] == ["system"]
    assert_rebuild_identical(services)


@pytest.mark.rule("VML-2-4", "VML-4-1")
def test_on_the_18th_birthday_the_record_meets_the_criterion_of_age_and_the_municipality_answers(
    services: Services, address: str
) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        case = raise_home_care(services, nurse, "2025-05-02", patient_id(services, TUVA, county="vastmanland"))
        assert_rebuild_identical(services)
        child = read_holders(nurse, case, "2025-05-02 10:00", "insulin")
        for day, recorded in ((19, 0), (23, 1), (24, 0)):
            ticked = nurse.post("/api/demonstration/tick", headers={CLOCK: at(f"2025-05-{day} 08:00")})
            assert ticked.json() == {"recorded": recorded}

        adult = read_holders(nurse, case, "2025-05-23 10:00", "insulin")
        *_, answered, changed = nurse.get(f"/api/cases/{case}/timeline").json()

    assert (child["performer"], child["clauses"]) == ("SE2321000001-REGION", ["VML-2-4"])
    assert (adult["performer"], adult["valid_from"]) == ("SE2120000011-KOMMUN", "2025-05-19T22:00:00Z")
    assert (answered["topic"], changed["topic"]) == ("referral.criteria-answered.v1", "case.responsibility-changed.v1")
    assert [(verdict["criterion"], verdict["met"]) for verdict in answered["content"]["verdicts"]] == [("age", True)]
    assert {entry["actor"]["role"] for entry in (answered, changed)} == {"system"}
    assert_rebuild_identical(services)


@pytest.mark.rule("ORE-3.1.1-5")
def test_on_the_18th_birthday_a_request_that_waited_for_it_waits_to_be_accepted(
    services: Services, address: str
) -> None:
    with raise_need(services, address, "2025-05-02 08:00", number=TUVA) as case:
        case.act(case.region, "2025-05-02 09:00", "send-referral", receiver=MUNICIPALITY_A)
        case.act(case.municipality, "2025-05-02 09:10", "acknowledge-referral")
        case.act(case.municipality, "2025-05-02 09:20", "contact-principal")
        case.act(case.municipality, "2025-05-02 09:30", "start-assessment", participants=[DISTRICT_NURSE, NURSE_A])
        case.both("2025-05-02 10:00", "record-assessment", **make_assessment("primary", "Venöst bensår"))
        case.both("2025-05-02 11:00", "evaluate-criteria", facts=CRITERIA)
        case.act(case.region, "2025-05-02 12:00", "establish-level")

        def find_ways(day: str) -> set[str]:
            services.clockwork.tick(at_moment(f"{day} 08:00"))
            items = case.municipality.get("/api/worklist").json()
            (item,) = (each for each in items if each.get("case") == case.id and each["key"] == "accept")
            return set(item["acts"])

        refused = case.municipality.act(case.id, "accept-referral", at=at("2025-05-19 09:00"))
        assert refused.json()["code"] == "AGE_NOT_COVERED"
        assert (find_ways("2025-05-19"), find_ways("2025-05-20")) == (
            {"agree-exception", "evaluate-criteria", "decline-referral"},
            {"accept-referral", "decline-referral"},
        )
        case.both("2025-05-20 09:00", "accept-referral")
        assert_rebuild_identical(services)


@pytest.mark.rule("SKR-5-3")
def test_from_the_first_day_of_a_new_version_each_answer_stands_on_it(
    services: Services, region: Caller, municipality: Caller, therapist: Caller
) -> None:
    case = raise_rehabilitation(services, therapist, COGNITIVE)
    start_assessment(therapist, case)
    changed = second_text(valid_from="2026-01-01").replace(
        'interventions = ["cognitive-aid"]\nconditions = ["psychiatric-outpatient"]',
        'interventions = ["cognitive-aid"]',
    )
    assert 'psychiatric-outpatient"]' not in changed
    publish(changed, region, municipality, at=at("2025-12-10 09:00"))
    before = read_holders(therapist, case, "2025-12-31 12:00")

    assert services.clockwork.tick(at_moment("2026-01-02 08:00")) == 1

    after = read_holders(therapist, case, "2026-01-02 09:00")
    assert (before["performer"], before["agreement"]) == (MUNICIPALITY_A, "1085641 R1")
    assert (after["performer"], after["agreement"]) == (REGION, "1085641 R2")
    assert after["valid_from"] == "2025-12-31T23:00:00Z"


@pytest.mark.rule("ORE-3.1.3-14")
def test_an_answer_names_the_disagreement_that_keeps_it(services: Services, region: Caller, therapist: Caller) -> None:
    case = raise_rehabilitation(services, therapist, COGNITIVE)
    start_assessment(therapist, case)
    assert_ok(therapist.act(case, "raise-disagreement", at=at("2025-04-03 09:00"), reason="Psykiatrin ska svara"))
    assert_ok(
        therapist.act(case, "record-circumstance", at=at("2025-04-04 09:00"), circumstance="psychiatric-outpatient")
    )

    held = read_holders(region, case, "2025-04-04 10:00")

    assert (held["performer"], held["kept_by"]) == (MUNICIPALITY_A, "disagreement")
    (request,) = (entry["resource"] for entry in region.get("/fhir/ServiceRequest").json()["entry"])
    (answer,) = (each for each in request["extension"] if each["url"] == systems.CARE_RESPONSIBILITY)
    assert {"url": "kept-by", "valueCode": "disagreement"} in answer["extension"]


# --- Facts that are recorded late -------------------------------------------------------------------------------------

CLOSED_HOURS = (
    ("regular-at-health-centre", True, "2013-02-04 10:00"),
    ("health-centre-closed", True, "2013-02-04 11:00"),
    ("health-centre-closed", False, "2013-02-04 12:00"),
    ("regular-at-health-centre", False, "2013-02-04 13:00"),
)
"""Facts of one day. The region answers while both circumstances hold, and the municipality before and after."""
AROUND = {hour: "region" if hour == 11 else "municipality" for hour in (9, 10, 11, 12, 13)}


@pytest.mark.rule("VML-11-3")
@pytest.mark.rule("SYS-6")
def test_the_order_in_which_facts_are_recorded_changes_no_answer(services: Services, address: str) -> None:
    with (
        Caller(services, address, "SE2120000011-SSK1") as nurse,
        Caller(services, address, "SE2321000001-DSK1") as region,
    ):
        holders = {"municipality": "SE2120000011-KOMMUN", "region": "SE2321000001-REGION"}
        answers = {}
        for order in permutations(CLOSED_HOURS):
            case = raise_home_care(services, nurse)
            for minute, (circumstance, holds, since) in enumerate(order):
                said = {"circumstance": circumstance, "holds": holds, "occurred_at": at(since)}
                assert_ok(region.act(case, "record-circumstance", at=at(f"2013-02-04 15:{minute:02}"), **said))
            answers[order] = {hour: read_performer(region, case, f"2013-02-04 {hour:02}:30") for hour in AROUND}
        wanted = {hour: holders[party] for hour, party in AROUND.items()}
        assert {order: found for order, found in answers.items() if found != wanted} == {}
        assert_rebuild_identical(services)


@pytest.mark.rule("VML-11-2", "SYS-6")
def test_a_late_evaluation_asks_about_the_circumstances_of_its_moment(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        case = raise_home_care(services, nurse)
        other = {"commissioned": {"commissioned_by_primary_care": False}}
        assert_ok(nurse.act(case, "evaluate-criteria", at=at("2013-02-04 08:20"), facts=other))
        for hour, holds in ((10, True), (12, False)):
            said = {"circumstance": "local-agreement-other-provider", "holds": holds}
            assert_ok(nurse.act(case, "record-circumstance", at=at(f"2013-02-04 {hour}:00"), **said))
        performers = [read_performer(nurse, case, f"2013-02-04 {hour:02}:30") for hour in (9, 11, 12)]
        assert performers == ["SE2321000001-REGION", "SE2120000011-KOMMUN", "SE2321000001-REGION"]

        told = {"facts": other, "occurred_at": at("2013-02-04 11:00")}
        answer = assert_ok(nurse.act(case, "evaluate-criteria", at=at("2013-02-04 15:00"), **told))

        met = [[verdict["met"] for verdict in event["content"]["verdicts"]] for event in answer["events"][:2]]
        assert met == [[True], [False]]
        assert [read_performer(nurse, case, f"2013-02-04 {hour:02}:30") for hour in (9, 11, 12)] == performers
        assert_rebuild_identical(services)


def raise_home_care(services: Services, nurse: Caller, day: str = "2013-02-04", patient: str | None = None) -> str:
    """Raise a need of home care for a person who meets the criteria but perhaps the age, and return the case."""
    patient = patient or patient_id(services, county="vastmanland")
    said = {"need": "Insulin", "interventions": [{"key": "insulin", "text": "Insulin", "profession": "nurse"}]}
    opened = {"patient_id": patient, "request": said, "track": "home-care", "despite": nurse.list_cases(patient)}
    case = str(assert_ok(nurse.act_at("/api/cases", at(f"{day} 08:00"), **opened))["case"])
    facts = {
        "age": {},
        "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
        "commissioned": {"commissioned_by_primary_care": True},
    }
    assert_ok(nurse.act(case, "evaluate-criteria", at=at(f"{day} 08:10"), facts=facts))
    return case


def read_performer(caller: Caller, case: str, moment: str) -> str | None:
    """Read who performs the only intervention of a case, as known now about a moment."""
    asked = {"mode": "as-known-now", "at": at(moment)}
    (found,) = caller.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]
    performer: str | None = found["performer"]
    return performer


@pytest.mark.rule("ORE-3-1")
def test_the_region_answers_for_what_a_late_word_names_before_the_word_that_was_on_record(
    services: Services, region: Caller
) -> None:
    wound, inhalation = ({"key": key, "text": key.capitalize(), "profession": "nurse"} for key in ("wound", "inhaler"))
    request, both = REQUEST | {"interventions": [wound]}, REQUEST | {"interventions": [wound, inhalation]}
    opened = region.act_at("/api/cases", at("2025-04-01 09:00"), patient_id=patient_id(services), request=request)
    case = str(assert_ok(opened)["case"])
    assert_ok(region.act(case, "send-referral", at=at("2025-04-01 10:00"), receiver=MUNICIPALITY_A))
    assert_ok(region.act(case, "supplement-referral", at=at("2025-04-10 09:00"), request=both))

    late = {"request": both, "occurred_at": at("2025-04-04 09:00")}
    assert_ok(region.act(case, "supplement-referral", at=at("2025-04-12 09:00"), **late))

    for mode, moment, named in (
        ("as-known-now", "2025-04-03 09:00", {"wound"}),
        ("as-known-at", "2025-04-05 09:00", {"wound"}),
        ("as-known-now", "2025-04-05 09:00", {"wound", "inhaler"}),
        ("as-known-now", "2025-04-11 09:00", {"wound", "inhaler"}),
    ):
        asked = {"mode": mode, "at": at(moment)}
        found = region.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]
        known = region.get(f"/api/cases/{case}/replay", params=asked).json()
        assert {each["intervention"]: each["performer"] for each in found} == dict.fromkeys(named, REGION)
        assert (known["responsible"], set(known["case"]["named"])) == (found, named)
    assert_rebuild_identical(services)


def test_a_municipality_that_has_not_got_the_request_is_not_named_and_the_page_says_why(
    services: Services, address: str, physiotherapist: Caller
) -> None:
    said = {"need": "Struktur i vardagen", "interventions": [TRAINING]}
    opened = {"request": said, "track": "rehabilitation", "municipality": MUNICIPALITY_A}
    case = assert_ok(physiotherapist.post("/api/cases", json={"patient_id": patient_id(services)} | opened))["case"]

    (answer,) = assert_ok(physiotherapist.get(f"/api/cases/{case}/responsibility"))["responsible"]
    assert (answer["performer"], answer["kept_by"], answer["not_regulated"]) == (None, "not-sent", [])
    assert answer["clauses"]
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(services, PHYSIOTHERAPIST).page(f"/cases/{case}")
    assert "Ingen utför än: ingen kommun har begäran" in page.text


@pytest.mark.rule("ORE-3-1")
def test_the_region_answers_for_a_need_that_it_has_not_sent_and_every_face_says_so(
    services: Services, address: str, region: Caller
) -> None:
    with raise_need(services, address, "2025-04-01 09:00") as need:
        (answer,) = assert_ok(region.get(f"/api/cases/{need.id}/responsibility"))["responsible"]
        (request,) = assert_ok(region.get("/fhir/ServiceRequest", params={"requisition": need.id}))["entry"]
        with Browser(base_url=address, timeout=30, verify=TLS) as browser:
            page = browser.sign_in(services, DISTRICT_NURSE).page(f"/cases/{need.id}")

    assert (answer["treatment"], answer["performer"], answer["kept_by"]) == (REGION, REGION, None)
    assert answer["clauses"] == ["ORE-3-1", "ORE-2.1-2"]
    (told,) = [each for each in request["resource"]["extension"] if each["url"] == systems.CARE_RESPONSIBILITY]
    by = [each["valueUri"].rpartition("#")[2] for each in told["extension"] if each["url"] == "clause"]
    assert by == answer["clauses"]
    assert "utför och har behandlingsansvaret" in page.text
    assert "Ingen insats har fått någon ansvarig" not in page.text
