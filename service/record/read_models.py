"""The read models' rows: written in the transaction of the act, and compared when the record is folded anew."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import tuple_row

from domain.case.state.case import Case
from domain.kernel import Aggregate, Event, Value
from domain.ledgers.kind import LedgerKind
from projections import timeline
from projections.resources import Rendered, readers
from projections.responsibility import Intervals
from projections.timeline import Entry
from projections.view import View
from projections.worklist import Item
from service.record.event_store.committer import Statement

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
"""Rows by table, in the order of COLUMNS."""

COLUMNS: Mapping[LiteralString, tuple[LiteralString, ...]] = {
    "resource_version": ("resource_type", "resource_id", "version", "county", "case_id", "recorded_at", "body"),
    "resource": ("resource_type", "resource_id", "version", "county", "case_id", "recorded_at", "readers"),
    "search_value": ("resource_type", "resource_id", "case_id", "parameter", "system", "value"),
    "responsibility": (
        "case_id",
        "county",
        "intervention",
        "valid_from",
        "valid_to",
        "treatment",
        "performer",
        "body",
    ),
    "timeline": ("case_id", "ordinal", "body"),
    "worklist": ("case_id", "county", "principal", "key", "since", "due", "body"),
    "ledger": ("case_id", "county", "kind", "version", "readers", "body"),
}

REPLACED: tuple[LiteralString, ...] = ("responsibility", "worklist")
"""The tables of which an act writes the whole case anew; it adds to the others."""


def dump(value: Value) -> bytes:
    """A read model's value as stored: the same bytes for the same value."""
    return orjson.dumps(value.model_dump(mode="json"))


def version_rows(case: Case, versions: Sequence[Rendered]) -> list[Row]:
    """Rows of resource_version."""
    return [
        (one.resource_type, one.resource_id, one.version, case.county, case.id, one.recorded_at, one.body)
        for one in versions
    ]


def resource_rows(case: Case, current: Sequence[Rendered]) -> list[Row]:
    """Rows of resource."""
    allowed = list(readers(case))
    return [
        (one.resource_type, one.resource_id, one.version, case.county, case.id, one.recorded_at, allowed)
        for one in current
    ]


def search_rows(case: Case, current: Sequence[Rendered]) -> list[Row]:
    """Rows of search_value."""
    return [
        (one.resource_type, one.resource_id, case.id, parameter, system, value)
        for one in current
        for parameter, system, value in one.search_values
    ]


def responsibility_rows(case: Case, intervals: Intervals) -> list[Row]:
    """Rows of responsibility."""
    return [
        (
            case.id,
            case.county,
            one.intervention,
            one.valid_from,
            one.valid_to,
            one.treatment,
            one.performer,
            dump(one),
        )
        for one in intervals
    ]


def timeline_rows(case_id: UUID, entries: Sequence[Entry]) -> list[Row]:
    """Rows of timeline."""
    return [(case_id, entry.ordinal, dump(entry)) for entry in entries]


def worklist_rows(case: Case, items: Sequence[Item]) -> list[Row]:
    """Rows of worklist."""
    return [(case.id, case.county, one.principal, one.key, one.since, one.due, dump(one)) for one in items]


def statements(view: View) -> list[Statement]:
    """What an act writes: its new versions and entries, and the case's other rows anew."""
    case, changed = view.standing.case, view.versions
    rows: Rows = {
        "resource_version": version_rows(case, changed),
        "search_value": search_rows(case, changed),
        "responsibility": responsibility_rows(case, view.standing.intervals),
        "timeline": timeline_rows(case.id, view.entries),
        "worklist": worklist_rows(case, view.items),
    }
    keys = [(one.resource_type, one.resource_id) for one in changed]
    written: list[Statement] = [(f"DELETE FROM {table} WHERE case_id = %s", (case.id,)) for table in REPLACED]
    written.append(("DELETE FROM search_value WHERE resource_type = %s AND resource_id = %s", list(keys)))
    written += [(_insert(table), list(rows[table])) for table in COLUMNS if rows.get(table)]
    written.append((_UPSERT, list(resource_rows(case, changed))))
    written.append(("UPDATE resource SET readers = %s WHERE case_id = %s AND readers <> %s", _allowed(case)))
    return written


def _allowed(case: Case) -> Row:
    allowed = list(readers(case))
    return (allowed, case.id, allowed)


def _insert(table: LiteralString) -> LiteralString:
    columns = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


_UPSERT: LiteralString = (
    _insert("resource") + " ON CONFLICT (resource_type, resource_id) DO UPDATE SET version = excluded.version,"
    " recorded_at = excluded.recorded_at, readers = excluded.readers"
)


def of_history(views: Sequence[View]) -> Rows:
    """Every row of a case, from the views after each of its acts."""
    last = views[-1]
    case = last.standing.case
    current = list(last.current.values())
    return no_rows() | {
        "resource_version": [row for view in views for row in version_rows(case, view.versions)],
        "resource": resource_rows(case, current),
        "search_value": search_rows(case, current),
        "responsibility": responsibility_rows(case, last.standing.intervals),
        "timeline": [row for view in views for row in timeline_rows(case.id, view.entries)],
        "worklist": worklist_rows(case, last.items),
    }


def no_rows() -> Rows:
    """Every table, with nothing in it."""
    return {table: [] for table in COLUMNS}


def ledger_row(kind: LedgerKind, county: str, state: Aggregate) -> Row:
    """The row of ledger."""
    return (state.id, county, kind.name, state.version, list(kind.readers(state)), dump(state))


def ledger_statements(kind: LedgerKind, county: str, state: Aggregate, entries: Sequence[Entry]) -> list[Statement]:
    """What an act on a ledger writes: its state anew, and its new entries."""
    return [
        (_LEDGER, ledger_row(kind, county, state)),
        (_insert("timeline"), list(timeline_rows(state.id, entries))),
    ]


_LEDGER: LiteralString = (
    _insert("ledger") + " ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, readers = excluded.readers,"
    " body = excluded.body"
)


def of_ledger(kind: LedgerKind, history: Sequence[Event]) -> Rows:
    """Every row of a ledger, from its whole history."""
    state = kind.fold(history)
    return no_rows() | {
        "ledger": [ledger_row(kind, history[0].actor.county, state)],
        "timeline": timeline_rows(state.id, timeline.entries(0, history)),
    }


def stored(connection: Connection[Any], case_id: UUID) -> Rows:
    """Every row of a case as it stands in the database."""
    rows: Rows = {}
    for table, columns in COLUMNS.items():
        query: LiteralString = f"SELECT {', '.join(columns)} FROM {table} WHERE case_id = %s"
        with connection.cursor(row_factory=tuple_row) as cursor:
            rows[table] = cursor.execute(query, (case_id,)).fetchall()
    return rows


def replace(connection: Connection[Any], case_id: UUID, rows: Rows) -> None:
    """Put a case's rows in the place of what stands there; needs the owner's rights."""
    for table in COLUMNS:
        query: LiteralString = f"DELETE FROM {table} WHERE case_id = %s"
        connection.execute(query, (case_id,))
        with connection.cursor() as cursor:
            cursor.executemany(_insert(table), rows[table])
