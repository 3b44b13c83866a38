"""A process that records acts, and a reader that follows them."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

from domain.kernel import Event
from service.record.event_store import committer
from service.record.event_store.committer import Finished
from tests.service.event_store.acts import act, open_store


def write(service_dsn: str, acts: int) -> list[int]:
    """The positions acknowledged to four threads of one process, each with its acts of one, two and three events."""

    def write_some(_: int) -> list[int]:
        return [
            position
            for number in range(acts)
            for position in store.submit(act(uuid4(), count=number % 3 + 1)).positions
        ]

    with open_store(service_dsn) as store, ThreadPoolExecutor(4) as callers:
        return [position for some in callers.map(write_some, range(4)) for position in some]


def freeze(service_dsn: str, writing: bool) -> None:
    """Begins an act, and stops this process while it holds the order: before it writes, or with half of it written."""
    committer._LONGEST_HOLD = "300ms"

    def stop() -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        threading.Event().wait()  # the other threads may be stopped a moment before this one

    class Halting(list[Any]):
        def __iter__(self) -> Iterator[Any]:
            yield (100_000 * "x",)
            stop()

    def finish(_: Sequence[Event]) -> Finished:
        if not writing:
            stop()
        return Finished(b"", [("SELECT length(%s)", Halting())])

    with open_store(service_dsn) as store:
        store.submit(act(uuid4(), finish=finish))


class Follower:
    """Reads a stream as a consumer does: on from where it came to, never looking back."""

    def __init__(self, positions_after: Callable[[int], Sequence[int]]) -> None:
        self._positions_after = positions_after
        self.seen: list[int] = []

    def catch_up(self) -> None:
        """See all that can be seen now."""
        while page := self._positions_after(self.seen[-1] if self.seen else 0):
            self.seen.extend(page)
