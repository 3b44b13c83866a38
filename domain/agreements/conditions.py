"""Names of the conditions that follow from a case. Every other condition is a circumstance that somebody records."""

from domain.agreements.model import Agreement

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


def unmet(criterion: str) -> str:
    """Name the condition that this criterion has been evaluated, is not met and is not set aside."""
    return f"criterion-unmet-{criterion}"


_FOLLOWING = frozenset(
    {CRITERIA_MET, REHABILITATION_PLANNED, NURSING_PLANNED, DISCHARGE_REGULATED, ASSESSED_AS_SELF_CARE}
)
_PREFIXES = (plan_in_force(""), on_track(""), unmet(""))


def follows_from_case(condition: str) -> bool:
    """Return True if a condition follows from what else is on record in a case. Nobody records it."""
    return condition in _FOLLOWING or condition.startswith(_PREFIXES)


def list_circumstances(agreement: Agreement) -> tuple[str, ...]:
    """List the circumstances that somebody can record: the text's words, but for conditions that follow from a case."""
    return tuple(word for word in agreement.vocabulary.conditions if not follows_from_case(word))


def list_record_conditions(agreement: Agreement) -> frozenset[str]:
    """List the conditions that can follow from a case under an agreement."""
    return frozenset(
        {
            *_FOLLOWING,
            *map(plan_in_force, agreement.plans),
            *(on_track(track.id) for track in agreement.tracks),
            *(unmet(criterion.id) for track in agreement.tracks for criterion in track.criteria),
        }
    )
