"""Group commit: the saves of all threads of one process, in one order, in shared transactions.

One thread takes every save that waits and commits them together. The lock on the row of `stream_head` gives the record
its one order, also between processes: positions 1..N are given out under the lock, so a reader never sees a gap.

A caller may rely on this:
- An answer means that the transaction was committed. An error other than OutcomeUnknown means that nothing was.
- OutcomeUnknown means that nobody knows. The caller sends the same command again and gets the answer.
- A fault in one save never affects another. If the database refuses a batch, the batch is undone and written again in
  one transaction, with a savepoint for each save.
- Nobody waits longer for an outcome than PATIENCE, plus the time of the last attempt.
- A process that freezes while it holds the lock loses it, because the server ends its session. Before PostgreSQL 17 the
  server does so only if the process was idle, not if it had begun to write.
"""

import logging
import threading
from collections import Counter, deque
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
from psycopg.errors import UniqueViolation

from domain.kernel import Event

PATIENCE = 10.0
"""The seconds that a save may wait and be attempted, reconnections included."""
_LAST_ATTEMPT = 11.0
"""The extra seconds for an attempt that began in time: the longest wait for the lock, plus the longest hold of it."""
_HOLD_LIMIT = "4s"
"""The time that a process may hold the lock before the server ends its session, so that a frozen one stops nobody."""
_LOCK_TIMEOUT = "6s"
"""The time that this process waits for the lock before it reports an outage; longer than _HOLD_LIMIT."""
_JUDGING_LIMIT = 0.5
"""The seconds of a transaction in which saves are judged; the rest of the batch comes in the next transaction."""
_PAUSE = 0.1
"""The seconds between two attempts to connect."""
QUEUE_LIMIT = 1000
"""The number of saves that may wait at once; the next caller is refused at once."""
_BATCH_LIMIT = 128
"""The number of saves in one transaction: enough to share a commit, few enough to keep the lock short."""
_INSTANT = timedelta(microseconds=1)
_OUTAGE = {"08", "40", "53", "55", "57", "58"}
"""The SQLSTATE classes that are not the save's fault: connection, rollback, resources, locks, operator, system."""
_ONE_ORDER = "kvittens_events_one_order"
"""The constraint that no two events have one position. Positions are given out under a lock, so no act breaks it."""
_UNSTORABLE = {"22", "54"}
"""The SQLSTATE classes that no new attempt can mend: data exception, program limit exceeded."""

Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[LiteralString, Parameters | list[Parameters]]
"""SQL with its parameters. A list means one execution for each element; a tuple or a mapping means one execution."""

logger = logging.getLogger(__name__)


class StoreUnavailable(Exception):
    """A store that cannot be used now. Nothing was recorded, unless the exception is OutcomeUnknown."""


class OutcomeUnknown(StoreUnavailable):
    """The lack of an outcome in time. It is safe to send the same command again, and the answer tells the outcome."""


class ActUnstorable(Exception):
    """An act with content that the database cannot keep, such as a text too long for a search index."""


class CaseMoved(Exception):
    """A case with other events than the decision saw: somebody acted first. Load the case and decide again."""

    def __init__(self, case_id: UUID, *, expected: int, actual: int) -> None:
        super().__init__(f"case {case_id} has {actual} events, but the decision saw {expected}")
        self.case_id = case_id
        self.expected = expected
        self.actual = actual


class CaseOpened(CaseMoved):
    """A person with other cases than the decision saw: somebody opened one first. Read them and decide again."""

    def __init__(self, case_id: UUID, *, expected: int, actual: int) -> None:
        super().__init__(case_id, expected=expected, actual=actual)
        self.args = (f"the person of case {case_id} has {actual} others, but the decision saw {expected}",)


class CommandReused(Exception):
    """A command id that was used before, for a request with other content."""

    def __init__(self, command_id: UUID) -> None:
        super().__init__(f"command {command_id} was used before, for another request")
        self.command_id = command_id


@dataclass(frozen=True)
class Completion:
    """The answer to an act, and the rows to write in the same transaction. Both follow once the events have a time."""

    answer: bytes
    statements: Sequence[Statement] = ()


