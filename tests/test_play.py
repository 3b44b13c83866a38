"""The plays come as the catalogue says, over real HTTP with a real FHIR client, again and again on one record."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from rich.console import Console

from play.scenes import PLAYS, play_out
from play.server import environment_with
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
    text = StringIO()
    agreed = play_out([name], environment_of(services, port), Console(file=text, width=200))
    output = text.getvalue()
    assert agreed, output
    assert re.search(r"(\d+) of \1 expectations agreed", output)
    found = rebuild(services, replace=False, progress=lambda _: None)
    assert found.is_identical, found.differences
    return output


def environment_of(services: Services, port: int) -> dict[str, str]:
    settings = services.settings
    assert settings.database_url
    assert settings.owner_database_url
    return environment_with(
        data=settings.data,
        port=port,
        database_url=settings.database_url.get_secret_value(),
        owner_database_url=settings.owner_database_url.get_secret_value(),
    )


def run_play(*arguments: str, **settings: str) -> CompletedProcess[str]:
    command = [sys.executable, "-m", "play", *arguments]
    return subprocess.run(command, env=environment_with(**settings), capture_output=True, text=True, timeout=60)


def test_a_scenario_that_does_not_exist_is_refused_with_those_that_do() -> None:
    run = run_play("D13")
    assert run.returncode == 2
    assert run.stderr == f"There is no play D13; give one of {', '.join(PLAYS)}, or all.\n"


def test_a_setting_that_cannot_be_used_is_reported_as_the_service_reports_it(tmp_path: Path) -> None:
    run = run_play("D1", data=str(tmp_path), port="many")
    assert run.returncode == 2
    assert run.stderr.startswith("KVITTENS_PORT: the value ")
    assert "Traceback" not in run.stderr
