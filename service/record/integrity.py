"""The checks of the record itself: its one order, the columns of its events, and its answers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import tuple_row

from domain.kernel import Event, Role
from domain.versions.events import DocumentAttached
from service.record.event_store.mapper import RecordedEvent

_ORDER: LiteralString = """
    SELECT position, (SELECT count(*) FROM kvittens_events WHERE notification_id <= position),
        coalesce((SELECT max(notification_id) FROM kvittens_events), 0)
    FROM stream_head"""
_LOST: LiteralString = """
    SELECT command_id FROM command AS c WHERE events > 0 AND NOT EXISTS (
        SELECT 1 FROM kvittens_events AS e WHERE e.notification_id = c.first_position AND e.command_id = c.command_id)
    LIMIT 20"""
_COMMANDS: LiteralString = (
    "SELECT command_id, answer, first_position, events, recorded_at FROM command WHERE command_id = ANY(%s)"
)

_DOCUMENT: LiteralString = (
    "SELECT 1 FROM agreement_document WHERE county = %s AND id = %s AND version = %s AND digest = %s"
)


class CommandRow(NamedTuple):
    """A row of the table of commands: the first answer to an act, and the events that it made."""

    id: UUID
    answer: bytes
    first_position: int
    events: int
    recorded_at: datetime


def find_order_faults(connection: psycopg.Connection) -> Iterator[str]:
    """Find what is wrong with the one order: a gap, an end other than stream_head's, a command without its events."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(_ORDER).fetchone()
        if row is None:
            yield "stream_head has no row"
            return
        position, count, last = row
        if count != position:
            yield f"stream_head is at position {position}, and {count} events have a position up to it"
        if last > position:
            yield f"an event has position {last}, and stream_head is at {position}"
        for (command,) in cursor.execute(_LOST).fetchall():
            yield f"command {command} was answered, and its first event is not in the record"


def read_commands(connection: psycopg.Connection, rows: Sequence[RecordedEvent]) -> dict[UUID, CommandRow]:
    """Read the commands of a case's events."""
    ids = list({row.command_id for row in rows})
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = map(CommandRow._make, cursor.execute(_COMMANDS, (ids,)).fetchall())
        return {command.id: command for command in found}


def find_row_faults(rows: Sequence[RecordedEvent], events: Sequence[Event]) -> Iterator[str]:
    """Find the rows with columns that differ from their events, and aggregates with a version too many or too few."""
    versions: dict[UUID | str, int] = defaultdict(int)
    for row, event in zip(rows, events, strict=True):
        said = (event.case_id, event.actor.county, event.occurred_at, event.causation_id)
        if (row.case_id, row.county, row.occurred_at, row.command_id) != said:
            yield f"the columns of the event at position {row.id} differ from its state"
        versions[row.originator_id] += 1
        if row.originator_version != versions[row.originator_id]:
            yield f"the event at position {row.id} is not the next version of {row.originator_id}"


def find_document_faults(connection: psycopg.Connection, events: Iterable[Event]) -> Iterator[str]:
    """Find the documents that events say were attached to an agreement version, and that are not stored."""
    for event in events:
        if isinstance(event, DocumentAttached) and (ref := event.basis.agreement) is not None:
            key = (event.actor.county, ref.id, ref.version, event.digest)
            if connection.execute(_DOCUMENT, key).fetchone() is None:
                yield f"the document {event.digest} of {ref} was attached, and is not stored"


def find_answer_faults(
    rows: Sequence[RecordedEvent],
    commands: Mapping[UUID, CommandRow],
    entries: Sequence[Mapping[str, Any]],
    versions: Iterable[tuple[str, str, int]],
) -> Iterator[str]:
    """Find the commands whose row or answer is about other events than their own.

    `entries` are the timeline's as JSON, in the order of the rows. `versions` are the keys of the
    case's resource versions.
    """
    shown = {f"{type}/{id}/_history/{version}" for type, id, version in versions}
    of_command: dict[UUID, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        of_command[row.command_id].append(place)
    for id, places in of_command.items():
        first, last = rows[places[0]], rows[places[-1]]
        command = commands.get(id)
        if command is None:
            yield f"the events of command {id} have no answer"
        elif command[2:] != (first.id, last.id - first.id + 1, first.recorded_at) or len(places) != command.events:
            yield f"command {id} names other positions or another time than its events have"
        elif not _fits(command.answer, [entries[place] for place in places], places[-1] + 1, shown):
            yield f"the answer to command {id} is not about its events"


def _fits(answer: bytes, entries: Sequence[Mapping[str, Any]], version: int, shown: set[str]) -> bool:
    """Return True if an answer is about these entries: references to versions, or the answer to a JSON act.

    What the record enters by itself has no answer, unless it enters it with somebody's act.
    """
    if all(entry["actor"]["role"] == Role.SYSTEM for entry in entries):
        return answer == b""
    try:
        content = orjson.loads(answer)
        if isinstance(content, list):
            return bool(content) and {f"{type}/{id}/_history/{number}" for type, id, number, *_ in content} <= shown
        return bool(
            content["version"] == version
            and set(content.get("resources", ())) <= shown
            and content["events"] == [_event(entry) for entry in entries]
        )
    except (ValueError, KeyError, TypeError):
        return False


def _event(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": entry["event_id"]} | {name: entry[name] for name in ("topic", "content", "clauses")}
