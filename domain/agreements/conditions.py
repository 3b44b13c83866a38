"""Names of the conditions that follow from a case. Every other condition is a circumstance that somebody records."""

from collections.abc import Iterable

CRITERIA_MET = "criteria-met"
"""The condition that every criterion of the track is met or set aside."""


REHABILITATION_PLANNED = "rehabilitation-planned"
"""The condition that a plan in force gives the municipality a rehabilitative intervention, or gives it to nobody."""

NURSING_PLANNED = "nursing-planned"
"""The condition that a plan in force gives the municipality an intervention of nursing, or gives it to nobody."""

DISCHARGE_REGULATED = "discharge-regulated"
"""The condition that a discharge is planned in a colour for which the text has rules."""

ASSESSED_AS_SELF_CARE = "assessed-as-self-care"
"""The condition that the intervention has been assessed as self-care (egenvård). Before that it is health care."""


def plan_in_force(kind: str) -> str:
    """Name the condition that a plan of this kind is in force."""
    return f"plan-in-force-{kind}"


def on_track(track: str) -> str:
    """Name the condition that the case is on this track."""
    return f"on-track-{track}"


def list_record_conditions(*, plans: Iterable[str], tracks: Iterable[str]) -> frozenset[str]:
    """List the conditions that can follow from a case with these kinds of plan and these tracks."""
    return frozenset(
        {
            CRITERIA_MET,
            REHABILITATION_PLANNED,
            NURSING_PLANNED,
            DISCHARGE_REGULATED,
            ASSESSED_AS_SELF_CARE,
            *map(plan_in_force, plans),
            *map(on_track, tracks),
        }
    )
