"""Processes that record acts, and a reader that follows the stream."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from domain.kernel import Event
from service.record.event_store import committer
from service.record.event_store.committer import Completion
from tests.service.event_store.acts import act, open_store


def write(service_dsn: str, acts: int) -> list[int]:
    """Record acts of one, two and three events from four threads, and return the acknowledged positions."""

    def write_acts(_: int) -> list[int]:
        return [
            position
            for number in range(acts)
            for position in store.submit(act(uuid4(), count=number % 3 + 1)).positions
        ]

    with open_store(service_dsn) as store, ThreadPoolExecutor(4) as callers:
        return [position for positions in callers.map(write_acts, range(4)) for position in positions]


def freeze(service_dsn: str, halfway: bool) -> None:
    """Begin an act, and stop this process while it holds the lock: before it writes, or halfway through."""
    committer._HOLD_LIMIT = "300ms"

    def stop() -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        threading.Event().wait()  # the other threads may stop a moment before this one

    class FreezingParameters(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            yield (100_000 * "x",)
            stop()

    def finish(_: Sequence[Event]) -> Completion:
        if not halfway:
            stop()
        return Completion(b"", [("SELECT length(%s)", FreezingParameters())])

    with open_store(service_dsn) as store:
        store.submit(act(uuid4(), finish=finish))


class Follower:
    """A reader of a stream that always continues from its last position, as a consumer does."""

    def __init__(self, positions_after: Callable[[int], Sequence[int]]) -> None:
        self._positions_after = positions_after
        self.positions: list[int] = []

    def catch_up(self) -> None:
        """Read every event up to now."""
        while page := self._positions_after(self.positions[-1] if self.positions else 0):
            self.positions.extend(page)
