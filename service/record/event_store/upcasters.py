"""The upcasters, which turn released event shapes that are no longer written into those of today."""

from service.record.event_store.mapper import Upcaster

UPCASTERS: tuple[Upcaster, ...] = ()
"""All upcasters. Each released shape keeps its JSON in tests/recorded/, which must load for ever."""
