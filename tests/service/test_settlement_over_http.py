"""Settlement through the JSON face: ledgers of the parties, based on the events of their cases."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from domain.authoring.publication import load_published, read_published_text
from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import Caller, patient_id
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish

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


def open_month(municipality: Caller) -> str:
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-04-01"}
    answer = assert_ok(municipality.act_at("/api/settlement/open-month", MAY, **body))
    return str(answer["ledger"])


FACTS: dict[str, dict[str, Any]] = {
    "coordination": {"needs_health_care": True, "needs_sol": False, "needs_lss": True},
    "extensive-care": {
        "ventilator": True,
        "tracheostomy": False,
        "bag_dialysis": False,
        "extensive": True,
        "extent": "Round the clock",
    },
}
"""The facts of a person in the target group."""
TOOK_PART = {"took_part": True, "note": "Wants to be at home"}
HOURS = {"day": "2019-04-30", "kind": "health-care", "treatment_level": "specialised"}
RATE = {"year": 2019, "amount": "300.00", "source": "A published index"}


def publish_rate(region: Caller) -> str:
    """Publish the year's rate, and return the event's id."""
    answer = assert_ok(region.act_at("/api/settlement/publish-hourly-rate", "2019-01-05T09:00:00+01:00", **RATE))
    return str(answer["events"][0]["id"])


def record_treatment(caller: Caller, case: str, *, at: str, holds: bool = True) -> None:
    """Record that specialists answer for the treatment, or no longer do."""
    content = {"circumstance": "specialist-treatment", "holds": holds}
    assert_ok(caller.act(case, "record-circumstance", at=at, **content))


def open_case(services: Services, region: Caller, receiver: str = MUNICIPALITY, *, treated: bool = True) -> str:
    """Open a case of a person in the target group, and send it to a municipality."""
    person = patient_id(services, county="gavleborg")
    request = {"need": "Ventilator at home", "goal": "Care at home"}
    body = {"patient_id": person, "request": request, "despite": region.list_cases(person)}
    case = str(assert_ok(region.post("/api/cases", json=body, headers={CLOCK: "2019-03-20T09:00:00+01:00"}))["case"])
    if treated:
        record_treatment(region, case, at="2019-03-20T09:30:00+01:00")
    assert_ok(region.act(case, "send-referral", at="2019-03-20T10:00:00+01:00", receiver=receiver))
    with Caller(services, str(region.base_url), "SE2321000002-LAKARE1") as physician:
        assert_ok(physician.act(case, "evaluate-criteria", at="2019-03-20T11:00:00+01:00", facts=FACTS))
    return case


def open_case_elsewhere(services: Services, stranger: Caller) -> str:
    """Open a case in another county."""
    body = {"patient_id": patient_id(services, county="vastmanland"), "request": {"need": "Care", "goal": "Home"}}
    return str(assert_ok(stranger.post("/api/cases", json=body, headers={CLOCK: "2019-03-20T09:00:00+01:00"}))["case"])


def record_hours(municipality: Caller, case: str, *, at: str = "2019-04-30T20:00:00+02:00", **content: str) -> str:
    """Record hours as the municipality, and return the event's id."""
    return str(assert_ok(municipality.act(case, "record-hours", at=at, **HOURS | content))["events"][0]["id"])


def close_hours(municipality: Caller, month: str, at: str = MAY, **content: dict[str, str]) -> dict[str, Any]:
    """Close the month's hours, and return its state."""
    answer = assert_ok(municipality.act_at(f"/api/settlement/{month}/close-hours", at, **content))
    state: dict[str, Any] = answer["state"]
    return state


