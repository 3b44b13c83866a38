"""All event classes. The event store knows no others."""

from domain.case.state.case import EVENT_CLASSES as CASE_EVENTS
from domain.kernel import Event
from domain.ledgers import KINDS

EVENT_CLASSES: tuple[type[Event], ...] = (
    *CASE_EVENTS,
    *(event_class for kind in KINDS for event_class in kind.events),
)
