"""Interventions and who answers for them, as they show on a request or a plan."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.case.state.case import Case
from domain.intervention import CareLevel, Intervention, InterventionKind, OrderLevels, Profession
from domain.kernel import AgreementRef, Allocation, HsaId
from fhir_profiles import systems
from fhir_profiles.element_reader import (
    SLUG,
    get_code,
    get_extension,
    get_only,
    read_code,
    read_text,
    read_value,
    require,
    require_part,
)
from fhir_profiles.elements import concept, extension, extensions, flag, organisation, practitioner, present
from fhir_profiles.json import Resource, instant


def to_responsibilities(case: Case, *, besides: Collection[str] = ()) -> list[Resource]:
    """Return who answers for each intervention of the case, except those that are shown elsewhere."""
    return [one for key in case.allocations if key not in besides for one in to_responsibilities_for(case, key)]


def to_responsibilities_for(case: Case, intervention: str) -> list[Resource]:
    """Return who answers for one intervention; if a later change is decided, both until then and from then on."""
    found = (case.meanwhile.get(intervention), case.allocations.get(intervention))
    return [to_responsibility(one, case.agreement, _contacts(case, one)) for one in found if one is not None]


def _contacts(case: Case, allocation: Allocation) -> list[HsaId]:
    """Return the contacts for it: those of the performing principal in the plan in force."""
    text = case.plan.agreed if case.plan is not None else None
    named = text.contacts if text is not None else ()
    return list(dict.fromkeys(one.person for one in named if one.principal == allocation.performer))


def to_responsibility(
    allocation: Allocation, agreement: AgreementRef | None, contacts: Sequence[HsaId] = ()
) -> Resource:
    """Render who answers for one intervention, since when, on which clauses, and whom the individual turns to.

    A principal that is left out is one the agreement version does not regulate (SYS-7); where a child's guardian
    answers instead, that is said. The contacts are whom the individual turns to for it (INF-5-2).
    """
    parts = [extension("intervention", valueCode=allocation.intervention)]
    if allocation.treatment is not None:
        parts.append(extension("treatment", valueReference=organisation(allocation.treatment)))
    if allocation.performer is not None:
        parts.append(extension("performer", valueReference=organisation(allocation.performer)))
    parts += flag("shared", allocation.shared)
    parts += flag("guardian", True if allocation.guardian else None)
    parts += [extension("contact", valueReference=practitioner(one)) for one in contacts]
    parts.append(extension("effective-from", valueInstant=instant(allocation.effective_from)))
    parts += [extension("clause", valueUri=clause(agreement, one)) for one in allocation.clauses]
    parts += flag("derived", allocation.derived)
    return extensions(systems.CARE_RESPONSIBILITY, parts)


def clause(agreement: AgreementRef | None, id: str) -> str:
    """Return the URI of a clause: of the agreement version if one is known, or else of the rule alone."""
    if agreement is None:
        return f"{systems.BASE}rule/{id}"
    return systems.clause_uri(agreement.id, agreement.version, id)


def to_intervention(intervention: Intervention) -> Resource:
    """Render the extension with the rest of an intervention, beside its words and its category."""
    return extensions(
        systems.INTERVENTION,
        [
            extension("key", valueCode=intervention.key),
            extension("profession", valueCode=intervention.profession.value),
            extension("kind", valueCode=intervention.kind.value),
            extension("advanced", valueBoolean=intervention.advanced),
            *_order_levels(intervention.ordering),
        ],
    )


def _order_levels(ordering: OrderLevels | None) -> list[Resource]:
    """Render the level at which it is ordered and the one at which it is performed, if they are known (SKR-4-2)."""
    if ordering is None:
        return []
    return [
        extension("ordering-level", valueCode=ordering.ordering_level.value),
        extension("performing-level", valueCode=ordering.performing_level.value),
    ]


def to_detail(intervention: Intervention) -> Resource:
    """Render an intervention as a coded concept: its category in the agreement's list, and its words."""
    if intervention.category is None:
        return {"text": intervention.text}
    return present(**concept(systems.INTERVENTION_CATEGORY, intervention.category, intervention.text))


def read_intervention(detail: Mapping[str, Any], path: str) -> Intervention:
    """Read an intervention from its coded concept, with the extension that says the rest of it."""
    return Intervention(**read_intervention_values(detail, detail, path))


def read_intervention_values(holder: Mapping[str, Any], detail: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Read the values of an intervention: the extension is on the holder, the words are in the concept."""
    said = get_only([one for one in holder.get("extension", ()) if one.get("url") == systems.INTERVENTION], path) or {}
    place = f"{path}.extension('{systems.INTERVENTION}')"
    category = get_code(detail, systems.INTERVENTION_CATEGORY, path)
    profession = get_extension(said, "profession", "valueCode", place)
    kind = get_extension(said, "kind", "valueCode", place)
    return {
        "key": read_value(SLUG, require_part(said, "key", "valueCode", place), place),
        "text": read_text(require(dict(detail), "text", path), f"{path}.text"),
        "profession": read_code(Profession, profession, place) if profession else Profession.NURSE,
        "kind": read_code(InterventionKind, kind, place) if kind else InterventionKind.MEDICAL,
        "category": read_value(SLUG, category, path) if category is not None else None,
        "advanced": bool(get_extension(said, "advanced", "valueBoolean", place)),
        "ordering": _ordering_of(said, place),
    }


def _ordering_of(said: Mapping[str, Any], place: str) -> OrderLevels | None:
    levels = [get_extension(said, f"{name}-level", "valueCode", place) for name in ("ordering", "performing")]
    if levels == [None, None]:
        return None
    ordered, performed = (
        read_code(CareLevel, require_part(said, f"{name}-level", "valueCode", place), place)
        for name in ("ordering", "performing")
    )
    return OrderLevels(ordering_level=ordered, performing_level=performed)
