"""The parts in which a large record is swept. Each process serves the record to itself, and sweeps its parts in order.

What a sweep asks in a case can depend on the kinds of things that it has met. Each part is therefore given to one
process from the start, so that the same seed on as many processors asks the same. A kind that one part has met is not
new in the next part of its process.
"""

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache

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


_OPENED = ExitStack()


@cache
def _open_own_scene() -> Scene:
    """Open the scene of this process, once. As in `kvittens serve`, what stays is not looked through again."""
    scene = _OPENED.enter_context(open_scene())
    gc.freeze()
    return scene


def close_own_scene() -> None:
    """Close the scene of this process. It sweeps nothing more."""
    _OPENED.close()


def sweep_record(which: int) -> Tallies:
    """Run one sweep of the whole record, by its place among them."""
    sweep, tally = RECORD_SWEEPS[which], Tally()
    _open_own_scene().sweep_record(sweep, tally)
    return {sweep.__name__: tally}


def sweep_part(part: int, parts: int) -> Tallies:
    """Sweep the cases of one part of so many."""
    scene = _open_own_scene()
    tallies = {sweep.__name__: Tally() for sweep in CASE_SWEEPS}
    for case in scene.cases()[part::parts]:
        for sweep in CASE_SWEEPS:
            try:
                scene.sweep_case(sweep, case, tallies[sweep.__name__])
            except httpx.TransportError as error:
                tallies[sweep.__name__].check(case, "every request is answered", False, repr(error))
    return tallies
