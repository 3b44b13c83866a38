"""Every county's settlement over HTTP, from the first figure to the payment. The sums are worked out by hand."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from service.bootstrap import Services
from service.http.requests import CLOCK
from tests.live import Caller, patient_id
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused

EKEBY, GRANBY = "SE2120000001-KOMMUNA", "SE2120000002-KOMMUNB"
MUNICIPALITY = "SE2120000021-KOMMUN"
CARE = "specialist-treated-home-care"
PATH = "/api/settlement"


@pytest.fixture
def orebro(services: Services, address: str) -> Iterator[Caller]:
    """A coordinator of the region whose supplement is settled."""
    with Caller(services, address, "SE2321000000-SEKR1") as caller:
        yield caller


# --- Örebro: the supplement -------------------------------------------------------------------------------------------

CHANGES = {2022: "4", 2023: "5", 2024: "3", 2025: "2", 2026: "1"}
DECEMBER = "2025-12-10T09:00:00+01:00"


def publish_change(region: Caller, year: int, percent: str, at: str = DECEMBER) -> dict[str, Any]:
    """Publish a year's change of the tax base."""
    body = {"year": year, "percent": percent, "source": f"SKR {year}"}
    return assert_ok(region.act_at(f"{PATH}/publish-tax-base-change", at, **body))


def measure(region: Caller, year: int, *, kilometres: tuple[str, str], at: str) -> str:
    """Put the year's inputs on record, and return the ledger's id."""
    municipalities = [
        {
            "municipality": EKEBY,
            "amounts": {"somatic": "1000000", "advanced": "2000000"},
            "weight": "0.6",
            "kilometres": kilometres[0],
        },
        {
            "municipality": GRANBY,
            "amounts": {"somatic": "400000", "advanced": "1000000"},
            "weight": "0.4",
            "kilometres": kilometres[1],
        },
    ]
    body = {
        "year": year,
        "measurement": {
            "reference": "Mätning november 2022",
            "measured_on": "2022-11-15",
            "measured": ["volumes", "care-levels"],
        },
        "inputs": {
            "source": "Regionens underlag",
            "weights_source": "Modellen för vårdcentralerna",
            "invoiced": {"psychiatry": {"2021": "900000", "2022": "1100000"}},
            "municipalities": municipalities,
        },
    }
    return str(assert_ok(region.act_at(f"{PATH}/measure-supplement", at, **body))["ledger"])


def calculate(region: Caller, ledger: str, at: str) -> dict[str, Any]:
    """Calculate the supplement, and return the content of its event."""
    (event,) = assert_ok(region.act_at(f"{PATH}/{ledger}/calculate-supplement", at))["events"]
    content: dict[str, Any] = event["content"]
    return content


def shares(calculated: dict[str, Any]) -> dict[str, list[str]]:
    """Return each component's shares, as amounts by municipality."""
    return {
        result["component"]: [f"{share['municipality'][-1]} {share['amount']['amount']}" for share in result["shares"]]
        for result in calculated["components"]
    }


def totals(content: dict[str, Any]) -> dict[str, str]:
    """Return the amount that each municipality gets."""
    return {total["municipality"]: total["amount"]["amount"] for total in content["totals"]}


