"""The rows of the read models, written in the transaction of each act and compared by a rebuild."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import tuple_row

from domain.agreements.model import Agreement
from domain.case.rules.second_request import find_open_request
from domain.case.state.case import Case
from domain.kernel import Aggregate, AgreementRef, Event, HsaId, Value
from domain.ledger_kind import LedgerKind
from fhir_profiles.task import past_tasks
from projections import timeline
from projections.case import CaseAfterAct, CaseHistory
from projections.delegations import list_delegations
from projections.discharge_notices import list_notice_days
from projections.resources import ResourceVersion
from projections.responsibility import Intervals
from projections.summary import summarise
from projections.timeline import TimelineEntry
from projections.worklist.items import WorklistItem, list_items
from service.record.event_store.committer import Statement

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
"""The rows by table. A row's values have the order of COLUMNS."""

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
        "follows",
        "body",
    ),
    "timeline": ("case_id", "ordinal", "body"),
    "worklist": ("case_id", "county", "principal", "key", "priority", "since", "due", "due_at", "awaited_by", "body"),
    "listing": ("case_id", "county", "municipality", "agreement", "version", "subordinate"),
    "delegation": ("case_id", "county", "principal", "since", "ends", "body"),
    "open_request": ("case_id", "county", "patient_id", "principals", "body"),
    "discharge_notice": ("case_id", "county", "municipality", "first_day", "last_day"),
    "case_summary": ("case_id", "body"),
    "ledger": ("case_id", "county", "kind", "version", "readers", "opened_at", "over", "body"),
}

REPLACED: tuple[LiteralString, ...] = (
    *("responsibility", "worklist", "listing", "delegation", "open_request", "discharge_notice"),
    "case_summary",
)
"""The tables in which an act replaces all rows of its case. In the other tables it adds rows."""


def dump(value: Value) -> bytes:
    """Return a read model's value as its stored bytes. The same value always gives the same bytes."""
    return orjson.dumps(value.model_dump(mode="json"))


def version_rows(case: Case, versions: Sequence[ResourceVersion]) -> list[Row]:
    """Return the rows of resource_version."""
    return [(*_shared_columns(case, resource), resource.body) for resource in versions]


def resource_rows(case: Case, current: Sequence[ResourceVersion]) -> list[Row]:
    """Return the rows of resource."""
    kept, principals = _list_past_readers(case), list(case.readers)
    return [(*_shared_columns(case, resource), kept.get(resource.resource_id, principals)) for resource in current]


def _list_past_readers(case: Case) -> dict[str, list[str]]:
    """List who may read the Task of each receiver that has the request no more: that receiver as well."""
    return {str(id): list(dict.fromkeys((*case.readers, left.receiver))) for id, left in past_tasks(case).items()}


def _shared_columns(case: Case, resource: ResourceVersion) -> Row:
    """Return the columns that resource_version and resource have in common."""
    return (
        resource.resource_type,
        resource.resource_id,
        resource.version,
        case.county,
        case.id,
        resource.recorded_at,
    )


def search_rows(case: Case, current: Sequence[ResourceVersion]) -> list[Row]:
    """Return the rows of search_value."""
    return [
        (resource.resource_type, resource.resource_id, case.id, parameter, system, value)
        for resource in current
        for parameter, system, value in resource.search_values
    ]


def responsibility_rows(case: Case, intervals: Intervals) -> list[Row]:
    """Return the rows of responsibility. In a case that has not ended, the last answers follow the facts on record."""
    return [
        (
            case.id,
            case.county,
            interval.intervention,
            interval.valid_from,
            interval.valid_to,
            interval.treatment,
            interval.performer,
            interval.valid_to is None and not case.is_ended,
            dump(interval),
        )
        for interval in intervals
    ]


def timeline_rows(case_id: UUID, entries: Sequence[TimelineEntry]) -> list[Row]:
    """Return the rows of timeline."""
    return [(case_id, entry.ordinal, dump(entry)) for entry in entries]


