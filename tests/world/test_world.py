"""The made-up world: grown by legal acts, the same each time, and with something of everything."""

from collections.abc import Iterable
from typing import Any, LiteralString

from domain.agreements.model import DisputeSubject
from domain.person import find_number_fault
from service.record.event_classes import EVENT_CLASSES
from tests.live import Caller
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
