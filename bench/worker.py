"""One worker: the time to its first answer, its memory, and the rate of its answers over HTTP."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

from bench import bare_server
from bench.load import Load, LoadPlan, put_load
from bench.results import Row
from play.server import ServerProcess, start_server

CONNECTIONS = (1, 16)
ROUNDS = 3
SECONDS = 1.0
MEGABYTE = 1e6
MEMORY_AIM = 250.0


@dataclass(frozen=True)
class Address:
    """An address that is read with a token."""

    name: str
    path: str


def measure_starts(environment: Mapping[str, str], *, rounds: int) -> list[float]:
    """Start a worker in each round, and return the seconds until it answers on /health."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        with start_server(environment):
            times.append(perf_counter() - start)
    return times


def read_memory(server: ServerProcess) -> float:
    """Return the bytes of memory that the worker's process holds (Linux)."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmRSS":
            return float(value.split()[0]) * 1024
    raise LookupError("the system does not say how much memory the process holds")


def report_memory(moment: str, size: float) -> Row:
    """Return the row of a worker's memory at a moment."""
    megabytes = size / MEGABYTE
    return Row(
        f"Memory of a worker {moment}", megabytes, "MB", aim=f"under {MEMORY_AIM:.0f} MB", holds=megabytes < MEMORY_AIM
    )


def measure_reads(server: ServerProcess, token: str, addresses: list[Address]) -> list[Row]:
    """Measure each address on 1 and 16 connections, against a bare server of the same bytes."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
    rows = []
    with TemporaryDirectory() as folder, ExitStack() as servers:
        for place, address in enumerate(addresses):
            url = server.address + address.path
            answer = httpx.get(url, headers=headers)
            answer.raise_for_status()
            file = Path(folder) / str(place)
            file.write_bytes(answer.content)
            plain = servers.enter_context(bare_server.start_bare_server(file))
            rows += [
                _compare(
                    f"{address.name}, {len(answer.content) / 1000:.0f} kB, {_name_connections(connections)}",
                    ours,
                    theirs,
                )
                for connections in CONNECTIONS
                for ours, theirs in [_measure_rounds(url, headers, plain, connections)]
            ]
    return rows


def _name_connections(count: int) -> str:
    return "1 connection" if count == 1 else f"{count} connections"


def _measure_rounds(
    url: str, headers: Mapping[str, str], plain: str, connections: int
) -> tuple[list[Load], list[Load]]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(put_load(LoadPlan(url, dict(headers), connections, SECONDS)))
        theirs.append(put_load(LoadPlan(plain, dict(headers), connections, SECONDS)))
    return ours, theirs


def _compare(name: str, ours: list[Load], theirs: list[Load]) -> Row:
    return Row(
        name,
        median(load.rate for load in ours),
        "reads/s",
        against="bare bytes",
        plain=median(load.rate for load in theirs),
        ratio=median(our.rate / their.rate for our, their in zip(ours, theirs, strict=True)),
        p99_ms=median(load.p99_ms for load in ours),
    )
