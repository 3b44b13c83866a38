"""The measurements as a table and as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measurement with its unit, and the plainer value with the ratio to it, if there is one."""

    name: str
    value: float
    unit: str
    against: str = ""
    plain: float | None = None
    ratio: float | None = None
    p99_ms: float | None = None
    aim: str = ""
    holds: bool | None = None


def print_table(console: Console, rows: list[Row]) -> None:
    """Print the rows as a table."""
    table = Table(title="Medians of interleaved rounds; a ratio is taken within a round")
    for heading in ("Measured", "Kvittens", "p99", "Against", "Ratio", "Aim", "Holds"):
        table.add_column(heading, justify="left" if heading in {"Measured", "Against"} else "right")
    for row in rows:
        against = f"{row.against} {_format(row.plain)}" if row.plain is not None else ""
        table.add_row(
            row.name,
            f"{_format(row.value)} {row.unit}",
            "" if row.p99_ms is None else f"{row.p99_ms:.1f} ms",
            against,
            "" if row.ratio is None else f"{row.ratio:.2f}",
            row.aim,
            "" if row.holds is None else "[green]yes[/]" if row.holds else "[bold red]no[/]",
        )
    console.print(table)


def write_json(path: Path, rows: list[Row], machine: Mapping[str, object]) -> None:
    """Write the rows and the machine as JSON, with the ratios by name."""
    ratios = {row.name: row.ratio for row in rows if row.ratio is not None}
    raw = [dict(row.__dict__) for row in rows]
    path.write_text(json.dumps({"machine": machine, "ratios": ratios, "raw": raw}, indent=2) + "\n")


def _format(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
