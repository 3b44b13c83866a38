"""The command `python -m tests.world.sweeps`: every sweep over the world in KVITTENS_DATA, on every core at once."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context

from rich.console import Console
from rich.progress import track

from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.parts import PART, open_scene, sweep_part, sweep_record
from tests.world.sweeps.scene import Tally

SHOWN = 3
"""The number of findings of each kind that are shown."""


def main() -> int:
    """Run every sweep, and return the exit status: 1 if anything was found."""
    console = Console()
    tallies = {sweep.__name__: Tally() for sweep in (*RECORD_SWEEPS, *CASE_SWEEPS)}
    with open_scene("all") as scene, ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        parts = -(-len(scene.cases()) // PART)
        tasks = [pool.submit(sweep_record), *(pool.submit(sweep_part, part, parts) for part in range(parts))]
        for task in track(as_completed(tasks), "Sweeping", total=len(tasks), console=console):
            for name, tally in task.result().items():
                tallies[name].add(tally)
    for name, tally in tallies.items():
        _print(console, name, tally)
    return int(any(tally.found for tally in tallies.values()))


def _print(console: Console, name: str, tally: Tally) -> None:
    console.print(
        f"{name}: {len(tally.cases)} cases, {tally.moments} moments, {tally.compared} comparisons,"
        f" {len(tally.found)} found"
    )
    for claim, count in tally.kinds().items():
        console.print(f"  {count} times not so: {claim}")
        shown = [found for found in tally.found if f": {claim}: " in found][:SHOWN]
        for found in shown:
            console.print(f"    {found}", soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
