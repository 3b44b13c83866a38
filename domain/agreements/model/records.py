"""Statements, duties and preconditions: things to record, things to do afterwards, and things that come first."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.agreements.model.content import Requirement
from domain.agreements.model.names import ActName
from domain.agreements.model.permissions import ActorGroup
from domain.agreements.model.shapes import Clauses, FieldName, NonBlank, Tracks
from domain.kernel import Party, Slug, Value

Trigger = Annotated[str, StringConstraints(pattern=r"^(event|statement):[a-z0-9][a-z0-9.\-]*$")]
"""Something that happens in a case: `event:` and a topic without its version, or `statement:` and a kind.

For example `event:enrolment.started` or `statement:home-visit`.
"""


Start = Annotated[str, StringConstraints(pattern=r"^(event|statement|plan):[a-z0-9][a-z0-9.\-]*$")]
"""A trigger, or `plan:` and a kind of plan.

A plan counts from the date in its field `lapses_from`. If the kind has no such field, it counts from the day on which
the plan is established.
"""


PlanField = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*:[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$")]
"""A field of a kind of plan, as `kind:part.field`."""


class StatementRule(Value):
    """The rule about one kind of statement: a consent, a checklist, a report, a training."""

    title: NonBlank
    """The name of the statement, in Swedish."""
    by: tuple[ActorGroup, ...] = Field(min_length=1)
    """The groups that may make the statement."""
    tracks: Tracks = ()
    when: Slug | None = None
    """The condition under which the text has this kind of statement. If left out, always."""
    about: Literal["case", "intervention", "person"] = "case"
    """case: the whole case. intervention: one intervention of the case. person: one member of the staff."""
    fields: tuple[Requirement, ...] = ()
    """The fields of the statement. If left out, it has none."""
    as_planned: dict[FieldName, tuple[PlanField, ...]] = Field(default_factory=dict)
    """For fields whose value the parties have agreed on in a plan, the plan's fields that have it.

    If such a field is left out, it is as the first of them says. Another value is recorded, and the breach with it.
    """
    clauses: Clauses
    derived: bool = False
    """True if the rule follows from the document without standing in it word for word."""
    closed: bool = False
    """True if the statement may be recorded also after the enrolment has ended."""
    deadline: Slug | None = None
    """The deadline of the statement. A late statement is recorded, and the breach with it. If left out, it has none."""
    counts_from: Start | None = None
    """The start of the deadline's clock. A deadline without it does not count."""


class Duty(Value):
    """Something that a party must do after something else. It is on the worklist until it has been done."""

    id: Slug
    title: NonBlank
    """The duty as an instruction, in Swedish."""
    owner: Party | Literal["either"] | None = None
    """The party that has the duty. either: both, until one of them has done it. If left out: both, each for itself."""
    opened_by: tuple[Start, ...] = Field(min_length=1)
    """Any of these opens the duty. `plan:` and a kind opens it when such a plan is established."""
    met_by: tuple[Start, ...] = Field(min_length=1)
    """Any of these meets the duty, if it comes after the opening. If both parties have the duty, each must do it.

    `plan:` and a kind meets it when such a plan is established, or a plan of a kind that replaces it.
    """
    field: FieldName | None = None
    """A yes-or-no field of the opening statement or event. The duty opens only on yes. If left out, it always opens."""
    tracks: Tracks = ()
    when: Slug | None = None
    """The condition under which the duty holds. If left out, always."""
    deadline: Slug | None = None
    """The deadline of the duty. If left out, it has none."""
    earlier: bool = False
    """True if something done before the opening meets the duty as well."""
    clauses: Clauses


class Need(Value):
    """Something that must be on record first. An entry has exactly one of plan, statement, contact and happened."""

    plan: Slug | None = None
    """The kind of a plan that must be in force."""
    statement: Slug | None = None
    """The kind of a statement that must be on record."""
    field: FieldName | None = None
    """A field of the latest such statement that must be yes. If left out, any such statement will do."""
    contact: Slug | None = None
    """A contact role that somebody must have in an open plan."""
    happened: NonBlank | None = None
    """The topic of an event that must have happened, without its version."""
    same: Literal["case", "intervention", "person"] = "case"
    """The subject that the statement must share with the act: the case, the intervention or the member of staff."""
    since: Trigger | None = None
    """Something that the statement must come after, if it has happened. If left out, any earlier statement will do."""


class Precondition(Value):
    """An ordering rule: something must be on record before an act."""

    id: Slug
    acts: tuple[ActName, ...] = Field(min_length=1)
    """The acts that the rule holds for."""
    tracks: Tracks = ()
    plans: tuple[Slug, ...] = ()
    """For acts on a plan, the kinds of plan that the rule holds for. If left out, every kind."""
    statements: tuple[Slug, ...] = ()
    """For `record-statement`, the kinds of statement that the rule holds for. If left out, every kind."""
    interventions: tuple[Slug, ...] = ()
    """The categories of intervention that the rule holds for. If left out, every category."""
    party: Party | None = None
    """The party whose acts the rule holds for. If left out, both."""
    when: Slug | None = None
    """The condition under which the rule holds. If left out, always."""
    needs: Need
    """The thing that must be on record."""
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]+$")] = "PRECONDITION_MISSING"
    """The code of the refusal."""
    enforce: Literal["refuse", "flag"] = "refuse"
    """refuse: the act is refused. flag: the act is recorded, and the breach with it."""
    deadline: Slug | None = None
    """A deadline whose words the worklist shows beside the act that must wait. If left out, no words are shown."""
    title: NonBlank
    """The thing that must be on record, in Swedish."""
    remedy: NonBlank
    """The remedy of the refusal, in English."""
    clauses: Clauses
