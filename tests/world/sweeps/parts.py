"""The parts in which a large record is swept. Each part is served and asked in a process of its own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx

from service.bootstrap import open_services
from service.commands.demonstration import read_demonstration_settings
from tests.live import serve
from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.scene import Scene, Tally

PART = 60
"""The most cases in one part of the record."""

Tallies = Mapping[str, Tally]
"""The tally of each sweep, by its name."""


@contextmanager
def open_scene() -> Iterator[Scene]:
    """Serve the world, and open its scene."""
    seed = None if os.environ.get("SAMPLE") == "all" else os.environ.get("SEED", "1")
    with open_services(read_demonstration_settings()) as services, serve(services) as address:
        scene = Scene(services, address, seed)
        yield scene
        scene.close()


def sweep_record(which: int) -> Tallies:
    """Run one sweep of the whole record, by its place among them."""
    sweep, tally = RECORD_SWEEPS[which], Tally()
    with open_scene() as scene:
        scene.sweep_record(sweep, tally)
    return {sweep.__name__: tally}


def sweep_part(part: int, parts: int) -> Tallies:
    """Sweep the cases of one part of so many."""
    tallies = {sweep.__name__: Tally() for sweep in CASE_SWEEPS}
    with open_scene() as scene:
        for case in scene.cases()[part::parts]:
            for sweep in CASE_SWEEPS:
                try:
                    scene.sweep_case(sweep, case, tallies[sweep.__name__])
                except httpx.TransportError as error:
                    tallies[sweep.__name__].check(case, "every request is answered", False, repr(error))
    return tallies
