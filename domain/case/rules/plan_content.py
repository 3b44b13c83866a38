"""What a plan says, laid beside what the agreement requires of its kind."""

from collections.abc import Collection, Iterator, Mapping

from domain.agreements.content import NOT_APPLICABLE, MissingField, find_content, find_missing
from domain.agreements.model import Agreement, PlanRule, Requirement
from domain.case.events.care_plan import PlannedIntervention, Section
from domain.case.state.care_plan import CarePlan, PlanText
from domain.intervention import Scope
from domain.refusals import ContentNotKnown, PlanContentMissing

SINGLE = "single-interventions"
"""The part that is told by the single interventions alone (ORE-3.1.4-15)."""
INTERVENTIONS = "interventions"


def gaps(
    agreement: Agreement, rule: PlanRule, plan: CarePlan, *, track: str, conditions: Collection[str]
) -> tuple[MissingField, ...]:
    """What the agreement requires of the kind and the plan's draft lacks: parts, interventions, contacts.

    A part that is a list is told by the planned interventions themselves; what is lacking of one is named by its key.
    """
    text = plan.draft
    told = {each.id for each in _fields(agreement, rule.content, track) if each.each}
    said: dict[str, Mapping[str, object]] = {}
    if rule.content is not None:
        said[rule.content] = _parts(text, told)
    if rule.interventions is not None:
        said[rule.interventions] = {INTERVENTIONS: [_said_of(one) for one in text.interventions]}
    if rule.roles is not None:
        said[rule.roles] = {contact.role: contact.person for contact in text.contacts}
    found = [
        gap
        for what, values in said.items()
        for gap in find_missing(agreement, what, values, track=track, conditions=conditions)
    ]
    found += _contradicted(text, _fields(agreement, rule.content, track))
    found += _without_area(text, _fields(agreement, rule.roles, track))
    return tuple(_named(gap, text, told | {INTERVENTIONS}) for gap in found)


def refuse_foreign(agreement: Agreement, rule: PlanRule, section: Section, *, track: str) -> None:
    """Refuse a part or a field that the version's text does not have, and a part that says nothing (ORE-3.1.4-12)."""
    content = find_content(agreement, rule.content, track=track) if rule.content is not None else None
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


def refuse_foreign_role(agreement: Agreement, rule: PlanRule, role: str) -> Requirement | None:
    """What the version asks of a contact role. Refuses one that its text does not have; None where it names none."""
    content = find_content(agreement, rule.roles) if rule.roles is not None else None
    if content is None:
        return None
    required = next((each for each in content.fields if each.id == role), None)
    if required is None:
        known = [each.id for each in content.fields]
        raise ContentNotKnown("contact role", [role], known=known, rule=content.clauses[0])
    return required


def _fields(agreement: Agreement, what: str | None, track: str) -> tuple[Requirement, ...]:
    content = find_content(agreement, what, track=track) if what is not None else None
    return () if content is None else content.fields


def _parts(text: PlanText, told: Collection[str]) -> dict[str, object]:
    """Each part as both parties' words together: a field that either has answered is answered."""
    parts: dict[str, dict[str, object]] = {}
    for section in text.sections:
        said = parts.setdefault(section.part, {})
        said |= section.fields
        if section.not_applicable is not None:
            said[NOT_APPLICABLE] = section.not_applicable
    lists = {part: [_said_of(one) for one in _told_in(part, text)] for part in told}
    return parts | {part: items for part, items in lists.items() if items}


def _told_in(part: str, text: PlanText) -> list[PlannedIntervention]:
    """The interventions that a part which is a list tells of, in the plan's order."""
    return [one for one in text.interventions if part != SINGLE or one.scope is Scope.SINGLE]


def _said_of(one: PlannedIntervention) -> Mapping[str, object]:
    """What is said of an intervention, in the words that a text can ask for."""
    return {
        "intervention": one.key,
        "text": one.text,
        "scope": one.scope,
        "shared": one.shared,
        "principal": one.performer,
        "line": one.line,
        "task": one.task,
        "performer-kind": one.performer_kind,
        "competence": one.competence,
    }


def _contradicted(text: PlanText, fields: Collection[Requirement]) -> Iterator[MissingField]:
    """The choices that the two parties make differently: what has two answers has none (INF-6-8)."""
    for part in fields:
        for field in part.fields if not part.each else ():
            answers = {one.fields[field.id] for one in text.sections if one.part == part.id and field.id in one.fields}
            if field.choices and len(answers) > 1:
                yield MissingField(path=f"{part.id}.{field.id}", title=field.title, clauses=field.clauses)


def _without_area(text: PlanText, roles: Collection[Requirement]) -> Iterator[MissingField]:
    """The contacts whose area of responsibility is not stated, where the text asks for it (GAV-2-11)."""
    for role in roles:
        contact = text.contact(role.id)
        if role.area and contact is not None and contact.area is None:
            yield MissingField(path=f"{role.id}.area", title=role.title, clauses=role.clauses)


def _named(gap: MissingField, text: PlanText, lists: Collection[str]) -> MissingField:
    """The gap, with the key of the intervention in the place of its number in the list."""
    part, _, rest = gap.path.partition(".")
    number, _, field = rest.partition(".")
    if part not in lists or not number.isdigit():
        return gap
    key = _told_in(part, text)[int(number)].key
    return gap.model_copy(update={"path": f"{part}.{key}.{field}"})
