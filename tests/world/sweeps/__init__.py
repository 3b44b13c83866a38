"""Sweeps over a grown record: what must hold for every case, each party and a stranger, at many moments.

Each sweep compares what users get over HTTP. `make sweep SIZE=M` runs them all on a world; `make test` runs them on S.
"""

from collections.abc import Callable

from tests.world.sweeps.answers import sweep_answers, sweep_lists
from tests.world.sweeps.duties import sweep_duties
from tests.world.sweeps.faces import sweep_faces
from tests.world.sweeps.refusals import sweep_refusals
from tests.world.sweeps.resources import sweep_resources
from tests.world.sweeps.responsible import sweep_responsibility
from tests.world.sweeps.scene import Scene, Sweep, Tally
from tests.world.sweeps.sums import sweep_sums

CASE_SWEEPS: tuple[Sweep, ...] = (
    sweep_answers,
    sweep_faces,
    sweep_responsibility,
    sweep_resources,
    sweep_duties,
    sweep_refusals,
)
"""The sweeps of one case at a time."""
RECORD_SWEEPS: tuple[Callable[[Scene, Tally], None], ...] = (sweep_lists, sweep_sums)
"""The sweeps of the whole record."""
