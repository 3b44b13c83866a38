"""Interventions, and the responsibility for them, on a request or a plan."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.case.state.case import Case
from domain.intervention import CareLevel, Intervention, InterventionKind, OrderLevels, Profession
from domain.kernel import Allocation, Basis, HsaId
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


def to_responsibilities(case: Case, *, elsewhere: Collection[str] = ()) -> list[Resource]:
    """Render the responsibility for each intervention of the case, except those that another resource has."""
    keys = [key for key in case.allocations if key not in elsewhere]
    return [rendered for key in keys for rendered in to_responsibilities_for(case, key)]


def to_responsibilities_for(case: Case, intervention: str) -> list[Resource]:
    """Render the responsibility for one intervention: if it changes on a later day, until then and from then on."""
    allocations = (case.meanwhile.get(intervention), case.allocations.get(intervention))
    return [
        to_responsibility(allocation, _find_ground(case, intervention), _contacts(case, allocation))
        for allocation in allocations
        if allocation is not None
    ]


def _find_ground(case: Case, intervention: str) -> Basis:
    """Return the version that the answer about an intervention stands on, and the subordinate ones that it cites."""
    return Basis(
        agreement=case.grounds.get(intervention, case.agreement),
        subordinate=case.subordinate_grounds.get(intervention, {}),
    )


def _contacts(case: Case, allocation: Allocation) -> list[HsaId]:
    """List the contacts whom the individual turns to: those of the performing principal in the plan in force."""
    text = case.plan.agreed if case.plan is not None else None
    contacts = text.contacts if text is not None else ()
    return list(dict.fromkeys(contact.person for contact in contacts if contact.principal == allocation.performer))


def to_responsibility(allocation: Allocation, basis: Basis, contacts: Sequence[HsaId] = ()) -> Resource:
    """Render the responsibility for one intervention: principals, employer, time, clauses and contacts.

    A principal is left out if the agreement version does not regulate it (SYS-7), or if a child's guardian answers
    instead, and then the extension has `guardian`. If the matrix would give another answer, `kept-by` tells what keeps
    this one. `medical` is the principal with the medical responsibility, if the version says it apart.
    `employer-clause` names the rule about the employer if it is none of the answer's own. The individual turns to the
    contacts about it (INF-5-2).
    """
    parts = [extension("intervention", valueCode=allocation.intervention)]
    if allocation.treatment is not None:
        parts.append(extension("treatment", valueReference=organisation(allocation.treatment)))
    if allocation.performer is not None:
        parts.append(extension("performer", valueReference=organisation(allocation.performer)))
    employer, employer_clauses = allocation.employment
    if employer is not None:
        parts.append(extension("employer", valueReference=organisation(employer)))
        own = [clause for clause in employer_clauses if clause not in allocation.clauses]
        parts += [extension("employer-clause", valueUri=systems.clause_uri(basis, clause)) for clause in own]
    if allocation.medical is not None:
        parts.append(extension("medical", valueReference=organisation(allocation.medical)))
    parts += flag("shared", allocation.shared)
    parts += flag("guardian", True if allocation.guardian else None)
    if allocation.kept_by is not None:
        parts.append(extension("kept-by", valueCode=allocation.kept_by.value))
    parts += [extension("contact", valueReference=practitioner(person)) for person in contacts]
    parts.append(extension("effective-from", valueInstant=instant(allocation.effective_from)))
    parts += [extension("clause", valueUri=systems.clause_uri(basis, clause)) for clause in allocation.clauses]
    parts += flag("derived", allocation.derived)
    return extensions(systems.CARE_RESPONSIBILITY, parts)


def to_intervention(intervention: Intervention) -> Resource:
    """Render an intervention besides its text and category, as an extension."""
    return extensions(
        systems.INTERVENTION,
        [
            extension("key", valueCode=intervention.key),
            extension("profession", valueCode=intervention.profession),
            extension("kind", valueCode=intervention.kind.value),
            extension("advanced", valueBoolean=intervention.advanced),
            *_order_levels(intervention.ordering),
        ],
    )


def _order_levels(ordering: OrderLevels | None) -> list[Resource]:
    """Render the care levels at which it is ordered and performed, if they are known (SKR-4-2)."""
    if ordering is None:
        return []
    return [
        extension("ordering-level", valueCode=ordering.ordering_level.value),
        extension("performing-level", valueCode=ordering.performing_level.value),
    ]


def to_detail(intervention: Intervention) -> Resource:
    """Render an intervention's text and its category in the agreement's list, as a coded concept."""
    if intervention.category is None:
        return {"text": intervention.text}
    return present(**concept(systems.INTERVENTION_CATEGORY, intervention.category, intervention.text))


def read_intervention(detail: Mapping[str, Any], path: str) -> Intervention:
    """Read an intervention from a coded concept and the extension on it."""
    return Intervention(**read_intervention_values(detail, detail, path))


def read_intervention_values(holder: Mapping[str, Any], detail: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Read the fields of an intervention from the concept `detail` and the extension on `holder`."""
    extended = [item for item in holder.get("extension", ()) if item.get("url") == systems.INTERVENTION]
    intervention = get_only(extended, path) or {}
    place = f"{path}.extension('{systems.INTERVENTION}')"
    category = get_code(detail, systems.INTERVENTION_CATEGORY, path)
    profession = get_extension(intervention, "profession", "valueCode", place)
    kind = get_extension(intervention, "kind", "valueCode", place)
    return {
        "key": read_value(SLUG, require_part(intervention, "key", "valueCode", place), place),
        "text": read_text(require(dict(detail), "text", path), f"{path}.text"),
        "profession": read_value(SLUG, profession, place) if profession else Profession.NURSE.value,
        "kind": read_code(InterventionKind, kind, place) if kind else InterventionKind.MEDICAL,
        "category": read_value(SLUG, category, path) if category is not None else None,
        "advanced": bool(get_extension(intervention, "advanced", "valueBoolean", place)),
        "ordering": _read_order_levels(intervention, place),
    }


def _read_order_levels(intervention: Mapping[str, Any], place: str) -> OrderLevels | None:
    levels = [get_extension(intervention, f"{name}-level", "valueCode", place) for name in ("ordering", "performing")]
    if levels == [None, None]:
        return None
    ordered, performed = (
        read_code(CareLevel, require_part(intervention, f"{name}-level", "valueCode", place), place)
        for name in ("ordering", "performing")
    )
    return OrderLevels(ordering_level=ordered, performing_level=performed)
