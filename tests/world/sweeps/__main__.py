"""The command `python -m tests.world.sweeps`: every sweep over a copy of the world in KVITTENS_DATA, on every core.

The sweeps try acts that are refused, and the record keeps refusals: the world itself stays as it is.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context

from psycopg.errors import ObjectInUse
from rich.console import Console
from rich.progress import track

from service.commands.demonstration import read_demonstration_settings
from service.database.embedded import DATABASE, EmbeddedPostgres
from tests.world.sweeps import CASE_SWEEPS, RECORD_SWEEPS
from tests.world.sweeps.parts import PART, close_own_scene, open_scene, sweep_part, sweep_record
from tests.world.sweeps.scene import Tally

SHOWN = 3
"""The number of findings of each kind that are shown."""


def main() -> int:
    """Run every sweep, show what is found as soon as it is, and return the exit status: 1 if anything was found."""
    console = Console()
    tallies = {sweep.__name__: Tally() for sweep in (*RECORD_SWEEPS, *CASE_SWEEPS)}
    cores = os.cpu_count() or 1
    with _use_copy(), open_scene() as scene, _start_processes(cores) as processes:
        parts = cores * -(-len(scene.cases()) // (cores * PART))  # each core has as many
        tasks = [processes[which % cores].submit(sweep_record, which) for which in range(len(RECORD_SWEEPS))]
        tasks += [processes[part % cores].submit(sweep_part, part, parts) for part in range(parts)]
        for task in track(as_completed(tasks), "Sweeping", total=len(tasks), console=console):
            for name, tally in task.result().items():
                _show(console, name, tally.found, tallies[name].kinds())
                tallies[name].add(tally)
    found = sum(len(tally.found) for tally in tallies.values())
    for name, tally in tallies.items():
        console.print(
            f"{name}: {len(tally.cases)} cases, {tally.moments} moments, {tally.compared} comparisons,"
            f" {len(tally.found)} found"
        )
        for claim, count in tally.kinds().items():
            console.print(f"  {count} times not so: {claim}")
    compared = sum(tally.compared for tally in tallies.values())
    verdict = "all agree" if not found else f"{found} do not agree, see above"
    console.print(f"{compared} comparisons of what the world answers: {verdict}")
    return int(found > 0)


@contextmanager
def _start_processes(count: int) -> Iterator[Sequence[ProcessPoolExecutor]]:
    """Start processes that do what each is given in order, and close their scenes at the end."""
    with ExitStack() as started:
        processes = [started.enter_context(ProcessPoolExecutor(1, get_context("spawn"))) for _ in range(count)]
        yield processes
        for ended in [process.submit(close_own_scene) for process in processes]:
            ended.result()


@contextmanager
def _use_copy() -> Iterator[None]:
    """Let every part be served from a copy of the world's database, which is removed at the end."""
    name = f"swept_{os.getpid()}"
    with EmbeddedPostgres(read_demonstration_settings().data) as server:
        try:
            copy = server.create_database(name, template=DATABASE)
        except ObjectInUse:
            sys.exit("The world is in use. Stop its server (make run WORLD=...) and try again.")
        os.environ |= {"KVITTENS_DATABASE_URL": copy.service, "KVITTENS_OWNER_DATABASE_URL": copy.owner or ""}
        try:
            yield
        finally:
            server.drop_database(name)


def _show(console: Console, name: str, found: Sequence[str], before: Counter[str]) -> None:
    """Show the first findings of each kind."""
    for one in found:
        claim = one.split(": ")[1]
        before[claim] += 1
        if before[claim] <= SHOWN:
            console.print(f"{name}: {one}", soft_wrap=True, markup=False, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
