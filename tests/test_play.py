"""The plays over real HTTP with a real FHIR client: their outcomes are as in the catalogue, also on a used record."""

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
from tests.live import make_environment
from tests.rules.places import ROOT
from tests.service.calls import assert_rebuild_identical

REPEATED = ("D7", "D8", "D9")
"""The plays that settle months or publish a version. A second run reads the results of the first."""


def test_a_play_starts_its_own_server_and_ends_as_the_readme_shows(module_services: Services) -> None:
    output = assert_plays("D1", module_services)

    agreed = re.search(r"\d+ of \d+ expectations agreed", output)
    assert agreed is not None
    assert f"    {agreed[0]}\n" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", PLAYS)
def test_a_play_uses_the_running_server(module_services: Services, module_address: str, name: str) -> None:
    for _ in range(2 if name in REPEATED else 1):
        output = assert_plays(name, module_services)
        assert f"{name} at {module_address}" in output


def assert_plays(name: str, services: Services) -> str:
    text = StringIO()
    has_agreed = play_out([name], make_environment(services), Console(file=text, width=200))
    output = text.getvalue()
    assert has_agreed, output
    assert re.search(r"(\d+) of \1 expectations agreed", output)
    assert_rebuild_identical(services)
    return output


def run_play(*arguments: str, **settings: str) -> CompletedProcess[str]:
    command = [sys.executable, "-m", "play", *arguments]
    return subprocess.run(command, env=environment_with(**settings), capture_output=True, text=True, timeout=60)


def test_an_unknown_scenario_is_refused_with_the_known_ones() -> None:
    run = run_play("D13")
    assert run.returncode == 2
    assert run.stderr == f"There is no play D13; give one of {', '.join(PLAYS)}, or all.\n"


def test_an_invalid_setting_is_reported_in_the_same_words_as_by_the_service(tmp_path: Path) -> None:
    run = run_play("D1", data=str(tmp_path), port="many")
    assert run.returncode == 2
    assert run.stderr.startswith("KVITTENS_PORT: the value ")
    assert "Traceback" not in run.stderr
