"""What a plan says, laid beside what the agreement requires of it."""

from collections.abc import Mapping

from domain.agreements.content import NOT_APPLICABLE, Missing, missing
from domain.agreements.model import Agreement
from domain.care_plan.state import CarePlan, PlanText
from domain.intervention import Scope


def gaps(agreement: Agreement, plan: CarePlan, *, track: str) -> tuple[Missing, ...]:
    """What the agreement requires and the plan's draft lacks: parts, interventions, contacts (ORE-3.1.4-9 to -18)."""
    said: dict[str, Mapping[str, object]] = {
        f"{plan.kind}-plan": _parts(plan.draft),
        "planned-interventions": {"interventions": [{"scope": one.scope} for one in plan.draft.interventions]},
        "contact-roles": {contact.role: contact.person for contact in plan.draft.contacts},
    }
    return tuple(gap for what, values in said.items() for gap in missing(agreement, what, values, track=track))


def _parts(text: PlanText) -> dict[str, object]:
    """Each part as both parties' words together: a field that either has answered is answered."""
    parts: dict[str, dict[str, object]] = {}
    for section in text.sections:
        said = parts.setdefault(section.part, {})
        said |= section.fields
        if section.not_applicable is not None:
            said[NOT_APPLICABLE] = section.not_applicable
    singles = _single_interventions(text)
    return parts | ({"single-interventions": singles} if singles else {})


def _single_interventions(text: PlanText) -> list[Mapping[str, object]]:
    """Part 3 is told by the planned interventions themselves (ORE-3.1.4-15, -16)."""
    return [{"intervention": one.key, "shared": one.shared} for one in text.interventions if one.scope is Scope.SINGLE]