@pytest.mark.rule("GAV-10-3")
def test_a_month_is_settled_from_the_events_of_cases_at_the_published_rate(
    services: Services, region: Caller, municipality: Caller
) -> None:
    rate, month, case = publish_rate(region), open_month(municipality), open_case(services, region)
    event = record_hours(municipality, case, performed="120.0", planned="200")

    (line,) = close_hours(municipality, month, hours_of={case: "120"})["lines"]

    assert [line[name]["amount"] for name in ("planned", "performed", "amount")] == ["200", "120.0", "18000.00"]
    assert line["performed"]["sources"] == [event]
    assert {event, rate} <= set(line["amount"]["sources"])
    events = {entry["event_id"] for entry in municipality.get(f"/api/cases/{case}/timeline").json()} | {rate}
    assert set(line["amount"]["sources"]) <= events
    invoice = {"total": "18000.00", "hours_of": {case: "120.0"}, "reference": "KST 80904"}
    assert_ok(municipality.act_at(f"/api/settlement/{month}/issue-invoice", MAY, **invoice))
    assert_ok(region.act_at(f"/api/settlement/{month}/receive-invoice", "2019-05-26T09:00:00+02:00"))
    ledger = region.get(f"/api/settlement/{month}").json()
    assert (ledger["kind"], ledger["state"]["status"]) == ("month", "received")
    assert [entry["topic"] for entry in ledger["history"]][-1] == "settlement.invoice-received.v1"
    assert ledger["history"][-1]["content"]["timeliness"] == "late"
    assert_rebuild_identical(services)


@pytest.mark.rule("GAV-10-2", "GAV-10-4", "GAV-10-8", "GAV-10-9", "SKR-11-3")
def test_each_person_of_the_target_group_that_specialists_treat_has_a_line_at_the_years_rate(
    services: Services, region: Caller, municipality: Caller, address: str
) -> None:
    month = open_month(municipality)
    one, another, by_primary_care, outside = (open_case(services, region) for _ in range(4))
    record_hours(municipality, one, performed="120")
    record_hours(municipality, another, performed="10.5")
    record_hours(municipality, by_primary_care, performed="8", treatment_level="primary")
    record_hours(municipality, outside, performed="5")
    with Caller(services, address, "SE2321000002-LAKARE1") as physician:
        without = FACTS | {"extensive-care": {**FACTS["extensive-care"], "ventilator": False}}
        assert_ok(physician.act(outside, "evaluate-criteria", at="2019-04-01T09:00:00+02:00", facts=without))

    path = f"/api/settlement/{month}"
    assert_ok(region.act_at("/api/settlement/publish-hourly-rate", MAY, **RATE | {"year": 2018, "amount": "299.00"}))
    unpublished = assert_refused(municipality.act_at(f"{path}/close-hours", MAY), 422, "RATE_NOT_PUBLISHED")
    assert (unpublished["rule"], unpublished["where"]) == ("GAV-10-2", ["2019"])
    publish_rate(region)
    lines = {line["case"]: line for line in close_hours(municipality, month)["lines"]}
    # Half of 120 and of 10.5 hours, at SEK 300.
    assert {case: (line["amount"]["amount"], line["unmet"]) for case, line in lines.items()} == {
        one: ("18000.00", []),
        another: ("1575.00", []),
        by_primary_care: ("0.00", ["treatment-level"]),
        outside: ("0.00", ["extensive-care"]),
    }
    assert all("GAV-10-4" in lines[case]["amount"]["clauses"] for case in (by_primary_care, outside))

    invoice: dict[str, Any] = {"total": "19575.00", "hours_of": {one: "120", another: "10.5"}, "reference": "KST 80904"}
    for changed, code, rule, where in (
        ({"hours_of": {one: "120"}}, "ANNEX_MISSING", "GAV-10-8", [another]),
        ({"hours_of": {one: "120", outside: "5"}}, "NOT_REIMBURSABLE", "GAV-10-4", [outside, "extensive-care"]),
        ({"reference": None}, "RECIPIENT_REFERENCE_MISSING", "GAV-10-9", ["reference"]),
    ):
        refused = assert_refused(municipality.act_at(f"{path}/issue-invoice", MAY, **invoice | changed), 422, code)
        assert (refused["rule"], refused["where"]) == (rule, where)
    wrong = municipality.act_at(f"{path}/issue-invoice", MAY, **invoice | {"reference": "KST 1"})
    remedy = assert_refused(wrong, 422, "RECIPIENT_REFERENCE_MISSING")["remedy"]
    assert remedy.endswith("Region Gävleborg, Ledning Hälso- och sjukvård, 826 82 Söderhamn")
    (issued,) = assert_ok(municipality.act_at(f"{path}/issue-invoice", MAY, **invoice))["events"]
    annex = {line["case"]: line["amount"]["amount"] for line in issued["content"]["annex"]}
    assert annex == {one: "18000.00", another: "1575.00"}


