"""Every kind of ledger and every event class there is; the store knows no other."""

from domain.case.state.case import EVENT_CLASSES as CASE_EVENTS
from domain.kernel import Event
from service.acts.ledger_kinds import CONTRACT, LedgerKind
from service.acts.settlement_kinds import SETTLEMENT

KINDS: tuple[LedgerKind, ...] = (CONTRACT, *SETTLEMENT)
EVENT_CLASSES: tuple[type[Event], ...] = (*CASE_EVENTS, *(one for kind in KINDS for one in kind.events))
_BY_EVENT = {one: kind for kind in KINDS for one in kind.events}


def kind_of(event: Event) -> LedgerKind | None:
    """The kind of ledger that the event belongs to; None for an event of a case."""
    return _BY_EVENT.get(type(event))
