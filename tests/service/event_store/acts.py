"""Simple acts for the tests of the event store. Only the storing of their content matters here."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from os import sched_yield
from typing import ClassVar
from uuid import UUID, uuid4, uuid5

from domain.kernel import Actor, AgreementRef, Basis, Event, Party, Role, Text, UnitKind
from service.record.event_store.application import EventStore, open_event_store
from service.record.event_store.committer import Completion, Outcome, Save
from service.record.event_store.mapper import Upcaster

NURSE = Actor(
    person="SE2321000164-N1",
    unit="SE2120001234-U1",
    unit_kind=UnitKind.MUNICIPAL_CARE,
    provider="SE2120001234-P1",
    principal="SE2120001234-H1",
    party=Party.MUNICIPALITY,
    role=Role.NURSE,
    county="orebro",
)
BASIS = Basis(agreement=AgreementRef(id="ORE 1085641", version="R1"), clauses=("3.1.2",))
NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)


class NoteWritten(Event):
    """Somebody wrote a note."""

    TOPIC: ClassVar[str] = "note.written.v2"

    text: Text
    pages: int = 1


class NoteStruck(Event):
    """Somebody struck a note."""

    TOPIC: ClassVar[str] = "note.struck.v1"


def notes(case_id: UUID, *, first: int = 1, count: int = 1) -> list[NoteWritten]:
    """Return notes of one aggregate, which belongs to the case."""
    return [
        NoteWritten(
            originator_id=uuid5(case_id, "notebook"),
            originator_version=version,
            case_id=case_id,
            occurred_at=NOON,
            actor=NURSE,
            basis=BASIS,
            causation_id=case_id,
            text=f"Note {version}",
        )
        for version in range(first, first + count)
    ]


def answer_in_full(events: Sequence[Event]) -> Completion:
    """Return an answer that lists the events' versions."""
    return Completion(b"recorded " + b",".join(str(event.originator_version).encode() for event in events))


def act(
    case_id: UUID,
    *,
    expected_version: int = 0,
    count: int = 1,
    command_id: UUID | None = None,
    request: bytes = b"write",
    finish: Callable[[Sequence[Event]], Completion] = answer_in_full,
    clock: datetime | None = None,
) -> Save:
    """Return an act on a case, decided when the case had `expected_version` events."""
    return Save(
        command_id=command_id or uuid4(),
        digest=sha256(request).digest(),
        case_id=case_id,
        county="orebro",
        patient_id=uuid5(case_id, "patient"),
        region="SE2321000164-R1",
        municipality="SE2120001234-H1",
        expected_version=expected_version,
        events=notes(case_id, first=expected_version + 1, count=count),
        finish=finish,
        clock=clock,
    )


def as_recorded(save: Save, outcome: Outcome) -> list[Event]:
    """Return the events of a save as the record has them."""
    return [event.model_copy(update={"recorded_at": outcome.recorded_at}) for event in save.events]


def upcasters() -> list[Upcaster]:
    """Return the upcaster of notes that do not count their pages."""
    return [Upcaster("note.written.v1", "note.written.v2", lambda state: state | {"pages": 1})]


def open_store(service_dsn: str) -> EventStore:
    """Open a store for the events of this module."""
    return open_event_store(service_dsn, [NoteWritten, NoteStruck], upcasters())


def submit_together(store: EventStore, saves: Sequence[Save]) -> list[Outcome | BaseException]:
    """Submit the saves in one batch, and return their outcomes. The committer is busy until all of them wait."""

    is_busy = threading.Event()

    def wait_for_all(events: Sequence[Event]) -> Completion:
        is_busy.set()
        while store.recorder.queue_length < len(saves):
            sched_yield()
        return answer_in_full(events)

    with ThreadPoolExecutor(len(saves) + 1) as callers:
        first = callers.submit(store.submit, act(uuid4(), finish=wait_for_all))
        assert is_busy.wait(10)
        futures = [callers.submit(store.submit, save) for save in saves]
        assert not first.result(10).repeated
        return [future.exception(20) or future.result() for future in futures]
