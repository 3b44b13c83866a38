"""A kind of ledger: its events, its state, its acts and its readers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Protocol
from uuid import UUID

from domain.act import Decision
from domain.agreements.model import ActName, Agreement
from domain.kernel import Actor, Aggregate, Event, HsaId, Party
from domain.ledgers.duty import LedgerDuty


class Record(Protocol):
    """The record, as far as acts on ledgers may read it."""

    def load_case(self, case_id: UUID) -> list[Event]:
        """Return all events of a case, or of another ledger."""

    def load_hours(self, county: str) -> list[Event]:
        """Return the events that record hours of care, of every case of a county."""


Reading = Callable[[Record, Actor, Any], Any]
"""Reads something from the record, for an actor and by the ledger's state."""


@dataclass(frozen=True)
class LedgerDecision:
    """A decision on a ledger, and the arguments of it that the service reads from the record, by name."""

    decide: Decision
    reads: Mapping[str, Reading] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseSource:
    """A case that an act on a ledger rests on, and the events of that case that the act names."""

    case: UUID
    of: tuple[type[Event], ...] = ()
    """The classes that these events must have."""
    events: frozenset[UUID] = frozenset()


def _everyone(_: Any) -> tuple[HsaId, ...]:
    return ()


def _when_it_occurred(_: Any, __: Mapping[str, Any], occurred_at: datetime) -> Sequence[datetime]:
    return (occurred_at,)


def _own_municipality(_: Any, __: Mapping[str, Any], actor: Actor) -> HsaId | None:
    return actor.principal if actor.party is Party.MUNICIPALITY else None


def _no_duties(_: Any, __: Agreement | None) -> Iterable[LedgerDuty]:
    return ()


def _no_sources(_: Any, __: Mapping[str, Any]) -> Iterable[CaseSource]:
    return ()


@dataclass(frozen=True)
class LedgerKind:
    """One kind of ledger.

    A ledger has one aggregate. Its id stands where an event of a case has its case.
    """

    name: str
    state: type[Aggregate]
    events: tuple[type[Event], ...]
    evolve: Callable[[Any, Event], Aggregate]
    decisions: Mapping[ActName, LedgerDecision]
    readers: Callable[[Any], tuple[HsaId, ...]] = _everyone
    """The principals whose staff may read a ledger, by its state. Empty: every principal of the county."""
    of_county: Callable[[str], UUID] | None = None
    """The id of a county's only ledger of this kind, which needs no opening; None if a county has many."""
    deals_with: Callable[[Any, Mapping[str, Any], datetime], Sequence[datetime]] = _when_it_occurred
    """The moments that an act deals with, by the state, the act's content and when it occurred.

    The act stands on the version in force at the first of these moments at which any version was in force.
    """
    between: Callable[[Any, Mapping[str, Any], Actor], HsaId | None] = _own_municipality
    """The municipality that has this version with the region."""
    found_by: Mapping[str, Callable[[str, Mapping[str, Any]], UUID]] = field(default_factory=dict)
    """The acts that find their ledger by county and content. If there is no such ledger, the decision refuses."""
    sources: Callable[[Any, Mapping[str, Any]], Iterable[CaseSource]] = _no_sources
    """The cases that an act rests on. They must exist, and the actor's principal must be able to read them."""
    duties: Callable[[Any, Agreement | None], Iterable[LedgerDuty]] = _no_duties
    """The duties that a ledger waits for, by its state and the version in force."""

    def addressed(self, act: ActName, county: str, content: Mapping[str, Any]) -> UUID | None:
        """Return the ledger that an act is on, if the act names none; None if the act opens one."""
        if self.of_county is not None:
            return self.of_county(county)
        return self.found_by[act](county, content) if act in self.found_by else None

    def fold(self, history: Iterable[Event]) -> Any:
        """Fold a history into the ledger's state; None for no history."""
        state: Aggregate | None = None
        return reduce(self.evolve, history, state)
