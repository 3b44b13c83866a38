"""Group commit: the saves of all threads of one process, in one order, sharing transactions.

One thread takes every save that waits and commits them together. The lock on the row of `stream_head` is the one order
of the record, between processes too: positions 1..N are given out under it, so a reader never sees a gap.

What a caller may rely on:
- An answer means that the transaction was committed. An error other than StoreUnavailable means that nothing was.
- StoreUnavailable alone leaves it open (its text says when it does); the same command sent again then gets the answer.
- The fault of one save never reaches another: a batch that fails is undone and its saves are tried one by one.
- Nobody waits longer than PATIENCE for an outcome, plus a moment for the last attempt.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg import Connection, Cursor

from domain.kernel import Event

PATIENCE = 10.0
"""Seconds a save may be waited for and attempted, reconnections included."""
_LAST_ATTEMPT = 7.0
"""Seconds more for an attempt that began in time: the longest wait for the lock, and a commit."""
_LOCK_TIMEOUT = "5s"
"""How long another process may hold the stream before this one calls the store unavailable."""
_PAUSE = 0.1
"""Seconds between two attempts to connect."""
MOST_WAITING = 1000
"""Saves that may wait at once; a caller beyond that is refused at once rather than kept."""
_MOST_TOGETHER = 128
"""Saves in one transaction: enough to share a commit, few enough to keep the lock short."""
_INSTANT = timedelta(microseconds=1)

Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[LiteralString, Parameters | list[Parameters]]
"""SQL and its parameters. A list is many executions, one for each element; a tuple or a mapping is one."""

logger = logging.getLogger(__name__)


class StoreUnavailable(Exception):
    """The store gave no outcome in time. Sending the same command again is safe and tells what became of it."""


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
    patient_id: UUID
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
    RETURNING position, recorded_at, pg_notify('kvittens_events', '')"""
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

        Raises CaseMoved, CommandReused, StoreUnavailable, whatever the save's `finish` raised, or the database's error
        over this save's own rows.
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
            raise StoreUnavailable(
                "the store has not answered in time; whether the act was recorded is not known"
            ) from error

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
        try:
            self._commit(batch)
        except BaseException as error:
            for waiting in batch:
                if not waiting.outcome.done():
                    _refuse(
                        waiting, StoreUnavailable("the store failed; whether the act was recorded is not known"), error
                    )
            if not isinstance(error, Exception):
                raise
            logger.exception("a batch of saves met a fault in the committer itself")
            self._disconnect()

    def _commit(self, batch: list[_Waiting], trouble: Exception | None = None) -> None:
        """`trouble` is what cut an earlier attempt off, whose commit may yet have happened."""
        while batch := [waiting for waiting in batch if _in_time(waiting, trouble)]:
            try:
                outcomes = self._attempt(batch)
            except Exception as error:
                had_connected = self._connection is not None
                if self._undo():
                    self._refuse_or_split(batch, error, trouble)
                    return
                # The connection is gone, perhaps with a commit on the way: the next attempt reads under the lock which
                # commands are recorded, and so cannot record one twice.
                logger.warning("lost the database, connecting again: %s", error)
                trouble = error
                if not had_connected:
                    threading.Event().wait(_PAUSE)
            else:
                for waiting, outcome in zip(batch, outcomes, strict=True):
                    if isinstance(outcome, Outcome):
                        waiting.outcome.set_result(outcome)
                    else:
                        waiting.outcome.set_exception(outcome)
                return

    def _refuse_or_split(self, batch: list[_Waiting], error: Exception, trouble: Exception | None) -> None:
        """After a batch that was undone on a sound connection: each save of it meets its own fate."""
        if len(batch) > 1:
            for waiting in batch:
                self._commit([waiting], trouble)
        elif isinstance(error, psycopg.OperationalError):
            fate = "whether it was recorded before is not known" if trouble else "nothing was recorded"
            _refuse(batch[0], StoreUnavailable(f"the database could not record the act; {fate}"), error)
        else:
            batch[0].outcome.set_exception(error)

    def _attempt(self, batch: Sequence[_Waiting]) -> list[Outcome | Exception]:
        """One transaction: two round trips and a commit. What it returns is true because the commit was confirmed."""
        connection = self._connected()
        asked = sum(len(waiting.stored) for waiting in batch)
        with connection.pipeline(), connection.cursor(binary=True) as cursor:
            cursor.execute(_BEGIN)
            locked = connection.cursor(binary=True).execute(_LOCK, (asked,))
            cases = connection.cursor(binary=True).execute(_CASES, ([waiting.save.case_id for waiting in batch],))
            commands = connection.cursor(binary=True).execute(
                _COMMANDS, ([waiting.save.command_id for waiting in batch],)
            )
            row = locked.fetchone()
            if row is None:
                raise LookupError("stream_head has no row: the database was not migrated")
            verdicts = _Verdicts(row[0] - asked, row[1], cases, commands)
            outcomes = [verdicts.judge(waiting) for waiting in batch]
            _write(cursor, verdicts.rows, unused=asked - verdicts.used)
            cursor.execute("COMMIT")
        if cursor.statusmessage != "COMMIT":
            raise psycopg.InternalError(f"the database answered {cursor.statusmessage} to a commit")
        return outcomes

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
                (_LOCK_TIMEOUT, _LOCK_TIMEOUT),
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
        self, position: int, clock: datetime, cases: Iterable[tuple[Any, ...]], commands: Iterable[tuple[Any, ...]]
    ) -> None:
        self._start = position
        self._position = position
        self._clock = clock
        self._cases: dict[UUID, tuple[int, datetime]] = {case: (version, at) for case, version, at in cases}
        self._commands: dict[UUID, tuple[bytes, Outcome]] = {
            command: (bytes(digest), Outcome(bytes(answer), first, count, at, repeated=True))
            for command, digest, answer, first, count, at in commands
        }
        self.rows: list[_Row] = []

    @property
    def used(self) -> int:
        """Positions given out."""
        return self._position - self._start

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


def _write(cursor: Cursor[tuple[Any, ...]], rows: Sequence[_Row], *, unused: int) -> None:
    """Sends all rows of a batch. Positions that no save used are given back, so that none is ever skipped."""
    if unused:
        cursor.execute(_GIVE_BACK, (unused,))
    if not rows:
        return
    for count in {row.outcome.count for row in rows}:
        alike = [[*row.case(), *row.command(), *row.events()] for row in rows if row.outcome.count == count]
        cursor.executemany(_RECORD + ", ".join([_EVENT] * count), alike)
    for row in rows:
        for sql, parameters in row.statements:
            if isinstance(parameters, list):
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters)


def _in_time(waiting: _Waiting, trouble: Exception | None) -> bool:
    if monotonic() < waiting.give_up_at:
        return True
    _refuse(
        waiting, StoreUnavailable("the database cannot be reached; whether the act was recorded is not known"), trouble
    )
    return False


def _refuse(waiting: _Waiting, refusal: StoreUnavailable, cause: BaseException | None) -> None:
    refusal.__cause__ = cause
    waiting.outcome.set_exception(refusal)
