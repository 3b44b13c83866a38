"""The commands in the documents: they run against a demonstration server that has just started."""

import re
import subprocess
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from play.server import environment_with
from service.bootstrap import Services
from tests.docs.documents import Document, list_documents
from tests.rules.places import ROOT

SHOWN = "http://127.0.0.1:8000"
"""The address of the server in the documents."""
CHECKED_ONLY = re.compile(r"^\s*(make |(\.venv/bin/)?kvittens (run|serve|migrate)\b)")
PREAMBLE = """\
set -euo pipefail
curl() { command curl --fail-with-body "$@"; }
"""


def run_blocks(document: Document, services: Services, address: str) -> CompletedProcess[str]:
    """Run the shell blocks of a document in order, in the same bash, as a reader beside the server would."""
    lines = [line for block in document.shell_blocks for line in block.splitlines() if not CHECKED_ONLY.match(line)]
    script = PREAMBLE + "\n".join(lines).replace(SHOWN, address)
    settings = services.settings
    assert settings.database_url
    assert settings.owner_database_url
    environment = environment_with(
        data=settings.data,
        port=address.rpartition(":")[2],
        demonstration="true",
        database_url=settings.database_url.get_secret_value(),
        owner_database_url=settings.owner_database_url.get_secret_value(),
    )
    return subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.mark.parametrize("document", [document for document in list_documents() if document.shell_blocks], ids=str)
def test_the_commands_of_a_document_succeed(document: Document, services: Services, address: str) -> None:
    run = run_blocks(document, services, address)

    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"


@pytest.mark.parametrize(
    ("commands", "is_sound"),
    [
        ("ONE=1\n```\n\n```sh\nmake run\ntest $ONE = 1", True),
        ("false", False),
        (f"curl -s {SHOWN}/health", True),
        (f"curl -s {SHOWN}/moon", False),
        ("curl -s http://127.0.0.1:9", False),
    ],
)
def test_a_failing_command_is_found(
    module_services: Services, module_address: str, tmp_path: Path, commands: str, is_sound: bool
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n```sh\n{commands}\n```\n", "utf-8")

    assert (run_blocks(Document(page), module_services, module_address).returncode == 0) is is_sound
