"""The national background: what holds for every county's agreement, and is never itself in force."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import Field

from domain.agreements.model import (
    Agreement,
    Clause,
    Content,
    Duty,
    Exclusion,
    Ground,
    Guard,
    Holder,
    MatrixRow,
    NotRegulated,
    PlanRule,
    Precondition,
    StatementRule,
    Vocabulary,
    Way,
)
from domain.agreements.model.shapes import NonBlank, RuleId
from domain.kernel import Slug, Value

FOLDER = "background"
"""The folder of the texts, beside the counties'."""

AnswerField = Literal["treatment", "performer", "employer"]


class Check(Value):
    """What a row of a county's matrix may not contradict. A row that is silent on it contradicts nothing."""

    id: Slug
    title: NonBlank
    """What always holds, in English; a fault quotes it."""
    levels: tuple[Slug, ...] = ()
    settings: tuple[Slug, ...] = ()
    professions: tuple[Slug, ...] = ()
    interventions: tuple[Slug, ...] = ()
    min_age: int | None = None
    """A row for those who are all younger is not asked."""
    ways: tuple[Way, ...] = ()
    """None named: whichever way the parties cooperate."""
    treatment: Holder | None = None
    """The only holder that a row may name; None: the check does not ask."""
    performer: Holder | None = None
    employer: Holder | None = None
    stated: tuple[AnswerField, ...] = ()
    """What a row must say: here silence is refused."""
    alike: tuple[AnswerField, ...] = ()
    """What a row must give to one and the same holder."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class LegalTerm(Value):
    """What a term of the law means, and when it came to mean it."""

    id: Slug
    term: NonBlank
    statement: NonBlank
    valid_from: date | None = None
    """None: from before anything that is recorded here."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Category(Value):
    """A kind of care, and the interventions that a source counts to it."""

    id: Slug
    title: NonBlank
    interventions: dict[Slug, NonBlank]
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Background(Value):
    """One national text: information or guidance, on which no act can stand alone (SKR-2-1)."""

    id: Slug
    title: NonBlank
    kind: Literal["information", "guidance"]
    vocabulary: Vocabulary
    """The words that the checks ask in; a county's text uses them for the same things."""
    definitions: tuple[LegalTerm, ...] = ()
    categories: tuple[Category, ...] = ()
    checks: tuple[Check, ...]
    matrix: tuple[MatrixRow, ...]
    """What holds where no agreement does."""
    never_municipal: tuple[Exclusion, ...] = ()
    guards: dict[Guard, Ground] = Field(default_factory=dict)
    content: dict[Slug, Content] = Field(default_factory=dict)
    plans: dict[Slug, PlanRule] = Field(default_factory=dict)
    statements: dict[Slug, StatementRule] = Field(default_factory=dict)
    duties: tuple[Duty, ...] = ()
    preconditions: tuple[Precondition, ...] = ()
    clauses: dict[RuleId, Clause]


def load(text: bytes) -> Background:
    """The background of a text. Raises ValidationError for one that does not have its shape."""
    data = tomllib.loads(text.decode("utf-8"))
    return Background.model_validate_json(json.dumps(data, default=str), strict=True)


@cache
def load_national() -> tuple[Background, ...]:
    """The texts of the background that this package holds."""
    folder = files("domain.agreements") / "texts" / FOLDER
    found = sorted((text for text in folder.iterdir() if text.name.endswith(".toml")), key=lambda text: text.name)
    return tuple(load(text.read_bytes()) for text in found)


def list_rows(backgrounds: Iterable[Background]) -> tuple[MatrixRow, ...]:
    """What the background says of who answers for what, for counties where no agreement says it."""
    return tuple(row for background in backgrounds for row in background.matrix)


def find_term(backgrounds: Iterable[Background], term: str, day: date) -> LegalTerm | NotRegulated:
    """What the term meant on the day (SKR-4-8)."""
    known = [
        each
        for background in backgrounds
        for each in background.definitions
        if each.id == term and (each.valid_from is None or each.valid_from <= day)
    ]
    return max(known, key=lambda each: each.valid_from or date.min, default=NotRegulated(what=term))


def find_category(backgrounds: Iterable[Background], intervention: str) -> Category | NotRegulated:
    """The kind of care that a source counts the intervention to; an unlisted one is not guessed at (INF-2-2)."""
    return next(
        (each for background in backgrounds for each in background.categories if intervention in each.interventions),
        NotRegulated(what=intervention),
    )


def complete(agreement: Agreement, backgrounds: Sequence[Background]) -> Agreement:
    """The agreement with what holds in every county besides. Where both speak of the same thing, the county's stands.

    What a plan must contain by the background is added to what the county demands of the same kind of plan.
    """
    for background in backgrounds:
        agreement = agreement.model_copy(update=dict(_additions(agreement, background)))
    return agreement


def _additions(agreement: Agreement, background: Background) -> Iterator[tuple[str, object]]:
    yield "guards", background.guards | agreement.guards
    yield "statements", background.statements | agreement.statements
    yield "duties", (*agreement.duties, *background.duties)
    yield "preconditions", (*agreement.preconditions, *background.preconditions)
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
        at = (
            next((plans[kind].content for kind, rule in background.plans.items() if rule.content == name), None) or name
        )
        content[at] = _content(content.get(at), added)
    yield "content", content


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
