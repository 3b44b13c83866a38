"""Acts on ledgers, and what is read of them: the same record, repeats and conflicts as acts on cases."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from domain.act import Act
from domain.agreements.model import ActName, Agreement
from domain.directory import Directory
from domain.kernel import Actor, Aggregate, Event
from domain.ledgers.kind import CaseSource, LedgerKind
from domain.ledgers.kinds import kind_of
from domain.refusals import UnknownReference
from projections import timeline
from projections.resources import readers
from projections.timeline import Entry
from projections.view import stand
from service.acts.attempts import AlreadyThere, Attempts, ContentInvalid, Request, VersionMismatch
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.record.event_store.application import EventStore
from service.record.event_store.committer import Finished, Save, Statement
from service.record.read_models import ledger_statements

LEDGER = "ledger"
"""What stands for a resource type where a ledger's version is meant."""


@dataclass(frozen=True)
class LedgerWish:
    """One act on a ledger. `ledger_id` is None for an act that opens one, whose id follows from what it is about.

    `standing` is the state where nothing has been recorded yet, for ledgers that need no opening, and `agreement` the
    version that the act stands on, for ledgers that are about one.
    """

    kind: LedgerKind
    name: ActName
    content: Mapping[str, Any]
    ledger_id: UUID | None = None
    standing: Aggregate | None = None
    agreement: Agreement | None = None
    if_version: int | None = None
    extra: Sequence[Statement] = ()
    """Rows for the same transaction that are no read model, such as a text."""


