"""A load generator: one request over and over on keep-alive connections, in a process of its own.

It reads only the status and the length of an answer. The rate against the bare server shows the least that it can put
on. `python -m bench.load` prints its measurement as JSON.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import uvloop

WARMUP = 0.2
"""Seconds before the measurement begins."""


@dataclass(frozen=True)
class LoadPlan:
    """The address, the headers, the number of connections and the seconds of a load."""

    url: str
    headers: dict[str, str]
    connections: int
    seconds: float


@dataclass(frozen=True)
class Load:
    """The answers to a load: their rate a second, and the time of half and of 99 in 100 of them, in ms."""

    rate: float
    median_ms: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    """One connection that asks again as soon as the answer is whole."""

    def __init__(self, request: bytes, stop: asyncio.Event, times: list[tuple[float, float]]) -> None:
        self._request, self._stop, self._times = request, stop, times
        self._received, self._expected, self._sent_at = b"", 0, 0.0

    def begin(self, transport: asyncio.Transport) -> None:
        """Ask for the first time."""
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._expected:
            head, found, _ = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 200"), head.splitlines()[0]
            self._expected = len(head) + 4 + _length(head)
        if len(self._received) >= self._expected:
            now = perf_counter()
            self._times.append((now, now - self._sent_at))
            self._received, self._expected = b"", 0
            if not self._stop.is_set():
                self._ask()

    def _ask(self) -> None:
        self._sent_at = perf_counter()
        self._transport.write(self._request)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise AssertionError("the server did not say how long its answer is")


async def _run(plan: LoadPlan) -> Load:
    url = urlsplit(plan.url)
    assert url.hostname
    assert url.port
    target = url.path + (f"?{url.query}" if url.query else "")
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {url.netloc}",
        *(f"{name}: {value}" for name, value in plan.headers.items()),
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    stop, times = asyncio.Event(), list[tuple[float, float]]()
    loop = asyncio.get_running_loop()
    failure: asyncio.Future[None] = loop.create_future()

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not failure.done():
            failure.set_exception(context["exception"])

    loop.set_exception_handler(note)
    transports = []
    for _ in range(plan.connections):
        transport, connection = await loop.create_connection(
            lambda: _Connection(request, stop, times), url.hostname, url.port
        )
        connection.begin(transport)
        transports.append(transport)
    start = perf_counter() + WARMUP
    await asyncio.wait([failure], timeout=WARMUP + plan.seconds)
    if failure.done():
        failure.result()
    stop.set()
    for transport in transports:
        transport.close()
    durations = sorted(duration for at, duration in times if at >= start)
    return Load(
        rate=len(durations) / plan.seconds,
        median_ms=1000 * durations[len(durations) // 2],
        p99_ms=1000 * durations[len(durations) * 99 // 100],
    )


def put_load(plan: LoadPlan) -> Load:
    """Put a load on from another process, and return its measurement."""
    text = json.dumps(asdict(plan))
    command = [sys.executable, "-m", "bench.load"]
    run = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    measurement: dict[str, Any] = json.loads(run.stdout)
    return Load(**measurement)


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_run(LoadPlan(**json.load(sys.stdin)))))))
