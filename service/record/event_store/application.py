"""The event store's interface: load a case, submit an act, read the last position."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment
from psycopg.rows import scalar_row

from domain.kernel import Event, HsaId
from service.record.event_store.committer import Outcome, Save
from service.record.event_store.mapper import (
    EventMapper,
    RecordedEvent,
    StateUnreadable,
    UnknownTopic,
    Upcaster,
)
from service.record.event_store.recorder import Factory, Recorder

S = TypeVar("S")


class HistoryUnreadable(Exception):
    """A case or a ledger that this program cannot read, or cannot fold."""


class EventStore(Application[UUID]):
    """The eventsourcing application of the record. Its name is fixed, because the tables are named after it."""

    name = "kvittens"
    recorder: Recorder

    def __init__(self, dsn: str, event_classes: Iterable[type[Event]], upcasters: Iterable[Upcaster] = ()) -> None:
        self._event_mapper = EventMapper(event_classes, upcasters)
        super().__init__({Factory.POSTGRES_DSN: dsn})

    def construct_factory(self, env: Environment) -> InfrastructureFactory:
        """Construct this package's factory, whatever the environment says."""
        return cast("InfrastructureFactory", Factory(env))

    def construct_mapper(self) -> EventMapper:
        """Construct this package's mapper, with the event classes that the store was opened with."""
        return self._event_mapper

    def load_case(self, case_id: UUID) -> list[Event]:
        """Load all events of a case, in the record's order; none if there is no such case."""
        return [event for _, event in self.load_rows(case_id)]

    def fold(self, case_id: UUID, fold: Callable[[Sequence[Event]], S]) -> tuple[Sequence[Event], S]:
        """Load the events of a case, and fold them. Raises HistoryUnreadable, and what the database raises."""
        try:
            history = self.load_case(case_id)
        except (UnknownTopic, StateUnreadable) as error:
            raise HistoryUnreadable(f"{case_id} cannot be read: {error}") from error
        try:
            return history, fold(history)
        except Exception as error:  # A fold asks no database: whatever it raises, the case's own events made it do so.
            raise HistoryUnreadable(f"{case_id} cannot be folded: {type(error).__name__}") from error

    def load_rows(self, case_id: UUID) -> list[tuple[RecordedEvent, Event]]:
        """Load all events of a case with their rows, in the record's order."""
        return [(row, self._event_mapper.to_domain_event(row)) for row in self.recorder.select_case_events(case_id)]

    def find_cases_with_hours(self, county: str, principal: HsaId, first: date, last: date) -> list[UUID]:
        """Find the cases with hours of care from the first to the last day, recorded by the principal's staff.

        The cases have the order in which these hours were recorded.
        """
        return self.recorder.select_cases_with_hours(county, principal, first, last)

    def find_cases_with_notices(self, county: str, municipality: HsaId, first: date, last: date) -> list[UUID]:
        """Find the municipality's cases with a notice of being ready for discharge that held on one of the days."""
        return self.recorder.select_cases_with_notices(county, municipality, first, last)

    def has_case(self, case_id: UUID) -> bool:
        """Return True if the record has a case, or a ledger, with this id."""
        return bool(self.recorder.read(scalar_row, "SELECT 1 FROM case_head WHERE case_id = %s", (case_id,)))

    def find_cases_of_person(self, patient_id: UUID) -> list[UUID]:
        """Find every case of a person, whoever may read it."""
        return self.recorder.read(scalar_row, "SELECT case_id FROM case_head WHERE patient_id = %s", (patient_id,))

    def max_position(self) -> int:
        """Return the position of the record's last event; 0 if there is none."""
        return self.recorder.max_notification_id() or 0

    def submit(self, save: Save) -> Outcome:
        """Record one act, or return its first answer if it is recorded already. Raises as Committer.submit does."""
        return self.recorder.record(save, [self._event_mapper.to_stored_event(event) for event in save.events])

    def close(self) -> None:
        """Commit the waiting acts, then close every connection."""
        self.recorder.close()
        super().close()


def open_event_store(dsn: str, event_classes: Iterable[type[Event]], upcasters: Iterable[Upcaster]) -> EventStore:
    """Open the record with the service's login.

    Raises TopicsBroken if a stored shape could not be read, and UnsafeFunctionMode if the library is set to a mode that
    loses events.
    """
    return EventStore(dsn, event_classes, upcasters)
