"""Two cases that the tests of a module share, and browsers that are signed in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Self

import httpx
import pytest

from service.bootstrap import Services
from service.commands.demonstration import PERSONS
from service.directory import find_actor
from tests.live import DISTRICT_NURSE, NURSE_A, NURSE_B, TLS
from tests.web.cases import LiveCase, disagree, discharge
from tests.web.html import Page

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Browser(httpx.Client):
    """A browser of a person who reads the pages."""

    def sign_in(self, services: Services, person: str) -> Self:
        """Sign in as a person of the demonstration."""
        actor = find_actor(services.directories, person)
        assert actor is not None
        form = {"person": person, "unit": actor.unit}
        assert self.post("/sign-in/demonstration", data=form, headers=SAME_ORIGIN).status_code == 303
        return self

    def page(self, path: str, **parameters: str) -> Page:
        """Read a page, which must exist."""
        answer = self.get(path, params=parameters or None)
        assert answer.status_code == 200, answer.text
        return Page(answer.text)


@pytest.fixture(scope="module")
def discharged(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """D1, from request to discharge."""
    with discharge(module_services, module_address) as case:
        yield case


@pytest.fixture(scope="module")
def disputed(module_services: Services, module_address: str) -> Iterator[LiveCase]:
    """D5, with its disagreement and its late position."""
    with disagree(module_services, module_address, number=PERSONS[1][0]) as case:
        yield case


@pytest.fixture
def nurse(module_services: Services, module_address: str) -> Iterator[Browser]:
    """A nurse of the municipality, signed in."""
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        yield browser.sign_in(module_services, NURSE_A)


@pytest.fixture
def district_nurse(module_services: Services, module_address: str) -> Iterator[Browser]:
    """A district nurse of the region, signed in."""
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        yield browser.sign_in(module_services, DISTRICT_NURSE)


@pytest.fixture
def neighbour(module_services: Services, module_address: str) -> Iterator[Browser]:
    """A nurse of another municipality, signed in."""
    with Browser(base_url=module_address, timeout=30, verify=TLS) as browser:
        yield browser.sign_in(module_services, NURSE_B)


@pytest.fixture
def browse(module_services: Services, module_address: str) -> Iterator[Callable[[str], Browser]]:
    """Sign in as a person."""
    with ExitStack() as opened:

        def sign_in(person: str) -> Browser:
            browser = opened.enter_context(Browser(base_url=module_address, timeout=30, verify=TLS))
            return browser.sign_in(module_services, person)

        yield sign_in
