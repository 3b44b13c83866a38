"""The changes to the record that the database refuses, to the service's role and to the owner."""

from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from tests.service.event_store.acts import act, as_recorded

CHANGES: tuple[LiteralString, ...] = (
    "UPDATE kvittens_events SET state = '{}'",
    "DELETE FROM kvittens_events",
    "TRUNCATE kvittens_events",
    "UPDATE command SET answer = ''",
    "DELETE FROM command",
    "TRUNCATE command",
)
BEYOND_THE_SERVICE: tuple[LiteralString, ...] = (
    "DELETE FROM case_head",
    "DELETE FROM stream_head",
    "INSERT INTO stream_head (only_row, position, recorded_at) VALUES (false, 1, now())",
    "DROP TABLE kvittens_events",
    "ALTER TABLE kvittens_events DISABLE TRIGGER ALL",
    "ALTER TABLE kvittens_events ADD COLUMN more text",
    "CREATE TABLE mine (anything text)",
    "CREATE INDEX mine ON kvittens_events (topic)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE SCHEMA mine",
    "DROP FUNCTION append_only CASCADE",
)


@pytest.mark.parametrize("sql", CHANGES + BEYOND_THE_SERVICE)
def test_the_service_can_only_add_and_read(store: EventStore, database: Dsns, sql: LiteralString) -> None:
    save = act(uuid4())
    outcome = store.submit(save)

    with psycopg.connect(database.service) as service, pytest.raises(psycopg.Error) as refusal:
        service.execute(sql)

    assert refusal.type is InsufficientPrivilege
    assert store.load_case(save.case_id) == as_recorded(save, outcome)


@pytest.mark.parametrize("sql", CHANGES)
def test_the_owner_can_only_add_to_the_record(store: EventStore, database: Dsns, sql: LiteralString) -> None:
    store.submit(act(uuid4()))

    assert database.owner
    with psycopg.connect(database.owner) as owner, pytest.raises(InsufficientPrivilege, match="may only be added to"):
        owner.execute(sql)


@pytest.mark.parametrize(("version", "position"), [(0, 1), (1, 0), (-1, 1), (1, -1)])
def test_versions_and_positions_are_positive(database: Dsns, version: int, position: int) -> None:
    with psycopg.connect(database.service) as service, pytest.raises(CheckViolation):
        service.execute(
            "INSERT INTO kvittens_events VALUES (%s, %s, 'note.struck.v1', '{}', %s, 'orebro', %s, now(), now(), %s)",
            (uuid4(), version, position, uuid4(), uuid4()),
        )