@dataclass(frozen=True)
class Save:
    """One act to record.

    `digest` is the SHA-256 of the request; the same command id with another digest is refused. `expected_version` is
    the number of the case's events that the decision saw. Only a demonstration gives `clock`, which replaces the
    database's own. An act that opens a case gives `person_cases`, the number of the person's cases that the decision
    saw. The committer's thread calls `finish` under the lock, with the events that will be recorded. It must
    be quick and pure, and it may be called again, because a batch that fails is attempted again.
    """

    command_id: UUID
    digest: bytes
    case_id: UUID
    county: str
    patient_id: UUID | None
    """None for a ledger, whose id takes the place of a case's."""
    region: str | None
    municipality: str | None
    expected_version: int
    events: Sequence[Event]
    finish: Callable[[Sequence[Event]], Completion]
    clock: datetime | None = None
    person_cases: int | None = None

    def __post_init__(self) -> None:
        if not self.events:
            raise ValueError("a save holds at least one event")
        if any(event.case_id != self.case_id for event in self.events):
            raise ValueError(f"a save holds events of one case, {self.case_id}, and no other")


@dataclass(frozen=True)
class Outcome:
    """The place of a command in the record. `repeated` is True if the command was recorded before."""

    answer: bytes
    first_position: int
    count: int
    recorded_at: datetime
    repeated: bool = False

    @property
    def positions(self) -> range:
        """The positions of the command's events, without a gap between them."""
        return range(self.first_position, self.first_position + self.count)


@dataclass(frozen=True, eq=False)
class _Ticket:
    """A save in the queue, and the outcome that its caller waits for."""

    save: Save
    stored: Sequence[StoredEvent]
    give_up_at: float
    outcome: Future[Outcome] = field(default_factory=Future)


