"""What a plan says, laid beside what the agreement requires of it."""

from collections.abc import Mapping

from domain.agreements.content import NOT_APPLICABLE, Missing, content_of, missing
from domain.agreements.model import Agreement, Requirement
from domain.care_plan.events import Section
from domain.care_plan.state import CarePlan, PlanText
from domain.intervention import Scope
from domain.refusals import ContentNotKnown, PlanContentMissing


def gaps(agreement: Agreement, plan: CarePlan, *, track: str) -> tuple[Missing, ...]:
    """What the agreement requires and the plan's draft lacks: parts, interventions, contacts (ORE-3.1.4-9 to -18)."""
    said: dict[str, Mapping[str, object]] = {
        f"{plan.kind}-plan": _parts(plan.draft),
        "planned-interventions": {"interventions": [{"scope": one.scope} for one in plan.draft.interventions]},
        "contact-roles": {contact.role: contact.person for contact in plan.draft.contacts},
    }
    return tuple(gap for what, values in said.items() for gap in missing(agreement, what, values, track=track))


def refuse_foreign(agreement: Agreement, plan: CarePlan, section: Section, *, track: str) -> None:
    """Refuse a part or a field that the version's text does not have, and a part that says nothing (ORE-3.1.4-12)."""
    content = content_of(agreement, f"{plan.kind}-plan", track=track)
    if content is None:
        return
    part = next((each for each in content.fields if each.id == section.part), None)
    if part is None:
        known = [each.id for each in content.fields]
        raise ContentNotKnown("part", [section.part], known=known, rule=content.clauses[0])
    taken = [] if part.each else [field.id for field in part.fields]  # a list is told by the planned interventions
    foreign = sorted(section.fields.keys() - set(taken))
    if foreign:
        raise ContentNotKnown("field", foreign, known=taken, rule=part.clauses[0])
    if not section.fields and section.not_applicable is None:
        raise PlanContentMissing([section.part], rule=part.clauses[0])


def refuse_foreign_role(agreement: Agreement, role: str) -> Requirement | None:
    """What the version asks of a contact role. Refuses one that its text does not have; None where it names none."""
    content = content_of(agreement, "contact-roles")
    if content is None:
        return None
    required = next((each for each in content.fields if each.id == role), None)
    if required is None:
        known = [each.id for each in content.fields]
        raise ContentNotKnown("contact role", [role], known=known, rule=content.clauses[0])
    return required


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
