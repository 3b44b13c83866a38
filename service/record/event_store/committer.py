"""Group commit: the saves of all threads of one process, in one order, sharing transactions.

One thread takes every save that waits and commits them together. The lock on the row of `stream_head` is the one order
of the record, between processes too: positions 1..N are given out under it, so a reader never sees a gap.

What a caller may rely on:
- An answer means that the transaction was committed. An error other than OutcomeUnknown means that nothing was.
- OutcomeUnknown alone leaves it open; the same command sent again then gets the answer.
- The fault of one save never reaches another: a batch that the database refuses is undone and written anew in one
  transaction, save by save, with a savepoint for each.
- Nobody waits longer than PATIENCE for an outcome, plus a moment for the last attempt.
- A process that freezes while it holds the order loses it: the server ends its session (before PostgreSQL 17 only when
  it was to answer, not when it had begun to write).
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from time import monotonic
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import Connection, Cursor, Pipeline

from domain.kernel import Event

PATIENCE = 10.0
"""Seconds a save may be waited for and attempted, reconnections included."""
_LAST_ATTEMPT = 11.0
"""Seconds more for an attempt that began in time: the longest wait for the lock, and the longest hold of it."""
_LONGEST_HOLD = "4s"
"""How long a process may hold the stream before the server ends its session, so that a frozen one stops nobody."""
_LOCK_TIMEOUT = "6s"
"""How long others may hold the stream before this process calls the store unavailable: longer than one may hold it."""
_LONGEST_JUDGING = 0.5
"""Seconds of a transaction in which saves are finished; those that are left come in the next one."""
_PAUSE = 0.1
"""Seconds between two attempts to connect."""
MOST_WAITING = 1000
"""Saves that may wait at once; a caller beyond that is refused at once rather than kept."""
_MOST_TOGETHER = 128
"""Saves in one transaction: enough to share a commit, few enough to keep the lock short."""
_INSTANT = timedelta(microseconds=1)
_OUTAGE = {"08", "40", "53", "55", "57", "58"}
"""SQLSTATE classes of what is no fault of the save: connection, rollback, resources, locks, operator, system."""
_UNSTORABLE = {"22", "54"}
"""SQLSTATE classes of what no repeat can mend: data exception, program limit exceeded."""

Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[LiteralString, Parameters | list[Parameters]]
"""SQL and its parameters. A list is many executions, one for each element; a tuple or a mapping is one."""

logger = logging.getLogger(__name__)


class StoreUnavailable(Exception):
    """The store cannot be used right now; nothing was recorded, unless it is OutcomeUnknown."""


class OutcomeUnknown(StoreUnavailable):
    """The store gave no outcome in time. Sending the same command again is safe and tells what became of it."""


class ActUnstorable(Exception):
    """The act says something that the database cannot keep, such as a text too long to be searched for."""


class CaseMoved(Exception):
    """The case has other events than the decision saw: someone acted first. Load it again and decide anew."""

    def __init__(self, case_id: UUID, *, expected: int, actual: int) -> None:
        super().__init__(f"case {case_id} has {actual} events, the decision saw {expected}")
        self.case_id = case_id
        self.expected = expected
        self.actual = actual


class CommandReused(Exception):
    """The command id was used before, for a request with other content."""

    def __init__(self, command_id: UUID) -> None:
        super().__init__(f"command {command_id} was used before for another request")
        self.command_id = command_id


@dataclass(frozen=True)
class Finished:
    """What follows from events once their time is known: the answer, and rows for the same transaction."""

    answer: bytes
    statements: Sequence[Statement] = ()


@dataclass(frozen=True)
class Save:
    """One act to be recorded.

    `digest` is the SHA-256 of the request: the same command id with another digest is refused. `expected_version` is
    the number of events of the case that the decision saw. `clock` is given only by a demonstration database, in place
    of the database's own. `finish` is called in the committer's thread, under the lock, with the events as they will be
    recorded; it must be quick and pure, and may be called again, since a batch that fails is tried anew.
    """

    command_id: UUID
    digest: bytes
    case_id: UUID
    county: str
    patient_id: UUID | None
    """None for a ledger, whose id then stands for a case's."""
    region: str | None
    municipality: str | None
    expected_version: int
    events: Sequence[Event]
    finish: Callable[[Sequence[Event]], Finished]
    clock: datetime | None = None

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a save holds at least one event")
        if any(event.case_id != self.case_id for event in self.events):
            raise ValueError(f"a save holds events of one case, {self.case_id}, and no other")


