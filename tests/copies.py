"""A store grown by copies: years of lives that are over.

A copy of a case has other ids and another person, but the same parties, days and contents. It takes the room of a real
case, but only the originals can be opened. Nobody waits for anything in a copy. Its person, and a county's only ledger,
are of another county.
"""

from collections.abc import Mapping
from typing import LiteralString

import psycopg
from psycopg import sql

DO_NOT_GROW = {"agreement_document", "agreement_text", "kvittens_migration", "purpose", "replacement", "stream_head"}
"""The tables that do not grow with the cases."""
_ANOTHER: LiteralString = """
    CREATE FUNCTION pg_temp.another(id text, copy integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT CASE WHEN id ~ '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            THEN left(id, -36) || md5(right(id, 36) || copy::text)::uuid::text ELSE id END
    $$"""
"""The id of the copy of what an id, or a reference that ends with one, stands for."""
_IDS: Mapping[LiteralString, tuple[LiteralString, ...]] = {
    "person": ("id",),
    "kvittens_events": ("originator_id", "case_id", "command_id"),
    "case_head": ("case_id", "patient_id"),
    "command": ("command_id",),
    "resource_version": ("resource_id", "case_id"),
    "resource": ("resource_id", "case_id"),
    "search_value": ("resource_id", "case_id", "value"),
    "responsibility": ("case_id",),
    "timeline": ("case_id",),
    "worklist": ("case_id",),
    "listing": ("case_id",),
    "delegation": ("case_id",),
    "open_request": ("case_id", "patient_id"),
    "discharge_notice": ("case_id",),
    "case_summary": ("case_id",),
    "refusal": ("case_id",),
    "person_fact": ("id", "person_id", "corrects"),
    "person_before": ("id",),
    "ledger": ("case_id",),
}
"""The tables that grow, with the columns that hold ids."""
_OTHERS: Mapping[LiteralString, Mapping[LiteralString, LiteralString]] = {
    "person": {"county": "'copy ' || copy || ' of ' || county"},
    "kvittens_events": {"notification_id": "notification_id + copy * (SELECT position FROM stream_head)"},
    "command": {"first_position": "first_position + sign(events) * copy * (SELECT position FROM stream_head)"},
    "search_value": {
        "value": "CASE WHEN parameter = 'status' AND resource_type = 'Task' THEN 'completed'"
        " ELSE pg_temp.another(value, copy) END"
    },
    "responsibility": {"follows": "false"},
    "worklist": {
        "principal": "'copy ' || copy || ' of ' || principal",
        "awaited_by": "'copy ' || copy || ' of ' || awaited_by",
        "due": "due + 36500",
    },
    "listing": {"county": "'copy ' || copy || ' of ' || county"},
    "discharge_notice": {"first_day": "first_day - 31 * copy", "last_day": "last_day - 31 * copy"},
    "ledger": {
        "county": "CASE kind WHEN 'rates' THEN 'copy ' || copy || ' of ' || county ELSE county END",
        "over": "true",
        "opened_at": "timestamptz '2000-01-01Z' - copy * interval '1 month'",
    },
}
"""Other columns that a copy changes."""


def copy_lives(owner_dsn: str, *, copies: int) -> None:
    """Add copies of all that a database holds, and let it count its rows anew. Nobody may act meanwhile."""
    with psycopg.connect(owner_dsn) as connection:
        connection.execute(_ANOTHER)
        for table in _IDS:
            connection.execute(_make_statement(connection, table), [copies])
        connection.execute("UPDATE stream_head SET position = position * (%s + 1)", [copies])
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _make_statement(connection: psycopg.Connection, table: LiteralString) -> sql.Composed:
    """Return the statement that copies a table's rows. It takes the number of copies."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO'",
        [table],
    ).fetchall()
    names = [name for name, _ in columns]
    values = [_make_value(table, name, type) for name, type in columns]
    return sql.SQL("INSERT INTO {0} ({1}) SELECT {2} FROM {0}, generate_series(1, %s) AS copy").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(values),
    )


def _make_value(table: LiteralString, column: str, type: str) -> sql.Composable:
    if column in _OTHERS.get(table, {}):
        return sql.SQL(_OTHERS[table][column])
    if column in _IDS[table]:
        text = "pg_temp.another({}::text, copy)::uuid" if type == "uuid" else "pg_temp.another({}, copy)"
        return sql.SQL(text).format(sql.Identifier(column))
    return sql.Identifier(column)
