"""Changes made in the database behind the service's back: a rebuild finds each of them."""

from typing import LiteralString

import psycopg
import pytest

from service.bootstrap import Services
from service.record.rebuild import Comparison, rebuild
from tests.live import Caller
from tests.service.calls import assert_rebuild_identical, send_request

TAMPERINGS: dict[str, tuple[LiteralString, str]] = {
    "the events of a case are deleted": ("DELETE FROM kvittens_events", "stream_head is at position"),
    "the last event is deleted": (
        "DELETE FROM kvittens_events WHERE notification_id = (SELECT max(notification_id) FROM kvittens_events)",
        "stream_head is at position",
    ),
    "the end of the order is moved": ("UPDATE stream_head SET position = position + 1", "stream_head is at position"),
    "the end of the order is moved back": ("UPDATE stream_head SET position = 1", "an event has position"),
    "an event's county is changed": ("UPDATE kvittens_events SET county = 'gavleborg'", "the columns of the event"),
    "an event's time is changed": (
        "UPDATE kvittens_events SET occurred_at = occurred_at - interval '1 day'",
        "the columns of the event",
    ),
    "an event's command is changed": (
        "UPDATE kvittens_events SET command_id = gen_random_uuid()",
        "the columns of the event",
    ),
    "an event's version is changed": (
        "UPDATE kvittens_events SET originator_version = originator_version + 7",
        "is not the next version",
    ),
    "a command is deleted": ("DELETE FROM command", "have no answer"),
    "a command's place is changed": ("UPDATE command SET first_position = first_position + 1", "first event is not in"),
    "a command's time is changed": ("UPDATE command SET recorded_at = now()", "names other positions or another time"),
    "an answer is forged": (
        "UPDATE command SET answer = convert_to(replace(convert_from(answer, 'UTF8'), 'sent', 'seen'), 'UTF8')",
        "is not about its events",
    ),
    "an answer is taken away": ("UPDATE command SET answer = ''", "is not about its events"),
    "an answer refers to nothing": ("UPDATE command SET answer = '[]'", "is not about its events"),
}


@pytest.mark.parametrize(("sql", "fault"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_rebuild_finds_what_was_changed_in_the_record(
    services: Services, region: Caller, sql: LiteralString, fault: str
) -> None:
    send_request(region, services)
    assert_rebuild_identical(services)

    faults = tamper(services, sql).faults

    assert any(fault in each for each in faults), faults


@pytest.mark.parametrize("column", ["county", "region", "municipality", "patient_id", "recorded_at"])
def test_a_rebuild_compares_the_whole_head_of_a_case(services: Services, region: Caller, column: LiteralString) -> None:
    send_request(region, services)
    other = {"patient_id": "gen_random_uuid()", "recorded_at": "now()"}.get(column, "'another'")

    comparison = tamper(services, f"UPDATE case_head SET {column} = {other}")

    assert comparison.differences == {"case_head": 2}
    assert rebuild(services, replace=True, progress=lambda _: None).cases
    assert_rebuild_identical(services)


def test_the_columns_of_an_event_count_before_its_state(services: Services, region: Caller) -> None:
    send_request(region, services)

    comparison = tamper(
        services,
        "UPDATE kvittens_events SET state = convert_to(regexp_replace(convert_from(state, 'UTF8'), '}$',"
        ' \', "originator_version": 1, "recorded_at": "2001-01-01T00:00:00Z"}\'), \'UTF8\')',
    )

    assert comparison.is_identical


def tamper(services: Services, sql: LiteralString) -> Comparison:
    """Change rows as somebody with the owner's rights can, and compare the record."""
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        for table in ("kvittens_events", "command"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        owner.execute(sql)
    return rebuild(services, replace=False, progress=lambda _: None)