@dataclass(frozen=True)
class _Row:
    """An accepted save, with its position and time in the record."""

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
        outcome = self.outcome
        return (
            self.save.command_id,
            self.save.digest,
            outcome.answer,
            outcome.first_position,
            outcome.count,
            outcome.recorded_at,
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
_PERSONS: LiteralString = "SELECT patient_id, count(*) FROM case_head WHERE patient_id = ANY(%s) GROUP BY patient_id"
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
    """The thread that commits the saves of all threads of its process. `close` commits the waiting saves first."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection[tuple[Any, ...]] | None = None
        self._commit_sent = False
        """True if the current attempt has sent its commit."""
        self._is_unknown = False
        """True if an attempt lost its connection after its commit was sent, and no later one has read the outcome."""
        self._queue: deque[_Ticket] = deque()
        self._changed = threading.Condition()
        self._is_closing = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kvittens-committer", daemon=True)
        self._thread.start()

    @property
    def queue_length(self) -> int:
        """The number of saves that wait for a batch."""
        return len(self._queue)

    def submit(self, save: Save, stored: Sequence[StoredEvent]) -> Outcome:
        """Commit a save and wait until that is done. `stored` are the rows of its events, in the same order.

        Raises CaseMoved, CommandReused, StoreUnavailable, ActUnstorable, any error of the save's `finish`, or the
        database's error about the save's own rows.
        """
        ticket = _Ticket(save, stored, monotonic() + PATIENCE)
        with self._changed:
            if self._is_closing or self._failure is not None or not self._thread.is_alive():
                raise StoreUnavailable("the store is closed; nothing was recorded") from self._failure
            if len(self._queue) >= QUEUE_LIMIT:
                raise StoreUnavailable(f"{QUEUE_LIMIT} acts wait already; nothing was recorded")
            self._queue.append(ticket)
            self._changed.notify()
        try:
            return ticket.outcome.result(PATIENCE + _LAST_ATTEMPT)
        except TimeoutError as error:
            if ticket.outcome.cancel():
                raise StoreUnavailable("the store did not reach this act in time; nothing was recorded") from error
            raise _unavailable("the store did not answer in time", is_unknown=True) from error

    def close(self) -> None:
        """Refuse new saves, commit the waiting ones, and end the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        self._thread.join(PATIENCE + _LAST_ATTEMPT)

    def _run(self) -> None:
        try:
            while batch := self._next_batch():
                self._settle(batch)
        except BaseException as error:
            logger.critical("the committer has failed; this process records nothing more", exc_info=error)
            self._failure = error
        finally:
            with self._changed:
                self._is_closing = True
                remaining, self._queue = list(self._queue), deque()
            for ticket in remaining:
                if ticket.outcome.set_running_or_notify_cancel():
                    _refuse(ticket, StoreUnavailable("the store is closed; nothing was recorded"), self._failure)
            self._disconnect()

    def _next_batch(self) -> list[_Ticket]:
        """Wait for saves and take a batch of them; take none if the committer is closing and the queue is empty."""
        with self._changed:
            while True:
                while not self._queue:
                    if self._is_closing:
                        return []
                    self._changed.wait()
                tickets = [self._queue.popleft() for _ in range(min(len(self._queue), _BATCH_LIMIT))]
                if batch := [ticket for ticket in tickets if ticket.outcome.set_running_or_notify_cancel()]:
                    return batch

    def _settle(self, batch: list[_Ticket]) -> None:
        """Give every save of the batch an outcome, or an error."""
        self._commit_sent = self._is_unknown = False
        try:
            self._commit(batch)
        except BaseException as error:
            is_unknown = self._commit_sent or self._is_unknown
            for ticket in batch:
                if not ticket.outcome.done():
                    _refuse(ticket, _unavailable("the store failed", is_unknown=is_unknown), error)
            if not isinstance(error, Exception):
                raise
            logger.exception("the committer itself failed on a batch of saves")
            self._disconnect()

    def _commit(self, batch: list[_Ticket]) -> None:
        loss: Exception | None = None  # the last loss of the connection
        attempt = self._attempt
        while batch := [ticket for ticket in batch if _in_time(ticket, loss, is_unknown=self._is_unknown)]:
            self._commit_sent = False
            was_connected = self._connection is not None
            try:
                outcomes = attempt(batch)
            except Exception as error:
                if self._undo():
                    if len(batch) == 1 or _is_outage(error) or attempt == self._attempt_each:
                        for ticket in batch:
                            _refuse(ticket, _refusal_for(error, is_unknown=self._is_unknown), error)
                        return
                    attempt = self._attempt_each
                    continue
                # The connection is lost, perhaps after the commit was sent. The next attempt reads the recorded
                # commands under the lock, so it cannot record one twice.
                logger.warning("lost the connection to the database, connecting again: %s", error)
                loss, self._is_unknown = error, self._is_unknown or self._commit_sent
                if not was_connected:
                    threading.Event().wait(_PAUSE)
            else:
                for ticket, outcome in zip(batch, outcomes, strict=False):
                    if isinstance(outcome, Outcome):
                        ticket.outcome.set_result(outcome)
                    else:
                        ticket.outcome.set_exception(outcome)
                batch = batch[len(outcomes) :]

    def _attempt(self, batch: Sequence[_Ticket]) -> list[Outcome | Exception]:
        """Commit a batch in one transaction, with two round trips and a commit, and return the confirmed outcomes.

        There is an outcome for as many saves, from the first, as were judged in the time that a transaction has.
        """
        connection = self._connect()
        with connection.pipeline() as pipeline, connection.cursor(binary=True) as cursor:
            verdicts = self._lock(connection, batch, pipeline)
            outcomes = [verdicts.judge(ticket) for ticket in verdicts.take_in_time(batch)]
            _write(cursor, verdicts.rows)
            _give_back(cursor, verdicts.unused)
            self._commit_sent = True
            cursor.execute("COMMIT")
        _check_committed(cursor)
        return outcomes

    def _attempt_each(self, batch: Sequence[_Ticket]) -> list[Outcome | Exception]:
        """Commit a batch with a savepoint and a round trip for each save, so that the database refuses each alone."""
        connection = self._connect()
        outcomes: list[Outcome | Exception] = []
        with connection.pipeline() as pipeline:
            verdicts = self._lock(connection, batch, pipeline)
        for ticket in verdicts.take_in_time(batch):
            before = verdicts.copy()
            outcome = verdicts.judge(ticket)
            try:
                with connection.transaction(), connection.pipeline(), connection.cursor(binary=True) as cursor:
                    _write(cursor, verdicts.rows[len(before.rows) :])
            except Exception as error:
                if connection.broken or _is_outage(error):
                    raise
                verdicts, outcome = before, _refusal_for(error)
                if outcome is not error:
                    outcome.__cause__ = error
            outcomes.append(outcome)
        _give_back(connection.cursor(), verdicts.unused)
        self._commit_sent = True
        _check_committed(connection.execute("COMMIT"))
        return outcomes

    def _lock(
        self, connection: Connection[tuple[Any, ...]], batch: Sequence[_Ticket], pipeline: Pipeline
    ) -> "_Verdicts":
        """Begin a transaction, take the lock that orders the record, and read what the saves depend on under it."""
        persons = [ticket.save.patient_id for ticket in batch if ticket.save.person_cases is not None]
        count = sum(len(ticket.stored) for ticket in batch)
        connection.execute(_BEGIN)
        head = connection.cursor(binary=True).execute(_LOCK, (count, _HOLD_LIMIT))
        cases = connection.cursor(binary=True).execute(_CASES, ([ticket.save.case_id for ticket in batch],))
        commands = connection.cursor(binary=True).execute(_COMMANDS, ([ticket.save.command_id for ticket in batch],))
        counts = connection.cursor(binary=True).execute(_PERSONS, (persons,)) if persons else ()
        pipeline.sync()  # from here on the server limits the time that it waits for this process
        row = head.fetchone()
        if row is None:
            raise LookupError("stream_head has no row: the database was not migrated")
        self._is_unknown = False
        return _Verdicts(row[0] - count, row[0], row[1], cases, commands, counts)

    def _connect(self) -> Connection[tuple[Any, ...]]:
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
                (_LOCK_TIMEOUT, _HOLD_LIMIT),
            )
            self._connection = connection
        return self._connection

    def _undo(self) -> bool:
        """Roll back. Return False if the connection is lost, which undoes everything that was not committed."""
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
    """The judgement of a batch's saves, in order, under the lock, and the rows of the accepted ones."""

    def __init__(
        self,
        position: int,
        last: int,
        clock: datetime,
        cases: Iterable[tuple[Any, ...]],
        commands: Iterable[tuple[Any, ...]],
        persons: Iterable[tuple[Any, ...]],
    ) -> None:
        self._position = position
        self._last = last
        self._clock = clock
        self._give_up_at = monotonic() + _JUDGING_LIMIT
        self._cases: dict[UUID, tuple[int, datetime]] = {case: (version, at) for case, version, at in cases}
        self._commands: dict[UUID, tuple[bytes, Outcome]] = {
            command: (bytes(digest), Outcome(bytes(answer), first, count, at, repeated=True))
            for command, digest, answer, first, count, at in commands
        }
        self._persons: Counter[UUID] = Counter(dict(persons))
        """The number of cases of each person for whom a case is opened."""
        self.rows: list[_Row] = []

    @property
    def unused(self) -> int:
        """The number of positions that were taken from the stream and not given to an event."""
        return self._last - self._position

    def copy(self) -> "_Verdicts":
        """Return a copy of the verdicts so far, which later verdicts do not change."""
        same = copy(self)
        same._cases, same._commands, same.rows = dict(self._cases), dict(self._commands), list(self.rows)
        same._persons = self._persons.copy()
        return same

    def take_in_time(self, batch: Sequence[_Ticket]) -> Iterator[_Ticket]:
        """Yield the saves of the batch, at least one, until the transaction's time is used."""
        yield batch[0]
        yield from takewhile(lambda _: monotonic() < self._give_up_at, batch[1:])

    def judge(self, ticket: _Ticket) -> Outcome | Exception:
        """Return the outcome that a save gets if the batch is committed, or its error."""
        save = ticket.save
        if save.command_id in self._commands:
            digest, first = self._commands[save.command_id]
            return first if digest == save.digest else CommandReused(save.command_id)
        version, case_recorded_at = self._cases.get(save.case_id, (0, None))
        if version != save.expected_version:
            return CaseMoved(save.case_id, expected=save.expected_version, actual=version)
        if save.person_cases is not None and save.patient_id is not None:
            known = self._persons[save.patient_id]
            if known != save.person_cases:
                return CaseOpened(save.case_id, expected=save.person_cases, actual=known)
        recorded_at = save.clock or self._clock
        if case_recorded_at is not None:
            recorded_at = max(recorded_at, case_recorded_at + _INSTANT)
        try:
            completion = save.finish([event.model_copy(update={"recorded_at": recorded_at}) for event in save.events])
        except Exception as error:
            return error
        outcome = Outcome(completion.answer, self._position + 1, len(save.events), recorded_at)
        self._position += outcome.count
        self._cases[save.case_id] = (version + outcome.count, recorded_at)
        if version == 0 and save.patient_id is not None:
            self._persons[save.patient_id] += 1
        self._commands[save.command_id] = (save.digest, Outcome(**vars(outcome) | {"repeated": True}))
        self.rows.append(_Row(save, ticket.stored, outcome, completion.statements))
        return outcome


