"""The national background: rules that hold in every county. A background is never in force itself."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from domain.agreements.model import (
    ActName,
    ActRule,
    Agreement,
    Clause,
    Content,
    Duty,
    Exclusion,
    Ground,
    Guard,
    Holder,
    MatrixRow,
    PaymentLiability,
    PlanRule,
    Precondition,
    StatementRule,
    Vocabulary,
    Way,
)
from domain.agreements.model.shapes import Clauses, NonBlank, RuleId
from domain.kernel import Slug, Value

FOLDER = "background"
"""The folder of the background's texts, beside the folders of the counties."""

AnswerField = Literal["treatment", "performer", "employer"]
"""A field of a matrix row that names a responsible party."""


class Check(Value):
    """A check of the rows of a county's matrix. A row that is silent contradicts nothing, except for `stated`.

    The fields from `levels` to `ways` select the rows. One that is left out selects every row.
    """

    id: Slug
    title: NonBlank
    """The rule in short, in English. A fault quotes it."""
    levels: tuple[Slug, ...] = ()
    settings: tuple[Slug, ...] = ()
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
    min_age: int | None = None
    """The lowest age in whole years. Rows for younger persons only are not checked."""
    ways: tuple[Way, ...] = ()
    """Forms of cooperation."""
    treatment: Holder | None = None
    """The only principal that a row may name. If left out, this is not checked."""
    performer: Holder | None = None
    """The only performer that a row may name. If left out, this is not checked."""
    employer: Holder | None = None
    """The only employer that a row may name. If left out, this is not checked."""
    stated: tuple[AnswerField, ...] = ()
    """The fields that a row must have."""
    alike: tuple[AnswerField, ...] = ()
    """The fields in which a row must name the same party."""
    clauses: Clauses


class LegalTerm(Value):
    """The meaning of a term of the law, from a day on."""

    id: Slug
    term: NonBlank
    """The term, in Swedish."""
    statement: NonBlank
    """The meaning, in Swedish."""
    valid_from: date | None = None
    """The first day of this meaning. If left out, the meaning is the earliest."""
    clauses: Clauses


class Category(Value):
    """A kind of care, with the interventions that belong to it according to a source."""

    id: Slug
    title: NonBlank
    interventions: dict[Slug, NonBlank]
    """The interventions, each with its name in Swedish."""
    clauses: Clauses


class Background(Value):
    """One national text: information, guidance or law. No act rests on it alone (SKR-2-1), except facts (SYS-2)."""

    id: Slug
    title: NonBlank
    kind: Literal["information", "guidance", "law"]
    """The kind of text."""
    vocabulary: Vocabulary
    """The words of the checks. A county's text uses the same words for the same things."""
    definitions: tuple[LegalTerm, ...] = ()
    categories: tuple[Category, ...] = ()
    checks: tuple[Check, ...]
    matrix: tuple[MatrixRow, ...]
    """The rows that answer if no agreement is in force. Those that always hold do so under every agreement too."""
    never_municipal: tuple[Exclusion, ...] = ()
    guards: dict[Guard, Ground] = Field(default_factory=dict)
    acts: dict[ActName, ActRule] = Field(default_factory=dict)
    content: dict[Slug, Content] = Field(default_factory=dict)
    plans: dict[Slug, PlanRule] = Field(default_factory=dict)
    statements: dict[Slug, StatementRule] = Field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    payment_liability: PaymentLiability = PaymentLiability()
    clauses: dict[RuleId, Clause]


def load(text: bytes) -> Background:
    """Return the background of a text. Raise ValidationError if the text does not have the right shape."""
    data = tomllib.loads(text.decode("utf-8"))
    return Background.model_validate_json(json.dumps(data, default=str), strict=True)


@cache
def load_national() -> tuple[Background, ...]:
    """Read the background's texts of this package."""
    folder = files("domain.agreements").joinpath("texts", FOLDER)
    files_of_texts = sorted(
        (text for text in folder.iterdir() if text.name.endswith(".toml")), key=lambda text: text.name
    )
    return tuple(load(text.read_bytes()) for text in files_of_texts)


def list_rows(backgrounds: Iterable[Background]) -> tuple[MatrixRow, ...]:
    """List the matrix rows of the background, for counties without an agreement."""
    return tuple(row for background in backgrounds for row in background.matrix)


def find_national_liability() -> PaymentLiability:
    """Return the payment liability of a county without an agreement."""
    liability = PaymentLiability()
    for background in load_national():
        liability = _liability(liability, background.payment_liability)
    return liability


def complete(agreement: Agreement, backgrounds: Sequence[Background]) -> Agreement:
    """Add the rules of every county to the agreement. If both regulate the same thing, the county's rule holds.

    The background's required content of a plan is added to the county's for the same kind of plan.
    """
    for background in backgrounds:
        agreement = agreement.model_copy(update=dict(_additions(agreement, background)))
    return agreement


class Addition(Value):
    """An entry that the national background adds to a county's text."""

    topic: Literal[
        "content", "statements", "duties", "preconditions", "guards", "acts", "responsibility", "payment_liability"
    ]
    title: NonBlank | None = None
    """The name of the entry, in Swedish. None if its rule alone says it."""
    parts: tuple[str, ...] = ()
    """The parts or fields that are demanded, in Swedish."""
    clauses: tuple[str, ...]


