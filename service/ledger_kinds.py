"""The kinds of ledger: what each is folded by, which acts it knows, and who may read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from typing import Any, get_args

from domain.agreements.model import ActName, Agreement
from domain.case import EVENT_CLASSES as CASE_EVENTS
from domain.contract import decisions as contract
from domain.contract import state as contract_state
from domain.contract.events import ContractEvent
from domain.kernel import Aggregate, Event, HsaId
from domain.ledger import Duty
from service.acts import Decision, Description


def _everyone(_: Any) -> tuple[HsaId, ...]:
    return ()


def _when_it_occurred(_: Any, __: Mapping[str, Any], occurred_at: datetime) -> datetime:
    return occurred_at


def _no_duties(_: Any, __: Agreement | None, ___: date) -> Iterable[Duty]:
    return ()


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
    deals_with: Callable[[Any, Mapping[str, Any], datetime], datetime] = _when_it_occurred
    """The moment that decides which agreement version an act stands on: of the state, what the act says, and when."""

    duties: Callable[[Any, Agreement | None, date], Iterable[Duty]] = _no_duties
    """What it waits for on a Swedish legal day: of the state, and the version in force."""

    @cached_property
    def offered(self) -> tuple[Description, ...]:
        """Its acts as they are offered."""
        return tuple(Description(name, decision) for name, decision in self.decisions.items())

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
        ActName.AGREE_LOCAL_AGREEMENT: contract.agree_local_agreement,
        ActName.PUBLISH_LOCAL_ROUTINE: contract.publish_local_routine,
    },
)

KINDS: tuple[LedgerKind, ...] = (CONTRACT,)
EVENT_CLASSES: tuple[type[Event], ...] = (*CASE_EVENTS, *(one for kind in KINDS for one in kind.events))
"""Every event class there is, of cases and of ledgers; the store knows no other."""
_BY_EVENT = {one: kind for kind in KINDS for one in kind.events}


def kind_of(event: Event) -> LedgerKind | None:
    """The kind of ledger that the event belongs to; None for an event of a case."""
    return _BY_EVENT.get(type(event))