@pytest.mark.rule("GAV-10-4")
def test_hours_are_paid_for_from_the_day_on_which_the_region_says_that_specialists_treat_to_the_last(
    services: Services, region: Caller, municipality: Caller
) -> None:
    month, case = open_month(municipality), open_case(services, region, treated=False)
    publish_rate(region)
    # The municipality's word is not enough.
    record_treatment(municipality, case, at="2019-03-21T09:00:00+01:00")
    for day, amount in (("09", "1"), ("10", "2"), ("20", "4"), ("21", "8")):
        record_hours(municipality, case, day=f"2019-04-{day}", performed=amount)
    (line,) = close_hours(municipality, month)["lines"]
    assert (line["payable"]["amount"], line["unmet"]) == ("0", ["treatment-shown"])
    assert line["amount"]["clauses"][0] == "GAV-10-4"

    record_treatment(region, case, at="2019-04-10T15:00:00+02:00")
    record_treatment(region, case, at="2019-04-20T15:00:00+02:00", holds=False)

    (line,) = close_hours(municipality, month)["lines"]
    assert (line["performed"]["amount"], line["payable"]["amount"]) == ("15", "6")
    assert line["unmet"] == ["treatment-shown"]


@pytest.mark.rule("GAV-10-4")
def test_the_level_that_the_parties_establish_shows_who_treats_until_they_establish_another(
    services: Services, region: Caller, municipality: Caller, address: str
) -> None:
    month, case = open_month(municipality), open_case(services, region, treated=False)
    publish_rate(region)
    with Caller(services, address, "SE2321000002-LAKARE1") as physician:
        people = ["SE2321000002-LAKARE1", "SE2120000021-SSK1"]
        assert_ok(physician.act(case, "start-assessment", at="2019-04-10T08:00:00+02:00", participants=people))
        for at, level in (("2019-04-10T09:00:00+02:00", "specialised"), ("2019-04-20T09:00:00+02:00", "primary")):
            assessed = {"level": level, "reason": "As she is now", "interventions": [], "participation": TOOK_PART}
            for party in (physician, municipality):
                assert_ok(party.act(case, "record-assessment", at=at, **assessed))
            assert_ok(physician.act(case, "establish-level", at=at))
    for day, amount in (("09", "1"), ("10", "2"), ("20", "4"), ("21", "8")):
        record_hours(municipality, case, day=f"2019-04-{day}", performed=amount)

    (line,) = close_hours(municipality, month)["lines"]

    assert (line["payable"]["amount"], line["unmet"]) == ("6", ["treatment-shown"])


GAVLEBORG = next(agreement.ref for agreement in load_published().agreements if agreement.county == "gavleborg")
FORMS = {"tax-shift": "2019-01-01", "exchange": "2019-02-01", "lump-sum": "2019-03-01"}
"""The forms in which the region pays for a month, each with the first day of the version that chooses it."""


def publish_form(region: Caller, municipality: Caller, form: str, first: str) -> None:
    """Publish a version that pays in a form from a day on."""
    head, monthly, tail = read_published_text(GAVLEBORG).decode().partition("[settlement.monthly]\n")
    head = head.replace('version = "2018"', f'version = "{form}"', 1)
    head = head.replace("valid_from = 2018-04-01", f"valid_from = {first}", 1)
    text = head + monthly + tail.replace('form = "per-case"', f'form = "{form}"', 1)
    publish(text, region, municipality, at="2018-12-03T09:00:00+01:00")