@pytest.mark.rule(
    "ORE-4.1-1",
    "ORE-4.1-2",
    "ORE-4.1.2-4",
    "ORE-4.1.2-5",
    "ORE-4.2-1",
    "ORE-4.2-2",
    "ORE-4.2-3",
    "ORE-4.2-4",
    "ORE-4.2-6",
    "ORE-4.2-7",
)
def test_two_years_supplements_are_calculated_presented_and_paid(services: Services, orebro: Caller) -> None:
    ledger = measure(orebro, 2026, kilometres=("5", "40"), at=DECEMBER)
    calculation = f"{PATH}/{ledger}/calculate-supplement"
    for _ in CHANGES:
        (year,) = assert_refused(orebro.act_at(calculation, DECEMBER), 422, "RATE_NOT_PUBLISHED")["where"]
        publish_change(orebro, int(year), CHANGES[int(year)])

    # Growth of 2023-2026: 1.05 x 1.03 x 1.02 x 1.01 = 1.1141613. With 2022: 1.04 x 1.1141613 = 1.158727752.
    first = calculate(orebro, ledger, DECEMBER)

    assert shares(first) == {
        "somatic": ["A 1010000.00", "B 404000.00"],  # 1 000 000 and 400 000, x 1.01
        "psychiatry": ["A 668496.78", "B 445664.52"],  # (900 000 + 1 100 000) / 2 x 1.1141613, shared 0.6 and 0.4
        "advanced": ["A 115872.78", "B 57936.39"],  # 5 % of 2 000 000 and of 1 000 000, x 1.158727752
        "distance": ["B 135098.52"],  # 5 % of 1 414 000.00 + 1 114 161.30 + 173 809.17; only Granby is far enough
    }
    assert totals(first) == {EKEBY: "1794369.56", GRANBY: "1042699.43"}
    assert {line["factor"]: line["amount"]["amount"] for line in first["factors"]} == {
        "older-people": "1114161.30",
        "distance": "135098.52",
        "advanced-care": "173809.17",
    }
    assert_supplement_beside_tax_shift(orebro, ledger)
    settle_year(orebro, ledger, 2026, totals(first))

    december = "2026-12-10T09:00:00+01:00"
    second_ledger = measure(orebro, 2027, kilometres=("36", "40"), at=december)
    missing = assert_refused(
        orebro.act_at(f"{PATH}/{second_ledger}/calculate-supplement", december), 422, "RATE_NOT_PUBLISHED"
    )
    assert missing["where"] == ["2027"]
    publish_change(orebro, 2027, "6", december)
    second = calculate(orebro, second_ledger, december)

    # Each growth of the year before x 1.06. Both municipalities are farther than 35 km.
    assert shares(second) == {
        "somatic": ["A 1070600.00", "B 428240.00"],  # x 1.0706
        "psychiatry": ["A 708606.59", "B 472404.39"],  # 1 181 010.98 shared 0.6 and 0.4
        "advanced": ["A 122825.14", "B 61412.57"],  # 100 000 and 50 000, x 1.22825141712
        "distance": ["A 85922.66", "B 57281.77"],  # 5 % of 2 864 088.69 = 143 204.43, shared 0.6 and 0.4
    }
    settle_year(orebro, second_ledger, 2027, {EKEBY: "1987954.39", GRANBY: "1019338.73"})
    assert_rebuild_identical(services)


def assert_supplement_beside_tax_shift(region: Caller, ledger: str) -> None:
    """Check that the supplement pays for what the tax shift, left as it is, does not cover."""
    (measured, *_) = region.get(f"{PATH}/{ledger}").json()["history"]
    assert "ORE-4.1-1" in measured["clauses"]
    question = {"what": "psychiatric-home-care", "at": DECEMBER}
    shift = region.get("/api/agreements/in-force/paying", params=question).json()["tax_shift"]
    assert (shift["answer"], shift["by"]) == ("not covered", "supplement")
    assert shift["unchanged"] == {"holds": True, "clauses": ["ORE-4.1-2"]}


def settle_year(region: Caller, ledger: str, year: int, amounts: dict[str, str]) -> None:
    """Present the amounts in December and pay them in January, both on time, and review the year after it has ended."""
    pay = f"{PATH}/{ledger}/pay-supplement"
    assert_refused(region.act_at(pay, f"{year - 1}-12-14T09:00:00+01:00"), 409, "WRONG_STATE")
    presented = assert_ok(region.act_at(f"{PATH}/{ledger}/present-supplement", f"{year - 1}-12-15T09:00:00+01:00"))
    assert totals(presented["state"]) == amounts
    assert presented["events"][0]["content"]["timeliness"] == "on-time"
    (paid,) = assert_ok(region.act_at(pay, f"{year}-01-20T09:00:00+01:00"))["events"]
    assert totals(paid["content"]) == amounts
    assert (paid["content"]["timeliness"], paid["clauses"][0]) == ("on-time", "ORE-4.2-7")
    conclusion = {"conclusion": "Volymer och vårdnivåer är oförändrade"}
    late = f"{year}-11-03T09:00:00+01:00"
    assert assert_ok(region.act_at(f"{PATH}/{ledger}/review-supplement", late, **conclusion))["state"]["reviewed_at"]
    assert region.get(f"{PATH}/{ledger}").json()["state"]["status"] == "paid"


