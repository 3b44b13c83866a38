"""Settlement through the JSON face: ledgers of the parties, which rest on events of their cases."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import Caller, patient_id
from tests.service.test_acts_over_http import assert_rebuild_identical
from tests.service.test_agreements_over_http import act, ok, refused

REGION = "SE2321000002-REGION"
MUNICIPALITY = "SE2120000021-KOMMUN"
ELSEWHERE = "SE2120000022-KOMMUN"
STRANGER = "SE2120000011-SSK1"
"""A nurse of a municipality in another county."""
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
    said = ok(act(municipality, "/api/settlement/open-month", MAY, **body))
    return str(said["ledger"])


FACTS = {
    "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
    "extensive-care": {
        "ventilator": True,
        "tracheostomy": False,
        "bag_dialysis": False,
        "extensive": True,
        "extent": "Round the clock",
    },
}
"""Of the target group."""
HOURS = {"day": "2019-04-30", "kind": "health-care", "treatment_level": "specialised"}
RATE = {"year": 2019, "amount": "300.00", "source": "A published index"}


def rate(region: Caller) -> str:
    """The year's rate is published; its event."""
    said = ok(act(region, "/api/settlement/publish-hourly-rate", "2019-01-05T09:00:00+01:00", **RATE))
    return str(said["events"][0]["id"])


def cared_for(services: Services, region: Caller, receiver: str = MUNICIPALITY) -> str:
    """A case of somebody in the target group, which a municipality has received."""
    person = patient_id(services, county="gavleborg")
    body = {"patient_id": person, "request": {"need": "Ventilator at home", "goal": "Care at home"}}
    case = str(ok(region.post("/api/cases", json=body, headers={CLOCK: "2019-03-20T09:00:00+01:00"}))["case"])
    ok(region.act(case, "send-referral", at="2019-03-20T10:00:00+01:00", receiver=receiver))
    with Caller(services, str(region.base_url), "SE2321000002-LAKARE1") as physician:
        ok(physician.act(case, "evaluate-criteria", at="2019-03-20T11:00:00+01:00", facts=FACTS))
    return case


def far_away(services: Services, stranger: Caller) -> str:
    """A case of another county."""
    body = {"patient_id": patient_id(services, county="vastmanland"), "request": {"need": "Care", "goal": "Home"}}
    return str(ok(stranger.post("/api/cases", json=body, headers={CLOCK: "2019-03-20T09:00:00+01:00"}))["case"])


def hours(municipality: Caller, case: str, *, at: str = "2019-04-30T20:00:00+02:00", **said: str) -> str:
    """Hours that the municipality records; the event that records them."""
    return str(ok(municipality.act(case, "record-hours", at=at, **HOURS | said))["events"][0]["id"])


def closed(municipality: Caller, month: str, at: str = MAY, **said: dict[str, str]) -> dict[str, Any]:
    """The month as it stands when its hours are closed."""
    answer = ok(act(municipality, f"/api/settlement/{month}/close-hours", at, **said))
    state: dict[str, Any] = answer["state"]
    return state


@pytest.mark.rule("GAV-10-3")
def test_a_month_is_settled_from_the_events_of_cases_and_by_the_rate_that_was_published(
    services: Services, region: Caller, municipality: Caller
) -> None:
    published, month, case = rate(region), opened(municipality), cared_for(services, region)
    event = hours(municipality, case, performed="120.0", planned="200")

    (line,) = closed(municipality, month, hours_of={case: "120"})["lines"]

    assert [line[name]["amount"] for name in ("planned", "performed", "amount")] == ["200", "120.0", "18000.00"]
    assert line["performed"]["sources"] == [event]
    assert {event, published} <= set(line["amount"]["sources"])
    known = {one["event_id"] for one in municipality.get(f"/api/cases/{case}/timeline").json()} | {published}
    assert set(line["amount"]["sources"]) <= known
    invoice = {"total": "18000.00", "hours_of": {case: "120.0"}, "reference": "KST 80904"}
    ok(act(municipality, f"/api/settlement/{month}/issue-invoice", MAY, **invoice))
    ok(act(region, f"/api/settlement/{month}/receive-invoice", "2019-05-26T09:00:00+02:00"))
    told = region.get(f"/api/settlement/{month}").json()
    assert (told["kind"], told["state"]["status"]) == ("month", "received")
    assert [entry["topic"] for entry in told["history"]][-1] == "settlement.invoice-received.v1"
    assert told["history"][-1]["content"]["timeliness"] == "late"
    assert_rebuild_identical(services)


