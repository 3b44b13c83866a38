"""How one worker starts, how much memory it takes, and how fast it answers over HTTP."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

from bench import bare_server
from bench.load import Load, Wanted, load
from bench.results import Row
from play.server import ServerProcess, start_server

CONNECTIONS = (1, 16)
ROUNDS = 3
SECONDS = 1.0
MEGABYTE = 1e6


@dataclass(frozen=True)
class Address:
    """Something to read with a token."""

    name: str
    path: str


def start_times(environment: Mapping[str, str], *, rounds: int) -> list[float]:
    """Seconds from starting a worker's process to its answer on /health, each time anew."""
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        with start_server(environment):
            times.append(perf_counter() - begun)
    return times


def memory(server: ServerProcess) -> float:
    """Bytes of memory that the worker's process holds (Linux)."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return float(value.split()[0]) * 1024
    raise LookupError("the system does not say how much memory the process holds")


def reads(server: ServerProcess, token: str, addresses: list[Address]) -> list[Row]:
    """Each address's rate on 1 and 16 connections, against a bare server of the very bytes it answers."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
    rows = []
    with TemporaryDirectory() as folder, ExitStack() as opened:
        for place, one in enumerate(addresses):
            answer = httpx.get(server.address + one.path, headers=headers)
            answer.raise_for_status()
            file = Path(folder) / str(place)
            file.write_bytes(answer.content)
            plain = opened.enter_context(bare_server.serving(file))
            rows += [
                _against(f"{one.name}, {len(answer.content) / 1000:.0f} kB, {_connections(many)}", ours, theirs)
                for many in CONNECTIONS
                for ours, theirs in [_rounds(server.address + one.path, headers, plain, many)]
            ]
    return rows


def _connections(many: int) -> str:
    return "1 connection" if many == 1 else f"{many} connections"


def _rounds(url: str, headers: Mapping[str, str], plain: str, connections: int) -> tuple[list[Load], list[Load]]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(load(Wanted(url, dict(headers), connections, SECONDS)))
        theirs.append(load(Wanted(plain, dict(headers), connections, SECONDS)))
    return ours, theirs


def _against(name: str, ours: list[Load], theirs: list[Load]) -> Row:
    return Row(
        name,
        median(one.rate for one in ours),
        "reads/s",
        against="bare bytes",
        plain=median(one.rate for one in theirs),
        ratio=median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True)),
        p99_ms=median(one.p99_ms for one in ours),
    )
