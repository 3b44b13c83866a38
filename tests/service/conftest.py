"""Those who act over HTTP in the tests of the service: a real server on a database of the test's own."""

from collections.abc import Iterator

import pytest

from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, NURSE_B, Caller


@pytest.fixture
def region(services: Services, address: str) -> Iterator[Caller]:
    """A district nurse of the region."""
    with Caller(services, address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def municipality(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of the municipality that requests are sent to."""
    with Caller(services, address, NURSE_A) as caller:
        yield caller


@pytest.fixture
def elsewhere(services: Services, address: str) -> Iterator[Caller]:
    """A nurse of another municipality."""
    with Caller(services, address, NURSE_B) as caller:
        yield caller