@pytest.mark.rule("GAV-10-3")
def test_a_month_is_closed_with_the_hours_of_the_record_and_no_others(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate(region)
    month, case, other = opened(municipality), cared_for(services, region), cared_for(services, region)
    hours(municipality, case, performed="120")
    hours(municipality, other, performed="8")
    path = f"/api/settlement/{month}/close-hours"

    for counted, wrong in (
        ({case: "120"}, [other]),
        ({case: "121", other: "8"}, [case]),
        ({case: "120", other: "8", str(uuid4()): "0.5"}, None),
    ):
        said = refused(act(municipality, path, MAY, hours_of=counted), 422, "NOT_PERFORMED")
        assert said["where"] == (wrong or [list(counted)[-1]])
    taken_on_trust = [{"case": case, "hours": [{"hours": "500"}]}]
    assert act(municipality, path, MAY, individuals=taken_on_trust).status_code == 422
    assert [line["case"] for line in closed(municipality, month)["lines"]] == [case, other]


def test_hours_of_others_and_of_other_months_never_enter(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller, address: str
) -> None:
    rate(region)
    month, case, another = opened(municipality), cared_for(services, region), cared_for(services, region, ELSEWHERE)
    hours(elsewhere, another, performed="50")
    hours(municipality, case, day="2019-03-31", performed="60")
    hours(municipality, case, at="2019-05-01T20:00:00+02:00", day="2019-05-01", performed="70")
    with Caller(services, address, STRANGER) as stranger:
        hours(stranger, far_away(services, stranger), performed="90")
    event = hours(municipality, case, performed="8")

    (line,) = closed(municipality, month)["lines"]

    assert (line["case"], line["performed"]["amount"], line["performed"]["sources"]) == (case, "8", [event])


def test_hours_recorded_late_belong_to_a_corrected_invoice(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate(region)
    month, case = opened(municipality), cared_for(services, region)
    first = hours(municipality, case, performed="120")
    closed(municipality, month)
    invoice: dict[str, Any] = {"total": "18000.00", "hours_of": {case: "120"}, "reference": "KST 80904"}
    path = f"/api/settlement/{month}"
    issued = ok(act(municipality, f"{path}/issue-invoice", MAY, **invoice))["state"]["invoices"][0]["id"]
    ok(act(region, f"{path}/receive-invoice", "2019-05-20T09:00:00+02:00"))
    refused(act(municipality, f"{path}/close-hours", "2019-05-21T09:00:00+02:00"), 409, "WRONG_STATE")

    hours(municipality, case, at="2019-05-22T09:00:00+02:00", performed="130", corrects=first)
    late = hours(municipality, case, at="2019-05-22T10:00:00+02:00", day="2019-04-29", performed="10")

    again = "2019-05-23T09:00:00+02:00"
    (line,) = closed(municipality, month, at=again)["lines"]
    assert (line["performed"]["amount"], line["performed"]["sources"][-1]) == ("140", late)
    assert first not in line["performed"]["sources"]
    more = invoice | {"total": "21000.00", "hours_of": {case: "140"}}
    refused(act(municipality, f"{path}/issue-invoice", again, **more), 409, "WRONG_STATE")
    state = ok(act(municipality, f"{path}/issue-invoice", again, **more, corrects=issued))["state"]
    assert [one["corrects"] for one in state["invoices"]] == [None, issued]
    assert_rebuild_identical(services)


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize(("day", "month"), [("2018-03-31", "2018-03-01"), ("2020-01-01", "2020-01-01")])
def test_neither_the_day_before_the_agreement_nor_the_day_after_is_settled(
    services: Services, region: Caller, municipality: Caller, day: str, month: str
) -> None:
    case = cared_for(services, region)
    late = "2020-01-02T09:00:00+01:00"

    said = municipality.act(case, "record-hours", at=late, **HOURS | {"day": day, "performed": "8"})
    assert (said.status_code, said.json()["code"]) == (422, "NO_AGREEMENT_IN_FORCE")
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": month}
    refused(act(municipality, "/api/settlement/open-month", late, **body), 422, "NO_AGREEMENT_IN_FORCE")


@pytest.mark.rule("VML-12-5", "F29")
def test_a_cost_is_not_claimed_before_an_agreement_on_it_and_nothing_is_opened(
    services: Services, address: str
) -> None:
    with Caller(services, address, STRANGER) as stranger:
        case = far_away(services, stranger)
        claim: dict[str, Any] = {"case": case, "amount": "1000", "performed": [hours(stranger, case, performed="2")]}
        path = "/api/settlement/raise-cost-claim"

        for _ in range(2):
            said = refused(act(stranger, path, MAY, **claim), 409, "COST_AGREEMENT_MISSING")
            assert (said["rule"], said["where"]) == ("VML-12-5", [case])
            assert stranger.get("/api/settlement").json()["cost"] == []

        asked = {"case": case, "registered_in": "uppsala", "asked": "home-region"}
        ok(act(stranger, "/api/settlement/request-cost-agreement", MAY, **asked))
        refused(act(stranger, path, MAY, **claim), 409, "COST_AGREEMENT_MISSING")
        (cost,) = stranger.get("/api/settlement").json()["cost"]
        reached = {"counterpart_reference": "Dnr 1/2019"}
        ok(act(stranger, f"/api/settlement/{cost['ledger']}/reach-cost-agreement", MAY, **reached))
        assert ok(act(stranger, path, MAY, **claim))["ledger"] == cost["ledger"]


def test_a_settlement_is_known_only_to_its_parties(
    region: Caller, municipality: Caller, elsewhere: Caller, services: Services, address: str
) -> None:
    month = opened(municipality)

    assert elsewhere.get(f"/api/settlement/{month}").status_code == 404
    assert act(elsewhere, f"/api/settlement/{month}/close-hours", MAY).status_code == 404
    assert elsewhere.get("/api/settlement").json()["month"] == []
    assert [one["ledger"] for one in region.get("/api/settlement").json()["month"]] == [month]
    with Caller(services, address, "SE2120000001-SSK1") as outsider:
        assert outsider.get(f"/api/settlement/{month}").status_code == 404


def test_a_month_is_opened_once(municipality: Caller) -> None:
    opened(municipality)
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-04-01"}

    refused(act(municipality, "/api/settlement/open-month", MAY, **body), 409, "CONFLICT")


@pytest.mark.parametrize("month", ["0001-01-01", "1899-12-01", "2200-01-01", "9999-12-01"])
def test_a_month_that_no_calendar_here_reaches_is_refused(municipality: Caller, month: str) -> None:
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": month}

    said = refused(act(municipality, "/api/settlement/open-month", MAY, **body), 422, "INVALID")
    assert said["where"] == ["body.month"]


@pytest.mark.parametrize("year", [0, -1, 1899, 2200, 10**30])
def test_a_year_that_no_calendar_here_reaches_is_refused(region: Caller, year: int) -> None:
    rate = {"year": year, "amount": "300.00", "source": "A published index"}

    said = refused(act(region, "/api/settlement/publish-hourly-rate", MAY, **rate), 422, "INVALID")
    assert said["where"] == ["body.year"]


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
        said = ok(caller.get("/api/agreements/in-force/paying", params=asked | {"at": f"{at}T12:00:00+02:00"}))

    assert said["payer"]["answer"] == (payer or "not regulated")
    assert said["tax_shift"]["answer"] == (tax_shift or "not regulated")
    home = "home-region" if person == "SE2120000011-SSK1" else "not regulated"
    assert said["non_residents"]["answer"] == home


def test_a_word_that_the_version_does_not_use_is_told_from_its_silence(services: Services, address: str) -> None:
    with Caller(services, address, STRANGER) as caller:
        asked = {"what": "technical-devize", "setting": "ordinary", "at": "2013-02-03T12:00:00+01:00"}
        said = ok(caller.get("/api/agreements/in-force/paying", params=asked))

    assert said["payer"]["answer"] == "not regulated"
    assert "technical-device" in said["speaks_of"]


def test_what_an_external_document_says_of_paying_is_named_and_not_made_up(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as caller:
        asked = {"what": "technical-device", "setting": "ordinary", "at": "2013-02-03T12:00:00+01:00"}
        said = ok(caller.get("/api/agreements/in-force/paying", params=asked))
        before = asked | {"at": "2010-02-03T12:00:00+01:00"}
        none = ok(caller.get("/api/agreements/in-force/paying", params=before))

    assert (said["payer"]["answer"], said["payer"]["document"]) == (
        "see another document",
        "Hjälpmedelshandboken för Västmanland 2011",
    )
    assert (said["tax_shift"]["answer"], said["tax_shift"]["clauses"]) == ("not covered", ["VML-9-1"])
    assert (none["answer"], none["duty"]) == ("no agreement", "SE2321000001-REGION")