@dataclass(frozen=True)
class Outcome:
    """Where a command stands in the record. `repeated` when it was found there, from another time or a lost answer."""

    answer: bytes
    first_position: int
    count: int
    recorded_at: datetime
    repeated: bool = False

    @property
    def positions(self) -> range:
        """The positions of the command's events, which stand together."""
        return range(self.first_position, self.first_position + self.count)


@dataclass(frozen=True, eq=False)
class _Waiting:
    save: Save
    stored: Sequence[StoredEvent]
    give_up_at: float
    outcome: Future[Outcome] = field(default_factory=Future)


@dataclass(frozen=True)
class _Row:
    """A save that holds, with its place and time in the record."""

    save: Save
    stored: Sequence[StoredEvent]
    outcome: Outcome
    statements: Sequence[Statement]

    def events(self) -> Iterator[Any]:
        save = self.save
        for position, event, stored in zip(self.outcome.positions, save.events, self.stored, strict=True):
            yield from (stored.originator_id, stored.originator_version, stored.topic, stored.state, position)
            yield from (save.county, save.case_id, event.occurred_at, self.outcome.recorded_at, save.command_id)

    def command(self) -> tuple[Any, ...]:
        made = self.outcome
        return (
            self.save.command_id,
            self.save.digest,
            made.answer,
            made.first_position,
            made.count,
            made.recorded_at,
        )

    def case(self) -> tuple[Any, ...]:
        save = self.save
        version = save.expected_version + self.outcome.count
        return (
            save.case_id,
            save.county,
            save.patient_id,
            save.region,
            save.municipality,
            version,
            self.outcome.recorded_at,
        )


_BEGIN: LiteralString = "BEGIN ISOLATION LEVEL READ COMMITTED"
_LOCK: LiteralString = """
    UPDATE stream_head SET position = position + %s,
        recorded_at = greatest(clock_timestamp(), recorded_at + interval '1 microsecond')
    RETURNING position, recorded_at, pg_notify('kvittens_events', ''),
        CASE WHEN current_setting('server_version_num')::int >= 170000
            THEN set_config('transaction_timeout', %s, true) END"""
_CASES: LiteralString = "SELECT case_id, version, recorded_at FROM case_head WHERE case_id = ANY(%s)"
_COMMANDS: LiteralString = """
    SELECT command_id, digest, answer, first_position, events, recorded_at FROM command WHERE command_id = ANY(%s)"""
_GIVE_BACK: LiteralString = "UPDATE stream_head SET position = position - %s"
_EVENT: LiteralString = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_RECORD: LiteralString = """
    WITH new_case AS (
        INSERT INTO case_head (case_id, county, patient_id, region, municipality, version, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (case_id) DO UPDATE SET county = excluded.county, patient_id = excluded.patient_id,
            region = excluded.region, municipality = excluded.municipality, version = excluded.version,
            recorded_at = excluded.recorded_at
    ), new_command AS (
        INSERT INTO command (command_id, digest, answer, first_position, events, recorded_at)
        VALUES (%s, %s, %s, %s, %s, %s)
    )
    INSERT INTO kvittens_events (originator_id, originator_version, topic, state, notification_id, county, case_id,
        occurred_at, recorded_at, command_id)
    VALUES """