@pytest.mark.rule("ORE-4.1.2-6", "ORE-4.1.2-7")
def test_a_supplement_is_adjusted_after_a_measurement_and_followed_up_once_a_year(orebro: Caller) -> None:
    for year, percent in CHANGES.items():
        publish_change(orebro, year, percent)
    ledger = measure(orebro, 2026, kilometres=("5", "40"), at=DECEMBER)
    calculate(orebro, ledger, DECEMBER)

    every = ["volumes", "care-levels", "psychiatric-care"]
    for measured in ([], every[1:], every[:2]):
        refused = assert_refused(adjust(orebro, ledger, measured), 422, "MEASUREMENT_REQUIRED")
        assert (refused["rule"], refused["where"]) == ("ORE-4.1.2-7", [one for one in every if one not in measured])
    # 1 794 369.56 less 10 000.00.
    adjusted = assert_ok(adjust(orebro, ledger, every))["state"]
    assert totals(adjusted) == {EKEBY: "1784369.56", GRANBY: "1042699.43"}

    reviews = {}
    for day in ("2026-12-31", "2027-01-01"):
        (duty,) = list_reviews(orebro, ledger, day)
        reviews[day] = (duty["due"], duty["overdue"], duty["rule"])
    assert reviews == {
        "2026-12-31": ("2026-12-31", False, "ORE-4.1.2-6"),
        "2027-01-01": ("2026-12-31", True, "ORE-4.1.2-6"),
    }
    held = {"conclusion": "Volymerna är oförändrade"}
    (event,) = assert_ok(orebro.act_at(f"{PATH}/{ledger}/review-supplement", DECEMBER, **held))["events"]
    assert event["clauses"] == ["ORE-4.1.2-6"]
    assert list_reviews(orebro, ledger, "2027-01-01") == []


def adjust(region: Caller, ledger: str, measured: list[str]) -> httpx.Response:
    """Give Ekeby less, on a measurement of these things."""
    return region.act_at(
        f"{PATH}/{ledger}/adjust-supplement",
        DECEMBER,
        measurement={"reference": "Mätning 2025", "measured_on": "2025-10-01", "measured": measured},
        reason="Färre patienter",
        changes=[{"component": "somatic", "municipality": EKEBY, "amount": "-10000"}],
    )


def list_reviews(region: Caller, ledger: str, day: str) -> list[dict[str, Any]]:
    """List what waits for the region about the supplement on a day."""
    items = region.get("/api/worklist", params={"on": f"{day}T12:00:00+01:00"}).json()
    return [item for item in items if (item.get("ledger"), item["key"]) == (ledger, "review-supplement")]


@pytest.mark.rule("ORE-4.1.2-3", "ORE-3.2.1-3")
def test_psychiatric_home_care_is_in_the_yearly_model_and_no_longer_invoiced_per_individual(orebro: Caller) -> None:
    opening = {"municipality": EKEBY, "care": "psychiatric-home-care"}
    codes = {}
    for month in ("2025-02-01", "2025-03-01", "2025-04-01"):
        answer = orebro.act_at(f"{PATH}/open-month", "2025-05-02T09:00:00+02:00", **opening, month=month).json()
        codes[month] = (answer["code"], answer["rule"])

    assert codes == {
        "2025-02-01": ("NO_AGREEMENT_IN_FORCE", "SYS-2"),
        "2025-03-01": ("PER_INDIVIDUAL_INVOICE_ENDED", "ORE-4.1.2-3"),
        "2025-04-01": ("PER_INDIVIDUAL_INVOICE_ENDED", "ORE-4.1.2-3"),
    }
    question = {"what": "psychiatric-home-care", "at": "2025-05-02T09:00:00+02:00"}
    paying = assert_ok(orebro.get("/api/agreements/in-force/paying", params=question))
    assert (paying["tax_shift"]["by"], paying["tax_shift"]["clauses"]) == ("supplement", ["ORE-4.1.2-2"])


