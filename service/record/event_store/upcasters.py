"""How the shapes of events that were once released and are no longer made become those of today."""

from service.record.event_store.mapper import Upcaster

UPCASTERS: tuple[Upcaster, ...] = ()
"""Every one there is. Each released shape keeps its JSON in tests/recorded/, which must load for ever."""
