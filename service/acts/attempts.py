"""One act from request to record: its id, its repeats, its conflicts with others, and the note of its refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from psycopg.rows import tuple_row
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from domain.kernel import Actor, Refusal, RefusalKind
from projections.resources import Key
from service.record.event_store.application import EventStore
from service.record.event_store.committer import CaseMoved, CommandReused, Save

ATTEMPTS = 20
"""How often an act is decided anew when others act on the same case meanwhile."""


class AlreadyThere(Exception):
    """What the request would create, fixed by its seed or its subject, has been created meanwhile."""


class VersionMismatch(Exception):
    """The resource has another version than the request was made for (If-Match)."""

    def __init__(self, key: Key, *, wanted: int, actual: int) -> None:
        super().__init__(f"{key[0]}/{key[1]} is at version {actual}, not {wanted}")
        self.key, self.wanted, self.actual = key, wanted, actual


class ContentInvalid(Refusal):
    """What an act says does not fit into its event; tells where, never what."""

    code = "CONTENT_INVALID"
    kind = RefusalKind.VALUE

    def __init__(self, error: ValidationError) -> None:
        where = [".".join(map(str, each["loc"])) for each in error.errors(include_input=False, include_url=False)]
        super().__init__(
            f"The act says what cannot be recorded, in {', '.join(where)}",
            rule="SYS-1",
            remedy="see what the act takes: GET /api/openapi.json",
            where=where,
        )


class TooBusy(Exception):
    """Others kept acting on the case; nothing was recorded."""


@dataclass(frozen=True)
class Request:
    """What arrived: who asks, when it happened, and the id that makes a retried request the same request.

    `content` is what the id stands for: the same id with other content is refused.
    """

    actor: Actor
    content: bytes
    occurred_at: datetime | None = None
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
        """What tells two requests with one id apart."""
        return sha256(self.content).digest()


class Attempts:
    """Carries acts to the record, whatever they are decided on: a case or a ledger. Safe for many threads."""

    def __init__(self, store: EventStore, pool: ConnectionPool) -> None:
        self._store = store
        self._pool = pool

    def carry(self, request: Request, acts: Sequence[str], on: UUID | None, prepare: Callable[[], Save]) -> bytes:
        """Prepare the act on what now stands and record it; anew, when others acted first. Returns its answer.

        A repeated request gets the first answer. Raises what `prepare` raises (a Refusal is noted), CommandReused,
        StoreUnavailable, TooBusy.
        """
        earlier = self.answered(request)
        if earlier is not None:
            return earlier
        try:
            for _ in range(ATTEMPTS):
                try:
                    return self._store.submit(prepare()).answer
                except CaseMoved:
                    continue
        except (Refusal, VersionMismatch, AlreadyThere) as error:
            earlier = self.answered(request)  # the same request may have been recorded while this one was decided
            if earlier is not None:
                return earlier
            if isinstance(error, Refusal):
                self.note_refusal(request, acts, on, error)
            raise
        raise TooBusy

    def answered(self, request: Request) -> bytes | None:
        """The first answer to a request that is repeated with its key; None for a new one. Raises CommandReused."""
        if request.idempotency_key is None:
            return None
        with self._pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            row = cursor.execute(
                "SELECT digest, answer FROM command WHERE command_id = %s", (request.command_id,)
            ).fetchone()
        if row is None:
            return None
        if bytes(row[0]) != request.digest:
            raise CommandReused(request.command_id)
        return bytes(row[1])

    def note_refusal(self, request: Request, acts: Sequence[str], on: UUID | None, refusal: Refusal) -> None:
        """Record that acts were refused: who tried what, and on which rule. Never what the request said."""
        actor = request.actor
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO refusal (recorded_at, county, case_id, act, code, rule, person, unit, principal, role)"
                " VALUES (coalesce(%s, clock_timestamp()), %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (
                    request.clock,
                    actor.county,
                    on,
                    ", ".join(acts),
                    refusal.code,
                    refusal.rule,
                    actor.person,
                    actor.unit,
                    actor.principal,
                    actor.role,
                ),
            )