@pytest.mark.rule("SKR-11-1", "SKR-11-2")
def test_in_the_other_economic_forms_nothing_is_owed_for_hours(
    services: Services, region: Caller, municipality: Caller
) -> None:
    for form, first in FORMS.items():
        publish_form(region, municipality, form, first)
    cases = [open_case(services, region) for _ in range(2)]
    standard = {"year": 2019, "amount": "50000.00", "source": "Genomsnittlig omfattning 2018"}
    assert_ok(region.act_at("/api/settlement/publish-standard-amount", MAY, **standard))

    for form, first in FORMS.items():
        opening = {"municipality": MUNICIPALITY, "care": CARE, "month": first}
        ledger = assert_ok(municipality.act_at("/api/settlement/open-month", MAY, **opening))["ledger"]
        if first == "2019-03-01":
            for case in cases:
                record_hours(municipality, case, at=MAY, day="2019-03-25", performed="70")
        state = close_hours(municipality, ledger)
        path = f"/api/settlement/{ledger}/issue-invoice"
        invoice = {"total": "50000.00", "hours_of": {}, "reference": "KST 80904"}
        assert state["lines"] == []
        if form == "lump-sum":
            assert state["standard"]["amount"] == "50000.00"
            assert_ok(municipality.act_at(path, MAY, **invoice))
        else:
            assert state["standard"] is None
            assert assert_refused(municipality.act_at(path, MAY, **invoice), 422, "NOT_REIMBURSABLE")["where"] == [form]


@pytest.mark.rule("GAV-10-3")
def test_a_month_is_closed_only_with_hours_on_record(services: Services, region: Caller, municipality: Caller) -> None:
    publish_rate(region)
    month, case, other = open_month(municipality), open_case(services, region), open_case(services, region)
    record_hours(municipality, case, performed="120")
    record_hours(municipality, other, performed="8")
    path = f"/api/settlement/{month}/close-hours"

    for counts, places in (
        ({case: "120"}, [other]),
        ({case: "121", other: "8"}, [case]),
        ({case: "120", other: "8", str(uuid4()): "0.5"}, None),
    ):
        answer = assert_refused(municipality.act_at(path, MAY, hours_of=counts), 422, "NOT_PERFORMED")
        assert answer["where"] == (places or [list(counts)[-1]])
    individuals = [{"case": case, "hours": [{"hours": "500"}]}]
    assert municipality.act_at(path, MAY, individuals=individuals).status_code == 422
    assert [line["case"] for line in close_hours(municipality, month)["lines"]] == [case, other]


def test_a_month_never_counts_hours_of_other_municipalities_or_months(
    services: Services, region: Caller, municipality: Caller, elsewhere: Caller, address: str
) -> None:
    publish_rate(region)
    month, case, another = open_month(municipality), open_case(services, region), open_case(services, region, ELSEWHERE)
    record_hours(elsewhere, another, performed="50")
    record_hours(municipality, case, day="2019-03-31", performed="60")
    record_hours(municipality, case, at="2019-05-01T20:00:00+02:00", day="2019-05-01", performed="70")
    with Caller(services, address, STRANGER) as stranger:
        record_hours(stranger, open_case_elsewhere(services, stranger), performed="90")
    event = record_hours(municipality, case, performed="8")

    (line,) = close_hours(municipality, month)["lines"]

    assert (line["case"], line["performed"]["amount"], line["performed"]["sources"]) == (case, "8", [event])


def test_hours_recorded_late_belong_to_a_corrected_invoice(
    services: Services, region: Caller, municipality: Caller
) -> None:
    publish_rate(region)
    month, case = open_month(municipality), open_case(services, region)
    first = record_hours(municipality, case, performed="120")
    close_hours(municipality, month)
    invoice: dict[str, Any] = {"total": "18000.00", "hours_of": {case: "120"}, "reference": "KST 80904"}
    path = f"/api/settlement/{month}"
    issued = assert_ok(municipality.act_at(f"{path}/issue-invoice", MAY, **invoice))["state"]["invoices"][0]["id"]
    assert_ok(region.act_at(f"{path}/receive-invoice", "2019-05-20T09:00:00+02:00"))
    assert_refused(municipality.act_at(f"{path}/close-hours", "2019-05-21T09:00:00+02:00"), 409, "WRONG_STATE")

    record_hours(municipality, case, at="2019-05-22T09:00:00+02:00", performed="130", corrects=first)
    late = record_hours(municipality, case, at="2019-05-22T10:00:00+02:00", day="2019-04-29", performed="10")

    again = "2019-05-23T09:00:00+02:00"
    (line,) = close_hours(municipality, month, at=again)["lines"]
    assert (line["performed"]["amount"], line["performed"]["sources"][-1]) == ("140", late)
    assert first not in line["performed"]["sources"]
    more = invoice | {"total": "21000.00", "hours_of": {case: "140"}}
    assert_refused(municipality.act_at(f"{path}/issue-invoice", again, **more), 409, "WRONG_STATE")
    state = assert_ok(municipality.act_at(f"{path}/issue-invoice", again, **more, corrects=issued))["state"]
    assert [invoice["corrects"] for invoice in state["invoices"]] == [None, issued]
    assert_rebuild_identical(services)


