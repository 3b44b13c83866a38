"""`kvittens rebuild`: the comparison of the read models with the events."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.bootstrap import open_services
from service.record.rebuild import count_cases
from service.record.rebuild import rebuild as compare
from service.settings import read_settings


def rebuild(
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the rows that differ with the rebuilt ones.")
    ] = False,
    by: Annotated[
        str, typer.Option(help="The name of whoever replaces rows, for the record. Without it: this machine's account.")
    ] = "",
) -> None:
    """Fold every event again and compare the result with the live projections, byte by byte.

    What cannot be read is named, and the rest is compared. Exit status 1 means that they differ, or that the record
    itself has a fault.
    """
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
            comparison = compare(services, replace=replace, by=by, progress=lambda step: bar.advance(task, step))
    console.print(
        f"{comparison.events} events of {comparison.folds} cases folded into "
        + ", ".join(f"{count} {table}" for table, count in comparison.rows.items())
        + "."
    )
    if comparison.is_identical:
        console.print("identical: every row of the live projections follows from the events, byte for byte.")
        return
    for fault in comparison.faults[:20]:
        console.print(f"The record itself: {fault}")
    if not comparison.cases:
        raise typer.Exit(1)
    console.print(f"DIFFERENT in {len(comparison.cases)} cases or ledgers: {dict(comparison.differences)}")
    for case_id in comparison.cases[:20]:
        console.print(f"  {case_id}")
    console.print(
        "The differing rows were replaced." if replace else "Run again with --replace to replace the differing rows."
    )
    raise typer.Exit(1)
