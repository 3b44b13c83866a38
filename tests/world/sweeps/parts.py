"""The parts in which a large record is swept. Each part is served and asked in a process of its own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random

import httpx

from service.bootstrap import open_services
from service.commands.demonstration import read_demonstration_settings
from tests.live import serve
from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.scene import Scene, Tally

PART = 200
"""The most cases in one part of the record."""

Tallies = Mapping[str, Tally]
"""The tally of each sweep, by its name."""


@contextmanager
def open_scene(part: str) -> Iterator[Scene]:
    """Serve the world, and open its scene with the chances of one part of the record."""
    chance = None if os.environ.get("SAMPLE") == "all" else Random(f"{os.environ.get('SEED', '1')} {part}")
    with open_services(read_demonstration_settings()) as services, serve(services) as address:
        scene = Scene(services, address, chance)
        yield scene
        scene.close()


def sweep_record(which: int) -> Tallies:
    """Run one sweep of the whole record, by its place among them."""
    sweep, tally = RECORD_SWEEPS[which], Tally()
    with open_scene("record") as scene:
        sweep(scene, tally)
    return {sweep.__name__: tally}


def sweep_part(part: int, parts: int) -> Tallies:
    """Sweep the cases of one part of so many."""
    tallies = {sweep.__name__: Tally() for sweep in CASE_SWEEPS}
    with open_scene(str(part)) as scene:
        for case in scene.cases()[part::parts]:
            for sweep in CASE_SWEEPS:
                try:
                    sweep(scene, case, tallies[sweep.__name__])
                except httpx.TransportError as error:
                    tallies[sweep.__name__].check(case, "every request is answered", False, repr(error))
    return tallies
