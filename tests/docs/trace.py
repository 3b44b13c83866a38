"""A trace of the product files whose code a request calls."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("service/", "projections/", "fhir_profiles/", "domain/")


class Trace:
    """A collection of the product files whose functions are called, in the order of their first calls."""

    def __init__(self) -> None:
        self.files: dict[str, None] = {}
        self.is_on = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        """Note the file of a call if the trace is on. `threading.setprofile` calls this."""
        if self.is_on and event == "call" and frame.f_code.co_name != "<module>":
            name = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
            if name.startswith(ROOMS):
                self.files.setdefault(name)

    @contextmanager
    def on(self) -> Iterator[None]:
        """Collect files while the block runs."""
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False


@contextmanager
def trace_threads() -> Iterator[Trace]:
    """Trace this thread and every thread that the block starts."""
    trace = Trace()
    threading.setprofile(trace)
    before = sys.getprofile()
    try:
        yield trace
    finally:
        threading.setprofile(None)
        sys.setprofile(before)
