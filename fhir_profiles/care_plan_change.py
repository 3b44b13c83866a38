"""The changes that a client's CarePlan makes: parts, contacts and interventions that the current version does not have.

A plan in force is changed in a draft. After the act revise-plan, the CarePlan contains the draft. Send the CarePlan
with the draft changed and the rest as you read it. To agree to the draft for your own party, give it the status active.
The extension plan-text, sent back as it was read, names the text that you agree to.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from domain.case.events.care_plan import (
    FieldValue,
    PlannedIntervention,
    Section,
)
from domain.case.state.care_plan import CarePlan, WrittenSection, digest_text
from domain.directory import Directory, Principal
from domain.intervention import Scope
from domain.kernel import Digest, HsaId, Instant, Party, Slug, Text, Value
from fhir_profiles import systems
from fhir_profiles.care_plan import CARE_PLAN_TYPE, DRAFT_ID
from fhir_profiles.element_checks import refuse_changed
from fhir_profiles.element_reader import (
    SLUG,
    NamedActor,
    expect,
    find_principal,
    get_code,
    get_extension,
    get_extensions,
    get_only,
    is_unchanged,
    read_actor,
    read_code,
    read_id,
    read_moment,
    read_person,
    read_text,
    read_value,
    require,
    require_part,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.responsibility import read_intervention_values

ELEMENTS = {
    "kind": "category",
    "text": f"extension('{systems.PLAN_TEXT}')",
    **dict.fromkeys(("part", "fields", "not_applicable"), f"extension('{systems.PLAN_SECTION}')"),
    **dict.fromkeys(("role", "person", "area"), f"extension('{systems.PLAN_CONTACT}')"),
    **dict.fromkeys(("intervention", "scope", "line", "task", "performer_kind", "competence"), "activity"),
    "performer": "activity.detail.performer",
    "occurred_at": "created",
}
"""The path in the resource of each field of the acts that a CarePlan stands for."""
DIGEST: TypeAdapter[str] = TypeAdapter(Digest)
FIELD: TypeAdapter[bool | date | str] = TypeAdapter(FieldValue)


class SectionChange(Value):
    """A changed part of the plan, and the party that wrote it (None: the sender's)."""

    section: Section
    party: Party | None = None


class ContactChange(Value):
    """A changed contact role: the person who has it, and the party that chose them (None: the sender's)."""

    role: Slug
    person: HsaId
    area: Text | None = None
    party: Party | None = None


class PlanChange(Value):
    """The changes that a client's CarePlan makes in a plan, or the content of a new plan."""

    kind: Slug
    types: tuple[str, ...] = ()
    """Inera's codes of the type of plan, as the client sends them. At most one can be right."""
    title: str | None = None
    patient_id: UUID
    episode: UUID
    """The id of the EpisodeOfCare of the plan's enrolment."""
    sections: tuple[SectionChange, ...] = ()
    contacts: tuple[ContactChange, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    performers: frozenset[HsaId] = frozenset()
    """The principals that the interventions name. Each must be one of the case's two."""
    agreed_text: Digest | None = None
    """The text that the sender's party agrees to: the one with these changes. None if the sender does not agree."""
    author: NamedActor = NamedActor()
    occurred_at: Instant | None = None
    """The time at which a new plan was begun, if the client states one. A change is dated when it is received."""


def from_care_plan(
    resource: Resource, directory: Directory, party: Party, current: Resource | None = None
) -> PlanChange:
    """Read the content of a new CarePlan, or the changes in a changed one.

    The status active agrees to the text of the CarePlan, or under revision to the text of its draft. Nothing can be
    removed from a plan: a part that no longer applies is given with not-applicable. `party` is the sender's. A sender
    who agrees to another text than the current one changes nothing.
    """
    path = "CarePlan"
    _check_plan(resource, current, path)
    kind, types = _read_kind(resource, path)
    title = resource.get("title")
    if current is not None:
        _refuse_other_kind(kind, title, types, current, path)
    text, before, place = _find_text(resource, current, directory, path)
    agrees = text["status"] == "active" and (before is None or before["status"] == "draft")
    patient_id = read_id(require(resource, "subject", path), "Patient", f"{path}.subject")
    episode = _episode(resource, path)
    if agrees and before is not None and (read := _read_digest(text, place)) != _digest_of(before):
        return PlanChange(kind=kind, patient_id=patient_id, episode=episode, agreed_text=read)
    refuse_changed(resource, current, path)
    theirs = _read_content(before, directory, place) if before is not None else _PlanContent()
    mine = _read_content(text, directory, place)
    _refuse_progress(text, before, place)
    _refuse_removal(mine, theirs, place)
    changes = mine.without(theirs)
    if before is None and _digest_of(text) not in (None, mine.digest(party)):
        place = f"{path}.extension('{systems.PLAN_TEXT}')"
        raise unreadable("business-rule", place, "this is the digest of another text; leave it out")
    if current is not None and changes == _PlanContent() and not agrees:
        raise unreadable("business-rule", path, "nothing is changed; change the plan, or agree by the status active")
    return PlanChange(
        kind=kind,
        types=types,
        title=title,
        patient_id=patient_id,
        episode=episode,
        sections=changes.sections,
        contacts=changes.contacts,
        interventions=changes.interventions,
        performers=frozenset(_performers(text, directory, place)),
        agreed_text=mine.digest(party) if agrees else None,
        author=read_actor(resource["author"], f"{path}.author") if "author" in resource else NamedActor(),
        occurred_at=read_moment(resource, "created", path) if current is None else None,
    )


class _PlanContent(NamedTuple):
    """The parts, contacts and interventions of a CarePlan."""

    sections: tuple[SectionChange, ...] = ()
    contacts: tuple[ContactChange, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()

    def digest(self, sender: Party) -> Digest:
        """Return the digest of the text with this content. What names no party is the sender's."""
        sections = [WrittenSection(**dict(change.section), party=change.party or sender) for change in self.sections]
        return digest_text(sections, self.contacts, self.interventions)

    def without(self, other: "_PlanContent") -> "_PlanContent":
        """Return the content that the other does not have."""
        return _PlanContent(
            tuple(section for section in self.sections if section not in other.sections),
            tuple(contact for contact in self.contacts if contact not in other.contacts),
            tuple(intervention for intervention in self.interventions if intervention not in other.interventions),
        )


def refuse_other_names(written: PlanChange, plan: CarePlan) -> None:
    """Refuse a title or a type that the plan's kind does not have: both follow from the kind."""
    own_types = (CARE_PLAN_TYPE,) if plan.name.care_plan else ()
    _refuse_names(plan.kind, written.title, written.types, plan.name.title, own_types)


def _refuse_other_kind(kind: Slug, title: Any, types: Sequence[str], current: Resource, path: str) -> None:
    """Refuse a kind, and a title or a type of it, that is not the current version's."""
    own, own_types = _read_kind(current, path)
    if kind != own:
        raise unreadable(
            "business-rule", f"{path}.category[0]", "the kind of a plan never changes; send it as you read it"
        )
    _refuse_names(kind, title, types, current["title"], own_types)


def _refuse_names(kind: Slug, title: Any, types: Sequence[str], own_title: str, own_types: Sequence[str]) -> None:
    if title not in (None, own_title):
        raise unreadable("business-rule", "CarePlan.title", "the title follows from the kind of plan; leave it out")
    if types not in ((), own_types):
        known = f"give the code {CARE_PLAN_TYPE} of" if own_types else "leave out"
        raise unreadable(
            "business-rule",
            "CarePlan.category[0]",
            f"this is not the type of a plan of the kind {kind}; {known} {systems.PLAN_TYPE}",
        )


def _check_plan(resource: Resource, current: Resource | None, path: str) -> None:
    """Refuse a status or an intent that no client gives, and elements that never change."""
    if require(resource, "status", path) not in {"draft", "active"}:
        raise unreadable("business-rule", f"{path}.status", "a client does not end a plan; give draft or active")
    expect(resource, "intent", "plan", path)
    if current is not None:
        _refuse_move(resource, current, path)


def _read_digest(text: Resource, path: str) -> Digest:
    """Read the digest by which a sender names the text that it has read and agrees to."""
    digest, place = _digest_of(text), f"{path}.extension('{systems.PLAN_TEXT}')"
    if digest is None:
        raise unreadable(
            "required", place, "an agreement names the text that was read; send this extension as you read it"
        )
    return read_value(DIGEST, digest, place)


def _digest_of(text: Resource) -> Any:
    return get_extension(text, systems.PLAN_TEXT, "valueString", "CarePlan")


def _episode(resource: Resource, path: str) -> UUID:
    place = f"{path}.extension('{systems.EPISODE}')"
    reference = get_extension(resource, systems.EPISODE, "valueReference", path)
    if reference is None:
        raise unreadable("required", place, "the EpisodeOfCare of the plan is missing; give a reference to it")
    return read_id(reference, "EpisodeOfCare", place)


def _read_content(resource: Resource, directory: Directory, path: str) -> _PlanContent:
    extended = [(item, f"{path}.extension[{place}]") for place, item in enumerate(resource.get("extension", ()))]
    activities = zip(resource.get("activity", ()), _principals(resource, directory, path), strict=True)
    return _PlanContent(
        tuple(_section(item, place) for item, place in extended if item["url"] == systems.PLAN_SECTION),
        tuple(_contact(item, place) for item, place in extended if item["url"] == systems.PLAN_CONTACT),
        tuple(
            _intervention(activity, performer.party if performer is not None else None, f"{path}.activity[{place}]")
            for place, (activity, performer) in enumerate(activities)
        ),
    )


def _read_kind(resource: Resource, path: str) -> tuple[Slug, tuple[str, ...]]:
    """Read the kind of plan, and Inera's codes beside it. Which kinds there are is the agreement's to say."""
    category = get_only(require(resource, "category", path), f"{path}.category", needed=True)
    place = f"{path}.category[0]"
    code = get_code(category or {}, systems.PLAN_KIND, place, beside=(systems.PLAN_TYPE,))
    if code is None:
        raise unreadable("required", place, f"the code is missing; give one of {systems.PLAN_KIND}")
    codings = (category or {})["coding"]
    types = (coding.get("code", "") for coding in codings if coding.get("system") == systems.PLAN_TYPE)
    return read_value(SLUG, code, place), tuple(types)


def _refuse_move(resource: Resource, current: Resource, path: str) -> None:
    for name in ("subject", "author", "created"):
        if name in resource and not is_unchanged(resource[name], current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this element never changes; send it as you read it")
    mine, theirs = (get_extensions(plan, systems.EPISODE, "valueReference") for plan in (resource, current))
    if not is_unchanged(mine, theirs):
        raise unreadable(
            "business-rule",
            f"{path}.extension('{systems.EPISODE}')",
            "the EpisodeOfCare never changes; send it as you read it",
        )


def _find_text(
    resource: Resource, current: Resource | None, directory: Directory, path: str
) -> tuple[Resource, Resource | None, str]:
    """Return the text that may be changed, as the client sends it and as it was, with its path in the CarePlan."""
    (before,) = (current or {}).get("contained", (None,))
    contained = resource.get("contained", [])
    if before is None:
        if contained:
            raise unreadable(
                "business-rule",
                f"{path}.contained",
                "the plan is not under revision; begin a revision by the act revise-plan",
            )
        return resource, current, path
    place = f"{path}.contained[0]"
    if [(draft.get("resourceType"), draft.get("id")) for draft in contained] != [("CarePlan", DRAFT_ID)]:
        raise unreadable(
            "business-rule", f"{path}.contained", "the draft is missing; send the draft that the CarePlan contains"
        )
    if require(contained[0], "status", place) not in {"draft", "active"}:
        raise unreadable(
            "business-rule", f"{place}.status", "a draft cannot have this status; give draft, or active to agree to it"
        )
    expect(contained[0], "intent", "plan", place)
    sent, in_force = (_read_content(plan or {}, directory, path) for plan in (resource, current))
    if resource["status"] == "draft" or sent != in_force:
        raise unreadable(
            "business-rule",
            path,
            "the text in force cannot be changed until both parties agree to a new one; change the draft",
        )
    _refuse_progress(resource, current, path)
    return contained[0], before, place


def _refuse_removal(mine: _PlanContent, theirs: _PlanContent, path: str) -> None:
    """Refuse a version without a part, contact or intervention of the current one. They are changed, never removed."""
    parts, roles, keys = zip(_names(mine), _names(theirs), strict=True)
    _refuse_missing(*parts, f"{path}.extension")
    _refuse_missing(*roles, f"{path}.extension")
    _refuse_missing(*keys, f"{path}.activity")


def _names(content: _PlanContent) -> tuple[Sequence[object], Sequence[object], Sequence[object]]:
    return (
        [(change.section.part, change.party) for change in content.sections],
        [contact.role for contact in content.contacts],
        [intervention.key for intervention in content.interventions],
    )


def _refuse_missing(mine: Sequence[object], theirs: Sequence[object], path: str) -> None:
    if len(set(mine)) < len(mine):
        raise unreadable("duplicate", path, "the same part, role or intervention is given twice; give each once")
    if any(name not in mine for name in theirs):
        raise unreadable(
            "business-rule",
            path,
            "a part, role or intervention of the current version is missing; send it as you read it",
        )


def _section(extended: Mapping[str, Any], path: str) -> SectionChange:
    fields: dict[str, bool | date | str] = {}
    for item in extended.get("extension", ()):
        if item["url"] == "field":
            name = read_value(SLUG, require_part(item, "name", "valueCode", path), f"{path}.extension('field')")
            if name in fields:
                raise unreadable("duplicate", f"{path}.extension('field')", "a field is given twice; give it once")
            fields[name] = _field_value(item, f"{path}.extension('field')")
    reason = get_extension(extended, "not-applicable", "valueString", path)
    section = Section(
        part=read_value(SLUG, require_part(extended, "part", "valueCode", path), f"{path}.extension('part')"),
        fields=fields,
        not_applicable=read_text(reason, f"{path}.extension('not-applicable')") if reason is not None else None,
    )
    return SectionChange(section=section, party=_party(extended, path))


def _field_value(extended: Mapping[str, Any], path: str) -> bool | date | str:
    value = get_only([item for item in extended["extension"] if item["url"] == "value"], path, needed=True) or {}
    typed = next((value[name] for name in ("valueBoolean", "valueDate", "valueString") if name in value), None)
    return read_value(FIELD, typed, path)


def _contact(extended: Mapping[str, Any], path: str) -> ContactChange:
    person = read_person(require_part(extended, "person", "valueReference", path), f"{path}.extension('person')")
    area = get_extension(extended, "area", "valueString", path)
    return ContactChange(
        role=read_value(SLUG, require_part(extended, "role", "valueCode", path), f"{path}.extension('role')"),
        person=person,
        area=read_text(area, f"{path}.extension('area')") if area is not None else None,
        party=_party(extended, path),
    )


def _party(extended: Mapping[str, Any], path: str) -> Party | None:
    party = get_extension(extended, "party", "valueCode", path)
    return read_code(Party, party, f"{path}.extension('party')") if party is not None else None


def _performers(resource: Resource, directory: Directory, path: str) -> list[str]:
    return [principal.id for principal in _principals(resource, directory, path) if principal is not None]


def _principals(resource: Resource, directory: Directory, path: str) -> list[Principal | None]:
    """Return the performing principal of each activity, which may name a provider or unit of it."""
    found: list[Principal | None] = []
    for place, activity in enumerate(resource.get("activity", ())):
        inner = f"{path}.activity[{place}].detail"
        detail = require(activity, "detail", f"{path}.activity[{place}]")
        if "performer" not in detail:
            found.append(None)
            continue
        performer = get_only(detail["performer"], f"{inner}.performer", needed=True) or {}
        named = read_actor(performer, f"{inner}.performer[0]")
        principal = find_principal(directory, named.organisation) if named.organisation is not None else None
        if principal is None:
            raise unreadable(
                "not-found",
                f"{inner}.performer[0]",
                "the county's directory has no such organisation; give one that it has",
            )
        if named.principal not in (None, principal.id):
            raise unreadable(
                "business-rule",
                f"{inner}.performer[0]",
                "the performer belongs to another principal than the one named; correct one",
            )
        found.append(principal)
    return found


def _intervention(activity: Resource, performer: Party | None, path: str) -> PlannedIntervention:
    detail = activity["detail"]
    values = read_intervention_values(activity, require(detail, "code", f"{path}.detail"), path)
    if activity.get("id", values["key"]) != values["key"]:
        raise unreadable(
            "business-rule",
            f"{path}.id",
            "the id differs from the key of the intervention; give the key, or leave it out",
        )
    place = f"{path}.extension('{systems.SCOPE}')"
    scope = get_extension(activity, systems.SCOPE, "valueCode", path)
    line = f"{path}.extension('{systems.PLAN_LINE}')"
    extended = (
        get_only([item for item in activity.get("extension", ()) if item["url"] == systems.PLAN_LINE], path) or {}
    )
    sort, task, kind = (get_extension(extended, name, "valueCode", line) for name in ("line", "task", "performer-kind"))
    competence = get_extension(extended, "competence", "valueString", line)
    return PlannedIntervention(
        **values,
        scope=read_code(Scope, scope, place) if scope is not None else None,
        line=read_value(SLUG, sort, line) if sort is not None else None,
        task=read_value(SLUG, task, line) if task is not None else None,
        performer_kind=read_value(SLUG, kind, line) if kind is not None else None,
        competence=read_text(competence, line) if competence is not None else None,
        performer=performer,
        shared=get_extension(activity, systems.SHARED_RESPONSIBILITY, "valueBoolean", path),
    )


def _refuse_progress(resource: Resource, current: Resource | None, path: str) -> None:
    """Refuse a changed progress of an activity: it follows from acts, and a new activity has not started."""
    before = {activity.get("id"): activity["detail"]["status"] for activity in (current or {}).get("activity", ())}
    for place, activity in enumerate(resource.get("activity", ())):
        status = require(activity.get("detail", {}), "status", f"{path}.activity[{place}].detail")
        if status not in ("not-started", before.get(activity.get("id"))):
            raise unreadable(
                "business-rule",
                f"{path}.activity[{place}].detail.status",
                "the status follows from acts; give not-started, or send it as you read it",
            )
