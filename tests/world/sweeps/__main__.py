"""The command `python -m tests.world.sweeps`: every sweep over the world in KVITTENS_DATA, on every core at once."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
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
    """Run every sweep, show what is found as soon as it is, and return the exit status: 1 if anything was found."""
    console = Console()
    tallies = {sweep.__name__: Tally() for sweep in (*RECORD_SWEEPS, *CASE_SWEEPS)}
    with open_scene("all") as scene, ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        parts = -(-len(scene.cases()) // PART)
        tasks = [pool.submit(sweep_record, which) for which in range(len(RECORD_SWEEPS))]
        tasks += [pool.submit(sweep_part, part, parts) for part in range(parts)]
        for task in track(as_completed(tasks), "Sweeping", total=len(tasks), console=console):
            for name, tally in task.result().items():
                _show(console, name, tally.found, tallies[name].kinds())
                tallies[name].add(tally)
    for name, tally in tallies.items():
        console.print(
            f"{name}: {len(tally.cases)} cases, {tally.moments} moments, {tally.compared} comparisons,"
            f" {len(tally.found)} found"
        )
        for claim, count in tally.kinds().items():
            console.print(f"  {count} times not so: {claim}")
    return int(any(tally.found for tally in tallies.values()))


def _show(console: Console, name: str, found: Sequence[str], before: Counter[str]) -> None:
    """Show the first findings of each kind."""
    for one in found:
        claim = one.split(": ")[1]
        before[claim] += 1
        if before[claim] <= SHOWN:
            console.print(f"{name}: {one}", soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