def _write(cursor: Cursor[tuple[Any, ...]], rows: Sequence[_Row]) -> None:
    """Send all rows of a batch."""
    for count in {row.outcome.count for row in rows}:
        parameters = [[*row.case(), *row.command(), *row.events()] for row in rows if row.outcome.count == count]
        cursor.executemany(_RECORD + ", ".join([_EVENT] * count), parameters)
    for row in rows:
        for sql, values in row.statements:
            if isinstance(values, list):
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values)


def _give_back(cursor: Cursor[tuple[Any, ...]], unused: int) -> None:
    """Give back the positions that no save used, so that no position is ever skipped."""
    if unused:
        cursor.execute(_GIVE_BACK, (unused,))


def _check_committed(cursor: Cursor[tuple[Any, ...]]) -> None:
    if cursor.statusmessage != "COMMIT":
        raise psycopg.InternalError(f"the database answered {cursor.statusmessage} to a commit")


def _in_time(ticket: _Ticket, loss: Exception | None, *, is_unknown: bool) -> bool:
    """Return True if a save may be attempted again; otherwise refuse it."""
    if monotonic() < ticket.give_up_at:
        return True
    _refuse(ticket, _unavailable("the database cannot be reached", is_unknown=is_unknown), loss)
    return False


def _is_outage(error: Exception) -> bool:
    """Return True if the database could not work, whatever the request was (PostgreSQL, appendix A)."""
    if not isinstance(error, psycopg.Error):
        return False
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError)
    return _class(error) in _OUTAGE


