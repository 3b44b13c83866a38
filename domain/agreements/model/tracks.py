"""Scope, vocabulary, facts, and the tracks with their criteria."""

from typing import Literal

from pydantic import Field

from domain.agreements.model.names import Evaluation, Step
from domain.agreements.model.shapes import Clauses, FieldName, NonBlank, RuleId
from domain.kernel import Slug, UnitKind, Value


class AgreementScope(Value):
    """The levels, settings and ages that the whole agreement covers."""

    levels: tuple[Slug, ...]
    """Care levels, in the words of `[vocabulary.levels]`."""
    settings: tuple[Slug, ...] = Field(min_length=1)
    """Forms of housing, in the words of `[vocabulary.settings]`.

    A person is taken to live in the first of them until something else is recorded.
    """
    min_age: int | None = None
    """The lowest age in whole years, included. If left out, there is no lowest age."""
    max_age: int | None = None
    """The highest age in whole years, included. If left out, there is no highest age."""
    age: RuleId | None = None
    """The rule behind the ages. If left out, the first of `clauses`."""
    clauses: Clauses

    def covers_age(self, age: int) -> bool:
        """Return True if the agreement covers persons of this age in whole years."""
        return (self.min_age is None or age >= self.min_age) and (self.max_age is None or age <= self.max_age)


class Vocabulary(Value):
    """The words of the responsibility matrix. Each table maps a short key to its name in Swedish."""

    levels: dict[Slug, NonBlank]
    """Care levels."""
    settings: dict[Slug, NonBlank]
    """Forms of housing."""
    professions: dict[Slug, NonBlank]
    """Professions."""
    interventions: dict[Slug, NonBlank]
    """Categories of intervention."""
    conditions: dict[Slug, NonBlank]
    """Circumstances of the person that can be put on record."""
    offices: dict[Slug, NonBlank] = Field(default_factory=dict)
    """Offices in the parties, as their directories have them. The table may be left out."""


class FactSource(Value):
    """The place in the record that answers a fact, so that nobody has to state it."""

    of: Literal["age", "setting", "statement", "plan", "circumstance"]
    """The kind of source.

    age: the person's age in whole years, from the person register. setting: the person's form of housing.
    statement: a field of the latest statement of a kind. Before the first statement a yes-or-no fact is no.
    plan: yes if a plan of the kind is in force. circumstance: yes if the circumstance is on record.
    """
    name: Slug | None = None
    """The kind of statement or plan, or the circumstance. Left out for age and setting."""
    field: FieldName | None = None
    """The field of the statement. If left out, the fact is yes once there is such a statement."""


class Fact(Value):
    """A fact that the expressions of criteria ask about."""

    type: Literal["bool", "int", "string"]
    """bool: yes or no. int: a whole number. string: a short text."""
    label: NonBlank
    """The question that staff are asked, in Swedish."""
    description: NonBlank
    """The meaning of the value, its unit, and who states it."""
    minimum: int = 0
    """The lowest value of an int, included."""
    maximum: int = 1_000_000
    """The highest value of an int, included."""
    source: "FactSource | None" = None
    """The place in the record that answers it. If left out, whoever evaluates the criterion states it."""
    no_means: Slug | None = Field(default=None, exclude_if=lambda word: word is None)
    """A circumstance of the vocabulary that a party's no says, to the matrix and to every `when`.

    It holds until that party evaluates the criterion anew, or the criterion is set aside.
    """


class Waiver(Value):
    """The rule by which a criterion that is not met can be set aside."""

    by: Literal["consensus", "ground"]
    """consensus: both parties agree to an exception, each with a reason.

    ground: one party grants a departure on one of the `grounds`, with a reason.
    """
    grounds: dict[Slug, NonBlank] = Field(default_factory=dict)
    """The grounds of a departure, each with its name in Swedish."""
    rule: RuleId
    """The rule that allows it."""
    high_attention: bool = False
    """True if pages show the waiver with emphasis, because the document allows it only by its letter."""
    note: NonBlank | None = None
    """A comment for readers."""


class Criterion(Value):
    """A criterion for home care, as an expression over declared facts."""

    id: Slug
    rule: RuleId
    """The rule that states the criterion. Its sentence is the criterion's."""
    title: NonBlank
    """The name of the criterion, in Swedish."""
    expression: NonBlank
    """A CEL expression over the `[facts]` that is true if the criterion is met, for example `age_years >= 18`."""
    clauses: tuple[RuleId, ...] = ()
    """More rules about the criterion: the meaning of its words, or who is responsible for it."""
    weighed: bool = False
    """True if it is weighed with everything else, and care is not refused for it alone. If left out, it must be met."""
    waiver: Waiver | None = None
    """The rule by which it can be set aside. If left out, it cannot."""


class Track(Value):
    """A way into municipal home care, with its own steps, plans and criteria."""

    id: Slug
    number: int | None = None
    """The document's own number of the track. If left out, it has none."""
    title: NonBlank
    """The name of the track, in Swedish."""
    from_unit_kinds: tuple[UnitKind, ...] = ()
    """Kinds of units. Their needs take this track if nobody names one and no track is for that kind of need."""
    kinds: tuple[Literal["medical", "rehabilitative"], ...] = ()
    """The kinds of need that the track is for. If left out, every kind."""
    steps: tuple[Step, ...] = ()
    """The steps that are prescribed before a request is accepted, in order. If left out, none is prescribed."""
    plans: tuple[Slug, ...] = ()
    """Kinds of plan. One must be established before the enrolment starts. If left out, no plan is demanded."""
    plan_rule: RuleId | None = None
    """The rule that demands the plan."""
    by_analogy: tuple[NonBlank, ...] = ()
    """Rules written for another track that apply here by analogy, as the beginnings of their ids."""
    external: Slug | None = None
    """The external reference that regulates the track. If left out, this version does."""
    handover_rule: RuleId | None = None
    """The rule by which each intervention is handed over and accepted on its own (ORE-3.2.1-K1).

    If left out, all interventions of the plan pass to the municipality when the enrolment starts.
    """
    evaluation: Evaluation | None = None
    """The rule by which the criteria are weighed. It is demanded if there are criteria."""
    evaluation_rule: RuleId | None = None
    """The rule about how the criteria are weighed (ORE-3.2.1-12). If left out, the document has none."""
    criteria: tuple[Criterion, ...] = ()
    """The criteria. If left out, the track has none."""
    clauses: Clauses
