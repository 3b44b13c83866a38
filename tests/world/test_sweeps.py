"""The sweeps on the small world: what holds for every case, each party and a stranger, at many moments."""

from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.world.conftest import GrownWorld
from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.scene import Scene, Sweep, Tally


@pytest.fixture(scope="module")
def scene(world: GrownWorld) -> Iterator[Scene]:
    """The world with its callers, and moments chosen by a fixed seed."""
    scene = Scene(world.services, world.address, Random(1))
    yield scene
    scene.close()


@pytest.mark.parametrize("sweep", CASE_SWEEPS, ids=lambda sweep: sweep.__name__)
def test_a_sweep_of_every_case_finds_nothing(scene: Scene, sweep: Sweep) -> None:
    tally = Tally()
    for case in scene.cases():
        sweep(scene, case, tally)

    assert tally.compared
    assert tally.found == [], tally.kinds()


@pytest.mark.parametrize("sweep", RECORD_SWEEPS, ids=lambda sweep: sweep.__name__)
def test_a_sweep_of_the_record_finds_nothing(scene: Scene, sweep: Callable[[Scene, Tally], None]) -> None:
    tally = Tally()
    sweep(scene, tally)

    assert tally.compared
    assert tally.found == [], tally.kinds()
