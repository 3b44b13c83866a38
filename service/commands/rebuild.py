"""`kvittens rebuild`: fold the record anew, and say whether it is what stands."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.bootstrap import open_services
from service.record.rebuild import count_cases
from service.record.rebuild import rebuild as fold_anew
from service.settings import read_settings


def rebuild(
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the rebuilt rows in the place of differing ones.")
    ] = False,
) -> None:
    """Fold every event anew and compare with the live projections, byte by byte. Exit status 1 when they differ."""
    console = Console()
    with open_services(read_settings()) as services:
        bar = Progress(
            TextColumn("Folding"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cases"),
            TimeRemainingColumn(),
            console=console,
        )
        with bar:
            task = bar.add_task("cases", total=count_cases(services))
            found = fold_anew(services, replacing=replace, progress=lambda step: bar.advance(task, step))
    console.print(
        f"{found.events} events of {found.folded} cases folded into "
        + ", ".join(f"{count} {table}" for table, count in found.rows.items())
        + "."
    )
    if found.identical:
        console.print("identical: every row of the live projections is what the record says, byte for byte.")
        return
    console.print(f"DIFFERENT in {len(found.cases)} cases or ledgers: {dict(found.differing)}")
    for case_id in found.cases[:20]:
        console.print(f"  {case_id}")
    console.print(
        "The differing rows were replaced." if replace else "Run again with --replace to put the right rows in place."
    )
    raise typer.Exit(1)
