"""A version or a case that this release cannot read stops no other county, no other case, and no other draft."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from domain.authoring.validation import check
from service.bootstrap import Services
from service.database.dsns import Dsns
from service.web.session import COOKIE
from tests.live import DISTRICT_NURSE, NURSE_A, Caller, open_demonstration, serve
from tests.service.calls import assert_ok, assert_refused, publish
from tests.service.test_agreements_over_http import SECOND, open_case, publish_second_version, second_text
from tests.service.test_tampering import LATER_PROGRAM
from tests.web.cases import at, establish_plan

OTHER_COUNTY = "SE2321000001-DSK1"
IN_FORCE = "/api/agreements/in-force"


@pytest.fixture
def region(services: Services, address: str) -> Iterator[Caller]:
    with Caller(services, address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def municipality(services: Services, address: str) -> Iterator[Caller]:
    with Caller(services, address, NURSE_A) as caller:
        yield caller


def overwrite_text(database: Dsns, text: str) -> None:
    """Put another text in the place of the only one that was submitted, under its digest."""
    assert database.owner
    with psycopg.connect(database.owner) as owner:
        owner.execute("ALTER TABLE agreement_text DISABLE TRIGGER append_only")
        owner.execute("ALTER TABLE agreement_text DROP CONSTRAINT agreement_text_check")
        owner.execute("UPDATE agreement_text SET text = %s", (text.encode(),))


def test_a_version_that_was_accepted_before_a_check_was_added_stays_in_force(
    services: Services, region: Caller, municipality: Caller, database: Dsns, tmp_path: Path
) -> None:
    publish_second_version(region, municipality)
    before = services.versions.read_catalogue()
    faulty = second_text().replace('clauses = ["ORE-0-1", "ORE-0-2"]', 'clauses = ["ORE-0-1", "ORE-0-99"]', 1)
    assert [fault.path for fault in check(faulty.encode())] == ["document.clauses"]
    overwrite_text(database, faulty)

    with open_demonstration(database, tmp_path / "again") as again:
        assert [each.ref for each in again.versions.read_catalogue().agreements] == [
            each.ref for each in before.agreements
        ]


def test_a_published_text_that_cannot_be_read_stops_its_own_county_alone(
    services: Services, region: Caller, municipality: Caller, database: Dsns, tmp_path: Path
) -> None:
    publish_second_version(region, municipality)
    open_case(region, services, "2026-02-10T09:00:00+01:00")
    overwrite_text(database, "id = 1")

    with open_demonstration(database, tmp_path / "again") as again, serve(again) as address:
        with Caller(again, address, DISTRICT_NURSE) as own:
            assert_refused(own.get(IN_FORCE), 503, "AGREEMENTS_UNREADABLE")
            own.headers["Cookie"] = f"{COOKIE}={own.headers['Authorization'].split()[1]}"
            page = own.get("/")
            assert page.status_code == 503
            assert "avtal" in page.text
        with Caller(again, address, OTHER_COUNTY) as other:
            assert_ok(other.get(IN_FORCE))
        assert again.clockwork.tick(datetime.fromisoformat(at("2026-03-01 08:00"))) == 0


def test_a_draft_that_cannot_be_read_stops_nobody(
    services: Services, region: Caller, database: Dsns, tmp_path: Path
) -> None:
    assert_ok(region.director.act_at("/api/agreements", "2025-12-01T09:00:00+01:00", text=second_text()))
    overwrite_text(database, "id = 1")

    with (
        open_demonstration(database, tmp_path / "again") as again,
        serve(again) as address,
        Caller(again, address, DISTRICT_NURSE) as own,
    ):
        assert_ok(own.get(IN_FORCE))
        assert_refused(own.get(SECOND), 404, "NOT_FOUND")


def test_a_case_that_cannot_be_read_does_not_stop_what_time_brings_to_others(
    services: Services, region: Caller, municipality: Caller, address: str
) -> None:
    lapsing = second_text(valid_from="2025-03-20").replace(
        "[plans.medical]\n", '[plans.medical]\nlapses = "joint-planning"\n'
    )
    publish(lapsing, region, municipality, at=at("2025-03-15 09:00"))
    with establish_plan(services, address) as case:
        other = open_case(region, services, at("2025-04-02 09:00"))
        assert services.dsns.owner
        with psycopg.connect(services.dsns.owner) as owner:  # its rows are the first that the clockwork meets
            owner.execute(LATER_PROGRAM, (other, "referral.from-a-later-program.v1"))
            owner.execute(
                "UPDATE worklist SET key = 'lapse:' || case_id, due = '2025-01-01' WHERE case_id = %s", (other,)
            )
            owner.execute("UPDATE listing SET version = 'another' WHERE case_id = %s", (other,))

        assert services.clockwork.tick(datetime.fromisoformat(at("2025-04-20 08:00"))) == 1
        assert case.region.get(f"/api/cases/{case.id}/timeline").json()[-1]["topic"] == "care-plan.lapsed.v1"