def worklist_rows(case: Case, items: Sequence[WorklistItem]) -> list[Row]:
    """Return the rows of worklist."""
    return [
        (
            case.id,
            case.county,
            item.principal,
            item.key,
            item.priority,
            item.since,
            item.due,
            item.due_at,
            _find_waiting(case, item),
            dump(item),
        )
        for item in items
    ]


def _find_waiting(case: Case, item: WorklistItem) -> HsaId | None:
    """Return the other principal of the case, which waits for an item. None if it may not read the case."""
    other = case.principal(item.party.other)
    return other if other in case.readers else None


def listing_rows(case: Case, listed_by: Sequence[AgreementRef], items: Sequence[WorklistItem]) -> list[Row]:
    """Return the row of listing after an act. None for a case that is over, and in which nothing waits."""
    return [] if case.is_ended and not items else [listing_row(case, listed_by)]


def listing_row(case: Case, listed_by: Sequence[AgreementRef]) -> Row:
    """Return the row of listing: the versions by which the worklist is listed, the main one first, if any is in force.

    A case that has the row keeps it until its next act, whatever waits in between, so that it is listed anew again.
    """
    return (case.id, case.county, case.municipality, *listing_values(listed_by))


def listing_values(listed_by: Sequence[AgreementRef]) -> tuple[str | None, str | None, list[str]]:
    """Return the columns of listing that say by which versions: of a subordinate one its id and version together."""
    if not listed_by:
        return (None, None, [])
    main, *subordinate = listed_by
    return (main.id, main.version, list(map(str, subordinate)))


def delegation_rows(case: Case) -> list[Row]:
    """Return the rows of delegation."""
    return [
        (case.id, case.county, entry.principal, entry.since, entry.ends, dump(entry))
        for entry in list_delegations(case)
    ]


def open_request_rows(case: Case) -> list[Row]:
    """Return the row of open_request. None for a request that has ended."""
    request = find_open_request(case)
    if request is None:
        return []
    return [(case.id, case.county, case.patient_id, list(request.principals), dump(request))]


def discharge_notice_rows(case: Case) -> list[Row]:
    """Return the rows of discharge_notice."""
    return [(case.id, case.county, case.municipality, *days) for days in list_notice_days(case)]


def worklist_statements(case: Case, agreement: Agreement | None) -> list[Statement]:
    """Return the statements that list anew what waits in a case, by an agreement version or by none."""
    items, listed_by = list_items(case, agreement), agreement.refs if agreement is not None else ()
    rows: Rows = {"worklist": worklist_rows(case, items), "listing": [listing_row(case, listed_by)]}
    return [
        *((f"DELETE FROM {table} WHERE case_id = %s", (case.id,)) for table in REPLACED if table in rows),
        *((_insert(table), rows[table]) for table in COLUMNS if rows.get(table)),
    ]


def case_statements(after: CaseAfterAct) -> list[Statement]:
    """Return the statements that an act on a case writes: new versions and entries, and the case's other rows again."""
    case, versions = after.case, after.new_versions
    rows: Rows = {
        "resource_version": version_rows(case, versions),
        "search_value": search_rows(case, versions),
        "responsibility": responsibility_rows(case, after.intervals),
        "timeline": timeline_rows(case.id, after.new_entries),
        "worklist": worklist_rows(case, after.worklist),
        "listing": listing_rows(case, after.listed_by, after.worklist),
        "delegation": delegation_rows(case),
        "open_request": open_request_rows(case),
        "discharge_notice": discharge_notice_rows(case),
        "case_summary": [(case.id, dump(summarise(case)))],
    }
    keys = [(resource.resource_type, resource.resource_id) for resource in versions]
    principals, kept = list(case.readers), _list_past_readers(case)
    statements: list[Statement] = [(f"DELETE FROM {table} WHERE case_id = %s", (case.id,)) for table in REPLACED]
    statements.append(("DELETE FROM search_value WHERE resource_type = %s AND resource_id = %s", list(keys)))
    statements += [(_insert(table), list(rows[table])) for table in COLUMNS if rows.get(table)]
    statements.append((_UPSERT, list(resource_rows(case, versions))))
    statements.append((_READERS, (principals, case.id, principals, list(kept))))
    statements += [(_READERS_OF_TASK, (readers, id, readers)) for id, readers in kept.items()]
    return statements