@pytest.mark.rule("GAV-10-1")
@pytest.mark.parametrize(("day", "month"), [("2018-03-31", "2018-03-01"), ("2020-01-01", "2020-01-01")])
def test_days_before_and_after_the_agreement_are_not_settled(
    services: Services, region: Caller, municipality: Caller, day: str, month: str
) -> None:
    case = open_case(services, region)
    late = "2020-01-02T09:00:00+01:00"

    answer = municipality.act(case, "record-hours", at=late, **HOURS | {"day": day, "performed": "8"})
    assert (answer.status_code, answer.json()["code"]) == (422, "NO_AGREEMENT_IN_FORCE")
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": month}
    assert_refused(municipality.act_at("/api/settlement/open-month", late, **body), 422, "NO_AGREEMENT_IN_FORCE")


@pytest.mark.rule("VML-12-5", "F29")
def test_a_cost_cannot_be_claimed_before_an_agreement_about_it(services: Services, address: str) -> None:
    with Caller(services, address, STRANGER) as stranger:
        case = open_case_elsewhere(services, stranger)
        assert_ok(
            stranger.act(case, "record-circumstance", at="2019-03-20T10:00:00+01:00", circumstance="non-resident")
        )
        claim: dict[str, Any] = {
            "case": case,
            "amount": "1000",
            "performed": [record_hours(stranger, case, performed="2")],
        }
        path = "/api/settlement/raise-cost-claim"

        for _ in range(2):
            answer = assert_refused(stranger.act_at(path, MAY, **claim), 409, "COST_AGREEMENT_MISSING")
            assert (answer["rule"], answer["where"]) == ("VML-12-5", [case])
            assert stranger.get("/api/settlement").json()["cost"] == []

        question = {"case": case, "registered_in": "uppsala", "asked": "home-region"}
        assert_ok(stranger.act_at("/api/settlement/request-cost-agreement", MAY, **question))
        assert_refused(stranger.act_at(path, MAY, **claim), 409, "COST_AGREEMENT_MISSING")
        (cost,) = stranger.get("/api/settlement").json()["cost"]
        agreement = {"counterpart_reference": "Dnr 1/2019"}
        assert_ok(stranger.act_at(f"/api/settlement/{cost['ledger']}/reach-cost-agreement", MAY, **agreement))
        assert assert_ok(stranger.act_at(path, MAY, **claim))["ledger"] == cost["ledger"]


def test_only_its_parties_know_of_a_settlement(
    region: Caller, municipality: Caller, elsewhere: Caller, services: Services, address: str
) -> None:
    month = open_month(municipality)

    assert elsewhere.get(f"/api/settlement/{month}").status_code == 404
    assert elsewhere.act_at(f"/api/settlement/{month}/close-hours", MAY).status_code == 404
    assert elsewhere.get("/api/settlement").json()["month"] == []
    assert [row["ledger"] for row in region.get("/api/settlement").json()["month"]] == [month]
    with Caller(services, address, "SE2120000001-SSK1") as outsider:
        assert outsider.get(f"/api/settlement/{month}").status_code == 404


@pytest.mark.parametrize("name", ["close-hours", "accept-invoice", "pay-invoice", "calculate-supplement"])
def test_an_act_on_the_id_of_something_else_tells_nobody_that_it_exists(
    region: Caller, elsewhere: Caller, services: Services, name: str
) -> None:
    case = open_case(services, region)

    for caller in (region, elsewhere):
        answers = [caller.act_at(f"/api/settlement/{id}/{name}", MAY) for id in (case, str(uuid4()))]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()


