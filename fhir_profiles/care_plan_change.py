"""A CarePlan from a client, read as the parts, contacts and interventions that differ from the current version.

A plan that both have agreed to is changed in its draft: after the act revise-plan, the CarePlan as it is read contains
the draft. Send the CarePlan back with the draft changed and the rest as it was read; to agree for your own party, give
the draft the status active.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from domain.case.events.care_plan import (
    DrugTask,
    FieldValue,
    PerformerKind,
    PlanKind,
    PlanLine,
    PlannedIntervention,
    Section,
)
from domain.directory import Directory, Principal
from domain.intervention import Scope
from domain.kernel import HsaId, Instant, Party, Slug, Text, Value
from fhir_profiles import systems
from fhir_profiles.care_plan import DRAFT_ID, PLAN_TYPES, TITLES
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
    read_text,
    read_value,
    require,
    require_part,
)
from fhir_profiles.issues import unreadable
from fhir_profiles.json import Resource
from fhir_profiles.responsibility import read_intervention_values

FIELD: TypeAdapter[bool | date | str] = TypeAdapter(FieldValue)


class SectionChange(Value):
    """One part of the plan, and whose words it says they are (None: the sender's own)."""

    section: Section
    party: Party | None = None


class ContactChange(Value):
    """The holder of a contact role, and the party that names them (None: the sender's own)."""

    role: Slug
    person: HsaId
    area: Text | None = None
    party: Party | None = None


class PlanChange(Value):
    """The additions of a client's CarePlan to the current version of the plan, or to a new one."""

    kind: PlanKind
    patient_id: UUID
    episode: UUID
    """The enrolment that the plan belongs to, by the id of its EpisodeOfCare."""
    sections: tuple[SectionChange, ...] = ()
    contacts: tuple[ContactChange, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    performers: frozenset[HsaId] = frozenset()
    """The principals that the interventions name; each must be one of the case's two."""
    asks_to_establish: bool = False
    """True if the sender's party agrees to the plan as it then reads."""
    author: NamedActor = NamedActor()
    occurred_at: Instant | None = None
    """The time at which a new plan was begun, if the client says so; a change is dated when it is received."""


def from_care_plan(resource: Resource, directory: Directory, current: Resource | None = None) -> PlanChange:
    """Read what a new CarePlan says, or what a changed one says anew.

    Status active asks to establish the text: that of the CarePlan, or under revision that of the draft it contains.
    Nothing can be taken out of a plan: a part that no longer applies is given with not-applicable.
    """
    path = "CarePlan"
    refuse_changed(resource, current, path)
    status = require(resource, "status", path)
    if status not in {"draft", "active"}:
        raise unreadable("business-rule", f"{path}.status", "a plan ends with the enrolment; give draft or active")
    expect(resource, "intent", "plan", path)
    kind = _kind(resource, path)
    if resource.get("title", TITLES[kind]) != TITLES[kind]:
        raise unreadable("business-rule", f"{path}.title", "the title follows from the kind of plan; leave it out")
    if current is not None:
        _refuse_moved(resource, current, path)
    text, before, place = _written(resource, current, directory, path)
    theirs = _read(before, directory, place) if before is not None else _Read()
    mine = _read(text, directory, place)
    _refuse_progress(text, before, place)
    _refuse_removal(mine, theirs, place)
    changed = _Read(
        tuple(one for one in mine.sections if one not in theirs.sections),
        tuple(one for one in mine.contacts if one not in theirs.contacts),
        tuple(one for one in mine.interventions if one not in theirs.interventions),
    )
    asks = text["status"] == "active" and (before is None or before["status"] == "draft")
    if current is not None and changed == _Read() and not asks:
        raise unreadable("business-rule", path, "nothing is changed; change the plan, or agree with status active")
    episode_of_care = get_extension(resource, systems.EPISODE, "valueReference", path)
    at_episode = f"{path}.extension('{systems.EPISODE}')"
    if episode_of_care is None:
        raise unreadable("required", at_episode, "name the EpisodeOfCare that the plan belongs to")
    return PlanChange(
        kind=kind,
        patient_id=read_id(require(resource, "subject", path), "Patient", f"{path}.subject"),
        episode=read_id(episode_of_care, "EpisodeOfCare", at_episode),
        sections=changed.sections,
        contacts=changed.contacts,
        interventions=changed.interventions,
        performers=frozenset(_performers(text, directory, place)),
        asks_to_establish=asks,
        author=read_actor(resource["author"], f"{path}.author") if "author" in resource else NamedActor(),
        occurred_at=read_moment(resource, "created", path) if current is None else None,
    )


class _Read(NamedTuple):
    """The content of a CarePlan, part by part."""

    sections: tuple[SectionChange, ...] = ()
    contacts: tuple[ContactChange, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()


def _read(resource: Resource, directory: Directory, path: str) -> _Read:
    extended = resource.get("extension", ())
    return _Read(
        tuple(
            _section(one, f"{path}.extension[{place}]")
            for place, one in enumerate(extended)
            if one["url"] == systems.PLAN_SECTION
        ),
        tuple(
            _contact(one, f"{path}.extension[{place}]")
            for place, one in enumerate(extended)
            if one["url"] == systems.PLAN_CONTACT
        ),
        tuple(
            _intervention(one, performer.party if performer is not None else None, f"{path}.activity[{place}]")
            for place, (one, performer) in enumerate(
                zip(resource.get("activity", ()), _principals(resource, directory, path), strict=True)
            )
        ),
    )


def _kind(resource: Resource, path: str) -> PlanKind:
    category = get_only(require(resource, "category", path), f"{path}.category", needed=True)
    place = f"{path}.category[0]"
    code = get_code(category or {}, systems.PLAN_KIND, place, beside=(systems.PLAN_TYPE,))
    kind = read_code(PlanKind, code, place)
    types = [one.get("code") for one in (category or {})["coding"] if one.get("system") == systems.PLAN_TYPE]
    known = PLAN_TYPES.get(kind)
    if types not in ([], [known]):
        told = f"the plan's type is {known} of {systems.PLAN_TYPE}" if known else f"leave out {systems.PLAN_TYPE}"
        raise unreadable("business-rule", place, told)
    return kind


def _refuse_moved(resource: Resource, current: Resource, path: str) -> None:
    for name in ("subject", "author", "created"):
        if name in resource and not is_unchanged(resource[name], current.get(name)):
            raise unreadable("business-rule", f"{path}.{name}", "this never changes; send it back as it was read")
    episodes = [get_extensions(one, systems.EPISODE, "valueReference") for one in (resource, current)]
    if not is_unchanged(*episodes):
        raise unreadable(
            "business-rule", f"{path}.extension('{systems.EPISODE}')", "the plan stays with its EpisodeOfCare"
        )


def _written(
    resource: Resource, current: Resource | None, directory: Directory, path: str
) -> tuple[Resource, Resource | None, str]:
    """Return the text that may be written, as the client gives it and as it was, with its path in the CarePlan."""
    (before,) = (current or {}).get("contained", (None,))
    contained = resource.get("contained", [])
    if before is None:
        if contained:
            raise unreadable(
                "business-rule", f"{path}.contained", "the plan is not under revision; open it with the act revise-plan"
            )
        return resource, current, path
    place = f"{path}.contained[0]"
    if [(one.get("resourceType"), one.get("id")) for one in contained] != [("CarePlan", DRAFT_ID)]:
        raise unreadable("business-rule", f"{path}.contained", "send back the draft that the CarePlan contains")
    if require(contained[0], "status", place) not in {"draft", "active"}:
        raise unreadable("business-rule", f"{place}.status", "give draft, or active to agree to the draft")
    expect(contained[0], "intent", "plan", place)
    said, in_force = (_read(one or {}, directory, path) for one in (resource, current))
    if resource["status"] == "draft" or said != in_force:
        raise unreadable(
            "business-rule", path, "the plan in force holds until both have agreed to another; write in the draft"
        )
    _refuse_progress(resource, current, path)
    return contained[0], before, place


def _refuse_removal(mine: _Read, theirs: _Read, path: str) -> None:
    """Refuse a version that lacks what the current one says: a plan's words are added to, never dropped."""
    _refuse_lacking([_part(one) for one in mine.sections], [_part(one) for one in theirs.sections], f"{path}.extension")
    _refuse_lacking([one.role for one in mine.contacts], [one.role for one in theirs.contacts], f"{path}.extension")
    _refuse_lacking(
        [one.key for one in mine.interventions], [one.key for one in theirs.interventions], f"{path}.activity"
    )


def _part(change: SectionChange) -> tuple[str, Party | None]:
    return change.section.part, change.party


def _refuse_lacking(mine: Sequence[object], theirs: Sequence[object], path: str) -> None:
    if len(set(mine)) < len(mine):
        raise unreadable("duplicate", path, "the same part, role or intervention is given twice; give each once")
    if any(one not in mine for one in theirs):
        raise unreadable(
            "business-rule", path, "a part, role or intervention of the current version is gone; send it back as it was"
        )


def _section(extended: Mapping[str, Any], path: str) -> SectionChange:
    fields: dict[str, bool | date | str] = {}
    for one in extended.get("extension", ()):
        if one["url"] == "field":
            name = read_value(SLUG, require_part(one, "name", "valueCode", path), f"{path}.extension('field')")
            if name in fields:
                raise unreadable("duplicate", f"{path}.extension('field')", "a field is given twice; give it once")
            fields[name] = _field_value(one, f"{path}.extension('field')")
    reason = get_extension(extended, "not-applicable", "valueString", path)
    section = Section(
        part=read_value(SLUG, require_part(extended, "part", "valueCode", path), f"{path}.extension('part')"),
        fields=fields,
        not_applicable=read_text(reason, f"{path}.extension('not-applicable')") if reason is not None else None,
    )
    return SectionChange(section=section, party=_party(extended, path))


def _field_value(extended: Mapping[str, Any], path: str) -> bool | date | str:
    value = get_only([one for one in extended["extension"] if one["url"] == "value"], path, needed=True) or {}
    typed = next((value[name] for name in ("valueBoolean", "valueDate", "valueString") if name in value), None)
    return read_value(FIELD, typed, path)


def _contact(extended: Mapping[str, Any], path: str) -> ContactChange:
    named = read_actor(require_part(extended, "person", "valueReference", path), f"{path}.extension('person')")
    if named.person is None:
        raise unreadable("value", f"{path}.extension('person')", "give a Practitioner by HSA-id")
    area = get_extension(extended, "area", "valueString", path)
    return ContactChange(
        role=read_value(SLUG, require_part(extended, "role", "valueCode", path), f"{path}.extension('role')"),
        person=named.person,
        area=read_text(area, f"{path}.extension('area')") if area is not None else None,
        party=_party(extended, path),
    )


def _party(extended: Mapping[str, Any], path: str) -> Party | None:
    found = get_extension(extended, "party", "valueCode", path)
    return read_code(Party, found, f"{path}.extension('party')") if found is not None else None


def _performers(resource: Resource, directory: Directory, path: str) -> list[str]:
    return [one.id for one in _principals(resource, directory, path) if one is not None]


def _principals(resource: Resource, directory: Directory, path: str) -> list[Principal | None]:
    """Return the principal that each activity gives its intervention to, by itself or by its provider or unit."""
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
            raise unreadable("not-found", f"{inner}.performer[0]", "give an organisation of the county's directory")
        if named.principal not in (None, principal.id):
            raise unreadable(
                "business-rule", f"{inner}.performer[0]", "the performer belongs to another principal than is named"
            )
        found.append(principal)
    return found


def _intervention(activity: Resource, performer: Party | None, path: str) -> PlannedIntervention:
    detail = activity["detail"]
    values = read_intervention_values(activity, require(detail, "code", f"{path}.detail"), path)
    if activity.get("id", values["key"]) != values["key"]:
        raise unreadable("business-rule", f"{path}.id", "the id of an activity is the key of its intervention")
    place = f"{path}.extension('{systems.SCOPE}')"
    scope = get_extension(activity, systems.SCOPE, "valueCode", path)
    line = f"{path}.extension('{systems.PLAN_LINE}')"
    said = get_only([one for one in activity.get("extension", ()) if one["url"] == systems.PLAN_LINE], path) or {}
    sort, task, kind = (get_extension(said, name, "valueCode", line) for name in ("line", "task", "performer-kind"))
    competence = get_extension(said, "competence", "valueString", line)
    return PlannedIntervention(
        **values,
        scope=read_code(Scope, scope, place) if scope is not None else None,
        line=read_code(PlanLine, sort, line) if sort is not None else None,
        task=read_code(DrugTask, task, line) if task is not None else None,
        performer_kind=read_code(PerformerKind, kind, line) if kind is not None else None,
        competence=read_text(competence, line) if competence is not None else None,
        performer=performer,
        shared=get_extension(activity, systems.SHARED_RESPONSIBILITY, "valueBoolean", path),
    )


def _refuse_progress(resource: Resource, current: Resource | None, path: str) -> None:
    """Return the progress of an activity follows from the acts; a new one has not started."""
    before = {one.get("id"): one["detail"]["status"] for one in (current or {}).get("activity", ())}
    for place, activity in enumerate(resource.get("activity", ())):
        status = require(activity.get("detail", {}), "status", f"{path}.activity[{place}].detail")
        if status not in ("not-started", before.get(activity.get("id"))):
            raise unreadable(
                "business-rule",
                f"{path}.activity[{place}].detail.status",
                "the status follows from the acts; give not-started, or what was read",
            )
