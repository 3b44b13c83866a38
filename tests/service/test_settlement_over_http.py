"""Settlement through the JSON face: ledgers of the parties, which rest on events of their cases."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from service.bootstrap import Services
from service.http import CLOCK
from tests.live import Caller, patient_id
from tests.service.test_acts_over_http import assert_rebuild_identical
from tests.service.test_agreements_over_http import act, done, refused

REGION = "SE2321000002-REGION"
MUNICIPALITY = "SE2120000021-KOMMUN"
CARE = "specialist-treated-home-care"
MAY = "2019-05-02T09:00:00+02:00"


@pytest.fixture
def region(services: Services, address: str) -> Iterator[Caller]:
    """A coordinator of the region."""
    with Caller(services, address, "SE2321000002-SAMORD1") as caller:
        yield caller


@pytest.fixture
def municipality(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of the municipality."""
    with Caller(services, address, "SE2120000021-SSK1") as caller:
        yield caller


@pytest.fixture
def elsewhere(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of another municipality of the county."""
    with Caller(services, address, "SE2120000022-SSK1") as caller:
        yield caller


def opened(municipality: Caller) -> str:
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-04-01"}
    said = done(act(municipality, "/api/settlement/open-month", MAY, **body))
    return str(said["ledger"])


def cared_for(services: Services, region: Caller, municipality: Caller) -> tuple[str, str, str]:
    """A case that the municipality has received: its id, its person, and the event that records the hours performed."""
    person = patient_id(services, county="gavleborg")
    body = {"patient_id": person, "request": {"need": "Ventilator at home", "goal": "Care at home"}}
    case = done(region.post("/api/cases", json=body, headers={CLOCK: "2019-03-20T09:00:00+01:00"}))["case"]
    done(region.act(case, "send-referral", at="2019-03-20T10:00:00+01:00", receiver=MUNICIPALITY))
    worked = {"day": "2019-04-03", "kind": "health-care", "treatment_level": "specialised", "performed": "120.0"}
    recorded = done(municipality.act(case, "record-hours", at=MAY, **worked))
    return case, person, recorded["events"][0]["id"]


def hours_of(case: str, person: str, event: str) -> dict[str, Any]:
    performed = {"event": event, "day": "2019-04-03", "hours": "120.0", "performed": True, "kind": "health-care"}
    conditions = ["coordination-need", "extensive-need", "ventilator"]
    return {
        "case": case,
        "patient_id": person,
        "treatment_level": "specialised",
        "conditions": conditions,
        "hours": [performed],
    }


@pytest.mark.rule("GAV-10-3")
def test_a_month_is_settled_from_the_events_of_cases_and_by_the_rate_that_was_published(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate = {"year": 2019, "amount": "300.00", "source": "A published index"}
    published = done(act(region, "/api/settlement/publish-hourly-rate", "2019-01-05T09:00:00+01:00", **rate))
    month = opened(municipality)
    case, person, event = cared_for(services, region, municipality)

    closed = done(
        act(municipality, f"/api/settlement/{month}/close-hours", MAY, individuals=[hours_of(case, person, event)])
    )

    (line,) = closed["state"]["lines"]
    assert (line["performed"]["amount"], line["amount"]["amount"]) == ("120.0", "18000.00")
    assert {event, published["events"][0]["id"]} <= set(line["amount"]["sources"])
    invoice = {"total": "18000.00", "hours_of": {case: "120.0"}, "reference": "KST 80904"}
    done(act(municipality, f"/api/settlement/{month}/issue-invoice", MAY, **invoice))
    done(act(region, f"/api/settlement/{month}/receive-invoice", "2019-05-26T09:00:00+02:00"))
    told = region.get(f"/api/settlement/{month}").json()
    assert (told["kind"], told["state"]["status"]) == ("month", "received")
    assert [entry["topic"] for entry in told["history"]][-1] == "settlement.invoice-received.v1"
    assert told["history"][-1]["content"]["timeliness"] == "late"
    assert_rebuild_identical(services)


def test_hours_that_rest_on_what_is_not_in_the_record_are_refused(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate = {"year": 2019, "amount": "300.00", "source": "A published index"}
    done(act(region, "/api/settlement/publish-hourly-rate", "2019-01-05T09:00:00+01:00", **rate))
    month = opened(municipality)
    case, person, event = cared_for(services, region, municipality)
    path = f"/api/settlement/{month}/close-hours"
    made_up = str(uuid4())

    for wrong in (hours_of(case, person, made_up), hours_of(made_up, person, event), hours_of(case, made_up, event)):
        said = refused(act(municipality, path, MAY, individuals=[wrong]), 422, "UNKNOWN_REFERENCE")
        assert said["where"] in ([made_up], [case])


@pytest.mark.rule("GAV-10-3")
def test_hours_are_settled_as_the_case_records_them_and_not_as_they_are_said_to_be(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate = {"year": 2019, "amount": "300.00", "source": "A published index"}
    done(act(region, "/api/settlement/publish-hourly-rate", "2019-01-05T09:00:00+01:00", **rate))
    month = opened(municipality)
    case, person, event = cared_for(services, region, municipality)
    sent = municipality.get(f"/api/cases/{case}/timeline").json()[1]["event_id"]
    path, said = f"/api/settlement/{month}/close-hours", hours_of(case, person, event)

    for wrong in ({"hours": "700.0"}, {"day": "2019-04-04"}, {"kind": "self-care"}, {"event": sent}):
        individual = said | {"hours": [said["hours"][0] | wrong]}
        refused(act(municipality, path, MAY, individuals=[individual]), 422, "UNKNOWN_REFERENCE")
    other_level = said | {"treatment_level": "primary"}
    refused(act(municipality, path, MAY, individuals=[other_level]), 422, "UNKNOWN_REFERENCE")

    done(act(municipality, path, MAY, individuals=[said]))


def test_a_settlement_is_known_only_to_its_parties(
    region: Caller, municipality: Caller, elsewhere: Caller, services: Services, address: str
) -> None:
    month = opened(municipality)

    assert elsewhere.get(f"/api/settlement/{month}").status_code == 404
    assert act(elsewhere, f"/api/settlement/{month}/close-hours", MAY, individuals=[]).status_code == 404
    assert elsewhere.get("/api/settlement").json()["month"] == []
    assert [one["ledger"] for one in region.get("/api/settlement").json()["month"]] == [month]
    with Caller(services, address, "SE2120000001-SSK1") as outsider:
        assert outsider.get(f"/api/settlement/{month}").status_code == 404


def test_a_month_is_opened_once(municipality: Caller) -> None:
    opened(municipality)
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-04-01"}

    refused(act(municipality, "/api/settlement/open-month", MAY, **body), 409, "CONFLICT")


@pytest.mark.rule("GAV-10-7")
def test_an_invoice_that_has_not_come_by_the_25th_is_overdue_on_the_municipalitys_worklist(
    municipality: Caller, region: Caller
) -> None:
    month = opened(municipality)

    for day, overdue in (("2019-05-25", False), ("2019-05-26", True)):
        waiting = municipality.get("/api/worklist", params={"on": f"{day}T12:00:00+02:00"}).json()
        (duty,) = [one for one in waiting if one.get("ledger") == month]
        assert (duty["key"], duty["due"], duty["overdue"]) == ("issue-invoice", "2019-05-25", overdue)
    assert not [one for one in region.get("/api/worklist").json() if one.get("ledger") == month]


@pytest.mark.parametrize(
    ("person", "at", "asked", "payer", "tax_shift"),
    [
        ("SE2120000011-SSK1", "2013-02-03", {"what": "transport-of-deceased", "setting": "ordinary"}, "region", None),
        ("SE2120000001-SSK1", "2025-04-01", {"what": "transport-of-deceased", "setting": "ordinary"}, None, None),
        (
            "SE2120000011-SSK1",
            "2013-02-03",
            {"what": "incontinence-consumables", "enrolled": "true"},
            "municipality",
            None,
        ),
        ("SE2120000011-SSK1", "2013-02-03", {"what": "incontinence-consumables", "enrolled": "false"}, None, None),
        ("SE2120000021-SSK1", "2018-05-01", {"what": "home-care", "age": "17"}, None, "not covered"),
        ("SE2120000021-SSK1", "2018-05-01", {"what": "home-care", "age": "18"}, None, None),
    ],
)
def test_who_pays_is_answered_by_each_countys_own_version_and_never_by_anothers(
    services: Services,
    address: str,
    person: str,
    at: str,
    asked: dict[str, str],
    payer: str | None,
    tax_shift: str | None,
) -> None:
    with Caller(services, address, person) as caller:
        said = done(caller.get("/api/agreements/in-force/paying", params=asked | {"at": f"{at}T12:00:00+02:00"}))

    assert said["payer"]["answer"] == (payer or "not regulated")
    assert said["tax_shift"]["answer"] == (tax_shift or "not regulated")
    home = "home-region" if person == "SE2120000011-SSK1" else "not regulated"
    assert said["non_residents"]["answer"] == home


def test_what_an_external_document_says_of_paying_is_named_and_not_made_up(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as caller:
        asked = {"what": "technical-device", "setting": "ordinary", "at": "2013-02-03T12:00:00+01:00"}
        said = done(caller.get("/api/agreements/in-force/paying", params=asked))
        before = asked | {"at": "2010-02-03T12:00:00+01:00"}
        none = done(caller.get("/api/agreements/in-force/paying", params=before))

    assert (said["payer"]["answer"], said["payer"]["document"]) == (
        "see another document",
        "Hjälpmedelshandboken för Västmanland 2011",
    )
    assert (said["tax_shift"]["answer"], said["tax_shift"]["clauses"]) == ("not covered", ["VML-9-1"])
    assert (none["answer"], none["duty"]) == ("no agreement", "SE2321000001-REGION")
