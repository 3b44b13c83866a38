"""Versions that are prolonged unless a party ends them in time: which is in force, and until when, over HTTP."""

from typing import Any

import pytest

from service.bootstrap import Services
from tests.live import MUNICIPALITY_A, NURSE_A, TLS, Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, publish
from tests.service.test_agreements_over_http import MUNICIPALITY_B, SECOND, find_version_in_force, second_text
from tests.web.cases import at
from tests.web.conftest import Browser

PROLONGED = """valid_to = 2026-02-28

[prolongation]
period = "P1Y"
notice = "P3M"
clauses = ["ORE-0-2"]
"""
"""Ended by 30 November 2025 at the latest, or else prolonged until the end of February, year after year."""


@pytest.fixture
def prolonged(region: Caller, municipality: Caller, elsewhere: Caller) -> Caller:
    """A version that is prolonged, which every principal signed on 14 March 2025; and the region's nurse."""
    text = second_text(valid_from="2025-03-15", more=PROLONGED)
    publish(text, region, municipality, elsewhere, at=at("2025-03-14 09:00"))
    return region


def read(caller: Caller, day: str) -> dict[str, Any]:
    """Read the version as it stands on a day."""
    return assert_ok(caller.get(SECOND, params={"on": at(f"{day} 12:00")}))


def end(caller: Caller, on: str, last_day: str, **said: str) -> dict[str, Any]:
    """End the version for the caller's principal, and return what the event says."""
    ending = {"last_day": last_day, "condition": "Uppsägning", "clauses": ["ORE-0-2"]}
    answer = assert_ok(caller.director.act_at(f"{SECOND}/end-version", at(f"{on} 09:00"), **ending, **said))
    return dict(answer["events"][0]["content"])


def in_force(caller: Caller, day: str, municipality: str = MUNICIPALITY_A) -> str | None:
    return find_version_in_force(caller, at(f"{day} 12:00"), municipality)


@pytest.mark.parametrize(
    ("day", "valid_to", "end_by"),
    [
        ("2025-03-15", "2026-02-28", "2025-11-30"),
        ("2025-11-30", "2026-02-28", "2025-11-30"),
        ("2025-12-01", "2027-02-28", "2026-11-30"),
        ("2026-12-01", "2028-02-29", "2027-11-30"),
    ],
)
def test_the_last_day_moves_by_itself_when_nobody_has_ended_the_version_in_time(
    prolonged: Caller, day: str, valid_to: str, end_by: str
) -> None:
    found = read(prolonged, day)

    assert (found["status"], found["valid_to"]) == ("published", valid_to)
    assert found["prolongation"] == {"period": "P1Y", "notice": "P3M", "end_by": end_by, "clauses": ["ORE-0-2"]}
    assert found["in_force_with"][MUNICIPALITY_A] == {"first": "2025-03-15", "last": valid_to}
    listed = prolonged.get("/api/agreements", params={"on": at(f"{day} 12:00")}).json()
    assert [version["valid_to"] for version in listed if version["version"] == "R2"] == [valid_to]


def test_a_prolonged_version_is_in_force_after_its_first_last_day(services: Services, prolonged: Caller) -> None:
    days = ("2025-03-15", "2026-02-28", "2026-03-01", "2030-06-01")

    assert [in_force(prolonged, day) for day in days] == ["R2"] * len(days)
    assert_rebuild_identical(services)


def test_one_party_ends_it_in_time_for_itself(services: Services, prolonged: Caller, municipality: Caller) -> None:
    ended = end(municipality, "2025-11-30", "2026-02-28")

    assert ended["not_prolonged_after"] == "2026-02-28"
    assert [in_force(prolonged, day) for day in ("2026-02-28", "2026-03-01")] == ["R2", "R1"]
    assert in_force(prolonged, "2026-03-01", MUNICIPALITY_B) == "R2"
    assert read(prolonged, "2025-12-01")["in_force_with"] == {
        MUNICIPALITY_A: {"first": "2025-03-15", "last": "2026-02-28"},
        MUNICIPALITY_B: {"first": "2025-03-15", "last": "2027-02-28"},
    }
    assert_rebuild_identical(services)


def test_the_region_ends_it_for_every_municipality(prolonged: Caller) -> None:
    end(prolonged, "2025-06-01", "2026-02-28")

    assert [in_force(prolonged, "2026-03-01", of) for of in (MUNICIPALITY_A, MUNICIPALITY_B)] == ["R1", "R1"]
    found = read(prolonged, "2025-12-01")
    assert (found["valid_to"], found["prolongation"]["end_by"]) == ("2026-02-28", None)
    assert read(prolonged, "2026-03-01")["status"] == "ended"


def test_who_ends_it_too_late_ends_it_a_period_later(prolonged: Caller) -> None:
    assert end(prolonged, "2025-12-01", "2026-02-28")["not_prolonged_after"] == "2027-02-28"

    assert [in_force(prolonged, day) for day in ("2026-03-01", "2027-02-28", "2027-03-01")] == ["R2", "R2", "R1"]


def test_notice_is_counted_from_the_day_on_which_it_is_recorded(prolonged: Caller) -> None:
    ended = end(prolonged, "2025-12-01", "2026-02-28", occurred_at=at("2025-11-01 09:00"))

    assert ended["not_prolonged_after"] == "2027-02-28"


def test_both_parties_together_still_end_it_earlier(prolonged: Caller, municipality: Caller) -> None:
    for caller in (prolonged, municipality):
        end(caller, "2025-12-01", "2025-12-31")

    assert [in_force(prolonged, day) for day in ("2025-12-31", "2026-01-01")] == ["R2", "R1"]


def test_a_later_declaration_does_not_prolong_what_was_ended_in_time(prolonged: Caller) -> None:
    end(prolonged, "2025-11-01", "2026-02-28")

    assert end(prolonged, "2025-12-15", "2028-01-31")["not_prolonged_after"] == "2028-02-29"

    assert in_force(prolonged, "2026-03-01") == "R1"


def test_the_page_says_until_when_and_by_when_it_can_be_ended(
    services: Services, address: str, prolonged: Caller
) -> None:
    with Browser(base_url=address, timeout=30, verify=TLS) as browser:
        text = browser.sign_in(services, NURSE_A).page("/agreements/1085641/R2").text

    assert "Förlängs med 1 år i taget, om den inte avslutas senast" in text
    assert "till och med 28 februari" in text or "till och med 29 februari" in text


@pytest.mark.parametrize(
    ("old", "new", "path", "what"),
    [
        ("valid_to = 2026-02-28\n", "", "prolongation", "prolongs a version that has no last day"),
        ('"P3M"', '"P2Y"', "prolongation.notice", "is P2Y before 2026-02-28, when the version has not begun"),
        ('"P1Y"', '"P0Y"', "prolongation.period", "is 'P0Y'; write an ISO 8601 duration in one unit"),
    ],
)
def test_a_prolongation_that_could_not_be_counted_is_refused_with_what_to_write(
    region: Caller, old: str, new: str, path: str, what: str
) -> None:
    text = second_text(valid_from="2025-03-15", more=PROLONGED.replace(old, new, 1))

    answer = region.director.act_at("/api/agreements", at("2025-03-14 09:00"), text=text)

    assert f"{path} {what}" in assert_refused(answer, 422, "TEXT_FAULTY")["title"]