class Committer:
    """Commits saves from many threads; one to a process. `close` lets what waits be committed first."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection[tuple[Any, ...]] | None = None
        self._commit_begun = False
        """Whether the attempt under way has sent its commit."""
        self._unknown = False
        """Whether an attempt was cut off after it had sent its commit, and none since has read what became of it."""
        self._waiting: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._death: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kvittens-committer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many saves wait to be taken up."""
        return len(self._waiting)

    def submit(self, save: Save, stored: Sequence[StoredEvent]) -> Outcome:
        """Blocks until the save is committed. `stored` are the rows of its events, in the same order.

        Raises CaseMoved, CommandReused, StoreUnavailable, ActUnstorable, whatever the save's `finish` raised, or the
        database's error over this save's own rows.
        """
        waiting = _Waiting(save, stored, monotonic() + PATIENCE)
        with self._changed:
            if self._closing or self._death is not None or not self._thread.is_alive():
                raise StoreUnavailable("the store is closed; nothing was recorded") from self._death
            if len(self._waiting) >= MOST_WAITING:
                raise StoreUnavailable(f"{MOST_WAITING} acts already wait to be recorded; nothing was recorded")
            self._waiting.append(waiting)
            self._changed.notify()
        try:
            return waiting.outcome.result(PATIENCE + _LAST_ATTEMPT)
        except TimeoutError as error:
            if waiting.outcome.cancel():
                raise StoreUnavailable("the store did not come to this act in time; nothing was recorded") from error
            raise _unavailable("the store has not answered in time", unknown=True) from error

    def close(self) -> None:
        """Takes no more saves, commits those that wait, and ends the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(PATIENCE + _LAST_ATTEMPT)

    def _run(self) -> None:
        try:
            while batch := self._next_batch():
                self._settle(batch)
        except BaseException as error:
            logger.critical("the committer has died; nothing more is recorded by this process", exc_info=error)
            self._death = error
        finally:
            with self._changed:
                self._closing = True
                left, self._waiting = list(self._waiting), deque()
            for waiting in left:
                if waiting.outcome.set_running_or_notify_cancel():
                    _refuse(waiting, StoreUnavailable("the store is closed; nothing was recorded"), self._death)
            self._disconnect()

    def _next_batch(self) -> list[_Waiting]:
        """What waits now, at least one save; none when closing and all is done."""
        with self._changed:
            while True:
                while not self._waiting:
                    if self._closing:
                        return []
                    self._changed.wait()
                taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]
                if batch := [waiting for waiting in taken if waiting.outcome.set_running_or_notify_cancel()]:
                    return batch

    def _settle(self, batch: list[_Waiting]) -> None:
        """Gives every save of the batch its outcome, whatever it is."""
        self._commit_begun = self._unknown = False
        try:
            self._commit(batch)
        except BaseException as error:
            unknown = self._commit_begun or self._unknown
            for waiting in batch:
                if not waiting.outcome.done():
                    _refuse(waiting, _unavailable("the store failed", unknown=unknown), error)
            if not isinstance(error, Exception):
                raise
            logger.exception("a batch of saves met a fault in the committer itself")
            self._disconnect()

    def _commit(self, batch: list[_Waiting]) -> None:
        trouble: Exception | None = None  # what last cut an attempt off
        attempt = self._attempt
        while batch := [waiting for waiting in batch if _in_time(waiting, trouble, unknown=self._unknown)]:
            self._commit_begun = False
            had_connected = self._connection is not None
            try:
                outcomes = attempt(batch)
            except Exception as error:
                if self._undo():
                    if len(batch) == 1 or _is_outage(error) or attempt == self._attempt_each:
                        for waiting in batch:
                            _refuse(waiting, _refusal(error, unknown=self._unknown), error)
                        return
                    attempt = self._attempt_each
                    continue
                # The connection is gone, perhaps with a commit on the way: the next attempt reads under the lock which
                # commands are recorded, and so cannot record one twice.
                logger.warning("lost the database, connecting again: %s", error)
                trouble, self._unknown = error, self._unknown or self._commit_begun
                if not had_connected:
                    threading.Event().wait(_PAUSE)
            else:
                for waiting, outcome in zip(batch, outcomes, strict=False):
                    if isinstance(outcome, Outcome):
                        waiting.outcome.set_result(outcome)
                    else:
                        waiting.outcome.set_exception(outcome)
                batch = batch[len(outcomes) :]

    def _attempt(self, batch: Sequence[_Waiting]) -> list[Outcome | Exception]:
        """One transaction: two round trips and a commit. What it returns is true because the commit was confirmed.

        It returns the outcomes of as many saves, from the first, as could be finished in the time that one may take.
        """
        connection = self._connected()
        with connection.pipeline() as pipeline, connection.cursor(binary=True) as cursor:
            verdicts = self._lock(connection, batch, pipeline)
            outcomes = [verdicts.judge(waiting) for waiting in verdicts.while_there_is_time(batch)]
            _write(cursor, verdicts.rows)
            _give_back(cursor, verdicts.unused)
            self._commit_begun = True
            cursor.execute("COMMIT")
        _check_committed(cursor)
        return outcomes

    def _attempt_each(self, batch: Sequence[_Waiting]) -> list[Outcome | Exception]:
        """The same with a savepoint for each save, at a round trip each: what the database refuses is refused alone."""
        connection = self._connected()
        outcomes: list[Outcome | Exception] = []
        with connection.pipeline() as pipeline:
            verdicts = self._lock(connection, batch, pipeline)
        for waiting in verdicts.while_there_is_time(batch):
            before = verdicts.copy()
            outcome = verdicts.judge(waiting)
            try:
                with connection.transaction(), connection.pipeline(), connection.cursor(binary=True) as cursor:
                    _write(cursor, verdicts.rows[len(before.rows) :])
            except Exception as error:
                if connection.broken or _is_outage(error):
                    raise
                verdicts, outcome = before, _refusal(error)
                if outcome is not error:
                    outcome.__cause__ = error
            outcomes.append(outcome)
        _give_back(connection.cursor(), verdicts.unused)
        self._commit_begun = True
        _check_committed(connection.execute("COMMIT"))
        return outcomes

    def _lock(
        self, connection: Connection[tuple[Any, ...]], batch: Sequence[_Waiting], pipeline: Pipeline
    ) -> "_Verdicts":
        """Begins a transaction, takes the lock that is the one order, and reads under it."""
        asked = sum(len(waiting.stored) for waiting in batch)
        connection.execute(_BEGIN)
        locked = connection.cursor(binary=True).execute(_LOCK, (asked, _LONGEST_HOLD))
        cases = connection.cursor(binary=True).execute(_CASES, ([waiting.save.case_id for waiting in batch],))
        commands = connection.cursor(binary=True).execute(_COMMANDS, ([waiting.save.command_id for waiting in batch],))
        pipeline.sync()  # the server then knows that it waits for us, and for how long
        row = locked.fetchone()
        if row is None:
            raise LookupError("stream_head has no row: the database was not migrated")
        self._unknown = False
        return _Verdicts(row[0] - asked, row[0], row[1], cases, commands)

    def _connected(self) -> Connection[tuple[Any, ...]]:
        if self._connection is None:
            connection = psycopg.connect(
                self._dsn,
                autocommit=True,
                prepare_threshold=0,
                connect_timeout=5,
                keepalives_idle=5,
                keepalives_interval=2,
                keepalives_count=3,
                tcp_user_timeout=10_000,
                fallback_application_name="kvittens-committer",
            )
            connection.execute(
                """
                SELECT set_config('TimeZone', 'UTC', false),
                    set_config('lock_timeout', %s, false),
                    set_config('idle_in_transaction_session_timeout', %s, false),
                    set_config('synchronous_commit', CASE current_setting('synchronous_commit')
                        WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false)
                """,
                (_LOCK_TIMEOUT, _LONGEST_HOLD),
            )
            self._connection = connection
        return self._connection

    def _undo(self) -> bool:
        """Rolls back. False when the connection is lost, which undoes all that was not committed."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.execute("ROLLBACK")
                return True
        self._disconnect()
        return False

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _Verdicts:
    """Which saves of a batch hold, judged in order under the lock, and the rows of those that do."""

    def __init__(
        self,
        position: int,
        last: int,
        clock: datetime,
        cases: Iterable[tuple[Any, ...]],
        commands: Iterable[tuple[Any, ...]],
    ) -> None:
        self._position = position
        self._last = last
        self._clock = clock
        self._give_up_at = monotonic() + _LONGEST_JUDGING
        self._cases: dict[UUID, tuple[int, datetime]] = {case: (version, at) for case, version, at in cases}
        self._commands: dict[UUID, tuple[bytes, Outcome]] = {
            command: (bytes(digest), Outcome(bytes(answer), first, count, at, repeated=True))
            for command, digest, answer, first, count, at in commands
        }
        self.rows: list[_Row] = []

    @property
    def unused(self) -> int:
        """Positions that were taken and not given out."""
        return self._last - self._position

    def copy(self) -> "_Verdicts":
        """The verdicts so far, which later ones do not change."""
        same = copy(self)
        same._cases, same._commands, same.rows = dict(self._cases), dict(self._commands), list(self.rows)
        return same

    def while_there_is_time(self, batch: Sequence[_Waiting]) -> Iterator[_Waiting]:
        """The saves of the batch, at least one, until those before have taken the time that one transaction has."""
        yield batch[0]
        yield from takewhile(lambda _: monotonic() < self._give_up_at, batch[1:])

    def judge(self, waiting: _Waiting) -> Outcome | Exception:
        """The outcome of a save if the batch is committed."""
        save = waiting.save
        if save.command_id in self._commands:
            digest, first = self._commands[save.command_id]
            return first if digest == save.digest else CommandReused(save.command_id)
        version, case_recorded_at = self._cases.get(save.case_id, (0, None))
        if version != save.expected_version:
            return CaseMoved(save.case_id, expected=save.expected_version, actual=version)
        recorded_at = save.clock or self._clock
        if case_recorded_at is not None:
            recorded_at = max(recorded_at, case_recorded_at + _INSTANT)
        try:
            finished = save.finish([event.model_copy(update={"recorded_at": recorded_at}) for event in save.events])
        except Exception as error:
            return error
        outcome = Outcome(finished.answer, self._position + 1, len(save.events), recorded_at)
        self._position += outcome.count
        self._cases[save.case_id] = (version + outcome.count, recorded_at)
        self._commands[save.command_id] = (save.digest, Outcome(**vars(outcome) | {"repeated": True}))
        self.rows.append(_Row(save, waiting.stored, outcome, finished.statements))
        return outcome


