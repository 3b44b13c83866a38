"""The conditions that the record itself tells; any other is a circumstance, which somebody puts on record."""

from collections.abc import Iterable

CRITERIA_MET = "criteria-met"
"""Every criterion of the track is met or set aside."""


def plan_in_force(kind: str) -> str:
    """That a plan of the kind is in force."""
    return f"plan-in-force-{kind}"


def on_track(track: str) -> str:
    """That the case goes on the track."""
    return f"on-track-{track}"


def list_record_conditions(*, plans: Iterable[str], tracks: Iterable[str]) -> frozenset[str]:
    """All that the record can tell of these kinds of plan and these tracks."""
    return frozenset({CRITERIA_MET, *map(plan_in_force, plans), *map(on_track, tracks)})
