"""The fields that the version in force asks for in an act, under the name that its text gives the content."""

from collections.abc import Mapping

from domain.act import Act
from domain.agreements.content import find_missing, refuse_gaps
from domain.agreements.model import ActName
from domain.refusals import ContentMissing


def list_content_fields(act: Act) -> tuple[str, ...]:
    """List the fields of an act's body that the version in force asks for, whatever else it says. Empty without one."""
    asked = _name_content(act) if act.agreement is not None else None
    if asked is None:
        return ()
    gaps = find_missing(act.in_force, asked, {}, track=act.track)
    return tuple(gap.path.replace("-", "_") for gap in gaps)


def refuse_missing_fields(
    act: Act, values: Mapping[str, object], refusal: type[ContentMissing] = ContentMissing
) -> None:
    """Refuse an act whose content lacks a field that the version in force asks for."""
    asked = _name_content(act)
    if asked is not None:
        refuse_gaps(find_missing(act.in_force, asked, values, track=act.track), refusal)


def _name_content(act: Act) -> str | None:
    """Return the name of the content that a text can ask for. None for an act of which no text asks any."""
    match act.name:
        case ActName.RECORD_ASSESSMENT:
            return "assessment"
        case ActName.RECORD_HOME_VISIT:
            return f"home-visit-{act.actor.party}"
        case ActName.ASSESS_SELF_CARE:
            return act.in_force.self_care.assessment if act.in_force.self_care is not None else None
        case _:
            return None
