"""The sweeps on the small world: what holds for every case, each party and a stranger, at many moments."""

import pytest

from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.scene import CaseSweep, RecordSweep, Scene, Tally


@pytest.mark.parametrize("sweep", CASE_SWEEPS, ids=lambda sweep: sweep.__name__)
def test_a_sweep_of_every_case_finds_nothing(scene: Scene, sweep: CaseSweep) -> None:
    tally = Tally()
    for case in scene.cases():
        scene.sweep_case(sweep, case, tally)

    assert tally.compared
    assert tally.found == [], tally.kinds()


@pytest.mark.parametrize("sweep", RECORD_SWEEPS, ids=lambda sweep: sweep.__name__)
def test_a_sweep_of_the_record_finds_nothing(scene: Scene, sweep: RecordSweep) -> None:
    tally = Tally()
    scene.sweep_record(sweep, tally)

    assert tally.compared
    assert tally.found == [], tally.kinds()
