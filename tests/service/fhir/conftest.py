"""The callers of the FHIR face, on one server for each module. Afterwards a rebuild must find the same resources."""

from collections.abc import Iterator

import pytest

from service.bootstrap import Services
from tests.live import PHYSICIAN, Caller, patient_id
from tests.service.calls import assert_rebuild_identical


@pytest.fixture(scope="module", autouse=True)
def _rebuild_finds_no_difference(module_services: Services) -> Iterator[None]:
    yield
    assert_rebuild_identical(module_services)


@pytest.fixture
def served(module_services: Services, module_address: str) -> tuple[Services, str]:
    """The services that the callers speak with, and their address: the same for all tests of a module."""
    return module_services, module_address


@pytest.fixture
def physician(served: tuple[Services, str]) -> Iterator[Caller]:
    """A physician of the region."""
    with Caller(*served, PHYSICIAN) as caller:
        yield caller


@pytest.fixture(scope="module")
def patient(module_services: Services) -> str:
    """A person of the demonstration county, by the opaque id."""
    return patient_id(module_services)
