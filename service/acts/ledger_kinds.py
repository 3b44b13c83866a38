"""A kind of ledger: what it is folded by, which acts it knows, who may read it. The agreement versions' kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, reduce
from typing import Any, Protocol, get_args
from uuid import UUID

from domain.agreements.model import ActName, Agreement
from domain.kernel import Actor, Aggregate, Event, HsaId, Party
from domain.ledgers.duty import LedgerDuty
from domain.ledgers.versions import additions
from domain.ledgers.versions import decisions as contract
from domain.versions import state as contract_state
from domain.versions.events import ContractEvent
from service.acts.descriptions import Decision, Description


def _everyone(_: Any) -> tuple[HsaId, ...]:
    return ()


def _when_it_occurred(_: Any, __: Mapping[str, Any], occurred_at: datetime) -> Sequence[datetime]:
    return (occurred_at,)


def _with_own(_: Any, __: Mapping[str, Any], actor: Actor) -> HsaId | None:
    return actor.principal if actor.party is Party.MUNICIPALITY else None


def _no_duties(_: Any, __: Agreement | None) -> Iterable[LedgerDuty]:
    return ()


def _none(_: Any, __: Mapping[str, Any]) -> Iterable["Source"]:
    return ()


@dataclass(frozen=True)
class Source:
    """A case that an act on a ledger rests on, and the events of it that the act names."""

    case: UUID
    of: tuple[type[Event], ...] = ()
    """What the events are to be."""
    events: frozenset[UUID] = frozenset()


class Record(Protocol):
    """What an act on a ledger may read of the record besides the ledger."""

    def load_case(self, case_id: UUID) -> list[Event]:
        """All events of a case, or of another ledger."""

    def load_hours(self, county: str) -> list[Event]:
        """The events that record hours of care, of every case of a county."""


@dataclass(frozen=True)
class LedgerKind:
    """One kind of ledger. Its id is that of its one aggregate, and stands where an event of a case has its case."""

    name: str
    state: type[Aggregate]
    events: tuple[type[Event], ...]
    evolve: Callable[[Any, Event], Aggregate]
    decisions: Mapping[str, Decision]
    readers: Callable[[Any], tuple[HsaId, ...]] = _everyone
    """The principals whose staff may read it, by its state; none: every principal of the county."""
    of_county: Callable[[str], UUID] | None = None
    """The id of a county's one such ledger, which needs no opening; None where there are many."""
    deals_with: Callable[[Any, Mapping[str, Any], datetime], Sequence[datetime]] = _when_it_occurred
    """By the state, what the act says and when it occurred: the moments, of which the first at which some agreement
    version was in force decides the version that the act stands on."""
    between: Callable[[Any, Mapping[str, Any], Actor], HsaId | None] = _with_own
    """The municipality between which and the region that version is."""
    supplied: Mapping[str, Callable[[Record, Actor, Any], Any]] = field(default_factory=dict)
    """Arguments of decisions that are read from cases and other ledgers, for an actor and by the ledger's state."""
    found_by: Mapping[str, Callable[[str, Mapping[str, Any]], UUID]] = field(default_factory=dict)
    """The acts that find their ledger by its county and what they say, and are refused in words where there is none."""
    sources: Callable[[Any, Mapping[str, Any]], Iterable[Source]] = _none
    """The cases that an act rests on: they must be there, and be the actor's principal's to know."""
    duties: Callable[[Any, Agreement | None], Iterable[LedgerDuty]] = _no_duties
    """What it waits for: of the state, and the version in force."""

    @cached_property
    def offered(self) -> tuple[Description, ...]:
        """Its acts as they are offered."""
        return tuple(
            Description(name, decision, frozenset({"act", *self.supplied})) for name, decision in self.decisions.items()
        )

    def addressed(self, act: str, county: str, content: Mapping[str, Any]) -> UUID | None:
        """The ledger that an act is on by what it says, where it names none; None for one that it opens."""
        if self.of_county is not None:
            return self.of_county(county)
        return self.found_by[act](county, content) if act in self.found_by else None

    def fold(self, history: Iterable[Event]) -> Any:
        """The state that a history leads to; None for no history."""
        state: Aggregate | None = None
        return reduce(self.evolve, history, state)


CONTRACT = LedgerKind(
    name="contract",
    state=contract_state.Contract,
    events=get_args(ContractEvent),
    evolve=contract_state.evolve,
    decisions={
        ActName.SUBMIT_VERSION: contract.submit_version,
        ActName.SIGN_VERSION: contract.sign_version,
        ActName.PUBLISH_VERSION: contract.publish_version,
        ActName.END_VERSION: contract.end_version,
        ActName.HOLD_FOLLOW_UP: contract.hold_follow_up,
        ActName.AGREE_LOCAL_AGREEMENT: additions.agree_local_agreement,
        ActName.PUBLISH_LOCAL_ROUTINE: additions.publish_local_routine,
    },
)
