"""Changes made in the database behind the service's back: a rebuild finds each of them."""

from typing import LiteralString

import psycopg
import pytest

from service.bootstrap import Services
from service.record.rebuild import Comparison, rebuild
from tests.live import Caller
from tests.service.calls import assert_ok, assert_rebuild_identical, assert_refused, send_request

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


def test_no_act_passes_an_event_beyond_the_end_of_the_order_and_the_log_says_what_to_do(
    services: Services, region: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    case = send_request(region, services)
    tamper(services, "UPDATE stream_head SET position = position - 1")

    assert_refused(region.act(case, "withdraw-referral", reason="duplicate"), 503, "STORE_UNAVAILABLE")

    assert "see kvittens rebuild" in caplog.text
    tamper(services, "UPDATE stream_head SET position = position + 1")
    assert_ok(region.act(case, "withdraw-referral", reason="duplicate"))


LATER_PROGRAM: LiteralString = """
    WITH last AS (
        SELECT * FROM kvittens_events WHERE case_id = %s ORDER BY notification_id DESC LIMIT 1
    ), head AS (
        UPDATE stream_head SET position = position + 1, recorded_at = clock_timestamp() RETURNING position, recorded_at
    )
    INSERT INTO kvittens_events (originator_id, originator_version, topic, state, notification_id, county, case_id,
        occurred_at, recorded_at, command_id)
    SELECT originator_id, originator_version + 1, %s, state, head.position, county, case_id, occurred_at,
        head.recorded_at, command_id
    FROM last, head"""


@pytest.mark.parametrize(
    ("topic", "fault"),
    [("referral.from-a-later-program.v1", "cannot be read"), ("referral.need-raised.v1", "cannot be")],
)
def test_a_rebuild_names_what_it_cannot_read_and_goes_on_with_the_rest(
    services: Services, region: Caller, topic: str, fault: str
) -> None:
    unreadable, *others = [
        send_request(region, services, interventions=[{"key": f"care-{place}", "text": f"Care {place}"}])
        for place in "123"
    ]
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner:
        owner.execute(LATER_PROGRAM, (unreadable, topic))
        owner.execute("DELETE FROM worklist")

    comparison = rebuild(services, replace=True, by="Rut Revisor", progress=lambda _: None)
    again = rebuild(services, replace=False, progress=lambda _: None)

    assert [each for each in again.faults if unreadable in each and fault in each]
    assert {str(case) for case in comparison.cases} == set(others)
    assert again.cases == []


def test_it_stays_on_record_who_replaced_rows_and_how_many_differed(services: Services, region: Caller) -> None:
    case = send_request(region, services)
    tamper(services, "DELETE FROM worklist")
    rebuild(services, replace=True, by="Rut Revisor", progress=lambda _: None)
    rebuild(services, replace=True, by="nobody, since nothing differs", progress=lambda _: None)

    with services.pool.connection() as connection:
        rows = connection.execute("SELECT case_id, replaced_by, differences FROM replacement").fetchall()
    assert [(str(id), by, list(differences)) for id, by, differences in rows] == [(case, "Rut Revisor", ["worklist"])]
    assert services.dsns.owner
    with psycopg.connect(services.dsns.owner) as owner, pytest.raises(psycopg.Error, match="may only be added to"):
        owner.execute("DELETE FROM replacement")
