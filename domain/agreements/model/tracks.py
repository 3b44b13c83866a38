"""What the agreement covers, in which words, and the tracks with their criteria."""

from typing import Literal

from pydantic import Field

from domain.agreements.model.names import Evaluation, Step
from domain.agreements.model.shapes import FieldName, NonBlank, RuleId
from domain.kernel import Slug, UnitKind, Value


class AgreementScope(Value):
    """What the agreement covers at all."""

    levels: tuple[Slug, ...]
    settings: tuple[Slug, ...] = Field(min_length=1)
    """The first is where a person is taken to live until something else is said."""
    min_age: int | None = None
    max_age: int | None = None
    age: RuleId | None = None
    """The rule that bounds the age, where it is not the first of the clauses."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)

    def covers(self, *, level: str, setting: str, age: int) -> bool:
        """Whether a need at this level, in this setting and at this age (years) belongs under the agreement."""
        return (
            level in self.levels
            and setting in self.settings
            and (self.min_age is None or age >= self.min_age)
            and (self.max_age is None or age <= self.max_age)
        )


class Vocabulary(Value):
    """The words the responsibility matrix is written in, each with its Swedish label."""

    levels: dict[Slug, NonBlank]
    settings: dict[Slug, NonBlank]
    professions: dict[Slug, NonBlank]
    interventions: dict[Slug, NonBlank]
    conditions: dict[Slug, NonBlank]


class FactSource(Value):
    """Where the record itself answers a fact, so that nobody's word is taken for it."""

    of: Literal["age", "setting", "statement", "plan", "circumstance"]
    """age: whole years, from the person register. setting: where the person lives. statement: a field of the latest
    statement of a kind, false before there is one. plan: whether a plan of the kind is in force. circumstance: whether
    the circumstance is on record."""
    name: Slug | None = None
    """The kind of statement or plan, or the circumstance."""
    field: FieldName | None = None
    """The statement's field."""


class Fact(Value):
    """Something a criterion's expression may ask about."""

    type: Literal["bool", "int", "string"]
    label: NonBlank
    """The question in Swedish."""
    description: NonBlank
    """What the value means, its unit, and who computes it."""
    minimum: int = 0
    maximum: int = 1_000_000
    """The bounds of an int, included."""
    source: "FactSource | None" = None
    """Where the answer is taken from; None: whoever evaluates the criterion says it."""


class Waiver(Value):
    """How an unmet criterion can be set aside."""

    by: Literal["consensus", "ground"]
    """consensus: every unit involved agrees, each for itself, with a reason. ground: one party grants a departure on
    one of the grounds, with a reason."""
    grounds: dict[Slug, NonBlank] = Field(default_factory=dict)
    """The grounds of a departure, each with its Swedish label."""
    rule: RuleId
    high_attention: bool = False
    """Whether a waiver is allowed by the letter but must be shown with emphasis."""
    note: NonBlank | None = None


class Criterion(Value):
    """One condition of enrolment, as an expression over declared facts."""

    id: Slug
    rule: RuleId
    title: NonBlank
    statement: NonBlank
    expression: NonBlank
    clauses: tuple[RuleId, ...] = ()
    """More rules on it: what its words mean, and who answers for it."""
    waiver: Waiver | None = None


class Track(Value):
    """A way into municipal home care, with its own rule set."""

    id: Slug
    number: int | None = None
    title: NonBlank
    from_unit_kinds: tuple[UnitKind, ...] = ()
    """The units whose needs go this way where nobody names a track, and no other track is meant for them."""
    kinds: tuple[Literal["medical", "rehabilitative"], ...] = ()
    """The kinds of intervention that it is for: needs of no other kind go this way. None named: any kind may."""
    steps: tuple[Step, ...] = ()
    """The steps that are prescribed before a request is accepted, in order; another step may be taken, or left out."""
    plans: tuple[Slug, ...] = ()
    """The kinds of plan of which one must be established before enrolment starts; none where the version names none."""
    plan_rule: RuleId | None = None
    """The rule that demands the plan."""
    by_analogy: tuple[NonBlank, ...] = ()
    """The beginnings of the rule ids that are written for another track and applied here by analogy."""
    external: Slug | None = None
    """The external reference that regulates the track, where this version does not."""
    handover_rule: RuleId | None = None
    """The rule by which what the plans give to the municipality is handed over and accepted one by one (ORE-3.2.1-K1).
    None: it passes as the enrolment starts."""
    evaluation: Evaluation | None = None
    """None where the version sets no criteria for the track."""
    evaluation_rule: RuleId | None = None
    """The rule that says how the criteria count, where one does (ORE-3.2.1-12)."""
    criteria: tuple[Criterion, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)