def _write(cursor: Cursor[tuple[Any, ...]], rows: Sequence[_Row]) -> None:
    """Sends all rows of a batch."""
    for count in {row.outcome.count for row in rows}:
        alike = [[*row.case(), *row.command(), *row.events()] for row in rows if row.outcome.count == count]
        cursor.executemany(_RECORD + ", ".join([_EVENT] * count), alike)
    for row in rows:
        for sql, parameters in row.statements:
            if isinstance(parameters, list):
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters)


def _give_back(cursor: Cursor[tuple[Any, ...]], unused: int) -> None:
    """Gives back the positions that no save used, so that none is ever skipped."""
    if unused:
        cursor.execute(_GIVE_BACK, (unused,))


def _check_committed(cursor: Cursor[tuple[Any, ...]]) -> None:
    if cursor.statusmessage != "COMMIT":
        raise psycopg.InternalError(f"the database answered {cursor.statusmessage} to a commit")


def _in_time(waiting: _Waiting, trouble: Exception | None, *, unknown: bool) -> bool:
    if monotonic() < waiting.give_up_at:
        return True
    _refuse(waiting, _unavailable("the database cannot be reached", unknown=unknown), trouble)
    return False


def _is_outage(error: Exception) -> bool:
    """Whether the database could not do its work, whatever it was asked to do (PostgreSQL, appendix A)."""
    if not isinstance(error, psycopg.Error):
        return False
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return _class(error) in _OUTAGE


def _refusal(error: Exception, *, unknown: bool = False) -> Exception:
    """What to tell of an error on a sound connection, after which nothing of the attempt is left."""
    if _is_outage(error):
        return _unavailable("the database could not record the act", unknown=unknown)
    unsendable = isinstance(error, (psycopg.DataError, UnicodeError))
    if unsendable or (isinstance(error, psycopg.Error) and _class(error) in _UNSTORABLE):
        return ActUnstorable(str(error).partition("\n")[0])
    return error


def _class(error: psycopg.Error) -> str:
    return (error.sqlstate or "")[:2]


def _unavailable(what: str, *, unknown: bool) -> StoreUnavailable:
    if unknown:
        return OutcomeUnknown(f"{what}; whether the act was recorded is not known")
    return StoreUnavailable(f"{what}; nothing was recorded")


def _refuse(waiting: _Waiting, refusal: Exception, cause: BaseException | None) -> None:
    if refusal is not cause:
        refusal.__cause__ = cause
    waiting.outcome.set_exception(refusal)
