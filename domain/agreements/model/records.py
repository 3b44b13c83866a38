"""What is put on record besides decisions, what is to follow on something, and what must come first."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.agreements.model.content import Requirement
from domain.agreements.model.names import ActName
from domain.agreements.model.permissions import ActorGroup
from domain.agreements.model.shapes import FieldName, NonBlank, RuleId
from domain.kernel import Party, Slug, Value

Trigger = Annotated[str, StringConstraints(pattern=r"^(event|statement):[a-z0-9][a-z0-9.\-]*$")]
"""`event:enrolment.started` (a topic without its version) or `statement:home-visit`."""


Start = Annotated[str, StringConstraints(pattern=r"^(event|statement|plan):[a-z0-9][a-z0-9.\-]*$")]
"""A trigger, or `plan:` and a kind of plan: the day its `lapses_from` names, or else the day it was established."""


class StatementRule(Value):
    """Something that a party puts on record besides its decisions: a consent, a checklist, a report, a training."""

    title: NonBlank
    by: tuple[ActorGroup, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    about: Literal["case", "intervention", "person"] = "case"
    """intervention: one of the case's. person: one of the staff."""
    fields: tuple[Requirement, ...] = ()
    clauses: tuple[RuleId, ...] = Field(min_length=1)
    derived: bool = False
    closed: bool = False
    """Whether it may also be recorded when the enrolment has ended."""
    deadline: Slug | None = None
    """The deadline after which it is late; it is recorded nonetheless, and the breach with it."""
    counts_from: Start | None = None
    """What starts that clock."""


class Duty(Value):
    """Something that a party is to do once something else has happened; shown until it has been done."""

    id: Slug
    title: NonBlank
    title_en: NonBlank
    owner: Party | Literal["either"] | None = None
    """either: both, until one of them has done it. None: both, each for itself."""
    opened_by: tuple[Start, ...] = Field(min_length=1)
    """`plan:` and a kind: when such a plan is established."""
    met_by: tuple[Start, ...] = Field(min_length=1)
    """Any of these, later than what opened it; of a duty of both, by each party for itself."""
    field: FieldName | None = None
    """A field of the opening statement that must be true, or of the event; None: it opens in any case."""
    tracks: tuple[Slug, ...] = ()
    deadline: Slug | None = None
    earlier: bool = False
    """Whether what was done before it opened meets it too."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)


class Need(Value):
    """What must be on record first: exactly one of these."""

    plan: Slug | None = None
    """A plan of this kind in force."""
    statement: Slug | None = None
    """A statement of this kind."""
    field: FieldName | None = None
    """The field of the statement that must be true."""
    contact: Slug | None = None
    """Somebody named in this contact role of any open plan."""
    happened: NonBlank | None = None
    """An event of this topic, without its version."""
    same: Literal["case", "intervention", "person"] = "case"
    """Whether the statement must be about the very intervention, or person, that the act is about."""
    since: Trigger | None = None
    """What the statement must be later than, once that has happened."""


class Precondition(Value):
    """An ordering rule: before an act, something must be on record."""

    id: Slug
    acts: tuple[ActName, ...] = Field(min_length=1)
    tracks: tuple[Slug, ...] = ()
    plans: tuple[Slug, ...] = ()
    """The kinds of plan it is about, for acts on a plan."""
    statements: tuple[Slug, ...] = ()
    """The kinds of statement it is about, where the act records one."""
    interventions: tuple[Slug, ...] = ()
    """The categories of intervention it is about; none named: any."""
    party: Party | None = None
    """The party whose acts it is about; None: both."""
    when: Slug | None = None
    """The condition under which it holds; None: always."""
    needs: Need
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]+$")] = "PRECONDITION_MISSING"
    """The refusal's code."""
    enforce: Literal["refuse", "flag"] = "refuse"
    """flag: the act is recorded, and the breach with it."""
    deadline: Slug | None = None
    """The deadline whose words say until when; a worklist shows them on what the rule keeps from being done."""
    title: NonBlank
    """What must be there, in Swedish."""
    remedy: NonBlank
    """What would make it right, in English."""
    clauses: tuple[RuleId, ...] = Field(min_length=1)
