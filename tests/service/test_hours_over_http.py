"""Time limits in hours, as the parties publish them and see them run out on worklists and pages, over HTTP."""

from datetime import UTC, datetime
from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import MUNICIPALITY_A, NURSE_A, TLS, Caller
from tests.service.calls import assert_rebuild_identical, assert_refused
from tests.service.test_agreements_over_http import second_text
from tests.service.test_own_texts_over_http import publish_changed
from tests.web.cases import LiveCase, at, establish_plan, raise_need
from tests.web.conftest import Browser

ACKNOWLEDGED = 'id = "acknowledgement"\n'
WEEK = 'duration = "P7D" # kalenderdagar är en läsning (S3)'
INTERIM, REVIEW = (
    'duration = "P7D"\nclauses = ["ORE-3.3-2"]',
    'duration = "P1Y"\nclauses = ["ORE-4.1.2-6"]',
)


@pytest.fixture
def hours(services: Services, address: str) -> None:
    """A version by which a request is acknowledged within 24 hours."""
    publish_changed(services, address, ACKNOWLEDGED, f'{ACKNOWLEDGED}duration = "PT24H"\n')


def send(services: Services, address: str, sent: str) -> LiveCase:
    """Send a request at a moment."""
    case = raise_need(services, address, sent)
    case.act(case.region, sent, "send-referral", receiver=MUNICIPALITY_A)
    return case


def read_item(case: LiveCase, on: str, key: str = "acknowledge") -> dict[str, Any]:
    """Read what waits for the municipality in the case, at a moment."""
    items = case.municipality.get("/api/worklist", params={"on": on}).json()
    (item,) = [item for item in items if item.get("case") == case.id and item["key"] == key]
    return dict(item)


@pytest.mark.usefixtures("hours")
@pytest.mark.parametrize(
    ("sent", "until", "minute_after"),
    [
        pytest.param("2025-03-17 09:30", "2025-03-18 09:30", "2025-03-18 09:31", id="an ordinary day"),
        pytest.param("2025-03-29 09:30", "2025-03-30 10:30", "2025-03-30 10:31", id="to summer time"),
        pytest.param("2025-10-25 09:30", "2025-10-26 08:30", "2025-10-26 08:31", id="to winter time"),
        pytest.param("2025-03-17 00:00", "2025-03-18 00:00", "2025-03-18 00:01", id="at midnight"),
    ],
)
def test_what_waits_is_overdue_when_its_hours_have_passed_by_the_clock(
    services: Services, address: str, sent: str, until: str, minute_after: str
) -> None:
    with send(services, address, sent) as case:
        on_time, late = read_item(case, at(until)), read_item(case, at(minute_after))

    assert (on_time["due"], on_time["overdue"], late["overdue"]) == (until[:10], False, True)
    assert on_time["due_at"] == late["due_at"] == as_utc(until)
    assert_rebuild_identical(services)


def as_utc(wall_clock: str) -> str:
    """Return a Swedish wall-clock time as the API writes moments."""
    return datetime.fromisoformat(at(wall_clock)).astimezone(UTC).isoformat().replace("+00:00", "Z")


@pytest.mark.usefixtures("hours")
def test_of_what_is_due_on_one_day_the_earliest_hour_comes_first(services: Services, address: str) -> None:
    with (
        send(services, address, "2025-03-17 15:00") as later,
        send(services, address, "2025-03-17 09:00") as earlier,
    ):
        items = earlier.municipality.get("/api/worklist", params={"on": at("2025-03-17 16:00")}).json()

        assert [item["case"] for item in items if item["key"] == "acknowledge"] == [earlier.id, later.id]


@pytest.mark.usefixtures("hours")
def test_pages_show_the_hour_and_what_has_passed_it(services: Services, address: str) -> None:
    with (
        send(services, address, "2025-03-17 09:30") as case,
        Browser(base_url=address, timeout=30, verify=TLS) as browser,
    ):
        browser.sign_in(services, NURSE_A)
        first = browser.page("/").text
        before = browser.page(f"/cases/{case.id}", t=at("2025-03-17 10:00"), mode="as-known-now").text

    assert "Senast 18 mars 2025 kl. 09.30" in first
    assert "Försenad" in first
    assert "Senast 18 mars 2025 kl. 09.30" in before
    assert "Försenad" not in before


@pytest.mark.parametrize(("duration", "late"), [("PT148H", False), ("PT147H", True)])
def test_planning_is_recorded_as_late_by_the_hour(services: Services, address: str, duration: str, late: bool) -> None:
    publish_changed(services, address, WEEK, f'duration = "{duration}"')
    with establish_plan(services, address) as case:
        entries = case.region.get(f"/api/cases/{case.id}/timeline").json()

    (meeting,) = [entry["content"] for entry in entries if entry["topic"] == "care-plan.meeting-held.v1"]
    assert (meeting["due"], meeting["late"]) == ("2025-04-10", late)


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        (WEEK, 'duration = "PT12H30M"', "deadlines[3].duration", "is 'PT12H30M'; write an ISO 8601 duration"),
        (WEEK, f"{WEEK}\nday_of_month = 25", "deadlines[3]", "says its time twice"),
        (INTERIM, INTERIM.replace("P7D", "PT168H"), "plans.interim7.lapses", "a plan covers whole days"),
        ('duration = "P0D"', 'duration = "PT12H"', "statements.plan-content-published.deadline", "is in hours"),
        (REVIEW, REVIEW.replace("P1Y", "PT24H"), "deadlines", "is counted in days"),
    ],
    ids=["minutes", "two times", "a plan's days", "from a plan's day", "money"],
)
def test_a_limit_that_could_not_be_counted_in_hours_is_refused_with_what_to_write(
    region: Caller, old: str, new: str, path: str, what: str
) -> None:
    text = second_text(valid_from="2026-03-02")
    assert old in text

    answer = region.director.act_at("/api/agreements", at("2026-03-02 09:00"), text=text.replace(old, new, 1))

    title = assert_refused(answer, 422, "TEXT_FAULTY")["title"]
    assert path in title
    assert what in title
    assert "PT24H" in title or "P1D" in title or "Behåll" in title
