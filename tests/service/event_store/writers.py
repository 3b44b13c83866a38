"""A process that records acts, and a reader that follows them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

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


class Follower:
    """Reads a stream as a consumer does: on from where it came to, never looking back."""

    def __init__(self, positions_after: Callable[[int], Sequence[int]]) -> None:
        self._positions_after = positions_after
        self.seen: list[int] = []

    def catch_up(self) -> None:
        """See all that can be seen now."""
        while page := self._positions_after(self.seen[-1] if self.seen else 0):
            self.seen.extend(page)
