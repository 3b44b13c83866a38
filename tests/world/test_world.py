"""The made-up world: grown by legal acts, the same each time, and with something of everything."""

from collections.abc import Iterable
from typing import Any, LiteralString

import pytest

from domain.agreements.model import DisputeSubject
from domain.case.events.enrolment import (
    Discharged,
    EnrolmentEndedByDeath,
    EnrolmentEndedByMove,
    EnrolmentRefused,
    EnrolmentWithdrawn,
)
from domain.directory import Directory
from domain.kernel import Role
from domain.person import find_number_fault
from service.record.event_classes import EVENT_CLASSES
from service.record.rebuild import rebuild
from tests.live import TLS, Caller
from tests.web.conftest import Browser
from tests.world.conftest import GrownWorld
from world.counties import OREBRO, STORSKOG
from world.persons import TEST_SERIES


def select(world: GrownWorld, sql: LiteralString) -> set[Any]:
    """Return the first column of a query."""
    with world.services.pool.connection() as connection:
        return {row[0] for row in connection.execute(sql).fetchall()}


def assert_all(wanted: Iterable[Any], found: set[Any]) -> None:
    """Check that everything is found, and name what is not."""
    assert sorted(set(wanted) - found) == []


def test_every_row_of_the_world_follows_from_its_events(world: GrownWorld) -> None:
    comparison = rebuild(world.services, replace=False, progress=lambda _: None)

    assert comparison.is_identical, comparison.differences


def test_every_event_has_happened(world: GrownWorld) -> None:
    topics = select(world, "SELECT DISTINCT topic FROM kvittens_events")

    assert_all((event.TOPIC for event in EVENT_CLASSES), topics)


def test_every_track_and_plan_of_every_agreement_is_used(world: GrownWorld) -> None:
    used = select(
        world,
        "SELECT DISTINCT county || ' ' || coalesce(body->>'track', body->>'kind') FROM ("
        " SELECT county, convert_from(state, 'UTF8')::json AS body FROM kvittens_events"
        " WHERE topic IN ('referral.need-raised.v1', 'care-plan.initiated.v1')) AS opened",
    )
    used = {entry.replace(STORSKOG, OREBRO) for entry in used}  # both have one text
    agreements = [found for found in world.services.catalogue.agreements if found.county != STORSKOG]

    assert_all((f"{agreement.county} {track.id}" for agreement in agreements for track in agreement.tracks), used)
    assert_all((f"{agreement.county} {plan}" for agreement in agreements for plan in agreement.plans), used)


def test_the_parties_have_disagreed_on_every_subject(world: GrownWorld) -> None:
    subjects = select(
        world,
        "SELECT DISTINCT convert_from(state, 'UTF8')::json->>'subject' FROM kvittens_events"
        " WHERE topic = 'disagreement.raised.v1'",
    )

    assert_all(set(DisputeSubject) - {DisputeSubject.INVOICE}, subjects)


@pytest.mark.parametrize(
    "ending", [Discharged, EnrolmentEndedByDeath, EnrolmentEndedByMove, EnrolmentRefused, EnrolmentWithdrawn]
)
def test_an_enrolment_has_ended_in_every_way(world: GrownWorld, ending: type[Any]) -> None:
    assert ending.TOPIC in select(world, "SELECT DISTINCT topic FROM kvittens_events")


def test_every_person_has_a_number_of_the_test_series(world: GrownWorld) -> None:
    with world.services.pool.connection() as connection:
        numbers = connection.execute("SELECT system, value FROM person").fetchall()

    assert [find_number_fault(system, value) for system, value in numbers] == [None] * len(numbers)
    assert {int(value[8:11]) for _, value in numbers} <= set(TEST_SERIES)


def test_positions_follow_the_clock(world: GrownWorld) -> None:
    with world.services.pool.connection() as connection:
        rows = connection.execute("SELECT recorded_at FROM kvittens_events ORDER BY notification_id").fetchall()

    times = [at for (at,) in rows]
    assert times == sorted(times)
    assert times[-1] <= world.world.ends


def test_the_world_is_served_with_its_own_counties(world: GrownWorld) -> None:
    with Caller(world.services, world.address, "SE2321000005-SSK1") as nurse:
        assert nurse.get("/api/cases").json()


def test_every_case_has_a_page(world: GrownWorld) -> None:
    services = world.services
    principals = {each.id for directory in services.directories.values() for each in directory.principals}
    statuses: dict[tuple[str, str], int] = {}
    for principal in sorted(principals):
        member = find_member(services.directories.values(), principal)
        with (
            Caller(services, world.address, member) as caller,
            Browser(base_url=world.address, timeout=30, verify=TLS) as browser,
        ):
            browser.sign_in(services, member)
            paths = ["/", *(f"/cases/{case['case']}" for case in caller.get("/api/cases").json()[::2])]
            statuses |= {(principal, path): browser.get(path).status_code for path in paths}

    assert {page: status for page, status in statuses.items() if status != 200} == {}
    assert len(statuses) > len(world.cases) / 2


def find_member(directories: Iterable[Directory], principal: str) -> str:
    """Find a member of a principal's staff who reads cases."""
    return next(
        assignment.person
        for directory in directories
        for assignment in directory.assignments
        if assignment.role is Role.NURSE
        and (actor := directory.actor(assignment.person, assignment.unit)) is not None
        and actor.principal == principal
    )
