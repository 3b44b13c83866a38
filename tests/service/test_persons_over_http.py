"""The person register over HTTP: residence and listing with their history, and entries that were wrong."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import DIRECTOR, DISTRICT_NURSE, MUNICIPALITY_A, NURSE_A, TLS, Caller
from tests.service.calls import assert_ok
from tests.service.fhir.resources import practitioner, service_request
from tests.web.conftest import SAME_ORIGIN, Browser

MUNICIPALITY_B = "SE2120000002-KOMMUNB"
HEALTH_CENTRE = "SE2321000000-VCEKEBY"
OTHER_CENTRE = "SE5560000003-VCBJORKEN"
IN_A = {"valid_from": "2020-01-01", "county": "orebro", "municipality": MUNICIPALITY_A}
IN_B = {"valid_from": "2025-03-01", "county": "orebro", "municipality": MUNICIPALITY_B}
NUMBERS = iter([f"R{number:011d}" for number in range(9000, 9100)])
Json = dict[str, Any]


@pytest.fixture(scope="module")
def region(module_services: Services, module_address: str) -> Iterator[Caller]:
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture(scope="module")
def municipality(module_services: Services, module_address: str) -> Iterator[Caller]:
    with Caller(module_services, module_address, NURSE_A) as caller:
        yield caller


def entry(**changes: Any) -> Json:
    return {
        "system": "http://electronichealth.se/identifier/nationelltReservnummer",
        "value": next(NUMBERS),
        "family": "Testsson",
        "given": "Test",
        "birth_date": "1942-05-15",
    } | changes


def register(caller: Caller, **changes: Any) -> str:
    answer = caller.post("/api/persons", json=entry(**changes))
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["person"]["id"]
    return id


def record(caller: Caller, person: str, what: str, **content: Any) -> Json:
    return assert_ok(caller.post(f"/api/persons/{person}/record-{what}", json=content))


@pytest.mark.rule("SYS-1")
def test_the_register_says_where_a_person_lives_and_is_listed_from_which_day_and_who_recorded_it(
    region: Caller, municipality: Caller
) -> None:
    person = register(region)
    record(region, person, "residence", **IN_A)
    record(municipality, person, "residence", **IN_B)
    record(region, person, "listing", valid_from="2020-01-01", unit=HEALTH_CENTRE)

    facts = municipality.get(f"/api/persons/{person}").json()["facts"]
    said = [
        (fact["kind"], fact["valid_from"], fact["municipality"] or fact["unit"], fact["recorded_by"]) for fact in facts
    ]
    assert said == [
        ("residence", "2020-01-01", MUNICIPALITY_A, DISTRICT_NURSE),
        ("residence", "2025-03-01", MUNICIPALITY_B, NURSE_A),
        ("listing", "2020-01-01", HEALTH_CENTRE, DISTRICT_NURSE),
    ]
    assert all(fact["recorded_at"] for fact in facts)
    patient = region.get(f"/fhir/Patient/{person}").json()
    (address,), (listed,) = patient["address"], patient["generalPractitioner"]
    assert (address["period"], listed["reference"]) == ({"start": "2025-03-01"}, f"Organization/{HEALTH_CENTRE}")


@pytest.mark.rule("SYS-4")
def test_a_wrong_residence_is_corrected_by_another_and_stays_on_record(region: Caller) -> None:
    person = register(region)
    record(region, person, "residence", **IN_A)
    wrong = record(region, person, "residence", **IN_B)["recorded"]

    right = record(region, person, "residence", **IN_B | {"valid_from": "2099-01-01", "corrects": wrong})

    assert [fact["corrects"] for fact in right["facts"]] == [None, None, wrong]
    assert region.get(f"/fhir/Patient/{person}").json()["address"][0]["period"] == {"start": "2020-01-01"}
    for corrects in (wrong, person):
        again = region.post(f"/api/persons/{person}/record-residence", json=IN_A | {"corrects": corrects})
        assert (again.status_code, again.json()["where"]) == (422, ["body.corrects"])


@pytest.mark.rule("SYS-4")
def test_a_wrong_entry_is_corrected_and_both_versions_are_kept(region: Caller, municipality: Caller) -> None:
    wrong = entry(family="Felsson")
    person = region.post("/api/persons", json=wrong).json()["person"]["id"]

    said = assert_ok(municipality.post(f"/api/persons/{person}/correct-entry", json=wrong | {"family": "Rättsson"}))

    assert (said["person"]["family"], [before["family"] for before in said["before"]]) == ("Rättsson", ["Felsson"])
    assert said["before"][0]["replaced_by"] == NURSE_A
    assert region.get(f"/fhir/Patient/{person}").json()["name"][0]["family"] == "Rättsson"
    same = assert_ok(municipality.post(f"/api/persons/{person}/correct-entry", json=wrong | {"family": "Rättsson"}))
    assert same["before"] == said["before"]


def test_the_number_of_another_person_is_no_correction(region: Caller) -> None:
    taken = entry()
    register(region, **taken)
    person = register(region)

    answer = region.post(f"/api/persons/{person}/correct-entry", json=taken)

    assert (answer.status_code, answer.json()["code"]) == (409, "PERSON_REGISTERED")
    assert taken["value"] not in answer.text


def test_a_number_of_a_wrong_form_is_refused_without_being_repeated(region: Caller) -> None:
    number = "194205159802"
    answer = region.post(
        "/api/persons", json=entry(system="http://electronichealth.se/identifier/personnummer", value=number)
    )

    assert (answer.status_code, answer.json()["where"]) == (422, ["body.value"])
    assert number not in answer.text


def request(person: str) -> Json:
    return {
        "patient_id": person,
        "request": {
            "need": "Bensår som läggs om hemma",
            "goal": "Läkt sår",
            "physician_contact": "SE2321000000-LAKARE1",
            "care_contact": DISTRICT_NURSE,
            "interventions": [{"key": "wound-care", "text": "Omläggning av bensår"}],
        },
    }


def send(region: Caller, person: str) -> Json:
    case = region.post("/api/cases", json=request(person)).json()["case"]
    return assert_ok(region.act(case, "send-referral", receiver=MUNICIPALITY_A))


@pytest.mark.rule("SYS-1")
def test_a_request_to_another_municipality_than_the_registers_is_sent_and_the_difference_is_told(
    region: Caller,
) -> None:
    person = register(region)
    record(region, person, "residence", **IN_B)

    answer = send(region, person)

    (note,) = answer["notes"]
    assert (note["code"], note["field"]) == ("RESIDENCE_DIFFERS", "receiver")
    assert (note["said"], note["register_has"], note["since"]) == (MUNICIPALITY_A, MUNICIPALITY_B, "2025-03-01")
    assert answer["referral"]["status"] == "sent"
    told_once = assert_ok(region.act(answer["case"], "supplement-referral", request=request(person)["request"]))
    assert told_once["notes"] == []


@pytest.mark.rule("SYS-1")
def test_a_request_that_agrees_with_the_register_has_no_note(region: Caller) -> None:
    person = register(region)
    record(region, person, "residence", **IN_A)
    record(region, person, "listing", valid_from="2020-01-01", unit=HEALTH_CENTRE)

    assert send(region, person)["notes"] == []


@pytest.mark.rule("SYS-1")
def test_a_physician_of_another_health_centre_than_the_registers_is_kept_and_the_difference_is_told(
    module_services: Services, module_address: str, region: Caller
) -> None:
    person = register(region)
    record(region, person, "listing", valid_from="2020-01-01", unit=HEALTH_CENTRE)
    record(region, person, "listing", valid_from="2025-02-01", unit=OTHER_CENTRE)

    opened = assert_ok(region.post("/api/cases", json=request(person)))

    (note,) = opened["notes"]
    assert (note["code"], note["field"]) == ("LISTING_DIFFERS", "physician_contact")
    assert (note["said"], note["register_has"], note["since"]) == (HEALTH_CENTRE, OTHER_CENTRE, "2025-02-01")
    kept = assert_ok(region.get(f"/api/cases/{opened['case']}/replay"))["case"]["referral"]["request"]
    assert kept["physician_contact"] == "SE2321000000-LAKARE1"
    assert assert_ok(region.act(opened["case"], "send-referral", receiver=MUNICIPALITY_A))["notes"] == []
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        page = browser.sign_in(module_services, DISTRICT_NURSE).page(f"/cases/{opened['case']}").text
    assert (
        "Den fasta läkarkontakten finns på Ekeby vårdcentral, men enligt registret är personen listad på "
        "Björkens vårdcentral." in page
    )


@pytest.mark.rule("VML-13-1")
def test_care_that_follows_residence_cites_its_clause_when_the_ground_differs_from_the_register(
    module_services: Services, module_address: str
) -> None:
    home = "SE2120000012-KOMMUN"
    with Caller(module_services, module_address, "SE2120000011-SSK1") as nurse:
        person = register(nurse)
        record(nurse, person, "residence", valid_from="2010-01-01", county="vastmanland", municipality=home)
        clock = {CLOCK: "2013-02-04T09:00:00+01:00"}
        need = {"need": "Läkemedel", "interventions": [{"key": "doses", "text": "Dosett"}]}
        case = nurse.post("/api/cases", json={"patient_id": person, "request": need}, headers=clock).json()

        assert [note["rule"] for note in case["notes"]] == ["VML-13-1"]
        told = assert_ok(nurse.act(case["case"], "propose-enrolment", at=clock[CLOCK], ground="residence"))

    (note,) = told["notes"]
    assert (note["field"], note["register_has"], note["rule"]) == ("ground", home, "VML-13-1")


@pytest.mark.rule("SYS-1")
def test_the_municipality_of_a_move_is_kept_and_compared_with_the_register(region: Caller) -> None:
    person = register(region)
    record(region, person, "residence", **IN_A)
    case = send(region, person)["case"]

    answer = assert_ok(
        region.act(case, "record-move", moved_on="2025-04-02", to="elsewhere", municipality=MUNICIPALITY_B)
    )

    (event,) = answer["events"]
    assert event["content"] | {"moved_on": None} == {
        "moved_on": None,
        "to": "elsewhere",
        "municipality": MUNICIPALITY_B,
    }
    (note,) = answer["notes"]
    assert (note["field"], note["said"], note["register_has"]) == ("municipality", MUNICIPALITY_B, MUNICIPALITY_A)


@pytest.mark.rule("SYS-1")
def test_nothing_is_told_or_kept_of_where_a_person_with_a_protected_identity_lives(region: Caller) -> None:
    unprotected = entry()
    person = register(region, **unprotected)
    record(region, person, "residence", **IN_B)
    assert_ok(region.post(f"/api/persons/{person}/correct-entry", json=unprotected | {"protected": True}))

    assert send(region, person)["notes"] == []
    assert region.get(f"/api/persons/{person}").json()["facts"] == []
    assert "address" not in region.get(f"/fhir/Patient/{person}").json()
    refused = region.post(f"/api/persons/{person}/record-residence", json=IN_A)
    assert (refused.status_code, refused.json()["code"]) == (422, "IDENTITY_PROTECTED")


@pytest.mark.rule("VML-2-4")
def test_a_case_follows_a_corrected_birth_date_at_once(module_services: Services, module_address: str) -> None:
    right, clock = entry(), {CLOCK: "2013-02-04T09:00:00+01:00"}
    with Caller(module_services, module_address, "SE2120000011-SSK1") as nurse:
        person = register(nurse, **right | {"birth_date": "2005-01-01"})
        need = {"need": "Diabetes", "interventions": [{"key": "insulin", "text": "Insulin", "profession": "nurse"}]}
        case = assert_ok(nurse.post("/api/cases", json={"patient_id": person, "request": need}, headers=clock))["case"]
        facts = {
            "age": {},
            "threshold": {"reaches_alone": False, "reaches_with_support": False, "cause": "sjukdom"},
            "commissioned": {"commissioned_by_primary_care": True},
        }
        assert_ok(nurse.act(case, "evaluate-criteria", at=clock[CLOCK], facts=facts))
        asked = {"at": "2013-02-05T10:00:00+01:00", "mode": "as-known-now"}
        (child,) = nurse.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]

        answer = nurse.post(
            f"/api/persons/{person}/correct-entry", json=right, headers={CLOCK: "2013-02-05T09:00:00+01:00"}
        )

        assert_ok(answer)
        (adult,) = nurse.get(f"/api/cases/{case}/responsibility", params=asked).json()["responsible"]
        last = nurse.get(f"/api/cases/{case}/timeline").json()[-1]
    assert (child["performer"], child["clauses"]) == ("SE2321000001-REGION", ["VML-2-4"])
    assert adult["clauses"] != ["VML-2-4"]
    assert (last["topic"], last["actor"]["role"]) == ("case.responsibility-changed.v1", "system")


# --- Who may ask ------------------------------------------------------------------------------------------------------

NOBODY = "00000000-0000-4000-8000-000000000000"
RESERVE = "http://electronichealth.se/identifier/nationelltReservnummer"
FACES = {
    "search by number": ("POST", "/fhir/Patient/_search", {"data": {"identifier": "NUMBER"}}),
    "search by id": ("GET", "/fhir/Patient?_id=PERSON", {}),
    "search without anybody": ("GET", "/fhir/Patient?_id=PERSON&family=x", {}),
    "read": ("GET", "/fhir/Patient/PERSON", {}),
    "read of before": ("GET", "/fhir/Patient/PERSON?_at=2025-01-01", {}),
    "create": ("POST", "/fhir/Patient", {"json": {}}),
    "create once": ("POST", "/fhir/Patient", {"json": {}, "headers": {"If-None-Exist": "identifier=NUMBER"}}),
    "entry": ("GET", "/api/persons/PERSON", {}),
    "register": ("POST", "/api/persons", {"json": {}}),
    "correction": ("POST", "/api/persons/PERSON/correct-entry", {"json": {}}),
    "residence": ("POST", "/api/persons/PERSON/record-residence", {"json": {}}),
    "listing": ("POST", "/api/persons/PERSON/record-listing", {"json": {"valid_from": "2025-01-01", "unit": "SE"}}),
    "need": ("POST", "/api/cases", {"json": {"patient_id": "PERSON", "request": {"need": "Gångträning"}}}),
    "request": ("POST", "/fhir/ServiceRequest", {"json": service_request("PERSON", requester=practitioner(DIRECTOR))}),
}
"""The ways to ask about a person: the method, the path, and what is sent."""


@pytest.mark.rule("SYS-3")
@pytest.mark.parametrize("face", FACES)
def test_an_official_is_refused_on_every_face_before_anybody_is_looked_for(region: Caller, face: str) -> None:
    known = entry()
    there = assert_ok(region.post("/api/persons", json=known))["person"]["id"]
    method, path, sent = FACES[face]
    answers = []
    for person, number in ((there, known["value"]), (NOBODY, "R99999999999")):
        said = json.loads(json.dumps([path, sent]).replace("PERSON", person).replace("NUMBER", f"{RESERVE}|{number}"))
        answers.append(region.director.request(method, said[0], **said[1]))

    first, second = (answer.text.replace(there, NOBODY) for answer in answers)
    assert [answer.status_code for answer in answers] == [403, 403], first
    assert "ACTOR_NOT_ALLOWED" in first
    assert first == second


def test_an_official_finds_nobody_on_the_pages(module_services: Services, module_address: str, region: Caller) -> None:
    known = entry()
    there = assert_ok(region.post("/api/persons", json=known))["person"]["id"]
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        official = browser.sign_in(module_services, DIRECTOR)
        answers = [
            official.post("/persons/search", data={"number": number}, headers=SAME_ORIGIN)
            for number in (known["value"], "R99999999999")
        ]
        answers += [official.get(f"/persons/{person}/need") for person in (there, NOBODY)]
    assert {answer.status_code for answer in answers} == {403}


def send_twice(caller: Caller, path: str, body: Json, *, between: Any = None) -> tuple[httpx.Response, httpx.Response]:
    """Send a change of the register, and the same once more with its key."""
    key = {"Idempotency-Key": str(uuid4())}
    first = caller.post(path, json=body, headers=key)
    if between is not None:
        between()
    other = caller.post(path, json=body | {"birth_date": "1942-05-16", "valid_from": "2019-01-01"}, headers=key)
    assert other.status_code == 422, other.text
    return first, caller.post(path, json=body, headers=key)


def test_a_person_entered_again_with_its_key_is_the_first_answer(region: Caller) -> None:
    first, again = send_twice(region, "/api/persons", entry())
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert again.json() == first.json()


@pytest.mark.parametrize(
    ("what", "body"), [("residence", IN_A), ("listing", {"valid_from": "2020-01-01", "unit": HEALTH_CENTRE})]
)
def test_what_is_recorded_again_with_its_key_is_recorded_once(region: Caller, what: str, body: Json) -> None:
    person = register(region)
    first, again = send_twice(region, f"/api/persons/{person}/record-{what}", body)
    assert again.json() == first.json()
    assert len(region.get(f"/api/persons/{person}").json()["facts"]) == 1


def test_a_correction_sent_again_with_its_key_does_not_undo_a_later_one(region: Caller, municipality: Caller) -> None:
    known = entry()
    person = region.post("/api/persons", json=known).json()["person"]["id"]
    path = f"/api/persons/{person}/correct-entry"

    def correct_later() -> None:
        assert_ok(municipality.post(path, json=known | {"family": "Senare"}))

    first, again = send_twice(region, path, known | {"family": "Tidigare"}, between=correct_later)
    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert region.get(f"/api/persons/{person}").json()["person"]["family"] == "Senare"
