"""A kind of ledger: its events, its state, its acts, its readers, and the duties that it waits for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from domain.act import Decision, Moments
from domain.agreements.model import ActName, Agreement
from domain.kernel import Actor, Aggregate, Event, HsaId, Party, Value
from domain.versions.catalogue import Catalogue
from domain.versions.validity import Unconcluded


class Record(Protocol):
    """The part of the record that acts on ledgers may read."""

    def load_case(self, case_id: UUID) -> list[Event]:
        """Return all events of a case, or of another ledger."""

    def find_cases_with_hours(self, county: str, principal: HsaId, first: date, last: date) -> list[UUID]:
        """Return the cases with hours of care from the first to the last day, recorded by the principal's staff."""

    def find_cases_with_notices(self, county: str, municipality: HsaId, first: date, last: date) -> list[UUID]:
        """Return the municipality's cases with a notice of being ready for discharge that held on one of the days."""


class LedgerSources(NamedTuple):
    """The sources that a decision on a ledger reads from: the record and the agreement versions, and what is asked."""

    record: Record
    catalogue: Catalogue
    actor: Actor
    state: Any
    """The ledger's state. None before its first event."""
    content: Mapping[str, Any]
    """The content of the act."""


Lookup = Callable[[LedgerSources], Any]
"""A function that reads something for a decision."""
MomentFinder = Callable[[Any, Mapping[str, Any], datetime], Moments]
"""A function that finds the moments that an act stands on, from the state, the content and the time of the act."""


@dataclass(frozen=True)
class LedgerDecision:
    """A decision on a ledger. The service reads some of its arguments from the record: `reads` holds them by name."""

    decide: Decision
    reads: Mapping[str, Lookup] = field(default_factory=dict)
    moments: MomentFinder | None = None
    """The moments that this act stands on, if they are others than those of the ledger's kind."""


@dataclass(frozen=True)
class CaseSource:
    """A case that an act on a ledger refers to, and the events of that case that the act names."""

    case: UUID
    event_classes: tuple[type[Event], ...] = ()
    """The classes that the events may have."""
    events: frozenset[UUID] = frozenset()


class LedgerDuty(Value):
    """Something that a ledger waits for.

    It is found by reading the ledger with today's date, because no event says that time has passed.
    """

    key: str
    """The act that is waited for, such as `hold-follow-up`; after a colon, its subject if there are several."""
    acts: tuple[ActName, ...]
    """The acts that meet it, as things stand. Any of them is enough."""
    principals: tuple[HsaId, ...] = ()
    """The principals whose duty it is. Empty: every principal that may read the ledger."""
    since: date
    due: date | None = None
    """The last Swedish legal day on time."""
    rule: str | None = None
    words: str | None = None
    """The agreement's own words."""
    owner: str | None = None
    """The body that the agreement names for it, in its own words."""


def _everyone(_: Any) -> tuple[HsaId, ...]:
    return ()


def _time_of_act(_: Any, __: Mapping[str, Any], occurred_at: datetime) -> Moments:
    return Moments((occurred_at,))


def _own_municipality(_: Any, __: Mapping[str, Any], actor: Actor) -> HsaId | None:
    return actor.principal if actor.party is Party.MUNICIPALITY else None


def _no_duties(_: Any, __: Agreement | None) -> Iterable[LedgerDuty]:
    return ()


def _never_over(_: Any) -> bool:
    return False


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
    """The principals whose staff may read a ledger, from its state. Empty: every principal of the county."""
    county_ledger: Callable[[str], UUID] | None = None
    """The id of a county's only ledger of this kind, which needs no opening. None if a county has many."""
    moments: MomentFinder = _time_of_act
    """The moments that the ledger, and every act on it that has no moments of its own, stands on."""
    municipality: Callable[[Any, Mapping[str, Any], Actor], HsaId | None] = _own_municipality
    """The municipality whose agreement with the region the act stands on."""
    finders: Mapping[str, Callable[[str, Mapping[str, Any]], UUID]] = field(default_factory=dict)
    """The acts that find their ledger from the county and the content. If it does not exist, the decision refuses."""
    sources: Callable[[Any, Mapping[str, Any]], Iterable[CaseSource]] = _no_sources
    """The cases that an act refers to. They must exist, and the actor's principal must be able to read them."""
    duties: Callable[[Any, Agreement | None], Iterable[LedgerDuty]] = _no_duties
    """The duties of a ledger, from its state and the version in force."""
    is_over: Callable[[Any], bool] = _never_over
    """True for a state that waits for nothing by any version. `duties` is not asked about it."""

    def ledger_of(self, act: ActName, county: str, content: Mapping[str, Any]) -> UUID | None:
        """Return the ledger that an act changes, for an act that names none. None if the act opens a ledger."""
        if self.county_ledger is not None:
            return self.county_ledger(county)
        return self.finders[act](county, content) if act in self.finders else None

    def moments_of(self, act: ActName, state: Any, content: Mapping[str, Any], occurred_at: datetime) -> Moments:
        """Return the moments that an act on a ledger stands on."""
        return (self.decisions[act].moments or self.moments)(state, content, occurred_at)

    def find_agreement(
        self, state: Any, content: Mapping[str, Any], actor: Actor, moments: Moments, catalogue: Catalogue
    ) -> Agreement | None:
        """Find the version that governs a ledger at the moments, between the region and the ledger's municipality."""
        municipality = self.municipality(state, content, actor)
        return catalogue.first_in_force(actor.county, moments.at, municipality, moments.regulated)

    def find_unconcluded(
        self, state: Any, content: Mapping[str, Any], actor: Actor, moments: Moments, catalogue: Catalogue
    ) -> Unconcluded | None:
        """Find a version that would govern a ledger at one of the moments, if what is missing were done."""
        return catalogue.find_unconcluded(actor.county, moments.at, self.municipality(state, content, actor))

    def fold(self, history: Iterable[Event]) -> Any:
        """Fold a history into the ledger's state. None for no history."""
        state: Aggregate | None = None
        return reduce(self.evolve, history, state)
