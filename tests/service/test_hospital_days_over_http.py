"""A month's days in hospital over HTTP: the region claims what the cases say, the municipality accepts or contests."""

from collections.abc import Iterator

import httpx
import pytest

from service.bootstrap import Services
from tests.live import MUNICIPALITY_A, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused
from tests.service.stays import Json, Stay, open_stay, publish
from tests.web.cases import at


@pytest.fixture
def stay(services: Services, address: str) -> Iterator[Stay]:
    """A person for whom the municipality pays from 28 June to 2 July 2025; she leaves on 3 July."""
    with open_stay(services, address) as opened:
        opened.is_prepared("2025-06-20")
        opened.is_ready("2025-06-25 11:00")
        opened.tell(opened.ward, "2025-07-03 10:00", "record-homecoming")
        yield opened


def claim(region: Caller, moment: str, month: str = "2025-06-01") -> httpx.Response:
    """Claim a month from municipality A."""
    content = {"municipality": MUNICIPALITY_A, "month": month}
    return region.act_at("/api/settlement/claim-hospital-days", at(moment), **content)


def answer(caller: Caller, claimed: Json, moment: str, act: str, **content: str) -> httpx.Response:
    """Answer a claim."""
    return caller.act_at(f"/api/settlement/{claimed['ledger']}/{act}", at(moment), **content)


def test_a_month_is_claimed_from_the_days_of_its_cases(services: Services, stay: Stay, region: Caller) -> None:
    published = publish(region, 2025, "9900")

    claims = [claim(region, "2025-08-04 09:00", month) for month in ("2025-06-15", "2025-07-01")]
    june, july = (assert_ok(claimed)["state"] for claimed in claims)

    (line,) = june["lines"]
    assert (line["case"], line["days"]) == (stay.case, ["2025-06-28", "2025-06-29", "2025-06-30"])
    assert (june["month"], june["status"], june["total"]["amount"]) == ("2025-06-01", "claimed", "29700")
    assert june["total"]["clauses"] == ["LSU-5-6"]
    assert published["events"][0]["id"] in line["amount"]["sources"]
    assert (july["lines"][0]["days"], july["total"]["amount"]) == (["2025-07-01", "2025-07-02"], "19800")
    assert_rebuild_identical(services)


def test_a_claim_waits_for_the_municipality_and_then_for_nobody(
    stay: Stay, region: Caller, municipality: Caller
) -> None:
    def waits(caller: Caller, moment: str) -> list[str]:
        items: list[Json] = caller.get("/api/worklist", params={"on": at(moment)}).json()
        return [item["key"] for item in items if item.get("kind") == "hospital-days"]

    publish(region, 2025, "9900")
    claimed = assert_ok(claim(region, "2025-07-04 09:00"))
    assert waits(municipality, "2025-07-04 10:00") == ["answer-hospital-days"]
    assert waits(region, "2025-07-04 10:00") == []

    contest = answer(municipality, claimed, "2025-07-05 09:00", "contest-hospital-days", reason="Hen hade feber")
    contested = assert_ok(contest)
    assert (contested["state"]["status"], contested["state"]["reasons"]) == ("contested", ["Hen hade feber"])
    assert contested["state"]["total"]["amount"] == "29700"
    assert waits(region, "2025-07-05 10:00") == ["settle-hospital-days"]
    assert contested["events"][0]["content"]["claim_id"] == claimed["events"][0]["id"]
    accepted = assert_ok(answer(municipality, claimed, "2025-07-06 09:00", "accept-hospital-days"))
    assert accepted["state"]["status"] == "accepted"
    assert waits(region, "2025-07-06 10:00") == waits(municipality, "2025-07-06 10:00") == []


def test_a_corrected_notice_is_claimed_anew_and_the_same_days_are_not(stay: Stay, region: Caller) -> None:
    publish(region, 2025, "9900")
    claimed = assert_ok(claim(region, "2025-07-04 09:00"))
    assert_refused(claim(region, "2025-07-04 10:00"), 409, "WRONG_STATE")
    notice = next(
        event["event_id"]
        for event in stay.ward.get(f"/api/cases/{stay.case}/timeline").json()
        if event["topic"] == "case.ready-for-discharge-notified.v1"
    )
    stay.tell(stay.ward, "2025-07-05 09:00", "correct-fact", corrects=notice, reason="mistake")
    stay.is_ready("2025-07-05 09:10", occurred_at=at("2025-06-26 13:00"))
    stay.tell(stay.ward, "2025-07-05 09:20", "record-homecoming", occurred_at=at("2025-07-03 10:00"))

    again = assert_ok(claim(region, "2025-07-05 10:00"))

    assert again["ledger"] == claimed["ledger"]
    assert again["state"]["lines"][0]["days"] == ["2025-06-30"]
    assert again["state"]["total"]["amount"] == "9900"


def test_nothing_is_claimed_without_an_amount_before_the_month_is_over_or_for_no_day(
    stay: Stay, region: Caller, municipality: Caller, elsewhere: Caller
) -> None:
    unknown = assert_refused(claim(region, "2025-07-04 09:00"), 422, "RATE_NOT_PUBLISHED")
    assert unknown["acts"] == ["publish-daily-amount"]
    publish(region, 2025, "9900")
    assert_refused(claim(region, "2025-06-30 23:00"), 422, "OCCURRED_TOO_EARLY")
    assert_refused(claim(region, "2025-07-04 09:00", "2025-05-01"), 422, "NOT_REIMBURSABLE")
    assert_refused(claim(municipality, "2025-07-04 09:00"), 403, "ACTOR_NOT_ALLOWED")
    claimed = assert_ok(claim(region, "2025-07-04 09:00"))
    assert elsewhere.get(f"/api/settlement/{claimed['ledger']}").status_code == 404
    assert_refused(answer(region, claimed, "2025-07-04 10:00", "accept-hospital-days"), 403, "ACTOR_NOT_ALLOWED")
