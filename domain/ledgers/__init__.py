"""Ledgers (huvudböcker): records that belong to the parties and to no single person.

The table of all their kinds.
"""

from domain.kernel import Event
from domain.ledger_kind import LedgerKind
from domain.ledgers.settlement.kinds import SETTLEMENT
from domain.ledgers.versions.kind import VERSION_RECORD

KINDS: tuple[LedgerKind, ...] = (VERSION_RECORD, *SETTLEMENT)
_BY_EVENT = {event_class: kind for kind in KINDS for event_class in kind.events}


def kind_of(event: Event) -> LedgerKind | None:
    """Return the kind of ledger that an event belongs to. None for an event of a case."""
    return _BY_EVENT.get(type(event))
