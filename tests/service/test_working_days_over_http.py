"""Time limits in working days, as the parties publish them and see them run out on worklists and pages, over HTTP."""

from datetime import date, timedelta

import pytest

from service.bootstrap import Services
from tests.live import NURSE_A, TLS, Caller
from tests.service.calls import assert_rebuild_identical
from tests.service.test_hours_over_http import ACKNOWLEDGED, INTERIM, WEEK, read_item, send
from tests.service.test_own_texts_over_http import publish_changed
from tests.web.cases import at, establish_plan, establish_seven_day_plan
from tests.web.conftest import Browser


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        pytest.param("2025-03-20 09:30", "2025-03-25", id="over a weekend"),
        pytest.param("2025-04-17 09:30", "2025-04-24", id="over Easter"),
        pytest.param("2025-06-18 23:30", "2025-06-24", id="over midsummer"),
    ],
)
def test_what_waits_is_overdue_when_its_working_days_have_passed(
    services: Services, address: str, sent: str, due: str
) -> None:
    publish_changed(services, address, ACKNOWLEDGED, f'{ACKNOWLEDGED}duration = "P3BD"\n')
    with send(services, address, sent) as case:
        on_time = read_item(case, at(f"{due} 23:59"))
        late = read_item(case, at(f"{date.fromisoformat(due) + timedelta(days=1)} 00:30"))

    assert (on_time["due"], on_time["overdue"], late["overdue"]) == (due, False, True)
    assert_rebuild_identical(services)


def test_the_pages_show_the_last_working_day_and_the_words_of_the_text(services: Services, address: str) -> None:
    publish_changed(services, address, ACKNOWLEDGED, f'{ACKNOWLEDGED}duration = "P3BD"\n')
    with (
        send(services, address, "2025-04-17 09:30") as case,
        Browser(base_url=address, timeout=30, verify=TLS) as browser,
    ):
        browser.sign_in(services, NURSE_A)
        page = browser.page(f"/cases/{case.id}", t=at("2025-04-22 10:00"), mode="as-known-now").text

    assert "Senast 24 april 2025" in page
    assert "Försenad" not in page


@pytest.mark.parametrize(("days", "late"), [(4, False), (3, True)])
def test_planning_is_recorded_as_late_by_the_working_day(
    services: Services, address: str, days: int, late: bool
) -> None:
    publish_changed(services, address, WEEK, f'duration = "P{days}BD"')
    with establish_plan(services, address) as case:
        entries = case.region.get(f"/api/cases/{case.id}/timeline").json()

    (meeting,) = [entry["content"] for entry in entries if entry["topic"] == "care-plan.meeting-held.v1"]
    assert meeting["late"] is late


def test_a_plan_covers_working_days(services: Services, address: str) -> None:
    publish_changed(services, address, INTERIM, INTERIM.replace("P7D", "P10BD"))
    case = establish_seven_day_plan(services, address)
    with Caller(services, address, NURSE_A) as municipality:
        items = municipality.get("/api/worklist", params={"on": at("2025-09-03 08:00")}).json()

    assert [item["due"] for item in items if item.get("case") == case and item["key"].startswith("lapse:")] == [
        "2025-09-15"
    ]
