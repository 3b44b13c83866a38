"""A long history: the work and the memory of its folds grow with its events, and not with their square."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from types import FrameType
from typing import Any

import pytest

from domain.authoring.publication import load_published
from domain.case.acts import tasks
from domain.kernel import Event
from projections.case import fold_case, project_history
from tests.scenario import NURSE_A, WOUND, enrolled

LENGTHS = (40, 80, 120)
FOLDS: dict[str, Callable[[Sequence[Event]], object]] = {
    "state and responsibility": lambda events: fold_case(None, events),
    "resources, timeline and worklist": lambda events: project_history(
        events, lambda case: load_published().in_force(case.county, events[-1].occurred_at)
    ),
}


@pytest.fixture(scope="module")
def history() -> Sequence[Event]:
    """An enrolled case with many performed interventions, as recorded."""
    story = enrolled()
    while len(story.events) < LENGTHS[-1]:
        story = story.after(tasks.perform, NURSE_A, intervention=WOUND.key, performer=NURSE_A.person)
    second = timedelta(seconds=1)
    return [event.model_copy(update={"recorded_at": event.occurred_at + second}) for event in story.events]


def count_calls(work: Callable[[], object]) -> int:
    """Count the calls of functions, of Python and of C, that some work makes."""
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def measure_memory(work: Callable[[], object]) -> int:
    """Measure the most bytes that some work and its result hold at once: the least of a few runs.

    Other threads of the process can add to a run, and never take away from it.
    """
    return min(_measure_once(work) for _ in range(2))


def _measure_once(work: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        result = work()
        _, most = tracemalloc.get_traced_memory()
        del result
        return most
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("measure", [count_calls, measure_memory])
@pytest.mark.parametrize("fold", FOLDS.values(), ids=FOLDS)
def test_the_later_events_of_a_history_take_no_more_than_the_earlier_ones(
    history: Sequence[Event],
    fold: Callable[[Sequence[Event]], object],
    measure: Callable[[Callable[[], object]], int],
) -> None:
    fold(history)
    first, second, third = (measure(partial(fold, history[:length])) for length in LENGTHS)
    assert third - second < 1.3 * (second - first)  # 1.67 if it grew with the square