@pytest.mark.rule("ORE-4.1.2-5", "SYS-2")
def test_a_change_of_the_tax_base_stands_on_the_version_under_which_it_is_published(orebro: Caller) -> None:
    before = {"year": 2022, "percent": "4", "source": "SKR 2022"}
    path = f"{PATH}/publish-tax-base-change"

    refused = assert_refused(orebro.act_at(path, "2025-03-10T09:00:00+01:00", **before), 422, "NO_AGREEMENT_IN_FORCE")
    assert refused["where"] == ["occurred_at"]
    assert_ok(orebro.act_at(path, "2025-03-11T09:00:00+01:00", **before))


@pytest.mark.rule("ORE-4.2-7", "SYS-2")
@pytest.mark.parametrize("year", [2024, 2025])
def test_a_supplement_stands_on_the_version_of_its_own_year(orebro: Caller, year: int) -> None:
    body = {
        "year": year,
        "measurement": {"reference": "Mätning", "measured_on": "2022-11-15", "measured": []},
        "inputs": {
            "source": "Underlag",
            "weights_source": "Modellen",
            "municipalities": [{"municipality": EKEBY, "amounts": {}, "weight": "1", "kilometres": "1"}],
        },
    }
    answer = orebro.act_at(f"{PATH}/measure-supplement", DECEMBER, **body)

    if year == 2025:
        assert_ok(answer)
    else:
        assert assert_refused(answer, 422, "NO_AGREEMENT_IN_FORCE")["where"] == ["year"]


# --- Gävleborg: a month's hours ---------------------------------------------------------------------------------------

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
JANUARY = "2020-01-07T09:00:00+01:00"


@pytest.mark.rule("GAV-10-1", "GAV-10-3", "GAV-10-5", "GAV-10-7", "SYS-2")
def test_late_hours_of_the_last_month_are_settled_and_paid_after_the_agreement_has_ended(
    services: Services, address: str
) -> None:
    with (
        Caller(services, address, "SE2321000002-SAMORD1") as region,
        Caller(services, address, "SE2321000002-LAKARE1") as physician,
        Caller(services, address, "SE2120000021-SSK1") as municipality,
    ):
        person = patient_id(services, county="gavleborg")
        body = {"patient_id": person, "request": {"need": "Ventilator at home", "goal": "Care at home"}}
        case = str(
            assert_ok(region.post("/api/cases", json=body, headers={CLOCK: "2019-11-20T09:00:00+01:00"}))["case"]
        )
        treated = {"circumstance": "specialist-treatment"}
        assert_ok(region.act(case, "record-circumstance", at="2019-11-20T09:30:00+01:00", **treated))
        assert_ok(region.act(case, "send-referral", at="2019-11-20T10:00:00+01:00", receiver=MUNICIPALITY))
        assert_ok(physician.act(case, "evaluate-criteria", at="2019-11-20T11:00:00+01:00", facts=FACTS))

        hours = {"kind": "health-care", "treatment_level": "specialised"}
        assert_ok(municipality.act(case, "record-hours", at=JANUARY, day="2019-12-31", performed="101.5", **hours))
        refused = municipality.act(case, "record-hours", at=JANUARY, day="2020-01-01", performed="24", **hours)
        assert assert_refused(refused, 422, "NO_AGREEMENT_IN_FORCE")["where"] == ["day"]

        opening = {"municipality": MUNICIPALITY, "care": CARE, "month": "2019-12-01"}
        month = f"{PATH}/{assert_ok(municipality.act_at(f'{PATH}/open-month', JANUARY, **opening))['ledger']}"
        assert_refused(municipality.act_at(f"{month}/close-hours", JANUARY), 422, "RATE_NOT_PUBLISHED")
        rate = {"year": 2019, "amount": "304.00", "source": "Försäkringskassan 2019"}
        assert_ok(region.act_at(f"{PATH}/publish-hourly-rate", JANUARY, **rate))
        (line,) = assert_ok(municipality.act_at(f"{month}/close-hours", JANUARY))["state"]["lines"]
        # Half of 101.5 hours is 50.75 hours, at SEK 304.
        assert [line[name]["amount"] for name in ("performed", "reimbursed", "amount")] == [
            "101.5",
            "50.75",
            "15428.00",
        ]
        invoice = {"total": "15428.00", "hours_of": {case: "101.5"}, "reference": "KST 80904"}
        assert_ok(municipality.act_at(f"{month}/issue-invoice", "2020-01-08T09:00:00+01:00", **invoice))
        received = assert_ok(region.act_at(f"{month}/receive-invoice", "2020-01-25T09:00:00+01:00"))
        assert received["events"][0]["content"]["timeliness"] == "on-time"
        assert_ok(region.act_at(f"{month}/accept-invoice", "2020-01-27T09:00:00+01:00"))
        paid = assert_ok(region.act_at(f"{month}/pay-invoice", "2020-02-03T09:00:00+01:00"))["state"]
        assert (paid["status"], Decimal(paid["paid"])) == ("paid", Decimal("15428.00"))
        assert_rebuild_identical(services)


