"""The plays come as the catalogue says, over real HTTP with a real FHIR client, again and again on one record."""

import re
from io import StringIO

import pytest
from rich.console import Console

from play.scenes import PLAYS, play_out
from service.bootstrap import Services
from service.record.rebuild import rebuild

DISCARD = 9
"""A port on which nothing answers (RFC 863)."""
SETTLING = ("D7", "D8", "D9")
"""The plays in which months are settled and a version is published: what is done once is read when played again."""


def test_a_play_starts_a_server_where_none_runs_and_agrees(module_services: Services) -> None:
    assert_plays("D1", module_services, port=DISCARD)


@pytest.mark.parametrize("name", PLAYS)
def test_a_play_goes_through_the_server_that_runs_and_agrees(
    module_services: Services, module_address: str, name: str
) -> None:
    for _ in range(2 if name in SETTLING else 1):
        said = assert_plays(name, module_services, port=int(module_address.rpartition(":")[2]))
        assert f"{name} at {module_address}" in said


def assert_plays(name: str, services: Services, *, port: int) -> str:
    told = StringIO()
    settings = services.settings.model_copy(update={"port": port})
    agreed = play_out([name], settings, Console(file=told, width=200))
    said = told.getvalue()
    assert agreed, said
    assert re.search(r"(\d+) of \1 expectations agreed", said)
    found = rebuild(services, replacing=False, progress=lambda _: None)
    assert found.identical, found.differing
    return said
