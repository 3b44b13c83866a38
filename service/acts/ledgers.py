"""Acts on ledgers: the same record, repeats and conflicts as acts on cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from domain.act import Act, Command
from domain.agreements.model import Agreement
from domain.directory import Directory
from domain.kernel import Actor, Aggregate, Event, Events, Refusal
from domain.ledger_kind import CaseSource, LedgerKind, LedgerSources
from domain.ledgers import kind_of
from domain.refusals import UnknownReference
from projections.case import fold_case
from projections.timeline import TimelineEntry, list_entries
from service.acts.attempts import (
    ActRequest,
    AlreadyThere,
    Attempts,
    Change,
    NothingHappened,
    decide,
    refuse_other_version,
)
from service.reads.absence import CaseUnknown
from service.reads.catalogue import LiveCatalogue
from service.reads.clock import RecordClock
from service.record.event_store.application import EventStore
from service.record.event_store.committer import Completion, Save, Statement
from service.record.read_models import ledger_statements

LEDGER = "ledger"
"""The key's type that means a ledger, in the place of a resource type."""


@dataclass(frozen=True, kw_only=True)
class LedgerChange(Change):
    """One act on a ledger. An act that opens a ledger names none; the ledger's id follows from its subject."""

    kind: LedgerKind
    shipped: Aggregate | None = None
    """The state before the first event, for a ledger that needs no opening."""
    agreement: Agreement | None = None
    """The version that the act stands on, for a ledger about one version."""
    rows: Sequence[Statement] = ()
    """Rows for the same transaction that are no read model, such as a text."""

    @property
    def command(self) -> Command:
        """The act."""
        (command,) = self.commands
        return command


def ledger_change(
    kind: LedgerKind,
    command: Command,
    *,
    on: UUID | None,
    occurred_at: datetime | None,
    if_version: int | None,
    shipped: Aggregate | None = None,
    agreement: Agreement | None = None,
) -> LedgerChange:
    """Return the change of one act on a ledger, which must have the version `if_version` if one is given."""
    return LedgerChange(
        kind=kind,
        commands=[command],
        on=on,
        occurred_at=occurred_at,
        if_match=((LEDGER, str(on)), if_version) if if_version is not None else None,
        shipped=shipped,
        agreement=agreement,
    )


class LedgerActs:
    """Performs acts on ledgers. Safe for many threads."""

    def __init__(
        self,
        *,
        store: EventStore,
        attempts: Attempts,
        versions: LiveCatalogue,
        directories: Mapping[str, Directory],
        clock: RecordClock,
    ) -> None:
        self._store = store
        self._attempts = attempts
        self._versions = versions
        self._directories = directories
        self._clock = clock

    def perform(self, request: ActRequest, change: Callable[[], LedgerChange]) -> bytes:
        """Decide the act, record its events, and return the answer, all or nothing.

        Raises what `change` raises, and Refusal (which is noted), CaseUnknown, AlreadyThere, VersionMismatch,
        CommandReused, StoreUnavailable, TooBusy; NothingHappened if the act changes nothing.
        """
        return self._attempts.carry(request, change, lambda asked: self._prepare(request, asked))

    def keep_answer(self, request: ActRequest, answer: bytes) -> bytes:
        """Keep the answer to a request that changed nothing. Return the first answer to it. Raises CommandReused."""
        return self._attempts.answer_once(request, lambda: self._attempts.keep_answer(request, answer))

    def find_obstacle(self, actor: Actor, change: LedgerChange, state: Aggregate) -> Refusal | None:
        """Find what refuses an act on a ledger as it stands. None if the act is possible. Nothing is recorded."""
        try:
            self._decide(ActRequest(actor=actor, content=b""), change, state)
        except Refusal as refusal:
            return refusal
        return None

    def _prepare(self, request: ActRequest, change: LedgerChange) -> Save:
        history = self._store.load_case(change.on) if change.on is not None else []
        if any(type(event) not in change.kind.events for event in history[:1]):
            raise CaseUnknown
        before: Aggregate | None = change.kind.fold(history) if history else change.shipped
        is_named = change.command.name not in change.kind.finders
        if change.on is not None and is_named:
            _refuse_stranger(request.actor, change, history, before)
        for source in change.kind.sources(before, change.command.content):
            self._refuse_unfounded(request.actor, source)
        if change.on is not None and not is_named:  # the case leads to the ledger, and is asked about first
            _refuse_stranger(request.actor, change, history, before)
        refuse_other_version(change, len(history))
        events = self._decide(request, change, before)
        if not events:
            raise NothingHappened
        ledger_id = events[0].case_id
        if change.on is None and self._store.has_case(ledger_id):
            raise AlreadyThere(ledger_id)

        def finish(recorded: Sequence[Event]) -> Completion:
            whole = [*history, *recorded]
            after = change.kind.fold(whole)
            entries = list_entries(len(history), recorded)
            written = ledger_statements(change.kind, after, whole[0], entries)
            return Completion(answer=answer(after, entries), statements=[*written, *change.rows])

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

    def _refuse_unfounded(self, actor: Actor, source: CaseSource) -> None:
        """Refuse an act that rests on a case or an event that does not exist, or that the actor may not know of."""
        history = self._store.load_case(source.case)
        state = fold_case(None, history) if history and kind_of(history[0]) is None else None
        known = {event.id for event in history if isinstance(event, source.event_classes)}
        unfounded = sorted(source.events - known)
        if state is None or actor.principal not in state.case.readers:
            unfounded = [source.case]
        if unfounded:
            raise UnknownReference(
                "The act refers to a case or event that your organisation cannot see",
                rule="SYS-1",
                remedy="give the ids of the case and of its events, as the case's timeline has them",
                where=[str(id) for id in unfounded],
            )

    def _decide(self, request: ActRequest, change: LedgerChange, before: Aggregate | None) -> Events:
        now = request.clock or self._clock.now()
        actor, command = request.actor, change.command
        occurred_at = change.occurred_at or now
        known = self._versions.read_versions()
        moments = change.kind.moments_of(command.name, before, command.content, occurred_at)
        agreement = change.agreement
        if agreement is None:
            agreement = change.kind.find_agreement(before, command.content, actor, moments, known.catalogue)
        act = Act(
            id=request.command_id,
            name=command.name,
            actor=actor,
            occurred_at=occurred_at,
            now=now,
            agreement=agreement,
            moments=moments,
            unconcluded=change.kind.find_unconcluded(before, command.content, actor, moments, known.catalogue)
            if agreement is None
            else None,
            directory=self._directories[actor.county],
            known_versions=known.texts,
        )
        state = () if change.on is None else (before,)
        entry = change.kind.decisions[command.name]
        sources = LedgerSources(self._store, known.catalogue, actor, before, command.content)
        readings = {name: read(sources) for name, read in entry.reads.items()}
        return decide(entry.decide, *state, act=act, **command.content, **readings)


def _refuse_stranger(actor: Actor, change: LedgerChange, history: Sequence[Event], before: Aggregate | None) -> None:
    """Answer as if the ledger did not exist, if the actor's principal may not know of it."""
    kind = change.kind
    if before is None:
        if kind.county_ledger is None and change.command.name not in kind.finders:
            raise CaseUnknown
        return
    allowed = kind.readers(before)
    county = history[0].actor.county if history else actor.county
    if county != actor.county or (allowed and actor.principal not in allowed):
        raise CaseUnknown


def answer(after: Aggregate, entries: Sequence[TimelineEntry]) -> bytes:
    """Render the answer to an act on a ledger: the ledger, its version, the new events and its state."""
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