# --- Västmanland: the cost of a visitor's care ------------------------------------------------------------------------


@pytest.mark.rule("VML-12-2", "VML-12-3", "VML-12-5")
def test_the_cost_of_a_visitors_care_is_agreed_on_and_claimed(services: Services, address: str) -> None:
    at = "2014-05-06T09:00:00+02:00"
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        body = {"patient_id": patient_id(services, county="vastmanland"), "request": {"need": "Sår", "goal": "Läkt"}}
        case = str(assert_ok(nurse.post("/api/cases", json=body, headers={CLOCK: "2014-05-02T09:00:00+02:00"}))["case"])
        visits = {"circumstance": "non-resident", "at": "2014-05-02T10:00:00+02:00"}
        assert_ok(nurse.act(case, "record-circumstance", **visits))
        hours = {"day": "2014-05-05", "kind": "nursing", "treatment_level": "primary"}
        performed = [
            assert_ok(nurse.act(case, "record-hours", at=at, performed=amount, **hours))["events"][0]["id"]
            for amount in ("2", "1.5")
        ]
        question = {"case": case, "registered_in": "uppsala", "asked": "home-municipality"}
        cost = f"{PATH}/{assert_ok(nurse.act_at(f'{PATH}/request-cost-agreement', at, **question))['ledger']}"
        reached = {"counterpart_reference": "Dnr 7/2014", "split": {"home-region": "0.7", "home-municipality": "0.3"}}
        assert_ok(nurse.act_at(f"{cost}/reach-cost-agreement", at, **reached))

        claim = {"case": case, "amount": "1234.57", "performed": performed}
        (event,) = assert_ok(nurse.act_at(f"{PATH}/raise-cost-claim", at, **claim))["events"]

        # 0.7 and 0.3 of 1234.57 are 864.199 and 370.371. The last öre goes to the larger remainder.
        parts = {part["debtor"]: part["amount"]["amount"] for part in event["content"]["parts"]}
        assert sum(map(Decimal, parts.values())) == Decimal("1234.57")
        assert parts == {"home-region": "864.20", "home-municipality": "370.37"}
        assert {part["county"] for part in event["content"]["parts"]} == {"uppsala"}
        assert_refused(nurse.act_at(f"{PATH}/raise-cost-claim", at, **claim), 422, "NOT_PERFORMED")
        assert_rebuild_identical(services)


