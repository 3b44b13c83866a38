"""The record as the use cases see it: load a case, submit what was decided, find one's place in the stream."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment
from psycopg.rows import args_row

from domain.kernel import Event
from service.record.event_store.committer import Save
from service.record.event_store.mapper import EventMapper, Upcaster
from service.record.event_store.recorder import Factory, Recorder


@dataclass(frozen=True)
class Committed:
    """An act that is in the record. `repeated` when the same command was recorded before: this is its first answer."""

    answer: bytes
    events: Sequence[Event]
    positions: Sequence[int]
    repeated: bool


@dataclass(frozen=True)
class CaseHead:
    """Who a case concerns, and how many events it has."""

    case_id: UUID
    county: str
    patient_id: UUID | None
    """None for a ledger."""
    region: str | None
    municipality: str | None
    version: int
    recorded_at: datetime


class EventStore(Application[UUID]):
    """The eventsourcing application of the record. Its name is fixed, since the tables are named by it."""

    name = "kvittens"
    recorder: Recorder

    def __init__(self, dsn: str, event_classes: Iterable[type[Event]], upcasters: Iterable[Upcaster] = ()) -> None:
        self._event_mapper = EventMapper(event_classes, upcasters)
        super().__init__({Factory.POSTGRES_DSN: dsn})

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        """Ours, whatever the environment says."""
        return cast("InfrastructureFactory", Factory(env))

    def construct_mapper(self) -> EventMapper:
        """Ours, with the event classes the store was opened with."""
        return self._event_mapper

    def load_case(self, case_id: UUID) -> list[Event]:
        """All events of a case in the one order; none when there is no such case."""
        return [self._event_mapper.to_domain_event(row) for row in self.recorder.select_case_events(case_id)]

    def load_hours(self, county: str) -> list[Event]:
        """The events that record hours of care, of every case of a county, in the one order."""
        return [self._event_mapper.to_domain_event(row) for row in self.recorder.select_hours(county)]

    def case_head(self, case_id: UUID) -> CaseHead | None:
        """Who the case concerns and how far it has come."""
        columns: LiteralString = "case_id, county, patient_id, region, municipality, version, recorded_at"
        heads = self.recorder.read(
            args_row(CaseHead), f"SELECT {columns} FROM case_head WHERE case_id = %s", (case_id,)
        )
        return heads[0] if heads else None

    def max_position(self) -> int:
        """The position of the last event of the record; 0 when there is none."""
        return self.recorder.max_notification_id() or 0

    def submit(self, save: Save) -> Committed:
        """Records one act, or answers as it was answered the first time. See Committer.submit for what it raises."""
        stored_events = [self._event_mapper.to_stored_event(event) for event in save.events]
        outcome = self.recorder.record(save, stored_events)
        events: list[Event]
        if outcome.repeated:
            recorded = self.recorder.select_notifications(outcome.first_position, outcome.count)
            events = [self._event_mapper.to_domain_event(row) for row in recorded]
        else:
            events = [event.model_copy(update={"recorded_at": outcome.recorded_at}) for event in save.events]
        return Committed(outcome.answer, events, outcome.positions, outcome.repeated)

    def close(self) -> None:
        """Commits what waits, then gives back every connection."""
        self.recorder.close()
        super().close()


def open_event_store(dsn: str, event_classes: Iterable[type[Event]], upcasters: Iterable[Upcaster]) -> EventStore:
    """Opens the record for the service's role.

    Raises TopicsBroken when some stored shape could not be read, and UnsafeFunctionMode when the library is set to lose
    events.
    """
    return EventStore(dsn, event_classes, upcasters)