class Ledgers:
    """Acts on ledgers. Safe for many threads."""

    def __init__(
        self,
        *,
        store: EventStore,
        pool: ConnectionPool,
        attempts: Attempts,
        catalogue: LiveCatalogue,
        directories: Mapping[str, Directory],
    ) -> None:
        self._store = store
        self._pool = pool
        self._attempts = attempts
        self._catalogue = catalogue
        self._directories = directories

    def perform(self, request: Request, wish: LedgerWish) -> bytes:
        """Decide the act, record what it led to, and return the answer, all or nothing.

        Raises Refusal (and records it), CaseUnknown, AlreadyThere, VersionMismatch, CommandReused, StoreUnavailable,
        TooBusy.
        """
        return self._attempts.carry(request, [wish.name], wish.ledger_id, lambda: self._prepare(request, wish))

    def _prepare(self, request: Request, wish: LedgerWish) -> Save:
        history = self._store.load_case(wish.ledger_id) if wish.ledger_id is not None else []
        before: Aggregate | None = wish.kind.fold(history) if history else wish.standing
        if wish.ledger_id is not None:
            self._refuse_stranger(request.actor, wish, history, before)
        if wish.if_version is not None and wish.if_version != len(history):
            raise VersionMismatch((LEDGER, str(wish.ledger_id)), wanted=wish.if_version, actual=len(history))
        for source in wish.kind.sources(before, wish.content):
            self._refuse_unfounded(request.actor, source)
        events = self._decide(request, wish, before)
        ledger_id = events[0].case_id
        if wish.ledger_id is None and self._store.case_head(ledger_id) is not None:
            raise AlreadyThere

        def finish(recorded: Sequence[Event]) -> Finished:
            after = wish.kind.fold([*history, *recorded])
            entries = timeline.entries(len(history), recorded)
            written = ledger_statements(wish.kind, request.actor.county, after, entries)
            return Finished(answer=answer(after, entries), statements=[*written, *wish.extra])

        return Save(
            command_id=request.command_id,
            digest=request.digest,
            case_id=ledger_id,
            county=request.actor.county,
            patient_id=None,
            region=None,
            municipality=None,
            expected_version=len(history),
            events=events,
            finish=finish,
            clock=request.clock,
        )

    def _refuse_stranger(
        self, actor: Actor, wish: LedgerWish, history: Sequence[Event], before: Aggregate | None
    ) -> None:
        """Refuse whoever may not know of the ledger, as if it were not there."""
        if any(type(event) not in wish.kind.events for event in history[:1]):
            raise CaseUnknown
        if before is None and (wish.kind.of_county is not None or wish.name in wish.kind.found_by):
            return
        if before is None:
            raise CaseUnknown
        readers = wish.kind.readers(before)
        county = history[0].actor.county if history else actor.county
        if county != actor.county or (readers and actor.principal not in readers):
            raise CaseUnknown

    def _refuse_unfounded(self, actor: Actor, source: CaseSource) -> None:
        """Refuse what rests on a case or an event that is not there, or not one that the actor's principal may know."""
        history = self._store.load_case(source.case)
        standing = stand(None, history) if history and kind_of(history[0]) is None else None
        known = {event.id for event in history if isinstance(event, source.of)}
        unfounded = sorted(source.events - known)
        if standing is None or actor.principal not in readers(standing.case):
            unfounded = [source.case]
        if unfounded:
            raise UnknownReference(
                "The act rests on a case or an event that your principal's record does not have so",
                rule="SYS-1",
                remedy="give the ids of the case and of its events, as the case's timeline has them",
                where=[str(id) for id in unfounded],
            )

    def _decide(self, request: Request, wish: LedgerWish, before: Aggregate | None) -> tuple[Event, ...]:
        now = request.clock or datetime.now(UTC)
        occurred_at = request.occurred_at or now
        known = self._catalogue.known()
        actor = request.actor
        agreement = wish.agreement
        if agreement is None:
            municipality = wish.kind.between(before, wish.content, actor)
            moments = wish.kind.deals_with(before, wish.content, occurred_at)
            versions = (known.catalogue.in_force(actor.county, moment, municipality) for moment in moments)
            agreement = next((version for version in versions if version is not None), None)
        act = Act(
            id=request.command_id,
            name=wish.name,
            actor=actor,
            occurred_at=occurred_at,
            now=now,
            agreement=agreement,
            directory=self._directories[actor.county],
            known_versions=known.refs,
        )
        standing = () if wish.ledger_id is None else (before,)
        decision = wish.kind.decisions[wish.name]
        supplied = {name: read(self._store, actor, before) for name, read in decision.reads.items()}
        try:
            decided = decision.decide(*standing, act=act, **wish.content, **supplied)
        except ValidationError as error:
            raise ContentInvalid(error) from None
        return tuple(event.model_copy(update={"causation_id": request.command_id}) for event in decided)

    def read(self, actor: Actor, ledger_id: UUID, kinds: Collection[LedgerKind]) -> tuple[str, bytes, list[bytes]]:
        """The ledger's kind, its state and its history, as JSON.

        Raises CaseUnknown where it is of another kind, or the actor's principal may not read it.
        """
        with self._pool.connection() as connection:
            row = connection.execute(
                "SELECT kind, body FROM ledger WHERE case_id = %s AND county = %s AND kind = ANY(%s)"
                " AND (readers = '{}' OR %s = ANY(readers))",
                (ledger_id, actor.county, [kind.name for kind in kinds], actor.principal),
            ).fetchone()
        if row is None:
            raise CaseUnknown
        return row[0], bytes(row[1]), self.entries(ledger_id)

    def entries(self, ledger_id: UUID) -> list[bytes]:
        """What happened on the ledger, as JSON, for whoever may read it."""
        with self._pool.connection() as connection:
            entries = connection.execute(
                "SELECT body FROM timeline WHERE case_id = %s ORDER BY ordinal", (ledger_id,)
            ).fetchall()
        return [bytes(body) for (body,) in entries]

    def list(self, actor: Actor, kind: LedgerKind) -> list[tuple[UUID, bytes]]:
        """The ledgers of the kind that the actor's principal may read: id and state as JSON."""
        with self._pool.connection() as connection:
            rows = connection.execute(
                "SELECT case_id, body FROM ledger WHERE kind = %s AND county = %s"
                " AND (readers = '{}' OR %s = ANY(readers)) ORDER BY case_id",
                (kind.name, actor.county, actor.principal),
            ).fetchall()
        return [(ledger_id, bytes(body)) for ledger_id, body in rows]


def answer(after: Aggregate, entries: Sequence[Entry]) -> bytes:
    """What an act on a ledger answers: the ledger, how far it has come, what happened and how it stands."""
    return orjson.dumps(
        {
            "ledger": str(after.id),
            "version": after.version,
            "events": [
                {"id": str(entry.event_id), "topic": entry.topic, "content": entry.content, "clauses": entry.clauses}
                for entry in entries
            ],
            "state": after.model_dump(mode="json"),
        }
    )
