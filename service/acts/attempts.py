"""One act from request to record: its id, its repeats, its conflicts with others, and the note of its refusal.

This is the one place that decides an act anew when others acted first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import LiteralString, TypeVar
from uuid import UUID, uuid4, uuid5

from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from domain.act import Act, Command, Decision
from domain.agreements.model import ActName
from domain.kernel import Actor, Events, Refusal, RefusalKind, Value
from projections.resources import ResourceKey
from service.audit.refusals import RefusalLog
from service.record.answers import RequestAnswer, keep_answer
from service.record.event_store.application import EventStore
from service.record.event_store.committer import CaseMoved, CommandReused, OutcomeUnknown, Save

ATTEMPTS = 20
"""Attempts to decide an act while others act on the same case."""
_FIRST: LiteralString = "SELECT digest, answer FROM command WHERE command_id = %s"


class AlreadyThere(Exception):
    """The thing that the request would create, fixed by its seed or its subject, exists by now.

    `id` is the id of the case or ledger.
    """

    def __init__(self, id: UUID) -> None:
        super().__init__(f"{id} exists")
        self.id = id


class VersionMismatch(Exception):
    """The resource has another version than the request was made for (If-Match)."""

    def __init__(self, key: ResourceKey, *, expected: int, actual: int) -> None:
        super().__init__(f"{key[0]}/{key[1]} is at version {actual}, not {expected}")
        self.key, self.expected, self.actual = key, expected, actual


class ContentInvalid(Refusal):
    """The content of an act does not fit into its event. The refusal names the places, never the content."""

    code = "CONTENT_INVALID"
    kind = RefusalKind.VALUE

    def __init__(self, error: ValidationError) -> None:
        where = [".".join(map(str, each["loc"])) for each in error.errors(include_input=False, include_url=False)]
        super().__init__(
            f"The act cannot be recorded because of {', '.join(where)}",
            rule="SYS-1",
            remedy="see what the act takes: GET /api/openapi.json",
            where=where,
        )


class NothingHappened(Exception):
    """The acts have no event: time has brought nothing, or what they say is on record. Nothing was recorded."""


class TooBusy(Exception):
    """Others kept acting on the case; nothing was recorded."""


@dataclass(frozen=True)
class ActRequest:
    """A request for acts: who asks, and the id that makes a repeated request the same request.

    `content` is what the id stands for: the same id with other content is refused.
    """

    actor: Actor
    content: bytes
    clock: datetime | None = None
    """The demonstration clock; only a demonstration database takes one."""
    idempotency_key: str | None = None
    made: UUID = field(default_factory=uuid4)

    @property
    def command_id(self) -> UUID:
        """The act's id: derived from the caller's own key and person, or new."""
        if self.idempotency_key is None:
            return self.made
        return uuid5(UUID(int=0), f"{self.actor.person} {self.actor.unit} {self.idempotency_key}")

    @property
    def digest(self) -> bytes:
        """A digest of the content, which tells two requests with one id apart."""
        return sha256(self.content).digest()

    def to_keep(self, answer: bytes) -> RequestAnswer | None:
        """Return the answer as it is kept for a repeat. None without a key, by which nothing can be repeated."""
        return RequestAnswer(self.command_id, self.digest, answer) if self.idempotency_key is not None else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """The acts that a request asks for, decided together or not at all."""

    commands: Sequence[Command]
    on: UUID | None = None
    """The case or the ledger; None for acts that open one."""
    occurred_at: datetime | None = None
    """The time at which it happened; None for now."""
    if_match: tuple[ResourceKey, int] | None = None
    """A resource, or the whole case or ledger, and the version that it must have."""
    read_anew: bool = False
    """True if a version other than `if_match` leads to another attempt, on a change that is read anew."""
    refusal: Refusal | None = None
    """A refusal found while the request was read. It is raised, and noted, before anything is decided."""

    @property
    def acts(self) -> list[ActName]:
        """The names of the acts."""
        return [command.name for command in self.commands]


C = TypeVar("C", bound=Change)


class Attempts:
    """Carries acts on cases and ledgers to the record. Safe for many threads."""

    def __init__(self, store: EventStore, pool: ConnectionPool, refusals: RefusalLog) -> None:
        self._store = store
        self._pool = pool
        self._refusals = refusals

    def carry(self, request: ActRequest, change: Callable[[], C], prepare: Callable[[C], Save]) -> bytes:
        """Read the change, prepare its acts on the present state, record them, and return their answer.

        If others acted first, all of it is done anew. A repeated request gets the first answer. Raises what `change`
        and `prepare` raise (a Refusal is noted), CommandReused, StoreUnavailable, TooBusy.
        """
        return self.answer_once(request, lambda: self._try(request, change, prepare))

    def answer_once(self, request: ActRequest, answer: Callable[[], bytes]) -> bytes:
        """Return the first answer to a request that is repeated with its key, or else answer it now.

        `answer` records what it returns in the transaction that makes the change, or raises: of several requests with
        one key one alone can. Raises what it raises, and CommandReused.
        """
        first = self.first_answer(request)
        if first is not None:
            return first
        try:
            return answer()
        except OutcomeUnknown:
            raise  # a look-up must not hide it
        except Exception:
            first = self.first_answer(request)  # another request with the key may have been answered meanwhile
            if first is None:
                raise
            return first

    def _try(self, request: ActRequest, change: Callable[[], C], prepare: Callable[[C], Save]) -> bytes:
        for _ in range(ATTEMPTS):
            asked = change()
            try:
                if asked.refusal is not None:
                    raise asked.refusal
                return self._store.submit(prepare(asked)).answer
            except CaseMoved:
                continue
            except VersionMismatch:
                if not asked.read_anew:
                    raise
            except Refusal as refusal:
                if self.first_answer(request) is None:
                    self.note_refusal(request, asked, refusal)
                raise
        raise TooBusy

    def first_answer(self, request: ActRequest) -> bytes | None:
        """Return the first answer to a request that is repeated with its key; None for a new one.

        Raises CommandReused.
        """
        if request.idempotency_key is None:
            return None
        with self._pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(_FIRST, (request.command_id,)).fetchone()
        if row is None:
            return None
        if bytes(row[0]) != request.digest:
            raise CommandReused(request.command_id)
        return bytes(row[1])

    def keep_answer(self, request: ActRequest, answer: bytes) -> bytes:
        """Keep the answer to a request that made no event, within `answer_once`. Raises AnsweredBefore."""
        kept = request.to_keep(answer)
        if kept is not None:
            with self._pool.connection() as connection, connection.cursor() as cursor:
                keep_answer(cursor, kept)
        return answer

    def note_refusal(self, request: ActRequest, change: Change, refusal: Refusal) -> None:
        """Record that the acts of a change were refused."""
        self._refusals.note(refusal, actor=request.actor, acts=change.acts, on=change.on, clock=request.clock)


def decide(decision: Decision, /, *state: Value | None, act: Act, **content: object) -> Events:
    """Decide an act. Raises Refusal; ContentInvalid if the content does not fit into the event."""
    try:
        return decision(*state, act=act, **content)
    except ValidationError as error:
        raise ContentInvalid(error) from None


def refuse_other_version(change: Change, actual: int) -> None:
    """Refuse a change that was made for another version than the actual one. Raises VersionMismatch."""
    if change.if_match is not None and change.if_match[1] != actual:
        key, expected = change.if_match
        raise VersionMismatch(key, expected=expected, actual=actual)
