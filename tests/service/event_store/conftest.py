"""An open event store on a database for one test."""

from collections.abc import Iterator

import pytest

from service.database.dsns import Dsns
from service.record.event_store.application import EventStore
from tests.service.event_store.acts import open_store


@pytest.fixture
def store(database: Dsns) -> Iterator[EventStore]:
    """A store for the acts of these tests."""
    with open_store(database.service) as store:
        yield store
