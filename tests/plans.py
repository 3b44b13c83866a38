"""The plans by which PostgreSQL really ran the statements of a database, as its own auto_explain writes them down."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any, LiteralString
from uuid import uuid4

import psycopg
from psycopg import sql

PATIENCE = 20.0
_SETTINGS: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("session_preload_libraries", "auto_explain"),
    ("auto_explain.log_analyze", "on"),
    ("auto_explain.log_timing", "off"),
    ("auto_explain.log_format", "json"),
    ("auto_explain.log_min_duration", "0"),
    ("auto_explain.log_parameter_max_length", "0"),
)
_PLAN = re.compile(r"plan:\n((?:\t.*\n)+)")


@dataclass(frozen=True)
class Scan:
    """A scan of a table or an index, with the rows that it visited, on average, each time it was repeated."""

    kind: str
    of: str
    rows: float


@dataclass(frozen=True)
class StatementRun:
    """A statement that ran, with the scans of its plan."""

    text: str
    scans: tuple[Scan, ...]


@contextmanager
def record_statements(superuser_dsn: str, database: str) -> Iterator[list[StatementRun]]:
    """Yield a list that holds the statements of the block when it ends, but for those of connections opened before."""
    runs: list[StatementRun] = []
    with psycopg.connect(superuser_dsn, autocommit=True) as server:
        for name, value in _SETTINGS:
            server.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(sql.Identifier(database), sql.SQL(name), value)
            )
        start = _write_mark(server)
        yield runs
        end = _write_mark(server)
        server.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(sql.Identifier(database)))
        runs += _read_runs(_read_log(server, start, end))


def _write_mark(server: psycopg.Connection) -> str:
    """Write a line to the server's log that can be found there, and return it."""
    mark = f"mark {uuid4()}"
    server.execute(sql.SQL("DO $$ BEGIN RAISE LOG {}; END $$").format(sql.Literal(mark)))
    return mark


def _read_log(server: psycopg.Connection, start: str, end: str) -> str:
    """Return the log between two marks. The server may write it a little later."""
    give_up_at = monotonic() + PATIENCE
    while monotonic() < give_up_at:
        row = server.execute("SELECT string_agg(pg_read_file('log/' || name), '') FROM pg_ls_logdir()").fetchone()
        assert row is not None
        _, _, log = row[0].partition(start)
        if end in log:
            return str(log.partition(end)[0])
    raise TimeoutError("the server has not written its log")


def _read_runs(log: str) -> Iterator[StatementRun]:
    for found in _PLAN.finditer(log):
        plan = json.loads(found[1].replace("\n\t", "\n"))
        yield StatementRun(" ".join(plan["Query Text"].split()), tuple(_find_scans(plan["Plan"])))


def _find_scans(plan: dict[str, Any]) -> Iterator[Scan]:
    for node in _walk(plan):
        of = node.get("Index Name") or node.get("Relation Name")
        if of is not None and node["Node Type"] != "ModifyTable":
            removed = sum(rows for name, rows in node.items() if name.startswith("Rows Removed"))
            yield Scan(node["Node Type"], of, node["Actual Rows"] + removed)


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _walk(inner)