def list_additions(own: Agreement, whole: Agreement) -> tuple[Addition, ...]:
    """List what the background adds to a text: the entries of `whole` that the text itself does not have.

    Entries that rest on the same rule and have no name of their own are one addition, as the rule says them all.
    """
    found: dict[object, Addition] = {}
    for each in _find_additions(own, whole):
        key = (each.topic, each.title, each.parts) if each.title is not None else (each.topic, each.clauses[0])
        same = found.get(key)
        clauses = each.clauses if same is None else tuple(dict.fromkeys((*same.clauses, *each.clauses)))
        found[key] = each.model_copy(update={"clauses": clauses})
    return tuple(found.values())


def _find_additions(own: Agreement, whole: Agreement) -> tuple[Addition, ...]:
    return (
        *_list_added_contents(own, whole),
        *(
            Addition(topic="statements", title=rule.title, clauses=rule.clauses)
            for kind, rule in whole.statements.items()
            if kind not in own.statements
        ),
        *(Addition(topic="duties", title=duty.title, clauses=duty.clauses) for duty in whole.duties[len(own.duties) :]),
        *(
            Addition(topic="preconditions", title=rule.title, clauses=rule.clauses)
            for rule in whole.preconditions[len(own.preconditions) :]
        ),
        *(
            Addition(topic="guards", clauses=ground.clauses)
            for guard, ground in whole.guards.items()
            if guard not in own.guards
        ),
        *(Addition(topic="acts", clauses=rule.clauses) for act, rule in whole.acts.items() if act not in own.acts),
        *_list_added_liability(own.payment_liability, whole.payment_liability),
        *(
            Addition(topic="responsibility", clauses=clauses)
            for clauses in (
                *(row.clauses for row in whole.matrix[len(own.matrix) :]),
                *(exclusion.clauses for exclusion in whole.never_municipal[len(own.never_municipal) :]),
            )
        ),
    )


def _list_added_liability(own: PaymentLiability, whole: PaymentLiability) -> Iterator[Addition]:
    """Yield the parts of the payment liability that the text does not have."""
    known = {condition.id for condition in own.conditions}
    for condition in whole.conditions:
        if condition.id not in known:
            yield Addition(topic="payment_liability", title=condition.title, clauses=condition.clauses)
    starts = whole.starts[len(own.starts) :] if all(row.when is not None for row in own.starts) else ()
    parts = (*starts, *(getattr(whole, name) for name in _parts_left_out(own)))
    yield from (Addition(topic="payment_liability", clauses=part.clauses) for part in parts if part is not None)


def _parts_left_out(liability: PaymentLiability) -> tuple[str, ...]:
    return tuple(name for name in ("end", "resident", "amount") if getattr(liability, name) is None)


def _list_added_contents(own: Agreement, whole: Agreement) -> Iterator[Addition]:
    """Yield the contents with fields that the text does not demand, and the kinds of plan that it does not have."""
    for name, content in whole.content.items():
        known = {field.id for field in own.content[name].fields} if name in own.content else set()
        fields = tuple(field for field in content.fields if field.id not in known)
        if fields:
            clauses = dict.fromkeys((*content.clauses, *(rule for field in fields for rule in field.clauses)))
            titles = tuple(field.title for field in fields)
            yield Addition(topic="content", title=content.title, parts=titles, clauses=tuple(clauses))


def _additions(agreement: Agreement, background: Background) -> Iterator[tuple[str, object]]:
    yield "guards", background.guards | agreement.guards
    yield "acts", background.acts | agreement.acts
    yield "payment_liability", _liability(agreement.payment_liability, background.payment_liability)
    yield "statements", background.statements | agreement.statements
    yield "duties", (*agreement.duties, *background.duties)
    yield "preconditions", (*agreement.preconditions, *background.preconditions)
    yield "matrix", (*agreement.matrix, *(row for row in background.matrix if row.always))
    yield "never_municipal", (*agreement.never_municipal, *background.never_municipal)
    yield "clauses", background.clauses | agreement.clauses
    words = agreement.vocabulary
    yield (
        "vocabulary",
        words.model_copy(update={"conditions": background.vocabulary.conditions | words.conditions}),
    )
    plans = {kind: _plan(agreement.plans.get(kind), rule) for kind, rule in background.plans.items()}
    yield "plans", agreement.plans | plans
    content = dict(agreement.content)
    for name, added in background.content.items():
        own_name = next((plans[kind].content for kind, rule in background.plans.items() if rule.content == name), None)
        key = own_name or name
        content[key] = _content(content.get(key), added)
    yield "content", content


def _liability(own: PaymentLiability, national: PaymentLiability) -> PaymentLiability:
    """Return the payment liability with what the text itself leaves out."""
    known = {condition.id for condition in own.conditions}
    conditions = (condition for condition in national.conditions if condition.id not in known)
    return PaymentLiability(
        starts=(*own.starts, *national.starts),
        conditions=(*conditions, *own.conditions),
        end=own.end or national.end,
        resident=own.resident or national.resident,
        amount=own.amount or national.amount,
        position=own.position or national.position,
    )


def _plan(own: PlanRule | None, national: PlanRule) -> PlanRule:
    if own is None:
        return national
    return own if own.content is not None else own.model_copy(update={"content": national.content})


def _content(own: Content | None, national: Content) -> Content:
    if own is None:
        return national
    ids = {field.id for field in own.fields}
    added = tuple(field for field in national.fields if field.id not in ids)
    return own.model_copy(update={"fields": (*added, *own.fields)})
