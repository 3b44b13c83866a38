"""The server that a play is carried through: one that answers already, or one started for the play."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import IO

import httpx

from service.settings import ADDRESS_FILE, Settings

PATIENCE = 120.0
"""Seconds that a server may take to start: the first time it makes its database."""
_PAUSE = 0.02


class NoServer(Exception):
    """No server could be had; the message says why."""


@contextmanager
def server(settings: Settings, token: str) -> Iterator[str]:
    """The address of a server of these settings' record, for as long as the block runs.

    A server that runs on the settings' data folder serves the same record. Otherwise one is started on a free port, and
    stopped afterwards. Raises NoServer.
    """
    address = running_at(settings)
    if address is not None and _takes(address, token):
        yield address
        return
    with started(settings) as own:
        yield own.address


def running_at(settings: Settings) -> str | None:
    """Where a server says that it runs on the settings' data folder; None where none does."""
    told = settings.data / ADDRESS_FILE
    return told.read_text() if told.exists() else None


def _takes(address: str, token: str) -> bool:
    try:
        answer = httpx.get(f"{address}/api/cases", headers={"Authorization": f"Bearer {token}"}, timeout=5)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


@dataclass(frozen=True)
class Started:
    """A server of its own process: where it answers, and the process's id."""

    address: str
    pid: int


@contextmanager
def started(settings: Settings) -> Iterator[Started]:
    """A demonstration server on a free port, once it answers /health. Raises NoServer."""
    command = [sys.executable, "-c", "from service.cli import main; main()", "run"]
    with subprocess.Popen(command, env=_environment(settings), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = _address(process.stdout)
            _wait(address, process)
            yield Started(address, process.pid)
        finally:
            process.terminate()


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as a process of our own reads them, but on a free port."""
    given = {
        name: str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
        for name, value in settings.model_copy(update={"port": 0})
        if value is not None
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("KVITTENS_")}
    return others | {f"KVITTENS_{name.upper()}": value for name, value in given.items()}


def _address(said: IO[str]) -> str:
    """Where the server says that it is."""
    for line in said:
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
