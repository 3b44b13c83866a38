"""The command `python -m tests.world.sweeps`: every sweep over the world in KVITTENS_DATA, served in this process."""

import os
import sys
from random import Random

from rich.console import Console
from rich.progress import track

from service.bootstrap import open_services
from service.commands.demonstration import read_demonstration_settings
from tests.live import serve
from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.scene import Scene, Tally

SHOWN = 3
"""The number of findings of each kind that are shown."""


def main() -> int:
    """Run every sweep, and return the exit status: 1 if anything was found."""
    console = Console()
    chance = None if os.environ.get("SAMPLE") == "all" else Random(int(os.environ.get("SEED", "1")))
    tallies = {sweep.__name__: Tally() for sweep in (*CASE_SWEEPS, *RECORD_SWEEPS)}
    with open_services(read_demonstration_settings()) as services, serve(services) as address:
        scene = Scene(services, address, chance)
        for record_sweep in RECORD_SWEEPS:
            record_sweep(scene, tallies[record_sweep.__name__])
        for case in track(scene.cases(), "Sweeping", console=console):
            for sweep in CASE_SWEEPS:
                sweep(scene, case, tallies[sweep.__name__])
        scene.close()
    for name, tally in tallies.items():
        console.print(
            f"{name}: {len(tally.cases)} cases, {tally.moments} moments, {tally.compared} comparisons,"
            f" {len(tally.found)} found"
        )
        for claim, count in tally.kinds().items():
            console.print(f"  {count} times not so: {claim}")
            shown = [found for found in tally.found if f": {claim}: " in found][:SHOWN]
            for found in shown:
                console.print(f"    {found}", soft_wrap=True, markup=False, highlight=False)
    return int(any(tally.found for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