_READERS: LiteralString = (
    "UPDATE resource SET readers = %s WHERE case_id = %s AND readers <> %s AND resource_id <> ALL(%s)"
)
"""A receiver that returned the request keeps the Task that it had, and reads nothing else of the case."""
_READERS_OF_TASK: LiteralString = (
    "UPDATE resource SET readers = %s WHERE resource_type = 'Task' AND resource_id = %s AND readers <> %s"
)


def _insert(table: LiteralString) -> LiteralString:
    columns = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


_UPSERT: LiteralString = (
    _insert("resource") + " ON CONFLICT (resource_type, resource_id) DO UPDATE SET version = excluded.version,"
    " recorded_at = excluded.recorded_at, readers = excluded.readers"
)


def case_rows(history: CaseHistory) -> Rows:
    """Return every row of a case, from its whole history."""
    case = history.case
    current = list(history.resources.values())
    return no_rows() | {
        "resource_version": version_rows(case, history.versions),
        "resource": resource_rows(case, current),
        "search_value": search_rows(case, current),
        "responsibility": responsibility_rows(case, history.intervals),
        "timeline": timeline_rows(case.id, history.entries),
        "worklist": worklist_rows(case, history.worklist),
        "listing": listing_rows(case, history.listed_by, history.worklist),
        "delegation": delegation_rows(case),
        "open_request": open_request_rows(case),
        "discharge_notice": discharge_notice_rows(case),
        "case_summary": [(case.id, dump(summarise(case)))],
    }


def no_rows() -> Rows:
    """Return every table without a row."""
    return {table: [] for table in COLUMNS}


def ledger_row(kind: LedgerKind, state: Aggregate, opening: Event) -> Row:
    """Return the row of ledger, given the event that opened it."""
    readers, is_over = list(kind.readers(state)), kind.is_over(state)
    named = (state.id, opening.actor.county, kind.name, state.version)
    return (*named, readers, opening.recorded_at, is_over, dump(state))


def ledger_statements(
    kind: LedgerKind, state: Aggregate, opening: Event, entries: Sequence[TimelineEntry]
) -> list[Statement]:
    """Return the statements that an act on a ledger writes: the ledger's state again, and its new entries."""
    return [
        (_LEDGER, ledger_row(kind, state, opening)),
        (_insert("timeline"), list(timeline_rows(state.id, entries))),
    ]


_LEDGER: LiteralString = (
    _insert("ledger") + " ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, readers = excluded.readers,"
    " over = excluded.over, body = excluded.body"
)


def ledger_rows(kind: LedgerKind, history: Sequence[Event]) -> Rows:
    """Return every row of a ledger, from its whole history."""
    state = kind.fold(history)
    return no_rows() | {
        "ledger": [ledger_row(kind, state, history[0])],
        "timeline": timeline_rows(state.id, timeline.list_entries(0, history)),
    }


def read_rows(connection: Connection[Any], case_id: UUID) -> Rows:
    """Read every row of a case or ledger from the database."""
    rows: Rows = {}
    for table, columns in COLUMNS.items():
        query: LiteralString = f"SELECT {', '.join(columns)} FROM {table} WHERE case_id = %s"
        with connection.cursor(row_factory=tuple_row) as cursor:
            rows[table] = cursor.execute(query, (case_id,)).fetchall()
    return rows


def replace_rows(connection: Connection[Any], case_id: UUID, rows: Rows) -> None:
    """Replace every row of a case or ledger in the database. This takes the owner's rights."""
    for table in COLUMNS:
        query: LiteralString = f"DELETE FROM {table} WHERE case_id = %s"
        connection.execute(query, (case_id,))
        with connection.cursor() as cursor:
            cursor.executemany(_insert(table), rows[table])
