"""The content of a plan, compared with what the agreement requires for its kind."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from domain.agreements.content import (
    NOT_APPLICABLE,
    MissingField,
    find_content,
    find_missing,
    find_types,
    find_words,
    is_of_type,
    refuse_other_types,
)
from domain.agreements.model import ActName, Agreement, Guard, PlanRule, Requirement
from domain.agreements.model.content import ValueType
from domain.case.events.care_plan import (
    DRUG_TASKS,
    PERFORMER_KINDS,
    PLAN_LINES,
    PlannedIntervention,
    Section,
)
from domain.case.state.care_plan import CarePlan, PlanText
from domain.case.state.case import Case
from domain.intervention import Scope
from domain.kernel import Slug
from domain.refusals import ContentNotKnown, PlanContentMissing

SINGLE = "single-interventions"
"""The part that lists only the single interventions (ORE-3.1.4-15)."""
INTERVENTIONS = "interventions"


class PlanLack(NamedTuple):
    """The parts, interventions and contacts that a draft lacks, with the rule that demands them and the acts to do."""

    parts: Sequence[str]
    descriptions: Sequence[str]
    """Each of them with the form in which it is asked for. Empty if any form will do."""
    titles: Sequence[str]
    """The label of each in the text. Empty if the text has none."""
    rule: str
    acts: tuple[ActName, ...]


def find_gaps(
    agreement: Agreement, rule: PlanRule, plan: CarePlan, *, track: str, conditions: Collection[str]
) -> tuple[MissingField, ...]:
    """Return what the plan's draft lacks of what the agreement requires: parts, interventions and contacts.

    A part that is a list consists of the planned interventions. A gap in it names the intervention by its key.
    """
    text = plan.draft
    lists = {part.id for part in _requirements(agreement, rule.content, track) if part.each}
    values: dict[str, Mapping[str, object]] = {}
    if rule.content is not None:
        values[rule.content] = _parts_of(text, lists)
    if rule.interventions is not None:
        values[rule.interventions] = {INTERVENTIONS: [_fields_of(planned) for planned in text.interventions]}
    if rule.roles is not None:
        values[rule.roles] = {contact.role: contact.person for contact in text.contacts}
    gaps = [
        gap
        for content, given in values.items()
        for gap in find_missing(agreement, content, given, track=track, conditions=conditions)
    ]
    gaps += _find_contradictions(text, _requirements(agreement, rule.content, track))
    gaps += _find_other_types(text, rule, _requirements(agreement, rule.content, track))
    gaps += _find_missing_areas(text, _requirements(agreement, rule.roles, track))
    return tuple(_name_by_key(gap, text) for gap in gaps)


def find_lack(agreement: Agreement, case: Case, rule: PlanRule, plan: CarePlan) -> PlanLack | None:
    """Return what the draft lacks before a party can agree to it. None if it lacks nothing."""
    track = case.referral.track
    gaps = find_gaps(agreement, rule, plan, track=track, conditions=case.conditions)
    if gaps:
        acts = list_filling_acts(agreement, rule, gaps)
        paths, descriptions = [gap.path for gap in gaps], [gap.description for gap in gaps]
        return PlanLack(paths, descriptions, [gap.title for gap in gaps], gaps[0].rule, acts)
    one_holder = agreement.ground(Guard.ONE_DUTY_HOLDER, track)
    without = [planned.key for planned in plan.draft.interventions if planned.performer is None]
    if one_holder is not None and without:
        return PlanLack(without, (), (), one_holder.rule, (ActName.PLAN_INTERVENTION,))
    return None


def list_filling_acts(agreement: Agreement, rule: PlanRule, gaps: Collection[MissingField]) -> tuple[ActName, ...]:
    """List the acts that give a plan what it lacks: a part, a contact or an intervention."""
    roles = {role.id for role in _requirements(agreement, rule.roles, None)}
    lists = {INTERVENTIONS, *(part.id for part in _requirements(agreement, rule.content, None) if part.each)}
    acts = dict.fromkeys(_find_filling_act(gap.path.partition(".")[0], roles, lists) for gap in gaps)
    return tuple(acts)


def _find_filling_act(part: str, roles: Collection[str], lists: Collection[str]) -> ActName:
    if part in roles:
        return ActName.ASSIGN_CONTACT_ROLE
    return ActName.PLAN_INTERVENTION if part in lists else ActName.RECORD_PLAN_SECTION


def require_known_content(agreement: Agreement, rule: PlanRule, section: Section, *, track: str) -> tuple[str, ...]:
    """Return the clauses of the part. Refuse a part or a field that the version does not have (ORE-3.1.4-12).

    A part without content is refused as well. If the version lists no parts, there are no clauses.
    """
    content = find_content(agreement, rule.content, track=track) if rule.content is not None else None
    if content is None:
        return ()
    part = next((part for part in content.fields if part.id == section.part), None)
    if part is None:
        known = [part.id for part in content.fields]
        raise ContentNotKnown("part", [section.part], known=known, rule=content.clauses[0])
    fields = [] if part.each else [field.id for field in part.fields]  # a list consists of the planned interventions
    unknown = sorted(section.fields.keys() - set(fields))
    if unknown:
        raise ContentNotKnown("field", unknown, known=fields, rule=part.clauses[0])
    if not section.fields and section.not_applicable is None:
        raise PlanContentMissing([section.part], titles=[part.title], rule=part.clauses[0])
    refuse_other_types(part.fields, section.fields, find_part_types(rule, part))
    return part.clauses


def find_part_types(rule: PlanRule, part: Requirement) -> Mapping[str, ValueType]:
    """Return the type of each field of a part that has one. The fields that the rule counts days from are dates."""
    places = (place.partition(".") for place in (rule.lapses_from, rule.follow_up_on) if place is not None)
    return find_types(part.fields, dates=[field for id, _, field in places if id == part.id], answers=())


def refuse_unknown_role(agreement: Agreement, rule: PlanRule, role: str) -> Requirement | None:
    """Return the requirement on a contact role. Refuse a role that the version does not have."""
    content = find_content(agreement, rule.roles) if rule.roles is not None else None
    if content is None:
        return None
    required = next((field for field in content.fields if field.id == role), None)
    if required is None:
        known = [field.id for field in content.fields]
        raise ContentNotKnown("contact role", [role], known=known, rule=content.clauses[0])
    return required


def refuse_unknown_words(agreement: Agreement, rule: PlanRule, planned: PlannedIntervention, track: str) -> None:
    """Refuse a word about an intervention that neither the version lists nor the record has by itself."""
    contents = (rule.interventions, rule.content)
    values: tuple[tuple[str, Slug | None, tuple[Slug, ...]], ...] = (
        ("line", planned.line, PLAN_LINES),
        ("task", planned.task, DRUG_TASKS),
        ("performer-kind", planned.performer_kind, PERFORMER_KINDS),
    )
    for name, word, common in values:
        listed = find_words(agreement, contents, name, track=track)
        listed.refuse_other(name, word, (*listed.words, *common))


def _requirements(agreement: Agreement, name: str | None, track: str | None) -> tuple[Requirement, ...]:
    content = find_content(agreement, name, track=track) if name is not None else None
    return () if content is None else content.fields


def _parts_of(text: PlanText, lists: Collection[str]) -> dict[str, object]:
    """Return each part with the words of both parties: a field is answered if either has answered it."""
    parts: dict[str, dict[str, object]] = {}
    for section in text.sections:
        values = parts.setdefault(section.part, {})
        values |= section.fields
        if section.not_applicable is not None:
            values[NOT_APPLICABLE] = section.not_applicable
    items = {part: [_fields_of(planned) for planned in _listed_in(part, text)] for part in lists}
    return parts | {part: listed for part, listed in items.items() if listed}


def _listed_in(part: str, text: PlanText) -> list[PlannedIntervention]:
    """Return the interventions that a part lists, in the order of the plan."""
    return [planned for planned in text.interventions if part != SINGLE or planned.scope is Scope.SINGLE]


def _fields_of(planned: PlannedIntervention) -> Mapping[str, object]:
    """Return the values of an intervention, by the field names that an agreement text uses."""
    return {
        "intervention": planned.key,
        "text": planned.text,
        "scope": planned.scope,
        "shared": planned.shared,
        "principal": planned.performer,
        "line": planned.line,
        "task": planned.task,
        "performer-kind": planned.performer_kind,
        "competence": planned.competence,
    }


def _find_contradictions(text: PlanText, fields: Collection[Requirement]) -> Iterator[MissingField]:
    """Yield the fields in which the two parties made different choices (INF-6-8)."""
    for part in fields:
        sections = [section for section in text.sections if section.part == part.id]
        for field in part.fields if not part.each else ():
            answers = {section.fields[field.id] for section in sections if field.id in section.fields}
            if field.choices and len(answers) > 1:
                path, title = f"{part.id}.{field.id}", f"{part.title}: {field.title}"
                yield MissingField(path=path, title=title, clauses=field.clauses)


def _find_other_types(text: PlanText, rule: PlanRule, parts: Collection[Requirement]) -> Iterator[MissingField]:
    """Yield the fields on record with a value of another type than they have, from before that was refused."""
    for part in parts:
        types = find_part_types(rule, part)
        for field in part.fields if not part.each else ():
            values = text.list_values(f"{part.id}.{field.id}") if field.id in types else []
            if not all(is_of_type(value, types[field.id]) for value in values):
                path, title = f"{part.id}.{field.id}", f"{part.title}: {field.title}"
                yield MissingField(path=path, title=title, clauses=field.clauses, type=types[field.id])


def _find_missing_areas(text: PlanText, roles: Collection[Requirement]) -> Iterator[MissingField]:
    """Yield the contacts without an area of responsibility, if the text requires one (GAV-2-11)."""
    for role in roles:
        contact = text.contact(role.id)
        if role.area and contact is not None and contact.area is None:
            yield MissingField(path=f"{role.id}.area", title=role.title, clauses=role.clauses)


def _name_by_key(gap: MissingField, text: PlanText) -> MissingField:
    """Return the gap with the intervention's key instead of its number in the list. No name of a field is a number."""
    part, _, rest = gap.path.partition(".")
    number, _, field = rest.partition(".")
    if not number.isdigit():
        return gap
    key = _listed_in(part, text)[int(number)].key
    return gap.model_copy(update={"path": f"{part}.{key}.{field}"})