@pytest.mark.rule("VML-12-4", "VML-12-5")
def test_the_municipality_of_stay_agrees_with_the_home_of_a_visitor_of_the_same_county(
    services: Services, address: str
) -> None:
    at = "2014-05-06T09:00:00+02:00"
    with Caller(services, address, "SE2120000011-SSK1") as nurse:
        body = {"patient_id": patient_id(services, county="vastmanland"), "request": {"need": "Sår", "goal": "Läkt"}}
        case = str(assert_ok(nurse.post("/api/cases", json=body, headers={CLOCK: "2014-05-02T09:00:00+02:00"}))["case"])
        assert_ok(nurse.act(case, "record-circumstance", at="2014-05-02T10:00:00+02:00", circumstance="non-resident"))
        hours = {"day": "2014-05-05", "kind": "nursing", "treatment_level": "primary", "performed": "2"}
        performed = [assert_ok(nurse.act(case, "record-hours", at=at, **hours))["events"][0]["id"]]
        question = {"case": case, "registered_in": "vastmanland", "asked": "home-municipality"}
        cost = f"{PATH}/{assert_ok(nurse.act_at(f'{PATH}/request-cost-agreement', at, **question))['ledger']}"
        claim = {"case": case, "amount": "1000", "performed": performed}

        assert_refused(nurse.act_at(f"{PATH}/raise-cost-claim", at, **claim), 409, "COST_AGREEMENT_MISSING")
        # Only of those who live in another county does the text say who bears the cost.
        reached: dict[str, Any] = {"counterpart_reference": "Dnr 8/2014"}
        unsaid = assert_refused(nurse.act_at(f"{cost}/reach-cost-agreement", at, **reached), 422, "SPLIT_NOT_WHOLE")
        assert unsaid["rule"] == "VML-12-5"
        reached["split"] = {"home-municipality": "1"}
        assert_ok(nurse.act_at(f"{cost}/reach-cost-agreement", at, **reached))
        (event,) = assert_ok(nurse.act_at(f"{PATH}/raise-cost-claim", at, **claim))["events"]

        (part,) = event["content"]["parts"]
        assert (part["debtor"], part["county"], part["amount"]["amount"]) == (
            "home-municipality",
            "vastmanland",
            "1000.00",
        )
        assert_rebuild_identical(services)


@pytest.mark.rule("VML-12-2", "VML-12-3")
def test_the_cost_of_care_is_claimed_only_for_days_on_which_the_person_lived_elsewhere(
    services: Services, address: str
) -> None:
    with Caller(services, address, "SE2120000011-SSK1") as nurse, Caller(services, address, "SE2321000001-DSK1") as dsk:
        body = {"patient_id": patient_id(services, county="vastmanland"), "request": {"need": "Sår", "goal": "Läkt"}}
        case = str(assert_ok(nurse.post("/api/cases", json=body, headers={CLOCK: "2014-05-02T09:00:00+02:00"}))["case"])

        def visit(day: int) -> str:
            hours = {"day": f"2014-05-{day:02}", "kind": "nursing", "treatment_level": "primary", "performed": "1"}
            answer = nurse.act(case, "record-hours", at="2014-05-20T09:00:00+02:00", **hours)
            return str(assert_ok(answer)["events"][0]["id"])

        at = "2014-05-20T10:00:00+02:00"
        question = {"case": case, "registered_in": "uppsala", "asked": "home-region"}
        cost = f"{PATH}/{assert_ok(nurse.act_at(f'{PATH}/request-cost-agreement', at, **question))['ledger']}"
        assert_ok(nurse.act_at(f"{cost}/reach-cost-agreement", at, counterpart_reference="Dnr 9/2014"))
        before, visiting, resident = visit(2), visit(5), visit(12)

        def claim(*performed: str) -> Any:
            return nurse.act_at(f"{PATH}/raise-cost-claim", at, case=case, amount="100", performed=performed)

        refused = assert_refused(claim(visiting), 422, "NOT_REIMBURSABLE")
        assert (refused["rule"], refused["where"], refused["acts"]) == ("VML-12-3", [visiting], ["record-circumstance"])
        for since, holds in (("2014-05-03T09:00:00+02:00", True), ("2014-05-10T09:00:00+02:00", False)):
            word: dict[str, Any] = {"circumstance": "non-resident", "holds": holds, "at": at}
            assert_ok(nurse.act(case, "record-circumstance", occurred_at=since, **word))
        for event in (before, resident):
            assert assert_refused(claim(visiting, event), 422, "NOT_REIMBURSABLE")["where"] == [event]
        statement = assert_ok(dsk.act(case, "record-circumstance", at=at, circumstance="dementia"))["events"][0]["id"]
        assert_refused(claim(visiting, statement), 422, "UNKNOWN_REFERENCE")
        assert_ok(claim(visiting))
        assert assert_refused(claim(visiting), 422, "NOT_PERFORMED")["where"] == [visiting]
