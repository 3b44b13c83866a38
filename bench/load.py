"""A load generator: one request over and over on keep-alive connections, in a process of its own.

It reads no more of an answer than its status and length, and is measured itself: the bare server's rate is what it can
ask for at least. `python -m bench.load` prints what it found as JSON.
"""

import asyncio
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

WARMUP = 0.2
"""Seconds before it counts."""


@dataclass(frozen=True)
class Wanted:
    """What to ask for: address, headers, and on how many connections for how long."""

    url: str
    headers: dict[str, str]
    connections: int
    seconds: float


@dataclass(frozen=True)
class Load:
    """What came: answers a second, and the time by which half and 99 in 100 of them had come, in ms."""

    rate: float
    median_ms: float
    p99_ms: float


class _Connection(asyncio.Protocol):
    """One connection that asks again as soon as the answer is whole."""

    def __init__(self, request: bytes, done: asyncio.Event, times: list[tuple[float, float]]) -> None:
        self._request, self._done, self._times = request, done, times
        self._received, self._wanted, self._asked = b"", 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one in all but its class
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._wanted:
            head, found, _ = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            assert head.startswith(b"HTTP/1.1 200"), head.splitlines()[0]
            self._wanted = len(head) + 4 + _length(head)
        if len(self._received) >= self._wanted:
            now = perf_counter()
            self._times.append((now, now - self._asked))
            self._received, self._wanted = b"", 0
            if not self._done.is_set():
                self._ask()

    def _ask(self) -> None:
        self._asked = perf_counter()
        self._transport.write(self._request)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.split(b":")[1])
    raise AssertionError("the server did not say how long its answer is")


async def _ask_for(wanted: Wanted) -> Load:
    url = urlsplit(wanted.url)
    assert url.hostname
    assert url.port
    target = url.path + (f"?{url.query}" if url.query else "")
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {url.netloc}",
        *(f"{name}: {one}" for name, one in wanted.headers.items()),
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    done, times = asyncio.Event(), list[tuple[float, float]]()
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[None] = loop.create_future()

    def note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not failed.done():
            failed.set_exception(context["exception"])

    loop.set_exception_handler(note)
    opened = [
        await loop.create_connection(lambda: _Connection(request, done, times), url.hostname, url.port)
        for _ in range(wanted.connections)
    ]
    start = perf_counter() + WARMUP
    await asyncio.wait([failed], timeout=WARMUP + wanted.seconds)
    if failed.done():
        failed.result()
    done.set()
    for transport, _ in opened:
        transport.close()
    took = sorted(each for at, each in times if at >= start)
    return Load(
        rate=len(took) / wanted.seconds,
        median_ms=1000 * took[len(took) // 2],
        p99_ms=1000 * took[len(took) * 99 // 100],
    )


def load(wanted: Wanted) -> Load:
    """Put the load on from another process."""
    asked = json.dumps(asdict(wanted))
    command = [sys.executable, "-m", "bench.load"]
    ran = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return Load(**found)


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_ask_for(Wanted(**json.load(sys.stdin)))))))
