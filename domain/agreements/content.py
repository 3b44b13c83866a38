"""Required content: the fields that a request, an assessment or a plan must have, and those that are missing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from domain.agreements.conditions import on_track
from domain.agreements.model import Agreement, Content, Requirement
from domain.agreements.model.content import ValueType
from domain.kernel import Actor, Value
from domain.refusals import FORMS, ContentMissing, ContentNotKnown, ContentOfOtherType

NOT_APPLICABLE = "not-applicable"
"""The key of the reason that is given in place of a part that does not apply."""


class MissingField(Value):
    """A required field that is absent, or has a value that the text does not allow."""

    path: str
    """The ids of the field and its groups, for example `follow-up.responsible`. Items of a list count from 0."""
    title: str
    """The labels of the field and its groups in the text, in Swedish, for example `Uppföljning: Ansvarig`."""
    clauses: tuple[str, ...]
    parts: tuple[str, ...] = ()
    """The ids of the fields that it consists of, if it is a group that is absent as a whole."""
    choices: tuple[str, ...] = ()
    """The values that it may have. Empty: any."""
    type: ValueType | None = None
    """The type that it must have. None: any."""
    can_be_excused: bool = False
    """True if the reason why it does not apply may be given in its place."""

    @property
    def description(self) -> str:
        """The path, with the form in which the field is asked for."""
        parts = f" with {', '.join(self.parts)}" if self.parts else ""
        choices = f" as {' or '.join(self.choices)}" if self.choices else ""
        choices += f" as {FORMS[self.type]}" if self.type is not None else ""
        return f"{self.path}{parts}{choices}{' or why it does not apply' if self.can_be_excused else ''}"

    @property
    def rule(self) -> str:
        """The rule that a refusal names."""
        return self.clauses[0]


def find_content(agreement: Agreement, name: str, *, track: str | None = None) -> Content | None:
    """Return the required content with this name, or None if the version has none, or none on this track."""
    content = agreement.content.get(name)
    if content is None or (track is not None and content.tracks and track not in content.tracks):
        return None
    return content


class ListedWords(NamedTuple):
    """The words that a version lists for a field of an act, as its choices, and the rule that they rest on."""

    words: tuple[str, ...]
    rule: str

    def refuse_other(self, what: str, word: str | None, known: Sequence[str]) -> None:
        """Refuse a word that is not known, so that nothing misspelt enters the record. None is no word."""
        if word is not None and word not in known:
            raise ContentNotKnown(what, [word], known=tuple(dict.fromkeys(known)), rule=self.rule)


def find_words(agreement: Agreement, names: Iterable[str | None], field: str, *, track: str | None) -> ListedWords:
    """Find the words that these contents list for a field, in whatever group it is. Without any, the rule is SYS-7."""
    contents = [find_content(agreement, name, track=track) for name in names if name is not None]
    fields = _walk(each for content in contents if content is not None for each in content.fields)
    listed = [each for each in fields if each.id == field]
    words = tuple(dict.fromkeys(word for each in listed for word in each.choices))
    return ListedWords(words, next((each.clauses[0] for each in listed if each.choices), "SYS-7"))


def _walk(fields: Iterable[Requirement]) -> Iterator[Requirement]:
    for field in fields:
        yield field
        yield from _walk(field.fields)


def find_missing(
    agreement: Agreement,
    name: str,
    values: Mapping[str, object],
    *,
    track: str | None = None,
    conditions: Collection[str] = (),
) -> tuple[MissingField, ...]:
    """Find the fields that the content requires and the values lack, in the text's order.

    None, a blank text and an empty list count as absent; False and 0 are answers. A group is a mapping, or
    `{"not-applicable": reason}` if the text allows it. A requirement with `each` is a list of mappings. Being on the
    track is itself a condition.
    """
    content = find_content(agreement, name, track=track)
    if content is None:
        return ()
    all_conditions = {*conditions, on_track(track)} if track is not None else conditions
    return find_missing_fields(content.fields, values, conditions=all_conditions)


def find_missing_fields(
    fields: Collection[Requirement], values: Mapping[str, object], *, conditions: Collection[str] = ()
) -> tuple[MissingField, ...]:
    """Find the fields that the values lack and that are demanded under the conditions."""
    return tuple(_find_missing(fields, values, "", conditions))


def refuse_gaps(
    gaps: Sequence[MissingField], refusal: type[ContentMissing] = ContentMissing, *, acts: Sequence[str] = ()
) -> None:
    """Refuse content that lacks fields. The remedy says in which form each is asked for, and by which of the acts."""
    if gaps:
        paths, titles = [gap.path for gap in gaps], [gap.title for gap in gaps]
        descriptions = [gap.description for gap in gaps]
        raise refusal(paths, descriptions=descriptions, titles=titles, rule=gaps[0].rule, acts=acts)


def find_types(
    fields: Iterable[Requirement], *, dates: Collection[str], answers: Collection[str]
) -> dict[str, ValueType]:
    """Return the type of each field that has one: that the text declares, or that its rules take it for.

    Rules of the text count from the fields in `dates`, and ask yes or no of those in `answers`.
    """
    taken: dict[str, ValueType] = {**dict.fromkeys(answers, "bool"), **dict.fromkeys(dates, "date")}
    types = {field.id: field.type or taken.get(field.id) for field in fields}
    return {name: type for name, type in types.items() if type is not None}


def is_of_type(value: object, type: ValueType) -> bool:
    """Return True if a value has the type of its field. A day is one from 1900 to 2199, as everywhere in the record."""
    if type == "bool":
        return isinstance(value, bool)
    return isinstance(value, date) and 1900 <= value.year < 2200


def refuse_other_types(
    fields: Collection[Requirement], values: Mapping[str, object], types: Mapping[str, ValueType]
) -> None:
    """Refuse values that are not of the type of their field: a day that is none would be counted from by nobody."""
    wrong = [field for field in fields if field.id in types.keys() & values.keys()]
    wrong = [field for field in wrong if not is_of_type(values[field.id], types[field.id])]
    if wrong:
        raise ContentOfOtherType(
            {field.id: types[field.id] for field in wrong},
            titles=[field.title for field in wrong],
            rule=wrong[0].clauses[0],
        )


def _find_missing(
    fields: Collection[Requirement], values: Mapping[str, object], prefix: str, conditions: Collection[str]
) -> Iterator[MissingField]:
    for field in fields:
        value, path = values.get(field.id), prefix + field.id
        if not _is_demanded(field, values, conditions):
            continue
        if _is_excused(field, value) or (field.optional and _is_absent(value)):
            continue
        if _is_absent(value):
            yield _make_gap(field, path)
        elif field.each:
            yield from _find_missing_in_list(field, value, path, conditions)
        elif field.fields:
            yield from _find_missing_in_group(field, _as_mapping(value, path), path, conditions)
        elif (field.choices and value not in tuple(field.choices)) or (
            field.one_of and value not in {values.get(sibling) for sibling in field.one_of}
        ):
            yield _make_gap(field, path)


def _make_gap(field: Requirement, path: str) -> MissingField:
    return MissingField(
        path=path,
        title=field.title,
        clauses=field.clauses,
        parts=tuple(part.id for part in field.fields if not part.optional and part.when is None and not part.where),
        choices=tuple(field.choices),
        can_be_excused=field.not_applicable is not None,
    )


def _find_missing_in_list(
    field: Requirement, value: object, path: str, conditions: Collection[str]
) -> Iterator[MissingField]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{path} must be a list")
    for index, item in enumerate(value):
        at = f"{path}.{index}"
        yield from _find_missing_in_group(field, _as_mapping(item, at), at, conditions)


def _find_missing_in_group(
    group: Requirement, values: Mapping[str, object], path: str, conditions: Collection[str]
) -> Iterator[MissingField]:
    for gap in _find_missing(group.fields, values, f"{path}.", conditions):
        yield gap.model_copy(update={"title": f"{group.title}: {gap.title}"})


def _is_demanded(field: Requirement, values: Mapping[str, object], conditions: Collection[str]) -> bool:
    return (field.when is None or field.when in conditions) and all(
        values.get(sibling) in answers for sibling, answers in field.where.items()
    )


def _is_excused(field: Requirement, value: object) -> bool:
    return field.not_applicable is not None and isinstance(value, Mapping) and not _is_absent(value.get(NOT_APPLICABLE))


def _is_absent(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Collection) and len(value) == 0)


def _as_mapping(value: object, path: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{path} must be a mapping")
    return value


def find_capacities(agreement: Agreement, name: str, actor: Actor) -> tuple[str, ...]:
    """Find the fields of the content that ask for a person like the actor, for example `municipal-nurse`."""
    content = agreement.content.get(name)
    fields = content.fields if content else ()
    return tuple(field.id for field in fields if field.who is not None and field.who.is_met_by(actor))


def list_yes_no_fields(agreement: Agreement, statement: str) -> frozenset[str]:
    """List the fields of a kind of statement that are answered with yes or no, since a rule of the text asks so."""
    opening, rule = f"statement:{statement}", agreement.statements.get(statement)
    asked = [duty.field for duty in agreement.duties if opening in duty.opened_by]
    asked += [each.needs.field for each in agreement.preconditions if each.needs.statement == statement]
    asked += [each.field for each in agreement.payment_liability.conditions if each.statement == statement]
    asked += [
        fact.source.field
        for fact in agreement.facts.values()
        if fact.type == "bool" and fact.source is not None and fact.source.of == "statement"
        if fact.source.name == statement
    ]
    wheres = (field.where.items() for field in (rule.fields if rule is not None else ()))
    asked += [name for where in wheres for name, values in where if any(isinstance(each, bool) for each in values)]
    return frozenset(filter(None, asked))
