"""The callers of the FHIR face, on one server for each module. Afterwards a rebuild must find the same resources."""

from collections.abc import Iterator

import pytest

from service.bootstrap import Services
from tests.live import DISTRICT_NURSE, NURSE_A, NURSE_B, PHYSICIAN, Caller, patient_id
from tests.service.calls import assert_rebuild_identical


@pytest.fixture(scope="module", autouse=True)
def _rebuild_finds_no_difference(module_services: Services) -> Iterator[None]:
    yield
    assert_rebuild_identical(module_services)


@pytest.fixture
def region(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A district nurse of the region."""
    with Caller(module_services, module_address, DISTRICT_NURSE) as caller:
        yield caller


@pytest.fixture
def physician(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A physician of the region."""
    with Caller(module_services, module_address, PHYSICIAN) as caller:
        yield caller


@pytest.fixture
def municipality(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A nurse of the municipality that requests are sent to."""
    with Caller(module_services, module_address, NURSE_A) as caller:
        yield caller


@pytest.fixture
def elsewhere(module_services: Services, module_address: str) -> Iterator[Caller]:
    """A nurse of another municipality."""
    with Caller(module_services, module_address, NURSE_B) as caller:
        yield caller


@pytest.fixture(scope="module")
def patient(module_services: Services) -> str:
    """A person of the demonstration county, by the opaque id."""
    return patient_id(module_services)
