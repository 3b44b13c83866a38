"""The callers of the service's tests, over HTTP to a real server, and an empty database."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from service.bootstrap import Services
from service.database.dsns import Dsns
from service.database.embedded import EmbeddedPostgres
from tests.live import DISTRICT_NURSE, NURSE_A, NURSE_B, Caller


@pytest.fixture
def empty(server: EmbeddedPostgres) -> Iterator[Dsns]:
    """A database without a schema."""
    name = f"empty_{uuid4().hex}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture
def served(services: Services, address: str) -> tuple[Services, str]:
    """The services that the callers speak with, and their address. A room with one server for a module overrides it."""
    return services, address


@pytest.fixture
def region(served: tuple[Services, str]) -> Iterator[Caller]:
    """A district nurse of the region."""
    with Caller(*served, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def municipality(served: tuple[Services, str]) -> Iterator[Caller]:
    """A nurse of the municipality that requests are sent to."""
    with Caller(*served, NURSE_A) as caller:
        yield caller


@pytest.fixture
def elsewhere(served: tuple[Services, str]) -> Iterator[Caller]:
    """A nurse of another municipality."""
    with Caller(*served, NURSE_B) as caller:
        yield caller
