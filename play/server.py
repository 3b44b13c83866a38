"""The server of a play: a server that runs already, or a child process for this play."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO

import httpx

PATIENCE = 120.0
"""Seconds that a server may take to start. The first time it makes its database."""
_PAUSE = 0.02


class NoServer(Exception):
    """No server can be used. The message says why."""


@dataclass(frozen=True)
class ServerProcess:
    """A server in a process of its own: its address, and the id of the process."""

    address: str
    pid: int


def environment_with(**settings: object) -> dict[str, str]:
    """Return the environment of this process with these settings of Kvittens and no others."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("KVITTENS_")}
    return others | {f"KVITTENS_{name.upper()}": str(value) for name, value in settings.items()}


def command_line(*arguments: str) -> list[str]:
    """Return the command line of `kvittens` with these arguments. Raises NoServer if it is not installed."""
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    program = shutil.which("kvittens", path=os.pathsep.join(folders))
    if program is None:
        raise NoServer("There is no command kvittens here; make setup installs it.")
    return [program, *arguments]


@dataclass(frozen=True)
class Stage:
    """A server that takes a play: its address, and True if it runs on after the play."""

    address: str
    stays: bool


@contextmanager
def open_server(environment: Mapping[str, str], token: str) -> Iterator[Stage]:
    """Yield a server that answers for as long as the block runs.

    If a server runs on the environment's data folder and takes the token, it is used. Otherwise a server is started on
    a free port, and stopped afterwards. Raises NoServer.
    """
    address = _read_address(environment)
    if address is not None and _takes(address, token):
        yield Stage(address, stays=True)
        return
    with start_server(environment) as process:
        yield Stage(process.address, stays=False)


def _read_address(environment: Mapping[str, str]) -> str | None:
    """Read the address that the latest running server leaves in its data folder (docs/operation.md)."""
    folder = environment.get("KVITTENS_DATA", "").strip() or ".kvittens"
    file = Path(folder) / "address"
    addresses = file.read_text().split() if file.exists() else []
    return addresses[-1] if addresses else None


def _takes(address: str, token: str) -> bool:
    try:
        response = httpx.get(f"{address}/api/cases", headers={"Authorization": f"Bearer {token}"}, timeout=5)
    except httpx.HTTPError:
        return False
    return response.status_code == 200


@contextmanager
def start_server(environment: Mapping[str, str], *options: str) -> Iterator[ServerProcess]:
    """Start a demonstration server on a free port, and stop it after the block. Raises NoServer."""
    free = {**environment, "KVITTENS_PORT": "0"}
    with subprocess.Popen(command_line("run", *options), env=free, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = _find_address(process.stdout)
            _wait(address, process)
            yield ServerProcess(address, process.pid)
        finally:
            process.terminate()


def _find_address(output: IO[str]) -> str:
    """Return the address that the server prints when it has started."""
    for line in output:
        words = line.split()
        if words[:3] == ["Kvittens", "is", "at"]:
            return words[3].rstrip("/")
    raise NoServer("no server could be started; what it said stands above")


def _wait(address: str, process: subprocess.Popen[str]) -> None:
    give_up_at = monotonic() + PATIENCE
    while monotonic() < give_up_at and process.poll() is None:
        try:
            if httpx.get(f"{address}/health", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # it does not listen yet
        sleep(_PAUSE)
    raise NoServer(f"the server at {address} does not answer")