def test_a_month_can_be_opened_only_once(municipality: Caller) -> None:
    month = open_month(municipality)
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-04-01"}

    answer = assert_refused(municipality.act_at("/api/settlement/open-month", MAY, **body), 409, "ALREADY_EXISTS")
    assert answer["where"] == [month]


@pytest.mark.parametrize("month", ["0001-01-01", "1899-12-01", "2200-01-01", "9999-12-01"])
def test_a_month_outside_the_calendar_is_refused(municipality: Caller, month: str) -> None:
    body = {"municipality": MUNICIPALITY, "care": CARE, "month": month}

    answer = assert_refused(municipality.act_at("/api/settlement/open-month", MAY, **body), 422, "INVALID")
    assert answer["where"] == ["body.month"]


@pytest.mark.parametrize("year", [0, -1, 1899, 2200, 10**30])
def test_a_year_outside_the_calendar_is_refused(region: Caller, year: int) -> None:
    rate = {"year": year, "amount": "300.00", "source": "A published index"}

    answer = assert_refused(region.act_at("/api/settlement/publish-hourly-rate", MAY, **rate), 422, "INVALID")
    assert answer["where"] == ["body.year"]


@pytest.mark.rule("GAV-10-7")
def test_a_missing_invoice_is_overdue_on_the_municipalitys_worklist_after_the_25th(
    municipality: Caller, region: Caller
) -> None:
    month = open_month(municipality)

    for day, overdue in (("2019-05-25", False), ("2019-05-26", True)):
        items = municipality.get("/api/worklist", params={"on": f"{day}T12:00:00+02:00"}).json()
        (duty,) = [item for item in items if item.get("ledger") == month]
        assert (duty["key"], duty["due"], duty["overdue"]) == ("issue-invoice", "2019-05-25", overdue)
    assert not [item for item in region.get("/api/worklist").json() if item.get("ledger") == month]


@pytest.mark.parametrize(
    ("person", "at", "question", "payer", "tax_shift"),
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
def test_each_countys_own_version_answers_who_pays(
    services: Services,
    address: str,
    person: str,
    at: str,
    question: dict[str, str],
    payer: str | None,
    tax_shift: str | None,
) -> None:
    with Caller(services, address, person) as caller:
        answer = assert_ok(
            caller.get("/api/agreements/in-force/paying", params=question | {"at": f"{at}T12:00:00+02:00"})
        )

    assert answer["payer"]["answer"] == (payer or "not regulated")
    assert answer["tax_shift"]["answer"] == (tax_shift or "not regulated")
    home = "home-region" if person == "SE2120000011-SSK1" else "not regulated"
    assert answer["non_residents"]["answer"] == home


def test_the_answer_tells_a_word_that_the_version_does_not_use_from_its_silence(
    services: Services, address: str
) -> None:
    with Caller(services, address, STRANGER) as caller:
        question = {"what": "technical-devize", "setting": "ordinary", "at": "2013-02-03T12:00:00+01:00"}
        answer = assert_ok(caller.get("/api/agreements/in-force/paying", params=question))

    assert answer["payer"]["answer"] == "not regulated"
    assert "technical-device" in answer["speaks_of"]


def test_the_answer_names_the_external_document_that_says_who_pays(services: Services, address: str) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as caller:
        question = {"what": "technical-device", "setting": "ordinary", "at": "2013-02-03T12:00:00+01:00"}
        answer = assert_ok(caller.get("/api/agreements/in-force/paying", params=question))
        before = question | {"at": "2010-02-03T12:00:00+01:00"}
        none = assert_ok(caller.get("/api/agreements/in-force/paying", params=before))

    assert (answer["payer"]["answer"], answer["payer"]["document"]) == (
        "see another document",
        "Hjälpmedelshandboken för Västmanland 2011",
    )
    assert (answer["tax_shift"]["answer"], answer["tax_shift"]["clauses"]) == ("not covered", ["VML-9-1"])
    assert (none["answer"], none["duty"]) == ("no agreement", "SE2321000001-REGION")