def _refusal_for(error: Exception, *, is_unknown: bool = False) -> Exception:
    """Return the exception for the caller, after an error on a sound connection that undid the attempt."""
    if _is_outage(error):
        return _unavailable("the database could not record the act", is_unknown=is_unknown)
    if isinstance(error, UniqueViolation) and error.diag.constraint_name == _ONE_ORDER:
        logger.critical("an event stands beyond the end of the order, and no act can be recorded: see kvittens rebuild")
        return _unavailable("an event stands beyond the end of the order", is_unknown=is_unknown)
    is_unsendable = isinstance(error, (psycopg.DataError, UnicodeError))
    if is_unsendable or (isinstance(error, psycopg.Error) and _class(error) in _UNSTORABLE):
        return ActUnstorable(str(error).partition("\n")[0])
    return error


def _class(error: psycopg.Error) -> str:
    return (error.sqlstate or "")[:2]


def _unavailable(reason: str, *, is_unknown: bool) -> StoreUnavailable:
    if is_unknown:
        return OutcomeUnknown(f"{reason}; it is not known if the act was recorded")
    return StoreUnavailable(f"{reason}; nothing was recorded")


def _refuse(ticket: _Ticket, refusal: Exception, cause: BaseException | None) -> None:
    if refusal is not cause:
        refusal.__cause__ = cause
    ticket.outcome.set_exception(refusal)
