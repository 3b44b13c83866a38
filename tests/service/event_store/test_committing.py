"""The commits of the event store, and its promises to callers."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from os import sched_yield
from secrets import token_hex
from time import monotonic
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import tuple_row

from domain.kernel import Event
from service.database.dsns import Dsns
from service.record.event_store import committer
from service.record.event_store.application import EventStore
from service.record.event_store.committer import (
    ActUnstorable,
    CaseMoved,
    CaseOpened,
    CommandReused,
    Completion,
    Outcome,
    OutcomeUnknown,
    StoreUnavailable,
)
from tests.service.event_store.acts import act, answer_in_full, as_recorded, notes, open_store, submit_together


def list_positions(store: EventStore) -> list[int]:
    return [event.id for event in store.recorder.select_notifications(None, 10_000)]


def test_an_act_gets_the_answer_of_its_finish_and_its_events_are_recorded(store: EventStore) -> None:
    case = uuid4()
    save = act(case, count=3)

    outcome = store.submit(save)

    assert outcome.answer == b"recorded 1,2,3"
    assert list(outcome.positions) == [1, 2, 3]
    assert not outcome.repeated
    assert store.load_case(case) == as_recorded(save, outcome)
    assert store.max_position() == 3


def test_all_events_of_an_act_have_the_same_time_which_finish_receives(store: EventStore) -> None:
    times: list[datetime | None] = []

    def finish(events: Sequence[Event]) -> Completion:
        times.extend(event.recorded_at for event in events)
        return answer_in_full(events)

    case, before = uuid4(), datetime.now(UTC)
    outcome = store.submit(act(case, count=2, finish=finish))

    assert times == [outcome.recorded_at] * 2
    assert [event.recorded_at for event in store.load_case(case)] == times
    assert times[0] is not None
    assert before - timedelta(seconds=1) < times[0] < datetime.now(UTC) + timedelta(seconds=1)


def test_a_later_act_has_a_later_time_even_if_the_demonstration_clock_stands_still(
    store: EventStore,
) -> None:
    case, clock = uuid4(), datetime(2024, 5, 1, 9, 0, tzinfo=UTC)

    first = store.submit(act(case, clock=clock))
    second = store.submit(act(case, expected_version=1, clock=clock))

    assert first.recorded_at == clock
    assert second.recorded_at == clock + timedelta(microseconds=1)


def test_the_case_head_holds_the_person_the_parties_and_the_number_of_events(store: EventStore) -> None:
    case = uuid4()
    save = act(case, count=2)

    outcome = store.submit(save)

    columns: LiteralString = "county, patient_id, region, municipality, version, recorded_at"
    heads = store.recorder.read(tuple_row, f"SELECT {columns} FROM case_head WHERE case_id = %s", (case,))
    assert heads == [("orebro", save.patient_id, save.region, save.municipality, 2, outcome.recorded_at)]
    assert store.has_case(case)
    assert not store.has_case(uuid4())


def test_a_decision_on_an_old_version_of_the_case_is_refused_and_records_nothing(store: EventStore) -> None:
    case = uuid4()
    store.submit(act(case, count=2))

    with pytest.raises(CaseMoved) as refusal:
        store.submit(act(case, expected_version=1))

    assert (refusal.value.case_id, refusal.value.expected, refusal.value.actual) == (case, 1, 2)
    assert list_positions(store) == [1, 2]


def test_exactly_one_of_several_conflicting_acts_in_a_batch_is_recorded(store: EventStore) -> None:
    case = uuid4()

    outcomes = submit_together(store, [act(case) for _ in range(5)])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CaseMoved"] * 4 + ["Outcome"]
    assert len(store.load_case(case)) == 1
    assert list_positions(store) == [1, 2]


def test_exactly_one_of_several_acts_that_open_a_persons_first_case_at_once_is_recorded(store: EventStore) -> None:
    person = uuid4()
    opening = [replace(act(uuid4()), patient_id=person, person_cases=0) for _ in range(5)]

    outcomes = submit_together(store, opening)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CaseOpened"] * 4 + ["Outcome"]
    assert len(store.find_cases_of_person(person)) == 1
    with pytest.raises(CaseOpened):
        store.submit(opening[outcomes.index(next(each for each in outcomes if not isinstance(each, Outcome)))])


def test_a_case_is_opened_whatever_is_opened_for_other_persons(store: EventStore) -> None:
    person = uuid4()
    others = [act(uuid4()) for _ in range(3)]

    outcomes = submit_together(store, [*others, replace(act(uuid4()), patient_id=person, person_cases=0)])

    assert all(isinstance(outcome, Outcome) for outcome in outcomes)
    store.submit(replace(act(uuid4()), patient_id=person, person_cases=1))
    assert len(store.find_cases_of_person(person)) == 2


def test_a_repeated_command_gets_its_first_answer_after_later_acts_on_the_case(store: EventStore) -> None:
    case = uuid4()
    save = act(case, count=2)
    first = store.submit(save)
    store.submit(act(case, expected_version=2))

    again = store.submit(save)

    assert again == replace(first, repeated=True)
    assert store.max_position() == 3


def test_a_command_that_is_sent_many_times_at_once_is_recorded_once(store: EventStore) -> None:
    save = act(uuid4())

    outcomes = submit_together(store, [save] * 6)

    successes = [outcome for outcome in outcomes if isinstance(outcome, Outcome)]
    assert {outcome.answer for outcome in successes} == {b"recorded 1"}
    assert sorted(outcome.repeated for outcome in successes) == [False] + [True] * 5
    assert list_positions(store) == [1, 2]


def test_a_command_id_used_for_another_request_is_refused(store: EventStore) -> None:
    command, case = uuid4(), uuid4()
    store.submit(act(case, command_id=command, request=b"one"))

    with pytest.raises(CommandReused):
        store.submit(act(case, expected_version=1, command_id=command, request=b"another"))

    outcomes = submit_together(
        store, [act(uuid4(), command_id=uuid4(), request=b"one"), act(uuid4(), command_id=command)]
    )
    assert [type(outcome) for outcome in outcomes] == [Outcome, CommandReused]


def test_the_rows_of_an_act_are_committed_with_it_or_not_at_all(store: EventStore, database: Dsns) -> None:
    assert database.owner
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE words (word text UNIQUE)")
        owner.execute("GRANT INSERT, SELECT ON words TO kvittens_service")

        def write(*words: str) -> Completion:
            return Completion(b"", [("INSERT INTO words VALUES (%s)", [(word,) for word in words])])

        store.submit(act(uuid4(), finish=lambda _: write("hello", "there")))
        with pytest.raises(psycopg.errors.UniqueViolation):
            store.submit(act(uuid4(), finish=lambda _: write("again", "hello")))

        assert owner.execute("SELECT word FROM words ORDER BY word").fetchall() == [("hello",), ("there",)]
    assert list_positions(store) == [1]


def test_an_act_that_cannot_be_finished_fails_alone(store: EventStore) -> None:
    def fail(events: Sequence[Event]) -> Completion:
        raise ZeroDivisionError(f"cannot finish {len(events)}")

    outcomes = submit_together(store, [act(uuid4()), act(uuid4(), finish=fail), act(uuid4())])

    assert [type(outcome) for outcome in outcomes] == [Outcome, ZeroDivisionError, Outcome]
    assert list_positions(store) == [1, 2, 3]


def test_an_act_whose_rows_the_database_refuses_fails_alone(store: EventStore) -> None:
    def divide(events: Sequence[Event]) -> Completion:
        return Completion(b"", [("SELECT 1 / %s", (0,))])

    outcomes = submit_together(store, [act(uuid4()), act(uuid4(), finish=divide), act(uuid4())])

    assert [type(outcome) for outcome in outcomes] == [Outcome, ActUnstorable, Outcome]
    assert list_positions(store) == [1, 2, 3]


def test_acts_in_a_batch_with_unstorable_ones_are_recorded_together_in_the_next_transaction(
    store: EventStore, database: Dsns
) -> None:
    assert database.owner
    with psycopg.connect(database.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE words (word text UNIQUE)")
        owner.execute("GRANT INSERT ON words TO kvittens_service")
    case = uuid4()

    def write(word: str) -> Callable[[Sequence[Event]], Completion]:
        return lambda _: Completion(b"", [("INSERT INTO words VALUES (%s)", (word,))])

    poison = [write("a\0b"), write("\ud800"), write(token_hex(6000)), write(token_hex(9000))] * 2
    saves = [act(case, finish=poison[0]), act(case), *(act(uuid4(), finish=finish) for finish in poison)]
    saves += [act(uuid4(), count=2, finish=write(token_hex(8))) for _ in range(8)]
    with psycopg.connect(database.service, autocommit=True) as listener:
        listener.execute("LISTEN kvittens_events")
        outcomes = submit_together(store, saves)
        commits = list(listener.notifies(timeout=1, stop_after=3))

    types = [type(outcome) for outcome in outcomes]
    assert types == [ActUnstorable, Outcome, *[ActUnstorable] * 8, *[Outcome] * 8]
    assert list_positions(store) == list(range(1, 19))
    assert len(commits) == 2
    assert [type(outcome) for outcome in submit_together(store, saves[-2:])] == [Outcome] * 2


def test_an_act_that_cannot_be_stored_is_refused_as_unstorable_and_not_as_an_outage(store: EventStore) -> None:
    with pytest.raises(ActUnstorable, match="NUL"):
        store.submit(act(uuid4(), finish=lambda _: Completion(b"", [("SELECT %s", ("a\0b",))])))
    assert list_positions(store) == []


def test_acts_that_take_long_to_finish_are_committed_in_several_transactions(
    store: EventStore, database: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "_JUDGING_LIMIT", 0)
    with psycopg.connect(database.service, autocommit=True) as listener:
        listener.execute("LISTEN kvittens_events")
        outcomes = submit_together(store, [act(uuid4()) for _ in range(5)])
        commits = list(listener.notifies(timeout=5, stop_after=6))

    assert [type(outcome) for outcome in outcomes] == [Outcome] * 5
    assert len(commits) == 6
    assert list_positions(store) == [1, 2, 3, 4, 5, 6]


def test_an_act_whose_parameters_cannot_be_sent_fails_alone(store: EventStore) -> None:
    def send_an_object(events: Sequence[Event]) -> Completion:
        return Completion(b"", [("SELECT %s", (object(),))])

    outcomes = submit_together(store, [act(uuid4(), finish=send_an_object), act(uuid4())])

    assert [type(outcome) for outcome in outcomes] == [psycopg.ProgrammingError, Outcome]
    assert list_positions(store) == [1, 2]


def test_refused_acts_leave_no_gap_in_the_order(store: EventStore) -> None:
    case = uuid4()
    submit_together(store, [act(case, count=3), act(case, count=2), act(uuid4(), count=2), act(case)])

    store.submit(act(uuid4()))

    assert list_positions(store) == list(range(1, 8))


def test_concurrent_acts_share_commits(store: EventStore, database: Dsns) -> None:
    with ThreadPoolExecutor(16) as callers:
        list(callers.map(lambda _: store.submit(act(uuid4())), range(320)))

    with psycopg.connect(database.service) as reader:
        row = reader.execute("SELECT count(*), count(DISTINCT xmin::text) FROM kvittens_events").fetchone()
    assert row is not None
    acts, commits = row
    assert acts == 320
    assert commits < acts / 2


def test_a_batch_is_announced_once(store: EventStore, database: Dsns) -> None:
    with psycopg.connect(database.service, autocommit=True) as listener:
        listener.execute("LISTEN kvittens_events")
        submit_together(store, [act(uuid4()) for _ in range(4)])

        assert [note.channel for note in listener.notifies(timeout=1, stop_after=2)] == ["kvittens_events"] * 2


def test_an_act_is_recorded_after_the_connection_was_lost(store: EventStore, database: Dsns) -> None:
    store.submit(act(uuid4()))
    with psycopg.connect(database.service, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = current_database() AND usename = current_user"
        )

    assert store.submit(act(uuid4())).answer == b"recorded 1"
    assert list_positions(store) == [1, 2]


def test_an_act_is_tried_again_if_the_connection_is_lost_before_the_commit(store: EventStore) -> None:
    outcomes = submit_together(store, [act(uuid4(), finish=cut_once()), act(uuid4())])

    assert [type(outcome) for outcome in outcomes] == [Outcome, Outcome]
    assert list_positions(store) == [1, 2, 3]


def test_an_act_is_not_recorded_twice_if_the_answer_to_its_commit_is_lost(store: EventStore) -> None:
    case = uuid4()

    save = act(case, finish=cut_once(("COMMIT", ())))

    outcome = store.submit(save)

    assert outcome.answer == b"recorded 1"
    assert store.load_case(case) == as_recorded(save, outcome)
    assert list_positions(store) == [1]


def test_a_caller_learns_that_the_outcome_is_unknown(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "PATIENCE", 0.2)
    cut = cut_once(("COMMIT", ()))

    def finish_late(events: Sequence[Event]) -> Completion:
        late = monotonic() + 0.2
        while monotonic() < late:
            sched_yield()
        return cut(events)

    save = act(uuid4(), finish=finish_late)
    with pytest.raises(OutcomeUnknown, match="not known if"):
        store.submit(save)

    monkeypatch.undo()
    assert store.submit(save).repeated


def cut_once(*before: committer.Statement) -> "_ConnectionCut":
    return _ConnectionCut(before)


class _ConnectionCut:
    """The finish of an act. Its first call adds statements that cut the connection."""

    def __init__(self, before: Sequence[committer.Statement]) -> None:
        self._deadly: list[committer.Statement] = [*before, ("SELECT pg_terminate_backend(pg_backend_pid())", ())]

    def __call__(self, events: Sequence[Event]) -> Completion:
        deadly, self._deadly = self._deadly, []
        return Completion(answer_in_full(events).answer, deadly)


def test_a_closed_store_has_recorded_every_accepted_act_and_accepts_no_more(database: Dsns) -> None:
    store = open_store(database.service)
    with ThreadPoolExecutor(8) as callers:
        futures = [callers.submit(store.submit, act(uuid4())) for _ in range(40)]
        futures[0].result()
        store.close()
        outcomes = [future.exception() for future in futures]

    with pytest.raises(StoreUnavailable, match="nothing was recorded"):
        store.submit(act(uuid4()))
    assert {type(outcome) for outcome in outcomes} <= {type(None), StoreUnavailable}
    with open_store(database.service) as reader:
        assert list_positions(reader) == list(range(1, outcomes.count(None) + 1))


def test_every_caller_learns_that_the_committer_has_failed(store: EventStore) -> None:
    def die(events: Sequence[Event]) -> Completion:
        raise SystemExit(1)

    outcomes = submit_together(store, [act(uuid4(), finish=die), act(uuid4())])

    assert [type(outcome) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable]
    with pytest.raises(StoreUnavailable):
        store.submit(act(uuid4()))
    assert list_positions(store) == [1]


def test_an_act_beyond_the_queue_limit_is_refused_at_once(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "QUEUE_LIMIT", 0)

    with pytest.raises(StoreUnavailable, match="acts wait already"):
        store.submit(act(uuid4()))


def test_an_act_holds_events_of_one_case_only() -> None:
    with pytest.raises(ValueError, match="at least one event"):
        replace(act(uuid4()), events=[])
    with pytest.raises(ValueError, match="of one case"):
        replace(act(uuid4()), events=notes(uuid4()))


def test_an_act_without_the_lock_is_refused_and_not_recorded(
    store: EventStore, database: Dsns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "_LOCK_TIMEOUT", "50ms")
    with psycopg.connect(database.service) as other:
        other.execute("UPDATE stream_head SET position = position")
        with pytest.raises(StoreUnavailable, match="nothing was recorded"):
            store.submit(act(uuid4()))

    assert store.submit(act(uuid4())).answer == b"recorded 1"
    assert list_positions(store) == [1]
