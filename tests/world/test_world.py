"""The made-up world: grown by legal acts, the same each time, and served as any record is."""

from service.record.rebuild import rebuild
from tests.live import Caller
from tests.world.conftest import GrownWorld


def test_every_row_of_the_world_follows_from_its_events(world: GrownWorld) -> None:
    comparison = rebuild(world.services, replace=False, progress=lambda _: None)

    assert comparison.is_identical, comparison.differences


def test_the_world_is_served_with_its_own_counties(world: GrownWorld) -> None:
    with Caller(world.services, world.address, "SE2321000005-SSK1") as nurse:
        assert nurse.get("/api/cases").json()
